"""``survey-app form``: is the workbook in order, and what does it look like on paper?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.i18n import _, ngettext

FAULTY = 2


def declare(commands: Any) -> None:
    """Declare the command."""
    below = declaring.group(commands, "form", _("questionnaires"))
    parser = declaring.command(below, "check", _("list every fault of a questionnaire"), check)
    parser.needed.add_argument("form", metavar="FORM", type=Path, help=_("XLSForm workbook, or XForm as .xml"))
    declaring.takes_json(parser)
    printed = declaring.command(below, "paper", _("print a questionnaire to fill in by hand"), paper)
    printed.needed.add_argument("form", metavar="FORM", type=Path, help=_("XLSForm workbook, or XForm as .xml"))
    printed.needed.add_argument("--out", metavar="FILE.pdf", type=Path, required=True, help=_("the PDF to write"))
    printed.choices.add_argument(
        "--modules",
        metavar="NAME,NAME",
        default=None,
        help=_("optional modules to print, parted by commas (all unless said otherwise)"),
    )


def paper(arguments: argparse.Namespace) -> int:
    """Write a form as a PDF in the language spoken; 0 when it is written, 2 when the form has faults."""
    from survey_app.operations.paper import print_form
    from survey_app.xforms import FormError

    chosen = arguments.modules
    modules = None if chosen is None else [name.strip() for name in chosen.split(",") if name.strip()]
    try:
        written = print_form(arguments.form, arguments.out, modules)
    except FormError as error:
        return _show_faults(arguments, error)
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
        output.say_json(
            {"id": form.id, "version": form.version, "title": form.title, "languages": form.languages, "faults": []}
        )
    else:
        asked = sum(1 for question in form.questions.values() if question.control)
        words = ngettext(
            "{title}, version {version}: {count} question, no fault.",
            "{title}, version {version}: {count} questions, no fault.",
            asked,
        )
        output.say(words.format(title=form.title, version=form.version, count=asked))
    return 0


def _show_faults(arguments: argparse.Namespace, error: Any) -> int:
    faults = [
        {
            "sheet": fault.sheet,
            "row": fault.row,
            "column": fault.column,
            "question": fault.question,
            "expression": fault.expression,
            "message": fault.message,
        }
        for fault in error.faults
    ]
    if getattr(arguments, "json", False):
        output.say_json({"faults": faults, "message": error.message, "code": error.code})
        return FAULTY
    for fault in faults:
        output.say(_fault_line(fault))
    if not faults:
        output.show_error(error)
    count = len(faults)
    output.note(ngettext("{count} fault.", "{count} faults.", count).format(count=count))
    return FAULTY


def _fault_line(fault: dict[str, Any]) -> str:
    where = [_("sheet {sheet}").format(sheet=fault["sheet"]) if fault["sheet"] else ""]
    where.append(_("row {row}").format(row=fault["row"]) if fault["row"] else "")
    where.append(_("column {column}").format(column=fault["column"]) if fault["column"] else "")
    where.append(str(fault["question"] or ""))
    place = ", ".join(part for part in where if part)
    words = f"{place}: {fault['message']}" if place else str(fault["message"])
    return f"{words}  ({fault['expression']})" if fault["expression"] else words
