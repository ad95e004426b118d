"""Word and PDF reports, read back: what stands in them, in which order, and what a template may and may not do."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.shared import Length

from survey_app.i18n import language, use_language
from survey_app.reports import write
from survey_app.reports.official import FONT, official_template
from survey_app.reports.pieces import Grid, Words, pieces
from survey_app.reports.template import TemplateError, load_template
from tests.unit.reports.test_reports_writing import report


@pytest.fixture
def vietnamese() -> Iterator[None]:
    before = language()
    use_language("vi")
    yield
    use_language(before)


def words(document: Document) -> list[str]:
    """Every paragraph of a document in its order, tables too."""
    found = []
    for element in document.element.body.iter("{*}p"):
        found.append("".join(one.text or "" for one in element.iter("{*}t")))
    return [text for text in found if text]


def made(folder: Path, template: Path | None = None, **changes: object) -> Document:
    told = report(80, 2, villages=2)
    path = write(replace(told, **changes), "docx", folder / "r.docx", load_template(template) if template else None)  # type: ignore[arg-type]
    return docx.Document(str(path))


def own(folder: Path, *paragraphs: str) -> Path:
    """A template of these paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(folder / "own.docx"))
    return folder / "own.docx"


def test_the_paper_has_what_decree_30_asks_for(vietnamese: None, tmp_path: Path) -> None:
    document = made(tmp_path)
    text = words(document)
    head = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert text[:6] == ["ỦY BAN NHÂN DÂN", "XÃ PHÚ LÂM", "Số:        /BC-UBND", *head,
                        "Xã Phú Lâm, ngày 21 tháng 11 năm 2026"]  # fmt: skip
    assert {"BÁO CÁO", "Nơi nhận:", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"} <= set(text)
    section = document.sections[0]
    sizes = section.page_width, section.page_height
    sides = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(Length(size or 0).mm) for size in (*sizes, *sides)] == [210, 297, 20, 20, 30, 15]
    assert {style.font.name for style in document.styles if (style.name or "").startswith("Report ")} == {FONT}


def test_pages_are_counted_from_the_second_on(tmp_path: Path) -> None:
    section = made(tmp_path).sections[0]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header.part.blob.decode()


def test_nothing_in_braces_is_left(tmp_path: Path) -> None:
    assert not [text for text in words(made(tmp_path)) if "{{" in text or "}}" in text]


def test_figures_targets_and_words_stand_in_the_tables(tmp_path: Path) -> None:
    rows = [[cell.text for cell in row.cells] for table in made(tmp_path).tables for row in table.rows]
    (line,) = [row for row in rows if row[0] == "Persons with an account" and row[5] == "≥ 80\u00a0%"]
    assert line[1:] == ["60", "80", "20", "75.0\u00a0%", "≥ 80\u00a0%", "−5.0", "Inconclusive"]
    assert next(row for row in rows if row[0] == "Thôn Đông")[::2] == ["Thôn Đông", "50.0\u00a0% (40)"]
    assert any("Quyết định 411/QĐ-TTg" in row and "đạt 80%" in row for row in rows)


def test_heads_of_tables_come_again_on_every_page(tmp_path: Path) -> None:
    text = made(tmp_path).element.xml
    assert text.count("<w:tblHeader/>") >= 4


def test_charts_are_fine_enough_for_print_and_told_in_words(tmp_path: Path) -> None:
    document = made(tmp_path)
    assert len(document.inline_shapes) == 2
    for shape in document.inline_shapes:
        part = document.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
        assert part.image.px_width / (shape.width / 914_400) > 200
        assert "Thôn Đông: " in shape._inline.docPr.get("descr")


def test_an_office_changes_heading_signatory_and_recipients(tmp_path: Path) -> None:
    document = docx.Document(io.BytesIO(official_template()))
    for table in document.tables:
        for cell in table.rows[0].cells:
            for paragraph in cell.paragraphs:
                if paragraph.text == "Full name":
                    paragraph.runs[0].text = "Lò Thị Mỷ"
    document.save(str(tmp_path / "own.docx"))
    assert "Lò Thị Mỷ" in words(made(tmp_path, tmp_path / "own.docx"))


