"""Make pictures of every screen from a demonstration commune, without a screen.

    python build_scripts/screenshots.py                       all: themes, languages and text sizes, into shots/
    python build_scripts/screenshots.py --out DIR --quick     1366 x 768, light, Vietnamese
    python build_scripts/screenshots.py --readme              the pictures of the README, into docs/screens
    python build_scripts/screenshots.py --only today,merge    some screens
    python build_scripts/screenshots.py --looks vi-light-200  some looks of language, theme and text size
    python build_scripts/screenshots.py --size 1920x1080      another size of the window
    python build_scripts/screenshots.py --sheets              six pictures a sheet besides, to look at many at once
    python build_scripts/screenshots.py --manual              the pictures of the manual, small, into resources/manual

Look at them afterwards: clipped words, boxes instead of letters, cut tone marks, crooked edges.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import Qt, QtMsgType, qInstallMessageHandler  # noqa: E402
from PySide6.QtGui import QColor, QImage, QPainter  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402
from scenes import NOW, SCENES, Scene, settle  # noqa: E402

from survey_app import i18n  # noqa: E402
from survey_app.clock import VIETNAM  # noqa: E402
from survey_app.gui import app, theme  # noqa: E402
from survey_app.gui.main_window import MainWindow  # noqa: E402
from survey_app.gui.opening import work_as  # noqa: E402
from survey_app.gui.remembered import remember  # noqa: E402
from survey_app.operations.demo import Demo, build_demo  # noqa: E402
from survey_app.operations.forms import read_form  # noqa: E402
from survey_app.operations.handover import bundle_files, merge  # noqa: E402
from survey_app.operations.stores import open_store  # noqa: E402
from survey_app.operations.worklist import village_progress  # noqa: E402
from survey_app.settings import Settings  # noqa: E402
from survey_app.store import Store  # noqa: E402

PASSPHRASE = "khao-sat-mau"
MADE_AT = dt.datetime(2026, 11, 21, 16, 0, tzinfo=VIETNAM)
MANUAL = {
    "today": (0, 84, 700, 290),
    "households": (0, 84, 700, 400),
    "interview-roster": (276, 84, 700, 330),
    "interview": (276, 84, 700, 420),
    "handover": (0, 84, 700, 400),
    "merge": (0, 84, 700, 400),
    "conflicts": (280, 84, 700, 440),
    "results": (300, 84, 700, 420),
    "quality": (0, 84, 700, 420),
}
"""Pictures of the manual: left, top, width and height of what is shown of the whole, in pixels at 1366 x 768."""
QUESTIONS_STORE = "questions.store"
"""A laptop of the demonstration on which the form with every type of question is asked."""
README = ("interview", "today", "households", "merge", "results")


@dataclass(frozen=True)
class Look:
    """One way to picture all screens."""

    width: int
    height: int
    theme: str
    language: str
    percent: int = 100

    @property
    def suffix(self) -> str:
        """What is added to a picture's name; nothing for the usual look."""
        parts = (
            "" if self.width == 1366 else f"-{self.width}",
            "" if self.theme == "light" else f"-{self.theme}",
            "" if self.language == "vi" else f"-{self.language}",
            "" if self.percent == 100 else f"-{self.percent}",
        )
        return "".join(parts)


USUAL = Look(1366, 768, "light", "vi")


def looks(named: str, size: str) -> list[Look]:
    """Return the looks of names such as ``vi-light-200``; all eight when none is named."""
    width, height = (int(part) for part in size.split("x"))
    every = itertools.product(i18n.LANGUAGES, ("light", "dark"), (100, 200))
    names = named.split(",") if named else [f"{language}-{shade}-{percent}" for language, shade, percent in every]
    chosen = []
    for name in names:
        language, shade, percent = name.split("-")
        chosen.append(Look(width, height, shade, language, int(percent)))
    return chosen


def take_up(window: MainWindow, path: Path) -> None:
    """Open a store of the demonstration as the person it belongs to."""
    window.desk.open_store(lambda: open_store(path, PASSPHRASE), lambda: None, _fail)
    settle(window)
    store = window.desk.store
    role = "supervisor" if store.kind == "office" else "enumerator"
    person = next(p for p in store.enumerators() if p.role == role)
    busiest = max(
        window.desk.lane.call(lambda: village_progress(window.desk.lane.store)),
        key=lambda v: min(v.done, v.not_visited),
    )
    remember("village", busiest.place.code if role == "enumerator" else "*")
    work_as(window.desk, person, store.device)
    settle(window)
    window.desk.saving()
    window.desk.saved_now()


def _fail(error: BaseException) -> None:
    raise error


def picture(scenes: Sequence[Scene], demo: Demo, look: Look, out: Path) -> list[Path]:
    """Make the pictures of one look."""
    settings = Settings(language=look.language, theme=look.theme, text_percent=look.percent)
    i18n.use_language(look.language)
    application = QApplication.instance()
    if isinstance(application, QApplication):
        theme.apply(application, look.theme, look.percent)
    window = app.open_window(settings, clock=lambda: NOW)
    window.resize(look.width, look.height)
    window.show()
    try:
        return [_picture_of(scene, window, demo, out, look.suffix) for scene in scenes]
    finally:
        window.close()


