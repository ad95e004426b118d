"""Outlines from an office's own GeoJSON: which code a feature has, what is refused and what to do about it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from survey_app.places.shapes import HOANG_SA, MapError, area, read_shapes

SQUARE = [[103.0, 22.0], [103.1, 22.0], [103.1, 22.1], [103.0, 22.1], [103.0, 22.0]]
KNOWN = {"03394", "03397", "03394-001"}


def feature(code: object, *, key: str = "code", ring: Any = None, **about: object) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [ring or SQUARE]}
    return {"type": "Feature", "properties": {key: code, **about}, "geometry": geometry}


def content(*features: object, **more: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def refused(given: bytes) -> MapError:
    with pytest.raises(MapError) as told:
        read_shapes(given, KNOWN)
    assert told.value.hint
    return told.value


def moved(ring: list[list[float]], x: float = 0.0, y: float = 0.0) -> list[list[float]]:
    return [[a + x, b + y] for a, b in ring]


@pytest.mark.parametrize("key", ["code", "ma_xa", "MAXA", "anything"])
@pytest.mark.parametrize("code", ["03394", 3394, 3394.0, " 03394 "])
def test_the_property_that_holds_codes_is_found_whatever_its_name_and_spelling(key: str, code: object) -> None:
    shapes = read_shapes(content(feature(code, key=key, dan_so=1200)), KNOWN)
    assert shapes.codes == {"03394"}


def test_the_id_of_a_feature_may_be_the_code() -> None:
    shapes = read_shapes(content({**feature("x"), "id": "03397"}), KNOWN)
    assert shapes.codes == {"03397"}


def test_an_outline_without_a_known_code_stays_and_has_none() -> None:
    shapes = read_shapes(content(feature("03394"), feature("99999")), KNOWN)
    assert [shape.code for shape in shapes.shapes] == ["03394", ""]


def test_holes_run_the_other_way_round_than_outer_lines() -> None:
    hole = [[103.02, 22.02], [103.04, 22.02], [103.04, 22.04], [103.02, 22.02]]
    one = feature("03394")
    one["geometry"]["coordinates"] = [SQUARE[::-1], hole]
    (shape,) = read_shapes(content(one), KNOWN).shapes
    assert [area(ring) > 0 for ring in shape.rings] == [True, False]


def test_points_that_no_map_can_show_apart_are_left_out() -> None:
    fine = [[103.0 + n * 1e-7, 22.0] for n in range(5000)]
    (shape,) = read_shapes(content(feature("03394", ring=[*fine, *SQUARE[1:]])), KNOWN).shapes
    assert len(shape.rings[0]) < 20


def test_a_part_of_the_country_is_not_the_country() -> None:
    assert not read_shapes(content(feature("03394")), KNOWN).shows_country()
    whole = read_shapes(content(feature("03394"), feature("03397", ring=moved(SQUARE, y=-12))), KNOWN)
    assert whole.shows_country()
    assert not whole.lies_in(HOANG_SA)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"not json",
        b"\xff\xfe\x00",
        b"[]",
        b"{}",
        b'{"features": [1]}',
        b"[" * 100_000,
        content(),
        content({"type": "Feature", "properties": {"code": "03394"}, "geometry": None}),
    ],
)
def test_what_is_no_geojson_is_refused_in_words(given: bytes) -> None:
    assert refused(given).code == "MAP-02"


@pytest.mark.parametrize(
    "geometry",
    [
        "text",
        {"type": "LineString", "coordinates": SQUARE},
        {"type": "Polygon", "coordinates": [[[103.0, 22.0], [103.1, 22.0]]]},
        {"type": "Polygon", "coordinates": [[["a", 1]]]},
        {"type": "Polygon", "coordinates": 5},
        {"type": "Point", "coordinates": [None, 1]},
        {"type": "Point", "coordinates": [float("nan"), 1]},
    ],
)
def test_broken_features_are_told_by_their_number(geometry: object) -> None:
    error = refused(content(feature("03394"), {**feature("03397"), "geometry": geometry}))
    assert error.code == "MAP-02"
    assert [fault.row for fault in error.faults] == [2]


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:EPSG::3405", "EPSG:32648"])
def test_another_coordinate_system_is_named(name: str) -> None:
    error = refused(content(feature("03394"), crs={"type": "name", "properties": {"name": name}}))
    assert error.code == "MAP-03"
    assert name in error.message


@pytest.mark.parametrize("name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326"])
def test_wgs84_by_its_names_is_taken(name: str) -> None:
    assert read_shapes(content(feature("03394"), crs={"properties": {"name": name}}), KNOWN).codes


@pytest.mark.parametrize(
    ("ring", "word"),
    [
        ([[a * 5000, b * 100_000] for a, b in SQUARE], "metres"),
        ([[b, a] for a, b in SQUARE], "wrong way round"),
        (moved(SQUARE, x=-100), "outside"),
    ],
)
def test_numbers_that_are_not_longitude_and_latitude_of_the_country_are_told_apart(
    ring: list[list[float]], word: str
) -> None:
    error = refused(content(feature("03394", ring=ring)))
    assert error.code == "MAP-03"
    assert word in error.message


def test_a_file_without_any_known_code_says_which_properties_it_has() -> None:
    error = refused(content(feature("Xã Mường Mô", key="ten_xa")))
    assert error.code == "MAP-04"
    assert "ten_xa" in error.hint


def test_a_file_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.places.shapes.MOST_BYTES", 10)
    assert refused(content(feature("03394"))).code == "MAP-05"
