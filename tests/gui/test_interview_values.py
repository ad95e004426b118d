"""What a person types and what the form keeps."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.clock import VIETNAM
from survey_app.gui.interview.values import shown, typed


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("int", " 1985 ", "1985"),
        ("int", "1.250.000", "1250000"),
        ("int", "mười", "mười"),
        ("decimal", "1,5", "1.5"),
        ("date", "21/11/2026", "2026-11-21"),
        ("date", "21112026", "2026-11-21"),
        ("date", "1-2-2026", "2026-02-01"),
        ("date", "31/02/2026", "31/02/2026"),
        ("string", "  Nguyễn Thị Hường ", "Nguyễn Thị Hường"),
        ("dateTime", "21/11/2026 14:32", "2026-11-21T14:32:00.000+07:00"),
        ("dateTime", "21/11/2026 25:99", "21/11/2026 25:99"),
    ],
)
def test_what_is_typed_becomes_what_the_form_keeps(kind: str, text: str, kept: str) -> None:
    assert typed(kind, text, VIETNAM) == kept


def test_combining_marks_of_an_input_method_are_composed() -> None:
    assert typed("string", unicodedata.normalize("NFD", "Đặng Thị Ánh Tuyết")) == "Đặng Thị Ánh Tuyết"


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_a_date_that_is_shown_can_be_typed_again(day: dt.date) -> None:
    assert typed("date", shown("date", day.isoformat())) == day.isoformat()


@given(st.decimals(min_value=-10_000, max_value=10_000, places=2))
def test_a_decimal_that_is_shown_can_be_typed_again(number: object) -> None:
    assert typed("decimal", shown("decimal", str(number), "vi")) == str(number)


def test_a_moment_is_shown_with_day_first() -> None:
    assert shown("dateTime", "2026-11-21T14:32:07.000+07:00") == "21/11/2026 14:32"
