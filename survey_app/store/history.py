"""Revisions, what they say now, and the bundles that carry them."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import secrets
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from survey_app import join
from survey_app.join import Conflict, Current
from survey_app.records import ASIDE, HOUSEHOLD, Revision, canonical
from survey_app.store import attachments, erasing, forgotten, frame, visits
from survey_app.store.content import Content
from survey_app.store.ids import among, begins, chunks, listed, marks
from survey_app.store.records import FROM_OFFICE, IN, OUT, UNDONE, Added, Brought, BundleNote

_PAGE = 500
_LATER = {"poverty": "", "split_from": "", "level": HOUSEHOLD, "about": ""}
"""Fields of a household that came after the first format: with these values they change no digest."""
WAITING = f"""(arrival <> '{FROM_OFFICE}' OR (SELECT value FROM facts WHERE name = 'kind') = 'office') AND NOT EXISTS (
    SELECT 1 FROM bundle_revisions b JOIN bundle_notes n ON n.position = b.note
    WHERE b.revision = revisions.position AND n.direction = '{OUT}' AND n.confirmed_at <> '')"""
"""What no receipt has confirmed: of a laptop what was made there or came from a colleague's, of an office all of it."""

COLUMNS = (
    "id, submission, household, round, form_id, form_version, parents, kind, author, device, made_at, reason, answers, "
    "paradata, forgotten"
)
_NOTE = "n.position, n.bundle, n.direction, n.device, n.sequence, n.made_at, n.noted_at, n.confirmed_at, n.outcome"
_CURRENT = "submission, household, round, form_id, form_version, author, made_at, device, heads, state, conflicts"
_SAID = ", ".join(f"c.{name}" for name in _CURRENT.split(", ")) + ", coalesce(c.answers, r.answers)"
_FROM_CURRENTS = "FROM currents c LEFT JOIN revisions r ON r.position = c.revision"
_BY_SUBMISSION = f"{begins('c.submission')}, c.submission"
_AFTER = f"{begins('c.submission')} >= {begins(':after')} AND c.submission > :after"


# --- revisions -----------------------------------------------------------------------------------------------------


def add(
    database: Any,
    content: Content,
    revisions: Iterable[Revision],
    arrival: str,
    spelled: Mapping[str, bytes] = MappingProxyType({}),
) -> Added:
    """Add revisions and compute what their submissions and households say now.

    Those of erased households are not kept and count as identical: nothing about them is new here.
    """
    new: list[str] = []
    identical: list[str] = []
    for chunk in chunks(revisions):
        fresh = _unknown(database, chunk)
        gone = erasing.erased(database, {revision.household for revision in fresh.values()})
        fresh = {id_: revision for id_, revision in fresh.items() if revision.household not in gone}
        fresh = forgotten.as_kept(database, fresh, arrival)
        grown = _already_there(database, {revision.submission for revision in fresh.values()})
        packed = {
            id_: content.pack_answers(each.answers, None if each.forgotten else spelled.get(id_))
            for id_, each in fresh.items()
        }
        database.conn.executemany(
            f"INSERT INTO revisions ({COLUMNS}, arrival) VALUES ({marks(range(16))})",
            [(*_row(revision, packed[id_]), arrival) for id_, revision in fresh.items()],
        )
        visits.refresh(database, _refresh_currents(database, content, fresh.values(), grown))
        attachments.keep_for(database, fresh.values())
        forgotten.forget_lines(database, {each.household for each in fresh.values() if each.forgotten})
        new += fresh
        seen: set[str] = set()
        for revision in chunk:
            if revision.id not in fresh or revision.id in seen:
                identical.append(revision.id)
            seen.add(revision.id)
    return Added(tuple(new), tuple(identical))


def _unknown(database: Any, revisions: Sequence[Revision]) -> dict[str, Revision]:
    ids = [revision.id for revision in revisions]
    known = {row[0] for row in database.execute(f"SELECT id FROM revisions WHERE id IN ({marks(ids)})", ids)}
    return {revision.id: revision for revision in revisions if revision.id not in known}


