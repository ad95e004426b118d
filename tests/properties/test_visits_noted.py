"""Visits noted on several laptops say the same in every office, whatever way they came there."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.crypto import Cost
from survey_app.records import VISIT, Household, Place, Revision, Round
from survey_app.store import Line, Store

NAMES = ("h1", "h2", "h3")
NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
OUTCOMES = ("absent", "postponed", "refused", "moved", "not_found", "duplicate", "split", "reopened")


@st.composite
def revisions(draw: st.DrawFn) -> list[Revision]:
    """Draw visits and forms; several may carry the same moment, as clocks of laptops do."""
    made: list[Revision] = []
    for number in range(draw(st.integers(1, 8))):
        household = draw(st.sampled_from(NAMES))
        kind = draw(st.sampled_from([VISIT, VISIT, VISIT, "answers", "void"]))
        answers = {"interview_result": draw(st.sampled_from(["complete", "refused", "partial"]))}
        if kind == VISIT:
            answers = {"outcome": draw(st.sampled_from(OUTCOMES))}
            if answers["outcome"] == "postponed":
                answers["due"] = f"2026-11-{draw(st.integers(22, 28))}T18:00:00.000+07:00"
            if answers["outcome"] in {"duplicate", "split"}:
                answers["other"] = draw(st.sampled_from([name for name in NAMES if name != household]))
        submission = household if kind == VISIT else f"s-{household}"
        earlier = [each.id for each in made if each.submission == submission and each.kind != VISIT]
        at = (NOON + dt.timedelta(minutes=draw(st.integers(0, 3)))).isoformat(timespec="milliseconds")
        device = draw(st.sampled_from(["L1", "L2"]))
        if kind == "void" and not earlier:
            continue
        parents = tuple(earlier[-1:]) if kind != VISIT else ()
        made.append(
            Revision(
                *(submission, household, "r", "f", "1", parents, kind, "e1", device, at, str(number)),
                answers={} if kind == "void" else answers,
            )
        )
    return made


def said(folder: Path, name: str, portions: list[list[Revision]]) -> tuple[str, list[Line]]:
    with Store.create(folder / name, "p", kind="office", device="O", name="O", cost=Cost(1, 8)) as store:
        store.put_places([Place("v", "Thôn", "village", "thon", "1")])
        store.put_households(Household(each, "v", n, "A") for n, each in enumerate(NAMES, start=1))
        store.put_round(Round("r", "Đ", "f", "1", "2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01", "1"))
        for portion in portions:
            store.add_revisions(portion, "bundle")
        return store.digest(), store.households()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_order_repetition_and_portions_of_visits_change_nothing(data: st.DataObject) -> None:
    made = data.draw(revisions())
    again = data.draw(st.lists(st.sampled_from(made), max_size=4)) if made else []
    mixed = data.draw(st.permutations([*made, *again]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(mixed)), max_size=3)))
    portions = [list(mixed[a:b]) for a, b in zip([0, *cuts], [*cuts, len(mixed)], strict=True)]
    with tempfile.TemporaryDirectory() as folder:
        assert said(Path(folder), "a", [made]) == said(Path(folder), "b", portions)
