"""A form on paper: numbers, arrows, conditions in words, and pages that hold together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import i18n, paths
from survey_app.reports.paper import Asked, Paper, paper_of, write_paper
from survey_app.reports.typesetting import settable
from survey_app.xforms import FormDefinition, load_form

FORM = """
| survey |
| | type | name | label | hint | relevant | appearance | calculation | constraint |
| | hidden | modules | | | | | | |
| | begin_group | home | Nhà | | | | | |
| | select_one yn | net | Có mạng không? | | | | | |
| | select_multiple way | ways | Bằng cách nào? | Đọc từng cách | ${net} = 'yes' | | | |
| | integer | speed | Tốc độ? | | selected(${ways}, 'fibre') | | | . >= 1 and . <= 999 |
| | text | why | Vì sao không? | | not(${net} = 'yes') | | | |
| | date | since | Từ ngày nào? | | ${speed} != '' and ${speed} >= 10 | | | |
| | select_one yn | extra | Câu thêm? | | selected(${modules}, 'more') | | | |
| | end_group | | | | | | | |
| | begin_repeat | people | Người | | | | | |
| | begin_group | table | Bảng | | | roster | | |
| | text | name | Tên | | | | | |
| | integer | born | Năm sinh | | | | | |
| | end_group | | | | | | | |
| | calculate | p_age | | | | | 2026 - ${born} | |
| | begin_group | page | Riêng | | | | | |
| | select_one yn | phone | ${name} có điện thoại không? | | ${p_age} >= 6 and ${p_age} <= 90 | | | |
| | select_one town | from | Quê ở đâu? | | | | | |
| | end_group | | | | | | | |
| | end_repeat | | | | | | | |
| | calculate | count | | | | | count(${people}) | |
| | calculate | odd | | | | | string-length(${why}) mod 2 | |
| | begin_group | end | Cuối | | | | | |
| | integer | same | Đủ người? | | ${count} > 0 | | | |
| | text | strange | Lạ? | | ${odd} = 1 and ${net} = 'yes' | | | |
| | end_group | | | | | | | |
| choices |
| | list_name | name | label |
| | yn | yes | Có |
| | yn | no | Không |
| | yn | dk | Không biết |
| | way | fibre | Cáp |
| | way | mobile | Di động |
| settings |
| | form_id | form_title | version |
| | phieu | Phiếu thử | 7 |
"""


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    """Speak Vietnamese, the language papers are printed in."""
    i18n.use_language("vi")
    yield
    i18n.use_language("en")


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> FormDefinition:
    """Return a small form with jumps, a module, a roster and a long list."""
    towns = "".join(f"| | town | t{n} | Xã {n} |\n" for n in range(1, 41))
    path = tmp_path_factory.mktemp("forms") / "phieu.md"
    path.write_text(FORM.replace("| settings |", f"{towns}| settings |"), encoding="utf-8")
    return load_form(path)


@pytest.fixture(scope="module")
def household() -> FormDefinition:
    """Return the household form."""
    return load_form(paths.forms() / "household" / "household.xlsx")


@pytest.fixture(scope="module")
def every_question() -> FormDefinition:
    """Return the form with every type of question."""
    return load_form(paths.forms() / "every_question" / "every_question.xlsx")


def every(paper: Paper) -> dict[str, Asked]:
    """Return every question by its number."""
    return {asked.number: asked for c in paper.chapters for b in c.blocks for asked in b.asked if asked.number}


def test_a_condition_is_said_with_the_number_and_the_words_of_the_answer(form: FormDefinition) -> None:
    assert every(paper_of(form))["1.02"].only_if == "Chỉ hỏi nếu câu 1.01 = “Có”."


def test_a_choice_among_several_is_said_as_chosen(form: FormDefinition) -> None:
    assert every(paper_of(form))["1.03"].only_if == "Chỉ hỏi nếu câu 1.02 có chọn “Cáp”."


def test_a_negation_is_said_plainly(form: FormDefinition) -> None:
    assert every(paper_of(form))["1.04"].only_if == "Chỉ hỏi nếu câu 1.01 khác “Có”."


def test_a_filled_answer_and_a_bound_are_said(form: FormDefinition) -> None:
    assert every(paper_of(form))["1.05"].only_if == "Chỉ hỏi nếu câu 1.03 có câu trả lời và câu 1.03 từ 10 trở lên."


def test_two_bounds_of_an_age_are_said_as_a_range(form: FormDefinition) -> None:
    assert every(paper_of(form))["2.03"].only_if == "Chỉ hỏi nếu tuổi từ 6 đến 90."


def test_a_count_of_lines_is_said(form: FormDefinition) -> None:
    assert every(paper_of(form))["3.01"].only_if == "Chỉ hỏi nếu số dòng ở phần “Người” lớn hơn 0."


def test_what_has_no_words_names_the_questions_it_comes_from(form: FormDefinition) -> None:
    said = every(paper_of(form))["3.02"].only_if
    assert said == "Chỉ hỏi nếu điều kiện tính từ câu 1.04 cho phép và câu 1.01 = “Có”."


def test_an_arrow_leads_past_the_questions_an_answer_closes(form: FormDefinition) -> None:
    jumps = {code.label: code.jump for code in every(paper_of(form))["1.01"].field.codes}
    assert jumps == {"Có": "", "Không": "1.03", "Không biết": "1.03"}


def test_codes_are_the_keys_of_the_window(form: FormDefinition) -> None:
    assert [code.key for code in every(paper_of(form))["1.01"].field.codes] == ["1", "2", "9"]


def test_a_module_the_round_does_not_have_is_left_out(form: FormDefinition) -> None:
    assert "1.06" in every(paper_of(form))
    assert "1.06" not in every(paper_of(form, modules=()))


def test_a_module_the_round_has_needs_no_condition(form: FormDefinition) -> None:
    assert every(paper_of(form, modules=("more",)))["1.06"].only_if == ""


def test_people_have_a_row_in_the_table_and_a_column_in_the_grid(form: FormDefinition) -> None:
    blocks = [block for chapter in paper_of(form).chapters for block in chapter.blocks]
    assert [(b.kind, [a.number for a in b.asked]) for b in blocks if b.people] == [
        ("table", ["2.01", "2.02", ""]),
        ("grid", ["2.03", "2.04"]),
    ]


def test_a_large_household_has_a_line_and_a_column_for_everybody(form: FormDefinition) -> None:
    blocks = [block for chapter in paper_of(form, people=14).chapters for block in chapter.blocks if block.people]
    assert [(block.kind, block.first, block.people) for block in blocks] == [
        ("table", 1, 14),
        ("grid", 1, 6),
        ("grid", 7, 6),
        ("grid", 13, 6),
    ]


def test_a_name_inside_a_question_becomes_this_person(form: FormDefinition) -> None:
    assert every(paper_of(form))["2.03"].label == "Người này có điện thoại không?"


def test_a_long_list_is_written_in_with_its_code_and_listed_at_the_end(form: FormDefinition) -> None:
    paper = paper_of(form)
    assert every(paper)["2.04"].field.kind == "code"
    assert [(code.key, code.label) for code in paper.lists[0].codes][:2] == [("01", "Xã 1"), ("02", "Xã 2")]


def test_a_number_has_as_many_boxes_as_its_largest_value(form: FormDefinition) -> None:
    assert every(paper_of(form))["1.03"].field.groups == ((3, ""),)


def test_authors_markup_is_words_on_paper(every_question: FormDefinition) -> None:
    note = paper_of(every_question).chapters[0].blocks[0].asked[0].label
    assert note.startswith("Mọi loại câu hỏi\n")
    assert "• phím số chọn câu trả lời;" in note
    assert not set("#*<`") & set(note)


def test_a_table_of_choices_has_its_title_and_no_question_of_its_own(every_question: FormDefinition) -> None:
    table = paper_of(every_question).chapters[3]
    assert table.title == "Bảng câu hỏi"
    assert [asked.number for block in table.blocks for asked in block.asked] == ["4.01", "4.02", "4.03"]
    assert all(len(asked.field.codes) == 5 for block in table.blocks for asked in block.asked)


def test_an_amount_of_money_has_room_and_thousands_apart(every_question: FormDefinition) -> None:
    asked = every(paper_of(every_question))
    assert asked["1.09"].field.groups == ((3, ""), (3, "."), (3, "."), (3, "."))
    assert asked["1.10"].field.groups == ((5, ""), (2, ","))
    assert asked["2.03"].field.groups == ((1, ""), (1, ","))


def test_a_way_has_room_for_several_points(every_question: FormDefinition) -> None:
    asked = every(paper_of(every_question))
    assert (asked["6.01"].field.lines, asked["6.02"].field.lines) == (1, 4)


def test_a_date_has_boxes_for_day_month_and_year(form: FormDefinition) -> None:
    assert every(paper_of(form))["1.05"].field.groups == ((2, ""), (2, "/"), (4, "/"))


def test_the_household_form_is_a_tagged_document(household: FormDefinition, tmp_path: Path) -> None:
    head = (("Xã, phường", "Xã Phú Lâm"), ("Số hộ", "17"))
    written = write_paper(household, tmp_path / "phiếu.pdf", head=head).read_bytes()
    assert written.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in written or b"/ObjStm" in written
    assert b"pdfuaid" in written


def test_equal_forms_give_equal_papers(form: FormDefinition, tmp_path: Path) -> None:
    one, other = write_paper(form, tmp_path / "a.pdf").read_bytes(), write_paper(form, tmp_path / "b.pdf").read_bytes()
    assert one == other
    assert b"CreationDate" not in one and b"CreateDate" not in one


def test_every_condition_of_the_household_form_is_said_without_an_expression(household: FormDefinition) -> None:
    said = [asked.only_if for asked in every(paper_of(household)).values()]
    assert not [words for words in said if "${" in words or "/data" in words or "selected(" in words]


def test_the_paper_speaks_english_when_asked(household: FormDefinition) -> None:
    i18n.use_language("en")
    paper = paper_of(household, "en")
    assert paper.language == "en"
    assert every(paper)["2.08"].only_if == "Ask only if question 2.07 = “Yes”."


def test_pictures_of_questions_and_choices_are_printed_and_damaged_ones_left_out(tmp_path: Path) -> None:
    folder = paths.forms() / "every_question"
    form = load_form(folder / "every_question.xlsx")
    files = {path.name: path.read_bytes() for path in folder.iterdir()} | {"tea.svg": b"no picture"}
    known = settable({name: files[name] for name in form.media_files})
    assert sorted(known) == ["fibre_box.svg", "maize.svg", "rice.svg"]
    blocks = [block for chapter in paper_of(form, pictures=known).chapters for block in chapter.blocks]
    asked = [one for block in blocks for one in block.asked]
    assert [one.picture for one in asked if one.picture] == ["fibre_box.svg"]
    assert [one.heard for one in asked if one.heard] == [("busy_tone.wav",)]
    (crops,) = (one for one in asked if any(code.picture for code in one.field.codes))
    assert [code.picture for code in crops.field.codes] == ["rice.svg", "maize.svg", ""]
    plain, shown = tmp_path / "plain.pdf", tmp_path / "shown.pdf"
    write_paper(form, plain)
    write_paper(form, shown, files=files)
    assert len(shown.read_bytes()) > len(plain.read_bytes()) + 500