def _already_there(database: Any, submissions: Collection[str]) -> set[str]:
    query = f"SELECT DISTINCT submission FROM revisions WHERE {among('submission')}"
    return {row[0] for row in database.execute(query, {"ids": listed(submissions)})}


def _row(revision: Revision, answers: bytes) -> tuple[Any, ...]:
    fields = (revision.submission, revision.household, revision.round, revision.form_id, revision.form_version)
    origin = (revision.kind, revision.author, revision.device, revision.made_at, revision.reason)
    return (revision.id, *fields, _list(revision.parents), *origin, answers, revision.paradata, revision.forgotten)


def _list(ids: Sequence[str]) -> str:
    """Return ids as a JSON list; they are hexadecimal digits."""
    return '["' + '", "'.join(ids) + '"]' if ids else "[]"


def from_row(row: Sequence[Any], content: Content) -> Revision:
    """Return the revision of a row of ``COLUMNS``."""
    return Revision(
        submission=row[1],
        household=row[2],
        round=row[3],
        form_id=row[4],
        form_version=row[5],
        parents=tuple(json.loads(row[6])),
        kind=row[7],
        author=row[8],
        device=row[9],
        made_at=row[10],
        reason=row[11],
        answers=content.unpack_answers(row[12]),
        id=row[0],
        paradata=row[13],
        forgotten=row[14],
    )


def revisions_of(database: Any, content: Content, submissions: Sequence[str]) -> list[Revision]:
    """Return all revisions of these submissions, by submission, time and id."""
    query = f"SELECT {COLUMNS} FROM revisions WHERE {among('submission')} ORDER BY submission, made_at, id"
    rows = database.execute(query, {"ids": listed(submissions)}).fetchall()
    return [from_row(row, content) for row in rows]


def all_revisions(database: Any, content: Content) -> Iterator[Revision]:
    """Yield all revisions by id; the store may be written to meanwhile."""
    last = ""
    query = f"SELECT {COLUMNS} FROM revisions WHERE id > ? ORDER BY id LIMIT {_PAGE}"
    while rows := database.execute(query, [last]).fetchall():
        for row in rows:
            yield from_row(row, content)
        last = rows[-1][0]


def all_visits(database: Any, content: Content) -> list[Revision]:
    """Return what was noted at households, by household, time and id."""
    query = f"SELECT {COLUMNS} FROM revisions WHERE kind = 'visit' ORDER BY household, made_at, id"
    return [from_row(row, content) for row in database.execute(query).fetchall()]


def comments(database: Any, content: Content, household: str) -> list[Revision]:
    """Return what was said about forms, of one household or of all, by household, time and id."""
    narrowed = "AND household = :household" if household else ""
    query = f"SELECT {COLUMNS} FROM revisions WHERE kind = 'comment' {narrowed} ORDER BY household, made_at, id"
    return [from_row(row, content) for row in database.execute(query, {"household": household}).fetchall()]


def by_submission(database: Any, content: Content) -> Iterator[list[Revision]]:
    """Yield all revisions, some whole submissions at a time, by submission."""
    last = ""
    after = f"{begins('submission')} >= {begins('?1')} AND submission > ?1"
    order = f"{begins('submission')}, submission"
    query = f"SELECT submission FROM revisions WHERE {after} GROUP BY {order} ORDER BY {order} LIMIT 400"
    while names := [row[0] for row in database.execute(query, [last])]:
        yield revisions_of(database, content, names)
        last = names[-1]


def would_say(database: Any, revisions: Iterable[Revision]) -> list[tuple[Any, ...]]:
    """Return the rows that the table ``currents`` should have for these revisions, answers not packed."""
    derived = _derived(database)
    found = (_now(each, derived) for each in _answered(_grouped(revisions)))
    return [_current_row(now, canonical(now.answers)) for now in found]


