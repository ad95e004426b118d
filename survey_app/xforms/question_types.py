"""The types an XLSForm knows, in all their spellings."""

from __future__ import annotations

import re


def _all(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(";"))


ASKED = _all(
    """acknowledge;add acknowledge prompt;add audio prompt;add barcode prompt;add date prompt;add date time prompt;
    add dateTime prompt;add decimal prompt;add file prompt;add image prompt;add integer prompt;add location prompt;
    add note prompt;add photo prompt;add text prompt;add video prompt;audio;barcode;date;date time;dateTime;datetime;
    decimal;file;geopoint;geoshape;geotrace;gps;image;int;integer;location;note;number of days in last month;
    number of days in last six months;number of days in last year;osm;percentage;phone number;photo;q acknowledge;
    q audio;q barcode;q date;q date time;q dateTime;q decimal;q geopoint;q geoshape;q geotrace;q image;q int;
    q location;q note;q picture;q string;q video;range;string;text;time;trigger;video"""
)
"""Types of a question that is shown; it needs a label or a hint."""
UNASKED = _all(
    """add calculate prompt;audit;background-audio;background-geopoint;calculate;csv-external;device id;deviceid;email;
    end;end time;get device id;get end time;get phone number;get sim id;get start time;get subscriber id;get today;
    hidden;imei;phonenumber;q calculate;sim id;simserial;start;start time;start-geopoint;subscriber id;subscriberid;
    today;uri:deviceid;uri:email;uri:phonenumber;uri:simserial;uri:subscriberid;uri:username;username;
    xml-external"""
)
"""Types that nobody is asked: calculations, and what the program knows."""
SETTINGS = frozenset(("form_title", "set_form_title", "form_id", "set_form_id", "prefix"))
"""Settings that may also stand on the sheet ``survey`` as a type."""
FROM_FILE = (
    "select_one_from_file",
    "select_multiple_from_file",
    "select one from file",
    "select multiple from file",
)
MULTIPLE = frozenset(
    (
        "add select multiple prompt using",
        "select all that apply from",
        "select_multiple",
        "select all that apply",
        "select_multiple_from_file",
        "select multiple from file",
    )
)
"""Commands of a question with several answers: a blank parts their values."""
SELECTS = (
    *FROM_FILE,
    "add select one prompt using",
    "add select multiple prompt using",
    "select all that apply from",
    "select one from",
    "select1",
    "select_one_external",
    "select_one",
    "select one",
    "select_multiple",
    "select all that apply",
    "rank",
)
"""Commands before the name of a list."""
BLOCKS = ("group", "lgroup", "repeat", "loop", "looped group")
NEEDS_LIST = _all(
    """rank;select all that apply;select all that apply from;select multiple from;select multiple using;select one;
    select one external;select one using;q select;q select1;select1;select_one;select_multiple;select_one_from_file;
    add select multiple prompt using;add select one prompt using;select_one_external;select one from;
    select_multiple_from_file;select one from file;select multiple from file"""
)
"""Spellings that mean nothing without the name of a list."""

_SELECT = re.compile(
    rf"^({'|'.join(re.escape(command) for command in sorted(SELECTS, key=len, reverse=True))}) (\S+)"
    r"( (?:or specify other|or_other|or other))?$"
)
_BLOCK = re.compile(rf"^(begin|end)[\s_]({'|'.join(BLOCKS)})(?: (?:over )?(\S+))?$")
_KINDS = {"lgroup": "repeat", "looped group": "repeat"}
_OSM = re.compile(r"^osm \S+")


def select_of(kind: str) -> tuple[str, str] | None:
    """Return command and list name of a question that is answered from a list, None for other types."""
    found = _SELECT.match(kind)
    return (found[1], found[2]) if found is not None else None


def block_of(kind: str) -> tuple[str, str, str] | None:
    """Return ``begin`` or ``end``, ``group``, ``repeat`` or ``loop``, and the list of a loop; None for other types."""
    found = _BLOCK.match(kind)
    return (found[1], _KINDS.get(found[2], found[2]), found[3] or "") if found is not None else None


def is_asked(kind: str) -> bool:
    """Tell whether a question of this type is shown."""
    return kind in ASKED or select_of(kind) is not None or _OSM.match(kind) is not None


def is_known(kind: str) -> bool:
    """Tell whether an XLSForm knows the type."""
    return is_asked(kind) or kind in UNASKED or kind in SETTINGS or block_of(kind) is not None


EXAMPLES = (
    *("text", "integer", "decimal", "date", "time", "dateTime", "note", "calculate", "select_one", "select_multiple"),
    *("begin_group", "end_group", "begin_repeat", "end_repeat", "rank", "range", "acknowledge", "image", "audio"),
    *("video", "file", "barcode", "geopoint", "geotrace", "geoshape", "hidden", "start", "end", "today", "deviceid"),
    *("username", "select_one_from_file", "select_multiple_from_file", "select_one_external", "audit", "trigger"),
    *("csv-external", "xml-external", "percentage", "photo", "email", "phonenumber", "start-geopoint"),
    *("background-audio", "osm", "begin_loop", "end_loop"),
)
"""Spellings to suggest to an author."""
