"""The bar at the top: the program's mark, tabs, saved state, language, person."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import SavedState
from survey_app.gui.parts import paint
from survey_app.gui.parts.button import SMALL, Button
from survey_app.gui.parts.focus import FocusRing
from survey_app.gui.parts.label import Label
from survey_app.gui.parts.panel import Mark, Separator
from survey_app.gui.parts.segmented import Segmented
from survey_app.gui.theme import Type
from survey_app.i18n import _

HEIGHT = 53


class _Tab(QAbstractButton):
    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        wide = max(paint.text_width(self.text(), theme.font(Type.BODY, weight)) for weight in (500, 600))
        return QSize(int(wide) + theme.px(10), theme.px(HEIGHT))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        here = self.isChecked()
        rect = QRectF(self.rect())
        ink = "primary" if here else "text" if self.underMouse() else "text2"
        face = theme.font(Type.BODY, 600 if here else 500)
        paint.text(painter, self.text(), face, theme.token(ink), rect, Qt.AlignmentFlag.AlignHCenter)
        if here:
            painter.fillRect(QRectF(0, self.height() - theme.px(3), self.width(), theme.px(3)), theme.token("primary"))
        if self.hasFocus():
            inner = rect.adjusted(-1, theme.px(8), 1, -theme.px(8))
            paint.box(painter, inner, theme.px(6), None, theme.token("focus"), 2)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the whole word as a tooltip where its end has no room."""
        super().resizeEvent(event)
        self.setToolTip(self.text() if event.size().width() < self.sizeHint().width() else "")

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class Logo(QWidget):
    """The program's mark: a roof and its reflection, a household and its record."""

    def __init__(self, side: int = 26, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(self._side), theme.px(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        side = theme.px(self._side)
        paint.box(painter, QRectF(0, 0, side, side), side / 4.4, theme.token("primary"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = side * 0.68
        theme.paint_icon(painter, "mark", "on_primary", (side - inner) / 2, (side - inner) / 2, inner)


class SavedMark(QWidget):
    """Icon and words: saved at, saving, not saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = SavedState()
        self._look = ("", 0)
        self._mark = Mark("circle-check", "ok", 18)
        self._words = Label("", Type.TABLE, "ok", weight=500, figures=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self._mark)
        row.addWidget(self._words)
        self.show_state(self._state)

    def show_state(self, state: SavedState) -> None:
        """Show a state."""
        self._state = state
        self._fix_width()
        looks = {
            "none": ("circle-check", "ok", ""),
            "saving": ("loader-circle", "text2", _("Saving…")),
            "saved": ("circle-check", "ok", _("Saved {time}").format(time=f"{state.at:%H:%M:%S}" if state.at else "")),
            "failed": ("circle-x", "err", _("Not saved")),
        }
        icon, tone, words = looks[state.kind]
        self._mark.set_icon(icon, tone)
        self._words.set_tone(tone)
        self._words.setText(words)
        self.setAccessibleName(words)
        self.setVisible(bool(words))

    def _fix_width(self) -> None:
        """Give the words the room of the longest ones, so that nothing is laid out anew at each answer."""
        look = (i18n.language(), theme.text_percent())
        if look == self._look:
            return
        self._look = look
        texts = (_("Saving…"), _("Saved {time}").format(time="00:00:00"), _("Not saved"))
        sizes = [Label(text, Type.TABLE, "ok", weight=500, figures=True).sizeHint() for text in texts]
        self._words.setFixedSize(max(size.width() for size in sizes), max(size.height() for size in sizes))

    def changeEvent(self, event: QEvent) -> None:
        """Take the new text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._fix_width()

    def show_words(self, shown: bool) -> None:
        """Show the words, or the mark alone with the words as its tooltip."""
        self._words.setVisible(shown)
        self.setToolTip("" if shown else self._words.text())

    def retranslate(self) -> None:
        """Say it in the language spoken now."""
        self.show_state(self._state)


class PersonButton(QAbstractButton):
    """Who is working; opens the person's menu."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._role = ""
        self._ring: FocusRing | None = None
        self._words = True
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, shown: bool) -> None:
        """Show name and role, or the mark alone with the name as its tooltip."""
        if shown != self._words:
            self._words = shown
            self.setToolTip("" if shown else self._name)
            self.updateGeometry()
            self.update()

    def show_person(self, name: str, role: str) -> None:
        """Show name and role."""
        self._name, self._role = name, role
        self.setAccessibleName(f"{name}, {role}" if role else name)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if not self._words:
            return QSize(theme.px(32), theme.px(40))
        wide = max(
            paint.text_width(self._name, theme.font(Type.TABLE, 600)),
            paint.text_width(self._role, theme.font(Type.CAPTION)),
        )
        return QSize(int(wide) + theme.px(38), theme.px(40))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(22)
        theme.paint_icon(painter, "circle-user-round", "text2", 0, (self.height() - side) / 2, side)
        if not self._words:
            return
        left, wide = theme.px(32), self.width() - theme.px(32)
        align = Qt.AlignmentFlag.AlignLeft
        ink = theme.token("primary" if self.underMouse() else "text")
        upper = QRectF(left, theme.px(1), wide, theme.px(20))
        lower = QRectF(left, theme.px(20), wide, theme.px(18))
        if not self._role:
            upper = QRectF(self.rect()).adjusted(left, 0, 0, 0)
        paint.text(painter, self._name, theme.font(Type.TABLE, 600), ink, upper, align)
        paint.text(painter, self._role, theme.font(Type.CAPTION), theme.token("text3"), lower, align)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._ring is None:
            self._ring = FocusRing(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._ring is not None:
            self._ring.gone()
            self._ring = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)


class TopBar(QWidget):
    """The whole bar; the window tells it what to show."""

    tab_chosen = Signal(str)
    language_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFixedHeight(theme.px(HEIGHT))
        self._tabs: dict[str, _Tab] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        self._row.setSpacing(theme.px(16))
        self._brand = QWidget(self)
        brand = QHBoxLayout(self._brand)
        brand.setContentsMargins(0, 0, theme.px(12), 0)
        brand.setSpacing(theme.px(10))
        self._name = Label("", Type.PANEL, weight=700)
        brand.addWidget(Logo())
        brand.addWidget(self._name)
        self._tab_box = QWidget(self)
        self._tab_row = QHBoxLayout(self._tab_box)
        self._tab_row.setContentsMargins(0, 0, 0, 0)
        self._tab_row.setSpacing(theme.px(16))
        self.more = Button("", "quiet", icon="chevron-down", height=SMALL, shortcut="")
        self.more.clicked.connect(self._show_more)
        self._header_box = QWidget(self)
        header = QVBoxLayout(self._header_box)
        header.setContentsMargins(0, 0, 0, 0)
        self._header: QWidget | None = None
        self.saved = SavedMark(self)
        self.languages = Segmented([("vi", "VI"), ("en", "EN")], i18n.language(), _("Language"))
        self.languages.chosen.connect(self.language_chosen)
        self._line = Separator(vertical=True)
        self._line.setFixedHeight(theme.px(30))
        self.person = PersonButton(self)
        self._row.addWidget(self._brand)
        self._row.addWidget(self._tab_box)
        self._row.addWidget(self.more)
        self._row.addWidget(self._header_box, 1)
        self._row.addStretch()
        self._row.addWidget(self.saved)
        self._row.addWidget(self.languages)
        self._row.addWidget(self._line)
        self._row.addWidget(self.person)
        self.show_header(None)
        self.show_person("", "")
        self.retranslate()

    def show_tabs(self, tabs: Sequence[tuple[str, str]], here: str = "") -> None:
        """Show other tabs, (key, word) each, and which one is here."""
        if list(self._tabs) != [key for key, _ in tabs]:
            for tab in self._tabs.values():
                self._tab_row.removeWidget(tab)
                tab.hide()
                tab.deleteLater()
            self._tabs = {key: self._make_tab(key, word) for key, word in tabs}
        for key, word in tabs:
            self._tabs[key].setText(word)
            self._tabs[key].updateGeometry()
        self.show_here(here)
        self.fit()

    def _make_tab(self, key: str, word: str) -> _Tab:
        tab = _Tab(word, self._tab_box)
        tab.clicked.connect(lambda _checked=False: self.tab_chosen.emit(key))
        self._tab_row.addWidget(tab)
        return tab

    def show_here(self, here: str) -> None:
        """Show which tab is here."""
        for key, tab in self._tabs.items():
            tab.setChecked(key == here)

    def show_header(self, header: QWidget | None) -> None:
        """Show a screen's own header in place of mark and tabs, or these again."""
        if header is self._header and header is not None:
            return
        layout = self._header_box.layout()
        if self._header is not None and layout is not None:
            layout.removeWidget(self._header)
            self._header.setParent(None)
        self._header = header
        if header is not None and layout is not None:
            layout.addWidget(header)
            header.show()
        self._header_box.setVisible(header is not None)
        self._brand.setVisible(header is None)
        self._tab_box.setVisible(header is None)
        self.fit()

    def show_person(self, name: str, role: str) -> None:
        """Show who is working; nobody when the name is empty."""
        self.person.show_person(name, role)
        self.person.setVisible(bool(name))
        self._line.setVisible(bool(name))
        self.fit()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._name.setText(_("Household survey"))
        self.more.setText(_("More"))
        self.languages.set_value(i18n.language())
        self.languages.say({"vi": "VI", "en": "EN"}, _("Language"))
        self.saved.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(320), theme.px(HEIGHT))

    def fit(self) -> None:
        """Leave out what has no room: both names, the words of the saved state, the languages (F10 has them too)."""
        room = self.width() - theme.px(32)
        for tab in self._tabs.values():
            tab.setHidden(False)
        self.more.hide()
        parts = (self._brand, self._tab_box, self._header_box, self.saved, self.languages, self.person)
        for level in range(6):
            self._name.setVisible(level < 1)
            self.person.show_words(level < 2)
            self.saved.show_words(level < 3)
            self.languages.setVisible(level < 4)
            self._brand.setVisible(self._header is None and level < 5)
            self._tab_row.setSpacing(theme.px(16 if level < 5 else 8))
            shown = [part for part in parts if not part.isHidden()]
            for part in shown:
                layout = part.layout()
                if layout is not None:
                    layout.activate()
            if sum(part.sizeHint().width() for part in shown) + theme.px(16) * len(shown) + theme.px(24) <= room:
                break
        self._fit_tabs(room)

    def _fit_tabs(self, room: int) -> None:
        """Put the tabs that have no room into a menu; the one that is here stays."""
        tabs = list(self._tabs.values())
        others = (self._brand, self._header_box, self.saved, self.languages, self.person)
        room -= sum(part.sizeHint().width() + theme.px(16) for part in others if not part.isHidden()) + theme.px(40)
        gap = self._tab_row.spacing()
        wide = sum(tab.sizeHint().width() + gap for tab in tabs)
        is_cut = self._header is None and wide > room
        for tab in reversed(tabs) if is_cut else ():
            if wide + self.more.sizeHint().width() <= room:
                break
            if not tab.isChecked():
                tab.setHidden(True)
                wide -= tab.sizeHint().width() + gap
        self.more.setVisible(is_cut)

    def _show_more(self) -> None:
        """Show the tabs that have no room, as a menu."""
        menu = QMenu(self)
        for key, tab in self._tabs.items():
            if tab.isHidden():
                action = menu.addAction(tab.text())
                action.triggered.connect(lambda _checked=False, key=key: self.tab_chosen.emit(key))
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.token("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.token("line"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.setFixedHeight(theme.px(HEIGHT))
