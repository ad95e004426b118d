"""Tables as Parquet: typed columns, streamed, with the labels in the codebook beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from survey_app.reports.tables.files import Parts
from survey_app.reports.tables.typed import Staged, stage
from survey_app.reports.tables.variables import Level, Row


def write_parquet(files: Parts, levels: Sequence[Level], rows: Iterator[Row]) -> list[Staged]:
    """Write a Parquet file a level, compressed with zstd; return how the levels were typed."""
    staged = stage(files, levels, rows, guess=False)
    for each in staged:
        target = str(files.new(f"{each.level.name}.parquet")).replace("'", "''")
        options = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
        each.connection.execute(f"COPY ({each.select()}) TO '{target}' ({options})")
    return staged
