"""Which column says what, which villages are meant, and which columns are converted: the left side of an import."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.parts import Field, Label, Panel, Scrolled
from survey_app.gui.parts.rows import clear_rows
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.household_list import UnknownVillage
from survey_app.operations.list_columns import FIELDS, LEAVE_OUT, NEW, Layout
from survey_app.operations.list_tables import Table
from survey_app.operations.old_encodings import decode
from survey_app.records import Place

ENCODINGS = {"tcvn3": "TCVN3", "vni": "VNI"}
_MOST_VILLAGES = 60


class LayoutPanel(Panel):
    """Combination boxes for the fields, the old encodings and the unknown villages; ``changed`` after each choice."""

    changed = Signal()
    sheet_chosen = Signal(str)
    """Another sheet of the workbook is to be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=(14, 12, 4, 12), gap=8, parent=parent)
        self.layout_now = Layout(-1, {})
        self._table: Table | None = None
        self._places: tuple[Place, ...] = ()
        self._may_make = False
        body = QWidget()
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(0, 0, theme.px(10), 0)
        self._rows.setSpacing(theme.px(8))
        self._title = Label("", Type.PANEL, weight=600)
        self.sheet = QComboBox()
        self._sheet = Field("", edit=self.sheet)
        self._sheet.hide()
        self.sheet.activated.connect(lambda _place: self.sheet_chosen.emit(self.sheet.currentText()))
        self._rows.addWidget(self._sheet)
        self._rows.addWidget(self._title)
        self.boxes = {name: QComboBox() for name in FIELDS}
        self._fields = {name: Field("", edit=box) for name, box in self.boxes.items()}
        self.village = QComboBox()
        self._village = Field("", edit=self.village)
        for name, field in self._fields.items():
            self._rows.addWidget(field)
            if name == "village":
                self._rows.addWidget(self._village)
        self._old = QVBoxLayout()
        self._old.setSpacing(theme.px(6))
        self._unknown = QVBoxLayout()
        self._unknown.setSpacing(theme.px(6))
        self._rows.insertLayout(0, self._unknown)
        self._rows.insertLayout(0, self._old)
        self._rows.addStretch()
        self.column.addWidget(Scrolled(body, gutter=True), 1)
        for box in (*self.boxes.values(), self.village):
            box.activated.connect(self._chosen)
        self.consents: dict[int, QCheckBox] = {}
        self.meant: dict[str, QComboBox] = {}
        self._shown_unknown: tuple[UnknownVillage, ...] = ()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Which column says what"))
        self._sheet.say(_("Sheet of the workbook"), "")
        self.sheet.setAccessibleName(_("Sheet of the workbook"))
        for name, field in self._fields.items():
            field.say(_(FIELDS[name]), "")
            self.boxes[name].setAccessibleName(_(FIELDS[name]))
        self._village.say(_("Village of all rows"), "")
        self.village.setAccessibleName(_("Village of all rows"))
        if self._table is not None:
            self._fill()

    def show_table(
        self, table: Table, layout: Layout, old: dict[int, str], places: tuple[Place, ...], may_make: bool
    ) -> None:
        """Offer the columns of a table; ``layout`` is chosen, ``old`` has the columns in an old encoding."""
        self._table, self.layout_now, self._places, self._may_make = table, layout, places, may_make
        if "village" not in layout.columns and len(places) == 1:
            self.layout_now = replace(layout, village=places[0].code)
        self._fill()
        self._show_old(table, old)

    def _fill(self) -> None:
        table, layout = self._table, self.layout_now
        if table is None:
            return
        self._sheet.setVisible(len(table.sheets) > 1)
        if [self.sheet.itemText(place) for place in range(self.sheet.count())] != list(table.sheets):
            self.sheet.clear()
            self.sheet.addItems(table.sheets)
        self.sheet.setCurrentIndex(self.sheet.findText(table.sheet))
        heads = table.rows[layout.head] if layout.head >= 0 else ("",) * table.width
        for name, box in self.boxes.items():
            box.clear()
            box.addItem(_("– not in the file –"), -1)
            for column in range(table.width):
                head = decode(heads[column], layout.encodings.get(column, ""))
                box.addItem(f"{column_letters(column)}: {head}" if head else column_letters(column), column)
            box.setCurrentIndex(max(0, box.findData(layout.columns.get(name, -1))))
        self.village.clear()
        self.village.addItem(_("– choose –"), "")
        for place in self._places:
            self.village.addItem(place.name, place.code)
        self.village.setCurrentIndex(max(0, self.village.findData(layout.village)))
        self._village.setVisible("village" not in layout.columns)

    def _show_old(self, table: Table, old: dict[int, str]) -> None:
        clear_rows(self._old)
        self.consents.clear()
        for column, encoding in old.items():
            rows = table.rows[self.layout_now.head + 1 :]
            before = next((row[column] for row in rows if not row[column].isascii()), "")
            words = _("Column {column} is written in {encoding}.").format(
                column=column_letters(column), encoding=ENCODINGS[encoding]
            )
            self._old.addWidget(Label(words, Type.TABLE, weight=600, wrap=True))
            shown = f"{before}  →  {decode(before, encoding)}"
            self._old.addWidget(Label(shown, Type.TABLE, "text2", wrap=True))
            box = QCheckBox(_("Convert this column to Unicode"))
            box.toggled.connect(lambda on, column=column, encoding=encoding: self._consent(column, encoding, on))
            self.consents[column] = box
            self._old.addWidget(box)

    def show_unknown(self, unknown: tuple[UnknownVillage, ...]) -> None:
        """Ask which villages are meant; what was answered before stays shown."""
        fresh = tuple(each for each in unknown if each.key not in self.meant)[:_MOST_VILLAGES]
        for each in fresh:
            rows = ngettext("“{name}” is not known ({count} row)", "“{name}” is not known ({count} rows)", each.rows)
            self._unknown.addWidget(
                Label(rows.format(name=each.name, count=each.rows), Type.TABLE, "warn", weight=600, wrap=True)
            )
            box = QComboBox()
            box.setAccessibleName(_("Village meant by “{name}”").format(name=each.name))
            box.addItem(_("– choose –"), "")
            near = {place.code for place in each.near}
            for place in (*each.near, *(place for place in self._places if place.code not in near)):
                box.addItem(place.name, place.code)
            if self._may_make:
                box.addItem(_("Add it as a new village"), NEW)
            box.addItem(_("Leave its rows out"), LEAVE_OUT)
            box.activated.connect(self._chosen)
            self.meant[each.key] = box
            self._unknown.addWidget(box)

    def forget(self) -> None:
        """Begin anew with another file."""
        clear_rows(self._unknown)
        clear_rows(self._old)
        self.meant.clear()
        self.consents.clear()

    def _consent(self, column: int, encoding: str, on: bool) -> None:
        kept = {n: old for n, old in self.layout_now.encodings.items() if n != column}
        self.layout_now = replace(self.layout_now, encodings={**kept, **({column: encoding} if on else {})})
        self._fill()
        self.changed.emit()

    def _chosen(self) -> None:
        columns = {name: int(box.currentData()) for name, box in self.boxes.items() if int(box.currentData()) >= 0}
        villages = {key: str(box.currentData()) for key, box in self.meant.items() if box.currentData()}
        village = str(self.village.currentData() or "")
        self.layout_now = replace(self.layout_now, columns=columns, village=village, villages=villages)
        self._village.setVisible("village" not in columns)
        self.changed.emit()


def column_letters(column: int) -> str:
    """Return the letters that a spreadsheet gives to a column, ``A`` for 0, ``AA`` for 26."""
    letters = ""
    while column >= 0:
        letters = chr(ord("A") + column % 26) + letters
        column = column // 26 - 1
    return letters
