"""An interview: session and draft in step, resumed, corrected, finished."""

from __future__ import annotations

import datetime as dt
import itertools
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.interview import Interview, NotFinishedError, open_interview
from survey_app.records import Enumerator, Erasure, Household, Place, Round, flatten, nest
from survey_app.store import Store, StoredForm
from survey_app.xforms import load_form

NOW = dt.datetime(2026, 11, 21, 14, 32, 7, tzinfo=VIETNAM)
HOME = "6a1f0d5e-0000-4000-8000-000000000017"
OTHER = "6a1f0d5e-0000-4000-8000-000000000018"
CHEAP = crypto.Cost(passes=1, memory_kib=8 * 1024)

FORM = """
| survey |
| | type | name | label | relevant | required | constraint |
| | hidden | hh_no | | | | |
| | hidden | commune_code | | | | |
| | hidden | start_time | | | | |
| | hidden | end_time | | | | |
| | hidden | interview_result | | | | |
| | begin_group | consent | Consent | | | |
| | select_one answer | consent_answer | Do you agree | | yes | |
| | end_group | | | | | |
| | begin_repeat | members | Members | ${consent_answer} = 'agree' | | |
| | text | m_name | Name | | yes | |
| | integer | m_birth_year | Year | | yes | . >= 1900 |
| | end_repeat | | | | | |
| | begin_group | close | Close | ${consent_answer} = 'agree' | | |
| | integer | n_phone | Phones | | yes | . >= 0 |
| | text | remark | Remark | | | |
| | end_group | | | | | |
| choices |
| | list_name | name | label |
| | answer | agree | Agree |
| | answer | refuse | Refuse |
| settings |
| | form_id | version |
| | small | 1 |
"""


@pytest.fixture(scope="session")
def small_form(tmp_path_factory: pytest.TempPathFactory) -> StoredForm:
    path = tmp_path_factory.mktemp("form") / "small.md"
    path.write_text(FORM, encoding="utf-8")
    form = load_form(path)
    return StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {})


@pytest.fixture
def clock() -> Callable[[], dt.datetime]:
    ticks = itertools.count()
    return lambda: NOW + dt.timedelta(seconds=next(ticks))


@pytest.fixture
def store(tmp_path: Path, small_form: StoredForm, clock: Callable[[], dt.datetime]) -> Iterator[Store]:
    path = tmp_path / "laptop.store"
    with Store.create(path, "secret", kind="laptop", device="m1", name="Máy 1", clock=clock, cost=CHEAP) as opened:
        opened.put_form(small_form)
        opened.put_places(
            [
                Place("22", "Tỉnh Quảng Ninh", "province", "tinh", ""),
                Place("07030", "Xã Phú Lâm", "commune", "xa", "22"),
                Place("07030-001", "Thôn Đông Hạ", "village", "thon", "07030"),
            ]
        )
        opened.put_enumerators([Enumerator("e1", "Lò Thị Mai")])
        opened.put_round(
            Round("R1", "R1", "small", "1", "2026-11-01", "2025-07-01", "2026-11-01", "2026-11-30", "07030")
        )
        opened.put_households(
            [Household(HOME, "07030-001", 17, "Nguyễn Thị Hường"), Household(OTHER, "07030-001", 18, "Lê Văn Ba")]
        )
        yield opened


@pytest.fixture
def begin(store: Store, clock: Callable[[], dt.datetime]) -> Callable[..., Interview]:
    def start(household: str = HOME) -> Interview:
        return open_interview(store, household, "e1", clock)

    return start


def fill(interview: Interview, names: tuple[str, ...] = ("Hường", "Nam")) -> None:
    """Answer everything the small form asks."""
    interview.answer("/data/consent/consent_answer", "agree")
    for number, name in enumerate(names, start=1):
        if f"/data/members[{number}]" not in interview.session.paths():
            interview.add_member("/data/members")
        interview.answer(f"/data/members[{number}]/m_name", name)
        interview.answer(f"/data/members[{number}]/m_birth_year", str(1980 + number))
    interview.answer("/data/close/n_phone", "2")


def test_a_form_that_was_only_looked_at_leaves_no_draft(begin: Callable[..., Interview], store: Store) -> None:
    interview = begin()
    interview.look_at("/data/consent/consent_answer")
    interview.commit()
    assert store.drafts() == []
    interview.pause()
    assert store.drafts() == []
    line = store.line(HOME)
    assert line is not None
    assert line.status == "not_visited"


def test_the_first_answer_begins_the_draft_with_all_that_is_known(
    begin: Callable[..., Interview], store: Store
) -> None:
    begin().answer("/data/consent/consent_answer", "agree")
    (draft,) = store.drafts()
    assert draft.values["consent/consent_answer"] == "agree"
    assert draft.values["hh_no"] == "17"
    assert draft.cursor == "consent/consent_answer"


