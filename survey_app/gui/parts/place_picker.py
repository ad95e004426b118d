"""Finding a commune by typing a part of its name, accents or not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from survey_app.gui import theme
from survey_app.gui.parts import paint
from survey_app.gui.parts.field import Edit, Field
from survey_app.gui.parts.panel import Panel
from survey_app.gui.theme import Type
from survey_app.records import Place

_TYPING_MS = 120
_ROWS = 5
Found = tuple[Place, str]
"""A place and the name of what it lies in."""


class _Row(QStyledItemDelegate):
    def __init__(self, picker: PlacePicker) -> None:
        super().__init__(picker)
        self._picker = picker

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place, around = self._picker.found[index.row()]
        area = QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            paint.box(painter, area.adjusted(4, 1, -4, -1), theme.px(4), theme.token("primary_soft"))
        left = Qt.AlignmentFlag.AlignLeft
        name = theme.font(Type.BODY, 500)
        wide = paint.text_width(place.name, name)
        room = area.adjusted(theme.px(14), 0, -theme.px(12), 0)
        paint.text(painter, place.name, name, theme.token("text"), room, left)
        rest = room.adjusted(wide + theme.px(10), 0, -theme.px(64), 0)
        if rest.width() > theme.px(20):
            paint.text(painter, around, theme.font(Type.TABLE), theme.token("text2"), rest, left)
        right = Qt.AlignmentFlag.AlignRight
        paint.text(painter, place.code, theme.digits(Type.CAPTION), theme.token("text3"), room, right)
        painter.restore()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: object) -> QSize:
        return QSize(theme.px(200), theme.px(34))


class PlacePicker(QWidget):
    """A field and the places that match what is typed.

    Args:
        look_up: called with the text; it delivers the places by ``show_found``, soon.
    """

    picked = Signal(object)

    def __init__(self, look_up: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look_up = look_up
        self.place: Place | None = None
        self.found: list[Found] = []
        self._fresh = True
        self._hurried = False
        edit = _TypeAhead()
        self.field = Field("", "", edit)
        self._list = QListView()
        self._list.setObjectName("places")
        self._model = QStringListModel()
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Row(self))
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(lambda index: self._take(index.row()))
        self._panel = Panel(edge="line_strong", pad=(1, 4, 1, 4), gap=0, radius=6)
        self._panel.column.addWidget(self._list)
        self._panel.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(self.field)
        column.addWidget(self._panel)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_TYPING_MS)
        self._wait.timeout.connect(lambda: self._look_up(self.field.text()))
        edit.textEdited.connect(self._typed)
        edit.stepped.connect(self._step)
        edit.taken.connect(self._enter)
        self.setFocusProxy(self.field)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def say(self, label: str, hint: str, name: str) -> None:
        """Change the words; ``name`` is read out for the list."""
        self.field.say(label, hint)
        self._list.setAccessibleName(name)

    def _typed(self, text: str) -> None:
        self.place = None
        self._fresh = self._hurried = False
        self.picked.emit(None)
        if text.strip():
            self._wait.start()
        else:
            self.show_found([])

    def show_found(self, found: list[Found]) -> None:
        """Show what was found."""
        if self.place is not None:
            return
        self.found = found
        self._model.setStringList([f"{place.name}, {around}" for place, around in found])
        self._panel.setVisible(bool(found))
        rows = min(_ROWS, len(found))
        self._list.setFixedHeight(theme.px(34) * rows)
        self._fresh = not self._wait.isActive()
        if found:
            self._list.setCurrentIndex(self._model.index(0, 0))
        if self._hurried and self._fresh:
            self._hurried = False
            self._take(0)

    def _enter(self) -> None:
        """Take the marked place; what stands there for words typed before is never taken for those typed now."""
        if self._fresh:
            self._take(self._list.currentIndex().row())
        else:
            self._hurried = True

    def _step(self, by: int) -> None:
        if self.found:
            row = max(0, min(len(self.found) - 1, self._list.currentIndex().row() + by))
            self._list.setCurrentIndex(self._model.index(row, 0))

    def _take(self, row: int) -> None:
        if not 0 <= row < len(self.found):
            return
        place, around = self.found[row]
        self.place = place
        self.field.set_text(f"{place.name}, {around}")
        self.field.set_fault("")
        self._panel.hide()
        self.picked.emit(place)


class _TypeAhead(Edit):
    """↑ and ↓ walk through the list below, Enter takes the marked place."""

    stepped = Signal(int)
    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
            return
        super().keyPressEvent(event)
