"""Engines: what runs the SQL. One definition of an indicator, the same counts on each."""

from __future__ import annotations

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.engines.base import EVERYTHING, Calculation, Engine, Source, Standing

ENGINES = ("duckdb", "sqlite", "postgres", "spark")

__all__ = ["ENGINES", "EVERYTHING", "Calculation", "Engine", "Source", "Standing", "check_engine", "opened"]


def check_engine(name: str) -> None:
    """Refuse an engine that does not exist.

    Raises:
        SurveyAppError: naming those that do.
    """
    if name not in ENGINES:
        message = _("The engine “{engine}” is not available.").format(engine=name)
        raise SurveyAppError("IND-04", message, _("Available: {names}.").format(names=", ".join(ENGINES)))


def opened(engine: Engine) -> Calculation:
    """Return an engine at work; the caller closes it.

    Raises:
        SurveyAppError: it does not exist, is not installed or cannot be reached.
    """
    check_engine(engine.name)
    if engine.name == "sqlite":
        return _in_place(engine)
    if engine.name == "postgres":
        from survey_app.indicators.engines.postgres import Postgres

        return Postgres(engine.database)
    if engine.name == "spark":
        from survey_app.indicators.engines.spark import Spark

        return Spark(engine.master, engine.options)
    from survey_app.indicators.engines.in_memory import InMemory

    return InMemory()


def _in_place(engine: Engine) -> Calculation:
    from survey_app.indicators.engines.in_place import InPlace

    if engine.store is None:
        message = _("The engine “sqlite” computes in a store, and these answers stand in files.")
        raise SurveyAppError("IND-04", message, _("Choose the engine “duckdb” or “spark”."))
    return InPlace(engine.store)
