"""How far each household is in the round, computed from drafts, submissions and bundles.

The newest submission of the round that is not void, or a newer visit that ended without an interview, says the status;
a complete interview is not undone by a visit, and a draft comes before both. When another laptop closed the household
as another line of the list, the complete interview says ``twofold``, until a person decides; when something that was
asked about the form waits for an answer, it says ``needs_correction``. What a laptop made is
``packed`` when all heads of the submission are in bundles it wrote and ``confirmed`` when all are in bundles whose
receipt was loaded; in an office, submissions stay as they were answered. Of a draft the visit knows when it was
started; the last answer is looked up in the draft, so that saving an answer touches nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from survey_app import comments
from survey_app.records import LINE
from survey_app.store.content import Content
from survey_app.store.ids import among, chunks, listed, marks
from survey_app.store.records import (
    ABSENT,
    APPOINTMENT,
    CLOSED,
    COMPLETE,
    CONFIRMED,
    FROM_OFFICE,
    IN_PROGRESS,
    NEEDS_CORRECTION,
    NOT_VISITED,
    OPEN,
    PACKED,
    REFUSED,
    TWOFOLD,
)

_BESIDES = """(SELECT json_extract(one.value, '$[0]') FROM rounds, json_each(rounds.further) AS one
    JOIN forms ON forms.id = json_extract(one.value, '$[0]') AND forms.version = json_extract(one.value, '$[1]')
    WHERE rounds.code = (SELECT value FROM facts WHERE name = 'round') AND forms.level = 'household')"""
"""The forms that the round asks households besides its own: how far a household is does not depend on them."""
_RESULT = "interview_result"
_STATUS_OF_RESULT = {
    "refused": REFUSED,
    "partial": IN_PROGRESS,
    "absent": CLOSED,  # of an interview's answers: absent during the whole round
    "moved": CLOSED,
    "not_found": CLOSED,
    "duplicate": CLOSED,
}
_STATUS_OF_OUTCOME = {
    "absent": ABSENT,
    "postponed": APPOINTMENT,
    "refused": REFUSED,
    "moved": CLOSED,
    "not_found": CLOSED,
    "duplicate": CLOSED,
    "reopened": NOT_VISITED,
}
"""What an outcome of a visit says about the household; other outcomes only note what happened."""
_TRIES = ("absent", "postponed", "refused", "moved", "not_found")


def result_of(answers: dict[str, Any]) -> str:
    """Return the answer ``interview_result``, wherever its group is; blank when there is none."""
    found = answers.get(_RESULT)
    if isinstance(found, str):
        return found
    groups = (value for name, value in answers.items() if name != LINE and isinstance(value, dict))
    return next((result for group in groups if (result := result_of(group))), "")


def refresh(database: Any, households: Iterable[str]) -> None:
    """Compute the visits of these households anew."""
    for chunk in chunks(sorted(_with_twins(database, set(households)))):
        database.execute(f"DELETE FROM visits WHERE {among('household')}", {"ids": listed(chunk)})
        rows = _reached(database, chunk)
        database.conn.executemany(
            "INSERT INTO visits (household, status, touched_at, author, result, due, tries) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(row.household, row.status, row.at, row.author, row.result, row.due, row.tries) for row in rows],
        )


def refresh_all(database: Any) -> None:
    """Compute all visits anew, for example because another round began."""
    database.execute("DELETE FROM visits")
    touched = database.execute(
        "SELECT household FROM currents UNION SELECT household FROM drafts "
        "UNION SELECT household FROM revisions WHERE kind = 'visit'"
    ).fetchall()
    refresh(database, (row[0] for row in touched))


@dataclass(frozen=True)
class _Reached:
    """How far one household is.

    Attributes:
        household: its id.
        status: one of ``STATUSES``.
        at: when it was touched.
        author: by whom.
        result: see ``Line``.
        due: see ``Line``.
        tries: see ``Line``.
        heads: ids of the revisions that say so.
    """

    household: str
    status: str
    at: str
    author: str
    result: str
    due: str = ""
    tries: int = 0
    heads: tuple[str, ...] = ()


def _reached(database: Any, households: Sequence[str]) -> list[_Reached]:
    submitted, visited = _submitted(database, households), _visited(database, households)
    drafted, commented = _drafted(database, households), _commented(database, households)
    found = []
    for household in households:
        last, tries = visited.get(household, (None, 0))
        row = submitted.get(household)
        if last is not None and (row is None or (row.status != COMPLETE and row.at < last.at)):
            row = last
        elif last is not None and last.result == "duplicate" and row is not None and row.status == COMPLETE:
            row = replace(row, status=TWOFOLD)
        elif row is not None and household in commented:
            row = _asked(row, commented[household])
        row = drafted.get(household, row)
        if row is not None:
            found.append(replace(row, tries=tries) if tries else row)
    handed = _handed_over(database, {head for row in found for head in row.heads if row.status not in OPEN})
    return [_packed(row, handed) for row in found]


def _packed(row: _Reached, handed: Mapping[str, str]) -> _Reached:
    stages = {handed.get(head, "") for head in row.heads}
    if row.status in OPEN or row.status == TWOFOLD or "" in stages:
        return row
    return replace(row, status=PACKED if PACKED in stages else CONFIRMED)


def _drafted(database: Any, households: Sequence[str]) -> dict[str, _Reached]:
    query = f"""SELECT household, started_at, author FROM drafts
        WHERE household IN ({marks(households)}) AND form_id NOT IN {_BESIDES}"""
    rows = sorted(database.execute(query, households), key=lambda row: str(row[1]))
    return {household: _Reached(household, IN_PROGRESS, started, author, "") for household, started, author in rows}


def _submitted(database: Any, households: Sequence[str]) -> dict[str, _Reached]:
    query = f"""SELECT household, made_at, author, result, heads FROM currents
        WHERE {among("household")} AND state <> 'void' AND form_id NOT IN {_BESIDES}
        AND round = coalesce((SELECT value FROM facts WHERE name = 'round'), round) ORDER BY made_at, submission"""
    rows = database.execute(query, {"ids": listed(households)})
    return {
        household: _Reached(
            household,
            _STATUS_OF_RESULT.get(result, COMPLETE),
            made_at,
            author,
            result,
            heads=tuple(json.loads(heads)),
        )
        for household, made_at, author, result, heads in rows
    }


# --- comments ------------------------------------------------------------------------------------------------------


@dataclass
class _Commented:
    """What was said about the forms of a household.

    Attributes:
        threads: thread to what was said in it, see ``comments.state_of``.
        own: ids of what was said here or on a colleague's laptop; it is handed over like answers.
    """

    threads: dict[str, dict[str, tuple[list[str], str]]]
    own: list[str]


def _commented(database: Any, households: Sequence[str]) -> dict[str, _Commented]:
    """Return what was said in this round about forms that count."""
    query = f"""SELECT household, submission, id, parents, answers, arrival FROM revisions
        WHERE kind = 'comment' AND household IN ({marks(households)})
        AND round = coalesce((SELECT value FROM facts WHERE name = 'round'), round) ORDER BY id"""
    content = Content()
    found: dict[str, _Commented] = {}
    counts: dict[str, bool] = {}
    for household, thread, id_, parents, answers, arrival in database.execute(query, households).fetchall():
        said = content.unpack_answers(answers)
        form = str(said["form"])
        if form not in counts:
            where = f"SELECT 1 FROM currents WHERE {among('submission')} AND state <> 'void'"
            counts[form] = database.execute(where, {"ids": listed([form])}).fetchone() is not None
        if counts[form]:
            here = found.setdefault(household, _Commented({}, []))
            here.threads.setdefault(thread, {})[id_] = (json.loads(parents), str(said["state"]))
            here.own += [id_] if arrival != FROM_OFFICE else []
    return found


def _asked(row: _Reached, commented: _Commented) -> _Reached:
    if any(comments.state_of(said) == "open" for said in commented.threads.values()):
        return replace(row, status=NEEDS_CORRECTION)
    return replace(row, heads=(*row.heads, *commented.own))


# --- visits without an interview -----------------------------------------------------------------------------------

_Said = tuple[str, str, str, dict[str, Any]]


def _visited(database: Any, households: Sequence[str]) -> dict[str, tuple[_Reached | None, int]]:
    """Return what the newest visit that says something says, and how many tries there were."""
    found: dict[str, tuple[_Reached | None, int]] = {}
    for household, said in _said(database, households).items():
        last = None
        for revision, author, made_at, answers in said:
            outcome = str(answers.get("outcome", ""))
            status = _STATUS_OF_OUTCOME.get(outcome)
            if status is None or (outcome == "duplicate" and _stays(database, household, answers)):
                continue
            due = str(answers.get("due", "")) if outcome == "postponed" else ""
            last = _Reached(household, status, made_at, author, outcome, due, heads=(revision,))
        found[household] = (last, sum(answers.get("outcome") in _TRIES for _, _, _, answers in said))
    return found


def _stays(database: Any, household: str, answers: Mapping[str, Any]) -> bool:
    """Tell whether two laptops closed two households, each as the other one: then the first id stays open."""
    other = str(answers.get("other", ""))
    back = _said(database, [other]).get(other, [])
    return household < other and any(
        theirs.get("outcome") == "duplicate" and theirs.get("other") == household for _, _, _, theirs in back
    )


def _with_twins(database: Any, households: set[str]) -> set[str]:
    """Add the households that these were closed as."""
    found = set(households)
    for chunk in chunks(sorted(households)):
        for said in _said(database, chunk).values():
            found |= {str(answers["other"]) for _, _, _, answers in said if "other" in answers}
    return found


def _said(database: Any, households: Sequence[str]) -> dict[str, list[_Said]]:
    """Return the visits of each household in this round, the oldest first: id, author, time and what was noted."""
    query = f"""SELECT household, id, author, made_at, answers FROM revisions
        WHERE kind = 'visit' AND household IN ({marks(households)})
        AND round = coalesce((SELECT value FROM facts WHERE name = 'round'), round) ORDER BY made_at, id"""
    content = Content()
    found: dict[str, list[_Said]] = {}
    for household, revision, author, made_at, answers in database.execute(query, households):
        found.setdefault(household, []).append((revision, author, made_at, content.unpack_answers(answers)))
    return found


def _handed_over(database: Any, revisions: Iterable[str]) -> dict[str, str]:
    """Return ``packed`` or ``confirmed`` of the revisions that are in a bundle written here."""
    found: dict[str, str] = {}
    if database.execute("SELECT value FROM facts WHERE name = 'kind'").fetchone() == ("office",):
        return found
    for chunk in chunks(sorted(revisions)):
        query = f"""SELECT r.id, max(n.confirmed_at <> '') FROM revisions r
            JOIN bundle_revisions b ON b.revision = r.position
            JOIN bundle_notes n ON n.position = b.note AND n.direction = 'out'
            WHERE r.id IN ({marks(chunk)}) GROUP BY r.id"""
        for revision, confirmed in database.execute(query, chunk):
            found[revision] = CONFIRMED if confirmed else PACKED
    return found


def besides(database: Any) -> tuple[int, int]:
    """Return how many finished further forms are in no bundle, and how many in one that is not confirmed.

    How far a household is does not tell of them.
    """
    query = f"""SELECT heads FROM currents WHERE state <> 'void' AND form_id IN {_BESIDES}
        AND round = (SELECT value FROM facts WHERE name = 'round')"""
    heads = [tuple(json.loads(row[0])) for row in database.execute(query)]
    handed = _handed_over(database, {head for each in heads for head in each})
    stages = [{handed.get(head, "") for head in each} for each in heads]
    return sum("" in stage for stage in stages), sum("" not in stage and PACKED in stage for stage in stages)
