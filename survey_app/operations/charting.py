"""One indicator as a picture in a file, for the command line; the window draws the same charts itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from survey_app.disk import write_durably
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.dashboard import ROUND, Only, read_board
from survey_app.operations.maps import map_of
from survey_app.operations.results import least_of
from survey_app.progress import SILENT, Monitor
from survey_app.store import Store
from survey_app.store.deeds import EXPORTED

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("png", "svg", "pdf")
WIDTH_PX = 900
"""At 96 dots an inch a little more than the text of an A4 page is wide."""
DPI = 288


def write_chart(store: Store, indicator: str, by: str, kind: str, path: Path, *, monitor: Monitor = SILENT) -> Path:
    """Draw one indicator as it may leave the office, in light colours and with its title.

    Args:
        store: an open store.
        indicator: its key.
        by: a breakdown; rounds for a trend.
        kind: ``bars``, ``spread``, ``tiles``, ``map`` or ``trend``.
        path: where it goes; the ending says the format.
        monitor: hears how far it is.

    Raises:
        SurveyAppError: ``CHT-01`` no such ending, ``CHT-02`` no such indicator or none in percent, ``CHT-03`` no map of
            these places, ``RES-09`` it cannot be written.
    """
    from survey_app.reports.charts import chart_of, picture

    format_ = path.suffix.lower().lstrip(".")
    if format_ not in FORMATS:
        raise SurveyAppError("CHT-01", _("A chart is written as .png, .svg or .pdf."), _("Nothing was written."))
    by = ROUND if kind == "trend" else by
    board = read_board(store, every_round=by == ROUND, monitor=monitor)
    found = next((each for each in board.basis.indicators if each.key == indicator and each.in_percent), None)
    results = board.published(by, Only(), indicator, least_of(store)) if found is not None else ()
    if found is None or not results:
        message = _("There are no figures in percent of “{name}” by {breakdown}.").format(name=indicator, breakdown=by)
        hint = _("“survey-app indicators” lists the indicators that there are. Nothing was written.")
        raise SurveyAppError("CHT-02", message, hint)
    if by == ROUND:
        dates, titles = board.rounds.dates, board.rounds.titles
        named = [replace(each, place_name=titles.get(each.place) or each.place) for each in results]
        results = tuple(sorted(named, key=lambda each: (str(dates.get(each.place)), each.place)))
    shapes = map_of(store) if kind == "map" else None
    if kind == "map" and (shapes is None or not any(each.place in shapes.codes for each in results)):
        message = _("There is no map of these places.")
        raise SurveyAppError("CHT-03", message, _("“survey-app places map” takes one in. Nothing was written."))
    title = results[0].name
    drawn = drawing(kind)(chart_of(title, results, shapes), width_px=WIDTH_PX, with_title=True)
    try:
        write_durably(path, picture(drawn, format_, DPI))
    except OSError as error:
        message = _("The chart could not be written to {path}.").format(path=path)
        hint = _("Close the file if another program shows it, or choose another folder. Nothing else was changed.")
        raise SurveyAppError("RES-09", message, hint) from error
    store.note_deed(EXPORTED, what="chart")
    return path


def drawing(kind: str) -> Callable[..., Figure]:
    """Return what draws a kind of chart."""
    from survey_app.reports.charts import ranked_bars
    from survey_app.reports.maps import drawn_map
    from survey_app.reports.spread import spread
    from survey_app.reports.tiles import tiles
    from survey_app.reports.trend import trend

    return {"bars": ranked_bars, "spread": spread, "trend": trend, "tiles": tiles, "map": drawn_map}[kind]
