"""How quick the interview is: unlock to first question, answer to painted, opening a person, adding one, memory.

    python build_scripts/bench_interview.py [--members 15] [--answers 300]

Runs offscreen with the shipped questionnaire and a real store; prints medians and 95th percentiles in milliseconds.
"""

from __future__ import annotations

import argparse
import functools
import os
import statistics
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


class Bench:
    """A window on one interview."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self.app = app
        self.window = window

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

    def answers(self, count: int) -> list[float]:
        """Give answers by key on the people's pages and return the time from each key to the paint."""
        typist = script.Typist(self.screen)
        typist.before_key = self.settle
        while len(typist.times) < count and self.screen.stop is not None and self.screen.stop.page.kind == "person":
            typist.answer()
        return typist.times

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
    show("key to painted, ms", bench.answers(answers))
    times = bench.adding(100)
    show("adding a person, painted, ms", times[:20])
    show(f"adding a person to {members + 80} others, painted, ms", times[-20:])
    print(f"resident memory: window {bare:.0f} MB, in the interview {resident_mb():.0f} MB")
    print("loaded:", sorted({"pandas", "matplotlib", "duckdb", "ibis"} & set(sys.modules)) or "no library of analysis")
    bench.settle()
    window.close()


if __name__ == "__main__":
    raise SystemExit(main())
