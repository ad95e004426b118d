"""Vietnamese text: stored, searched, sorted, shown."""

from __future__ import annotations

import datetime as dt
import unicodedata

import pytest

from survey_app.text import fold, for_spreadsheet, read_day, show_date, show_number, show_percent, sort_key, tidy


def test_text_is_stored_composed_and_without_stray_blanks() -> None:
    assert tidy("  " + unicodedata.normalize("NFD", "Nguyễn Thị Phượng") + "\n") == "Nguyễn Thị Phượng"


@pytest.mark.parametrize("lookalike", ["\u00d0", "\u0189"])
def test_letters_that_only_look_like_d_with_stroke_are_mended(lookalike: str) -> None:
    assert tidy(f"{lookalike}ào") == "Đào"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Phượng", "nguyen thi phuong"),
        ("ĐẶNG đình", "dang dinh"),
        ("  Trần   Văn  Ổn ", "tran van on"),
        ("Y'Blôm Niê", "yblom nie"),
        ("H\u2019Hen", "hhen"),
        ("số 017", "so 017"),
        ("", ""),
    ],
)
def test_searching_knows_no_accents(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded


def test_words_are_sorted_by_letter_first_and_tone_second() -> None:
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "mac", "măn", "mân", "mê", "mơ", "na"]
    shuffled = words[::2] + words[1::2]
    assert sorted(shuffled, key=sort_key) == words


def test_d_comes_before_d_with_stroke() -> None:
    assert sorted(["Đào", "Dung", "Ân", "Anh", "Ánh", "Ăn"], key=sort_key) == ["Anh", "Ánh", "Ăn", "Ân", "Dung", "Đào"]


def test_numbers_inside_text_are_sorted_by_their_value() -> None:
    assert sorted(["Thôn 10", "Thôn 2", "Thôn 1"], key=sort_key) == ["Thôn 1", "Thôn 2", "Thôn 10"]


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", "-", "=-3"])
def test_what_a_spreadsheet_would_run_is_marked_as_text(text: str) -> None:
    assert for_spreadsheet(text) == "'" + text


@pytest.mark.parametrize("text", ["", "-3", "-3,5", "+84 912 345 678", "2026-11-21", "Nguyễn Văn A", "a=b", "'x"])
def test_numbers_and_plain_text_stay_as_they_are(text: str) -> None:
    assert for_spreadsheet(text) == text


def test_numbers_are_shown_as_people_read_them() -> None:
    assert show_number(1234567.891, 2) == "1.234.567,89"
    assert show_number(1234567.891, 2, "en") == "1,234,567.89"
    assert show_percent(77.25) == "77,2\u00a0%"
    assert show_percent(5, 0, "en") == "5\u00a0%"


def test_dates_are_shown_day_first() -> None:
    assert show_date(dt.date(2026, 11, 2)) == "02/11/2026"


@pytest.mark.parametrize("text", ["2026-11-01", "1/11/2026", "01/11/2026", "01.11.2026", "1-11-2026"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text) == dt.date(2026, 11, 1)


@pytest.mark.parametrize("text", ["", "31/02/2026", "11/2026", "2026-13-01", "tháng 11"])
def test_what_is_no_day_is_not_guessed(text: str) -> None:
    assert read_day(text) is None
