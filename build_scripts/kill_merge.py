"""Kill a merge, a preview or an undo at random moments, many times, and see that nothing is half done.

    python build_scripts/kill_merge.py                                     300 kills of a merge
    python build_scripts/kill_merge.py --forms 2000 --laptops 24           with transactions as large as they become
    python build_scripts/kill_merge.py --kills 50 --cache-kib 1024 undo    writing that does not fit into memory

After every kill: the store checks; each bundle is wholly there or not at all; nothing but the bundles said to be merged
has come in; merging all of them (again) gives the digest of a merge that nobody killed. Every household is visited by
two laptops, so that joins and conflicts are under way too, and some answers have pictures.
``tests/properties/test_merge_survives_kills.py`` does a few in the suite.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey_app import crypto  # noqa: E402
from survey_app.bundles.keys import OFFICE_IDENTITY, SIGNING_KEY, OfficeKey  # noqa: E402
from survey_app.operations.handover import merge, pack, preview  # noqa: E402
from survey_app.operations.merging import undo  # noqa: E402
from survey_app.records import Household, Revision  # noqa: E402
from survey_app.store import Device, Store, ground  # noqa: E402
from survey_app.store.attachments import attachment  # noqa: E402

PASSPHRASE = "x"
CHEAP = crypto.Cost(1, 8)
AT = "2026-11-21T08:00:00.000+07:00"


@dataclass(frozen=True)
class Model:
    """What every trial begins with.

    Attributes:
        empty: the office's store with nothing merged.
        full: the same with everything merged.
        bundles: the bundles.
        records: how many revisions they carry.
        digest: what the store says when everything is merged.
        before: what it says when nothing is.
    """

    empty: Path
    full: Path
    bundles: tuple[Path, ...]
    records: int
    digest: str
    before: str


def new_store(folder: Path, device: str, kind: str) -> Store:
    """Make a store that costs little to open."""
    return Store.create(
        folder / f"{device}.store",
        PASSPHRASE,
        kind="office" if kind == "office" else "laptop",
        device=device,
        name=device,
        cost=CHEAP,
    )


def prepare(folder: Path, laptops: int, forms: int) -> Model:
    """Make an office, and what its laptops packed."""
    identity, signing = crypto.new_identity(), crypto.new_signing_keys()
    key = OfficeKey("office", "Xã", crypto.recipient_of(identity), signing.public)
    empty, full = folder / "office.store", folder / "full.store"
    with new_store(folder, "office", "office") as office:
        office.put_secret(OFFICE_IDENTITY, identity.encode())
        office.put_households(Household(f"h{n}", "25750-001", n + 1, "Ba") for n in range(laptops * forms // 2))
        office.put_devices([_laptop(folder, n, forms, key) for n in range(laptops)])
        before = office.digest()
    shutil.copyfile(empty, full)
    bundles = tuple(sorted((folder / "stick").iterdir()))
    with Store.open(full, PASSPHRASE) as office:
        balance = merge(office, bundles)
        assert not balance.refused
        digest = office.digest()
    return Model(empty, full, bundles, balance.records, digest, before)


def _laptop(folder: Path, n: int, forms: int, key: OfficeKey) -> Device:
    keys = crypto.new_signing_keys()
    with new_store(folder, f"lap{n}", "laptop") as laptop:
        laptop.put_secret(SIGNING_KEY, keys.secret)
        picture = attachment(random.Random(n).randbytes(50_000), "jpg")
        laptop.put_attachments([picture])
        laptop.add_households([Household(f"found{n}", "25750-001", 9_000 + n, "Lê Thị Hoa")], laptop.device)
        homes = range(n // 2 * forms, n // 2 * forms + forms)
        laptop.add_revisions((_revision(laptop.device, home, picture.name) for home in homes), "here")
        pack(laptop, key, folder / "stick", everything=True)
        return Device(laptop.device, laptop.name, keys.public)


def _revision(device: str, home: int, picture: str) -> Revision:
    answers = {"m": [{"#": line, "name": f"Trần Văn {device} {home}", "age": str(line)} for line in range(1, 5)]}
    shown = {"photo": picture} if home % 100 == 0 else {}
    return Revision(f"s{home}", f"h{home}", "r", "f", "1", (), "answers", "an", device, AT, "", {**answers, **shown})


# --- what is killed ------------------------------------------------------------------------------------------------


def _undo_all(office: Store, _bundles: tuple[Path, ...]) -> None:
    for note in office.bundle_notes(carried=False):
        undo(office, note.bundle)


DEEDS: dict[str, Callable[[Store, tuple[Path, ...]], object]] = {
    "merge": merge,
    "preview": preview,
    "undo": _undo_all,
}


def kill(what: str, trial: Path, bundles: tuple[Path, ...], after_s: float) -> bool:
    """Do it in a copy of this process, kill that after some time, and return whether it had ended before."""
    child = os.fork()
    if child == 0:
        try:
            with Store.open(trial, PASSPHRASE) as office:
                DEEDS[what](office, bundles)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert not (os.WIFEXITED(status) and os.WEXITSTATUS(status)), "it failed instead of being killed"
    return os.WIFEXITED(status)


def look(what: str, trial: Path, model: Model) -> tuple[int, int]:
    """Look at a store after a kill, and complete it.

    Returns:
        How many bundles it says are merged, and how large the journal was that the kill left, in KiB.
    """
    journal = trial.with_name(trial.name + "-wal")
    left_kib = journal.stat().st_size >> 10 if journal.exists() else 0
    with Store.open(trial, PASSPHRASE) as office:
        assert office.check() == [], office.check()
        notes = [note for note in office.bundle_notes() if note.direction == "in"]
        assert all(len(note.revisions) == note.outcome["records"] for note in notes)
        brought = {id_ for note in notes for id_ in note.revisions}
        assert {revision.id for revision in office.revisions()} == brought
        if what == "preview":
            assert office.digest() == model.before
        balance = merge(office, model.bundles)
        assert balance.records == model.records == balance.new + balance.identical + balance.conflicting
        assert office.digest() == model.digest
    return len(notes), left_kib


def try_kills(what: str, place: Path, model: Model, kills: int, chance: random.Random) -> tuple[float, int]:
    """Kill until so many kills struck in the middle of the work, looking each time, and tell where they struck.

    Returns:
        How long the work lasts, in seconds, and how many further kills came after its end.
    """
    begun, longest, late, struck = model.full if what == "undo" else model.empty, 0.05, 0, 0
    merged: Counter[int] = Counter()
    journals: list[int] = []
    while True:  # find out how long it takes
        trial = Path(shutil.copyfile(begun, _fresh(place) / "office.store"))
        if kill(what, trial, model.bundles, longest):
            break
        longest *= 1.5
    while struck < kills and late < 20 * kills:
        trial = Path(shutil.copyfile(begun, _fresh(place) / "office.store"))
        after_s = chance.uniform(0, longest)
        ended = kill(what, trial, model.bundles, after_s)
        late, struck = late + ended, struck + (not ended)
        longest *= 0.95 if ended else 1.05 if after_s > 0.8 * longest else 1.0
        notes, left_kib = look(what, trial, model)
        if not ended:
            merged[notes] += 1
            journals.append(left_kib)
            if struck % 25 == 0:
                print(f"  {what}: {struck} of {kills}, {late} after the end", file=sys.stderr, flush=True)
    times = ", ".join(f"{bundles}: {count}" for bundles, count in sorted(merged.items()))
    print(f"{what}: kills by number of bundles that were merged by then: {times}")
    print(f"{what}: journal left by a kill: median {sorted(journals)[len(journals) // 2]} KiB, at most {max(journals)}")
    return longest, late


def _fresh(place: Path) -> Path:
    trial = place / "trial"
    shutil.rmtree(trial, ignore_errors=True)
    trial.mkdir()
    return trial


def main() -> None:
    """Kill and look, and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("deeds", nargs="*", default=["merge"], help=f"of {', '.join(DEEDS)}")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--laptops", type=int, default=8)
    parser.add_argument("--forms", type=int, default=120, help="that each laptop sends")
    parser.add_argument("--cache-kib", type=int, help="memory for pages, so that a merge writes before its end")
    parser.add_argument("--seed", type=int, default=20261121)
    given = parser.parse_args()
    if given.cache_kib:
        for name in ("MERGING_CACHE_KIB", "CACHE_KIB"):
            setattr(ground, name, given.cache_kib)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "model").mkdir()
        model = prepare(place / "model", given.laptops, given.forms)
        print(f"{len(model.bundles)} bundles, {model.records} revisions", flush=True)
        for what in given.deeds:
            chance = random.Random(given.seed)
            longest, late = try_kills(what, place, model, given.kills, chance)
            print(f"{what}: {given.kills} kills within {longest:.2f} s, {late} after the end, nothing half done")


if __name__ == "__main__":
    main()
