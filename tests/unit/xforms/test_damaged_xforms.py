"""An XForm that is no XML is refused in our own words, with the line."""

from __future__ import annotations

import pytest

from survey_app import i18n
from survey_app.xforms import FormError, load_form


def refused(xml: bytes) -> str:
    with pytest.raises(FormError) as caught:
        load_form(xml)
    return caught.value.faults[0].message


@pytest.mark.parametrize(
    ("xml", "line", "words"),
    [
        (b"<a>\n<b>\n</a>", 3, "another name"),
        (b"\n\n<a>\n<b></b>", 4, "cut off"),
        (b"<a", 1, "cut off"),
        (b"PK\x03\x04", 1, "no XML"),
        (b"<a>1 & 2</a>", 1, "&amp;"),
        (b"<a>\n1 < 2</a>", 2, "&lt;"),
        (b"<a>&nbsp;</a>", 1, "&amp;"),
        (b'<a b="1 < 2"/>', 1, "quotation marks"),
        (b"<a>\x01</a>", 1, "does not allow"),
        (b"<a>\xff\xfe</a>", 1, "UTF-8"),
        (b'<a b="1" b="2"/>', 1, "twice"),
        (b"<a b=1/>", 1, 'name="value"'),
        (b"<x:a/>", 1, "prefix"),
        (b"<a/>\n<b/>", 2, "behind the end"),
        (b"<a>" * 300 + b"</a>" * 300, 1, "too deeply"),
        (b"<a>]]></a>", 1, "text editor"),
    ],
)
def test_what_is_wrong_with_the_xml_is_said_with_its_line(xml: bytes, line: int, words: str) -> None:
    before = i18n.language()
    i18n.use_language("en")
    try:
        message = refused(xml)
    finally:
        i18n.use_language(before)
    assert f"(line {line})" in message
    assert words in message
    assert "column" not in message
