"""Who is known in this office and in which role: adding, changing, taking a role away; and copies for readers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, Dialog, Field, Label, Panel, Segmented, Table
from survey_app.gui.parts.columns import Columns, Head
from survey_app.gui.parts.dialog import confirm
from survey_app.gui.parts.new_passphrase import NewPassphrase
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.access import ROLE_WORDS
from survey_app.operations.people import Person, add_person, give_role, people, withdraw_role
from survey_app.operations.readers import ReaderCopy, write_reader_copy
from survey_app.records import Enumerator
from survey_app.roles import AUTHOR, ENUMERATOR, LEFT, SUPERVISOR

GIVEN = (ENUMERATOR, SUPERVISOR, AUTHOR)
"""Roles that can be given in this file; a reader gets a file of his or her own."""
_FOLDER = "readers-folder"


class PeopleScreen(Screen):
    """The people at the left; at the right the one chosen, or somebody new."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.found: tuple[Person, ...] = ()
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.reader_button = Button("", "secondary", icon="file-output", key="Ctrl+R", height=MEDIUM)
        self.new_button = Button("", "secondary", icon="plus", key="Ctrl+N", height=MEDIUM)
        self.strip = Banner("ok")
        self.strip.hide()
        self.table: Table[Person] = Table(
            [
                Column(lambda: _("Id"), lambda row: row.person.id, 90, "figures", priority=2),
                Column(lambda: _("Name"), lambda row: row.person.name, 0, "name"),
                Column(lambda: _("Role"), _role, 190),
                Column(lambda: _("Own passphrase"), _own, 150, priority=1),
            ]
        )
        self._head = Label("", Type.PANEL, weight=600)
        self.name = Field()
        self._role_label = Label("", Type.TABLE, weight=600)
        self.roles = Segmented([(role, _(ROLE_WORDS[role])) for role in GIVEN], ENUMERATOR)
        self._words = Label("", Type.TABLE, "text2", wrap=True)
        self.keep_button = Button("", "primary", icon="check", key="Ctrl+Enter", height=MEDIUM, wide=True)
        self.withdraw_button = Button("", "danger", icon="circle-slash", height=MEDIUM, wide=True)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        rows = Panel(pad=1, gap=0)
        rows.column.addWidget(self.table, 1)
        main = QWidget()
        left = QVBoxLayout(main)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.px(10))
        left.addWidget(Head((self._title, self._sub), (self.new_button, self.reader_button)))
        left.addWidget(self.strip)
        left.addWidget(rows, 1)
        side = Panel(pad=(14, 12, 14, 12), gap=10)
        for widget in (self._head, self.name, self._role_label, self.roles, self._words):
            side.column.addWidget(widget)
        side.column.addStretch()
        side.column.addWidget(self.keep_button)
        side.column.addWidget(self.withdraw_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.addWidget(Columns(main, side, 440, low=560))

    def _connect(self) -> None:
        self.table.row_changed.connect(self._row_changed)
        self.new_button.clicked.connect(self.somebody_new)
        self.keep_button.clicked.connect(self._keep)
        self.name.entered.connect(self._keep)
        self.withdraw_button.clicked.connect(self._withdraw)
        self.reader_button.clicked.connect(self._copy)
        self.roles.chosen.connect(lambda _role: self._say_role())
        self.desk.data_changed.connect(self.read)
        QShortcut(QKeySequence("Ctrl+Return"), self).activated.connect(self.keep_button.click)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("People and roles")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.new_button.setText(_("Somebody new"))
        self.reader_button.setText(_("A copy for readers"))
        self.name.say(_("Full name"), "")
        self._role_label.setText(_("Role"))
        self.roles.say({role: _(ROLE_WORDS[role]) for role in GIVEN}, _("Role"))
        self.withdraw_button.setText(_("Take the role away"))
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self._say()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("↑", "↓"), _("Choose")),
            Hint(("Ctrl+N",), _("Somebody new")),
            Hint(("Ctrl+Enter",), _("Keep")),
            Hint(("Ctrl+R",), _("A copy for readers")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain the roles."""
        return _(
            "An enumerator interviews and sees households. A supervisor also merges, settles differences, gives roles "
            "and deletes names. An author brings in forms and their tables and sees no household.\n\n"
            "Who works here no more keeps the name in the list, because what was done bears it; the own passphrase "
            "opens the file no more. Whoever knows the office's common passphrase still opens it: change that too.\n\n"
            "A reader of figures gets a file of his or her own, in which nobody's name stands, with a passphrase of "
            "its own."
        )

    def first_focus(self) -> QWidget:
        """Return the list."""
        return self.table

    # data

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read who is here."""
        self.strip.hide()
        self.read()

    def read(self) -> None:
        """Read who is here again."""
        if self.desk.lane.is_open:
            self.desk.run(people, done=self.show_people, failed=self.strip.say_error)

    def show_people(self, found: list[Person]) -> None:
        """Show who is here; the one that was chosen stays chosen."""
        self.found = tuple(found)
        self.table.set_rows(found, key=lambda row: row.person.id)
        working = sum(each.person.role != LEFT for each in found)
        self._sub.setText(ngettext("%d person works here.", "%d people work here.", working) % working)
        if found and self.table.current_row() is None:
            self.table.selectRow(0)
        self._row_changed(self.table.current_row())

    def _row_changed(self, row: Person | None) -> None:
        if row is not None:
            self.name.set_text(row.person.name)
            self.name.set_fault("")
            self.roles.set_value(row.person.role if row.person.role in GIVEN else ENUMERATOR)
        self._say()

    def somebody_new(self) -> None:
        """Make room for somebody new."""
        self.table.clearSelection()
        self.table.setCurrentIndex(self.table.rootIndex())
        self.name.set_text("")
        self.roles.set_value(ENUMERATOR)
        self._say()
        self.name.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self) -> None:
        row = self.table.current_row()
        self._head.setText(row.person.name if row is not None else _("Somebody new"))
        self.keep_button.setText(_("Keep name and role") if row is not None else _("Add"))
        self.withdraw_button.setVisible(row is not None and row.person.role != LEFT)
        self._say_role()

    def _say_role(self) -> None:
        self._words.setText(
            {
                ENUMERATOR: _("Interviews, and sees the pages of households."),
                SUPERVISOR: _("Sees everything, merges, settles, gives roles and deletes names."),
                AUTHOR: _("Brings in forms and their tables, and sees no household."),
            }[self.roles.value()]
        )

    # deeds

    def _keep(self) -> None:
        row, name, role = self.table.current_row(), self.name.text().strip(), self.roles.value()
        if not name:
            self.name.set_fault(_("Enter the full name."))
            self.name.edit.setFocus()
        elif row is None:
            self.desk.write(add_person, name, role, done=self._kept, failed=self.strip.say_error)
        else:
            self.desk.write(give_role, row.person.id, role, name, done=self._kept, failed=self.strip.say_error)

    def _kept(self, given: Enumerator) -> None:
        said = _("{name}: {role}").format(name=given.name, role=_(ROLE_WORDS.get(given.role, given.role)))
        self.strip.say(said, _("The log says who decided it. Laptops hear of it with their next list."), kind="ok")
        self.strip.show()

    def _withdraw(self) -> None:
        row = self.table.current_row()
        if row is None:
            return
        title = _("Take the role away from {name}?").format(name=row.person.name)
        text = _("The own passphrase opens the file no more. The name stays in what was done.")
        if confirm(self, title, text, _("Take the role away"), _("Back")):
            self.desk.write(withdraw_role, row.person.id, done=self._kept, failed=self.strip.say_error)

    def _copy(self) -> None:
        dialog = ReaderDialog(self)
        passphrase = dialog.passphrase() if dialog.exec() else ""
        dialog.deleteLater()
        if not passphrase:
            return
        where = str(Path(folder_for(_FOLDER)) / (_("figures") + ".store"))
        path, _kind = QFileDialog.getSaveFileName(self, _("Where to write the copy"), where, _("Data file (*.store)"))
        if path:
            remember(_FOLDER, str(Path(path).parent))
            self.copy_to(Path(path), passphrase)

    def copy_to(self, path: Path, passphrase: str) -> None:
        """Make a copy for readers."""
        self.reader_button.setEnabled(False)
        self.desk.write(
            write_reader_copy, path, passphrase, self.desk.clock, done=self._copied, failed=self._not_copied
        )

    def _copied(self, made: ReaderCopy) -> None:
        self.reader_button.setEnabled(True)
        self.strip.say(
            _("The copy for readers was made: {name}").format(name=made.path.name),
            _("Nobody's name stands in it. Hand it over, and tell the passphrase apart from it."),
            kind="ok",
        )
        self.strip.show()

    def _not_copied(self, error: BaseException) -> None:
        self.reader_button.setEnabled(True)
        self.strip.say_error(error)


class ReaderDialog(Dialog):
    """Asks for the passphrase of a copy for readers, typed twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        text = _(
            "The copy holds figures, forms and places, and no household, answer or person. It opens with a passphrase "
            "of its own, and not with the office's."
        )
        super().__init__(_("A copy for readers of figures"), text, _("Choose the file"), _("Cancel"), parent=parent)
        self.typed = NewPassphrase()
        self.content.addWidget(self.typed)
        self.typed.entered.connect(self.accept)
        self.typed.first.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def accept(self) -> None:
        """Go on only with a passphrase that will do."""
        if self.typed.value() is not None:
            super().accept()

    def passphrase(self) -> str:
        """Return what was typed."""
        return self.typed.value() or ""


def _role(row: Person) -> str:
    return _(ROLE_WORDS.get(row.person.role, row.person.role))


def _own(row: Person) -> str:
    return _("yes") if row.own_passphrase else _("no")
