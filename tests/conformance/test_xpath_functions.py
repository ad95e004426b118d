"""Functions of the ODK XForms specification where a wrong result would be silent; the promises of ``evaluate``."""

from __future__ import annotations

import base64
import datetime as dt
import math

import pytest

from survey_app import crypto, i18n
from survey_app.xforms.xpath import XPathError, evaluate

LIST = "".join(f"<i>{letter}</i>" for letter in "ABCDEFGH")
DOCUMENT = f"<r>{LIST}<blank/><d>2012-07-23</d><m>2012-08-20T00:00:00.00+00:00</m><t>1970-01-02T03:00:00</t></r>"
SQUARE = "0 0 0 0;0 1 0 0;1 1 0 0;1 0 0 0;0 0 0 0"


def at(hours: float) -> dict[str, object]:
    zone = dt.timezone(dt.timedelta(hours=hours))
    return {"clock": lambda: dt.datetime(2026, 11, 21, 14, 30, tzinfo=zone)}


def value(expression: str, hours: float = 7, context: str = "/r", **options: object) -> object:
    return evaluate(expression, document_xml=DOCUMENT, context=context, **{**at(hours), **options})  # type: ignore[arg-type]


# ---- dates: number()


@pytest.mark.parametrize(
    ("expression", "hours", "wanted"),
    [
        ("number('2012-07-23')", 0, 15544),
        ("number('2012-07-23')", -7, 15544 + 7 / 24),
        ("number('2012-07-23')", 7, 15544 - 7 / 24),
        ("number(d)", -7, 15544 + 7 / 24),
        ("number(m)", -7, 15572),
        ("number(m)", 7, 15572),
        ("number(date(t))", -7, 1 + 3 / 24 + 7 / 24),
        ("decimal-date-time(t)", -7, 1 + 3 / 24 + 7 / 24),
        ("decimal-date-time('1970-01-01')", -7, 7 / 24),
        ("decimal-date-time('2018-04-24T15:30:00.000+06:00')", 7, 17645.395833333332),
        ("date('2012-07-24') + 10 - date('2012-08-03')", 5.75, 0),
    ],
)
def test_a_date_is_days_since_1970_utc(expression: str, hours: float, wanted: float) -> None:
    found = value(expression, hours)
    assert isinstance(found, float)
    assert math.isclose(found, wanted, abs_tol=1e-10)


@pytest.mark.parametrize("hours", [-11, -7, 0, 3.5, 5.75, 7, 9, 14])
def test_days_between_dates_are_whole_in_every_zone(hours: float) -> None:
    for years in range(4, 120, 4):
        birthday = f"date('{2024 - years}-03-01')"
        assert value(f"date('2024-03-01') - {birthday} = int(date('2024-03-01') - {birthday})", hours) is True
    assert value("int((date('2016-03-01') - date('2000-03-01')) div 365.25)", hours) == 16
    assert value("date('2026-11-21') <= date('2026-10-22') + 30", hours) is True
    assert value("date(date('2026-11-21') + 30)", hours) == "2026-12-21"
    assert value("date(today() + 1)", hours) == "2026-11-22"


@pytest.mark.parametrize("hours", [-7, 0, 7])
def test_a_whole_number_is_the_same_day_everywhere(hours: float) -> None:
    assert value("date(0)", hours) == "1970-01-01"
    assert value("format-date(14127, '%Y-%m-%d')", hours) == "2008-09-05"


def test_an_offset_a_clock_cannot_have_is_no_date() -> None:
    assert value("string(number('2012-08-08T06:07:08-14:30'))") == "NaN"
    assert value("string(decimal-time('23:59:00.000-24:00'))") == "NaN"
    assert value("string(decimal-time('23:59:00.000-07:60'))") == "NaN"


@pytest.mark.parametrize(
    ("text", "hours", "wanted"),
    [
        ("12:00", 7, 0.5),
        ("18:00:00.000", 7, 0.75),
        ("06:00:00.000+07:00", 7, 0.25),
        ("06:00:00.000+07:00", 0, 23 / 24),
        ("2000-01-01T10:20:30.000+03:00", 0, 0.30590277777810115),
    ],
)
def test_a_time_is_a_share_of_the_day_here(text: str, hours: float, wanted: float) -> None:
    assert value(f"decimal-time('{text}')", hours) == pytest.approx(wanted)


