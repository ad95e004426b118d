"""The office's tables: figures of other sources, indicators, targets, the list of places; and its villages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QFileDialog, QVBoxLayout, QWidget

from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.office.tables_facts import (
    FIGURES,
    INDICATORS,
    KINDS,
    MAP,
    PLACES,
    TARGETS,
    VILLAGES,
    Looked,
    Row,
    TablesFacts,
    look_at,
    read_facts,
    take_back,
    take_in,
)
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, Field, Label, Panel, Segmented, Table
from survey_app.gui.parts.columns import Columns, Head
from survey_app.gui.parts.dialog import confirm
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.text import read_day, show_date

_FOLDER = "tables-folder"


class TablesScreen(Screen):
    """What was taken in at the left, what is about to be at the right; the switch at the top changes the kind."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts = TablesFacts(FIGURES, ())
        self.looked: Looked | None = None
        self._path = Path()
        self._title = Label("", Type.TITLE)
        self.choose_button = Button("", "secondary", icon="folder-open", key="Ctrl+O", height=MEDIUM)
        self.switch = Segmented([(kind, _(word)) for kind, word in KINDS], FIGURES)
        self.strip = Banner("ok")
        self.strip.hide()
        self.table: Table[Row] = Table(
            [
                Column(lambda: _("Name"), lambda row: row.name, 0, "name"),
                Column(self._about_head, lambda row: row.about, 200, priority=1),
                Column(lambda: _("State"), lambda row: row.state, 250, priority=2),
            ]
        )
        self.back_button = Button("", "danger", icon="undo-2", height=MEDIUM)
        self._head = Label("", Type.PANEL, weight=600)
        self._words = Label("", Type.TABLE, wrap=True, figures=True)
        self.faults: Table[Any] = Table(
            [
                Column(lambda: _("Where"), _where, 150, "figures"),
                Column(lambda: _("What is wrong"), lambda fault: fault.message, 0),
            ]
        )
        self.form_box, self.village_box = QComboBox(), QComboBox()
        self.form, self.into = Field("", edit=self.form_box), Field("", edit=self.village_box)
        self.name, self.day = Field(), Field()
        self.empty_button = Button("", "secondary", icon="file-output", height=MEDIUM, wide=True)
        self.take_button = Button("", "primary", icon="check", key="Ctrl+Enter", height=MEDIUM, wide=True)
        self.add_button = Button("", "primary", icon="plus", height=MEDIUM, wide=True)
        self.rename_button = Button("", "secondary", icon="pencil", height=MEDIUM, wide=True)
        self.join_button = Button("", "secondary", icon="arrow-right", height=MEDIUM, wide=True)
        self.close_button = Button("", "danger", icon="circle-slash", height=MEDIUM, wide=True)
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
        left.addWidget(Head((self._title,), (self.back_button, self.choose_button)))
        left.addWidget(self.switch)
        left.addWidget(self.strip)
        left.addWidget(rows, 1)
        side = Panel(pad=(14, 12, 14, 12), gap=10)
        for widget in (self._head, self.form, self.name, self.into, self.day, self._words):
            side.column.addWidget(widget)
        side.column.addWidget(self.faults, 1)
        side.column.addStretch()
        for button in self._side_buttons():
            side.column.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.addWidget(Columns(main, side, 420, low=560))

    def _side_buttons(self) -> tuple[Button, ...]:
        return (
            *(self.empty_button, self.take_button),
            *(self.add_button, self.rename_button, self.join_button, self.close_button),
        )

    def _connect(self) -> None:
        self.switch.chosen.connect(self._take_kind)
        self.choose_button.clicked.connect(self._choose)
        self.back_button.clicked.connect(self._take_back)
        self.take_button.clicked.connect(self._take_in)
        self.empty_button.clicked.connect(self._write_empty)
        self.add_button.clicked.connect(lambda: self._village("add"))
        self.rename_button.clicked.connect(lambda: self._village("rename"))
        self.join_button.clicked.connect(lambda: self._village("join"))
        self.close_button.clicked.connect(lambda: self._village("close"))
        self.table.row_changed.connect(self._row_changed)
        self.faults.row_changed.connect(self._fault_changed)
        self.desk.data_changed.connect(self.read)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Tables of the office")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.switch.say({kind: _(word) for kind, word in KINDS}, _("Kind of table"))
        for button, words in (
            (self.choose_button, _("Choose a table")),
            (self.back_button, _("Take back")),
            (self.take_button, _("Take it in")),
            (self.empty_button, _("Save an empty table to fill in")),
            (self.add_button, _("Add the village")),
            (self.rename_button, _("Rename the chosen one")),
            (self.join_button, _("Join the chosen one")),
            (self.close_button, _("Close the chosen one")),
        ):
            button.setText(words)
        self.form.say(_("For the form"), "")
        self.name.say(_("Name of the village"), _("with thôn, bản, tổ dân phố …"))
        self.into.say(_("Join with"), "")
        self.day.say(_("From the day"), _("day/month/year"))
        self.table.setAccessibleName(self.title())
        self.faults.setAccessibleName(_("What is wrong with the table"))
        for table in (self.table, self.faults):
            table.retranslate()
        self._say_side()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [Hint(("Ctrl+O",), self.choose_button.text()), Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]

    def help_text(self) -> str:
        """Explain what the tables are for."""
        return _(
            "Figures that a statistical office, an operator or the police keep stand beside the survey's figures "
            "with their source and are never added to them. A newer table replaces figures of the same source and "
            "period.\n\n"
            "Indicators and targets can be changed for a form that is asked without a new version of it. A table with "
            "faults is refused, and the one in force stays.\n\n"
            "A newer official list of provinces and communes is shown with what it changes before it is put to use. "
            "The villages are kept by the commune itself: when one is joined with another, its households move there "
            "and its answers count there.\n\n"
            "A map is a GeoJSON file of your own: the results are drawn on its outlines. Where it shows the country, "
            "Hoàng Sa and Trường Sa are on it."
        )

    def first_focus(self) -> QWidget:
        """Return the list."""
        return self.table

    # data

    def refresh(self, **arguments: object) -> None:
        """Read what is here; ``kind=NAME`` shows that kind."""
        self.strip.hide()
        kind = arguments.get("kind")
        if isinstance(kind, str) and kind:
            self._take_kind(kind)
        else:
            self.read()

    def read(self) -> None:
        """Read what is here again."""
        if self.desk.lane.is_open:
            self.desk.run(read_facts, self.facts.kind, done=self.show_facts)

    def show_facts(self, facts: TablesFacts) -> None:
        """Show what was read."""
        self.facts = facts
        self.switch.set_value(facts.kind)
        self.table.retranslate()
        self.table.set_rows(facts.rows, key=lambda row: row.id)
        _fill(self.form_box, [(title, id_) for id_, title in facts.forms])
        _fill(self.village_box, [(place.name, place.code) for place in facts.villages])
        if not self.day.text():
            self.day.set_text(show_date(self.desk.clock().date()))
        self._row_changed(self.table.current_row())
        self._say_side()

    def _say_side(self) -> None:
        kind, is_village = self.facts.kind, self.facts.kind == VILLAGES
        is_map = kind == MAP
        self._head.setText(_("A village") if is_village else _("A map of yours") if is_map else _("A table of yours"))
        self.choose_button.setText(_("Choose a map") if is_map else _("Choose a table"))
        self.take_button.setText(_("Take the map in") if is_map else _("Take it in"))
        self.hints_changed.emit()
        self.form.setVisible(kind in {INDICATORS, TARGETS} and len(self.facts.forms) > 1)
        self.name.setVisible(is_village)
        self.into.setVisible(is_village)
        self.day.setVisible(kind in {PLACES, VILLAGES})
        self.choose_button.setVisible(not is_village)
        self.back_button.setVisible(kind not in {PLACES, VILLAGES})
        self.empty_button.setVisible(kind == FIGURES)
        self.take_button.setVisible(self.looked is not None and not is_village)
        for button in (self.add_button, self.rename_button, self.join_button, self.close_button):
            button.setVisible(is_village)
        self.faults.setVisible(bool(self.faults.rows_model.rows) and not is_village)
        if self.looked is None and not self.faults.rows_model.rows:
            words = {
                VILLAGES: _("Choose a village in the list, or write the name of a new one."),
                MAP: _(
                    "Choose a GeoJSON file in WGS 84 with the outlines of your communes or villages. Every outline "
                    "needs a property with the code of its place. It is looked at before anything changes."
                ),
            }
            table = _("Choose a table in Excel (.xlsx) or CSV. It is looked at before anything changes.")
            self._words.setText(words.get(kind, table))

    def _row_changed(self, row: Row | None) -> None:
        self.back_button.setEnabled(row is not None and row.can_go)
        for button in (self.rename_button, self.join_button, self.close_button):
            button.setEnabled(row is not None and row.can_go)

    def _about_head(self) -> str:
        heads = {FIGURES: _("Source"), VILLAGES: _("Code"), PLACES: "", MAP: _("Taken in")}
        return heads.get(self.facts.kind, _("Form"))

    def _fault_changed(self, fault: Any) -> None:
        if fault is not None:
            said = _("{file}: mend this in the file, then choose it again. Nothing was changed.")
            self._words.setText(f"{said.format(file=self._path.name)}\n\n{fault}")

    def _take_kind(self, kind: str) -> None:
        self.looked = None
        self.faults.set_rows(())
        self.strip.hide()
        self.show_facts(TablesFacts(kind, (), self.facts.forms))
        self.read()

    # tables

    def _choose(self) -> None:
        is_map = self.facts.kind == MAP
        kinds = _("Tables ({kinds})").format(kinds="*.xlsx *.csv")
        kinds = _("Maps ({kinds})").format(kinds="*.geojson *.json") if is_map else kinds
        title = self.choose_button.text()
        path, _kind = QFileDialog.getOpenFileName(self, title, folder_for(_FOLDER), kinds)
        if path:
            remember(_FOLDER, str(Path(path).parent))
            self.open_file(Path(path))

    def open_file(self, path: Path) -> None:
        """Look at a table and say what it would do, or what is wrong with it."""
        day = self._day()
        if day is None:
            return
        self._path = path
        self.strip.hide()
        form = str(self.form_box.currentData() or "")
        self.desk.run(look_at, self.facts.kind, path, form, day, done=self._looked, failed=self._faulty)

    def _looked(self, looked: Looked) -> None:
        self.looked = looked
        self.faults.set_rows(())
        self._words.setText(f"{self._path.name}\n{looked.words}")
        self._say_side()

    def _faulty(self, error: BaseException) -> None:
        faults = getattr(error, "faults", ())
        self.looked = None
        self.faults.set_rows(faults)
        if faults:
            self.faults.select(0)
        else:
            self._failed(error)
        self._say_side()

    def _take_in(self) -> None:
        if self.looked is not None:
            self.desk.write(
                take_in, self.facts.kind, self.looked, done=self._done(_("Taken in: {file}.")), failed=self._failed
            )

    def _take_back(self) -> None:
        row = self.table.current_row()
        if row is not None and row.can_go:
            self._path = Path(row.name)
            done = self._done(_("Taken back: {file}. What it had replaced holds again."))
            self.desk.write(take_back, self.facts.kind, row, done=done, failed=self._failed)

    def _write_empty(self) -> None:
        from survey_app.operations.figures import write_empty_table

        where = str(Path(folder_for(_FOLDER)) / (_("Figures of other sources") + ".csv"))
        path, _kind = QFileDialog.getSaveFileName(self, _("Save an empty table to fill in"), where, "CSV (*.csv)")
        if path:
            self._path = Path(path)
            self.desk.run(write_empty_table, Path(path), done=self._done(_("Saved: {file}.")), failed=self._failed)

    # villages

    def _village(self, deed: str) -> None:
        from survey_app.operations import villages

        row, day, name = self.table.current_row(), self._day(), self.name.text().strip()
        code = row.id if row is not None else ""
        if day is None:
            return
        if deed in {"add", "rename"} and not name:
            self.name.set_fault(_("Enter the name first."))
            self.name.edit.setFocus()
            return
        into = str(self.village_box.currentData() or "")
        work: dict[str, tuple[Callable[..., object], tuple[object, ...]]] = {
            "add": (villages.add_village, (name,)),
            "rename": (villages.rename_village, (code, name)),
            "join": (villages.join_villages, (code, into, day)),
            "close": (villages.close_village, (code, day)),
        }
        function, arguments = work[deed]
        into_name = self.village_box.currentText()
        if (
            deed == "join"
            and row is not None
            and not confirm(
                self,
                _("Join {village} with {into}?").format(village=row.name, into=into_name),
                _("Its households move there for good. What was answered stays and counts there."),
                _("Join them"),
                _("Leave them as they are"),
            )
        ):
            return
        self._path = Path(name if deed in {"add", "rename"} else row.name if row is not None else "")
        self.desk.write(function, *arguments, done=self._done(_("Done: {file}.")), failed=self._failed)

    def _day(self) -> dt.date | None:
        day = read_day(self.day.text().strip())
        if day is None and self.facts.kind in {PLACES, VILLAGES}:
            self.day.set_fault(_("Write the day as 31/12/2026."))
            self.day.edit.setFocus()
            return None
        return day or self.desk.clock().date()

    # ends

    def _done(self, words: str) -> Callable[[object], None]:
        def say(_result: object) -> None:
            self.looked = None
            self.faults.set_rows(())
            self.name.set_text("")
            self.strip.say(words.format(file=self._path.name), kind="ok")
            self.strip.show()
            self.read()

        return say

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, SurveyAppError):
            self.desk.problem.emit(error)
            return
        self.strip.say_error(error)
        self.strip.show()


def _where(fault: Any) -> str:
    return " · ".join(part for part in (str(fault.row or ""), fault.column) if part) or "–"


def _fill(box: QComboBox, choices: list[tuple[str, str]]) -> None:
    kept = box.currentData()
    box.clear()
    for words, key in choices:
        box.addItem(words, key)
    box.setCurrentIndex(max(0, box.findData(kept)))
