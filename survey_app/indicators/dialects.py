"""The SQL that each engine speaks: one ibis expression, compiled without connecting to anything."""

from __future__ import annotations

from functools import cache
from typing import Any

import ibis
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.postgres import PostgresCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.backends.sql.compilers.sqlite import SQLiteCompiler

MATERIALIZED = {"sqlite": "MATERIALIZED ", "postgres": "MATERIALIZED "}
"""What keeps these engines from putting the expressions of a layer into the layer above again and again."""


class _SQLite(SQLiteCompiler):  # type: ignore[misc]
    """SQLite casts whatever it gets; only texts that are numbers come so far."""

    UNSUPPORTED_OPS = ()  # what SQLite lacks stays without a rule, only not this one

    def visit_TryCast(self, _op: Any, *, arg: Any, to: Any) -> Any:  # ibis finds visitors by name
        return self.cast(arg, to)


class _SparkOptions(ibis.config.Config):  # type: ignore[misc]
    """What ibis' Spark backend would bring, which needs Spark itself."""

    treat_nan_as_null: bool = False


def compiled(expr: Any, dialect: str) -> str:
    """Return the SQL of an ibis expression in ``"duckdb"``, ``"sqlite"``, ``"postgres"`` or ``"pyspark"``."""
    return str(_compiler(dialect).to_sqlglot(expr).sql(dialect))


@cache
def _compiler(dialect: str) -> Any:
    if dialect == "pyspark" and ibis.options.pyspark is None:
        ibis.options.pyspark = _SparkOptions()
    makers = {"duckdb": DuckDBCompiler, "sqlite": _SQLite, "postgres": PostgresCompiler, "pyspark": PySparkCompiler}
    return makers[dialect]()


def quoted(name: str, dialect: str = "duckdb") -> str:
    """Return a name as SQL writes it."""
    mark = "`" if dialect == "pyspark" else '"'
    return mark + name.replace(mark, mark * 2) + mark
