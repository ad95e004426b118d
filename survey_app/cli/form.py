"""``survey-app form``: is the workbook in order, how does it look on paper, and which forms does the office ask?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext

FAULTY = 2


def declare(commands: Any) -> None:
    """Declare the command."""
    below = declaring.group(commands, "form", _("questionnaires"))
    parser = declaring.command(below, "check", _("list every fault of a questionnaire"), check)
    parser.needed.add_argument("form", metavar="FORM", type=Path, help=_("XLSForm workbook, or XForm as .xml"))
    declaring.takes_json(parser)
    printing = declaring.command(below, "print", _("write a questionnaire as a PDF to be filled in by hand"), print_out)
    printing.needed.add_argument("form", metavar="FORM", type=Path, help=_("XLSForm workbook, or XForm as .xml"))
    printing.choices.add_argument("--out", metavar="PDF", type=Path, required=True, help=_("the file to write"))
    printing.choices.add_argument(
        "--members",
        metavar="N",
        type=declaring.whole_number,
        default=0,
        help=_("room for so many people (8 in the table, 6 in the grid)"),
    )

    _declare_installed(below)


def _declare_installed(below: Any) -> None:
    """Declare what is done with the forms of an office."""
    put = declaring.command(
        below, "install", _("let the round ask a form; a version that was asked stays kept"), install
    )
    declaring.takes_store(put)
    put.needed.add_argument("form", metavar="FORM", type=Path, help=_("XLSForm workbook, its files beside it"))
    put.choices.add_argument("--own", action="store_true", help=_("make it the round's own form"))
    declaring.takes_json(put)
    listed = declaring.command(below, "list", _("list the forms of an office and what they are used for"), show_all)
    declaring.takes_store(listed)
    declaring.takes_json(listed)
    own = declaring.command(
        below,
        "tables",
        _("indicators or targets of the office's own for a form it asks, without a new version"),
        tables,
    )
    declaring.takes_store(own)
    own.needed.add_argument("id", metavar="ID", help=_("id of the form"))
    own.choices.add_argument("--indicators", metavar="TABLE", type=Path, help=_("CSV or .xlsx table"))
    own.choices.add_argument("--targets", metavar="TABLE", type=Path, help=_("CSV or .xlsx table"))
    own.choices.add_argument("--check", action="store_true", help=_("only tell the faults; change nothing"))
    own.choices.add_argument(
        "--take-back", choices=("indicators", "targets"), help=_("put the table in force that was there before")
    )
    out = declaring.command(below, "leave-out", _("do not ask a further form any more; its answers stay"), take_out)
    declaring.takes_store(out)
    out.needed.add_argument("id", metavar="ID", help=_("id of the form"))


def install(arguments: argparse.Namespace) -> int:
    """Install a form; 2 and the list of its faults when it has any."""
    from survey_app.operations.forms import install_form, read_form
    from survey_app.operations.stores import open_store
    from survey_app.xforms import FormError

    try:
        read = read_form(arguments.form)
    except FormError as error:
        return _show_faults(arguments, error)
    with open_store(arguments.store, passphrase(arguments)) as store:
        done = install_form(store, read, own=arguments.own)
    stored = done.stored
    if arguments.json:
        found = {"id": stored.id, "version": stored.version, "level": stored.level, "before": done.before}
        output.say_json({**found, "open": done.drafts, "warnings": _as_data(read.warnings)})
        return 0
    words = _("{title}, version {version}, is asked from now on.")
    output.say(words.format(title=stored.title, version=stored.version))
    for warning in read.warnings:
        output.say(_("Note: {fault}").format(fault=_line(warning)))
    return 0


def show_all(arguments: argparse.Namespace) -> int:
    """List the forms of a store."""
    from survey_app.operations.forms import known_forms
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        known = known_forms(store)
    rows = [
        {
            "id": one.stored.id,
            "version": one.stored.version,
            "title": one.stored.title,
            "level": one.stored.level,
            "asked": one.asked,
            "finished": one.finished,
            "open": one.open,
        }
        for one in known
    ]
    if arguments.json:
        output.say_json(rows)
        return 0
    for row in rows:
        output.say("\t".join(str(cell) for cell in row.values()))
    return 0


def tables(arguments: argparse.Namespace) -> int:
    """Take tables in for a form that is asked, or back."""
    from survey_app.operations.own_tables import check_tables, take_back_tables, take_in_tables
    from survey_app.operations.stores import open_store

    given = {"indicators": arguments.indicators, "targets": arguments.targets}
    with open_store(arguments.store, passphrase(arguments)) as store:
        if arguments.take_back:
            gone = take_back_tables(store, arguments.id, arguments.take_back)
            output.say(_("Taken back: {file}. What it had replaced holds again.").format(file=gone.file))
            return 0
        read = check_tables(store, arguments.id, {kind: path for kind, path in given.items() if path is not None})
        if not arguments.check:
            take_in_tables(store, read)
    words = _("{form}, version {version}: {indicators} indicators, {targets} targets, no fault.")
    counts = {"indicators": read.indicators, "targets": read.targets}
    output.say(words.format(form=read.form, version=read.version, **counts))
    if not arguments.check:
        output.say(_("In force from now on."))
    return 0


def take_out(arguments: argparse.Namespace) -> int:
    """Let the round not ask a form any more."""
    from survey_app.operations.forms import leave_out
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        leave_out(store, arguments.id)
    output.say(_("{title} is not asked any more. Its answers stay and can be read.").format(title=arguments.id))
    return 0


def print_out(arguments: argparse.Namespace) -> int:
    """Write a form as a paper questionnaire."""
    from survey_app.operations.paper import print_form

    written = print_form(arguments.form, arguments.out, people=arguments.members)
    output.say(str(written))
    return 0


def check(arguments: argparse.Namespace) -> int:
    """List the faults of a form with sheet, row and column; 0 when there is none, 2 otherwise."""
    from survey_app.xforms import FormError, load_form

    try:
        form = load_form(arguments.form)
    except FormError as error:
        return _show_faults(arguments, error)
    if arguments.json:
        found = {"id": form.id, "version": form.version, "title": form.title, "languages": form.languages}
        output.say_json({**found, "faults": [], "warnings": _as_data(form.warnings)})
        return 0
    asked = sum(1 for question in form.questions.values() if question.control)
    words = ngettext(
        "{title}, version {version}: {count} question, no fault.",
        "{title}, version {version}: {count} questions, no fault.",
        asked,
    )
    output.say(words.format(title=form.title, version=form.version or "–", count=asked))
    for warning in form.warnings:
        output.say(_("Note: {fault}").format(fault=_line(warning)))
    return 0


def _show_faults(arguments: argparse.Namespace, error: Any) -> int:
    if arguments.json:
        output.say_json({"faults": _as_data(error.faults), "message": error.message, "code": error.code})
        return FAULTY
    for fault in error.faults:
        output.say(_line(fault))
    count = len(error.faults)
    output.note(ngettext("{count} fault.", "{count} faults.", count).format(count=count))
    return FAULTY


def _as_data(faults: Sequence[Any]) -> list[dict[str, Any]]:
    names = ("sheet", "row", "column", "question", "expression", "message")
    return [{name: getattr(fault, name) for name in names} for fault in faults]


def _line(fault: Any) -> str:
    """Return place and message on one line and the expression below, so that it can be found by eye."""
    return f"{fault}\n    {fault.expression}" if fault.expression else str(fault)