def test_a_correction_that_changes_nothing_can_be_finished(begin: Callable[..., Interview], store: Store) -> None:
    interview = begin()
    fill(interview)
    interview.finish()
    begin().finish()
    assert len(list(store.revisions())) == 2
    assert store.drafts() == []


def test_a_submission_in_conflict_is_not_opened_and_says_who_decides(
    begin: Callable[..., Interview], store: Store
) -> None:
    interview = begin()
    fill(interview)
    first = interview.finish()
    other = begin()
    other.answer("/data/close/n_phone", "3")
    there = replace(other.close(), device="m2", id="")
    other.store.discard_draft(other.draft.id)
    here = begin()
    here.answer("/data/close/n_phone", "4")
    here.finish()
    store.add_revisions([there], "bundle")
    assert there.parents == (first.id,)
    with pytest.raises(SurveyAppError) as caught:
        begin()
    assert caught.value.code == "INT-04"
    assert "commune" in caught.value.hint
    assert store.drafts() == []


def test_a_draft_stays_when_it_is_opened_again_and_only_looked_at(
    begin: Callable[..., Interview], store: Store
) -> None:
    begin().answer("/data/consent/consent_answer", "agree")
    begin().pause()
    assert store.drafts()[0].values["consent/consent_answer"] == "agree"


def test_what_the_program_knows_is_filled_in(begin: Callable[..., Interview]) -> None:
    session = begin().session
    assert session.node("/data/hh_no").value == "17"
    assert session.node("/data/commune_code").value == "07030"
    assert session.node("/data/start_time").value == "2026-11-21T14:32:07.000+07:00" or session.node(
        "/data/start_time"
    ).value.startswith("2026-11-21T14:32")


def test_names_that_the_form_does_not_have_are_skipped(begin: Callable[..., Interview], store: Store) -> None:
    interview = begin()
    interview.answer("/data/consent/consent_answer", "agree")
    assert "village_code" not in store.drafts()[0].values
    assert interview.session.paths()


def test_an_answer_is_in_the_file_when_answer_returns(begin: Callable[..., Interview], store: Store) -> None:
    interview = begin()
    interview.answer("/data/consent/consent_answer", "agree")
    draft = store.draft(interview.draft.id)
    assert draft is not None
    assert draft.values["consent/consent_answer"] == "agree"
    assert draft.cursor == "consent/consent_answer"
    assert not interview.unsaved


def test_an_interview_resumes_with_its_answers_and_its_place(begin: Callable[..., Interview]) -> None:
    first = begin()
    fill(first)
    first.look_at("/data/members[2]/m_name")
    first.commit()
    again = begin()
    assert again.resumed
    assert again.draft.id == first.draft.id
    assert again.path_of(again.cursor) == "/data/members[2]/m_name"
    assert again.session.node("/data/members[2]/m_name").value == "Nam"
    assert again.session.answers(everything=True) == first.session.answers(everything=True)


def test_a_draft_never_opens_for_another_household(begin: Callable[..., Interview]) -> None:
    fill(begin())
    other = begin(OTHER)
    assert not other.resumed
    assert other.session.node("/data/hh_no").value == "18"
    assert not other.session.node("/data/consent/consent_answer").value


def test_the_place_survives_that_a_member_before_it_is_removed(begin: Callable[..., Interview]) -> None:
    interview = begin()
    fill(interview, ("Hường", "Nam", "Linh"))
    interview.look_at("/data/members[3]/m_name")
    interview.commit()
    interview.remove_member("/data/members[1]")
    assert interview.path_of(interview.cursor) == "/data/members[2]/m_name"
    assert begin().cursor == interview.cursor


def test_a_removed_member_is_gone_from_the_file(begin: Callable[..., Interview], store: Store) -> None:
    interview = begin()
    fill(interview)
    interview.remove_member("/data/members[2]")
    draft = store.draft(interview.draft.id)
    assert draft is not None
    assert not [address for address in draft.values if address.startswith("members[2]")]
    assert len([p for p in begin().session.paths() if p.endswith("]")]) == 1


def test_members_can_be_named_by_their_position(begin: Callable[..., Interview]) -> None:
    interview = begin()
    interview.answer("/data/consent/consent_answer", "agree")
    interview.add_member()
    interview.answer("/data/members[2]/m_name", "Nam")
    interview.remove_member(1)
    assert interview.session.node("/data/members[1]/m_name").value == "Nam"


