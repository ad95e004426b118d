"""Reports: one format-free report, charts, and a writer for each format."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from survey_app.disk import sync_file
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.reports.model import Report

if TYPE_CHECKING:
    from survey_app.reports.template import Template

FORMATS = ("docx", "pdf", "xlsx", "csv")

__all__ = ["FORMATS", "Report", "check_format", "write"]


def check_format(format: str) -> None:
    """Refuse a format that cannot be written.

    Raises:
        SurveyAppError: naming those that can.
    """
    if format not in FORMATS:
        message = _("Reports cannot be written as “{format}”.").format(format=format)
        raise SurveyAppError("REP-01", message, _("Available: {names}.").format(names=", ".join(FORMATS)))


def write(report: Report, format: str, path: Path, template: Template | None = None) -> Path:
    """Write a report in one step: a failure leaves what was there before.

    Args:
        report: what it says.
        format: one of ``FORMATS``.
        path: file; for ``csv`` a folder, or a file ending in ``.csv`` for the summary alone.
        template: the office's own for ``docx``, and for the words of the office in ``pdf``; None: the program's.

    Returns:
        Where it is.

    Raises:
        SurveyAppError: the format is not available or the place cannot be written to.
    """
    check_format(format)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _forget(part)
        _writer(format, template)(report, part)
        _settle(part, path)
    except OSError as error:
        message = _("The report could not be written to {path}.").format(path=path)
        hint = _("Close the file if another program shows it, or choose another folder. Nothing else was changed.")
        raise SurveyAppError("REP-02", message, hint) from error
    finally:
        with contextlib.suppress(OSError):
            _forget(part)
    return path


def _writer(format: str, template: Template | None) -> Callable[[Report, Path], None]:
    if format == "docx":
        from survey_app.reports.document import write_docx

        return lambda report, path: write_docx(report, path, template)
    if format == "pdf":
        from survey_app.reports.pages import write_pdf

        return lambda report, path: write_pdf(report, path, template)
    if format == "csv":
        from survey_app.reports.plain import write_csv

        return write_csv
    from survey_app.reports.spreadsheet import write_xlsx

    return write_xlsx


def _settle(part: Path, path: Path) -> None:
    """Give what was written its name; files of an older report in the same folder are replaced one by one."""
    if not part.is_dir():
        sync_file(part)
        part.replace(path)
        return
    path.mkdir(exist_ok=True)
    for written in part.iterdir():
        written.replace(path / written.name)


def _forget(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part)
    else:
        part.unlink(missing_ok=True)
