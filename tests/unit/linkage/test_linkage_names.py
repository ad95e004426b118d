"""Names as two people may write the same one."""

from __future__ import annotations

import pytest

from survey_app.linkage.names import compare_names, is_near_address, read_name


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Nguyễn Văn Hùng", "nguyen van hung", "same"),
        ("Ông Nguyễn Văn Hùng", "Nguyễn Văn Hùng", "same"),
        ("Ng. Văn Hùng", "Nguyễn Văn Hùng", "same"),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng", "accents"),
        ("Hùng Nguyễn Văn", "Nguyễn Văn Hùng", "order"),
        ("Nguyễn Hùng", "Nguyễn Văn Hùng", "short"),
        ("Nguyễn V. Hùng", "Nguyễn Văn Hùng", "short"),
        ("Hùng", "Nguyễn Văn Hùng", "short"),
        ("Trần Thu Hà", "Trần Thị Thu Hà", "short"),
        ("Nguyễn Văn Hugn", "Nguyễn Văn Hùng", "near"),
        ("Nguyễn Văn Hùng", "Lò Thị Mai", "other"),
        ("Nguyễn Văn Hùng", "Nguyễn Văn Dũng", "near"),
        ("Đỗ Đức Đạt", "Do Duc Dat", "same"),
        ("", "Lò Thị Mai", ""),
    ],
)
def test_two_spellings_agree_as_people_would_say(one: str, other: str, expected: str) -> None:
    assert compare_names(read_name(one), read_name(other)) == expected
    assert compare_names(read_name(other), read_name(one)) == expected


def test_a_given_name_that_sounds_like_a_title_stays() -> None:
    assert read_name("Lê Anh").words == ("le", "anh")
    assert read_name("Cô").words == ("co",)


def test_house_numbers_must_be_the_same() -> None:
    assert is_near_address("so 12, ngo 5", "so 12 ngo 5")
    assert not is_near_address("so 12, ngo 5", "so 12, ngo 6")
