"""A form that is sent back with a question, corrected on the laptop, and accepted in the office, without a network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey_app.bundles import OfficeKey
from survey_app.bundles.keys import OFFICE_IDENTITY
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.comments import accept, ask, ask_again, exchanges, reply
from survey_app.operations.conflicts import list_conflicts
from survey_app.operations.enrolment import create_office, enrol_laptop, open_enrolment
from survey_app.operations.handover import load_receipt, merge, office_of, pack, write_receipts
from survey_app.operations.interview import Interview, open_interview
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.operations.merging import trust_office, undo
from survey_app.operations.visits import void_form
from survey_app.operations.worklist import assign_households, visit_plan
from survey_app.records import Enumerator, Household, Place, Round
from survey_app.store import Store, StoredForm

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
PASSPHRASE = "khao-sat-mau"
XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
  xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Phiếu</h:title><model><instance><data id="f" version="1">
  <phones/><fibre/><interview_result/></data></instance><bind nodeset="/data/phones" type="int" required="true()"/>
  <bind nodeset="/data/fibre" type="string"/><bind nodeset="/data/interview_result" type="string"/></model></h:head>
  <h:body><input ref="/data/phones"><label>Có mấy điện thoại?</label></input>
  <input ref="/data/fibre"><label>Có cáp quang không?</label></input></h:body></h:html>"""


def at(minutes: int = 0, years: int = 0) -> dt.datetime:
    return NOON.replace(year=NOON.year + years) + dt.timedelta(minutes=minutes)


@dataclass
class Village:
    """An office and two laptops, one for each enumerator."""

    folder: Path
    office: Store
    laptops: tuple[Store, Store]
    moment: int = 0

    def clock(self) -> dt.datetime:
        self.moment += 1
        return at(self.moment)

    def interview(self, laptop: Store, person: str, **answers: str) -> None:
        opened = self.open(laptop, person)
        for name, value in answers.items():
            opened.answer(f"/data/{name}", value)
        opened.finish()

    def open(self, laptop: Store, person: str) -> Interview:
        return open_interview(laptop, "h1", person, self.clock)

    def hand_over(self, laptop: Store) -> None:
        written = pack(laptop, None, self.folder / "out", clock=self.clock)
        balance = merge(self.office, [written.path], clock=self.clock)
        assert not balance.refusals

    def send_back(self) -> None:
        for laptop, sent in zip(self.laptops, write_lists(self.office, self.folder, clock=self.clock), strict=True):
            load_list(laptop, sent.path)

    def form(self) -> str:
        (current,) = self.office.currents()
        return current.submission


def status(store: Store) -> str:
    line = store.line("h1")
    assert line is not None
    return line.status


def states(store: Store) -> list[str]:
    return [each.state for each in exchanges(store)]


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
    office = create_office(
        tmp_path / "office.store",
        PASSPHRASE,
        "Xã A",
        Round("r", "Đợt", "f", "1", *dates, "1"),
        clock=lambda: NOON,
        forms=[StoredForm("f", "1", "Phiếu", XFORM)],
        places=[Place("1", "Xã A", "commune", "xa", ""), Place("1-001", "Thôn 1", "village", "thon", "1")],
        enumerators=[Enumerator("e1", "Mai"), Enumerator("e2", "Hùng"), Enumerator("s", "Lan", "supervisor")],
        households=[Household("h1", "1-001", 1, "Trần Văn Ba", assigned_to="e1")],
    )
    laptops = []
    for number in (1, 2):
        file = tmp_path / f"l{number}.enrolment"
        done = enrol_laptop(office, f"Máy {number}", [f"e{number}"], ["1-001"], file, device_id=f"m{number}")
        laptops.append(open_enrolment(file, done.code, tmp_path / f"l{number}.store", PASSPHRASE))
    yield Village(tmp_path, office, (laptops[0], laptops[1]))
    for store in (office, *laptops):
        store.close()


@pytest.fixture
def asked(village: Village) -> Village:
    """The first laptop's form is in the office, which asks about the telephones; the laptops have the question."""
    first = village.laptops[0]
    village.interview(first, "e1", phones="12", fibre="yes")
    village.hand_over(first)
    ask(village.office, village.form(), "phones", "12 điện thoại cho 2 người?", "s", clock=village.clock)
    village.send_back()
    return village


