"""The village's name as a title that opens the choice of another village."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.parts import SMALL, Button, paint
from survey_app.gui.theme import Type
from survey_app.text import show_number


class VillageTitle(Button):
    """The village's name as a title that opens the choice of another one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "quiet", height=SMALL, parent=parent)
        self._choice = False

    def say(self, name: str, *, choice: bool) -> None:
        """Show a name; an arrow when there is a choice."""
        self._choice = choice
        self.setEnabled(choice)
        self.setText(name)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wide = paint.text_width(self.text(), theme.font(Type.TITLE, 700))
        return QSize(int(wide) + theme.px(24 if self._choice else 4), theme.px(34))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        face = theme.font(Type.TITLE, 700)
        ink = "primary" if self.underMouse() and self._choice else "text"
        area = QRectF(self.rect())
        paint.text(painter, self.text(), face, theme.token(ink), area, Qt.AlignmentFlag.AlignLeft)
        if self._choice:
            at = paint.text_width(self.text(), face) + theme.px(5)
            theme.paint_icon(painter, "chevron-down", "text2", at, area.center().y() - theme.px(8), theme.px(18))


def village_menu(
    under: QWidget, villages: Sequence[tuple[str, str, int, int]], take: Callable[[str], object], everything: str = ""
) -> None:
    """Open a menu of villages below a widget.

    Args:
        under: the widget.
        villages: code, name, households done, households in all.
        take: called with the code chosen, ``""`` for all.
        everything: word for all villages; ``""`` when that is no choice.
    """
    menu = QMenu(under)
    for code, name, done, total in villages:
        numbers = "/".join(show_number(n, 0, i18n.language()) for n in (done, total))
        _entry(menu, f"{name}   {numbers}", code, take)
    if everything:
        menu.addSeparator()
        _entry(menu, everything, "", take)
    menu.popup(under.mapToGlobal(QPoint(0, under.height() + 4)))


def _entry(menu: QMenu, words: str, code: str, take: Callable[[str], object]) -> None:
    action = QAction(words.replace("&", "&&"), menu)
    action.triggered.connect(lambda _checked=False: take(code))
    menu.addAction(action)
