"""Counts for the office above: written, taken in, replaced, taken out, refused, mixed with bundles."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from survey_app.bundles.aggregates import opened
from survey_app.bundles.keys import OFFICE_KEY_FILE, load_office_key, parse_object
from survey_app.errors import SurveyAppError
from survey_app.operations.aggregates import read_aggregates, standing, take_back, write_aggregates
from survey_app.operations.enrolment import create_office
from survey_app.operations.keys import identities
from survey_app.operations.merging import trust_office
from survey_app.operations.results import indicator_table
from survey_app.records import Place, Revision, Round
from survey_app.store import Store, StoredForm

PASSPHRASE = "đường làng rợp bóng tre"
INDICATORS = "\n".join(
    (
        "key,name_vi,level,aggregate,numerator,denominator",
        "phone,Điện thoại,household,ratio,${phones} > 0,${interview_result} = 'complete'",
        "net,Mạng,household,distribution,${net},${interview_result} = 'complete'",
        "homes,Số hộ,household,count,${interview_result} = 'complete',",
    )
)
FORM = """| survey | | | |
| | type | name | label |
| | text | province_code | Tỉnh |
| | text | commune_code | Xã |
| | text | village_code | Thôn |
| | select_one r | interview_result | Kết quả |
| | integer | phones | Điện thoại |
| | select_one n | net | Mạng |
| choices | | | |
| | list_name | name | label |
| | r | complete | Xong |
| | r | refused | Từ chối |
| | n | fibre | Cáp |
| | n | none | Không |
| settings | | | |
| | form_title | form_id | version |
| | Phiếu hộ | household | 1 |
"""
COMMUNES = ("05665", "05668", "05674")
PLACES = (
    Place("19", "Tỉnh Thái Nguyên", "province", "tinh", ""),
    *(Place(code, f"Xã {code}", "commune", "xa", "19") for code in COMMUNES),
)


@dataclass
class Country:
    """A province and its communes.

    Attributes:
        folder: where everything lies.
        province: store of the province.
        communes: store of each commune by code.
    """

    folder: Path
    province: Store
    communes: dict[str, Store]

    def hand_up(self, code: str, **how: Any) -> Path:
        """Write the counts of a commune and return the file."""
        return write_aggregates(self.communes[code], self.folder / "up", **how)[0].path

    def table(self, by: str = "commune") -> pd.DataFrame:
        """Return the province's figures."""
        return indicator_table(self.province, (by,) if by else ())


def stored(version: str = "1", indicators: str = INDICATORS, folder: Path | None = None) -> StoredForm:
    """Return the form as a store keeps it."""
    from survey_app.xforms import load_form

    assert folder is not None
    path = folder / f"form{version}.md"
    path.write_text(FORM.replace("| household | 1 |", f"| household | {version} |"), encoding="utf-8")
    form = load_form(path)
    return StoredForm(form.id, form.version, form.title, form.xml, (), {"indicators.csv": indicators.encode()})


def office(folder: Path, id_: str, form: StoredForm, commune: str, places: tuple[Place, ...]) -> Store:
    """Make an office; its key lies in a folder of its name."""
    (folder / id_).mkdir()
    dates = ("2026-11-01", "2025-07-01", "2026-11-01", "2026-11-30")
    now = Round("r1", "Đợt 1", form.id, form.version, *dates, commune)
    return create_office(
        folder / id_ / "office.store", PASSPHRASE, f"UBND {id_}", now, forms=[form], places=places, office_id=id_,
        key_file=folder / id_ / OFFICE_KEY_FILE,
    )  # fmt: skip


_numbers = count(1)