def test_a_question_sends_the_form_back_and_a_correction_answers_it(asked: Village) -> None:
    first = asked.laptops[0]
    assert (status(asked.office), status(first)) == ("needs_correction", "needs_correction")
    assert [line.household.id for line in visit_plan(first, at(60), enumerator="e1").corrections] == ["h1"]
    (exchange,) = exchanges(first)
    assert (exchange.question, exchange.said[0].by, exchange.said[0].value) == ("Có mấy điện thoại?", "Lan", "12")
    asked.interview(first, "e1", phones="2")
    assert (states(first), status(first)) == (["answered"], "complete")
    asked.hand_over(first)
    assert (states(asked.office), status(asked.office)) == (["answered"], "complete")
    (exchange,) = exchanges(asked.office)
    assert [(each.by, each.value) for each in exchange.said] == [("Lan", "12"), ("Mai", "2")]
    (current,) = asked.office.currents()
    assert (current.state, current.answers["phones"]) == ("settled", "2")
    accept(asked.office, exchange.thread, "s", clock=asked.clock)
    asked.send_back()
    assert (states(asked.office), states(first)) == (["accepted"], ["accepted"])


def test_a_reply_in_words_is_handed_over_and_can_be_asked_about_again(asked: Village) -> None:
    first = asked.laptops[0]
    load_receipt(first, write_receipts(asked.office, asked.folder, asked.clock)[0].path)
    (exchange,) = exchanges(first)
    reply(first, exchange.thread, "Nhà bán điện thoại, đã xem tận nơi", "e1", asked.clock)
    assert (states(first), status(first)) == (["answered"], "complete")  # the reply is not with the office yet
    asked.hand_over(first)
    assert status(first) == "packed"
    load_receipt(first, write_receipts(asked.office, asked.folder, asked.clock)[0].path)
    assert status(first) == "confirmed"
    ask_again(asked.office, exchange.thread, "Chỉ tính máy của người trong nhà", "s", asked.clock)
    asked.send_back()
    assert (states(first), status(first)) == (["open"], "needs_correction")


def test_clocks_that_are_wrong_by_years_change_nothing(asked: Village) -> None:
    first = asked.laptops[0]
    (exchange,) = exchanges(first)
    reply(first, exchange.thread, "Đúng 12 máy", "e1", lambda: at(years=20))
    asked.hand_over(first)
    accept(asked.office, exchange.thread, "s", clock=lambda: at(years=-20))
    assert states(asked.office) == ["accepted"]
    assert [each.state for each in exchanges(asked.office)[0].said] == ["open", "answered", "accepted"]


def test_what_two_people_say_without_knowing_of_each_other_leaves_the_question_open(asked: Village) -> None:
    (exchange,) = exchanges(asked.office)
    reply(asked.laptops[0], exchange.thread, "Đúng", "e1", asked.clock)
    ask_again(asked.office, exchange.thread, "Ai dùng các máy này?", "s", asked.clock)
    asked.hand_over(asked.laptops[0])
    assert states(asked.office) == ["open"]
    assert len(exchanges(asked.office)[0].said) == 3


def test_a_question_about_the_whole_form_is_answered_by_any_correction(village: Village) -> None:
    first = village.laptops[0]
    village.interview(first, "e1", phones="1")
    village.hand_over(first)
    ask(village.office, village.form(), "", "Hỏi lại ông Ba", "s", clock=village.clock)
    village.send_back()
    village.interview(first, "e1", fibre="no")
    assert states(first) == ["answered"]


def test_a_correction_elsewhere_leaves_the_question_open(asked: Village) -> None:
    asked.interview(asked.laptops[0], "e1", fibre="no")
    assert (states(asked.laptops[0]), status(asked.laptops[0])) == (["open"], "needs_correction")


def test_a_form_that_was_made_void_needs_no_correction(asked: Village) -> None:
    void_form(asked.office, "h1", "s", "nhầm hộ", asked.clock)
    assert (exchanges(asked.office), status(asked.office)) == ([], "not_visited")


def test_a_question_without_words_or_without_a_form_is_refused(asked: Village) -> None:
    for form, words, code in ((asked.form(), "  ", "COM-01"), ("nowhere", "a", "COM-02")):
        with pytest.raises(SurveyAppError) as raised:
            ask(asked.office, form, "phones", words, "s")
        assert raised.value.code == code
    with pytest.raises(SurveyAppError) as raised:
        reply(asked.office, "no thread", "a", "s")
    assert raised.value.code == "COM-02"
    assert len(exchanges(asked.office)) == 1


