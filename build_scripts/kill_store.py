"""Kill a backup, a restore, a migration or a daily copy at random moments, many times, and see that nothing is lost.

    python build_scripts/kill_store.py                      300 kills of each
    python build_scripts/kill_store.py --kills 20 backup    20 kills of one

After every kill: the store checks and says what it said before, nothing half written bears the name of a copy or of a
store, and doing it again completes. ``tests/properties/test_store_survives_kills.py`` does a few of each in the suite.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey_app import crypto  # noqa: E402
from survey_app.operations.backups import back_up_daily, copies_in, folder_of  # noqa: E402
from survey_app.operations.stores import restore_store  # noqa: E402
from survey_app.records import Household, Revision  # noqa: E402
from survey_app.store import Store, schema, slots  # noqa: E402
from survey_app.store.driver import connect  # noqa: E402
from survey_app.store.files import write_journal_back  # noqa: E402

PASSPHRASE = "x"
CHEAP = crypto.Cost(1, 8)
CHILD = """
import sys
from pathlib import Path
from survey_app.operations.backups import back_up_daily
from survey_app.operations.stores import restore_store
from survey_app.store import Store
what, store, other = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
if what == "migration":
    print("begins", flush=True)
    Store.open(store, "x").close()
elif what == "restore":
    print("begins", flush=True)
    restore_store(other, store, "x")
else:
    with Store.open(store, "x") as opened:
        print("begins", flush=True)
        opened.backup(other) if what == "backup" else back_up_daily(opened)
print("is done", flush=True)
"""


Kill = Callable[[str, "Trial", float], bool]

ANSWERS_OF_OLD = "coalesce(answers, (SELECT r.answers FROM revisions r WHERE r.position = currents.revision))"
"""What ``currents.answers`` held up to format 11; since then a settled submission's answers stand once."""


@dataclass(frozen=True)
class Trial:
    """A folder in which something is killed.

    Attributes:
        store: the store.
        other: the copy that is written, or that is put back.
        digest: what the store said before.
        other_digest: what the copy says that is put back.
    """

    store: Path
    other: Path
    digest: str
    other_digest: str = ""


def fill(path: Path, forms: int) -> str:
    """Make a store with forms and return its digest."""
    with Store.create(path, PASSPHRASE, kind="laptop", device="m1", name="Máy 1", cost=CHEAP) as store:
        store.put_households(Household(f"h{n}", "v", n + 1, f"Trần Văn {n}") for n in range(forms))
        store.add_revisions((_revision(n) for n in range(forms)), "here")
        return store.digest()


def _revision(n: int) -> Revision:
    answers = {"m": [{"#": line, "name": f"Trần Văn {line} {n}", "age": str(n)} for line in range(1, 5)]}
    at = "2026-11-21T08:00:00.000+07:00"
    return Revision(f"s{n}", f"h{n}", "r", "f", "1", (), "answers", "an", "m1", at, "", answers)


def make_older(path: Path, formats: int = 3) -> int:
    """Write a store as a program some formats ago would have left it, and return its format."""
    older = len(schema.MIGRATIONS) - formats
    store, part = Store.open(path, PASSPHRASE), path.with_name("older.store")
    opened = store._opened
    database = connect(part, opened.key, opened.slots.salt)
    database.execute(f"PRAGMA application_id = {slots.APPLICATION_ID}")
    for statement in (statement for statements in schema.MIGRATIONS[:older] for statement in statements):
        database.conn.execute(statement)
    database.execute(f"PRAGMA user_version = {older}")
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        read = names.replace("answers", ANSWERS_OF_OLD) if table == "currents" else names
        rows = opened.database.execute(f"SELECT {read} FROM {table}").fetchall()
        database.conn.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
    database.execute("DELETE FROM facts WHERE name IN ('log_end', 'format')")
    write_journal_back(database)
    database.close()
    slots.write_slots(part, opened.slots)
    store.close()
    part.replace(path)
    return older


