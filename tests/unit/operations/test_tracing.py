"""The history of a household: complete, by version and by question, with what rules and people decided."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from survey_app import crypto
from survey_app.errors import SurveyAppError
from survey_app.operations.conflicts import list_conflicts, settle, spelled_choices, void_submission
from survey_app.operations.decisions import decisions, write_decisions
from survey_app.operations.tracing import find_household, history_of
from survey_app.paradata import Paradata, SittingTime
from survey_app.records import Enumerator, Household, Place, Revision, flatten
from survey_app.store import BundleNote, Device, Store, StoredForm
from survey_app.xforms import load_form

FORM = """
| survey |
| | type | name | label | calculation |
| | integer | phones | How many phones | |
| | select_one net | net | Which internet | |
| | calculate | twice | | ${phones} * 2 |
| | begin_repeat | members | Members | |
| | text | m_name | Name | |
| | integer | m_age | Age | |
| | end_repeat | | | |
| choices |
| | list_name | name | label |
| | net | fibre | Fibre |
| | net | mobile | Mobile |
| | net | none | None |
| settings |
| | form_id | version |
| | small | 1 |
"""
FIRST = {"phones": "2", "net": "none", "twice": "4", "members": [{"#": 1, "m_name": "Lan", "m_age": "40"}]}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "small.md").write_text(FORM, encoding="utf-8")
    form = load_form(tmp_path / "small.md")
    path, cost = tmp_path / "office.store", crypto.Cost(1, 8)
    with Store.create(path, "secret", kind="office", device="xa", name="Xã", cost=cost) as opened:
        opened.put_form(StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {}))
        opened.put_places([Place("07030-001", "Thôn Đông", "village", "thon", "07030")])
        opened.put_enumerators([Enumerator("mai", "Lò Thị Mai"), Enumerator("hung", "Vũ Hùng")])
        opened.put_devices([Device("L1", "Máy 1", bytes(32)), Device("L2", "Máy 2", bytes(32))])
        opened.put_households([Household("h1", "07030-001", 17, "Nguyễn Thị Lan")])
        yield opened


def revision(answers: dict[str, Any], **given: Any) -> Revision:
    fields: dict[str, Any] = {
        "submission": "s1", "household": "h1", "round": "R", "form_id": "small", "form_version": "1", "parents": (),
        "kind": "answers", "author": "mai", "device": "L1", "made_at": "2026-11-21T09:00:00.000+07:00", "reason": "",
        "answers": answers, **given,
    }  # fmt: skip
    return Revision(**fields)


@pytest.fixture
def edits() -> tuple[Revision, Revision, Revision]:
    """Two people correct the same form: both the phones, each something else besides."""
    told = Paradata((SittingTime("2026-11-21T09:00:00.000+07:00", 600),), {"phones": 30}).as_text()
    first = revision(FIRST, paradata=told)
    later = ("2026-11-21T10:00:00.000+07:00", "2026-11-21T11:00:00.000+07:00")
    of_mai = {**FIRST, "phones": "3", "twice": "6", "net": "fibre"}
    of_hung = {**FIRST, "phones": "4", "twice": "8", "members": [{"#": 1, "m_name": "Lan", "m_age": "41"}]}
    mai = revision(of_mai, parents=(first.id,), made_at=later[0])
    hung = revision(of_hung, parents=(first.id,), author="hung", device="L2", made_at=later[1])
    return first, mai, hung


@pytest.fixture
def merged(store: Store, edits: tuple[Revision, ...]) -> Store:
    for n, each in enumerate(edits):
        store.add_revisions([each], f"b{n}")
        store.note_bundle(
            BundleNote(f"b{n}", "in", each.device, n + 1, each.made_at, "2026-11-22T08:00:00.000+07:00", (each.id,))
        )
    return store


def said(changes: Any) -> dict[str, tuple[str, str, str]]:
    return {change.address: (change.before, change.after, change.how) for change in changes}


def test_every_version_says_who_where_when_by_which_bundle_and_how_long(merged: Store) -> None:
    joined, hung, mai, first = history_of(merged, "h1", "en").versions
    assert (first.author, first.device, first.sittings, first.seconds) == ("Lò Thị Mai", "Máy 1", 1, 600)
    assert [(each.device, each.sequence, each.bundle) for each in hung.carriers] == [("Máy 2", 3, "b2")]
    assert (joined.kind, joined.author, joined.revision) == ("join", "", "")
    assert said(mai.changes)["net"] == ("None", "Fibre", "person")
    assert said(mai.changes)["twice"][2] == "form"


def test_what_the_rule_did_is_told_until_somebody_decides(merged: Store) -> None:
    joined = history_of(merged, "h1", "en").versions[0]
    told = said(joined.changes)
    assert told["net"] == ("None", "Fibre", "rule")
    assert told["members[1]/m_age"] == ("40", "41", "rule")
    assert told["twice"] == ("4", "8", "rule")
    assert told["phones"] == ("2", "2", "open")
    (phones,) = [each for each in joined.changes if each.address == "phones"]
    assert {(one.author, one.value) for one in phones.lost} == {("Lò Thị Mai", "3"), ("Vũ Hùng", "4")}


def test_a_choice_tells_what_was_chosen_and_what_lost(merged: Store) -> None:
    settle(merged, "s1", {"phones": "3"}, "đã hỏi lại", "hung")
    newest = history_of(merged, "h1", "en").versions[0]
    (phones,) = [each for each in newest.changes if each.address == "phones"]
    assert (phones.before, phones.after, phones.how) == ("2", "3", "choice")
    assert [(one.author, one.value) for one in phones.lost] == [("Vũ Hùng", "4")]
    assert (newest.kind, newest.author, newest.reason) == ("choice", "Vũ Hùng", "đã hỏi lại")
    assert said(newest.changes)["net"] == ("None", "Fibre", "rule")


def test_nothing_ever_given_is_unreachable(merged: Store, edits: tuple[Revision, ...]) -> None:
    """Whatever a person gave stands in a step of its question, in words or as it is, or among what lost."""
    settle(merged, "s1", {"phones": "7"}, "đếm lại", "hung")
    words = {"none": "None", "fibre": "Fibre", "mobile": "Mobile"}
    reachable = {
        (trace.address, value)
        for trace in history_of(merged, "h1", "en").traces
        for _version, change in trace.steps
        for value in (change.after, *(one.value for one in change.lost))
    }
    for each in edits:
        for address, value in flatten(each.answers).items():
            if address != "twice" and not address.endswith("]"):
                assert (address, words.get(value, value)) in reachable


def test_a_question_has_everything_it_has_been_and_what_stands(merged: Store) -> None:
    settle(merged, "s1", {"phones": "7"}, "đếm lại", "hung")
    (phones,) = [trace for trace in history_of(merged, "h1", "en").traces if trace.address == "phones"]
    assert [change.after for _version, change in phones.steps] == ["2", "3", "4", "7"]
    assert (phones.question, phones.now) == ("How many phones", "7")
    (age,) = [trace for trace in history_of(merged, "h1", "en").traces if trace.address == "members[1]/m_age"]
    assert age.whose == "Lan"


def test_a_void_is_a_change_of_the_form_itself(store: Store) -> None:
    store.add_revisions([revision(FIRST)], "here")
    void_submission(store, "s1", "trùng", "mai")
    newest = history_of(store, "h1", "en").versions[0]
    assert said(newest.changes) == {"": ("Counts", "Cancelled", "person")}


def test_a_void_beside_an_edit_that_a_person_settles(merged: Store, edits: tuple[Revision, ...]) -> None:
    _first, mai, hung = edits
    void = replace(hung, id="", kind="void", parents=(mai.id, hung.id), reason="trùng", answers=hung.answers)
    other = revision({**FIRST, "net": "mobile"}, parents=(mai.id, hung.id), made_at="2026-11-22T10:00:00.000+07:00")
    merged.add_revisions([void, other], "b9")
    settle(merged, "s1", {"": None}, "không có hộ này", "hung")
    newest = history_of(merged, "h1", "en").versions[0]
    whole = newest.changes[0]
    assert (whole.address, whole.before, whole.after, whole.how) == ("", "Counts", "Cancelled", "choice")
    assert [(one.author, one.value) for one in whole.lost] == []  # "counts" was what stood before


def test_looking_stands_in_the_log(merged: Store) -> None:
    merged.at_work = "hung"
    history_of(merged, "h1", "en")
    history_of(merged, "h1", "en", noted=False)
    (deed,) = merged.deeds("looked_at")
    assert (deed.who, dict(deed.about)) == ("hung", {"household": "h1", "what": "history"})


def test_a_household_is_found_by_id_or_by_village_and_number(store: Store) -> None:
    assert find_household(store, "h1") == find_household(store, "07030-001/17") == "h1"
    for words in ("", "x", "07030-001/18"):
        with pytest.raises(SurveyAppError, match="HIS-02"):
            find_household(store, words)
    with pytest.raises(SurveyAppError, match="HIS-01"):
        history_of(store, "x")


def test_the_report_of_decisions_holds_all_of_a_decision(merged: Store, tmp_path: Path) -> None:
    assert decisions(merged) == []
    settle(merged, "s1", {"phones": "4"}, "=1+1 đã hỏi lại", "hung")
    path = write_decisions(merged, tmp_path / "r.csv", language="en")
    with path.open(encoding="utf-8-sig", newline="") as file:
        _heads, row = list(csv.reader(file))
    assert row[:7] == ["Thôn Đông", "017 Nguyễn Thị Lan", "", "How many phones", "2", "4", "Lò Thị Mai: 3"]
    assert row[7] == "Vũ Hùng" and row[9] == "'=1+1 đã hỏi lại"
    assert decisions(merged, village="other") == decisions(merged, author="nobody") == []
    pdf = write_decisions(merged, tmp_path / "r.pdf", language="vi")
    assert pdf.read_bytes().startswith(b"%PDF")
    with pytest.raises(SurveyAppError, match="HIS-03"):
        write_decisions(merged, tmp_path / "r.docx")
    assert [deed.about["rows"] for deed in merged.deeds("printed")] == [1, 1]


def test_typed_decisions_name_versions_or_give_an_answer(merged: Store) -> None:
    (conflict,) = list_conflicts(merged)
    spelled: Callable[..., dict[str, str | None]] = lambda take, given: spelled_choices(conflict, take, given)  # noqa: E731
    assert spelled("A", {}) == {"phones": "3"}
    assert spelled("b", {}) == {"phones": "4"}
    assert spelled("before", {}) == {"phones": "2"}
    assert spelled("A", {"phones": "=9"}) == {"phones": "9"}
    assert spelled("", {}) == {}
    for take, given in (("C", {}), ("x y", {}), ("A", {"nothing": "A"})):
        with pytest.raises(SurveyAppError, match="CNF-02"):
            spelled(take, given)
