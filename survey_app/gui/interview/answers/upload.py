"""Answers that are files: photos, drawings, signatures, recordings, anything else.

Choosing and pasting are here, and the system's camera program (``gui.interview.camera``) where there is one.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.interview import camera
from survey_app.gui.interview.answers.base import AnswerField
from survey_app.gui.interview.answers.ink import Ink
from survey_app.gui.interview.attached import Attached
from survey_app.gui.interview.camera import Camera
from survey_app.gui.interview.drawing import draw_box, draw_icon, draw_text
from survey_app.gui.interview.pictures import kept_picture, read_picture
from survey_app.gui.interview.standing import Seen
from survey_app.gui.interview.strips import FaultStrip
from survey_app.gui.parts import Button
from survey_app.gui.remembered import recall, remember
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.store import Attachment, AttachmentTooLarge, attachment
from survey_app.store.attachments import LARGEST_BYTES

_PICTURES = "*.jpg *.jpeg *.png *.webp *.bmp *.gif *.tif *.tiff"
_SOUNDS = "*.mp3 *.m4a *.aac *.wav *.ogg *.opus *.amr *.3gp *.flac"
_FILMS = "*.mp4 *.mov *.m4v *.3gp *.webm *.mkv *.avi"
_PREVIEW = (220, 140)
_INK = (560, 200)
_SHEET = (620, 340)
_LOWEST_INK, _LOWEST_SHEET = 112, 190
_AROUND = 275
"""Design pixels of a window that stand around a ground to draw on: bars, the question, the buttons below."""
_FOLDER = "attachment-folder"
_WAIT_MS = 500
_PLACE = re.compile(rb"[+-]\d{2}\.\d{3,}[+-]\d{3}\.\d{3,}(?:[+-]\d+(?:\.\d+)?)?/")
"""A place as telephones write it into recordings (ISO 6709)."""
_LARGEST_PLACE = 4096
"""A box with a place is a few words and three numbers long."""


def kind_of(node: Seen) -> str:
    """Return what is taken: ``image draw annotate signature audio video file``."""
    if node.parameters.get("mediatype", "").startswith("image"):
        words = node.appearance.split()
        return next((word for word in ("signature", "annotate", "draw") if word in words), "image")
    return next((kind for kind in ("audio", "video") if node.parameters.get("mediatype", "").startswith(kind)), "file")


def read_file(path: Path, kind: str, max_pixels: str) -> Attachment:
    """Return a file as it is kept: pictures written anew, places in recordings blanked.

    Raises:
        SurveyAppError: it cannot be read, is no picture where one is wanted, or is too large.
    """
    try:
        size = path.stat().st_size
        if kind not in {"image", "annotate"} and size > LARGEST_BYTES:
            raise AttachmentTooLarge(size, LARGEST_BYTES)
        content = path.read_bytes()
    except OSError as error:
        raise SurveyAppError(
            "ATT-02",
            _("The file could not be read."),
            _("Check that the USB stick or telephone is still plugged in, then choose it again. Nothing was changed."),
        ) from error
    if not content:
        raise AttachmentTooLarge(0, LARGEST_BYTES)
    if kind in {"image", "annotate", "draw", "signature"}:
        return kept_picture(read_picture(content), max_pixels)
    if kind == "file" and path.suffix.lower() in {".jpg", ".jpeg"}:
        return kept_picture(read_picture(content), max_pixels or "100000")
    if kind in {"audio", "video"}:
        content = without_place(content)
    return attachment(content, path.suffix)


def without_place(content: bytes) -> bytes:
    """Return a recording without the place it was made at; not a byte is moved, so that it plays as before.

    The place stands as text (ISO 6709), or as numbers and a name in a box ``loci`` (3GPP TS 26.244, 8.10): four bytes
    with the length of the box before its name, four with version and flags after it, then what is blanked.
    """
    found = bytearray(_PLACE.sub(lambda place: re.sub(rb"\d", b"0", place[0]), content))
    at = found.find(b"loci")
    while at >= 0:
        length = int.from_bytes(found[at - 4 : at], "big") if at >= 4 else 0
        if 12 < length <= _LARGEST_PLACE and found[at + 4 : at + 8] == bytes(4):
            found[at + 8 : at - 4 + length] = bytes(max(0, min(length - 12, len(found) - at - 8)))
        at = found.find(b"loci", at + 4)
    return bytes(found)


class UploadAnswer(AnswerField):
    """A file with what it looks like, and buttons to choose, paste and remove it."""

    late = Signal(str, str)
    """Path and name of what was kept after the person had gone on to another question."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._node: Seen | None = None
        self.attached: Attached | None = None
        self._kind = "file"
        self._shown = ""
        self._picture: QPixmap | None = None
        self._size = 0
        self._busy = False
        self._buttons = {
            "1": Button("", "secondary", icon="folder-open", key="1", shortcut="", parent=self),
            "2": Button("", "secondary", icon="inbox", key="2", shortcut="", parent=self),
            "3": Button("", "secondary", icon="camera", key="3", shortcut="", parent=self),
            "undo": Button("", "secondary", icon="undo-2", key="⌫", shortcut="", parent=self),
            "clear": Button("", "secondary", icon="trash-2", key="Delete", shortcut="", parent=self),
        }
        for name, button in self._buttons.items():
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _checked=False, name=name: self._use(name))
        self.camera = Camera(parent=self)
        self.camera.taken.connect(self._photographed)
        self._fault = FaultStrip(self)
        self._fault.hide()
        self.ink = Ink(self)
        self.ink.hide()
        self.ink.changed.connect(self._drawn)
        self.ink.touched.connect(self.entered)
        self._ink_timer = QTimer(self)
        self._ink_timer.setSingleShot(True)
        self._ink_timer.setInterval(_WAIT_MS)
        self._ink_timer.timeout.connect(self.keep_ink)

    @property
    def is_ink(self) -> bool:
        """Whether one draws here."""
        return self._kind in {"draw", "signature", "annotate"}

    # What is shown

    def show_answer(self, node: Seen, moved: bool) -> None:
        """Show the file that stands."""
        if moved and self._node is not None:
            self.keep_ink()
            self.camera.stop()  # a picture belongs to the question it was taken for
            self._shown, self._picture = "", None
            self.ink.show_ground(None)
            self._say("")
        self._node, self._kind = node, kind_of(node)
        self.ink.setHidden(not self.is_ink)
        self.ink.words = _("Sign here") if self._kind == "signature" else ""
        self.ink.is_marking = self._kind == "annotate"
        self.ink.setAccessibleName(node.label)
        texts = {
            "1": _("Choose a file") if self._kind in {"audio", "video", "file"} else _("Choose a picture"),
            "2": _("Paste"),
            "3": _("Take a picture"),
            "undo": _("Undo a stroke"),
            "clear": _("Clear") if self.is_ink else _("Remove"),
        }
        wanted = {"1", "clear"} | ({"2"} if self._kind in {"image", "annotate"} else set())
        wanted |= {"3"} if camera.is_there() and self._kind in {"image", "annotate"} else set()
        wanted |= {"undo"} if self.is_ink else set()
        for name, button in self._buttons.items():
            button.setText(texts[name])
            button.setHidden(name not in wanted)
        self._buttons["clear"].setEnabled(bool(node.value) or not self.ink.is_blank)
        self._fetch(node.value)

    def _fetch(self, name: str) -> None:
        if name == self._shown:
            return
        self._shown, self._picture, self._size = name, None, 0
        if name and self.attached is not None:
            self.attached.content(name, lambda content: self._fetched(name, content))
        elif not name and self.ink.ground is not None and not self.ink.strokes:
            self.ink.show_ground(None)
        self.update()

    def _fetched(self, name: str, content: bytes | None) -> None:
        if name != self._shown or content is None:
            return
        self._size = len(content)
        if name.endswith((".jpg", ".png")):
            image = QImage.fromData(content)
            if self.is_ink and not self.ink.strokes:
                self.ink.show_ground(image)
            elif not self.is_ink and not image.isNull():
                size = (theme.px(_PREVIEW[0]) * 2, theme.px(_PREVIEW[1]) * 2)
                smooth = Qt.TransformationMode.SmoothTransformation
                self._picture = QPixmap.fromImage(image).scaled(*size, Qt.AspectRatioMode.KeepAspectRatio, smooth)
        self.resized.emit()
        self.update()

    def arrange(self, width: int) -> int:
        """Place the picture or the ground to draw on, the buttons, and what went wrong."""
        if self.is_ink:
            signs = self._kind == "signature"
            wide, high = _INK if signs else _SHEET
            least = _LOWEST_INK if signs else _LOWEST_SHEET
            room = self.window().height() - theme.px(_AROUND)
            top = min(theme.px(high), max(theme.px(least), room))
            self.ink.setGeometry(0, 0, min(width, theme.px(wide)), top)
        elif self._shown:
            top = theme.px(_PREVIEW[1] if self._picture is not None else 48)
        else:
            top = -theme.px(8)
        top += theme.px(8)
        left = high = 0
        for button in self._buttons.values():
            if button.isHidden():
                continue
            size = button.sizeHint()
            if left and left + size.width() > width:
                left, top = 0, top + size.height() + theme.px(8)
            button.setGeometry(left, top, size.width(), size.height())
            left, high = left + size.width() + theme.px(8), size.height()
        top += high
        if not self._fault.isHidden():
            top += theme.px(8)
            strip = self._fault.arrange(width)
            self._fault.setGeometry(0, top, width, strip)
            top += strip
        return top

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture, or the kind of file with its size."""
        del event
        if self.is_ink or not self._shown:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        wide, high = theme.px(_PREVIEW[0]), theme.px(_PREVIEW[1])
        if self._picture is not None:
            size = self._picture.size().scaled(wide, high, Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawPixmap(QRectF(0, 0, size.width(), size.height()), self._picture, QRectF(self._picture.rect()))
        else:
            box = QRectF(0, 0, min(self.width(), theme.px(420)), theme.px(44))
            draw_box(painter, box, "subtle", "line", radius=6)
            draw_icon(painter, "file-check", "primary", QPointF(theme.px(12), theme.px(12)), 20)
            kind = self._shown.rpartition(".")[2].upper()
            size_kb = max(1, round(self._size / 1024))
            words = _("{kind} file, {size} kB, kept encrypted").format(kind=kind, size=size_kb)
            draw_text(painter, words, theme.font(Type.BODY), "text", box.adjusted(theme.px(42), 0, -8, 0))
        painter.end()

    def caption(self) -> str:
        """Say how a signature or drawing is made."""
        return _("draw with mouse, pen or finger") if self.is_ink else ""

    # Keys and buttons

    def take_key(self, event: QKeyEvent) -> bool:
        """1 chooses, 2 or Ctrl+V pastes, 3 opens the camera, Backspace takes a stroke back, Delete removes."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_V:
            name = "2"
        elif held:
            return False
        else:
            keys = {Qt.Key.Key_Backspace: "undo", Qt.Key.Key_Delete: "clear"}
            name = keys.get(Qt.Key(event.key()), event.text())
        if name not in self._buttons or self._buttons[name].isHidden():
            return False
        self._use(name)
        return True

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the buttons goes to the question."""
        super().mousePressEvent(event)
        self.entered.emit()

    def _use(self, name: str) -> None:
        if self._node is None or self._busy:
            return
        self.entered.emit()
        self._say("")
        if name == "1":
            self._choose()
        elif name == "2":
            self.paste()
        elif name == "3":
            self._photograph()
        elif name == "undo":
            self.ink.undo()
        elif self.is_ink and not self.ink.is_blank:
            self.ink.clear()
        elif self._node.value:
            self.answered.emit("", False)

    def _choose(self) -> None:
        kinds = {"audio": _SOUNDS, "video": _FILMS, "file": "*"}
        pattern = kinds.get(self._kind, _PICTURES)
        title, folder = self._buttons["1"].text(), recall(_FOLDER, str(Path.home()))
        found, _filter = QFileDialog.getOpenFileName(self, title, folder, f"{title} ({pattern})")
        if found:
            remember(_FOLDER, str(Path(found).parent))
            self.take_file(Path(found))

    def take_file(self, path: Path, *, move: bool = False) -> None:
        """Take a file, away from the window's thread; ``move``: it stands nowhere else afterwards."""
        node, kind = self._node, self._kind
        if node is not None and self.attached is not None:
            longest = node.parameters.get("max-pixels", "")
            self._take(lambda: read_file(path, kind, longest), path if move else None)

    def _photograph(self) -> None:
        """Let the system's camera program take the picture."""
        if not self.camera.start():
            self._say(
                _("The camera program could not be opened. Take the picture with a telephone and choose its file.")
            )

    def _photographed(self, path: Path) -> None:
        """Take the picture in; the open copy among the person's own pictures goes once it is kept encrypted."""
        self.window().activateWindow()
        self.take_file(path, move=True)

    def paste(self) -> None:
        """Take the picture, or the file, that was copied in another program."""
        board = QGuiApplication.clipboard()
        node, image, urls = self._node, board.image(), board.mimeData().urls()
        if node is None:
            return
        if not image.isNull():
            longest = node.parameters.get("max-pixels", "")
            self._take(lambda: kept_picture(image, longest))
        elif urls and urls[0].isLocalFile():
            self.take_file(Path(urls[0].toLocalFile()))
        else:
            self._say(_("There is no picture to paste. Copy one in another program first."))

    def _take(self, make: Callable[[], Attachment], moved: Path | None = None) -> None:
        """Make an attachment and have it kept; the answer is given once the disk has it, ``moved`` is removed then."""
        node, attached = self._node, self.attached
        if node is None or attached is None:
            return
        path = node.path
        self._busy = True

        def kept(name: str) -> None:
            self._busy = False
            if moved is not None:
                with contextlib.suppress(OSError):
                    moved.unlink()
            if self._node is None or self._node.path != path:
                self.late.emit(path, name)
                return
            if self.is_ink:
                self._shown = ""
                self.ink.show_ground(None)
            self.answered.emit(name, False)

        attached.make(make, kept, self._failed)

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        if not isinstance(error, SurveyAppError):
            raise error
        self._say(f"{error.message} {error.hint} ({error.code})")

    def _say(self, words: str) -> None:
        if words:
            self._fault.say(words)
        if words or not self._fault.isHidden():
            self._fault.setHidden(not words)
            self.resized.emit()

    # Drawing

    def _drawn(self) -> None:
        self._buttons["clear"].setEnabled(True)
        self._ink_timer.start()

    def keep_ink(self) -> None:
        """Keep what was drawn since the last time; a blank ground takes the answer back."""
        node, attached = self._node, self.attached
        if not self._ink_timer.isActive() or node is None or attached is None:
            return
        self._ink_timer.stop()
        name = ""
        if not self.ink.is_blank:
            picture = self.ink.picture()
            try:
                name = attached.keep_now(
                    kept_picture(picture, node.parameters.get("max-pixels", ""), self._kind != "annotate")
                )
            except SurveyAppError as error:
                self._failed(error)
                return
        self._shown = name  # it is what stands on the ground already
        self.late.emit(node.path, name)

    def hideEvent(self, event: QHideEvent) -> None:
        """Keep what was drawn before another page is shown."""
        super().hideEvent(event)
        self.keep_ink()
