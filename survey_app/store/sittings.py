"""What of a store belongs to interviews that are going on: drafts, the bin, who sits at what, attachments."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from survey_app.clock import stamp
from survey_app.records import Revision
from survey_app.store import attachments, deeds, drafts, frame, history, visits
from survey_app.store.attachments import Attachment
from survey_app.store.driver import outside_failures
from survey_app.store.ground import Ground
from survey_app.store.records import (
    HERE,
    Discarded,
    Draft,
)

_SITTING, _SEATED = "sitting", "seated"


class Sittings(Ground):
    """Drafts and attachments; a base of ``Store``."""

    # --- drafts ----------------------------------------------------------------------------------------------------

    def start_draft(self, draft: Draft) -> None:
        """Begin an interview.

        Raises:
            ValueError: there is a draft of this submission already.
        """
        with self._change() as database:
            if database.execute("SELECT 1 FROM drafts WHERE submission = ?", [draft.submission]).fetchone():
                raise ValueError("there is a draft of this submission already")
            drafts.start(database, draft)
            visits.refresh(database, [draft.household])

    def save_draft(self, draft_id: str, saved: Mapping[str, str | None], cursor: str) -> None:
        """Commit answers of an interview.

        Args:
            draft_id: id of the draft.
            saved: address to value; ``None`` forgets the address and everything below it.
            cursor: address of the question the enumerator stands on.

        Raises:
            LookupError: there is no such draft.
        """
        with self._change() as database:
            drafts.save(database, draft_id, saved, cursor, stamp(self._clock()))

    def draft(self, draft_id: str) -> Draft | None:
        """Return a draft with its values."""
        with outside_failures():
            return drafts.draft(self._database, draft_id)

    def drafts(self) -> list[Draft]:
        """Return all drafts, the one touched last first."""
        with outside_failures():
            found = [drafts.draft(self._database, draft_id) for draft_id in drafts.draft_ids(self._database)]
        return [draft for draft in found if draft is not None]

    def discard_draft(self, draft_id: str, by: str = "", answers: int | None = None) -> None:
        """Put an interview into the bin.

        Args:
            draft_id: id of the draft.
            by: id of the enumerator who throws it away.
            answers: how many questions are answered, which only the form knows; without it every value counts.

        Raises:
            LookupError: there is no such draft.
        """
        with self._change() as database:
            household = drafts.throw_away(database, self._content, draft_id, stamp(self._clock()), by, answers)
            self._rise(database, draft_id)
            visits.refresh(database, [household])

    def discarded_drafts(self) -> list[Discarded]:
        """Return the interviews in the bin, the one thrown away last first."""
        with outside_failures():
            return drafts.discarded(self._database)

    def bring_back_draft(self, draft_id: str) -> str:
        """Take an interview out of the bin, with all it held, and return its household.

        Raises:
            LookupError: it is not in the bin.
            ValueError: another interview of this household has been begun or finished meanwhile.
        """
        with self._change() as database:
            household = drafts.bring_back(database, self._content, draft_id)
            visits.refresh(database, [household])
        return household

    def empty_bin(self, days: int) -> int:
        """Forget what was thrown away more than ``days`` ago; return how many interviews that were."""
        before = stamp(self._clock() - dt.timedelta(days=days))
        with self._change() as database:
            emptied = drafts.empty_bin(database, before)
            attachments.remove_unused(database)
        return emptied

    def sit_down(self, draft_id: str, by: str = "") -> None:
        """Note that somebody is at this interview; it stands in the file until ``rise``.

        Args:
            draft_id: id of the draft.
            by: id of the person; blank is who began it.
        """
        with self._change() as database:
            frame.put_fact(database, _SITTING, draft_id)
            frame.put_fact(database, _SEATED, by)

    def rise(self, draft_id: str) -> None:
        """Note that this interview was left in good order."""
        with self._change() as database:
            self._rise(database, draft_id)

    @staticmethod
    def _rise(database: Any, draft_id: str) -> None:
        if frame.fact(database, _SITTING) == draft_id:
            frame.put_fact(database, _SITTING, "")

    def left_open(self) -> Draft | None:
        """Return the interview that nobody rose from: the machine or the program stopped in the middle of it."""
        with outside_failures():
            draft_id = frame.fact(self._database, _SITTING)
            return drafts.draft(self._database, draft_id) if draft_id else None

    def left_open_by(self) -> str:
        """Return the id of the person who was at the interview that nobody rose from, ``""`` when there is none."""
        draft = self.left_open()
        with outside_failures():
            return (frame.fact(self._database, _SEATED) or draft.author) if draft is not None else ""

    def finish_draft(self, draft_id: str, revision: Revision) -> None:
        """Turn an interview into a revision; the draft is gone afterwards.

        Raises:
            LookupError: there is no such draft.
        """
        with self._change() as database:
            household = drafts.discard(database, draft_id)
            self._rise(database, draft_id)
            history.add(database, self._content, [revision], HERE)
            self._note(database, deeds.FINISHED, household=household, submission=revision.submission)
            visits.refresh(database, [household])
            attachments.remove_unused(database)

    # --- attachments -----------------------------------------------------------------------------------------------

    def attach(self, draft_id: str, given: Attachment) -> None:
        """Keep a picture, drawing, recording or file of an interview; the answer that names it is saved apart.

        What no draft and no revision names is removed when an interview ends.

        Raises:
            TooManyAttachments: the interview would have more than fits into a bundle.
        """
        with self._change() as database:
            attachments.attach(database, draft_id, given)

    def put_attachments(self, given: Iterable[Attachment]) -> None:
        """Keep what a bundle brought with the revisions that name it."""
        with self._change() as database:
            attachments.put(database, given, kept=True)

    def attachment(self, name: str) -> bytes | None:
        """Return the bytes of an attachment, ``None`` when it is not here."""
        with outside_failures():
            return attachments.content(self._database, name)

    def attachment_sizes(self) -> Mapping[str, int]:
        """Return the name of every attachment with its length in bytes."""
        with outside_failures():
            return attachments.sizes(self._database)