def test_names_of_days_and_months_follow_the_form_else_the_program() -> None:
    pattern = "format-date('2026-11-21', '%a %A, %b %B %n/%y %%')"
    assert value(pattern) == "Sat Saturday, Nov November 11/26 %"
    assert value(pattern, language="Tiếng Việt (vi)") == "T7 Thứ Bảy, Thg 11 Tháng 11 11/26 %"
    i18n.use_language("vi")
    assert value(pattern) == "T7 Thứ Bảy, Thg 11 Tháng 11 11/26 %"
    assert value(pattern, language="English (en)") == "Sat Saturday, Nov November 11/26 %"


def test_every_part_of_a_date_and_time() -> None:
    stamp = "'2026-01-05T07:08:09.045+07:00'"
    wanted = "2026 26 01 1 05 5 07 7 08 09 045"
    assert value(f"format-date-time({stamp}, '%Y %y %m %n %d %e %H %h %M %S %3')") == wanted


# ---- randomize: the same order in every program


@pytest.mark.parametrize(
    ("seed", "wanted"),
    [("1234", "GFEDAHBC"), ("'1234'", "GFEDAHBC"), ("1234.9", "GFEDAHBC"), ("'foo'", "EADBHGCF")],
)
def test_a_seed_gives_the_published_order(seed: str, wanted: str) -> None:
    assert value(f"join('', randomize(i, {seed}))") == wanted


@pytest.mark.parametrize("seed", ["0", "-5", "1 div 0", "-1 div 0", "''", "2147483647", "0 div 0"])
def test_any_seed_keeps_every_node(seed: str) -> None:
    text = value(f"join('', randomize(i, {seed}))")
    assert sorted(str(text)) == list("ABCDEFGH")
    assert value(f"join('', randomize(i, {seed}))") == text


# ---- text


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("substr('hello', 1, 4)", "ell"),
        ("substr('hello', -3)", "llo"),
        ("substr('hello', -3, -1)", "ll"),
        ("substr('hello', -1.5)", "o"),
        ("substr('hello', 4, 2)", ""),
        ("substring('12345', 0, 3)", "12"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring('12345', 0 div 0, 3)", ""),
        ("substring('12345', 1, 0 div 0)", ""),
        ("substring('12345', -42, 1 div 0)", "12345"),
        ("substring('12345', -1 div 0, 1 div 0)", ""),
        ("round(33.33, -1)", 30.0),
        ("round(-2.5)", -2.0),
        ("round(1.005, 2)", 1.01),
        ("round('1,25', 1)", 1.3),
        ("int(-1.9)", -1.0),
        ("area('1 1; 2 2')", 0.0),
        ("area('a')", 0.0),
        ("distance('0 0;0 1')", 111318.85),
        ("distance('0 0', '0 1')", 111318.85),
        (f"geofence('0.5 0.5 0 0', '{SQUARE}')", True),
        (f"geofence('2 0.5 0 0', '{SQUARE}')", False),
        ("intersects('0 0;1 1;0 1;1 0')", True),
        (f"intersects('{SQUARE}')", False),
        ("selected-at('a b', -1)", ""),
        ("selected-at('a b', 1)", "b"),
        ("digest('abc', 'SHA-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("digest('abc', 'SHA-256')", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
    ],
)
def test_a_function_gives(call: str, wanted: object) -> None:
    assert value(call) == wanted


def test_once_keeps_an_answer_and_never_a_number_that_is_none() -> None:
    assert value("once(. * 10)", context="/r/blank") == ""
    assert value("once(1 div 0)", context="/r/blank") == "Infinity"
    assert value("once('new')", context="/r/d") == "2012-07-23"


def test_a_signed_text_is_read_only_with_its_key() -> None:
    keys, others = crypto.new_signing_keys(), crypto.new_signing_keys()
    message = "Hộ số 12".encode()
    signed = base64.b64encode(crypto.sign(keys.secret, message) + message).decode()
    key, other = (base64.b64encode(one.public).decode() for one in (keys, others))
    assert value(f"extract-signed('{signed}', '{key}')") == "Hộ số 12"
    assert value(f"extract-signed('{signed}', '{other}')") == ""
    assert value(f"extract-signed('{signed[:40]}', '{key}')") == ""
    assert value("extract-signed('?', 'x')") == ""


