"""The rows of a submission in conflict: versions side by side, the current question as a card to decide on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.office.deciding import BASE, OTHER, Decision
from survey_app.gui.office.dispute import Point, Version
from survey_app.gui.parts import Keycap, Label, Mark, Panel, paint
from survey_app.gui.theme import Type
from survey_app.i18n import _

SHARES = (30, 18, 52)
"""Shares of the width: question, base, all versions together."""
GAP = 12


def grid_columns(grid: QGridLayout, versions: int) -> None:
    """Give a grid the columns that all rows share."""
    grid.setHorizontalSpacing(theme.px(GAP))
    grid.setContentsMargins(0, 0, 0, 0)
    for column, share in enumerate((SHARES[0] * 10, SHARES[1] * 10, *[SHARES[2] * 10 // versions] * versions)):
        grid.setColumnStretch(column, share)
        grid.setColumnMinimumWidth(column, 0)


class _Cell(QWidget):
    """Two lines: bold and caption."""

    def __init__(self, title: str, text: str, key: str = "") -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        if key:
            row.addWidget(Keycap(key), 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(title, Type.BODY, weight=600, elide=True))
        words.addWidget(Label(text, Type.CAPTION, "text3", figures=True, elide=True))
        row.addLayout(words, 1)
        self.setMinimumWidth(0)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


class HeadRow(QWidget):
    """Heads of the columns: the common version and those that disagree, with author, laptop and time."""

    def __init__(self, base_at: str, versions: Sequence[Version]) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid_columns(grid, len(versions))
        grid.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        asked = Label(_("Question"), Type.TABLE, "text2", weight=600)
        grid.addWidget(asked, 0, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(_Cell(_("Original"), base_at or _("no common version")), 0, 1)
        for number, version in enumerate(versions):
            title = _("Version {letter}, {author}").format(letter=version.letter, author=version.author)
            said = ", ".join(part for part in (version.device, version.made_at) if part)
            grid.addWidget(_Cell(title, said, version.letter), 0, 2 + number)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("subtle"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.token("line"))


def _question_words(point: Point) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(Label(point.label, Type.BODY, weight=500, wrap=True))
    if point.whose:
        column.addWidget(Label(point.whose, Type.CAPTION, "text3", wrap=True))
    box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return box


class VersionBox(QAbstractButton):
    """What a version says, to be chosen: keycap, words, time, mark."""

    def __init__(self, key: str, words: str, caption: str, chosen: bool, spoken: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setChecked(chosen)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        state = _("chosen") if chosen else _("not chosen")
        self.setAccessibleName(f"{spoken}: {words}, {state}")
        self._key = key
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(46), theme.px(8), theme.px(38), theme.px(8))
        column = QVBoxLayout()
        column.setSpacing(0)
        self._words = Label(words, Type.OPTION, weight=600 if chosen else 400, wrap=True)
        column.addWidget(self._words)
        if caption:
            column.addWidget(Label(caption, Type.CAPTION, "text2", figures=True, wrap=True))
        row.addLayout(column, 1)
        for label in self.findChildren(Label):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            label.setMinimumWidth(1)  # else Qt makes it as high as it would be at its least width, and cuts it off
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(theme.px(56))

    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def nextCheckState(self) -> None:
        """Leave the state to the decision."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        ground = "primary_soft" if chosen else "subtle" if self.underMouse() else "surface"
        edge = "primary" if chosen else "line_strong"
        rect = QRectF(self.rect())
        paint.box(painter, rect, theme.px(7), theme.token(ground), theme.token(edge), 2 if chosen else 1)
        middle = rect.height() / 2
        ink = "on_primary" if chosen else "text2"
        fill = "primary" if chosen else "subtle"
        paint.keycap(painter, self._key, theme.px(12), middle, ink=ink, edge=edge, fill=fill, height=theme.px(24))
        side = theme.px(20)
        mark = "circle-check" if chosen else "circle"
        tone = "primary" if chosen else "line_strong"
        theme.paint_icon(painter, mark, tone, rect.right() - side - theme.px(12), middle - side / 2, side)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()


