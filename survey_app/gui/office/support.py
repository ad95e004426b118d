"""Device support: the list of a programme, why each household stands where it does, and what is decided about it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QComboBox, QFileDialog, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.office.support_form import CASH, DEEDS, Deed, DeedForm, Given
from survey_app.gui.parts import MEDIUM, Banner, Button, Column, EmptyState, Field, Label, Panel, Segmented, Table
from survey_app.gui.parts.columns import Columns, Head, Page, bring_into_view
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.operations.support.decisions import approve, except_household, propose, take_back
from survey_app.operations.support.delivery import Handover, deliver, sheet_of
from survey_app.operations.support.papers import print_paper
from survey_app.operations.support.programmes import open_programme
from survey_app.operations.support.standing import Support, read_programme
from survey_app.paths import forms
from survey_app.support.programme import Programme
from survey_app.support.ranking import IN_LINE, Listed
from survey_app.support.register import APPROVED
from survey_app.text import show_date

SHOWN = ("line", "held", "out", "switch_off")
_EXAMPLE = "device_support", "programme.csv"
_CHIPS = {"waiting": "in_queue", "next": "may_propose"}


class SupportScreen(Screen):
    """The list at the left; at the right the chosen household, why it stands so, and what can be done."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.now: Support | None = None
        self._none = False
        self._code = ""
        self._codes: tuple[str, ...] = ()
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.table_button = Button("", "secondary", icon="folder-open", key="Ctrl+O", height=MEDIUM)
        self.rules_button = Button("", "secondary", icon="list-checks", key="Ctrl+R", height=MEDIUM)
        self.which_box = QComboBox()
        self.which = Field(edit=self.which_box)
        self.print_button = Button("", "secondary", icon="file-output", key="Ctrl+P", height=MEDIUM)
        self.all_button = Button("", "primary", icon="check", key="Ctrl+Enter", shortcut="", height=MEDIUM)
        self.strip = Banner("ok")
        self.shown = Segmented([(each, "") for each in SHOWN], SHOWN[0], height=32)
        self.table: Table[Listed] = Table(
            [
                Column(lambda: _("Order"), lambda row: str(row.place or "–"), 66, "number"),
                Column(lambda: _("Household"), self._head, 0, "name"),
                Column(lambda: _("Village"), self._village, 150, "text", priority=2),
                Column(lambda: _("Priority"), lambda row: str(row.priority or "–"), 78, "number", priority=1),
                Column(lambda: _("Device"), self._device, 176, "text", priority=3),
                Column(lambda: _("Status"), lambda row: _CHIPS.get(row.status, row.status), 188, "chip"),
            ]
        )
        self.empty = EmptyState()
        self._about = Label("", Type.BODY, weight=600, wrap=True, figures=True)
        self._why = Label("", Type.TABLE, wrap=True, figures=True)
        self.deeds = {deed: Button("", "secondary", icon=icon, key=key, wide=True) for deed, icon, key in DEEDS}
        self.form = DeedForm()
        self._build()
        self._connect()
        self.retranslate()

    def _build(self) -> None:
        panel = self._list = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        self.side = Panel(pad=(14, 12, 14, 12), gap=8)
        self.side.column.addWidget(self._about)
        self.side.column.addWidget(self._why)
        self.side.column.addStretch()
        for button in self.deeds.values():
            self.side.column.addWidget(button)
        right = QWidget()
        both = QVBoxLayout(right)
        both.setContentsMargins(0, 0, 0, 0)
        both.addWidget(self.side)
        both.addWidget(self.form)
        self.form.hide()
        self.strip.hide()
        column = Page.filling(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addWidget(
            Head((self._title,), (self.rules_button, self.table_button, self.print_button, self.all_button))
        )
        column.addWidget(self.which)
        column.addWidget(self._sub)
        column.addWidget(self.strip)
        column.addWidget(self.shown)
        self._columns = Columns(panel, right, 430, low=560)
        column.addWidget(self._columns, 1)

    def _connect(self) -> None:
        self.table.row_changed.connect(self._show_row)
        self.shown.chosen.connect(lambda _key: self._show_rows())
        self.table_button.clicked.connect(self.choose_table)
        self.rules_button.clicked.connect(lambda: self.desk.go("programme", programme=self._code))
        self.which_box.activated.connect(lambda _n: self._choose(str(self.which_box.currentData())))
        self.empty.acted.connect(self._begin)
        self.print_button.clicked.connect(self.print_shown)
        self.all_button.clicked.connect(self._all)
        self.form.given.connect(self._do)
        self.form.left.connect(self._close_form)
        for keys in ("Ctrl+Enter", "Ctrl+Return"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._all)
        for deed, button in self.deeds.items():
            button.clicked.connect(lambda _checked=False, deed=deed: self.ask(deed))
        self.desk.data_changed.connect(self.read)

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Device support")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.table_button.setText(_("Table of the programme…"))
        self.rules_button.setText(_("Rules…"))
        self.which.say(_("Programme"))
        self.shown.say(
            {"line": _("In line"), "held": _("Held back"), "out": _("Not eligible"), "switch_off": _("2G phones only")},
            self.title(),
        )
        names = (
            _("Propose"), _("Approve…"), _("Deliver…"), _("Return or withdraw…"), _("Put on the list…"),
            _("Leave out…"),
        )  # fmt: skip
        for button, name in zip(self.deeds.values(), names, strict=True):
            button.setText(name)
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self.form.retranslate()
        self._show()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        if not self.form.isHidden():
            return [Hint(("Ctrl+Enter",), _("Note it")), Hint(("Esc",), _("Cancel")), Hint(("F1",), _("Help"))]
        own = [Hint(("1", "–", "6"), _("Decide about the household"))] if self.table.current_row() else []
        return [*own, Hint(("Ctrl+P",), _("Print")), Hint(("Esc",), _("Back")), Hint(("F1",), _("Help"))]

    def help_text(self) -> str:
        """Explain the list and its rules."""
        return _(
            "The list is worked out from what the forms say now, by the rules in the programme's table. Each household "
            "says why it is there and why it comes before the next one. Equal households are ordered by lot, which "
            "everybody can work out again.\n\n"
            "A household is supported once, with one device: also when it split, when another line was closed as it, "
            "when a person is counted in two households, and when another commune has delivered already.\n\n"
            "First propose, then note the decision that approves, then the delivery with the receiver's signature. "
            "A device that came back, a withdrawal and an exception need a reason. Nothing is ever changed; what was "
            "noted travels in bundles and lists."
        )

    # data

    def refresh(self, **arguments: object) -> None:
        """Read the list; ``programme=CODE`` shows that programme."""
        self._code = str(arguments.get("programme", "")) or self._code
        self.strip.hide()
        self._close_form()
        self.read()

    def first_focus(self) -> QWidget:
        """Return the list, the form that is open, or what begins a programme."""
        if not self.form.isHidden():
            return self.form.first()
        return self.table if self.now is not None and self.table.isVisibleTo(self) else self.table_button

    def read(self) -> None:
        """Read the list again."""
        if self.desk.lane.is_open:
            self.desk.run(
                read_programme, self.desk.person.id, self._code, done=self.show_programme, failed=self._not_read
            )

    def _not_read(self, error: BaseException) -> None:
        self.now = None
        self._none = getattr(error, "code", "") == "SUP-01"
        if not self._none:
            self.strip.say_error(error)
            self.strip.show()
        self._show()

    def show_programme(self, found: tuple[tuple[tuple[str, str], ...], Support]) -> None:
        """Show a programme, and which others there are."""
        names, now = found
        self._code = now.programme.code
        self.which_box.clear()
        for code, name in names:
            self.which_box.addItem(name, code)
        self.which_box.setCurrentIndex(self.which_box.findData(self._code))
        self.which.setVisible(len(names) > 1)
        self.show_support(now)

    def _choose(self, code: str) -> None:
        self._code = code
        self.strip.hide()
        self.read()

    def show_support(self, now: Support) -> None:
        """Show what was read."""
        fresh = self.now is None and self.table_button.hasFocus()
        self.now = now
        self._show()
        if fresh and self.table.isVisibleTo(self):
            self.table.setFocus()

    def _show(self) -> None:
        now = self.now
        if now is None:
            self.which.hide()
        for widget in (self.shown, self.print_button, self.all_button):
            widget.setVisible(now is not None)
        if now is None:
            self._sub.setText("")
            self.side.hide()
        else:
            self._sub.setText(self._counts(now))
        self._show_rows()

    def _counts(self, now: Support) -> str:
        name = now.programme.words.spoken(i18n.language())
        left = ", ".join(
            f"{device.words.spoken(i18n.language())}: {now.listing.left[device.code]}"
            for device in now.programme.devices
            if now.listing.left[device.code] is not None
        )
        parts = [
            name,
            _("left: {left}").format(left=left) if left else "",
            _("{count} did not allow the review and are not listed").format(count=now.not_consenting),
            _("{count} without a complete form").format(count=now.not_interviewed),
        ]
        return " · ".join(part for part in parts if part)

    def _show_rows(self) -> None:
        now, which = self.now, self.shown.value()
        rows: Sequence[Listed] = ()
        if now is not None:
            losing = set(now.switch_off)
            wanted: dict[str, Callable[[Listed], bool]] = {
                "line": lambda line: line.status in IN_LINE,
                "held": lambda line: line.status == "held",
                "out": lambda line: line.status == "out",
                "switch_off": lambda line: line.household in losing,
            }
            rows = [line for line in now.listing.lines if wanted[which](line)]
            fresh = now.listing.count("next")
            words = ngettext("Propose {count} household", "Propose {count} households", fresh)
            self.all_button.setText(words.format(count=fresh))
            self.all_button.setEnabled(fresh > 0)
            self.print_button.setText(_("Print the list…") if which != "switch_off" else _("Print the 2G list…"))
        self.table.setVisible(bool(rows))
        self._say_empty()
        self.empty.setVisible(not rows and (now is not None or self._none))
        self.table.set_rows(rows, key=lambda line: line.household)
        if rows and self.table.current_row() is None:
            self.table.select(0)
        self._show_row(self.table.current_row())

    def _say_empty(self) -> None:
        if self.now is not None:
            self.empty.say(_("No household here."), "", "")
            return
        self.empty.say(
            _("There is no programme of device support here yet."),
            _("Its rules stand in a table: target groups, conditions, quota. Begin with the example and change it."),
            _("Begin with the example"),
        )

    def _show_row(self, line: Listed | None) -> None:
        now = self.now
        self.side.setVisible(line is not None and self.form.isHidden())
        if line is not None and now is not None:
            self._about.setText(now.name(line.household))
            said = [*now.why(line), now.ahead(line)]
            self._why.setText("\n\n".join(words for words in said if words))
            for deed, button in self.deeds.items():
                button.setVisible(deed in _possible(line))
        self.hints_changed.emit()

    def _head(self, line: Listed) -> str:
        named = self.now.named.get(line.household) if self.now is not None else None
        home = named.household if named is not None else None
        return f"{home.number:03d}  {home.head_name}" if home is not None and home.head_name else line.household[:8]

    def _village(self, line: Listed) -> str:
        named = self.now.named.get(line.household) if self.now is not None else None
        return named.village if named is not None else ""

    def _device(self, line: Listed) -> str:
        device = self.now.programme.device(line.device) if self.now is not None else None
        return device.words.spoken(i18n.language()) if device is not None else line.device

    # deeds

    def ask(self, deed: Deed) -> None:
        """Do something about the chosen household, or open the form that asks what is needed for it."""
        line = self.table.current_row()
        if line is None or self.now is None or deed not in _possible(line):
            return
        by, code = self.desk.person.id, self._code
        if deed == "propose":
            self._write(propose, by, [line.household], code)
            return
        about = " · ".join(part for part in (self.now.name(line.household), self._device(line)) if part)
        devices = [(one.code, one.words.spoken(i18n.language())) for one in self.now.programme.devices]
        self.form.begin(deed, about, show_date(self.desk.clock().date()), devices)
        self.side.hide()
        self.form.show()
        self._arrange()
        self.form.first().setFocus()
        QTimer.singleShot(0, self, lambda: bring_into_view(self.form.first()))
        self.hints_changed.emit()

    def _all(self) -> None:
        if not self.form.isHidden():
            self.form.give()
        elif self.now is not None and self.now.listing.count("next"):
            self._write(propose, self.desk.person.id, (), self._code)

    def _do(self, given: Given) -> None:
        line, by, code = self.table.current_row(), self.desk.person.id, self._code
        if line is None:
            return
        home = line.household
        if given.deed == "approve":
            meant = () if given.all else (home,)
            self._write(approve, by, given.decision, given.day, meant, programme=code)
        elif given.deed == "deliver":
            self._deliver(home, given)
        elif given.deed == "back":
            self._write(take_back, by, home, given.reason, code)
        else:
            out = given.deed == "leave_out"
            self._write(except_household, by, home, given.reason, out, given.device, code)

    def _deliver(self, home: str, given: Given) -> None:
        try:
            sheet, suffix = sheet_of(given.sheet) if given.sheet is not None else (None, "png")
        except SurveyAppError as error:
            self._failed(error)
            return
        network = "" if given.form == CASH else given.network
        handover = Handover(given.receiver, network, given.serial, given.form, given.day, sheet, suffix)
        self._write(deliver, self.desk.person.id, home, handover, self._code)

    def _write(self, operation: Callable[..., object], *args: object, **named: object) -> None:
        wanted = functools.partial(operation, clock=self.desk.clock, **named)
        self.desk.write(lambda store: wanted(store, *args), done=self._done, failed=self._failed)

    def _done(self, result: object) -> None:
        self._close_form()
        if isinstance(result, Programme):
            self._code = result.code
            self.strip.say(_("In use: {name}.").format(name=result.words.spoken(i18n.language())), kind="ok")
        else:
            self.strip.say(self._noted(result), kind="ok")
        self.strip.show()
        self.table.setFocus()

    def _noted(self, result: object) -> str:
        """Say what was noted, and how many proposals of one's own wait for another supervisor."""
        count = len(result) if isinstance(result, tuple) else 1
        words = ngettext("{count} household noted.", "{count} households noted.", count).format(count=count)
        records = result if isinstance(result, tuple) else (result,)
        if self.now is None or not any(getattr(one, "what", "") == APPROVED for one in records):
            return words
        approved = {one.household for one in records}
        rest = sum(line.status == "proposed" and line.household not in approved for line in self.now.listing.lines)
        more = ngettext(
            "{count} that you proposed waits for another supervisor.",
            "{count} that you proposed wait for another supervisor.",
            rest,
        )
        return f"{words} {more.format(count=rest)}" if rest else words

    def _failed(self, error: BaseException) -> None:
        self.strip.say_error(error)
        self.strip.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the list out while a form has no room beside it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self._list.setVisible(self.form.isHidden() or not self._columns.is_stacked)

    def _close_form(self) -> None:
        self.form.hide()
        self._arrange()
        self._show_row(self.table.current_row())

    def back(self) -> bool:
        """Esc closes the form."""
        if not self.form.isHidden():
            self._close_form()
            self.table.setFocus()
            return True
        return False

    # files

    def choose_table(self) -> None:
        """Choose the table of a programme."""
        name, _kind = QFileDialog.getOpenFileName(self, _("Table of the programme…"), "", "*.csv *.xlsx")
        if name:
            self.load_table(Path(name))

    def _begin(self) -> None:
        self.load_table(forms().joinpath(*_EXAMPLE))

    def load_table(self, path: Path) -> None:
        """Begin a programme from its table, or change its table."""
        self._write(open_programme, path, self.desk.person.id)

    def print_shown(self) -> None:
        """Print the list that is shown; with it go the handover forms of what is approved."""
        which = "switch-off" if self.shown.value() == "switch_off" else "list"
        name, _kind = QFileDialog.getSaveFileName(self, self.print_button.text(), f"{which}.pdf", "*.pdf")
        if name:
            self.write_papers(which, Path(name))

    def write_papers(self, which: str, path: Path) -> None:
        """Write the list or, of the approved, also the handover forms beside it."""
        by = self.desk.person.id

        def printed(written: Path) -> None:
            self.strip.say(_("Written to {path}.").format(path=written), kind="ok")
            self.strip.show()

        self.desk.run(print_paper, by, which, path, self._code, done=printed, failed=self._failed)
        if which == "list" and self.now is not None and self.now.listing.count("approved"):
            beside = path.with_name(f"{path.stem}-ban-giao.pdf")
            self.desk.run(print_paper, by, "handover", beside, self._code, failed=self._failed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit decides about the chosen household."""
        deed = next((deed for deed, _icon, key in DEEDS if key == event.text()), None)
        if deed is not None and self.form.isHidden() and not event.modifiers():
            self.ask(deed)
            return
        super().keyPressEvent(event)


def _possible(line: Listed) -> set[Deed]:
    """Return what can be done about a household that stands so."""
    steps: dict[str, set[Deed]] = {
        "next": {"propose", "leave_out"},
        "proposed": {"approve", "back", "leave_out"},
        "approved": {"deliver", "back", "leave_out"},
        "delivered": {"back"},
        "waiting": {"leave_out"},
        "held": {"back"} if line.device else set(),
        "out": {"put_in"},
    }
    excepted = any(reason.code in {"included", "excluded"} for reason in line.why)
    return steps[line.status] | ({"back"} if excepted else set())
