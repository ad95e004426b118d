"""Instances asked for by their place: straight to them, with the same result as a search."""

from __future__ import annotations

import pytest

from survey_app.xforms.xpath import evaluate

DATA = """<data><a><n>1</n><b><v>11</v></b><b><v>12</v></b></a><a><n>2</n></a><a><n>3</n><b><v>31</v></b></a></data>"""


def value(expression: str) -> object:
    return evaluate(expression, document_xml=DATA, context="/*[1]", root="/")


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("indexed-repeat(/data/a/n, /data/a, 2)", "2"),
        ("indexed-repeat(/data/a/b/v, /data/a, 1, /data/a/b, 2)", "12"),
        ("indexed-repeat(/data/a/b/v, /data/a/b, 1, /data/a, 3)", "31"),
        ("indexed-repeat(/data/a/b/v, /data/a/b, 1)", "11"),
        ("indexed-repeat(/data/a/b/v, /data/a, 2)", ""),
        ("indexed-repeat(/data/a/n, /data/a, 0)", ""),
        ("indexed-repeat(/data/a/n, /data/a, 4)", ""),
        ("indexed-repeat(/data/a/n, /data/a, 1.5)", ""),
        ("indexed-repeat(/data/a/n, /data/a, 'x')", ""),
        ("indexed-repeat(/data/a/n, /data/a, 1 div 0)", ""),
        ("string(/data/a[last()]/n)", "3"),
        ("string(/data/a[2]/preceding-sibling::a[last()]/n)", "1"),
        ("string(/data/a[9][last()]/n)", ""),
    ],
)
def test_an_instance_is_found_by_its_place(expression: str, wanted: str) -> None:
    assert value(expression) == wanted


@pytest.mark.parametrize("place", ["1", "2", "3", "4", "0", "-1", "1.5", "count(/data/a)"])
def test_going_straight_and_searching_agree(place: str) -> None:
    straight = value(f"indexed-repeat(/data/a/n, /data/a, {place})")
    assert straight == value(f"indexed-repeat(a/n, /data/a, {place})")
