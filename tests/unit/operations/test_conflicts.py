"""A person settles what rules cannot, and nothing that lost is gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app import crypto
from survey_app.clock import VIETNAM
from survey_app.operations.conflicts import (
    ConflictError,
    NoReason,
    NotAllSettled,
    NotInConflict,
    list_conflicts,
    settle,
    void_submission,
)
from survey_app.records import Enumerator, Household, Place, Revision
from survey_app.store import Device, Store, StoredForm

VILLAGES = ("25750-001", "25750-002")


def clock() -> dt.datetime:
    return dt.datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(
        tmp_path / "office.store", "mật khẩu", kind="office", device="office1", name="Xã", cost=crypto.Cost(1, 8)
    ) as opened:
        opened.put_places([Place(code, f"Thôn {code[-1]}", "village", "thon", "25750") for code in VILLAGES])
        opened.put_households([Household(f"h{n}", VILLAGES[n % 2], 10 - n, f"Trần Văn {n}") for n in range(1, 5)])
        opened.put_enumerators([Enumerator("an", "Nguyễn An"), Enumerator("mai", "Lê Mai")])
        opened.put_devices([Device("lap1", "Máy 1", bytes(32)), Device("lap2", "Máy 2", bytes(32))])
        opened.put_form(StoredForm("household", "1", "Phiếu hộ", "<xform/>", ("total",)))
        yield opened


def answer(store: Store, home: int, answers: dict[str, Any], *parents: Revision, **fields: Any) -> Revision:
    given: dict[str, Any] = {
        "kind": "answers",
        "author": "an",
        "reason": "",
        "device": "lap1",
        "form_version": "1",
        "made_at": "2026-11-21T08:00:00.000+07:00",
        **fields,
    }
    revision = Revision(
        submission=f"s{home}",
        household=f"h{home}",
        round="2026-11",
        form_id="household",
        parents=tuple(parent.id for parent in parents),
        answers=answers,
        **given,
    )
    store.add_revisions([revision], "a bundle")
    return revision


def two_sides(
    store: Store, base: dict[str, Any], left: dict[str, Any], right: dict[str, Any], home: int = 1, **fields: Any
) -> tuple[Revision, Revision]:
    first = answer(store, home, base)
    one = answer(store, home, left, first, made_at="2026-11-21T09:00:00.000+07:00")
    second = {"author": "mai", "device": "lap2", "made_at": "2026-11-21T10:00:00.000+07:00", **fields}
    return one, answer(store, home, right, first, **second)


def said(store: Store, home: int = 1) -> Any:
    current = store.current(f"s{home}")
    assert current is not None
    return current


def settled(store: Store, choices: dict[str, str | None], reason: str = "đã gọi điện hỏi") -> Revision:
    return settle(store, "s1", choices, reason, "mai", clock)


def test_a_conflict_shows_base_both_sides_and_who_made_them(store: Store) -> None:
    left, right = two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"})
    (found,) = list_conflicts(store)
    assert found.household == store.household("h1")
    assert found.village == "Thôn 2"
    assert [(side.author_name, side.device_name) for side in found.sides] == [
        ("Nguyễn An", "Máy 1"),
        ("Lê Mai", "Máy 2"),
    ]
    (difference,) = found.differences
    assert (difference.address, difference.kind, difference.base) == ("fibre", "answer", "no")
    assert difference.values == {left.id: "yes", right.id: "unknown"}


def test_conflicts_are_listed_by_village_and_number(store: Store) -> None:
    for home in (1, 2, 3, 4):
        two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"}, home)
    assert [each.household_id for each in list_conflicts(store)] == ["h4", "h2", "h3", "h1"]
    assert [each.household_id for each in list_conflicts(store, village=VILLAGES[1])] == ["h3", "h1"]
    assert list_conflicts(store, author="binh") == []


def test_joined_submissions_are_not_listed(store: Store) -> None:
    two_sides(store, {"a": "1", "b": "1"}, {"a": "2", "b": "1"}, {"a": "1", "b": "2"})
    assert list_conflicts(store) == []


def test_choosing_a_side_settles(store: Store) -> None:
    left, right = two_sides(
        store, {"fibre": "no", "a": "1"}, {"fibre": "yes", "a": "2"}, {"fibre": "unknown", "a": "1"}
    )
    choice = settled(store, {"fibre": right.id})
    assert (choice.kind, choice.author, choice.device) == ("choice", "mai", "office1")
    assert choice.parents == tuple(sorted([left.id, right.id]))
    assert (said(store).state, said(store).answers) == ("settled", {"fibre": "unknown", "a": "2"})
    assert list_conflicts(store) == []


def test_another_value_may_be_entered(store: Store) -> None:
    two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"})
    settled(store, {"fibre": " no "})
    assert said(store).answers == {"fibre": "no"}


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_an_answer_may_be_left_blank(store: Store, blank: str | None) -> None:
    two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"})
    settled(store, {"fibre": blank})
    assert said(store).answers == {}


def test_choosing_the_side_that_cleared_an_answer_leaves_it_blank(store: Store) -> None:
    left, _ = two_sides(store, {"fibre": "no"}, {}, {"fibre": "yes"})
    settled(store, {"fibre": left.id})
    assert said(store).answers == {}


def test_nothing_that_lost_is_gone(store: Store) -> None:
    left, right = two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"})
    settled(store, {"fibre": right.id})
    assert left in list(store.revisions("s1"))


MEMBERS = {"m": [{"#": 1, "n": "a"}, {"#": 2, "n": "b", "age": "3"}]}
REMOVED = {"m": [{"#": 1, "n": "a"}]}
CHANGED = {"m": [{"#": 1, "n": "a"}, {"#": 2, "n": "b", "age": "4"}]}


def test_a_removed_and_changed_member_can_be_removed(store: Store) -> None:
    left, _ = two_sides(store, MEMBERS, REMOVED, CHANGED)
    assert [each.kind for each in list_conflicts(store)[0].differences] == ["instance", "answer"]
    settled(store, {"m[2]": left.id})
    assert said(store).answers == REMOVED


def test_a_removed_and_changed_member_can_be_kept_with_its_change(store: Store) -> None:
    _, right = two_sides(store, MEMBERS, REMOVED, CHANGED)
    settled(store, {"m[2]": right.id, "m[2]/age": right.id})
    assert said(store).answers == CHANGED


def test_keeping_a_member_needs_a_choice_for_its_answers(store: Store) -> None:
    two_sides(store, MEMBERS, REMOVED, CHANGED)
    with pytest.raises(NotAllSettled):
        settled(store, {"m[2]": ""})


def test_different_people_on_one_line_are_settled_answer_by_answer(store: Store) -> None:
    lan, mai = {"m": [{"#": 1, "n": "Lan", "sex": "2"}]}, {"m": [{"#": 1, "n": "Mai", "sex": "2"}]}
    _, right = two_sides(store, {}, lan, mai)
    settled(store, {"m[1]/n": right.id})
    assert said(store).answers == mai


def test_a_void_beside_an_edit_can_be_confirmed(store: Store) -> None:
    left, right = two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "no"}, kind="void", reason="trùng hộ")
    (difference,) = list_conflicts(store)[0].differences
    assert (difference.address, difference.kind, difference.values) == ("", "submission", {left.id: "", right.id: None})
    decision = settled(store, {"": right.id})
    assert (decision.kind, said(store).state) == ("void", "void")


def test_a_void_beside_an_edit_can_be_taken_back(store: Store) -> None:
    left, _ = two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "no"}, kind="void", reason="trùng hộ")
    settled(store, {"": left.id})
    assert (said(store).state, said(store).answers) == ("settled", {"fibre": "yes"})


def test_a_void_beside_two_edits_needs_their_difference_settled_too(store: Store) -> None:
    left, _ = two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "no"}, kind="void", reason="trùng hộ")
    answer(store, 1, {"fibre": "unknown"}, next(each for each in store.revisions("s1") if not each.parents))
    with pytest.raises(NotAllSettled):
        settled(store, {"": ""})
    settled(store, {"": "", "fibre": left.id})
    assert (said(store).state, said(store).answers) == ("settled", {"fibre": "yes"})


def test_a_name_of_two_shapes_takes_the_chosen_one(store: Store) -> None:
    left, right = two_sides(store, {}, {"net": "yes"}, {"net": {"kind": "4"}}, form_version="2")
    conflicts = [each.address for each in list_conflicts(store)[0].differences]
    assert conflicts == ["net"]
    settled(store, {"net": left.id})
    assert said(store).answers == {"net": "yes"}
    assert right in list(store.revisions("s1"))


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_a_reason(store: Store, reason: str) -> None:
    two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"})
    before = store.digest()
    with pytest.raises(NoReason):
        settled(store, {"fibre": "no"}, reason)
    assert store.digest() == before


@pytest.mark.parametrize("choices", [{}, {"phone": "1"}, {"fibre": "no", "phone": "1"}])
def test_every_difference_and_nothing_else_is_decided(store: Store, choices: dict[str, str | None]) -> None:
    two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"})
    before = store.digest()
    with pytest.raises(NotAllSettled):
        settled(store, choices)
    assert store.digest() == before


def test_what_is_settled_cannot_be_settled_again(store: Store) -> None:
    two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"})
    settled(store, {"fibre": "no"})
    with pytest.raises(NotInConflict):
        settled(store, {"fibre": "yes"})


def test_two_offices_that_settle_differently_are_in_conflict_again(store: Store) -> None:
    left, right = two_sides(store, {"fibre": "no"}, {"fibre": "yes"}, {"fibre": "unknown"})
    settled(store, {"fibre": left.id})
    answer(store, 1, {"fibre": "unknown"}, left, right, kind="choice", reason="khác", device="office2")
    assert said(store).state == "conflict"


def test_voiding_keeps_the_answers_readable(store: Store) -> None:
    answer(store, 1, {"fibre": "yes"})
    void_submission(store, "s1", "hộ trùng", "mai", clock)
    assert (said(store).state, said(store).answers) == ("void", {"fibre": "yes"})


def test_voiding_needs_a_reason(store: Store) -> None:
    answer(store, 1, {"fibre": "yes"})
    with pytest.raises(ConflictError):
        void_submission(store, "s1", " ", "mai", clock)


def test_an_unknown_submission_cannot_be_voided(store: Store) -> None:
    with pytest.raises(LookupError):
        void_submission(store, "s9", "hộ trùng", "mai", clock)


FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa">
<h:head><h:title>Phiếu</h:title><model>
<instance><data id="household" version="3"><m><n/><age/><adult/></m><total/><note/></data></instance>
<bind nodeset="/data/m/n" type="string"/><bind nodeset="/data/m/age" type="int"/>
<bind nodeset="/data/m/adult" type="string" calculate="if(../age &gt;= 18, 'yes', 'no')"/>
<bind nodeset="/data/total" type="int" calculate="count(/data/m)"/><bind nodeset="/data/note" type="string"/>
</model></h:head>
<h:body><group ref="/data/m"><repeat nodeset="/data/m"><input ref="/data/m/n"><label>n</label></input>
<input ref="/data/m/age"><label>a</label></input></repeat></group><input ref="/data/note"><label>x</label></input>
</h:body></h:html>"""


