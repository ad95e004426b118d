"""Fields: label above, hint right of the label, fault below; and the search field."""

from __future__ import annotations

from PySide6.QtCore import QDate, QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLineEdit, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts.button import LARGE, Button
from survey_app.gui.parts.label import Label
from survey_app.gui.parts.panel import Mark
from survey_app.gui.theme import Type
from survey_app.i18n import _


class Edit(QLineEdit):
    """A line to type in, in the type scale; digits of equal width when ``figures``."""

    def __init__(self, *, figures: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = figures
        self._restyle()

    def _restyle(self) -> None:
        wanted = theme.digits(Type.BODY) if self._figures else theme.font(Type.BODY)
        if self.font() != wanted:
            self.setFont(wanted)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._restyle()

    def set_fault(self, fault: bool) -> None:
        """Draw the border of a fault, or not."""
        if bool(self.property("fault")) != fault:
            self.setProperty("fault", fault)
            self.style().unpolish(self)
            self.style().polish(self)


class Field(QWidget):
    """A labelled field.

    Args:
        label: above the field; it is its accessible name.
        hint: right of the label, a few words.
        edit: what is typed in; a plain line when not given.
        optional: no mark; used by ``value`` only for reading.
    """

    changed = Signal(str)
    entered = Signal()

    def __init__(
        self,
        label: str = "",
        hint: str = "",
        edit: QWidget | None = None,
        *,
        figures: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.edit: QWidget = edit if edit is not None else Edit(figures=figures)
        self._label = Label(label, Type.TABLE, "text", weight=600)
        self._hint = Label(hint, Type.CAPTION, "text3", elide=True)
        self._fault = Label("", Type.CAPTION, "err", weight=500, wrap=True)
        self._fault_mark = Mark("circle-x", "err", 15)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._label)
        head.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignBottom)
        head.addStretch()
        column.addLayout(head)
        self.row = QHBoxLayout()
        """The field and what stands beside it."""
        self.row.setSpacing(theme.px(8))
        self.row.addWidget(self.edit, 1)
        column.addLayout(self.row)
        self._fault_row = QHBoxLayout()
        self._fault_row.setSpacing(theme.px(6))
        self._fault_row.addWidget(self._fault_mark, 0, Qt.AlignmentFlag.AlignTop)
        self._fault_row.addWidget(self._fault, 1)
        column.addLayout(self._fault_row)
        self._label.setBuddy(self.edit)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.say(label, hint)
        self.set_fault("")
        if isinstance(self.edit, QLineEdit):
            self.edit.textChanged.connect(self._typed)
            self.edit.returnPressed.connect(self.entered)

    def _typed(self, text: str) -> None:
        self.set_fault("")
        self.changed.emit(text)

    def say(self, label: str, hint: str = "") -> None:
        """Change label and hint."""
        self._label.setText(label)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self.edit.setAccessibleName(label)
        self.edit.setAccessibleDescription(hint)

    def set_fault(self, fault: str) -> None:
        """Show what is wrong below the field; ``""`` when nothing is."""
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self._fault_mark.setVisible(bool(fault))
        if isinstance(self.edit, Edit):
            self.edit.set_fault(bool(fault))
        self.edit.setAccessibleDescription(fault or self._hint.text())

    @property
    def fault(self) -> str:
        """What is wrong, ``""`` when nothing is shown."""
        return self._fault.text()

    def text(self) -> str:
        """Return what is typed."""
        if isinstance(self.edit, QLineEdit):
            return self.edit.text()
        if isinstance(self.edit, QPlainTextEdit):
            return self.edit.toPlainText()
        if isinstance(self.edit, QDateEdit):
            return self.edit.date().toString(Qt.DateFormat.ISODate)
        return ""

    def set_text(self, text: str) -> None:
        """Put text in."""
        if isinstance(self.edit, QLineEdit):
            self.edit.setText(text)
        elif isinstance(self.edit, QPlainTextEdit):
            self.edit.setPlainText(text)
        elif isinstance(self.edit, QDateEdit):
            self.edit.setDate(QDate.fromString(text, Qt.DateFormat.ISODate))


class DateEdit(QDateEdit):
    """A date, day first, typed or stepped by the arrow keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDisplayFormat("dd/MM/yyyy")
        self.setButtonSymbols(QDateEdit.ButtonSymbols.NoButtons)
        self.lineEdit().installEventFilter(self)
        self._restyle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the inner line as wide as the field: with a style sheet Qt leaves it one pixel."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show):
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = self.rect().adjusted(theme.px(12), 2, -theme.px(12), -2)
        if self.lineEdit().geometry() != wanted:
            self.lineEdit().setGeometry(wanted)

    def _restyle(self) -> None:
        if self.font() != theme.digits(Type.BODY):
            self.setFont(theme.digits(Type.BODY))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._restyle()


class PassphraseField(Field):
    """A field whose text is hidden until the person asks to see it."""

    def __init__(self, label: str = "", hint: str = "", parent: QWidget | None = None) -> None:
        edit = Edit()
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        super().__init__(label, hint, edit, parent=parent)
        self.look = Button("", "secondary", icon="eye", height=LARGE)
        self.look.setCheckable(True)
        self.look.toggled.connect(self._show_text)
        self.row.addWidget(self.look)
        self.retranslate()

    def _show_text(self, shown: bool) -> None:
        edit = self.edit
        if isinstance(edit, QLineEdit):
            edit.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)
        self.look.set_icon_name("eye-off" if shown else "eye")
        self.retranslate()

    def retranslate(self) -> None:
        """Name the button in the language spoken now."""
        words = _("Hide the passphrase") if self.look.isChecked() else _("Show the passphrase")
        self.look.setAccessibleName(words)
        self.look.setToolTip(words)


class SearchField(Edit):
    """A field that searches while one types; its placeholder is its label. ↓ leaves it downwards."""

    below = Signal()

    def __init__(self, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(figures=False, parent=parent)
        self.setClearButtonEnabled(False)
        self._room()
        self.say(label)

    def say(self, label: str) -> None:
        """Change the words in it."""
        self.setPlaceholderText(label)
        self.setAccessibleName(label)

    def _room(self) -> None:
        self.setTextMargins(theme.px(27), 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = theme.px(16)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme.paint_icon(painter, "search", "text2", theme.px(8), (self.height() - side) / 2, side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.below.emit()
            return
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._room()


class IconButton(Button):
    """A button of an icon alone; ``meaning`` is read out and shown as tooltip."""

    def __init__(
        self, icon: str, meaning: str, kind: str = "quiet", height: int = 32, parent: QWidget | None = None
    ) -> None:
        super().__init__("", kind, icon=icon, height=height, parent=parent)
        self.set_meaning(meaning)

    def set_meaning(self, meaning: str) -> None:
        """Say what it does."""
        self.setAccessibleName(meaning)
        self.setToolTip(meaning)
