"""Functions on lists written as one text, and on ranks (SurveyCTO, working with lists of items and repeated data).

A list is a text with a separator between its items; items may be blank, but a blank text is a list without items.
"""

from __future__ import annotations

import math

from survey_app.xforms.xpath.code import function
from survey_app.xforms.xpath.frame import Environment, Frame
from survey_app.xforms.xpath.tree import XNode, text_of
from survey_app.xforms.xpath.values import number_of

NO_RANK = 999.0
"""Rank of what takes no part: no number, or no such instance."""


def _items(separator: str, text: str) -> list[str]:
    if not text:
        return []
    return text.split(separator) if separator else [text]


@function("count-items", "ss", "number")
def _count_items(separator: str, text: str) -> float:
    return float(len(_items(separator, text)))


@function("item-at", "ssn", "string")
def _item_at(separator: str, text: str, place: float) -> str:
    """Return an item by its place from 0, blank when there is none."""
    items = _items(separator, text)
    return items[int(place)] if 0 <= place < len(items) else ""


@function("item-index", "sss", "number")
def _item_index(separator: str, text: str, item: str) -> float:
    """Return the place of the first such item from 0, -1 when there is none."""
    items = _items(separator, text)
    return float(items.index(item)) if item in items else -1.0


@function("item-present", "sss", "boolean")
def _item_present(separator: str, text: str, item: str) -> bool:
    return item in _items(separator, text)


@function("de-duplicate", "ss", "string")
def _de_duplicate(separator: str, text: str) -> str:
    return separator.join(dict.fromkeys(_items(separator, text)))


@function("rank-value", "ns", "number", context=True)
def _rank_value(_node: XNode, frame: Frame, value: float, text: str) -> float:
    """Return the rank of a number among those of a list parted by blanks; the highest has rank 1."""
    if math.isnan(value):
        return NO_RANK
    return 1.0 + sum(number > value for number in _numbers(text.split(), frame.env))


@function("rank-index", "nxx?", "number", context=True)
def _rank_index(
    _node: XNode, frame: Frame, place: float, nodes: list[XNode], among: list[XNode] | None = None
) -> float:
    """Return the rank of the node at a place, from 1, among all numbers; the highest has rank 1, of equals the first.

    Args:
        place: place among ``nodes``, from 1.
        nodes: a question in all instances of a repeat.
        among: those that take part; all when left out.
    """
    one = nodes[int(place) - 1] if 1 <= place < len(nodes) + 1 else None
    part = nodes if among is None else among
    if one is None or one not in part:
        return NO_RANK
    numbers = _numbers([text_of(node) for node in part], frame.env)
    at = part.index(one)
    if math.isnan(numbers[at]):
        return NO_RANK
    return 1.0 + sum(number > numbers[at] or (number == numbers[at] and i < at) for i, number in enumerate(numbers))


def _numbers(parts: list[str], env: Environment) -> list[float]:
    return [number_of(text, env) if text.strip() else math.nan for text in parts]
