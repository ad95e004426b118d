"""Attacks on published tables: nobody works out what was withheld."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from survey_app.indicators import Rows, compute_all
from survey_app.indicators.disclosure import LEAST, Group, closure, group_of, withhold
from survey_app.indicators.linear import Sums
from survey_app.indicators.nesting import lies_within
from survey_app.records import Place

Define = Callable[..., Any]
DONE = "${interview_result} = 'complete'"
PARTS = ("yes", "no", "not known")


def province(villages: int, seed: int, smallest: int = 1, largest: int = 40) -> tuple[Rows, dict[str, Place]]:
    """Return households and members of villages in communes of two provinces."""
    rng = random.Random(seed)
    rows, places = Rows(), {code: Place(code, code, "province", "tinh", "") for code in ("01", "02")}
    for number in range(villages):
        commune = f"{number // 4:05d}"
        village = f"{commune}-{number % 4:03d}"
        places[commune] = Place(commune, commune, "commune", "xa", "01" if number // 4 < villages // 8 else "02")
        places[village] = Place(village, village, "village", "thon", commune)
        for home in range(rng.randint(smallest, largest)):
            name = f"{village}/{home}"
            rows.household.append(
                {
                    "submission_id": name,
                    "interview_result": "complete",
                    "village_code": village,
                    "commune_code": commune,
                    "province_code": places[commune].parent,
                    "n_smartphone": str(int(rng.random() < 0.85)),
                    "poverty_status": rng.choice(("poor", "near_poor", *["non_poor"] * 8, "unknown")),
                }
            )
            rows.member.append({"submission_id": name, "line": "1", "m_sex": rng.choice(("male", "female")),
                                "m_bank": rng.choice(("yes", "yes", "yes", "no", "dk"))})  # fmt: skip
    return rows, places


@pytest.fixture
def indicators(define: Define) -> Any:
    """A share of households, one of people, and a question with its answers."""
    return define(
        {"key": "hh", "numerator": "${n_smartphone} > 0", "denominator": DONE},
        {"key": "p", "level": "member", "numerator": "${m_bank} = 'yes'", "denominator": DONE},
        {"key": "d", "aggregate": "distribution", "numerator": "${poverty_status}", "denominator": DONE},
    )


def published(
    indicators: Any, rows: Rows, places: dict[str, Place], breakdowns: Sequence[Sequence[str]]
) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return the tables as they are, and as they may leave the office."""
    wanted = closure(breakdowns)
    true = dict(zip(wanted, compute_all(indicators, rows, wanted), strict=True))
    return true, withhold(true, indicators, places)


