"""A question as a card shows it, and the way it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from survey_app.gui.interview.standing import Seen
from survey_app.i18n import _
from survey_app.xforms.keys import MOST_KEYS, Keyed, keyed

MOST_OPTIONS = 14
"""A single choice among more than this is found by typing instead of read."""


@dataclass(frozen=True)
class Asked:
    """A question as a card shows it.

    Attributes:
        node: the question.
        number: what stands at its left, ``"4.06"``.
        checks: its soft checks that apply.
        fault: whether to show what is wrong now.
        note: a caption right of the answer, for example a calculated age.
    """

    node: Seen
    number: str
    checks: tuple[Seen, ...] = ()
    fault: bool = False
    note: str = ""


def way_of(node: Seen) -> str:
    """Return how a question is answered: ``note options many rank lookup area line none``."""
    if node.control in {"select1", "select", "rank"}:
        if node.readonly:
            return "note"
        if node.control != "select1":
            return "rank" if node.control == "rank" else "many"
        return "lookup" if len(node.choices) > MOST_OPTIONS else "options"
    if node.readonly:
        return "note"
    if node.control == "trigger":
        return "options"
    if node.control == "upload":
        return "none"
    return "area" if "multiline" in node.appearance.split() else "line"


def choices_of(node: Seen, way: str) -> tuple[Keyed, ...]:
    if node.control == "trigger":
        return (Keyed("OK", _("Done"), "1", alone=True),)
    choices = keyed([(choice.value, choice.label) for choice in node.choices], many=way != "options")
    return choices if len(choices) <= MOST_KEYS else tuple(Keyed(c.value, c.label, "", c.alone) for c in choices)


def bold_start(text: str) -> int:
    """Return how many letters of a note stand before its first colon, when that is a short instruction."""
    end = text.find(":") + 1
    return end if 0 < end <= 60 else 0


Ask = Callable[[str], Asked]
"""Returns a question, by its path, as a card shows it."""
