"""What the table of bundles shows: merged ones from the store's notes, refused and waiting ones of this merge, gaps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from survey_app import i18n
from survey_app.gui.moments import by_its_clock
from survey_app.gui.office.balance import Sums
from survey_app.i18n import _, ngettext
from survey_app.text import show_number, sort_key

if TYPE_CHECKING:
    from survey_app.bundles import Balance, BundleResult, Gap
    from survey_app.operations.merging import KeptBundle
    from survey_app.store import BundleNote, Store

NOTHING = "–"
_FILE_NAME = re.compile(r"(.+)-(\d{4,})-[0-9a-f]{16}\.bundle")


@dataclass(frozen=True)
class BundleLine:
    """A line of the table.

    Attributes:
        key: tells lines apart.
        sender: name of the laptop; the file's name when that cannot be read.
        number: number of the bundle as shown.
        made_at: when it was packed, as shown.
        records: number of forms as shown.
        status: key of the status vocabulary.
        detail: what became of it, one line.
        file: name of the file, ``""`` when it is not known.
        message: of a refusal: what is wrong.
        hint: of a refusal: what to do now.
        code: of a refusal: short code for the telephone.
        sequence: number of the bundle; 0 when unknown.
        disputed: some of what it brought is in conflict now.
        bundle: id of a bundle that is merged or kept aside here.
        fingerprint: of the key that signed a bundle that is kept aside, ``""`` for all others.
        replaces: fingerprint of another key of the same office that is known here, ``""`` when there is none.
    """

    key: str
    sender: str
    number: str
    made_at: str
    records: str
    status: str
    detail: str
    file: str = ""
    message: str = ""
    hint: str = ""
    code: str = ""
    sequence: int = 0
    disputed: bool = False
    bundle: str = ""
    fingerprint: str = ""
    replaces: str = ""

    @property
    def tone(self) -> str:
        """Token of the detail's text."""
        return {"refused": "err", "missing": "warn"}.get(self.status, "text2")


def _two(number: int) -> str:
    return f"{number:02d}" if number else NOTHING


def _count(number: int) -> str:
    return show_number(number, 0, i18n.language())


def merged_line(note: BundleNote, names: Mapping[str, str], disputed: frozenset[str]) -> BundleLine:
    """Return the line of a bundle that was merged.

    Args:
        note: what the store wrote down about it.
        names: device id to what people call it.
        disputed: ids of the revisions of submissions that are in conflict now.
    """
    sums = sums_of(note, disputed)
    return BundleLine(
        note.bundle,
        names.get(note.device, note.device),
        _two(note.sequence),
        by_its_clock(note.made_at, NOTHING),
        _count(sums.records),
        "merged",
        _brought(sums),
        sequence=note.sequence,
        disputed=sums.conflicting > 0,
        bundle=note.bundle,
    )


def _brought(sums: Sums) -> str:
    """Return what a merged bundle brought, in words."""
    fresh = sums.new + sums.joined + sums.conflicting
    if not fresh:
        return _("Same as what is here already")
    taken = ngettext("{count} version of a form merged", "{count} versions of forms merged", fresh).format(
        count=_count(fresh)
    )
    if sums.conflicting:
        return _("{taken}, {count} in conflict").format(taken=taken, count=_count(sums.conflicting))
    if sums.identical:
        return _("{taken}, {count} were here already").format(taken=taken, count=_count(sums.identical))
    return taken


def refused_line(result: BundleResult, hint: str) -> BundleLine:
    """Return the line of a refused file."""
    return BundleLine(
        f"refused {result.file}",
        result.device_name or result.file,
        _two(result.sequence),
        by_its_clock(result.made_at, NOTHING),
        _count(result.records) if result.records else NOTHING,
        "refused",
        result.reason,
        result.file,
        result.reason,
        hint,
        result.code,
        result.sequence,
    )


def kept_line(kept: KeptBundle) -> BundleLine:
    """Return the line of a bundle that is kept aside because nobody here knows who signed it."""
    from survey_app.bundles.errors import KeptAside

    header, reason = kept.header, KeptAside()
    return BundleLine(
        f"refused {kept.kept.file}",
        header.device_name or kept.kept.file,
        _two(header.sequence),
        by_its_clock(header.made_at, NOTHING),
        _count(header.records),
        "refused",
        reason.message,
        kept.kept.file,
        reason.message,
        reason.hint,
        reason.code,
        header.sequence,
        bundle=kept.kept.bundle,
        fingerprint=kept.fingerprint,
        replaces=kept.replaces,
    )


