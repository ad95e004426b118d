"""The household list, places, people, rounds and forms inside a store."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from survey_app.records import HOUSEHOLD, Enumerator, Household, Place, Round
from survey_app.store import erasing, forgotten
from survey_app.store.content import Content
from survey_app.store.ids import begins
from survey_app.store.records import (
    CLOSED,
    COMPLETE,
    CONFIRMED,
    NOT_VISITED,
    OPEN,
    PACKED,
    REFUSED,
    Device,
    Line,
    StoredForm,
)
from survey_app.text import fold

_FIELDS = tuple(field.name for field in dataclasses.fields(Household))
_PLACE = ", ".join(field.name for field in dataclasses.fields(Place))
_HOUSEHOLD = ", ".join(f"h.{name}" for name in _FIELDS)
_TOUCHED = """CASE v.status WHEN 'in_progress'
    THEN coalesce((SELECT max(d.touched_at) FROM drafts d WHERE d.household = h.id), v.touched_at)
    ELSE v.touched_at END"""
_LINE = f"{_HOUSEHOLD}, coalesce(v.status, '{NOT_VISITED}'), {_TOUCHED}, v.author, v.result, v.due, v.tries"
_FROM = f"""FROM households h LEFT JOIN visits v
    ON {begins("v.household")} = {begins("h.id")} AND v.household = h.id"""


# --- places, people, rounds ----------------------------------------------------------------------------------------


def put_places(database: Any, places: Iterable[Place]) -> None:
    """Add places or write them anew."""
    database.put("places", (vars(place) for place in places), ["code"])


def places(database: Any, level: str, parent: str) -> list[Place]:
    """Return the places of a level and below a place, by code; a blank argument does not narrow."""
    where = "WHERE ? IN ('', level) AND ? IN ('', parent)"
    query = f"SELECT {_PLACE} FROM places {where} ORDER BY code"
    return [Place(*row) for row in database.execute(query, [level, parent])]


def place(database: Any, code: str) -> Place | None:
    """Return a place."""
    row = database.execute(f"SELECT {_PLACE} FROM places WHERE code = ?", [code]).fetchone()
    return Place(*row) if row else None


def put_enumerators(database: Any, people: Iterable[Enumerator]) -> None:
    """Add people or write them anew."""
    database.put("enumerators", (vars(person) for person in people), ["id"])


def enumerators(database: Any) -> list[Enumerator]:
    """Return all people, by id."""
    return [Enumerator(*row) for row in database.execute("SELECT id, name, role, title FROM enumerators ORDER BY id")]


def put_devices(database: Any, devices: Iterable[Device]) -> None:
    """Add devices or write them anew."""
    rows = (
        {
            **vars(device),
            "revoked": int(device.revoked),
            "villages": json.dumps(device.villages),
            "people": json.dumps(device.people),
        }
        for device in devices
    )
    database.put("devices", rows, ["id"])


def devices(database: Any) -> list[Device]:
    """Return all devices, by id."""
    rows = database.execute(
        "SELECT id, name, verify_key, revoked, recipient, villages, people FROM devices ORDER BY id"
    )
    return [
        Device(id_, name, key, bool(revoked), recipient, tuple(json.loads(villages)), tuple(json.loads(people)))
        for id_, name, key, revoked, recipient, villages, people in rows
    ]


def put_round(database: Any, round_: Round) -> None:
    """Add a round, or write it anew, and make it the one being worked on."""
    lists = {name: json.dumps(getattr(round_, name), ensure_ascii=False) for name in ("modules", "further")}
    row = {**vars(round_), **lists}
    database.put("rounds", [row], ["code"])
    put_fact(database, "round", round_.code)


def current_round(database: Any) -> Round | None:
    """Return the round being worked on."""
    names = [field.name for field in dataclasses.fields(Round)]
    query = f"SELECT {', '.join(names)} FROM rounds WHERE code = (SELECT value FROM facts WHERE name = 'round')"
    row = database.execute(query).fetchone()
    if row is None:
        return None
    return _round_of(dict(zip(names, row, strict=True)))


def rounds(database: Any) -> list[Round]:
    """Return all rounds, by code."""
    names = [field.name for field in dataclasses.fields(Round)]
    rows = database.execute(f"SELECT {', '.join(names)} FROM rounds ORDER BY code")
    return [_round_of(dict(zip(names, row, strict=True))) for row in rows]


def _round_of(fields: Mapping[str, Any]) -> Round:
    return Round.from_json({**fields, **{name: json.loads(fields[name]) for name in ("modules", "further")}})


def put_fact(database: Any, name: str, value: str) -> None:
    """Write a single fact about the store."""
    database.execute("INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", [name, value])


def fact(database: Any, name: str) -> str:
    """Return a single fact about the store, blank when unknown."""
    row = database.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
    return str(row[0]) if row else ""


# --- forms ---------------------------------------------------------------------------------------------------------


def put_form(database: Any, content: Content, form: StoredForm) -> None:
    """Add a version of a form with its files, or write it anew."""
    row = {
        "id": form.id,
        "version": form.version,
        "title": form.title,
        "xform": content.pack(form.xform.encode()),
        "derived": json.dumps(sorted(form.derived), ensure_ascii=False),
        "level": form.level,
        "position": database.execute("SELECT coalesce(max(position), 0) + 1 FROM forms").fetchone()[0],
    }
    database.put("forms", [row], ["id", "version"])
    database.execute("DELETE FROM form_files WHERE form = ? AND version = ?", [form.id, form.version])
    database.conn.executemany(
        "INSERT INTO form_files (form, version, name, content) VALUES (?, ?, ?, ?)",
        [(form.id, form.version, name, content.pack(bytes(file))) for name, file in form.files.items()],
    )


def form(database: Any, content: Content, form_id: str, version: str) -> StoredForm | None:
    """Return a version of a form with its files."""
    query = "SELECT title, xform, derived, level FROM forms WHERE id = ? AND version = ?"
    row = database.execute(query, [form_id, version]).fetchone()
    if row is None:
        return None
    query = "SELECT name, content FROM form_files WHERE form = ? AND version = ? ORDER BY name"
    files = {name: content.unpack(file) for name, file in database.execute(query, [form_id, version])}
    title, xform, derived, level = row
    names = tuple(json.loads(derived))
    return StoredForm(form_id, version, title, content.unpack(xform).decode(), names, files, level)


def form_versions(database: Any) -> list[tuple[str, str]]:
    """Return id and version of every form, in the order of arrival."""
    return [(id_, version) for id_, version in database.execute("SELECT id, version FROM forms ORDER BY position")]


def form_use(database: Any) -> dict[tuple[str, str], tuple[int, int]]:
    """Return by id and version how many submissions that are not void, and how many drafts, use a form."""
    query = """SELECT form_id, form_version, sum(finished), sum(open) FROM (
        SELECT form_id, form_version, count(*) AS finished, 0 AS open FROM currents
        WHERE state <> 'void' GROUP BY form_id, form_version
        UNION ALL SELECT form_id, form_version, 0, count(*) FROM drafts GROUP BY form_id, form_version)
        GROUP BY form_id, form_version"""
    return {(form_id, version): (finished, open_) for form_id, version, finished, open_ in database.execute(query)}


# --- households ----------------------------------------------------------------------------------------------------


def put_households(database: Any, households: Iterable[Household], found_by: str = "") -> None:
    """Add households or write them anew; of one that was erased only place and number are written.

    A household that was found in the field stays marked so.
    """
    columns = (*_FIELDS, "found_by", "words", "digits")
    anew = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in {"id", "found_by"})
    database.conn.executemany(
        f"INSERT INTO households ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
        f"ON CONFLICT (id) DO UPDATE SET {anew}",
        (_household_row(household, found_by) for household in erasing.without_traces(database, households)),
    )


def assign(database: Any, households: Iterable[str], enumerator: str) -> None:
    """Write down who is to visit these households."""
    database.conn.executemany(
        "UPDATE households SET assigned_to = ? WHERE id = ?", ((enumerator, household) for household in households)
    )


def add_households(database: Any, households: Sequence[Household], found_by: str) -> int:
    """Add households that somebody else found; return how many are new.

    What is on the office's own list stays as the list has it. Of two different descriptions of a found household the
    one that comes first in the alphabet stays, so that the order of arrival does not matter.
    """
    added = 0
    for household in erasing.without_traces(database, households):
        query = f"SELECT {_HOUSEHOLD}, h.found_by FROM households h WHERE h.id = ?"
        row = database.execute(query, [household.id]).fetchone()
        if row is None:
            added += 1
        elif row[-1] == "" or described(Household(*row[:-1])) <= described(household):
            continue
        in_charge = household.assigned_to if row is None else row[_FIELDS.index("assigned_to")]
        put_households(database, [dataclasses.replace(household, assigned_to=in_charge)], found_by)
    forgotten.forget_lines(database, {household.id for household in households})
    return added


def described(household: Household) -> tuple[Any, ...]:
    """Return what a found household is, without who is to visit it: that is each office's own business."""
    return dataclasses.astuple(dataclasses.replace(household, assigned_to=""))