@pytest.mark.parametrize("position", [1, 2, 3])
def test_a_removed_member_comes_back_at_its_place_with_its_key(
    begin: Callable[..., Interview], store: Store, position: int
) -> None:
    interview = begin()
    fill(interview, ("Hường", "Nam", "Linh"))
    before = interview.session.answers(everything=True)
    removed = interview.remove_member(f"/data/members[{position}]")
    interview.put_back(removed)
    interview.commit()
    assert interview.session.answers(everything=True) == before
    assert begin().session.answers(everything=True) == before


def test_answers_given_after_a_removal_stay_when_it_is_undone(begin: Callable[..., Interview]) -> None:
    interview = begin()
    fill(interview)
    removed = interview.remove_member("/data/members[1]")
    interview.answer("/data/close/n_phone", "5")
    interview.put_back(removed)
    interview.commit()
    assert interview.session.node("/data/close/n_phone").value == "5"
    assert interview.session.node("/data/members[1]/m_name").value == "Hường"


def test_what_is_missing_keeps_the_form_from_being_finished(begin: Callable[..., Interview], store: Store) -> None:
    interview = begin()
    interview.answer("/data/consent/consent_answer", "agree")
    assert [v.path for v in interview.missing()] == [
        "/data/members[1]/m_name",
        "/data/members[1]/m_birth_year",
        "/data/close/n_phone",
    ]
    with pytest.raises(NotFinishedError) as caught:
        interview.finish()
    assert len(caught.value.violations) == 3
    assert store.draft(interview.draft.id) is not None


def test_a_broken_rule_keeps_the_form_from_being_finished(begin: Callable[..., Interview]) -> None:
    interview = begin()
    fill(interview)
    interview.answer("/data/members[1]/m_birth_year", "1066")
    assert [v.kind for v in interview.violations()] == ["constraint"]
    with pytest.raises(NotFinishedError):
        interview.finish()


def test_a_finished_form_is_a_revision_and_leaves_no_draft(begin: Callable[..., Interview], store: Store) -> None:
    interview = begin()
    fill(interview)
    revision = interview.finish()
    assert store.drafts() == []
    assert [r.id for r in store.revisions()] == [revision.id]
    assert revision.parents == ()
    assert revision.device == "m1"
    assert revision.author == "e1"
    assert revision.answers["interview_result"] == "complete"
    assert revision.answers["end_time"] > revision.answers["start_time"]
    line = store.line(HOME)
    assert line is not None
    assert line.status == "complete"


def test_a_refusal_finishes_the_form_with_nothing_else_asked(begin: Callable[..., Interview], store: Store) -> None:
    interview = begin()
    interview.answer("/data/consent/consent_answer", "refuse")
    assert interview.refused
    revision = interview.finish()
    assert revision.answers["interview_result"] == "refused"
    assert "members" not in revision.answers
    line = store.line(HOME)
    assert line is not None
    assert line.status == "refused"


def test_a_correction_begins_with_the_answers_and_names_its_parents(
    begin: Callable[..., Interview], store: Store
) -> None:
    interview = begin()
    fill(interview)
    first = interview.finish()
    correction = begin()
    assert correction.correction
    assert correction.draft.submission == first.submission
    assert correction.session.node("/data/members[2]/m_name").value == "Nam"
    correction.answer("/data/close/n_phone", "3")
    second = correction.finish()
    assert second.parents == (first.id,)
    current = store.current(first.submission)
    assert current is not None
    assert current.answers["close"]["n_phone"] == "3"
    assert current.heads == (second.id,)


def test_a_line_key_of_a_published_revision_is_never_given_to_somebody_else(begin: Callable[..., Interview]) -> None:
    interview = begin()
    fill(interview, ("Hường", "Nam"))
    interview.finish()
    correction = begin()
    correction.remove_member("/data/members[2]")
    correction.pause()
    again = begin()
    again.add_member("/data/members")
    assert again.session.node("/data/members[2]").address not in ("members[1]", "members[2]")


