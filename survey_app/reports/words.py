"""Words that reports and charts share, said in the language spoken now."""

from __future__ import annotations

from survey_app.i18n import N_, _, language
from survey_app.text import show_number, show_percent

STATUS = {
    "met": N_("Met"),
    "not_met": N_("Not met"),
    "inconclusive": N_("Inconclusive"),
    "not_comparable": N_("Not comparable"),
    "no_target": N_("No target"),
    "withheld": N_("Withheld"),
}
GROUPS = {
    "household": N_("Indicators of households"),
    "person": N_("Indicators of persons"),
    "support": N_("Device support"),
    "quality": N_("Quality of the survey"),
    "village": N_("Villages"),
    "commune": N_("Communes"),
    "operators": N_("Operators and networks"),
    "enterprise": N_("Enterprises"),
    "agency": N_("Agencies"),
    "device_support": N_("Device support"),
}
FORMULAS = {
    "ratio": N_("Share: numerator over denominator"),
    "distribution": N_("Share of each answer; one household or person may give several"),
    "count": N_("Count"),
    "sum": N_("Sum"),
    "weighted_ratio": N_("Sum over sum"),
    "shares": N_("Share of each of several sums"),
    "root_ratio": N_("Square root of sum over sum"),
    "difference": N_("Sum less sum"),
}
_SIGNS = {">=": "≥", "<=": "≤", "~": "≈"}
DASH = "–"
WITHHELD_MARK = "*"
"""What stands in the place of a figure that is withheld, in every kind of file."""


def status_word(status: str) -> str:
    """Return the word for a status."""
    return _(STATUS[status]) if status in STATUS else status


def group_word(group: str) -> str:
    """Return the heading of a group, the author's own word when it is none of ours."""
    return _(GROUPS[group]) if group in GROUPS else group


def figure(value: float | None, in_percent: bool, decimals: int = 1) -> str:
    """Return an estimate for people, a dash when there is none."""
    if value is None:
        return DASH
    if in_percent:
        return show_percent(value, decimals, language())
    return show_number(value, 0 if value == int(value) else decimals, language())


def interval(lower: float, upper: float, in_percent: bool) -> str:
    """Return the ends of an interval for people, the sign of percent once: ``68,0 – 76,1 %``."""
    if not in_percent:
        return f"{figure(lower, False)} – {figure(upper, False)}"
    return f"{show_number(lower, 1, language())} – {show_percent(upper, 1, language())}"


def goal_sign(operator: str) -> str:
    """Return an operator as people write it, ``≥`` for ``>=``."""
    return _SIGNS.get(operator, operator)


def target_figure(operator: str, value: float | None, in_percent: bool) -> str:
    """Return a target for people, for example ``≥ 69,67 %``; blank when there is none."""
    if value is None:
        return ""
    decimals = len(f"{value:.10g}".partition(".")[2])
    return f"{goal_sign(operator)} {figure(value, in_percent, decimals)}"
