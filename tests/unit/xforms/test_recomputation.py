"""What is worked out anew when an answer changes, and what is not."""

from __future__ import annotations

import pytest

from survey_app.xforms import FormError, FormSession, batch, load_form
from survey_app.xforms.spec import Rule

HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>t</h:title><model>'
)


def session(data: str, binds: str = "", body: str = "", model: str = "") -> FormSession:
    instance = f'{model}<instance><data id="t">{data}</data></instance>'
    lists = (
        '<instance id="list"><root><item><name>1</name><label>one</label><id>t1</id></item>'
        "<item><name>2</name><label>two</label><id>t2</id></item></root></instance>"
    )
    xml = f"{HEAD}{instance}{lists}{binds}</model></h:head><h:body>{body}</h:body></h:html>"
    return FormSession(load_form(xml.encode()))


def itext(**texts: str) -> str:
    words = "".join(f'<text id="{name}"><value>{value}</value></text>' for name, value in texts.items())
    return f'<itext><translation lang="vi">{words}</translation></itext>'


def select(name: str, inside: str) -> str:
    return f'<select1 ref="/data/{name}"><label>{name}</label>{inside}</select1>'


def message(s: FormSession, path: str) -> str:
    violation = s.node(path).violation
    return violation.message if violation is not None else ""


BOTH = '<input ref="/data/a"/><input ref="/data/b"/>'
MEMBERS = (
    '<repeat nodeset="/data/r"><input ref="/data/r/x"/><input ref="/data/r/y"/></repeat><input ref="/data/a"/>'
    '<input ref="/data/b"/>'
)


def members(binds: str, count: int, body: str = MEMBERS) -> FormSession:
    s = session("<a/><b/><r><x/><y/><z/></r>", binds, body)
    for _number in range(count - 1):
        s.add_repeat("/data/r")
    return s


def test_a_constraint_is_checked_again_when_what_it_reads_changes() -> None:
    s = session("<a>5</a><b>3</b>", '<bind nodeset="/data/a" constraint=". &gt; /data/b"/>', BOTH)
    assert s.node("/data/a").violation is None
    assert "violation" in s.answer("/data/b", "9").properties["/data/a"]
    assert s.node("/data/a").violation is not None


def test_a_message_with_an_answer_in_it_follows_the_answer() -> None:
    words = itext(m='more than <output value="/data/b"/>')
    s = session(
        "<a>1</a><b>3</b>",
        '<bind nodeset="/data/a" constraint=". &gt; 2" jr:constraintMsg="jr:itext(\'m\')"/>',
        BOTH,
        words,
    )
    assert message(s, "/data/a") == "more than 3"
    s.answer("/data/b", "7")
    assert message(s, "/data/a") == "more than 7"


def test_a_choice_written_out_shows_the_answer_in_its_label() -> None:
    item = '<item><label>like <output value="/data/b"/></label><value>1</value></item>'
    s = session("<a/><b/>", body=select("a", item) + '<input ref="/data/b"/>')
    assert s.node("/data/a").choices[0].label == "like"
    assert "choices" in s.answer("/data/b", "Lan").properties["/data/a"]
    assert s.node("/data/a").choices[0].label == "like Lan"


def test_a_translated_choice_shows_the_answer_in_its_label() -> None:
    items = '<itemset nodeset="instance(\'list\')/root/item"><value ref="name"/><label ref="jr:itext(id)"/></itemset>'
    words = itext(t1='like <output value="/data/b"/>', t2="other")
    s = session("<a/><b/>", body=select("a", items) + '<input ref="/data/b"/>', model=words)
    assert [choice.label for choice in s.node("/data/a").choices] == ["like", "other"]
    s.answer("/data/b", "Lan")
    assert [choice.label for choice in s.node("/data/a").choices] == ["like Lan", "other"]


