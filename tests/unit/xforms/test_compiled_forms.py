"""Forms that were loaded before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from survey_app import i18n
from survey_app.xforms import FormError, FormSession, load_form
from survey_app.xforms.compiled import KeptForms, key_of

XFORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
<h:title>t</h:title><model><instance><data id="t"><a/><b/></data></instance>
<instance id="list" src="jr://file-csv/list.csv"/></model></h:head><h:body><input ref="/data/a"><label>A</label></input>
<select1 ref="/data/b"><itemset nodeset="instance('list')/root/item"><value ref="name"/><label ref="label"/></itemset>
</select1></h:body></h:html>"""


def labels(form: object) -> list[str]:
    return [choice.label for choice in FormSession(form).node("/data/b").choices]  # type: ignore[arg-type]


def test_the_same_form_is_not_read_twice() -> None:
    assert load_form(XFORM.encode()) is load_form(XFORM.encode())


def test_another_content_is_another_form() -> None:
    assert load_form(XFORM.encode()) is not load_form(XFORM.replace(">A<", ">B<").encode())


def test_lists_handed_over_belong_to_the_form() -> None:
    one = load_form(XFORM.encode(), {"list.csv": b"name,label\n1,one\n"})
    other = load_form(XFORM.encode(), {"list.csv": b"name,label\n1,uno\n"})
    assert (labels(one), labels(other)) == (["one"], ["uno"])


def test_a_list_beside_the_form_that_changes_is_read_anew(tmp_path: Path) -> None:
    form, beside = tmp_path / "form.xml", tmp_path / "list.csv"
    form.write_text(XFORM)
    beside.write_text("name,label\n1,one\n")
    moment = beside.stat()
    assert labels(load_form(form)) == ["one"]
    beside.write_text("name,label\n1,uno\n")
    os.utime(beside, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    assert labels(load_form(form)) == ["uno"]
    beside.unlink()
    assert labels(load_form(form)) == []


def test_the_same_form_in_another_folder_has_its_own_lists(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "form.xml").write_text(XFORM)
        (tmp_path / name / "list.csv").write_text(f"name,label\n1,{name}\n")
    found = [labels(load_form(tmp_path / name / "form.xml")) for name in ("one", "two", "one")]
    assert found == [["one"], ["two"], ["one"]]


def test_a_faulty_form_is_never_kept() -> None:
    faulty = XFORM.replace("</model>", '<bind nodeset="/data/a" relevant="1 +"/></model>').encode()
    for _turn in range(2):
        with pytest.raises(FormError):
            load_form(faulty)


def test_the_oldest_form_makes_room() -> None:
    kept = KeptForms(most=2)
    form = load_form(XFORM.encode())
    for key in "abc":
        kept.keep(key, form, {})
    assert [kept.find(key, lambda _name: None) is not None for key in "abc"] == [False, True, True]


def test_what_was_asked_for_last_stays() -> None:
    kept = KeptForms(most=2)
    form = load_form(XFORM.encode())
    kept.keep("a", form, {})
    kept.keep("b", form, {})
    kept.find("a", lambda _name: None)
    kept.keep("c", form, {})
    assert [kept.find(key, lambda _name: None) is not None for key in "abc"] == [True, False, True]


def test_warnings_are_worded_in_the_language_of_the_window() -> None:
    english = key_of(".xml", XFORM.encode(), {})
    i18n.use_language("vi")
    assert key_of(".xml", XFORM.encode(), {}) != english


def test_sessions_of_one_form_do_not_see_each_other() -> None:
    form = load_form(XFORM.encode())
    one, other = FormSession(form), FormSession(form)
    one.answer("/data/a", "1")
    assert other.node("/data/a").value == ""
