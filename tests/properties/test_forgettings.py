"""Forgettings merge by set union with whole and cut revisions in any order, any portions and any repetition."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.crypto import Cost
from survey_app.forgetting import MARK, REASONS, Forgetting, Left, as_left
from survey_app.records import Household, Revision
from survey_app.store import Store

DEVICES, ROUNDS, HOUSEHOLDS = ("L1", "L2"), ("r1", "r2"), ("h1", "h2", "h3")
NAME = "Nguyễn Thị Kín"
PATHS = ("a", "members/m_name", "members/m_age", "g/remark", "g/n")
Thing = Revision | Forgetting | Household


def _revision(submission: str, parents: tuple[str, ...], number: int, where: tuple[str, str, str]) -> Revision:
    round_, device, household = where
    member = {"#": 1, "m_name": f"{NAME} {number % 3}", "m_age": str(number)}
    return Revision(
        submission=submission,
        household=household,
        round=round_,
        form_id="f",
        form_version="1",
        parents=parents,
        kind="answers" if number % 5 else "void",
        author="e",
        device=device,
        made_at=f"2026-11-21T08:00:{number:02}.000+07:00",
        reason="" if number % 5 else f"{NAME} nói vậy",
        answers={"a": str(number % 4), "a#note": NAME, "members": [member], "g": {"remark": NAME, "n": "2"}},
    )


def _paths(draw: st.DrawFn) -> frozenset[str]:
    return frozenset(draw(st.sets(st.sampled_from([each for each in PATHS if each not in {"members/m_name"}]))))


@st.composite
def things(draw: st.DrawFn) -> list[Thing]:
    """Draw revisions of two rounds and two laptops, forgettings of them that differ, and found households."""
    made: list[Thing] = []
    for number in range(draw(st.integers(1, 7))):
        submission = draw(st.sampled_from(["s1", "s2"]))
        earlier = [each.id for each in made if isinstance(each, Revision) and each.submission == submission]
        parents = tuple(draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True))) if earlier else ()
        where = (draw(st.sampled_from(ROUNDS)), draw(st.sampled_from(DEVICES)), draw(st.sampled_from(HOUSEHOLDS)))
        made.append(_revision(submission, parents, number, where))
    for _number in range(draw(st.integers(1, 3))):
        devices = tuple(draw(st.sets(st.sampled_from(DEVICES), min_size=1)))
        left = Left(_paths(draw), frozenset({"members/m_name"} | _paths(draw)))
        made.append(
            Forgetting(
                draw(st.sampled_from(ROUNDS)),
                devices,
                {"f": left},
                draw(st.booleans()),
                "ct",
                "O",
                "2026-12-05T08:00:00.000+07:00",
                draw(st.sampled_from(REASONS)),
            )
        )
    made += [Household(each, "v", 7, NAME) for each in draw(st.sets(st.sampled_from(HOUSEHOLDS)))]
    return made


def _arrive(store: Store, arrived: list[Thing]) -> None:
    for thing in arrived:
        if isinstance(thing, Revision):
            store.add_revisions([thing], "bundle")
        elif isinstance(thing, Forgetting):
            store.add_forgettings([thing], "bundle")
        else:
            store.add_households([thing], "L1")


def _said(folder: Path, name: str, arrived: list[Thing]) -> tuple[object, ...]:
    with Store.create(folder / name, "passphrase", kind="office", device="O", name="O", cost=Cost(1, 8)) as store:
        _arrive(store, arrived)
        assert store.check() == []
        return store.digest(), list(store.currents()), list(store.revisions()), store.forgettings()


@settings(max_examples=12, deadline=None)
@given(things(), st.data())
def test_whole_and_cut_revisions_and_forgettings_converge_in_any_order(made: list[Thing], data: st.DataObject) -> None:
    known = [each for each in made if isinstance(each, Forgetting)]
    some = data.draw(st.lists(st.sampled_from(known), unique_by=lambda each: each.id))
    cut = [as_left(each, some) for each in made if isinstance(each, Revision)]  # as another office hands them on
    other_way = data.draw(st.permutations([*some, *made]))
    again = data.draw(st.lists(st.sampled_from(made), max_size=4))
    with tempfile.TemporaryDirectory() as name:
        one = _said(Path(name), "one.store", made)
        other = _said(Path(name), "other.store", [*other_way, *again, *cut])
        third = _said(Path(name), "third.store", [*some, *cut, *other_way])
    assert one == other == third


@settings(max_examples=8, deadline=None)
@given(things(), st.permutations(list(ROUNDS)))
def test_what_is_forgotten_stands_in_no_revision(made: list[Thing], _order: list[str]) -> None:
    known = [each for each in made if isinstance(each, Forgetting)]
    with tempfile.TemporaryDirectory() as name:
        found = _said(Path(name), "one.store", made)[2]
    for revision in found:  # type: ignore[attr-defined]
        about = [each for each in known if each.is_about(revision)]
        assert bool(revision.forgotten) == bool(about)
        kept_words = any("g/remark" not in each.forms["f"].kept for each in about)
        if about and kept_words:
            assert NAME not in json.dumps(revision.answers, ensure_ascii=False)
            assert revision.reason in {"", MARK}


@settings(max_examples=50, deadline=None)
@given(things())
def test_forgetting_twice_is_forgetting_once_and_each_alone_in_turn(made: list[Thing]) -> None:
    known = [each for each in made if isinstance(each, Forgetting)]
    for revision in (each for each in made if isinstance(each, Revision)):
        left = as_left(revision, known)
        assert as_left(left, known) == left
        in_turn = revision
        for each in known:
            in_turn = as_left(in_turn, [each])
        assert in_turn == left
        assert replace(left, answers={}, reason="", forgotten="") == replace(revision, answers={}, reason="")


@given(things())
def test_a_forgetting_is_read_back_as_it_was_written(made: list[Thing]) -> None:
    for each in (each for each in made if isinstance(each, Forgetting)):
        assert Forgetting.from_json(json.loads(json.dumps(each.as_json()))) == each
