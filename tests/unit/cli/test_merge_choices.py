"""``merge`` on the command line: looking before, taking back, what is kept aside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.bundles import read_header
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, OfficeKey, office_key_bytes
from survey_app.cli import main as cli
from survey_app.operations.handover import pack
from survey_app.records import Revision
from survey_app.store import Device, Store

COST = crypto.Cost(1, 8)


@pytest.fixture
def bundles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Bundles of a known and of an unknown laptop, beside ``office.store``."""
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", "x")
    identity, signing = crypto.new_identity(), crypto.new_signing_keys()
    key = OfficeKey("office", "Xã", crypto.recipient_of(identity), signing.public)
    paths = []
    with Store.create(tmp_path / "office.store", "x", kind="office", device="office", name="Xã", cost=COST) as office:
        office.put_secret(OFFICE_IDENTITY, identity.encode())
        office.put_secret(SIGNING_KEY, signing.secret)
        office.put_secret(OFFICE_KEY, office_key_bytes(key, signing.secret))
        for name in ("lap1", "lap2"):
            keys = crypto.new_signing_keys()
            made = Revision(f"s{name}", "h", "r", "f", "1", (), "answers", "an", name,
                            "2026-11-21T08:00:00.000+07:00", "", {"q": "1"})  # fmt: skip
            with Store.create(tmp_path / f"{name}.store", "x", kind="laptop", device=name, name=name, cost=COST) as it:
                it.put_secret(SIGNING_KEY, keys.secret)
                it.add_revisions([made], "here")
                paths.append(pack(it, key, tmp_path).path)
            if name == "lap1":
                office.put_devices([Device(name, name, keys.public)])
    return paths


def run(capsys: pytest.CaptureFixture[str], folder: Path, *words: object) -> tuple[int, object]:
    status = cli.main(["merge", *map(str, words[:1]), str(folder / "office.store"), *map(str, words[1:]), "--json"])
    told = capsys.readouterr().out
    return status, json.loads(told) if told else None


def digest(capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    assert cli.main(["digest", str(folder / "office.store")]) == 0
    return capsys.readouterr().out


def test_a_preview_says_what_a_merge_would_and_changes_nothing(
    bundles: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digest(capsys, tmp_path)
    status, said = run(capsys, tmp_path, "--preview", *bundles)
    assert (status, digest(capsys, tmp_path)) == (1, before)
    assert isinstance(said, dict)
    assert (said["new"], said["refused"]) == (1, 1)


def test_a_merge_is_taken_back(bundles: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(capsys, tmp_path)
    assert cli.main(["merge", str(tmp_path / "office.store"), str(bundles[0])]) == 0
    capsys.readouterr()
    bundle = read_header(bundles[0]).bundle_id
    assert cli.main(["merge", str(tmp_path / "office.store"), "--undo", bundle[:16], "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"revisions": 1, "households": 0}
    assert digest(capsys, tmp_path) == before
    assert cli.main(["merge", str(tmp_path / "office.store"), "--undo", bundle]) == 1


def test_what_is_kept_aside_is_listed_and_accepted(
    bundles: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = str(tmp_path / "office.store")
    assert cli.main(["merge", store, str(bundles[1])]) == 1
    capsys.readouterr()
    assert cli.main(["merge", store, "--kept", "--json"]) == 0
    (kept,) = json.loads(capsys.readouterr().out)
    assert (kept["device"], kept["known"]) == ("lap2", False)
    assert cli.main(["merge", store, "--kept"]) == 0
    assert kept["fingerprint"] in capsys.readouterr().out
    assert cli.main(["merge", store, "--accept", kept["bundle"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1
