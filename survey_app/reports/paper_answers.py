"""Where an answer is written on paper: boxes to tick, boxes for digits, lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from survey_app.i18n import _
from survey_app.reports.paper_words import Book
from survey_app.xforms import Question
from survey_app.xforms.keys import keyed
from survey_app.xforms.xpath import Binary, Expr, Number, Path, walk

MOST_TICKED = 30
"""Lists longer than this are written in, with the code."""

MOST_LISTED = 120
"""Lists longer than ``MOST_TICKED`` and up to this stand at the end of the paper with their codes."""

_DATES = {"date", "dateTime"}
_TIMES = {"time", "dateTime"}
_POINTS = {"geopoint": 1, "geotrace": 4, "geoshape": 4}
"""So many points there is room for."""
_UNBOUNDED, _LARGE = 4, 12
"""Digits of a number whose constraint says nothing, and of one that is read in thousands."""
_EXACT = re.compile(r"\^?\[0-9\]\{(\d{1,2})\}\$?")


@dataclass(frozen=True)
class Code:
    """A choice on paper.

    Attributes:
        key: what is written or typed for it; the key that chooses it in the window where there is one.
        label: its words.
        jump: number of the question to go on with after it, ``""`` for the next one.
        picture: name of its picture, ``""`` for none.
    """

    key: str
    label: str
    jump: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Field:
    """Where the answer is written.

    Attributes:
        kind: ``one`` and ``many`` (boxes to tick), ``rank`` (a number for each choice), ``code`` (a line and the code
            of a long list), ``boxes`` (digits), ``lines`` (text), ``sign``, ``done`` (one box), ``note`` (nothing).
        groups: for ``boxes``, how many digits stand together and the sign before each group:
            ``((2, ""), (2, "/"), (4, "/"))``.
        lines: for ``lines``, how many; for ``code``, boxes of the code; for ``boxes``, how often they stand there.
        unit: what the digits count or measure, said after them.
        codes: the choices.
    """

    kind: str
    groups: tuple[tuple[int, str], ...] = ()
    lines: int = 0
    unit: str = ""
    codes: tuple[Code, ...] = ()


def choices_of(book: Book, question: Question) -> tuple[tuple[str, Code], ...]:
    """Return the value and what is printed of every choice, in the order and with the keys of the window."""
    labels = tuple((choice.value, choice.label(book.language)) for choice in question.choices)
    if len(labels) > MOST_TICKED:
        width = len(str(len(labels)))
        return tuple((value, Code(f"{n:0{width}d}", label)) for n, (value, label) in enumerate(labels, start=1))
    pictures = {choice.value: book.picture(choice.media(book.language)) for choice in question.choices}
    keys = keyed(labels, question.control == "select")
    return tuple((c.value, Code(c.key.upper(), c.label, picture=pictures[c.value])) for c in keys)


def field_of(book: Book, question: Question) -> Field:
    """Return how the answer to a question is written on paper."""
    spec = book.form.specs[question.path]
    words = set(question.appearance.split())
    match question.control:
        case "select1" | "select" | "rank" as control:
            return _chosen(book, question, control)
        case "trigger":
            return Field("done", unit=_("done"))
        case "upload":
            return Field("sign") if words & {"signature", "draw"} else Field("lines", lines=1, unit=_("file number"))
        case "range":
            groups = _grouped(_digits(book, question) or 2, words, _decimals(question))
            return Field("boxes", groups=groups, unit=_range(question))
    rules = [rule for rule in spec.own_rules if rule.kind == "readonly"]
    if any(rule.text.replace(" ", "") == "true()" for rule in rules):
        return Field("note")
    return _written(book, question, words)


def _chosen(book: Book, question: Question, control: str) -> Field:
    codes = tuple(code for _value, code in choices_of(book, question))
    if not codes:
        return Field("lines", lines=1)
    if len(codes) > MOST_TICKED:
        return Field("code", lines=len(codes[0].key), codes=codes if len(codes) <= MOST_LISTED else ())
    return Field({"select1": "one", "select": "many"}.get(control, "rank"), codes=codes)


def _written(book: Book, question: Question, words: set[str]) -> Field:
    if question.type in _DATES | _TIMES:
        return Field("boxes", groups=_moment(question.type, words))
    if question.type in ("int", "integer"):
        return Field("boxes", groups=_grouped(_digits(book, question), words))
    if question.type == "decimal":
        return Field("boxes", groups=_grouped(_digits(book, question), words, 2))
    if question.type in _POINTS:
        groups = ((2, _("lat.")), (5, ","), (3, _("long.")), (5, ","))
        return Field("boxes", groups=groups, lines=_POINTS[question.type])
    exact = _pattern_digits(book, question)
    if exact:
        return Field("boxes", groups=((exact, ""),))
    return Field("lines", lines=4 if "multiline" in words else 1)


def _grouped(digits: int, words: set[str], decimals: int = 0) -> tuple[tuple[int, str], ...]:
    """Return boxes for a number as it is written: thousands by themselves where the window sets them apart."""
    if "thousands-sep" in words:
        digits = digits or _LARGE
        first = digits % 3 or 3
        whole = ((first, ""), *((3, ".") for _group in range((digits - first) // 3)))
    else:
        whole = ((digits or _UNBOUNDED + bool(decimals), ""),)
    return (*whole, (decimals, ",")) if decimals else whole


def _decimals(question: Question) -> int:
    """Return how many digits after the comma the steps of a scale have."""
    return len(question.parameters.get("step", "").partition(".")[2].rstrip("0"))


def _moment(type_: str, words: set[str]) -> tuple[tuple[int, str], ...]:
    day: tuple[tuple[int, str], ...] = ((2, ""), (2, "/"), (4, "/"))
    if "year" in words:
        day = ((4, ""),)
    elif "month-year" in words:
        day = ((2, ""), (4, "/"))
    hour: tuple[tuple[int, str], ...] = ((2, "  " if type_ == "dateTime" else ""), (2, ":"))
    return (day if type_ in _DATES else ()) + (hour if type_ in _TIMES else ())


def _digits(book: Book, question: Question) -> int:
    """Return how many digits the largest allowed number has, as far as the constraint says so; else 0."""
    end = question.parameters.get("end", "")
    rule = book.form.specs[question.path].rules.get("constraint")
    bounds = [abs(number) for number in _bounds(rule.expr)] if rule is not None and rule.expr is not None else []
    if end.replace(".", "", 1).lstrip("-").isdecimal():
        bounds.append(abs(float(end)))
    return len(str(int(max(bounds)))) if bounds else 0


def _bounds(expr: Expr) -> list[float]:
    found = []
    for part in walk(expr):
        if isinstance(part, Binary) and part.operator in ("<", "<=", ">", ">=") and isinstance(part.left, Path):
            alone = len(part.left.steps) == 1 and part.left.steps[0].axis == "self"
            if alone and isinstance(part.right, Number):
                found.append(part.right.value)
    return found


def _pattern_digits(book: Book, question: Question) -> int:
    """Return 12 for a text that must match ``^[0-9]{12}$``, 10 for other numbers written as text; else 0."""
    rule = book.form.specs[question.path].rules.get("constraint")
    for text in [rule.text] if rule is not None else []:
        exact = _EXACT.search(text)
        if exact is not None and text.count("regex") == 1 and exact[0].startswith("^"):
            return int(exact[1])
    return 11 if "numbers" in question.appearance.split() else 0


def _range(question: Question) -> str:
    parameters = question.parameters
    words = _("{start} to {end}")
    return words.format(start=parameters.get("start", ""), end=parameters.get("end", ""))
