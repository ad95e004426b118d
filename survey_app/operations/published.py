"""Figures as they may leave the office, kept whole, so that they are looked up and never counted again.

A copy for readers holds these and nothing that they could be worked out from. Each breakdown stands there as a table of
its own: a total is published although a part of it is withheld, so no table may be made by adding up another.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators.compute import rank
from survey_app.indicators.disaggregations import ALL, Disaggregation
from survey_app.indicators.faults import listing
from survey_app.operations.coverage import Coverage
from survey_app.operations.mixing import AGGREGATE, Source
from survey_app.records import Place, canonical, from_json
from survey_app.store import Store

if TYPE_CHECKING:
    import pandas as pd

READER: Final = "reader"
"""The kind of store that holds such figures instead of answers."""
_KEPT_AS = "published"
_FORMAT = 1
_COUNTS = ("listed", "submissions", "complete", "people", "in_conflict")


@dataclass(frozen=True)
class Published:
    """What was published of one round.

    Attributes:
        tables: a table for each breakdown, by the names of the breakdown.
        coverage: what the figures stand on.
        places: the catalogue by code.
        order: how the codes of each breakdown are ordered.
    """

    tables: Mapping[frozenset[str], pd.DataFrame]
    coverage: Coverage
    places: Mapping[str, Place]
    order: Mapping[str, Disaggregation]

    def exact(self, by: Sequence[str]) -> pd.DataFrame:
        """Return the table of a breakdown.

        Raises:
            SurveyAppError: it was not published.
        """
        found = self.tables.get(frozenset(by))
        if found is None:
            names = listing(sorted({name for names in self.tables for name in names}), 12)
            message = _("This copy holds no figures by {names}.").format(names=", ".join(by))
            hint = _("It holds figures by: {names}, groups within places. The office can tell others.")
            raise SurveyAppError("RES-11", message, hint.format(names=names))
        return found[["indicator", *by, *(name for name in found.columns if name != "indicator" and name not in by)]]

    def table(
        self,
        by: Sequence[str] = (),
        where: Mapping[str, Collection[str]] | None = None,
        only: Collection[str] = (),
    ) -> pd.DataFrame:
        """Return figures as ``indicators.cube.Cube.table`` does; none where they were not published."""
        wanted = dict(where or {})
        names = {*by, *wanted}
        if "village" in names:
            names.discard("commune")
        found = self.tables.get(frozenset(names))
        if found is None:
            return next(iter(self.tables.values())).head(0)
        if "village" in names and "commune" in {*by, *wanted}:
            found = found.assign(commune=[self._commune_of(code) for code in found["village"]])
        for name, codes in wanted.items():
            found = found[found[name].isin(list(codes))]
        if only:
            found = found[found["indicator"].isin(list(only))]
        gone = [name for name in ("commune", *names) if name in found.columns and name not in by]
        return found.drop(columns=gone)

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes that occur of a breakdown, in their order."""
        found = self.tables.get(frozenset({name}))
        if found is None:
            return ()
        one = self.order.get(name)
        codes = [str(code) for code in found[name].unique() if code != ALL]
        return tuple(sorted(codes, key=lambda code: rank(code, one)) if one else codes)

    def _commune_of(self, village: str) -> str:
        return self.places[village].parent if village in self.places else village.partition("-")[0]


def keep(copy: Store, tables: Mapping[tuple[str, ...], pd.DataFrame], coverage: Coverage, made_by: str) -> int:
    """Put published tables into a copy for readers; return how many communes they are of.

    Args:
        copy: the copy.
        tables: what was published, by breakdown, without targets: those are compared anew.
        coverage: what the figures stand on.
        made_by: name of the office whose counts these are.
    """
    import numpy as np

    arrays: dict[str, Any] = {}
    heads = []
    for number, (by, table) in enumerate(tables.items()):
        words: dict[str, list[str]] = {}
        for name in table.columns:
            values = table[name].to_numpy()
            if values.dtype == object:
                known, values = np.unique(values.astype(str), return_inverse=True)
                words[name] = known.tolist()
                values = values.astype(np.int32)
            arrays[f"{number}/{name}"] = values
        heads.append({"by": list(by), "columns": list(table.columns), "words": words})
    sources = _sources(coverage, made_by, {place.code: place.name for place in copy.places()})
    stood = {name: getattr(coverage, name) for name in _COUNTS}
    places = {"communes": sorted(coverage.communes), "provinces": sorted(coverage.provinces)}
    told = [asdict(each) for each in sources]
    head = {"format": _FORMAT, "tables": heads, "coverage": stood, **places, "sources": told}
    packed = io.BytesIO()
    np.savez_compressed(packed, head=np.frombuffer(canonical(head), dtype=np.uint8), **arrays)
    copy.put_secret(_KEPT_AS, packed.getvalue())
    return len(sources)


def published_in(copy: Store, places: Mapping[str, Place], order: Mapping[str, Disaggregation]) -> Published:
    """Return the figures of a copy for readers.

    Raises:
        SurveyAppError: it holds none that this program can read.
    """
    import numpy as np
    import pandas as pd

    content = copy.secret(_KEPT_AS)
    arrays = np.load(io.BytesIO(content), allow_pickle=False) if content else {}
    head = from_json(arrays["head"].tobytes()) if content else {}
    if head.get("format") != _FORMAT:
        message = _("This copy was made by another version of the program and cannot be read.")
        raise SurveyAppError("RES-12", message, _("Ask the office for a new copy. Nothing was changed."))
    tables = {}
    for number, one in enumerate(head["tables"]):
        columns = {}
        for name in one["columns"]:
            values = arrays[f"{number}/{name}"]
            words = one["words"].get(name)
            columns[name] = values if words is None else np.array(words, dtype=object)[values]
        tables[frozenset(one["by"])] = pd.DataFrame(columns)
    sources = tuple(Source(**{**each, "remarks": tuple(each["remarks"])}) for each in head["sources"])
    coverage = Coverage(**head["coverage"], sources=sources)
    coverage.communes, coverage.provinces = set(head["communes"]), set(head["provinces"])
    return Published(tables, coverage, places, order)


def _sources(coverage: Coverage, made_by: str, names: Mapping[str, str]) -> tuple[Source, ...]:
    """Return where the figures of each commune come from: to a reader all are handed-up counts."""
    if coverage.sources:
        return coverage.sources
    return tuple(
        Source(code, names.get(code, code), AGGREGATE, **asdict(each), office=made_by)
        for code, each in sorted(coverage.by_commune.items())
        if code
    )
