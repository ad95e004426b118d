"""Figures of others from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app.cli.main import main
from survey_app.operations.demo import build_demo
from survey_app.operations.handover import bundle_files, merge
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    demo = build_demo(tmp_path / "place", 4, 1, False, 1, 1, PASSPHRASE)
    with Store.open(demo.office_store, PASSPHRASE) as store:
        merge(store, bundle_files([tmp_path / "place" / "bundles"]))
    return demo.office_store


def said(capsys: pytest.CaptureFixture[str], *words: object, status: int = 0) -> str:
    assert main(["--language", "en", *map(str, words)]) == status
    return capsys.readouterr().out


def test_a_table_is_checked_taken_in_shown_beside_and_taken_back(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.csv"
    said(capsys, "figures", "template", office, empty)
    place = empty.read_text(encoding="utf-8-sig").splitlines()[1].partition(";")[0]
    table = tmp_path / "t.csv"
    table.write_text(f"place,indicator,period,value,source\n{place},hh_fibre,2026-10,91,VNPT\n", encoding="utf-8")
    assert "1 figures = 1 new" in said(capsys, "figures", "check", office, table)
    assert json.loads(said(capsys, "figures", "list", office, "--json"))["figures"] == []
    done = json.loads(said(capsys, "figures", "import", office, table, "--json"))
    rows = json.loads(said(capsys, "indicators", office, "--by", "commune", "--format", "json"))
    assert {row["source"] for row in rows} == {"survey", "VNPT"}
    (theirs,) = [row for row in rows if row["source"] == "VNPT"]
    assert (theirs["commune"], theirs["indicator"], theirs["estimate"], theirs["numerator"]) == (
        place, "hh_fibre", 91, None,
    )  # fmt: skip
    assert "VNPT" in said(capsys, "figures", "list", office)
    said(capsys, "figures", "undo", office, done["id"][:8])
    rows = json.loads(said(capsys, "indicators", office, "--by", "commune", "--format", "json"))
    assert "source" not in rows[0]


def test_a_faulty_table_lists_its_faults_and_changes_nothing(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("place,indicator,period,value,source\n1,hh_fibr,2026-10,x,VNPT\n", encoding="utf-8")
    assert main(["--language", "en", "figures", "import", str(office), str(table)]) == 2
    told = capsys.readouterr().err
    assert "row 2, column indicator" in told
    assert "row 2, column value" in told
    assert json.loads(said(capsys, "figures", "list", office, "--json"))["tables"] == []
