"""Whatever an older form asked, opening its answers under another form loses nothing without saying so."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from survey_app.records import flatten
from survey_app.xforms import FormDefinition, FormSession, load_form

HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>T</h:title><model><instance><data id="t">'
)
LEAVES, GROUPS, REPEATS = ("a", "b", "c", "d"), ("g", "h"), ("m", "n")
Tree = dict[str, Any]

trees: st.SearchStrategy[Tree] = st.recursive(
    st.dictionaries(st.sampled_from(LEAVES), st.none(), max_size=3),
    lambda inner: st.tuples(
        st.dictionaries(st.sampled_from(LEAVES), st.none(), max_size=3),
        st.dictionaries(st.sampled_from(GROUPS + REPEATS), inner, max_size=2),
    ).map(lambda parts: {**parts[0], **parts[1]}),
    max_leaves=6,
)
"""A form: names of questions without, of groups and repeats with what they hold."""


def form_of(tree: Tree) -> FormDefinition:
    body = f"</data></instance></model></h:head><h:body>{_body(tree, '/data')}</h:body></h:html>"
    return load_form(f"{HEAD}{_model(tree)}{body}".encode())


def _model(tree: Tree) -> str:
    return "".join(
        f"<{name}{' jr:template=' + chr(34) * 2 if name in REPEATS else ''}>{_model(inner or {})}</{name}>"
        for name, inner in tree.items()
    )


def _body(tree: Tree, path: str) -> str:
    parts = []
    for name, inner in tree.items():
        here = f"{path}/{name}"
        if inner is None:
            parts.append(f'<input ref="{here}"/>')
        elif inner:
            kind = "repeat nodeset" if name in REPEATS else "group ref"
            parts.append(f'<{kind}="{here}">{_body(inner, here)}</{kind.split()[0]}>')
    return "".join(parts)


@st.composite
def filled(draw: st.DrawFn, tree: Tree, number: list[int] | None = None) -> Tree:
    """Return answers to a form; every value is another one."""
    number = [0] if number is None else number
    answers: Tree = {}
    for name, inner in tree.items():
        if inner is None:
            if draw(st.booleans()):
                number[0] += 1
                answers[name] = f"v{number[0]}"
        elif name in REPEATS and inner:
            lines = draw(st.lists(st.integers(1, 9), unique=True, max_size=3))
            answers[name] = [{"#": line, **draw(filled(inner, number))} for line in sorted(lines)]
        elif inner:
            answers[name] = draw(filled(inner, number))
    return answers


def xml_of(answers: Tree) -> str:
    def inside(part: Tree) -> str:
        written = []
        for name, value in part.items():
            if isinstance(value, str):
                written.append(f"<{name}>{value}</{name}>" if name != "#" else "")
            elif isinstance(value, list):
                written += [f"<{name}>{inside(one)}</{name}>" for one in value]
            elif value is not None and not isinstance(value, int):
                written.append(f"<{name}>{inside(value)}</{name}>")
        return "".join(written)

    return f'<data id="t">{inside(answers)}</data>'


def values(found: dict[str, str]) -> Counter[str]:
    return Counter(value for value in found.values() if value)


@given(st.data(), trees, trees)
def test_every_answer_is_kept_once_or_listed(data: st.DataObject, old: Tree, new: Tree) -> None:
    answers = data.draw(filled(old))
    form = form_of(new)
    for options in ({"answers": answers}, {"instance_xml": xml_of(answers)}):
        session = FormSession(form, **options)
        kept = values(flatten(session.answers(everything=True)))
        listed = Counter(one.value for one in session.dropped)
        assert kept + listed == values(flatten(answers))
        assert all(one.address and one.reason for one in session.dropped)


@given(st.data(), trees)
def test_under_the_same_form_everything_stands_where_it_stood(data: st.DataObject, tree: Tree) -> None:
    answers = data.draw(filled(tree))
    session = FormSession(form_of(tree), answers=answers)
    assert session.dropped == ()
    assert flatten(session.answers(everything=True)) == flatten(answers)