class Reader:
    """Knows all published figures of an indicator and what adds up to what, and nothing else."""

    def __init__(self, true: dict[Any, Any], shown: dict[Any, Any], key: str, places: dict[str, Place]) -> None:
        self.places = places
        self.true: dict[Group, tuple[float, ...]] = {}
        self.shown: dict[Group, tuple[float, ...]] = {}
        for by in true:
            for found, frame in ((self.true, true[by]), (self.shown, shown[by])):
                for row in frame[frame["indicator"] == key].to_dict("records"):
                    group = group_of(by, [row[name] for name in by])
                    rest = row["denominator"] - row["numerator"] - row["unknown"]
                    figures = (row["numerator"], rest, row["unknown"], row["denominator"])
                    assert group not in found or np.array_equal(found[group], figures, equal_nan=True)
                    found[group] = figures

    def equations(self) -> tuple[Any, Any, dict[tuple[Group, int], int]]:
        """Return everything a reader can write down: parts and wholes, sums over each breakdown, what is printed."""
        place = {(group, part): n for n, (group, part) in enumerate((g, p) for g in self.true for p in range(4))}
        lines: list[dict[int, float]] = []
        values: list[float] = []

        def write(terms: dict[int, float], value: float) -> None:
            lines.append(terms)
            values.append(value)

        for group, figures in self.shown.items():
            write({place[group, 0]: 1, place[group, 1]: 1, place[group, 2]: 1, place[group, 3]: -1}, 0.0)
            for part, figure in enumerate(figures):
                if not np.isnan(figure):
                    write({place[group, part]: 1}, figure)
        for total in self.true:
            for finer in self._partitions(total):
                for part in range(4):
                    write({place[total, part]: -1.0, **{place[group, part]: 1.0 for group in finer}}, 0.0)
        matrix = np.zeros((len(lines), len(place)))
        for number, terms in enumerate(lines):
            for column, factor in terms.items():
                matrix[number, column] = factor
        return matrix, np.array(values), place

    def _partitions(self, total: Group) -> list[list[Group]]:
        found: dict[str, list[Group]] = {}
        for group in self.true:
            for name, code in group:
                rest = tuple(pair for pair in group if pair[0] != name)
                up: set[Group] = set()
                place = self.places.get(code)
                while place is not None and (place := self.places.get(place.parent)) is not None and not up:
                    total_of = tuple(sorted((*rest, (place.level, place.code))))
                    up = {total_of} if total_of in self.true else set()
                if total in {rest, *up}:
                    found.setdefault(name + str(total == rest), []).append(group)
        return list(found.values())

    def narrowed(self) -> list[tuple[Group, str, float, float, float]]:
        """Return the small counts of people that can be narrowed down further than the rule allows."""
        matrix, values, place = self.equations()
        known = self._fixed(matrix, values)
        free = [n for n in range(matrix.shape[1]) if n not in known]
        reduced = values - sum((matrix[:, n] * v for n, v in known.items()), np.zeros(len(values)))
        lines = [n for n in range(len(matrix)) if np.abs(matrix[n, free]).any()]
        found = []
        for group, figures in self.true.items():
            for part in (0, 1, 3):
                if not 0 < figures[part] < LEAST:
                    continue
                n = place[group, part]
                lowest, highest = (known[n], known[n]) if n in known else self._range(matrix, reduced, free, lines, n)
                if highest < LEAST - 1e-6 or highest - lowest < LEAST - 1 - 1e-6:
                    found.append((group, (*PARTS, "all")[part], figures[part], lowest, highest))
        return found

    def _fixed(self, matrix: Any, values: Any) -> dict[int, float]:
        """Work out by subtraction alone what can be worked out so."""
        known: dict[int, float] = {}
        more = True
        while more:
            more = False
            for line, value in zip(matrix, values, strict=True):
                open_ = [n for n in map(int, np.flatnonzero(line)) if n not in known]
                if len(open_) == 1:
                    rest = value - sum(line[n] * known[n] for n in map(int, np.flatnonzero(line)) if n in known)
                    known[int(open_[0])] = rest / line[open_[0]]
                    more = True
        return known

    def _range(self, matrix: Any, values: Any, free: list[int], lines: list[int], n: int) -> tuple[float, float]:
        """Return the bounds of one figure, by a linear program over what hangs together with it."""
        columns, rows = {n}, set()
        while True:
            more = {line for line in lines if line not in rows and np.abs(matrix[line, sorted(columns)]).any()}
            if not more:
                break
            rows |= more
            columns |= {c for line in more for c in map(int, np.flatnonzero(matrix[line])) if c in set(free)}
        ordered = sorted(columns)
        system = matrix[np.ix_(sorted(rows), ordered)], values[sorted(rows)]
        try:
            from scipy.optimize import linprog  # type: ignore[import-untyped,unused-ignore]
        except ImportError:
            return Sums(*system).range_of([ordered.index(n)])
        ends = []
        for sign in (1, -1):
            done = linprog(sign * np.eye(len(ordered))[ordered.index(n)], A_eq=system[0], b_eq=system[1])
            ends.append(np.inf if done.status == 3 else sign * done.fun)
        return ends[0], ends[1]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "breakdowns", [[("village",)], [("commune", "sex")], [("village",), ("sex",), ("poverty_status",)]]
)
def test_no_small_figure_can_be_narrowed_down(breakdowns: Any, seed: int, indicators: Any) -> None:
    rows, places = province(12, seed, largest=25)
    true, shown = published(indicators, rows, places, breakdowns)
    for key in ("hh", "p"):
        assert Reader(true, shown, key, places).narrowed() == []


