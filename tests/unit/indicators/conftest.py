"""A small form as a codebook, and tables of indicators written in a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from survey_app.indicators import Codebook, Column, Indicator, Rows, compute, load_indicators
from survey_app.xforms.xpath import parse

YES_NO_DK = ("yes", "no", "dk")
COLUMNS = (
    Column("modules", "household", "text", filled=True),
    Column("interview_result", "household", "text", filled=True),
    Column("province_code", "household", "text", filled=True),
    Column("district_code", "household", "text", filled=True),
    Column("commune_code", "household", "text", filled=True),
    Column("village_code", "household", "text", filled=True),
    Column("area_type", "household", "text", filled=True),
    Column("head_sex", "household", "code", ("male", "female", "other"), filled=True),
    Column("poverty_status", "household", "code", ("poor", "near_poor", "non_poor", "unknown")),
    Column("policy_group", "household", "codes", ("merit", "social", "none")),
    Column("n_smartphone", "household", "number"),
    Column("n_tablet", "household", "number"),
    Column("internet_type", "household", "codes", ("fibre", "mobile_data", "none")),
    Column("fibre_active", "household", "code", YES_NO_DK, parse("selected(${internet_type}, 'fibre')")),
    Column("has_tv", "household", "code", ("yes", "no"), parse("selected(${modules}, 'home')")),
    Column("nickname", "household", "text"),
    Column(
        "eligible_group",
        "household",
        "text",
        calculation=parse("if(${poverty_status} = 'poor' or selected(${policy_group}, 'merit'), 'yes', 'no')"),
        filled=True,
    ),
    Column("m_age", "member", "text", filled=True),
    Column("m_sex", "member", "code", ("male", "female", "other")),
    Column("m_residence", "member", "code", ("permanent", "absent_6m")),
    Column("m_mobile_own", "member", "code", YES_NO_DK, parse("${m_residence} != 'absent_6m' and ${m_age} >= 5")),
    Column("m_phone_type", "member", "codes", ("smartphone", "only_2g", "dk"), parse("${m_mobile_own} = 'yes'")),
    Column("m_bank", "member", "code", YES_NO_DK),
    Column("m_other", "member", "code", YES_NO_DK),
    Column("m_amount", "member", "number"),
)
DONE = "${interview_result} = 'complete'"


@pytest.fixture(scope="session")
def book() -> Codebook:
    """A form of a household and its members."""
    return Codebook({column.name: column for column in COLUMNS}, "members")


def table_text(*rows: dict[str, str]) -> bytes:
    """Return a table of indicators as bytes of a CSV file; what a row leaves out is filled in."""
    columns = ["key", "name_vi", "level", "aggregate", "numerator", "denominator", "direction", "unknown"]
    lines = [",".join(columns)]
    for number, row in enumerate(rows):
        cells = {"key": f"i{number}", "name_vi": "Chỉ số", "level": "household", "aggregate": "ratio"} | row
        lines.append(",".join('"' + cells.get(name, "").replace('"', '""') + '"' for name in columns))
    return "\n".join(lines).encode()


Define = Callable[..., tuple[Indicator, ...]]
Count = Callable[..., dict[str, Any]]


@pytest.fixture
def define(book: Codebook) -> Define:
    """Make indicators: ``define({"numerator": ...}, ...)``."""
    return lambda *rows: load_indicators(table_text(*rows), book)


@pytest.fixture
def count(define: Define) -> Count:
    """Compute one indicator over rows and return its only line."""

    def counted(rows: Rows, **cells: str) -> dict[str, Any]:
        table = compute(define({"denominator": DONE, **cells}), rows, ())
        assert len(table) == 1
        return {str(name): value for name, value in table.iloc[0].items()}

    return counted


def homes(*answers: dict[str, str]) -> Rows:
    """Return completed households with these answers, without members."""
    return Rows(
        [{"submission_id": f"s{n}", "interview_result": "complete", **row} for n, row in enumerate(answers)], []
    )


def people(*answers: dict[str, str]) -> Rows:
    """Return one completed household with these members."""
    members = [{"submission_id": "s", "line": str(n), **row} for n, row in enumerate(answers, start=1)]
    return Rows([{"submission_id": "s", "interview_result": "complete"}], members)


@pytest.fixture(name="homes")
def homes_fixture() -> Callable[..., Rows]:
    """Make households."""
    return homes


@pytest.fixture(name="people")
def people_fixture() -> Callable[..., Rows]:
    """Make members."""
    return people


@pytest.fixture(name="table_text")
def table_text_fixture() -> Callable[..., bytes]:
    """Make a table of indicators."""
    return table_text
