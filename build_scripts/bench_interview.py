"""How quick the interview is: unlock to first question, answer to painted, opening a person, adding one, memory, keys.

    python build_scripts/bench_interview.py [--members 15] [--answers 300]

Runs offscreen with the shipped questionnaire and a real store; prints medians and 95th percentiles in milliseconds, of
the clock and of the processor in the window's own thread. On a busy machine judge by the latter, and by its ratio to
the whole window being painted once, which is measured between the keys of the same run. Start and memory are measured
in processes of their own, as a person has them: the program against a window with a label and the same fonts, in turn.
At the end every budget stands in a line with its bar.
"""

from __future__ import annotations

import argparse
import functools
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

import interview_script as script  # noqa: E402

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from survey_app.gui.interview.screen import InterviewScreen
    from survey_app.gui.main_window import MainWindow


def timed(call: Callable[[], object]) -> float:
    """Return how many milliseconds a call takes."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def show(what: str, times: Sequence[float]) -> None:
    """Print median and 95th percentile."""
    ordered = sorted(times)
    high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    middle = statistics.median(ordered)
    print(f"{what:44} median {middle:7.2f}   p95 {high:7.2f}   max {ordered[-1]:7.2f}   n {len(times)}")


BARE = """
import sys
from PySide6.QtWidgets import QApplication, QLabel
from PySide6.QtGui import QFontDatabase
from pathlib import Path
app = QApplication([])
for file in sorted(Path(sys.argv[1]).glob("*.ttf")):
    QFontDatabase.addApplicationFont(str(file))
label = QLabel("Hộ gia đình 017")
label.resize(1366, 768)
label.show()
app.processEvents()
"""
"""A window with the same fonts and nothing else."""

OURS = """
import sys
from pathlib import Path
from survey_app.gui.app import open_window, prepare
from survey_app.settings import Settings
app = prepare([], Settings())
window = open_window(Settings(), store=Path(sys.argv[1]))
window.resize(1366, 768)
window.show()
app.processEvents()
"""
"""The program as it starts, ready for the passphrase."""

TELL = """
import time
file = Path("/proc/self/status")
lines = file.read_text().splitlines() if file.is_file() else ["VmRSS: 0"]
print("told", time.process_time() * 1000, next(line.split()[1] for line in lines if line.startswith("VmRSS")))
"""
"""Prints milliseconds of the processor since the process began, and resident KiB."""


@dataclass(frozen=True)
class Told:
    """What processes of one kind told: medians.

    Attributes:
        wall_ms: from starting the process to the window painted, its end included.
        work_ms: of these, milliseconds of the processor.
        memory_mb: resident when painted; 0 where it cannot be read.
    """

    wall_ms: float
    work_ms: float
    memory_mb: float


def in_fresh_processes(programs: Sequence[tuple[str, str]], times: int) -> list[Told]:
    """Run programs (source and argument) in turn, each in processes of its own that keep their bytecode."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    root = str(Path(__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))
    seen: list[list[tuple[float, float, float]]] = [[] for _ in programs]
    for turn in range(times + 1):
        for (source, argument), found in zip(programs, seen, strict=True):
            whole = f"{source}\n{TELL}\nimport os\nsys.stdout.flush()\nos._exit(0)"
            command = [sys.executable, "-c", whole, argument, str(Path(__file__).resolve().parent)]
            start = time.perf_counter()
            done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", env=environment)
            wall = (time.perf_counter() - start) * 1000
            told = [line.split() for line in done.stdout.splitlines() if line.startswith("told ")]
            if not told:
                raise RuntimeError(done.stderr)
            if turn:  # the first time bytecode is written and libraries are read from the disk
                found.append((wall, float(told[-1][1]), int(told[-1][2]) / 1024))
    return [Told(*(statistics.median(column) for column in zip(*found, strict=True))) for found in seen]


INTERVIEW = """
import sys
sys.path.insert(0, sys.argv[2])
import bench_interview
from pathlib import Path
bench_interview.work_through(Path(sys.argv[1]))
"""
"""An interview of 15 people, opened, filled and walked through, in the program and nothing else."""


