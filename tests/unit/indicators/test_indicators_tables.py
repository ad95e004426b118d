"""What authors write in a spreadsheet, and every fault at once."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from survey_app.indicators import Codebook, TableError, load_indicators, load_targets
from survey_app.indicators.tables import number_in

Text = Callable[..., bytes]
DONE = "${interview_result} = 'complete'"
GOOD = {"numerator": "${n_smartphone} > 0", "denominator": DONE}


def faults(text: bytes, book: Codebook) -> list[tuple[int, str, str]]:
    with pytest.raises(TableError) as caught:
        load_indicators(text, book)
    return [(fault.row, fault.column, fault.message) for fault in caught.value.faults]


def test_every_fault_is_listed_at_once_with_row_and_column(book: Codebook, table_text: Text) -> None:
    text = table_text(
        GOOD,
        {"numerator": "${n_smartfone} > 0", "denominator": "${interview_result} = complete("},
        {"level": "persons", "numerator": "", "denominator": DONE},
    )
    found = faults(text, book)
    assert [(row, column) for row, column, _ in found] == [
        (3, "denominator"), (3, "numerator"), (4, "level"), (4, "numerator"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"numerator": "${n_smartfone} > 0"}, "numerator", "Did you mean “n_smartphone”"),
        ({"numerator": "selected(${internet_type}, 'fibr')"}, "numerator", "Did you mean “fibre”"),
        ({"numerator": "${fibre_active} = 'ja'"}, "numerator", "not a choice"),
        ({"numerator": "selekted(${internet_type}, 'fibre')"}, "numerator", "Did you mean “selected”"),
        ({"numerator": "${poverty_status} > 3"}, "numerator", "not a number"),
        ({"numerator": "${n_smartphone} = 'many'"}, "numerator", "is a number"),
        ({"numerator": "selected(${n_smartphone}, '1')"}, "numerator", "is a number"),
        ({"numerator": "${n_smartphone} + 1"}, "numerator", "condition"),
        ({"numerator": "${m_age} > 3"}, "numerator", "each member"),
        ({"numerator": "${nickname} and ${n_tablet} > 0"}, "numerator", "${nickname} != ''"),
        ({"numerator": "not(${nickname})"}, "numerator", "${nickname} != ''"),
        ({"numerator": "/data/x = 1"}, "numerator", "${name}"),
        ({"numerator": "not(${fibre_active} = 'yes', 1)"}, "numerator", "number of arguments"),
        ({"numerator": "${n_smartphone} >"}, "numerator", "ends too early"),
        ({"denominator": ""}, "denominator", "needs a denominator"),
        ({"denominator": "${n_tablet}"}, "denominator", "condition"),
        ({"aggregate": "ratios"}, "aggregate", "Did you mean “ratio”"),
        ({"aggregate": "distribution"}, "numerator", "one question with a list"),
        ({"aggregate": "sum"}, "numerator", "must be a number"),
        ({"direction": "sideways"}, "direction", "not one of"),
        ({"unknown": "${n_tablet} * 2"}, "unknown", "condition"),
        ({"key": "two words"}, "key", "letters"),
        ({"name_vi": ""}, "name_vi", "must not be empty"),
    ],
)
def test_a_fault_says_what_to_do(
    book: Codebook, table_text: Text, cells: dict[str, str], column: str, words: str
) -> None:
    found = faults(table_text({**GOOD, **cells}), book)
    assert [(row, where) for row, where, _ in found] == [(2, column)]
    assert words in found[0][2]


def test_a_key_may_be_used_once(book: Codebook, table_text: Text) -> None:
    assert faults(table_text({**GOOD, "key": "x"}, {**GOOD, "key": "x"}), book)[0][:2] == (3, "key")


def test_a_member_may_read_the_household(book: Codebook, table_text: Text) -> None:
    text = table_text({"level": "member", "numerator": "${n_smartphone} > 0 and ${m_age} > 3", "denominator": DONE})
    assert load_indicators(text, book)[0].level == "member"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_excel_makes_of_a_table_is_read(book: Codebook, table_text: Text, encoding: str, separator: str) -> None:
    text = table_text({**GOOD, "name_vi": "Tỷ lệ hộ"}).decode().replace('","', f'"{separator}"')
    head, rest = text.split("\n", 1)
    blob = f"{head.replace(',', separator)}\n{rest}".encode(encoding)
    assert load_indicators(blob, book)[0].name("vi") == "Tỷ lệ hộ"


def test_a_workbook_is_read(book: Codebook, tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(["key", "name_vi", "level", "aggregate", "numerator", "denominator"])
    sheet.append([None] * 6)
    sheet.append(["x", "Tên", "household", "ratio", GOOD["numerator"], DONE])
    workbook.save(tmp_path / "indicators.xlsx")
    assert load_indicators(tmp_path / "indicators.xlsx", book)[0].key == "x"


def test_another_encoding_is_refused_with_advice(book: Codebook, table_text: Text) -> None:
    text = table_text({**GOOD, "name_vi": "Ty lê"}).decode().encode("latin-1")
    assert "CSV UTF-8" in faults(text, book)[0][2]


def test_what_is_no_workbook_is_refused(book: Codebook) -> None:
    assert "workbook" in faults(b"PK\x03\x04 not really", book)[0][2]


def test_an_empty_table_is_refused(book: Codebook) -> None:
    assert faults(b"\n\n", book)[0][0] == 0


def test_a_missing_column_is_named(book: Codebook) -> None:
    found = faults(b"key,name_vi,level,aggregate,numerater,denominator\n", book)
    assert found[0][:2] == (1, "numerator")
    assert "numerater" in found[0][2]


def test_a_missing_file_is_no_mystery(book: Codebook, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be opened"):
        load_indicators(tmp_path / "none.csv", book)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("70", 70.0), ("69.67", 69.67), ("69,67", 69.67), ("-1,5", -1.5), ("0.125", 0.125), ("1.234,5", 1234.5),
        ("1,234.5", 1234.5), ("1 234", 1234.0), ("1.234.567", 1234567.0), ("1.234", None), ("2,500", None),
        ("about 70", None), ("", None), ("7O", None),
    ],
)  # fmt: skip
def test_numbers_are_read_with_either_sign_unless_two_readings_are_possible(text: str, number: float | None) -> None:
    assert number_in(text) == number


TARGETS = "id;indicator;kind;scope_level;scope_code;period_start;period_end;operator;value;unit;source\n"


def test_targets_keep_operator_value_and_document(book: Codebook, table_text: Text) -> None:
    indicators = load_indicators(table_text(GOOD), book)
    line = "T1;i0;target;province;12;01/01/2022;31/12/2025;≥;69,67;%;Kế hoạch 660\n"
    (target,) = load_targets((TARGETS + line).encode(), indicators)
    assert (target.operator, target.value, target.bar) == (">=", 69.67, ">= 69.67")
    assert target.period_end == dt.date(2025, 12, 31)
    assert target.source == "Kế hoạch 660"


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("T1;i9;target;national;;2022-01-01;;>=;70;%;", "indicator", "no indicator"),
        ("T1;i0;targets;national;;2022-01-01;;>=;70;%;", "kind", "Did you mean “target”"),
        ("T1;i0;target;province;;2022-01-01;;>=;70;%;", "scope_code", "which place"),
        ("T1;i0;target;national;;2022-13-01;;>=;70;%;", "period_start", "not a date"),
        ("T1;i0;target;national;;2022-01-01;2021-01-01;>=;70;%;", "period_end", "before it begins"),
        ("T1;i0;target;national;;2022-01-01;;at least;70;%;", "operator", "not one of"),
        ("T1;i0;target;national;;2022-01-01;;>=;1.234;%;", "value", "two ways"),
        ("T1;i0;target;national;;2022-01-01;;>=;170;%;", "value", "between 0 and 100"),
        ("T1;i0;target;national;;2022-01-01;;>=;70;count;", "unit", "not measured"),
        ("T1;i0;target;national;;2022-01-01;;>=;;%;", "value", "must not be empty"),
    ],
)
def test_a_fault_in_targets_says_what_to_do(
    book: Codebook, table_text: Text, line: str, column: str, words: str
) -> None:
    indicators = load_indicators(table_text(GOOD), book)
    with pytest.raises(TableError) as caught:
        load_targets((TARGETS + line).encode(), indicators)
    assert [fault.column for fault in caught.value.faults] == [column]
    assert words in caught.value.faults[0].message


def test_the_message_of_many_faults_stays_short(book: Codebook, table_text: Text) -> None:
    text = table_text(*({"numerator": "${nothing} = 1", "denominator": DONE} for _ in range(40)))
    with pytest.raises(TableError) as caught:
        load_indicators(text, book)
    assert len(caught.value.faults) == 40
    assert len(str(caught.value).splitlines()) < 15


def test_a_workbook_may_hold_dates_and_numbers(book: Codebook, table_text: Text) -> None:
    indicators = load_indicators(table_text(GOOD), book)
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.append(TARGETS.strip().split(";"))
    day = dt.datetime(2022, 1, 1)
    sheet.append(["T1", "i0", "target", "national", None, day, None, ">=", 70, "%", "QĐ 411"])
    out = io.BytesIO()
    workbook.save(out)
    (target,) = load_targets(out.getvalue(), indicators)
    assert (target.period_start, target.value) == (dt.date(2022, 1, 1), 70.0)


@pytest.mark.parametrize(
    ("level", "code", "whole"),
    [
        ("province", "6", "06"),
        ("province", "19", "19"),
        ("commune", "4", "00004"),
        ("village", "00004-001", "00004-001"),
    ],
)
def test_leading_zeros_that_a_spreadsheet_took_off_come_back(
    book: Codebook, table_text: Text, level: str, code: str, whole: str
) -> None:
    line = f"T1;i0;target;{level};{code};2022-01-01;;>=;70;%;\n"
    (target,) = load_targets((TARGETS + line).encode(), load_indicators(table_text(GOOD), book))
    assert target.scope_code == whole


def test_a_place_that_no_catalogue_has_is_told_with_row_and_column(define: Callable[..., Any]) -> None:
    head = "id;indicator;kind;scope_level;scope_code;scope_date;communes;period_start;operator;value\n"
    rows = (
        "A;i0;target;province;98;;;2025-12-31;>=;80\n"  # no such province
        "B;i0;target;commune;12166;2024-12-31;;2023-01-01;>=;80\n"  # a commune of then
        "C;i0;target;province;06;;;2022-01-01;>=;80\n"  # a province of then, without its day
        "D;i0;target;province;06;2024-12-31;99999;2022-01-01;>=;80\n"
    )
    indicators = define({"numerator": "${n_smartphone} > 0", "denominator": "${n_tablet} = 0"})
    with pytest.raises(TableError) as caught:
        load_targets((head + rows).encode(), indicators)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (2, "scope_code"),
        (5, "communes"),
    ]
