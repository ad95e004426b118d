"""Paradata: small, exact, and independent of the computer's clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.paradata import PAUSE_S, Paradata, SittingTime, Stopwatch, paradata_of, rounded

AT = "2026-11-21T08:00:00.000+07:00"


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


def test_each_question_gets_the_time_it_was_looked_at(hand: Hand) -> None:
    watch = Stopwatch(hand)
    for address, seconds in (("a", 1.5), ("b", 2.0), ("a", 3.0), ("", 4.0)):
        watch.look_at(address)
        hand.now += seconds
    assert watch.take() == {"a": 45, "b": 20}
    assert watch.seconds == 10  # 10.5 s in all; half a second rounds to even
    assert watch.take() == {}


def test_looking_again_at_the_same_question_is_nothing_new(hand: Hand) -> None:
    watch = Stopwatch(hand)
    watch.look_at("a")
    hand.now += 1
    watch.look_at("a")
    hand.now += 1
    assert watch.take() == {"a": 20}


def test_time_stands_still_while_the_form_is_left(hand: Hand) -> None:
    watch = Stopwatch(hand)
    watch.look_at("a")
    hand.now += 2
    watch.leave()
    hand.now += 5000
    watch.look_at("a")
    hand.now += 1
    assert watch.take() == {"a": 30}
    assert watch.seconds == 3


def test_a_long_pause_counts_only_so_much_and_a_clock_never_runs_backwards(hand: Hand) -> None:
    watch = Stopwatch(hand)
    watch.look_at("a")
    hand.now += 50_000
    watch.look_at("b")
    hand.now -= 10
    assert watch.take() == {"a": PAUSE_S * 10}
    assert watch.seconds == PAUSE_S


def test_times_of_earlier_sittings_are_added_to(hand: Hand) -> None:
    watch = Stopwatch(hand, {"a": 20})
    watch.look_at("a")
    hand.now += 1
    assert watch.take() == {"a": 30}


def test_more_than_ten_seconds_are_kept_as_whole_seconds() -> None:
    assert [rounded(each) for each in (0, 99, 100, 104, 106, 1234)] == [0, 99, 100, 100, 110, 1230]


names = st.from_regex(r"[a-z]{1,4}(\[[0-9]{1,3}\]/[a-z]{1,4})?", fullmatch=True)


@given(
    st.lists(st.builds(SittingTime, st.just(AT), st.integers(0, 10**6)), max_size=3),
    st.dictionaries(names, st.integers(0, 999_999), max_size=9),
)
def test_the_text_says_all(sittings: list[SittingTime], tenths: dict[str, int]) -> None:
    told = Paradata(tuple(sittings), tenths)
    again = paradata_of(told.as_text())
    assert again == told
    assert list(again.tenths) == list(tenths)
    assert again.as_text() == told.as_text()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "x",
            "\n",
            "\n\n\n",
            f"{AT}\n\n",
            f"{AT} 1 2\n\n",
            f"{AT} -1\n\n",
            "\na\n",
            "\na b\n1",
            "\na a\n1 2",
            "\na\n-1",
        ),
        *("\na \n1", "\n/a\n1", "\na/\n1", "\na\n1.5", "\na\n12345678", "\n" + "a" * 140_000 + "\n1"),
    ],
)
def test_what_is_no_paradata_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not paradata"):
        paradata_of(text)
