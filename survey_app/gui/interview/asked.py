"""A question as a card shows it, and the way it is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from survey_app.gui.interview.standing import Seen
from survey_app.i18n import _
from survey_app.xforms.keys import MOST_KEYS, Keyed, keyed

MOST_OPTIONS = 14
"""A single choice among more than this is found by typing instead of read.

Fewer are shown with their keys, also where the author wrote ``minimal``: one key is less than opening a list.
"""

_OTHER_CONTROLS = {"rank": "rank", "trigger": "options", "upload": "file"}
_TYPED = frozenset({"autocomplete", "search"})
_IN_SIGHT = frozenset({"likert", "label", "list-nolabel", "list", "columns", "columns-pack"})

REPEAT_LAST = "repeat-last"
"""Appearance word of a question whose answer may be taken from the household, or the person, before."""


@dataclass(frozen=True)
class Asked:
    """A question as a card shows it.

    Attributes:
        node: the question.
        number: what stands at its left, ``"4.06"``.
        checks: its soft checks that apply.
        fault: whether to show what is wrong now.
        note: a caption right of the answer, for example a calculated age.
        instead: words of what stands in the place of the answer (refused, not known), ``""`` for nothing.
    """

    node: Seen
    number: str
    checks: tuple[Seen, ...] = ()
    fault: bool = False
    note: str = ""
    instead: str = ""


def way_of(node: Seen) -> str:
    """Return how a question is answered: ``note head options many rank lookup area line range file``.

    A ``head`` is the row above a table of choices: it shows them and is never answered.
    """
    words = set(node.appearance.split())
    if node.control == "select1" and "label" in words:
        return "head"
    if node.readonly:
        return "note"
    if node.control in {"select1", "select"}:
        return _way_to_choose(node, words)
    if node.control in _OTHER_CONTROLS:
        return _OTHER_CONTROLS[node.control]
    if node.control == "range":
        return "line" if "picker" in words else "range"
    return "area" if "multiline" in words or node.type in {"geotrace", "geoshape"} else "line"


def _way_to_choose(node: Seen, words: set[str]) -> str:
    several = node.control == "select"
    most = MOST_KEYS if several and "minimal" not in words else MOST_OPTIONS
    if words & _TYPED or (not words & _IN_SIGHT and len(node.choices) > most):
        return "lookup"
    return "many" if several else "options"


def choices_of(node: Seen, way: str) -> tuple[Keyed, ...]:
    """Return the choices of a question with their keys."""
    if node.control == "trigger":
        return (Keyed("OK", _("Done"), "1", alone=True),)
    if way == "head":
        return tuple(Keyed(choice.value, choice.label, "", alone=True) for choice in node.choices)
    choices = keyed([(choice.value, choice.label) for choice in node.choices], many=way != "options")
    return choices if len(choices) <= MOST_KEYS else tuple(Keyed(c.value, c.label, "", c.alone) for c in choices)


def bold_start(text: str) -> int:
    """Return how many letters of a note stand before its first colon, when that is a short instruction."""
    end = text.find(":") + 1
    return end if 0 < end <= 60 else 0


Ask = Callable[[str], Asked]
"""Returns a question, by its path, as a card shows it."""
