"""Status chips and the vocabulary of states: always icon, colour and word together."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import paint
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _

TONES = {
    "neutral": ("sunken", "text2"),
    "primary": ("primary_soft", "primary"),
    "ok": ("ok_soft", "ok"),
    "warn": ("warn_soft", "warn"),
    "err": ("err_soft", "err"),
}
"""Ground and ink of each tone."""


@dataclass(frozen=True)
class Status:
    """A word of the status vocabulary: icon, tone, English word (shown through ``_``)."""

    icon: str
    tone: str
    word: str


STATUS = {
    "not_visited": Status("circle", "neutral", N_("Not visited")),
    "in_progress": Status("circle-dot", "primary", N_("In progress")),
    "appointment": Status("calendar-clock", "warn", N_("Appointment")),
    "needs_correction": Status("circle-alert", "err", N_("Needs correction")),
    "absent": Status("house", "warn", N_("Nobody home")),
    "closed": Status("circle-slash", "neutral", N_("Closed")),
    "twofold": Status("circle-alert", "err", N_("Closed, yet interviewed")),
    "complete": Status("circle-check", "ok", N_("Complete")),
    "packed": Status("package", "neutral", N_("Packed")),
    "confirmed": Status("badge-check", "neutral", N_("Confirmed")),
    "met": Status("circle-check", "ok", N_("Met")),
    "not_met": Status("circle-x", "err", N_("Not met")),
    "inconclusive": Status("circle-help", "warn", N_("Inconclusive")),
    "not_comparable": Status("circle-slash", "neutral", N_("Not comparable")),
    "no_target": Status("circle-slash", "neutral", N_("No target")),
    "withheld": Status("circle-slash", "neutral", N_("Withheld")),
    "merged": Status("circle-check", "ok", N_("Merged")),
    "verifying": Status("loader-circle", "primary", N_("Verifying")),
    "waiting": Status("clock", "neutral", N_("Waiting")),
    "missing": Status("circle-dashed", "warn", N_("Missing number")),
    "refused": Status("octagon-x", "err", N_("Refused")),
    "conflicting": Status("git-compare", "warn", N_("Conflicting")),
    "joined": Status("git-merge", "primary", N_("Joined")),
    "unconfirmed": Status("hourglass", "warn", N_("Awaiting receipt")),
    "answered": Status("sticky-note", "primary", N_("Answered")),
    "accepted": Status("circle-check", "ok", N_("Accepted")),
    "overdue": Status("circle-alert", "err", N_("Overdue")),
    "due": Status("hourglass", "warn", N_("Due now")),
    "ahead": Status("clock", "neutral", N_("Not due yet")),
    "done": Status("circle-check", "ok", N_("It was done")),
    "declined": Status("circle-slash", "neutral", N_("Declined")),
    "handed_up": Status("inbox", "primary", N_("Handed-up counts")),
    "counted_here": Status("circle-check", "ok", N_("Bundles here")),
    "nothing_yet": Status("circle-dashed", "warn", N_("Nothing yet")),
    "own": Status("circle-check", "ok", N_("Asked first")),
    "further": Status("circle-dot", "primary", N_("Asked besides")),
    "kept": Status("circle-slash", "neutral", N_("Kept for reading")),
    "given": Status("circle-check", "ok", N_("Agreed")),
    "withdrawn": Status("undo-2", "warn", N_("Withdrawn")),
    "unknown": Status("circle", "neutral", N_("Not asked")),
    "proposed": Status("file-text", "primary", N_("Proposed")),
    "approved": Status("file-check", "primary", N_("Approved")),
    "delivered": Status("package-check", "ok", N_("Delivered")),
    "may_propose": Status("circle", "warn", N_("May be proposed")),
    "in_queue": Status("hourglass", "neutral", N_("Waiting list")),
    "held": Status("circle-pause", "warn", N_("Held back")),
    "out": Status("circle-slash", "neutral", N_("Not eligible")),
    "counts": Status("circle-check", "ok", N_("Is counted")),
    "counts_not": Status("circle-x", "neutral", N_("Is not counted")),
    "undecided": Status("circle-help", "warn", N_("Not known")),
    "outside": Status("circle-slash", "neutral", N_("Not asked about")),
    "told": Status("circle-dot", "neutral", N_("Not judged")),
    "few": Status("circle-dashed", "neutral", N_("Too few to tell")),
    "usual": Status("circle-check", "neutral", N_("Like the others")),
    "higher": Status("circle-alert", "warn", N_("Above the others")),
    "lower": Status("circle-alert", "warn", N_("Below the others")),
    "blocked": Status("lock", "err", N_("Blocked")),
}


def word_of(status: str) -> str:
    """Return the word of a status in the language spoken; an unknown one is shown as it is."""
    known = STATUS.get(status)
    return _(known.word) if known else status


def chip_width(icon: str, word: str) -> float:
    """Return how wide a chip is."""
    mark = theme.px(15) + theme.px(5) if icon else 0
    return mark + paint.text_width(word, theme.font(Type.CAPTION, 500)) + theme.px(16)


def paint_chip(  # noqa: PLR0917 - where, then what, as painters are called
    painter: QPainter, left: float, middle: float, icon: str, word: str, tone: str, *, selected: bool = False
) -> float:
    """Draw a chip centred on ``middle``; return its width. On a selected row a quiet chip stands on surface."""
    ground, ink = TONES[tone]
    if selected and tone in ("primary", "neutral"):
        ground = "surface"
    width, height = chip_width(icon, word), theme.px(24)
    rect = QRectF(left, round(middle - height / 2), width, height)
    paint.box(painter, rect, theme.px(6), theme.token(ground))
    at = left + theme.px(8)
    if icon:
        theme.paint_icon(painter, icon, ink, at - theme.px(1), rect.center().y() - theme.px(15) / 2, theme.px(15))
        at += theme.px(15) + theme.px(5)
    face = theme.font(Type.CAPTION, 500)
    room = QRectF(at, rect.top(), rect.right() - at, height)
    paint.text(painter, word, face, theme.token(ink), room, Qt.AlignmentFlag.AlignLeft)
    return width


class Chip(QLabel):
    """A chip as a widget.

    Args:
        status: a key of ``STATUS``; or ``""`` with ``icon``, ``text`` and ``tone`` given.
        text: word shown instead of the status's own.
        icon: icon shown instead of the status's own.
        tone: a key of ``TONES`` instead of the status's own.
    """

    def __init__(
        self, status: str = "", text: str = "", icon: str = "", tone: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._status, self._word, self._icon, self._tone = status, text, icon, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_status(self, status: str, text: str = "", icon: str = "", tone: str = "") -> None:
        """Show another status."""
        self._status, self._word, self._icon, self._tone = status, text, icon, tone
        self.retranslate()

    def retranslate(self) -> None:
        """Say the word in the language spoken now."""
        self.setText(self._word or word_of(self._status))
        self.updateGeometry()
        self.update()

    def _look(self) -> tuple[str, str]:
        known = STATUS.get(self._status, Status("", "neutral", ""))
        return self._icon or known.icon, self._tone or known.tone

    def sizeHint(self) -> QSize:
        return QSize(int(chip_width(self._look()[0], self.text())) + 1, theme.px(24))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        icon, tone = self._look()
        paint_chip(QPainter(self), 0, self.height() / 2, icon, self.text(), tone)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.updateGeometry()