def test_no_small_figure_of_a_copy_for_readers_can_be_narrowed_down(indicators: Any) -> None:
    """Groups within villages, whose tables share their totals."""
    rows, places = province(8, 5, smallest=15, largest=60)
    true, shown = published(indicators, rows, places, [("village", "sex"), ("village", "poverty_status")])
    for key in ("hh", "p"):
        assert Reader(true, shown, key, places).narrowed() == []


def test_without_withholding_the_attack_succeeds(indicators: Any) -> None:
    rows, places = province(12, 0, largest=25)
    true, _shown = published(indicators, rows, places, [("village",)])
    assert len(Reader(true, true, "hh", places).narrowed()) > 5
    only_small = {by: frame.copy() for by, frame in true.items()}
    for frame in only_small.values():
        small = (frame["numerator"].between(1, 4)) | ((frame["denominator"] - frame["numerator"]).between(1, 4))
        frame[["numerator", "unknown"]] = frame[["numerator", "unknown"]].astype(float).mask(small)
    assert Reader(true, only_small, "hh", places).narrowed(), "small cells alone do not protect: sums give them away"


def test_two_tables_published_on_different_days_do_not_undo_each_other(indicators: Any) -> None:
    rows, places = province(12, 3, largest=25)
    _few, first = published(indicators, rows, places, [("village",)])
    true, second = published(indicators, rows, places, [("village",), ("sex",)])
    both = {by: second[by].where(~second[by]["withheld"], first.get(by, second[by])) for by in second}
    for key in ("hh", "p"):
        assert Reader(true, both, key, places).narrowed() == []


def test_what_is_large_enough_is_published(indicators: Any) -> None:
    rows, places = province(8, 1, smallest=120, largest=160)
    true, shown = published(indicators, rows, places, [("village",)])
    villages = shown["village",]
    assert not villages[villages["indicator"] == "hh"]["withheld"].any()
    assert villages[villages["indicator"] == "hh"]["numerator"].tolist() == [
        *true["village",][true["village",]["indicator"] == "hh"]["numerator"]
    ]
    assert not shown[()]["withheld"].any()


def test_nothing_of_a_withheld_row_is_left(indicators: Any) -> None:
    rows, places = province(12, 2, largest=12)
    true, _shown = published(indicators, rows, places, [("village",)])
    compared = {by: frame.assign(status="met", lower=1.0, upper=2.0) for by, frame in true.items()}
    gone = withhold(compared, indicators, places)["village",].query("withheld")
    assert len(gone)
    assert gone[["numerator", "unknown", "estimate", "lower", "upper"]].isna().all(axis=None)
    assert set(gone["status"]) == {"withheld"}
    small = gone.index[true["village",].loc[gone.index, "denominator"].between(1, LEAST - 1)]
    assert gone.loc[small, "denominator"].isna().all()


def test_a_closure_has_all_tables_that_another_adds_up_to() -> None:
    found = closure([("commune", "sex")])
    assert found[0] == ()
    assert set(found) == {(), ("province",), ("commune",), ("sex",), ("province", "sex"), ("commune", "sex")}
    assert set(closure([("village",)])) == {(), ("province",), ("commune",), ("village",)}


def test_districts_lie_between_provinces_and_communes(indicators: Any) -> None:
    found = closure([("district", "sex")])
    assert set(found) == {(), ("province",), ("district",), ("sex",), ("province", "sex"), ("district", "sex")}
    rows, places = province(12, 1, largest=25)
    places |= {code: Place(code, code, "district", "huyen", code[:2]) for code in ("01a", "01b", "02a")}
    for n, commune in enumerate(sorted(code for code, place in places.items() if place.level == "commune")):
        district = ("01a", "02a", "02a")[n]
        places[commune] = Place(commune, commune, "commune", "xa", district)
        for row in rows.household:
            if row["commune_code"] == commune:
                row["district_code"], row["province_code"] = district, district[:2]
    true, shown = published(indicators, rows, places, [("district",), ("commune",), ("village",)])
    few = shown["commune",]
    assert few["withheld"].any()
    for key in ("hh", "p"):
        assert Reader(true, shown, key, places).narrowed() == []


