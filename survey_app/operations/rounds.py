"""Several rounds side by side: which of their figures may be compared, and how they changed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from survey_app.indicators import Indicator, TableError, load_indicators
from survey_app.operations.own_tables import with_own_tables
from survey_app.records import Round
from survey_app.store import Store
from survey_app.xforms import load_form

if TYPE_CHECKING:
    import pandas as pd

INDICATORS_FILE = "indicators.csv"
CHANGE = "change"
"""Column: the estimate less that of the round before of the same group; NaN where they cannot be compared."""


def defined_otherwise(store: Store, indicators: Sequence[Indicator], now: Round | None) -> dict[str, frozenset[str]]:
    """Return for each other round the keys of the indicators that it defined otherwise, or not at all.

    Told by what is counted (``Indicator.fingerprint``) and by what there was to choose from, in the version of the form
    that the round asked. A round whose form is not here any more says nothing.
    """
    here = {each.key: (each.fingerprint, each.categories) for each in indicators}
    found = {}
    for round_ in store.rounds():
        if now is not None and round_.code == now.code:
            continue
        there = _definitions(store, round_)
        if there:
            found[round_.code] = frozenset(key for key, what in here.items() if there.get(key) != what)
    return found


def _definitions(store: Store, round_: Round) -> dict[str, tuple[str, tuple[str, ...]]]:
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for form_id, version in ((round_.form_id, round_.form_version), *round_.further):
        kept = store.form(form_id, version)
        stored = with_own_tables(store, kept) if kept is not None else None
        if stored is None or INDICATORS_FILE not in stored.files:
            continue
        try:
            form = load_form(stored.xform.encode(), stored.files)
            known = load_indicators(stored.files[INDICATORS_FILE], form)
        except TableError:  # an older program took a table that is faulty now: nothing can be said of it
            continue
        found |= {each.key: (each.fingerprint, each.categories) for each in known}
    return found


def marked(table: pd.DataFrame, otherwise: Mapping[str, frozenset[str]]) -> pd.DataFrame:
    """Return a compared table in which figures of rounds that defined them otherwise are not comparable."""
    differs = [
        key in otherwise.get(str(code), frozenset())
        for key, code in zip(table["indicator"], table["round"], strict=True)
    ]
    if not any(differs):
        return table
    status = ["not_comparable" if one else word for one, word in zip(differs, table["status"], strict=True)]
    reason = ["definition" if one else word for one, word in zip(differs, table["reason"], strict=True)]
    return table.assign(status=status, reason=reason)


def with_change(table: pd.DataFrame, rounds: Sequence[Round]) -> pd.DataFrame:
    """Return a compared table by rounds with the column ``CHANGE``; rounds follow by their reference date."""
    order = {each.code: (each.reference_date, each.code) for each in rounds}
    groups = [name for name in table.columns[: list(table.columns).index("category") + 1] if name != "round"]
    known: dict[tuple[tuple[str, ...], tuple[str, str]], float] = {}
    keys = []
    for row in table.to_dict("records"):
        key = tuple(str(row[name]) for name in groups), order.get(str(row["round"]), ("", str(row["round"])))
        keys.append(key)
        known[key] = math.nan if row.get("reason") == "definition" else float(row["estimate"])
    before: dict[tuple[tuple[str, ...], tuple[str, str]], float] = {}
    last: dict[tuple[str, ...], float] = {}
    for key in sorted(known):
        before[key] = last.get(key[0], math.nan)
        last[key[0]] = known[key]
    return table.assign(**{CHANGE: [known[key] - before[key] for key in keys]})
