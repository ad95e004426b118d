"""Time, failures, progress, the log."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

from survey_app import log
from survey_app.clock import VIETNAM, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.progress import SILENT


def test_a_moment_is_written_with_milliseconds_and_offset() -> None:
    moment = dt.datetime(2026, 11, 21, 14, 32, 7, 123456, VIETNAM)
    assert stamp(moment) == "2026-11-21T14:32:07.123+07:00"


def test_the_clock_knows_its_zone_and_survives_being_written() -> None:
    now = system_clock()
    assert now.tzinfo is not None
    assert dt.datetime.fromisoformat(stamp(now)) == now


def test_a_failure_is_read_as_message_hint_and_code() -> None:
    failure = SurveyAppError("STO-99", "The disk is full.", "Free some space.")
    assert str(failure) == "The disk is full. Free some space. [STO-99]"
    assert str(SurveyAppError("STO-99", "The disk is full.")) == "The disk is full. [STO-99]"


def test_progress_may_go_unwatched() -> None:
    SILENT.step(1, 2, "x")


def test_the_log_is_a_file_of_its_own(tmp_path: Path) -> None:
    logger = logging.getLogger("survey_app")
    before = list(logger.handlers)
    log.start_log(tmp_path / "log")
    (added,) = set(logger.handlers) - set(before)
    logger.getChild("store").info("opened")
    logger.removeHandler(added)
    added.close()
    assert "INFO survey_app.store: opened" in (tmp_path / "log" / "survey-app.log").read_text(encoding="utf-8")