def describe(database: Any, households: Iterable[Household]) -> None:
    """Describe found households that are here already anew."""
    query = "SELECT assigned_to, found_by FROM households WHERE id = ?"
    for household in erasing.without_traces(database, households):
        in_charge, found_by = database.execute(query, [household.id]).fetchone()
        put_households(database, [dataclasses.replace(household, assigned_to=in_charge)], found_by)


def _household_row(household: Household, found_by: str) -> tuple[Any, ...]:
    words = "".join(f" {word}" for word in fold(household.head_name).split())
    return (*(getattr(household, name) for name in _FIELDS), found_by, words, _digits(household.phone))


def household(database: Any, household_id: str) -> Household | None:
    """Return a household."""
    row = database.execute(f"SELECT {_HOUSEHOLD} FROM households h WHERE h.id = ?", [household_id]).fetchone()
    return Household(*row) if row else None


def found_households(database: Any) -> list[Household]:
    """Return the households that are not from the list, by id."""
    query = f"SELECT {_HOUSEHOLD} FROM households h WHERE h.found_by <> '' ORDER BY h.id"
    return [Household(*row) for row in database.execute(query)]


def lines(
    database: Any,
    village: str,
    text: str,
    status: str,
    limit: int,
    *,
    enumerator: str = "",
    after: tuple[str, int] | None = None,
    level: str = HOUSEHOLD,
) -> list[Line]:
    """Return the lines of the list of a level that match everything given, by village and number."""
    narrowed, values = _narrowed(village, text, status, enumerator, level)
    if after is not None:
        narrowed += " AND (h.village_code, h.number) > (?, ?)"
        values = [*values, *after]
    query = f"SELECT {_LINE} {_FROM} {narrowed} ORDER BY h.village_code, h.number, h.id LIMIT ?"
    rows = database.execute(query, [*values, limit or -1])
    return [_line(row) for row in rows]


