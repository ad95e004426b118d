"""Answers as tables: promised names and order, only what counts, and what pseudonymising leaves out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from survey_app import paths
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.operations.export import export_answers
from survey_app.records import Place, Revision, Round
from survey_app.store import Store, StoredForm, attachment
from survey_app.xforms import load_form

ANSWERS = {
    "province_code": "19", "commune_code": "05665", "village_code": "05665-001", "hh_uuid": "h1", "hh_no": "7",
    "interviewer_id": "dt01", "interview_result": "complete",
    "consent": {"consent_answer": "agree", "consent_scope": "statistics contact", "consent_person": "Nguyễn Thị Hoa"},
    "household": {"address_text": "12 xóm Mong", "hh_phone": "0912345678", "poverty_status": "poor"},
    "members": [
        {"#": 1, "m_no": "1", "roster": {"m_name": "Nguyễn Thị Hoa", "m_sex": "female", "m_birth_year": "1980",
                                         "m_birth_month": "5"}, "m_call": "bà Hoa", "m_age": "46"},
        {"#": 4, "m_no": "2", "roster": {"m_name": "=HYPERLINK(1)", "m_sex": "male"}, "m_age": "9",
         "person": {"m_id_number": "019080001234"}},
    ],
    "head_name": "Nguyễn Thị Hoa", "devices": {"n_smartphone": "2"}, "internet": {"internet_type": "fibre mobile_data"},
    "closing": {"remark": "Nhà cô Hoa cuối xóm"},
}  # fmt: skip


@pytest.fixture(scope="module")
def stored_form() -> StoredForm:
    """The household form as a store keeps it."""
    form = load_form(paths.forms() / "household" / "household.xlsx")
    return StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {})


def revision(form: StoredForm, submission: str = "s1", **fields: object) -> Revision:
    made = Revision(
        submission, "h1", "r1", form.id, form.version, (), "answers", "dt01", "L1", "2026-11-21T08:00:00+07:00", "",
        dict(ANSWERS),
    )  # fmt: skip
    return replace(made, id="", **fields)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path, stored_form: StoredForm) -> Iterator[Store]:
    """An office with one submission that counts and one that was voided."""
    with Store.create(
        tmp_path / "o.store", "đường làng rợp bóng tre", kind="office", device="O1", name="Xã", cost=Cost(1, 8)
    ) as store:
        store.put_form(stored_form)
        store.put_places([Place("05665", "Xã Đồng Hỷ", "commune", "xa", "19")])
        dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30")
        store.put_round(Round("r1", "Đợt 11", stored_form.id, stored_form.version, *dates, "05665"))
        second = revision(stored_form, "s2")
        void = replace(second, id="", kind="void", parents=(second.id,), reason="trùng", answers={})
        store.add_revisions([revision(stored_form), second, void], "2026-11-21T09:00:00+07:00")
        yield store


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_promised_files_columns_and_rows(store: Store, tmp_path: Path) -> None:
    done = export_answers(store, tmp_path / "out")
    assert [path.name for path in done.files] == ["household.csv", "member.csv"]
    (household,) = read(done.files[0])
    members = read(done.files[1])
    assert next(iter(household)) == "submission_id"
    assert list(members[0])[:2] == ["submission_id", "line"]
    assert (household["submission_id"], household["n_smartphone"]) == ("s1", "2")
    assert household["internet_type"] == "fibre mobile_data"
    assert [(row["line"], row["m_age"]) for row in members] == [("1", "46"), ("4", "9")]
    assert (done.households, done.members) == (1, 2)


def test_no_name_is_run_as_a_formula(store: Store, tmp_path: Path) -> None:
    members = read(export_answers(store, tmp_path).files[1])
    assert members[1]["m_name"] == "'=HYPERLINK(1)"


def test_questions_that_nobody_answered_have_their_column(store: Store, tmp_path: Path) -> None:
    (household,) = read(export_answers(store, tmp_path).files[0])
    assert household["n_tablet"] == ""


def test_pseudonymised_answers_name_nobody(store: Store, tmp_path: Path) -> None:
    done = export_answers(store, tmp_path, "csv", pseudonymise=True)
    text = "".join(path.read_text(encoding="utf-8") for path in done.files)
    for told in ("Hoa", "0912345678", "xóm", "019080001234", "s1,", "dt01", "HYPERLINK"):
        assert told not in text
    assert {"m_name", "head_name", "hh_phone", "address_text", "m_id_number", "remark", "m_birth_month"} <= set(
        done.left_out
    )
    assert not {"n_phone_2g", "m_phone_type", "m_birth_year", "poverty_status"} & set(done.left_out)


def test_pseudonymised_members_still_belong_to_their_household(store: Store, tmp_path: Path) -> None:
    households, members = (read(path) for path in export_answers(store, tmp_path, pseudonymise=True).files)
    (pseudonym,) = {row["submission_id"] for row in (*households, *members)}
    assert len(pseudonym) == 32


def test_two_pseudonymised_exports_cannot_be_joined(store: Store, tmp_path: Path) -> None:
    first, second = (
        read(export_answers(store, tmp_path / name, pseudonymise=True).files[0])[0]["submission_id"] for name in "ab"
    )
    assert first != second


def test_a_workbook_has_a_sheet_a_level_and_no_formulas(store: Store, tmp_path: Path) -> None:
    (path,) = export_answers(store, tmp_path, "xlsx").files
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["household", "member"]
    head = [cell.value for cell in book["member"][1]]
    name = book["member"].cell(3, head.index("m_name") + 1)
    assert (name.value, name.data_type) == ("=HYPERLINK(1)", "s")


def test_jsonl_leaves_blanks_out(store: Store, tmp_path: Path) -> None:
    done = export_answers(store, tmp_path, "jsonl")
    (household,) = [json.loads(line) for line in done.files[0].read_text(encoding="utf-8").splitlines()]
    assert household["n_smartphone"] == "2"
    assert "n_tablet" not in household


def test_an_empty_store_gives_tables_with_heads_only(tmp_path: Path, stored_form: StoredForm) -> None:
    with Store.create(
        tmp_path / "e.store", "đường làng rợp bóng tre", kind="office", device="O", name="x", cost=Cost(1, 8)
    ) as store:
        store.put_form(stored_form)
        for kind in ("csv", "xlsx", "jsonl"):
            done = export_answers(store, tmp_path / kind, kind)
            assert (done.households, done.members) == (0, 0)
            assert all(path.exists() for path in done.files)


def test_a_format_that_is_not_there_names_those_that_are(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SurveyAppError, match="jsonl") as caught:
        export_answers(store, tmp_path, "dbase")
    assert caught.value.code == "EXP-01"


def test_a_folder_that_cannot_be_written_is_told(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(SurveyAppError) as caught:
        export_answers(store, tmp_path / "file")
    assert caught.value.code == "EXP-02"


def test_stopping_leaves_no_half_written_answers(store: Store, tmp_path: Path) -> None:
    from survey_app.progress import Cancelled

    class Stop:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise Cancelled

    for kind in ("csv", "xlsx", "jsonl"):
        with pytest.raises(Cancelled):
            export_answers(store, tmp_path / "out", kind, monitor=Stop())
    assert list((tmp_path / "out").iterdir()) == []


def test_pictures_stand_beside_the_tables_but_never_in_a_pseudonymised_export(
    store: Store, stored_form: StoredForm, tmp_path: Path
) -> None:
    photo, unused = attachment(b"a photo", "jpg"), attachment(b"of nobody", "jpg")
    store.put_attachments([photo, unused])
    answers = {**ANSWERS, "closing": {"remark": photo.name}}
    store.add_revisions([revision(stored_form, "s9", answers=answers, household="h9")], "here")
    done = export_answers(store, tmp_path / "open")
    assert (tmp_path / "open" / "attachments" / photo.name).read_bytes() == b"a photo"
    assert [path.name for path in done.files if path.parent.name == "attachments"] == [photo.name]
    export_answers(store, tmp_path / "closed", pseudonymise=True)
    assert not (tmp_path / "closed" / "attachments").exists()
