"""Arrangements that give way when the window is narrow or the text is large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts.flow import Flow
from survey_app.gui.parts.panel import Scrolled

if TYPE_CHECKING:
    from survey_app.gui.parts.table import Table

_ANY = 16777215
NARROW, LOW = 1000, 440
"""Design pixels: below them two columns stand one under the other, and the whole page scrolls."""
MOST_ROWS = 8
"""Rows that a table on such a page shows at least, so that few tables scroll inside what scrolls."""


class Columns(Scrolled):
    """Two columns side by side; in a narrow window one under the other; a low one scrolls them together.

    Args:
        main: takes the room that is left.
        side: the other one.
        width: of ``side`` in design pixels while it stands beside ``main``.
        first: ``side`` stands before ``main``.
        narrow: width in design pixels below which they stand one under the other.
        low: height in design pixels below which they scroll.
        gap: between them.
    """

    def __init__(
        self,
        main: QWidget,
        side: QWidget,
        width: int,
        *,
        first: bool = False,
        narrow: int = NARROW,
        low: int = LOW,
        gap: int = 14,
        parent: QWidget | None = None,
    ) -> None:
        page = QWidget()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(gap))
        for widget in (side, main) if first else (main, side):
            self._row.addWidget(widget, 1 if widget is main else 0)
        self._page, self._side, self._width, self._narrow, self._low = page, side, width, narrow, low
        self._roomy, self._whole = True, False
        super().__init__(page, gutter=False, parent=parent)
        page.installEventFilter(self)

    @property
    def is_stacked(self) -> bool:
        """Whether one column stands under the other now."""
        return self.width() < theme.px(self._narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange the columns for the room there is."""
        stacked = self.is_stacked
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._row.setDirection(down if stacked else across)
        self._side.setMinimumWidth(0 if stacked else theme.px(self._width))
        self._side.setMaximumWidth(_ANY if stacked else theme.px(self._width))
        self._roomy = not (stacked or self._whole) and self.height() >= theme.px(self._low)
        self._page.setMaximumHeight(self.height() if self._roomy else _ANY)
        for table in _tables(self._page):
            table.show_rows(0 if self._roomy else MOST_ROWS)
        self._measure()
        super().resizeEvent(event)

    def grow(self, whole: bool) -> None:
        """Show all they hold, because the page around them scrolls, or scroll by themselves again."""
        self._whole = whole
        show_whole(self, whole)
        self.resizeEvent(QResizeEvent(self.size(), self.size()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Measure again when something on the page came, went or grew."""
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self._measure()
        return super().eventFilter(watched, event)

    def _measure(self) -> None:
        """Let lists inside keep the height they would like where everything scrolls."""
        self._page.setMinimumHeight(0 if self._roomy else height_at(self._page, self.viewport().width()))


class Page(Scrolled):
    """A screen's page that fills the window; in a low one it is as high as what it holds, and scrolls.

    Args:
        content: the page.
        low: height in design pixels below which it scrolls.
    """

    @classmethod
    def filling(cls, screen: QWidget, *, low: int = LOW) -> QVBoxLayout:
        """Fill a screen with a page; return the column that its parts go into."""
        content = QWidget()
        column = QVBoxLayout(content)
        outer = QVBoxLayout(screen)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(cls(content, low=low))
        return column

    low_changed = Signal(bool)
    """Sent when it begins (true) or ends to scroll: what scrolls inside then shows all it has (``show_whole``)."""

    def __init__(self, content: QWidget, *, low: int = LOW, parent: QWidget | None = None) -> None:
        super().__init__(content, gutter=False, parent=parent)
        self._content, self._low = content, low
        self.is_low = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page the height of the window, or its own."""
        is_low = self.height() < theme.px(self._low)
        self._content.setMaximumHeight(_ANY if is_low else self.height())
        if is_low != self.is_low:
            self.is_low = is_low
            self._show_all(is_low)
            self.low_changed.emit(is_low)
        super().resizeEvent(event)

    def _show_all(self, whole: bool) -> None:
        """Let columns and tables on a page that scrolls not scroll by themselves as well."""
        inside = self._content.findChildren(Columns)
        for columns in inside:
            columns.grow(whole)
        for table in _tables(self._content):
            if not any(columns.isAncestorOf(table) for columns in inside):
                table.show_rows(MOST_ROWS if whole else 0)


def _tables(page: QWidget) -> list[Table[Any]]:
    from survey_app.gui.parts.table import Table  # dialogs need this module before any table is there

    return page.findChildren(Table)


class _Whole(QObject):
    """Keeps a scrolling area as high as what it holds."""

    def __init__(self, area: Scrolled, page: QWidget) -> None:
        super().__init__(area)
        self._area, self._page = area, page
        self.is_on = True
        page.installEventFilter(self)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.is_on and watched is self._page and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.fit()
        return False

    def fit(self) -> None:
        self._area.setMinimumHeight(height_at(self._page, self._area.viewport().width()))


def height_at(page: QWidget, width: int) -> int:
    """Return how high a page would like to be at a width; words that wrap count."""
    layout = page.layout()
    by_width = layout is not None and layout.hasHeightForWidth() and width > 0
    return layout.totalHeightForWidth(width) if layout is not None and by_width else page.sizeHint().height()


def show_whole(area: Scrolled, whole: bool) -> None:
    """Let an area show all it holds, because the page around it scrolls, or scroll by itself again."""
    keeper = area.findChild(_Whole, options=Qt.FindChildOption.FindDirectChildrenOnly)
    page = area.widget()
    if isinstance(keeper, _Whole):
        keeper.is_on = whole
        keeper.fit()
    elif whole and page is not None:
        _Whole(area, page)
    if not whole:
        area.setMinimumHeight(0)


def beside(*widgets: QWidget) -> QHBoxLayout:
    """Return a row of widgets that share its width."""
    row = QHBoxLayout()
    row.setSpacing(theme.px(12))
    for widget in widgets:
        row.addWidget(widget, 1)
    return row


def bring_into_view(widget: QWidget) -> None:
    """Scroll whatever stands around a widget until it is seen."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, Scrolled):
            around.ensureWidgetVisible(widget, 0, theme.px(8))
        around = around.parentWidget()


class Stacking(QWidget):
    """Widgets side by side; when narrow one under the other.

    Args:
        widgets: with the share of the width each takes.
        narrow: width in design pixels below which they stand one under the other.
        gap: between them.
    """

    def __init__(self, widgets: Sequence[tuple[QWidget, int]], narrow: int, gap: int = 12) -> None:
        super().__init__()
        self._narrow = narrow
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(gap))
        self._widgets = tuple(widgets)
        for widget, share in widgets:
            self._row.addWidget(widget, share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange them for the room there is."""
        down = self.width() < theme.px(self._narrow)
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if down else QBoxLayout.Direction.LeftToRight)
        for widget, share in self._widgets:
            self._row.setStretchFactor(widget, 0 if down else share)
        super().resizeEvent(event)


class Head(QWidget):
    """Title and what stands under it at the left, buttons at the right, or under them when they have no room beside.

    Args:
        words: from above; the first is the title and is never cut for the sake of the buttons.
        buttons: from the left.
    """

    def __init__(self, words: Sequence[QWidget], buttons: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        policy = QSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum
        )  # Fixed would cut lines that wrap
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._title = words[0]
        column = QVBoxLayout()
        column.setSpacing(0)
        for word in words:
            column.addWidget(word)
        box = QWidget()
        self._buttons = Flow(theme.px(8), box)
        for button in buttons:
            self._buttons.addWidget(button)
        box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(8))
        self._row.addLayout(column, 1)
        self._row.addWidget(box, 0, Qt.AlignmentFlag.AlignVCenter)
        self._box = box

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons where they have room."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """Look again for room when the words of a button changed, or one came or went."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return done

    def _arrange(self) -> None:
        wanted = self._buttons.sizeHint().width()
        room = self.contentsRect().width()
        beside = self._title.sizeHint().width() + theme.px(16) + wanted <= room
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._row.setDirection(across if beside else down)
        self._box.setFixedHeight(max(1, self._buttons.heightForWidth(wanted if beside else max(1, room))))
        self._box.setMinimumWidth(wanted if beside else 0)