def _picture_of(scene: Scene, window: MainWindow, demo: Demo, out: Path, suffix: str) -> Path:
    stores = {"laptop": demo.laptops[0], "office": demo.office_store, "questions": demo.folder / QUESTIONS_STORE}
    if scene.store and not (window.desk.lane.is_open and window.desk.store.path == stores[scene.store]):
        take_up(window, stores[scene.store])
    dialog = scene.show(window)
    settle(window)
    file = out / f"{scene.name}{suffix}.png"
    if not (dialog or window).grab().save(str(file)):
        sys.exit(f"{file} could not be written")
    if dialog is not None:
        dialog.close()
        dialog.deleteLater()
    if window.help.isVisible():
        QTest.keyClick(window, Qt.Key.Key_F1)
    print(file, flush=True)
    return file


def sheets(files: Sequence[Path], out: Path, name: str, across: int = 2, down: int = 3) -> None:
    """Put pictures onto sheets, so many at once."""
    wide, high = 800, 470
    for number, start in enumerate(range(0, len(files), across * down), start=1):
        sheet = QImage(across * wide, down * high, QImage.Format.Format_RGB32)
        sheet.fill(QColor("black"))
        painter = QPainter(sheet)
        painter.setPen(QColor("white"))
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        for place, file in enumerate(files[start : start + across * down]):
            left, top = place % across * wide, place // across * high
            shown = QImage(str(file)).scaled(
                wide - 4, high - 20, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            painter.drawText(left + 4, top + 13, file.stem)
            painter.drawImage(left, top + 18, shown)
        painter.end()
        sheet.save(str(out / f"sheet-{name}-{number}.png"))


def shrink(file: Path, part: tuple[int, int, int, int]) -> None:
    """Make a picture small enough for the manual: the part that matters, in 256 colours; it stays a PNG."""
    shown = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32).copy(*part)
    few = shown.convertToFormat(QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither)
    if not few.save(str(file), b"PNG", 0):
        sys.exit(f"{file} could not be written")


def commune(folder: Path, households: int) -> Demo:
    """Return a demonstration commune in ``folder`` whose office has merged everything."""
    demo = build_demo(folder, households, 3, True, 1, 1, PASSPHRASE, lambda: MADE_AT)
    shutil.copy(demo.laptops[0], folder / QUESTIONS_STORE)
    with Store.open(folder / QUESTIONS_STORE, PASSPHRASE, clock=lambda: NOW) as store:
        every = read_form(ROOT / "forms" / "every_question" / "every_question.xlsx").stored
        now = store.round()
        assert now is not None
        store.put_form(every)
        store.put_round(replace(now, form_id=every.id, form_version=every.version))
    with Store.open(demo.office_store, PASSPHRASE, clock=lambda: NOW) as store:
        merge(store, bundle_files([demo.folder / "bundles"]), clock=lambda: NOW)
    return demo


def picture_manual(demo: Demo) -> None:
    """Make the pictures of the manual in both languages."""
    for language in i18n.LANGUAGES:
        folder = ROOT / "resources" / "manual" / "pictures" / language
        folder.mkdir(parents=True, exist_ok=True)
        scenes = [scene for scene in SCENES if scene.name in MANUAL]
        picture(scenes, demo, replace(USUAL, language=language), folder)
        for scene in scenes:
            named = folder / f"{scene.name}{replace(USUAL, language=language).suffix}.png"
            shrink(named.replace(folder / f"{scene.name}.png"), MANUAL[scene.name])


def _quiet(kind: QtMsgType, _context: object, message: str) -> None:
    if kind != QtMsgType.QtDebugMsg and "propagateSizeHints" not in message:
        sys.stderr.write(message + "\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description="Pictures of every screen.")
    parser.add_argument("--out", type=Path, default=None, help="folder of the pictures (shots)")
    parser.add_argument("--quick", action="store_true", help="1366 x 768, light, Vietnamese only")
    parser.add_argument("--readme", action="store_true", help="the README's pictures, into docs/screens")
    parser.add_argument("--manual", action="store_true", help="the manual's pictures, into resources/manual/pictures")
    parser.add_argument("--sheets", action="store_true", help="several pictures on a sheet besides")
    parser.add_argument("--looks", default="", help="such as vi-light-100,en-dark-200; all when none is named")
    parser.add_argument("--size", default="1366x768", help="of the window in pixels")
    parser.add_argument("--only", default="", help="names of screens, parted by commas")
    arguments = parser.parse_args(argv)
    names = set(README) if arguments.readme else {name for name in arguments.only.split(",") if name}
    scenes = [scene for scene in SCENES if not names or scene.name in names]
    out: Path = arguments.out or (ROOT / "docs" / "screens" if arguments.readme else ROOT / "shots")
    out.mkdir(parents=True, exist_ok=True)
    qInstallMessageHandler(_quiet)
    with tempfile.TemporaryDirectory(prefix="survey-app-pictures-") as work:
        os.environ["SURVEY_APP_DATA"] = str(Path(work) / "user")
        app.prepare([], Settings())
        demo = commune(Path(work) / "demo", 160 if arguments.quick else 420)
        if arguments.manual:
            picture_manual(demo)
            return 0
        few = "vi-light-100" if arguments.quick or arguments.readme else ""
        for look in looks(arguments.looks or few, arguments.size):
            files = picture(scenes, demo, look, out)
            if arguments.sheets:
                sheets(files, out, look.suffix.strip("-") or "usual")
    return 0


if __name__ == "__main__":
    sys.exit(main())
