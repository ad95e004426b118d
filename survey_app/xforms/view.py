"""What a session shows: nodes, choices, violations, and what an action has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from survey_app.xforms.instance import InstanceNode
    from survey_app.xforms.session import FormSession


ViolationKind = Literal["required", "constraint", "type", "error"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a question.

    Attributes:
        value: what is stored.
        label: what is shown, in the session's language.
        media: pictures and sounds of the label: ``image``, ``big-image``, ``audio``, ``video`` to ``jr://`` addresses.
    """

    value: str
    label: str
    media: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of the form that an answer breaks.

    Attributes:
        path: path of the question.
        kind: ``required``: an answer is missing; ``constraint``: the author's condition is not met; ``type``: not a
            number, date, ... at all; ``error``: an expression of the form could not be worked out.
        message: the author's words, or ours when there are none.
    """

    path: str
    kind: ViolationKind
    message: str


class Dropped(NamedTuple):
    """An answer given before that has no place in the form as it is now.

    Attributes:
        address: where it stood.
        value: the answer.
        reason: why it has no place, in words for people.
    """

    address: str
    value: str
    reason: str


@dataclass(frozen=True)
class Changes:
    """What an action has changed.

    Attributes:
        properties: by path of the node, the names of the ``Node`` properties to read again.
        added: paths of new repeat instances.
        removed: paths (as they were) of repeat instances that are gone.
        saved: by address, what a draft must now hold; None forgets the address and all below it.
    """

    properties: Mapping[str, frozenset[str]] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    saved: Mapping[str, str | None] = field(default_factory=dict)


def violation_of(node: InstanceNode) -> Violation | None:
    """Return the rule the answer of a node breaks now."""
    found = node.violation
    return Violation(node.path(), found[0], found[1]) if found is not None else None


class Node:
    """A node of a session as it is now; properties are read from the session when they are asked for."""

    __slots__ = ("_node", "_session")

    def __init__(self, session: FormSession, node: InstanceNode) -> None:
        self._session = session
        self._node = node

    @property
    def path(self) -> str:
        """Path with ``[n]`` on repeat instances."""
        return self._node.path()

    @property
    def address(self) -> str:
        """Address with line keys (``records``)."""
        return self._node.address()

    @property
    def name(self) -> str:
        """Name with its prefix."""
        return self._node.spec.name

    @property
    def kind(self) -> str:
        """One of ``"root" "group" "repeat" "question" "value"``."""
        return self._node.spec.kind

    @property
    def type(self) -> str:
        """XForms type without prefix, for example ``"int"``."""
        return self._node.spec.type

    @property
    def control(self) -> str:
        """One of ``input select1 select rank trigger range upload``, ``""`` without a question."""
        control = self._node.spec.control
        return control.kind if control is not None else ""

    @property
    def appearance(self) -> str:
        """Appearance words of the question or group, parted by blanks."""
        return self._node.spec.appearance

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the author set besides, by the names of an XLSForm; see ``Question.parameters``."""
        control = self._node.spec.control
        return dict(control.parameters) if control is not None else {}

    @property
    def value(self) -> str:
        """XForms text; ``""`` when blank or not relevant."""
        return self._node.text

    @property
    def held(self) -> str:
        """The value whether relevant or not."""
        return self._node.held

    @property
    def line(self) -> int:
        """Line key of a repeat instance, 0 otherwise."""
        return self._node.line

    @property
    def relevant(self) -> bool:
        """It and all around it are relevant."""
        return self._node.relevant

    @property
    def readonly(self) -> bool:
        """It or something around it is read-only."""
        return self._node.readonly

    @property
    def required(self) -> bool:
        """An answer is required."""
        return self._node.required

    @property
    def label(self) -> str:
        """Label in the session's language."""
        return self._session.texts.shown(self._node, "label")

    @property
    def hint(self) -> str:
        """Hint in the session's language."""
        return self._session.texts.shown(self._node, "hint")

    @property
    def guidance(self) -> str:
        """Guidance hint in the session's language."""
        return self._session.texts.shown(self._node, "guidance")

    @property
    def media(self) -> Mapping[str, str]:
        """Pictures and sounds of the label: ``image``, ``audio``, ``video`` to ``jr://`` addresses."""
        return self._session.texts.media(self._node)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The choices that are open now."""
        return self._session.texts.choices_of(self._node)

    @property
    def violation(self) -> Violation | None:
        """The rule the answer breaks now, None when it breaks none."""
        return violation_of(self._node)

    @property
    def count(self) -> int:
        """Number of nodes directly inside."""
        return len(self._node.children)

    @property
    def fixed_size(self) -> bool:
        """For a repeat instance: the form decides how many there are; nobody may add or remove."""
        return self._node.spec.fixed_size