def visited_last(database: Any, village: str, enumerator: str) -> Line | None:
    """Return the household that was visited last, of those that match."""
    narrowed, values = _narrowed(village, "", "", enumerator)
    order = f"ORDER BY {_TOUCHED} DESC, h.village_code, h.number LIMIT 1"
    query = f"SELECT {_LINE} {_FROM} {narrowed} AND v.status <> '{NOT_VISITED}' {order}"
    row = database.execute(query, values).fetchone()
    return _line(row) if row else None


def _narrowed(village: str, text: str, status: str, enumerator: str, level: str = HOUSEHOLD) -> tuple[str, list[Any]]:
    conditions = [("h.level = ?", [level]), *_matches(text)]
    where = [condition for condition, _ in conditions]
    values: list[Any] = [value for _, found in conditions for value in found]
    if village:
        where.append("h.village_code = ?")
        values.append(village)
    if status:
        where.append(f"coalesce(v.status, '{NOT_VISITED}') = ?")
        values.append(status)
    if enumerator:
        where.append("h.assigned_to IN ('', ?)")
        values.append(enumerator)
    return f"WHERE {' AND '.join(where)}", values


def line(database: Any, household_id: str) -> Line | None:
    """Return one line of the household list."""
    row = database.execute(f"SELECT {_LINE} {_FROM} WHERE h.id = ?", [household_id]).fetchone()
    return _line(row) if row else None


def _line(row: Sequence[Any]) -> Line:
    width = len(_FIELDS)
    status, touched_at, by, result, due, tries = row[width:]
    return Line(Household(*row[:width]), status, touched_at or "", by or "", result or "", due or "", tries or 0)