def person(line: int, age: str) -> dict[str, Any]:
    return {"#": line, "n": f"người {line}", "age": age, "adult": "yes" if int(age) >= 18 else "no"}


def test_what_the_form_calculates_follows_the_decision(store: Store) -> None:
    store.put_form(StoredForm("household", "3", "Phiếu", FORM, ("adult", "total")))
    base = {"m": [person(1, "40"), person(2, "17"), person(4, "9")], "total": "3"}
    left = {"m": [person(1, "40"), person(4, "9")], "total": "2"}
    right = {"m": [person(1, "16"), person(2, "18"), person(4, "9")], "total": "3", "note": "x"}
    first = answer(store, 1, base, form_version="3")
    one = answer(store, 1, left, first, form_version="3")
    answer(store, 1, right, first, form_version="3", author="mai")
    settled(store, {"m[2]": one.id})
    assert said(store).answers == {"m": [person(1, "16"), person(4, "9")], "total": "2", "note": "x"}


def test_an_entered_value_is_calculated_with(store: Store) -> None:
    store.put_form(StoredForm("household", "3", "Phiếu", FORM, ("adult", "total")))
    base, left, right = ({"m": [person(3, age)], "total": "1"} for age in ("40", "41", "42"))
    first = answer(store, 1, base, form_version="3")
    for side in (left, right):
        answer(store, 1, side, first, form_version="3")
    settled(store, {"m[3]/age": "17"})
    assert said(store).answers == {"m": [person(3, "17")], "total": "1"}
