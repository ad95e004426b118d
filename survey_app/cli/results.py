"""``survey-app indicators``, ``report`` and ``export``: numbers, report files, answers as tables."""

from __future__ import annotations

import argparse
import csv
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    import pandas as pd

ENGINES = ("duckdb", "sqlite", "postgres", "spark")
REPORT_FORMATS = ("xlsx", "docx", "pdf", "csv", "sdmx", "dhis2", "stata", "spss", "r")
EXPORT_FORMATS = ("csv", "xlsx", "parquet", "stata", "spss", "r", "jsonl")
COUNTS = ("numerator", "denominator", "unknown", "estimate")
DECIMALS = 6
"""Estimates are printed with at most so many decimals; that is exact enough for any comparison with a target."""


def declare(commands: Any) -> None:
    """Declare the commands."""
    _declare_indicators(commands)
    report_ = declaring.command(commands, "report", _("write a report file"), report)
    declaring.takes_store(report_)
    report_.choices.add_argument("--format", choices=REPORT_FORMATS, required=True, help=_("kind of file"))
    report_.choices.add_argument("--out", metavar="PATH", type=Path, required=True, help=_("the file to write"))
    _takes_targets(report_)
    declaring.takes_json(report_)
    export_ = declaring.command(commands, "export", _("write the answers as tables for other programs"), export)
    declaring.takes_store(export_)
    export_.choices.add_argument("--out", metavar="DIR", type=Path, required=True, help=_("folder for the tables"))
    export_.choices.add_argument("--format", choices=EXPORT_FORMATS, default="csv", help=_("kind of file"))
    export_.choices.add_argument(
        "--pseudonymise", action="store_true", help=_("leave out names and the like, replace identifiers")
    )
    declaring.takes_json(export_)


def _declare_indicators(commands: Any) -> None:
    parser = declaring.command(commands, "indicators", _("print indicators against targets"), indicators)
    declaring.takes_store(parser)
    parser.choices.add_argument(
        "--by", metavar="NAMES", default="", help=_("breakdowns parted by commas, for example commune,sex")
    )
    _takes_targets(parser)
    parser.choices.add_argument("--engine", choices=ENGINES, default="duckdb", help=_("what computes"))
    parser.choices.add_argument("--format", choices=("table", "csv", "json"), default="table", help=_("form of answer"))
    declaring.takes_json(parser)


def _takes_targets(parser: declaring.Parser) -> None:
    parser.choices.add_argument(
        "--targets", metavar="FILE", type=Path, help=_("targets to be used instead of those beside the form")
    )


def indicators(arguments: argparse.Namespace) -> int:
    """Print every indicator for every group, held against its target."""
    from survey_app.operations.results import indicator_table
    from survey_app.operations.stores import open_store

    by = tuple(name.strip() for name in arguments.by.split(",") if name.strip())
    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            found = indicator_table(store, by, arguments.targets, arguments.engine, progress)
        finally:
            progress.close()
    columns = columns_of(by)
    rows = [[_cell(row, name) for name in columns] for row in rows_of(found)]
    form = "json" if arguments.json else arguments.format
    if form == "json":
        output.say_json([dict(zip(columns, row, strict=True)) for row in rows])
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if value is None else value for value in row] for row in rows])
    else:
        shown = [["–" if value in (None, "") else str(value) for value in row] for row in rows]
        output.say_table(columns, shown, right=COUNTS)
    in_conflict = int(found.attrs.get("in_conflict", 0))
    if in_conflict:
        words = ngettext(
            "{count} form in conflict counts with its provisional answers.",
            "{count} forms in conflict count with their provisional answers.",
            in_conflict,
        )
        output.note(words.format(count=in_conflict))
    return 0


def columns_of(by: tuple[str, ...]) -> list[str]:
    """Return the promised columns."""
    return ["indicator", *dict.fromkeys(by), *COUNTS, "target", "status"]


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows; a category of a distribution stands behind its indicator: ``internet_type:fibre``."""
    rows = []
    for row in table.to_dict("records"):
        category = row.get("category") or ""
        name = f"{row['indicator']}:{category}" if category else row["indicator"]
        rows.append({str(key): value for key, value in {**row, "indicator": name}.items()})
    return rows


def _cell(row: dict[str, Any], name: str) -> str | int | float | None:
    """Return a cell as plain text or number; None where there is no figure."""
    value = row[name]
    if name not in COUNTS:
        return str(value)
    number = float(value)
    if math.isnan(number):
        return None
    return int(number) if number == int(number) and name != "estimate" else round(number, DECIMALS)


def report(arguments: argparse.Namespace) -> int:
    """Write a report file."""
    from survey_app.operations.results import write_report
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            path = write_report(
                store, arguments.format, arguments.out, targets_file=arguments.targets, monitor=progress
            )
        finally:
            progress.close()
    if arguments.json:
        output.say_json({"path": str(path), "format": arguments.format})
    else:
        output.say(_("Written: {path}").format(path=path))
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write the answers, a table a level."""
    from survey_app.operations.export import export_answers
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            done = export_answers(store, arguments.out, arguments.format, arguments.pseudonymise, monitor=progress)
        finally:
            progress.close()
    if arguments.json:
        output.say_json(
            {
                "files": [str(path) for path in done.files],
                "households": done.households,
                "members": done.members,
                "left_out": list(done.left_out),
            }
        )
        return 0
    for path in done.files:
        output.say(_("Written: {path}").format(path=path))
    if not arguments.pseudonymise:
        output.note(_("These files are not encrypted and name people. Keep them safe."))
    return 0
