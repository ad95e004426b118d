"""How fast bundles are merged, what they weigh, and how that grows.

    python build_scripts/bench_merge.py                        300 bundles of 40 households
    python build_scripts/bench_merge.py --bundles 300 --households 3400 --alike 5000      about a million households
    python build_scripts/bench_merge.py ... --keep DIR         bundles made once are used again in the next run

Household forms are made up (four people, about a hundred answers, Vietnamese names), packed by the real writer with
fresh keys, and merged into a fresh office. Beside the merge, on the same files and in the same run: age and zstd alone,
opening and verifying, and a plain ``sqlite3`` file that gets the same rows without encryption, history or checks. At
the end all that the office's submissions say is read once, as the indicators do. Each tenth of the merge has a line of
its own, so that it is seen whether later ones cost more. Other programs lengthen the seconds on the clock more than
those of the processor: judge by the latter.

Seen on 01/12/2026 on two cores with little else running: 300 bundles of 40 households 6,400 revisions a second (plain
``sqlite3`` 0.20 of the merge, age and zstd alone 0.05), 300 of 3,400 (1.02 million) 6,300 (0.27 and 0.01), 8,100 in the
first tenth and 5,200 in the last; by the processor the last third of the bundles took 1.28 times the first; at most 496
MiB of memory (256 of them the store's cache), 1,235 bytes a household. With others at work on the same cores it was
3,800 to 4,600.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import zstandard

from survey_app import crypto
from survey_app.bundles.container import Header, Signer, open_container, seal_container
from survey_app.bundles.content import content_of, pack, unpack
from survey_app.bundles.keys import OFFICE_IDENTITY
from survey_app.bundles.reading import read_bundle
from survey_app.operations.handover import merge
from survey_app.records import Answers, Revision, canonical
from survey_app.store import Device, Store

QUICKLY = 1 << 20
"""As many records make the writer hurry; the benchmark is about reading."""

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Lý")
MIDDLE = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Thanh", "Xuân", "Thu", "Quang")
GIVEN = ("An", "Bình", "Chi", "Dũng", "Đạt", "Hà", "Hạnh", "Hoa", "Hùng", "Lan", "Linh", "Mai", "Nga", "Sơn", "Yến")


@dataclass(frozen=True)
class Office:
    """The keys of a made-up office."""

    identity: str
    recipient: str


@dataclass(frozen=True)
class Packed:
    """The bundles that were made.

    Attributes:
        paths: the files.
        devices: the laptops that made them.
        content_bytes: length of all content before packing.
    """

    paths: list[Path]
    devices: list[Device]
    content_bytes: int


@dataclass(frozen=True)
class Took:
    """What work took: seconds on the clock, and of a processor, which other programs do not lengthen as much."""

    clock_s: float
    processor_s: float


def answers_of(rng: Random) -> Answers:
    """Return the answers of one household form."""
    family = rng.choice(FAMILY)
    members = [member(rng, family, line) for line in range(1, rng.choice([2, 3, 4, 4, 5, 5]) + 1)]
    home = {f"home_{n:02}": rng.choice(["yes", "no", "unknown"]) for n in range(14)}
    home |= {"internet_type": rng.choice(["fibre", "mobile", "none"]), "phone": f"09{rng.randrange(10**8):08}"}
    return {"members": members, "home": home, "members_count": str(len(members)), "interview_result": "complete"}


def member(rng: Random, family: str, line: int) -> Answers:
    """Return the answers about one person."""
    name = " ".join([family, rng.choice(MIDDLE), rng.choice(GIVEN)])
    coded = {f"skill_{n:02}": rng.choice(["yes", "yes", "no"]) for n in range(16)}
    return {"#": line, "m_name": name, "m_year": str(rng.randint(1935, 2025)), "m_sex": rng.choice("12"), **coded}


def revisions_of(rng: Random, device: str, count: int, alike: Sequence[Answers] = ()) -> list[Revision]:
    """Return first revisions of as many households; ``alike`` are answers to choose from instead of new ones."""
    return [
        Revision(
            submission=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            household=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            round="2026-11",
            form_id="household",
            form_version="1",
            parents=(),
            kind="answers",
            author=f"dtv{rng.randrange(3)}",
            device=device,
            made_at=f"2026-11-{rng.randint(1, 28):02}T{rng.randint(7, 19):02}:{rng.randrange(60):02}:00.000+07:00",
            reason="",
            answers=answers_of(rng) if not alike else rng.choice(alike),
        )
        for _ in range(count)
    ]


def write_all(folder: Path, office: Office, bundles: int, households: int, alike: int = 0) -> Packed:
    """Write the bundles of as many laptops; ``alike``: so many different forms, to be quick, whatever they weigh."""
    rng, paths, devices, total = Random(1), [], [], 0
    same = [answers_of(rng) for _ in range(alike)]
    for n in range(bundles):
        device, keys = f"lap{n:04}", crypto.new_signing_keys()
        revisions = revisions_of(rng, device, households, same)
        header = Header(
            "0" * 64, "office1", (crypto.fingerprint(office.recipient),), device, device, keys.public, 1, 0,
            "2026-11-28T17:00:00.000+07:00", "2026-11", (("household", "1"),), households, 0, 0,
        )  # fmt: skip
        content = content_of({**header.manifest(), "salt": "0" * 32}, (), revisions)
        packed = pack(content, QUICKLY) if not alike else zstandard.ZstdCompressor(level=1).compress(content)
        named = replace(header, bundle_id=hashlib.sha256(packed).hexdigest(), content_bytes=len(content))
        path = folder / named.file_name
        path.write_bytes(seal_container(named, packed, keys.secret, (office.recipient,)))
        paths.append(path)
        devices.append(Device(device, device, keys.public))
        total += len(content)
    return Packed(paths, devices, total)


def kept_or_written(folder: Path, bundles: int, households: int, alike: int) -> tuple[Office, Packed]:
    """Return the office and the bundles that a run before left in the folder, or new ones, left for the next run."""
    wanted, note = [bundles, households, alike], folder / "kept.json"
    if note.exists():
        kept = json.loads(note.read_text())
        if kept["wanted"] == wanted:
            devices = [Device(id_, id_, bytes.fromhex(key)) for id_, key in kept["devices"]]
            paths = [folder / name for name in kept["paths"]]
            identity = kept["identity"]
            return Office(identity, crypto.recipient_of(identity)), Packed(paths, devices, kept["content_bytes"])
    identity = crypto.new_identity()
    office = Office(identity, crypto.recipient_of(identity))
    packed = write_all(folder, office, bundles, households, alike)
    said = {
        "wanted": wanted,
        "identity": identity,
        "paths": [path.name for path in packed.paths],
        "devices": [[device.id, device.verify_key.hex()] for device in packed.devices],
        "content_bytes": packed.content_bytes,
    }
    note.write_text(json.dumps(said))
    return office, packed


def only_deciphered(packed: Packed, office: Office) -> int:
    """Undo age and zstd and nothing else: the least that any program must do; return how many bytes came out."""
    total = 0
    for path in packed.paths:
        content = path.read_bytes()
        header_end = content.index(b"\n", content.index(b"\n") + 1) + 1
        inner = crypto.open_sealed(content[header_end:], office.identity)
        total += len(unpack(inner[crypto.SIGNATURE_BYTES :]))
    return total


def opened(packed: Packed, office: Office) -> Iterator[bytes]:
    """Open, verify and unpack, without looking into the content."""
    signers = {device.id: Signer(device.verify_key, False) for device in packed.devices}
    for path in packed.paths:
        header, inner, _ = open_container(path.read_bytes(), office.identity, signers)
        yield unpack(inner, header.content_bytes)


def into_sqlite(path: Path, packed: Packed, office: Office) -> Took:
    """Put the same rows into a plain sqlite3 file, a transaction a bundle; return what only that took."""
    clock_s = processor_s = 0.0
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE revisions (id TEXT PRIMARY KEY, submission TEXT, household TEXT, answers BLOB)")
    for path_of_bundle in packed.paths:
        bundle = read_bundle(path_of_bundle, office.identity, packed.devices)
        rows = [(each.id, each.submission, each.household, canonical(each.answers)) for each in bundle.revisions]
        clock, processor = time.perf_counter(), time.process_time()
        with database:
            database.executemany("INSERT OR IGNORE INTO revisions VALUES (?, ?, ?, ?)", rows)
        clock_s += time.perf_counter() - clock
        processor_s += time.process_time() - processor
    database.close()
    return Took(clock_s, processor_s)


class Watch:
    """Notes the processor's time and the memory when each bundle begins, to see whether later ones cost more.

    Attributes:
        records: number of revisions in each bundle.
    """

    def __init__(self, records: int) -> None:
        self.records = records
        self.moments: list[float] = []
        self.clock: list[float] = []
        self.memory: list[float] = []

    def step(self, done: int, total: int, what: str = "") -> None:  # noqa: ARG002
        """Note the moment, and say how the last tenth went."""
        self.moments.append(time.process_time())
        self.clock.append(time.perf_counter())
        self.memory.append(memory_mib())
        tenth = max(1, total // 10)
        if done and done % tenth == 0:
            took_s, processor_s = (each[-1] - each[-1 - tenth] for each in (self.clock, self.moments))
            count = tenth * self.records
            print(
                f"  {done:5} bundles: {took_s:7.1f} s, {count / took_s:6.0f} a second; "
                f"processor {processor_s:7.1f} s, {count / processor_s:6.0f} a second; {self.memory[-1]:5.0f} MiB",
                flush=True,
            )

    def slowdown(self) -> float:
        """Return the time of the last third over that of the first third."""
        third = max(1, (len(self.moments) - 1) // 3)
        first = self.moments[third] - self.moments[0]
        return (self.moments[-1] - self.moments[-1 - third]) / first if first else 1.0

    def growth_mib(self) -> float:
        """Return by how much the memory in use grew from the end of the first third to the end."""
        return self.memory[-1] - self.memory[max(1, (len(self.memory) - 1) // 3)]


def memory_mib() -> float:
    """Return the memory in use now, or the most that ever was where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / (1 << 20)
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    """Let the system count the most memory used from now on, where it can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_mib() -> float:
    """Return the most memory used since ``forget_peak``, or ever where the system does not tell."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Callable[[], Any]) -> tuple[Took, Any]:
    """Return what the work took, and its result."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    return Took(time.perf_counter() - clock, time.process_time() - processor), result


def main() -> None:
    """Run the benchmark and print what was measured."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--bundles", type=int, default=300)
    parser.add_argument("--households", type=int, default=40, help="in each bundle")
    parser.add_argument("--alike", type=int, default=0, help="so many different forms, to make many bundles quickly")
    parser.add_argument("--folder", type=Path, help="where to work, default a temporary folder")
    parser.add_argument("--keep", type=Path, help="where bundles stay for the next run, default nowhere")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=wanted.folder) as name:
        kept = wanted.keep or Path(name)
        kept.mkdir(parents=True, exist_ok=True)
        measure(Path(name), kept, wanted.bundles, wanted.households, wanted.alike)


