"""What a person types into every kind of field, and what the form keeps."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.clock import VIETNAM
from survey_app.gui.interview import points
from survey_app.gui.interview.values import grouped, shown, typed, why


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1/2/1990", "1990-02-01"),
        ("010290", "1990-02-01"),
        ("01021990", "1990-02-01"),
        ("1.2.90", "1990-02-01"),
        ("1 2 1990", "1990-02-01"),
        ("1990-02-01", "1990-02-01"),
        ("30/02/1990", "30/02/1990"),
    ],
)
def test_a_date_is_typed_day_first_and_short(text: str, kept: str) -> None:
    assert typed("date", text) == kept


@pytest.mark.parametrize(
    ("appearance", "text", "kept", "again"),
    [
        ("year", "1985", "1985-01-01", "1985"),
        ("month-year", "3/1985", "1985-03-01", "03/1985"),
        ("month-year", "031985", "1985-03-01", "03/1985"),
        ("month-year", "13/1985", "13/1985", "13/1985"),
        ("year", "85", "85", "85"),
    ],
)
def test_a_part_of_a_date_is_kept_as_its_first_day(appearance: str, text: str, kept: str, again: str) -> None:
    assert typed("date", text, appearance=appearance) == kept
    assert shown("date", kept, "vi", appearance) == again


@pytest.mark.parametrize(
    ("text", "kept"),
    [("14:30", "14:30"), ("1430", "14:30"), ("14h30", "14:30"), ("8h", "08:00"), ("830", "08:30"), ("25:00", "25:00")],
)
def test_a_time_is_typed_as_people_say_it(text: str, kept: str) -> None:
    found = typed("time", text, VIETNAM)
    assert found == (f"{kept}:00.000+07:00" if kept != "25:00" else kept)
    assert shown("time", found) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("-0,25", "-0.25"),
        ("một", "một"),
    ],
)
def test_a_decimal_is_understood_with_comma_and_dot(text: str, kept: str) -> None:
    assert typed("decimal", text) == kept


@pytest.mark.parametrize(
    ("text", "parted"),
    [("1234567", "1.234.567"), ("1234,5", "1.234,5"), ("-12345", "-12.345"), ("12", "12"), ("x", "x"), ("", "")],
)
def test_thousands_are_parted_while_typing(text: str, parted: str) -> None:
    assert grouped(text) == parted


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_a_number_with_parted_thousands_can_be_typed_again(number: int) -> None:
    for kind in ("int", "decimal", "string"):
        assert typed(kind, shown(kind, str(number), "vi", "thousands-sep"), appearance="thousands-sep") == str(number)


@pytest.mark.parametrize(
    ("kind", "text", "word"),
    [
        ("date", "31/02/2026", "28"),
        ("date", "1/13/2026", "13"),
        ("date", "hôm qua", "21/11/2026"),
        ("dateTime", "21/11/2026 25:99", "14:30"),
        ("time", "25:00", "14:30"),
        ("geopoint", "ngoài đồng", "21.0278"),
        ("geotrace", "21.0, 105.8\nngoài đồng", "2"),
    ],
)
def test_what_is_impossible_is_explained(kind: str, text: str, word: str) -> None:
    assert word in why(kind, typed(kind, text))


@pytest.mark.parametrize(
    "text",
    [
        "10.8231, 106.6297",
        "10.8231 106.6297",
        "(10.8231; 106.6297)",
        "10,8231 106,6297",
        "106.6297, 10.8231",
        "10°49'23.16\"N 106°37'46.92\"E",
        "106°37'46.92\"E, 10°49'23.16\"N",
        "10°49'23,16\"B 106°37'46,92\"Đ",
        "N 10.8231 E 106.6297",
    ],
)
def test_one_place_is_written_in_many_ways(text: str) -> None:
    assert typed("geopoint", text) == "10.8231 106.6297 0.0 0.0"


@pytest.mark.parametrize("text", ["", "10.8", "10.8N 106.6N", "95, 200", "10°75'N 106°E", "abc"])
def test_what_is_no_place_is_left_as_it_is(text: str) -> None:
    assert typed("geopoint", text) == text


def test_an_area_ends_where_it_began() -> None:
    kept = typed("geoshape", "10, 106\n10.1, 106\n10.1, 106.1")
    assert kept == "10.0 106.0 0.0 0.0;10.1 106.0 0.0 0.0;10.1 106.1 0.0 0.0;10.0 106.0 0.0 0.0"
    assert shown("geoshape", kept) == "10, 106\n10.1, 106\n10.1, 106.1"
    assert typed("geoshape", shown("geoshape", kept)) == kept


def test_a_place_abroad_is_doubted_not_refused() -> None:
    assert points.doubt("geopoint", "48.85 2.35 0 0")
    assert not points.doubt("geopoint", "21.03 105.85 0.0 0.0")
    assert points.doubt("geotrace", "21.03 105.85 0.0 0.0")


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_that_is_shown_can_be_typed_again(latitude: float, longitude: float) -> None:
    kept = typed("geopoint", f"{latitude:.7f}, {longitude:.7f}")
    assert typed("geopoint", shown("geopoint", kept)) == kept


@given(st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)))
def test_every_day_can_be_typed_again(day: dt.date) -> None:
    assert typed("date", shown("date", day.isoformat())) == day.isoformat()


def test_half_a_letter_never_reaches_the_file() -> None:
    assert typed("string", "Hường \ud83d ok \U0001f600") == "Hường  ok \U0001f600"
