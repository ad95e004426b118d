"""What the command line writes: answers to standard output, everything else to standard error, always in UTF-8."""

from __future__ import annotations

import io
import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from survey_app.errors import SurveyAppError


def speak_utf8() -> None:
    """Make both streams UTF-8, also on a Windows console with an old code page.

    A program that Windows opens without a console has no streams at all; what is written there then goes nowhere.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open as long as the program
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say(text: str = "") -> None:
    """Write a line of the answer."""
    print(text)


def note(text: str) -> None:
    """Write a line that is not part of the answer."""
    print(text, file=sys.stderr)


def say_json(value: object) -> None:
    """Write the answer for a program: one JSON document, numbers as numbers, letters as they are."""
    print(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def show_error(error: SurveyAppError) -> None:
    """Write what happened, what to do, and the code to read out over the telephone."""
    note(error.message)
    if error.hint:
        note(error.hint)
    note(f"[{error.code}]")


def say_table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[str] = ()) -> None:
    """Write rows in columns that line up.

    Args:
        heads: the names of the columns.
        rows: one text a column.
        right: names of the columns that hold numbers and stand at the right of their column.
    """
    lines = [tuple(heads), *(tuple(row) for row in rows)]
    widths = [max(_cells(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        padded = [_pad(text, width, head in right) for text, width, head in zip(line, widths, heads, strict=True)]
        say("  ".join(padded).rstrip())


def say_pairs(pairs: Mapping[str, str]) -> None:
    """Write names and values, one pair a line."""
    width = max((_cells(name) for name in pairs), default=0)
    for name, value in pairs.items():
        say(f"{_pad(name, width, False)}  {value}".rstrip())


def _cells(text: str) -> int:
    return sum(0 if unicodedata.combining(char) else 1 for char in text)


def _pad(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - _cells(text))
    return blanks + text if right else text + blanks


class TerminalProgress:
    """A monitor that keeps one line of standard error up to date, and is silent when nobody watches it."""

    def __init__(self) -> None:
        """Look whether standard error is a terminal."""
        self._watched = sys.stderr.isatty()
        self._shown = ""

    def step(self, done: int, total: int, what: str = "") -> None:
        """Show percent and what is being worked on."""
        if not self._watched:
            return
        percent = 100 * done // total if total else 100
        text = f"{percent:3d} %  {what}"[:78]
        if text != self._shown:
            sys.stderr.write("\r" + text.ljust(len(self._shown)))
            sys.stderr.flush()
            self._shown = text

    def close(self) -> None:
        """Wipe the line, so that what follows starts at the left edge."""
        if self._shown:
            sys.stderr.write("\r" + " " * len(self._shown) + "\r")
            sys.stderr.flush()
            self._shown = ""
