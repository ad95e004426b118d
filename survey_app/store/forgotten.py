"""Which names are forgotten here, and what that leaves of revisions and lines that arrive; see ``forgetting``."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from survey_app.forgetting import Forgetting, as_left
from survey_app.records import Household, Revision
from survey_app.store import erasing
from survey_app.store.ids import among, chunks, listed, marks
from survey_app.store.records import FROM_OFFICE, OUT, Forgotten


def known(database: Any, waiting: bool = False) -> list[Forgetting]:
    """Return the forgettings known here, by id; ``waiting``: of an office, those that no confirmed bundle carried."""
    narrowed = f"""WHERE (SELECT value FROM facts WHERE name = 'kind') = 'office'
        AND carried_by NOT IN (SELECT bundle FROM bundle_notes WHERE direction = '{OUT}' AND confirmed_at <> '')
        """
    rows = database.execute(f"SELECT id, content FROM forgettings {narrowed if waiting else ''} ORDER BY id").fetchall()
    return [replace(Forgetting.from_json(json.loads(content)), id=id_) for id_, content in rows]


def went(database: Any) -> dict[str, Forgotten]:
    """Return by id of a forgetting what went from this file when it was taken in."""
    rows = database.execute("SELECT id, went FROM forgettings").fetchall()
    return {id_: Forgotten(**json.loads(said)) for id_, said in rows}


def carried(database: Any, bundle: str, ids: Iterable[str]) -> None:
    """Note that a bundle written here carries these forgettings."""
    database.conn.executemany("UPDATE forgettings SET carried_by = ? WHERE id = ?", [(bundle, id_) for id_ in ids])


def as_kept(database: Any, revisions: Mapping[str, Revision], arrival: str) -> dict[str, Revision]:
    """Return revisions that arrive as they may be kept."""
    forgettings = known(database)
    waits = arrival != FROM_OFFICE and is_laptop(database)
    if not forgettings or waits:
        return dict(revisions)
    return {id_: as_left(revision, forgettings) for id_, revision in revisions.items()}


def is_laptop(database: Any) -> bool:
    """Tell whether this is the store of a laptop."""
    row = database.execute("SELECT value FROM facts WHERE name = 'kind'").fetchone()
    return row is not None and row[0] == "laptop"


def nameless(database: Any, households: Collection[str]) -> set[str]:
    """Return of which of these nothing is known but revisions from which names were forgotten, and lists go too."""
    if not any(each.lists for each in known(database)):
        return set()
    found: set[str] = set()
    for chunk in chunks(sorted(set(households))):
        query = f"""SELECT household FROM revisions WHERE {among("household")}
            GROUP BY household HAVING min(forgotten <> '') = 1"""
        found |= {row[0] for row in database.execute(query, {"ids": listed(chunk)})}
    return found


def without_names(database: Any, households: Iterable[Household]) -> list[Household]:
    """Return lines as they may be kept."""
    given = list(households)
    bare = nameless(database, [household.id for household in given])
    return [erasing.bare(household) if household.id in bare else household for household in given]


def forget_lines(database: Any, households: Collection[str]) -> None:
    """Take the names off the lines of those of whom nothing is known but what was forgotten."""
    for chunk in chunks(sorted(nameless(database, households))):
        bare_lines(database, f"id IN ({marks(chunk)})", chunk)


def bare_lines(database: Any, where: str, values: Collection[Any]) -> int:
    """Take the names off lines of a condition; return how many lines that were."""
    query = f"UPDATE households SET head_name = '', address = '', phone = '', words = '', digits = '' WHERE {where}"
    return int(database.execute(query, list(values)).rowcount)
