"""Buttons: icon, verb, keycap."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QShortcut,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QToolTip, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import paint
from survey_app.gui.parts.focus import FocusRing
from survey_app.gui.theme import Type

KINDS = ("primary", "secondary", "quiet", "danger")
SMALL, MEDIUM, LARGE, HUGE = 32, 36, 40, 48
"""In a panel, in a header, for a form's action, on Today."""


class Button(QAbstractButton):
    """A button.

    Args:
        text: a verb first.
        kind: ``"primary"`` (one a screen), ``"secondary"``, ``"quiet"`` or ``"danger"``.
        icon: name of an icon, ``""`` for none.
        key: keycap shown at its end, ``""`` for none.
        shortcut: key sequence that clicks it while it is visible and enabled; ``key`` when ``None`` and ``key`` has
            a modifier; ``""`` for none.
        height: one of ``SMALL``, ``MEDIUM``, ``LARGE``, ``HUGE``.
        wide: fills the width it is given, its content in the middle.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "secondary",
        *,
        icon: str = "",
        key: str = "",
        shortcut: str | None = None,
        height: int = MEDIUM,
        wide: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        if kind not in KINDS:
            raise ValueError(f"unknown kind of button: {kind!r}")
        self._kind = kind
        self._icon = icon
        self._key = key
        self._height = height
        self._ring: FocusRing | None = None
        self._shortcut: QShortcut | None = None
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        wanted = key if shortcut is None and "+" in key else (shortcut or "")
        if wanted:
            self._shortcut = QShortcut(QKeySequence(wanted), self)
            self._shortcut.activated.connect(self.click)

    # what it is

    def set_kind(self, kind: str) -> None:
        """Make it primary, secondary, quiet or danger."""
        if kind != self._kind:
            self._kind = kind
            self.update()

    def set_icon_name(self, icon: str) -> None:
        """Change the icon."""
        if icon == self._icon:
            return
        if bool(icon) != bool(self._icon):
            self.updateGeometry()
        self._icon = icon
        self.update()

    def set_key(self, key: str) -> None:
        """Change the keycap."""
        self._key = key
        self.updateGeometry()
        self.update()

    def setText(self, text: str) -> None:
        said = text.replace("&", "&&") if "&" in text else text
        if said != self.text():  # a new text has everything around laid out again
            super().setText(said)
            self.updateGeometry()

    # size

    def _face_type(self) -> Type:
        return Type.PANEL if self._height >= HUGE else Type.TABLE if self._height <= SMALL else Type.BODY

    def _weight(self) -> int:
        return 600 if self._kind == "primary" else 500

    def _content(self) -> tuple[float, float, float]:
        """Widths of icon, text and keycap, gaps included."""
        mark = theme.px(18) + (theme.px(8) if self.text() else 0) if self._icon else 0
        words = paint.text_width(self.text(), theme.font(self._face_type(), self._weight()))
        cap = paint.keycap_width(self._key) + theme.px(12) if self._key else 0
        return mark, words, cap

    def sizeHint(self) -> QSize:
        pad = theme.px(6 if self._kind == "quiet" else 16 if self._height >= HUGE else 12)
        wide = sum(self._content()) + 2 * pad + 2
        if not self.text() and not self._key:
            wide = theme.px(self._height)
        return QSize(int(wide), theme.px(self._height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    # painting

    def _colours(self) -> tuple[str, str, str]:
        """Tokens of ground, edge and ink."""
        if not self.isEnabled():
            return ("", "", "text3") if self._kind == "quiet" else ("sunken", "", "text3")
        hot = self.underMouse() or self.isDown()
        if self._kind == "primary":
            return ("primary_hover" if hot else "primary"), "", "on_primary"
        if self._kind == "quiet":
            return ("primary_soft" if hot else ""), "", "primary"
        if self._kind == "danger":
            return ("err_soft" if hot else "surface"), "err_line", "err"
        return ("subtle" if hot else "surface"), "line_strong", "text"

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        ground, edge, ink = self._colours()
        rect = QRectF(self.rect())
        paint.box(
            painter,
            rect,
            theme.px(6),
            theme.token(ground) if ground else None,
            theme.token(edge) if edge else None,
        )
        mark, words, cap = self._content()
        said, room = self.text().replace("&&", "&"), rect.width() - 2 * theme.px(6)
        if mark + words + cap > room:  # the key goes first, then the end of the words; the tooltip has both
            cap = 0
        if mark + words > room:
            face = theme.font(self._face_type(), self._weight())
            said = QFontMetricsF(face).elidedText(said, Qt.TextElideMode.ElideRight, room - mark)
            words = room - mark
        left = (rect.width() - mark - words - cap) / 2
        middle = rect.height() / 2
        if self._icon:
            theme.paint_icon(painter, self._icon, ink, left, middle - theme.px(18) / 2, theme.px(18))
        face = theme.font(self._face_type(), self._weight())
        paint.text(
            painter, said, face, theme.token(ink),
            QRectF(left + mark, 0, words + 1, rect.height()), Qt.AlignmentFlag.AlignLeft,
        )  # fmt: skip
        if cap:
            at = left + mark + words + theme.px(12)
            quiet = self._kind == "primary" and self.isEnabled()
            paint.keycap(
                painter, self._key, at, middle,
                ink=ink if quiet else "text2" if self.isEnabled() else "text3",
                edge=ink if quiet else "line_strong", fill="" if quiet else "subtle",
            )  # fmt: skip

    # events

    def event(self, event: QEvent) -> bool:
        """Show the whole words and the key where there was no room for them."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and not self.toolTip():
            words = self.text().replace("&&", "&")
            if self.width() < self.sizeHint().width():
                QToolTip.showText(event.globalPos(), f"{words} ({self._key})" if self._key else words, self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._ring is None:
            self._ring = FocusRing(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._ring is not None:
            self._ring.gone()
            self._ring = None

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter clicks, as Space does; but never where the button takes something away."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._kind != "danger":
            self.click()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.EnabledChange):
            self.updateGeometry()
            self.update()
