"""The office's laptops: enrolling one, blocking one, setting a new passphrase for one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.moments import capital, day_and_time, parse
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, Dialog, EmptyState, Label, Panel, Table, confirm
from survey_app.gui.parts.columns import Columns, Head
from survey_app.gui.parts.new_passphrase import NewPassphrase
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.enrol_form import EnrolForm
from survey_app.gui.screens.laptops_facts import Laptop, LaptopsFacts, laptops_facts
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.enrolment import revoke_laptop
from survey_app.operations.keys import recover_laptop
from survey_app.store import Device
from survey_app.text import show_number


class LaptopsScreen(Screen):
    """The list at the left, enrolling at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: LaptopsFacts | None = None
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self.reset_button = Button("", "secondary", icon="key-round", height=MEDIUM)
        self.block_button = Button("", "danger", icon="lock", height=MEDIUM)
        self.reset_button.clicked.connect(self._choose_store)
        self.block_button.clicked.connect(self._block)
        self.strip = Banner("ok")
        self.strip.hide()
        self.table: Table[Laptop] = Table(
            [
                Column(lambda: _("Laptop"), lambda row: row.device.name, 0, "name"),
                Column(lambda: _("Identity"), lambda row: row.device.id, 110, "figures", _quiet, priority=3),
                Column(lambda: _("Bundles"), lambda row: show_number(row.bundles, 0, i18n.language()), 92, "number"),
                Column(lambda: _("Last bundle"), self._last, 170, "text", _quiet, priority=2),
                Column(lambda: _("Status"), lambda row: "blocked" if row.device.revoked else "accepted", 160, "chip"),
            ]
        )
        self.empty = EmptyState()
        self.enrol = EnrolForm(desk)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        self.empty.hide()
        main = QWidget()
        left = QVBoxLayout(main)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.px(10))
        left.addWidget(Head((self._title, self._sub), (self.reset_button, self.block_button)))
        left.addWidget(self.strip)
        left.addWidget(panel, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.addWidget(Columns(main, self.enrol, 380, low=520))

    def _connect(self) -> None:
        self.table.row_changed.connect(self._row_changed)
        self.enrol.changed.connect(self.read)
        self.desk.data_changed.connect(self.read)

    def _last(self, row: Laptop) -> str:
        moment = parse(row.last_at)
        return capital(day_and_time(moment, self.desk.clock())) if moment else _("None yet")

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Laptops")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Laptops of this office"))
        self.reset_button.setText(_("Passphrase forgotten"))
        self.table.setAccessibleName(_("Laptops of this office"))
        self.table.retranslate()
        self.empty.say(
            _("No laptop has been enrolled yet."),
            _("At the right, give the first one a name and choose who will use it."),
        )
        self.enrol.retranslate()
        self._row_changed(self.table.current_row())
        if self.facts is not None:
            self.show_facts(self.facts)

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Up", "Down"), _("Choose laptop")),
            Hint(("Tab",), _("Next field")),
            Hint(("Ctrl+Enter",), _("Make the enrolment file")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain enrolling and blocking."""
        return _(
            "Every laptop gets its own enrolment file: the questionnaire, the villages, the household list, and the "
            "key with which it signs its bundles. Copy the file to the laptop by USB stick and tell the code apart "
            "from it: by telephone or on paper.\n\n"
            "When a laptop is lost, block it: bundles it signs are refused from then on. What was merged stays.\n\n"
            "When an enumerator forgot the passphrase, copy the laptop's data file to this machine and set a new one "
            "here; no answer is lost."
        )

    # data

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read the laptops."""
        self.strip.hide()
        self.read()

    def first_focus(self) -> QWidget:
        """Return the name of a new laptop."""
        return self.enrol.name.edit

    def read(self) -> None:
        """Read the laptops again."""
        if self.desk.lane.is_open and self.desk.person.role == "supervisor":
            self.desk.run(laptops_facts, done=self.show_facts)

    def show_facts(self, facts: LaptopsFacts) -> None:
        """Show what was read."""
        self.facts = facts
        count = len(facts.laptops)
        self._sub.setText(
            ngettext("{count} laptop enrolled", "{count} laptops enrolled", count).format(
                count=show_number(count, 0, i18n.language())
            )
        )
        self.table.set_rows(facts.laptops, key=lambda row: row.device.id)
        self.table.setVisible(bool(facts.laptops))
        self.empty.setVisible(not facts.laptops)
        self.enrol.show_facts(facts)

    def _row_changed(self, row: object) -> None:
        blocked = isinstance(row, Laptop) and row.device.revoked
        self.block_button.setEnabled(isinstance(row, Laptop))
        self.block_button.setText(_("Accept again") if blocked else _("Block"))
        self.block_button.set_kind("secondary" if blocked else "danger")
        self.block_button.set_icon_name("lock-open" if blocked else "lock")

    # deeds

    def _block(self) -> None:
        row = self.table.current_row()
        if row is None:
            return
        block = not row.device.revoked
        if block and not confirm(
            self,
            _("Block {laptop}?").format(laptop=row.device.name),
            _("Bundles it signs from now on are refused. What was merged stays. It can be accepted again."),
            _("Block the laptop"),
            _("Leave it as it is"),
        ):
            return
        self.desk.write(revoke_laptop, row.device.id, block, done=self._blocked)

    def _blocked(self, device: Device) -> None:
        words = _("{laptop} is blocked.") if device.revoked else _("{laptop} is accepted again.")
        self.strip.say(words.format(laptop=device.name), kind="ok")
        self.strip.show()

    def _choose_store(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Choose the laptop's data file"), folder_for("reset-folder"), _("Survey data (*.store)")
        )
        if path:
            self._reset(Path(path))

    def _reset(self, path: Path) -> None:
        dialog = Dialog(
            _("Set a new passphrase for this data file?"),
            _("{file}. The answers in it stay as they are.").format(file=path.name),
            _("Set the new passphrase"),
            _("Cancel"),
            parent=self,
        )
        new = NewPassphrase()
        dialog.content.addWidget(new)
        dialog.accept_button.clicked.disconnect()
        dialog.accept_button.clicked.connect(lambda: dialog.accept() if new.value() is not None else None)
        new.entered.connect(dialog.accept_button.click)
        new.first.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        if dialog.exec():
            passphrase = new.value() or ""
            self.desk.run(
                recover_laptop,
                path,
                passphrase,
                self.desk.clock,
                done=self._was_reset,
                failed=self.strip.say_error,
            )
        dialog.deleteLater()

    def _was_reset(self, name: str) -> None:
        self.strip.say(
            _("{laptop} has a new passphrase.").format(laptop=name), _("Copy the file back to the laptop."), kind="ok"
        )
        self.strip.show()


def _quiet(_row: Laptop) -> str:
    return "text2"