# --- other laptops, other offices ------------------------------------------------------------------------------------


def test_whoever_gets_the_household_goes_on_with_the_same_form(asked: Village) -> None:
    second = asked.laptops[1]
    assign_households(asked.office, ["h1"], "e2")
    asked.send_back()
    asked.interview(second, "e2", phones="2")
    asked.hand_over(second)
    (current,) = asked.office.currents()
    assert (current.state, current.answers["phones"], current.answers["fibre"]) == ("settled", "2", "yes")
    assert states(asked.office) == ["answered"]


def test_reassigning_while_somebody_corrects_makes_a_conflict_and_loses_nothing(asked: Village) -> None:
    first, second = asked.laptops
    begun = asked.open(first, "e1")
    begun.answer("/data/phones", "3")
    assign_households(asked.office, ["h1"], "e2")
    asked.send_back()  # it arrives in the middle of the correction
    assert first.drafts()[0].values["phones"] == "3"
    asked.interview(second, "e2", phones="2")
    begun.finish()
    for laptop in (second, first):
        asked.hand_over(laptop)
    (conflict,) = list_conflicts(asked.office)
    (difference,) = conflict.differences
    assert (difference.address, sorted(map(str, difference.values.values()))) == ("phones", ["2", "3"])
    assert {revision.answers["phones"] for revision in asked.office.revisions(asked.form())} == {"12", "2", "3"}


def test_reassigning_while_the_first_interview_is_still_going_on_makes_a_conflict(village: Village) -> None:
    first, second = village.laptops
    begun = village.open(first, "e1")
    begun.answer("/data/phones", "3")
    begun.answer("/data/fibre", "yes")
    assign_households(village.office, ["h1"], "e2")
    village.send_back()
    village.interview(second, "e2", phones="2", fibre="yes")
    begun.finish()
    for laptop in (first, second):
        village.hand_over(laptop)
    (conflict,) = list_conflicts(village.office)
    assert [(each.address, each.base) for each in conflict.differences] == [("phones", None)]
    assert conflict.answers["fibre"] == "yes"  # what both say is joined


def test_a_household_whose_form_was_made_void_is_interviewed_again(village: Village) -> None:
    first = village.laptops[0]
    village.interview(first, "e1", phones="3", fibre="yes")
    void_form(first, "h1", "e1", "nhầm", village.clock)
    again = village.open(first, "e1")
    assert again.session.node("/data/phones").value == ""
    again.answer("/data/phones", "1")
    again.finish()
    (current,) = first.currents()
    assert (current.state, current.answers.get("phones"), current.answers.get("fibre")) == ("settled", "1", None)
    village.hand_over(first)
    assert [each.state for each in village.office.currents()] == ["settled"]


def test_an_office_above_gets_forms_and_questions_in_any_order(asked: Village, tmp_path: Path) -> None:
    early = pack(asked.office, _key(asked), asked.folder / "up", clock=asked.clock)
    asked.interview(asked.laptops[0], "e1", phones="2")
    asked.hand_over(asked.laptops[0])
    late = pack(asked.office, _key(asked), asked.folder / "up", clock=asked.clock)
    digests = set()
    for name, paths in {"a": [early.path, late.path], "b": [late.path, early.path, late.path]}.items():
        with create_office(tmp_path / name / "province.store", PASSPHRASE, "Tỉnh", office_id="province") as above:
            above.put_secret(OFFICE_IDENTITY, asked.office.secret(OFFICE_IDENTITY) or b"")
            trust_office(above, _key(asked))
            for path in paths:
                assert not merge(above, [path]).refusals
            digests.add(above.digest())
            assert [each.state for each in exchanges(above)] == ["answered"]
    assert digests == {asked.office.digest()}


def test_an_undone_bundle_takes_its_replies_with_it(asked: Village) -> None:
    reply(asked.laptops[0], exchanges(asked.laptops[0])[0].thread, "Đúng", "e1", asked.clock)
    before = asked.office.digest()
    written = pack(asked.laptops[0], None, asked.folder / "out", clock=asked.clock)
    merge(asked.office, [written.path])
    assert states(asked.office) == ["answered"]
    undo(asked.office, written.bundle_id)
    assert (states(asked.office), status(asked.office)) == (["open"], "needs_correction")
    assert asked.office.digest() == before
    assert asked.office.check() == []


def _key(village: Village) -> OfficeKey:
    return office_of(village.office)
