"""A passphrase of one's own on a laptop that several people share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.parts import Banner, Button, Label, Panel
from survey_app.gui.parts.new_passphrase import NewPassphrase
from survey_app.gui.theme import Type
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.store import Store


class OwnPassphrasePanel(Panel):
    """Gives whoever is working a passphrase that says who it is, or takes it away again."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(gap=12, parent=parent)
        self.desk = desk
        self._has_own = False
        self._title = Label("", Type.PANEL, weight=600)
        self._why = Label("", Type.TABLE, "text2", wrap=True)
        self.new = NewPassphrase()
        self.strip = Banner("ok")
        self.strip.hide()
        self.give_button = Button("", "secondary", icon="user-plus")
        self.take_button = Button("", "quiet", icon="user-x")
        self.give_button.clicked.connect(self._give)
        self.take_button.clicked.connect(self._take)
        self.new.entered.connect(self._give)
        for widget in (self._title, self._why, self.new, self.strip):
            self.column.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.give_button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.take_button, 0, Qt.AlignmentFlag.AlignLeft)
        row.addStretch()
        self.column.addLayout(row)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("A passphrase of my own"))
        self._why.setText(
            _(
                "When several people share this machine, each can have a passphrase: it opens the data and says who is "
                "working. The shared passphrase goes on opening the data too."
            )
        )
        self.new.retranslate()
        self.give_button.setText(_("Change my own passphrase") if self._has_own else _("Set my own passphrase"))
        self.take_button.setText(_("Take it away"))
        self.take_button.setVisible(self._has_own)

    def refresh(self) -> None:
        """Show whether the person at work has a passphrase of his or her own."""
        self.strip.hide()
        self.setVisible(bool(self.desk.person.id))
        if self.desk.lane.is_open and self.desk.person.id:
            self._show(self.desk.store.people_with_passphrase())

    def _show(self, people: tuple[str, ...]) -> None:
        self._has_own = self.desk.person.id in people
        self.retranslate()

    def _give(self) -> None:
        passphrase, person = self.new.value(), self.desk.person.id
        if passphrase is None:
            return

        def give(store: Store) -> tuple[str, ...]:
            store.give_passphrase(person, passphrase)
            return store.people_with_passphrase()

        self.give_button.setEnabled(False)
        self.desk.write(give, done=self._given, failed=self._failed)

    def _given(self, people: tuple[str, ...]) -> None:
        self.give_button.setEnabled(True)
        self.new.clear()
        self._show(people)
        self.strip.say(_("Your own passphrase is set."), _("Use it to unlock from now on."), kind="ok")
        self.strip.show()

    def _take(self) -> None:
        person = self.desk.person.id

        def take(store: Store) -> tuple[str, ...]:
            store.take_passphrase(person)
            return store.people_with_passphrase()

        self.desk.write(take, done=self._taken, failed=self._failed)

    def _taken(self, people: tuple[str, ...]) -> None:
        self._show(people)
        self.strip.say(_("Your own passphrase was taken away."), _("The shared one still opens the data."), kind="ok")
        self.strip.show()

    def _failed(self, error: BaseException) -> None:
        self.give_button.setEnabled(True)
        self.strip.say_error(error)
