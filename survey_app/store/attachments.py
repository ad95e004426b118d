"""Pictures, drawings, recordings and files that belong to answers.

An attachment is called after its content: the first 16 hexadecimal digits of its SHA-256, a dot, and what kind of file
it is. The answer is that name, so two equal files are one, and a file that was altered no longer fits its name. The
bytes stand in the encrypted store and nowhere else.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.records import Answers, Revision, flatten
from survey_app.store.errors import AttachmentTooLarge, TooManyAttachments
from survey_app.store.ids import chunks, marks

LARGEST_BYTES = 16 << 20
"""Of one attachment: a minute of ordinary video, or hours of speech."""

MOST_IN_A_DRAFT_BYTES = 64 << 20
"""Of one interview with all its attachments; it must fit into one bundle."""

_NAME = re.compile(r"[0-9a-f]{16}\.[a-z0-9]{1,5}", re.ASCII)
_SUFFIX = re.compile(r"[a-z0-9]{1,5}", re.ASCII)


@dataclass(frozen=True)
class Attachment:
    """A file that belongs to an answer.

    Attributes:
        name: what the answer says, for example ``"5f2a6c0b9d3e4f17.jpg"``.
        content: its bytes.
    """

    name: str
    content: bytes

    @property
    def is_sound(self) -> bool:
        """Whether the content is the one the name was made from."""
        return is_name(self.name) and self.name == named(self.content, self.name.rpartition(".")[2])


def named(content: bytes, suffix: str) -> str:
    """Return what an attachment is called; a suffix that cannot stand in a name becomes ``bin``."""
    plain = suffix.lower().lstrip(".")
    return f"{hashlib.sha256(content).hexdigest()[:16]}.{plain if _SUFFIX.fullmatch(plain) else 'bin'}"


def attachment(content: bytes, suffix: str) -> Attachment:
    """Return an attachment of this content.

    Raises:
        AttachmentTooLarge: it is empty or larger than an attachment may be.
    """
    if not 0 < len(content) <= LARGEST_BYTES:
        raise AttachmentTooLarge(len(content), LARGEST_BYTES)
    return Attachment(named(content, suffix), content)


def is_name(text: str) -> bool:
    """Tell whether a text can be the name of an attachment."""
    return bool(_NAME.fullmatch(text))


def names_in(answers: Answers) -> set[str]:
    """Return every text of the answers that can be the name of an attachment."""
    return {value for value in flatten(answers).values() if is_name(value)}


# --- in the store --------------------------------------------------------------------------------------------------


def attach(database: Any, draft_id: str, given: Attachment) -> None:
    """Keep an attachment of an interview.

    Raises:
        TooManyAttachments: the interview would have more than fits into a bundle.
    """
    query = """SELECT coalesce(sum(length(content)), 0) FROM attachments
        WHERE name <> ? AND name IN (SELECT value FROM draft_values WHERE draft = ?)"""
    there = database.execute(query, [given.name, draft_id]).fetchone()[0]
    if there + len(given.content) > MOST_IN_A_DRAFT_BYTES:
        raise TooManyAttachments(MOST_IN_A_DRAFT_BYTES)
    put(database, [given], kept=False)


def put(database: Any, given: Iterable[Attachment], kept: bool) -> None:
    """Keep attachments; ``kept`` when a revision refers to them. One that is here already keeps its content."""
    rows = [(each.name, each.content, int(kept)) for each in given]
    query = """INSERT INTO attachments (name, content, kept) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET kept = max(kept, excluded.kept)"""
    database.conn.executemany(query, rows)


def content(database: Any, name: str) -> bytes | None:
    """Return the bytes of an attachment, ``None`` when it is not here."""
    row = database.execute("SELECT content FROM attachments WHERE name = ?", [name]).fetchone()
    return bytes(row[0]) if row else None


def sizes(database: Any) -> Mapping[str, int]:
    """Return the name of every attachment with its length in bytes."""
    return dict(database.execute("SELECT name, length(content) FROM attachments").fetchall())


def keep_for(database: Any, revisions: Collection[Revision]) -> None:
    """Note which attachments revisions refer to: those are never removed."""
    if database.execute("SELECT 1 FROM attachments WHERE kept = 0 LIMIT 1").fetchone() is None:
        return
    names = sorted({name for revision in revisions for name in names_in(revision.answers)})
    for some in chunks(names):
        database.execute(f"UPDATE attachments SET kept = 1 WHERE name IN ({marks(some)})", list(some))


def remove_unused(database: Any) -> None:
    """Remove every attachment that no revision, no draft and no draft in the bin refers to."""
    database.execute(
        """DELETE FROM attachments WHERE kept = 0
        AND NOT EXISTS (SELECT 1 FROM draft_values WHERE value = name)
        AND NOT EXISTS (SELECT 1 FROM discarded_drafts WHERE instr(attachments, name) > 0)"""
    )


def altered(database: Any) -> int:
    """Return how many attachments are not what their name says."""
    rows = database.execute("SELECT name, content FROM attachments")
    return sum(not Attachment(name, bytes(content)).is_sound for name, content in rows)
