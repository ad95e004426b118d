"""What the office's lists say about figures."""

from __future__ import annotations

import pytest

from survey_app.gui.office.figures import shown, too_few
from survey_app.operations.results import Result


def _result(level: str, base: float, *, in_percent: bool = True) -> Result:
    return Result(
        indicator="owns",
        name="Owns one",
        short="Owns",
        group="household",
        level=level,
        headline=True,
        in_percent=in_percent,
        place="",
        place_name="",
        numerator=base,
        denominator=base,
        unknown=0,
        estimate=100.0 if in_percent else 3.0,
        upper=None,
        target="",
        value=None,
        status="not_comparable",
        gap=None,
        source="",
        statement="",
        due=None,
    )


@pytest.mark.parametrize("level", ["household", "member"])
@pytest.mark.parametrize(("base", "hidden"), [(1, True), (29, True), (30, False), (400, False)])
def test_a_rate_of_fewer_than_thirty_is_not_shown(level: str, base: float, hidden: bool) -> None:
    result = _result(level, base)
    assert bool(too_few(result)) is hidden
    assert (shown(result) == "–") is hidden


def test_a_number_that_is_no_rate_is_shown_whatever_stands_behind_it() -> None:
    assert shown(_result("household", 3, in_percent=False)) == "3"
