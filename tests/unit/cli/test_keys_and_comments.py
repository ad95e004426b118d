"""Keys, laptops and questions about forms from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.cli.main import main
from survey_app.fingerprints import of_key
from survey_app.operations.demo import Demo, build_demo
from survey_app.operations.handover import bundle_files, merge, office_of
from survey_app.operations.stores import new_recovery_key
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"
NEW = "một câu khác hẳn"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Demo:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("SURVEY_APP_NEW_PASSPHRASE", NEW)
    return build_demo(tmp_path / "place", 4, 1, False, 1, 1, PASSPHRASE)


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    assert main(["--language", "en", *map(str, words)]) == status
    return capsys.readouterr().out


def test_the_keys_are_shown_replaced_and_learnt(
    place: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office, laptop = place.office_store, place.laptops[0]
    before = json.loads(said(capsys, "keys", "show", laptop, "--json"))
    above = json.loads(said(capsys, "keys", "show", office, "--json"))
    assert before.pop("signs_with") != above.pop("signs_with")
    assert before == above
    after = json.loads(said(capsys, "keys", "replace", office, "--office-key", tmp_path / "new.key", "--json"))
    assert after["words"] != before["words"]
    said(capsys, "households", "send", office, "--out", tmp_path / "usb")
    (sent,) = (tmp_path / "usb").iterdir()
    said(capsys, "households", "load", laptop, sent, status=1)
    said(capsys, "households", "load", laptop, sent, "--accept-key", before["words"], status=1)
    said(capsys, "households", "load", laptop, sent, "--accept-key", after["words"])
    learnt = json.loads(said(capsys, "keys", "show", laptop, "--json"))
    assert (learnt["words"], learnt["office"]) == (after["words"], after["office"])


def test_a_sheet_is_printed_and_a_key_rescues(
    place: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "keys", "sheet", place.office_store, "--out", tmp_path / "sheet.pdf")
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    said(capsys, "keys", "recover", place.office_store, status=1)  # no key was given
    secret, recipient = new_recovery_key()
    with Store.open(place.office_store, PASSPHRASE) as store:
        store.set_recovery([recipient])
    monkeypatch.setenv("SURVEY_APP_RECOVERY_KEY", secret)
    said(capsys, "keys", "recover", place.office_store)
    Store.open(place.office_store, NEW).close()


def test_laptops_are_listed_enrolled_blocked_and_rescued(
    place: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = place.office_store
    (first,) = json.loads(said(capsys, "laptops", "list", office, "--json"))
    with Store.open(office, PASSPHRASE) as store:
        keys = {device.id: device.verify_key for device in store.devices()}
    assert first["words"] == of_key(keys[first["device"]])
    made = json.loads(said(capsys, "laptops", "enrol", office, "Máy 9", "--out", tmp_path / "9.enrolment", "--json"))
    assert (tmp_path / "9.enrolment").is_file() and made["code"]
    said(capsys, "laptops", "block", office, first["device"])
    blocked = {
        each["device"]: each["blocked"] for each in json.loads(said(capsys, "laptops", "list", office, "--json"))
    }
    assert blocked == {first["device"]: True, made["device"]: False}
    said(capsys, "laptops", "accept", office, first["device"])
    said(capsys, "laptops", "block", office, "nobody", status=1)
    said(capsys, "laptops", "passphrase", office, place.laptops[0])
    Store.open(place.laptops[0], NEW).close()


def test_another_office_rescues_nothing(place: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.store"
    made = said(capsys, "store", "new", other, "--kind", "office", "--office-key", tmp_path / "other.key", "--json")
    with Store.recover(other, json.loads(made)["recovery_key"], PASSPHRASE):
        pass
    sheet = ["--recovery-sheet", tmp_path / "sheet.pdf"]
    made = said(capsys, "store", "new", tmp_path / "third.store", "--kind", "office", *sheet)
    assert "AGE-SECRET-KEY" not in made
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    said(capsys, "laptops", "passphrase", other, place.laptops[0], status=1)
    with Store.open(other, PASSPHRASE) as store:
        assert crypto.fingerprint(office_of(store).recipient)


def test_a_question_goes_through_all_its_states(place: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    office = place.office_store
    with Store.open(office, PASSPHRASE) as store:
        merge(store, bundle_files(place.bundles))
        home = next(each.household for each in store.currents(state="settled"))
    asked = json.loads(
        said(capsys, "comments", "ask", office, home, "--question", "household/address_text", "--text", "Đúng không?",
             "--by", "gs01", "--json")
    )  # fmt: skip
    assert asked["state"] == "open"
    begins = asked["thread"][:8]
    said(capsys, "comments", "reply", office, begins, "--text", "Đúng", "--by", "dt01")
    said(capsys, "comments", "again", office, begins, "--text", "Số nhà?", "--by", "gs01")
    assert [each["state"] for each in json.loads(said(capsys, "comments", "list", office, "--json"))] == ["open"]
    said(capsys, "comments", "accept", office, begins, "--by", "gs01")
    (found,) = json.loads(said(capsys, "comments", "list", office, "--household", home, "--json"))
    assert [each["state"] for each in found["said"]] == ["open", "answered", "open", "accepted"]
    assert "Đúng không?" in said(capsys, "comments", "list", office)
    assert json.loads(said(capsys, "comments", "list", office, "--state", "open", "--json")) == []
    said(capsys, "comments", "accept", office, "zzzz", "--by", "gs01", status=1)