def said(database: Any, content: Content, after: str, until: str | None) -> list[tuple[Any, ...]]:
    """Return the rows of the table ``currents`` between two submissions, the latter included, answers not packed."""
    where = _AFTER if until is None else f"{_AFTER} AND {begins('c.submission')} <= {begins(':until')}"
    query = f"SELECT {_SAID}, c.result {_FROM_CURRENTS} WHERE {where} ORDER BY {_BY_SUBMISSION}"
    rows = database.execute(query, {"after": after, "until": until})
    return [(*row[:-2], content.unpack(row[-2]), row[-1]) for row in rows if until is None or row[0] <= until]


def say_again(database: Any, content: Content, submissions: Iterable[str]) -> list[str]:
    """Compute what these submissions say after some of their revisions left; return the households they are about."""
    households: list[str] = []
    for chunk in chunks(sorted(set(submissions))):
        refresh_currents(database, content, chunk)
        query = f"SELECT household FROM currents WHERE {among('submission')}"
        households += [row[0] for row in database.execute(query, {"ids": listed(chunk)})]
    return households


def outgoing(database: Any, content: Content, everything: bool) -> list[Revision]:
    """Return what a bundle has to carry, in the order of arrival; of a laptop only what is whole."""
    chosen = "forgotten = '' OR (SELECT value FROM facts WHERE name = 'kind') = 'office'" if everything else WAITING
    query = f"SELECT {COLUMNS} FROM revisions WHERE {chosen} ORDER BY position"
    return [from_row(row, content) for row in database.execute(query)]


def is_waiting(database: Any) -> bool:
    """Return whether a bundle would carry anything."""
    return bool(database.execute(f"SELECT EXISTS (SELECT 1 FROM revisions WHERE {WAITING})").fetchone()[0])


def digest(database: Any) -> str:
    """Return one hash over everything that merging brings together, whatever the order it came in.

    Nothing of an erased household goes in but its erasures, so that a store which had its answers once and one which
    never had them agree. How the line of a household is described does not go in where names were forgotten.
    """
    total = hashlib.sha256()
    for (revision,) in database.execute("SELECT id FROM revisions ORDER BY id"):
        total.update(f"{revision}\n".encode())
    erasures = erasing.erasures(database)
    gone = {erasure.household for erasure in erasures}
    for erasure in erasures:
        total.update(f"erased {erasure.id}\n".encode())
    for forgetting in forgotten.known(database):
        total.update(f"forgotten {forgetting.id}\n".encode())
    gone |= {row[0] for row in database.execute("SELECT household FROM revisions WHERE forgotten <> ''")}
    for household in (each for each in frame.found_households(database) if each.id not in gone):
        said = {**dataclasses.asdict(household), "assigned_to": ""}  # who goes there is each office's own business
        total.update(
            canonical({name: value for name, value in said.items() if name not in _LATER or value != _LATER[name]})
        )
    return total.hexdigest()


# --- what submissions say now --------------------------------------------------------------------------------------


def refresh_currents(database: Any, content: Content, submissions: Iterable[str]) -> None:
    """Compute what these submissions say now from their revisions."""
    for chunk in chunks(sorted(set(submissions))):
        _forget_currents(database, chunk)
        _write_currents(database, content, _grouped(revisions_of(database, content, chunk)))


def _refresh_currents(
    database: Any,
    content: Content,
    fresh: Collection[Revision],
    grown: Collection[str],
) -> set[str]:
    """Compute the currents of added revisions and return the households they are about.

    Only submissions that had revisions before are read from the file.
    """
    groups = _grouped(revision for revision in fresh if revision.submission not in grown)
    for chunk in chunks(sorted(grown)):
        _forget_currents(database, chunk)
        groups.update(_grouped(revisions_of(database, content, chunk)))
    _write_currents(database, content, groups)
    return {revision.household for revisions in groups.values() for revision in revisions}


def _grouped(revisions: Iterable[Revision]) -> dict[str, list[Revision]]:
    groups: dict[str, list[Revision]] = {}
    for revision in revisions:
        groups.setdefault(revision.submission, []).append(revision)
    return groups


