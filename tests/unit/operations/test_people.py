"""People and roles: who may give and take them, what a role that was taken leaves, and which deeds ask for which."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app.cli.main import main
from survey_app.crypto import Cost, WrongPassphrase
from survey_app.errors import SurveyAppError
from survey_app.operations import comments, conflicts, consent, figures, requests, villages, visits, worklist
from survey_app.operations.access import NotAllowed
from survey_app.operations.days_off import keep_days_off
from survey_app.operations.people import add_person, give_role, people, withdraw_role
from survey_app.records import Enumerator
from survey_app.store import Store

CHEAP = Cost(1, 8)
PASSPHRASE = "mật khẩu của văn phòng"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "xa.store"
    with Store.create(path, PASSPHRASE, kind="office", device="xa", name="Xã", cost=CHEAP) as store:
        store.put_enumerators(
            [
                Enumerator("ct1", "Vũ Thị Hồng", "supervisor"),
                Enumerator("sp1", "Đỗ Văn Soạn", "author"),
                Enumerator("dt1", "Lò Thị Mai"),
            ]
        )
        store.at_work = "ct1"
        yield store


def test_people_are_listed_by_role_with_who_has_a_passphrase_of_an_own(office: Store) -> None:
    office.give_passphrase("dt1", "mật khẩu riêng", cost=CHEAP)
    assert [(each.person.id, each.own_passphrase) for each in people(office)] == [
        ("ct1", False),
        ("sp1", False),
        ("dt1", True),
    ]


def test_somebody_new_gets_an_id_that_nobody_has(office: Store) -> None:
    first, second = (add_person(office, "Đặng Thị Út", "enumerator") for _time in range(2))
    assert first.id != second.id and first.name == "Đặng Thị Út"
    with pytest.raises(SurveyAppError) as taken:
        add_person(office, "Ai Đó", "enumerator", "ct1")
    assert taken.value.code == "ROL-07"
    with pytest.raises(SurveyAppError) as blank:
        add_person(office, "  ", "enumerator")
    assert blank.value.code == "ROL-06"


def test_a_role_that_was_taken_lets_nothing_be_done_and_the_passphrase_open_no_more(office: Store) -> None:
    office.give_passphrase("dt1", "mật khẩu riêng", cost=CHEAP)
    withdraw_role(office, "dt1")
    assert dict(office.deeds("role_given")[-1].about) == {"of": "dt1", "role": "left", "before": "enumerator"}
    assert "Lò Thị Mai" in {each.person.name for each in people(office)}
    office.at_work = "dt1"
    with pytest.raises(NotAllowed):
        worklist.household_lines(office)
    path = office.path
    office.close()
    with pytest.raises(WrongPassphrase):
        Store.open(path, "mật khẩu riêng")


def test_the_last_supervisor_keeps_the_role(office: Store) -> None:
    with pytest.raises(SurveyAppError) as refused:
        withdraw_role(office, "ct1")
    assert refused.value.code == "ROL-05"
    assert people(office)[0].person.role == "supervisor"


@pytest.mark.parametrize("person", ["dt1", "sp1"])
def test_nobody_else_lists_gives_or_takes_roles(office: Store, person: str) -> None:
    office.at_work = person
    for refused in (
        lambda: people(office),
        lambda: give_role(office, person, "supervisor"),
        lambda: add_person(office, "Ai Đó", "supervisor"),
        lambda: withdraw_role(office, "ct1"),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert {each.id: each.role for each in office.enumerators()}[person] != "supervisor"


def _by_a_supervisor(store: Store) -> list[Callable[[], object]]:
    return [
        lambda: consent.erase(store, "h1", "x", "asked"),
        lambda: conflicts.void_submission(store, "s1", "vì sao", "x"),
        lambda: visits.void_form(store, "h1", "x", "vì sao"),
        lambda: comments.ask(store, "s1", "", "hỏi", "x"),
        lambda: comments.ask_again(store, "t1", "hỏi", "x"),
        lambda: comments.accept(store, "t1", "x"),
        lambda: figures.take_back_figures(store, "a"),
        lambda: villages.add_village(store, "Thôn Một"),
        lambda: villages.rename_village(store, "v", "Thôn Hai"),
        lambda: villages.close_village(store, "v", dt.date(2026, 12, 1)),
        lambda: villages.join_villages(store, "v", "w", dt.date(2026, 12, 1)),
        lambda: worklist.assign_village(store, "v", "dt1"),
        lambda: keep_days_off(store, "05/02/2027"),
    ]


def _by_who_sees_names(store: Store) -> list[Callable[[], object]]:
    return [
        lambda: consent.withdraw(store, "s1", "x"),
        lambda: comments.reply(store, "t1", "trả lời", "x"),
        lambda: visits.reopen(store, "h1", "x", "vì sao"),
        lambda: requests.requests(store),
    ]


def test_deeds_of_a_supervisor_are_refused_to_an_enumerator_and_an_author(office: Store) -> None:
    before = office.digest()
    for person in ("dt1", "sp1"):
        office.at_work = person
        for deed in _by_a_supervisor(office):
            with pytest.raises(NotAllowed):
                deed()
    assert office.digest() == before


def test_deeds_at_households_are_refused_to_an_author(office: Store) -> None:
    office.at_work = "sp1"
    for deed in _by_who_sees_names(office):
        with pytest.raises(NotAllowed):
            deed()


def test_looks_at_the_register_at_requests_and_at_lists_stand_in_the_log_once_in_a_while(office: Store) -> None:
    for _time in range(2):
        consent.register(office)
        requests.requests(office)
        worklist.household_lines(office, village="v1")
        worklist.household_lines(office, village="v1", text="lo")
    found = [dict(deed.about) for deed in office.deeds("looked_at")]
    assert found == [{"what": "register"}, {"what": "requests"}, {"what": "household list", "village": "v1"}]
    assert {deed.who for deed in office.deeds("looked_at")} == {"ct1"}


def test_the_commands_list_give_and_take_roles(
    office: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    path = str(office.path)
    office.close()
    english = ["--language", "en", "people"]
    assert main([*english, "role", path, "nm1", "author", "--name", "Lò Thị Mới", "--by", "ct1"]) == 0
    assert "Author of forms" in capsys.readouterr().out
    assert main([*english, "role", path, "nm1", "supervisor", "--by", "dt1"]) == 1
    assert "ROL-01" in capsys.readouterr().err
    assert main([*english, "withdraw", path, "nm1", "--by", "ct1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["role"] == "left"
    assert main([*english, "role", path, "ct1", "enumerator", "--by", "ct1"]) == 1
    assert "ROL-05" in capsys.readouterr().err
    assert main([*english, "list", path, "--json"]) == 0
    listed = {each["id"]: each["role"] for each in json.loads(capsys.readouterr().out)}
    assert listed == {"ct1": "supervisor", "sp1": "author", "dt1": "enumerator", "nm1": "left"}
    assert main([*english, "role", path, "nm1", "reader", "--by", "ct1"]) == 1
    assert "ROL-03" in capsys.readouterr().err
