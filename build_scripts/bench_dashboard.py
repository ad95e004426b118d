"""How fast the figures come on a province: opening again, filters, breakdowns; in the real window, without a screen.

    python build_scripts/bench_dashboard.py [--households 300000] [--communes 120] [--villages 20] [--keep FOLDER]

Takes the answers of a demonstration commune, gives them to as many households of as many places as asked for, and
counts them once. Then the screen is opened anew, and filters and breakdowns are chosen, each followed by everything
that has to be painted. Times are processor seconds, the median of several; opening has 3 s, a filter a third of one.
``--keep`` leaves the data file there and takes it when it is there already: filling it takes longest.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PySide6.QtWidgets import QApplication

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.office.quality import QualityScreen
from survey_app.gui.office.results import ResultsScreen
from survey_app.operations.dashboard import Only
from survey_app.operations.demo import build_demo
from survey_app.operations.handover import bundle_files, merge
from survey_app.records import Enumerator, Household, Place, Revision
from survey_app.settings import Settings
from survey_app.store import Store

PASSPHRASE = "measure, then decide"
OPENS_S, FILTERS_S = 3.0, 1 / 3
_CHUNK = 5000
_TIMES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; exit status 1 when a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=300_000)
    parser.add_argument("--communes", type=int, default=120)
    parser.add_argument("--villages", type=int, default=20, help="of each commune")
    parser.add_argument("--keep", type=Path, help="folder of the data file")
    parser.add_argument("--quality", action="store_true", help="the quality page too")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = wanted.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "office.store"
        if not (folder / "filled").exists():
            _tell("filling", _timed(lambda: fill(folder, wanted.households, wanted.communes, wanted.villages)))
            (folder / "filled").touch()
        return measure(path, quality=wanted.quality)


# --- the province ---


def fill(folder: Path, count: int, communes: int, villages: int) -> None:
    """Fill an office's store with a province."""
    demo = build_demo(folder, 48, 2, False, 1, 1, PASSPHRASE)
    with Store.open(demo.office_store, PASSPHRASE) as store:
        merge(store, bundle_files([folder / "bundles"]))
        known = [each for each in store.revisions() if each.kind == "answers"]
        provinces = [each.code for each in store.places("province")]
        places = list(_places(provinces[0], communes, villages))
        store.put_places([*store.places(), *places])
        homes = [each.code for each in places if each.level == "village"]
        for first in range(0, count, _CHUNK):
            lines = [_line(number, homes) for number in range(first, min(first + _CHUNK, count))]
            store.put_households(lines)
            made = [_answers(known[n % len(known)], line) for n, line in enumerate(lines, start=first)]
            store.add_revisions(made, "here")


def _places(province: str, communes: int, villages: int) -> Iterator[Place]:
    for commune in range(communes):
        code = f"9{commune:04d}"
        yield Place(code, f"Xã số {commune + 1}", "commune", "xa", province)
        for village in range(1, villages + 1):
            yield Place(f"{code}-{village:03d}", f"Thôn {village}", "village", "thon", code)


def _line(number: int, homes: Sequence[str]) -> Household:
    village = homes[number % len(homes)]
    return Household(str(uuid.UUID(int=number + 1)), village, number // len(homes) + 1, "Lò Văn An", "Xóm 1", "", 4)


def _answers(known: Revision, line: Household) -> Revision:
    commune = line.village_code.partition("-")[0]
    answers = {**known.answers, "hh_uuid": line.id, "village_code": line.village_code, "commune_code": commune}
    submission = str(uuid.uuid5(uuid.NAMESPACE_OID, line.id))
    return replace(known, id="", submission=submission, household=line.id, parents=(), answers=answers)


# --- the window ---


def measure(path: Path, *, quality: bool) -> int:
    """Open the screen and choose filters; print what each takes."""
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    theme.apply(made, "light", 100)
    desk = Desk(settings=Settings(language="vi"))
    desk.set_person(Enumerator("ct01", "Vũ Thị Hồng", "supervisor", "chị"))
    desk.lane.adopt(lambda: Store.open(path, PASSPHRASE))
    screen = ResultsScreen(desk)
    screen.resize(1366, 680)
    screen.show()
    _tell("counting once", _timed(lambda: _shown(screen, desk)))
    late = _told("opening again", [_timed(lambda: _shown(screen, desk)) for _ in range(_TIMES)], OPENS_S)
    board = screen._board
    assert board is not None
    communes = board.codes("commune")[:_TIMES]
    villages = board.codes("village")[:_TIMES]
    filters = {
        "a commune": [Only(commune=code) for code in communes],
        "a village": [Only(village=code) for code in villages],
        "women": [Only(group="sex", code="female"), Only(group="sex", code="male")],
        "women of a commune": [Only(commune=code, group="sex", code="female") for code in communes],
        "nothing": [Only()] * 3,
    }
    for name, each in filters.items():
        late |= _told(f"filter: {name}", [_timed(partial(_filtered, screen, only)) for only in each], FILTERS_S)
    for by in ("village", "sex", "commune"):
        late |= _told(f"by {by}", [_timed(partial(_broken_down, screen, by))], FILTERS_S)
    if quality:
        page = QualityScreen(desk)
        page.resize(1366, 680)
        page.show()
        _tell("quality, once", _timed(lambda: _shown(page, desk)))
        late |= _told("quality, again", [_timed(lambda: _shown(page, desk)) for _ in range(3)], OPENS_S)
    desk.close()
    return int(late)


def _shown(screen: ResultsScreen | QualityScreen, desk: Desk) -> None:
    screen.refresh()
    for _ in range(3):
        desk.lane.wait()
        QApplication.processEvents()


def _filtered(screen: ResultsScreen, only: Only) -> None:
    screen.filters.choose(only)
    QApplication.processEvents()


def _broken_down(screen: ResultsScreen, by: str) -> None:
    screen.break_down(by)
    QApplication.processEvents()


def _timed(do: Callable[[], object]) -> float:
    before = time.process_time()
    do()
    return time.process_time() - before


def _tell(what: str, seconds: float) -> None:
    print(f"{what:28}{seconds:9.3f} s", flush=True)


def _told(what: str, seconds: Sequence[float], bound: float) -> bool:
    """Print the median; return whether it is beyond the bound."""
    half = statistics.median(seconds)
    print(f"{what:28}{half:9.3f} s   (bound {bound:.2f} s){'   LATE' if half > bound else ''}", flush=True)
    return half > bound


if __name__ == "__main__":
    sys.exit(main())
