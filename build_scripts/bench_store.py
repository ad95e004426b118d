"""Measure the encrypted store against plain SQLite on the same disk, in the same run.

    python build_scripts/bench_store.py [--households 50000] [--answers 1500] [--folder DIR]

Prints: a committed answer (median and 95th percentile) and its ratio to a plain ``sqlite3`` commit of the same two
rows, both interleaved so that a busy disk hits both; opening with a passphrase and what of it is Argon2id; searching
the household list; adding revisions; the size of answers packed and as they are. Read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from survey_app import crypto
from survey_app.records import Answers, Household, Place, Revision, Round, canonical
from survey_app.store import Draft, Store
from survey_app.store.content import Content

PASSPHRASE = "measure, then decide"
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ"]
MIDDLE = ["Văn", "Thị", "Đức", "Minh", "Ngọc", "Hữu", "Thanh", "Quang"]
GIVEN = ["Bình", "Mai", "Hạnh", "Tuấn", "Lan", "Hùng", "Phượng", "Đạt", "Yến", "Sơn", "Thảo", "Khôi"]


def households(count: int, dice: random.Random) -> Iterator[Household]:
    """Yield households of villages of 150."""
    for index in range(count):
        name = f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}"
        phone = f"09{dice.randrange(10**8):08d}"
        identity = str(uuid.UUID(int=dice.getrandbits(128)))
        yield Household(identity, f"00001-{index // 150:03d}", index % 150 + 1, name, "Xóm 1", phone, 4)


def answers(dice: random.Random) -> Answers:
    """Return answers about as long as those of a household of four."""
    choices = ["yes", "no", "smartphone", "fibre mobile_data", "level2", "dont_know", "secondary"]
    members = [
        {"#": line, "m_name": f"{dice.choice(FAMILY)} {dice.choice(GIVEN)}"}
        | {f"m_question_{n}": dice.choice(choices) for n in range(24)}
        for line in range(1, 5)
    ]
    household = {f"hh_question_{n}": dice.choice(choices) for n in range(45)}
    return {**household, "interview_result": "complete", "members": members}


def quantiles(times: list[float]) -> tuple[float, float]:
    """Return median and 95th percentile in milliseconds."""
    return statistics.median(times) * 1000, statistics.quantiles(times, n=20)[18] * 1000


def timed(action: Callable[[], object]) -> float:
    """Return how long an action takes, in seconds."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def plain(folder: Path) -> sqlite3.Connection:
    """Return a plain database with the two tables that a committed answer touches."""
    connection = sqlite3.connect(folder / "plain.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE draft (id TEXT PRIMARY KEY, touched TEXT, cursor TEXT) WITHOUT ROWID")
    connection.execute(
        "CREATE TABLE value (draft TEXT, address TEXT, value TEXT, PRIMARY KEY (draft, address)) WITHOUT ROWID"
    )
    connection.execute("INSERT INTO draft VALUES ('d', '', '')")
    return connection


def commit_plain(connection: sqlite3.Connection, address: str, value: str) -> None:
    """Commit one answer to the plain database."""
    connection.execute("BEGIN")
    connection.execute(
        "INSERT INTO value VALUES ('d', ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", (address, value)
    )
    connection.execute("UPDATE draft SET touched = ?, cursor = ? WHERE id = 'd'", (value, address))
    connection.execute("COMMIT")


