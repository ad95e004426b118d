"""Start of the window: settings, language, look, and which screen comes first."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from survey_app import __version__, i18n, paths, splash
from survey_app.clock import Clock, system_clock
from survey_app.crash import watch_hard_crashes
from survey_app.gui import problems, spoken, theme
from survey_app.gui.arriving import Arrivals, OneWindow
from survey_app.gui.desk import Desk
from survey_app.gui.main_window import MainWindow
from survey_app.log import start_log
from survey_app.settings import Settings, load_settings


def prepare(argv: Sequence[str], settings: Settings) -> QApplication:
    """Return the dressed application; make it when there is none yet."""
    i18n.use_language(settings.language)
    existing = QApplication.instance()
    # the style as a word: asked for an object, PySide6 makes two hundred names of its parts that nobody needs
    words = ["survey-app", "-style", "fusion", *argv]
    app = existing if isinstance(existing, QApplication) else QApplication(words)
    app.setApplicationName("survey-app")
    app.setApplicationVersion(__version__)
    QLocale.setDefault(QLocale(QLocale.Language.Vietnamese, QLocale.Country.Vietnam))
    spoken.install()
    theme.apply(app, settings.theme, settings.text_percent)
    app.setWindowIcon(QIcon(str(theme.icons_folder() / "app.svg")))
    return app


def open_window(settings: Settings | None = None, clock: Clock = system_clock, store: Path | None = None) -> MainWindow:
    """Return the window on its first screen, not yet shown.

    Args:
        settings: choices of the person; read from the user's folder when not given.
        clock: where the time comes from.
        store: a store to ask the passphrase of; the one opened last when not given.
    """
    desk = Desk(clock, settings)
    window = MainWindow(desk)
    last = store or (Path(desk.settings.last_store) if desk.settings.last_store else None)
    if last is not None and last.is_file():
        desk.go("unlock", store=last)
    else:
        desk.go("first_run")
    return window


def run(argv: Sequence[str]) -> int:
    """Open the window and stay until it is closed.

    Args:
        argv: paths of files to open: a store, a bundle, an enrolment file, ...
    """
    files = [Path(word) for word in argv if Path(word).is_file()]
    settings = load_settings()
    app = prepare([], settings)
    _without_disk(watch_hard_crashes)
    one = OneWindow(app)
    if files and one.hand_over(files[0]):
        return 0
    window = open_window(settings)
    arrivals = Arrivals(window.desk, window)
    for file in files[:1]:
        arrivals.take(file)

    def take(file: Path) -> None:
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.raise_()
        window.activateWindow()
        arrivals.take(file)

    one.listen(take)
    problems.catch_faults(window.problems.show_problem)
    follow_system(app, window.desk)
    window.show()
    splash.close()
    QTimer.singleShot(0, window, lambda: _after_showing(window))
    ended = app.exec()
    one.stop()
    return ended


def _after_showing(window: MainWindow) -> None:
    """Do what a starting window need not wait for; the store's libraries come while the passphrase is typed."""
    _without_disk(lambda: start_log(paths.user_folder() / "logs"))
    window.desk.apart(_forget_installer)
    window.desk.apart(importlib.import_module, "survey_app.operations.backups")


def _forget_installer() -> None:
    """Remove the installer of an update, which is as large as the program; one that still runs goes next time."""
    shutil.rmtree(paths.staging_folder(), ignore_errors=True)


def _without_disk(start: Callable[[], object]) -> None:
    """Start what writes; a full or read-only disk must not keep anybody from opening the program."""
    try:
        start()
    except OSError as error:
        sys.stderr.write(f"survey-app: no log: {error.strerror}\n")


def follow_system(app: QApplication, desk: Desk) -> None:
    """Dress the program again when the system's theme or the person's choice changes."""

    def dress() -> None:
        theme.apply(app, desk.settings.theme, desk.settings.text_percent)

    hints = QGuiApplication.styleHints()
    if hints is not None:
        hints.colorSchemeChanged.connect(
            lambda _scheme: dress() if desk.settings.theme == "system" else None, Qt.ConnectionType.QueuedConnection
        )
    shown = [(desk.settings.theme, desk.settings.text_percent)]

    def changed() -> None:
        now = (desk.settings.theme, desk.settings.text_percent)
        if now != shown[0]:
            shown[0] = now
            dress()

    desk.settings_changed.connect(changed)


def main(argv: Sequence[str]) -> int:
    """Open the window; what the command line calls."""
    return run(argv)