def counts(database: Any) -> Mapping[str, Mapping[tuple[str, str], int]]:
    """Return how many households of each village have each status, and how they ended (complete, refused, closed).

    How a household ended is blank where it is not known, or not at its end. The households are counted by the index of
    their villages, and only those that somebody was at are looked up: a list is mostly long before it is visited.
    """
    ended = f"""CASE WHEN v.status NOT IN ('{PACKED}', '{CONFIRMED}') THEN ''
        WHEN v.result IN ('complete', '') THEN '{COMPLETE}' WHEN v.result = 'refused' THEN '{REFUSED}'
        ELSE '{CLOSED}' END"""
    query = f"SELECT village_code, count(*) FROM households WHERE level = '{HOUSEHOLD}' GROUP BY 1"
    found = {village: {(NOT_VISITED, ""): count} for village, count in database.execute(query)}
    query = f"""SELECT h.village_code, v.status, {ended}, count(*)
        FROM visits v CROSS JOIN households h ON h.id = v.household AND h.level = '{HOUSEHOLD}' GROUP BY 1, 2, 3"""
    for village, status, end, count in database.execute(query).fetchall():
        found[village][NOT_VISITED, ""] -= count
        found[village][status, end] = found[village].get((status, end), 0) + count
    return {village: {key: count for key, count in own.items() if count} for village, own in found.items()}


def matching(database: Any, village: str, text: str, enumerator: str) -> Mapping[str, int]:
    """Return how many households that match have each status."""
    narrowed, values = _narrowed(village, text, "", enumerator)
    query = f"SELECT coalesce(v.status, '{NOT_VISITED}'), count(*) {_FROM} {narrowed} GROUP BY 1"
    return dict(database.execute(query, values).fetchall())


def in_charge(database: Any) -> list[tuple[str, str, int, int]]:
    """Return village, enumerator, number of households and of open ones, for every pair that there is."""
    still_open = ", ".join(f"'{status}'" for status in OPEN)
    query = f"""SELECT h.village_code, h.assigned_to, count(*),
        sum(coalesce(v.status, '{NOT_VISITED}') IN ({still_open})) {_FROM}
        WHERE h.level = '{HOUSEHOLD}' GROUP BY 1, 2 ORDER BY 1, 2"""
    return [(village, person, total, opened) for village, person, total, opened in database.execute(query)]


def standings(database: Any) -> list[tuple[str, str, str, str, int]]:
    """Return village, who is in charge, who was there last (blank: nobody), status and number of households."""
    query = f"""SELECT h.village_code, h.assigned_to, coalesce(v.author, ''), coalesce(v.status, '{NOT_VISITED}'),
        count(*) {_FROM} WHERE h.level = '{HOUSEHOLD}' GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"""
    return [tuple(row) for row in database.execute(query)]


def next_number(database: Any, village: str, level: str = HOUSEHOLD) -> int:
    """Return the number after the highest one of a level in a village."""
    query = "SELECT coalesce(max(number), 0) + 1 FROM households WHERE level = ? AND village_code = ?"
    return int(database.execute(query, [level, village]).fetchone()[0])


def _matches(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield a condition with its values for each thing that was typed; see ``Store.households``."""
    folded = fold(text)
    if re.fullmatch(r"[\d +.()-]*", folded):
        typed = _digits(folded)
        if typed:
            yield _by_digits(typed)
        return
    for word in folded.split():
        if word.isdigit():
            yield _by_digits(word)
        else:
            yield "h.words LIKE ? ESCAPE '\\'", [f"% {_literally(word)}%"]


def _by_digits(typed: str) -> tuple[str, list[str]]:
    """Match a household number from its beginning, with or without leading zeros, or any part of a phone number."""
    number = "CAST(h.number AS TEXT) LIKE ? OR printf('%03d', h.number) LIKE ?"
    if len(typed) < 3:
        return f"({number})", [f"{typed}%", f"{typed}%"]
    return f"({number} OR h.digits LIKE ?)", [f"{typed}%", f"{typed}%", f"%{typed}%"]


def _literally(word: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", word)


def _digits(phone: str) -> str:
    """Return a phone number's digits as they are dialled in Viet Nam."""
    digits = re.sub(r"\D", "", phone)
    if digits.startswith("0084"):
        return f"0{digits[4:]}"
    return f"0{digits[2:]}" if phone.strip().startswith("+84") else digits
