"""The balance of a merge: what came in and where it went, with the sum written out."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.parts import Bar, Figures, Label, Mark, Separator
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _
from survey_app.text import show_number


@dataclass(frozen=True)
class Sums:
    """Numbers of forms; ``records`` is the sum of the others when the merge is right.

    Attributes:
        records: what the bundles said they hold.
        new: not here before, taken as they are.
        identical: here already.
        joined: joined by rule with what was here.
        conflicting: in conflict with what was here.
        refused: in refused bundles.
    """

    records: int = 0
    new: int = 0
    identical: int = 0
    joined: int = 0
    conflicting: int = 0
    refused: int = 0

    @property
    def parts(self) -> tuple[int, int, int, int, int]:
        """The five numbers that make up the whole."""
        return self.new, self.identical, self.joined, self.conflicting, self.refused

    @property
    def agrees(self) -> bool:
        """Whether the parts make up the whole."""
        return sum(self.parts) == self.records

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(a + b for a, b in zip((self.records, *self.parts), (other.records, *other.parts), strict=True)))


LINES = (
    ("new", N_("New"), "plus", "met"),
    ("identical", N_("Identical"), "equal", "text3"),
    ("joined", N_("Joined by rule"), "git-merge", "primary"),
    ("conflicting", N_("In conflict"), "git-compare", "warn"),
    ("refused", N_("Refused"), "circle-x", "err"),
)
"""Field of ``Sums``, word, icon and token of each part, in the order they are shown."""

_BAR = ("met", "text3", "primary", "warn_line", "err")


class _Line(QWidget):
    def __init__(self, icon: str, tone: str) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self.mark = Mark(icon, tone, 18)
        self.word = Label("", Type.BODY, weight=500)
        self.number = Figures("", Type.OPTION, tone, weight=600)
        self._row.addWidget(self.mark)
        self._row.addWidget(self.word)
        self._row.addStretch()
        self._row.addWidget(self.number)
        self._measure()

    def _measure(self) -> None:
        self._row.setContentsMargins(0, theme.px(7), 0, theme.px(7))
        self._row.setSpacing(theme.px(8))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()


class BalanceTable(QWidget):
    """Received, its bar, the five parts, and the sum that shows that nothing got lost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sums = Sums()
        self._received = _Line("inbox", "text")
        self._bar = Bar(12)
        self._lines = {field: _Line(icon, tone) for field, _word, icon, tone in LINES}
        self._mark = Mark("circle-check", "ok", 18)
        self._verdict = Label("", Type.BODY, "ok", weight=600)
        self._sum = Figures("", Type.TABLE, weight=500)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._received)
        column.addWidget(self._bar)
        column.addSpacing(theme.px(4))
        for line in self._lines.values():
            column.addWidget(line)
        column.addSpacing(theme.px(6))
        column.addWidget(Separator())
        foot = QHBoxLayout()
        foot.setContentsMargins(0, theme.px(8), 0, 0)
        foot.setSpacing(theme.px(8))
        foot.addWidget(self._mark)
        foot.addWidget(self._verdict)
        foot.addStretch()
        foot.addWidget(self._sum, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(foot)
        self.retranslate()

    def show_sums(self, sums: Sums) -> None:
        """Show other numbers."""
        self._sums = sums
        language = i18n.language()
        self._received.number.setText(show_number(sums.records, 0, language))
        for (field, *_rest), count in zip(LINES, sums.parts, strict=True):
            line = self._lines[field]
            line.number.setText(show_number(count, 0, language))
            line.number.set_tone(next(tone for name, _w, _i, tone in LINES if name == field) if count else "text3")
        self._bar.set_shares(list(zip(sums.parts, _BAR, strict=True)), sums.records)
        parts = " + ".join(show_number(count, 0, language) for count in sums.parts)
        sign = "=" if sums.agrees else "≠"
        self._sum.setText(f"{parts} {sign} {show_number(sums.records, 0, language)}")
        self._verdict.setText(_("Agrees") if sums.agrees else _("Does not agree"))
        self._verdict.set_tone("ok" if sums.agrees else "err")
        self._mark.set_icon("circle-check" if sums.agrees else "circle-x", "ok" if sums.agrees else "err")
        self.setAccessibleName(spoken(sums))

    def set_short(self, short: bool) -> None:
        """Leave the five parts to the bar and the sum, where there is little height."""
        for line in self._lines.values():
            line.setVisible(not short)

    def retranslate(self) -> None:
        """Say the words in the language spoken now."""
        self._received.word.setText(_("Received"))
        for field, word, *_rest in LINES:
            self._lines[field].word.setText(_(word))
        self.show_sums(self._sums)


def spoken(sums: Sums) -> str:
    """Return the balance as one sentence for a screen reader."""
    parts = [f"{_(word)} {count}" for (_field, word, *_rest), count in zip(LINES, sums.parts, strict=True)]
    return f"{_('Received')} {sums.records}: " + ", ".join(parts)
