"""Attacks with several indicators at once: what one of them withholds is not the sum or difference of others."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from survey_app import paths
from survey_app.indicators import Rows, compute_all, load_indicators
from survey_app.indicators.columns import Level
from survey_app.indicators.disclosure import LEAST, Group, closure, group_of, withhold
from survey_app.indicators.linear import Sums
from survey_app.indicators.relations import Part, relations
from survey_app.records import Place
from survey_app.xforms import load_form
from tests.unit.indicators.test_disclosure import province, published

DONE = "${interview_result} = 'complete'"
KINDS = tuple(itertools.product(("10", "15", "40"), ("yes", "no", "dk"), ("yes", "no", "dk")))
"""Age, account in a bank, account elsewhere: everything that the indicators below ask of a person."""


@pytest.fixture
def together(define: Callable[..., Any]) -> Any:
    """Four that add up (one and the other are either and both), parts of a whole, and who is asked in another one."""
    bank, other = "${m_bank} = 'yes'", "${m_other} = 'yes'"
    adult = f"{DONE} and ${{m_age}} >= 18"
    return define(
        {"key": "bank", "level": "member", "numerator": bank, "denominator": adult},
        {"key": "other", "level": "member", "numerator": other, "denominator": adult},
        {"key": "either", "level": "member", "numerator": f"{bank} or {other}", "denominator": adult},
        {"key": "both", "level": "member", "numerator": f"{bank} and {other}", "denominator": adult},
        {"key": "only", "level": "member", "numerator": f"{bank} and ${{m_other}} = 'no'", "denominator": adult},
        {"key": "of_bank", "level": "member", "numerator": other, "denominator": f"{adult} and {bank}"},
        {"key": "child", "level": "member", "numerator": bank, "denominator": f"{DONE} and ${{m_age}} >= 14"},
        {"key": "minor", "level": "member", "numerator": bank,
         "denominator": f"{DONE} and ${{m_age}} >= 14 and ${{m_age}} < 18"},
    )  # fmt: skip


def people(seed: int, villages: int = 8, smallest: int = 25, largest: int = 60) -> tuple[Rows, dict[str, Place]]:
    rows, places = province(villages, seed, smallest=smallest, largest=largest)
    rng = random.Random(seed)
    for row in rows.member:
        row["m_age"] = rng.choice(["10", "15", *["40"] * 8])
        row["m_other"] = "yes" if rng.random() < (0.12 if row["m_bank"] == "yes" else 0.5) else "no"
    return rows, places


@dataclass
class Reader:
    """Knows the definitions, all published figures of all indicators and what adds up to what.

    The unknowns are how many people of each kind there are in each group.
    """

    true: dict[tuple[str, Group], tuple[float, ...]]
    shown: dict[tuple[str, Group], tuple[float, ...]]
    counts: dict[str, Any]
    places: dict[str, Place]

    @classmethod
    def of(cls, indicators: Any, true: dict[Any, Any], shown: dict[Any, Any], places: dict[str, Place]) -> Reader:
        return cls(dict(figures(true)), dict(figures(shown)), kinds(indicators), places)

    def narrowed(self) -> list[tuple[str, Group, int, float, float, float]]:
        """Return the withheld small counts that can be narrowed down further than the rule allows."""
        groups = sorted({group for _key, group in self.true})
        place = {group: n * len(KINDS) for n, group in enumerate(groups)}
        lines, values = [], []
        for (key, group), told in self.shown.items():
            for part, count in enumerate(told):
                if not np.isnan(count):
                    line = np.zeros(len(groups) * len(KINDS))
                    line[place[group] : place[group] + len(KINDS)] = self.counts[key][:, part]
                    lines.append(line)
                    values.append(count)
        for total in groups:
            inside = [group for group in groups if self._above(group) == total]
            for kind in range(len(KINDS)) if inside else ():
                line = np.zeros(len(groups) * len(KINDS))
                line[[place[group] + kind for group in inside]] = 1.0
                line[place[total] + kind] = -1.0
                lines.append(line)
                values.append(0.0)
        range_of = bounds(np.array(lines), np.array(values))
        found = []
        for (key, group), figure in self.true.items():
            for part in (0, 1, 2):
                if 0 < figure[part] < LEAST and np.isnan(self.shown[key, group][part]):
                    weights = np.zeros(len(groups) * len(KINDS))
                    weights[place[group] : place[group] + len(KINDS)] = self.counts[key][:, part]
                    lowest, highest = range_of(weights)
                    if highest < LEAST - 1e-6 or highest - lowest < LEAST - 1 - 1e-6:
                        found.append((key, group, part, figure[part], lowest, highest))
        return found

    def _above(self, group: Group) -> Group | None:
        """Return the place that a place lies in."""
        if not group:
            return None
        ((name, code),) = group
        above = {"village": "commune", "commune": "province"}.get(name)
        return ((above, self.places[code].parent),) if above else ()


def bounds(lines: Any, values: Any) -> Callable[[Any], tuple[float, float]]:
    """Return what tells the least and the most of a weighted sum, of counts that are at least 0."""
    try:
        from scipy.optimize import linprog  # type: ignore[import-untyped,unused-ignore]
    except ImportError:
        sums = Sums(lines, values)
        return lambda weights: sums.range_of([int(n) for n in np.flatnonzero(weights)])

    def range_of(weights: Any) -> tuple[float, float]:
        least, most = (linprog(sign * weights, A_eq=lines, b_eq=values) for sign in (1, -1))
        return least.fun, np.inf if most.status == 3 else -most.fun

    return range_of


def figures(tables: dict[Any, Any]) -> Iterator[tuple[tuple[str, Group], tuple[float, ...]]]:
    """Yield who has, who has not, all, and who is not known of each indicator and group."""
    for by, frame in tables.items():
        for row in frame.to_dict("records"):
            n, d, u = (float(row[name]) for name in ("numerator", "denominator", "unknown"))
            yield (row["indicator"], group_of(by, [row[name] for name in by])), (n, d - n - u, d, u)


def kinds(indicators: Any) -> dict[str, Any]:
    """Return for each indicator a row a kind of person: whether that one counts in each of its figures."""
    rows = Rows()
    for n, (age, bank, other) in enumerate(KINDS):
        home = {"submission_id": f"s{n}", "interview_result": "complete", "village_code": f"00000-{n:03d}"}
        rows.household.append(home)
        rows.member.append({"submission_id": f"s{n}", "line": "1", "m_age": age, "m_bank": bank, "m_other": other})
    (table,) = compute_all(indicators, rows, [("village",)])
    found = {one.key: np.zeros((len(KINDS), 4)) for one in indicators}
    for (key, group), counted in figures({("village",): table}):
        found[key][int(group[0][1][-3:])] = counted
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_small_figure_is_a_sum_or_difference_of_other_indicators(together: Any, seed: int) -> None:
    rows, places = people(seed)
    true, shown = published(together, rows, places, [("village",)])
    assert Reader.of(together, true, shown, places).narrowed() == []


def test_each_indicator_by_itself_is_not_enough(together: Any) -> None:
    """What is well protected alone is worked out from the others: the attack finds it."""
    rows, places = people(0)
    wanted = closure([("village",)])
    true = dict(zip(wanted, compute_all(together, rows, wanted), strict=True))
    alone: dict[Any, list[Any]] = {by: [] for by in wanted}
    for one in together:
        mine = {by: frame[frame["indicator"] == one.key] for by, frame in true.items()}
        for by, frame in withhold(mine, [one], places).items():
            alone[by].append(frame)
    shown = {by: pd.concat(frames) for by, frames in alone.items()}
    assert len(Reader.of(together, true, shown, places).narrowed()) > 3


@pytest.mark.parametrize("seed", range(2))
def test_what_is_large_enough_is_published_beside_others(together: Any, seed: int) -> None:
    rows, places = people(seed, villages=4, smallest=250, largest=400)
    true, shown = published(together, rows, places, [("village",)])
    assert Reader.of(together, true, shown, places).narrowed() == []
    villages = shown["village",]
    assert villages["withheld"].mean() < 0.5


def test_sums_of_the_indicators_that_come_with_the_program_are_found() -> None:
    folder = paths.forms() / "household"
    indicators = load_indicators(folder / "indicators.csv", load_form(folder / "household.xlsx"))
    equal: tuple[tuple[Level, Part, Part], ...] = (
        ("member", ("p_account_bank_15", "n", ""), ("p_epay_of_holders", "d", "")),
        ("member", ("p_epay_15", "n", ""), ("p_epay_use_type", "d", "")),
        ("household", ("hh_smartphone", "r", ""), ("hh_no_smartphone_reason", "d", "")),
    )
    for level, one, other in equal:
        assert any({one, other} <= set(parts) for found in relations(indicators, level) for parts in found.sets)


def test_who_is_asked_in_another_indicator_gives_nothing_away() -> None:
    """Of 40 people 37 have an account: how many pay with it is of 37, which the reader may not see either."""
    folder = paths.forms() / "household"
    indicators = load_indicators(folder / "indicators.csv", load_form(folder / "household.xlsx"))
    chosen = [one for one in indicators if one.key in ("p_account_bank_15", "p_epay_of_holders")]
    rows = Rows([{"submission_id": "s", "interview_result": "complete", "commune_code": "00004"}])
    for n in range(40):
        account = "yes" if n >= 3 else "no"
        rows.member.append({"submission_id": "s", "line": str(n), "m_age": "30", "m_residence": "permanent",
                            "m_bank_account": account, "m_epay_registered": "yes" if n > 20 else "no"})  # fmt: skip
    tables: dict[tuple[str, ...], pd.DataFrame] = {(): compute_all(chosen, rows, [()])[0]}
    shown = {row["indicator"]: row for row in withhold(tables, chosen)[()].to_dict("records")}
    assert tables[()]["denominator"].tolist() == [40, 37]
    assert shown["p_account_bank_15"]["denominator"] == 40
    assert np.isnan([shown["p_account_bank_15"]["numerator"], shown["p_epay_of_holders"]["denominator"]]).all()
