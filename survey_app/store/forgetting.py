"""Forgetting names: of the revisions of a round that is over only what may be kept stays, under the same ids.

This is the one way in which a revision is changed; the trigger of the table lets nothing else pass. What is left is
told by ``survey_app.forgetting``. Whatever comes later, whole or not, is kept as it would be had it been here already,
so that stores which hold the same revisions and forgettings hold the same, however they came to it.

A laptop keeps whole what no receipt has confirmed: nobody else may have it. The office forgets it when it arrives.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from survey_app.forgetting import Forgetting, as_left
from survey_app.records import Household, Revision, canonical, from_json
from survey_app.store import attachments, erasing, forgotten, history, visits
from survey_app.store.content import Content
from survey_app.store.ids import chunks, marks
from survey_app.store.records import Forgotten

_NAMED_LEVELS = "'household', 'enterprise', 'device_support'"
"""Levels whose lines name people; a village, a commune and an agency do not."""


def add(
    database: Any, content: Content, forgettings: Iterable[Forgetting], arrival: str
) -> tuple[list[str], list[str], Forgotten]:
    """Take in forgettings; return the ids of those that are new, the submissions that changed, and what went."""
    new = []
    for each in forgettings:
        row = (each.id, each.round, canonical(each.as_json()).decode(), arrival)
        query = "INSERT OR IGNORE INTO forgettings (id, round, content, arrival) VALUES (?, ?, ?, ?)"
        if database.execute(query, row).rowcount:
            new.append(each)
    touched, gone = _forget(database, content, {each.round for each in new}) if new else ([], Forgotten())
    for each in new:
        database.execute("UPDATE forgettings SET went = ? WHERE id = ?", [json.dumps(vars(gone)), each.id])
    return [each.id for each in new], touched, gone


def again(database: Any, content: Content) -> list[str]:
    """Forget what may be forgotten by now and was not yet; return the submissions that changed."""
    rounds = {each.round for each in forgotten.known(database)}
    return _forget(database, content, rounds)[0] if rounds else []


def _forget(database: Any, content: Content, rounds: Collection[str]) -> tuple[list[str], Forgotten]:
    forgettings = forgotten.known(database)
    touched: set[str] = set()
    households: set[str] = set()
    attached: set[str] = set()
    revisions = 0
    for code in sorted(rounds):
        for revision in _in_reach(database, content, code):
            left = as_left(revision, forgettings)
            if not left.forgotten or left.forgotten == revision.forgotten:
                continue
            row = (content.pack_answers(left.answers), left.reason, left.forgotten, revision.id)
            database.execute("UPDATE revisions SET answers = ?, reason = ?, forgotten = ? WHERE id = ?", row)
            attached |= attachments.names_in(revision.answers)
            touched.add(revision.submission)
            households.add(revision.household)
            revisions += 1
    before = database.execute("SELECT count(*) FROM attachments").fetchone()[0]
    erasing.forget_attachments(database, content, attached)
    files = before - database.execute("SELECT count(*) FROM attachments").fetchone()[0]
    lines = _forget_lists(database, households) if any(each.lists for each in forgettings) else 0
    binned = _empty_bin(database, content, rounds)
    visits.refresh(database, {*households, *history.say_again(database, content, touched)})
    return sorted(touched), Forgotten(revisions, len(households), lines, files, binned)


def _in_reach(database: Any, content: Content, code: str) -> Iterator[Revision]:
    """Yield the revisions of a round, of a laptop those that a receipt has confirmed."""
    where, last = "round = ? AND position > ?", 0
    if forgotten.is_laptop(database):
        where += f" AND NOT ({history.WAITING})"
    query = f"SELECT {history.COLUMNS}, position FROM revisions WHERE {where} ORDER BY position LIMIT 500"
    while rows := database.execute(query, [code, last]).fetchall():
        for row in rows:
            yield history.from_row(row, content)
        last = rows[-1][-1]


def _forget_lists(database: Any, households: Collection[str]) -> int:
    """Take the names off all lines of people who have answered in no other round, and off what bundles described."""
    others = "NOT EXISTS (SELECT 1 FROM revisions r WHERE r.household = households.id AND r.forgotten = '')"
    drafts = "NOT EXISTS (SELECT 1 FROM drafts d WHERE d.household = households.id)"
    names = "(head_name <> '' OR address <> '' OR phone <> '')"
    seen = "EXISTS (SELECT 1 FROM revisions r WHERE r.household = households.id AND r.forgotten <> '')"
    mine = f"(found_by = '' OR {seen})"  # what was found comes with what was noted there, before or after
    where = f"level IN ({_NAMED_LEVELS}) AND {names} AND {mine} AND {others} AND {drafts}"
    lines = forgotten.bare_lines(database, where, [])
    for chunk in chunks(sorted(forgotten.nameless(database, households))):
        rows = database.execute(
            f"SELECT note, household, content FROM bundle_households WHERE household IN ({marks(chunk)})", chunk
        ).fetchall()
        for note, household, said in rows:
            bare = canonical(vars(erasing.bare(Household(**json.loads(said))))).decode()
            query = "UPDATE bundle_households SET content = ? WHERE note = ? AND household = ?"
            database.execute(query, [bare, note, household])
    return lines


def _empty_bin(database: Any, content: Content, rounds: Collection[str]) -> int:
    """Forget the interviews of these rounds that somebody threw away; return how many those were."""
    rows = database.execute("SELECT id, content FROM discarded_drafts").fetchall()
    gone = [[id_] for id_, packed in rows if from_json(content.unpack(packed))["round"] in rounds]
    database.conn.executemany("DELETE FROM discarded_drafts WHERE id = ?", gone)
    return len(gone)