def home(commune: str, phones: int = 1, **answers: str) -> Revision:
    """Return the form of one more household."""
    number = next(_numbers)
    given = {
        "province_code": "19", "commune_code": commune, "village_code": f"{commune}-00{1 + number % 2}",
        "interview_result": "complete", "phones": str(phones), "net": "fibre" if number % 3 else "none", **answers,
    }  # fmt: skip
    return Revision(
        f"s{number}", f"h{number}", "r1", "household", "1", (), "answers", "e1", "L1",
        "2026-11-21T08:00:00.000+07:00", "", given,
    )  # fmt: skip


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Country]:
    """A province that trusts three communes, each with a few households."""
    form = stored(folder=tmp_path)
    with ExitStack() as stack:
        province = stack.enter_context(office(tmp_path, "P", form, COMMUNES[0], PLACES))
        communes = {}
        for n, code in enumerate(COMMUNES, start=1):
            own = tuple(place for place in PLACES if place.code in ("19", code))
            communes[code] = stack.enter_context(office(tmp_path, f"C{n}", form, code, own))
            communes[code].add_revisions([home(code, phones=each % 2) for each in range(3 * n)], "here")
            trust_office(province, load_office_key(tmp_path / f"C{n}" / OFFICE_KEY_FILE))
        yield Country(tmp_path, province, communes)


def whole(country: Country, by: str = "commune") -> pd.DataFrame:
    """Return the figures of an office that has everybody's answers."""
    with office(country.folder, f"W{next(_numbers)}", stored(folder=country.folder), COMMUNES[0], PLACES) as store:
        for commune in country.communes.values():
            store.add_revisions(list(commune.revisions()), "here")
        return indicator_table(store, (by,) if by else ())


@pytest.mark.parametrize("by", ["", "commune", "village"])
def test_aggregates_in_any_order_with_repeats_say_what_all_answers_say(country: Country, by: str) -> None:
    files = [country.hand_up(code) for code in COMMUNES]
    done = read_aggregates(country.province, [files[2], files[0], files[2], files[1], files[0]])
    assert (done.count("new"), done.count("known"), done.count("refused")) == (3, 2, 0)
    pd.testing.assert_frame_equal(country.table(by), whole(country, by), check_dtype=False)


def test_a_commune_whose_bundles_are_here_is_counted_once(country: Country) -> None:
    files = [country.hand_up(code) for code in COMMUNES]
    country.province.add_revisions(list(country.communes[COMMUNES[1]].revisions()), "bundle")
    read_aggregates(country.province, files)
    pd.testing.assert_frame_equal(country.table(), whole(country), check_dtype=False)
    found = {each.commune: each for each in standing(country.province).sources}
    assert [found[code].kind for code in COMMUNES] == ["aggregate", "bundles", "aggregate"]
    assert "counted, once" in found[COMMUNES[1]].remarks[0]


def test_a_few_bundles_of_a_commune_do_not_hide_its_aggregate(country: Country) -> None:
    country.province.add_revisions(list(country.communes[COMMUNES[2]].revisions())[:2], "bundle")
    read_aggregates(country.province, [country.hand_up(code) for code in COMMUNES])
    pd.testing.assert_frame_equal(country.table(), whole(country), check_dtype=False)


def test_what_cannot_be_told_in_the_units_of_2024_is_said(country: Country) -> None:
    read_aggregates(country.province, [country.hand_up(code) for code in COMMUNES])
    then = indicator_table(country.province, ("commune",), units="2024-12-31")
    left = {each.commune: each for each in then.attrs["sources"]}
    assert set(left) == set(COMMUNES)
    assert all(each.kind == "missing" and each.remarks for each in left.values())


def test_the_newest_of_a_series_wins_in_any_order_and_the_one_before_comes_back(country: Country) -> None:
    code = COMMUNES[0]
    first = country.hand_up(code)
    before = country.table
    country.communes[code].add_revisions([home(code)], "here")
    second = country.hand_up(code)
    read_aggregates(country.province, [second, first])
    assert before("").set_index("indicator").loc["homes", "numerator"] == 4
    newest = next(each for each in standing(country.province).aggregates if not each.not_counted)
    assert take_back(country.province, newest.aggregate.id[:10]).sequence == newest.aggregate.sequence
    assert before("").set_index("indicator").loc["homes", "numerator"] == 3


def test_missing_communes_are_those_of_the_catalogue(country: Country) -> None:
    read_aggregates(country.province, [country.hand_up(COMMUNES[0])])
    missing = {each.commune for each in standing(country.province).of_kind("missing")}
    assert {COMMUNES[1], COMMUNES[2]} <= missing
    assert len(missing) > 50  # the whole province


