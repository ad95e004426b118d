"""The panel at the right of the merge screen: the balance, and what comes next."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.office.balance import BalanceTable, Sums
from survey_app.gui.office.bundle_lines import Merged
from survey_app.gui.parts import LARGE, MEDIUM, Button, Label, Mark, Panel, Separator
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext

WIDTH = 330


class _Step(QWidget):
    """A line of what comes next."""

    def __init__(self, icon: str, tone: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(Mark(icon, tone, 18))
        self.words = Label("", Type.TABLE, "text", wrap=True, figures=True)
        row.addWidget(self.words, 1)


class BalancePanel(Panel):
    """What the numbers are and what to do next; one primary button."""

    going = Signal(str)
    wants_receipts = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=(16, 14, 16, 16), gap=4, parent=parent)
        self.next_screen = ""
        self.next_words = ""
        self._is_narrow = False
        self._title = Label("", Type.PANEL, weight=600)
        self._basis = Label("", Type.CAPTION, "text3", wrap=True, figures=True)
        self.table = BalanceTable()
        self._next_title = Label("", Type.PANEL, weight=600)
        self._conflicts = _Step("git-compare", "warn")
        self._missing = _Step("circle-dashed", "warn")
        self._receipts_step = _Step("file-check", "text2")
        self.receipts = Button("", icon="file-check", height=MEDIUM, wide=True)
        self.receipts.clicked.connect(self.wants_receipts)
        self.next = Button(
            "", "primary", icon="arrow-right", key="Ctrl+Enter", shortcut="Ctrl+Return", height=LARGE, wide=True
        )
        self.next.clicked.connect(lambda: self.going.emit(self.next_screen))
        self._steps = QWidget()
        steps = QVBoxLayout(self._steps)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.setSpacing(theme.px(6))
        steps.addWidget(Separator())
        steps.addSpacing(theme.px(4))
        for widget in (self._next_title, self._conflicts, self._missing, self._receipts_step):
            steps.addWidget(widget)
        steps.addSpacing(theme.px(4))
        steps.addWidget(self.receipts)
        steps.addWidget(self.next)
        for part in (self._title, self._basis, self.table):
            self.column.addWidget(part)
        self.column.addStretch()
        self.column.addWidget(self._steps)
        self.set_narrow(False)
        self.show_state(Merged(), Sums(), "", busy=False)

    def set_narrow(self, narrow: bool) -> None:
        """Take the whole width below the table and little height, or a column of its own."""
        self._is_narrow = narrow
        self.table.set_short(narrow)
        if narrow:
            self.setMinimumWidth(0)
            self.setMaximumWidth(16777215)
            self._next_title.hide()
        else:
            self.setFixedWidth(theme.px(WIDTH))
            self._next_title.show()
        self.setSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum if narrow else QSizePolicy.Policy.Expanding
        )

    def show_state(self, merged: Merged, sums: Sums, basis: str, *, busy: bool) -> None:
        """Show numbers, what they are about, and what to do next.

        Args:
            merged: what the store says.
            sums: the numbers of the balance.
            basis: which bundles they are about.
            busy: a merge is running.
        """
        self._basis.setText(basis)
        self.table.show_sums(sums)
        self._conflicts.setVisible(merged.conflicts > 0 and not self._is_narrow)
        count = merged.conflicts
        words = ngettext("{count} form in conflict to decide", "{count} forms in conflict to decide", count)
        self._conflicts.words.setText(words.format(count=count))
        self._missing.setVisible(bool(merged.missing) and not self._is_narrow)
        lines = [
            _("{laptop}: bundle {numbers} is missing").format(laptop=name, numbers=n) for name, n in merged.missing
        ]
        self._missing.words.setText("\n".join(lines[:4] + (["…"] if len(lines) > 4 else [])))
        self._receipts_step.setVisible(merged.bundles > 0 and not self._is_narrow)
        self._receipts_step.words.setText(_("Give the laptops their confirmation"))
        self.receipts.setVisible(merged.bundles > 0)
        self.next_screen = "conflicts" if merged.conflicts else "results" if merged.bundles else ""
        settle = ngettext("Settle {count} conflict", "Settle {count} conflicts", count).format(count=count)
        self.next_words = settle if merged.conflicts else _("See the results")
        self.next.setText(self.next_words)
        self._steps.setVisible(bool(self.next_screen))
        for button in (self.next, self.receipts):
            button.setEnabled(not busy)

    def retranslate(self) -> None:
        """Say the words in the language spoken now; the rest follows with ``show_state``."""
        self._title.setText(_("Balance of the versions of forms"))
        self._next_title.setText(_("What comes next"))
        self.receipts.setText(_("Save confirmations"))
        self.table.retranslate()
