"""Templates that an office changes in Word: what stands in double braces is filled in, all other words stay.

``{{place}}`` within a text becomes its value, in capitals where it is written in capitals. A block, such as
``{{results}}``, stands alone in its paragraph and becomes tables, words and charts. Each has an English and a
Vietnamese name, with or without tone marks. Faults are found all at once, each with what is wrong and where.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.reports.model import Report
from survey_app.reports.official import BLOCKS, FIELDS, PARTS, mark_of, official_template
from survey_app.text import fold

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_NAMES = {fold(word): name for name, said in {**FIELDS, **BLOCKS}.items() for word in (name, said)}
_MARK = re.compile(r"\{\{([^{}]*)\}\}")
_HALF = re.compile(r"\{\{|\}\}")
MOST_BYTES = 20 * 1024 * 1024


class TemplateError(SurveyAppError):
    """A template cannot be used; every fault is told.

    Attributes:
        faults: ``(where, what)``.
    """

    def __init__(self, name: str, faults: tuple[tuple[str, str], ...]) -> None:
        """Word the faults of the file ``name``."""
        self.faults = faults
        message = _("The template {name} cannot be used.").format(name=name)
        told = "\n".join(f"{where}: {what}" if where else what for where, what in faults)
        hint = _("Correct it in Word and save it; no report was written.")
        super().__init__("REP-04", f"{message}\n{told}", hint)


@dataclass(frozen=True)
class Template:
    """A checked template.

    Attributes:
        name: of its file, for messages.
        content: the Word document.
    """

    name: str
    content: bytes

    def document(self) -> Document:
        """Return it as a document to be filled in."""
        import docx

        return docx.Document(io.BytesIO(self.content))


def load_template(path: Path | None = None) -> Template:
    """Read and check a template; without a path the one that comes with the program.

    Raises:
        TemplateError: it is no Word document, or something in it cannot be filled in.
    """
    if path is None:
        return Template("", official_template())
    template = Template(path.name, _read(path))
    try:
        document = template.document()
    except Exception as error:  # python-docx raises whatever it stumbles over in a damaged file
        raise TemplateError(path.name, (("", _("It is no Word document (.docx), or it is damaged.")),)) from error
    faults = tuple(_faults(document))
    if faults:
        raise TemplateError(path.name, faults)
    return template


def _read(path: Path) -> bytes:
    """Return the bytes of a Word document without macros.

    Raises:
        TemplateError: it cannot be read, or is none.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise TemplateError(path.name, (("", _("It is larger than 20 MB.")),))
        content = path.read_bytes()
    except OSError as error:
        raise TemplateError(path.name, (("", _("The file cannot be read.")),)) from error
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sizes = {one.filename: one.file_size for one in packed.infolist()}
    except zipfile.BadZipFile as error:
        words = _("It is no Word document (.docx). Open it in Word and save it as “Word Document (*.docx)”.")
        raise TemplateError(path.name, (("", words),)) from error
    if "word/document.xml" not in sizes or sum(sizes.values()) > 10 * MOST_BYTES:
        raise TemplateError(path.name, (("", _("It is no Word document (.docx), or it is damaged.")),))
    if "word/vbaProject.bin" in sizes:
        words = _("It holds macros, which are not run. Save it as “Word Document (*.docx)”.")
        raise TemplateError(path.name, (("", words),))
    return content


def name_of(mark: str) -> str:
    """Return the field or block that a text in braces names, ``""`` when there is none."""
    return _NAMES.get(fold(" ".join(mark.split())), "")


def block_of(paragraph: Paragraph) -> str:
    """Return the block that a paragraph stands for, ``""`` when it is none."""
    found = _MARK.fullmatch(paragraph.text.strip())
    name = name_of(found.group(1)) if found else ""
    return name if name in BLOCKS else ""


def _faults(document: Document) -> Iterator[tuple[str, str]]:
    blocks: set[str] = set()
    for where, paragraph, is_body in paragraphs(document):
        text = paragraph.text
        block = block_of(paragraph)
        if block:
            if not is_body:
                yield where, _("{{{{{name}}}}} must stand outside tables, headers and footers.").format(name=block)
            elif block in blocks:
                yield where, _("{{{{{name}}}}} stands there a second time.").format(name=block)
            blocks.add(block)
            continue
        for mark in _MARK.findall(text):
            yield from ((where, what) for what in _wrong(mark))
        if _HALF.search(_MARK.sub("", text)):
            yield where, _("Braces do not match in “{text}”.").format(text=_short(text))
    if "results" not in blocks:
        words = _("Nowhere stands {block} in a paragraph of its own, so there would be no figures.")
        yield "", words.format(block=mark_of("results"))


