"""Outlines of places from a GeoJSON file (RFC 7946) of the office's own, each known by the code of its place.

Coordinates are longitude and latitude in WGS 84. Which property holds the code is found out: the one whose values are
codes of places most often. Points nearer to each other than a map can show are left out.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.text import tidy

Point = tuple[float, float]
Ring = tuple[Point, ...]

MOST_BYTES = 20_000_000
COUNTRY = (101.0, 5.0, 119.0, 24.5)
"""West, south, east and north of all that belongs to Việt Nam, with some room."""
HOANG_SA = (110.9, 15.4, 113.2, 17.4)
TRUONG_SA = (111.2, 6.0, 117.9, 12.3)
_COUNTRY_SPAN = 6.0
"""Degrees of latitude from which a map shows the country: its longest province measures less than three."""
_FINE = 3000
"""So many steps of a grid lie across the map; two points on one step are one."""
_WGS84 = ("4326", "CRS84", "4979")
_CODES = ("code", "ma", "ma_xa", "maxa", "ma_don_vi", "id")
"""Names of properties that are preferred where two hold codes equally often."""
_DIGITS = (5, 2)


@dataclass(frozen=True)
class MapFault:
    """One thing to mend in a file.

    Attributes:
        row: number of the feature, from 1.
        column: ``""``; a feature has none.
        message: what is wrong.
    """

    row: int
    message: str
    column: str = ""

    def __str__(self) -> str:
        return _("feature {number}: {fault}").format(number=self.row, fault=self.message)


class MapError(SurveyAppError):
    """A file that cannot be used as a map (codes ``MAP-..``); ``faults`` lists features that have to be mended."""

    def __init__(self, code: str, message: str, hint: str, faults: Collection[MapFault] = ()) -> None:
        super().__init__(code, message, hint)
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Shape:
    """The outline of a place.

    Attributes:
        code: of the place; ``""`` for what stands in the file besides, such as a neighbour.
        rings: closed lines, outer ones to the left, holes to the right; the last point is not the first one again.
        dots: places told as points.
    """

    code: str
    rings: tuple[Ring, ...] = ()
    dots: tuple[Point, ...] = ()

    def points(self) -> Iterator[Point]:
        """Yield all its points."""
        for ring in self.rings:
            yield from ring
        yield from self.dots


@dataclass(frozen=True)
class Shapes:
    """A map: outlines by place."""

    shapes: tuple[Shape, ...]

    @property
    def codes(self) -> frozenset[str]:
        """Codes of the places it has."""
        return frozenset(shape.code for shape in self.shapes if shape.code)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north."""
        points = [point for shape in self.shapes for point in shape.points()]
        across, along = [x for x, _y in points], [y for _x, y in points]
        return min(across), min(along), max(across), max(along)

    def shows_country(self) -> bool:
        """Tell whether this is a map of Việt Nam and not only of a part of it."""
        _west, south, _east, north = self.bounds()
        return north - south >= _COUNTRY_SPAN

    def lies_in(self, box: tuple[float, float, float, float]) -> bool:
        """Tell whether something of it lies in a box of west, south, east and north."""
        west, south, east, north = box
        return any(west <= x <= east and south <= y <= north for shape in self.shapes for x, y in shape.points())