def missing_lines(gaps: Iterable[Gap]) -> list[BundleLine]:
    """Return a line for each number that never arrived."""
    return [
        BundleLine(
            f"missing {gap.device} {number}",
            gap.device_name,
            _two(number),
            NOTHING,
            NOTHING,
            "missing",
            _("Bundle {number} has not arrived").format(number=_two(number)),
            sequence=number,
        )
        for gap in gaps
        for number in gap.missing
    ]


def waiting_lines(files: Sequence[Path], done: int, names: Mapping[str, str]) -> list[BundleLine]:
    """Return the lines of files that are being merged now; the first one after ``done`` is being checked.

    Laptop and number are what the file is called; nothing is read before its turn.
    """
    lines = []
    for number, file in enumerate(files[done:]):
        status = "waiting" if number else "verifying"
        detail = _("Checking the signature") if not number else _("Next") if number == 1 else ""
        called = _FILE_NAME.fullmatch(file.name)
        sender = names.get(called[1], called[1]) if called else file.name
        shown = called[2].lstrip("0").zfill(2) if called else NOTHING
        key = f"waiting {file.name}"
        lines.append(BundleLine(key, sender, shown, NOTHING, NOTHING, status, detail, file.name))
    return lines


def arranged(lines: Iterable[BundleLine]) -> list[BundleLine]:
    """Return lines by laptop, the newest bundle first."""
    return sorted(lines, key=lambda line: (sort_key(line.sender), -line.sequence))


def sums_of(note: BundleNote, disputed: frozenset[str] = frozenset()) -> Sums:
    """Return the numbers of one bundle as the store wrote them down.

    Which of its new revisions were joined or disputed changes with every later bundle, so that part is as of now.
    """
    records = int(note.outcome.get("records", len(note.revisions)))
    fresh = min(int(note.outcome.get("new", records)), records)
    conflicting = min(len(disputed.intersection(note.revisions)), fresh)
    return Sums(records, fresh - conflicting, records - fresh, 0, conflicting, 0)


def sums_of_balance(balance: Balance) -> Sums:
    """Return the numbers of a merge."""
    return Sums(balance.records, balance.new, balance.identical, balance.joined, balance.conflicting, balance.refused)


@dataclass(frozen=True)
class Merged:
    """What the store says about bundles merged so far.

    Attributes:
        lines: a line for each merged bundle and each missing number.
        sums: the balance of all of them together.
        bundles: how many were merged.
        devices: from how many laptops.
        missing: names of laptops with the numbers that have not arrived.
        conflicts: submissions in conflict now.
        last: when a bundle was merged last, as shown; ``""`` when none was.
        place: name of the commune of the round, ``""`` when unknown.
        round: title of the round, ``""`` when there is none.
        names: device id to what people call it.
    """

    lines: tuple[BundleLine, ...] = ()
    sums: Sums = field(default_factory=Sums)
    bundles: int = 0
    devices: int = 0
    missing: tuple[tuple[str, str], ...] = ()
    conflicts: int = 0
    last: str = ""
    place: str = ""
    round: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


def read_merged(store: Store) -> Merged:
    """Read what was merged so far; runs in the store's lane."""
    from survey_app.operations.merging import kept_bundles, missing_bundles

    notes = [note for note in store.bundle_notes() if note.direction == "in"]
    names = {device.id: device.name for device in store.devices()}
    disputed, conflicts = _revisions_of(store, "conflict")
    joined, _count_of_joined = _revisions_of(store, "joined")
    gaps = missing_bundles(store)
    round_ = store.round()
    place = store.place(round_.commune_code) if round_ else None
    lines = [merged_line(note, names, disputed) for note in notes] + missing_lines(gaps)
    lines += [kept_line(kept) for kept in kept_bundles(store)]
    return Merged(
        tuple(arranged(lines)),
        _all_together(notes, joined, disputed),
        len(notes),
        len({note.device for note in notes}),
        tuple((gap.device_name, ", ".join(f"{number:02d}" for number in gap.missing)) for gap in gaps),
        conflicts,
        by_its_clock(notes[-1].noted_at, NOTHING) if notes else "",
        place.name if place else "",
        round_.title if round_ else "",
        names,
    )


def _revisions_of(store: Store, state: str) -> tuple[frozenset[str], int]:
    """Return the ids of all revisions of submissions in a state, and how many such submissions there are."""
    names = [current.submission for current in store.currents(state=state)]
    return frozenset(revision.id for name in names for revision in store.revisions(name)), len(names)


def _all_together(notes: Sequence[BundleNote], joined: frozenset[str], disputed: frozenset[str]) -> Sums:
    records = sum(sums_of(note).records for note in notes)
    arrived = {name for note in notes for name in note.revisions}
    conflicting, by_rule = len(arrived & disputed), len(arrived & joined)
    return Sums(records, len(arrived) - conflicting - by_rule, records - len(arrived), by_rule, conflicting, 0)
