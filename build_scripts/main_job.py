"""Do the main job without a window: interviews, bundles, merge, indicators, report files.

Builds the demonstration commune in ``demo-commune`` beside this folder by really answering the household form, then
walks the way of its data through the same commands a person uses, and leaves the files for looking at.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "demo-commune"
PASSPHRASE = "khao-sat-mau"  # of the demonstration only; real stores have the person's own


def step(title: str, *command: str | Path, accept: Sequence[int] = (0,)) -> None:
    """Run one command of the program and show what it says."""
    print(f"\n== {title}", flush=True)
    env = {**os.environ, "SURVEY_APP_PASSPHRASE": PASSPHRASE, "SURVEY_APP_DATA": str(TARGET / "user")}
    env.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=env, check=False)
    if done.returncode not in accept:
        sys.exit(f"this step failed with status {done.returncode}: {title}")


def main() -> None:
    """Do the main job from the first interview to the report."""
    shutil.rmtree(TARGET, ignore_errors=True)
    app = ("-m", "survey_app")
    office = TARGET / "office.store"
    shape = ("--households", "60", "--laptops", "3", "--edits", "--seed", "1")
    step("Interviews in a demonstration commune: three laptops, sixty households", *app, "demo", TARGET, *shape)
    bundles = sorted((TARGET / "bundles").glob("*.bundle"))
    step("What a bundle says of itself", *app, "bundle", "inspect", bundles[0])
    step("The office merges the bundles", *app, "merge", office, *bundles)
    step("The same bundles once more, in the opposite order: nothing changes", *app, "merge", office, *bundles[::-1])
    step("What a person must still decide", *app, "conflicts", office)
    step("Indicators against the targets, by commune", *app, "indicators", office, "--by", "commune")
    step("The report as an Excel file", *app, "report", office, "--format", "xlsx", "--out", TARGET / "report.xlsx")
    step("The answers as tables", *app, "export", office, "--out", TARGET / "answers")
    step("The store checks itself", *app, "store", "check", office)
    step("Pictures of the window", ROOT / "build_scripts" / "screenshots.py", "--out", TARGET / "pictures", "--quick")
    print(f"\nDone. Everything is in {TARGET}; the passphrase of its stores is {PASSPHRASE}.")


if __name__ == "__main__":
    main()
