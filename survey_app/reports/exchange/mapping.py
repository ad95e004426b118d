"""What figures are called in another system: the table ``exchange.csv`` that an office edits beside the targets.

=======  ==============================================================================================================
kind     ``data_element`` · ``category_option_combo`` · ``attribute_option_combo`` · ``org_unit`` · ``period`` ·
         ``data_set`` · ``id_scheme``
code     what it is called here: ``<indicator>`` or ``<indicator>:<answer>`` · ``sex=male`` (several joined by ``;`` in
         the order of the alphabet) · who keeps a figure of another source, as ``Observation.source_id`` · code of a
         place · code of the round · id of the form · ``uid`` or ``code``
part     of a data element: ``numerator``, ``denominator``, ``unknown``, or ``value`` of a figure of another source
id       what it is called there
=======  ==============================================================================================================

Without a table everything is called by its codes. With one, what has no line of its kind is not sent, so that nothing
arrives under a wrong name; kinds without any line stay called by their codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from survey_app.i18n import _
from survey_app.indicators.faults import TableError, TableFault
from survey_app.indicators.tables import Source, one_of, read_table

NAME = "exchange.csv"
_WITH_UID = ("data_element", "category_option_combo", "attribute_option_combo", "org_unit", "data_set")
KINDS = (*_WITH_UID, "period", "id_scheme")
PARTS = ("numerator", "denominator", "unknown", "value")
_UID = re.compile(r"[A-Za-z][A-Za-z0-9]{10}")
_PERIOD = re.compile(r"\d{4}(\d{2}(\d{2})?|Q[1-4]|S[12])?")


@dataclass(frozen=True)
class Assignments:
    """What is called how in the other system.

    Attributes:
        ids: ``(kind, code, part)`` to the id there.
        scheme: ``"UID"`` or ``"CODE"``: what kind of ids these are.
    """

    ids: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    scheme: str = "CODE"

    def of(self, kind: str, code: str, fallback: str, part: str = "") -> str | None:
        """Return the id there; the fallback when nothing of the kind is assigned, None when only this one is not."""
        if not any(each[0] == kind for each in self.ids):
            return fallback
        return self.ids.get((kind, code, part))


def load_mapping(source: Source) -> Assignments:
    """Return the assignments of a table.

    Raises:
        TableError: with every fault of the table at once, by row and column.
    """
    ids: dict[tuple[str, str, str], str] = {}
    faults: list[TableFault] = []
    rows = read_table(source, NAME.removesuffix(".csv"), ("kind", "code", "part", "id"), ("kind", "code", "id"))
    scheme = "UID" if any(row["kind"] == "id_scheme" and row["code"] == "uid" for row in rows) else "CODE"
    for row in rows:
        kind, code, part, id_ = row["kind"], row["code"], row["part"], row["id"]
        wrong = one_of(kind, KINDS)
        if wrong:
            faults.append(TableFault(row.number, "kind", wrong))
            continue
        if kind == "id_scheme":
            if wrong := one_of(code, ("uid", "code")):
                faults.append(TableFault(row.number, "code", wrong))
            continue
        faults += [TableFault(row.number, *fault) for fault in _faults(kind, code, part, id_, scheme)]
        if (kind, code, part) in ids:
            faults.append(TableFault(row.number, "code", _("This stands in the table already.")))
        if id_ in ids.values() and kind == "data_element":
            faults.append(TableFault(row.number, "id", _("This id is given to something else already.")))
        ids[kind, code, part] = id_
    if faults:
        raise TableError(NAME.removesuffix(".csv"), faults)
    return Assignments(ids, scheme)


def _faults(kind: str, code: str, part: str, id_: str, scheme: str) -> list[tuple[str, str]]:
    found = [(name, _("This cell must not be empty.")) for name, text in (("code", code), ("id", id_)) if not text]
    if kind == "data_element" and (wrong := one_of(part, PARTS)):
        found.append(("part", wrong))
    if kind != "data_element" and part:
        found.append(("part", _("Only data elements have a part.")))
    if id_ and scheme == "UID" and kind in _WITH_UID and not _UID.fullmatch(id_):
        found.append(("id", _("An id of DHIS2 is a letter and ten letters or digits.")))
    if id_ and kind == "period" and not _PERIOD.fullmatch(id_):
        found.append(("id", _("A period is written 2026, 202611, 2026Q4, 2026S2 or 20261101.")))
    return found
