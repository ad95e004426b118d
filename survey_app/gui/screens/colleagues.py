"""Work that goes from laptop to laptop: whom a bundle is for besides the commune, and taking over a colleague's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFileDialog, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import LARGE, Banner, Button, Label
from survey_app.gui.remembered import remember
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.store import Device, Store
from survey_app.text import show_number

if TYPE_CHECKING:
    from survey_app.bundles import Balance


class AlsoFor(QWidget):
    """A list of the other laptops, of which one may open the next bundle too; hidden while none is known."""

    def __init__(self) -> None:
        super().__init__()
        self._word = Label("", Type.TABLE, "text", weight=600)
        self.choice = QComboBox()
        self.choice.setMinimumHeight(theme.px(36))
        self._laptops: tuple[Device, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(self._word)
        column.addWidget(self.choice, 0, Qt.AlignmentFlag.AlignLeft)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.hide()

    @property
    def laptop(self) -> str:
        """Id of the laptop chosen, blank for none."""
        return str(self.choice.currentData() or "")

    @property
    def name(self) -> str:
        """Name of the laptop chosen, blank for none."""
        return self.choice.currentText() if self.laptop else ""

    def show_laptops(self, laptops: Sequence[Device]) -> None:
        """Offer these laptops; the one that is chosen stays chosen."""
        self._laptops = tuple(laptops)
        chosen = self.laptop
        self.choice.clear()
        self.choice.addItem(_("The commune only"), "")
        for laptop in self._laptops:
            self.choice.addItem(laptop.name or laptop.id, laptop.id)
        self.choice.setCurrentIndex(max(0, self.choice.findData(chosen)))
        self.setVisible(bool(self._laptops))

    def only_the_commune(self) -> None:
        """Choose no laptop again: each bundle that leaves for a colleague is meant."""
        self.choice.setCurrentIndex(0)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._word.setText(_("Who else may open it"))
        self.choice.setAccessibleName(_("Who else may open it"))
        self.show_laptops(self._laptops)


class TakingOver(QWidget):
    """The button that takes over a colleague's bundle, and what came of it.

    Args:
        desk: the way to the store.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._taken = ""
        self.strip = Banner("ok", stacked=True)
        self.back_button = self.strip.make_button("", icon="undo-2")
        self.back_button.clicked.connect(self.take_back)
        self.strip.hide()
        self.button = Button("", "secondary", icon="users", key="Ctrl+T", height=LARGE, wide=True)
        self.button.clicked.connect(self.choose)
        self.button.hide()  # until another laptop is known
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self.strip)
        column.addWidget(self.button)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.button.setText(_("Take over a bundle"))
        self.back_button.setText(_("Take back"))

    def choose(self) -> None:
        """Let the person choose a bundle."""
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a colleague's bundle"), folder_for("bundle-folder"), _("Bundles (*.bundle);;All files (*)")
        )
        if path:
            remember("bundle-folder", str(Path(path).parent))
            self.take(Path(path))

    def take(self, path: Path) -> None:
        """Take a bundle over."""
        from survey_app.operations.handover import merge

        self.button.setEnabled(False)
        self._desk.write(merge, [path], clock=self._desk.clock, done=self._done, failed=self._failed)

    def _done(self, balance: Balance) -> None:
        self.button.setEnabled(True)
        (line,) = balance.bundles
        self._taken = line.bundle_id if line.state == "merged" else ""
        self.back_button.setVisible(bool(self._taken))
        if balance.refusals:
            (refusal,) = balance.refusals
            self.strip.say(refusal.message, refusal.hint, kind="err", code=refusal.code)
        elif line.state == "again":
            self.strip.say(_("This bundle was taken over before"), _("Nothing was changed."), kind="info")
        else:
            self._say_taken(line.device_name, balance)
        self.strip.show()

    def _say_taken(self, name: str, balance: Balance) -> None:
        fresh = balance.records - balance.identical
        number = show_number(fresh, 0, i18n.language())
        title = ngettext(
            "Taken over from {laptop}: {count} version of a form",
            "Taken over from {laptop}: {count} versions of forms",
            fresh,
        ).format(laptop=name, count=number)
        words = [_("They go to the commune with your next bundle too.")]
        if balance.conflicts:
            said = ngettext(
                "{count} form was filled in on both laptops; the commune decides about it.",
                "{count} forms were filled in on both laptops; the commune decides about them.",
                balance.conflicts,
            )
            words.insert(0, said.format(count=show_number(balance.conflicts, 0, i18n.language())))
        self.strip.say(title, " ".join(words), kind="warn" if balance.conflicts else "ok", icon="users")

    def _failed(self, error: BaseException) -> None:
        self.button.setEnabled(True)
        self.back_button.hide()
        self.strip.say_error(error)

    def take_back(self) -> None:
        """Take the bundle that was taken over last back out."""
        self.back_button.setEnabled(False)
        self._desk.write(_undone, self._taken, done=self._back, failed=self._failed)

    def _back(self, revisions: int) -> None:
        self.back_button.setEnabled(True)
        self.back_button.hide()
        words = ngettext("Taken back: {count} version of a form.", "Taken back: {count} versions of forms.", revisions)
        self.strip.say(words.format(count=show_number(revisions, 0, i18n.language())), kind="info")


def _undone(store: Store, bundle: str) -> int:
    from survey_app.operations.merging import undo

    return undo(store, bundle).revisions
