"""The consent register: who agreed to what, taking it back, a copy for the household, erasing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import (
    MEDIUM,
    Banner,
    Button,
    Column,
    Dialog,
    EmptyState,
    Label,
    Panel,
    Segmented,
    Table,
    confirm,
)
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.theme import Type
from survey_app.i18n import N_, _, ngettext
from survey_app.operations.consent import (
    Consent,
    erase,
    moment_words,
    notice_text,
    register,
    scope_words,
    withdraw,
    write_record,
)
from survey_app.operations.starting import stored_form
from survey_app.records import HOUSEHOLD, Erasure
from survey_app.store import Store

REASONS = {
    "asked": N_("Asked for"),
    "withdrawn": N_("Withdrawn"),
    "mistake": N_("A mistake"),
    "expired": N_("Time is over"),
}


@dataclass(frozen=True)
class Register:
    """What the screen shows.

    Attributes:
        lines: one a form.
        words: of purposes and answers, by value.
        notice: the notice of the round's form.
        erasures: households that were erased.
        names: of people, by id.
    """

    lines: tuple[Consent, ...]
    words: dict[str, str]
    notice: str
    erasures: tuple[Erasure, ...]
    names: dict[str, str]


def read_register(store: Store, language: str) -> Register:
    """Read the register in the store's lane."""
    current = store.round()
    known = store.form(current.form_id, current.form_version) if current else None
    form = stored_form(store, known.id, known.version) if known else None
    return Register(
        tuple(register(store)),
        scope_words(form, language) if form else {},
        notice_text(form, language) if form else "",
        tuple(store.erasures()),
        {person.id: person.name for person in store.enumerators()},
    )


