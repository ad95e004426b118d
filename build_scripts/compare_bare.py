#!/usr/bin/env python3
"""How large and how slow to open the packed program is beside the barest program packed the same way.

    python3 build_scripts/compare_bare.py FOLDER [--work DIR] [--runs 9]

FOLDER is the packed program of this system (Linux or Windows). Two programs are packed with PyInstaller as it comes:
`bare` opens an empty PySide6 window, `bare-analysis` imports pandas and matplotlib besides. Printed are sizes by part,
and how long each takes from its start until Qt shows its first window, as medians of runs taken in turn, and as ratios.
The window is shown offscreen: that Qt says when a window is shown is what ends the measurement.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "build_scripts" / "installer"), str(ROOT / "build_scripts")]

import parts  # noqa: E402
from package import venv_python  # noqa: E402

BARE = """
from PySide6.QtWidgets import QApplication, QWidget
application = QApplication([])
window = QWidget()
window.show()
application.exec()
"""
ANALYSIS = "import pandas\nimport matplotlib.backends.backend_qtagg\n" + BARE
SHOWN = b"propagateSizeHints"
"""What the offscreen platform says when it is asked to show a window."""


def pack(name: str, source: str, work: Path) -> Path:
    """Return the folder of a packed program with one small source file."""
    work.mkdir(parents=True, exist_ok=True)
    file = work / f"{name}.py"
    file.write_text(source, encoding="utf-8")
    words = ["-m", "PyInstaller", "--noconfirm", "--onedir", "--log-level", "ERROR", "--name", name]
    places: list[str | Path] = ["--distpath", work / "out", "--workpath", work / "freeze", "--specpath", work]
    subprocess.run([venv_python(), *words, *places, file], check=True)
    return work / "out" / name


def seconds_to_window(program: Path, data: Path) -> float:
    """Start a program without arguments and return how long it takes until its window is shown."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "SURVEY_APP_DATA": str(data)}
    began = time.perf_counter()
    with subprocess.Popen([program], env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as running:
        assert running.stderr is not None
        while SHOWN not in (line := running.stderr.readline()):
            if not line:
                sys.exit(f"{program} ended before it showed a window")
        took = time.perf_counter() - began
        running.kill()
    return took


def main(argv: Sequence[str]) -> None:
    """Pack, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bare")
    parser.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args(argv)
    folders = {
        "program": arguments.folder.resolve(),
        "bare": pack("bare", BARE, arguments.work.resolve()),
        "bare-analysis": pack("bare-analysis", ANALYSIS, arguments.work.resolve()),
    }
    for name, folder in folders.items():
        print(f"{name}\n{parts.report(folder)}\n")
    ending = ".exe" if os.name == "nt" else ""
    starts = {
        "program": folders["program"] / f"survey-app{ending}",
        **{name: folder / f"{name}{ending}" for name, folder in folders.items() if name != "program"},
    }
    with tempfile.TemporaryDirectory() as data:
        taken: dict[str, list[float]] = {name: [] for name in starts}
        for number in range(arguments.runs + 1):
            for name, program in starts.items():
                took = seconds_to_window(program, Path(data))
                if number:  # the first one only warms the disk
                    taken[name].append(took)
    bare = statistics.median(taken["bare"])
    for name, found in taken.items():
        middle = statistics.median(found)
        print(f"{name:14} {middle * 1000:7.0f} ms to the first window, {middle / bare:5.2f} x bare")


if __name__ == "__main__":
    main(sys.argv[1:])
