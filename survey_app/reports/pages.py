"""A report as PDF: typeset like an administrative paper, tagged so that it can be read aloud and copied in order.

The words of the office (heading, number, recipients, signature) are those of the Word template, so that an office
changes them in one place.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from survey_app.i18n import _, language
from survey_app.reports.charts import picture, ranked_bars
from survey_app.reports.model import Report
from survey_app.reports.pieces import Drawing, Grid, Piece, pieces
from survey_app.reports.template import Template, fields, load_template, office_words
from survey_app.reports.typesetting import typeset

_CHART_PX = 900


def write_pdf(report: Report, path: Path, template: Template | None = None) -> None:
    """Write the report; equal reports give equal files."""
    drawings: dict[str, bytes] = {}
    said = pieces(report)
    data = {
        "title": report.title,
        "language": language(),
        "office": office_words(template or load_template(), fields(report)),
        "sections": _sections(),
        "annex": {"title": _("Annex: targets and definitions"), "blocks": ["targets", "definitions"]},
        "blocks": {name: [_as_data(piece, drawings) for piece in found] for name, found in said.items()},
    }
    path.write_bytes(typeset("report", data, drawings))


def _sections() -> list[dict[str, Any]]:
    return [
        {"title": _("I. Scope and coverage"), "blocks": ["about", "coverage", "notes"]},
        {"title": _("II. Results against targets"), "blocks": ["results", "charts"]},
        {"title": _("III. Results by place and group"), "blocks": ["breakdowns"]},
        {"title": _("IV. How figures are worked out"), "blocks": ["method"]},
    ]


def _as_data(piece: Piece, drawings: dict[str, bytes]) -> dict[str, Any]:
    """Return a piece as the typesetter reads it; drawings are put aside as vectors."""
    if isinstance(piece, Drawing):
        file = f"chart{len(drawings) + 1}.svg"
        drawings[file] = picture(ranked_bars(piece.chart, width_px=_CHART_PX), "svg")
        return {"sort": "drawing", "title": piece.chart.title, "said": piece.chart.in_words(), "file": file}
    if isinstance(piece, Grid):
        marks = {"right": sorted(piece.right), "headings": sorted(piece.headings)}
        return {"sort": "grid", **asdict(piece), **marks, "tones": {str(n): tone for n, tone in piece.tones.items()}}
    return {"sort": "words", **asdict(piece)}
