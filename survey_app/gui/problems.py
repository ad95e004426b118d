"""The failures nobody else shows: strips under the top bar; a crash file when the program itself is at fault."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk, SavedState
from survey_app.gui.failures import describe, leave_trace
from survey_app.gui.parts.banner import Banner
from survey_app.i18n import _
from survey_app.progress import Cancelled


class Problems(QWidget):
    """The strips under the top bar: what was not saved (stays until it is), and the last failure (can be closed)."""

    shown = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._crash: Path | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), 0)
        column.setSpacing(theme.px(8))
        self.unsaved = Banner("err", stacked=True)
        self._retry = self.unsaved.make_button("", icon="save")
        self._retry.clicked.connect(desk.retry)
        self.strip = Banner("err", stacked=True)
        self._folder = self.strip.make_button("", icon="folder-open")
        self._folder.clicked.connect(self._open_folder)
        self._close = self.strip.make_button("", icon="x")
        self._close.clicked.connect(self.clear)
        column.addWidget(self.unsaved)
        column.addWidget(self.strip)
        self.unsaved.hide()
        self.strip.hide()
        self.hide()
        self.retranslate()
        desk.problem.connect(self.show_problem)
        desk.saved.connect(self.show_saved)

    def retranslate(self) -> None:
        """Name the buttons in the language spoken now."""
        self._retry.setText(_("Save again"))
        self._folder.setText(_("Open its folder"))
        self._close.setText(_("Close"))

    def show_problem(self, error: BaseException) -> None:
        """Show a failure; one that has no words of its own also leaves a crash file."""
        if isinstance(error, Cancelled):
            return
        title, text, code = describe(error)
        self._crash = leave_trace(error)
        self._folder.setVisible(self._crash is not None)
        self.strip.say(title, text, kind="err", code=code)
        self.strip.show()
        self._settle()
        self.strip.announce()
        self.shown.emit()

    def show_saved(self, state: SavedState) -> None:
        """Show or take away the strip that says what was not saved."""
        if state.kind == "failed" and state.error is not None:
            title, text, code = describe(state.error)
            unsaved = _("Not saved.")
            title = title if title.startswith(unsaved) else f"{unsaved} {title}"  # the store's own words begin so
            self.unsaved.say(title, text, kind="err", code=code)
            self._retry.setVisible(self._desk.receivers("2retry()") > 0)
            self.unsaved.show()
        elif state.kind == "saved":
            self.unsaved.hide()
        self._settle()

    def clear(self) -> None:
        """Take the last failure away."""
        self.strip.hide()
        self._settle()

    def _settle(self) -> None:
        self.setVisible(not (self.strip.isHidden() and self.unsaved.isHidden()))

    def _open_folder(self) -> None:
        if self._crash is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._crash.parent)))


def catch_faults(show: Callable[[BaseException], None]) -> None:
    """From now on let ``show`` hear of exceptions that nothing else dealt with."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        show(error)

    sys.excepthook = hook