# ---- faults of an author


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        ("selectd(i, 'a')", "“selected()”"),
        ("IF(1, 2, 3)", "“if()”"),
        ("lenght(i)", "“string-length()”"),
        ("round(1, 2, 3)", "round(value, [number])"),
        ("coalesce(i)", "at least 2"),
        ("weighted-checklist(1, 2, i)", "weighted-checklist(number, number, value, value, …)"),
        ("indexed-repeat(i, i, 1, i)", "at least 3"),
        ("i = “A”", "curved"),
        ("format-date(d, '%Q')", "%Q"),
        ("regex(i, '[')", "pattern"),
        ("digest(i, 'SHA-9')", "SHA-9"),
        ("count(5)", "path"),
    ],
)
def test_a_fault_is_told_with_what_is_right(expression: str, part: str) -> None:
    with pytest.raises(XPathError) as caught:
        value(expression)
    assert part in caught.value.message
    assert caught.value.expression == expression


def test_a_blank_pasted_from_a_word_processor_is_a_blank() -> None:
    assert value("1\u00a0+\u00a01") == 2.0


# ---- paths


NESTED = "<r><a n='1'><a n='2'/></a><a n='3'/></r>"


def found(expression: str) -> object:
    return evaluate(expression, document_xml=NESTED, context="/r")


def test_nodes_come_in_document_order() -> None:
    assert found("join('', //a/@n)") == "123"
    assert found("//a") == ["/*[1]/*[1]", "/*[1]/*[1]/*[1]", "/*[1]/*[2]"]
    assert found("string((//a)[2]/@n)") == "2"
    assert found("join('', (a | //a)/@n)") == "123"
    assert found("join('', //a[1]/@n)") == "12"
    assert found("string((//a/ancestor-or-self::*)[last()]/@n)") == "3"


def test_a_name_without_prefix_is_the_forms_not_the_wrappings() -> None:
    form = (
        '<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns="http://www.w3.org/2002/xforms">'
        "<h:head><h:title>t</h:title><model/></h:head></h:html>"
    )
    assert evaluate("count(//model)", document_xml=form) == 1
    assert evaluate("count(//title)", document_xml=form) == 0
    assert evaluate("count(//h:title)", document_xml=form) == 1


def test_every_element_knows_the_xml_prefix() -> None:
    assert evaluate("count(/r/namespace::*)", document_xml='<r xmlns:p="urn:p"/>') == 2
    assert evaluate("string(/r/namespace::xml)", document_xml="<r/>") == "http://www.w3.org/XML/1998/namespace"


# ---- the promises of ``evaluate``


def test_the_clock_the_language_and_the_namespaces_are_handed_in() -> None:
    assert value("now()", 9) == "2026-11-21T14:30:00.000+09:00"
    assert value("today()", 9) == "2026-11-21"
    document = '<r xmlns:x="urn:x"><x:a>1</x:a><a>2</a></r>'
    assert evaluate("string(/r/y:a)", document_xml=document, namespaces={"y": "urn:x"}) == "1"
    with pytest.raises(XPathError):
        evaluate("string(/r/y:a)", document_xml=document)
    itext = (
        '<itext><translation lang="en" default=""><text id="q"><value>Age</value></text></translation>'
        '<translation lang="vi"><text id="q"><value>Tuổi</value></text></translation></itext>'
    )
    assert evaluate("jr:itext('q')", document_xml=itext, language="vi") == "Tuổi"
    assert evaluate("jr:itext('q')", document_xml=itext) == "Age"


def test_root_and_context_are_places_of_nodes() -> None:
    document = "<w><r><a>1</a></r><r><a>2</a></r></w>"
    assert evaluate("string(/a)", document_xml=document, root="/*[1]/*[2]", context="/*[1]/*[2]") == "2"
    assert evaluate("..", document_xml=document, context="/w/r[2]/a") == ["/*[1]/*[2]"]
    with pytest.raises(XPathError):
        evaluate("1", document_xml=document, context="/w/r[3]")
    with pytest.raises(XPathError):
        evaluate("1", document_xml="<w>")


