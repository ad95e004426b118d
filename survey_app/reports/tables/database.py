"""Tables as one plain SQLite file: typed, joined by foreign keys, with questions and codes as tables beside them.

For whoever asks questions in SQL, or lays the file before colleagues in a browser. Written with sqlite-utils, row by
row; memory does not grow with the rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from survey_app.reports.tables.files import Parts
from survey_app.reports.tables.typed import Staged, dummies, stage
from survey_app.reports.tables.variables import LINE_COLUMN, SUBMISSION, Kind, Level, Row

NAME = "answers.sqlite"
QUESTIONS, CODES = "_questions", "_codes"
_TYPES: dict[Kind, type] = {"integer": int, "decimal": float}
_BATCH_ROWS = 500


def write_sqlite(files: Parts, levels: Sequence[Level], rows: Iterator[Row]) -> None:
    """Write one file with a table a level and the tables ``_questions`` and ``_codes`` that explain them."""
    import sqlite_utils

    staged = stage(files, levels, rows, guess=False)
    with closing(sqlite_utils.Database(str(files.new(NAME)))) as book:
        book.conn.execute("PRAGMA journal_mode = OFF")  # the file has its name only when it is complete
        for number, each in enumerate(staged):
            _create(book, each, levels[:number])
            for batch in _batches(each):
                book.table(each.level.name).insert_all(batch, batch_size=_BATCH_ROWS)
        _explain(book, levels)


def _create(book: Any, staged: Staged, before: Sequence[Level]) -> None:
    level = staged.level
    columns: dict[str, type] = {key: int if _is_line(key) else str for key in level.keys}
    for variable in level.variables:
        columns[variable.name] = _TYPES.get(staged.kinds[variable.name], str)
        columns.update(dict.fromkeys(dummies(variable, level.columns).values(), int))
    tops = [each.name for each in before if not each.lined]
    belongs = [(SUBMISSION, tops[-1], SUBMISSION)] if level.lined and tops else []
    book.table(level.name).create(
        columns, pk=level.keys[0] if len(level.keys) == 1 else level.keys, foreign_keys=belongs
    )


def _is_line(key: str) -> bool:
    return key == LINE_COLUMN or key.endswith("_line")


def _batches(staged: Staged) -> Iterator[list[dict[str, Any]]]:
    cursor = staged.connection.execute(staged.select())
    names = [column[0] for column in cursor.description]
    while found := cursor.fetchmany(_BATCH_ROWS):
        yield [dict(zip(names, map(_plain, row), strict=True)) for row in found]


def _plain(value: Any) -> Any:
    """Return a value as SQLite keeps it; days and moments as ISO 8601."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _explain(book: Any, levels: Sequence[Level]) -> None:
    questions = [
        {"level": level.name, "name": variable.name, "label": variable.label, "kind": variable.kind}
        for level in levels
        for variable in level.variables
    ]
    codes = [
        {"level": level.name, "name": variable.name, "code": code, "label": label}
        for level in levels
        for variable in level.variables
        for code, label in variable.choices.items()
    ]
    text = {"level": str, "name": str}
    book.table(QUESTIONS).create({**text, "label": str, "kind": str}, pk=("level", "name"))
    book.table(QUESTIONS).insert_all(questions)
    owner = ("level", "name")
    book.table(CODES).create({**text, "code": str, "label": str}, pk=(*owner, "code"))
    book.table(CODES).insert_all(codes)