def test_a_failed_commit_keeps_the_answer_and_the_next_one_writes_it(
    begin: Callable[..., Interview], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    interview = begin()
    with monkeypatch.context() as patch:

        def full(*_arguments: object) -> None:
            raise SurveyAppError("STO-09", "The disk is full.")

        patch.setattr(store, "start_draft", full)
        with pytest.raises(SurveyAppError, match="full"):
            interview.answer("/data/consent/consent_answer", "agree")
        with pytest.raises(SurveyAppError, match="full"):
            interview.answer("/data/members[1]/m_name", "Hường")
    assert interview.session.node("/data/members[1]/m_name").value == "Hường"
    assert interview.trouble
    assert {"consent/consent_answer", "members[1]/m_name"} <= set(interview.unsaved)
    interview.commit()
    assert not interview.trouble
    assert not interview.unsaved
    values = begin().draft.values
    assert values["consent/consent_answer"] == "agree"
    assert values["members[1]/m_name"] == "Hường"


def test_what_is_given_while_a_commit_is_under_way_stays_due(begin: Callable[..., Interview]) -> None:
    interview = begin()
    interview.enter("/data/consent/consent_answer", "agree")
    flying = interview.due()
    assert flying is not None
    interview.enter("/data/consent/consent_answer", "refuse")
    interview.settled(flying)
    due = interview.due()
    assert due is not None
    assert due.saved["consent/consent_answer"] == "refuse"


def test_a_household_that_is_not_on_the_list_is_refused(begin: Callable[..., Interview]) -> None:
    with pytest.raises(SurveyAppError) as caught:
        begin(str(uuid.UUID(int=1)))
    assert caught.value.code == "INT-01"


def test_ids_and_times_come_from_outside(store: Store, clock: Callable[[], dt.datetime]) -> None:
    interview = open_interview(store, HOME, "e1", clock, new_id=lambda: "a" * 8)
    assert interview.draft.id == "a" * 8


def test_a_household_has_one_submission_a_round_wherever_it_is_interviewed(
    store: Store, clock: Callable[[], dt.datetime]
) -> None:
    first, second = (open_interview(store, HOME, "e1", clock).draft for _ in range(2))
    assert first.submission == second.submission
    assert first.id != second.id


def test_an_interview_loads_no_library_of_analysis() -> None:
    code = (
        "import sys; import survey_app.operations.interview, survey_app.gui.interview.screen, survey_app.store;"
        "heavy = {'pandas','matplotlib','duckdb','pyxform','ibis','openpyxl','numpy','pyrage'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


# --- words beside questions ----------------------------------------------------------------------------------------


def test_a_note_is_kept_with_the_answers_and_is_no_answer(begin: Callable[..., Interview]) -> None:
    interview = begin()
    fill(interview, ("Hường", "Nam"))
    interview.enter_note("/data/members[2]/m_name", "  tên ở nhà là Tí ")
    interview.commit()
    interview.pause()
    again = begin()
    assert again.note("/data/members[2]/m_name") == "tên ở nhà là Tí"
    assert again.noted == {"members[2]/m_name"}
    assert "m_name#note" not in again.session.submission_xml()
    revision = again.finish()
    assert flatten(revision.answers)["members[2]/m_name#note"] == "tên ở nhà là Tí"
    assert begin().note("/data/members[2]/m_name") == "tên ở nhà là Tí"


def test_a_note_goes_and_comes_back_with_its_member(begin: Callable[..., Interview]) -> None:
    interview = begin()
    fill(interview, ("Hường", "Nam"))
    interview.enter_note("/data/members[2]/m_name", "đang đi làm xa")
    interview.commit()
    removed = interview.remove_member(2)
    assert interview.noted == frozenset()
    interview.put_back(removed)
    interview.commit()
    assert begin().note("/data/members[2]/m_name") == "đang đi làm xa"
    interview.enter_note("/data/members[2]/m_name", " ")
    interview.commit()
    assert begin().noted == frozenset()


def test_after_a_withdrawal_consent_is_asked_anew_and_nothing_is_shown(begin: Callable[..., Interview]) -> None:
    interview = begin()
    fill(interview, ("Hường",))
    revision = interview.finish()
    answers = nest({**flatten(revision.answers), "consent/consent_answer#withdrawn": "2026-11-22T08:00:00.000+07:00"})
    interview.store.add_revisions([replace(revision, id="", parents=(revision.id,), answers=answers)], "here")
    again = begin()
    assert again.session.node("/data/consent/consent_answer").value == ""
    assert {again.session.node(path).value for path in again.session.paths() if "m_name" in path} <= {""}
    fill(again, ("Hường",))
    assert "consent_answer#withdrawn" not in str(again.finish().answers)


def test_an_erased_household_cannot_be_opened(begin: Callable[..., Interview]) -> None:
    interview = begin()
    interview.store.add_erasures([Erasure(HOME, "e", "L", "2026-11-22", "asked")], "here")
    with pytest.raises(SurveyAppError, match="INT-07"):
        begin()


def test_who_sits_at_an_interview_stands_in_the_file_until_it_is_left(begin: Callable[..., Interview]) -> None:
    interview = begin()
    assert interview.store.left_open() is None
    interview.answer("/data/consent/consent_answer", "agree")
    left = interview.store.left_open()
    assert left is not None
    assert (left.household, left.cursor) == (HOME, "consent/consent_answer")
    interview.pause()
    assert interview.store.left_open() is None
