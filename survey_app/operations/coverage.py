"""What figures stand on: how many were to be asked, how many were, and where each commune's figures come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from survey_app.indicators import Rows, Where
from survey_app.operations.mixing import Mixing, Own, Source


@dataclass
class Coverage:
    """How much the results stand on; filled while the answers are read.

    Attributes:
        listed: households on the list.
        submissions: submissions that count.
        complete: of these, completed interviews.
        people: members of the completed ones.
        in_conflict: of the submissions, those that still hold a conflict.
        communes: codes of the communes they come from.
        provinces: codes of their provinces.
        by_village: what the answers here say of each village.
        by_commune: the same of each commune.
        sources: where the figures of each commune come from; empty where all come from the answers here.
    """

    listed: int = 0
    submissions: int = 0
    complete: int = 0
    people: int = 0
    in_conflict: int = 0
    communes: set[str] = field(default_factory=set)
    provinces: set[str] = field(default_factory=set)
    by_village: dict[str, Own] = field(default_factory=dict)
    by_commune: dict[str, Own] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()

    def watch(self, batches: Iterable[Rows]) -> Iterator[Rows]:
        """Pass batches on and count them."""
        for batch in batches:
            self.submissions += len(batch.household)
            self.in_conflict += len(batch.in_conflict)
            complete = {row["submission_id"] for row in batch.household if row.get("interview_result") == "complete"}
            self.complete += len(complete)
            self.people += sum(row["submission_id"] in complete for row in batch.member)
            _note(self.by_village, "village_code", batch, complete)
            _note(self.by_commune, "commune_code", batch, complete)
            self.communes.update(row.get("commune_code", "") for row in batch.household)
            self.provinces.update(row.get("province_code", "") for row in batch.household)
            yield batch

    def take(self, mixing: Mixing, listed: Mapping[str, int], expected: Mapping[str, str]) -> None:
        """Say what figures that come from aggregates too stand on."""
        self.sources = mixing.sources(listed, expected)
        for commune, each in (mixing.chosen or {}).items():
            own, theirs = self.by_commune.get(commune, Own()), each.aggregate.coverage
            self.listed += theirs["listed"] - listed.get(commune, 0)
            self.submissions += theirs["submissions"] - own.submissions
            self.complete += theirs["complete"] - own.complete
            self.people += theirs["people"] - own.people
            self.in_conflict += theirs["in_conflict"] - own.in_conflict
            self.communes.add(commune)
            self.provinces.add(each.aggregate.province)

    def within(self) -> Where:
        """Return the place that all answers come from, as far as it is one."""
        communes, provinces = self.communes - {""}, self.provinces - {""}
        province = next(iter(provinces)) if len(provinces) == 1 else ""
        return Where(province, next(iter(communes)) if len(communes) == 1 else "")


def _note(sums: dict[str, Own], column: str, batch: Rows, complete: set[str]) -> None:
    """Add a batch to what is known of the places that a column names."""
    where = {row["submission_id"]: row.get(column, "") for row in batch.household}
    people = Counter(where[row["submission_id"]] for row in batch.member if row["submission_id"] in complete)
    done, torn = Counter(where[one] for one in complete), Counter(where[one] for one in batch.in_conflict)
    for place, count in Counter(where.values()).items():
        own = sums.setdefault(place, Own())
        own.submissions += count
        own.complete += done[place]
        own.people += people[place]
        own.in_conflict += torn[place]
