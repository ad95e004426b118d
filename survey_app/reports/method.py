"""The pages of a report that say how its figures are worked out and where its targets come from."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.i18n import _, language
from survey_app.indicators import FEWEST, Indicator, Target
from survey_app.reports.model import Goal, ReportColumn, ReportTable, Section
from survey_app.reports.words import FORMULAS, group_word
from survey_app.text import show_date


def method(is_sample: bool = False) -> tuple[Section, ...]:
    """Return how figures are worked out, in plain words.

    Args:
        is_sample: the round is a sample and no full enumeration.
    """
    sampled = Section(
        _("Sample"),
        (
            _(
                "Households were drawn; each counts with its weight, so numerators and denominators are estimates of "
                "how many there are. The 95 % interval says how far a result may be from that of a full enumeration. "
                "A target is called met, or not met, only where the whole interval says so."
            ),
        ),
    )
    return (
        *([sampled] if is_sample else []),
        Section(
            _("What is counted"),
            (
                _(
                    "Every household counts with what its questionnaire says now: corrections are taken in, "
                    "questionnaires that were declared void and interviews that are not finished are left out."
                ),
                _(
                    "People who have been away for six months or more are not counted. "
                    "Age and status are those of the reference date of the round."
                ),
            ),
        ),
        Section(
            _("Percentages"),
            (
                _(
                    "A result is the numerator divided by the denominator. For a larger area, numerators and "
                    "denominators are added up; percentages are never averaged."
                ),
                _(
                    "A blank is not a “no”. Who does not know, did not say or was not asked stands in the denominator, "
                    "never in the numerator, and is counted under “Not known”. The true share lies between the result "
                    "and the result plus the share not known."
                ),
            ),
        ),
        Section(
            _("Against targets"),
            (
                _(
                    "Met: the target is reached whatever the unknown answers are. Not met: it is not reached even if "
                    "all unknown answers counted. Inconclusive: it depends on them."
                ),
                _(
                    "Not comparable: fewer than {count} people or households, nothing was asked, or the documents "
                    "speak of another place or time. A target of the province or the country is held against communes "
                    "and villages for comparison only."
                ).format(count=FEWEST),
                _(
                    "The target of the smallest area that a place belongs to is used, the latest one where there are "
                    "several; it stays in use after its last day until a later one replaces it."
                ),
            ),
        ),
    )


def definitions(indicators: Sequence[Indicator]) -> ReportTable:
    """Return the table of the indicators' definitions."""
    tongue = language()
    rows = tuple(
        (
            indicator.name(tongue),
            group_word(indicator.group),
            _(FORMULAS[indicator.aggregate]),
            indicator.worded("numerator", tongue),
            indicator.worded("denominator", tongue),
            indicator.note(tongue),
            indicator.key,
            indicator.fingerprint,
        )
        for indicator in indicators
    )
    columns = (
        ReportColumn(_("Indicator"), "text", 44),
        ReportColumn(_("Group"), "text", 16),
        ReportColumn(_("Worked out as"), "text", 26),
        ReportColumn(_("Numerator"), "text", 40),
        ReportColumn(_("Denominator"), "text", 36),
        ReportColumn(_("Note"), "text", 44),
        ReportColumn(_("Code of the indicator"), "text", 24),
        ReportColumn(_("Version of the definition"), "text", 20),
    )
    return ReportTable("definitions", _("Definitions"), "", columns, rows)


def sources(targets: Sequence[Target], indicators: Sequence[Indicator]) -> ReportTable:
    """Return the table of the targets with the documents that set them."""
    tongue = language()
    names = {indicator.key: indicator for indicator in indicators}
    rows = tuple(
        (
            names[target.indicator].name(tongue),
            Goal(target.operator, target.value, names[target.indicator].in_percent),
            target.scope_name,
            show_date(target.period_end) if target.period_end else "",
            target.source,
            target.statement,
            target.notes[1] if tongue == "en" and target.notes[1] else target.notes[0],
        )
        for target in targets
    )
    columns = (
        ReportColumn(_("Indicator"), "text", 44),
        ReportColumn(_("Target"), "target", 14),
        ReportColumn(_("Place of the target"), "text", 28),
        ReportColumn(_("Due date"), "text", 18),
        ReportColumn(_("Document"), "text", 40),
        ReportColumn(_("Sentence of the document"), "text", 56),
        ReportColumn(_("Note"), "text", 40),
    )
    return ReportTable("targets", _("Targets used"), "", columns, rows)
