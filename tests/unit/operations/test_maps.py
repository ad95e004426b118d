"""A map of the office's own: looked at, kept, taken back, and drawn with the figures of its places."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.access import NotAllowed
from survey_app.operations.charting import write_chart
from survey_app.operations.demo import build_demo
from survey_app.operations.handover import bundle_files, merge
from survey_app.operations.maps import MAP, check_map, map_of, missing_words, take_back_map, take_in_map
from survey_app.places.shapes import MapError
from survey_app.records import Enumerator
from survey_app.store import Store
from survey_app.store.deeds import EXPORTED, TABLE_TAKEN_BACK, TABLE_TAKEN_IN

PASSPHRASE = "khao-sat-mau"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office that has merged a small commune; copied for each test."""
    folder = tmp_path_factory.mktemp("maps")
    moment = dt.datetime(2026, 11, 21, 16, 0, tzinfo=VIETNAM)
    demo = build_demo(folder, 24, 1, False, 1, 1, PASSPHRASE, lambda: moment)
    with Store.open(demo.office_store, PASSPHRASE) as office:
        merge(office, bundle_files([folder / "bundles"]))
    return demo.office_store


@pytest.fixture
def store(merged: Path, tmp_path: Path) -> Iterator[Store]:
    copied = tmp_path / "office.store"
    copied.write_bytes(merged.read_bytes())
    with Store.open(copied, PASSPHRASE) as office:
        yield office


def geojson(path: Path, codes: list[str], first: float = 105.0) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"ma": code},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[first + n, 22.0], [first + n + 1, 22.0], [first + n + 1, 22.4], [first + n, 22.0]]],
            },
        }
        for n, code in enumerate(codes)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def villages(store: Store) -> list[str]:
    return [place.code for place in store.places("village")]


def test_looking_at_a_map_says_what_lacks_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    codes = villages(store)
    read = check_map(store, geojson(tmp_path / "m.geojson", [*codes[1:], "99999"]))
    missing = store.place(codes[0])
    assert missing is not None
    assert (read.here, read.without, read.strange) == (len(codes) - 1, (missing.name,), 1)
    assert missing.name in missing_words(read)
    assert map_of(store) is None


def test_a_map_taken_in_is_there_after_opening_again(store: Store, tmp_path: Path) -> None:
    read = check_map(store, geojson(tmp_path / "m.geojson", villages(store)))
    take_in_map(store, read)
    path = store.path
    store.close()
    with Store.open(path, PASSPHRASE) as again:
        assert map_of(again) == read.shapes
        assert [deed.about["what"] for deed in again.deeds(TABLE_TAKEN_IN)] == [MAP]


def test_taking_the_newest_back_lets_the_one_before_hold(store: Store, tmp_path: Path) -> None:
    reads = [check_map(store, geojson(tmp_path / f"{n}.geojson", villages(store), 104.0 + n)) for n in range(2)]
    for read in reads:
        take_in_map(store, read)
    assert map_of(store) == reads[1].shapes
    take_back_map(store, store.kept_tables(MAP)[-1].id)
    assert map_of(store) == reads[0].shapes
    take_back_map(store, store.kept_tables(MAP)[-1].id)
    assert map_of(store) is None
    assert len(store.deeds(TABLE_TAKEN_BACK)) == 2


def test_the_same_map_twice_is_kept_once(store: Store, tmp_path: Path) -> None:
    read = check_map(store, geojson(tmp_path / "m.geojson", villages(store)))
    take_in_map(store, read)
    take_in_map(store, read)
    assert len(store.kept_tables(MAP)) == 1


def test_an_enumerator_takes_no_map_in(store: Store, tmp_path: Path) -> None:
    read = check_map(store, geojson(tmp_path / "m.geojson", villages(store)))
    store.put_enumerators([Enumerator("x1", "Ai đó", "enumerator", "")])
    store.at_work = "x1"
    with pytest.raises(NotAllowed):
        take_in_map(store, read)
    assert map_of(store) is None


def test_a_file_that_is_not_there_is_told(store: Store, tmp_path: Path) -> None:
    with pytest.raises(MapError) as told:
        check_map(store, tmp_path / "none.geojson")
    assert told.value.code == "MAP-01"


@pytest.mark.parametrize(
    ("kind", "name"), [("bars", "a.png"), ("spread", "a.svg"), ("tiles", "a.pdf"), ("trend", "a.png"), ("map", "a.svg")]
)
def test_every_kind_of_chart_is_written(store: Store, tmp_path: Path, kind: str, name: str) -> None:
    take_in_map(store, check_map(store, geojson(tmp_path / "m.geojson", villages(store))))
    path = write_chart(store, "hh_smartphone", "village", kind, tmp_path / name)
    assert path.read_bytes()[:4] in {b"\x89PNG", b"%PDF", b"<?xm"}
    assert [deed.about["what"] for deed in store.deeds(EXPORTED)] == ["chart"]


@pytest.mark.parametrize(
    ("indicator", "kind", "name", "code"),
    [
        ("hh_smartphone", "bars", "a.docx", "CHT-01"),
        ("none", "bars", "a.png", "CHT-02"),
        ("hh_smartphone", "map", "a.png", "CHT-03"),
        ("hh_smartphone", "bars", "none/a.png", "RES-09"),
    ],
)
def test_what_cannot_be_drawn_is_told_and_nothing_is_written(
    store: Store, tmp_path: Path, indicator: str, kind: str, name: str, code: str
) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(SurveyAppError) as told:
        write_chart(store, indicator, "village", kind, tmp_path / name)
    assert told.value.code == code
    assert sorted(tmp_path.iterdir()) == before
    assert not store.deeds(EXPORTED)
