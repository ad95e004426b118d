"""The audit log of one interview: it grows with the draft, and ends as an attachment of the submission.

Each commit brings the events since the last one into the draft, as one more value beside ``meta/audit``; so a crash
loses only what was not committed. When the form is finished they become one CSV file among the encrypted attachments,
and ``meta/audit`` names it. Forms whose author wants no log have no trail.
"""

from __future__ import annotations

from collections.abc import Mapping

from survey_app.clock import Clock
from survey_app.records import LOG, flatten
from survey_app.store import Attachment, Draft, Store, attachment
from survey_app.xforms import FormSession
from survey_app.xforms.audit import FORM_RESUME, FORM_START, AuditLog, audit_options


class Trail:
    """What has happened in one interview, sitting after sitting.

    Args:
        log: takes the events.
        path: path of the ``audit`` node.
        address: its address.
        parts: how many parts the draft holds already.
        earlier: the log of the submission that is corrected, ``""`` for none.
    """

    def __init__(self, log: AuditLog, path: str, address: str, parts: int = 0, earlier: str = "") -> None:
        self.log = log
        self.path = path
        self._address = address
        self._parts = parts
        self._earlier = earlier

    def take(self) -> dict[str, str]:
        """Return what has happened since the last time, as values for the draft; nothing when nothing has."""
        rows = self.log.take()
        if not rows:
            return {}
        self._parts += 1
        return {f"{self._address}{LOG}{self._parts:06}": rows}

    def file(self, values: Mapping[str, str]) -> Attachment:
        """Return the whole log as a file.

        Args:
            values: the values of the draft; those that are no part of the log do not matter.
        """
        taken = "".join(values[address] for address in sorted(values) if LOG in address)
        return attachment(self.log.csv(self._earlier, taken).encode(), "csv")


def trail_of(store: Store, session: FormSession, draft: Draft, clock: Clock, user: str) -> Trail | None:
    """Return the trail of an interview that is opened now, None when its form wants no log.

    Args:
        store: holds the log of the submission that is corrected.
        session: the sitting.
        draft: the draft as it was opened.
        clock: gives the moment of each event.
        user: who fills in.
    """
    wanted = session.form.audit
    if wanted is None:
        return None
    log = AuditLog(audit_options(wanted), clock, user=user)
    parts = [address for address in draft.values if LOG in address]
    log.note(FORM_RESUME if parts or draft.parents else FORM_START)
    path = session.form.audit_path
    address = session.node(path).address
    return Trail(log, path, address, len(parts), _earlier(store, draft, address))


def _earlier(store: Store, draft: Draft, address: str) -> str:
    """Return the log of the submission that a draft corrects, ``""`` when there is none."""
    for revision in store.revisions(draft.submission) if draft.parents else ():
        name = flatten(revision.answers).get(address, "") if revision.id in draft.parents else ""
        content = store.attachment(name) if name else None
        if content is not None:
            return content.decode("utf-8", "replace")
    return ""