def _answered(groups: Mapping[str, Sequence[Revision]]) -> Iterator[list[Revision]]:
    """Yield the revisions of each submission that says something; visits and comments do not."""
    for revisions in groups.values():
        answered = [revision for revision in revisions if revision.kind not in ASIDE]
        if answered:
            yield answered


def _write_currents(
    database: Any,
    content: Content,
    groups: Mapping[str, Sequence[Revision]],
) -> None:
    """Write what submissions say that have no row, or none any more."""
    derived = _derived(database)
    said = [_now(revisions, derived) for revisions in _answered(groups)]
    alone = _positions(database, [now.heads[0] for now in said if now.state == "settled"])
    rows = []
    for now in said:
        position = alone.get(now.heads[0]) if now.state == "settled" else None
        answers = content.pack_answers(now.answers) if position is None else None
        rows.append((*_current_row(now, answers), position))
    names = f"{_CURRENT}, answers, result, revision"
    database.conn.executemany(f"INSERT INTO currents ({names}) VALUES ({marks(range(14))})", rows)


def _forget_currents(database: Any, submissions: Iterable[str]) -> None:
    database.execute(f"DELETE FROM currents WHERE {among('submission')}", {"ids": listed(submissions)})


def _positions(database: Any, ids: Collection[str]) -> dict[str, int]:
    """Return the positions of revisions by their ids."""
    found: dict[str, int] = {}
    for chunk in chunks(ids):
        found.update(database.execute(f"SELECT id, position FROM revisions WHERE id IN ({marks(chunk)})", chunk))
    return found


def _now(revisions: Sequence[Revision], derived: Mapping[tuple[str, str], tuple[str, ...]]) -> Current:
    names: set[str] = set()
    names.update(*(derived.get((revision.form_id, revision.form_version), ()) for revision in revisions))
    return join.current(revisions, names)


def _current_row(now: Current, answers: bytes | None) -> tuple[Any, ...]:
    where = (now.submission, now.household, now.round, now.form_id, now.form_version)
    origin = (now.author, now.made_at, now.device)
    found = [[c.address, c.base, c.values] for c in now.conflicts]
    conflicts = json.dumps(found, ensure_ascii=False) if found else "[]"
    said = (_list(now.heads), now.state, conflicts, answers, visits.result_of(now.answers))
    return (*where, *origin, *said)


def _derived(database: Any) -> dict[tuple[str, str], tuple[str, ...]]:
    rows = database.execute("SELECT id, version, derived FROM forms")
    return {(form_id, version): tuple(json.loads(names)) for form_id, version, names in rows}


def current(database: Any, content: Content, submission: str) -> Current | None:
    """Return what a submission says now."""
    query = f"SELECT {_SAID} {_FROM_CURRENTS} WHERE {among('c.submission')}"
    row = database.execute(query, {"ids": listed([submission])}).fetchone()
    return _current_from_row(row, content) if row else None


def mark(database: Any) -> int:
    """Return the position of the revision that came last."""
    return int(database.execute("SELECT coalesce(max(position), 0) FROM revisions").fetchone()[0])


def unsettled_since(database: Any, after: int) -> list[Brought]:
    """Return what came after a position to submissions that are joined or in conflict; those are few, and indexed."""
    query = f"""SELECT r.arrival, c.submission, c.state, count(*)
        FROM currents c INDEXED BY currents_in_conflict CROSS JOIN revisions r
        ON {begins("r.submission")} = {begins("c.submission")} AND r.submission = c.submission
        WHERE c.state <> 'settled' AND c.state IN ('joined', 'conflict') AND r.position > ? GROUP BY 1, 2"""
    return [Brought(*row) for row in database.execute(query, [after])]


def newest(database: Any, content: Content, form_id: str, device: str, without: str) -> Current | None:
    """Return the current of a form that a device made last, leaving one submission out."""
    query = f"""SELECT {_SAID} {_FROM_CURRENTS} WHERE c.form_id = ? AND c.device = ? AND c.submission <> ?
        AND c.state <> 'void' ORDER BY c.made_at DESC LIMIT 1"""
    row = database.execute(query, [form_id, device, without]).fetchone()
    return _current_from_row(row, content) if row else None


