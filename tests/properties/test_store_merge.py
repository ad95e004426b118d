"""A store is the set of its revisions: the order, the portions and the repetitions they came in do not matter."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.crypto import Cost
from survey_app.records import Household, Revision
from survey_app.store import Store, StoredForm

FORM = StoredForm("f", "1", "Phiếu", "<x/>", ("calc",))


@st.composite
def histories(draw: st.DrawFn) -> list[Revision]:
    """Draw revisions of up to three submissions, each made from some of the earlier ones of its submission."""
    made: list[Revision] = []
    for number in range(draw(st.integers(1, 9))):
        submission = f"s{draw(st.integers(1, 3))}"
        earlier = [revision.id for revision in made if revision.submission == submission]
        parents = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
        answers = {name: draw(st.sampled_from("123")) for name in draw(st.sets(st.sampled_from(["a", "b", "calc"])))}
        made.append(
            Revision(
                submission=submission,
                household=f"h{submission}",
                round="r",
                form_id="f",
                form_version="1",
                parents=tuple(parents),
                kind=draw(st.sampled_from(["answers", "answers", "answers", "void", "choice"])),
                author="e",
                device=draw(st.sampled_from(["L1", "L2"])),
                made_at=f"2026-11-21T08:00:0{draw(st.integers(0, 3))}.000+07:00",
                reason=str(number),
                answers=answers,
            )
        )
    return made


def merged(folder: Path, name: str, portions: list[list[Revision]], form_first: bool) -> tuple[object, ...]:
    with Store.create(folder / name, "passphrase", kind="office", device="O", name="O", cost=Cost(1, 8)) as store:
        store.put_households([Household(f"hs{n}", "v", n, "A") for n in (1, 2, 3)])
        if form_first:
            store.put_form(FORM)
        for number, portion in enumerate(portions):
            store.add_revisions(portion, f"bundle {number}")
        if not form_first:
            store.put_form(FORM)
        assert store.check() == []
        return (
            store.digest(),
            list(store.currents()),
            store.households(),
            {revision.id for revision in store.revisions()},
        )


@settings(max_examples=25, deadline=None)
@given(histories(), st.data())
def test_any_order_and_any_repetition_give_the_same_store(made: list[Revision], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(made))
    again = data.draw(st.lists(st.sampled_from(made), max_size=4))
    cut = data.draw(st.integers(0, len(made)))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        one = merged(folder, "one.store", [made], form_first=True)
        other = merged(folder, "other.store", [shuffled[:cut], again, shuffled[cut:], again], form_first=False)
    assert one == other