class ConsentScreen(Screen):
    """A table of every household's consent; what may be done stands above it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.facts: Register | None = None
        self._title = Label("", Type.TITLE)
        self._sub = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        self.strip = Banner("ok")
        self.strip.hide()
        self.notice = Banner("info", icon="file-text", stacked=True)
        self.notice.hide()
        self.notice_button = Button("", "quiet", icon="file-text", key="Ctrl+T", height=MEDIUM)
        self.copy_button = Button("", "secondary", icon="file-output", key="Ctrl+P", height=MEDIUM)
        self.withdraw_button = Button("", "secondary", icon="undo-2", key="Ctrl+W", height=MEDIUM)
        self.erase_button = Button("", "danger", icon="trash-2", key="Ctrl+Delete", height=MEDIUM)
        self.notice_button.clicked.connect(self._toggle_notice)
        self.copy_button.clicked.connect(self._copy)
        self.withdraw_button.clicked.connect(self._withdraw)
        self.erase_button.clicked.connect(self._erase)
        self.table: Table[Consent] = Table(
            [
                Column(lambda: _("No."), _number, 64, "figures"),
                Column(lambda: _("Head of household"), lambda row: row.household.head_name, 230, "name"),
                Column(lambda: _("Consent"), lambda row: row.state, 150, "chip"),
                Column(lambda: _("Purposes agreed to"), self._scopes, 0, "text", priority=4),
                Column(lambda: _("Notice"), lambda row: row.notice_version, 110, "figures", priority=3),
                Column(lambda: _("When"), self._when, 150, "figures", priority=1),
                Column(lambda: _("Asked by"), self._officer, 170, "text", priority=2),
            ]
        )
        self.table.row_changed.connect(self._row_changed)
        self.empty = EmptyState()
        self.empty.hide()
        self._build()
        self.desk.data_changed.connect(self._read)
        self.retranslate()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._sub)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addLayout(words, 1)
        head.addWidget(self.notice_button)
        deeds = QHBoxLayout()
        deeds.setSpacing(theme.px(8))
        deeds.addWidget(self.copy_button)
        deeds.addWidget(self.withdraw_button)
        deeds.addStretch()
        deeds.addWidget(self.erase_button)
        panel = Panel(pad=1, gap=0)
        panel.column.addWidget(self.table, 1)
        panel.column.addWidget(self.empty, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.notice)
        column.addWidget(self.strip)
        column.addWidget(panel, 1)
        column.addLayout(deeds)

    # what a row says

    def _scopes(self, row: Consent) -> str:
        words = self.facts.words if self.facts else {}
        return ", ".join(words.get(scope, scope) for scope in row.scopes)

    @staticmethod
    def _when(row: Consent) -> str:
        return moment_words(row.withdrawn_at or row.at)

    def _officer(self, row: Consent) -> str:
        return self.facts.names.get(row.officer, row.officer) if self.facts else ""

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Consent register")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self.notice_button.setText(_("The notice"))
        self.copy_button.setText(_("Copy as PDF"))
        self.withdraw_button.setText(_("Note a withdrawal"))
        self.erase_button.setText(_("Erase everything"))
        self.table.setAccessibleName(self.title())
        self.table.retranslate()
        self.empty.say(_("Nobody has been interviewed yet."), _("What households agree to is listed here."))
        if self.desk.lane.is_open:
            self._read()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("↑", "↓"), _("Choose household")),
            Hint(("Ctrl+P",), _("Copy for the household")),
            Hint(("Ctrl+W",), _("Withdrawal")),
            Hint(("Ctrl+Delete",), _("Erase")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain the rights of a household."""
        return _(
            "A household may see what is kept about it, correct it, take its consent back, or have everything erased."
            "\n\n"
            "Copy: everything as a document to take home. Keep the file no longer than needed; it is not encrypted.\n\n"
            "Withdrawal: the form stays closed, nothing of it is exported or counted from then on. If the household "
            "agrees again, open it in the list: consent is asked anew.\n\n"
            "Erasing cannot be undone. Only that it was done, when, by whom and why is kept. Bundles and confirmations "
            "carry the erasure to the office and to the other laptops; safety copies made before keep what they hold, "
            "so make a new one and destroy the old ones."
        )

    # data

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Read the register."""
        self.strip.hide()
        self._read()

    def _read(self) -> None:
        if self.desk.lane.is_open:
            self.desk.run(read_register, i18n.language(), done=self.show_facts)

    def show_facts(self, facts: Register) -> None:
        """Show the register."""
        self.facts = facts
        self.table.set_rows(facts.lines, key=lambda row: row.submission)
        self.table.setVisible(bool(facts.lines))
        self.empty.setVisible(not facts.lines)
        agreed = sum(line.state == "given" for line in facts.lines)
        gone = len({erasure.household for erasure in facts.erasures})
        said = ngettext("%d household agreed", "%d households agreed", agreed) % agreed
        erased = ngettext("%d household was erased", "%d households were erased", gone) % gone
        self._sub.setText(f"{said}. {erased}." if gone else f"{said}.")
        if facts.lines and self.table.current_row() is None:
            self.table.selectRow(0)
        self._row_changed(self.table.current_row())

    def first_focus(self) -> QWidget:
        """Return the table."""
        return self.table

    def _row_changed(self, row: Consent | None) -> None:
        self.copy_button.setEnabled(row is not None)
        self.withdraw_button.setEnabled(row is not None and row.state == "given")
        self.erase_button.setEnabled(row is not None)

    # deeds

    def _toggle_notice(self) -> None:
        if self.facts is not None:
            version = self.desk.store.round()
            title = _("Notice, version {version}").format(version=version.notice_version if version else "")
            self.notice.say(title, self.facts.notice or _("The questionnaire has no notice."))
        self.notice.setVisible(self.notice.isHidden())

    def _copy(self) -> None:
        row = self.table.current_row()
        if row is None:
            return
        name = _("household") + f"-{row.household.number:03d}.pdf"
        path, _kind = QFileDialog.getSaveFileName(
            self, _("Where to write the copy"), str(Path.home() / name), _("Document (*.pdf)")
        )
        if path:
            self.desk.run(
                write_record, row.submission, Path(path), i18n.language(), self.desk.clock,
                done=self._copied, failed=self.strip.say_error,
            )  # fmt: skip

    def _copied(self, path: Path) -> None:
        self.strip.say(
            _("The copy was written: {name}").format(name=path.name),
            _("It is not encrypted. Hand it over, then delete it."),
            kind="ok",
        )
        self.strip.show()

    def _withdraw(self) -> None:
        row = self.table.current_row()
        if row is None or row.state != "given":
            return
        title = _("Does household {number:03d} take its consent back?").format(number=row.household.number)
        text = _("Nothing of its form is exported or counted from now on. The form stays in the file until erased.")
        if confirm(self, title, text, _("Note the withdrawal"), _("Back"), danger=False):
            self.desk.write(
                withdraw, row.submission, self.desk.person.id, self.desk.clock,
                done=lambda _done: self._say(_("The withdrawal was noted.")), failed=self.strip.say_error,
            )  # fmt: skip

    def _erase(self) -> None:
        row = self.table.current_row()
        if row is None:
            return
        title = _("Erase everything about household {number:03d}?").format(number=row.household.number)
        text = _("This cannot be undone. Only that it was done, when, by whom and why is kept.")
        dialog = Dialog(title, text, _("Erase everything"), _("Keep"), danger=True, parent=self)
        reasons = Segmented([(key, _(word)) for key, word in REASONS.items()], "asked", height=32)
        reasons.say({key: _(word) for key, word in REASONS.items()}, _("Why"))
        dialog.content.addWidget(Label(_("Why"), Type.TABLE, weight=600))
        dialog.content.addWidget(reasons)
        wanted = bool(dialog.exec())
        reason = reasons.value()
        dialog.deleteLater()
        if wanted:
            self.desk.write(
                erase, row.household.id, self.desk.person.id, reason, self.desk.clock,
                done=lambda _done: self._say(_("Everything about the household was erased.")),
                failed=self.strip.say_error,
            )  # fmt: skip

    def _say(self, words: str) -> None:
        self.strip.say(words, "", kind="ok")
        self.strip.show()


def _number(row: Consent) -> str:
    """Return the number of a household; those of other lists would be taken for one."""
    return f"{row.household.number:03d}" if row.household.level == HOUSEHOLD else "–"
