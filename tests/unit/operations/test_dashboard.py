"""Figures from kept counts are those of the answers; the households behind a figure add up to it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.indicators.disclosure import LEAST
from survey_app.operations.access import NotAllowed
from survey_app.operations.behind import COUNTS, households_behind
from survey_app.operations.dashboard import Board, Only, read_board
from survey_app.operations.demo import build_demo
from survey_app.operations.handover import bundle_files, merge
from survey_app.operations.results import basis, published_tables, results_of, tables
from survey_app.progress import Cancelled
from survey_app.store import Store
from survey_app.store.deeds import LOOKED_AT

PASSPHRASE = "khao-sat-mau"
EARLIER = "2025-11"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An office that has merged two communes, with answers of an earlier round of every second household."""
    folder = tmp_path_factory.mktemp("board")
    moment = dt.datetime(2026, 11, 21, 16, 0, tzinfo=VIETNAM)
    demo = build_demo(folder, 40, 2, False, 1, 2, PASSPHRASE, lambda: moment)
    with Store.open(demo.office_store, PASSPHRASE) as office:
        merge(office, bundle_files([folder / "bundles"]))
        now = office.round()
        assert now is not None
        office.put_round(replace(now, code=EARLIER, reference_date="2025-11-01"))
        office.put_round(now)
        older = [
            replace(
                list(office.revisions(one.submission))[-1], id="", submission=f"old{n}", round=EARLIER, parents=(),
                kind="answers", answers={**one.answers, "campaign_code": EARLIER},
            )
            for n, one in enumerate(office.currents(form=now.form_id))
            if n % 2
        ]  # fmt: skip
        office.add_revisions(older, "here")
        yield office


@pytest.fixture(scope="module")
def board(store: Store) -> Board:
    """The board of the current round."""
    return read_board(store)


@pytest.mark.parametrize("by", ["", "commune", "village", "sex", "age_group", "poverty_status"])
def test_the_board_says_what_the_tables_say(store: Store, board: Board, by: str) -> None:
    of = basis(store)
    (table,), _coverage = tables(store, of, [[by] if by else []])
    assert sorted(map(str, board.results(by))) == sorted(map(str, results_of(table, of, by)))


def test_a_part_is_its_row_of_the_breakdown(board: Board) -> None:
    by_sex = {one.indicator: one for one in board.results("sex") if one.place == "female"}
    only = {one.indicator: one for one in board.results("", Only(group="sex", code="female"))}
    assert only
    assert all(only[key].numerator == by_sex[key].numerator for key in only if key in by_sex)
    village = board.codes("village")[0]
    inside = {one.indicator: one for one in board.results("", Only(village=village)) if one.level == "member"}
    rows = {one.indicator: one for one in board.results("village") if one.place == village}
    assert all(inside[key].denominator == rows[key].denominator for key in inside)


def test_nothing_is_counted_again_until_something_changed(store: Store, board: Board) -> None:
    assert read_board(store, board) is board
    before = store.state()
    line = store.households(limit=1)[0].household
    store.add_households([replace(line, id="00000000-0000-4000-8000-00000000000f", number=999)], found_by="dt01")
    assert store.state() != before


def test_rounds_are_told_each_by_itself(store: Store) -> None:
    rounds = read_board(store, every_round=True)
    (total,) = read_board(store).results("", keys=["hh_smartphone"])
    told = {one.place: one for one in rounds.results("round", keys=["hh_smartphone"])}
    now = store.round()
    assert now is not None
    assert told[now.code].denominator == total.denominator
    assert 0 < told[EARLIER].denominator < total.denominator
    villages = rounds.results("village", Only(round=EARLIER), ["hh_smartphone"])
    assert sum(one.denominator for one in villages) == told[EARLIER].denominator