def test_a_field_that_word_has_cut_into_runs_is_filled_in(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for text in ("Ở {", "{đ", "ịa b", "àn}}, ", "{{NĂM", "}}"):
        paragraph.add_run(text)
    document.add_paragraph("{{results}}")
    document.save(str(tmp_path / "own.docx"))
    assert words(made(tmp_path, tmp_path / "own.docx"))[0] == "Ở Xã Phú Lâm, 2026"


def test_what_the_reader_must_know_is_never_left_out(tmp_path: Path) -> None:
    text = words(made(tmp_path, own(tmp_path, "{{kết quả}}")))
    assert any("conflicting answers" in line for line in text)


def test_values_with_braces_are_words(tmp_path: Path) -> None:
    assert "{{results}} {{x}}" in words(
        made(tmp_path, own(tmp_path, "{{title}}", "{{results}}"), title="{{results}} {{x}}")
    )


@pytest.mark.parametrize(
    ("paragraphs", "where", "what"),
    [
        (("{{results}}", "{{resalts}}"), "paragraph 2", "Is {{results}} meant?"),
        (("{{results}}", "{{qqq}}"), "paragraph 2", "There are: title"),
        (("{{results}}", "see {{charts}}"), "paragraph 2", "only thing"),
        (("{{results}}", "{{results}}"), "paragraph 2", "second time"),
        (("{{results}}", "{{title"), "paragraph 2", "Braces"),
        (("{{title}}",), "", "Nowhere stands {{results}}"),
    ],
)
def test_faults_of_a_template_are_told_with_what_and_where(
    paragraphs: tuple[str, ...], where: str, what: str, tmp_path: Path
) -> None:
    with pytest.raises(TemplateError) as caught:
        load_template(own(tmp_path, *paragraphs))
    ((place, said),) = caught.value.faults
    assert place.startswith(where)
    assert what in said
    assert said in str(caught.value)


def test_a_block_in_a_table_is_a_fault(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("{{results}}")
    document.add_table(1, 2).rows[0].cells[1].text = "{{charts}}"
    document.save(str(tmp_path / "own.docx"))
    with pytest.raises(TemplateError, match=r"table 1, row 1, column 2: \{\{charts\}\} must stand outside tables"):
        load_template(tmp_path / "own.docx")


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        load_template(own(tmp_path, "{{aaa}}", "{{bbb}}"))
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("content", [b"", b"not a document", b"\xd0\xcf\x11\xe0 an old .doc"])
def test_what_is_no_document_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(content)
    with pytest.raises(TemplateError, match="no Word document"):
        load_template(tmp_path / "own.docx")


def test_macros_and_damaged_documents_are_refused(tmp_path: Path) -> None:
    for names, what in ((("word/document.xml", "word/vbaProject.bin"), "macros"), (("word/document.xml",), "damaged")):
        with zipfile.ZipFile(tmp_path / "own.docx", "w") as packed:
            for name in names:
                packed.writestr(name, "x")
        with pytest.raises(TemplateError, match=what):
            load_template(tmp_path / "own.docx")


def test_a_report_without_figures_is_written_too(tmp_path: Path) -> None:
    for format in ("docx", "pdf"):
        assert write(report(0), format, tmp_path / f"r.{format}").stat().st_size > 10_000
    assert pieces(report(0))["breakdowns"] == (Words("No figures yet", "note"),)


def test_the_pdf_is_tagged_and_equal_reports_give_equal_files(vietnamese: None, tmp_path: Path) -> None:
    first = write(report(80, villages=2), "pdf", tmp_path / "a.pdf").read_bytes()
    assert first == write(report(80, villages=2), "pdf", tmp_path / "b.pdf").read_bytes()
    assert first.startswith(b"%PDF-")
    assert re.search(rb"/MarkInfo\s*<<\s*/Marked true", first)
    assert b"/Lang (vi)" in first or b"/Lang(vi)" in first
    assert b"pdfuaid" in first


def test_the_pdf_takes_the_words_of_the_office_from_the_template(tmp_path: Path) -> None:
    own_words = docx.Document(io.BytesIO(official_template()))
    own_words.tables[0].rows[0].cells[0].paragraphs[0].runs[0].text = "DEPARTMENT OF SCIENCE"
    own_words.save(str(tmp_path / "own.docx"))
    plain = write(report(), "pdf", tmp_path / "a.pdf").read_bytes()
    changed = write(report(), "pdf", tmp_path / "b.pdf", load_template(tmp_path / "own.docx")).read_bytes()
    assert plain != changed


def test_answers_stand_under_the_name_of_their_question_and_codes_for_programs_are_not_on_paper() -> None:
    found = pieces(report())
    answers = found["breakdowns"][-1]
    assert isinstance(answers, Grid)
    assert [answers.rows[n][0] for n in sorted(answers.headings)] == ["Reasons"]
    assert answers.heads[0] == "Answer"
    (definitions,) = found["definitions"]
    assert isinstance(definitions, Grid)
    assert definitions.heads[-1] == "Note"


def test_every_result_of_a_sample_has_its_interval() -> None:
    told = report(80, villages=2, is_sample=True)
    for table in told.tables:
        heads = [column.title for column in table.columns]
        at = heads.index("95 % interval")
        shown = [cells[at] for cells in table.rows if cells[at]]
        assert shown
        assert all(" – " in str(each) for each in shown)
    assert any("; " in str(cell) for table in told.digests for cells in table.rows for cell in cells)
