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
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    import pandas as pd

    from survey_app.indicators import Engine

ENGINES = ("duckdb", "sqlite", "postgres", "spark")
REPORT_FORMATS = ("xlsx", "docx", "pdf", "csv", "sdmx", "dhis2", "adx", "stata", "spss", "r")
EXCHANGE_FORMATS = ("sdmx", "dhis2", "adx", "stata", "spss", "r")
EXPORT_FORMATS = ("csv", "xlsx", "parquet", "stata", "spss", "r", "jsonl", "sqlite")
COUNTS = ("numerator", "denominator", "unknown", "estimate")
INTERVAL = ("lower", "upper")
WITHHELD_MARK = "*"
"""Stands where a figure is withheld, as in reports; JSON has null and the status says so."""
_MOST_NAMES = 12
DECIMALS = 6
"""Estimates are printed with at most so many decimals; that is exact enough for any comparison with a target."""


def declare(commands: Any) -> None:
    """Declare the commands."""
    _declare_indicators(commands)
    report_ = declaring.command(commands, "report", _("write a report file"), report)
    declaring.takes_store(report_)
    report_.choices.add_argument("--format", choices=REPORT_FORMATS, required=True, help=_("kind of file"))
    report_.choices.add_argument(
        "--out", metavar="PATH", type=Path, required=True, help=_("the file to write; with --each the folder")
    )
    report_.choices.add_argument(
        "--each", choices=("commune", "village"), help=_("a report for each commune or village, into the folder --out")
    )
    report_.choices.add_argument(
        "--template", metavar="DOCX", type=Path, help=_("the office's own Word template (“template write” gives one)")
    )
    _takes_targets(report_)
    _takes_least(report_)
    report_.choices.add_argument(
        "--all-figures", action="store_true", help=_("withhold nothing: for the office's own eyes")
    )
    report_.choices.add_argument(
        "--mapping",
        metavar="FILE",
        type=Path,
        help=_("what things are called in the other system (else exchange.csv beside the form)"),
    )
    declaring.takes_json(report_)
    _declare_template(commands)
    bound = declaring.command(
        commands, "disclosure", _("how few people or households nothing tells of that leaves the office"), disclosure
    )
    declaring.takes_store(bound)
    _takes_least(bound)
    declaring.takes_json(bound)
    export_ = declaring.command(commands, "export", _("write the answers as tables for other programs"), export)
    declaring.takes_store(export_)
    export_.choices.add_argument("--out", metavar="DIR", type=Path, required=True, help=_("folder for the tables"))
    export_.choices.add_argument("--format", choices=EXPORT_FORMATS, default="csv", help=_("kind of file"))
    export_.choices.add_argument(
        "--pseudonymise", action="store_true", help=_("leave out names and the like, replace identifiers")
    )
    declaring.takes_json(export_)


def _declare_template(commands: Any) -> None:
    below = declaring.group(commands, "template", _("Word template of the report: write one to change, check it"))
    written = declaring.command(below, "write", _("write the template that comes with the program"), template_write)
    written.needed.add_argument("out", metavar="DOCX", type=Path, help=_("where it goes"))
    checked = declaring.command(below, "check", _("tell what is wrong in a template, and where"), template_check)
    checked.needed.add_argument("file", metavar="DOCX", type=Path, help=_("the template"))


def _declare_indicators(commands: Any) -> None:
    parser = declaring.command(commands, "indicators", _("print indicators against targets"), indicators)
    declaring.takes_store(parser)
    parser.choices.add_argument(
        "--by", metavar="NAMES", default="", help=_("breakdowns parted by commas, for example commune,sex")
    )
    _takes_targets(parser)
    _takes_engine(parser)
    parser.choices.add_argument("--format", choices=("table", "csv", "json"), default="table", help=_("form of answer"))
    parser.choices.add_argument(
        "--publish", action="store_true", help=_("withhold what tells of few people, for figures that leave the office")
    )
    _takes_least(parser)
    parser.choices.add_argument(
        "--intervals", action="store_true", help=_("95 % intervals too, where the round is a sample")
    )
    parser.choices.add_argument(
        "--trend", action="store_true", help=_("all rounds, and the change since the one before")
    )
    parser.choices.add_argument(
        "--units",
        metavar="DAY",
        default="",
        help=_("administrative units of that day, for example 2024-12-31 (with districts); today's without it"),
    )
    parser.choices.add_argument(
        "--reasons",
        action="store_true",
        help=_("why something cannot be compared, and the document and sentence of the target"),
    )
    declaring.takes_json(parser)


