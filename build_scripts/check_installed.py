#!/usr/bin/env python3
"""Try the packed program as somebody who just got it: every command, every window, nothing of the source beside it.

    python3 build_scripts/check_installed.py FOLDER [--wine PREFIX_AND_PYTHON_FOLDER] [--pictures DIR]

FOLDER is the program's folder (as packed, unpacked or installed). It works in a new folder with blanks and Vietnamese
letters in its name; the program's folder is made read-only meanwhile. A command of the list in installed/commands.py
that no step ran is a failure, and so is a screen or dialog that was not opened. Exit status 1 when anything failed.
"""

from __future__ import annotations

import argparse
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "installer"), str(HERE / "installed")]

import commands  # noqa: E402
import windows_python as under_wine  # noqa: E402
from trial import Trial  # noqa: E402


def windows(trial: Trial, pictures: Path) -> None:
    """Open every screen and dialog on a laptop's and on the office's store, and take a picture of each."""
    commune, seen, every = trial.place / "xã mẫu", set(), {""}
    laptop = sorted((commune / "laptops").glob("*.store"))[0]
    for role, store in (("laptop", laptop), ("office", commune / "office.store")):
        shown = trial.json("look", store, "--pictures", pictures / role) or {}
        every = set(shown.get("all", [])) or every
        for name in shown.get("screens", []):
            seen.add(name)
            trial.see(pictures / role / f"{name}.png", 500)
    for name in sorted(every - seen):
        trial.fault(f"not opened: {name}")


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take away the right to write into a folder; a program must never want to write beside itself."""
    kept = {path: path.stat().st_mode for path in [folder, *folder.rglob("*")]}
    for path, mode in kept.items():
        path.chmod(mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    try:
        yield
    finally:
        for path, mode in kept.items():
            path.chmod(mode)


def main(argv: Sequence[str]) -> int:
    """Try the program and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wine", type=Path, help="work folder of package.py --target windows, build/wine")
    parser.add_argument("--pictures", type=Path, help="keep the pictures of the windows here")
    arguments = parser.parse_args(argv)
    folder = arguments.folder.resolve()
    wine = under_wine.WindowsPython(arguments.wine / "python", arguments.wine / "prefix") if arguments.wine else None
    names = [folder / "survey-app.exe", folder / "survey-app"]
    program = next(path for path in names if path.exists())
    with tempfile.TemporaryDirectory(prefix="Khảo sát ở xã ") as scratch:
        trial = Trial(program, Path(scratch), wine)
        pictures = arguments.pictures or trial.place / "hình"
        with read_only(folder):
            if wine:
                with under_wine.screen(wine):
                    _try_all(trial, folder, pictures)
            else:
                _try_all(trial, folder, pictures)
        shutil.rmtree(trial.place / "dữ liệu", ignore_errors=True)
    print(f"{'all good' if not trial.failed else 'FAILED: ' + ', '.join(trial.failed)}")
    return 1 if trial.failed else 0


def _try_all(trial: Trial, folder: Path, pictures: Path) -> None:
    commands.everything(trial, folder / "_internal")
    windows(trial, pictures.resolve())
    for name in commands.not_run(trial.ran):
        trial.fault(f"no step runs: {name}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
