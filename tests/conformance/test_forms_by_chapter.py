"""Whole forms, chapter by chapter of the ODK XForms specification."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from survey_app.xforms import FormError, FormSession, SessionError, load_form

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms"'
)


def xform(data: str, binds: dict[str, dict[str, str]] | None = None, body: str = "", model: str = "") -> bytes:
    """Return an XForm; ``binds`` is attributes by path."""
    lines = "".join(
        f"<bind nodeset={quoteattr(path)} {' '.join(f'{name}={quoteattr(text)}' for name, text in rest.items())}/>"
        for path, rest in (binds or {}).items()
    )
    return (
        f"<h:html {NAMESPACES}><h:head><h:title>T</h:title><model><instance>"
        f'<data id="t" version="1">{data}</data></instance>{model}{lines}</model></h:head>'
        f"<h:body>{body}</h:body></h:html>"
    ).encode()


def session(source: bytes, **options: Any) -> FormSession:
    return FormSession(load_form(source), clock=lambda: NOON, **options)


def inputs(*names: str) -> str:
    return "".join(f'<input ref="/data/{name}"><label>{name}</label></input>' for name in names)


# bind: calculate, relevant, readonly, required, constraint


def test_a_calculation_follows_its_questions() -> None:
    s = session(xform("<a/><b/>", {"/data/b": {"calculate": "/data/a * 2"}}, inputs("a")))
    changes = s.answer("/data/a", "4")
    assert s.node("/data/b").value == "8"
    assert changes.saved == {"a": "4", "b": "8"}
    assert changes.properties == {"/data/a": frozenset({"value"}), "/data/b": frozenset({"value"})}


def test_a_calculation_that_is_no_number_is_blank() -> None:
    s = session(xform("<a/><b/>", {"/data/b": {"calculate": "/data/a + 1"}}, inputs("a")))
    assert s.node("/data/b").value == ""


def test_an_irrelevant_answer_reads_blank_and_comes_back() -> None:
    s = session(xform("<a/><b/><c/>", {"/data/b": {"relevant": "/data/a = 1"}}, inputs("a", "b")))
    s.answer("/data/a", "1")
    s.answer("/data/b", "x")
    s.answer("/data/a", "2")
    assert (s.node("/data/b").relevant, s.node("/data/b").value) == (False, "")
    assert s.answers() == {"a": "2"}
    assert s.answers(everything=True) == {"a": "2", "b": "x"}
    changes = s.answer("/data/a", "1")
    assert s.node("/data/b").value == "x"
    assert changes.properties["/data/b"] == {"relevant", "value"}
    assert changes.saved == {"a": "1"}


def test_relevance_of_a_group_holds_for_all_inside() -> None:
    source = xform(
        "<a/><g><b>1</b></g><n/>", {"/data/g": {"relevant": "/data/a = 1"}, "/data/n": {"calculate": "/data/g/b"}}
    )
    s = session(source)
    assert not s.node("/data/g/b").relevant
    assert s.node("/data/n").value == ""
    s.answer("/data/a", "1")
    assert s.node("/data/n").value == "1"


def test_a_required_question_is_violated_from_the_start() -> None:
    s = session(xform("<a/>", {"/data/a": {"required": "true()", "jr:requiredMsg": "Say it"}}, inputs("a")))
    (violation,) = s.validate()
    assert (violation.path, violation.kind, violation.message) == ("/data/a", "required", "Say it")
    assert s.answer("/data/a", "1").properties["/data/a"] == {"value", "violation"}
    assert s.validate() == []


def test_a_constraint_holds_for_answers_only_and_hears_other_questions() -> None:
    source = xform(
        "<a/><b/>", {"/data/b": {"constraint": ". <= /data/a", "jr:constraintMsg": "Too many"}}, inputs("a", "b")
    )
    s = session(source)
    assert s.node("/data/b").violation is None
    s.answer("/data/a", "3")
    s.answer("/data/b", "5")
    violation = s.node("/data/b").violation
    assert violation is not None
    assert (violation.kind, violation.message) == ("constraint", "Too many")
    assert s.answer("/data/a", "6").properties["/data/b"] == {"violation"}
    assert s.node("/data/b").violation is None


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("int", "12", "zwölf"),
        ("decimal", "1.5", "1,5"),
        ("date", "2026-11-21", "21/11/2026"),
        ("time", "14:30", "half past"),
        ("dateTime", "2026-11-21T14:30:00+07:00", "x"),
        ("geopoint", "21.03 105.85 0 0", "Hà Nội"),
    ],
)
def test_types_are_checked(kind: str, good: str, bad: str) -> None:
    s = session(xform("<a/>", {"/data/a": {"type": kind}}, inputs("a")))
    s.answer("/data/a", bad)
    violation = s.node("/data/a").violation
    assert violation is not None
    assert violation.kind == "type"
    s.answer("/data/a", good)
    assert s.node("/data/a").violation is None


def test_whole_numbers_and_dates_are_stored_in_one_spelling() -> None:
    s = session(xform("<a/><b/>", {"/data/a": {"type": "int"}, "/data/b": {"type": "date", "calculate": "now()"}}))
    s.answer("/data/a", "2.7")
    assert (s.node("/data/a").value, s.node("/data/b").value) == ("2", "2026-11-21")


def test_a_read_only_question_refuses_answers() -> None:
    s = session(
        xform("<a>1</a><b/>", {"/data/a": {"readonly": "true()"}, "/data/b": {"readonly": "true()"}}, inputs("a"))
    )
    with pytest.raises(SessionError):
        s.answer("/data/a", "2")
    s.answer("/data/b", "filled by the program")
    assert s.node("/data/b").value == "filled by the program"


def test_unknown_paths_and_groups_are_refused() -> None:
    s = session(xform("<g><a/></g>"))
    for path in ("/data/x", "/data/g", "/data/g/a[2]", "", "/other/a", "/data/g/a["):
        with pytest.raises(SessionError):
            s.answer(path, "1")


def test_an_expression_that_fails_while_filling_in_is_shown_and_breaks_nothing() -> None:
    source = xform(
        "<a/><b/><c/>", {"/data/b": {"calculate": "regex('x', /data/a)"}, "/data/c": {"calculate": "/data/a"}}
    )
    s = session(source)
    s.answer("/data/a", "(")
    violation = s.node("/data/b").violation
    assert violation is not None
    assert violation.kind == "error"
    assert s.node("/data/c").value == "("
    s.answer("/data/a", "x")
    assert s.node("/data/b").violation is None
    assert s.node("/data/b").value == "true"


# repeats

MEMBERS = "<n/><total/><member><x/><double/><place/></member>"
MEMBER_BINDS = {
    "/data/n": {"calculate": "count(/data/member)"},
    "/data/total": {"calculate": "sum(/data/member/x[. != ''])"},
    "/data/member/double": {"calculate": "../x * 2"},
    "/data/member/place": {"calculate": "position(..)"},
}
MEMBER_BODY = (
    '<group ref="/data/member"><label>Member</label><repeat nodeset="/data/member">'
    '<input ref="/data/member/x"><label>x</label></input></repeat></group>'
)


def members() -> FormSession:
    return session(xform(MEMBERS, MEMBER_BINDS, MEMBER_BODY))


def test_adding_a_member_recomputes_the_counts() -> None:
    s = members()
    changes = s.add_repeat("/data/member")
    assert changes.added == ("/data/member[2]",)
    assert changes.saved == {"member[2]": "", "member[2]/place": "2", "n": "2"}
    s.answer("/data/member[2]/x", "5")
    assert (s.node("/data/total").value, s.node("/data/member[2]/double").value) == ("5", "10")


def test_removing_a_member_moves_the_others_up_and_keeps_their_line_keys() -> None:
    s = members()
    for value in ("1", "2", "3"):
        if value != "1":
            s.add_repeat("/data/member")
        s.answer(f"/data/member[{value}]/x", value)
    changes = s.remove_repeat("/data/member[1]")
    assert changes.removed == ("/data/member[1]",)
    assert changes.saved == {"member[1]": None, "n": "2", "total": "5", "member[2]/place": "1", "member[3]/place": "2"}
    assert s.node("/data/member[1]").address == "member[2]"
    s.add_repeat("/data/member")
    assert [instance["#"] for instance in s.answers()["member"]] == [2, 3, 4]


def test_a_line_key_is_not_given_twice() -> None:
    s = members()
    s.add_repeat("/data/member")
    s.remove_repeat("/data/member[2]")
    assert s.add_repeat("/data/member").saved["member[3]"] == ""


def test_jr_count_decides_how_many_there_are() -> None:
    body = (
        '<input ref="/data/n"/><repeat nodeset="/data/member" jr:count="/data/n"><input ref="/data/member/x"/></repeat>'
    )
    s = session(xform("<n>2</n><member><x/></member>", {"/data/n": {"type": "int"}}, body))
    assert s.paths()[:5] == ["/data", "/data/n", "/data/member[1]", "/data/member[1]/x", "/data/member[2]"]
    assert s.node("/data/member[1]").fixed_size
    changes = s.answer("/data/n", "1")
    assert changes.removed == ("/data/member[2]",)
    with pytest.raises(SessionError):
        s.add_repeat("/data/member")
    with pytest.raises(SessionError):
        s.remove_repeat("/data/member[1]")


def test_a_template_gives_new_instances_but_is_none_itself() -> None:
    body = '<repeat nodeset="/data/member"><input ref="/data/member/x"/></repeat>'
    s = session(xform('<member jr:template=""><x>7</x></member>', {}, body))
    assert "/data/member[1]" not in s.paths()
    s.add_repeat("/data/member")
    assert s.node("/data/member[1]/x").value == "7"
    assert "template" not in s.submission_xml()


def test_nested_repeats_stand_on_their_own() -> None:
    body = '<repeat nodeset="/data/a"><repeat nodeset="/data/a/b"><input ref="/data/a/b/x"/></repeat></repeat>'
    binds = {"/data/a/n": {"calculate": "count(../b)"}, "/data/all": {"calculate": "count(/data/a/b)"}}
    s = session(xform("<all/><a><n/><b><x/></b></a>", binds, body))
    s.add_repeat("/data/a")
    s.add_repeat("/data/a[2]/b")
    assert [s.node(f"/data/a[{n}]/n").value for n in (1, 2)] == ["1", "2"]
    assert s.node("/data/all").value == "3"
    assert s.node("/data/a[2]/b[2]/x").address == "a[2]/b[2]/x"


# selects

LIST = (
    '<instance id="c"><root>'
    + "".join(f"<item><name>c{n}</name><label>Xã {n}</label><p>p{n % 2}</p></item>" for n in range(4))
    + "</root></instance>"
)


def cascade(kind: str = "select1") -> FormSession:
    body = (
        f'{inputs("p")}<{kind} ref="/data/c"><itemset nodeset="instance(\'c\')/root/item[p = /data/p]">'
        f'<value ref="name"/><label ref="label"/></itemset></{kind}>'
    )
    return session(xform("<p/><c/>", {}, body, LIST))


def test_a_choice_filter_opens_choices() -> None:
    s = cascade()
    assert s.node("/data/c").choices == ()
    assert "choices" in s.answer("/data/p", "p1").properties["/data/c"]
    assert [(choice.value, choice.label) for choice in s.node("/data/c").choices] == [("c1", "Xã 1"), ("c3", "Xã 3")]


def test_a_closed_choice_is_taken_away() -> None:
    s = cascade()
    s.answer("/data/p", "p1")
    s.answer("/data/c", "c3")
    assert s.answer("/data/p", "p0").saved == {"p": "p0", "c": None}


def test_of_several_choices_only_closed_ones_are_taken_away() -> None:
    s = cascade("select")
    s.answer("/data/p", "p1")
    s.answer("/data/c", "c3 c1")
    s.answer("/data/p", "p0")
    assert s.node("/data/c").value == ""


def test_choices_come_from_a_repeat() -> None:
    body = (
        f'{MEMBER_BODY}<select1 ref="/data/head"><itemset nodeset="/data/member[./x != \'\']">'
        '<value ref="x"/><label ref="x"/></itemset></select1>'
    )
    s = session(xform(f"{MEMBERS}<head/>", MEMBER_BINDS, body))
    s.answer("/data/member[1]/x", "1")
    s.add_repeat("/data/member")
    s.answer("/data/member[2]/x", "2")
    s.answer("/data/head", "2")
    assert [choice.value for choice in s.node("/data/head").choices] == ["1", "2"]
    assert s.remove_repeat("/data/member[2]").saved["head"] is None


def test_the_label_of_a_choice_can_be_looked_up() -> None:
    body = (
        '<select1 ref="/data/c"><itemset nodeset="instance(\'c\')/root/item"><value ref="name"/><label ref="label"/>'
        "</itemset></select1>"
    )
    s = session(xform("<c/><l/>", {"/data/l": {"calculate": "jr:choice-name(/data/c, '/data/c')"}}, body, LIST))
    s.answer("/data/c", "c2")
    assert s.node("/data/l").value == "Xã 2"


def test_indexed_repeat_gives_the_nodes_where_a_path_is_asked_for() -> None:
    inner = "<o><i><v>1</v></i><i><v>2</v></i></o><o><i><v>3</v></i><i><v>5</v></i></o>"
    total = "sum(indexed-repeat(/data/o/i/v, /data/o, 2))"
    binds = {
        "/data/s": {"calculate": total},
        "/data/c": {"calculate": "count(indexed-repeat(/data/o/i/v, /data/o, 9))"},
    }
    body = '<repeat nodeset="/data/o"><repeat nodeset="/data/o/i"><input ref="/data/o/i/v"/></repeat></repeat>'
    s = session(xform(f"{inner}<s/><c/>", binds, body))
    assert (s.node("/data/s").value, s.node("/data/c").value) == ("8", "0")
    s.answer("/data/o[2]/i[1]/v", "10")
    assert s.node("/data/s").value == "15"
    s.remove_repeat("/data/o[1]")
    assert s.node("/data/s").value == "0"


def test_the_name_of_a_choice_is_that_of_the_question_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "form.md"
    path.write_text(
        "| survey |\n| | type | name | label | calculation |\n| | begin_repeat | member | Member | |\n"
        "| | select_one sex | sex | Sex | |\n"
        "| | calculate | said | | jr:choice-name(${sex}, '${sex}') |\n| | end_repeat | | | |\n"
        "| choices |\n| | list_name | name | label |\n| | sex | m | Nam |\n| | sex | f | Nữ |\n",
        encoding="utf-8",
    )
    form = load_form(path)
    assert "' ../sex '" in form.xml
    s = FormSession(form)
    s.add_repeat("/data/member")
    s.answer("/data/member[1]/sex", "m")
    s.answer("/data/member[2]/sex", "f")
    assert [s.node(f"/data/member[{n}]/said").value for n in (1, 2)] == ["Nam", "Nữ"]


# languages

ITEXT = (
    '<itext><translation lang="Tiếng Việt (vi)" default="true()"><text id="a:label"><value>Bà '
    '<output value=" /data/n "/>?</value><value form="image">jr://images/a.png</value></text>'
    '<text id="a:msg"><value>Sai rồi</value></text>'
    '</translation><translation lang="English (en)"><text id="a:label"><value>Mrs <output value=" /data/n "/>?</value>'
    '</text><text id="a:msg"><value>Wrong</value></text></translation></itext>'
)


def bilingual() -> FormSession:
    binds = {"/data/a": {"constraint": ". > 1", "jr:constraintMsg": "jr:itext('a:msg')"}}
    body = '<input ref="/data/a"><label ref="jr:itext(\'a:label\')"/></input>'
    return session(xform("<n/><a/>", binds, body, ITEXT))


def test_labels_follow_the_answers_in_them() -> None:
    s = bilingual()
    assert s.node("/data/a").label == "Bà ?"
    changes = s.answer("/data/n", "Lan")
    assert changes.properties["/data/a"] == {"label"}
    assert s.node("/data/a").label == "Bà Lan?"
    assert s.node("/data/a").media == {"image": "jr://images/a.png"}


def test_labels_and_messages_follow_the_language() -> None:
    s = bilingual()
    s.answer("/data/a", "1")
    changes = s.set_language("English (en)")
    assert {"label", "violation"} <= changes.properties["/data/a"]
    violation = s.node("/data/a").violation
    assert violation is not None
    assert (s.node("/data/a").label, violation.message) == ("Mrs ?", "Wrong")
    s.set_language("vi")
    assert s.language == "Tiếng Việt (vi)"
    with pytest.raises(SessionError):
        s.set_language("Français")


def test_a_static_label_shows_answers_by_name() -> None:
    question = bilingual().form.questions["/data/a"]
    assert question.label("English (en)") == "Mrs ${n}?"


# actions and events


def test_a_value_set_by_a_trigger() -> None:
    body = '<input ref="/data/a"><setvalue event="xforms-value-changed" ref="/data/b" value="now()"/></input>'
    s = session(xform("<a/><b/>", {}, body))
    assert s.node("/data/b").value == ""
    assert s.answer("/data/a", "1").saved["b"] == "2026-11-21T12:00:00.000+07:00"


def test_first_load_happens_once() -> None:
    model = '<setvalue event="odk-instance-first-load" ref="/data/a" value="1 + 1"/>'
    model += '<setvalue event="odk-instance-load" ref="/data/b">again</setvalue>'
    source = xform("<a/><b/>", {}, inputs("a", "b"), model)
    first = session(source)
    assert (first.node("/data/a").value, first.node("/data/b").value) == ("2", "again")
    first.answer("/data/a", "5")
    first.answer("/data/b", "x")
    second = session(source, answers=first.answers())
    assert (second.node("/data/a").value, second.node("/data/b").value) == ("5", "again")


def test_a_new_repeat_sets_values() -> None:
    body = (
        '<repeat nodeset="/data/member"><setvalue event="odk-new-repeat" ref="/data/member/x" value="position(..)"/>'
        '<input ref="/data/member/x"/></repeat>'
    )
    s = session(xform("<member><x/></member>", {}, body))
    s.add_repeat("/data/member")
    assert [s.node(f"/data/member[{n}]/x").value for n in (1, 2)] == ["", "2"]


# metadata, submission, edit


def test_preloads() -> None:
    binds = {
        "/data/day": {"jr:preload": "date", "jr:preloadParams": "today"},
        "/data/start": {"jr:preload": "timestamp", "jr:preloadParams": "start"},
        "/data/end": {"jr:preload": "timestamp", "jr:preloadParams": "end"},
        "/data/who": {"jr:preload": "property", "jr:preloadParams": "username"},
    }
    s = session(xform("<day/><start/><end/><who/>", binds), properties={"username": "lan"})
    assert [s.node(f"/data/{name}").value for name in ("day", "start", "end", "who")] == [
        "2026-11-21",
        "2026-11-21T12:00:00.000+07:00",
        "",
        "lan",
    ]
    s.submission_xml()
    assert s.node("/data/end").value == "2026-11-21T12:00:00.000+07:00"


def test_a_submission_holds_relevant_nodes_only_and_its_identity() -> None:
    source = xform("<a>x &amp; y</a><b>2</b>", {"/data/b": {"relevant": "false()"}})
    s = session(source, instance_id="0f2a")
    assert s.submission_xml().partition("?>")[2] == (
        '<data xmlns:orx="http://openrosa.org/xforms" id="t" version="1"><a>x &amp; y</a>'
        "<orx:meta><orx:instanceID>uuid:0f2a</orx:instanceID></orx:meta></data>"
    )


def test_an_edited_submission_names_the_one_it_replaces() -> None:
    source = xform("<a/><meta><instanceID/></meta>", {"/data/meta/instanceID": {"jr:preload": "uid"}}, inputs("a"))
    first = session(source)
    first.answer("/data/a", "1")
    old = first.node("/data/meta/instanceID").value
    second = session(source, instance_xml=first.submission_xml(), edit=True)
    assert second.node("/data/meta/deprecatedID").value == old
    assert second.node("/data/meta/instanceID").value not in ("", old)
    assert second.node("/data/a").value == "1"


def test_answers_without_a_place_are_listed() -> None:
    s = session(xform("<a/>"), answers={"a": "1", "old": "2", "gone": [{"#": 3, "x": "4"}]})
    assert [(one.address, one.value) for one in s.dropped] == [("old", "2"), ("gone[3]/x", "4")]
    assert {one.reason for one in s.dropped} == {"The form has no such question any more."}


def test_answers_come_back_with_their_line_keys() -> None:
    s = members()
    s.add_repeat("/data/member")
    s.answer("/data/member[2]/x", "5")
    s.remove_repeat("/data/member[1]")
    again = session(xform(MEMBERS, MEMBER_BINDS, MEMBER_BODY), answers=s.answers(everything=True))
    assert again.answers() == s.answers()
    assert again.node("/data/member[1]").address == "member[2]"


def test_the_saved_submission_of_another_form_is_refused() -> None:
    source = xform("<a/>")
    for text in ('<data id="other"><a/></data>', "<other/>", "no xml"):
        with pytest.raises(SessionError):
            session(source, instance_xml=text)


def test_last_saved_answers_can_be_read() -> None:
    source = xform("<a/>", {"/data/a": {"calculate": "instance('__last-saved')/data/b"}})
    assert session(source, last_saved="<data><b>7</b></data>").node("/data/a").value == "7"
    assert session(source).node("/data/a").value == ""


# what is refused at load


@pytest.mark.parametrize(
    ("binds", "names"),
    [
        ({"/data/a": {"calculate": "/data/b + 1"}, "/data/b": {"calculate": "/data/a + 1"}}, ("a", "b")),
        ({"/data/a": {"relevant": ". = 1"}}, ("a",)),
        ({"/data/a": {"calculate": "/data/b"}, "/data/b": {"relevant": "/data/a = 1"}}, ("a", "b")),
    ],
)
def test_circles_are_refused_naming_the_questions(binds: dict[str, dict[str, str]], names: tuple[str, ...]) -> None:
    with pytest.raises(FormError) as caught:
        load_form(xform("<a/><b/>", binds))
    (fault,) = caught.value.faults
    assert all(name in fault.message for name in names)


def test_a_constraint_may_read_its_own_answer_and_once_its_own_value() -> None:
    binds = {"/data/a": {"constraint": ". > 1"}, "/data/b": {"calculate": "once(uuid())"}}
    s = session(xform("<a/><b/>", binds, inputs("a")))
    kept = s.node("/data/b").value
    s.answer("/data/a", "3")
    assert s.node("/data/b").value == kept


def test_all_faults_are_listed_at_once() -> None:
    binds = {"/data/a": {"calculate": "foo(1)", "relevant": "1 +"}, "/data/b": {"constraint": "instance('no')/x"}}
    with pytest.raises(FormError) as caught:
        load_form(xform("<a/><b/>", binds))
    assert {(fault.question, fault.column) for fault in caught.value.faults} == {
        ("a", "calculate"),
        ("a", "relevant"),
        ("b", "constraint"),
    }


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + xform("<a>&b;</a>")
    with pytest.raises(FormError):
        load_form(bomb)


def test_a_count_that_never_comes_to_rest_ends() -> None:
    body = '<repeat nodeset="/data/r" jr:count="if(count(/data/r) &gt; 0, 0, 1)"><input ref="/data/r/x"/></repeat>'
    s = session(xform("<r><x/></r>", {}, body))
    assert len(s.paths()) < 10
