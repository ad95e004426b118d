"""PostgreSQL: answers loaded into temporary tables of one session, or the office's own tables.

The password comes from the environment (``PGPASSWORD``), never from an argument, and appears in no message.
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.dialects import quoted
from survey_app.indicators.engines.base import KEY, TABLES, Source, Standing, looked_at, not_installed, numbered

_WRONG_PASSWORD = frozenset({"28P01", "28000"})
_ROWS_AT_ONCE = 5000
_TIMEOUT_S = 600


class Postgres:
    """A calculation on a PostgreSQL server."""

    dialect = "postgres"
    parts = 1

    def __init__(self, address: str = "") -> None:
        self._connection = _connect(address)

    def fill(self, source: Source, columns: Mapping[str, Sequence[str]]) -> int:
        """See ``Calculation``."""
        if isinstance(source, Standing):
            return self._look_at(source, columns)
        for table in TABLES:
            declared = "".join(f", {quoted(name)} TEXT NOT NULL" for name in columns[table])
            self._run(f"CREATE TEMP TABLE {table} ({KEY} BIGINT NOT NULL{declared})")
        count = 0
        for table, rows in numbered(source, columns):
            for start in range(0, len(rows), _ROWS_AT_ONCE):
                self._copy(table, rows[start : start + _ROWS_AT_ONCE])
            count += len(rows)
        for table in TABLES:
            self._run(f"ANALYZE {table}")
        return count

    def _copy(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        lines = ("\t".join(_copied(str(value)) for value in row) + "\n" for row in rows)
        with _server_failures():
            self._connection.run(f"COPY {table} FROM STDIN", stream=io.BytesIO("".join(lines).encode()))

    def _look_at(self, source: Standing, columns: Mapping[str, Sequence[str]]) -> int:
        for table, names in zip(TABLES, (source.household, source.member), strict=True):
            (name,) = names
            own = ".".join(quoted(part) for part in name.split("."))
            there, _rows = self.ask(f"SELECT * FROM {own} LIMIT 0")
            self._run(f"CREATE TEMP VIEW {table} AS {looked_at(own, there, columns[table], self.dialect)}")
        return -1

    def take(self, part: int) -> None:
        """See ``Calculation``."""

    def keep(self, name: str, sql: str) -> bool:
        """See ``Calculation``."""
        self._run(f"CREATE TEMP TABLE {quoted(name)} AS {sql}")
        return True

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """See ``Calculation``."""
        with _server_failures():
            rows = self._connection.run(sql)
            return [str(column["name"]) for column in self._connection.columns], [tuple(row) for row in rows]

    def _run(self, sql: str) -> None:
        with _server_failures():
            self._connection.run(sql)

    def close(self) -> None:
        """See ``Calculation``."""
        self._connection.close()


def _copied(text: str) -> str:
    """Return a text as COPY reads it."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replace("\0", "")


@contextlib.contextmanager
def _server_failures() -> Iterator[None]:
    """Say what a failure of the server means; the words of the server may hold answers and are left out."""
    from pg8000.exceptions import Error

    try:
        yield
    except (Error, OSError) as error:
        message = _("PostgreSQL could not work the figures out ({reason}).").format(reason=_reason(error))
        hint = _("Check that the server runs and has room; the answers in the store are unchanged.")
        raise SurveyAppError("IND-08", message, hint) from None


def _reason(error: Exception) -> str:
    told = error.args[0] if error.args else ""
    return f"SQLSTATE {told.get('C', '?')}" if isinstance(told, dict) else type(error).__name__


def _connect(address: str) -> Any:
    """Return a connection of pg8000.

    Raises:
        SurveyAppError: pg8000 is not installed, the address cannot be used, the server does not answer, or it refuses.
    """
    try:
        from pg8000 import native
        from pg8000.exceptions import DatabaseError, InterfaceError
    except ImportError as error:
        raise not_installed("postgres", "postgres", error) from error
    wanted = _wanted(address)
    try:
        return native.Connection(**wanted)
    except DatabaseError as error:
        told = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        if told.get("C") in _WRONG_PASSWORD:
            message = _("The PostgreSQL server does not let the user “{user}” in.").format(user=wanted["user"])
            hint = _("Set the password in the environment variable PGPASSWORD; it is never shown or written down.")
            raise SurveyAppError("IND-07", message, hint) from None
        message = _("The PostgreSQL server refused the connection ({reason}).").format(reason=_reason(error))
        raise SurveyAppError("IND-07", message, _("Check the name of the database and of the user.")) from None
    except (InterfaceError, OSError) as error:
        message = _("The PostgreSQL server at {host}, port {port}, does not answer.")
        hint = _("Check that it runs and can be reached from here. The answers in the store are unchanged.")
        raise SurveyAppError("IND-06", message.format(host=wanted["host"], port=wanted["port"]), hint) from error


def _wanted(address: str) -> dict[str, Any]:
    """Return what pg8000 needs to know, from the address and what the environment says besides."""
    if address and not address.startswith(("postgresql://", "postgres://")):
        message = _("“{address}” is no address of a PostgreSQL server.").format(
            address=address.rsplit("@", maxsplit=1)[-1]
        )
        raise SurveyAppError("IND-06", message, _("Write it so: postgresql://user@host:5432/database"))
    parts = urlsplit(address)
    if parts.password:
        message = _("The address of the server holds a password, where other programs can read it.")
        hint = _("Leave it out there and set it in the environment variable PGPASSWORD.")
        raise SurveyAppError("IND-07", message, hint)
    host = parts.hostname or os.environ.get("PGHOST", "localhost")
    wanted: dict[str, Any] = {
        "host": host,
        "port": parts.port or int(os.environ.get("PGPORT", "5432")),
        "user": unquote(parts.username or "") or os.environ.get("PGUSER", "postgres"),
        "database": parts.path.lstrip("/") or os.environ.get("PGDATABASE", "postgres"),
        "password": os.environ.get("PGPASSWORD"),
        "application_name": "survey-app",
        "timeout": _TIMEOUT_S,
    }
    if host.startswith("/"):
        wanted["unix_sock"] = f"{host}/.s.PGSQL.{wanted['port']}"
    return wanted
