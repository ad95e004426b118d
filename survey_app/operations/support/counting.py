"""Devices as indicators count them: forms about requests and the records of programmes, each household once.

A record of a programme becomes a row beside those of the forms, so that both roads count in one indicator. Rows of one
family (splits, lines closed as another one, people counted in both) have one household, and know how often it was
given something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from survey_app.indicators import Rows
from survey_app.indicators.columns import DS_DEVICES, DS_HOUSEHOLD
from survey_app.indicators.rows import SUBMISSION, locate
from survey_app.join import Current
from survey_app.operations.support.entries import families_of, newest_of
from survey_app.operations.support.register import register_of
from survey_app.operations.units import GIVEN
from survey_app.records import Household, Place, Round
from survey_app.store import Store
from survey_app.support.register import APPROVED, DELIVERED, EXCLUDED, PROPOSED, Record, Register

_STATUS = {PROPOSED: "proposed", APPROVED: "approved", DELIVERED: "delivered"}
"""The words of the form ``device_support`` for how far a record is."""
_CASH = "cash_paid"
_HOUSEHOLD = "ds_hh_uuid"


def with_register(
    store: Store, batches: Iterable[Rows], places: Mapping[str, Place], now: Round | None
) -> Iterator[Rows]:
    """Add the records of programmes to the rows of requests, and to each row whose household it belongs to.

    Args:
        store: the store.
        batches: rows of the form about requests for devices.
        places: the catalogue by code; records about households of villages that are not in it are not counted here.
        now: records of this round only; None for those of all.
    """
    register = register_of(store)
    forms = [row for batch in batches for row in batch.household]
    known = {(one.household, one.device, one.said.get("day", "")) for one in register.given()}
    records = [_row(one, places) for one in _furthest(register) if one.said.get("place", "") in places]
    families = families_of(store, *_around(store, [*forms, *records]), register)
    given = Counter(families.root(one.household) for one in register.given())
    for row in forms:
        own = (row.get(_HOUSEHOLD, ""), row.get("ds_device", ""), row.get("ds_delivery_date", ""))
        given[families.root(own[0])] += row.get("ds_status") in GIVEN and own not in known
    rows = [*forms, *(row for row in records if now is None or row["campaign_code"] == now.code)]
    for row in rows:
        row[DS_HOUSEHOLD] = families.root(row.get(_HOUSEHOLD, ""))
        row[DS_DEVICES] = str(given[row[DS_HOUSEHOLD]])
    yield Rows(household=rows)


def _furthest(register: Register) -> Iterator[Record]:
    """Yield of each household and programme how far it is; not what an exception leaves out."""
    for programme in register.tables():
        left_out = {name for name, one in register.exceptions(programme).items() if one.what == EXCLUDED}
        for household, record in register.furthest(programme).items():
            if record.what == DELIVERED or household not in left_out:
                yield record


def _row(record: Record, places: Mapping[str, Place]) -> dict[str, str]:
    is_cash = record.what == DELIVERED and record.said.get("form") == "cash"
    row = {
        SUBMISSION: record.id,
        "household_id": record.household,
        "campaign_code": record.round,
        "interview_result": "complete",
        "village_code": record.said.get("place", ""),
        _HOUSEHOLD: record.household,
        "ds_device": record.device,
        "ds_status": _CASH if is_cash else _STATUS[record.what],
    }
    locate(row, places)
    return row


def _around(store: Store, rows: Iterable[Mapping[str, str]]) -> tuple[list[Household], dict[str, Current]]:
    """Return the lines of the households of rows, of all that they were split off from, and their newest forms."""
    lines: dict[str, Household] = {}
    waiting = [row.get(_HOUSEHOLD, "") for row in rows]
    forms = {name: form for name in set(waiting) - {""} if (form := newest_of(store, name)) is not None}
    while waiting:
        name = waiting.pop()
        line = store.household(name) if name and name not in lines else None
        if line is not None:
            lines[name] = line
            waiting.append(line.split_from)
    return list(lines.values()), forms
