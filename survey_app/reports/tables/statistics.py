"""Tables as Stata (.dta) and SPSS (.sav) files: variables and values labelled, special answers as missing values.

Both formats are written by pyreadstat (ReadStat). A level stands in memory as a whole while its file is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from survey_app.reports.tables.coded import Coded, coded
from survey_app.reports.tables.files import Parts, cut
from survey_app.reports.tables.typed import stage
from survey_app.reports.tables.variables import Level, Row

if TYPE_CHECKING:
    import pandas as pd

STATA_NAME, SPSS_NAME = 32, 64
"""Longest names of variables."""
_STATA_LABEL, _SPSS_LABEL, _SPSS_VALUE_LABEL, _SPSS_TEXT = 80, 255, 119, 32_767
_STATA_VERSION = 15
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MOST_MISSING = len(_LETTERS)


def write_stata(files: Parts, levels: Sequence[Level], rows: Iterator[Row]) -> list[list[Coded]]:
    """Write a Stata file a level (format 118 or 119: Unicode); return its columns.

    The first special answer of a question is ``.a``, the second ``.b``, and so on, each with its label.
    """
    import pyreadstat

    written = []
    for staged in stage(files, levels, rows):
        columns = coded(staged, STATA_NAME)
        letters = {each.name: _letters(each) for each in columns if each.missing}
        pyreadstat.write_dta(
            _frame(columns, {name: dict(given) for name, given in letters.items()}),
            str(files.new(f"{staged.level.name}.dta")),
            version=_STATA_VERSION,
            column_labels={each.name: _characters(each.label, _STATA_LABEL) for each in columns},
            variable_value_labels={
                each.name: _stata_labels(each, letters.get(each.name, {}))
                for each in columns
                if each.labels or each.missing
            },
            missing_user_values={name: list(given.values()) for name, given in letters.items() if given},
        )
        written.append(columns)
    return written


def _stata_labels(column: Coded, letters: dict[str, str]) -> dict[Any, str]:
    """Return number or letter of a missing value to its label."""
    missing = {letter: column.missing[code][1] for code, letter in letters.items()}
    return {**{float(number): label for number, label in column.labels.items()}, **missing}


def _letters(column: Coded) -> dict[str, str]:
    return dict(zip(list(column.missing)[:_MOST_MISSING], _LETTERS, strict=False))


def _characters(text: str, most: int) -> str:
    """Return a label on one line, of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def write_spss(files: Parts, levels: Sequence[Level], rows: Iterator[Row]) -> list[list[Coded]]:
    """Write an SPSS file a level; return its columns. Special answers are negative numbers declared as missing."""
    import pyreadstat

    written = []
    for staged in stage(files, levels, rows):
        columns = coded(staged, SPSS_NAME)
        numbers = {each.name: {code: number for code, (number, _) in each.missing.items()} for each in columns}
        pyreadstat.write_sav(
            _frame(columns, numbers, _SPSS_TEXT),
            str(files.new(f"{staged.level.name}.sav")),
            row_compress=True,
            column_labels={each.name: cut(" ".join(each.label.split()), _SPSS_LABEL) for each in columns},
            variable_value_labels={
                each.name: {
                    number: cut(label, _SPSS_VALUE_LABEL)
                    for number, label in (*each.labels.items(), *each.missing.values())
                }
                for each in columns
                if each.labels or each.missing
            },
            missing_ranges={each.name: _range(each) for each in columns if each.missing},
        )
        written.append(columns)
    return written


def _range(column: Coded) -> list[Any]:
    numbers = [number for number, _ in column.missing.values()]
    return [{"lo": min(numbers), "hi": max(numbers)}]


def _frame(columns: Sequence[Coded], missing: dict[str, dict[str, Any]], most_bytes: int = 0) -> pd.DataFrame:
    """Return the columns as pyreadstat takes them: what stands for a special answer among the numbers."""
    import pandas as pd

    series = {each.name: _series(each, missing.get(each.name, {}), most_bytes) for each in columns}
    return pd.DataFrame(series)


def _series(column: Coded, missing: dict[str, Any], most_bytes: int) -> pd.Series[Any]:
    import pandas as pd

    if column.kind in ("integer", "decimal"):
        numbers = [missing.get(value) if isinstance(value, str) else value for value in column.values]
        if any(isinstance(number, str) for number in numbers):
            values = [float(number) if isinstance(number, (int, float)) else number for number in numbers]
            return pd.Series(values, dtype=object)
        return pd.Series([None if number is None else float(number) for number in numbers], dtype="float64")
    if column.kind in ("date", "moment"):
        return _times(column)
    texts = [str(value or "") for value in column.values]
    return pd.Series([cut(text, most_bytes) for text in texts] if most_bytes else texts, dtype=object)


def _times(column: Coded) -> pd.Series[Any]:
    import pandas as pd

    texts = [str(value) if value else "" for value in column.values]
    if column.kind == "date":
        return pd.Series([dt.date.fromisoformat(text) if text else None for text in texts], dtype=object)
    moments = [dt.datetime.fromisoformat(text[:19]) if text else None for text in texts]
    return pd.Series(pd.to_datetime(pd.Series(moments, dtype="datetime64[us]")))
