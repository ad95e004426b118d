"""Which key chooses which answer.

Digits 1 to 9, then letters. "Don't know" is always 9 and always last; in a question with several answers "none of
these" is always 0. An enumerator learns these two once and they hold in every question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DONT_KNOW = frozenset({"dk", "dont_know", "dontknow", "no_answer", "na", "98", "99"})
NONE = frozenset({"none", "nothing", "no_one"})
_ORDINARY = "123456789abcdefghijklmnopqrstuvwxyz"

MOST_KEYS = len(_ORDINARY)

SPECIAL_KEYS = ("F6", "F7", "F9")
"""Keys of what can take the place of an answer (``plan.SPECIAL``), in the order of the workbook."""


@dataclass(frozen=True)
class Keyed:
    """A choice with its key.

    Attributes:
        value: the choice's value.
        label: its words.
        key: one character in lower case, ``""`` when the choices outnumber the keys.
        alone: whether it excludes every other answer.
    """

    value: str
    label: str
    key: str
    alone: bool


def keyed(choices: Sequence[tuple[str, str]], many: bool) -> tuple[Keyed, ...]:
    """Return the choices ``(value, label)`` in the order they are shown, each with its key."""
    unknown = [c for c in choices if c[0] in DONT_KNOW][:2]
    none = [c for c in choices if many and c[0] in NONE][:1]
    rest = [c for c in choices if c not in unknown and c not in none]
    taken = dict(zip([c[0] for c in reversed(unknown)], "98", strict=False)) | {c[0]: "0" for c in none}
    free = [key for key in _ORDINARY if key not in taken.values()]
    keys = {c[0]: key for c, key in zip(rest, free, strict=False)} | taken
    return tuple(
        Keyed(value, label, keys.get(value, ""), not many or value in DONT_KNOW | NONE)
        for value, label in (*rest, *none, *unknown)
    )


def toggled(value: str, choice: str, choices: Sequence[Keyed]) -> str:
    """Return the blank-separated answer after ``choice`` was switched on or off, in the order of the choices.

    A choice that stands alone clears the others; any other choice clears those that stand alone.
    """
    chosen = set(value.split())
    alone = {c.value for c in choices if c.alone}
    if choice in chosen:
        chosen.remove(choice)
    elif choice in alone:
        chosen = {choice}
    else:
        chosen = (chosen - alone) | {choice}
    known = [c.value for c in choices]
    return " ".join([v for v in known if v in chosen] + sorted(chosen - set(known)))
