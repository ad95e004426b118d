"""The template that comes with the program: a report as decree 30/2020/NĐ-CP, annex I, lays administrative papers out.

A4, margins 20 mm above and below, 30 mm left, 15 mm right; Times New Roman; the national heading, the office, number,
place and date, the kind of paper, the body, ``Nơi nhận``, the signature; pages counted at the top from the second on.
An office changes it in Word. What it changes there is also taken for the PDF, by the names of the styles (``PARTS``).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey_app.i18n import _, language

if TYPE_CHECKING:
    from docx.document import Document

FONT = "Times New Roman"
PARTS = {
    "above": "Report Above",
    "agency": "Report Agency",
    "number": "Report Number",
    "nation": "Report Nation",
    "motto": "Report Motto",
    "place_date": "Report Place And Date",
    "kind": "Report Kind",
    "subject": "Report Subject",
    "recipients_head": "Report Recipients Head",
    "recipients": "Report Recipients",
    "authority": "Report Authority",
    "signatory": "Report Signatory",
}
"""Parts of the paper by the style their paragraphs have in a template."""
FIELDS = {
    "title": "tên báo cáo",
    "subtitle": "phụ đề",
    "place": "địa bàn",
    "day": "ngày",
    "month": "tháng",
    "year": "năm",
    "made": "lập báo cáo",
}
"""Words to be filled in: English name to Vietnamese name."""
BLOCKS = {
    "about": "thông tin chung",
    "coverage": "mức độ bao quát",
    "notes": "lưu ý",
    "results": "kết quả",
    "charts": "biểu đồ",
    "breakdowns": "phân tổ",
    "method": "phương pháp",
    "targets": "chỉ tiêu",
    "definitions": "định nghĩa",
}
"""Blocks, likewise."""
TEXT, NOTE, CAPTION, REMARK = "Report Text", "Report Note", "Report Caption", "Report Remark"
SUBHEADING, HEAD, CELL, FIGURE, GROUP = (
    "Report Subheading",
    "Report Head",
    "Report Cell",
    "Report Figure",
    "Report Group",
)


@dataclass(frozen=True)
class _Style:
    name: str
    size: float
    bold: bool = False
    italic: bool = False
    side: str = "left"
    before: float = 0
    after: float = 0
    first_mm: float = 0
    keep: bool = False
    level: int = 0


_STYLES = (
    _Style(PARTS["above"], 13, side="center"),
    _Style(PARTS["agency"], 13, bold=True, side="center"),
    _Style(PARTS["number"], 13, side="center", before=6),
    _Style(PARTS["nation"], 13, bold=True, side="center"),
    _Style(PARTS["motto"], 13, bold=True, side="center"),
    _Style(PARTS["place_date"], 13, italic=True, side="center", before=6),
    _Style(PARTS["kind"], 14, bold=True, side="center", before=18, keep=True),
    _Style(PARTS["subject"], 14, bold=True, side="center", keep=True),
    _Style(PARTS["recipients_head"], 12, bold=True, italic=True),
    _Style(PARTS["recipients"], 11),
    _Style(PARTS["authority"], 13, bold=True, side="center", keep=True),
    _Style(PARTS["signatory"], 13, bold=True, side="center"),
    _Style(TEXT, 13, side="justify", after=6, first_mm=10),
    _Style(NOTE, 13, italic=True, side="justify", after=6, first_mm=10),
    _Style(SUBHEADING, 13, bold=True, before=6, after=6, first_mm=10, keep=True),
    _Style(CAPTION, 12, bold=True, before=10, after=3, keep=True),
    _Style(REMARK, 11, italic=True, after=3, keep=True),
    _Style(HEAD, 9, bold=True, side="center"),
    _Style(CELL, 10),
    _Style(FIGURE, 10, side="right"),
    _Style(GROUP, 10, bold=True, keep=True),
)


def official_template() -> bytes:
    """Return the template as a Word document in the language spoken now."""
    import docx

    document = docx.Document()
    _clear(document)
    add_styles(document)
    _page(document)
    _letterhead(document)
    _body(document)
    _signature(document)
    _annex(document)
    document.core_properties.title = _("Report")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def mark_of(name: str) -> str:
    """Return what stands in a template for a field or block, in the language spoken now."""
    return "{{" + ((FIELDS | BLOCKS)[name] if language() == "vi" else name) + "}}"


def add_styles(document: Document) -> None:
    """Give a document the styles that it lacks; those it has stay as the office made them."""
    from docx.enum.style import WD_STYLE_TYPE

    for style in _STYLES:
        if not any(one.name == style.name for one in document.styles):
            _dress(document.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH), style)


def _dress(made: Any, style: _Style) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    made.base_style = None
    _font(made, style.size)
    made.font.bold, made.font.italic = style.bold, style.italic
    form = made.paragraph_format
    form.alignment = getattr(WD_ALIGN_PARAGRAPH, style.side.upper())
    form.space_before, form.space_after = Pt(style.before), Pt(style.after)
    form.first_line_indent = Mm(style.first_mm)
    form.line_spacing = 1.0
    form.keep_with_next = style.keep
    made.quick_style = True


def _font(style: Any, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size = FONT, Pt(size)
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    spoken = properties.makeelement(qn("w:lang"), {qn("w:val"): "vi-VN" if language() == "vi" else "en-GB"})
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(spoken)


def _clear(document: Document) -> None:
    """Take away the example paragraphs, and dress the styles of Word itself as the decree wants them."""
    for paragraph in list(document.paragraphs):
        document.element.body.remove(paragraph._element)
    for name, style in {
        "Normal": _Style("Normal", 13),
        "Header": _Style("Header", 13, side="center"),
        "Heading 1": _Style("Heading 1", 13, bold=True, before=12, after=6, first_mm=10, keep=True),
        "Heading 2": _Style("Heading 2", 13, bold=True, before=6, after=6, first_mm=10, keep=True),
    }.items():
        base = document.styles[name].base_style
        _dress(document.styles[name], style)
        document.styles[name].base_style = base


def _page(document: Document) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    run = section.header.paragraphs[0].add_run()
    for kind, text in (("begin", ""), ("", " PAGE "), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text or None
        run._element.append(element)


def _two_columns(document: Document, widths_mm: tuple[float, float]) -> tuple[Any, Any]:
    from docx.shared import Mm

    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    cells = table.rows[0].cells
    for cell, column, width in zip(cells, table.columns, widths_mm, strict=True):
        cell.width = column.width = Mm(width)
    return cells[0], cells[1]


def _write(into: Any, lines: Sequence[tuple[str, str]]) -> None:
    """Write paragraphs ``(style, text)`` into a cell or a document."""
    fresh = list(into.paragraphs) if hasattr(into, "_tc") and not into.text else []  # a cell comes with one
    for style, text in lines:
        paragraph = fresh.pop() if fresh else into.add_paragraph()
        paragraph.style = style
        paragraph.add_run(text)


def _ruled(cell: Any, share: float) -> None:
    """Draw the line that stands below agency, motto and subject; ``share`` of the width is left blank at each side."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Emu, Pt

    paragraph = cell.add_paragraph()
    width = cell.width if hasattr(cell, "_tc") else Emu(5940000)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Emu(int(width * share))
    form.space_before = form.space_after = Pt(0)
    form.line_spacing = Pt(4)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _letterhead(document: Document) -> None:
    left, right = _two_columns(document, (65, 100))
    _write(left, [(PARTS["above"], _("PEOPLE'S COMMITTEE")), (PARTS["agency"], mark_of("place").upper())])
    _ruled(left, 0.28)
    _write(left, [(PARTS["number"], _("No.:        /BC-UBND"))])
    _write(
        right,
        [
            (PARTS["nation"], _("SOCIALIST REPUBLIC OF VIET NAM")),
            (PARTS["motto"], _("Independence - Freedom - Happiness")),
        ],
    )
    _ruled(right, 0.18)
    marks = {name: mark_of(name) for name in ("place", "day", "month", "year")}
    _write(right, [(PARTS["place_date"], _("{place}, {day}/{month}/{year}").format(**marks))])
    _write(document, [(PARTS["kind"], _("REPORT")), (PARTS["subject"], mark_of("title"))])
    _write(document, [(PARTS["subject"], mark_of("subtitle"))])
    _ruled(document, 0.38)


