"""The store's own check finds what is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey_app.records import Revision
from survey_app.store import Store, slots


@pytest.fixture
def answered(commune: Store, new_revision: Callable[..., Revision]) -> Store:
    commune.add_revisions([new_revision()], "here")
    assert commune.check() == []
    return commune


def test_answers_that_were_altered_are_found(answered: Store) -> None:
    database = answered._opened.database
    database.execute("DROP TRIGGER revisions_are_never_changed")
    database.execute("UPDATE revisions SET answers = ?", [b'{"q":"altered"}'])
    problems = answered.check()
    assert any("fingerprint" in problem for problem in problems)
    assert any("summary" in problem for problem in problems)


def test_answers_that_cannot_be_read_any_more_are_found(answered: Store) -> None:
    database = answered._opened.database
    database.execute("DROP TRIGGER revisions_are_never_changed")
    database.execute("UPDATE revisions SET answers = ?", [b"\x28\xb5\x2f\xfdrubbish"])
    assert any("cannot be read" in problem for problem in answered.check())


def test_a_summary_that_disagrees_is_found_and_not_mended_in_silence(answered: Store) -> None:
    answered._opened.database.execute("UPDATE visits SET status = 'refused'")
    assert len(answered.check()) == 1
    assert len(answered.check()) == 1


def test_an_entry_without_its_other_half_is_found(answered: Store) -> None:
    database = answered._opened.database
    database.execute("PRAGMA foreign_keys = OFF")
    database.execute("INSERT INTO draft_values VALUES ('no draft', 'q', '1')")
    assert any("missing" in problem for problem in answered.check())


def test_a_broken_copy_of_the_keys_is_found_and_mended_by_opening_again(answered: Store, passphrase: str) -> None:
    with answered.path.open("r+b") as file:
        file.seek(slots.COPIES[1])
        file.write(b"broken")
    assert any("keys" in problem for problem in answered.check())
    answered.close()
    with Store.open(answered.path, passphrase) as again:
        assert again.check() == []


def test_a_page_that_was_altered_on_the_disk_is_found(answered: Store, passphrase: str) -> None:
    query = "SELECT rootpage FROM sqlite_schema WHERE name = 'draft_values'"
    page = answered._opened.database.execute(query).fetchone()[0]
    answered.close()
    with answered.path.open("r+b") as file:
        file.seek(8192 * (page - 1) + 50)
        file.write(b"\1\2\3")
    store = Store.open(answered.path, passphrase)
    try:
        assert store.check() != []
    finally:
        store.close()
