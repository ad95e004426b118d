"""The order ``randomize()`` gives, the same in every program (ODK XForms, ``randomize``).

The inside-out variant of Fisher-Yates over the minimal standard generator of Park and Miller, as JavaRosa and Enketo
have it to the last bit: an interview shown again elsewhere shows its choices in the same order.
"""

from __future__ import annotations

import hashlib
import math

from survey_app.xforms.xpath.tree import XNode

_MODULUS = 2147483647
_MULTIPLIER = 16807
_LONGEST = 2.0**63


def shuffled(nodes: list[XNode], number: float, text: str) -> list[XNode]:
    """Return the nodes in an order that the seed alone decides.

    Args:
        nodes: what to shuffle; stays as it is.
        number: the seed; NaN when it is not a number.
        text: the seed as text, used when it is not a number.
    """
    seed = _seed(number, text)
    mixed: list[XNode] = []
    for place, node in enumerate(nodes):
        seed = seed * _MULTIPLIER % _MODULUS
        chosen = int((seed - 1) / (_MODULUS - 1) * (place + 1))
        mixed.append(node)
        mixed[place] = mixed[chosen]
        mixed[chosen] = node
    return mixed


def _seed(number: float, text: str) -> int:
    """Return the generator's first state: the whole part of a number, or 64 bits of a text's SHA-256 as a double."""
    if math.isnan(number):
        number = float(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)) if text else 0.0
    whole = math.trunc(max(-_LONGEST, min(_LONGEST, number)))
    seed = int(math.fmod(whole, _MODULUS))
    return seed if seed > 0 else seed + _MODULUS - 1
