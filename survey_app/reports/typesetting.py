"""Pages from a template and data: the one place that knows the typesetter.

Typst makes tagged PDF (PDF/UA-1), which screen readers can follow. Templates lie in ``resources/typesetting``; what
they say comes in as data, never as source, so no answer or label can be taken for a command. Fonts are the program's
own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from survey_app import paths
from survey_app.disk import write_durably
from survey_app.errors import SurveyAppError
from survey_app.i18n import _

PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
"""Endings of the pictures that can be set."""


def typeset(template: str, data: Any, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """Return a tagged PDF; equal data give equal files, because templates leave the moment out.

    Args:
        template: name of a template without ``.typ``.
        data: what JSON can hold; the template reads it as ``data.json`` from its inputs.
        pictures: content by file name; the template finds them under ``/pictures``.

    Raises:
        RuntimeError: the template and the data do not fit; a fault of the program.
    """
    source = (paths.resources() / "typesetting" / f"{template}.typ").read_bytes()
    beside = {f"pictures/{name}": content for name, content in (pictures or {}).items()}
    said = {"data": json.dumps(data, ensure_ascii=False)}
    return _compiled({"main.typ": source, **beside}, sys_inputs=said, pdf_standards=["ua-1"])


def _compiled(files: Mapping[str, bytes], **options: Any) -> bytes:
    """Return the PDF of ``main.typ``; nothing but these files can be read."""
    import typst

    fonts = [paths.resources() / "fonts", paths.resources() / "typesetting" / "fonts"]
    given: Any = dict(files)  # the stubs do not know that files may be given by name
    pages: bytes = typst.compile(given, format="pdf", font_paths=fonts, ignore_system_fonts=True, **options)
    return pages


def settable(pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the pictures that can be set: a damaged one must not keep a paper from being printed."""
    import typst

    found = {}
    for name, content in pictures.items():
        alone = f"alone{Path(name).suffix.lower()}"
        if not alone.endswith(PICTURES):
            continue
        try:
            _compiled({"main.typ": f'#image("{alone}")'.encode(), alone: content})
        except typst.TypstError:
            continue
        found[name] = content
    return found


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