def work_through(path: Path, members: int = 15, answers: int = 300) -> None:
    """Open an interview in a new window, fill in its people, open each and give answers by key."""
    bench = opened(path)
    bench.fill_roster(members)
    bench.settle()
    bench.people()
    bench.to_first_person()
    bench.answers(answers)
    bench.settle()


def opened(path: Path) -> Bench:
    """Return a window on the interview of the first household of a store."""
    from survey_app.gui.app import prepare
    from survey_app.gui.desk import Desk
    from survey_app.gui.main_window import MainWindow
    from survey_app.records import Enumerator
    from survey_app.settings import Settings
    from survey_app.store import Store

    app = prepare([], Settings())
    window = MainWindow(Desk(settings=Settings()))
    window.resize(1366, 768)
    window.show()
    app.processEvents()
    bench = Bench(app, window)

    def unlock() -> None:
        window.desk.lane.adopt(lambda: Store.open(path, script.PASSPHRASE))
        window.desk.set_person(Enumerator(script.ENUMERATOR, "Lò Thị Mai"))
        window.desk.go("interview", household=script.household_id(1))
        bench.settle()

    bench.unlocked_ms = timed(unlock)
    return bench


class Bench:
    """A window on one interview."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self.app = app
        self.window = window
        self._turn = 0
        self.unlocked_ms = 0.0
        self.whole: list[float] = []
        """Milliseconds of the processor for painting the whole window, between the keys."""

    @property
    def screen(self) -> InterviewScreen:
        """The interview's screen."""
        from survey_app.gui.interview.screen import InterviewScreen

        screen = self.window.screen_now
        if not isinstance(screen, InterviewScreen):
            raise TypeError("no interview is shown")
        return screen

    def settle(self) -> None:
        """Wait until everything is saved and painted."""
        self.window.desk.lane.wait()
        self.app.processEvents()

    def rest(self, seconds: float = 3.0) -> None:
        """Do nothing for a while, as a person does who asks who else lives here."""
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            self.app.processEvents()
            time.sleep(0.01)

    def paint(self) -> None:
        """Paint what is due, without waiting for the file."""
        self.app.processEvents()

    def painted(self, call: Callable[[], None]) -> float:
        """Return the milliseconds of a call until what it changed is painted."""
        start = time.perf_counter()
        call()
        self.paint()
        return (time.perf_counter() - start) * 1000

    def fill_roster(self, members: int) -> None:
        """Give the household so many people."""
        interview = self.screen.interview
        if interview is None:
            raise RuntimeError("no interview is open")
        interview.enter("/data/consent/consent_answer", "agree")
        repeat = script.repeat_of(interview)
        for number in range(1, members + 1):
            if number > 1:
                interview.enter_member(repeat)
            own = script.MEMBERS[(number - 1) % 4]
            for name, value in {**own, "m_residence": "permanent"}.items():
                group = "person" if name == "m_self" else "roster"
                interview.enter(f"{repeat}[{number}]/{group}/{name}", value)
        sheet = self.screen.sheet
        if sheet is not None:
            sheet.read(interview.session)
            self.screen.go_to_page(next(page for page in sheet.pages() if page.kind == "roster"))
        self.screen._saver.flush()
        self.rest()

    def between(self) -> None:
        """Settle before a key; now and then measure painting the whole window."""
        self.settle()
        self._turn += 1
        if self._turn % 8 == 0:
            from PySide6.QtWidgets import QWidget

            # all of them: what fills itself is not painted because something below it is
            for widget in (self.window, *self.window.findChildren(QWidget)):
                widget.update()
            start = time.thread_time()
            self.paint()
            self.whole.append((time.thread_time() - start) * 1000)

    def answers(self, count: int) -> script.Typist:
        """Give answers by key on the people's pages; the time from each key to the paint is in what is returned."""
        typist = script.Typist(self.screen)
        typist.before_key = self.between
        while len(typist.times) < count and self.screen.stop is not None and self.screen.stop.page.kind == "person":
            typist.answer()
        return typist

    def to_first_person(self) -> None:
        """Go to the page of the first person."""
        sheet = self.screen.sheet
        self.screen.go_to_page(next(page for page in (sheet.pages() if sheet else []) if page.kind == "person"))

    def people(self) -> list[float]:
        """Open one person after the other and return the time of each until painted."""
        times = []
        screen = self.screen
        sheet = screen.sheet
        for page in [p for p in (sheet.pages() if sheet else []) if p.kind == "person"]:
            self.settle()
            times.append(self.painted(functools.partial(screen.go_to_page, page)))
        return times

    def adding(self, count: int) -> list[float]:
        """Add people and return the time of each until painted."""
        times = []
        for _ in range(count):
            sheet = self.screen.sheet
            table = next(p for p in (sheet.pages() if sheet else []) if p.kind == "roster")
            self.screen.go_to_page(table)
            self.settle()
            times.append(self.painted(self.screen.add_line))
        return times


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=15)
    parser.add_argument("--answers", type=int, default=300)
    parser.add_argument("--starts", type=int, default=5, help="how often each program is started")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SURVEY_APP_DATA"] = folder
        path = Path(folder) / "bench.store"
        script.practice_store(path, cheap=False).close()
        starts(path, Path(folder), given.starts)
        run(path, given.members, given.answers)
    command = [sys.executable, str(Path(script.__file__)), "--window"]
    keys = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    print(f"a household of four: {keys.strip()} (bar: 1.3)")
    return 0


