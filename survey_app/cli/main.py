"""``survey-app``: finds the command, does it, and turns its end into words and an exit status.

Exit status: 0 done, 1 a failure that a person can do something about, 2 wrong use or a faulty form,
70 a fault of the program itself, 130 stopped by the person.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from survey_app import __version__, i18n, settings
from survey_app.cli import output, window
from survey_app.cli.parser import WRONG_USE, Parser
from survey_app.crash import write_crash
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.progress import Cancelled

DONE, FAILED, BROKEN, STOPPED = 0, 1, 70, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit status.

    Args:
        argv: the arguments without the program's name. With None those of the process are taken and an unexpected
            failure ends in a crash file; a caller that passes its own arguments gets the exception itself.
    """
    output.speak_utf8()
    words = sys.argv[1:] if argv is None else list(argv)
    i18n.use_language(_language(words))
    try:
        return _run(words)
    except Exception as error:
        if argv is not None:
            raise
        output.note(_said_of(error, write_crash(error)))
        return BROKEN


def _said_of(error: Exception, crash: Path | None) -> str:
    said = _("The program met a fault of its own ({kind}). Committed data are safe.")
    if crash is not None:
        said = _(
            "The program met a fault of its own ({kind}). Committed data are safe. "
            "Please send this file to support: {path}"
        )
    return said.format(kind=type(error).__name__, path=crash)


def _run(words: list[str]) -> int:
    try:
        arguments = _arguments(words)
    except SystemExit as leave:  # argparse has already said why
        return leave.code if isinstance(leave.code, int) else WRONG_USE
    try:
        return int(arguments.run(arguments))
    except SurveyAppError as error:
        output.show_error(error)
        return WRONG_USE if _is_faulty_table(error) else FAILED
    except (KeyboardInterrupt, Cancelled):
        output.note(_("Stopped. What was complete stays; nothing is half done."))
        return STOPPED
    except BrokenPipeError:  # the reader of our output has left, for example `head`
        sys.stderr.close()
        return DONE


def _arguments(words: list[str]) -> argparse.Namespace:
    """Return what the words mean; a window, which most starts are, does not wait for the commands to be declared."""
    if not words or window.is_file_to_open(words):
        return argparse.Namespace(run=window.open_window, files=words)
    return _parser().parse_args(words)


def _is_faulty_table(error: SurveyAppError) -> bool:
    """Tell whether the failure lists faults of a form or of a table beside it."""
    return bool(getattr(error, "faults", ()))


def _language(words: list[str]) -> str:
    """Return the language asked for, before the arguments can be parsed: their help already needs it."""
    for place, word in enumerate(words):
        name, _sign, value = word.partition("=")
        if name == "--language":
            chosen = value or next(iter(words[place + 1 :]), "")
            if chosen in i18n.LANGUAGES:
                return chosen
    return settings.load_settings().language


def _parser() -> Parser:
    from survey_app.cli import (  # a window that opens needs none of them
        aggregate,
        audit,
        bundle,
        chart,
        comments,
        demo,
        doctor,
        duplicates,
        figures,
        form,
        households,
        keys,
        look,
        merge,
        people,
        places,
        quality,
        results,
        retention,
        store,
        support,
        sync,
        update,
    )

    parser = Parser(
        prog="survey-app",
        description=_("Offline digital-readiness surveys. Without a command the window opens."),
    )
    parser.choices.add_argument("--version", action="version", version=f"survey-app {__version__}")
    parser.choices.add_argument("--language", choices=i18n.LANGUAGES, help=_("language of the words"))
    parser.set_defaults(run=window.open_window)
    commands = parser.add_subparsers(metavar=_("COMMAND"), title=_("Commands"))
    for module in (
        form, demo, store, households, bundle, merge, keys, people, retention, comments, duplicates,
        results, chart, quality, figures, places, aggregate, support, audit, sync, update, look, doctor,
    ):  # fmt: skip
        module.declare(commands)
    return parser


def script() -> None:
    """Start the program as a process of its own."""
    sys.exit(main())


if __name__ == "__main__":
    script()
