#!/usr/bin/env python3
"""Try the packed program as somebody who just got it: every command, every window, nothing of the source beside it.

    python3 build_scripts/check_installed.py FOLDER [--wine PREFIX_AND_PYTHON_FOLDER] [--pictures DIR]

FOLDER is the program's folder (as packed, unpacked or installed). It works in a new folder with blanks and Vietnamese
letters in its name; the program's folder is made read-only meanwhile. Exit status 1 when anything failed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "build_scripts" / "installer"))

import windows_python as under_wine  # noqa: E402

PASSPHRASE = "khao-sat-mau"  # of the demonstration only
ENGLISH = ("--language", "en")


@dataclass
class Trial:
    """One packed program being tried.

    Attributes:
        program: the file that runs commands.
        place: the folder it works in.
        wine: how Windows programs run here; ``None`` where they run by themselves.
        failed: the steps that failed.
    """

    program: Path
    place: Path
    wine: under_wine.WindowsPython | None = None
    failed: list[str] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """Return what the program calls a path."""
        return str(under_wine.windows_path(path)) if self.wine else str(path)

    def run(self, *words: str | Path, expect: int = 0, timeout_s: float = 600, **more: str) -> str:
        """Run a command, say how it ended, and return what it printed."""
        named = [self.name(word) if isinstance(word, Path) else word for word in words]
        own = {"SURVEY_APP_PASSPHRASE": PASSPHRASE, "SURVEY_APP_DATA": self.name(self.place / "dữ liệu"), **more}
        began = time.monotonic()
        try:
            if self.wine:
                done = self.wine.run(self.program, *named, timeout_s=timeout_s, cwd=self.place, **own)
            else:
                done = subprocess.run(
                    [str(self.program), *named], cwd=self.place, env={**os.environ, **own}, timeout=timeout_s,
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False,
                )  # fmt: skip
            said, ended = done.stdout, done.returncode
        except subprocess.TimeoutExpired as error:
            said, ended = str(error.stdout or ""), -1
        good = ended == expect and "Traceback" not in said
        what = " ".join(word if len(word) < 40 else f"…{word[-30:]}" for word in named) or "(window)"
        print(f"{'ok  ' if good else 'FAIL'} {time.monotonic() - began:6.1f} s  {what}", flush=True)
        if not good:
            print(f"     ended with {ended}, expected {expect}\n     " + said[-1500:].replace("\n", "\n     "))
            self.failed.append(what)
        return said

    def see(self, path: Path, least_bytes: int = 100) -> None:
        """Say whether a file came into being."""
        good = path.is_file() and path.stat().st_size >= least_bytes
        print(f"{'ok  ' if good else 'FAIL'}           {path.name}", flush=True)
        if not good:
            self.failed.append(path.name)


def main_job(trial: Trial) -> None:
    """From interviews to a report, through commands alone."""
    commune = trial.place / "xã mẫu"
    office = commune / "office.store"
    trial.run("--version")
    trial.run(*ENGLISH, "doctor")
    trial.run("demo", commune, "--households", "24", "--laptops", "2", "--edits", "--seed", "1", timeout_s=1500)
    bundles = sorted((commune / "bundles").glob("*.bundle"))
    trial.run("bundle", "inspect", bundles[0])
    trial.run("merge", office, *bundles)
    broken = trial.place / "gói hỏng.bundle"
    broken.write_bytes(bundles[0].read_bytes()[:-50])
    trial.run("merge", office, broken, expect=1)
    trial.run("conflicts", office, "--json")
    trial.run("duplicates", office, "--json")
    trial.run("digest", office)
    rows = trial.run("indicators", office, "--by", "commune,sex", "--format", "csv")
    if "hh_smartphone" not in rows:
        trial.failed.append("indicators")
    report = trial.place / "báo cáo.xlsx"
    trial.run("report", office, "--format", "xlsx", "--out", report)
    trial.see(report, 5000)
    answers = trial.place / "câu trả lời"
    trial.run("export", office, "--out", answers)
    trial.see(answers / "household.csv")
    trial.see(answers / "member.csv")
    trial.run("store", "check", office)
    trial.run("store", "backup", office, trial.place / "bản sao.store")
    trial.run("sync", office, expect=1)


def forms(trial: Trial, shipped: Path) -> None:
    """Check, and print, every questionnaire that comes with the program."""
    for book in sorted((shipped / "forms").glob("*/*.xlsx")):
        trial.run("form", "check", book)
    paper = trial.place / "phiếu giấy.pdf"
    trial.run("form", "print", shipped / "forms" / "household" / "household.xlsx", "--out", paper)
    trial.see(paper, 10_000)


def windows(trial: Trial, pictures: Path) -> None:
    """Open every window on a laptop's and on the office's store, and take a picture of each."""
    commune = trial.place / "xã mẫu"
    laptop = sorted((commune / "laptops").glob("*.store"))[0]
    for role, store in (("laptop", laptop), ("office", commune / "office.store")):
        folder = pictures / role
        said = trial.run("look", store, "--pictures", folder, "--json", timeout_s=900)
        start = said.find("{")
        shown = json.loads(said[start : said.rfind("}") + 1]) if start >= 0 else {}
        for name in shown.get("screens", []):
            trial.see(folder / f"{name}.png", 2000)
        if not shown.get("screens"):
            trial.failed.append(f"windows of the {role}")


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
    main_job(trial)
    forms(trial, folder / "_internal")
    windows(trial, pictures.resolve())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
