"""Requests of the people interviewed: deadlines, what is done about them, and how the register travels."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.consent import erase
from survey_app.operations.days_off import days_off, days_words, keep_days_off
from survey_app.operations.enrolment import create_office, enrol_laptop, open_enrolment
from survey_app.operations.handover import merge, pack
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.operations.outcomes import REQUEST_ANSWERED, REQUEST_DECLINED, REQUEST_DONE, REQUEST_LONGER
from survey_app.operations.requests import due_now, note_deed, requests, take_in, working_days_after
from survey_app.records import Enumerator, Household, Place, Round
from survey_app.store import Store

PASSPHRASE = "một câu đủ dài"
FRIDAY = dt.datetime(2026, 11, 20, 15, 0, tzinfo=VIETNAM)
HOME = "11111111-0000-0000-0000-000000000001"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    places = [Place("19", "T", "province", "tinh", ""), Place("00001", "X", "commune", "xa", "19")]
    with create_office(
        tmp_path / "office.store",
        PASSPHRASE,
        "Xã",
        Round("R", "R", "f", "1", "2026-11-01", "2026-10-01", "2026-11-01", "2026-12-31", "00001"),
        clock=lambda: FRIDAY,
        places=[*places, Place("00001-001", "Thôn", "village", "thon", "00001")],
        enumerators=[Enumerator("e1", "Mai"), Enumerator("s1", "Hồng", "supervisor")],
        households=[Household(HOME, "00001-001", 1, "Trần Văn A")],
    ) as store:
        yield store


def at(days: float) -> Callable[[], dt.datetime]:
    return lambda: FRIDAY + dt.timedelta(days=days)


def test_working_days_pass_over_the_weekend() -> None:
    assert working_days_after(FRIDAY.date(), 2) == dt.date(2026, 11, 24)
    assert working_days_after(dt.date(2026, 11, 21), 2) == dt.date(2026, 11, 24)


def test_working_days_pass_over_holidays(office: Store) -> None:
    assert working_days_after(dt.date(2026, 4, 29), 2) == dt.date(2026, 5, 5)  # 30/4 and 1/5 are known
    keep_days_off(office, "16/04/2027; 05/02/2027 – 11/02/2027")
    written = days_off(office)
    assert len(written) == 8
    assert working_days_after(dt.date(2027, 2, 4), 2, written) == dt.date(2027, 2, 15)
    assert days_words(written) == "05/02/2027 – 11/02/2027, 16/04/2027"
    keep_days_off(office, "2027-02-05 đến 2027-02-06")
    assert days_words(days_off(office)) == "05/02/2027 – 06/02/2027"
    keep_days_off(office, "")
    assert days_off(office) == frozenset()


@pytest.mark.parametrize("words", ["Tết", "31/02/2027", "05/02/2027 – 11/02/2028", "11/02/2027 – 05/02/2027"])
def test_what_is_no_day_is_named_and_changes_nothing(office: Store, words: str) -> None:
    keep_days_off(office, "16/04/2027")
    with pytest.raises(SurveyAppError, match=words.split()[0]) as refused:
        keep_days_off(office, f"17/04/2027, {words}")
    assert refused.value.code == "REQ-06"
    assert days_words(days_off(office)) == "16/04/2027"


def test_a_request_has_the_deadlines_of_the_law(office: Store) -> None:
    for right, last in (("see", 30), ("withdraw", 5)):
        take_in(office, HOME, right, "e1", "tại nhà", at(0))
        found = next(one for one in requests(office) if one.right == right)
        assert found.answer_due == dt.date(2026, 11, 24)
        assert found.due.day == last
    first = requests(office)[0]
    assert [first.status(FRIDAY.date() + dt.timedelta(days=days)) for days in (1, 3, 4, 5)] == [
        "ahead", "due", "due", "overdue",
    ]  # fmt: skip


def test_what_is_done_is_kept_with_who_and_when(office: Store) -> None:
    request = take_in(office, HOME, "correct", "e1", "sai năm sinh", at(0))
    note_deed(office, request, REQUEST_ANSWERED, "s1", "gọi điện", at(1))
    (found,) = requests(office)
    assert (found.state, found.next_due) == ("answered", dt.date(2026, 11, 30))
    note_deed(office, request, REQUEST_LONGER, "s1", "chờ giấy khai sinh", at(2))
    assert requests(office)[0].next_due == dt.date(2026, 12, 15)
    note_deed(office, request, REQUEST_DONE, "s1", "", at(3))
    (found,) = requests(office)
    assert (found.state, found.is_open) == ("done", False)
    assert [(deed.by, deed.note) for deed in found.deeds] == [
        ("Mai", "sai năm sinh"), ("Hồng", "gọi điện"), ("Hồng", "chờ giấy khai sinh"), ("Hồng", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "what", "note", "code"),
    [
        ((), REQUEST_DECLINED, "", "REQ-05"),
        ((REQUEST_LONGER,), REQUEST_LONGER, "again", "REQ-04"),
        ((REQUEST_DONE,), REQUEST_ANSWERED, "", "REQ-03"),
    ],
)
def test_what_cannot_be_noted_is_refused(
    office: Store, before: tuple[str, ...], what: str, note: str, code: str
) -> None:
    request = take_in(office, HOME, "see", "e1", clock=at(0))
    for number, each in enumerate(before, start=1):
        note_deed(office, request, each, "s1", "vì thế", at(number))
    kept = requests(office)
    with pytest.raises(SurveyAppError, match=code):
        note_deed(office, request, what, "s1", note, at(5))
    assert requests(office) == kept


def test_unknown_households_and_requests_are_refused(office: Store) -> None:
    with pytest.raises(SurveyAppError, match="REQ-01"):
        take_in(office, "nobody", "see", "e1")
    with pytest.raises(SurveyAppError, match="REQ-02"):
        note_deed(office, "nothing", REQUEST_DONE, "e1")


def test_a_request_taken_in_at_the_door_reaches_the_office_and_what_it_does_comes_back(
    office: Store, tmp_path: Path
) -> None:
    done = enrol_laptop(office, "Máy 1", (), (), tmp_path / "1.enrolment", clock=at(0))
    with open_enrolment(done.path, done.code, tmp_path / "laptop.store", PASSPHRASE, at(0)) as laptop:
        request = take_in(laptop, HOME, "see", "e1", clock=at(0.1))
        assert laptop.line(HOME).status == "not_visited"  # type: ignore[union-attr]
        bundle = pack(laptop, None, tmp_path / "out", clock=at(0.2)).path
        merge(office, [bundle], clock=at(0.3))
        assert [one.id for one in due_now(requests(office), dt.date(2026, 11, 23))] == [request]
        note_deed(office, request, REQUEST_DONE, "s1", "đã đưa bản in", at(2))
        (sent,) = write_lists(office, tmp_path, clock=at(2.1))
        load_list(laptop, sent.path)
        (found,) = requests(laptop)
        assert (found.state, found.deeds[-1].note) == ("done", "đã đưa bản in")


def test_an_erasure_takes_the_requests_with_it(office: Store) -> None:
    take_in(office, HOME, "erase", "e1", "tên tôi là A", at(0))
    erase(office, HOME, "s1", "asked", at(1))
    assert requests(office) == []
