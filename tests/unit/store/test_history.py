"""Revisions, what submissions say now, bundles, and the digest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3.dbapi2 as dbapi

from survey_app import join
from survey_app.records import Household, Revision
from survey_app.store import FROM_OFFICE, BundleNote, Store, StoredForm

Make = Callable[..., Revision]
NOTE = BundleNote("b1", "out", "L1", 1, "2026-11-21T10:00:00+07:00", "2026-11-21T10:00:01+07:00")


@pytest.fixture
def edits(new_revision: Make) -> list[Revision]:
    """A first interview and two corrections of it that disagree about q and both change d."""
    first = new_revision({"q": "1", "r": "1", "d": "1", "interview_result": "complete"})
    left = new_revision(
        {"q": "2", "r": "1", "d": "2", "interview_result": "complete"},
        parents=(first.id,),
        made_at="2026-11-21T10:00:00.000+07:00",
    )
    right = new_revision(
        {"q": "3", "r": "1", "d": "3", "interview_result": "complete"},
        parents=(first.id,),
        device="L2",
        made_at="2026-11-21T11:00:00.000+07:00",
    )
    return [first, left, right]


def test_a_revision_comes_back_as_it_went_in(store: Store, new_revision: Make) -> None:
    answers: dict[str, Any] = {"tên": "Nguyễn Văn Đức", "g": {"x": "1"}, "m": [{"#": 2, "n": "a\u0301"}, {"#": 10}]}
    revision = new_revision(answers, parents=("b", "a"), kind="choice", reason="đã hỏi lại ông Đức")
    store.add_revisions([revision], "here")
    assert list(store.revisions("s1")) == [revision]


def test_adding_again_changes_nothing_and_is_counted(store: Store, edits: list[Revision]) -> None:
    first, left, right = edits
    assert store.add_revisions([first, left, first], "b1") == type(store.add_revisions([], "b1"))(
        new=(first.id, left.id), identical=(first.id,)
    )
    again = store.add_revisions([left, right], "b2")
    assert (again.new, again.identical) == ((right.id,), (left.id,))


def test_revisions_of_a_submission_come_by_time(store: Store, edits: list[Revision]) -> None:
    store.add_revisions(reversed(edits), "b1")
    assert list(store.revisions("s1")) == edits
    assert {revision.id for revision in store.revisions()} == {revision.id for revision in edits}
    assert list(store.revisions("other")) == []


def test_reading_all_goes_on_while_the_store_is_written_to(store: Store, new_revision: Make) -> None:
    store.add_revisions([new_revision(submission=f"s{n}") for n in range(1200)], "b1")
    seen = 0
    for number, _ in enumerate(store.revisions()):
        seen += 1
        if number % 300 == 0:
            store.put_secret("a", str(number).encode())
    assert seen == 1200


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM revisions",
        "UPDATE revisions SET answers = x'00'",
        "UPDATE revisions SET arrival = 'x'",
        "INSERT OR REPLACE INTO revisions SELECT * FROM revisions",
        "REPLACE INTO revisions SELECT position + 9, id, '', '', '', '', '', '', '', '', '', '', '', x'00', '', '', ''"
        " FROM revisions",
        "UPDATE revisions SET answers = x'00', forgotten = 'abc'",
    ],
)
def test_a_revision_can_be_neither_changed_nor_deleted(store: Store, edits: list[Revision], statement: str) -> None:
    store.add_revisions(edits, "b1")
    with pytest.raises(dbapi.IntegrityError, match="a revision is never"):
        store._opened.database.execute(statement)
    assert list(store.revisions("s1")) == edits


def test_the_current_is_what_the_rule_says_of_the_set(store: Store, edits: list[Revision]) -> None:
    for count in (1, 2, 3):
        store.add_revisions(edits[:count], "b1")
        assert store.current("s1") == join.current(edits[:count])
    assert [conflict.address for conflict in store.current("s1").conflicts] == ["d", "q"]  # type: ignore[union-attr]


def test_an_unknown_submission_has_no_current(store: Store) -> None:
    assert store.current("s9") is None


def test_derived_names_of_the_form_are_never_in_conflict(store: Store, edits: list[Revision]) -> None:
    store.put_form(StoredForm("hh", "1", "Hộ", "<x/>", ("d",)))
    store.add_revisions(edits, "b1")
    current = store.current("s1")
    assert current == join.current(edits, {"d"})
    assert current is not None and [conflict.address for conflict in current.conflicts] == ["q"]


def test_a_form_that_comes_after_the_revisions_is_heeded(store: Store, edits: list[Revision]) -> None:
    store.add_revisions(edits, "b1")
    store.put_form(StoredForm("hh", "1", "Hộ", "<x/>", ("d",)))
    assert store.current("s1") == join.current(edits, {"d"})
    assert store.check() == []


def test_a_choice_settles_the_conflict(store: Store, edits: list[Revision], new_revision: Make) -> None:
    store.add_revisions(edits, "b1")
    heads = (edits[1].id, edits[2].id)
    choice = new_revision({"q": "3", "r": "1", "d": "3"}, parents=heads, kind="choice", reason="đã gọi điện hỏi lại")
    store.add_revisions([choice], "here")
    current = store.current("s1")
    assert current is not None and (current.state, current.heads) == ("settled", (choice.id,))


def test_currents_can_be_narrowed(store: Store, edits: list[Revision], new_revision: Make) -> None:
    store.add_revisions([*edits, new_revision(submission="s2", household="h2")], "b1")
    assert [current.submission for current in store.currents()] == ["s1", "s2"]
    assert [current.submission for current in store.currents(state="conflict")] == ["s1"]
    assert [current.submission for current in store.currents(household="h2")] == ["s2"]
    assert list(store.currents(state="void", household="h2")) == []


def test_all_currents_are_read_in_pages(store: Store, new_revision: Make) -> None:
    store.add_revisions([new_revision(submission=f"s{n:04}", household=f"h{n}") for n in range(1100)], "b1")
    assert len({current.submission for current in store.currents()}) == 1100


def test_outgoing_is_what_was_made_here_until_it_is_confirmed(store: Store, edits: list[Revision]) -> None:
    store.add_revisions(edits[:2], "here")
    store.add_revisions(edits[2:], FROM_OFFICE)
    assert store.outgoing() == edits[:2]
    store.note_bundle(replace(NOTE, revisions=(edits[0].id, edits[1].id)))
    assert store.outgoing() == edits[:2]
    assert store.confirm_bundle("b1")
    assert store.outgoing() == []
    assert store.outgoing(everything=True) == edits


def test_what_a_colleague_brought_is_handed_on_until_it_is_confirmed(store: Store, edits: list[Revision]) -> None:
    store.add_revisions(edits, "bundle of a colleague")
    assert store.outgoing() == edits
    store.note_bundle(replace(NOTE, revisions=tuple(each.id for each in edits)))
    store.confirm_bundle("b1")
    assert not store.is_waiting()


def test_a_revision_is_confirmed_by_any_bundle_that_carried_it(store: Store, edits: list[Revision]) -> None:
    store.add_revisions(edits[:2], "here")
    store.note_bundle(replace(NOTE, revisions=(edits[0].id,)))
    store.note_bundle(replace(NOTE, bundle="b2", sequence=2, revisions=(edits[0].id, edits[1].id)))
    store.confirm_bundle("b1")
    assert store.outgoing() == edits[1:2]


def test_the_receipt_of_an_unknown_bundle_is_not_accepted(store: Store) -> None:
    assert not store.confirm_bundle("b7")
    store.note_bundle(replace(NOTE, bundle="b7", direction="in", device="L2"))
    assert not store.confirm_bundle("b7")


def test_notes_come_back_in_order(store: Store, edits: list[Revision]) -> None:
    store.add_revisions(edits[:1], "here")
    out = replace(NOTE, revisions=(edits[0].id,), outcome={"records": 1, "to": "Xã Phú Lâm"})
    received = replace(NOTE, bundle="b0", direction="in", device="L2", outcome={"new": 3})
    store.note_bundle(out)
    store.note_bundle(received)
    assert store.bundle_notes() == [out, received]


def test_a_note_written_again_is_brought_up_to_date(store: Store, edits: list[Revision]) -> None:
    store.add_revisions(edits[:1], "here")
    out = replace(NOTE, revisions=(edits[0].id,))
    store.note_bundle(out)
    store.note_bundle(replace(out, confirmed_at="2026-11-22T08:00:00+07:00"))
    assert store.bundle_notes() == [replace(out, confirmed_at="2026-11-22T08:00:00+07:00")]
    assert store.outgoing() == []


def test_a_note_needs_a_direction(store: Store) -> None:
    with pytest.raises(ValueError, match="direction"):
        store.note_bundle(replace(NOTE, direction="sideways"))


def test_sequence_numbers_are_never_given_twice(store: Store, passphrase: str) -> None:
    assert [store.next_sequence(), store.next_sequence()] == [1, 2]
    store.close()
    with Store.open(store.path, passphrase) as again:
        assert again.next_sequence() == 3


def test_the_digest_is_over_what_merging_brings_together(
    new_store: Callable[..., Store], edits: list[Revision], tmp_path: Path
) -> None:
    one, other = new_store("one.store"), new_store("other.store", kind="office", device="XA")
    assert one.digest() == other.digest()
    one.add_revisions(edits, "here")
    for revision in reversed(edits):
        other.add_revisions([revision], revision.id)
    assert one.digest() == other.digest()
    one.put_households([Household("h1", "v", 1, "Bình")])
    one.next_sequence()
    assert one.digest() == other.digest()
    one.add_households([Household("n1", "v", 2, "Mai")], "L1")
    assert one.digest() != other.digest()


def test_a_revision_for_an_unknown_household_is_kept(store: Store, new_revision: Make) -> None:
    store.add_revisions([new_revision(household="unknown")], "b1")
    assert store.current("s1") is not None
    assert store.households() == []