def currents(database: Any, content: Content, state: str, household: str, form: str = "") -> Iterator[Current]:
    """Yield what submissions say now, by submission; the store may be written to meanwhile."""
    last = ""
    given = {name: value for name, value in (("state", state), ("form_id", form)) if value}
    where = [_AFTER, *(f"c.{name} = :{name}" for name in given)]
    if state and state != "settled":
        where.append("c.state <> 'settled'")  # said so that the small index of those is used
    if household:
        where.append(among("c.household"))
        given["ids"] = listed([household])
    query = f"SELECT {_SAID} {_FROM_CURRENTS} WHERE {' AND '.join(where)} ORDER BY {_BY_SUBMISSION} LIMIT {_PAGE}"
    while rows := database.execute(query, {"after": last, **given}).fetchall():
        for row in rows:
            yield _current_from_row(row, content)
        last = rows[-1][0]


def currents_shuffled(database: Any, content: Content) -> Iterator[Current]:
    """Yield what all submissions say now, in an order that nobody can foresee or repeat."""
    rows = array("q", (row[0] for row in database.execute("SELECT rowid FROM currents")))
    chance = secrets.SystemRandom()
    chance.shuffle(rows)
    for chunk in chunks(rows):
        query = f"SELECT {_SAID} {_FROM_CURRENTS} WHERE c.rowid IN ({marks(chunk)})"
        found = database.execute(query, chunk).fetchall()
        chance.shuffle(found)
        for row in found:
            yield _current_from_row(row, content)


def _current_from_row(row: Sequence[Any], content: Content) -> Current:
    conflicts = tuple(
        Conflict(address, base, tuple((revision, value) for revision, value in values))
        for address, base, values in json.loads(row[10])
    )
    return Current(
        submission=row[0],
        household=row[1],
        round=row[2],
        form_id=row[3],
        form_version=row[4],
        heads=tuple(json.loads(row[8])),
        state=row[9],
        answers=content.unpack_answers(row[11]),
        conflicts=conflicts,
        author=row[5],
        made_at=row[6],
        device=row[7],
    )


def first_told(database: Any, form_id: str) -> Iterator[tuple[str, str, str]]:
    """Yield submission, author and paradata of the first revision of each submission of a form."""
    query = "SELECT submission, author, paradata FROM revisions WHERE form_id = ? AND parents = '[]' ORDER BY position"
    yield from database.execute(query, [form_id])


def unsettled(database: Any, form_id: str) -> list[str]:
    """Return the submissions of a form whose current depends on what the form calls derived."""
    query = "SELECT submission FROM currents WHERE form_id = ? AND state <> 'settled'"
    return [row[0] for row in database.execute(query, [form_id])]


# --- bundles -------------------------------------------------------------------------------------------------------


def note_bundle(database: Any, note: BundleNote) -> None:
    """Write down a bundle, or write it anew; revisions that are not here are left out."""
    if note.direction not in (OUT, IN):
        raise ValueError(f"unknown direction of a bundle: {note.direction!r}")
    database.execute(
        """INSERT INTO bundle_notes (bundle, direction, device, sequence, made_at, noted_at, confirmed_at, outcome)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (bundle, direction) DO UPDATE SET
        noted_at = excluded.noted_at, confirmed_at = excluded.confirmed_at, outcome = excluded.outcome""",
        [
            *(note.bundle, note.direction, note.device, note.sequence, note.made_at, note.noted_at, note.confirmed_at),
            canonical(dict(note.outcome)).decode(),
        ],
    )
    query = "SELECT position FROM bundle_notes WHERE bundle = ? AND direction = ?"
    position = database.execute(query, [note.bundle, note.direction]).fetchone()[0]
    carried = [(position, revision) for revision in sorted(_positions(database, note.revisions).values())]
    database.conn.executemany("INSERT OR IGNORE INTO bundle_revisions VALUES (?, ?)", carried)
    if note.direction == IN:
        described = forgotten.without_names(database, erasing.without_traces(database, note.households))
        rows = [(position, each.id, canonical(vars(each)).decode()) for each in described]
        database.conn.executemany("INSERT OR REPLACE INTO bundle_households VALUES (?, ?, ?)", rows)
        database.execute(f"DELETE FROM bundle_notes WHERE bundle = ? AND direction = '{UNDONE}'", [note.bundle])
    if note.direction == OUT:
        erasing.carried(database, note.bundle, note.erasures)
        forgotten.carried(database, note.bundle, note.forgettings)
        visits.refresh(database, _households_in(database, position))