def read_shapes(content: bytes, known: Collection[str]) -> Shapes:
    """Read a GeoJSON file.

    Args:
        content: its bytes.
        known: codes of places that may occur.

    Raises:
        MapError: ``MAP-02`` it is no GeoJSON or features are broken, ``MAP-03`` it is in another coordinate system,
            ``MAP-04`` no feature has the code of a place, ``MAP-05`` it is too large.
    """
    if len(content) > MOST_BYTES:
        raise MapError(
            "MAP-05",
            _("The map has more than {count} MB.").format(count=MOST_BYTES // 1_000_000),
            _("Simplify its outlines in the program it comes from, and save it again. Nothing was changed."),
        )
    features = _features(content)
    read = [_read(number, feature) for number, feature in enumerate(features, start=1)]
    faults = [each for each in read if isinstance(each, MapFault)]
    if faults:
        message = _("Features of the map are broken. The first one is {fault}").format(fault=faults[0])
        raise MapError("MAP-02", message, _again(), faults)
    parts = [each for each in read if isinstance(each, Shape)]
    whole = Shapes(tuple(each for each in parts if each.rings or each.dots))
    if not whole.shapes:
        raise MapError("MAP-02", _("The map has no outline of any place."), _again())
    _check_where(whole)
    key = _key_of_codes(features, frozenset(known))
    coded = [
        Shape(_code(_properties(feature).get(key), known), shape.rings, shape.dots)
        for feature, shape in zip(features, parts, strict=True)
        if shape.rings or shape.dots
    ]
    return _thinned(Shapes(tuple(coded)))


def _again() -> str:
    return _("Save it again as GeoJSON in WGS 84 (EPSG:4326), then choose it again. Nothing was changed.")


def _features(content: bytes) -> list[Mapping[str, Any]]:
    """Return the features of a file."""
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise MapError("MAP-02", _("The file is no GeoJSON: it cannot be read."), _again()) from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise MapError("MAP-02", _("The file is no GeoJSON with a list of features."), _again())
    said = str(found.get("crs") or "")
    if said and not any(word in said for word in _WGS84):
        crs = found["crs"]
        about = crs.get("properties") if isinstance(crs, dict) else None
        name = str(about.get("name", "?") if isinstance(about, dict) else "?")[:60]
        message = _("The map is in another coordinate system: {name}.").format(name=name)
        raise MapError("MAP-03", message, _again())
    return features


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    found = feature.get("properties")
    own = found if isinstance(found, dict) else {}
    return {**own, "id": feature["id"]} if "id" in feature and "id" not in own else own


def _read(number: int, feature: Mapping[str, Any]) -> Shape | MapFault:
    """Return the outline of a feature, or what is wrong with it."""
    geometry = feature.get("geometry")
    if geometry is None:
        return Shape("")
    if not isinstance(geometry, dict):
        return MapFault(number, _("it has no geometry that can be read."))
    kind = geometry.get("type")
    given: Any = geometry.get("coordinates")
    try:
        if kind in {"Point", "MultiPoint"}:
            return Shape("", dots=tuple(_point(each) for each in ([given] if kind == "Point" else given)))
        if kind in {"Polygon", "MultiPolygon"}:
            polygons = [given] if kind == "Polygon" else given
            return Shape("", tuple(_ring(ring, hole=n > 0) for each in polygons for n, ring in enumerate(each)))
    except (TypeError, ValueError, IndexError, OverflowError):
        return MapFault(number, _("its coordinates cannot be read."))
    words = _("it is a {kind}; a map takes Polygon, MultiPolygon, Point and MultiPoint.")
    return MapFault(number, words.format(kind=str(kind)[:30]))


def _point(given: Any) -> Point:
    x, y = float(given[0]), float(given[1])
    if not (math.isfinite(x) and math.isfinite(y)):
        raise ValueError("no number")
    return x, y


def _ring(given: Any, *, hole: bool) -> Ring:
    ring = [_point(each) for each in given]
    if ring and ring[0] == ring[-1]:
        ring.pop()
    if len(ring) < 3:
        raise ValueError("no area")
    return tuple(ring if (area(ring) < 0) == hole else reversed(ring))


def area(ring: Collection[Point]) -> float:
    """Return the area inside a ring, negative when it runs to the right."""
    points = list(ring)
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return sum(x * v - u * y for (x, y), (u, v) in pairs) / 2


def _check_where(whole: Shapes) -> None:
    """Refuse numbers that are not longitude and latitude of this country."""
    west, south, east, north = whole.bounds()
    left, low, right, high = COUNTRY

    def meets(west: float, south: float, east: float, north: float) -> bool:
        return west <= right and east >= left and south <= high and north >= low

    if meets(west, south, east, north) and max(-west, east, -south, north) <= 180:
        return
    if max(-west, east, -south, north) > 180:
        message = _("The map is in another coordinate system: its numbers are metres, as in VN-2000 or UTM.")
    elif meets(south, west, north, east):
        message = _("Longitude and latitude are the wrong way round in the map.")
    else:
        message = _("The map lies outside Việt Nam.")
    raise MapError("MAP-03", message, _again())


def _key_of_codes(features: list[Mapping[str, Any]], known: Collection[str]) -> str:
    """Return the property whose values are codes of places most often."""
    found: Counter[str] = Counter()
    names: Counter[str] = Counter()
    for feature in features:
        for name, value in _properties(feature).items():
            names[name] += 1
            found[name] += bool(_code(value, known))
    best = max(found, key=lambda name: (found[name], name.lower() in _CODES), default="")
    if best and found[best]:
        return best
    message = _("No feature of the map has the code of a place of this office.")
    here = ", ".join(name[:30] for name, _count in names.most_common(8)) or "–"
    hint = _(
        "Give every feature a property “code” with the code of its commune (5 digits) or village. "
        "Properties there are: {names}. Nothing was changed."
    )
    raise MapError("MAP-04", message, hint.format(names=here))


def _code(value: object, known: Collection[str]) -> str:
    """Return the code that a value stands for, ``""`` when it is none; zeros in front may be missing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = tidy(f"{value:g}" if isinstance(value, float) else str(value)).strip()
    for code in (text, *(text.zfill(digits) for digits in _DIGITS if text.isdecimal())):
        if code in known:
            return code
    return ""


def _thinned(whole: Shapes) -> Shapes:
    """Leave out points that a map cannot show apart, and what is left of rings smaller than that."""
    west, south, east, north = whole.bounds()
    step = max(east - west, north - south) / _FINE or 1e-6
    decimals = max(0, math.ceil(-math.log10(step)) + 1)

    def thin(ring: Ring) -> Ring:
        kept: list[Point] = []
        last = None
        for x, y in ring:
            cell = (round(x / step), round(y / step))
            if cell != last:
                kept.append((round(x, decimals), round(y, decimals)))
                last = cell
        return tuple(kept) if len(kept) >= 3 else ring[:3]

    return Shapes(tuple(Shape(each.code, tuple(map(thin, each.rings)), each.dots) for each in whole.shapes))
