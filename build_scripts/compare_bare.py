#!/usr/bin/env python3
"""How large and how slow to open the packed program is beside the barest program packed the same way.

    python3 build_scripts/compare_bare.py FOLDER [--wine build/wine] [--work DIR] [--runs 9]

FOLDER is the packed program of this system, or with --wine the one for Windows. Two programs are packed with
PyInstaller as it comes: `bare` opens a PySide6 window with the same fonts and one label, `bare-analysis` imports pandas
and matplotlib besides; what is packed already in DIR is used again. Printed are sizes by part, and how long each takes
from its start until Qt has painted its first window, as medians of runs taken in turn, and as ratios, beside the time
of a processor until then, which other work on the machine changes little. The window is shown offscreen: that Qt says
what it has painted is what ends the measurement. On Windows a word on the screen comes before the window; how long that
takes is measured too.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "build_scripts" / "installer"), str(ROOT / "build_scripts")]

import parts  # noqa: E402
from package import venv_python  # noqa: E402
from windows_python import WindowsPython, screen, windows_path  # noqa: E402

BARE = """
import os
from pathlib import Path
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
for file in sorted(Path(os.environ["FONTS"]).glob("*.ttf")):
    QFontDatabase.addApplicationFont(str(file))
window = QLabel("H\u1ed9 gia \u0111\u00ecnh 017")
window.resize(1366, 768)
window.show()
application.exec()
"""
"""A window of the same size with the same fonts and nothing else; what bench_interview.py holds the source to."""
ANALYSIS = "import pandas\nimport matplotlib.backends.backend_qtagg\n" + BARE
SHOWN = b"Flushing QRegion"
"""What Qt says when a window has been painted for the first time, once it is asked to."""
LONGEST_S = 180.0
FONTS = ROOT / "resources" / "fonts"


@dataclass(frozen=True)
class Ground:
    """Where programs are packed and measured: on this system, or under Wine."""

    work: Path
    wine: WindowsPython | None

    def name(self, path: Path) -> str:
        """Return what a program calls a path."""
        return windows_path(path) if self.wine else str(path)

    def pack(self, name: str, source: str) -> Path:
        """Return the folder of a packed program with one small source file."""
        folder = self.work / "out" / name
        if (folder / "_internal").is_dir():
            return folder
        self.work.mkdir(parents=True, exist_ok=True)
        file = self.work / f"{name}.py"
        file.write_text(source, encoding="utf-8")
        words = ["-m", "PyInstaller", "--noconfirm", "--onedir", "--log-level", "ERROR", "--name", name]
        for option, part in (("--distpath", "out"), ("--workpath", "freeze"), ("--specpath", "spec")):
            words += [option, self.name(self.work / part)]
        words.append(self.name(file))
        if self.wine:
            done = self.wine.python(*words, timeout_s=3600, PYTHONUTF8="1")
            if done.returncode:
                sys.exit(done.stdout[-3000:])
        else:
            subprocess.run([venv_python(), *words], check=True)
        return folder

    def program(self, folder: Path, name: str) -> Path:
        """Return the file in a packed folder that starts its program."""
        return folder / (f"{name}.exe" if self.wine or os.name == "nt" else name)

    def seconds_to_window(self, program: Path, data: Path) -> tuple[float, float]:
        """Start a program without arguments; return how long it takes until its window is shown, and of a processor."""
        told = {"QT_FORCE_STDERR_LOGGING": "1", "QT_LOGGING_RULES": "qt.widgets.painting=true"}
        more = {"QT_QPA_PLATFORM": "offscreen", "SURVEY_APP_DATA": self.name(data), "FONTS": self.name(FONTS), **told}
        environment = self.wine.environment(**more) if self.wine else {**os.environ, **more}
        words = ["wine", str(program)] if self.wine else [str(program)]
        pipe = subprocess.PIPE
        began = time.perf_counter()
        with subprocess.Popen(words, env=environment, stdin=pipe, stdout=pipe, stderr=pipe) as running:
            ending = threading.Timer(LONGEST_S, running.kill)
            ending.start()
            assert running.stderr is not None
            while SHOWN not in (line := running.stderr.readline()):
                if not line:
                    sys.exit(f"{program} ended, or {LONGEST_S:.0f} s passed, before it showed a window")
            took = time.perf_counter() - began
            ending.cancel()
            running.kill()
            return took, _processor_s(running)


def _processor_s(ended: subprocess.Popen[bytes]) -> float:
    """Return the time of a processor that a killed program had; 0 on Windows, which does not tell it here."""
    if sys.platform == "win32":
        return 0.0
    _pid, ended.returncode, used = os.wait4(ended.pid, 0)
    return used.ru_utime + used.ru_stime


def measure(ground: Ground, starts: Mapping[str, Path], runs: int) -> None:
    """Start the programs in turn and print how long each takes, beside the first one."""
    taken: dict[str, list[float]] = {name: [] for name in starts}
    used: dict[str, list[float]] = {name: [] for name in starts}
    with tempfile.TemporaryDirectory() as data:
        for number in range(runs + 1):
            for name, program in starts.items():
                took, processor = ground.seconds_to_window(program, Path(data))
                if number:  # the first one only warms the disk
                    taken[name].append(took)
                    used[name].append(processor)
    bare, bare_used = statistics.median(taken["bare"]), statistics.median(used["bare"])
    for name, found in taken.items():
        middle = statistics.median(found)
        spread = f"{min(found) * 1000:.0f}-{max(found) * 1000:.0f}"
        ratio = statistics.median(one / other for one, other in zip(found, taken["bare"], strict=True))
        ratios = f"{middle / bare:.2f} x bare, {ratio:.2f} in turn"
        processor = statistics.median(used[name])
        told = f"; of a processor {processor * 1000:.0f} ms, {processor / bare_used:.2f} x bare" if bare_used else ""
        print(f"{name:14} {middle * 1000:7.0f} ms ({spread}) to the first window, {ratios}{told}", flush=True)


def measure_splash(ground: Ground, program: Path, runs: int) -> None:
    """Print how long it takes until anything of the program stands on the screen: the word that it opens."""
    assert ground.wine is not None
    seen = ["xdotool", "search", "--onlyvisible", "--name", "."]
    environment = {**os.environ, "DISPLAY": ground.wine.display}
    taken = []
    with tempfile.TemporaryDirectory() as data:
        started = ground.wine.environment(SURVEY_APP_DATA=ground.name(Path(data)))
        for _run in range(runs):
            began = time.perf_counter()
            pipe = subprocess.PIPE
            with subprocess.Popen(["wine", str(program)], env=started, stdin=pipe, stdout=pipe, stderr=pipe) as running:
                while subprocess.run(seen, env=environment, capture_output=True, check=False).returncode:
                    if time.perf_counter() - began > LONGEST_S:
                        sys.exit(f"nothing of {program} was seen on the screen")
                taken.append(time.perf_counter() - began)
                time.sleep(2)
                running.kill()
            time.sleep(2)
    print(f"{'splash':14} {statistics.median(taken) * 1000:7.0f} ms to the first word on the screen", flush=True)


def main(argv: Sequence[str]) -> None:
    """Pack, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--wine", type=Path, help="work folder of package.py --target windows, build/wine")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bare")
    parser.add_argument("--runs", type=int, default=9)
    arguments = parser.parse_args(argv)
    wine = (
        WindowsPython(arguments.wine.resolve() / "python", arguments.wine.resolve() / "prefix")
        if arguments.wine
        else None
    )
    ground = Ground(arguments.work.resolve() / ("windows" if wine else "here"), wine)
    with screen(wine) if wine else contextlib.nullcontext():
        folders = {
            "bare": ground.pack("bare", BARE),
            "bare-analysis": ground.pack("bare-analysis", ANALYSIS),
            "program": arguments.folder.resolve(),
        }
        starts = {name: ground.program(folder, name) for name, folder in folders.items() if name != "program"}
        windowed = folders["program"] / "khao-sat-so-ho.exe"
        starts["program"] = windowed if windowed.exists() else folders["program"] / "survey-app"
        measure(ground, starts, arguments.runs)
        if wine:
            measure_splash(ground, starts["program"], arguments.runs)
    for name, folder in folders.items():
        print(f"\n{name}\n{parts.report(folder)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
