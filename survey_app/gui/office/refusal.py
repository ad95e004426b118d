"""Why a bundle was refused, what to do now, and a notice for the enumerator."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.office.bundle_lines import NOTHING, BundleLine
from survey_app.gui.parts import SMALL, Button, Label, Mark, Panel
from survey_app.gui.theme import Type
from survey_app.i18n import _


def refusal_title(line: BundleLine) -> str:
    """Return which bundle was refused."""
    if line.number == NOTHING:
        return _("{file} was refused").format(file=line.file)
    return _("Bundle {number} of {laptop} was refused").format(number=line.number, laptop=line.sender)


def notice_text(line: BundleLine) -> str:
    """Return a notice that can be given to the enumerator, plain text."""
    file = _("File: {file}").format(file=line.file)
    code = _("Code to read out over the telephone: {code}").format(code=line.code)
    return "\n\n".join((refusal_title(line), line.message, line.hint, file, code)) + "\n"


class RefusalPanel(Panel):
    """Shown below the table while a refused bundle is chosen."""

    other_file = Signal()
    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", "err_line", pad=14, parent=parent)
        self._line: BundleLine | None = None
        self._title = Label("", Type.PANEL, "err", weight=600, figures=True, elide=True)
        self._words = Label("", Type.TABLE, "text", wrap=True)
        self._other = Button("", icon="folder-open", height=SMALL)
        self._notice = Button("", icon="file-text", height=SMALL)
        self._code = Label("", Type.CAPTION, "text3", figures=True)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Mark("octagon-x", "err", 20))
        head.addWidget(self._title, 1)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        foot.addWidget(self._other)
        foot.addWidget(self._notice)
        foot.addStretch()
        foot.addWidget(self._code)
        self.column.addLayout(head)
        self.column.addWidget(self._words)
        self.column.addLayout(foot)
        self._other.clicked.connect(self.other_file)
        self._notice.clicked.connect(self.choose_notice)
        self.retranslate()

    def show_line(self, line: BundleLine | None) -> None:
        """Show a refused bundle, or nothing."""
        self._line = line
        self.setVisible(line is not None)
        if line is not None:
            self._title.setText(refusal_title(line))
            self._words.setText(f"{line.message} {line.hint}".strip())
            self._code.setText(line.code)
            self.setAccessibleName(f"{refusal_title(line)}. {line.message} {line.hint} {line.code}")

    def retranslate(self) -> None:
        """Say the buttons in the language spoken now."""
        self._other.setText(_("Choose another file"))
        self._notice.setText(_("Save a notice for the enumerator"))
        self.show_line(self._line)

    def focus_first(self) -> None:
        """Give the focus to the first button."""
        self._other.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose_notice(self) -> None:
        """Ask where the notice shall be saved, and save it."""
        if self._line is None:
            return
        proposed = str(Path(folder_for("merge-folder")) / f"{Path(self._line.file).stem}.txt")
        name, _kind = QFileDialog.getSaveFileName(self, _("Save the notice"), proposed, _("Text") + " (*.txt)")
        if name:
            self.save_notice(Path(name))

    def save_notice(self, path: Path) -> None:
        """Write the notice."""
        if self._line is None:
            return
        try:
            path.write_text(notice_text(self._line), encoding="utf-8-sig")
        except OSError as error:
            self.failed.emit(error)
        else:
            self.saved.emit(path)
