"""The words of authors' markup."""

from __future__ import annotations

import pytest

from survey_app.xforms.marked import is_marked, plain, plain_lines


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Họ và tên", "Họ và tên"),
        ("Thu nhập < 5 * 3 triệu", "Thu nhập < 5 * 3 triệu"),
        ("# Đầu\n**Rất** _quan trọng_", "Đầu Rất quan trọng"),
        ("- một\n- hai\n2. ba", "một hai ba"),
        ('<span style="color: red">Đỏ</span><br>xanh', "Đỏ xanh"),
        ("[trang](https://a.vn) và `phím`", "trang (https://a.vn) và phím"),
        (r"\*giữ nguyên\* **đậm**", "*giữ nguyên* đậm"),
        ("snake_case_name", "snake_case_name"),
    ],
)
def test_the_words_alone(text: str, words: str) -> None:
    assert plain(text) == words


def test_lines_and_lists_stay_on_paper() -> None:
    assert plain_lines("# Đầu\n- một\n2) hai") == "Đầu\n• một\n2. hai"


def test_plain_words_are_not_marked() -> None:
    assert not is_marked("Nhà có 3 - 4 người, 50 * 2 = 100")
