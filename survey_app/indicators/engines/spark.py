"""Apache Spark: for a ministry whose answers outgrow one machine; the same SQL over Parquet files.

What Spark writes to the disks of its workers while it computes (shuffles, spills) is encrypted by it.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.dialects import quoted
from survey_app.indicators.engines.base import KEY, TABLES, Source, Standing, looked_at, not_installed, numbered

SETTINGS = {
    "spark.io.encryption.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.log.level": "OFF",
    "spark.sql.maxPlanStringLength": "10000",
    "spark.cores.max": "",
}
"""What is asked of Spark unless the caller says otherwise; a blank leaves it to the cluster."""
_WAIT_S = 60


class Spark:
    """A calculation on a Spark cluster, or on this machine alone."""

    dialect = "pyspark"
    parts = 1

    def __init__(self, master: str = "", options: Mapping[str, str] | None = None) -> None:
        self._session = _session(master, {**SETTINGS, **(options or {})})

    def fill(self, source: Source, columns: Mapping[str, Sequence[str]]) -> int:
        """See ``Calculation``."""
        with _cluster_failures():
            if isinstance(source, Standing):
                return self._look_at(source, columns)
            rows: dict[str, list[Any]] = {table: [] for table in TABLES}
            for table, arriving in numbered(source, columns):
                rows[table] += arriving
            for table in TABLES:
                declared = ", ".join([f"{KEY} BIGINT", *(f"{quoted(c, self.dialect)} STRING" for c in columns[table])])
                self._session.createDataFrame(rows[table], declared).createOrReplaceTempView(table)
            return sum(map(len, rows.values()))

    def _look_at(self, source: Standing, columns: Mapping[str, Sequence[str]]) -> int:
        for table, files in zip(TABLES, (source.household, source.member), strict=True):
            read = self._session.read.option("mergeSchema", "true").parquet(*files)
            read.createOrReplaceTempView(f"read_{table}")
            shown = looked_at(f"read_{table}", read.columns, columns[table], self.dialect)
            self._session.sql(shown).createOrReplaceTempView(table)
        return -1

    def take(self, part: int) -> None:
        """See ``Calculation``."""

    def keep(self, _name: str, _sql: str) -> bool:
        """See ``Calculation``: Spark had better ask again than hold a province in one place."""
        return False

    def ask(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """See ``Calculation``."""
        with _cluster_failures():
            found = self._session.sql(sql)
            return list(found.columns), [tuple(row) for row in found.collect()]

    def close(self) -> None:
        """See ``Calculation``."""
        with contextlib.suppress(Exception):  # the master may be gone by now, and there is nothing left to lose
            self._session.stop()


@contextlib.contextmanager
def _cluster_failures() -> Iterator[None]:
    """Say what a failure of the cluster means; its words may hold answers and are left out."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError) as error:
        condition = getattr(error, "getCondition", lambda: "")() or type(error).__name__
        message = _("Spark could not work the figures out ({reason}).").format(reason=condition)
        hint = _("Check that the cluster runs, has workers and can read the files. The answers are unchanged.")
        raise SurveyAppError("IND-10", message, hint) from None


def _session(master: str, settings: Mapping[str, str]) -> Any:
    """Return a session of Spark.

    Raises:
        SurveyAppError: pyspark or Java is not installed, or the master does not answer.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pyspark warns of what it will change itself
            from pyspark.errors import PySparkException
            from pyspark.sql import SparkSession
    except ImportError as error:
        raise not_installed("spark", "spark", error) from error
    from py4j.protocol import Py4JError

    _reach(master)
    logging.getLogger("py4j").setLevel(logging.ERROR)
    builder = SparkSession.builder.master(master or "local[*]").appName("survey-app")
    for name, value in settings.items():
        builder = builder.config(name, value) if value else builder
    try:
        return builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        message = _("Spark could not be started ({reason}).").format(reason=type(error).__name__)
        hint = _("It needs Java 17 or newer (JAVA_HOME) and a master of the same version.")
        raise SurveyAppError("IND-09", message, hint) from error


def _reach(master: str) -> None:
    """Try the masters of a standalone cluster before Spark does, which would go on trying for minutes.

    Raises:
        SurveyAppError: no master answers.
    """
    import socket

    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _colon, port = address.rpartition(":")
        with contextlib.suppress(OSError, ValueError), socket.create_connection((host, int(port)), timeout=_WAIT_S):
            return
    message = _("The Spark master {master} does not answer.").format(master=master)
    raise SurveyAppError("IND-09", message, _("Check its address and port (spark://host:7077) and that it runs."))
