"""The store's own check: the file, its keys, and that what is computed agrees with what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from io import FileIO
from typing import Any

from survey_app.i18n import _, ngettext
from survey_app.records import revision_id
from survey_app.store import attachments, deeds, history, slots, visits
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
    return problems or [*_forms(database, content), *_attachments(database), *deeds.check(database)]


def _pages(database: Any) -> Iterator[str]:
    pages = database.execute("PRAGMA cipher_integrity_check").fetchall()
    if pages:
        yield ngettext(
            "{count} page of the file was altered or is unreadable. Put a safety copy back.",
            "{count} pages of the file were altered or are unreadable. Put a safety copy back.",
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


def _forms(database: Any, content: Content) -> Iterator[str]:
    """Look at every saved form once: its fingerprint, and that the summary says what follows from the forms."""
    wrong, agree, last = 0, True, ""
    try:
        for revisions in history.by_submission(database, content):
            wrong += sum(revision_id(revision) != (revision.forgotten or revision.id) for revision in revisions)
            said = history.said(database, content, last, revisions[-1].submission)
            agree = agree and said == history.would_say(database, revisions)
            last = revisions[-1].submission
        agree = agree and not history.said(database, content, last, None)
    except ValueError:
        yield _("A saved form cannot be read.")
        return
    if wrong:
        yield ngettext(
            "{count} saved form differs from its own fingerprint.",
            "{count} saved forms differ from their own fingerprint.",
            wrong,
        ).format(count=wrong)
    if not (agree and _visits_agree(database)):
        yield _("The summary of the submissions does not agree with the saved forms.")


def _attachments(database: Any) -> Iterator[str]:
    wrong = attachments.altered(database)
    if wrong:
        yield ngettext(
            "{count} picture or file differs from its own fingerprint.",
            "{count} pictures or files differ from their own fingerprint.",
            wrong,
        ).format(count=wrong)


def _visits_agree(database: Any) -> bool:
    """Compute how far each household is anew, inside a transaction that is taken back."""
    query = "SELECT * FROM visits ORDER BY household"
    database.execute("BEGIN")
    try:
        before = [hash(row) for row in database.execute(query)]
        visits.refresh_all(database)
        return before == [hash(row) for row in database.execute(query)]
    finally:
        database.execute("ROLLBACK")
