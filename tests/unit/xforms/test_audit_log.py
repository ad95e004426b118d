"""The log of how a form was filled in."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator

import pytest

from survey_app.xforms import load_form
from survey_app.xforms.audit import (
    CHANGE_REASON,
    END_SCREEN,
    FORM_EXIT,
    FORM_FINALIZE,
    FORM_RESUME,
    FORM_START,
    GROUP,
    JUMP,
    AuditLog,
    AuditOptions,
    audit_options,
)

START = dt.datetime(2026, 11, 21, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))
MS = int(START.timestamp() * 1000)


def ticking(seconds: Iterator[int]) -> Callable[[], dt.datetime]:
    return lambda: START + dt.timedelta(seconds=next(seconds))


def log(options: AuditOptions | None = None, *seconds: int, user: str = "") -> AuditLog:
    return AuditLog(options or AuditOptions(), ticking(iter(seconds or range(100))), user=user)


def xform(options: str) -> bytes:
    return (
        '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
        'xmlns:odk="http://www.opendatakit.org/xforms" xmlns:orx="http://openrosa.org/xforms"><h:head><h:title>T</h:title>'
        '<model><instance><data id="t"><a/><orx:meta><orx:instanceID/><orx:audit/></orx:meta></data></instance>'
        f'<bind nodeset="/data/orx:meta/orx:audit" type="binary" {options}/></model></h:head><h:body/></h:html>'
    ).encode()


LOCATION = 'odk:location-priority="balanced" odk:location-min-interval="60"'


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("", AuditOptions()),
        ('odk:track-changes="true" odk:identify-user="true"', AuditOptions(changes=True, user=True)),
        ('odk:track-changes-reasons="on-form-edit"', AuditOptions(reasons=True)),
        (LOCATION, AuditOptions()),
        (f'{LOCATION} odk:location-max-age="120"', AuditOptions(locations=True)),
    ],
)
def test_the_author_says_what_is_logged(written: str, wanted: AuditOptions) -> None:
    assert audit_options(load_form(xform(written)).audit or {}) == wanted


def test_a_form_without_the_row_has_no_log() -> None:
    assert load_form(xform("").replace(b"<orx:audit/>", b"")).audit is None


def test_the_author_is_told_that_places_stay_blank() -> None:
    form = load_form(xform(f'{LOCATION} odk:location-max-age="120"'))
    assert [warning.question for warning in form.warnings] == ["audit"]
    assert load_form(xform('odk:track-changes="true"')).warnings == ()


def test_questions_have_a_beginning_and_an_end() -> None:
    one = log()
    one.note(FORM_START)
    one.look_at("/data/a")
    one.look_at("/data/a")
    one.look_at("/data/m[2]/b")
    one.look_at("", END_SCREEN)
    one.note(FORM_FINALIZE)
    assert one.csv() == (
        "event,node,start,end\n"
        f"form start,,{MS},\n"
        f"question,/data/a,{MS + 1000},{MS + 2000}\n"
        f"question,/data/m[2]/b,{MS + 2000},{MS + 3000}\n"
        f"end screen,,{MS + 3000},{MS + 4000}\n"
        f"form finalize,,{MS + 4000},\n"
    )


def test_changes_stand_beside_the_question_with_what_was_there_before() -> None:
    one = log(AuditOptions(changes=True))
    one.look_at("/data/a")
    one.answered("/data/a", "", "1")
    one.answered("/data/a", "1", "12")
    one.look_at("/data/b")
    one.answered("/data/b", "x", "y")
    one.answered("/data/b", "y", "x")
    one.leave()
    rows = list(csv.DictReader(io.StringIO(one.csv())))
    assert [(row["node"], row["old-value"], row["new-value"]) for row in rows] == [
        ("/data/a", "", "12"),
        ("/data/b", "", ""),
    ]


def test_on_a_page_only_questions_that_changed_are_named() -> None:
    one = log(AuditOptions(changes=True))
    one.look_at("/data/g", GROUP)
    one.answered("/data/g/b", "", "2")
    one.leave()
    assert [(event.event, event.node, event.new) for event in one.events] == [
        ("group questions", "/data/g", ""),
        ("question", "/data/g/b", "2"),
    ]


def test_without_tracking_no_answer_is_in_the_log() -> None:
    one = log()
    one.look_at("/data/a")
    one.answered("/data/a", "", "secret")
    one.note(FORM_EXIT)
    assert "secret" not in one.csv()


def test_all_columns_stand_in_the_order_of_the_specification() -> None:
    one = log(AuditOptions(locations=True, changes=True, user=True, reasons=True), user='Lan, "An"')
    one.note(CHANGE_REASON, reason="wrong house,\nsaid so")
    text = one.csv()
    assert text.splitlines()[0] == (
        "event,node,start,end,latitude,longitude,accuracy,old-value,new-value,user,change-reason"
    )
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["user"], row["change-reason"], row["latitude"]) == ('Lan, "An"', "wrong house,\nsaid so", "")


def test_a_value_without_comma_stays_as_it_is() -> None:
    one = log(AuditOptions(changes=True))
    one.look_at("/data/a")
    one.answered("/data/a", "", 'say "x"')
    one.leave()
    assert one.rows().endswith(',say "x"\n')


def test_a_later_sitting_is_put_after_the_earlier_one() -> None:
    one = log(None, 0)
    one.note(FORM_START)
    two = log(None, 60)
    two.note(FORM_RESUME)
    assert two.csv(one.csv()) == f"event,node,start,end\nform start,,{MS},\nform resume,,{MS + 60000},\n"


def test_a_clock_that_is_set_back_does_not_turn_the_log_back() -> None:
    one = log(None, 10, 5)
    one.look_at("/data/a")
    one.look_at("", JUMP)
    assert [(event.start, event.end) for event in one.events] == [(MS + 10_000, MS + 10_000)]
