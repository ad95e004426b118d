"""A draft in the store is what a mapping would be that is changed in the same way."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.crypto import Cost
from survey_app.store import Draft, Store

numbers = count()
"""Every interview has an id of its own: discarded ones stay in the bin."""
steps = st.sampled_from(["q1", "q10", "q1.b", "g", "members[1]", "members[2]", "members[10]", "name", "é", "q%", "Q1"])
addresses = st.lists(steps, min_size=1, max_size=3).map("/".join)
saves = st.lists(
    st.dictionaries(addresses, st.none() | st.sampled_from(["", "1", "Đỗ", "x'y\"z", "\U0001f600"]), max_size=4),
    max_size=8,
)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.store"
        with Store.create(path, "passphrase", kind="laptop", device="L", name="L", cost=Cost(1, 8)) as store:
            yield store


def forgotten(values: dict[str, str], address: str) -> dict[str, str]:
    return {name: v for name, v in values.items() if name != address and not name.startswith(f"{address}/")}


@settings(max_examples=60, deadline=None)
@given(saves)
def test_saving_and_forgetting(store: Store, saves: list[dict[str, str | None]]) -> None:
    number = f"{next(numbers)}"
    store.start_draft(Draft(number, number, "h", "r", "f", "1", (), "e", "2026-11-21T08:00:00+07:00"))
    expected: dict[str, str] = {}
    for saved in saves:
        store.save_draft(number, saved, "")
        for address, value in saved.items():
            expected = forgotten(expected, address) if value is None else {**expected, address: value}
    draft = store.draft(number)
    store.discard_draft(number)
    assert draft is not None and dict(draft.values) == expected