def measure(folder: Path, kept: Path, bundles: int, households: int, alike: int = 0) -> None:
    """Measure and print; the bundles are in ``kept``, stores are made in ``folder``."""
    records = bundles * households
    took, (office, packed) = timed(lambda: kept_or_written(kept, bundles, households, alike))
    identity = office.identity
    size = sum(path.stat().st_size for path in packed.paths)
    print(
        f"{bundles} bundles of {households} households: {size / records:.0f} bytes a household "
        f"(content {packed.content_bytes / records:.0f}), made in {took.clock_s:.1f} s",
        flush=True,
    )
    least, _ = timed(lambda: only_deciphered(packed, office))
    plain, _ = timed(lambda: [None for _ in opened(packed, office)])
    checked, _ = timed(lambda: [read_bundle(path, identity, packed.devices).header for path in packed.paths])
    sqlite = into_sqlite(folder / "plain.sqlite", packed, office)
    watch = Watch(households)
    with Store.create(
        folder / "office.store", "x", kind="office", device="o", name="o", cost=crypto.Cost(1, 8)
    ) as store:
        store.put_secret(OFFICE_IDENTITY, identity.encode())
        store.put_devices(packed.devices)
        forget_peak()
        took, balance = timed(lambda: merge(store, packed.paths, watch))
        peak = peak_mib()
        again, _ = timed(lambda: merge(store, packed.paths))
        read, currents = timed(lambda: sum(1 for _ in store.currents()))
    weight = (folder / "office.store").stat().st_size / records
    assert currents == records, currents
    assert balance.new == records, balance
    print("                            seconds   a second  of merge   processor s   a second  of merge")
    for words, each in (
        ("age and zstd alone", least),
        ("open, verify, unpack", plain),
        ("read with all checks", checked),
        ("plain sqlite3, rows only", sqlite),
        ("merge", took),
        ("merge the same again", again),
        ("read what all say now", read),
    ):
        print(
            f"{words:24} {each.clock_s:10.2f} {records / each.clock_s:10.0f} {each.clock_s / took.clock_s:9.2f} "
            f"{each.processor_s:13.2f} {records / each.processor_s:10.0f} {each.processor_s / took.processor_s:9.2f}"
        )
    print(f"processor time, last third of the bundles over the first third: {watch.slowdown():.2f}")
    print(
        f"memory grew from the first third to the end by {watch.growth_mib():.0f} MiB; {weight:.0f} bytes a household"
    )
    print(f"most memory used while merging: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
