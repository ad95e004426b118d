"""Functions on places (ODK XForms: area, distance, geofence; SurveyCTO: distance-between, short-geopoint).

A point is ``lat lon [altitude accuracy]``.
"""

from __future__ import annotations

import math
from itertools import pairwise

from survey_app.i18n import _
from survey_app.xforms.xpath.code import Compile, Run, function, special, texts
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.nodes import Expr, Literal
from survey_app.xforms.xpath.values import Value

_EARTH_M = 6378100.0

Point = tuple[float, float]


def _points(values: tuple[Value, ...]) -> list[Point]:
    found: list[Point] = []
    for value in values:
        for text in texts(value):
            found += [_point(part) for part in _parts(text)]
    return found


def _parts(text: str) -> list[str]:
    return [part for part in text.split(";") if part.strip()]


def _point(text: str) -> Point:
    numbers = text.split()
    try:
        latitude, longitude, *_rest = [float(number) for number in numbers]
    except ValueError:
        raise XPathError("XPA-13", _("A place must be written as “latitude longitude”.")) from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise XPathError("XPA-13", _("A place lies outside the globe: latitude or longitude is too large."))
    return latitude, longitude


@special("distance distance-between", "vv*", "number")
def _distance_call(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    runs = [compiler.expr(argument).run for argument in arguments]
    for argument in arguments:
        if isinstance(argument, Literal):
            _points((argument.value,))
    return lambda node, frame: _distance(*[run(node, frame) for run in runs])


def _distance(*values: Value) -> float:
    points = _points(values)
    return round(sum(_between(one, other) for one, other in pairwise(points)), 2)


def _between(one: Point, other: Point) -> float:
    """Return metres along the great circle (haversine)."""
    lat_1, lon_1, lat_2, lon_2 = (math.radians(part) for part in (*one, *other))
    half = math.sin((lat_2 - lat_1) / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(half)))


@function("area enclosed-area", "vv*", "number")
def _area(*values: Value) -> float:
    """Return square metres inside a ring on the sphere."""
    if sum(len(_parts(text)) for value in values for text in texts(value)) < 3:
        return 0.0
    points = _points(values)
    total = 0.0
    for (lat_1, lon_1), (lat_2, lon_2) in zip(points, points[1:] + points[:1], strict=True):
        total += math.radians(lon_2 - lon_1) * (2 + math.sin(math.radians(lat_1)) + math.sin(math.radians(lat_2)))
    return round(abs(total * _EARTH_M * _EARTH_M / 2), 2)


@special("geofence", "vv", "boolean")
def _geofence_call(compiler: Compile, arguments: tuple[Expr, ...]) -> Run:
    point, shape = [compiler.expr(argument).run for argument in arguments]
    if isinstance(arguments[0], Literal):
        _point(arguments[0].value)
    return lambda node, frame: _geofence(point(node, frame), shape(node, frame))


def _geofence(point: Value, shape: Value) -> bool:
    places, ring = _points((point,)), _points((shape,))
    if not places or len(ring) < 3 or ring[0] != ring[-1]:
        return False
    return _inside(places[0], ring)


def _inside(point: Point, ring: list[Point]) -> bool:
    """Tell whether a ray from the point crosses the ring an odd number of times."""
    lat, lon = point
    within = False
    for (lat_1, lon_1), (lat_2, lon_2) in pairwise(ring):
        if (lon_1 > lon) != (lon_2 > lon) and lat < (lat_2 - lat_1) * (lon - lon_1) / (lon_2 - lon_1) + lat_1:
            within = not within
    return within


@function("intersects", "v", "boolean")
def _intersects(line: Value) -> bool:
    """Tell whether a line or ring crosses itself."""
    points = _points((line,))
    edges = list(pairwise(points))
    closed = bool(points) and points[0] == points[-1]
    for first, one in enumerate(edges):
        for second in range(first + 2, len(edges)):
            if closed and first == 0 and second == len(edges) - 1:
                continue
            if _cross(one, edges[second]):
                return True
    return False


def _cross(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    (a, b), (c, d) = one, other
    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


@function("short-geopoint", "s", "string")
def _short_geopoint(text: str) -> str:
    """Return latitude and longitude of a place without altitude and accuracy."""
    return " ".join(text.split()[:2])
