"""The order ``randomize()`` gives: Fisher-Yates over the Park-Miller generator (ODK XForms, ``randomize``)."""

from __future__ import annotations

import hashlib
import math

from survey_app.xforms.xpath.tree import XNode

_MODULUS = 2147483647
_MULTIPLIER = 16807


def shuffled(nodes: list[XNode], number: float, text: str) -> list[XNode]:
    """Return the nodes in an order that the seed alone decides.

    Args:
        nodes: what to shuffle; stays as it is.
        number: the seed; NaN when it is not a number.
        text: the seed as text, used when it is not a number.
    """
    seed = _seed(number, text)
    mixed = list(nodes)
    for left in range(len(mixed) - 1, 0, -1):
        seed = seed * _MULTIPLIER % _MODULUS
        chosen = int((seed - 1) / (_MODULUS - 1) * (left + 1))
        mixed[left], mixed[chosen] = mixed[chosen], mixed[left]
    return mixed


def _seed(number: float, text: str) -> int:
    if not math.isfinite(number):
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True) if text else 0
    seed = int(number) % _MODULUS
    return seed if seed > 0 else seed + _MODULUS - 1
