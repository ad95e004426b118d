"""A report as a Word document: a template filled in, by default the one of ``survey_app.reports.official``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from survey_app.reports.charts import Chart, picture, ranked_bars
from survey_app.reports.model import Report
from survey_app.reports.official import CAPTION, CELL, FIGURE, GROUP, HEAD, NOTE, REMARK, SUBHEADING, TEXT, add_styles
from survey_app.reports.pieces import Drawing, Grid, Piece, Words, pieces
from survey_app.reports.template import Template, block_of, fields, fill, load_template

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_DPI = 220
_CHART_PX = 900
_EMU_A_TWIP = 635
_STYLE_OF = {"heading": SUBHEADING, "text": TEXT, "note": NOTE}
_INK = {"met": "146341", "not_met": "A8201A", "inconclusive": "744A00"}
_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def write_docx(report: Report, path: Path, template: Template | None = None) -> None:
    """Write the report into a template.

    What the reader must know first stands before the figures even where a template has no place for it.
    """
    template = template or load_template()
    document = template.document()
    add_styles(document)
    places = {block_of(one): one for one in document.paragraphs if block_of(one)}
    fill(document, fields(report))
    said = pieces(report)
    if "notes" not in places:
        said["results"] = (*said["notes"], *said["results"])
    writer = _Writer(document)
    for block, paragraph in places.items():
        writer.block(paragraph, said[block])
    document.core_properties.title = report.title
    document.core_properties.subject = report.subtitle
    document.core_properties.comments = report.made
    document.core_properties.author = report.place
    with path.open("wb") as file:
        document.save(file)


class _Writer:
    """Writes pieces into one document; knows how wide each of its sections is."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.style_ids = {style.name: style.style_id for style in document.styles}
        self.drawn = 0

    def block(self, paragraph: Paragraph, said: tuple[Piece, ...]) -> None:
        """Put pieces in the place of a paragraph."""
        width = self._width_at(paragraph)
        last: Any = paragraph._element
        for piece in said:
            for element in self._elements(piece, width):
                last.addnext(element)
                last = element
        first = paragraph._element
        if first.pPr is not None and first.pPr.sectPr is not None:
            for run in paragraph.runs:
                run.text = ""  # the end of a section stands in this paragraph
        else:
            self.document.element.body.remove(first)

    def _width_at(self, paragraph: Paragraph) -> int:
        """Return the width between the margins of the section that a paragraph stands in, in EMU."""
        from docx.oxml.ns import qn

        ends = list(self.document.element.body.iter(qn("w:sectPr")))
        order = {element: n for n, element in enumerate(self.document.element.body.iter())}
        here = order[paragraph._element]
        number = next((n for n, end in enumerate(ends) if order[end] > here), len(ends) - 1)
        section = self.document.sections[number]
        sizes = section.page_width, section.left_margin, section.right_margin
        page, left, right = (int(size) if size is not None else 0 for size in sizes)
        return page - left - right if page else 5_940_000

    def _elements(self, piece: Piece, width: int) -> Iterator[Any]:
        from docx.oxml import parse_xml

        if isinstance(piece, Words):
            yield parse_xml(self._paragraph(piece.text, _STYLE_OF[piece.kind]))
        elif isinstance(piece, Grid):
            if piece.title:
                yield parse_xml(self._paragraph(piece.title, CAPTION))
            if piece.note:
                yield parse_xml(self._paragraph(piece.note, REMARK))
            if piece.rows:
                yield parse_xml(self._table(piece, width))
                yield parse_xml(f'<w:p {_NAMESPACE}><w:pPr><w:spacing w:after="0" w:line="120"/></w:pPr></w:p>')
        elif isinstance(piece, Drawing):
            yield parse_xml(self._paragraph(piece.chart.title, CAPTION))
            yield self._picture(piece.chart, width)

    def _paragraph(self, text: str, style: str, ink: str = "") -> str:
        look = f'<w:rPr><w:b/><w:color w:val="{ink}"/></w:rPr>' if ink else ""
        words = f'<w:r>{look}<w:t xml:space="preserve">{escape(_clean(text))}</w:t></w:r>' if text else ""
        style_id = escape(self.style_ids[style], {'"': "&quot;"})
        return f'<w:p {_NAMESPACE}><w:pPr><w:pStyle w:val="{style_id}"/></w:pPr>{words}</w:p>'

    def _table(self, grid: Grid, width: int) -> str:
        """Return a table as XML, in one piece."""
        twips = [round(width / _EMU_A_TWIP * share) for share in grid.widths]
        line = 'w:val="single" w:sz="4" w:space="0" w:color="808080"'
        sides = "".join(f"<w:{side} {line}/>" for side in ("top", "left", "bottom", "right", "insideH", "insideV"))
        margin = "".join(f'<w:{side} w:w="60" w:type="dxa"/>' for side in ("left", "right"))
        title = f'<w:tblCaption w:val="{escape(grid.title, {chr(34): "&quot;"})}"/>' if grid.title else ""
        head = (
            f'<w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
            f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margin}</w:tblCellMar>'
            f'<w:tblLook w:firstRow="{int(bool(grid.heads))}" w:noHBand="1" w:noVBand="1"/>{title}</w:tblPr>'
        )
        columns = "".join(f'<w:gridCol w:w="{one}"/>' for one in twips)
        rows = [self._head(grid, twips)] if grid.heads else []
        rows.extend(self._row(grid, number, twips) for number in range(len(grid.rows)))
        return f"<w:tbl {_NAMESPACE}>{head}<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"

    def _head(self, grid: Grid, twips: list[int]) -> str:
        cells = "".join(
            self._cell(self._paragraph(text, HEAD), one, shade="E8ECF1")
            for text, one in zip(grid.heads, twips, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"

    def _row(self, grid: Grid, number: int, twips: list[int]) -> str:
        cells = grid.rows[number]
        if number in grid.headings:
            whole = self._cell(self._paragraph(cells[0], GROUP), sum(twips), span=len(twips))
            return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{whole}</w:tr>"
        ink = _INK.get(grid.tones.get(number, ""), "")
        told = "".join(
            self._cell(
                self._paragraph(
                    text, FIGURE if column in grid.right else CELL, ink if column == len(cells) - 1 and ink else ""
                ),
                one,
            )
            for column, (text, one) in enumerate(zip(cells, twips, strict=True))
        )
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{told}</w:tr>"

    def _cell(self, inside: str, twips: int, *, span: int = 1, shade: str = "") -> str:
        wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
        ground = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
        size = f'<w:tcW w:w="{twips}" w:type="dxa"/>'
        return f'<w:tc><w:tcPr>{size}{wide}{ground}<w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'

    def _picture(self, chart: Chart, width: int) -> Any:
        """Return a paragraph with the chart, with words for those who do not see it."""
        from docx.oxml.ns import qn

        drawn = ranked_bars(chart, width_px=_CHART_PX)
        paragraph = self.document.add_paragraph()
        paragraph.add_run().add_picture(io.BytesIO(picture(drawn, dpi=_DPI)), width=width)
        self.drawn += 1
        for properties in paragraph._element.iter(qn("wp:docPr")):
            properties.set("descr", chart.in_words())
            properties.set("name", f"chart {self.drawn}")
        paragraph.paragraph_format.first_line_indent = 0
        self.document.element.body.remove(paragraph._element)
        return paragraph._element


def _clean(text: str) -> str:
    """Return text without what XML forbids."""
    return "".join(c for c in text if c >= " " or c in "\t\n")