def _body(document: Document) -> None:
    for title, blocks in (
        (_("I. Scope and coverage"), [mark_of("about"), mark_of("coverage"), mark_of("notes")]),
        (_("II. Results against targets"), [mark_of("results"), mark_of("charts")]),
        (_("III. Results by place and group"), [mark_of("breakdowns")]),
        (_("IV. How figures are worked out"), [mark_of("method")]),
    ):
        _write(document, [("Heading 1", title), *((TEXT, block) for block in blocks)])


def _signature(document: Document) -> None:
    from docx.shared import Pt

    document.add_paragraph().paragraph_format.space_after = Pt(0)
    left, right = _two_columns(document, (75, 90))
    _write(left, [(PARTS["recipients_head"], _("Recipients:"))])
    said = (_("- The People's Committee above (for its information);"), _("- Offices concerned;"), _("- Archive."))
    _write(left, [(PARTS["recipients"], line) for line in said])
    blanks = [(PARTS["signatory"], "")] * 4
    signed = [(PARTS["authority"], _("ON BEHALF OF THE PEOPLE'S COMMITTEE")), (PARTS["authority"], _("CHAIRPERSON"))]
    _write(right, [*signed, *blanks, (PARTS["signatory"], _("Full name"))])


def _annex(document: Document) -> None:
    """Add the annex on pages of its own, across: its tables are wide."""
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Mm

    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(20)
    section.different_first_page_header_footer = False
    _write(document, [("Heading 1", _("Annex: targets and definitions"))])
    _write(document, [(TEXT, mark_of("targets")), (TEXT, mark_of("definitions"))])
