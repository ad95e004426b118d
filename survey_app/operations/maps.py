"""A map of the office's own: outlines of its places from a GeoJSON file, kept in its store, taken back when asked.

Of the outlines only what a map can show is kept. Places of the country that the file does not hold are not made up.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from survey_app.clock import Clock, stamp, system_clock
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.places import load_catalogue
from survey_app.places.shapes import MOST_BYTES, MapError, Shape, Shapes, read_shapes
from survey_app.records import canonical, from_json
from survey_app.roles import FORMS
from survey_app.store import KeptTable, Store

MAP = "map"
"""Kind of the kept table."""
_MOST_NAMED = 12


@dataclass(frozen=True)
class ReadMap:
    """A map that was looked at.

    Attributes:
        file: its name.
        shapes: its outlines.
        here: how many places of this office have one.
        without: names of villages and communes of this office that have none, of the level the map is of.
        strange: outlines without a place; they are drawn without a figure.
    """

    file: str
    shapes: Shapes
    here: int
    without: tuple[str, ...]
    strange: int


def check_map(store: Store, path: Path) -> ReadMap:
    """Read a map; nothing is changed.

    Raises:
        MapError: it cannot be opened (``MAP-01``) or used; what to do stands in it.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        message = _("The file {file} cannot be opened.").format(file=path.name)
        raise MapError("MAP-01", message, _("Choose it again. Nothing was changed.")) from error
    places = {place.code: place for place in store.places()}
    round_ = store.round()
    catalogue = load_catalogue(round_.catalogue_date if round_ else "")
    shapes = read_shapes(content, frozenset(places) | {place.code for place in catalogue})
    levels = {places[code].level for code in shapes.codes if code in places}
    own = [code for code, place in places.items() if place.level in levels and place.level != "province"]
    without = tuple(places[code].name for code in own if code not in shapes.codes and not places[code].until)
    strange = sum(not shape.code for shape in shapes.shapes)
    return ReadMap(path.name, shapes, len(shapes.codes & set(own)), without, strange)


def missing_words(read: ReadMap) -> str:
    """Return which places have no outline, the first ones by name; ``""`` when all have one."""
    names = [*read.without[:_MOST_NAMED], *(["…"] if len(read.without) > _MOST_NAMED else [])]
    return _("Not on the map: {names}").format(names=", ".join(names)) if names else ""


@needs(FORMS)
def take_in_map(store: Store, read: ReadMap, clock: Clock = system_clock) -> None:
    """Keep a map that was read; it holds from now on."""
    plain = [[each.code, each.rings, each.dots] for each in read.shapes.shapes]
    content = canonical(plain)
    id_ = hashlib.sha256(b"\0".join((MAP.encode(), content))).hexdigest()
    store.put_table(KeptTable(id_, MAP, "", read.file, stamp(clock()), content))


@needs(FORMS)
def take_back_map(store: Store, id_: str) -> None:
    """Keep a map no more; the one before holds again."""
    found = next((each for each in store.kept_tables(MAP) if each.id == id_), None)
    if found is not None:
        store.drop_table(found)


def map_of(store: Store) -> Shapes | None:
    """Return the map in force, None when the office has none."""
    kept = store.kept_tables(MAP)
    if not kept:
        return None
    shapes = (
        Shape(code, tuple(tuple(map(_point, ring)) for ring in rings), tuple(map(_point, dots)))
        for code, rings, dots in from_json(kept[-1].content)
    )
    return Shapes(tuple(shapes))


def _point(given: list[float]) -> tuple[float, float]:
    return given[0], given[1]
