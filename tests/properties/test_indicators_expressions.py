"""Expressions in SQL say what they say elsewhere: to the form engine, and to three-valued logic done by hand."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.indicators import Codebook, Column, Rows, compute, load_indicators
from survey_app.xforms.xpath import Binary, Call, Expr, Literal, Number, Reference, parse
from survey_app.xforms.xpath.evaluation import evaluate

CODES = ("yes", "no", "dk")
SEVERAL = ("fibre", "mobile", "dk")
BOOK = Codebook(
    {
        column.name: column
        for column in (
            Column("a", "household", "code", CODES),
            Column("b", "household", "code", CODES, parse("${a} = 'yes'")),
            Column("s", "household", "codes", SEVERAL, parse("${b} != 'no'")),
            Column("n", "household", "number"),
            Column("m", "household", "number", relevant=parse("${n} > 0 or ${a} = 'no'")),
        )
    }
)


def _atoms() -> st.SearchStrategy[str]:
    number = st.sampled_from(["0", "1", "2.5", "-1", "${n} + 1", "${m} * 2", "${n} - ${m}", "7 mod 3", "${n} div ${m}"])
    numeric = st.builds(
        "{} {} {}".format,
        st.sampled_from(["${n}", "${m}", "count-selected(${s})", "string-length(${a})", "if(${a} = 'yes', ${n}, 3)"]),
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        number,
    )
    coded = st.builds(
        "${{{}}} {} '{}'".format,
        st.sampled_from(["a", "b"]),
        st.sampled_from(["=", "!="]),
        st.sampled_from([*CODES, ""]),
    )
    chosen = st.builds("selected(${{s}}, '{}')".format, st.sampled_from(SEVERAL))
    text = st.sampled_from(
        [
            "coalesce(${a}, ${b}) = 'no'",
            "concat(${a}, '-', ${b}) = 'yes-no'",
            "regex(${a}, 'y.*')",
            "normalize-space(${s}) = 'fibre mobile'",
            "substr(${a}, 1, 2) = 'e'",
            "starts-with(${a}, 'y')",
            "contains(${s}, 'ob')",
            "true()",
            "false()",
            "boolean(${n} - 1)",
            "string(${n}) = '2'",
            "number(${a}) = 1",
            "${n} = ${m}",
            "${a} = ${b}",
        ]
    )
    return st.one_of(numeric, coded, chosen, text)


CONDITIONS = st.recursive(
    _atoms(),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not({})".format, inner),
    ),
    max_leaves=6,
)
ROWS = st.fixed_dictionaries(
    {
        "a": st.sampled_from(["", *CODES]),
        "b": st.sampled_from(["", *CODES]),
        "s": st.sampled_from(["", "fibre", "mobile", "fibre mobile", "dk", "mobile dk"]),
        "n": st.sampled_from(["", "0", "1", "2", "2.5"]),
        "m": st.sampled_from(["", "0", "3", "-1"]),
    }
)


def count_all(conditions: list[str], rows: list[dict[str, str]], unknown: str = "") -> list[tuple[int, int]]:
    """Return numerator and unknown of each condition; ``unknown`` set means that blanks are just blank."""
    lines = ["key,name_vi,level,aggregate,numerator,denominator,unknown"]
    for number, condition in enumerate(conditions):
        cells = [f"x{number}", "X", "household", "ratio", condition, "true()", unknown]
        lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    indicators = load_indicators("\n".join(lines).encode(), BOOK)
    table = compute(indicators, Rows([{"submission_id": str(n), **row} for n, row in enumerate(rows)], []), ())
    return [(int(row["numerator"]), int(row["unknown"])) for row in table.to_dict("records")]


def by_engine(condition: str, row: dict[str, str]) -> bool:
    document = "<data>" + "".join(f"<{name}>{escape(value)}</{name}>" for name, value in row.items()) + "</data>"
    for name in row:
        condition = condition.replace(f"${{{name}}}", f"/data/{name}")
    return bool(evaluate(f"boolean({condition})", document_xml=document))


@settings(max_examples=12, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=8), st.lists(ROWS, min_size=1, max_size=12))
def test_sql_agrees_with_the_form_engine(conditions: list[str], rows: list[dict[str, str]]) -> None:
    expected = [(sum(by_engine(condition, row) for row in rows), 0) for condition in conditions]
    assert count_all(conditions, rows, unknown="false()") == expected


def is_unknown(name: str, row: dict[str, str], *, only_blank: bool = False) -> bool:
    column = BOOK[name]
    if row[name] == "":
        return column.relevant is None or decide(column.relevant, row) is not False
    return not only_blank and column.kind in ("code", "codes") and "dk" in row[name].split()


def decide(expr: Expr, row: dict[str, str]) -> bool | None:
    """Return true, false or None (unknown) for the conditions that this test makes."""
    match expr:
        case Binary("and", left, right):
            parts = [decide(left, row), decide(right, row)]
            return False if False in parts else None if None in parts else True
        case Binary("or", left, right):
            parts = [decide(left, row), decide(right, row)]
            return True if True in parts else None if None in parts else False
        case Call("not", (inner,)):
            found = decide(inner, row)
            return None if found is None else not found
        case Call("selected", (Reference(name), Literal(code))):
            if code in row[name].split():
                return True
            return None if is_unknown(name, row, only_blank=code == "dk") else False
        case Binary(("=" | "!=") as operator, Reference(name), Literal(code)):
            same = (row[name] == code) == (operator == "=")
            if code == "":
                return same
            return None if is_unknown(name, row, only_blank=code == "dk") else same
        case Binary(">", Reference(name), Number(number)):
            if is_unknown(name, row):
                return None
            return row[name] != "" and float(row[name]) > number
    raise NotImplementedError(expr)


SIMPLE = st.recursive(
    st.one_of(
        st.builds(
            "${{{}}} {} '{}'".format,
            st.sampled_from(["a", "b"]),
            st.sampled_from(["=", "!="]),
            st.sampled_from([*CODES, ""]),
        ),
        st.builds("selected(${{s}}, '{}')".format, st.sampled_from(SEVERAL)),
        st.builds("${{{}}} > {}".format, st.sampled_from(["n", "m"]), st.sampled_from(["0", "2"])),
    ),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not({})".format, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=12, deadline=None)
@given(st.lists(SIMPLE, min_size=1, max_size=8), st.lists(ROWS, min_size=1, max_size=12))
def test_unknown_follows_three_valued_logic(conditions: list[str], rows: list[dict[str, str]]) -> None:
    found = [[decide(parse(condition), row) for row in rows] for condition in conditions]
    assert count_all(conditions, rows) == [(one.count(True), one.count(None)) for one in found]


@settings(max_examples=4, deadline=None)
@given(
    st.lists(CONDITIONS, min_size=1, max_size=8),
    st.lists(ROWS, min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_order_of_rows_does_not_matter_and_counts_stay_in_bounds(
    conditions: list[str], rows: list[dict[str, str]], random: Any
) -> None:
    counts = count_all(conditions, rows)
    assert all(0 <= numerator <= numerator + unknown <= len(rows) for numerator, unknown in counts)
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert count_all(conditions, shuffled) == counts


def test_a_number_equals_itself_however_it_is_written() -> None:
    row = {"a": "", "b": "", "s": "", "n": "2", "m": ""}
    conditions = ["${n} = 2", "${n} = '2'", "'2' = ${n}", "2 = ${n}", "${n} - 2 = 0"]
    assert count_all(conditions, [row]) == [(1, 0)] * 5