def bench_answers(store: Store, folder: Path, count: int, dice: random.Random) -> None:
    """Compare committed answers."""
    store.start_draft(Draft("d", str(uuid.uuid4()), "h", "2026-11", "f", "1", (), "e", "2026-11-21T08:00:00.000+07:00"))
    connection = plain(folder)
    ours: list[float] = []
    theirs: list[float] = []
    for index in range(count):
        address, value = f"members[{index % 15 + 1}]/m_question_{dice.randrange(25)}", f"answer {index}"
        pair = [
            (ours, partial(store.save_draft, "d", {address: value}, address)),
            (theirs, partial(commit_plain, connection, address, value)),
        ]
        for times, action in pair if index % 2 else reversed(pair):
            times.append(timed(action))
    connection.close()
    for name, times in (("store", ours), ("sqlite3", theirs)):
        print("committed answer, {}: median {:.2f} ms, p95 {:.2f} ms".format(name, *quantiles(times)))
    (our_median, our_late), (their_median, their_late) = quantiles(ours), quantiles(theirs)
    print(f"  ratio: median {our_median / their_median:.2f}, p95 {our_late / their_late:.2f} (bar: p95 under 1.5)")


def bench_open(path: Path) -> None:
    """Measure opening and what of it is the key derivation."""
    opened = [timed(lambda: Store.open(path, PASSPHRASE).close()) for _ in range(5)]
    box = crypto.seal_with_passphrase(b"k" * 32, PASSPHRASE, "bench")
    derived = [timed(lambda: crypto.open_with_passphrase(box, PASSPHRASE, "bench")) for _ in range(5)]
    print(f"open and close: {statistics.median(opened) * 1000:.0f} ms", end="")
    print(f" (Argon2id alone {statistics.median(derived) * 1000:.0f} ms)")


def bench_search(store: Store, count: int) -> None:
    """Measure searches over the whole list."""
    number = store.households(limit=1)[0].household
    for text in ("tran thi mai", "binh", "nguyen", "087", "0912", number.phone, "khong co ai"):
        found = store.households(text=text)
        every, first = (timed(partial(store.households, text=text, limit=limit)) for limit in (0, 200))
        print(f"search {text!r}: {len(found)} of {count}, {every * 1000:.0f} ms; first 200 {first * 1000:.0f} ms")
    village = statistics.median(timed(lambda: store.households(village="00001-007")) for _ in range(20))
    counts = timed(store.status_counts)
    print(f"list of one village: {village * 1000:.1f} ms; counts of all villages: {counts * 1000:.0f} ms")


def bench_revisions(store: Store, lines: list[Household], dice: random.Random, count: int) -> None:
    """Measure adding revisions, and what their answers take."""
    made = [
        Revision(str(uuid.uuid4()), line.id, "2026-11", "f", "1", (), "answers", "e", "L", "2026", "", answers(dice))
        for line in lines[:count]
    ]
    seconds = timed(lambda: store.add_revisions(made, "bundle"))
    again = timed(lambda: store.add_revisions(made, "bundle"))
    print(f"revisions added: {count / seconds:.0f} a second; known already: {count / again:.0f} a second")
    content, plain_bytes = Content(), [canonical(revision.answers) for revision in made]
    packed = sum(len(content.pack(one)) for one in plain_bytes) / count
    print(f"answers: {sum(map(len, plain_bytes)) / count:.0f} bytes as JSON, {packed:.0f} packed", end="")
    packing = timed(lambda: [content.pack(one) for one in plain_bytes]) / count
    print(f" ({packing * 1e6:.0f} microseconds each)")


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=50_000)
    parser.add_argument("--answers", type=int, default=1_500)
    parser.add_argument("--revisions", type=int, default=5_000)
    parser.add_argument("--folder", type=Path, default=None, help="where to measure; a temporary folder otherwise")
    given = parser.parse_args()
    dice = random.Random(1)
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        path = folder / "bench.store"
        with Store.create(path, PASSPHRASE, kind="laptop", device="L", name="bench") as store:
            store.put_places([Place("00001", "Xã", "commune", "xa", "")])
            store.put_round(Round("2026-11", "", "f", "1", "", "", "", "", "00001"))
            lines = list(households(given.households, dice))
            print(f"households written: {given.households / timed(lambda: store.put_households(lines)):.0f} a second")
            bench_revisions(store, lines, dice, given.revisions)
            bench_search(store, given.households)
            bench_answers(store, folder, given.answers, dice)
        bench_open(path)
        print(f"file: {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
