"""What came of merging bundles, in numbers that must add up, and which bundles are missing.

Every revision that comes in is counted exactly once:

* **refused**: its bundle was refused (as many as the bundle's header says, 0 when even that cannot be read);
* **identical**: it was here already, or came earlier in the same merge;
* otherwise it is new to the store, and counted by what its submission says after the whole merge: **conflicting** when
  a person has to settle something, **joined** when several heads agree by rule, **new** for all others.

So ``records = new + identical + joined + conflicting + refused``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from survey_app.bundles.container import Header
from survey_app.store import Brought

ResultState = Literal["merged", "again", "refused"]


@dataclass(frozen=True)
class Refusal:
    """A bundle that was not merged.

    Attributes:
        file: name of the file, without its folder.
        code: short code for the telephone.
        message: what is wrong with it.
        hint: what to do now.
        records: number of revisions its header names; 0 when it cannot be read.
    """

    file: str
    code: str
    message: str
    hint: str
    records: int


@dataclass(frozen=True)
class BundleResult:
    """What became of one file.

    Attributes:
        file: name of the file, without its folder.
        state: ``"merged"``, ``"again"`` (this bundle was merged before) or ``"refused"``.
        bundle_id: id of the bundle; this and what follows to ``records`` is blank or 0 when the header cannot be read,
            and only what the file claims when it was refused.
        device: id of the device that wrote it.
        device_name: what people call that device.
        sequence: its number among the bundles of that device.
        made_at: ISO 8601, by that device's clock.
        records: number of revisions in it.
        new: see the head of the module; so are the next three.
        identical: revisions that were here already.
        joined: revisions of submissions that are joined by rule now.
        conflicting: revisions of submissions that are in conflict now.
        code: code of the refusal, blank when merged.
        reason: why it was refused, blank when merged.
    """

    file: str
    state: ResultState
    bundle_id: str = ""
    device: str = ""
    device_name: str = ""
    sequence: int = 0
    made_at: str = ""
    records: int = 0
    new: int = 0
    identical: int = 0
    joined: int = 0
    conflicting: int = 0
    code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Gap:
    """Bundles of a device that were written but never merged here.

    Attributes:
        device: id of the device.
        device_name: what people call it.
        missing: their numbers, ascending.
    """

    device: str
    device_name: str
    missing: tuple[int, ...]


@dataclass(frozen=True)
class Balance:
    """What a merge did; the numbers add up, see the head of the module.

    Attributes:
        records: revisions that came in.
        new: see the head of the module; so are the next four.
        identical: revisions that were here already.
        joined: revisions of submissions that are joined by rule now.
        conflicting: revisions of submissions that are in conflict now.
        refused: revisions in refused bundles.
        refusals: the refused bundles.
        bundles: what became of each file, in the order given.
        gaps: numbers of bundles that are missing, by device.
        conflicts: number of submissions that were touched and are in conflict now.
        households: number of households found in the field that are new here.
        stopped: the person stopped before the last file; the files not in ``bundles`` were not touched.
    """

    records: int
    new: int
    identical: int
    joined: int
    conflicting: int
    refused: int
    refusals: tuple[Refusal, ...] = ()
    bundles: tuple[BundleResult, ...] = ()
    gaps: tuple[Gap, ...] = ()
    conflicts: int = 0
    households: int = 0
    stopped: bool = False


@dataclass(frozen=True)
class Taken:
    """What one bundle brought.

    Attributes:
        file: name of the file, without its folder.
        header: its checked header.
        fresh: number of revisions that were not here before.
        is_known: this very bundle was merged before.
    """

    file: str
    header: Header
    fresh: int
    is_known: bool = False


@dataclass(frozen=True)
class Arrival:
    """A number of a device's bundles that was seen: now or in an earlier merge.

    Attributes:
        device: id of the device.
        device_name: what people call it.
        sequence: number of the bundle.
        follows: number of the bundle the device had written before.
    """

    device: str
    device_name: str
    sequence: int
    follows: int


def balance_of(
    results: Sequence[Taken | tuple[Refusal, Header | None]],
    unsettled: Collection[Brought],
    gaps: Sequence[Gap] = (),
    households: int = 0,
    stopped: bool = False,
) -> Balance:
    """Return the balance of a merge.

    Args:
        results: what became of each file, in order.
        unsettled: what the bundles brought to submissions that are joined or in conflict after the whole merge.
        gaps: see ``gaps_in``.
        households: number of households found in the field that are new.
        stopped: whether the person stopped early.
    """
    by_bundle: dict[str, Counter[str]] = {}
    for each in unsettled:
        by_bundle.setdefault(each.bundle, Counter())[each.state] += each.revisions
    lines = tuple(
        _line(result, by_bundle.get(result.header.bundle_id, Counter()))
        if isinstance(result, Taken)
        else _refused_line(*result)
        for result in results
    )
    refusals = tuple(result[0] for result in results if not isinstance(result, Taken))
    return Balance(
        records=sum(line.records for line in lines),
        new=sum(line.new for line in lines),
        identical=sum(line.identical for line in lines),
        joined=sum(line.joined for line in lines),
        conflicting=sum(line.conflicting for line in lines),
        refused=sum(line.records for line in lines if line.state == "refused"),
        refusals=refusals,
        bundles=lines,
        gaps=tuple(gaps),
        conflicts=len({each.submission for each in unsettled if each.state == "conflict"}),
        households=households,
        stopped=stopped,
    )


def _line(taken: Taken, counts: Mapping[str, int]) -> BundleResult:
    header, fresh = taken.header, taken.fresh
    if not fresh:
        counts = Counter()  # the same bundle came before in this merge, and counts there
    return BundleResult(
        file=taken.file,
        state="again" if taken.is_known else "merged",
        bundle_id=header.bundle_id,
        device=header.device,
        device_name=header.device_name,
        sequence=header.sequence,
        made_at=header.made_at,
        records=header.records,
        new=fresh - counts["joined"] - counts["conflict"],
        identical=header.records - fresh,
        joined=counts["joined"],
        conflicting=counts["conflict"],
    )


def _refused_line(refusal: Refusal, header: Header | None) -> BundleResult:
    if header is None:
        return BundleResult(refusal.file, "refused", code=refusal.code, reason=refusal.message, records=refusal.records)
    return BundleResult(
        refusal.file,
        "refused",
        header.bundle_id,
        header.device,
        header.device_name,
        header.sequence,
        header.made_at,
        refusal.records,
        code=refusal.code,
        reason=refusal.message,
    )


def gaps_in(arrivals: Sequence[Arrival]) -> tuple[Gap, ...]:
    """Return which numbers were written by a device and never arrived.

    A bundle names the one written before it, so a number that was given to a file that could not be written is not
    missed. Of several missing in a row the last one is certain, the ones before it are counted as missing too.
    """
    seen: dict[str, dict[int, Arrival]] = {}
    for arrival in arrivals:
        seen.setdefault(arrival.device, {})[arrival.sequence] = arrival
    found = []
    for device, numbers in sorted(seen.items()):
        missing: list[int] = []
        last = 0
        for number in sorted(numbers):
            missing += range(last + 1, numbers[number].follows + 1)
            last = number
        if missing:
            found.append(Gap(device, numbers[last].device_name, tuple(missing)))
    return tuple(found)


def arrival_of(header: Header) -> Arrival:
    """Return the number a header names."""
    return Arrival(header.device, header.device_name, header.sequence, header.follows)
