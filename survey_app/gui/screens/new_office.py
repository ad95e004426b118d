"""Setting up the commune office: its place, its round, its people, its passphrase, and the recovery key."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from survey_app import paths
from survey_app.clock import Clock
from survey_app.disk import write_durably
from survey_app.gui import theme
from survey_app.gui.backup import folder_for
from survey_app.gui.desk import Desk
from survey_app.gui.opening import after_opening
from survey_app.gui.parts import LARGE, Banner, Button, DateEdit, Field, Label, Panel
from survey_app.gui.parts.new_passphrase import NewPassphrase
from survey_app.gui.parts.place_picker import Found, PlacePicker
from survey_app.gui.screen import Hint
from survey_app.gui.screens.join_office import free_path
from survey_app.gui.screens.outside import OutsideScreen, button_row
from survey_app.gui.theme import Type
from survey_app.i18n import _
from survey_app.operations.keys import Sheet, print_recovery
from survey_app.records import Enumerator, Place, Round
from survey_app.text import tidy

if TYPE_CHECKING:
    from survey_app.store import Store


@dataclass(frozen=True)
class OfficePlan:
    """What was typed.

    Attributes:
        name: of the office.
        commune: where it is.
        villages: their names.
        supervisor: name of the person who sets it up.
        title: of the round.
        starts: its first day.
        ends: its last day.
    """

    name: str
    commune: Place
    villages: tuple[str, ...]
    supervisor: str
    title: str
    starts: dt.date
    ends: dt.date


class NewOfficeScreen(OutsideScreen):
    """Two steps: what the office is; then its recovery key, shown once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, 980)
        self._secret = self._proposed = ""
        self._form = Panel(pad=20, gap=14)
        self.place = PlacePicker(self._look_up)
        self.name = Field()
        self.supervisor = Field()
        self.villages = Field("", "", QPlainTextEdit())
        self.villages.edit.setMinimumHeight(theme.px(84))
        if isinstance(self.villages.edit, QPlainTextEdit):
            self.villages.edit.setTabChangesFocus(True)
        self.round = Field()
        self.starts = Field("", "", DateEdit(), figures=True)
        self.ends = Field("", "", DateEdit(), figures=True)
        self.new = NewPassphrase()
        self.strip = Banner("err", stacked=True)
        self.strip.hide()
        self.back_button = Button("", "quiet", icon="arrow-left")
        self.back_button.clicked.connect(lambda: self.desk.go("first_run"))
        self.do_button = Button("", "primary", icon="check", height=LARGE)
        self.do_button.clicked.connect(self._create)
        self.new.entered.connect(self.do_button.click)
        self._build_form()
        self._key_panel = Panel(pad=20, gap=14)
        self._build_key()
        self.column.addWidget(self._form)
        self.column.addWidget(self._key_panel)
        self.end_column()
        self.place.picked.connect(self._picked)
        self.retranslate()

    # build

    def _build_form(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(theme.px(12))
        for field in (self.place, self.name, self.supervisor):
            left.addWidget(field)
        left.addWidget(self.villages, 1)
        right.addWidget(self.round)
        right.addLayout(_beside((self.starts, 1), (self.ends, 1)))
        right.addWidget(self.new)
        right.addStretch()
        columns = QHBoxLayout()
        columns.setSpacing(theme.px(28))
        columns.addLayout(left, 1)
        columns.addLayout(right, 1)
        self._form.column.addLayout(columns)
        self._form.column.addWidget(self.strip)
        self._form.column.addLayout(button_row(self.back_button, self.do_button))

    def _build_key(self) -> None:
        self._key_words = Label("", Type.BODY, "text2", wrap=True)
        self.key = Field(figures=True)
        edit = self.key.edit
        if hasattr(edit, "setReadOnly"):
            edit.setReadOnly(True)
        self.sheet_button = Button("", "primary", icon="file-text", height=LARGE)
        self.sheet_button.clicked.connect(self._save_sheet)
        self.save_button = Button("", "secondary", icon="save", height=LARGE)
        self.save_button.clicked.connect(self._save_key)
        self.key.row.addWidget(self.sheet_button)
        self.key.row.addWidget(self.save_button)
        self.kept = QCheckBox()
        self.key_strip = Banner("ok")
        self.key_strip.hide()
        self.go_button = Button("", "primary", icon="arrow-right", height=LARGE)
        self.go_button.setEnabled(False)
        self.kept.toggled.connect(self.go_button.setEnabled)
        self.go_button.clicked.connect(self._go)
        row = QHBoxLayout()
        row.addWidget(self.kept, 1)
        row.addWidget(self.go_button)
        for widget in (self._key_words, self.key, self.key_strip):
            self._key_panel.column.addWidget(widget)
        self._key_panel.column.addLayout(row)
        self._key_panel.hide()

    # words

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.place.say(
            _("Commune"), _("type a part of its name, accents are not needed"), _("Communes that match what is typed")
        )
        self.name.say(_("Name of the office"), "")
        self.supervisor.say(_("Your name"), _("you are the supervisor"))
        self.villages.say(_("Villages"), _("one a line; more can be added later"))
        self.round.say(_("Round"), _("for example November 2026"))
        self.starts.say(_("First day"), "")
        self.ends.say(_("Last day"), "")
        self.new.retranslate()
        self.back_button.setText(_("Back"))
        self.do_button.setText(_("Set up the office"))
        self._key_words.setText(
            _(
                "This key opens the office's data when the passphrase is forgotten or the computer is lost. It is "
                "shown only now. Print the recovery sheet and lock it away with the office's papers. Whoever has it "
                "can open the data."
            )
        )
        self.key.say(_("Recovery key"), "")
        self.sheet_button.setText(_("Recovery sheet (PDF)"))
        self.save_button.setText(_("Save to a file"))
        self.kept.setText(_("I have put the recovery key in a safe place"))
        self.go_button.setText(_("Open the office"))
        self._say_step()

    def _say_step(self) -> None:
        self.hints_changed.emit()
        if self._secret:
            self.say(_("Keep the recovery key"), "")
        else:
            self.say(
                _("Set up the commune office"),
                _("Once, on the machine where bundles are merged. Laptops are enrolled afterwards."),
            )

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        if self._secret:
            return [Hint(("Tab",), _("Next field")), Hint(("F1",), _("Help"))]
        return [
            Hint(("Tab",), _("Next field")),
            Hint(("Up", "Down"), _("Choose commune")),
            Hint(("Enter",), _("Take it")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain what is asked."""
        return _(
            "The list of communes is the one in force since 01/07/2025. Type “phu lam” to find Phú Lâm; the province "
            "stands beside each name.\n\n"
            "The first day of the round is also the day at which age and status of people are taken.\n\n"
            "The questionnaire for households comes with the program. A household list can be added later; "
            "enumerators can also add households in the field."
        )

    # way

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Begin afresh."""
        self._secret = ""
        self._form.show()
        self._key_panel.hide()
        self.strip.hide()
        self.new.clear()
        self._set_busy(False)
        today = self.desk.clock().date()
        last = calendar.monthrange(today.year, today.month)[1]
        if not self.round.text():
            self.round.set_text(_("Round of {month}").format(month=f"{today:%m/%Y}"))
        self.starts.set_text(today.replace(day=1).isoformat())
        self.ends.set_text(today.replace(day=last).isoformat())
        self._say_step()

    def first_focus(self) -> QWidget:
        """Return the commune's field."""
        return self.place.field.edit

    def leave(self) -> bool:
        """Stay until the recovery key was put away."""
        return not self._secret or self.kept.isChecked()

    def back(self) -> bool:
        """Go back to the choices, unless the recovery key is being shown."""
        if not self._secret:
            self.desk.go("first_run")
        return True

    # commune

    def _look_up(self, text: str) -> None:
        self.desk.apart(find_communes, text, done=self.place.show_found)

    def _picked(self, place: object) -> None:
        if not isinstance(place, Place):
            return
        if self.name.text().strip() in {"", self._proposed}:  # what the person typed there stays
            self._proposed = _("People's Committee of {commune}").format(commune=_lower_first(place.name))
            self.name.set_text(self._proposed)
        self.name.edit.setFocus()

    # deed

    def _plan(self) -> OfficePlan | None:
        commune = self.place.place
        if commune is None:
            self.place.field.set_fault(_("Type the name and choose the commune in the list."))
            self.place.field.edit.setFocus()
            return None
        for field, fault in (
            (self.name, _("Type the name of the office.")),
            (self.supervisor, _("Type your name.")),
            (self.round, _("Give the round a name.")),
        ):
            if not field.text().strip():
                field.set_fault(fault)
                field.edit.setFocus()
                return None
        starts, ends = dt.date.fromisoformat(self.starts.text()), dt.date.fromisoformat(self.ends.text())
        if ends < starts:
            self.ends.set_fault(_("The last day comes before the first."))
            self.ends.edit.setFocus()
            return None
        names = tuple(dict.fromkeys(tidy(line) for line in self.villages.text().splitlines() if line.strip()))
        return OfficePlan(
            tidy(self.name.text()), commune, names, tidy(self.supervisor.text()), tidy(self.round.text()), starts, ends
        )

    def _create(self) -> None:
        plan = self._plan()
        passphrase = self.new.value() if plan is not None else None
        if plan is None or passphrase is None:
            return
        target = free_path(paths.user_folder() / "stores", f"office-{plan.commune.code}")
        clock = self.desk.clock
        secrets: list[str] = []
        self.strip.hide()
        self._set_busy(True)

        def make() -> Store:
            store, secret = make_office(target, passphrase, plan, clock)
            secrets.append(secret)
            return store

        self.desk.open_store(make, lambda: self._created(secrets[0]), self._failed)

    def _set_busy(self, busy: bool) -> None:
        self.do_button.setEnabled(not busy)
        self.do_button.setText(_("Setting up…") if busy else _("Set up the office"))

    def _created(self, secret: str) -> None:
        self._set_busy(False)
        self.new.clear()
        self._secret = secret
        self.key.set_text(secret)
        self.kept.setChecked(False)
        self.key_strip.hide()
        self._form.hide()
        self._key_panel.show()
        self._say_step()
        self.sheet_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: BaseException) -> None:
        self._set_busy(False)
        self.strip.say_error(error)

    def _save_sheet(self) -> None:
        name = str(Path(folder_for("recovery-folder")) / "recovery-sheet.pdf")
        path, _kind = QFileDialog.getSaveFileName(self, _("Where should the sheet go?"), name, "PDF (*.pdf)")
        if path:
            given = (Path(path), self.desk.clock, self._secret)
            self.desk.run(print_recovery, *given, done=self._sheet_saved, failed=self.key_strip.say_error)

    def _sheet_saved(self, sheet: Sheet) -> None:
        self.key_strip.say(
            _("The sheet is written."), _("Print {path}, then delete the file.").format(path=sheet.path), kind="ok"
        )
        self.key_strip.show()

    def _save_key(self) -> None:
        name = str(Path(folder_for("recovery-folder")) / "recovery-key.txt")
        path, _kind = QFileDialog.getSaveFileName(self, _("Where should the recovery key go?"), name)
        if not path:
            return
        try:
            write_durably(Path(path), f"{self._secret}\n".encode("ascii"))
        except OSError as error:
            self.key_strip.say(_("The file could not be written."), error.strerror or "", kind="err")
        else:
            self.key_strip.say(_("Saved."), path, kind="ok")
        self.key_strip.show()

    def _go(self) -> None:
        self._secret = ""
        self.key.set_text("")
        after_opening(self.desk)


def _beside(*fields: tuple[Field, int]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(12))
    for field, stretch in fields:
        row.addWidget(field, stretch, Qt.AlignmentFlag.AlignTop)
    return row


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def find_communes(text: str) -> list[Found]:
    """Return communes that match, each with the name of its province."""
    from survey_app.places import find_place, search_places

    return [(place, find_place(place.parent).name) for place in search_places(text, level="commune", limit=20)]


def make_office(path: Path, passphrase: str, plan: OfficePlan, clock: Clock) -> tuple[Store, str]:
    """Make the office's store with the household questionnaire; return it open, and the recovery key.

    Raises:
        SurveyAppError: the passphrase is weak or the place cannot be written; nothing is left.
    """
    from survey_app.operations.demo import further_forms, shipped_form
    from survey_app.operations.enrolment import create_office
    from survey_app.operations.stores import new_recovery_key
    from survey_app.operations.units import bring_places
    from survey_app.places import catalogue_date, find_place, village

    form, stored = shipped_form()
    secret, recipient = new_recovery_key()
    code = plan.commune.code
    round_ = Round(
        code=f"{plan.starts:%Y-%m}",
        title=plan.title,
        form_id=form.id,
        form_version=form.version,
        reference_date=plan.starts.isoformat(),
        catalogue_date=catalogue_date(),
        starts=plan.starts.isoformat(),
        ends=plan.ends.isoformat(),
        commune_code=code,
        further=tuple((each.id, each.version) for each in further_forms()),
    )
    villages = [village(code, number, name) for number, name in enumerate(plan.villages, start=1)]
    store = create_office(
        path,
        passphrase,
        plan.name,
        round_,
        plan.commune,
        clock=clock,
        forms=[stored, *further_forms()],
        places=[find_place(plan.commune.parent), *villages],
        enumerators=[Enumerator("gs01", plan.supervisor, "supervisor")],
        recovery=[recipient],
    )
    bring_places(store)
    return store, secret
