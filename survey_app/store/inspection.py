"""The store's own check: the file, its keys, and that what is computed agrees with what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from io import FileIO
from typing import Any

from survey_app.i18n import _, ngettext
from survey_app.records import revision_id
from survey_app.store import attachments, history, slots, visits
from survey_app.store.content import Content
from survey_app.store.driver import DriverError


def check(database: Any, content: Content, file: FileIO) -> list[str]:
    """Return what is wrong, one sentence each; empty when all is well.

    What is in the tables is only looked at when the file itself is sound.
    """
    problems = [*_pages(database), *_tables_of_file(database)]
    if not slots.room_for_slots(file) or any(copy is None for copy in slots.copies_in(file)):
        problems.append(
            _("One of the two copies of the keys is damaged. Close the store and open it again to mend it.")
        )
    return problems or [*_revisions(database, content), *_attachments(database), *_computed(database, content)]


def _pages(database: Any) -> Iterator[str]:
    pages = database.execute("PRAGMA cipher_integrity_check").fetchall()
    if pages:
        yield ngettext(
            "{count} page of the file was altered or is unreadable.",
            "{count} pages of the file were altered or are unreadable.",
            len(pages),
        ).format(count=len(pages))


def _tables_of_file(database: Any) -> Iterator[str]:
    try:
        sound = [row[0] for row in database.execute("PRAGMA integrity_check(20)")] == ["ok"]
        orphan = database.execute("PRAGMA foreign_key_check").fetchone()
    except DriverError:
        sound, orphan = False, None
    if not sound:
        yield _("The tables of the file contradict each other.")
    if orphan:
        yield _("Some entries refer to others that are missing.")


def _revisions(database: Any, content: Content) -> Iterator[str]:
    try:
        wrong = sum(revision_id(revision) != revision.id for revision in history.all_revisions(database, content))
    except ValueError:
        yield _("A saved form cannot be read.")
        return
    if wrong:
        yield ngettext(
            "{count} saved form differs from its own fingerprint.",
            "{count} saved forms differ from their own fingerprint.",
            wrong,
        ).format(count=wrong)


def _attachments(database: Any) -> Iterator[str]:
    wrong = attachments.altered(database)
    if wrong:
        yield ngettext(
            "{count} picture or file differs from its own fingerprint.",
            "{count} pictures or files differ from their own fingerprint.",
            wrong,
        ).format(count=wrong)


def _computed(database: Any, content: Content) -> Iterator[str]:
    """Compute everything that follows from the revisions anew inside a transaction that is taken back."""
    database.execute("BEGIN")
    try:
        before = _tables(database, content)
        names = [row[0] for row in database.execute("SELECT DISTINCT submission FROM revisions")]
        database.execute("DELETE FROM currents")
        history.refresh_currents(database, content, names)
        visits.refresh_all(database)
        agree = before == _tables(database, content)
    except ValueError:
        agree = False
    finally:
        database.execute("ROLLBACK")
    if not agree:
        yield _("The summary of the submissions does not agree with the saved forms.")


def _tables(database: Any, content: Content) -> list[int]:
    """Return a number for each row, the answers unpacked: another compressor may pack them differently."""
    columns = "submission, household, round, form_id, form_version, author, made_at, device, heads, state, conflicts"
    currents = database.execute(f"SELECT answers, result, {columns} FROM currents ORDER BY submission")
    households = database.execute("SELECT * FROM visits ORDER BY household")
    return [hash((content.unpack(row[0]), *row[1:])) for row in currents] + [hash(row) for row in households]
