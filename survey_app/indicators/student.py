"""Quantiles of Student's t: how wide an interval is when a variance was estimated from few clusters.

The distribution function is the regularised incomplete beta function, worked out by its continued fraction with the
modified method of Lentz (NIST Digital Library of Mathematical Functions, 8.17.22 and 3.10).
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

_TINY = 1e-300
_CLOSE = 1e-15
_MOST_STEPS = 10_000
_NORMAL_FROM = 1e7


def incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), for a, b > 0 and x from 0 to 1."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):  # the fraction converges quickly only on this side
        return 1.0 - incomplete_beta(b, a, 1.0 - x)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log) * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    upper = 1.0
    lower = 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1.0))
    value = lower
    for m in range(1, _MOST_STEPS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        step = 1.0
        for term in (even, odd):
            lower = 1.0 / _not_zero(1.0 + term * lower)
            upper = _not_zero(1.0 + term / upper)
            step = lower * upper
            value *= step
        if abs(step - 1.0) < _CLOSE:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def t_below(t: float, degrees: float) -> float:
    """Return the chance that a t variable with so many degrees of freedom is at most ``t``."""
    tail = 0.5 * incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + t * t))
    return 1.0 - tail if t > 0 else tail


@lru_cache(maxsize=1024)
def t_quantile(chance: float, degrees: float) -> float:
    """Return the value below which a t variable lies with a chance, for ``degrees`` > 0.

    Above ten million degrees the normal distribution is taken: they agree to seven digits.
    """
    if chance < 0.5:
        return -t_quantile(1.0 - chance, degrees)
    if degrees > _NORMAL_FROM:
        return NormalDist().inv_cdf(chance)
    low, high = 0.0, 1.0
    while t_below(high, degrees) < chance:
        low, high = high, high * 2.0
    for _ in range(200):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        low, high = (middle, high) if t_below(middle, degrees) < chance else (low, middle)
    return (low + high) / 2.0
