"""Lists of places and villages from the command line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.cli.main import main
from survey_app.crypto import Cost
from survey_app.places import catalogue_date, find_place, load_catalogue
from survey_app.places.catalogue import forget
from survey_app.records import Round
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("SURVEY_APP_DATA", str(tmp_path / "machine"))
    forget()
    path = tmp_path / "o.store"
    with Store.create(path, PASSPHRASE, kind="office", device="o", name="Xã", cost=Cost(1, 8)) as store:
        store.put_places([find_place("19"), find_place("05665")])
        store.put_round(Round("r", "Đợt", "f", "1", "2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01", "05665"))
    yield path
    forget()


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    assert main(["--language", "en", *map(str, words)]) == status
    return capsys.readouterr().out


def test_a_list_is_checked_and_put_to_use(office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "name", "parent"])
        for place in load_catalogue("2026-10-01"):
            writer.writerow([place.code, "Phường Văn Lăng" if place.code == "05665" else place.name, place.parent])
    day = "2026-10-15"
    told = said(capsys, "places", "check", office, path, "--from", day)
    assert "renamed 1" in told
    assert "* renamed: 05665" in told
    assert catalogue_date() == "2026-08-24"
    found = json.loads(said(capsys, "places", "import", office, path, "--from", "15/10/2026", "--json"))
    assert [(change["kind"], change["names"]) for change in found["changes"]] == [("renamed", ["Phường Văn Lăng"])]
    assert find_place("05665").name == "Phường Văn Lăng"
    said(capsys, "places", "check", office, path, "--from", "gần đây", status=1)
    path.write_text("code,name\n1,x\n", encoding="utf-8")
    said(capsys, "places", "import", office, path, "--from", day, status=2)


def test_villages_are_kept_from_the_command_line(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("Thôn Một", "Thôn Hai", "Thôn Ba"):
        said(capsys, "places", "add-village", office, name)
    said(capsys, "places", "rename-village", office, "05665-001", "Xóm Một")
    said(capsys, "places", "close-village", office, "05665-002", "--from", "2026-12-01")
    said(capsys, "places", "join-village", office, "05665-003", "05665-001", "--from", "01/12/2026")
    said(capsys, "places", "rename-village", office, "05665-009", "Xóm Chín", status=1)
    found = json.loads(said(capsys, "places", "villages", office, "--json"))
    assert [(each["name"], each["kind"], each["until"], each["joined"]) for each in found] == [
        ("Xóm Một", "xom", "", ""), ("Thôn Hai", "thon", "2026-12-01", ""),
        ("Thôn Ba", "thon", "2026-12-01", "05665-001"),
    ]  # fmt: skip
    assert "05665-003" in said(capsys, "places", "villages", office)