def _wrong(mark: str) -> Iterator[str]:
    name = name_of(mark)
    if name in BLOCKS:
        yield _("{{{{{name}}}}} must be the only thing in its paragraph.").format(name=mark)
    elif not name:
        from rapidfuzz import process

        likely = process.extractOne(fold(mark), list(_NAMES), score_cutoff=70)
        if likely is None:
            names = ", ".join(FIELDS | BLOCKS)
            yield _("There is no {{{{{name}}}}}. There are: {names}.").format(name=mark, names=names)
        else:
            meant = _NAMES[likely[0]]
            yield _("There is no {{{{{name}}}}}. Is {{{{{meant}}}}} meant?").format(name=mark, meant=meant)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def paragraphs(document: Document) -> Iterator[tuple[str, Paragraph, bool]]:
    """Yield each paragraph with the place where a person finds it, and whether it stands in the body itself."""
    for number, paragraph in enumerate(document.paragraphs, start=1):
        place = _("paragraph {number} (“{text}”)").format(number=number, text=_short(paragraph.text))
        yield place, paragraph, True
    for number, table in enumerate(document.tables, start=1):
        yield from _in_table(table, _("table {number}").format(number=number))
    for number, section in enumerate(document.sections, start=1):
        for part in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            if part.is_linked_to_previous:
                continue
            place = _("header or footer of section {number}").format(number=number)
            for paragraph in part.paragraphs:
                yield place, paragraph, False
            for table in part.tables:
                yield from _in_table(table, place)


def _in_table(table: Any, place: str) -> Iterator[tuple[str, Paragraph, bool]]:
    seen = set()
    for row_number, row in enumerate(table.rows, start=1):
        for column_number, cell in enumerate(row.cells, start=1):
            if cell._tc in seen:
                continue
            seen.add(cell._tc)
            where = _("{place}, row {row}, column {column}").format(place=place, row=row_number, column=column_number)
            for paragraph in cell.paragraphs:
                yield where, paragraph, False
            for inner in cell.tables:
                yield from _in_table(inner, where)


# --- filling in ------------------------------------------------------------------------------------------------------


def fields(report: Report) -> dict[str, str]:
    """Return the values of ``FIELDS``."""
    day = report.day
    month = (
        f"{day.month:02d}" if day.month < 3 else str(day.month)
    )  # decree 30/2020: 0 before days < 10, months 1 and 2
    return {
        "title": report.title,
        "subtitle": report.subtitle,
        "place": report.place,
        "day": f"{day.day:02d}",
        "month": month,
        "year": str(day.year),
        "made": report.made,
    }


def fill(document: Document, values: Mapping[str, str]) -> None:
    """Fill in what stands in braces within texts; blocks stay."""
    for _where, paragraph, _is_body in paragraphs(document):
        if "{{" in paragraph.text and not block_of(paragraph):
            _fill_paragraph(paragraph, values)


def _fill_paragraph(paragraph: Paragraph, values: Mapping[str, str]) -> None:
    """Word cuts a text into runs wherever it likes; the value takes the look of the run that its braces begin in."""
    runs = paragraph.runs
    for found in reversed(list(_MARK.finditer("".join(run.text for run in runs)))):
        mark = found.group(1)
        value = values[name_of(mark)]
        left, at = (value.upper() if mark.strip().isupper() else value), 0
        for run in runs:
            text = run.text
            start, end = max(found.start() - at, 0), min(found.end() - at, len(text))
            if start < end:
                run.text = text[:start] + left + text[end:]
                left = ""
            at += len(text)


def office_words(template: Template, values: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the paragraphs of each of ``PARTS``, filled in: what the PDF takes over from the template."""
    document = template.document()
    fill(document, values)
    names = {style: part for part, style in PARTS.items()}
    found: dict[str, list[str]] = {part: [] for part in PARTS}
    for _where, paragraph, _is_body in paragraphs(document):
        part = names.get(paragraph.style.name if paragraph.style is not None else "")
        if part and (paragraph.text.strip() or part == "signatory"):
            found[part].append(paragraph.text.strip())
    return found
