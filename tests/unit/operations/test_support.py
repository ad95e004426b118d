"""Device support in real stores: one device once per household, through splits, shared people and other communes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app import paths
from survey_app.cli.main import main
from survey_app.clock import VIETNAM
from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.indicators import TableError
from survey_app.operations.access import NotAllowed
from survey_app.operations.consent import erase
from survey_app.operations.demo import further_forms, shipped_form
from survey_app.operations.list_exchange import _noted
from survey_app.operations.results import indicator_table
from survey_app.operations.support.decisions import approve, except_household, propose, take_back
from survey_app.operations.support.delivery import Handover, deliver
from survey_app.operations.support.papers import print_paper
from survey_app.operations.support.programmes import open_programme
from survey_app.operations.support.standing import Support, read_support
from survey_app.operations.units import devices_given, request_device
from survey_app.operations.visits import split_household, visits_of, void_form
from survey_app.records import Enumerator, Household, Place, Revision, Round
from survey_app.store import Store

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=VIETNAM)
PASSPHRASE = "mật khẩu dài"
TABLE = paths.forms() / "device_support" / "programme.csv"
SHARED = "001099000123"


def at(hours: float) -> Callable[[], dt.datetime]:
    return lambda: NOON + dt.timedelta(hours=hours)


def form(household: str, *, hours: float = 0, ids: tuple[str, ...] = ("",), **more: str) -> Revision:
    shipped = shipped_form()[0]
    answers = {
        "interview_result": "complete", "consent_answer": "agree", "consent_scope": "statistics support_review",
        "poverty_status": "poor", "policy_group": "none", "support_before": "no", "support_need": "yes",
        "support_device_wanted": "smartphone", "n_pupils": "0", "n_smartphone": "0", "n_tablet": "0",
        "n_phone_2g": "1", "n_phone_3g": "0", "n_feature_4g": "0", **more,
    }  # fmt: skip
    members = [
        {"#": n, "m_name": f"Người {n}", **({"m_id_number": one} if one else {})} for n, one in enumerate(ids, 1)
    ]
    made_at = at(hours)().isoformat(timespec="milliseconds")
    return Revision(
        *(f"s-{household}", household, "r", shipped.id, shipped.version, (), "answers", "e1", "L1", made_at, ""),
        answers={**{name: value for name, value in answers.items() if value}, "members": members},
    )


def further_device_form() -> tuple[str, str]:
    stored = next(one for one in further_forms() if one.level == "device_support")
    return stored.id, stored.version


def about_device(request: str, answers: dict[str, str], hours: float = 8, parents: tuple[str, ...] = ()) -> Revision:
    made_at = at(hours)().isoformat(timespec="milliseconds")
    told = {"interview_result": "complete", **answers}
    asked = further_device_form()
    return Revision(*(f"s-{request}", request, "r", *asked, parents, "answers", "e1", "L1", made_at, ""), answers=told)


def make(path: Path, device: str) -> Store:
    shipped, stored = shipped_form()
    store = Store.create(path, PASSPHRASE, kind="office", device=device, name=device, cost=Cost(1, 8))
    store.put_places([Place("1", "Xã A", "commune", "xa", ""), Place("1-001", "Thôn Một", "village", "thon", "1")])
    store.put_form(stored)
    days = "2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01"
    store.put_round(Round("r", "Đợt", shipped.id, shipped.version, *days, "1"))
    store.put_enumerators(
        [
            Enumerator("s1", "Vũ Thị Hồng", "supervisor"),
            Enumerator("s2", "Ma Văn Bình", "supervisor"),
            Enumerator("e1", "Lò Thị Mai"),
        ]
    )
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with make(tmp_path / "a.store", "O1") as store:
        store.put_households(Household(f"h{n}", "1-001", n, f"Chủ Hộ {n}") for n in range(1, 6))
        store.add_revisions([form("h1"), form("h2", ids=(SHARED,)), form("h3", n_pupils="2")], "here")
        open_programme(store, TABLE, "s1", clock=at(1))
        yield store


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Store]:
    with make(tmp_path / "b.store", "O2") as store:
        store.put_households([Household("b1", "1-001", 1, "Người Xã Bên")])
        store.add_revisions([form("b1", ids=(SHARED,))], "here")
        yield store


def status(store: Store) -> dict[str, str]:
    return {line.household: line.status for line in read_support(store, "s1").listing.lines}


def said(now: Support, household: str) -> str:
    line = now.listing.line(household)
    assert line is not None
    return " ".join(now.why(line))


def give(store: Store, household: str, hours: float = 5) -> None:
    propose(store, "s1", [household], clock=at(hours))
    approve(store, "s2", "112/QĐ-UBND", "21/11/2026", [household], clock=at(hours))
    deliver(store, "s1", household, Handover("1", serial="354412"), clock=at(hours))


def code_of(error: pytest.ExceptionInfo[SurveyAppError]) -> str:
    return error.value.code


def test_from_the_list_to_the_delivery_with_who_and_when(store: Store) -> None:
    now = read_support(store, "s1")
    first = now.listing.lines[0]
    assert (first.household, first.status) == ("h3", "next")  # two pupils come first
    assert "pupils" in now.ahead(now.listing.lines[0])
    give(store, "h3")
    now = read_support(store, "s1")
    assert status(store)["h3"] == "delivered"
    record = now.register.furthest("ptu-2026")["h3"]
    said_then = record.by, record.device, record.said["serial"], record.said["receiver"]
    assert said_then == ("s1", "smartphone", "4412", "1")
    assert [visit.outcome for visit in visits_of(store, "h3")] == ["device_signed"]
    assert "Chủ Hộ" not in str(record)
    assert now.listing.left["smartphone"] == 39
    assert len(devices_given(store)) == 1
    with pytest.raises(SurveyAppError) as error:
        deliver(store, "s1", "h3", Handover("1"), clock=at(6))
    assert code_of(error) == "SUP-03"


def test_the_part_that_moved_out_gets_no_second_device_and_is_told_why(store: Store) -> None:
    give(store, "h1")
    new = split_household(store, "h1", "Con Trai", "e1", clock=at(6))
    store.add_revisions([form(new.id, hours=7)], "here")
    now = read_support(store, "s1")
    assert now.listing.line(new.id).status == "held"  # type: ignore[union-attr]
    assert "moved out of 001 Chủ Hộ 1" in said(now, new.id)
    for deed in (lambda: propose(store, "s1", [new.id]), lambda: deliver(store, "s1", new.id, Handover("1"))):
        with pytest.raises(SurveyAppError) as error:
            deed()
        assert code_of(error) == "SUP-03"
        assert "moved out" in error.value.message
    except_household(store, "s1", new.id, "hoàn cảnh khó khăn", clock=at(8))
    assert status(store)[new.id] == "held"  # no exception gives a second device


def test_a_person_counted_at_another_commune_that_delivered_already(store: Store, elsewhere: Store) -> None:
    open_programme(elsewhere, TABLE, "s1", clock=at(2))  # knows nothing of the other office: a key of its own
    give(elsewhere, "b1")
    assert status(store)["h2"] == "next"
    store.add_revisions([*elsewhere.visits(), *elsewhere.visits()], "bundle")
    now = read_support(store, "s1")
    assert now.listing.line("h2").status == "held"  # type: ignore[union-attr]
    assert "same identity number" in said(now, "h2")
    assert "another list" in said(now, "h2")
    assert SHARED not in str([revision.answers for revision in store.visits()])


def test_both_communes_delivered_before_they_heard_of_each_other(store: Store, elsewhere: Store) -> None:
    open_programme(elsewhere, TABLE, "s1", clock=at(2))
    give(elsewhere, "b1")
    give(store, "h2")
    here, there = store.visits(), elsewhere.visits()
    store.add_revisions(there, "bundle")
    elsewhere.add_revisions(here, "bundle")
    for one, home in ((store, "h2"), (elsewhere, "b1")):
        assert "One must come back" in said(read_support(one, "s1"), home)


def test_one_person_in_two_households_here_lets_only_the_first_in_line_through(store: Store) -> None:
    store.add_revisions([form("h4", ids=(SHARED,), n_pupils="1")], "here")
    now = read_support(store, "s1")
    assert (now.listing.line("h4").status, now.listing.line("h2").status) == ("next", "held")  # type: ignore[union-attr]
    assert "comes first" in said(now, "h2")


def test_an_erased_household_is_still_known_to_have_its_device(store: Store) -> None:
    give(store, "h2")
    store.add_revisions([form("h4", ids=(SHARED,), hours=6)], "here")
    erase(store, "h2", "s1", "asked", clock=at(7))
    assert status(store)["h4"] == "held"
    assert "Chủ Hộ 2" not in str([revision.answers for revision in store.visits()])


def test_void_and_unconsenting_forms_are_not_on_the_list(store: Store) -> None:
    store.add_revisions([form("h4", consent_scope="statistics"), form("h5", consent_answer="refuse")], "here")
    void_form(store, "h1", "s1", "nhầm hộ", at(3))
    now = read_support(store, "s1")
    assert {line.household for line in now.listing.lines} == {"h2", "h3"}
    assert (now.not_consenting, now.not_interviewed) == (2, 1)
    assert now.switch_off == ("h2", "h3")


def test_the_commune_s_own_list_says_who_is_poor(store: Store) -> None:
    store.put_households([Household("h1", "1-001", 1, "Chủ Hộ 1", poverty="non_poor")])
    now = read_support(store, "s1")
    assert now.listing.line("h1").status == "out"  # type: ignore[union-attr]
    assert "no target group" in said(now, "h1")


def test_exceptions_need_a_reason_and_are_taken_back_by_name(store: Store) -> None:
    store.add_revisions([form("h4", poverty_status="non_poor")], "here")
    with pytest.raises(SurveyAppError) as error:
        except_household(store, "s1", "h4", "  ")
    assert code_of(error) == "SUP-04"
    except_household(store, "s1", "h4", "cháy nhà", clock=at(2))
    except_household(store, "s1", "h1", "đã có máy của nhà tài trợ", True, clock=at(2))
    assert {name: each for name, each in status(store).items() if name in {"h4", "h1"}} == {"h4": "next", "h1": "out"}
    assert "cháy nhà" in said(read_support(store, "s1"), "h4")
    take_back(store, "s1", "h1", "nhầm", clock=at(3))
    assert status(store)["h1"] == "next"


def test_a_returned_device_lets_the_approval_stand_again(store: Store) -> None:
    give(store, "h1")
    take_back(store, "s1", "h1", "máy hỏng", clock=at(6))
    assert status(store)["h1"] == "approved"
    sheet = b"\x89PNG signed"
    record = deliver(store, "s1", "h1", Handover("0", signature=sheet), clock=at(7))
    signed = {str(one.answers["record"]): str(one.answers["signature"]) for one in store.revisions("h1")}
    assert store.attachment(signed[record.id]) == sheet


def test_what_a_delivery_must_say(store: Store) -> None:
    propose(store, "s1", clock=at(2))
    with pytest.raises(SurveyAppError) as error:
        approve(store, "s2", "1/QĐ", "30/12/2026", clock=at(2))
    assert code_of(error) == "SUP-05"
    approve(store, "s2", "1/QĐ", "20/11/2026", clock=at(2))
    for wrong, code in (
        (Handover("  "), "SUP-07"), (Handover("9"), "SUP-07"), (Handover("1", network="2g"), "SUP-06"),
        (Handover("1", day="19/11/2026"), "SUP-05"),
    ):  # fmt: skip
        with pytest.raises(SurveyAppError) as error:
            deliver(store, "s1", "h1", wrong, clock=at(3))
        assert code_of(error) == code
    assert status(store)["h1"] == "approved"


def test_only_supervisors_see_the_list_and_every_look_is_logged(store: Store) -> None:
    for who in ("e1", "nobody"):
        with pytest.raises(SurveyAppError) as error:
            read_support(store, who)
        assert code_of(error) == "SUP-02"
    read_support(store, "s1")
    assert [deed.about for deed in store.deeds() if deed.action == "looked_at"] == [{"what": "support"}]


def test_whoever_proposed_does_not_approve_too(store: Store) -> None:
    propose(store, "s1", ["h1"], clock=at(2))
    propose(store, "s2", ["h2"], clock=at(2))
    with pytest.raises(SurveyAppError) as error:
        approve(store, "s1", "1/QĐ", "20/11/2026", ["h2", "h1"], clock=at(3))
    assert code_of(error) == "SUP-10"
    assert "001 Chủ Hộ 1" in error.value.message
    assert status(store)["h2"] == "proposed"  # nothing was changed
    assert [one.household for one in approve(store, "s1", "1/QĐ", "20/11/2026", clock=at(3))] == ["h2"]
    with pytest.raises(SurveyAppError) as error:
        approve(store, "s1", "1/QĐ", "20/11/2026", clock=at(3))
    assert code_of(error) == "SUP-10"
    approve(store, "s2", "1/QĐ", "20/11/2026", clock=at(4))
    assert {status(store)[home] for home in ("h1", "h2")} == {"approved"}


def test_everybody_decides_in_the_own_name(store: Store) -> None:
    store.opened_by = store.at_work = "s2"
    with pytest.raises(SurveyAppError) as error:
        propose(store, "s1")
    assert code_of(error) == "SUP-11"
    store.opened_by = store.at_work = "e1"
    with pytest.raises(NotAllowed):
        propose(store, "s1")
    with pytest.raises(NotAllowed):
        open_programme(store, TABLE, "s1")


def test_a_form_about_the_delivery_that_the_register_knows_is_no_second_device(store: Store) -> None:
    give(store, "h1")
    request = request_device(store, "h1")
    told = {"ds_status": "delivered", "ds_device": "smartphone", "ds_delivery_date": "2026-11-21"}
    form_about = about_device(request.id, told)
    store.add_revisions([form_about], "here")
    line = read_support(store, "s1").listing.line("h1")
    assert line is not None
    assert line.alerts == ()
    another = about_device(request.id, {**told, "ds_delivery_date": "2026-11-20"}, 9, (form_about.id,))
    store.add_revisions([another], "here")
    now = read_support(store, "s1")
    assert "Two devices" in said(now, "h1")


def test_a_faulty_table_is_refused_with_rows_and_columns(store: Store) -> None:
    table = (
        "row,code,device,when,number,name_vi,name_en\n"
        "programme,p,,,viele,Tên,Name\n"
        "device,phone,,,3,Máy,Phone\n"
        "group,poor,,${povrty_status} = 'poor',,Nghèo,Poor\n"
        "group,poor,,${poverty_status} = 'por',,Nghèo,\n"
        "condition,wants,tablet,${support_need} =,,Muốn,Wants\n"
        "grup,x,,,,X,X\n"
    )
    with pytest.raises(TableError) as error:
        open_programme(store, table.encode(), "s1")
    places = {(fault.row, fault.column) for fault in error.value.faults}
    assert {
        (2, "number"),
        (4, "when"),
        (5, "when"),
        (5, "code"),
        (5, "name_en"),
        (6, "when"),
        (6, "device"),
        (7, "row"),
    } <= places
    assert read_support(store, "s1").programme.code == "ptu-2026"


def test_another_table_takes_the_place_of_the_first_and_records_stay(store: Store) -> None:
    give(store, "h1")
    changed = TABLE.read_text(encoding="utf-8").replace("smartphone,,,40", "smartphone,,,1")
    open_programme(store, changed.encode(), "s1", clock=at(6))
    found = status(store)
    assert (found["h1"], found["h2"], found["h3"]) == ("delivered", "waiting", "waiting")


def test_lists_for_laptops_carry_what_is_noted_about_their_households_but_not_the_key(store: Store) -> None:
    give(store, "h1")
    about = _noted(store)
    assert {str(one.answers["outcome"]) for one in about["h1"]} == {
        "support_proposed", "support_approved", "support_delivered", "device_signed"
    }  # fmt: skip
    assert all("key" not in one.answers for one in about["h1"])


def ask_about_devices(store: Store) -> None:
    stored = next(one for one in further_forms() if one.level == "device_support")
    store.put_form(stored)
    now = store.round()
    assert now is not None
    store.put_round(replace(now, further=((stored.id, stored.version),)))


def counted_devices(store: Store) -> dict[str, tuple[float, float]]:
    table = indicator_table(store, ())
    lines = {row["indicator"]: row for row in table.to_dict("records")}
    coverage, twice = lines["ds_coverage"], lines["ds_duplicate"]
    return {"coverage": (coverage["numerator"], coverage["denominator"]), "twice": (twice["numerator"], 0)}


def test_indicators_count_the_records_of_a_programme(store: Store) -> None:
    ask_about_devices(store)
    give(store, "h1")
    propose(store, "s1", ["h2", "h3"], clock=at(6))
    assert counted_devices(store) == {"coverage": (1, 3), "twice": (0, 0)}
    except_household(store, "s1", "h3", "đã có máy", leave_out=True, clock=at(7))
    take_back(store, "s1", "h2", "hộ xin rút", clock=at(7))
    assert counted_devices(store)["coverage"] == (1, 1)


def test_indicators_count_a_household_once_by_form_and_record_and_see_a_second_device(store: Store) -> None:
    ask_about_devices(store)
    give(store, "h1")
    request = request_device(store, "h1")
    told = {"ds_hh_uuid": "h1", "ds_status": "delivered", "ds_device": "smartphone", "ds_delivery_date": "2026-11-21"}
    store.add_revisions([about_device(request.id, told)], "here")
    assert counted_devices(store) == {"coverage": (1, 1), "twice": (0, 0)}  # one delivery, noted twice
    part = split_household(store, "h1", "Con Trai", "e1", clock=at(6))
    another = request_device(store, part.id)
    told = {**told, "ds_hh_uuid": part.id, "ds_delivery_date": "2026-11-20"}
    store.add_revisions([about_device(another.id, told)], "here")
    assert counted_devices(store) == {"coverage": (1, 1), "twice": (1, 0)}


def test_a_person_counted_in_two_households_that_both_got_a_device_is_one_duplicate(store: Store) -> None:
    ask_about_devices(store)
    store.add_revisions([form("h4", ids=("",))], "here")
    give(store, "h2")
    give(store, "h4", hours=6)
    assert counted_devices(store)["twice"] == (0, 0)
    now = form("h4", ids=(SHARED,), hours=8)
    store.add_revisions([replace(now, parents=(form("h4", ids=("",)).id,), id="")], "here")
    assert counted_devices(store) == {"coverage": (1, 1), "twice": (1, 0)}


def test_papers_and_commands(store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    propose(store, "s1", ["h1"], clock=at(2))
    approve(store, "s2", "112/QĐ-UBND", "21/11/2026", clock=at(2))
    for what in ("list", "handover", "switch-off"):
        path = print_paper(store, "s1", what, tmp_path / f"{what}.pdf", clock=at(3))
        assert path.read_bytes().startswith(b"%PDF")
    path, word = store.path, tmp_path / "pass"
    word.write_text(PASSPHRASE, encoding="utf-8")
    store.close()
    given = ["--by", "s1", "--passphrase-file", str(word), "--json"]
    assert main(["support", "list", str(path), *given]) == 0
    out = capsys.readouterr().out
    assert "Chủ Hộ" not in out
    assert {line["household"]: line["status"] for line in json.loads(out)["lines"]}["h1"] == "approved"
    assert main(["support", "deliver", str(path), "h1", "--receiver", "1", "--date", "21/11/2026", *given]) == 0
    assert main(["support", "take-back", str(path), "h1", "--reason", "hỏng", *given]) == 0
    assert main(["support", "propose", str(path), "--household", "1-001/2", *given]) == 0
    assert main(["support", "list", str(path), "--by", "e1", "--passphrase-file", str(word)]) == 1
