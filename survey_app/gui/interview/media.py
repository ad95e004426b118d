"""Pictures and sounds that a form shows with its questions: small beside the words, large on demand, played elsewhere.

The part of Qt that plays sounds is not in the program: a sound or film is handed to the computer's own player, from a
folder that goes when the program ends. These are the author's files, never anything a household said.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QDesktopServices, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.interview.attached import Attached
from survey_app.gui.interview.drawing import draw_box
from survey_app.gui.interview.standing import Seen
from survey_app.gui.parts import Button, Label
from survey_app.gui.theme import Type
from survey_app.gui.theme_tokens import LIGHT
from survey_app.i18n import _
from survey_app.xforms.marked import plain

KEY = "Ctrl+P"
_THUMBNAIL = (190, 130)
_LEAST_WORDS = 240
_GAP = 12
_PLAYED = ("audio", "video")


@dataclass(frozen=True)
class Shown:
    """One picture, sound or film.

    Attributes:
        kind: ``image``, ``audio`` or ``video``.
        address: its ``jr://`` address.
        words: what it belongs to: the question or one of its choices.
    """

    kind: str
    address: str
    words: str

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.address.rpartition("/")[2]


def shown_with(node: Seen) -> list[Shown]:
    """Return what a question and its choices show, in that order; large pictures where there are any."""
    found = _shown(node.media, plain(node.label))
    for choice in node.choices if node.control in {"select", "select1", "rank"} else ():
        if choice.media:
            found += _shown(choice.media, choice.label)
    return found


def _shown(media: Mapping[str, str], words: str) -> list[Shown]:
    image = media.get("big-image") or media.get("image")
    found = [Shown("image", image, words)] if image else []
    return found + [Shown(kind, media[kind], words) for kind in _PLAYED if media.get(kind)]


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="survey-form-", ignore_cleanup_errors=True)


def play(name: str, content: bytes) -> bool:
    """Hand a sound or film of the form to the computer's player; return whether there is one."""
    path = Path(_folder().name) / name
    path.write_bytes(content)
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


