"""The syntax tree is public: indicators compile it to SQL."""

from __future__ import annotations

import pytest

from survey_app.xforms.xpath import (
    Binary,
    Call,
    Literal,
    Negate,
    Number,
    Path,
    Reference,
    Step,
    XPathError,
    parse,
    references,
    walk,
)


def test_a_reference_is_a_node_of_its_own() -> None:
    assert parse("${age} >= 15") == Binary(">=", Reference("age"), Number(15.0))
    assert parse("${last-saved#age}") == Reference("age", last_saved=True)


def test_calls_paths_and_signs() -> None:
    assert parse("selected(../x, 'a')") == Call(
        "selected", (Path(None, False, (Step("parent", "node()"), Step("child", "x"))), Literal("a"))
    )
    assert parse("-1") == Negate(Number(1.0))
    assert parse(".") == Path(None, False, (Step("self", "node()"),))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1+2*3", "1 + (2 * 3)"),
        ("a or b and c", "a or (b and c)"),
        ("a = b < c", "a = (b < c)"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("-a + b", "(-a) + b"),
        ("child::a/attribute::b", "a/@b"),
        ("a//b", "a/descendant-or-self::node()/b"),
        ("* * *", "(*) * (*)"),
        ("div div div", "(div) div (div)"),
    ],
)
def test_precedence_and_abbreviations(text: str, same: str) -> None:
    assert parse(text) == parse(same)


def test_references_are_listed_once_in_order() -> None:
    assert references(parse("if(${b} > ${a}, ${b}, 0)")) == ("b", "a")
    assert sum(isinstance(part, Number) for part in walk(parse("1 + f(2, x[3])"))) == 3


@pytest.mark.parametrize(("text", "offset"), [("1 + ", 4), ("a ]", 2), ("f(1,", 4), ("'open", 0), ("a $b", 2)])
def test_a_fault_tells_its_place(text: str, offset: int) -> None:
    with pytest.raises(XPathError) as caught:
        parse(text)
    assert (caught.value.offset, caught.value.expression) == (offset, text)
