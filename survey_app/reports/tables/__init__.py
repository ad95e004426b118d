"""Answers as tables for other programs: levels and variables of a form, a writer a format, a codebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from survey_app.reports.tables.codebook import NAME as CODEBOOK
from survey_app.reports.tables.codebook import write_codebook
from survey_app.reports.tables.coded import Coded
from survey_app.reports.tables.files import Parts, parts
from survey_app.reports.tables.plain import write_csv, write_jsonl, write_xlsx
from survey_app.reports.tables.variables import Layout, Level, Row, Variable, layout_of

__all__ = [
    "CODEBOOK",
    "FORMATS",
    "Layout",
    "Level",
    "Parts",
    "Row",
    "Variable",
    "layout_of",
    "parts",
    "write_codebook",
    "write_tables",
]

FORMATS = ("csv", "xlsx", "parquet", "stata", "spss", "r", "jsonl", "sqlite")


def write_tables(
    files: Parts, format: str, levels: Sequence[Level], rows: Iterator[Row]
) -> Mapping[str, Sequence[Coded]]:
    """Write all tables in a format; return, where it has names and numbers of its own, the columns of each level.

    CSV, JSON Lines, Parquet and SQLite stream: memory does not grow with the rows. In the other formats a table stands
    in memory while it is written.
    """
    if format in ("csv", "jsonl", "xlsx"):
        {"csv": write_csv, "jsonl": write_jsonl, "xlsx": write_xlsx}[format](files, levels, rows)
        return {}
    if format == "parquet":
        from survey_app.reports.tables.parquet import write_parquet

        write_parquet(files, levels, rows)
        return {}
    if format == "sqlite":
        from survey_app.reports.tables.database import write_sqlite

        write_sqlite(files, levels, rows)
        return {}
    if format == "r":
        from survey_app.reports.tables.rds import write_rds as write
    elif format == "stata":
        from survey_app.reports.tables.statistics import write_stata as write
    else:
        from survey_app.reports.tables.statistics import write_spss as write
    return dict(zip([level.name for level in levels], write(files, levels, rows), strict=True))
