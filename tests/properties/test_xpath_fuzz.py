"""Expressions of every kind over documents of every kind: what XPath 1.0 says, or the promised error, soon."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from survey_app.xforms.xpath import XPathError, evaluate, frame, parse
from survey_app.xforms.xpath.code import FUNCTIONS

CALM = settings(max_examples=150, suppress_health_check=list(HealthCheck))
NAMES = ("a", "b", "c", "p:d", "p:e")
TEXTS = ("", "1", "-2.5", "0", "x", " x  y ", "1 2 3", "true", "ế", "007", ".5", "5.")
P = "urn:p"
AXES = [
    *("child", "descendant", "descendant-or-self", "parent", "ancestor", "ancestor-or-self", "self", "attribute"),
    *("following", "following-sibling", "preceding", "preceding-sibling", "namespace"),
]
OPERATORS = ["or", "and", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "div", "mod"]


# ---- documents


def attributes() -> st.SearchStrategy[str]:
    kinds = st.sampled_from((' i="1"', ' j="x"', ' p:k="3"', ' xml:lang="vi-VN"', ' xml:lang="en"', ""))
    return st.lists(kinds, max_size=2, unique_by=lambda one: one.split("=")[0]).map("".join)


def elements() -> st.SearchStrategy[str]:
    leaf = st.sampled_from([*TEXTS, "<!--note-->", "<?go on?>"]).map(lambda text: text.replace("<!--n", "<!--n"))
    return st.recursive(
        leaf,
        lambda inside: st.builds(
            lambda name, own, parts: f"<{name}{own}>{''.join(parts)}</{name}>",
            st.sampled_from(NAMES),
            attributes(),
            st.lists(inside, max_size=4),
        ),
        max_leaves=14,
    )


def documents() -> st.SearchStrategy[str]:
    return st.lists(elements(), max_size=5).map(lambda parts: f'<r xmlns:p="{P}" i="0">{"".join(parts)}</r>')


# ---- expressions of pure XPath 1.0


NUMBERS = st.sampled_from(("0", "1", "2", "0.5", "10", "3.25", "position()", "last()"))
STRINGS = st.sampled_from(("''", "'x'", "'1'", "'a b'", '"ế"', "'true'", "' 2 '", "'-'"))


def steps(predicates: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tests = st.sampled_from(("*", "a", "b", "p:d", "p:*", "node()", "text()", "comment()", "processing-instruction()"))
    full = st.builds(
        lambda axis, test, conditions: f"{axis}::{test}{''.join(f'[{one}]' for one in conditions)}",
        st.sampled_from(AXES),
        tests,
        st.lists(predicates, max_size=2),
    )
    return full | st.sampled_from((".", "..", "a", "*", "@i", "@*", "text()"))


def paths(predicates: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    start = st.sampled_from(("", "/r/", "//", "./", "../", ".//"))
    several = st.lists(steps(predicates), min_size=1, max_size=3)
    return st.builds(lambda first, parts, sign: first + sign.join(parts), start, several, st.sampled_from(("/", "//")))


def core(depth: int) -> st.SearchStrategy[str]:
    """Return expressions both engines must agree on."""
    if not depth:
        return NUMBERS | STRINGS | st.sampled_from((".", "a", "@i", "true()", "false()"))
    inner = st.deferred(lambda: core(depth - 1))
    nodes = paths(inner)
    numbers = NUMBERS | st.builds("count({})".format, nodes) | st.builds("sum({})".format, nodes)
    binary = st.builds(
        "({} {} {})".format,
        inner,
        st.sampled_from(OPERATORS),
        inner,
    )
    return st.one_of(
        inner,
        nodes,
        binary,
        st.builds("({} | {})".format, nodes, nodes),
        st.builds("({})[{}]".format, nodes, inner),
        st.builds("-{}".format, inner),
        st.builds("{}({})".format, st.sampled_from(["boolean", "not", "floor", "ceiling", "round", "number"]), inner),
        st.builds("{}({})".format, st.sampled_from(["name", "local-name", "namespace-uri"]), nodes),
        st.builds("{}(string({}))".format, st.sampled_from(["string-length", "normalize-space", "lang"]), nodes),
        st.builds("{}(string({}), {})".format, st.sampled_from(["contains", "starts-with"]), nodes, STRINGS),
        st.builds(
            "{}(string({}), {})".format, st.sampled_from(("substring-before", "substring-after")), nodes, STRINGS
        ),
        st.builds("substring(string({}), {}, {})".format, nodes, numbers, numbers),
        st.builds("translate(string({}), {}, {})".format, nodes, STRINGS, STRINGS),
        st.builds("concat(string({}), {})".format, nodes, STRINGS),
        numbers,
    )


def place_of(node: object) -> str:
    """Return where a result of lxml stands, written as ``evaluate`` writes it."""
    if isinstance(node, etree._Element):
        parent = node.getparent()
        if isinstance(node, etree._Comment | etree._ProcessingInstruction):
            kind: type = etree._Comment if isinstance(node, etree._Comment) else etree._ProcessingInstruction
            test = "comment()" if kind is etree._Comment else "processing-instruction()"
            alike = [one for one in (parent if parent is not None else [node]) if isinstance(one, kind)]
        else:
            test, alike = "*", [one for one in (parent if parent is not None else [node]) if isinstance(one.tag, str)]
        above = place_of(parent) if parent is not None else ""
        return f"{above}/{test}[{alike.index(node) + 1}]"
    if isinstance(node, tuple):
        return f"namespace {node[0]}"
    assert isinstance(node, etree._ElementUnicodeResult)
    parent = node.getparent()
    assert parent is not None
    if node.is_attribute:
        uri, _brace, name = str(node.attrname).rpartition("}")
        prefix = {"{" + P: "p:", "": ""}.get(uri, "xml:")
        return f"{place_of(parent)}/@{prefix}{name}"
    return f"text {node}"


def ours(expression: str, document: str, context: str) -> object:
    return evaluate(expression, document_xml=document, context=context, namespaces={"p": P})


def plain(value: object, document: str) -> object:
    """Return a result of ours in the words of ``place_of``."""
    if not isinstance(value, list):
        return value
    found = []
    for path in value:
        text = str(ours(f"string({path})", document, "/")) if "/text()" in path else ""
        found.append(f"text {text}" if "/text()" in path else path if "namespace::" not in path else "namespace")
    return found


@CALM
@given(documents(), core(2), st.sampled_from(("/*[1]", "/*[1]/*[1]", "/*[1]/*[2]")))
def test_pure_xpath_says_what_libxml2_says(document: str, expression: str, context: str) -> None:
    nodes = etree.XPath(context)(etree.fromstring(document))
    assert isinstance(nodes, list)
    # Where libxml2 leaves XPath 1.0: a namespace node has no namespace; what follows an attribute begins with the
    # children of its element.
    assume(nodes and "namespace::p:" not in expression)
    assume("following::" not in expression or not any(sign in expression for sign in ("@", "attribute", "namespace")))
    node = nodes[0]
    assert isinstance(node, etree._Element)
    try:
        wanted = etree.XPath(expression, namespaces={"p": P})(node)
    except etree.XPathError as error:
        if "context" not in str(error):  # lxml has no position() outside conditions
            with pytest.raises(XPathError):
                ours(expression, document, context)
        return
    got = plain(ours(expression, document, context), document)
    if isinstance(wanted, list):
        assert isinstance(got, list)
        places = [place_of(node) for node in wanted]
        assume("/" not in got)  # lxml has no node for the document
        assert [one for one in got if one != "namespace"] == [one for one in places if "namespace " not in one]
        assert len(got) == len(places)
    elif isinstance(wanted, float):
        assert isinstance(got, float)
        assert math.isclose(got, wanted, rel_tol=1e-12) or (math.isnan(got) and math.isnan(wanted))
    else:
        assert got == wanted


# ---- whatever is written ends in a value or in the promised error


WILD = st.sampled_from(
    (
        *TEXTS,
        "1e3",
        "2026-11-21",
        "2026-02-30",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59.999-14:00",
        "10:00",
        "21.02 105.8 0 0",
        "1 1;1 2;2 2;1 1",
        "9" * 400,
        "-" + "9" * 400 + ".5",
        "\u200b\u202e\U0001f600\ufeff",
        "(a+)+b",
        "[",
        "%Y-%m-%d %H:%M:%S.%3 %a %b",
        "%",
        "SHA-256",
        "AAAA",
    )
)
CALLS = sorted(FUNCTIONS)


def anything(depth: int) -> st.SearchStrategy[str]:
    """Return expressions with every function, most of them with nonsense in it."""
    quoted = WILD.map(lambda text: f'"{text}"')
    simple = (
        quoted | NUMBERS | st.sampled_from((".", "..", "/", "*", "//*", "@*", "/r/a", "current()", "9" * 400, "--1"))
    )
    if not depth:
        return simple
    inner = st.deferred(lambda: anything(depth - 1))
    call = st.builds(
        lambda name, parts: f"{name}({', '.join(parts)})", st.sampled_from(CALLS), st.lists(inner, max_size=4)
    )
    binary = st.builds(
        "{} {} {}".format,
        inner,
        st.sampled_from([*OPERATORS, "|"]),
        inner,
    )
    return st.one_of(simple, call, call, binary, st.builds("({})".format, inner), paths(inner))


def mutated() -> st.SearchStrategy[str]:
    """Return expressions as authors write them, damaged."""
    real = st.sampled_from(
        (
            "if(selected(${a}, 'x') and count(${b}) > 1, round(sum(/r/a) div 3, 2), '')",
            "int((today() - date(/r/a)) div 365.25) >= 18",
            "instance('places')/root/item[province = current()/../p and type != 'x']/label",
            "indexed-repeat(/r/a, /r/b, position(..) - 1)",
            "regex(., '^[0-9]{9,12}$') or string-length(.) = 0",
            "format-date-time(now(), '%Y-%m-%d %H:%M')",
            "concat('a', ' ', substr(/r/a, 0, 3), \"b\")",
            "/r/a[position() = last() - 1]/following-sibling::*[1]/@i",
        )
    )
    signs = st.sampled_from([*list("()[]{}'\"$/.,:*|@=<>!+- \xa0“’0aế\x00\ud7ff"), "::", "and", "1e9", "${", "$"])
    cut = st.tuples(st.integers(0, 70), st.integers(0, 12), signs)

    def damage(text: str, cuts: list[tuple[int, int, str]]) -> str:
        for start, length, sign in cuts:
            text = text[:start] + sign + text[start + length :]
        return text

    return st.builds(damage, real, st.lists(cut, min_size=1, max_size=3))


def settle(expression: str, document: str) -> None:
    started = time.monotonic()
    try:
        value = ours(expression, document, "/*[1]")
        assert isinstance(value, bool | float | str | list)
    except XPathError as error:
        assert error.code.startswith("XPA-")
        assert error.message
    assert time.monotonic() - started < 20


@CALM
@given(anything(2) | mutated() | st.text(max_size=60), documents())
def test_any_expression_ends_in_a_value_or_in_the_promised_error(expression: str, document: str) -> None:
    settle(expression, document)


@CALM
@given(anything(2) | mutated())
def test_what_can_be_read_is_read_the_same_again(expression: str) -> None:
    try:
        tree = parse(expression)
    except XPathError:
        return
    assert parse(expression + " ") == tree
    assert parse(f"({expression})") == tree


def test_deep_and_enormous_expressions_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "MAX_VISITED", 100_000)  # the same way out, sooner
    document = f"<r>{'<a>' * 100}{'</a>' * 100}{'<b>1</b>' * 500}</r>"
    for expression in (
        "(" * 5000 + "1" + ")" * 5000,
        "not(" * 90 + "1" + ")" * 90,
        "if(1, " * 95 + "1" + ", 0)" * 95,
        "1" + " = 1 < 1" * 3000,
        "-" * 9000 + "1",
        "1" + "+1" * 40_000,
        "a" + "/a" * 30_000,
        "a" + "[1]" * 20_000,
        "a[" * 90 + "1" + "]" * 90,
        "a" + "|a" * 5_000,
        "f(" * 300,
        "[" * 300,
        "//*" * 200,
        "//*[//*[//*[//*]]]",
        "//*/following::*/preceding::*/following::*",
        "count(//b[count(//b[. = 1]) > 1])",
        f"string-length(concat({', '.join(['//*'] * 3000)}))",
        f"pow({'9' * 400}, 3) + round({'9' * 300}, 15) + b[{'9' * 400}]",
        f"regex('{'a' * 3000}', '{'(a|aa)+' * 20}b')",
        f"regex('{'a' * 5000}', '{'a?' * 900}b')",
        f"date({'9' * 30}) > date-time(-{'9' * 30})",
    ):
        settle(expression, document)
