"""The units of before 01/07/2025, with districts, and what became of their communes."""

from __future__ import annotations

import csv
import functools
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from survey_app import paths
from survey_app.records import Place

_KINDS = (
    ("Thành phố", "thanh_pho"), ("Tỉnh", "tinh"), ("Quận", "quan"), ("Huyện", "huyen"), ("Thị xã", "thi_xa"),
    ("Phường", "phuong"), ("Thị trấn", "thi_tran"), ("Xã", "xa"),
)  # fmt: skip


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
        district_code: code of its district then.
        province_code: code of its province then.
    """

    code: str
    name: str
    district: str
    province: str
    relation: Literal["whole", "split", "unknown"]
    targets: tuple[str, ...]
    district_code: str = ""
    province_code: str = ""


def convert_old(code: str) -> Conversion:
    """Return what became of the commune that had this code before 01/07/2025."""
    return _table().get(code) or Conversion(code, "", "", "", "unknown", ())


def old_communes(code: str) -> tuple[Conversion, ...]:
    """Return the communes of before 01/07/2025 that today's commune is made up of, whole or in part."""
    return _sources().get(code, ())


def old_units() -> tuple[Place, ...]:
    """Return the provinces, districts and communes of before 01/07/2025, each level in the order of its codes."""
    return _old_units()


@functools.cache
def _old_units() -> tuple[Place, ...]:
    found: dict[tuple[str, str], Place] = {}
    for one in _table().values():
        province = Place(one.province_code, one.province, "province", _kind(one.province), "")
        district = Place(one.district_code, one.district, "district", _kind(one.district), one.province_code)
        commune = Place(one.code, one.name, "commune", _kind(one.name), one.district_code)
        found |= {(place.level, place.code): place for place in (province, district, commune)}
    order = ("province", "district", "commune")
    return tuple(sorted(found.values(), key=lambda place: (order.index(place.level), place.code)))


def _kind(name: str) -> str:
    return next((kind for word, kind in _KINDS if name.startswith(word)), "")


@functools.cache
def _sources() -> Mapping[str, tuple[Conversion, ...]]:
    found: dict[str, list[Conversion]] = {}
    for one in _table().values():
        for target in one.targets:
            found.setdefault(target, []).append(one)
    return {code: tuple(sources) for code, sources in found.items()}


@functools.cache
def _table() -> Mapping[str, Conversion]:
    path = paths.resources() / "places" / "before_2025_07.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = iter(csv.reader(file))
        next(rows)
        return {row[0]: _conversion(*row) for row in rows}


def _conversion(  # noqa: PLR0917 - the columns of the table
    code: str, name: str, district_code: str, district: str, province_code: str, province: str, targets: str
) -> Conversion:
    codes = tuple(targets.split())
    relation: Literal["whole", "split"] = "whole" if len(codes) == 1 else "split"
    return Conversion(code, name, district, province, relation, codes, district_code, province_code)
