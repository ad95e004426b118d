"""Train the dictionary that small bundles are packed with, from forms of the demonstration.

    python build_scripts/bundle_dictionary.py --id 32769           writes resources/dictionaries/32769.dict
    python build_scripts/bundle_dictionary.py --measure 32769      bytes a household with and without it

A dictionary that was released is never written again: give the next id, and set ``NEWEST`` in ``bundles/dictionaries``.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path

import zstandard

from survey_app.bundles.dictionaries import dictionary
from survey_app.operations.demo import build_demo
from survey_app.paths import resources
from survey_app.records import canonical
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"
SIZE_BYTES = 64 << 10
HOUSEHOLDS = 300
SEED_TO_TRAIN, SEED_TO_MEASURE = 4711, 5


def lines(seed: int, households: int) -> list[bytes]:
    """Return the lines of a demonstration's revisions, as bundles hold them."""
    with tempfile.TemporaryDirectory() as name:
        demo = build_demo(Path(name) / "place", households, 4, False, seed, 1, PASSPHRASE)
        found = []
        for path in demo.laptops:
            with Store.open(path, PASSPHRASE) as store:
                found += [canonical(revision.as_json()) + b"\n" for revision in store.revisions()]
    return found


def train(number: int) -> None:
    """Train and write a dictionary."""
    target = resources() / "dictionaries" / f"{number}.dict"
    if target.exists():
        raise SystemExit(f"{target} is there already and must stay as it is")
    samples: list[bytes | bytearray | memoryview] = [*lines(SEED_TO_TRAIN, HOUSEHOLDS)]
    made = zstandard.train_dictionary(SIZE_BYTES, samples, dict_id=number, level=19)
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(made.as_bytes())
    print(target, len(made.as_bytes()), hashlib.sha256(made.as_bytes()).hexdigest())


def measure(number: int) -> None:
    """Print bytes a household, packed together, with and without the dictionary."""
    own = lines(SEED_TO_MEASURE, HOUSEHOLDS)
    print("households      plain  dictionary   bytes a household")
    for count in (1, 3, 10, 40, 100, len(own)):
        content = b"".join(own[:count])
        plain = len(zstandard.ZstdCompressor(level=19).compress(content)) / count
        small = len(zstandard.ZstdCompressor(level=19, dict_data=dictionary(number)).compress(content)) / count
        print(f"{count:10} {plain:10.0f} {small:11.0f}")


def main() -> None:
    """Train or measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--id", type=int)
    which.add_argument("--measure", type=int)
    wanted = parser.parse_args()
    if wanted.id is not None:
        train(wanted.id)
    else:
        measure(wanted.measure)


if __name__ == "__main__":
    main()