def begin(what: str, trial: Trial) -> subprocess.Popen[bytes]:
    """Let another process do it; return when it has begun."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, what, str(trial.store), str(trial.other)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"begins\n"
    return child


def do(what: str, trial: Trial) -> None:
    """Do it here."""
    if what == "migration":
        Store.open(trial.store, PASSPHRASE).close()
    elif what == "restore":
        restore_store(trial.other, trial.store, PASSPHRASE)
    else:
        with Store.open(trial.store, PASSPHRASE) as opened:
            if what == "backup":
                opened.backup(trial.other)
            else:
                back_up_daily(opened)


def kill_fork(what: str, trial: Trial, after_s: float) -> bool:
    """As ``kill``, in a copy of this process: many times faster, where the system can do that."""
    child = os.fork()
    if child == 0:
        try:
            do(what, trial)
        except BaseException:
            os._exit(1)
        os._exit(0)
    time.sleep(after_s)
    os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    assert not (os.WIFEXITED(status) and os.WEXITSTATUS(status)), "it failed instead of being killed"
    return os.WIFEXITED(status)


def kill(what: str, trial: Trial, after_s: float) -> bool:
    """Kill it some time after it began, and return whether it had ended before."""
    child = begin(what, trial)
    try:
        time.sleep(after_s)
    finally:
        child.kill()
        rest, complaint = child.communicate()
    assert complaint == b"", complaint.decode()
    return b"is done" in rest


def _is_whole(path: Path, digest: str) -> None:
    with Store.open(path, PASSPHRASE) as store:
        assert store.check() == [], store.check()
        assert store.digest() == digest


def _no_half_copy(folder: Path, digest: str) -> None:
    for copy in folder.glob("*.store"):
        _is_whole(copy, digest)


def backup_again(trial: Trial) -> None:
    """After a killed backup the store is whole, a copy with a proper name too, and a backup succeeds."""
    _is_whole(trial.store, trial.digest)
    if trial.other.exists():
        _is_whole(trial.other, trial.digest)
    with Store.open(trial.store, PASSPHRASE) as store:
        store.backup(trial.other)
    _is_whole(trial.other, trial.digest)
    assert not [path for path in trial.other.parent.iterdir() if ".part" in path.name]


def daily_again(trial: Trial) -> None:
    """After a killed daily copy the store is whole and today's copy can be made."""
    _is_whole(trial.store, trial.digest)
    _no_half_copy(folder_of(trial.store), trial.digest)
    with Store.open(trial.store, PASSPHRASE) as store:
        assert back_up_daily(store, again=True).troubles == ()
    (copy,) = copies_in(folder_of(trial.store), trial.store)
    _is_whole(copy.path, trial.digest)


def restore_again(trial: Trial) -> None:
    """After a killed restore nothing is lost: a store says the old or the new, and restoring again completes."""
    said = set()
    for path in trial.store.parent.glob("*.store"):
        if path == trial.other or path.name.endswith(".trial"):
            continue
        with Store.open(path, PASSPHRASE) as store:
            assert store.check() == []
            said.add(store.digest())
    assert trial.digest in said, "what was there is lost"
    restore_store(trial.other, trial.store, PASSPHRASE)
    _is_whole(trial.store, trial.other_digest)
    _is_whole(trial.other, trial.other_digest)


def migrate_again(trial: Trial) -> None:
    """After a killed migration the store opens, is whole, and has the present format."""
    _is_whole(trial.store, trial.digest)
    assert slots.schema_version(trial.store) == len(schema.MIGRATIONS)
    assert not slots.before_migration_path(trial.store).exists()


AGAIN: dict[str, Callable[[Trial], None]] = {
    "backup": backup_again,
    "daily": daily_again,
    "restore": restore_again,
    "migration": migrate_again,
}


def prepare(what: str, folder: Path, forms: int) -> Trial:
    """Make what one kind of kill needs."""
    store, other = folder / "may01.store", folder / "other" / "copy.store"
    other.parent.mkdir()
    digest = fill(store, forms)
    if what == "migration":
        make_older(store)
    if what == "restore":
        return Trial(store, other, digest, fill(other, forms // 2))
    return Trial(store, other, digest)


def copied(model: Trial, folder: Path) -> Trial:
    """Return a copy of a trial in a folder of its own."""
    shutil.copytree(model.store.parent, folder)
    return Trial(folder / model.store.name, folder / "other" / "copy.store", model.digest, model.other_digest)


def try_kills(
    what: str, place: Path, kills: int, forms: int, chance: random.Random, *, hit: Kill = kill
) -> tuple[float, int]:
    """Kill until so many kills struck in the middle of the work, looking each time.

    Returns:
        How long the work lasts, in seconds, and how many further kills came after its end.
    """
    (place / "model").mkdir()
    model, late, struck = prepare(what, place / "model", forms), 0, 0
    longest = 0.02
    while not hit(what, copied(model, place / "timed"), longest):  # find out how long it takes
        shutil.rmtree(place / "timed")
        longest *= 1.5
    while struck < kills and late < 20 * kills:
        trial, after_s = copied(model, place / "trial"), chance.uniform(0, longest)
        ended = hit(what, trial, after_s)
        late, struck = late + ended, struck + (not ended)
        longest *= 0.95 if ended else 1.05 if after_s > 0.8 * longest else 1.0
        AGAIN[what](trial)
        shutil.rmtree(place / "trial")
        if not ended and struck % 25 == 0:
            print(f"  {what}: {struck} of {kills}, {late} after the end", file=sys.stderr, flush=True)
    return longest, late


def main(kinds: list[str], kills: int, forms: int, seed: int) -> None:
    """Kill and look, and tell."""
    chance, hit = random.Random(seed), kill_fork if hasattr(os, "fork") else kill
    for what in kinds:
        with tempfile.TemporaryDirectory() as place:
            longest, late = try_kills(what, Path(place), kills, forms, chance, hit=hit)
        print(f"{what}: {kills} kills within {longest:.2f} s, {late} after the end, nothing lost", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(AGAIN)}; all when none is given")
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--forms", type=int, default=400)
    parser.add_argument("--seed", type=int, default=20261121)
    given = parser.parse_args()
    main(given.kinds or list(AGAIN), given.kills, given.forms, given.seed)
