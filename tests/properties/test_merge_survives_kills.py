"""A merge killed at any moment leaves a whole store, and merging again completes it.

A few kills; ``build_scripts/kill_merge.py`` does hundreds, also of previews and of taking back.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, OfficeKey, office_key_bytes
from survey_app.operations.handover import merge, pack
from survey_app.records import Household, Revision
from survey_app.store import Device, Store

KILLS = 4
LAPTOPS = 8
ANSWERS = 120
LONGEST_S = 0.4
CHILD = """
import sys
from pathlib import Path
from survey_app.operations.handover import merge
from survey_app.store import Store
with Store.open(sys.argv[1], "x") as store:
    print("begins", flush=True)
    merge(store, [Path(sys.argv[2])])
print("is done", flush=True)
"""


def new_store(path: Path, kind: str) -> Store:
    return Store.create(
        path,
        "x",
        kind="office" if kind == "office" else "laptop",
        device=path.stem,
        name=path.stem,
        cost=crypto.Cost(1, 8),
    )


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An office with nothing merged, and a folder of bundles in which every household was visited by two laptops."""
    identity, signing = crypto.new_identity(), crypto.new_signing_keys()
    key = OfficeKey("office", "Xã", crypto.recipient_of(identity), signing.public)
    with new_store(tmp_path / "office.store", "office") as store:
        store.put_secret(OFFICE_IDENTITY, identity.encode())
        for n in range(LAPTOPS):
            store.put_devices([laptop(tmp_path, n, office_key_bytes(key, signing.secret), key)])
    return tmp_path / "office.store"


def laptop(folder: Path, n: int, key_file: bytes, key: OfficeKey) -> Device:
    keys = crypto.new_signing_keys()
    with new_store(folder / f"lap{n}.store", "laptop") as store:
        store.put_secret(SIGNING_KEY, keys.secret)
        store.put_secret(OFFICE_KEY, key_file)
        store.add_households([Household(f"found {n}", "25750-001", n, "Lê Thị Hoa")], store.device)
        store.add_revisions((revision(store.device, n // 2 * ANSWERS + k) for k in range(ANSWERS)), "here")
        pack(store, key, folder / "stick", everything=True)
        return Device(store.device, store.name, keys.public)


def revision(device: str, home: int) -> Revision:
    answers = {"m": [{"#": line, "name": f"Trần Văn {device} {home}", "age": str(line)} for line in range(1, 5)]}
    at = "2026-11-21T08:00:00.000+07:00"
    return Revision(f"s{home}", f"h{home}", "r", "f", "1", (), "answers", "an", device, at, "", answers)


def test_a_killed_merge_leaves_a_whole_store_and_can_be_completed(office: Path, tmp_path: Path) -> None:
    chance = random.Random(20261121)
    stick = tmp_path / "stick"
    digests = set()
    for n in range(KILLS):
        trial = tmp_path / f"trial {n}" / "office.store"
        trial.parent.mkdir()
        shutil.copyfile(office, trial)
        run(trial, stick, kill_after_s=chance.uniform(0, LONGEST_S))
        with Store.open(trial, "x") as store:
            assert store.check() == []
            assert all(len(note.revisions) == ANSWERS for note in store.bundle_notes())
            balance = merge(store, [stick])
            assert balance.records == LAPTOPS * ANSWERS == balance.identical + balance.new + balance.conflicting
            assert store.check() == []
            digests.add(store.digest())
    assert len(digests) == 1


def run(office: Path, stick: Path, kill_after_s: float) -> None:
    """Merge in another process and kill it some time after it has begun."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(office), str(stick)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begins\n"
        time.sleep(kill_after_s)
    finally:
        child.kill()
        _, complaint = child.communicate()
    assert complaint == b""
