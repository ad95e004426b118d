"""Columns as statistics programs want them: short plain names, numbers for codes, special answers as missing values.

* **Names** have letters of ASCII, digits and underscores; a name that is too long, or is spelled like another one, ends
  in four digits of a hash of the whole name, so that it is the same in every export. The codebook has both.
* **Codes** become numbers: their own where all choices are whole numbers, else their place in the list, from 1 on;
  codes that only answers hold follow. The label of a number is that of its choice.
* A blank whose ``<name>_special`` says why (refused, not known) becomes a missing value with that label.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey_app.reports.tables.typed import Staged, dummies
from survey_app.reports.tables.variables import LINE_COLUMN, SUBMISSION, Kind, Variable
from survey_app.text import fold

if TYPE_CHECKING:
    import pandas as pd

_WHOLE = re.compile(r"-?(0|[1-9]\d{0,8})")
_LOWEST = (-90, -9990, -999_990)
_RESERVED = frozenset(
    "all and break by byte double else eq float for ge gt if in int le long lt ne not or str strl to using with".split()  # noqa: SIM905
)
"""Words that Stata or SPSS take for something else."""
_LONGEST_STEM = 27


@dataclass(frozen=True)
class Coded:
    """A column, ready to be written.

    Attributes:
        name: as the file has it.
        variable: name in the form; for a column of 0 and 1 followed by ``__`` and the code.
        label: what is asked.
        kind: ``integer`` and ``decimal`` hold numbers, ``date`` and ``moment`` texts of ISO 8601, ``text`` texts.
        values: one a row; None where there is no answer; for a special answer its code as a text.
        labels: number to label.
        numbers: code to number, for choices.
        missing: code of a special answer to (number below all others, label).
    """

    name: str
    variable: str
    label: str
    kind: Kind
    values: list[int | float | str | None]
    labels: Mapping[int, str] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    missing: Mapping[str, tuple[int, str]] = field(default_factory=dict)


class Names:
    """Gives names out; none twice, whatever their case."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._taken: set[str] = set()

    def of(self, name: str) -> str:
        """Return the name that stands for a name of the form."""
        plain = re.sub(r"\W", "_", fold(name).replace(" ", "_"), flags=re.ASCII)
        plain = plain if re.match(r"[a-z]", plain) else f"v{plain}"
        fits = len(plain) <= self._longest and plain not in _RESERVED
        count = 0
        while not fits or plain in self._taken:
            digits = hashlib.sha256(f"{name}{count or ''}".encode()).hexdigest()[:4]
            plain, fits, count = f"{plain[: min(_LONGEST_STEM, self._longest - 5)]}_{digits}", True, count + 1
        self._taken.add(plain)
        return plain


def coded(staged: Staged, longest_name: int) -> list[Coded]:
    """Return the columns of a level."""
    frame, names = staged.frame(), Names(longest_name)
    return [*_keys(frame, names, staged), *_answers(frame, names, staged)]


def _keys(frame: pd.DataFrame, names: Names, staged: Staged) -> Iterator[Coded]:
    for name in staged.level.keys:
        texts = list(frame[name])
        if name == SUBMISSION:
            yield Coded(names.of(name), name, "", "text", texts)
        else:
            kind: Kind = "integer" if name == LINE_COLUMN or name.endswith("_line") else "text"
            yield Coded(names.of(name), name, "", kind, [int(text) for text in texts])


def _answers(frame: pd.DataFrame, names: Names, staged: Staged) -> Iterator[Coded]:
    specials = {each.stands_for: each for each in staged.level.variables if each.stands_for}
    for variable in staged.level.variables:
        texts = list(frame[variable.name])
        special = specials.get(variable.name)
        why = list(frame[special.name]) if special is not None else [""] * len(texts)
        yield _column(names.of(variable.name), variable, staged.kinds[variable.name], texts, _Why(special, why))
        for code, name in dummies(variable, staged.level.columns).items():
            said = [None if not text else int(code in text.split(" ")) for text in texts]
            label = f"{variable.label}: {variable.choices[code]}"
            yield Coded(names.of(name), name, label, "integer", [*said])


@dataclass(frozen=True)
class _Why:
    """Why a question has no answer: the question that says so, and its codes, one a row."""

    special: Variable | None
    codes: list[str]


def _column(name: str, variable: Variable, kind: Kind, texts: list[str], why: _Why) -> Coded:
    label = variable.label
    if kind == "code":
        numbers = _numbers(variable, texts)
        values: list[int | float | str | None] = [numbers[text] if text else None for text in texts]
        labels = {number: variable.choices.get(code) or code for code, number in numbers.items()}
    elif kind in ("integer", "decimal"):
        numbers, labels = {}, {}
        values = [None if not text else int(text) if kind == "integer" else float(text) for text in texts]
    else:
        return Coded(name, variable.name, label, "text" if kind == "codes" else kind, [text or None for text in texts])
    missing = _missing(why, [value for value in values if isinstance(value, (int, float))])
    values = [code if value is None and code else value for value, code in zip(values, why.codes, strict=True)]
    return Coded(name, variable.name, label, "integer" if kind == "code" else kind, values, labels, numbers, missing)


def _numbers(variable: Variable, texts: Sequence[str]) -> dict[str, int]:
    codes = [*variable.choices, *sorted(set(texts) - {"", *variable.choices})]
    if all(_WHOLE.fullmatch(code) for code in codes):
        return {code: int(code) for code in codes}
    return {code: number for number, code in enumerate(codes, start=1)}


def _missing(why: _Why, values: Sequence[int | float]) -> dict[str, tuple[int, str]]:
    if why.special is None:
        return {}
    labels = why.special.choices
    codes = [*labels, *sorted(set(why.codes) - {"", *labels})]
    lowest = next((low for low in _LOWEST if min(values, default=0) > low), _LOWEST[-1])
    return {code: (lowest - place, labels.get(code) or code) for place, code in enumerate(codes, start=1)}
