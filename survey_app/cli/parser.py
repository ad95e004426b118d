"""How the commands are declared: argparse, speaking the person's language."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

from survey_app.i18n import LANGUAGES, N_, _

WRONG_USE = 2

Run = Callable[[argparse.Namespace], int]
"""Does a command and returns the exit status."""

_COMPLAINTS = (
    (re.compile(r"the following arguments are required: (.+)"), N_("Missing: {0}")),
    (re.compile(r"one of the arguments (.+) is required"), N_("One of these is needed: {0}")),
    (re.compile(r"unrecognized arguments: (.+)"), N_("Not understood: {0}")),
    (re.compile(r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)"), N_("{0}: {1} is not one of {2}")),
    (re.compile(r"argument (.+?): expected (?:one|at least one) arguments?"), N_("{0} needs a value")),
    (re.compile(r"argument (.+?): invalid .+? value: (.+)"), N_("{0}: {1} is not a valid value")),
    (re.compile(r"argument (.+?): not allowed with argument (.+)"), N_("{0} and {1} exclude each other")),
    (re.compile(r"ambiguous option: (.+?) could match (.+)"), N_("{0} is short for several: {1}")),
)


class _Formatter(argparse.HelpFormatter):
    """Help whose heading is in the person's language."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, _("Usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """An argument parser that explains itself in Vietnamese or English and leaves with status 2 on wrong use."""

    def __init__(self, **named: Any) -> None:
        """Take what ``ArgumentParser`` takes; help is added here, in the language spoken now."""
        super().__init__(**{"formatter_class": _Formatter, "allow_abbrev": False, **named, "add_help": False})
        self.needed = self.add_argument_group(_("What to give"))
        self.choices = self.add_argument_group(_("Options"))
        self.choices.add_argument("-h", "--help", action="help", help=_("show this help and stop"))

    def error(self, message: str) -> NoReturn:
        """Show how the command is used and what was wrong, and leave with status 2."""
        self.print_usage(self._stream())
        self.exit(WRONG_USE, f"{complaint(message)}\n")

    def _stream(self) -> Any:
        import sys

        return sys.stderr


def complaint(message: str) -> str:
    """Return what argparse complains about, in the language spoken now."""
    for pattern, words in _COMPLAINTS:
        match = pattern.fullmatch(message)
        if match:
            return _(words).format(*match.groups())
    return message


def command(commands: Any, name: str, what: str, run: Run) -> Parser:
    """Declare a command and return its parser, which already has the options every command has."""
    parser: Parser = commands.add_parser(name, help=what, description=what)
    parser.set_defaults(run=run)
    parser.choices.add_argument(
        "--language", choices=LANGUAGES, default=argparse.SUPPRESS, help=_("language of the words")
    )
    return parser


def group(commands: Any, name: str, what: str) -> Any:
    """Declare a command that only has commands below it, and return where those are declared."""
    parser: Parser = commands.add_parser(name, help=what, description=what)
    return parser.add_subparsers(metavar=_("COMMAND"), required=True, title=_("Commands"))


def takes_json(parser: Parser) -> None:
    """Declare ``--json``."""
    parser.choices.add_argument("--json", action="store_true", help=_("answer as JSON, for programs"))


def takes_store(parser: Parser) -> None:
    """Declare the data file and where its passphrase is."""
    parser.needed.add_argument("store", metavar="STORE", type=Path, help=_("the encrypted data file"))
    takes_passphrase(parser)


def takes_passphrase(parser: Parser) -> None:
    """Declare the file a passphrase may stand in; the other place is the environment."""
    parser.choices.add_argument(
        "--passphrase-file",
        metavar="FILE",
        type=Path,
        help=_("file whose first line is the passphrase (else the variable SURVEY_APP_PASSPHRASE)"),
    )


def whole_number(text: str) -> int:
    """Return a number from 1 on.

    Raises:
        ValueError: it is not one.
    """
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