@pytest.mark.parametrize(
    ("by", "only"), [("village", Only()), ("sex", Only()), ("village", Only(group="sex", code="male"))]
)
def test_what_leaves_the_office_is_what_may_be_published(store: Store, by: str, only: Only) -> None:
    board, of = read_board(store), basis(store)
    names = tuple(dict.fromkeys([by, *only.where()]))
    (whole,), _coverage = published_tables(store, of, [names])
    for key in ("hh_smartphone", "p_account_bank_15"):
        rows = whole[whole["indicator"] == key]
        for name, codes in only.where().items():
            rows = rows[rows[name].isin(list(codes))]
        hidden = {row[by]: bool(row["withheld"]) for row in rows.to_dict("records")}
        found = board.published(by, only, key, LEAST)
        assert {one.place for one in found} == set(hidden)
        assert not {one.place for one in found if one.status != "withheld"} - {
            p for p, gone in hidden.items() if not gone
        }
        assert all(math.isnan(one.numerator) for one in found if one.status == "withheld")


def test_the_same_answers_in_the_units_of_2024_have_equal_totals(store: Store, board: Board) -> None:
    board = read_board(store)
    then = read_board(store, board, units="2024-12-31")
    assert then is not board
    assert read_board(store, then, units="2024-12-31") is then
    figures = ("numerator", "denominator", "unknown", "estimate")

    def told(board: Board, by: str = "", only: Only | None = None) -> dict[str, list[float]]:
        sums: dict[str, list[float]] = {}
        for one in board.results(by, only):
            sums.setdefault(one.indicator, []).append(one.denominator)
        return {key: [sum(numbers)] for key, numbers in sums.items()} if by else sums

    whole = {one.indicator: [getattr(one, name) for name in figures] for one in board.results()}
    assert {one.indicator: [getattr(one, name) for name in figures] for one in then.results()} == whole
    asked = {one.key for one in then.basis.indicators if one.aggregate == "ratio" and not one.each}
    assert then.codes("district")
    for by in ("district", "commune", "village"):
        assert {key: sums for key, sums in told(then, by).items() if key in asked} == {
            key: sums for key, sums in told(then).items() if key in asked
        }
    (one, *_others) = then.codes("district")
    inside = told(then, "commune", Only(district=one))["hh_smartphone"]
    assert inside == [next(each.denominator for each in then.results("district", keys=["hh_smartphone"])
                           if each.place == one)]  # fmt: skip
    assert not board.codes("district") or set(board.codes("district")) == {"unknown"}


def test_counting_can_be_stopped(store: Store) -> None:
    class Stop:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_board(store, monitor=Stop())


@pytest.mark.parametrize("key", ["hh_smartphone", "p_smartphone_adult"])
@pytest.mark.parametrize("only", [Only(), Only(group="sex", code="female")])
def test_the_households_behind_a_figure_add_up_to_it(store: Store, board: Board, key: str, only: Only) -> None:
    for result in board.results("village", only, [key])[:4]:
        found = households_behind(store, key, result.place, only)
        assert sum(one.numerator for one in found) == result.numerator
        assert sum(one.denominator for one in found) == result.denominator
        assert sum(one.unknown for one in found) == result.unknown
        assert all((one.numerator > 0) == (one.state == COUNTS) for one in found)
        assert all(one.household.village_code == result.place for one in found)


def test_every_look_at_names_is_noted(store: Store, board: Board) -> None:
    village = board.codes("village")[0]
    households_behind(store, "hh_smartphone", village)
    deed = list(store.deeds())[-1]
    assert (deed.action, deed.about["village"]) == (LOOKED_AT, village)


def test_who_may_not_see_names_sees_no_household(store: Store, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    person = next(each for each in store.enumerators())
    store.put_enumerators([replace(person, role="author")])
    monkeypatch.setattr(store, "at_work", person.id)
    with pytest.raises(NotAllowed):
        households_behind(store, "hh_smartphone", board.codes("village")[0])
    store.put_enumerators([person])


def test_what_is_not_counted_household_by_household_has_no_list(store: Store) -> None:
    with pytest.raises(SurveyAppError) as error:
        households_behind(store, "no_such_indicator", "02101-001")
    assert error.value.code == "RES-08"
