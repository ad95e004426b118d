"""The current question of a submission in conflict: choose a version, give the reason, confirm."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.office.deciding import BASE, OTHER, Decision
from survey_app.gui.office.dispute import Point, Version
from survey_app.gui.office.dispute_rows import GAP, SHARES, CardFrame, FittingRow, VersionBox
from survey_app.gui.office.other_answer import OtherAnswer
from survey_app.gui.parts import LARGE, SMALL, Button, Chip, Field, Label
from survey_app.gui.parts.columns import Stacking
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _

NARROW = 760
"""Below this width (design pixels) the versions stand one under the other."""
REASONS = (
    N_("Asked the household again"),
    N_("The later entry is right"),
    N_("There is a document for it"),
)
"""Reasons that are often given; Alt and a digit put one in."""


class PointCard(CardFrame):
    """Tells what the person chooses; it decides nothing itself."""

    chosen = Signal(str, object)
    """Sent with the source (a letter, ``BASE`` or ``OTHER``) and the value."""
    reason_typed = Signal(str)
    confirmed = Signal()

    def __init__(
        self, point: Point, decision: Decision, versions: Sequence[Version], *, place: tuple[int, int], last: bool
    ) -> None:
        super().__init__()
        self.point = point
        self._versions = tuple(versions)
        self.other: OtherAnswer | None = None
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        state = _("decided") if decision.is_made else _("not decided yet")
        words = _("Question {number} of {total}, {state}").format(number=place[0], total=place[1], state=state)
        head.addWidget(Chip("complete" if decision.is_made else "conflicting", words))
        head.addWidget(Label(self._why(), Type.TABLE, "text2", elide=True), 1)
        self.column.addLayout(head)
        self.column.addWidget(self._choices(decision))
        if decision.source == OTHER:
            self.open_other(decision.value)
        self._foot(decision, last)

    def _why(self) -> str:
        if self.point.kind == "submission":
            return _("One version cancels the form, another one changes it.")
        if self.point.kind == "line":
            return _("One version takes this person off the list, another one changes something about them.")
        return _("The versions differ from what was before, and from each other.")

    def _choices(self, decision: Decision) -> Stacking:
        asked = QWidget()
        words = QVBoxLayout(asked)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(Label(self.point.label, Type.QUESTION, wrap=True))
        if self.point.whose:
            words.addWidget(Label(self.point.whose, Type.TABLE, "text2", wrap=True))
        words.addStretch()
        asked.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        before = _("Original")
        base = VersionBox("0", self.point.base.text, before, decision.source == BASE, before)
        base.clicked.connect(lambda: self.chosen.emit(BASE, self.point.base.value))
        shown: list[tuple[QWidget, int]] = [(asked, SHARES[0] * 10), (base, SHARES[1] * 10)]
        for version, side in zip(self._versions, self.point.sides, strict=True):
            caption = _("Written {time}").format(time=version.made_at) if version.made_at else ""
            spoken = _("Version {letter}, {author}").format(letter=version.letter, author=version.author)
            box = VersionBox(version.letter, side.text, caption, decision.source == version.letter, spoken)
            box.clicked.connect(lambda _c=False, v=version.letter, s=side.value: self.chosen.emit(v, s))
            shown.append((box, SHARES[2] * 10 // len(self._versions)))
        return Stacking(shown, NARROW, GAP)

    def _foot(self, decision: Decision, last: bool) -> None:
        self.reason = Field(_("Why this version?"), _("Needed; it is kept with the decision"))
        self.reason.set_text(decision.reason)
        self.reason.changed.connect(self.reason_typed)
        self.column.addWidget(self.reason)
        quick = FittingRow()
        quick.add(Label(_("Quick"), Type.CAPTION, "text3"))
        for number, words in enumerate(REASONS, start=1):
            button = Button(_(words), key=f"Alt+{number}", height=SMALL)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _c=False, words=words: self.reason.set_text(_(words)))
            quick.add(button)
        self.column.addWidget(quick)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addStretch()
        if self.point.kind == "answer":
            other = Button(_("Enter another answer"), icon="pencil", key="E", shortcut="", height=LARGE)
            other.clicked.connect(lambda: self.open_other(None))
            row.addWidget(other)
        verb = _("Record decision") if last else _("Confirm and go on")
        self.confirm = Button(verb, "primary", icon="check", key="Ctrl+Enter", shortcut="Ctrl+Return", height=LARGE)
        self.confirm.clicked.connect(self.confirmed)
        row.addWidget(self.confirm)
        self.column.addLayout(row)

    def open_other(self, value: str | None) -> None:
        """Let the person give an answer that no version has."""
        if self.other is None:
            self.other = OtherAnswer(self.point, value)
            self.other.given.connect(lambda answer: self.chosen.emit(OTHER, answer))
            self.column.insertWidget(2, self.other)
        self.other.setFocus(Qt.FocusReason.OtherFocusReason)

    def ask_reason(self) -> None:
        """Say that a reason is missing, with the focus where it is typed."""
        self.reason.set_fault(_("Write why first; one short sentence is enough."))
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
