"""A real encrypted store for every test, with a passphrase that costs next to nothing to check."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.records import Household, Place, Revision, Round
from survey_app.store import Draft, Store

PASSPHRASE = "đường làng rợp bóng tre"


class Ticking:
    """A clock that goes on by one second each time it is read."""

    def __init__(self) -> None:
        self._now = dt.datetime(2026, 11, 21, 8, 0, 0, tzinfo=VIETNAM)

    def __call__(self) -> dt.datetime:
        self._now += dt.timedelta(seconds=1)
        return self._now


@pytest.fixture
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def cost() -> Cost:
    return Cost(1, 8)


@pytest.fixture
def new_store(tmp_path: Path, cost: Cost) -> Iterator[Callable[..., Store]]:
    made: list[Store] = []

    def make(file: str = "laptop.store", **given: Any) -> Store:
        wanted: dict[str, Any] = {"kind": "laptop", "device": "L1", "name": "Máy 1", "cost": cost, "clock": Ticking()}
        made.append(Store.create(tmp_path / file, PASSPHRASE, **{**wanted, **given}))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(new_store: Callable[..., Store]) -> Store:
    return new_store()


@pytest.fixture
def commune(store: Store) -> Store:
    """A store with a round, one commune, two villages and four households."""
    store.put_places(
        [
            Place("19", "Tỉnh Thái Nguyên", "province", "tinh", ""),
            Place("01234", "Xã Phú Lâm", "commune", "xa", "19"),
            Place("01234-001", "Thôn Đoài", "village", "thon", "01234"),
            Place("01234-002", "Thôn Đông", "village", "thon", "01234"),
        ]
    )
    store.put_round(
        Round("2026-11", "Đợt tháng 11", "hh", "1", "2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01", "01234")
    )
    store.put_households(
        [
            Household("h1", "01234-001", 1, "Nguyễn Văn Bình", "Xóm 1", "0912 345 678", 4),
            Household("h2", "01234-001", 2, "Trần Thị Đào", "Xóm 1", "+84 987 654 321", 3),
            Household("h3", "01234-001", 17, "Lê Bình Minh", "Xóm 2", "", 2),
            Household("h4", "01234-002", 1, "Phạm Thị Thìn", "", "0912999888", 5, "e2"),
        ]
    )
    return store


@pytest.fixture
def new_revision() -> Callable[..., Revision]:
    def make(answers: dict[str, Any] | None = None, **given: Any) -> Revision:
        fields: dict[str, Any] = {
            "submission": "s1",
            "household": "h1",
            "round": "2026-11",
            "form_id": "hh",
            "form_version": "1",
            "parents": (),
            "kind": "answers",
            "author": "e1",
            "device": "L1",
            "made_at": "2026-11-21T09:00:00.000+07:00",
            "reason": "",
            "answers": {"interview_result": "complete"} if answers is None else answers,
        }
        return Revision(**{**fields, **given})

    return make


@pytest.fixture
def new_draft() -> Callable[..., Draft]:
    def make(**given: Any) -> Draft:
        fields: dict[str, Any] = {
            "id": "d1",
            "submission": "s1",
            "household": "h1",
            "round": "2026-11",
            "form_id": "hh",
            "form_version": "1",
            "parents": (),
            "author": "e1",
            "started_at": "2026-11-21T08:00:00.000+07:00",
        }
        return Draft(**{**fields, **given})

    return make
