"""Choosing a passphrase: typed twice, with plain advice that follows what is typed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts.field import PassphraseField
from survey_app.gui.parts.label import Label
from survey_app.gui.parts.panel import Mark
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.stores import passphrase_fault

GOOD = 14
"""From so many characters on the advice is content."""


class NewPassphrase(QWidget):
    """Two fields and a line of advice; ``value`` is the passphrase when both agree."""

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = PassphraseField()
        self.second = PassphraseField()
        self.first.look.toggled.connect(self.second.look.setChecked)
        self.second.look.toggled.connect(self.first.look.setChecked)
        self._mark = Mark("info", "text3", 16)
        self._advice = Label("", Type.CAPTION, "text2", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self.first)
        advice = QHBoxLayout()
        advice.setSpacing(theme.px(6))
        advice.addWidget(self._mark)
        advice.addWidget(self._advice, 1)
        column.addLayout(advice)
        column.addWidget(self.second)
        self.first.changed.connect(self._advise)
        self.first.entered.connect(self.second.edit.setFocus)
        self.second.entered.connect(self.entered)
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.first.say(_("New passphrase"), _("only you know it"))
        self.second.say(_("The same once more"), "")
        self.first.retranslate()
        self.second.retranslate()
        self._advise(self.first.text())

    def _advise(self, typed: str) -> None:
        fault = passphrase_fault(typed)
        if not typed or fault:
            words = fault if typed else _(
                "Choose three or four words that you can remember, for example of things in your kitchen. "
                "Write it on paper and keep that at home, not with the laptop."
            )  # fmt: skip
            icon, tone = ("triangle-alert", "warn") if typed else ("info", "text3")
        elif len(typed) < GOOD:
            words, icon, tone = _("It will do. One more word makes it much harder to guess."), "info", "text3"
        else:
            words, icon, tone = _("Good."), "circle-check", "ok"
        self._mark.set_icon(icon, tone)
        self._advice.setText(words)

    def value(self) -> str | None:
        """Return the passphrase; ``None``, with the faults shown, when it will not do or the two differ."""
        typed, again = self.first.text(), self.second.text()
        fault = passphrase_fault(typed)
        self.first.set_fault(fault)
        self.second.set_fault("" if fault or typed == again else _("The two are not the same. Type it once more."))
        if fault:
            self.first.edit.setFocus()
            return None
        if typed != again:
            self.second.edit.setFocus()
            return None
        return typed

    def clear(self) -> None:
        """Forget what was typed."""
        for field in (self.first, self.second):
            field.set_text("")
            field.look.setChecked(False)