# ---- functions of SurveyCTO


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("count-items(',', 'a,b,,c')", 4),
        ("count-items(',', '')", 0),
        ("count-items('', 'a b')", 1),
        ("count-items(', ', join(', ', i))", 8),
        ("item-at(',', 'a,b,c', 0)", "a"),
        ("item-at(',', 'a,b,c', 2)", "c"),
        ("item-at(',', 'a,b,c', 3)", ""),
        ("item-at(',', 'a,b,c', -1)", ""),
        ("item-at(',', 'a,b,c', number('x'))", ""),
        ("item-index(',', 'a,b,b', 'b')", 1),
        ("item-index(',', 'a,b', 'c')", -1),
        ("item-present(',', 'a,b', 'b')", True),
        ("item-present(',', 'a,,b', '')", True),
        ("item-present(',', '', '')", False),
        ("item-present(',', 'ab,c', 'a')", False),
        ("de-duplicate(' ', 'b a b c a')", "b a c"),
        ("rank-value(3, '4 2 1 9 3 7')", 4),
        ("rank-value(9, '4 2 1 9 3 7')", 1),
        ("rank-value('x', '4 2')", 999),
        ("lower('Xã ĐÔNG Hòa')", "xã đông hòa"),
        ("upper('Street name đ')", "STREET NAME Đ"),
        ("concat('a', linebreak(), 'b')", "a\nb"),
        ("hash('a', 'bc') = hash('ab', 'c')", False),
        ("hash('a', 'b') = hash('a', 'b')", True),
        ("string-length(hash(1))", 64),
        ("short-geopoint('10.5 106.25 12 5')", "10.5 106.25"),
        ("distance-between('0 0', '0 1') = distance('0 0', '0 1')", True),
        (f"enclosed-area('{SQUARE}') = area('{SQUARE}')", True),
    ],
)
def test_functions_of_surveycto(expression: str, wanted: object) -> None:
    assert value(expression) == wanted


@pytest.mark.parametrize(("place", "wanted"), [(1, 3), (2, 1), (3, 2), (4, 999), (5, 999), (0, 999), ("'x'", 999)])
def test_the_highest_number_of_a_repeat_has_rank_one_and_of_equals_the_first(place: object, wanted: int) -> None:
    numbers = "<r><n>2</n><n>7</n><n>7</n><n/></r>"
    assert evaluate(f"rank-index({place}, /r/n)", document_xml=numbers, context="/r") == wanted


def test_a_rank_is_among_those_that_take_part() -> None:
    numbers = "<r><n>2</n><n>70</n><n>7</n></r>"
    assert evaluate("rank-index(1, /r/n, /r/n[. < 10])", document_xml=numbers, context="/r") == 2
    assert evaluate("rank-index(2, /r/n, /r/n[. < 10])", document_xml=numbers, context="/r") == 999


@pytest.mark.parametrize(
    ("number", "vietnamese", "english"),
    [
        ("120000", "120.000", "120,000"),
        ("1234.5", "1.234,5", "1,234.5"),
        ("-0.25", "-0,25", "-0.25"),
        ("3000000000000000000000", "3.000.000.000.000.000.000.000", "3,000,000,000,000,000,000,000"),
        ("''", "", ""),
    ],
)
def test_a_number_is_written_in_the_language_of_the_form(number: str, vietnamese: str, english: str) -> None:
    assert value(f"format-number({number})", language="Tiếng Việt (vi)") == vietnamese
    assert value(f"format-number({number})", language="English (en)") == english


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("substring('12345', -1 div 0)", "12345"),
        ("substring('12345', 0 div 0)", ""),
        ("round(2.675, 2)", 2.68),
        ("round(-2.675, 2)", -2.67),
        ("coalesce('x' * 2, 'none')", "none"),
        ("coalesce('NaN', 'none')", "NaN"),
        ("coalesce(0, 1)", "0"),
        ("selected('', '')", True),
        ("selected('a b', '')", False),
    ],
)
def test_edges(expression: str, value: object) -> None:
    assert evaluate(expression, document_xml="<data/>") == value


def test_a_moment_is_written_in_the_zone_of_the_session() -> None:
    hanoi = dt.datetime(2026, 11, 30, 12, tzinfo=dt.timezone(dt.timedelta(hours=7)))
    written = evaluate("date-time('2026-11-30T20:50:49Z')", document_xml="<data/>", clock=lambda: hanoi)
    assert written == "2026-12-01T03:50:49.000+07:00"
