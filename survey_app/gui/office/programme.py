"""The rules of a programme of device support, row by row; faults are shown at the field that has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.office.programme_row import RowForm, RuleRow, kind_word
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, Label, Panel, Table
from survey_app.gui.parts.columns import Columns, Head, Page, beside, bring_into_view
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.indicators import TableError, TableFault
from survey_app.operations.support.programmes import (
    FIRST_ROW,
    Rules,
    new_rules,
    open_programme,
    read_rules,
    table_of_rows,
    write_rules,
)
from survey_app.support.programme import Programme

_FOLDER = "tables-folder"


class ProgrammeScreen(Screen):
    """The rows at the left, in the order of the table; the chosen one at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.code = ""
        self.changed = False
        """Something here is not put to use yet."""
        self.faults: Sequence[TableFault] = ()
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.write_button = Button("", "secondary", icon="table-2", key="Ctrl+E", height=MEDIUM)
        self.use_button = Button("", "primary", icon="check", key="Ctrl+Enter", shortcut="", height=MEDIUM)
        self.strip = Banner("ok")
        self.strip.hide()
        self.table: Table[RuleRow] = Table(
            [
                Column(lambda: _("Row"), lambda row: str(row.number), 70, "number", self._tone),
                Column(lambda: _("Kind of rule"), lambda row: kind_word(row["row"]), 168, "text", self._tone),
                Column(
                    lambda: _("Name"), lambda row: row[f"name_{i18n.language()}"] or row["code"], 0, "name", self._tone
                ),
                Column(lambda: _("Code"), lambda row: row["code"], 156, "figures", self._tone, priority=2),
                Column(lambda: _("Number"), lambda row: row["number"], 84, "number", self._tone, priority=1),
            ]
        )
        self.form = RowForm()
        self.add_button = Button("", "secondary", icon="plus", key="Ctrl+N", height=MEDIUM, wide=True)
        self.up_button = Button("", "secondary", icon="arrow-up", key="Ctrl+Up", height=MEDIUM, wide=True)
        self.down_button = Button("", "secondary", icon="arrow-down", key="Ctrl+Down", height=MEDIUM, wide=True)
        self.remove_button = Button("", "danger", icon="trash-2", key="Ctrl+Del", height=MEDIUM, wide=True)
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        side = Panel(pad=(14, 12, 14, 12), gap=8)
        side.column.addWidget(self.form)
        side.column.addStretch()
        for pair in ((self.add_button, self.remove_button), (self.up_button, self.down_button)):
            side.column.addLayout(beside(*pair))
        column: QVBoxLayout = Page.filling(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addWidget(Head((self._title,), (self.write_button, self.use_button)))
        column.addWidget(self._sub)
        column.addWidget(self.strip)
        column.addWidget(Columns(panel, side, 430, low=560), 1)

    def _connect(self) -> None:
        self.table.row_changed.connect(self._show_row)
        self.table.opened.connect(lambda _row: self._enter(self.form.first()))
        self.form.changed.connect(self._edited)
        self.write_button.clicked.connect(self._choose_file)
        self.use_button.clicked.connect(self.put_to_use)
        self.add_button.clicked.connect(self._add)
        self.remove_button.clicked.connect(self._remove)
        self.up_button.clicked.connect(lambda: self._move(-1))
        self.down_button.clicked.connect(lambda: self._move(1))
        for keys in ("Ctrl+Enter", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.put_to_use)
        QShortcut(QKeySequence("F8"), self).activated.connect(self._next_fault)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Rules of the programme")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self._sub.setText(
            _(
                "One row a rule, as in the table for Excel. The first group has the first priority, "
                "the first device is offered first."
            )
        )
        for button, words in (
            (self.write_button, _("Save for Excel…")),
            (self.use_button, _("Put to use")),
            (self.add_button, _("Add a row")),
            (self.up_button, _("Move up")),
            (self.down_button, _("Move down")),
            (self.remove_button, _("Remove the row")),
        ):
            button.setText(words)
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self.form.retranslate()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Enter",), _("Change the row")),
            Hint(("Ctrl+N",), _("Add a row")),
            *([Hint(("F8",), _("Next fault"))] if self.faults else []),
            Hint(("Ctrl+Enter",), _("Put to use")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def quiet_fact(self) -> str:
        """Return that something is not put to use yet."""
        return _("Not put to use yet") if self.changed else ""

    def help_text(self) -> str:
        """Explain the kinds of rules."""
        return _(
            "“Programme” has the code, the name and how many households may be supported in all. “Device” says what "
            "can be given and how many there are; the first one is offered first. “Target group”: the first has the "
            "first priority. “Condition” must hold besides, for one device or for all. “First among equals” orders "
            "households of one priority. “2G switch-off” says who loses the network.\n\n"
            "A condition is written as in the form: choose a question and its name is put in. Nothing changes before "
            "“Put to use”; what was decided stays."
        )

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the rules of ``programme=CODE``, or begin new ones; what is not put to use yet stays."""
        code = str(arguments.get("programme", ""))
        if self.changed and code == self.code:
            return
        self.strip.hide()
        if code:
            self.desk.run(read_rules, self.desk.person.id, code, done=self.show_rules)
        else:
            self.desk.run(new_rules, self.desk.person.id, done=self.show_rules)

    def first_focus(self) -> QWidget:
        """Return the rows."""
        return self.table

    def show_rules(self, rules: Rules) -> None:
        """Show what was read."""
        self.code, self.changed, self.faults = rules.code, False, ()
        self.form.show_questions(rules.questions)
        self._set_rows([RuleRow(n, dict(cells)) for n, cells in enumerate(rules.rows, FIRST_ROW)], 0)

    def _set_rows(self, rows: Sequence[RuleRow], at: int) -> None:
        numbered = [RuleRow(n, row.cells) for n, row in enumerate(rows, FIRST_ROW)]
        self.table.set_rows(numbered)
        self.form.show_devices(
            [(row["code"], row[f"name_{i18n.language()}"]) for row in numbered if row["row"] == "device"]
        )
        if numbered:
            self.table.select(max(0, min(at, len(numbered) - 1)))
        self._show_row(self.table.current_row())

    def _rows(self) -> list[RuleRow]:
        return list(self.table.rows_model.rows)

    def _tone(self, row: RuleRow) -> str:
        return "err" if any(fault.row == row.number for fault in self.faults) else "text"

    def _show_row(self, row: RuleRow | None) -> None:
        self.form.setVisible(row is not None)
        for button in (self.up_button, self.down_button, self.remove_button):
            button.setEnabled(row is not None)
        if row is not None:
            self.form.show_row(row, [fault for fault in self.faults if fault.row == row.number])
        self.hints_changed.emit()

    def _edited(self) -> None:
        self.changed = True
        self.table.viewport().update()
        self.hints_changed.emit()

    def back(self) -> bool:
        """Esc goes from the fields to the rows first."""
        if self.form.isAncestorOf(self.focusWidget() or self):
            self.table.setFocus()
            bring_into_view(self.table)
            return True
        return False

    # rows

    def _add(self) -> None:
        """Add a row of the same kind below the current one."""
        rows, here = self._rows(), self.table.current_row()
        at = here.number - FIRST_ROW + 1 if here is not None else len(rows)
        kind = here["row"] if here is not None and here["row"] not in {"programme", "switch_off"} else "group"
        self._replace([*rows[:at], RuleRow(0, {"row": kind}), *rows[at:]], at)
        self._enter(self.form.first())

    def _remove(self) -> None:
        here = self.table.current_row()
        if here is not None:
            rows = [row for row in self._rows() if row is not here]
            self._replace(rows, here.number - FIRST_ROW)
            self.strip.say(_("Removed: {name}.").format(name=here["code"] or kind_word(here["row"])), kind="info")
            self.strip.show()

    def _move(self, step: int) -> None:
        here, rows = self.table.current_row(), self._rows()
        at = here.number - FIRST_ROW if here is not None else -1
        if here is None or not 0 <= at + step < len(rows):
            return
        rows[at], rows[at + step] = rows[at + step], rows[at]
        self._replace(rows, at + step)

    def _replace(self, rows: Sequence[RuleRow], at: int) -> None:
        self.changed, self.faults = True, ()
        self.strip.hide()
        self._set_rows(rows, at)

    # ends

    def put_to_use(self) -> None:
        """Check the rules and put them to use, or show their faults."""
        table = table_of_rows([row.cells for row in self._rows()])
        self.desk.write(
            open_programme, table, self.desk.person.id, clock=self.desk.clock, done=self._in_use, failed=self._failed
        )

    def _in_use(self, programme: Programme) -> None:
        self.changed, self.faults = False, ()
        self.desk.go("support", programme=programme.code)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, TableError):
            self.strip.say_error(error)
            self.strip.show()
            return
        self.faults = error.faults
        self.table.viewport().update()
        count = len(self.faults)
        words = ngettext("{count} fault; nothing was changed.", "{count} faults; nothing was changed.", count)
        about_all = " ".join(fault.message for fault in self.faults if not fault.row)
        self.strip.say(words.format(count=count), about_all or _("F8 shows the next one."), kind="err")
        self.strip.show()
        self._show_row(self.table.current_row())
        self._next_fault()

    def _next_fault(self) -> None:
        """Go to the next row that has a fault, at the field that has it."""
        faulty = sorted({fault.row for fault in self.faults if fault.row})
        here = self.table.current_row()
        if not faulty:
            return
        after = here.number if here is not None and self.form.isAncestorOf(self.focusWidget() or self) else 0
        wanted = next((row for row in faulty if row > after), faulty[0])
        self.table.select(wanted - FIRST_ROW)
        self._enter(self.form.first_fault())

    @staticmethod
    def _enter(field: QWidget) -> None:
        """Go to a field, also where it stands below the rows."""
        field.setFocus()
        bring_into_view(field)

    def _choose_file(self) -> None:
        where = str(Path(folder_for(_FOLDER)) / f"{self.code or 'programme'}.csv")
        name, _kind = QFileDialog.getSaveFileName(self, self.write_button.text(), where, "CSV (*.csv)")
        if name:
            remember(_FOLDER, str(Path(name).parent))
            self.write_file(Path(name))

    def write_file(self, path: Path) -> None:
        """Save the rows as they stand here, for Excel; it can be brought back with “Table of the programme”."""

        def written(_path: Path) -> None:
            self.strip.say(_("Written to {path}.").format(path=path), kind="ok")
            self.strip.show()

        rows = [row.cells for row in self._rows()]
        self.desk.run(write_rules, self.desk.person.id, rows, path, done=written, failed=self._failed)
