"""Pages from a template and data: the one place that knows the typesetter.

Typst makes tagged PDF (PDF/UA-1), which screen readers can follow. Templates lie in ``resources/typesetting``; what
they say comes in as data, never as source, so no answer or label can be taken for a command. Fonts are the program's
own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from survey_app import paths
from survey_app.disk import write_durably
from survey_app.errors import SurveyAppError
from survey_app.i18n import _


def typeset(template: str, data: Any) -> bytes:
    """Return a tagged PDF; equal data give equal files, because templates leave the moment out.

    Args:
        template: name of a template without ``.typ``.
        data: what JSON can hold; the template reads it as ``data.json`` from its inputs.

    Raises:
        RuntimeError: the template and the data do not fit; a fault of the program.
    """
    import typst

    folder = paths.resources() / "typesetting"
    pages: bytes = typst.compile(
        folder / f"{template}.typ",
        format="pdf",
        font_paths=[paths.resources() / "fonts"],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return pages


def write_pages(pages: bytes, path: Path) -> Path:
    """Write a document in one step; a failure leaves what was there before.

    Returns:
        Where it is.

    Raises:
        SurveyAppError: the place cannot be written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, pages)
    except OSError as error:
        message = _("The document could not be written to {path}.").format(path=path)
        hint = _("Close the file if another program shows it, or choose another folder. Nothing else was changed.")
        raise SurveyAppError("REP-03", message, hint) from error
    return path
