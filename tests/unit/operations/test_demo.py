"""The demonstration: what is in its folder, and that it hangs together."""

from __future__ import annotations

import datetime as dt
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest

from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.demo import Demo, build_demo, shipped_form
from survey_app.operations.demo_answers import route_of
from survey_app.operations.demo_village import Home, make_areas, make_homes
from survey_app.operations.demo_visits import NOT_VISITED, Mission, how_it_ends, visit
from survey_app.operations.handover import merge
from survey_app.operations.interview import open_interview
from survey_app.progress import Cancelled
from survey_app.records import Household, Revision, Round, flatten
from survey_app.store import Store
from survey_app.xforms import FormSession

PASSPHRASE = "nhà sàn bên suối"
NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=VIETNAM)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return build_demo(tmp_path_factory.mktemp("demo") / "d", 60, 3, edits=True, seed=1, passphrase=PASSPHRASE)


@pytest.fixture
def office(demo: Demo, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(demo.office_store, tmp_path / "office.store")
    with Store.open(tmp_path / "office.store", PASSPHRASE) as store:
        yield store


def revisions_of(demo: Demo) -> list[Revision]:
    found: dict[str, Revision] = {}
    for path in demo.laptops:
        with Store.open(path, PASSPHRASE) as store:
            found |= {revision.id: revision for revision in store.revisions()}
    return [found[name] for name in sorted(found)]


def test_the_folder_holds_what_was_promised(demo: Demo) -> None:
    assert demo.office_store == demo.folder / "office.store"
    assert demo.office_key == demo.folder / "office.key"
    assert demo.office_key.exists()
    assert sorted(path.name for path in (demo.folder / "laptops").glob("*")) == [f"may0{n}.store" for n in (1, 2, 3)]
    assert set(demo.bundles) == set((demo.folder / "bundles").glob("*.bundle"))
    assert not list(demo.folder.rglob("*.enrolment"))


def test_the_office_has_keys_form_places_list_and_devices_but_nothing_merged(demo: Demo, office: Store) -> None:
    current = office.round()
    assert current is not None
    assert office.form(current.form_id, current.form_version) is not None
    assert office.place(current.commune_code) is not None
    assert len(office.households()) == demo.households == 60
    assert len(office.places("village")) == demo.villages
    assert {"may01", "may02", "may03"} <= {device.id for device in office.devices()}
    assert list(office.revisions()) == []
    assert office.check() == []


def test_every_visited_household_was_visited_by_the_one_it_is_assigned_to(demo: Demo) -> None:
    visited: set[str] = set()
    for path in demo.laptops:
        with Store.open(path, PASSPHRASE) as store:
            listed = {line.household.id: line.household for line in store.households()}
            made = [each for each in store.revisions() if not each.parents and each.form_id == "household"]
            made = [each for each in made if each.device == store.device]
            who = [
                *((each.household, each.author) for each in made),
                *((d.household, d.author) for d in store.drafts()),
            ]
            for household, author in who:
                assert listed[household].assigned_to == author
                visited.add(household)
    assert len(visited) == 60 - demo.not_visited < 60


def test_counts_are_those_of_the_stores(demo: Demo) -> None:
    first = [each for each in revisions_of(demo) if not each.parents and each.form_id == "household"]
    ends = Counter(revision.answers["interview_result"] for revision in first)
    drafts = 0
    for path in demo.laptops:
        with Store.open(path, PASSPHRASE) as store:
            drafts += len(store.drafts())
    assert (ends["complete"], ends["refused"], ends["absent"], drafts) == (
        demo.complete,
        demo.refused,
        demo.absent,
        demo.drafts,
    )
    assert demo.complete + demo.refused + demo.absent + demo.drafts + demo.not_visited == 60
    assert demo.revisions == len(revisions_of(demo))


def test_a_draft_can_be_taken_up_where_it_was_left(demo: Demo) -> None:
    taken_up = 0
    for path in demo.laptops:
        with Store.open(path, PASSPHRASE) as store:
            for draft in store.drafts():
                interview = open_interview(store, draft.household, draft.author, lambda: NOON)
                assert interview.resumed
                assert interview.path_of(draft.cursor)
                assert interview.session.node("/data/members[1]/roster/m_name").value
                assert flatten(interview.session.answers(everything=True)) == draft.values
                taken_up += 1
    assert taken_up == demo.drafts


def test_bundles_merge_in_any_order_to_the_same_and_as_foretold(demo: Demo, office: Store, tmp_path: Path) -> None:
    first = merge(office, demo.bundles)
    assert first.refused == 0
    states = Counter(current.state for current in office.currents())
    assert (states["conflict"], states["joined"], states["void"]) == tuple(
        demo.outcomes.get(name, 0) for name in ("conflict", "joined", "void")
    )
    shutil.copy(demo.office_store, tmp_path / "other.store")
    with Store.open(tmp_path / "other.store", PASSPHRASE) as other:
        merge(other, [*reversed(demo.bundles), *demo.bundles[:2]])
        assert other.digest() == office.digest()


def test_bundles_overlap_when_forms_were_edited(demo: Demo, office: Store) -> None:
    balance = merge(office, demo.bundles)
    assert balance.identical > 0
    assert balance.new + balance.joined + balance.conflicting == demo.revisions


def test_every_pattern_of_edit_occurs(demo: Demo) -> None:
    assert set(demo.outcomes) == {"conflict", "joined", "settled", "void"}
    assert {"same_question", "different_questions", "void_beside_edit", "new_member"} <= set(demo.edits)


def test_the_same_seed_gives_the_same_revisions(tmp_path: Path) -> None:
    ids = [
        [
            revision.id
            for revision in revisions_of(
                build_demo(tmp_path / name, 8, 2, edits=True, seed=seed, communes=2, passphrase=PASSPHRASE)
            )
        ]
        for name, seed in (("a", 7), ("b", 7), ("c", 8))
    ]
    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])


