"""``survey-app quality``: how the survey is being held, by enumerator or village; the households behind a number."""

from __future__ import annotations

import argparse
import csv
import sys
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.errors import SurveyAppError
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.operations.quality import Group, Quality
    from survey_app.store import Store

COLUMNS = (
    "measure", "code", "name", "counted", "base", "interviews", "share", "lower", "upper", "others", "minutes",
    "verdict",
)  # fmt: skip
NUMBERS = ("counted", "base", "interviews", "share", "lower", "upper", "others", "minutes")
_MOST_DIGITS = 4


def declare(commands: Any) -> None:
    """Declare the command."""
    parser = declaring.command(
        commands, "quality", _("print how interviews were held: refusals, times, far-out answers"), quality
    )
    declaring.takes_store(parser)
    parser.choices.add_argument(
        "--by", choices=("enumerator", "village"), default="enumerator", help=_("what is held against each other")
    )
    parser.choices.add_argument("--measure", metavar="KEY", default="", help=_("one measure, for example fast"))
    parser.choices.add_argument(
        "--behind", metavar="CODE", default=None, help=_("list the households behind the number of that one")
    )
    parser.choices.add_argument("--format", choices=("table", "csv", "json"), default="table", help=_("form of answer"))
    declaring.takes_json(parser)


def quality(arguments: argparse.Namespace) -> int:
    """Print the measures by enumerator or village, or the households behind one number."""
    from survey_app.operations.quality import BY_KEY, MEASURES, read_quality
    from survey_app.operations.stores import open_store

    if arguments.measure and arguments.measure not in BY_KEY:
        message = _("There is no measure “{key}”.").format(key=arguments.measure)
        raise SurveyAppError("QUA-01", message, _("There are: {keys}.").format(keys=", ".join(BY_KEY)))
    if arguments.behind is not None and not arguments.measure:
        message = _("Which number is meant is not said.")
        raise SurveyAppError("QUA-02", message, _("Add --measure, for example --measure fast."))
    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            found = read_quality(store, monitor=progress)
        finally:
            progress.close()
        if arguments.behind is not None:
            return _behind(store, found, arguments)
    wanted = [one.key for one in MEASURES if arguments.measure in ("", one.key)]
    rows = [_cells(key, group) for key in wanted for group in found.groups(key, arguments.by)]
    _say(COLUMNS, rows, NUMBERS, arguments)
    if any(row[-1] == "few" for row in rows):
        output.note(_("few: fewer than 30 answers or 10 interviews; nothing can be told from so few."))
    return 0


def _cells(key: str, group: Group) -> list[Any]:
    apart = group.apart
    lower, upper = apart.ends or (None, None)
    minutes = group.minutes[1] if group.minutes else None
    return [
        key, group.code, group.name, int(apart.counted), int(apart.base), apart.interviews, _rounded(apart.share),
        _rounded(lower), _rounded(upper), _rounded(apart.others), None if minutes is None else round(minutes, 1),
        apart.verdict,
    ]  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _MOST_DIGITS)


def _behind(store: Store, found: Quality, arguments: argparse.Namespace) -> int:
    from survey_app.operations.quality_behind import households_with

    listed = households_with(store, found, arguments.measure, arguments.by, arguments.behind)
    columns = ("household", "village", "number", "head", "found", "by")
    rows: list[list[Any]] = [
        [one.household.id, one.household.village_code, one.household.number, one.household.head_name, one.words, one.by]
        for one in listed
    ]
    _say(columns, rows, ("number",), arguments)
    return 0


def _say(
    columns: tuple[str, ...], rows: list[list[Any]], numbers: tuple[str, ...], arguments: argparse.Namespace
) -> None:
    form = "json" if arguments.json else arguments.format
    if form == "json":
        output.say_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    else:
        shown = [["–" if cell in (None, "") else str(cell) for cell in row] for row in rows]
        output.say_table(columns, shown, right=numbers)