class LabelMedia(QWidget):
    """The picture beside a question's words, and the button that enlarges it or plays what can be heard."""

    opened = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._picture: QPixmap | None = None
        self._missing = ""
        self._button = Button("", "quiet", icon="eye", key=KEY, shortcut="", parent=self)
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self.opened)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_media(self, shown: Sequence[Shown], own: Mapping[str, str], attached: Attached | None) -> None:
        """Show the question's own picture, and what the button does."""
        address = own.get("image") or own.get("big-image", "")
        self._picture = attached.picture(address) if address and attached is not None else None
        gone = [one.name for one in shown if attached is None or attached.file(one.address) is None]
        self._missing = _("{name} did not come with the form.").format(name=gone[0]) if gone else ""
        heard = [one for one in shown if one.kind in _PLAYED]
        self._button.set_icon_name("eye" if len(heard) < len(shown) else "play")
        words = _("Enlarge") if self._picture is not None else _("Pictures and sounds")
        if len(heard) == len(shown):
            words = _("Play the film") if heard[0].kind == "video" else _("Play the sound")
        self._button.setText(words)
        self.setAccessibleName(", ".join(dict.fromkeys(one.words for one in shown)))
        self.setToolTip(self._missing)
        self.update()

    def size_in(self, room: int) -> QSize:
        """Return how large this is where there is so much room."""
        button = self._button.sizeHint()
        if self._picture is None:
            return QSize(min(room, button.width()), button.height() + (theme.px(20) if self._missing else 0))
        picture = self._fitted()
        return QSize(min(room, max(picture.width(), button.width())), picture.height() + theme.px(4) + button.height())

    def is_beside(self, room: int) -> bool:
        """Tell whether there is room for words beside it."""
        return room - self.size_in(room).width() - theme.px(_GAP) >= theme.px(_LEAST_WORDS)

    def _fitted(self) -> QSize:
        if self._picture is None:
            return QSize()
        most = QSize(theme.px(_THUMBNAIL[0]), theme.px(_THUMBNAIL[1]))
        return self._picture.size().scaled(most, Qt.AspectRatioMode.KeepAspectRatio)

    def place(self, left: int, top: int, size: QSize) -> None:
        """Take a place."""
        self.setGeometry(left, top, size.width(), size.height())
        button = self._button.sizeHint()
        self._button.setGeometry(0, size.height() - button.height(), min(button.width(), size.width()), button.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the picture enlarges it."""
        super().mouseReleaseEvent(event)
        self.opened.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture."""
        del event
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        if self._picture is not None:
            box = QRectF(0, 0, self._fitted().width(), self._fitted().height())
            painter.fillRect(box, QColor(LIGHT.surface))
            painter.drawPixmap(box, self._picture, QRectF(self._picture.rect()))
            draw_box(painter, box, "", "line", radius=4)
        elif self._missing:
            painter.setFont(theme.font(Type.CAPTION))
            painter.setPen(theme.token("warn"))
            painter.drawText(QRectF(0, 0, self.width(), theme.px(20)), self._missing)
        painter.end()


class Viewer(QDialog):
    """Everything a question shows, one after the other, as large as the window lets it be."""

    def __init__(self, shown: Sequence[Shown], attached: Attached, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown, self._attached, self._at = list(shown), attached, 0
        self.setWindowTitle(_("Pictures and sounds"))
        self.setModal(True)
        window = parent.window()
        self.resize(round(window.width() * 0.86), round(window.height() * 0.86))
        self.title = Label("", Type.PANEL, weight=700, wrap=True)
        self.picture = _Picture()
        self.said = Label("", Type.BODY, "text2", wrap=True)
        self.play_button = Button("", "primary", icon="play", key="Enter", shortcut="")
        self.back_button = Button("", "secondary", icon="chevron-left", key="←", shortcut="")
        self.next_button = Button("", "secondary", icon="chevron-right", key="→", shortcut="")
        self.close_button = Button(_("Close"), "secondary", icon="x", key="Esc", shortcut="")
        self.back_button.setText(_("Previous"))
        self.next_button.setText(_("Next"))
        self.play_button.clicked.connect(self.play)
        self.back_button.clicked.connect(lambda: self.go(-1))
        self.next_button.clicked.connect(lambda: self.go(1))
        self.close_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.back_button)
        row.addWidget(self.next_button)
        row.addStretch()
        row.addWidget(self.play_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.px(16),) * 4)
        column.setSpacing(theme.px(10))
        column.addWidget(self.title)
        column.addWidget(self.picture, 1)
        column.addWidget(self.said)
        column.addLayout(row)
        for button in (self.back_button, self.next_button):
            button.setVisible(len(self._shown) > 1)
        self.go(0)

    @property
    def here(self) -> Shown:
        """What is shown now."""
        return self._shown[self._at]

    def go(self, steps: int) -> None:
        """Show the next or previous one."""
        self._at = (self._at + steps) % len(self._shown)
        one, count = self.here, len(self._shown)
        self.title.setText(f"{one.words} ({self._at + 1}/{count})" if count > 1 else one.words)
        is_played = one.kind in _PLAYED
        found = self._attached.picture(one.address) if not is_played else None
        self.picture.show_picture(found)
        self.picture.setAccessibleName(one.words)
        self.play_button.setText(_("Play the film") if one.kind == "video" else _("Play the sound"))
        there = self._attached.file(one.address) is not None
        self.play_button.setVisible(is_played and there)
        words = "" if there else _("{name} did not come with the form.").format(name=one.name)
        if there and not is_played and found is None:
            words = _("{name} is no picture that can be shown here.").format(name=one.name)
        self.said.setText(words or (one.name if is_played else ""))
        (self.play_button if is_played and there else self.close_button).setFocus(Qt.FocusReason.OtherFocusReason)

    def play(self) -> None:
        """Hand the sound or film to the computer's player."""
        content = self._attached.file(self.here.address)
        if content is None:
            return
        if play(self.here.name, content):
            self.said.setText(_("{name} is opened with the player of this computer.").format(name=self.here.name))
        else:
            self.said.setText(_("This computer has no program that plays {name}.").format(name=self.here.name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows turn the leaves, Enter plays, the key that opened this closes it."""
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp):
            self.go(-1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.go(1)
        elif key == Qt.Key.Key_P and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.accept()
        else:
            super().keyPressEvent(event)


class _Picture(QWidget):
    """A picture as large as there is room, never larger than twice its own size."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: QPixmap | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(theme.px(160), theme.px(80))

    def show_picture(self, picture: QPixmap | None) -> None:
        self._picture = picture
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the middle, on white: pictures with see-through grounds are drawn for paper."""
        del event
        if self._picture is None:
            return
        most = self.size().boundedTo(self._picture.size() * 4)
        size = self._picture.size().scaled(most, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        box = QRectF(left, top, size.width(), size.height())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(box, QColor(LIGHT.surface))
        painter.drawPixmap(box, self._picture, QRectF(self._picture.rect()))
        painter.end()


__all__ = ["KEY", "LabelMedia", "Shown", "Viewer", "play", "shown_with"]