def starts(path: Path, folder: Path, times: int) -> None:
    """Compare start and memory with a bare window's."""
    from survey_app import paths

    other = folder / "memory.store"
    shutil.copy(path, other)
    bare, ours = in_fresh_processes([(BARE, str(paths.resources() / "fonts")), (OURS, str(path))], times)
    (interview,) = in_fresh_processes([(INTERVIEW, str(other))], 1)
    print(f"bare window: {bare.wall_ms:.0f} ms, {bare.work_ms:.0f} of the processor, {bare.memory_mb:.0f} MB")
    print(f"ours, usable: {ours.wall_ms:.0f} ms, {ours.work_ms:.0f} of the processor, {ours.memory_mb:.0f} MB")
    wall, work = ours.wall_ms / bare.wall_ms, ours.work_ms / bare.work_ms
    print(f"  start: {wall:.2f} times the bare window, by the processor {work:.2f} (bar: 1.6)")
    if bare.memory_mb:
        print(f"  memory in the interview: {interview.memory_mb:.0f} MB, ", end="")
        print(f"{interview.memory_mb / bare.memory_mb:.2f} times the bare window (bar: 1.5)")


def run(path: Path, members: int, answers: int) -> None:
    """Measure on a store."""
    bench = opened(path)
    show("unlock to first question painted, ms", [bench.unlocked_ms])
    bench.fill_roster(members)
    bench.settle()
    show(f"opening a person, {members} people, first time, ms (bar: 30)", bench.people())
    show(f"opening a person, {members} people, again, ms (bar: 30)", bench.people())
    bench.to_first_person()
    typist = bench.answers(answers)
    pairs = list(zip(typist.times, typist.work, typist.turned, strict=True))
    show("key to painted, ms", typist.times)
    show("key to painted, ms of the processor", typist.work)
    show("  on the same page, ms (bar: p95 8)", [wall for wall, _work, turned in pairs if not turned])
    show("  on the same page, ms of the processor", [work for _wall, work, turned in pairs if not turned])
    show("  opening the next page, ms", [wall for wall, _work, turned in pairs if turned])
    show("whole window painted, ms of the processor", bench.whole)
    ratio = sorted(typist.work)[int(len(typist.work) * 0.95)] / statistics.median(bench.whole)
    print(f"key to painted, p95, is {ratio:.2f} times the whole window")
    times = bench.adding(100)
    show("adding a person, painted, ms (bar: median 10)", times[:20])
    show(f"adding a person to {members + 80} others, painted, ms", times[-20:])
    print("loaded:", sorted({"pandas", "matplotlib", "duckdb", "ibis"} & set(sys.modules)) or "no library of analysis")
    bench.settle()
    bench.window.close()


if __name__ == "__main__":
    raise SystemExit(main())
