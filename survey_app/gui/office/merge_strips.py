"""The strips of the merge screen: what merging would bring, and what can be done about one bundle of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.parts import MEDIUM, SMALL, Button, Label, Mark, Panel
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.text import show_number

if TYPE_CHECKING:
    from survey_app.bundles import Balance
    from survey_app.gui.office.bundle_lines import BundleLine


_OF_UNKNOWN_SIGNER = "BND-05"
"""The refusal of a bundle that merging keeps aside."""


class ProposalStrip(Panel):
    """What merging would bring, before anything is merged: Enter merges, Esc leaves everything as it is."""

    agreed = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", "primary", pad=14, parent=parent)
        self._balance: Balance | None = None
        self._title = Label("", Type.PANEL, "primary", weight=600, figures=True, elide=True)
        self._words = Label("", Type.TABLE, "text", wrap=True, figures=True)
        self.merge = Button("", "primary", icon="package-plus", key="Enter", height=MEDIUM)
        self.leave = Button("", key="Esc", height=MEDIUM, shortcut="Esc")
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Mark("info", "primary", 20))
        head.addWidget(self._title, 1)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        foot.addWidget(self.merge)
        foot.addWidget(self.leave)
        foot.addStretch()
        self.column.addLayout(head)
        self.column.addWidget(self._words)
        self.column.addLayout(foot)
        self.merge.clicked.connect(self.agreed)
        self.leave.clicked.connect(self.declined)
        self.retranslate()

    def show_balance(self, balance: Balance | None) -> None:
        """Say what would come, or disappear."""
        self._balance = balance
        self.setVisible(balance is not None)
        if balance is None:
            return
        self._title.setText(proposal_title(balance))
        self._words.setText(proposal_words(balance))
        brings = (each.state != "refused" or each.code == _OF_UNKNOWN_SIGNER for each in balance.bundles)
        self.merge.setEnabled(any(brings))
        self.setAccessibleName(f"{self._title.text()} {self._words.text()}")
        (self.merge if self.merge.isEnabled() else self.leave).setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.merge.setText(_("Merge"))
        self.leave.setText(_("Do not merge"))
        if self._balance is not None:
            self._title.setText(proposal_title(self._balance))
            self._words.setText(proposal_words(self._balance))


def proposal_title(balance: Balance) -> str:
    """Return what was looked at."""
    count = len(balance.bundles)
    words = ngettext("{count} bundle checked, nothing merged yet", "{count} bundles checked, nothing merged yet", count)
    return words.format(count=count)


def proposal_words(balance: Balance) -> str:
    """Return what merging would bring."""
    counts = {
        name: show_number(getattr(balance, name), 0, i18n.language())
        for name in ("records", "new", "identical", "joined", "conflicting", "refused")
    }
    words = _(
        "Versions of forms: {records}. New {new}, identical {identical}, joined by rule {joined}, "
        "in conflict {conflicting}, refused {refused}."
    ).format(**counts)
    if not balance.conflicts:
        return words
    count = balance.conflicts
    homes = ngettext("{count} form would be in conflict.", "{count} forms would be in conflict.", count)
    return f"{words} {homes.format(count=show_number(count, 0, i18n.language()))}"


class BundleStrip(Panel):
    """What can be done about the bundle chosen in the list: take its merge back, or accept who signed it."""

    wants_back = Signal(object)
    wants_accepted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=(14, 8, 14, 8), parent=parent)
        self._line: BundleLine | None = None
        self._words = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.back = Button("", icon="undo-2", key="Ctrl+Z", shortcut="Ctrl+Z", height=SMALL)
        self.accept = Button("", icon="circle-check", key="Ctrl+K", shortcut="Ctrl+K", height=SMALL)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self._words, 1)
        row.addWidget(self.back)
        row.addWidget(self.accept)
        self.column.addLayout(row)
        self.back.clicked.connect(lambda: self.wants_back.emit(self._line))
        self.accept.clicked.connect(lambda: self.wants_accepted.emit(self._line))
        self.retranslate()

    def show_line(self, line: BundleLine | None) -> None:
        """Show what can be done about a bundle; nothing for one that came to nothing."""
        self._line = line
        is_merged = line is not None and line.status == "merged"
        is_kept = line is not None and bool(line.fingerprint)
        self.setVisible(is_merged or is_kept)
        self.back.setVisible(is_merged)
        self.accept.setVisible(is_kept)
        is_new_key = line is not None and bool(line.replaces)
        self.accept.setText(_("Accept the new key and merge") if is_new_key else _("Accept the laptop and merge"))
        if line is not None and is_kept:
            said = _("Kept aside. Compare with the laptop before you accept it: key {fingerprint}.")
            if is_new_key:
                said = _("Kept aside: this office has a new key. Compare it by telephone first: {fingerprint}.")
            self._words.setText(said.format(fingerprint=line.fingerprint))
        elif is_merged:
            self._words.setText(_("What only this bundle brought can leave again while nobody has built upon it."))

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.back.setText(_("Take this merge back"))
        self.show_line(self._line)
