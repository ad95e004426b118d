"""``survey-app form``: is the workbook in order, and how does it look on paper?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
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