@pytest.mark.parametrize("path", ["/data/a", " /data/a "])
def test_the_name_of_a_choice_follows_its_label(path: str) -> None:
    item = '<item><label>like <output value="/data/b"/></label><value>1</value></item>'
    s = session(
        "<a>1</a><b/><c/>",
        f"<bind nodeset=\"/data/c\" calculate=\"jr:choice-name('1', '{path}')\"/>",
        select("a", item) + '<input ref="/data/b"/>',
    )
    s.answer("/data/b", "Lan")
    assert s.node("/data/c").value == "like Lan"


def test_a_text_asked_for_by_its_id_follows_the_answer_in_it() -> None:
    s = session(
        "<b/><c/>",
        '<bind nodeset="/data/c" calculate="jr:itext(\'t\')"/>',
        '<input ref="/data/b"/>',
        itext(t='hello <output value="/data/b"/>'),
    )
    s.answer("/data/b", "Lan")
    assert s.node("/data/c").value == "hello Lan"


def test_a_step_to_a_sibling_reads_another_instance() -> None:
    s = members('<bind nodeset="/data/r/z" calculate="../preceding-sibling::r[1]/x"/>', 2)
    s.answer("/data/r[1]/x", "7")
    assert s.node("/data/r[2]/z").value == "7"


def test_a_guidance_hint_follows_the_answer_in_it() -> None:
    words = '<itext><translation lang="vi"><text id="h"><value>h</value><value form="guidance">G '
    words += '<output value="/data/b"/></value></text></translation></itext>'
    body = '<input ref="/data/a"><hint ref="jr:itext(\'h\')"/></input><input ref="/data/b"/>'
    s = session("<a/><b/>", body=body, model=words)
    assert s.node("/data/a").guidance == "G"
    assert "guidance" in s.answer("/data/b", "1").properties["/data/a"]