def confirm(database: Any, bundle: str, at: str) -> bool:
    """Note that the receipt of a bundle written here was loaded; return whether there is such a bundle."""
    query = f"SELECT position FROM bundle_notes WHERE bundle = ? AND direction = '{OUT}'"
    row = database.execute(query, [bundle]).fetchone()
    if row is None:
        return False
    database.execute("UPDATE bundle_notes SET confirmed_at = ? WHERE position = ? AND confirmed_at = ''", [at, row[0]])
    visits.refresh(database, _households_in(database, row[0]))
    return True


def _households_in(database: Any, note: int) -> list[str]:
    query = """SELECT DISTINCT household FROM revisions r JOIN bundle_revisions b ON b.revision = r.position
        WHERE b.note = ?"""
    return [row[0] for row in database.execute(query, [note])]


def bundle_notes(database: Any, with_revisions: bool = True) -> list[BundleNote]:
    """Return all bundles written or merged here, in the order they were noted."""
    carried: dict[int, list[str]] = {}
    query = "SELECT b.note, r.id FROM bundle_revisions b JOIN revisions r ON r.position = b.revision ORDER BY 1, 2"
    for note, revision in database.execute(query) if with_revisions else ():
        carried.setdefault(note, []).append(revision)
    query = f"SELECT {_NOTE} FROM bundle_notes n ORDER BY position"
    return [_note_of(row, tuple(carried.get(row[0], ()))) for row in database.execute(query)]


def carriers(database: Any, submission: str) -> dict[str, tuple[BundleNote, ...]]:
    """Return which bundles carried each revision of a submission, in the order they were noted."""
    query = f"""SELECT {_NOTE}, r.id FROM bundle_notes n JOIN bundle_revisions b ON b.note = n.position
        JOIN revisions r ON r.position = b.revision WHERE {among("r.submission")} ORDER BY n.position"""
    found: dict[str, tuple[BundleNote, ...]] = {}
    for *row, revision in database.execute(query, {"ids": listed([submission])}):
        found[revision] = (*found.get(revision, ()), _note_of(row, ()))
    return found


def _note_of(row: Sequence[Any], revisions: tuple[str, ...]) -> BundleNote:
    return BundleNote(
        bundle=row[1],
        direction=row[2],
        device=row[3],
        sequence=row[4],
        made_at=row[5],
        noted_at=row[6],
        revisions=revisions,
        confirmed_at=row[7],
        outcome=json.loads(row[8]),
    )


def state(database: Any) -> tuple[str, ...]:
    """Return what differs whenever figures may differ: answers, erasures, list, aggregates, forms, round, places."""
    query = """SELECT
        (SELECT count(*) || ' ' || coalesce(max(position), 0) FROM revisions),
        (SELECT count(*) FROM erasures), (SELECT count(*) || ' ' || coalesce(max(rowid), 0) FROM households),
        (SELECT coalesce(group_concat(id), '') FROM aggregates),
        (SELECT coalesce(group_concat(id), '') FROM tables_taken_in),
        (SELECT coalesce(group_concat(id || ' ' || version || ' ' || position), '') FROM forms),
        (SELECT coalesce(group_concat(code || form_version || reference_date || catalogue_date), '') FROM rounds),
        (SELECT coalesce(group_concat(value), '') FROM facts WHERE name = 'round'),
        (SELECT coalesce(group_concat(code || name || until || joined), '') FROM places)"""
    return tuple(str(value) for value in database.execute(query).fetchone())
