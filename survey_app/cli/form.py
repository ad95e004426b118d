"""``survey-app form``: is the workbook in order?"""

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
