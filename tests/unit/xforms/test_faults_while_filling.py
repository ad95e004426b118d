"""Expressions that fail while a form is filled in: shown where they stand, as long as that is asked."""

from __future__ import annotations

import pytest

from survey_app.xforms import FormDefinition, FormSession, load_form


@pytest.fixture(scope="module")
def form() -> FormDefinition:
    return load_form(
        b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
        <h:title>T</h:title><model>
        <instance><data id="t"><pattern/><asked>1</asked><g><c/><h><q/></h></g></data></instance>
        <bind nodeset="/data/g" relevant="/data/asked = 1"/>
        <bind nodeset="/data/g/c" calculate="regex('a', /data/pattern)"/>
        <bind nodeset="/data/g/h" relevant="regex('a', /data/pattern)"/></model></h:head><h:body>
        <input ref="/data/pattern"/><input ref="/data/asked"/>
        <group ref="/data/g"><group ref="/data/g/h"><input ref="/data/g/h/q"/></group></group></h:body></h:html>"""
    )


@pytest.fixture
def session(form: FormDefinition) -> FormSession:
    session = FormSession(form)
    session.answer("/data/pattern", "(")
    return session


def faults(session: FormSession) -> list[tuple[str, str]]:
    return [(violation.path, violation.kind) for violation in session.validate()]


def test_a_fault_stands_at_its_node_and_what_it_decides_is_asked(session: FormSession) -> None:
    assert faults(session) == [("/data/g/c", "error"), ("/data/g/h", "error")]
    assert session.node("/data/g/h/q").relevant


def test_a_fault_where_nothing_is_asked_is_not_shown(session: FormSession) -> None:
    changes = session.answer("/data/asked", "0")
    assert faults(session) == []
    assert "violation" in changes.properties["/data/g/c"]
    session.answer("/data/asked", "1")
    assert len(faults(session)) == 2


def test_a_fault_is_gone_when_the_answer_is_mended(session: FormSession) -> None:
    session.answer("/data/pattern", "a")
    assert faults(session) == []


def test_a_fault_that_arose_unasked_is_shown_when_it_is_asked(form: FormDefinition) -> None:
    session = FormSession(form)
    session.answer("/data/asked", "0")
    session.answer("/data/pattern", "(")
    assert faults(session) == []
    session.answer("/data/asked", "1")
    assert len(faults(session)) == 2
