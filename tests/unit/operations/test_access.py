"""Roles: what the person at work may do, whose role counts, and how looks are written into the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.operations.access import NotAllowed, allows, may_see_names, needs, require, role_at_work
from survey_app.records import Enumerator
from survey_app.roles import DECIDE, FORMS, MAY, NAMES, PERMISSIONS, ROLES, may
from survey_app.store import Store

CHEAP = Cost(1, 8)


class Watch:
    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 22, 10, 0, tzinfo=VIETNAM)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def make(tmp_path: Path, watch: Watch) -> Iterator[Callable[[str], Store]]:
    made: list[Store] = []

    def of(kind: str) -> Store:
        path = tmp_path / f"{kind}.store"
        store = Store.create(path, "secret", kind=kind, device="xa", name="Xã", cost=CHEAP, clock=watch)  # type: ignore[arg-type]
        store.put_enumerators([Enumerator(f"{role}1", role.title(), role) for role in ROLES])
        made.append(store)
        return store

    yield of
    for store in made:
        store.close()


def test_every_role_says_what_it_may_and_nobody_else_may_anything() -> None:
    assert set(MAY) == set(ROLES)
    assert set().union(*MAY.values()) == set(PERMISSIONS)
    assert not any(may("stranger", permission) for permission in PERMISSIONS)
    assert not any(may("reader", permission) for permission in PERMISSIONS)


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        ("enumerator1", {NAMES}),
        ("supervisor1", {NAMES, DECIDE, FORMS}),
        ("author1", {FORMS}),
        ("reader1", set()),
    ],
)
def test_the_role_of_the_person_at_work_decides(make: Callable[[str], Store], person: str, allowed: set[str]) -> None:
    store = make("office")
    store.at_work = person
    assert {permission for permission in PERMISSIONS if allows(store, permission)} == allowed
    assert may_see_names(store) == (NAMES in allowed)


def test_where_nobody_said_who_is_at_work_the_store_says_whom_it_is_for(make: Callable[[str], Store]) -> None:
    assert role_at_work(make("office")) == "supervisor"
    assert role_at_work(make("laptop")) == "enumerator"
    assert role_at_work(make("reader")) == "reader"


def test_in_a_copy_for_readers_nobody_is_more_than_a_reader(make: Callable[[str], Store]) -> None:
    store = make("reader")
    store.at_work = "supervisor1"
    assert role_at_work(store) == "reader"


def test_who_opened_the_store_with_an_own_passphrase_cannot_choose_the_role_of_somebody_else(
    make: Callable[[str], Store],
) -> None:
    store = make("office")
    store.give_passphrase("author1", "mật khẩu riêng", cost=CHEAP)
    path = store.path
    store.close()
    with Store.open(path, "mật khẩu riêng") as opened:
        opened.at_work = "supervisor1"
        assert role_at_work(opened) == "author"
        with pytest.raises(NotAllowed) as refused:
            require(opened, DECIDE)
    assert refused.value.code == "ROL-01"


def test_an_operation_that_needs_a_permission_does_nothing_without_it(make: Callable[[str], Store]) -> None:
    done: list[str] = []

    @needs(NAMES)
    def operation(store: Store, word: str) -> str:
        """Say it."""
        done.append(word)
        return word

    store = make("office")
    store.at_work = "author1"
    with pytest.raises(NotAllowed):
        operation(store, "tên")
    store.at_work = "supervisor1"
    assert (operation(store, "tên"), done, operation.__doc__) == ("tên", ["tên"], "Say it.")


def test_the_same_look_is_written_once_in_a_quarter_of_an_hour(make: Callable[[str], Store], watch: Watch) -> None:
    store = make("office")
    store.at_work = "supervisor1"
    for minutes in (0, 5, 9, 2):
        watch.now += dt.timedelta(minutes=minutes)
        store.note_look("form", household="h1")
    assert len(store.deeds("looked_at")) == 2


def test_another_person_page_or_household_is_another_look(make: Callable[[str], Store]) -> None:
    store = make("office")
    store.at_work = "supervisor1"
    store.note_look("form", household="h1")
    store.note_look("history", household="h1")
    store.note_look("form", household="h2")
    store.at_work = "enumerator1"
    store.note_look("form", household="h2")
    store.note_look("list", indicator="p_smartphone", rows=12)
    found = [(deed.who, dict(deed.about)) for deed in store.deeds("looked_at")]
    assert found[-1] == ("enumerator1", {"what": "list", "indicator": "p_smartphone", "rows": 12})
    assert len(found) == 5


def test_a_clock_that_was_put_back_hides_no_look(make: Callable[[str], Store], watch: Watch) -> None:
    store = make("office")
    store.note_look("form", household="h1")
    watch.now -= dt.timedelta(days=3)
    store.note_look("form", household="h1")
    assert len(store.deeds("looked_at")) == 2
