"""What a condition asks of every node alike is worked out once; what each node answers for itself is not."""

from __future__ import annotations

import pytest

from survey_app.xforms.xpath import evaluate
from survey_app.xforms.xpath.fixed import is_fixed
from survey_app.xforms.xpath.parser import parse


@pytest.mark.parametrize(
    ("expression", "fixed"),
    [
        ("join(' ', /data/member[position() != position(current()/..)]/kind)", True),
        ("instance('l')/root/item[name = 'x']/label", True),
        ("current()/../a + count(/data/b[. > 1])", True),
        ("today() - 1", True),
        ("name", False),
        ("../a", False),
        ("/data/a + position()", False),
        ("string-length()", False),
        ("lang('vi')", False),
        ("random() * 2", False),
        ("/data/a[random() < 0.5]", False),
        ("once(/data/a)", False),
        ("indexed-repeat(/data/m/a, /data/m, 1)", False),
        ("jr:choice-name(/data/a, '/data/a')", False),
    ],
)
def test_fixed(expression: str, *, fixed: bool) -> None:
    assert is_fixed(parse(expression)) is fixed


@pytest.mark.parametrize(
    ("expression", "count"),
    [
        ("/d/i[. > sum(/d/j) div count(/d/j)]", 2),
        ("/d/i[position() <= count(/d/j[. > 1])]", 1),
        ("/d/i[count(/d/j[. = current()]) = 0][last()]", 1),
        ("/d/i[/d/j = .]", 2),
        ("/d/i[not(selected(join(' ', /d/j), .))]", 1),
        ("/d/i[/d/none or false()]", 0),
    ],
)
def test_the_result_is_that_of_asking_every_time(expression: str, count: int) -> None:
    found = evaluate(expression, document_xml="<d><i>1</i><i>2</i><i>3</i><j>1</j><j>2</j></d>", context="/d")
    assert isinstance(found, list)
    assert len(found) == count
