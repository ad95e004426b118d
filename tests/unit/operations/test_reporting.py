"""Batches of reports: each says what its own place stands on, and nothing of another place."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from survey_app.operations.aggregates import read_aggregates
from survey_app.operations.reporting import write_report, write_reports
from survey_app.records import Place
from survey_app.store import Store
from tests.unit.operations.test_aggregates import COMMUNES, PLACES, Country, country, home, office, stored

VILLAGES = tuple(
    Place(f"{code}-{n:03d}", f"Thôn {name} {n}", "village", "thon", code)
    for code, name in zip(COMMUNES, ("Đông", "Tây", "Bắc"), strict=True)
    for n in (1, 2)
)
__all__ = ["country"]


@pytest.fixture
def province(tmp_path: Path) -> Iterator[Store]:
    """Two communes with two villages each; in the first one form is in conflict, in the second few have a phone."""
    with office(tmp_path, "P", stored(folder=tmp_path), "", (*PLACES, *VILLAGES)) as store:
        homes = [home(COMMUNES[0], phones=n % 2) for n in range(70)]
        few = [home(COMMUNES[1], phones=int(n < 2)) for n in range(70)]
        torn = home(COMMUNES[0], village_code=f"{COMMUNES[0]}-001")
        other = type(torn)(**{**vars(torn), "device": "L2", "id": "", "answers": {**torn.answers, "phones": "7"}})
        store.add_revisions([*homes, *few, torn, other], "here")
        yield store


def told(folder: Path) -> dict[str, str]:
    """Return all that stands in the files of each report, by the code its name begins with."""
    return {
        each.name.split(" ")[0]: "\n".join(file.read_text(encoding="utf-8-sig") for file in sorted(each.iterdir()))
        for each in folder.iterdir()
    }


@pytest.mark.parametrize("each", ["commune", "village"])
def test_only_the_report_of_the_place_in_question_tells_of_a_conflict(
    province: Store, tmp_path: Path, each: str
) -> None:
    write_reports(province, "csv", tmp_path / "out", each)
    found = told(tmp_path / "out")
    torn = {code for code, words in found.items() if "1 questionnaire still has conflicting answers" in words}
    assert torn == {COMMUNES[0] if each == "commune" else f"{COMMUNES[0]}-001"}


@pytest.mark.parametrize("each", ["commune", "village"])
def test_no_report_of_a_batch_names_another_place(province: Store, tmp_path: Path, each: str) -> None:
    write_reports(province, "csv", tmp_path / "out", each)
    names = {place.code: place.name for place in (*PLACES[1:3], *VILLAGES[:4])}
    for code, words in told(tmp_path / "out").items():
        others = {one for one in names if not one.startswith(code) and not code.startswith(one)}
        assert not [names[one] for one in others if names[one] in words]


def test_what_is_withheld_in_one_report_stands_in_no_other(province: Store, tmp_path: Path) -> None:
    write_reports(province, "csv", tmp_path / "out", "commune")
    summary = (tmp_path / "out" / f"{COMMUNES[1]} Xã {COMMUNES[1]}" / "summary.csv").read_text(encoding="utf-8-sig")
    phones = next(row for row in csv.DictReader(summary.splitlines()) if row["Indicator"] == "Điện thoại")
    assert {phones[name] for name in ("Numerator", "Not known", "Result")} == {"*"}
    assert phones["Against target"] == "Withheld"
    whole = write_report(province, "csv", tmp_path / "whole.csv").read_text(encoding="utf-8-sig")
    assert not [line for line in whole.splitlines() if "Điện thoại" in line and ",35," in line]  # the other's count


def test_a_report_says_which_communes_handed_up_counts_and_which_are_missing(country: Country, tmp_path: Path) -> None:
    read_aggregates(country.province, [country.hand_up(COMMUNES[2])])
    country.province.add_revisions(list(country.communes[COMMUNES[1]].revisions()), "bundle")
    write_report(country.province, "csv", tmp_path / "whole")
    words = (tmp_path / "whole" / "method.txt").read_text(encoding="utf-8-sig")
    assert f"no questionnaires here (1): Xã {COMMUNES[2]}." in words
    assert "in no sum (" in words
    assert "Questionnaires counted: 15" in words
    assert "Refused" not in words  # counts handed up do not say
    write_reports(country.province, "csv", tmp_path / "each", "commune")
    each = told(tmp_path / "each")
    assert "Questionnaires counted: 9" in each[COMMUNES[2]]
    assert "Questionnaires counted: 6" in each[COMMUNES[1]]
    assert "handed up" not in each[COMMUNES[1]]


def test_a_village_is_reported_on_by_its_commune(province: Store, tmp_path: Path) -> None:
    write_reports(province, "docx", tmp_path / "out", "village")
    (file,) = (tmp_path / "out").glob(f"{COMMUNES[0]}-001*.docx")
    head = [cell.text for cell in docx.Document(str(file)).tables[0].rows[0].cells]
    said = "\n".join(paragraph.text for paragraph in docx.Document(str(file)).paragraphs)
    assert f"XÃ {COMMUNES[0]}" in head[0] and f"Xã {COMMUNES[0]}, " in head[1]
    assert "Thôn Đông 1" not in "".join(head)
    assert "Thôn Đông 1" in said
