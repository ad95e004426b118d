"""How quick the interview is: unlock to first question, answer to painted, opening a person, adding one, memory, keys.

    python build_scripts/bench_interview.py [--members 15] [--answers 300]

Runs offscreen with the shipped questionnaire and a real store; prints medians and 95th percentiles in milliseconds, of
the clock and of the processor in the window's own thread. On a busy machine judge by the latter, and by its ratio to
the whole window being painted once, which is measured between the keys of the same run.
"""

from __future__ import annotations

import argparse
import functools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

import interview_script as script  # noqa: E402

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from survey_app.gui.interview.screen import InterviewScreen
    from survey_app.gui.main_window import MainWindow


def resident_mb() -> float:
    """Return the resident memory of this process in MB (Linux only, 0 elsewhere)."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return 0.0
    line = next(text for text in status.read_text().splitlines() if text.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


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
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""


def bare_mb() -> float:
    """Return the resident memory of a window with the same fonts and nothing else, 0 where it cannot be read."""
    from survey_app import paths

    if not Path("/proc/self/status").is_file():
        return 0.0
    command = [sys.executable, "-c", BARE, str(paths.resources() / "fonts")]
    out = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    return int(out.split()[-1]) / 1024


class Bench:
    """A window on one interview."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self.app = app
        self.window = window
        self._turn = 0
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
        if self.screen.sheet is not None:
            self.screen.sheet.read(interview.session)
        self.screen._saver.flush()

    def between(self) -> None:
        """Settle before a key; now and then measure painting the whole window."""
        self.settle()
        self._turn += 1
        if self._turn % 8 == 0:
            start = time.thread_time()
            self.window.repaint()
            self.whole.append((time.thread_time() - start) * 1000)

    def answers(self, count: int) -> script.Typist:
        """Give answers by key on the people's pages; the time from each key to the paint is in what is returned."""
        typist = script.Typist(self.screen)
        typist.before_key = self.between
        while len(typist.times) < count and self.screen.stop is not None and self.screen.stop.page.kind == "person":
            typist.answer()
        return typist

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
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SURVEY_APP_DATA"] = folder
        path = Path(folder) / "bench.store"
        script.practice_store(path, cheap=False).close()
        run(path, given.members, given.answers)
    command = [sys.executable, str(Path(script.__file__)), "--window"]
    keys = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    print(f"a household of four: {keys.strip()}")
    return 0


def run(path: Path, members: int, answers: int) -> None:
    """Measure on a store."""
    from survey_app.gui.app import prepare
    from survey_app.gui.desk import Desk
    from survey_app.gui.main_window import MainWindow
    from survey_app.records import Enumerator
    from survey_app.settings import Settings
    from survey_app.store import Store

    app = prepare([], Settings())
    desk = Desk(settings=Settings())
    window = MainWindow(desk)
    window.resize(1366, 768)
    window.show()
    app.processEvents()
    bare = resident_mb()
    bench = Bench(app, window)

    def unlock() -> None:
        desk.lane.adopt(lambda: Store.open(path, script.PASSPHRASE))
        desk.set_person(Enumerator(script.ENUMERATOR, "Lò Thị Mai"))
        desk.go("interview", household=script.household_id(1))
        bench.settle()

    show("unlock to first question painted, ms", [timed(unlock)])
    bench.fill_roster(members)
    bench.settle()
    show(f"opening a person, {members} people, first time, ms", bench.people())
    show(f"opening a person, {members} people, again, ms", bench.people())
    sheet = bench.screen.sheet
    first = next(page for page in (sheet.pages() if sheet else []) if page.kind == "person")
    bench.screen.go_to_page(first)
    typist = bench.answers(answers)
    show("key to painted, ms", typist.times)
    show("key to painted, ms of the processor", typist.work)
    show(
        "  on the same page, ms", [each for each, turned in zip(typist.times, typist.turned, strict=True) if not turned]
    )
    show(
        "  opening the next page, ms",
        [each for each, turned in zip(typist.times, typist.turned, strict=True) if turned],
    )
    show("whole window painted, ms of the processor", bench.whole)
    ratio = sorted(typist.work)[int(len(typist.work) * 0.95)] / statistics.median(bench.whole)
    print(f"key to painted, p95, is {ratio:.2f} times the whole window")
    used, least = resident_mb(), bare_mb()
    times = bench.adding(100)
    show("adding a person, painted, ms", times[:20])
    show(f"adding a person to {members + 80} others, painted, ms", times[-20:])
    ratio = used / least if least else 0.0
    print(f"resident memory, MB: bare window {least:.0f}, ours {bare:.0f}, in the interview {used:.0f}: {ratio:.2f}")
    print("loaded:", sorted({"pandas", "matplotlib", "duckdb", "ibis"} & set(sys.modules)) or "no library of analysis")
    bench.settle()
    window.close()


if __name__ == "__main__":
    raise SystemExit(main())
