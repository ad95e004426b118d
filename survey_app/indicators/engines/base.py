"""What every engine has in common: where answers come from, and how they become the tables that the SQL reads.

The SQL reads two tables: ``household`` and ``member``, with the key ``h`` and a text column, never NULL, for each
question that is read. Rows that arrive in memory are loaded into such tables; answers that already stand somewhere
(Parquet files, tables of a database) are looked at through views of the same shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.dialects import quoted
from survey_app.indicators.rows import SUBMISSION, Rows

if TYPE_CHECKING:
    from survey_app.store import Store

KEY = "h"
"""The column that joins a member to its household."""
TABLES = ("household", "member")
EVERYTHING = -1
"""In the place of a part's number: all answers at once."""


@dataclass(frozen=True)
class Engine:
    """Which engine computes, and how it is reached.

    Attributes:
        name: one of ``ENGINES``.
        store: the open store in which ``sqlite`` computes.
        database: address of the PostgreSQL server, ``postgresql://user@host/database``; ``""``: what the environment
            says (``PGHOST`` and the like).
        master: address of the Spark master; ``""``: this machine alone.
        options: further settings of Spark.
    """

    name: str = "duckdb"
    store: Store | None = None
    database: str = ""
    master: str = ""
    options: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Standing:
    """Answers that already stand where the engine can read them.

    They have a column a question, of text or cast to it, and ``submission_id`` in both tables.

    Attributes:
        household: names of Parquet files, or of one table of a database.
        member: the same for members.
    """

    household: tuple[str, ...]
    member: tuple[str, ...]


Source = Rows | Iterable[Rows] | Standing


class Calculation(Protocol):
    """One engine at work, between opening and closing.

    Attributes:
        dialect: the SQL it speaks.
        parts: into how many parts the answers are cut, because they do not fit into memory together; 1 mostly.
    """

    dialect: str
    parts: int

    def fill(self, source: Source, columns: Mapping[str, Sequence[str]]) -> int:
        """Make the tables ``household`` and ``member`` with these columns; return the number of rows, -1: many."""

    def take(self, part: int) -> None:
        """Let the tables hold the part of this number, or ``EVERYTHING``."""

    def keep(self, name: str, sql: str, /) -> bool:
        """Keep the result of a query in memory under a name; False when this engine had better ask again."""

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the names of the columns and the rows of a query."""

    def close(self) -> None:
        """Leave nothing behind."""


def numbered(batches: Rows | Iterable[Rows], columns: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, list[Any]]]:
    """Yield ``(table, rows)``: tuples of the key and the answers, blanks as ``""``; households before their members.

    A member without its household cannot be placed; it is left out, like the voided submission it belongs to.
    """
    for batch, keys in keyed(batches):
        yield "household", _tuples(batch.household, keys, columns["household"])
        yield "member", _tuples((row for row in batch.member if row[SUBMISSION] in keys), keys, columns["member"])


def keyed(batches: Rows | Iterable[Rows]) -> Iterator[tuple[Rows, dict[str, int]]]:
    """Yield each batch with a number for each of its submissions."""
    total = 0
    for batch in [batches] if isinstance(batches, Rows) else batches:
        yield batch, {row[SUBMISSION]: total + number for number, row in enumerate(batch.household)}
        total += len(batch.household)


def _tuples(rows: Iterable[Mapping[str, str]], keys: Mapping[str, int], columns: Sequence[str]) -> list[Any]:
    return [(keys[row[SUBMISSION]], *(row.get(name) or "" for name in columns)) for row in rows]


def looked_at(source: str, there: Iterable[str], columns: Sequence[str], dialect: str) -> str:
    """Return the query that shows a table of answers in the shape the SQL reads; questions it lacks are blank."""
    known = set(there)
    shown = [f"{quoted(SUBMISSION, dialect)} AS {quoted(KEY, dialect)}"]
    for name in columns:
        text = f"COALESCE(CAST({quoted(name, dialect)} AS {_TEXT[dialect]}), '')" if name in known else "''"
        shown.append(f"{text} AS {quoted(name, dialect)}")
    return f"SELECT {', '.join(shown)} FROM {source}"


_TEXT = {"duckdb": "VARCHAR", "sqlite": "TEXT", "postgres": "TEXT", "pyspark": "STRING"}


def not_installed(engine: str, extra: str, error: ImportError) -> SurveyAppError:
    """Return the failure to be raised when the libraries of an engine are missing."""
    message = _("The engine “{engine}” is not installed: the module {module} is missing.")
    hint = _("Install it with: pip install “survey-app[{extra}]”. The engine “duckdb” needs nothing more.")
    return SurveyAppError("IND-05", message.format(engine=engine, module=error.name or extra), hint.format(extra=extra))
