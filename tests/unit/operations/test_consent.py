"""Consent: the register, taking it back, a copy for the household, and erasing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from survey_app import i18n, paths
from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.operations.consent import erase, notice_text, register, withdraw, write_record
from survey_app.operations.contents import answers_of
from survey_app.operations.export import export_answers
from survey_app.operations.interview import open_interview
from survey_app.operations.starting import stored_form
from survey_app.records import Enumerator, Household, Place, Revision, Round
from survey_app.store import Store, StoredForm
from survey_app.xforms import load_form

AGREED: dict[str, Any] = {
    "hh_no": "1",
    "consent_notice_version": "3",
    "consent": {
        "consent_answer": "agree_limited",
        "consent_time": "2026-11-20T08:15:00.000+07:00",
        "consent_scope": "statistics contact",
        "consent_method": "signature",
        "consent_person": "Nguyễn Thị Ánh",
    },
    "household": {"address_text": "Xóm Chùa", "poverty_status": "non_poor", "poverty_status#note": "có giấy"},
    "members": [{"#": 1, "roster": {"m_name": "Nguyễn Thị Ánh", "m_birth_year": "1985"}}],
}


def now() -> dt.datetime:
    return dt.datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def shipped() -> StoredForm:
    form = load_form(paths.forms() / "household" / "household.xlsx")
    folder = paths.forms() / "household"
    files = {name: (folder / name).read_bytes() for name in ("indicators.csv", "targets.csv")}
    return StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), files)


@pytest.fixture
def store(tmp_path: Path, shipped: StoredForm) -> Iterator[Store]:
    i18n.use_language("vi")
    with Store.create(
        tmp_path / "a.store", "secret", kind="laptop", device="m1", name="Máy 1", cost=Cost(1, 8), clock=now
    ) as made:
        made.put_form(shipped)
        made.put_places([Place("07030", "Xã Phú Lâm", "commune", "xa", "22")])
        made.put_places([Place("07030-001", "Thôn Đông", "village", "thon", "07030")])
        made.put_enumerators([Enumerator("e1", "Lò Thị Mai")])
        made.put_round(Round("R", "R", shipped.id, shipped.version, "2026-11-01", "", "", "", "07030"))
        homes = [Household(f"h{n}", "07030-001", n, name) for n, name in ((1, "Nguyễn Văn Bình"), (2, "Trần Thị Đào"))]
        made.put_households(homes)
        made.add_revisions([said(shipped, "s1", "h1", AGREED)], "here")
        made.add_revisions([said(shipped, "s2", "h2", {"consent": {"consent_answer": "refuse"}})], "here")
        yield made


def said(form: StoredForm, submission: str, household: str, answers: dict[str, Any]) -> Revision:
    return Revision(
        submission=submission,
        household=household,
        round="R",
        form_id=form.id,
        form_version=form.version,
        parents=(),
        kind="answers",
        author="e1",
        device="m1",
        made_at="2026-11-20T09:00:00.000+07:00",
        reason="",
        answers=answers,
    )


def exported(store: Store, folder: Path) -> str:
    export_answers(store, folder)
    return (folder / "household.csv").read_text(encoding="utf-8")


def test_the_register_says_who_agreed_to_what_when_and_to_which_notice(store: Store) -> None:
    one, two = register(store)
    assert (one.state, one.scopes, one.method) == ("given", ("statistics", "contact"), "signature")
    assert (one.person, one.at[:16], one.officer, one.notice_version) == (
        "Nguyễn Thị Ánh",
        "2026-11-20T08:15",
        "e1",
        "3",
    )
    assert two.state == "refused"


def test_nothing_of_a_household_that_withdrew_is_exported_or_counted(store: Store, tmp_path: Path) -> None:
    assert "s1" in exported(store, tmp_path / "before")
    withdraw(store, "s1", "e1", now)
    assert "s1" not in exported(store, tmp_path / "after")
    assert register(store)[0].state == "withdrawn"
    assert register(store)[0].withdrawn_at == "2026-11-22T10:00:00.000+07:00"
    with pytest.raises(SurveyAppError, match="CON-01"):
        withdraw(store, "s1", "e1", now)


def test_a_withdrawal_holds_beside_a_correction_made_elsewhere(store: Store, shipped: StoredForm) -> None:
    first = next(iter(store.revisions("s1")))
    answers = {**AGREED, "household": {"address_text": "Xóm Đình", "poverty_status": "poor"}}
    withdraw(store, "s1", "e1", now)
    store.add_revisions([replace(first, id="", parents=(first.id,), device="m2", answers=answers)], "bundle")
    current = store.current("s1")
    assert current is not None
    assert current.state == "joined"
    assert register(store)[0].state == "withdrawn"


def test_a_household_in_conflict_can_withdraw(store: Store) -> None:
    first = next(iter(store.revisions("s1")))
    for device, place in (("m2", "Xóm Đình"), ("m3", "Xóm Trại")):
        answers = {**AGREED, "household": {"address_text": place}}
        store.add_revisions([replace(first, id="", parents=(first.id,), device=device, answers=answers)], device)
    withdraw(store, "s1", "e1", now)
    current = store.current("s1")
    assert current is not None
    assert current.state == "conflict"
    assert register(store)[0].state == "withdrawn"


def test_what_is_kept_is_said_in_words_with_notes(store: Store) -> None:
    found = {entry.address: entry for entry in answers_of(store, "s1")}
    status = found["household/poverty_status"]
    assert (status.answer, status.note) == ("Không thuộc các diện trên", "có giấy")
    assert found["consent/consent_scope"].answer.count(",") >= 1
    assert found["members[1]/roster/m_birth_year"].person == "Nguyễn Thị Ánh"


def test_the_household_gets_everything_as_a_document(store: Store, tmp_path: Path) -> None:
    path = write_record(store, "s1", tmp_path / "out" / "hộ 001.pdf", clock=now)
    assert path.read_bytes().startswith(b"%PDF")
    with pytest.raises(SurveyAppError, match="CON-02"):
        write_record(store, "nobody", tmp_path / "x.pdf")


def test_the_notice_is_the_one_of_the_form(store: Store, shipped: StoredForm) -> None:
    form = stored_form(store, shipped.id, shipped.version)
    assert "rút lại đồng ý" in notice_text(form)
    assert "withdraw" in notice_text(form, "en")


def test_an_erased_household_is_in_no_register_and_cannot_be_opened(store: Store, tmp_path: Path) -> None:
    erase(store, "h1", "e1", "asked", now)
    assert [each.household.id for each in register(store)] == ["h2"]
    assert "s1" not in exported(store, tmp_path)
    with pytest.raises(SurveyAppError, match="INT-07"):
        open_interview(store, "h1", "e1", now)


def test_nothing_about_consent_is_answered_before_somebody_answers(store: Store) -> None:
    store.put_households([Household("h3", "07030-001", 3, "Lê Văn Ba")])
    session = open_interview(store, "h3", "e1", now).session
    asked = [session.node(path) for path in session.paths() if path.startswith("/data/consent/")]
    assert {node.value for node in asked if node.kind == "question"} == {""}