def _takes_least(parser: declaring.Parser) -> None:
    parser.choices.add_argument(
        "--least",
        metavar="N",
        type=int,
        help=_("withhold figures of fewer people or households (else as the office has set; see “disclosure”)"),
    )


def _takes_engine(parser: declaring.Parser) -> None:
    add = parser.choices.add_argument
    add("--engine", choices=ENGINES, default="duckdb", help=_("what computes"))
    add(
        "--database",
        metavar="URL",
        default="",
        help=_("PostgreSQL server, postgresql://user@host/database (else PGHOST …; the password from PGPASSWORD)"),
    )
    add("--master", metavar="URL", default="", help=_("Spark master, spark://host:7077 (else this machine)"))
    add(
        "--spark-option",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help=_("a setting of Spark, may be repeated"),
    )
    add(
        "--answers",
        metavar="WHERE",
        default="",
        help=_("where the tables household and member stand: a schema of the database, or a folder Spark can read"),
    )


def _takes_targets(parser: declaring.Parser) -> None:
    parser.choices.add_argument(
        "--targets", metavar="FILE", type=Path, help=_("targets to be used instead of those beside the form")
    )


def indicators(arguments: argparse.Namespace) -> int:
    """Print every indicator for every group, held against its target."""
    by = tuple(name.strip() for name in arguments.by.split(",") if name.strip())
    if arguments.trend and "round" not in by:
        by = (*by, "round")
    found = _of_exports(arguments, by) if arguments.store.is_dir() else _of_store(arguments, by)
    reasons = ("reason", "target_source", "statement") if arguments.reasons and "reason" in found else ()
    marks = ("source", "period", "document") if "source" in found else ()
    trend = ("change",) if arguments.trend and "change" in found else ()
    columns = [*columns_of(by, arguments.intervals), *trend, *marks, *reasons]
    if arguments.intervals and "lower" not in found:
        output.note(_("The round is no sample (its form has no design.csv): figures of everybody have no intervals."))
        found = found.assign(lower=math.nan, upper=math.nan)
    rows = [[_cell(row, name) for name in columns] for row in rows_of(found)]
    form = "json" if arguments.json else arguments.format
    if form == "json":
        plain = [[None if cell == WITHHELD_MARK else cell for cell in row] for row in rows]
        output.say_json([dict(zip(columns, row, strict=True)) for row in plain])
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([["" if value is None else value for value in row] for row in rows])
    else:
        shown = [["–" if value in (None, "") else str(value) for value in row] for row in rows]
        output.say_table(columns, shown, right=COUNTS)
    if "withheld" in found and found["withheld"].any():
        words = _("{mark} withheld: it tells of fewer than {count}, or would give such a figure away.")
        output.note(words.format(mark=WITHHELD_MARK, count=found.attrs["least"]))
    _tell_sources(found)
    if marks:
        output.note(_("Figures of others stand beside the survey's and are in no sum: see the column “source”."))
    in_conflict = int(found.attrs.get("in_conflict", 0))
    if in_conflict:
        words = ngettext(
            "{count} form in conflict counts with its provisional answers.",
            "{count} forms in conflict count with their provisional answers.",
            in_conflict,
        )
        output.note(words.format(count=in_conflict))
    return 0


def _tell_sources(found: pd.DataFrame) -> None:
    """Say where the figures of each commune come from, where some come from aggregates."""
    sources = found.attrs.get("sources", ())
    for kind, words in (
        ("bundles", _("Counted from bundles: {communes}.")),
        ("aggregate", _("Counted from aggregates: {communes}.")),
        ("missing", _("No figures of: {communes}.")),
    ):
        names = [f"{each.name} ({each.commune})" for each in sources if each.kind == kind]
        if names:
            shown = ", ".join(names[:_MOST_NAMES])
            output.note(words.format(communes=shown if len(names) <= _MOST_NAMES else f"{shown}, … ({len(names)})"))
    for each in sources:
        for remark in each.remarks:
            output.note(f"{each.name} ({each.commune}): {remark}")


def _of_store(arguments: argparse.Namespace, by: tuple[str, ...]) -> pd.DataFrame:
    from survey_app.operations.results import indicator_table
    from survey_app.operations.stores import open_store

    if arguments.answers:
        message = _("--answers says where the answers stand instead of the store.")
        raise SurveyAppError("RES-05", message, _("Give the folder of an export instead of the store."))
    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            return indicator_table(
                store,
                by,
                arguments.targets,
                _engine(arguments),
                progress,
                units=arguments.units,
                with_reasons=arguments.reasons,
                least=arguments.least if arguments.publish else 0,
            )
        finally:
            progress.close()


