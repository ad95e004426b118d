"""Answers given under an older version of a form, opened under a newer one."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.xforms import FormDefinition, FormSession, load_form

HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model>'
)


def form(
    data: str, types: dict[str, str] | None = None, body: str = "", repeats: dict[str, str] | None = None
) -> FormDefinition:
    """Return a form; every leaf of ``data`` is asked unless ``body`` is given; ``repeats`` is path to attributes."""
    binds = "".join(f'<bind nodeset="{path}" type="{kind}"/>' for path, kind in (types or {}).items())
    asked = "".join(f'<repeat nodeset="{path}" {more}></repeat>' for path, more in (repeats or {}).items())
    return load_form(
        f'{HEAD}<instance><data id="t">{data}</data></instance>{binds}</model></h:head>'
        f"<h:body>{asked}{body}</h:body></h:html>".encode()
    )


def ways(loaded: FormDefinition, answers: dict[str, Any], xml: str) -> list[FormSession]:
    """Return the same answers opened from a draft and from XML."""
    return [
        FormSession(loaded, answers=answers),
        FormSession(loaded, instance_xml=f'<data id="t">{xml}<meta><instanceID>uuid:1</instanceID></meta></data>'),
    ]


def kept(session: FormSession) -> list[tuple[str, str]]:
    return [(one.address, one.value) for one in session.dropped]


def ask(*paths: str) -> str:
    return "".join(f'<input ref="{path}"/>' for path in paths)


def test_a_question_moved_into_a_group_keeps_its_answer() -> None:
    for s in ways(form("<g><age/></g>", body=ask("/data/g/age")), {"age": "12"}, "<age>12</age>"):
        assert (s.node("/data/g/age").value, s.dropped) == ("12", ())


def test_a_question_moved_out_of_a_group_keeps_its_answer() -> None:
    for s in ways(form("<age/>", body=ask("/data/age")), {"g": {"age": "12"}}, "<g><age>12</age></g>"):
        assert (s.node("/data/age").value, s.dropped) == ("12", ())


def test_a_renamed_group_keeps_its_answers() -> None:
    loaded = form("<house><roof/><wall/></house>", body=ask("/data/house/roof", "/data/house/wall"))
    for s in ways(
        loaded, {"home": {"roof": "tile", "wall": "brick"}}, "<home><roof>tile</roof><wall>brick</wall></home>"
    ):
        assert (s.answers()["house"], s.dropped) == ({"roof": "tile", "wall": "brick"}, ())


def test_of_questions_of_the_same_name_the_nearest_takes_the_answer() -> None:
    loaded = form("<a><x/></a><b><c><x/></c></b>", body=ask("/data/a/x", "/data/b/c/x"))
    for s in ways(loaded, {"b": {"x": "1"}}, "<b><x>1</x></b>"):
        assert (s.node("/data/a/x").value, s.node("/data/b/c/x").value) == ("", "1")


def test_a_question_that_has_its_own_answer_is_not_overwritten() -> None:
    for s in ways(
        form("<g><x/></g>", body=ask("/data/g/x")), {"x": "old", "g": {"x": "new"}}, "<x>old</x><g><x>new</x></g>"
    ):
        assert (s.node("/data/g/x").value, kept(s)) == ("new", [("x", "old")])


def test_a_moved_answer_must_be_of_the_kind_its_question_asks_for() -> None:
    loaded = form("<g><age/></g>", {"/data/g/age": "int"}, ask("/data/g/age"))
    for s in ways(loaded, {"age": "twelve"}, "<age>twelve</age>"):
        assert (s.node("/data/g/age").value, kept(s)) == ("", [("age", "twelve")])
        assert "another kind" in s.dropped[0].reason


def test_an_answer_at_its_own_place_stays_whatever_the_question_asks_now() -> None:
    for s in ways(form("<age/>", {"/data/age": "int"}, ask("/data/age")), {"age": "twelve"}, "<age>twelve</age>"):
        assert (s.node("/data/age").value, s.dropped) == ("twelve", ())
        assert [violation.kind for violation in s.validate()] == ["type"]


def test_a_question_moved_within_a_repeat_keeps_the_answer_of_each_member() -> None:
    loaded = form('<m jr:template=""><g><age/></g></m>', body=ask("/data/m/g/age"), repeats={"/data/m": ""})
    answers = {"m": [{"#": 2, "age": "5"}, {"#": 7, "age": "6"}]}
    for s in ways(loaded, answers, "<m><age>5</age></m><m><age>6</age></m>"):
        assert ([s.node(f"/data/m[{n}]/g/age").value for n in (1, 2)], s.dropped) == (["5", "6"], ())
    assert s.node("/data/m[2]").line == 2
    assert FormSession(loaded, answers=answers).node("/data/m[2]").line == 7


@pytest.mark.parametrize(
    ("data", "repeat"),
    [
        ('<people jr:template=""><name/><age/></people>', "/data/people"),
        ('<g><m jr:template=""><name/><age/></m></g>', "/data/g/m"),
        ('<g><people jr:template=""><name/><x/><age/></people></g>', "/data/g/people"),
    ],
)
def test_a_renamed_or_moved_repeat_keeps_its_members_and_their_line_keys(data: str, repeat: str) -> None:
    loaded = form(data, body=ask(f"{repeat}/name", f"{repeat}/age"), repeats={repeat: ""})
    answers = {"m": [{"#": 2, "name": "Lan"}, {"#": 5, "name": "Nam", "age": "6"}]}
    for s in ways(loaded, answers, "<m><name>Lan</name><age/></m><m><name>Nam</name><age>6</age></m>"):
        assert [s.node(f"{repeat}[{n}]/name").value for n in (1, 2)] == ["Lan", "Nam"]
        assert (s.node(f"{repeat}[2]/age").value, s.dropped) == ("6", ())
    assert FormSession(loaded, answers=answers).node(f"{repeat}[2]").line == 5


def test_a_question_moved_out_of_a_repeat_is_listed_when_there_are_several() -> None:
    loaded = form("<name/>", body=ask("/data/name"))
    for s in ways(
        loaded,
        {"m": [{"#": 1, "name": "Lan"}, {"#": 2, "name": "Nam"}]},
        "<m><name>Lan</name></m><m><name>Nam</name></m>",
    ):
        assert kept(s) == [("m[1]/name", "Lan"), ("m[2]/name", "Nam")]
        assert "same people" in s.dropped[0].reason
    for s in ways(loaded, {"m": [{"#": 1, "name": "Lan"}]}, "<m><name>Lan</name></m>"):
        assert (s.node("/data/name").value, s.dropped) == ("Lan", ())


def test_what_is_not_asked_any_more_is_listed_with_address_value_and_reason() -> None:
    for s in ways(form("<a/>", body=ask("/data/a")), {"a": "1", "old": {"b": "2"}}, "<a>1</a><old><b>2</b></old>"):
        (one,) = s.dropped
        assert one == ("old/b", "2", "The form has no such question any more.")


def test_a_calculation_that_moved_is_worked_out_anew_and_not_listed() -> None:
    loaded = load_form(
        f'{HEAD}<instance><data id="t"><g><c/></g></data></instance><bind nodeset="/data/g/c" calculate="1 + 1"/>'
        "</model></h:head><h:body/></h:html>".encode()
    )
    for s in ways(loaded, {"c": "7"}, "<c>7</c>"):
        assert (s.node("/data/g/c").value, s.dropped) == ("2", ())


def test_a_group_that_is_a_question_now_gives_its_answers_to_nobody() -> None:
    for s in ways(form("<a/>", body=ask("/data/a")), {"a": {"b": "1"}}, "<a><b>1</b></a>"):
        assert (s.node("/data/a").value, kept(s)) == ("", [("a/b", "1")])


def choosing(binds: str, itemset: str) -> FormDefinition:
    return load_form(
        f'{HEAD}<instance><data id="t"><p/><a/></data></instance><instance id="l"><root><item><v>x</v><p>1</p></item>'
        f"<item><v>y</v><p>2</p></item></root></instance>{binds}</model></h:head><h:body>{ask('/data/p')}"
        f'<select ref="/data/a">{itemset}</select></h:body></h:html>'.encode()
    )


@pytest.mark.parametrize(
    "itemset",
    [
        "<item><label>X</label><value>x</value></item>",
        '<itemset nodeset="instance(\'l\')/root/item[v = \'x\']"><value ref="v"/><label ref="v"/></itemset>',
        '<itemset nodeset="instance(\'l\')/root/item[p = /data/p]"><value ref="v"/><label ref="v"/></itemset>',
    ],
)
def test_a_choice_that_is_gone_is_listed_and_the_others_stay(itemset: str) -> None:
    for s in ways(choosing("", itemset), {"p": "1", "a": "x y"}, "<p>1</p><a>x y</a>"):
        assert s.node("/data/a").value == "x"
        assert s.dropped == (("a", "y", "This choice is not open any more."),)


def test_members_beyond_the_count_are_listed() -> None:
    loaded = form(
        '<n/><m jr:template=""><x/></m>', body=ask("/data/n", "/data/m/x"), repeats={"/data/m": 'jr:count="/data/n"'}
    )
    answers = {"n": "1", "m": [{"#": 1, "x": "a"}, {"#": 2, "x": "b"}]}
    for s in ways(loaded, answers, "<n>1</n><m><x>a</x></m><m><x>b</x></m>"):
        assert kept(s) == [("m[2]/x", "b")]


def test_a_fixed_repeat_gets_what_is_missing_and_refuses_what_is_too_much() -> None:
    loaded = form("<m><x/></m><m><x/></m>", body=ask("/data/m/x"), repeats={"/data/m": 'jr:noAddRemove="true()"'})
    for s in ways(loaded, {"m": [{"#": 1, "x": "a"}]}, "<m><x>a</x></m>"):
        assert [path for path in s.paths() if path.endswith("]")] == ["/data/m[1]", "/data/m[2]"]
    three = {"m": [{"#": n, "x": str(n)} for n in (1, 2, 3)]}
    for s in ways(loaded, three, "<m><x>1</x></m><m><x>2</x></m><m><x>3</x></m>"):
        assert (len([path for path in s.paths() if path.endswith("]")]), kept(s)) == (2, [("m[3]/x", "3")])


def test_answers_of_the_same_form_come_back_whole() -> None:
    loaded = form(
        '<a/><g><m jr:template=""><x/></m></g>', body=ask("/data/a", "/data/g/m/x"), repeats={"/data/g/m": ""}
    )
    s = FormSession(loaded)
    s.answer("/data/a", "1")
    for value in ("p", "q"):
        s.answer(f"{s.add_repeat('/data/g/m').added[0]}/x", value)
    again = FormSession(loaded, answers=s.answers(everything=True))
    assert (again.answers(everything=True), again.dropped) == (s.answers(everything=True), ())


def test_a_list_whose_file_is_missing_takes_no_answer_away() -> None:
    source = (
        f'{HEAD}<instance><data id="t"><p/><a/></data></instance><instance id="l" src="jr://file-csv/l.csv"/></model>'
        f'</h:head><h:body>{ask("/data/p")}<select1 ref="/data/a">'
        "<itemset nodeset=\"instance('l')/root/item[p = /data/p]\">"
        '<value ref="name"/><label ref="label"/></itemset></select1></h:body></h:html>'
    ).encode()
    answers = {"p": "1", "a": "x"}
    missing = FormSession(load_form(source), answers=answers)
    assert (missing.node("/data/a").value, missing.dropped) == ("x", ())
    there = FormSession(load_form(source, {"l.csv": b"name,label,p\ny,Y,1\n"}), answers=answers)
    assert (there.node("/data/a").value, kept(there)) == ("", [("a", "x")])
