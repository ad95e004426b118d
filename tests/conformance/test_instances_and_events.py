"""Instances, metadata, events and actions, as the ODK XForms specification and the entities specification have them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from lxml import etree

from survey_app.records import flatten
from survey_app.xforms import FormError, FormSession, load_form

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms" xmlns:entities="http://www.opendatakit.org/xforms/entities">'
    "<h:head><h:title>T</h:title><model>"
)
UID = '<bind nodeset="/data/meta/instanceID" jr:preload="uid"/>'
META = "<meta><instanceID/></meta>"


def form(data: str, model: str = "", body: str = "") -> bytes:
    """Return an XForm with the root ``<data id="t" version="3">``."""
    instance = f'<instance><data id="t" version="3">{data}</data></instance>'
    return f"{HEAD}{instance}{model}</model></h:head><h:body>{body}</h:body></h:html>".encode()


def sit(source: bytes, **options: Any) -> FormSession:
    return FormSession(load_form(source), clock=options.pop("clock", lambda: NOON), **options)


def ask(path: str, inside: str = "") -> str:
    return f'<input ref="{path}"><label>{path}</label>{inside}</input>'


def written(session: FormSession) -> etree._Element:
    return etree.fromstring(session.submission_xml().encode())


# instance and submission


def test_the_root_keeps_id_and_version_and_the_metadata_its_namespace() -> None:
    s = sit(form("<a>1</a><orx:meta><orx:instanceID/></orx:meta>"))
    root = written(s)
    assert (root.tag, root.get("id"), root.get("version")) == ("data", "t", "3")
    assert [child.tag for child in root] == ["a", "{http://openrosa.org/xforms}meta"]


def test_a_form_without_an_instance_id_gets_one_in_the_openrosa_namespace() -> None:
    meta = written(sit(form("<a/>")))[1]
    assert meta.tag == "{http://openrosa.org/xforms}meta"
    assert (meta[0].text or "").startswith("uuid:")


def test_a_template_is_never_written() -> None:
    source = form(
        '<r jr:template=""><x/></r><r><x/></r>', body=f'<repeat nodeset="/data/r">{ask("/data/r/x")}</repeat>'
    )
    s = sit(source)
    s.add_repeat("/data/r")
    assert s.submission_xml().count("<r>") == 2
    assert "template" not in s.submission_xml()


def test_an_irrelevant_repeat_instance_is_left_out_of_the_submission() -> None:
    source = form(
        '<r jr:template=""><x/><y/></r>',
        '<bind nodeset="/data/r/y" relevant="../x = 1"/>',
        f'<repeat nodeset="/data/r">{ask("/data/r/x")}{ask("/data/r/y")}</repeat>',
    )
    s = sit(source)
    for value in ("1", "2"):
        added = s.add_repeat("/data/r").added[0]
        s.answer(f"{added}/x", value)
        s.answer(f"{added}/y", "z") if value == "1" else None
    assert [[child.tag for child in r] for r in written(s).findall("r")] == [["x", "y"], ["x"]]


def test_text_xml_cannot_hold_does_not_spoil_the_submission() -> None:
    s = sit(form("<a/>", body=ask("/data/a")))
    s.answer("/data/a", "one\x0btwo\r\n<&>\x00")
    assert written(s)[0].text == "onetwo\r\n<&>"


def test_attributes_of_the_model_are_kept_and_bound_ones_worked_out() -> None:
    source = form('<a note="kept" n=""/>', '<bind nodeset="/data/a/@n" calculate="1 + 1"/>')
    assert {str(k): str(v) for k, v in written(sit(source))[0].attrib.items()} == {"note": "kept", "n": "2"}


def test_a_bound_attribute_is_restored() -> None:
    source = form('<a n=""/>', '<setvalue event="odk-instance-first-load" ref="/data/a/@n">7</setvalue>')
    again = sit(source, instance_xml=sit(source).submission_xml())
    assert written(again)[0].get("n") == "7"


# metadata


def test_an_edit_names_the_submission_it_corrects_by_xml_and_by_answers() -> None:
    source = form(f"<a/>{META}", UID, ask("/data/a"))
    first = sit(source)
    first.answer("/data/a", "1")
    old = first.node("/data/meta/instanceID").value
    by_xml = sit(source, instance_xml=first.submission_xml(), edit=True)
    by_answers = sit(source, answers=first.answers(), instance_id=old, edit=True)
    for s in (by_xml, by_answers):
        meta = {child.tag: child.text for child in written(s).iterfind("meta/*")}
        assert meta["deprecatedID"] == old
        assert meta["instanceID"] not in ("", old)


def test_a_draft_of_an_edit_keeps_both_identities() -> None:
    source = form(f"<a/>{META}", UID)
    edit = sit(source, instance_xml=sit(source).submission_xml(), edit=True)
    draft = edit.submission_xml()
    again = sit(source, instance_xml=draft)
    assert again.submission_xml() == draft
    assert again.dropped == ()


def test_the_name_of_an_instance_follows_the_answers() -> None:
    source = form(
        "<a/><meta><instanceID/><instanceName/></meta>",
        f'{UID}<bind nodeset="/data/meta/instanceName" calculate="concat(\'Household of \', /data/a)"/>',
        ask("/data/a"),
    )
    s = sit(source)
    s.answer("/data/a", "Lan")
    assert written(s).findtext("meta/instanceName") == "Household of Lan"


@pytest.mark.parametrize(
    ("kind", "wanted", "value"),
    [
        ("date", "today", "2026-11-21"),
        ("timestamp", "start", "2026-11-21T12:00:00.000+07:00"),
        ("property", "deviceid", "lt01"),
        ("property", "username", "an"),
        ("property", "phone number", "09"),
        ("property", "phonenumber", "09"),
        ("property", "uri:deviceid", "deviceid:lt01"),
        ("property", "email", ""),
        ("context", "UserID", "an"),
        ("patient", "name", ""),
        ("uid", "", "uuid:fresh"),
    ],
)
def test_preloads(kind: str, wanted: str, value: str) -> None:
    source = form("<a/>", f'<bind nodeset="/data/a" jr:preload="{kind}" jr:preloadParams="{wanted}"/>')
    properties = {"deviceid": "lt01", "username": "an", "phonenumber": "09"}
    s = sit(source, properties=properties, new_uuid=lambda: "fresh")
    assert s.node("/data/a").value == value


def test_preloads_of_metadata_outlive_the_draft() -> None:
    source = form(
        "<a/><orx:meta><orx:instanceID/><orx:timeStart/></orx:meta>",
        '<bind nodeset="/data/orx:meta/orx:timeStart" jr:preload="timestamp" jr:preloadParams="start"/>',
    )
    s = sit(source)
    later = sit(source, answers=s.answers(everything=True), clock=lambda: NOON + dt.timedelta(days=1))
    assert later.node("/data/orx:meta/orx:timeStart").value == "2026-11-21T12:00:00.000+07:00"


def test_the_end_is_noted_when_the_form_ends() -> None:
    moments = iter([NOON + dt.timedelta(minutes=n) for n in range(50)])
    source = form("<e/>", '<bind nodeset="/data/e" jr:preload="timestamp" jr:preloadParams="end"/>')
    s = sit(source, clock=lambda: next(moments))
    assert s.node("/data/e").value == ""
    changes = s.end()
    assert changes.saved == {"e": s.node("/data/e").value}
    assert s.node("/data/e").value > "2026-11-21T12:00"


# events and actions


def test_first_load_fires_once_and_load_each_time() -> None:
    source = form(
        "<first/><each>0</each>",
        '<setvalue event="odk-instance-first-load" ref="/data/first" value="uuid()"/>'
        '<setvalue event="odk-instance-load" ref="/data/each" value=". + 1"/>',
    )
    s = sit(source)
    once = s.node("/data/first").value
    again = sit(source, answers=s.answers())
    edit = sit(source, instance_xml=again.submission_xml(), edit=True)
    assert (again.node("/data/first").value, again.node("/data/each").value) == (once, "2")
    assert (edit.node("/data/first").value, edit.node("/data/each").value) == (once, "3")


def test_loading_fires_neither_new_repeat_nor_value_changed() -> None:
    source = form(
        '<a/><seen/><r jr:template=""><x/></r>',
        "",
        ask("/data/a", '<setvalue event="xforms-value-changed" ref="/data/seen" value="concat(., \'!\')"/>')
        + '<repeat nodeset="/data/r"><setvalue event="odk-new-repeat" ref="/data/r/x">new</setvalue>'
        + f"{ask('/data/r/x')}</repeat>",
    )
    s = sit(source)
    s.answer("/data/a", "1")
    s.add_repeat("/data/r")
    s.answer("/data/r[1]/x", "mine")
    for again in (sit(source, answers=s.answers()), sit(source, instance_xml=s.submission_xml(), edit=True)):
        assert (again.node("/data/seen").value, again.node("/data/r[1]/x").value) == ("!", "mine")


def test_an_action_with_two_events_runs_on_first_load_and_in_each_new_instance() -> None:
    source = form(
        "<r><x/></r>",
        "",
        '<repeat nodeset="/data/r"><setvalue event="odk-instance-first-load odk-new-repeat" ref="/data/r/x" '
        f'value="position(..)"/>{ask("/data/r/x")}</repeat>',
    )
    s = sit(source)
    s.add_repeat("/data/r")
    assert [s.node(f"/data/r[{n}]/x").value for n in (1, 2)] == ["1", "2"]
    again = sit(source, answers=s.answers())
    again.answer("/data/r[1]/x", "mine")
    again.add_repeat("/data/r")
    assert [again.node(f"/data/r[{n}]/x").value for n in (1, 2, 3)] == ["mine", "2", "3"]


def test_grouped_actions_take_the_event_of_their_group() -> None:
    source = form(
        "<a/><b/>",
        '<action event="odk-instance-first-load"><setvalue ref="/data/a">1</setvalue>'
        '<action><setvalue ref="/data/b" value="/data/a + 1"/></action></action>',
    )
    s = sit(source)
    assert (s.node("/data/a").value, s.node("/data/b").value) == ("1", "2")


def test_a_setvalue_without_value_clears() -> None:
    s = sit(form("<a/><b>x</b>", "", ask("/data/a", '<setvalue event="xforms-value-changed" ref="/data/b"/>')))
    s.answer("/data/a", "1")
    assert s.node("/data/b").value == ""


def test_a_setvalue_that_gives_no_number_leaves_a_blank() -> None:
    source = form(
        "<a/><n/>",
        '<bind nodeset="/data/n" type="int"/>'
        '<setvalue event="odk-instance-first-load" ref="/data/n" value="/data/a + 2"/>',
        ask("/data/n"),
    )
    s = sit(source)
    assert (s.node("/data/n").value, s.node("/data/n").violation) == ("", None)


@pytest.mark.parametrize(
    ("condition", "got"), [("position() = 1", ["v", ""]), ("../pick = 2", ["", ""]), ("k = 'b'", ["", "v"])]
)
def test_conditions_choose_which_instance_an_action_sets(condition: str, got: list[str]) -> None:
    source = form(
        "<a/><r><k>a</k><x/></r><r><k>b</k><x/></r>",
        "",
        ask("/data/a", f'<setvalue event="xforms-value-changed" ref="/data/r[{condition}]/x" value="/data/a"/>')
        + f'<repeat nodeset="/data/r">{ask("/data/r/k")}{ask("/data/r/x")}</repeat>',
    )
    s = sit(source)
    s.answer("/data/a", "v")
    assert [s.node(f"/data/r[{n}]/x").value for n in (1, 2)] == got


def test_the_trigger_of_a_repeat_sets_its_own_instance_only() -> None:
    source = form(
        '<r jr:template=""><a/><b/></r>',
        "",
        '<repeat nodeset="/data/r">'
        + ask("/data/r/a", '<setvalue event="xforms-value-changed" ref="/data/r/b" value="concat(../a, \'!\')"/>')
        + f"{ask('/data/r/b')}</repeat>",
    )
    s = sit(source)
    s.add_repeat("/data/r")
    s.add_repeat("/data/r")
    changes = s.answer("/data/r[2]/a", "x")
    assert [s.node(f"/data/r[{n}]/b").value for n in (1, 2)] == ["", "x!"]
    assert changes.saved == {"r[2]/a": "x", "r[2]/b": "x!"}


def test_what_needs_a_phone_stays_blank_with_a_word_to_the_author() -> None:
    source = form(
        "<a/><p/><s/>",
        '<odk:setgeopoint event="odk-instance-first-load" ref="/data/p"/>'
        '<odk:recordaudio event="odk-instance-load" ref="/data/s"/>',
        ask("/data/a", '<odk:setgeopoint event="xforms-value-changed" ref="/data/p"/>'),
    )
    loaded = load_form(source)
    s = FormSession(loaded)
    s.answer("/data/a", "1")
    assert (s.node("/data/p").value, s.node("/data/s").value, s.validate()) == ("", "", [])
    assert {warning.question for warning in loaded.warnings} == {"p", "s"}


def test_actions_of_the_end_run_when_the_form_ends() -> None:
    s = sit(form("<e/>", '<setvalue event="xforms-revalidate" ref="/data/e" value="\'over\'"/>'))
    assert s.node("/data/e").value == ""
    assert written(s).findtext("e") == "over"


def test_actions_that_set_each_other_off_end_with_a_word() -> None:
    s = sit(
        form(
            "<a/><b/>",
            "",
            ask("/data/a", '<setvalue event="xforms-value-changed" ref="/data/b" value="concat(., \'x\')"/>')
            + ask("/data/b", '<setvalue event="xforms-value-changed" ref="/data/a" value="concat(., \'y\')"/>'),
        )
    )
    s.answer("/data/a", "1")
    assert "error" in {violation.kind for violation in s.validate()}


# repeat counts


def counted(relevant: str = "") -> bytes:
    binds = f'<bind nodeset="/data/n" type="int" {relevant}/>'
    body = (
        ask("/data/has") + ask("/data/n") + f'<repeat nodeset="/data/r" jr:count="/data/n">{ask("/data/r/x")}</repeat>'
    )
    return form('<has/><n/><r jr:template=""><x/></r>', binds, body)


def test_clearing_the_count_to_type_another_one_takes_nobody_away() -> None:
    s = sit(counted())
    s.answer("/data/n", "2")
    s.answer("/data/r[2]/x", "Nam")
    assert s.answer("/data/n", "").removed == ()
    s.answer("/data/n", "3")
    assert (s.node("/data/r[2]/x").value, s.node("/data/r[3]/x").value) == ("Nam", "")


def test_a_count_that_is_not_asked_is_nobody() -> None:
    s = sit(counted("relevant=\"/data/has = 'yes'\""))
    s.answer("/data/has", "yes")
    s.answer("/data/n", "2")
    s.answer("/data/has", "no")
    assert s.answers() == {"has": "no"}


def test_a_fault_in_a_count_takes_nobody_away() -> None:
    source = form(
        '<p/><r jr:template=""><x/></r>',
        "",
        ask("/data/p")
        + '<repeat nodeset="/data/r" jr:count="if(regex(\'x\', /data/p), 2, 1)">'
        + ask("/data/r/x")
        + "</repeat>",
    )
    s = sit(source)
    s.answer("/data/p", "x")
    s.answer("/data/r[2]/x", "Nam")
    s.answer("/data/p", "(")
    assert (s.node("/data/r[2]/x").value, [violation.kind for violation in s.validate()]) == ("Nam", ["error"])
    s.answer("/data/p", "x")
    assert (s.node("/data/r[2]/x").value, s.validate()) == ("Nam", [])


# last saved


LAST = form(
    "<a/>",
    '<instance id="__last-saved" src="jr://instance/last-saved"/>'
    '<setvalue event="odk-instance-first-load" ref="/data/a" value="instance(\'__last-saved\')/data/a"/>',
    ask("/data/a"),
)


def test_last_saved_gives_the_answer_of_the_submission_before() -> None:
    before = sit(LAST)
    assert before.node("/data/a").value == ""
    before.answer("/data/a", "Thôn Đoài")
    assert sit(LAST, last_saved=before.submission_xml()).node("/data/a").value == "Thôn Đoài"


# entities


def trees(entity: str, binds: str, data: str = "<species/><size/>", extra: str = "") -> bytes:
    model = (
        '<bind nodeset="/data/species" entities:saveto="species"/><bind nodeset="/data/size" entities:saveto="girth" '
        f"relevant=\"/data/species != ''\"/>{UID}{binds}"
    )
    return form(f"{data}<meta><instanceID/>{entity}</meta>", model + extra, ask("/data/species") + ask("/data/size"))


CREATING = trees(
    '<entity dataset="trees" id="" create="1"><label/></entity>',
    '<bind nodeset="/data/meta/entity/@id"/><bind nodeset="/data/meta/entity/label" calculate="/data/species"/>'
    '<setvalue event="odk-instance-first-load" ref="/data/meta/entity/@id" value="uuid()"/>',
)


def test_a_form_creates_an_entity() -> None:
    s = sit(CREATING, new_uuid=lambda: "0a2b3c4d-0000-4000-8000-000000000001")
    s.answer("/data/species", "lim")
    (entity,) = s.entities()
    assert (entity.dataset, entity.id, entity.label) == ("trees", "0a2b3c4d-0000-4000-8000-000000000001", "lim")
    assert (entity.create, entity.update, entity.properties) == (True, False, {"species": "lim", "girth": ""})
    (element,) = written(s).findall("meta/entity")
    assert {str(k): str(v) for k, v in element.attrib.items()} == {"dataset": "trees", "id": entity.id, "create": "1"}
    assert element.findtext("label") == "lim"


def test_a_property_that_is_not_asked_is_left_alone() -> None:
    assert sit(CREATING).entities()[0].properties == {"species": ""}


def test_the_identity_of_an_entity_outlives_draft_revision_and_edit() -> None:
    s = sit(CREATING)
    identity = s.entities()[0].id
    draft = sit(CREATING, answers=s.answers(everything=True))
    revision = sit(CREATING, answers=draft.answers(), edit=True)
    xml = sit(CREATING, instance_xml=s.submission_xml(), edit=True)
    assert {identity} == {one.entities()[0].id for one in (draft, revision, xml)}
    assert flatten(s.answers()) == {"meta/entity/@id": identity}


def test_a_form_updates_an_entity_when_its_condition_says_so() -> None:
    source = trees(
        '<entity dataset="trees" id="" update="" baseVersion=""/>',
        '<bind nodeset="/data/meta/entity/@id" calculate="/data/species"/>'
        '<bind nodeset="/data/meta/entity/@update" calculate="/data/size &gt; 0"/>'
        '<bind nodeset="/data/meta/entity/@baseVersion" '
        "calculate=\"instance('trees')/root/item[name = /data/species]/__version\"/>",
        extra='<instance id="trees"><root><item><name>t7</name><__version>4</__version></item></root></instance>',
    )
    s = sit(source)
    s.answer("/data/species", "t7")
    assert s.entities() == ()
    s.answer("/data/size", "12")
    (entity,) = s.entities()
    assert (entity.create, entity.update, entity.id, entity.base_version) == (False, True, "t7", 4)
    assert entity.properties == {"species": "t7", "girth": "12"}


def test_each_instance_of_a_repeat_makes_its_own_entity() -> None:
    source = form(
        '<hh/><tree jr:template=""><species/><g><size/></g><meta><entity dataset="trees" create="1" id=""><label/>'
        "</entity></meta></tree>",
        '<bind nodeset="/data/tree/species" entities:saveto="species"/>'
        '<bind nodeset="/data/tree/g/size" entities:saveto="size"/>'
        '<bind nodeset="/data/tree/meta/entity/label" calculate="../../../species"/>',
        '<repeat nodeset="/data/tree">'
        '<setvalue event="odk-new-repeat" ref="/data/tree/meta/entity/@id" value="uuid()"/>'
        f"{ask('/data/tree/species')}{ask('/data/tree/g/size')}</repeat>",
    )
    s = sit(source)
    for species, size in (("lim", "3"), ("đa", "9")):
        added = s.add_repeat("/data/tree").added[0]
        s.answer(f"{added}/species", species)
        s.answer(f"{added}/g/size", size)
    one, two = s.entities()
    assert (one.path, one.label, one.properties) == (
        "/data/tree[1]/meta/entity",
        "lim",
        {"species": "lim", "size": "3"},
    )
    assert (two.label, two.properties) == ("đa", {"species": "đa", "size": "9"})
    assert one.id != two.id
    assert [entity.id for entity in sit(source, answers=s.answers()).entities()] == [one.id, two.id]


# what an author gets wrong


def test_a_line_among_the_points_of_a_distance_is_refused() -> None:
    source = form(
        "<t/><p/><d/>",
        '<bind nodeset="/data/t" type="geotrace"/><bind nodeset="/data/p" type="geopoint"/>'
        '<bind nodeset="/data/d" calculate="distance(../t, /data/p)"/>',
    )
    with pytest.raises(FormError) as refused:
        load_form(source)
    (fault,) = refused.value.faults
    assert (fault.question, fault.column) == ("d", "calculate")
    assert "“t”" in fault.message


@pytest.mark.parametrize(
    ("kind", "text", "good"),
    [
        ("geotrace", "21 105 0 0", False),
        ("geotrace", "21 105 0 0; 21.1 105 0 0", True),
        ("geoshape", "21 105 0 0; 21.1 105 0 0", False),
        ("geoshape", "21 105 0 0; 21.1 105 0 0; 21 105.1 0 0; 21 105 0 0", True),
    ],
)
def test_a_line_has_two_points_and_an_area_three(kind: str, text: str, good: bool) -> None:
    s = sit(form("<a/>", f'<bind nodeset="/data/a" type="{kind}"/>', ask("/data/a")))
    s.answer("/data/a", text)
    assert (s.validate() == []) is good


# faults while filling in


def test_a_fault_while_filling_in_is_shown_at_its_question_and_mends_itself() -> None:
    source = form(
        "<p/><a/>", '<bind nodeset="/data/a" relevant="regex(\'x\', /data/p)"/>', ask("/data/p") + ask("/data/a")
    )
    s = sit(source)
    s.answer("/data/p", "(")
    (violation,) = s.validate()
    assert (violation.path, violation.kind) == ("/data/a", "error")
    assert s.node("/data/a").relevant
    s.answer("/data/a", "still works")
    s.answer("/data/p", "x")
    assert s.validate() == []


def test_only_what_is_asked_can_break_a_rule() -> None:
    source = form(
        "<a/><n/>",
        '<bind nodeset="/data/n" type="int" required="true()" constraint=". &gt; 5" calculate="/data/a"/>',
        ask("/data/a"),
    )
    s = sit(source)
    assert s.validate() == []
    s.answer("/data/a", "3")
    assert s.validate() == []


def test_violations_are_exact_in_nested_repeats() -> None:
    source = form(
        '<strict/><r jr:template=""><on/><n jr:template=""><x/></n></r>',
        '<bind nodeset="/data/r/n" relevant="../on != \'no\'"/>'
        '<bind nodeset="/data/r/n/x" type="int" required="/data/strict = 1" constraint=". &lt; 10" '
        "readonly=\"../../on = 'done'\"/>",
        ask("/data/strict") + f'<repeat nodeset="/data/r">{ask("/data/r/on")}<repeat nodeset="/data/r/n">'
        f"{ask('/data/r/n/x')}</repeat></repeat>",
    )
    s = sit(source)
    for _outer in range(2):
        outer = s.add_repeat("/data/r").added[0]
        for _inner in range(2):
            s.add_repeat(f"{outer}/n")
    s.answer("/data/strict", "1")
    assert len(s.validate()) == 4
    s.answer("/data/r[1]/n[2]/x", "12")
    s.answer("/data/r[2]/on", "no")
    found = [(violation.path, violation.kind) for violation in s.validate()]
    assert found == [("/data/r[1]/n[1]/x", "required"), ("/data/r[1]/n[2]/x", "constraint")]
    changes = s.answer("/data/r[1]/on", "done")
    assert changes.properties["/data/r[1]/n[1]/x"] == {"readonly"}
    changes = s.remove_repeat("/data/r[1]/n[1]")
    assert [violation.path for violation in s.validate()] == ["/data/r[1]/n[1]/x"]
    assert changes.removed == ("/data/r[1]/n[1]",)
    s.answer("/data/r[2]/on", "yes")
    assert [violation.path for violation in s.validate()][1:] == ["/data/r[2]/n[1]/x", "/data/r[2]/n[2]/x"]