def _of_exports(arguments: argparse.Namespace, by: tuple[str, ...]) -> pd.DataFrame:
    from survey_app.indicators.disclosure import LEAST
    from survey_app.operations.exported import read_exports, table_of_exports
    from survey_app.operations.results import check_least

    least = (arguments.least or LEAST) if arguments.publish else 0
    if least:
        check_least(least)
    exports = read_exports(arguments.store, arguments.targets, arguments.answers)
    found = table_of_exports(exports, by, _engine(arguments), least)
    found.attrs["least"] = least
    return found


def _engine(arguments: argparse.Namespace) -> Engine:
    """Return the engine that was asked for.

    Raises:
        SurveyAppError: a setting of Spark is not written ``NAME=VALUE``.
    """
    from survey_app.indicators import Engine

    wrong = next((one for one in arguments.spark_option if "=" not in one), "")
    if wrong:
        message = _("“{text}” is no setting of Spark.").format(text=wrong)
        raise SurveyAppError("IND-09", message, _("Write it so: spark.executor.memory=4g"))
    options = dict(one.split("=", 1) for one in arguments.spark_option)
    return Engine(arguments.engine, database=arguments.database, master=arguments.master, options=options)


def columns_of(by: tuple[str, ...], intervals: bool = False) -> list[str]:
    """Return the promised columns; those of intervals stand behind the estimate."""
    return ["indicator", *dict.fromkeys(by), *COUNTS, *(INTERVAL if intervals else ()), "target", "status"]


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
    if name not in (*COUNTS, *INTERVAL, "change"):
        return str(value)
    number = float(value)
    if math.isnan(number):
        return WITHHELD_MARK if row.get("withheld") else None
    is_count = name in COUNTS and name != "estimate"
    return int(number) if is_count and number == int(number) else round(number, DECIMALS)


def report(arguments: argparse.Namespace) -> int:
    """Write a report file, or one for each place."""
    from survey_app.operations.reporting import write_report, write_reports
    from survey_app.operations.stores import open_store

    if arguments.format in EXCHANGE_FORMATS:
        return _exchange(arguments)
    progress = output.TerminalProgress()
    choices: dict[str, Any] = {
        "targets_file": arguments.targets,
        "template_file": arguments.template,
        "monitor": progress,
        "least": 0 if arguments.all_figures else arguments.least,
    }
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            if arguments.each:
                paths = write_reports(store, arguments.format, arguments.out, arguments.each, **choices)
            else:
                paths = [write_report(store, arguments.format, arguments.out, **choices)]
        finally:
            progress.close()
    if arguments.json and arguments.each:
        output.say_json({"paths": [str(path) for path in paths], "format": arguments.format})
    elif arguments.json:
        output.say_json({"path": str(paths[0]), "format": arguments.format})
    else:
        for path in paths:
            output.say(_("Written: {path}").format(path=path))
    return 0


def disclosure(arguments: argparse.Namespace) -> int:
    """Say, or set, the bound below which figures are withheld."""
    from survey_app.operations.results import least_of, set_least
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        if arguments.least is not None:
            set_least(store, arguments.least)
        least = least_of(store)
    if arguments.json:
        output.say_json({"least": least})
    else:
        output.say(_("Figures of fewer than {count} people or households are withheld.").format(count=least))
    return 0


def template_write(arguments: argparse.Namespace) -> int:
    """Write the template that comes with the program."""
    from survey_app.operations.reporting import write_template

    output.say(_("Written: {path}").format(path=write_template(arguments.out)))
    return 0


def template_check(arguments: argparse.Namespace) -> int:
    """Tell what is wrong in a template, and where."""
    from survey_app.reports.template import load_template

    load_template(arguments.file)
    output.say(_("{name}: no faults.").format(name=arguments.file.name))
    return 0


def _exchange(arguments: argparse.Namespace) -> int:
    """Write the figures for another system."""
    from survey_app.operations.exchange import write_exchange
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            written = write_exchange(
                store,
                arguments.format,
                arguments.out,
                targets_file=arguments.targets,
                mapping_file=arguments.mapping,
                least=0 if arguments.all_figures else arguments.least,
                monitor=progress,
            )
        finally:
            progress.close()
    if arguments.json:
        paths = [str(path) for path in written]
        output.say_json({"path": paths[0], "paths": paths, "format": arguments.format})
    for path in () if arguments.json else written:
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
                "rows": dict(done.rows),
                "codebook": str(done.codebook),
                "left_out": list(done.left_out),
            }
        )
        return 0
    for path in (*done.files, done.codebook):
        output.say(_("Written: {path}").format(path=path))
    if not arguments.pseudonymise:
        output.note(_("These files are not encrypted and name people. Keep them safe."))
    return 0
