"""The quality page: what each measure counts, who may see names, the households behind a number."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.cli.main import main
from survey_app.clock import VIETNAM
from survey_app.operations.access import NotAllowed
from survey_app.operations.demo import build_demo
from survey_app.operations.handover import bundle_files, merge
from survey_app.operations.people import give_role
from survey_app.operations.quality import BY, FAST, MEASURES, OUTLIERS, PROGRESS, Quality, read_quality
from survey_app.operations.quality_behind import households_with
from survey_app.operations.quality_facts import AGES, PROXY, SPECIAL, YEARS, Asked, Facts, take_in
from survey_app.paradata import Paradata, SittingTime
from survey_app.progress import Cancelled
from survey_app.store import Store
from survey_app.store.deeds import LOOKED_AT

PASSPHRASE = "khao-sat-mau"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office's data file with the answers of two laptops, one interview of them far too fast."""
    folder = tmp_path_factory.mktemp("quality")
    demo = build_demo(folder, 60, 2, False, 4, 1, PASSPHRASE, lambda: dt.datetime(2026, 11, 21, 16, 0, tzinfo=VIETNAM))
    with Store.open(demo.office_store, PASSPHRASE) as store:
        merge(store, bundle_files([folder / "bundles"]))
        first = next(each for each in store.revisions() if each.answers.get("interview_result") == "complete")
        home = next(line.household for line in store.households() if line.status == "not_visited")
        hasty = Paradata((SittingTime("2026-11-20T08:00:00.000+07:00", 40),)).as_text()
        answers = {**first.answers, "hh_uuid": home.id, "village_code": home.village_code}
        answers["devices"] = {**answers["devices"], "n_tablet": "40"}
        made = replace(first, id="", submission="hasty", household=home.id, answers=answers, paradata=hasty)
        store.add_revisions([made], "here")
    return demo.office_store


@pytest.fixture
def store(office: Path) -> Iterator[Store]:
    """The same, open."""
    with Store.open(office, PASSPHRASE) as opened:
        yield opened


@pytest.fixture
def quality(store: Store) -> Quality:
    """Its page."""
    return read_quality(store)


@pytest.mark.parametrize("measure", [one.key for one in MEASURES])
def test_groups_add_up_to_the_whole(quality: Quality, measure: str) -> None:
    for by in BY:
        groups = quality.groups(measure, by)
        told = (sum(one.apart.counted for one in groups), sum(one.apart.base for one in groups))
        assert told == quality.whole(measure)


def test_the_list_is_told_as_the_list_has_it(store: Store, quality: Quality) -> None:
    lines = store.households()
    visited = sum(line.status != "not_visited" for line in lines)
    assert quality.whole(PROGRESS) == (visited, len(lines))


def test_a_hasty_interview_and_a_mistyped_number_are_found(store: Store, quality: Quality) -> None:
    assert quality.whole(FAST)[0] == 1
    for measure, words in ((FAST, "0.7 min"), (OUTLIERS, "40")):
        group = next(one for one in quality.groups(measure, "village") if one.apart.counted)
        (found,) = households_with(store, quality, measure, "village", group.code)
        assert found.household.village_code == group.code
        assert words in found.words


def test_the_list_behind_a_number_is_as_long_as_the_number(store: Store, quality: Quality) -> None:
    for by in BY:
        for measure in (PROXY, SPECIAL, YEARS):
            for group in quality.groups(measure, by):
                found = households_with(store, quality, measure, by, group.code)
                assert len(found) <= group.apart.counted
                assert sum(int(one.words.split()[0]) for one in found) == group.apart.counted
        todo = [len(households_with(store, quality, PROGRESS, by, g.code)) for g in quality.groups(PROGRESS, by)]
        counted, base = quality.whole(PROGRESS)
        assert sum(todo) == base - counted


def test_every_look_is_noted(store: Store, quality: Quality) -> None:
    households_with(store, quality, FAST, "village", "x")
    deed = store.deeds()[-1]
    assert (deed.action, deed.about["measure"]) == (LOOKED_AT, FAST)


def test_names_are_for_those_who_may_see_them(store: Store, quality: Quality) -> None:
    people = {one.id: one.name for one in store.enumerators()}
    assert {one.name for one in quality.groups(PROXY, "enumerator")} <= set(people.values())
    boss = next(one.id for one in store.enumerators() if one.role == "supervisor")
    give_role(store, "an", "author", "An")
    assert boss
    store.at_work = "an"
    told = read_quality(store, quality.held)
    assert told.held is quality.held
    names = {one.name for one in told.groups(PROXY, "enumerator")}
    assert names.isdisjoint(people.values())
    with pytest.raises(NotAllowed):
        households_with(store, told, FAST, "village", "x")


def test_interviews_are_read_again_only_when_something_changed(store: Store, quality: Quality) -> None:
    assert read_quality(store, quality.held).held is quality.held
    line = store.households(limit=1)[0].household
    new = replace(line, id="00000000-0000-4000-8000-0000000000aa", number=998)
    store.add_households([new], found_by="dt01")
    assert read_quality(store, quality.held).held is not quality.held


def test_reading_can_be_stopped(store: Store) -> None:
    class Stop:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_quality(store, monitor=Stop())


def test_what_is_counted_of_an_interview() -> None:
    asked = Asked(frozenset({"a", "b", "y", "n"}), frozenset({"a"}), frozenset({"y"}), frozenset({"n"}))
    facts = Facts()
    members = [
        {"m_proxy": "yes", "m_age": "14"},
        {"m_proxy": "yes", "m_age": "40", "m_birth_year": "1985", "a": "dk"},
        {"m_proxy": "no", "m_age": "41", "m_birth_year": "1984", "y_special": "refused"},
        {"m_age_about": "30", "y": "1", "a": "yes"},
        {"m_birth_year": "1900"},
    ]
    household = {"household_id": "h", "reference_date": "2026-11-01", "n": "7"}
    take_in(facts, asked, household, members, "p", 120.0)
    told = {name: (facts.counted[name][0], facts.bases[name][0]) for name in (PROXY, SPECIAL, YEARS, AGES)}
    assert told == {PROXY: (1, 2), SPECIAL: (2, 4), YEARS: (1, 2), AGES: (1, 1)}
    assert facts.seconds[0] == 120.0
    take_in(facts, asked, {**household, "entry_mode": "paper"}, [], "p", 120.0)
    assert facts.seconds[1] != facts.seconds[1]


def test_the_command_prints_what_the_page_tells(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    assert main(["--language", "en", "quality", str(office), "--by", "village", "--measure", FAST, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert sum(row["counted"] for row in rows) == 1
    code = next(row["code"] for row in rows if row["counted"])
    common = ["--language", "en", "quality", str(office), "--by", "village"]
    assert main([*common, "--measure", FAST, "--behind", code]) == 0
    assert "min for" in capsys.readouterr().out
    assert main([*common, "--measure", "nothing"]) == 1
    assert main([*common, "--behind", code]) == 1
    assert "QUA-01" in capsys.readouterr().err
