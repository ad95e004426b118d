"""From a commune code of before 01/07/2025 to today's communes."""

from __future__ import annotations

import csv
import functools
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from survey_app import paths


@dataclass(frozen=True)
class Conversion:
    """What became of an old commune.

    Attributes:
        code: the old code.
        name: its name then, ``""`` when unknown.
        district: its district then.
        province: its province then.
        relation: ``"whole"`` (went into one commune), ``"split"`` (into several: only the village tells which) or
            ``"unknown"`` (no such code in January 2025; older codes must first be found by name).
        targets: today's codes; one for ``"whole"``, several for ``"split"`` (the likeliest first, which is a guess of
            the source and not law), none for ``"unknown"``.
    """

    code: str
    name: str
    district: str
    province: str
    relation: Literal["whole", "split", "unknown"]
    targets: tuple[str, ...]


def convert_old(code: str) -> Conversion:
    """Return what became of the commune that had this code before 01/07/2025."""
    found = _table().get(code)
    if found is None:
        return Conversion(code, "", "", "", "unknown", ())
    name, district, province, targets = found
    codes = tuple(targets.split())
    return Conversion(code, name, district, province, "whole" if len(codes) == 1 else "split", codes)


@functools.cache
def _table() -> Mapping[str, tuple[str, str, str, str]]:
    path = paths.resources() / "places" / "before_2025_07.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = iter(csv.reader(file))
        next(rows)
        return {code: (name, district, province, targets) for code, name, district, province, targets in rows}
