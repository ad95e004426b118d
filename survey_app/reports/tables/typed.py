"""Tables with types: answers staged in a private CSV file, then read by DuckDB, which streams.

A column has the type its question has, if every answer fits it; an older form may have asked the same in words, and
then the column stays text, so that nothing is lost. What the form calculates is a number when every value is one, in
formats whose files stand alone; in Parquet, where the files of many offices are read together, it stays text.
Moments are the time on the clock where they were noted.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.indicators.engines.in_memory import connect
from survey_app.reports.tables.files import Parts
from survey_app.reports.tables.variables import LINE_COLUMN, Kind, Level, Row, Variable

if TYPE_CHECKING:
    import pandas as pd

_FITS: dict[Kind, str] = {
    "integer": r"regexp_full_match({0}, '-?(0|[1-9][0-9]{{0,14}})')",
    "decimal": r"regexp_full_match({0}, '-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{{1,3}})?')",
    "date": "regexp_full_match({0}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') AND TRY_CAST({0} AS DATE) IS NOT NULL",
    "moment": "regexp_full_match({0}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}}.*')"
    " AND TRY_CAST(left({0}, 19) AS TIMESTAMP) IS NOT NULL",
}
_READ: dict[Kind, str] = {
    "integer": "CAST({0} AS BIGINT)",
    "decimal": "CAST({0} AS DOUBLE)",
    "date": "CAST({0} AS DATE)",
    "moment": "CAST(left({0}, 19) AS TIMESTAMP)",
}
_LINE_BYTES = 2 << 20


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Staged:
    """A level whose rows stand in a private file.

    Attributes:
        level: the level.
        kinds: each variable's type, as all its answers allow.
        source: SQL that reads the rows, all as text, NULL where there is no answer.
        connection: DuckDB.
    """

    level: Level
    kinds: Mapping[str, Kind]
    source: str
    connection: Any

    def select(self) -> str:
        """Return SQL that reads the rows with their types, several choices also as one column of 0 and 1 each."""
        parts = [_key(name) for name in self.level.keys]
        for variable in self.level.variables:
            here = quoted(variable.name)
            parts.append(f"{_READ.get(self.kinds[variable.name], '{0}').format(here)} AS {here}")
            parts += [
                f"CAST(list_contains(string_split({here}, ' '), {_text(code)}) AS TINYINT) AS {quoted(name)}"
                for code, name in dummies(variable, self.level.columns).items()
            ]
        return f"SELECT {', '.join(parts)} FROM {self.source}"

    def frame(self) -> pd.DataFrame:
        """Return all rows as text, ``""`` where there is no answer."""
        frame: pd.DataFrame = self.connection.execute(f"SELECT * FROM {self.source}").df()
        return frame.fillna("").astype(object)


def dummies(variable: Variable, taken: Sequence[str]) -> dict[str, str]:
    """Return code to name of the columns of 0 and 1 that say whether it was among several choices."""
    if variable.kind != "codes":
        return {}
    found, used = {}, set(taken)
    for code in variable.choices:
        name = f"{variable.name}__{code}"
        while name in used:
            name += "_"
        used.add(name)
        found[code] = name
    return found


def _key(name: str) -> str:
    here = quoted(name)
    return f"CAST({here} AS BIGINT) AS {here}" if name == LINE_COLUMN or name.endswith("_line") else here


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def stage(files: Parts, levels: Sequence[Level], rows: Iterator[Row], *, guess: bool = True) -> list[Staged]:
    """Write the rows into private files and look at what types they allow; ``guess`` also of what is calculated."""
    paths = {level.name: files.scratch(f"{level.name}.csv") for level in levels}
    columns = {level.name: level.columns for level in levels}
    longest = dict.fromkeys(paths, 0)
    with ExitStack() as opened:
        writers = {
            name: csv.writer(
                opened.enter_context(path.open("w", encoding="utf-8", newline="")), quoting=csv.QUOTE_MINIMAL
            )
            for name, path in paths.items()
        }
        for name, row in rows:
            # a line break of Windows alone, and a byte of value 0, do not survive as they are
            cells = [row.get(column, "").replace("\0", "").replace("\r", "\n") for column in columns[name]]
            longest[name] = max(longest[name], 4 * sum(map(len, cells)) + 3 * len(cells))
            writers[name].writerow(cells)
    connection = connect()
    tried = {level.name: {each.name: _tried(each, guess) for each in level.variables} for level in levels}
    return [
        _staged(connection, level, _source(level, paths[level.name], longest[level.name]), tried[level.name])
        for level in levels
    ]


def _source(level: Level, path: Path, longest: int) -> str:
    """Return the SQL that reads a staged file, whose longest line has at most so many bytes."""
    declared = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in level.columns)
    return (
        f"read_csv({_text(str(path))}, header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        f"nullstr = '', columns = {{{declared}}}, max_line_size = {max(_LINE_BYTES, longest + 1)}, parallel = false)"
    )


def _staged(connection: Any, level: Level, source: str, tried: Mapping[str, tuple[Kind, ...]]) -> Staged:
    kinds: dict[str, Kind] = {variable.name: _loosest(variable) for variable in level.variables}
    declared = {variable.name: variable.kind for variable in level.variables}
    checks = [(name, kind) for name, some in tried.items() for kind in some]
    if not checks:
        return Staged(level, kinds, source, connection)
    counted = [
        f"count(*) FILTER (WHERE {quoted(name)} IS NOT NULL AND NOT ({_FITS[kind].format(quoted(name))})), "
        f"count({quoted(name)})"
        for name, kind in checks
    ]
    found = connection.execute(f"SELECT {', '.join(counted)} FROM {source}").fetchone()
    for number, (name, kind) in reversed(list(enumerate(checks))):  # the narrowest that fits is taken last
        misfits, answers = found[2 * number], found[2 * number + 1]
        if not misfits and (answers or declared[name] == kind):
            kinds[name] = kind
    return Staged(level, kinds, source, connection)


def _tried(variable: Variable, guess: bool) -> tuple[Kind, ...]:
    """Return the types that may fit, the narrowest first."""
    if variable.kind == "integer" or (guess and variable.calculated and variable.kind == "text"):
        return ("integer", "decimal")
    return (variable.kind,) if variable.kind in _FITS else ()


def _loosest(variable: Variable) -> Kind:
    return variable.kind if variable.kind in ("code", "codes") else "text"
