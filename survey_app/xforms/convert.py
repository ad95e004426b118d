"""XLSForm workbook to XForm XML. The only place that loads pyxform."""

from __future__ import annotations

import contextlib
import io
import logging
from pathlib import Path

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.xforms.errors import FormError
from survey_app.xforms.faults import faults_of_conversion
from survey_app.xforms.workbook import Sheet, faults_of_workbook

SUFFIXES = frozenset((".xlsx", ".xls", ".xlsm", ".csv", ".md"))
"""File names that are taken for XLSForm workbooks."""


def xlsform_to_xform(path: str | Path) -> str:
    """Convert a workbook.

    Args:
        path: an .xlsx, .xls, .csv or .md file.

    Returns:
        The XForm as XML text.

    Raises:
        FormError: the workbook has faults; all that were found are listed.
        SurveyAppError: the file cannot be read.
    """
    source = Path(path)
    if not source.is_file():
        raise SurveyAppError("FRM-02", _("The form “{name}” cannot be found.").format(name=source.name))
    faults = faults_of_workbook(*read_sheets(source))
    if faults:
        raise FormError(faults)
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    logging.getLogger("pyxform").setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            result = convert(xlsform=_given(source), validate=False, pretty_print=False, warnings=[], form_name="data")
    except PyXFormError as error:
        raise FormError(faults_of_conversion(str(error))) from error
    except RecursionError as error:
        raise FormError(faults_of_conversion(_("Groups are nested too deeply."))) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _unreadable(source) from error
    return str(result.xform)


def read_sheets(source: Path) -> tuple[Sheet, Sheet, Sheet]:
    """Return the rows of the sheets ``survey``, ``choices`` and ``settings`` below their headings.

    Raises:
        FormError: there is no sheet ``survey``.
        SurveyAppError: the file cannot be read.
    """
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform

    try:
        book = get_xlsform(_given(source))
    except PyXFormError as error:
        raise FormError(faults_of_conversion(str(error))) from error
    except Exception as error:  # a damaged file fails in many ways inside the libraries that read it
        raise _unreadable(source) from error
    return book.survey or [], book.choices or [], book.settings or []


def _given(source: Path) -> str | Path:
    return source.read_text(encoding="utf-8-sig") if source.suffix.lower() == ".md" else source


def _unreadable(source: Path) -> SurveyAppError:
    return SurveyAppError(
        "FRM-03",
        _("The workbook “{name}” cannot be read.").format(name=source.name),
        _("Open it in Excel, save it as .xlsx and try again."),
    )
