"""The same household entered twice: proposed, decided by a person, remembered everywhere, taken back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app.cli.main import main
from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.operations.duplicates import (
    candidates,
    decide_later,
    different_households,
    read_side,
    reasons,
    same_household,
    take_back,
    verdicts,
)
from survey_app.operations.visits import reopen
from survey_app.records import Household, Place, Revision, Round
from survey_app.store import Store

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
PAIR = frozenset(("h3", "twin"))
PEOPLE = (
    ("Lò Văn Cường", "male", 1970, 3, 5, "head"),
    ("Quàng Thị Mị", "female", 1972, 9, 14, "spouse"),
    ("Lò Thị Thơm", "female", 1999, 12, 1, "child"),
)


def at(hours: float) -> Callable[[], dt.datetime]:
    return lambda: NOON + dt.timedelta(hours=hours)


def form(household: str, people: tuple[tuple[Any, ...], ...], **more: str) -> Revision:
    names = ("m_name", "m_sex", "m_birth_year", "m_birth_month", "m_birth_day", "m_relation")
    members = [
        {"#": n, "roster": dict(zip(names, map(str, person), strict=True)), "person": dict(more)}
        for n, person in enumerate(people, start=1)
    ]
    made_at = NOON.isoformat(timespec="milliseconds")
    return Revision(
        *(f"s-{household}", household, "r", "f", "1", (), "answers", "e1", "L1", made_at, ""),
        answers={"interview_result": "complete", "household": {"hh_phone": "+84 912 345 678"}, "members": members},
    )


def make(path: Path, device: str) -> Store:
    store = Store.create(path, "mật khẩu dài", kind="office", device=device, name=device, cost=Cost(1, 8))
    store.put_places([Place("1", "Xã A", "commune", "xa", ""), Place("1-001", "Thôn Một", "village", "thon", "1")])
    store.put_round(Round("r", "Đợt", "f", "1", "2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01", "1"))
    store.put_households(Household(f"h{n}", "1-001", n, f"Người Thứ {n}") for n in range(1, 30) if n != 3)
    store.put_households([Household("h3", "1-001", 3, "Lò Văn Cường", phone="0912345678")])
    store.put_households([Household("twin", "1-001", 31, "Lo Van Cuong")])
    store.add_revisions([form("h3", PEOPLE), form("twin", PEOPLE[:2])], "here")
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with make(tmp_path / "a.store", "O1") as store:
        yield store


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with make(tmp_path / "b.store", "O2") as store:
        yield store


def test_two_lines_of_one_household_are_proposed_with_reasons_in_words(store: Store) -> None:
    (found,) = candidates(store)
    assert found.pair == PAIR
    assert reasons(found.likeness) == [
        "same head of household",
        "same telephone number",
        "2 members in common",
        "same village",
    ]


def test_a_side_shows_people_and_form_as_they_are_read(store: Store) -> None:
    side = read_side(store, "h3")
    assert (side.members[0].name, side.members[0].birth) == ("Lò Văn Cường", "05/03/1970")
    assert side.village == "Thôn Một"
    assert side.form_at.startswith("2026-11-21")


def test_one_household_closes_a_line_and_voids_its_form(store: Store) -> None:
    same_household(store, "twin", "h3", "ct", "trưởng thôn nói là một hộ", clock=at(1))
    line = store.line("twin")
    assert line is not None
    assert line.result == "duplicate"
    assert [each.state for each in store.currents(household="twin")] == ["void"]
    assert candidates(store) == []
    assert verdicts(store)[PAIR].kind == "same"


def test_two_households_are_not_proposed_again(store: Store) -> None:
    different_households(store, "twin", "h3", "ct", "hai anh em", clock=at(1))
    assert candidates(store) == []
    assert verdicts(store)[PAIR].note == "hai anh em"


def test_two_households_need_a_reason(store: Store) -> None:
    before = store.digest()
    with pytest.raises(SurveyAppError, match="reason") as failure:
        different_households(store, "twin", "h3", "ct", "  ")
    assert failure.value.code == "DUP-01"
    assert store.digest() == before


def test_what_is_left_for_later_stays_on_the_list_with_its_note(store: Store) -> None:
    decide_later(store, "h3", "twin", "ct", "hỏi trưởng thôn", clock=at(1))
    (found,) = candidates(store)
    assert found.verdict is not None
    assert found.verdict.note == "hỏi trưởng thôn"


def test_taking_one_household_back_brings_line_and_form_back(store: Store) -> None:
    before = {each.submission: each.answers for each in store.currents(household="twin")}
    same_household(store, "twin", "h3", "ct", "một hộ", clock=at(1))
    take_back(store, PAIR, "ct", clock=at(2))
    assert {each.submission: each.answers for each in store.currents(household="twin")} == before
    assert [each.state for each in store.currents(household="twin")] == ["settled"]
    line = store.line("twin")
    assert line is not None
    assert line.status == "complete"
    assert [each.pair for each in candidates(store)] == [PAIR]


def test_taking_back_leaves_a_form_void_that_was_void_before(store: Store) -> None:
    from survey_app.operations.conflicts import void_submission

    void_submission(store, "s-twin", "một hộ", "ct", at(0.5))
    same_household(store, "twin", "h3", "ct", "một hộ", clock=at(1))
    take_back(store, PAIR, "ct", clock=at(2))
    assert [each.state for each in store.currents(household="twin")] == ["void"]


def test_taking_two_households_back_proposes_them_again(store: Store) -> None:
    different_households(store, "twin", "h3", "ct", "khác", clock=at(1))
    take_back(store, PAIR, "ct", clock=at(2))
    assert [each.pair for each in candidates(store)] == [PAIR]


def test_nothing_decided_cannot_be_taken_back(store: Store) -> None:
    with pytest.raises(SurveyAppError) as failure:
        take_back(store, PAIR, "ct")
    assert failure.value.code == "DUP-02"


def test_a_line_put_back_on_the_list_by_hand_is_undecided_again(store: Store) -> None:
    same_household(store, "twin", "h3", "ct", "một hộ", clock=at(1))
    reopen(store, "twin", "ct", "nhầm", at(2))
    assert verdicts(store) == {}


def test_decisions_travel_as_revisions_and_agree_in_any_order(store: Store, other: Store) -> None:
    different_households(store, "h3", "twin", "ct", "khác", clock=at(1))
    same_household(other, "twin", "h3", "ct2", "một hộ", clock=at(2))
    mine, theirs = list(store.revisions()), list(other.revisions())
    store.add_revisions(theirs, "bundle 1")
    other.add_revisions(mine, "bundle 2")
    assert store.digest() == other.digest()
    assert verdicts(store) == verdicts(other)
    assert verdicts(store)[PAIR].kind == "same"


def test_identity_numbers_count_without_ever_being_shown(store: Store) -> None:
    one, two = (form(name, PEOPLE[:1], m_id_number="036070001234") for name in ("h5", "h6"))
    store.add_revisions([one, two], "here")
    found = next(each for each in candidates(store) if each.pair == frozenset(("h5", "h6")))
    assert "1 identity number in common" in reasons(found.likeness)
    assert "036070001234" not in repr(found)


def test_a_household_that_split_is_no_candidate_with_its_origin(store: Store) -> None:
    from survey_app.operations.visits import split_household

    new = split_household(store, "h3", "Lò Văn Cường", "e1", phone="0912345678", clock=at(1))
    assert all(new.id not in each.pair or "h3" not in each.pair for each in candidates(store))


def test_the_command_lists_pairs_without_deciding(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, path = store.digest(), str(store.path)
    store.close()
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", "mật khẩu dài")
    assert main(["duplicates", path, "--json", "--language", "en"]) == 0
    said = capsys.readouterr().out
    (pair,) = json.loads(said)
    assert sorted(pair["households"]) == sorted(PAIR)
    assert pair["members_in_common"] == 2
    assert "Lò" not in said
    assert main(["duplicates", path, "--language", "vi"]) == 0
    assert "cùng tên chủ hộ, cùng số điện thoại, 2 thành viên trùng" in capsys.readouterr().out
    with Store.open(path, "mật khẩu dài") as again:
        assert again.digest() == before
