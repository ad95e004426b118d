"""Which indicators lie within which: whoever counts for one counts for the other, so a reader can subtract them.

Decided by what is written, without looking at answers: conditions are taken apart into alternatives and these into what
must hold together; ``${m_age} >= 18`` says more than ``${m_age} >= 14``. What this does not see (two conditions that
imply each other by the rules of the form) is not followed.
"""

from __future__ import annotations

from survey_app.indicators.definitions import Indicator
from survey_app.xforms.xpath import Binary, Expr, Number, Reference

Alternatives = frozenset[frozenset[Expr]]
_MOST = 64
"""Most alternatives that a condition is taken apart into."""


def lies_within(inner: Indicator, outer: Indicator) -> bool:
    """Tell whether all who count for an indicator (denominator and numerator) count for another one of its level."""
    if inner.key == outer.key or inner.level != outer.level or inner.each or outer.each:
        return False
    if {inner.aggregate, outer.aggregate} != {"ratio"} or inner.denominator is None or outer.denominator is None:
        return False
    bases = _alternatives(inner.denominator), _alternatives(outer.denominator)
    if not _says_more(*bases):
        return False
    within = _both(_alternatives(inner.numerator), bases[0])
    return _says_more(within, _both(_alternatives(outer.numerator), bases[1]))


def _alternatives(expr: Expr) -> Alternatives:
    """Return a condition as alternatives of what must hold together."""
    match expr:
        case Binary("or", left, right):
            found = _alternatives(left) | _alternatives(right)
        case Binary("and", left, right):
            found = _both(_alternatives(left), _alternatives(right))
        case _:
            found = frozenset({frozenset({expr})})
    return found if len(found) <= _MOST else frozenset({frozenset({expr})})


def _both(left: Alternatives, right: Alternatives) -> Alternatives:
    return frozenset(one | other for one in left for other in right)


def _says_more(inner: Alternatives, outer: Alternatives) -> bool:
    """Tell whether each alternative holds only where one of the others does."""
    return all(any(all(_follows(part, one) for part in other) for other in outer) for one in inner)


def _follows(wanted: Expr, given: frozenset[Expr]) -> bool:
    """Tell whether something holds where all of what is given does."""
    if wanted in given:
        return True
    match wanted:
        case Binary((">=" | ">") as sign, Reference() as name, Number(least)):
            return any(_reaches(each, name, least, sign) for each in given)
    return False


def _reaches(given: Expr, name: Reference, least: float, sign: str) -> bool:
    match given:
        case Binary((">=" | ">") as other, Reference() as question, Number(value)) if question == name:
            return value > least or (value == least and (sign == ">=" or other == ">"))
    return False