class PointRow(QWidget):
    """A question that is not current: what stands, what each version says, what was decided."""

    picked = Signal(str)

    def __init__(self, point: Point, decision: Decision, versions: Sequence[Version], *, quiet: bool = False) -> None:
        super().__init__()
        self._address = point.address
        self._quiet = quiet
        grid = QGridLayout(self)
        grid_columns(grid, len(versions))
        grid.setContentsMargins(theme.px(16), theme.px(9), theme.px(16), theme.px(9))
        grid.addWidget(_question_words(point), 0, 0)
        grid.addWidget(self._said(point.base.text, decision, BASE, quiet), 0, 1)
        for number, (version, side) in enumerate(zip(versions, point.sides, strict=True)):
            grid.addWidget(self._said(side.text, decision, version.letter, quiet), 0, 2 + number)
        if not quiet:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            grid.addWidget(self._state(decision), 1, 0, 1, 2 + len(versions))
        said = ", ".join(f"{v.letter} {side.text}" for v, side in zip(versions, point.sides, strict=True))
        self.setAccessibleName(f"{point.label} {point.whose}: {said}")

    @staticmethod
    def _said(text: str, decision: Decision, source: str, quiet: bool) -> QWidget:
        here = decision.is_made and decision.source == source
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        if here:
            row.addWidget(Mark("circle-check", "ok", 18, _("chosen")), 0, Qt.AlignmentFlag.AlignTop)
        tone = "ok" if here else "text2" if quiet or source == BASE else "text"
        words = Label(text, Type.BODY, tone, weight=600 if here else 400, wrap=True)
        words.setMinimumWidth(1)
        row.addWidget(words, 1)
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        return box

    @staticmethod
    def _state(decision: Decision) -> QWidget:
        words = _("Not decided yet")
        if decision.is_made:
            other = _("Other answer: {value}. ").format(value=decision.value or _("Left blank"))
            words = (other if decision.source == OTHER else "") + _("Reason: {reason}").format(reason=decision.reason)
        return Label(words, Type.CAPTION, "text3", elide=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self._quiet:
            self.picked.emit(self._address)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("subtle" if self._quiet else "surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.token("line"))


class FoldRow(QAbstractButton):
    """A folded group of questions that need nothing: opens and closes."""

    def __init__(self, icon: str, tone: str, title: str, text: str, *, key: str, is_open: bool) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setChecked(is_open)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"{title}, {text}")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        row.setSpacing(theme.px(8))
        row.addWidget(Mark("chevron-down" if is_open else "chevron-right", "text2", 16))
        row.addWidget(Mark(icon, tone, 16))
        row.addWidget(Label(title, Type.TABLE, weight=600, figures=True))
        row.addWidget(Label(text, Type.TABLE, "text2", elide=True), 1)
        row.addWidget(Label(_("Close") if is_open else _("Open"), Type.TABLE, "primary", weight=600))
        row.addWidget(Keycap(key))
        for widget in self.findChildren(QWidget):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedHeight(theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("subtle"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.token("line"))


class CardFrame(Panel):
    """The ground of the current question."""

    def __init__(self) -> None:
        super().__init__("surface", "primary", pad=14, gap=10, edge_width=2)


class FittingRow(QWidget):
    """A row that leaves out from the right what does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(8))
        self._row.addStretch()
        self._widgets: list[QWidget] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def add(self, widget: QWidget) -> None:
        """Add a widget at the end."""
        self._row.insertWidget(len(self._widgets), widget)
        self._widgets.append(widget)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, max((widget.sizeHint().height() for widget in self._widgets), default=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width()
        for widget in self._widgets:
            room -= widget.sizeHint().width() + theme.px(8)
            widget.setVisible(room >= -theme.px(8))
