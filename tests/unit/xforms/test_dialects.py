"""Workbooks of KoboToolbox and SurveyCTO open as their authors mean them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import i18n
from survey_app.xforms import FormDefinition, FormError, FormSession, load_form

KOBO = """| survey |
| | type | name | label::English (en) | $kuid | kobo--score-choices | kobo--rank-items | kobo--matrix_list | {more} |
{rows}
| choices |
| | list_name | name | label::English (en) | $kuid |
| | yn | yes | Yes | x1 |
| | yn | no | No | x2 |
| settings |
| | style | id_string |
| | theme-grid no-text-transform | abc |
"""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = i18n.language()
    i18n.use_language("en")
    yield
    i18n.use_language(before)


def opened(folder: Path, text: str) -> FormDefinition:
    (folder / "form.md").write_text(text, encoding="utf-8")
    return load_form(folder / "form.md")


def kobo(folder: Path, *rows: str, more: str = "required") -> FormDefinition:
    return opened(folder, KOBO.format(rows="\n".join(f"| | {row} |" for row in rows), more=more))


def survey(folder: Path, heads: str, *rows: str) -> FormDefinition:
    lines = "\n".join(f"| | {row} |" for row in rows)
    return opened(
        folder, f"| survey |\n| | {heads} |\n{lines}\n| choices |\n| | list_name | value | label |\n| | l | 1 | One |\n"
    )


def test_a_score_of_kobotoolbox_is_a_table_of_choices(tmp_path: Path) -> None:
    form = kobo(
        tmp_path,
        "begin_score | sc | Score | k | yn | | | ",
        "score__row | one | First | k | | | | true",
        "score__row | two | Second | k | | | | ",
        "end_score",
    )
    assert [(q.name, q.appearance) for q in form.questions.values()] == [
        ("sc_header", "label"),
        ("one", "list-nolabel"),
        ("two", "list-nolabel"),
    ]
    assert form.questions["/data/sc/one"].label() == "First"


def test_a_ranking_of_kobotoolbox_takes_every_item_once(tmp_path: Path) -> None:
    session = FormSession(
        kobo(
            tmp_path,
            "begin_rank | rk | Rank | k | | yn | | ",
            "rank__level | first | 1st | k | | | | ",
            "rank__level | second | 2nd | k | | | | ",
            "end_rank",
        )
    )
    session.answer("/data/rk/first", "yes")
    session.answer("/data/rk/second", "yes")
    assert [violation.path for violation in session.validate()] == ["/data/rk/second"]


def test_a_matrix_of_kobotoolbox_asks_every_question_of_every_item(tmp_path: Path) -> None:
    form = kobo(
        tmp_path,
        "begin_kobomatrix | mx | Matrix | k | | | yn | | ",
        "select_one | have | Have? | k | | | | true | yn",
        "integer | many | How many, ${have}? | k | | | | | ",
        "end_kobomatrix",
        more="required | select_from_list_name",
    )
    assert list(form.questions) == [
        "/data/mx/mx_yes/mx_yes_have",
        "/data/mx/mx_yes/mx_yes_many",
        "/data/mx/mx_no/mx_no_have",
        "/data/mx/mx_no/mx_no_many",
    ]
    assert form.questions["/data/mx/mx_no/mx_no_many"].label() == "How many, ${mx_no_have}?"


def test_names_and_lists_stand_in_columns_of_their_own(tmp_path: Path) -> None:
    form = kobo(
        tmp_path,
        "select_one | q | Q | k | | | | yn | true | ",
        "text | | Given | k | | | | | | given",
        more="select_from_list_name | _or_other | $given_name",
    )
    assert list(form.questions) == ["/data/q", "/data/q_other", "/data/given"]


def test_a_block_of_kobotoolbox_without_its_list_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(FormError) as caught:
        kobo(tmp_path, "begin_score | sc | Score | k | none | | | ", "score__row | a | A | k | | | |", "end_score")
    assert any((fault.row, fault.column) == (2, "kobo--score-choices") for fault in caught.value.faults)


def test_faults_inside_a_matrix_keep_the_row_of_the_workbook(tmp_path: Path) -> None:
    with pytest.raises(FormError) as caught:
        kobo(
            tmp_path,
            "begin_kobomatrix | mx | Matrix | k | | | yn | | ",
            "integr | many | How many? | k | | | | | ",
            "end_kobomatrix",
            "text | t | T ${nobody} | k | | | | | ",
        )
    assert {fault.row for fault in caught.value.faults} == {3, 5}


@pytest.mark.parametrize(
    "kind", ["text audit", "audio audit", "speed violations count", "sensor_statistic mean_light", "caseid", "comments"]
)
def test_what_only_surveycto_can_fill_in_stays_blank_and_is_told(kind: str, tmp_path: Path) -> None:
    form = survey(tmp_path, "type | name | label", f"{kind} | q | | ", "text | t | T")
    assert "q" in form.derived
    assert kind in form.warnings[0].message
    assert form.warnings[0].row == 2


def test_a_calculation_of_surveycto_works(tmp_path: Path) -> None:
    form = survey(tmp_path, "type | name | label | calculation", "calculate_here | q | | 1 + 1", "text | t | T |")
    assert FormSession(form).node("/data/q").value == "2"


PEOPLE = (
    "begin repeat | r | R | | 3",
    "text | sex | Sex | |",
    "begin group | g | G | |",
    "integer | age | Age | |",
    "calculate | no | | index() |",
    "end group | | | |",
    "end repeat | | | |",
    "integer | least | Least | |",
)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("sum-if(${age}, ${sex} = 'f')", "40"),
        ("sum-if(${age}, ${age} > ${least})", "50"),
        ("count-if(${r}, ${age} > 15 and ${sex} = 'f')", "1"),
        ("min-if(${age}, ${sex} = 'f')", "10"),
        ("concat(rank-index-if(1, ${age}, ${sex} = 'f'), rank-index-if(2, ${age}, ${sex} = 'f'))", "2999"),
        ("rank-index(2, ${age})", "2"),
        ("max-if(${age}, ${sex} = 'f') + count-if(${r}, ${sex} = 'm')", "31"),
        ("join-if('-', ${age}, ${sex} = 'f')", "10-30"),
        ("if(empty(${least}), 'blank', 'there')", "there"),
        ("indexed-repeat(${no}, ${r}, 2)", "2"),
        ("concat('sum-if(', ${least})", "sum-if(10"),
    ],
)
def test_a_function_of_surveycto_is_written_out(expression: str, value: str, tmp_path: Path) -> None:
    heads = "type | name | label | calculation | repeat_count"
    session = FormSession(survey(tmp_path, heads, *PEOPLE, f"calculate | q | | {expression} |"))
    for place, (sex, age) in enumerate((("f", "10"), ("m", "20"), ("f", "30")), start=1):
        session.answer(f"/data/r[{place}]/sex", sex)
        session.answer(f"/data/r[{place}]/g/age", age)
    session.answer("/data/least", "10")
    assert session.node("/data/q").value == value


def test_a_number_written_out_follows_the_language(tmp_path: Path) -> None:
    heads = "type | name | label::Tiếng Việt (vi) | label::English (en) | calculation"
    session = FormSession(survey(tmp_path, heads, "text | t | T | T |", "calculate | q | | | format-number(1234.5)"))
    session.set_language("vi")
    assert session.node("/data/q").value == "1.234,5"
    session.set_language("en")
    assert session.node("/data/q").value == "1,234.5"


def test_the_label_of_a_choice_is_found_in_the_way_of_surveycto(tmp_path: Path) -> None:
    heads = "type | name | label | calculation"
    rows = ("select_one l | pick | Pick |", "calculate | q | | choice-label(${pick}, ${pick})")
    session = FormSession(survey(tmp_path, heads, *rows))
    session.answer("/data/pick", "1")
    assert session.node("/data/q").value == "One"


SEARCH = (
    "| survey |\n| | type | name | label | appearance |\n| | text | t | T | |\n| | select_one cols | q | Q | {how} |\n"
)
COLUMNS = "| choices |\n| | list_name | name | label |\n| | cols | code | title |\n"


@pytest.mark.parametrize(
    ("how", "values"),
    [
        ("search('places')", ["c1", "c2", "c3"]),
        ("search('places', 'matches', 'kind', 'a')", ["c1", "c3"]),
        ("minimal search('places.csv','contains','title',${t})", ["c2", "c3"]),
        ("search('places', 'startswith', 'title', 'Đ')", ["c2"]),
        ("search('places', 'endswith', 'title', 'n')", ["c3"]),
        ("search('places', 'contains', 'title', ${t}, 'kind', 'a')", ["c3"]),
    ],
)
def test_search_takes_its_choices_from_a_file(how: str, values: list[str], tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("code,title,kind\nc1,Phú Lâm,a\nc2,Đông Hòa,b\nc3,Hoàn,a\n", encoding="utf-8")
    session = FormSession(opened(tmp_path, SEARCH.format(how=how) + COLUMNS))
    session.answer("/data/t", "H")
    assert [choice.value for choice in session.node("/data/q").choices] == values


@pytest.mark.parametrize("how", ["search('a','b')", "search('a','like','c','d')", "search('a','matches','c d','e')"])
def test_a_search_that_cannot_be_read_is_a_fault(how: str, tmp_path: Path) -> None:
    with pytest.raises(FormError) as caught:
        opened(tmp_path, SEARCH.format(how=how) + COLUMNS)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(3, "appearance")]


@pytest.mark.parametrize("cell", ["index(1, " * 60 + "1" + ")" * 60, "empty(" * 3000 + "${a}" + ")" * 3000])
def test_functions_inside_each_other_are_told_and_end(cell: str, tmp_path: Path) -> None:
    with pytest.raises(FormError):
        survey(tmp_path, "type | name | label | relevant |", "text | a | A | |", f"text | b | B | {cell} |")


def test_a_function_in_quotation_marks_is_a_text(tmp_path: Path) -> None:
    form = survey(tmp_path, "type | name | calculation |", "calculate | a | concat('empty(', empty(''), \"index()\") |")
    assert FormSession(form).node("/data/a").value == "empty(trueindex()"
