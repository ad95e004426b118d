"""Patterns of ``regex()`` say what ``re`` says, at a bounded cost."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.xforms.xpath import XPathError
from survey_app.xforms.xpath.automaton import matcher, may_explode
from survey_app.xforms.xpath.patterns import matches

PATTERNS = (
    "a*b+",
    "(ab|a)*c?",
    "[a-c]{2,4}",
    "^(a|b)+$",
    "(?:a+)+",
    r"\d+-\w*",
    "[^a]+b",
    "a{0,2}b{1,}",
    ".*a.*",
    "(a(b(c)?)?)*",
    "",
    r"a\.b|\s+",
)


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="abc.-1 _", max_size=10))
def test_the_automaton_agrees_with_backtracking(pattern: str, text: str) -> None:
    wanted = re.compile(pattern, re.ASCII).fullmatch(text) is not None
    assert matcher(pattern)(text) is wanted
    assert matches(pattern, text) is wanted


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", "a*a*a*a*a*a*a*b", "([a-z]+)*!", "(.*)(.*)(.*)x"])
def test_no_pattern_runs_for_ever(pattern: str) -> None:
    started = time.monotonic()
    assert not matches(pattern, "a" * 3_000)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("pattern", ["(", "[a", "*", r"\p{Nonsense}", "(a+)+(?=b)"])
def test_what_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(XPathError):
        matches(pattern, "a")


def test_common_patterns_of_forms_take_the_fast_way() -> None:
    assert not any(may_explode(pattern) for pattern in ("0[0-9]{9}", r"\d{12}", "[A-Z]{2,5}", "^[0-9]+$"))


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        (r"\p{L}+", "Đặng", True),
        (r"[\p{L} ]+", "Đặng Thị Lan", True),
        (r"[\p{L} ]+", "Lan2", False),
        (r"\P{L}+", "123", True),
        (r"\p{Lu}\p{Ll}+", "Lan", True),
    ],
)
def test_letters_of_all_scripts(pattern: str, text: str, wanted: bool) -> None:
    assert matches(pattern, text) is wanted


@pytest.mark.parametrize(
    ("pattern", "text", "wanted"),
    [
        (r"(?=.*[A-Z])(?=.*\d)[A-Za-z0-9]{4,}", "abC1", True),
        (r"^(?=.*[A-Z])(?=.*\d).+$", "abc1", False),
        (r"^(?!.*--)[a-z-]+$", "a-b-c", True),
        (r"^(?!.*--)[a-z-]+$", "a--c", False),
    ],
)
def test_a_pattern_may_look_ahead_at_its_beginning(pattern: str, text: str, wanted: bool) -> None:
    assert matches(pattern, text) is wanted


@pytest.mark.parametrize("pattern", ["a?" * 30 + "a" * 30, "(a|a|b){0,10}" * 10 + "x", "(a{1,9}){1,9}" * 4 + "b"])
def test_many_bounded_repetitions_do_not_explode_either(pattern: str) -> None:
    assert may_explode(pattern)
    started = time.monotonic()
    assert not matches(pattern, "a" * 29)
    assert time.monotonic() - started < 10