def test_one_laptop_is_enough(tmp_path: Path) -> None:
    made = build_demo(tmp_path / "d", 5, 1, edits=True, passphrase=PASSPHRASE)
    assert len(made.laptops) == 1
    assert set(made.outcomes) <= {"void", "settled"}


def test_a_demonstration_is_not_made_over_another_one(demo: Demo) -> None:
    before = demo.office_store.read_bytes()
    with pytest.raises(SurveyAppError):
        build_demo(demo.folder, 5, 1, passphrase=PASSPHRASE)
    assert demo.office_store.read_bytes() == before


def test_it_can_be_stopped_while_visits_are_made(tmp_path: Path) -> None:
    class Stop:
        def step(self, done: int, total: int, what: str = "") -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        build_demo(tmp_path / "d", 5, 1, passphrase=PASSPHRASE, monitor=Stop())
    assert not (tmp_path / "d" / "bundles").exists()


def test_at_least_one_of_everything_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one"):
        build_demo(tmp_path / "d", 0, 1, passphrase=PASSPHRASE)


# What the households answer, without stores: the visits alone.


@cache
def visits(communes: int = 1, count: int = 250) -> tuple[tuple[Home, Revision | None], ...]:
    form, _ = shipped_form()
    rng = Random(3)
    areas = make_areas(rng, communes)
    now = Round("demo", "", form.id, form.version, "2026-11-01", "2026-10-01", "", "", areas[0].commune.code)
    mission = Mission(form, route_of(form), now, {area.commune.code: area.commune for area in areas}, "may01", "dt01")
    done = []
    for home in make_homes(rng, areas, count):
        mine = Random(home.id)
        listed = Household(home.id, home.village.code, home.number, home.head.name)
        ends = how_it_ends(mine)
        if ends != NOT_VISITED:
            done.append((home, visit(mission, home, listed, ends=ends, begins=NOON, rng=mine).revision))
    return tuple(done)


def complete() -> list[dict[str, Any]]:
    found = [revision.answers for _, revision in visits() if revision is not None]
    return [answers for answers in found if answers["interview_result"] == "complete"]


def people(from_age: int) -> list[dict[str, Any]]:
    members = [member for answers in complete() for member in answers["members"]]
    return [m for m in members if int(m["m_age"]) >= from_age and m["roster"]["m_residence"] != "absent_6m"]


def share(items: Sequence[Any], hits: Sequence[Any]) -> float:
    return len(hits) / len(items)


def test_rates_are_those_of_a_plausible_commune() -> None:
    homes = complete()
    adults, over_15 = people(18), people(15)
    phones = share(homes, [a for a in homes if int(a["devices"]["n_smartphone"]) > 0])
    fibre = share(homes, [a for a in homes if "fibre" in a["internet"]["internet_type"].split()])
    eid = share(adults, [m for m in adults if m["eid"]["m_eid_level"] in {"level1", "level2"}])
    bank = share(over_15, [m for m in over_15 if m["payment"]["m_bank_account"] == "yes"])
    assert 0.80 <= phones <= 0.92
    assert 0.70 <= fibre <= 0.84
    assert 0.68 <= eid <= 0.84
    assert 0.72 <= bank <= 0.92


def test_some_refuse_some_are_absent_some_are_still_asked() -> None:
    ends = Counter(revision.answers["interview_result"] if revision else "draft" for _, revision in visits())
    assert 0.05 <= ends["draft"] / len(visits()) <= 0.16
    assert ends["refused"] >= 1
    assert ends["absent"] >= 1


def test_unknowns_blanks_and_confirmed_doubts_occur() -> None:
    everybody = people(15)
    assert any(m["payment"]["m_bank_account"] == "dk" for m in everybody)
    assert any("m_birth_month" not in m["roster"] for m in everybody)
    assert any("n_smartphone_remark" in answers["devices"] for answers in complete())


def test_poor_households_live_less_digitally() -> None:
    def rate(statuses: set[str]) -> float:
        homes = [answers for answers in complete() if answers["household"]["poverty_status"] in statuses]
        return share(homes, [a for a in homes if "fibre" in a["internet"]["internet_type"]])

    assert rate({"poor", "near_poor"}) < rate({"non_poor"}) - 0.1


def test_a_refusal_tells_nothing_about_the_household() -> None:
    refused = [r.answers for _, r in visits() if r is not None and r.answers["interview_result"] == "refused"]
    assert refused
    for answers in refused:
        assert answers["consent"]["consent_answer"] == "refuse"
        assert not {"household", "members", "devices", "internet", "support"} & set(answers)


def test_finished_forms_break_no_rule_of_the_form() -> None:
    form, _ = shipped_form()
    for answers in complete()[::12]:
        session = FormSession(form, edit=True, answers=answers, clock=lambda: NOON)
        assert session.validate() == []
        assert session.answers() == answers


def test_the_moments_of_an_interview_are_in_order() -> None:
    for answers in complete():
        assert answers["start_time"] <= answers["consent"]["consent_time"] <= answers["end_time"]


def test_communes_differ_in_area() -> None:
    found = {(home.urban, rev.answers.get("area_type")) for home, rev in visits(3, 40) if rev is not None}
    assert found == {(True, "urban"), (False, "rural")}
