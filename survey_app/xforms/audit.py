"""The log of how a form was filled in (ODK XForms specification, "Client Audit Logs").

An author asks for it with a row of type ``audit``. The log is a CSV file of events: when each question was looked at,
what was changed, when the form was left and taken up again. A computer without a receiver leaves the columns of the
location blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.clock import Clock

QUESTION, GROUP, ADD_REPEAT, JUMP, END_SCREEN = "question", "group questions", "add repeat", "jump", "end screen"
FORM_START, FORM_RESUME, FORM_EXIT, FORM_SAVE = "form start", "form resume", "form exit", "form save"
FORM_FINALIZE, SAVE_ERROR, FINALIZE_ERROR = "form finalize", "save error", "finalize error"
DELETE_REPEAT, CONSTRAINT_ERROR, CHANGE_REASON = "delete repeat", "constraint error", "change reason"

_LOCATION = ("location-priority", "location-min-interval", "location-max-age")


@dataclass(frozen=True)
class AuditOptions:
    """What the author wants in the log.

    Attributes:
        locations: where the computer was.
        changes: answers before and after.
        user: who filled in.
        reasons: why a finished form was changed.
    """

    locations: bool = False
    changes: bool = False
    user: bool = False
    reasons: bool = False


def audit_options(wanted: Mapping[str, str]) -> AuditOptions:
    """Return what the parameters of an ``audit`` row ask for (``FormDefinition.audit``)."""
    return AuditOptions(
        locations=all(wanted.get(name) for name in _LOCATION),
        changes=wanted.get("track-changes", "").strip() in ("true", "true()"),
        user=wanted.get("identify-user", "").strip() in ("true", "true()"),
        reasons=wanted.get("track-changes-reasons", "").strip() == "on-form-edit",
    )


@dataclass(frozen=True)
class AuditEvent:
    """Something that happened while a form was filled in.

    Attributes:
        event: its kind, one of the names above.
        node: path of the question, group or repeat, ``[n]`` on repeats only; ``""`` when it is about the whole form.
        start: milliseconds since 1970-01-01 UTC.
        end: likewise; None for what takes no time.
        old: the answer before, ``""`` when it did not change.
        new: the answer after.
        reason: why a finished form was changed.
    """

    event: str
    node: str
    start: int
    end: int | None = None
    old: str = ""
    new: str = ""
    reason: str = ""


class AuditLog:
    """Turns what a person does into events. It knows paths and values, no window and no file.

    Args:
        options: what the author wants.
        clock: tells the present moment; a clock that is set back does not turn the log back.
        user: name of who fills in.

    Attributes:
        events: what has happened and is over.
    """

    def __init__(self, options: AuditOptions, clock: Clock, *, user: str = "") -> None:
        self.options = options
        self.events: list[AuditEvent] = []
        self._clock = clock
        self._user = user
        self._last = 0
        self._open: tuple[str, str, int] | None = None
        self._before: dict[str, str] = {}
        self._after: dict[str, str] = {}

    def note(self, event: str, node: str = "", *, reason: str = "") -> None:
        """Note what takes no time: ``FORM_START``, ``FORM_SAVE``, ``DELETE_REPEAT``, ``CONSTRAINT_ERROR``, ...

        Leaving and finishing the form leave the question too.
        """
        now = self._now()
        if event in (FORM_EXIT, FORM_FINALIZE):
            self._close(now)
        self.events.append(AuditEvent(event, node, now, reason=reason))

    def look_at(self, node: str, event: str = QUESTION) -> None:
        """Note that the person is now at a question, a group (``GROUP``), the end (``END_SCREEN``), a list (``JUMP``).

        Being there already is nothing new. What was looked at before is over.
        """
        if self._open is not None and self._open[:2] == (event, node):
            return
        now = self._now()
        self._close(now)
        self._open = (event, node, now)

    def answered(self, node: str, old: str, new: str) -> None:
        """Note that an answer was changed; nothing is kept unless the author wants changes."""
        if self.options.changes:
            self._before.setdefault(node, old)
            self._after[node] = new

    def leave(self) -> None:
        """Note that the person is nowhere in the form now."""
        self._close(self._now())

    def _close(self, now: int) -> None:
        event, node, start = self._open or ("", "", now)
        changed = {one: (self._before[one], new) for one, new in self._after.items() if new != self._before[one]}
        if self._open is not None:
            old, new = changed.pop(node, ("", ""))
            self.events.append(AuditEvent(event, node, start, now, old, new))
        for one, (old, new) in changed.items():
            self.events.append(AuditEvent(QUESTION, one, start, now, old, new))
        self._open = None
        self._before.clear()
        self._after.clear()

    def _now(self) -> int:
        self._last = max(self._last, int(self._clock().timestamp() * 1000))
        return self._last

    def rows(self) -> str:
        """Return the lines of what has happened, without the line of names, to be put after earlier ones."""
        return "".join(f"{','.join(map(_cell, self._cells(event)))}\n" for event in self.events)

    def take(self) -> str:
        """Return the lines of what has happened since the last time, and forget it."""
        rows = self.rows()
        self.events.clear()
        return rows

    def csv(self, earlier: str = "", taken: str = "") -> str:
        """Return the file: after what it held before, or with the line of names.

        Args:
            earlier: a whole file.
            taken: lines that were taken since.
        """
        return (earlier or f"{','.join(self._names())}\n") + taken + self.rows()

    def _names(self) -> list[str]:
        return [
            *("event", "node", "start", "end"),
            *(("latitude", "longitude", "accuracy") if self.options.locations else ()),
            *(("old-value", "new-value") if self.options.changes else ()),
            *(("user",) if self.options.user else ()),
            *(("change-reason",) if self.options.reasons else ()),
        ]

    def _cells(self, event: AuditEvent) -> list[str]:
        return [
            *(event.event, event.node, str(event.start), "" if event.end is None else str(event.end)),
            *(("", "", "") if self.options.locations else ()),
            *((event.old, event.new) if self.options.changes else ()),
            *((self._user,) if self.options.user else ()),
            *((event.reason,) if self.options.reasons else ()),
        ]


def _cell(text: str) -> str:
    """Return a value as the specification has it written; without comma or line break it stays as it is."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return '"' + plain.replace('"', '""') + '"' if "," in plain or "\n" in plain else plain