def test_a_linear_program_finds_the_bounds_of_a_table_of_known_sums() -> None:
    rows, columns = np.array([7.0, 4.0, 9.0]), np.array([6.0, 14.0])
    lines = [[float(n // 2 == row) for n in range(6)] for row in range(3)]
    lines += [[float(n % 2 == column) for n in range(6)] for column in range(2)]
    sums = Sums(np.array(lines), np.concatenate([rows, columns]))
    for n in range(6):
        row, column = rows[n // 2], columns[n % 2]
        assert sums.range_of([n]) == pytest.approx((max(0, row + column - 20), min(row, column)))
    with pytest.raises(ValueError, match="contradict"):
        Sums(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([1.0, 2.0]))
    assert Sums(np.array([[1.0, -1.0]]), np.array([2.0])).range_of([0]) == (2.0, np.inf)


@pytest.fixture
def nested(define: Define) -> Any:
    """Of all who have an account in a bank each has one anywhere; the older ones are among all."""
    bank, other = "${m_bank} = 'yes'", "${m_other} = 'yes'"
    either, adult = f"{bank} or {other}", f"{DONE} and ${{m_age}} >= 18"
    return define(
        {"key": "inner", "level": "member", "numerator": bank, "denominator": adult},
        {"key": "outer", "level": "member", "numerator": either, "denominator": adult},
        {"key": "young", "level": "member", "numerator": bank, "denominator": f"{DONE} and ${{m_age}} >= 14"},
        {"key": "apart", "level": "member", "numerator": other, "denominator": adult},
    )


def test_what_lies_within_what_is_read_from_the_definitions(nested: Any) -> None:
    found = {(one.key, other.key) for one in nested for other in nested if lies_within(one, other)}
    assert found == {("inner", "outer"), ("inner", "young"), ("apart", "outer")}


@pytest.mark.parametrize("seed", range(3))
def test_two_nested_indicators_cannot_be_subtracted_from_each_other(nested: Any, seed: int) -> None:
    rows, places = province(12, seed, smallest=20, largest=45)
    rng = random.Random(seed)
    for row in rows.member:
        row["m_age"] = rng.choice(["15", *["40"] * 12])
        row["m_other"] = "yes" if row["m_bank"] == "no" and rng.random() < 0.3 else "no"
    true, shown = published(nested, rows, places, [("village",), ("sex",)])

    def of(key: str, frames: dict[Any, Any]) -> dict[Group, tuple[float, ...]]:
        return {
            group_of(by, [row[name] for name in by]): (row["numerator"], row["denominator"])
            for by, frame in frames.items()
            for row in frame[frame["indicator"] == key].to_dict("records")
        }

    attacked = 0
    for inner, outer in (("inner", "outer"), ("inner", "young"), ("apart", "outer")):
        told, really = {key: of(key, shown) for key in (inner, outer)}, {key: of(key, true) for key in (inner, outer)}
        for group in really[inner]:
            gap = [b - a for a, b in zip(really[inner][group], really[outer][group], strict=True)]
            if not any(0 < count < LEAST for count in gap):
                continue
            attacked += 1
            assert np.isnan([told[inner][group][0], told[outer][group][0]]).any(), (inner, outer, group)
        reader = Reader(true, shown, inner, places)
        assert reader.narrowed() == []
        matrix, values, place = reader.equations()
        known = reader._fixed(matrix, values)
        withheld = [group for group, figures in told[inner].items() if np.isnan(figures[0])]
        assert [group for group in withheld if place[group, 0] in known and really[inner][group][0] > 0] == []
    assert attacked > 5
