"""Revisions and erasures are two sets: the order, the portions and the repetitions they came in do not matter."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.crypto import Cost
from survey_app.records import ERASURE_REASONS, Erasure, Household, Revision
from survey_app.store import Store

HOUSEHOLDS = ("h1", "h2", "h3")
Thing = Revision | Erasure | Household


def _revision(submission: str, household: str, parents: tuple[str, ...], number: int) -> Revision:
    return Revision(
        submission=submission,
        household=household,
        round="r",
        form_id="f",
        form_version="1",
        parents=parents,
        kind="answers",
        author="e",
        device="L1",
        made_at="2026-11-21T08:00:00.000+07:00",
        reason="",
        answers={"a": str(number), "a#note": "ghi chú"},
    )


@st.composite
def things(draw: st.DrawFn) -> list[Thing]:
    """Draw revisions of a few submissions, some of which changed their household, erasures and found households."""
    made: list[Thing] = []
    for number in range(draw(st.integers(1, 8))):
        submission = draw(st.sampled_from(["s1", "s2"]))
        earlier = [each.id for each in made if isinstance(each, Revision) and each.submission == submission]
        parents = tuple(draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True))) if earlier else ()
        made.append(_revision(submission, draw(st.sampled_from(HOUSEHOLDS)), parents, number))
    for household in draw(st.lists(st.sampled_from(HOUSEHOLDS), max_size=3)):
        made.append(Erasure(household, "e", "L1", "2026-11-22", draw(st.sampled_from(ERASURE_REASONS))))
    for household in draw(st.sets(st.sampled_from(HOUSEHOLDS))):
        made.append(Household(household, "v", 7, "Nguyễn Văn Tìm"))
    return made


def _arrive(store: Store, arrived: list[Thing]) -> None:
    for thing in arrived:
        if isinstance(thing, Revision):
            store.add_revisions([thing], "bundle")
        elif isinstance(thing, Erasure):
            store.add_erasures([thing], "bundle")
        else:
            store.add_households([thing], "L1")


def _said(folder: Path, name: str, arrived: list[Thing]) -> tuple[object, ...]:
    with Store.create(folder / name, "passphrase", kind="office", device="O", name="O", cost=Cost(1, 8)) as store:
        _arrive(store, arrived)
        assert store.check() == []
        return store.digest(), list(store.currents()), store.households(), list(store.revisions()), store.erasures()


@settings(max_examples=25, deadline=None)
@given(things(), st.data())
def test_any_order_and_any_repetition_of_erasures_give_the_same_store(made: list[Thing], data: st.DataObject) -> None:
    other_way = data.draw(st.permutations(made))
    again = data.draw(st.lists(st.sampled_from(made), max_size=4))
    with tempfile.TemporaryDirectory() as name:
        one = _said(Path(name), "one.store", made)
        other = _said(Path(name), "other.store", [*other_way, *again])
    assert one == other
    erased = {thing.household for thing in made if isinstance(thing, Erasure)}
    assert not [revision for revision in one[3] if revision.household in erased]  # type: ignore[attr-defined]


@settings(max_examples=15, deadline=None)
@given(things())
def test_a_store_that_only_heard_of_the_erasures_agrees_about_them(made: list[Thing]) -> None:
    erased = {thing.household for thing in made if isinstance(thing, Erasure)}
    never_seen = [each for each in made if isinstance(each, Erasure) or _household_of(each) not in erased]
    with tempfile.TemporaryDirectory() as name:
        assert _said(Path(name), "one.store", made)[0] == _said(Path(name), "other.store", never_seen)[0]


def _household_of(thing: Revision | Household) -> str:
    return thing.household if isinstance(thing, Revision) else thing.id