def test_bad_files_are_refused_with_reasons_and_the_rest_goes_on(country: Country, tmp_path: Path) -> None:
    good = country.hand_up(COMMUNES[0])
    forged, newer, cut = tmp_path / "forged.aggregate", tmp_path / "newer.aggregate", tmp_path / "cut.aggregate"
    forged.write_bytes(good.read_bytes().replace(b'"submissions":3', b'"submissions":9'))
    newer.write_bytes(good.read_bytes().replace(b'"format":1', b'"format":2'))
    cut.write_bytes(good.read_bytes()[:-40])
    for_another = country.hand_up(COMMUNES[1], to=tmp_path / "C3" / OFFICE_KEY_FILE)
    done = read_aggregates(country.province, [forged, newer, cut, tmp_path / "none.aggregate", for_another, good])
    assert [each.code for each in done.files] == ["AGG-02", "BND-07", "AGG-01", "BND-10", "AGG-05", ""]
    assert done.count("new") == 1


def test_an_office_that_is_not_known_is_refused(country: Country) -> None:
    stranger = office(country.folder, "X", stored(folder=country.folder), COMMUNES[0], PLACES)
    with stranger:
        stranger.add_revisions([home(COMMUNES[0])], "here")
        file = write_aggregates(stranger, country.folder / "up")[0].path
    assert read_aggregates(country.province, [file]).files[0].code == "AGG-03"


def test_a_sealed_aggregate_is_read_by_the_office_it_is_for_and_the_key_is_remembered(country: Country) -> None:
    key = country.folder / "P" / OFFICE_KEY_FILE
    first = country.hand_up(COMMUNES[0], to=key)
    second = country.hand_up(COMMUNES[0])
    assert all(path.read_bytes().startswith(b"survey-app aggregate 1 sealed\n") for path in (first, second))
    assert read_aggregates(country.province, [first]).count("new") == 1


def test_no_identifier_of_a_household_or_person_is_in_a_file(country: Country) -> None:
    file = country.hand_up(COMMUNES[0])
    content = opened(file.read_bytes(), identities(country.province))
    for revision in country.communes[COMMUNES[0]].revisions():
        for telling in (revision.household, revision.submission, revision.id, revision.author, revision.device):
            assert f'"{telling}"'.encode() not in content
    fields = parse_object(content) or {}
    assert fields["commune"] == COMMUNES[0]


def test_other_definitions_are_not_added_and_said(country: Country) -> None:
    other = INDICATORS.replace("${phones} > 0", "${phones} > 1")
    own = country.communes[COMMUNES[0]]
    own.put_form(stored("2", other, country.folder))
    now = own.round()
    assert now is not None
    own.put_round(Round(**{**vars(now), "form_version": "2"}))
    read_aggregates(country.province, [country.hand_up(COMMUNES[0])])
    table = country.table("")
    assert table.set_index("indicator").loc["phone", "denominator"] == 0
    assert table.set_index("indicator").loc["homes", "numerator"] == 3
    remarks = " ".join(next(each for each in table.attrs["sources"] if each.commune == COMMUNES[0]).remarks)
    assert "phone" in remarks
    assert "Version 2" in remarks


def test_nothing_to_hand_up_is_said(country: Country) -> None:
    with pytest.raises(SurveyAppError, match="nothing to hand up"):
        write_aggregates(country.province, country.folder / "up")


def test_the_command_line_writes_reads_lists_and_takes_out(
    country: Country, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey_app.cli.main import main

    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    for store in (country.province, *country.communes.values()):
        store.close()

    def run(words: list[str]) -> int:
        return main(["--language", "en", *words])

    up = country.folder / "up"
    assert run(["aggregate", "write", str(country.folder / "C1" / "office.store"), "--out", str(up)]) == 0
    province = str(country.folder / "P" / "office.store")
    assert run(["aggregate", "read", province, str(up)]) == 0
    assert "1 files in = 1 new + 0 known before + 0 refused" in capsys.readouterr().out
    (up / "bad.aggregate").write_bytes(b"{}")
    assert run(["aggregate", "read", province, str(up)]) == 1
    assert run(["aggregate", "list", province]) == 0
    assert "From aggregates: 1" in capsys.readouterr().out
    assert run(["indicators", province, "--by", "commune", "--format", "csv"]) == 0
    said = capsys.readouterr()
    assert "homes,05665,3,3,0,3.0" in said.out
    assert "Counted from aggregates: Xã 05665" in said.err
