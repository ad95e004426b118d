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


def _judged_words(**fields: object) -> str:
    from dataclasses import replace

    from survey_app.gui.office.indicator_panel import _judged

    return _judged(replace(_result("household", 400), **fields))  # type: ignore[arg-type]


def test_the_reason_of_a_judgement_is_told() -> None:
    assert "3" in _judged_words(status="met", gap=3.0)
    assert _judged_words(status="met", gap=3.0) != _judged_words(status="not_met", gap=-3.0)
    few, time = (_judged_words(reason=reason) for reason in ("few", "time"))
    assert few != time
    assert few.count(":") == 1


def test_the_interval_of_a_sample_stands_in_the_table(qtbot: object) -> None:
    from dataclasses import replace

    from survey_app.gui.office.results_table import ResultsTable

    table = ResultsTable()
    rows = [replace(_result("household", 400), estimate=75.0, ends=(70.0, 79.5))]
    table.show_results(rows, "Thôn")
    lines = table.as_text(rows).splitlines()
    assert lines[0].split("\t")[5] in {"95 % interval", "Khoảng tin cậy 95 %"}
    assert "–" in lines[1].split("\t")[5]
    assert "79" in lines[1].split("\t")[5]
    table.deleteLater()
