"""``survey-app figures check|import|list|undo|template``: figures that others keep, beside the survey's own."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    from survey_app.operations.figures import FiguresRead

_ID_SHOWN = 12


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "figures", _("figures that others keep, beside the survey's own"))
    for name, words, run in (
        ("check", _("tell what a table of figures would do, and every fault of it"), check),
        ("import", _("take a table of figures in; newer ones replace those of the same source and period"), take_in),
    ):
        each = declaring.command(below, name, words, run)
        declaring.takes_store(each)
        each.needed.add_argument("table", metavar="TABLE", type=Path, help=_("CSV or .xlsx table"))
        declaring.takes_json(each)
    listed = declaring.command(below, "list", _("list the figures that hold and the tables they came in"), show_all)
    declaring.takes_store(listed)
    declaring.takes_json(listed)
    undone = declaring.command(below, "undo", _("take a table of figures out again"), undo)
    declaring.takes_store(undone)
    undone.needed.add_argument("id", metavar="TABLE_ID", help=_("its id, or how it begins"))
    empty = declaring.command(below, "template", _("write an empty table to fill in"), template)
    declaring.takes_store(empty)
    empty.needed.add_argument("out", metavar="CSV", type=Path, help=_("the file to write"))


def check(arguments: argparse.Namespace) -> int:
    """Tell what a table would do."""
    from survey_app.operations.figures import check_figures
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        _say(arguments, check_figures(store, arguments.table), "")
    return 0


def take_in(arguments: argparse.Namespace) -> int:
    """Take a table in."""
    from survey_app.operations.figures import check_figures, take_in_figures
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        read = check_figures(store, arguments.table)
        table = take_in_figures(store, read)
    _say(arguments, read, table.id)
    return 0


def _say(arguments: argparse.Namespace, read: FiguresRead, id_: str) -> None:
    if arguments.json:
        counts = {"figures": len(read.figures), "new": len(read.new), "replaced": len(read.replaced)}
        output.say_json({"id": id_, "file": read.file, **counts, "same": read.same})
        return
    words = _("{all} figures = {new} new + {replaced} in the place of older ones + {same} here already")
    counts_ = {"all": len(read.figures), "new": len(read.new), "replaced": len(read.replaced), "same": read.same}
    output.say(words.format(**counts_))
    for before, after in read.replaced:
        about = f"{after.place} {after.indicator} {after.period} {after.source}"
        output.say(f"  {about}: {before.value:g} → {after.value:g}")
    if id_:
        output.say(_("Taken in. To take it back: figures undo STORE {id}").format(id=id_[:_ID_SHOWN]))


def show_all(arguments: argparse.Namespace) -> int:
    """List the figures that hold."""
    from survey_app.operations.figures import holding, taken_in
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        kept, tables = holding(store), taken_in(store)
    if arguments.json:
        figures = [{**each.figure.as_json(), "table": each.table} for each in kept]
        output.say_json({"figures": figures, "tables": [asdict(each) for each in tables]})
        return 0
    heads = [_("Indicator"), _("Place"), _("Period"), _("Value"), _("Source"), _("Document")]
    rows = []
    for figure in (each.figure for each in kept):
        key = f"{figure.indicator}:{figure.category}" if figure.category else figure.indicator
        rows.append([key, figure.place, figure.period, f"{figure.value:g}", figure.source, figure.document or "–"])
    output.say_table(heads, rows, right=(heads[3],))
    for table in tables:
        words = ngettext("{id} {file}: {count} figure, {holding} in force", "{id} {file}: {count} figures, {holding} in force", table.figures)  # fmt: skip  # noqa: E501
        output.say(words.format(id=table.id[:_ID_SHOWN], file=table.file, count=table.figures, holding=table.holding))
    return 0


def undo(arguments: argparse.Namespace) -> int:
    """Take a table out again."""
    from survey_app.operations.figures import take_back_figures
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        gone = take_back_figures(store, arguments.id)
    output.say(_("Taken back: {file}. What it had replaced holds again.").format(file=gone.file))
    return 0


def template(arguments: argparse.Namespace) -> int:
    """Write an empty table."""
    from survey_app.operations.figures import write_empty_table
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        path = write_empty_table(store, arguments.out)
    output.say(_("Written: {path}").format(path=path))
    return 0
