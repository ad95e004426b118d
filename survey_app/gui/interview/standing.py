"""What the sheet is made of: pages, stops, counts, and questions as they were read last."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey_app.xforms import Choice, Node

_INSTANCE = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Page:
    """What the middle of the screen shows.

    Attributes:
        kind: ``"section"``, ``"roster"``, ``"person"``, ``"after"`` (what follows the people) or ``"review"``.
        path: the section's path, the repeat's path, or the path of the repeat instance.
        section: index of the section; the number of sections for the review.
    """

    kind: str
    path: str
    section: int


@dataclass(frozen=True)
class Stop:
    """A place where the person is asked something.

    Attributes:
        path: the question; of the repeat itself for "one more line?", ``""`` for the review.
        page: where it stands.
    """

    path: str
    page: Page


@dataclass(frozen=True)
class Count:
    """How much of something is done.

    Attributes:
        answered: questions with an answer.
        asked: questions that are asked.
        errors: answers that break a rule, and required questions that were left blank.
        warnings: doubtful answers without a reason.
        open: required questions without an answer.
    """

    answered: int = 0
    asked: int = 0
    errors: int = 0
    warnings: int = 0
    open: int = 0

    @classmethod
    def of(cls, counts: Iterable[Count]) -> Count:
        """Return several counts in one."""
        answered = asked = errors = warnings = missing = 0
        for count in counts:
            answered += count.answered
            asked += count.asked
            errors += count.errors
            warnings += count.warnings
            missing += count.open
        return cls(answered, asked, errors, warnings, missing)

    @property
    def done(self) -> bool:
        """Whether nothing more has to be answered here."""
        return not (self.errors or self.warnings or self.open)

    @property
    def started(self) -> bool:
        """Whether anything has been answered here."""
        return self.answered > 0


class Seen:
    """A question as it was when it was read last; a question that changes is read again as a new one.

    Words and choices are read when they are first asked for: most questions are counted and never shown.
    """

    __slots__ = (
        "_choices",
        "_hint",
        "_label",
        "_node",
        "_parameters",
        "address",
        "appearance",
        "control",
        "path",
        "readonly",
        "relevant",
        "required",
        "type",
        "value",
        "violation",
    )

    def __init__(self, node: Node) -> None:
        self._node = node
        self.path = node.path
        self.address = node.address
        self.control = node.control
        self.type = node.type
        self.appearance = node.appearance
        self.relevant = node.relevant
        self.value = node.value
        self.readonly = node.readonly or (node.control == "select1" and "label" in node.appearance.split())
        self.required = node.required
        self.violation = node.violation if self.relevant else None
        self._label: str | None = None
        self._hint: str | None = None
        self._choices: tuple[Choice, ...] | None = None
        self._parameters: Mapping[str, str] | None = None

    @property
    def label(self) -> str:
        """The question's words."""
        if self._label is None:
            self._label = self._node.label
        return self._label

    @property
    def hint(self) -> str:
        """The hint's words."""
        if self._hint is None:
            self._hint = self._node.hint
        return self._hint

    @property
    def guidance(self) -> str:
        """What helps to ask the question, shown on demand."""
        return self._node.guidance

    @property
    def media(self) -> Mapping[str, str]:
        """The pictures and sounds of the question: ``image big-image audio video`` to ``jr://`` addresses."""
        return self._node.media

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices that are open."""
        if self._choices is None:
            self._choices = self._node.choices
        return self._choices

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the author set besides: ends of a range, largest picture, rows."""
        if self._parameters is None:
            self._parameters = self._node.parameters
        return self._parameters


@functools.lru_cache(maxsize=8192)
def generic(path: str) -> str:
    """Return a path without positions."""
    return _INSTANCE.sub("", path)
