"""Who goes where: the households of each village by enumerator, moved from one to another, and sent to the laptops."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, EmptyState, Field, Label, Panel, Table
from survey_app.gui.parts.columns import Columns, Head, Page
from survey_app.gui.remembered import remember
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.list_exchange import SentList, write_lists
from survey_app.operations.worklist import Charge, assign_village, charges
from survey_app.records import Enumerator
from survey_app.store import Store
from survey_app.text import show_number


@dataclass(frozen=True)
class ChargeLine:
    """A row: a village and a person.

    Attributes:
        charge: how much there is to do.
        village: name of the village.
        person: name of the enumerator, blank for nobody.
    """

    charge: Charge
    village: str
    person: str


@dataclass(frozen=True)
class ChargesFacts:
    """What the screen shows.

    Attributes:
        lines: by village, then by person.
        people: those who can be in charge.
        laptops: number of laptops that a list can be written for.
    """

    lines: tuple[ChargeLine, ...]
    people: tuple[Enumerator, ...]
    laptops: int


def charges_facts(store: Store) -> ChargesFacts:
    """Read who is in charge of what."""
    people = store.enumerators()
    names = {person.id: person.name for person in people}
    villages = {place.code: place.name for place in store.places("village")}
    lines = tuple(
        ChargeLine(
            charge, villages.get(charge.village, charge.village), names.get(charge.enumerator, charge.enumerator)
        )
        for charge in charges(store)
    )
    laptops = sum(bool(device.recipient) and not device.revoked for device in store.devices())
    return ChargesFacts(lines, tuple(person for person in people if person.role == "enumerator"), laptops)


class ChargesScreen(Screen):
    """The villages at the left, the new person in charge at the right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: ChargesFacts | None = None
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", elide=True, figures=True)
        self.send_button = Button("", "secondary", icon="laptop", key="Ctrl+S", height=MEDIUM)
        self.strip = Banner("ok")
        self.table: Table[ChargeLine] = Table(
            [
                Column(lambda: _("Village"), lambda line: line.village, 0, "name"),
                Column(lambda: _("In charge"), lambda line: line.person or _("Nobody yet"), 0, "text", _tone),
                Column(lambda: _("Households"), lambda line: _number(line.charge.total), 110, "number"),
                Column(lambda: _("To be visited"), lambda line: _number(line.charge.open), 130, "number"),
            ]
        )
        self.empty = EmptyState()
        self._side_title = Label("", Type.PANEL, weight=600, wrap=True)
        self._side_text = Label("", Type.TABLE, "text2", wrap=True)
        self.people = QComboBox()
        self.person = Field("", edit=self.people)
        self.only_open = QCheckBox()
        self.only_open.setChecked(True)
        self.give_button = Button("", "primary", icon="check", shortcut="Ctrl+Return", height=44, wide=True)
        self.give_button.set_key("Ctrl+Enter")
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        self.empty.hide()
        self.strip.hide()
        main = QWidget()
        left = QVBoxLayout(main)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(theme.px(10))
        left.addWidget(Head((self._title, self._sub), (self.send_button,)))
        left.addWidget(self.strip)
        left.addWidget(panel, 1)
        side = Panel(pad=(16, 14, 16, 16), gap=10)
        for widget in (self._side_title, self._side_text, self.person, self.only_open, self.give_button):
            side.column.addWidget(widget)
        side.column.addStretch()
        whole = Page.filling(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        whole.addWidget(Columns(main, side, 300))

    def _connect(self) -> None:
        self.table.row_changed.connect(lambda _row: self._say_side())
        self.table.opened.connect(lambda _row: self.people.setFocus())
        self.give_button.clicked.connect(self._give)
        self.send_button.clicked.connect(self._choose_folder)
        self.empty.acted.connect(lambda: self.desk.go("bring_list"))
        self.desk.data_changed.connect(self.read)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Who goes where")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.send_button.setText(_("Write lists for the laptops"))
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self.empty.say(
            _("The household list is still empty."), _("Bring one in first."), _("Bring in a household list")
        )
        self.person.say(_("New person in charge"), "")
        self.people.setAccessibleName(_("New person in charge"))
        self.only_open.setText(_("Only households still to be visited"))
        self.give_button.setText(_("Put in charge"))
        if self.facts is not None:
            self.show_facts(self.facts)

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Up", "Down"), _("Choose village")),
            Hint(("Enter",), _("Choose person")),
            Hint(("Ctrl+Enter",), _("Put in charge")),
            Hint(("Ctrl+S",), _("Write lists for the laptops")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain moving a village and sending lists."""
        return _(
            "Each line says how many households of a village one person is in charge of. Choose a line, choose the new "
            "person, and press Ctrl+Enter: the households change hands.\n\n"
            "The laptops hear of it by their lists: write them to a USB stick; on the laptop the list is taken in from "
            "the household list with Ctrl+I. Each file opens on its own laptop only. What was found or noted on a "
            "laptop stays there."
        )

    # data

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read who is in charge."""
        self.strip.hide()
        self.read()

    def first_focus(self) -> QWidget:
        """Return the villages."""
        return self.table

    def read(self) -> None:
        """Read again."""
        if self.desk.lane.is_open:
            self.desk.run(charges_facts, done=self.show_facts)

    def show_facts(self, facts: ChargesFacts) -> None:
        """Show what was read."""
        self.facts = facts
        nobody = sum(line.charge.total for line in facts.lines if not line.charge.enumerator)
        self._sub.setText(
            ngettext(
                "{count} household has nobody in charge", "{count} households have nobody in charge", nobody
            ).format(count=_number(nobody))
        )
        chosen = self.people.currentData()
        self.people.clear()
        for person in facts.people:
            self.people.addItem(person.name, person.id)
        self.people.addItem(_("Nobody yet"), "")
        self.people.setCurrentIndex(max(0, self.people.findData(chosen)))
        self.table.set_rows(facts.lines, key=lambda line: (line.charge.village, line.charge.enumerator))
        self.table.setVisible(bool(facts.lines))
        self.empty.setVisible(not facts.lines)
        self.send_button.setEnabled(facts.laptops > 0)
        self._say_side()

    def _say_side(self) -> None:
        line = self.table.current_row()
        self.give_button.setEnabled(line is not None)
        if line is not None and self.people.currentData() == line.charge.enumerator:
            self.people.setCurrentIndex((self.people.currentIndex() + 1) % self.people.count())
        self._side_title.setText(line.village if line else "")
        self._side_text.setText(_("In charge now: {name}").format(name=line.person or _("Nobody yet")) if line else "")

    # deeds

    def _give(self) -> None:
        line = self.table.current_row()
        if line is not None:
            self.desk.write(
                assign_village,
                line.charge.village,
                str(self.people.currentData() or ""),
                taken_from=line.charge.enumerator,
                only_open=self.only_open.isChecked(),
                done=self._given,
                failed=self.strip.say_error,
            )

    def _given(self, count: int) -> None:
        words = ngettext("{count} household changed hands.", "{count} households changed hands.", count)
        self.strip.say(
            words.format(count=_number(count)),
            _("The laptops hear of it by their lists.") if count else "",
            kind="ok" if count else "info",
        )
        self.strip.show()
        self.table.setFocus()

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, _("Where should the lists go?"), folder_for("list-out-folder"))
        if path:
            remember("list-out-folder", path)
            self.send(Path(path))

    def send(self, folder: Path) -> None:
        """Write the list of every laptop into a folder."""
        self.desk.run(write_lists, folder, clock=self.desk.clock, done=self._sent, failed=self.strip.say_error)

    def _sent(self, sent: tuple[SentList, ...]) -> None:
        words = ngettext("{count} list is written.", "{count} lists are written.", len(sent))
        self.strip.say(words.format(count=len(sent)), ", ".join(each.path.name for each in sent), kind="ok")
        self.strip.show()


def _number(count: int) -> str:
    return show_number(count, 0, i18n.language())


def _tone(line: ChargeLine) -> str:
    return "text" if line.charge.enumerator else "warn"
