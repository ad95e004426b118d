"""Which key chooses which answer, and what a key does to several answers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from survey_app.xforms.keys import DONT_KNOW, NONE, keyed, toggled

YES_NO = [("yes", "Có"), ("no", "Không"), ("dk", "Không biết")]
PAYMENTS = [("qr", "QR"), ("none", "Không dùng"), ("dk", "Không biết"), ("card", "Thẻ")]

NAMES = st.lists(
    st.sampled_from([*sorted(DONT_KNOW), *sorted(NONE), *(f"choice{n}" for n in range(20))]), unique=True, max_size=30
)


def keys_of(choices: list[tuple[str, str]], many: bool) -> dict[str, str]:
    return {choice.value: choice.key for choice in keyed(choices, many)}


def test_dont_know_is_always_nine() -> None:
    assert keys_of(YES_NO, many=False) == {"yes": "1", "no": "2", "dk": "9"}


def test_none_of_these_is_zero_only_where_several_may_be_chosen() -> None:
    assert keys_of(PAYMENTS, many=True)["none"] == "0"
    assert keys_of([("none", "Chưa có"), ("level1", "Mức 1")], many=False) == {"none": "1", "level1": "2"}


def test_none_and_dont_know_stand_last() -> None:
    assert [choice.value for choice in keyed(PAYMENTS, many=True)] == ["qr", "card", "none", "dk"]


def test_the_tenth_answer_has_a_letter() -> None:
    choices = [(f"c{n}", "") for n in range(1, 12)]
    assert [choice.key for choice in keyed(choices, many=False)] == [*"123456789", "a", "b"]


def test_nine_stays_free_for_dont_know_in_a_long_list() -> None:
    choices = [*((f"c{n}", "") for n in range(1, 11)), ("dk", "")]
    assert [choice.key for choice in keyed(choices, many=False)] == [*"12345678", "a", "b", "9"]


@given(NAMES, st.booleans())
def test_no_two_answers_share_a_key_and_none_is_lost(names: list[str], many: bool) -> None:
    found = keyed([(name, name) for name in names], many)
    keys = [choice.key for choice in found if choice.key]
    assert len(keys) == len(set(keys))
    assert sorted(choice.value for choice in found) == sorted(names)


def test_choosing_none_clears_the_others() -> None:
    choices = keyed(PAYMENTS, many=True)
    assert toggled("qr card", "none", choices) == "none"


def test_choosing_another_clears_none() -> None:
    choices = keyed(PAYMENTS, many=True)
    assert toggled("none", "qr", choices) == "qr"


@given(NAMES, st.data())
def test_choosing_twice_changes_nothing_unless_something_stands_alone(names: list[str], data: st.DataObject) -> None:
    choices = keyed([(name, name) for name in names], many=True)
    ordinary = [choice.value for choice in choices if not choice.alone]
    if not ordinary:
        return
    chosen = " ".join(v for v in [c.value for c in choices] if v in data.draw(st.sets(st.sampled_from(ordinary))))
    one = data.draw(st.sampled_from(ordinary))
    assert toggled(toggled(chosen, one, choices), one, choices) == chosen