def worked_out(s: FormSession, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that takes the name of each node whose rule is run from now on."""
    seen: list[str] = []
    rule: Rule
    for rule in s.form.rules:
        run = rule.run

        def noting(node: object, frame: object, *, run: object = run, name: str = rule.spec.name) -> object:
            seen.append(name)
            return run(node, frame)  # type: ignore[operator]

        monkeypatch.setattr(rule, "run", noting)
    return seen


def test_a_total_that_stays_the_same_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    s = members('<bind nodeset="/data/r/z" calculate="../x + sum(/data/r/y[. != \'\'])"/>', 5)
    seen = worked_out(s, monkeypatch)
    s.answer("/data/r[1]/y", "0")
    assert seen == []


def test_one_more_member_works_out_only_its_own_place(monkeypatch: pytest.MonkeyPatch) -> None:
    s = members('<bind nodeset="/data/r/z" calculate="position(..)"/>', 5)
    seen = worked_out(s, monkeypatch)
    s.add_repeat("/data/r")
    assert seen == ["z"]


def test_a_member_that_goes_moves_those_behind_it() -> None:
    s = members('<bind nodeset="/data/r/z" calculate="position(..)"/>', 4)
    s.remove_repeat("/data/r[2]")
    assert [s.node(f"/data/r[{n}]/z").value for n in (1, 2, 3)] == ["1", "2", "3"]


def test_each_sum_is_worked_out_once_for_a_new_member(monkeypatch: pytest.MonkeyPatch) -> None:
    binds = '<bind nodeset="/data/a" calculate="sum(/data/r/x) + count(/data/r) + count(/data/r/y)"/>'
    s = members(binds, 5, MEMBERS.replace('<input ref="/data/a"/>', ""))
    seen = worked_out(s, monkeypatch)
    s.add_repeat("/data/r")
    assert seen.count("a") == 1


@pytest.mark.parametrize(
    "expression",
    [
        "sum(/data/r/x)",
        "sum(/data/r/x[. > 1])",
        "count(/data/r[x > 1])",
        "count-non-empty(/data/r/x)",
        "join(' ', /data/r/x[. != ''])",
        "min(/data/r/x[. != '']) + max(/data/r/x[. != ''])",
        "sum(/data/r[y = '1']/x)",
        "count(/data/r[count(x) = 1])",
    ],
)
def test_numbers_put_together_step_by_step_are_those_of_a_fresh_sum(expression: str) -> None:
    binds = f'<bind nodeset="/data/b" calculate="{expression.replace("<", "&lt;").replace(">", "&gt;")}"/>'
    s = members(binds, 1, MEMBERS.replace('<input ref="/data/b"/>', ""))
    steps = [("answer", "/data/r[1]/x", "0.1"), ("add",), ("answer", "/data/r[2]/x", "0.2"), ("add",)]
    steps += [("answer", "/data/r[3]/x", "0.3"), ("answer", "/data/r[2]/y", "1"), ("answer", "/data/r[1]/x", "3.7")]
    steps += [("remove", "/data/r[1]"), ("add",), ("answer", "/data/r[3]/x", "x"), ("answer", "/data/r[3]/x", "")]
    for kind, *arguments in steps:
        if kind == "answer":
            s.answer(*arguments)
        elif kind == "add":
            s.add_repeat("/data/r")
        else:
            s.remove_repeat(*arguments)
        fresh = FormSession(s.form, answers=s.answers(everything=True))
        assert s.node("/data/b").value == fresh.node("/data/b").value


def test_a_circle_through_a_sum_names_the_questions() -> None:
    binds = '<bind nodeset="/data/r/z" calculate="../x + sum(/data/r/y)"/><bind nodeset="/data/r/y" calculate="../z"/>'
    with pytest.raises(FormError) as caught:
        members(binds, 1)
    assert {name for name in ("y", "z") if name in caught.value.faults[0].message} == {"y", "z"}
    assert "#" not in caught.value.faults[0].message


COUNTED = '<repeat nodeset="/data/r" jr:count="/data/a"><input ref="/data/r/x"/></repeat><input ref="/data/a"/>'


@pytest.mark.parametrize(("answer", "instances"), [("1000000000", 200), ("-3", 0), ("2.9", 2), ("1e300", 0)])
def test_a_repeat_count_is_bounded(answer: str, instances: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MAX_INSTANCES", 200)
    s = session("<a/><r><x/></r>", body=COUNTED)
    s.answer("/data/a", answer)
    assert sum(path.endswith("]") for path in s.paths()) == instances
    assert bool(message(s, "/data")) is (instances == 200)


def test_repeats_in_repeats_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MAX_NODES", 3000)
    inner = '<repeat nodeset="/data/r/n" jr:count="/data/a"><input ref="/data/r/n/x"/></repeat>'
    body = f'<repeat nodeset="/data/r" jr:count="/data/a">{inner}</repeat><input ref="/data/a"/>'
    s = session("<a/><r><n><x/></n></r>", body=body)
    s.answer("/data/a", "60")
    assert s.size <= 3000
    assert any("program can hold" in violation.message for violation in s.validate())
    s.answer("/data/a", "2")
    assert not s.validate()
    assert s.size == sum(1 for _path in s.paths())


def test_actions_that_set_each_other_off_come_to_an_end() -> None:
    body = (
        '<input ref="/data/a"><setvalue event="xforms-value-changed" ref="/data/b" value="/data/a + 1"/></input>'
        '<input ref="/data/b"><setvalue event="xforms-value-changed" ref="/data/a" value="/data/b + 1"/></input>'
    )
    s = session("<a/><b/>", body=body)
    s.answer("/data/a", "1")
    assert any("without end" in violation.message for violation in s.validate())


def test_a_count_no_longer_waits_for_a_blank_answer_nobody_is_asked_for() -> None:
    binds = '<bind nodeset="/data/n" type="int" relevant="/data/a = 1"/>'
    repeat = '<repeat nodeset="/data/r" jr:count="/data/n"><input ref="/data/r/x"/></repeat>'
    s = session("<a>1</a><n>2</n><r><x/></r>", binds, f'<input ref="/data/a"/><input ref="/data/n"/>{repeat}')
    s.answer("/data/n", "")
    assert "/data/r[2]" in s.paths()
    assert s.answer("/data/a", "2").removed == ("/data/r[2]", "/data/r[1]")
