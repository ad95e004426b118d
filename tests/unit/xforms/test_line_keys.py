"""A line key names the same person for ever; addresses and paths lead to nodes."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.xforms import FormSession, SessionError, load_form

FORM = load_form(
    b'<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    b'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model><instance><data id="t"><a/><g>'
    b'<m jr:template=""><x/><k jr:template=""><y/></k></m></g></data></instance></model></h:head><h:body>'
    b'<input ref="/data/a"/><repeat nodeset="/data/g/m"><input ref="/data/g/m/x"/><repeat nodeset="/data/g/m/k">'
    b'<input ref="/data/g/m/k/y"/></repeat></repeat></h:body></h:html>'
)
NOON = dt.datetime(2026, 11, 21, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))


def sit(session: FormSession | None = None, minute: int = 0, name: str = "s") -> FormSession:
    """Return a first sitting, or one that goes on with the answers of another."""
    moment = NOON + dt.timedelta(minutes=minute)
    answers = session.answers(everything=True) if session is not None else None
    return FormSession(FORM, answers=answers, instance_id=name, clock=lambda: moment)


def lines(session: FormSession) -> list[int]:
    return [session.node(path).line for path in session.paths() if path.startswith("/data/g/m[") and path.endswith("]")]


def test_the_first_sitting_counts_and_gives_no_key_twice() -> None:
    s = sit()
    for _time in range(3):
        s.add_repeat("/data/g/m")
    s.remove_repeat("/data/g/m[3]")
    s.add_repeat("/data/g/m")
    assert lines(s) == [1, 2, 4]


def test_a_key_does_not_come_back_after_its_member_was_removed_and_the_draft_reopened() -> None:
    s = sit()
    for _time in range(3):
        s.add_repeat("/data/g/m")
    s.remove_repeat("/data/g/m[3]")
    again = sit(s, 1)
    again.add_repeat("/data/g/m")
    again.add_repeat("/data/g/m")
    first, second, third, fourth = lines(again)
    assert (first, second, fourth) == (1, 2, third + 1)
    assert third > 1_000


def test_two_laptops_that_go_on_with_the_same_form_give_different_keys() -> None:
    s = sit()
    s.add_repeat("/data/g/m")
    one, two = sit(s, 1), sit(s, 2)
    one.add_repeat("/data/g/m")
    two.add_repeat("/data/g/m")
    assert len({*lines(one), *lines(two)}) == 3


def test_inside_a_new_member_counting_begins_at_one() -> None:
    s = sit()
    s.add_repeat("/data/g/m")
    again = sit(s, 1)
    again.add_repeat("/data/g/m")
    again.add_repeat("/data/g/m[2]/k")
    again.add_repeat("/data/g/m[1]/k")
    assert again.node("/data/g/m[2]/k[1]").line == 1
    assert again.node("/data/g/m[1]/k[1]").line > 1_000


@given(st.lists(st.sampled_from(["add", "remove", "reopen"]), max_size=25))
def test_whatever_is_done_no_key_is_given_twice(doings: list[str]) -> None:
    s, given_keys, minute = sit(), [], 0
    for doing in doings:
        if doing == "add":
            s.add_repeat("/data/g/m")
            given_keys.append(lines(s)[-1])
        elif doing == "remove" and lines(s):
            s.remove_repeat(f"/data/g/m[{len(lines(s))}]")
        elif doing == "reopen" and s.answers():
            minute += 1
            s = sit(s, minute)
    assert len(given_keys) == len(set(given_keys))


def test_an_address_leads_to_its_path_and_back() -> None:
    s = sit()
    for _time in range(3):
        s.add_repeat("/data/g/m")
    s.add_repeat("/data/g/m[3]/k")
    s.remove_repeat("/data/g/m[1]")
    for path in s.paths():
        assert s.path_of(s.node(path).address) == path
    assert s.path_of("g/m[3]/k[1]/y") == "/data/g/m[2]/k[1]/y"


@pytest.mark.parametrize("address", ["g/m[1]", "g/m", "nowhere", "a/b", "a[1]", "g/m[x]"])
def test_an_address_of_nothing_has_no_path(address: str) -> None:
    s = sit()
    s.add_repeat("/data/g/m")
    s.remove_repeat("/data/g/m[1]")
    assert s.path_of(address) == ""


@pytest.mark.parametrize("path", ["", "/", "/other", "/data/g/m[0]/x", "/data/g/m[2]/x", "/data/g/m[x]", "/data//a"])
def test_a_path_of_nothing_is_refused(path: str) -> None:
    with pytest.raises(SessionError) as refused:
        sit().node(path)
    assert refused.value.code == "FRM-12"
