"""The store's own check: the file, its keys, and that what is computed agrees with what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from survey_app.i18n import _, ngettext
from survey_app.records import revision_id
from survey_app.store import history, slots, visits
from survey_app.store.content import Content


def check(database: Any, content: Content, path: Path) -> list[str]:
    """Return what is wrong, one sentence each; empty when all is well."""
    return [*_file(database, path), *_revisions(database, content), *_computed(database, content)]


def _file(database: Any, path: Path) -> Iterator[str]:
    pages = database.execute("PRAGMA cipher_integrity_check").fetchall()
    if pages:
        yield ngettext(
            "{count} page of the file was altered or is unreadable.",
            "{count} pages of the file were altered or are unreadable.",
            len(pages),
        ).format(count=len(pages))
    found = [row[0] for row in database.execute("PRAGMA integrity_check(20)")]
    if found != ["ok"]:
        yield _("The tables of the file contradict each other.")
    if database.execute("PRAGMA foreign_key_check").fetchone():
        yield _("Some entries refer to others that are missing.")
    if not slots.room_for_slots(path) or any(copy is None for copy in slots.read_copies(path)):
        yield _("One of the two copies of the keys is damaged. Close the store and open it again to mend it.")


def _revisions(database: Any, content: Content) -> Iterator[str]:
    wrong = sum(revision_id(revision) != revision.id for revision in history.all_revisions(database, content))
    if wrong:
        yield ngettext(
            "{count} saved form differs from its own fingerprint.",
            "{count} saved forms differ from their own fingerprint.",
            wrong,
        ).format(count=wrong)


def _computed(database: Any, content: Content) -> Iterator[str]:
    """Compute everything that follows from the revisions anew inside a transaction that is taken back."""
    before = _tables(database)
    database.execute("BEGIN")
    try:
        names = [row[0] for row in database.execute("SELECT DISTINCT submission FROM revisions")]
        database.execute("DELETE FROM currents")
        history.refresh_currents(database, content, names)
        visits.refresh_all(database)
        after = _tables(database)
    finally:
        database.execute("ROLLBACK")
    if before != after:
        yield _("The summary of the submissions does not agree with the saved forms.")


def _tables(database: Any) -> list[int]:
    currents = database.execute("SELECT * FROM currents ORDER BY submission")
    households = database.execute("SELECT * FROM visits ORDER BY household")
    return [hash(row) for rows in (currents, households) for row in rows]
