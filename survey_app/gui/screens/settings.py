"""Settings: language, theme, text size; passphrase and safety copy of the open store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QVBoxLayout, QWidget

from survey_app import __version__, i18n, paths
from survey_app.gui import theme
from survey_app.gui.backup import BackupPanel
from survey_app.gui.desk import Desk
from survey_app.gui.parts import Banner, Button, Figures, Label, Panel, PassphraseField, Scrolled, Segmented
from survey_app.gui.parts.new_passphrase import NewPassphrase
from survey_app.gui.screen import Hint, Screen
from survey_app.gui.screens.keys_panel import KeysPanel
from survey_app.gui.screens.own_passphrase import OwnPassphrasePanel
from survey_app.gui.screens.update_offer import UpdateOffer
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    from survey_app.store import Store

SIZES = (100, 115, 130, 150, 200)
LOCK_MINUTES = (2, 5, 15, 30)


class SettingsScreen(Screen):
    """Two columns: how the program looks, and the data on this machine."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._title = Label("", Type.TITLE)
        page = QWidget()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.px(16), theme.px(14), theme.px(4), theme.px(12))
        whole.setSpacing(theme.px(12))
        whole.addWidget(self._title)
        self._columns = columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(theme.px(12))
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addWidget(self._look_panel())
        self.own = OwnPassphrasePanel(desk)
        left.addWidget(self.own)
        left.addStretch()
        columns.addLayout(left, 1)
        right = QVBoxLayout()
        right.setSpacing(theme.px(12))
        right.addWidget(self._passphrase_panel())
        self.backup = BackupPanel(desk)
        right.addWidget(self.backup)
        self.keys = KeysPanel(desk)
        right.addWidget(self.keys)
        right.addStretch()
        columns.addLayout(right, 1)
        whole.addWidget(Scrolled(page), 1)
        self.retranslate()

    # build

    def _look_panel(self) -> Panel:
        panel = Panel(gap=14)
        self._look_title = Label("", Type.PANEL, weight=600)
        panel.column.addWidget(self._look_title)
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(12))
        grid.setColumnStretch(1, 1)
        settings = self.desk.settings
        self.language = Segmented([("vi", "Tiếng Việt"), ("en", "English")], i18n.language(), height=32)
        self.theme = Segmented([("light", ""), ("dark", ""), ("system", "")], settings.theme, height=32)
        self.text_size = Segmented([(str(n), f"{n} %") for n in SIZES], str(settings.text_percent), height=32)
        self.lock_after = Segmented([(str(n), "") for n in LOCK_MINUTES], str(settings.lock_minutes), height=32)
        self._words = [Label("", Type.BODY) for _row in range(4)]
        for row, (label, switch) in enumerate(
            zip(self._words, (self.language, self.theme, self.text_size, self.lock_after), strict=True)
        ):
            grid.addWidget(label, row, 0)
            grid.addWidget(switch, row, 1, Qt.AlignmentFlag.AlignLeft)
        self.language.chosen.connect(self.desk.speaking.emit)
        self.theme.chosen.connect(lambda key: self.desk.change_settings(theme=key))
        self.text_size.chosen.connect(lambda key: self.desk.change_settings(text_percent=int(key)))
        self.lock_after.chosen.connect(lambda key: self.desk.change_settings(lock_minutes=int(key)))
        panel.column.addLayout(grid)
        self._sample = Label("", Type.TABLE, "text2", wrap=True, figures=True)
        panel.column.addWidget(self._sample)
        self._about = Figures("", Type.CAPTION, "text3", wrap=True)
        panel.column.addWidget(self._about)
        self.update_button = Button("", "secondary", icon="save")
        self.update_button.clicked.connect(lambda: self.desk.go("update"))
        panel.column.addWidget(self.update_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.offer = UpdateOffer(self.desk)
        panel.column.addWidget(self.offer)
        return panel

    def _passphrase_panel(self) -> Panel:
        panel = Panel(gap=12)
        self._passphrase_title = Label("", Type.PANEL, weight=600)
        self.old = PassphraseField()
        self.new = NewPassphrase()
        self.strip = Banner("ok")
        self.strip.hide()
        self.change_button = Button("", "secondary", icon="key-round")
        self.change_button.clicked.connect(self._change)
        self.new.entered.connect(self._change)
        for widget in (self._passphrase_title, self.old, self.new, self.strip):
            panel.column.addWidget(widget)
        panel.column.addWidget(self.change_button, 0, Qt.AlignmentFlag.AlignLeft)
        return panel

    # words

    def title(self) -> str:
        """Return the screen's name."""
        return _("Settings")

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(self.title())
        self._look_title.setText(_("Language and look"))
        for label, word in zip(self._words, (_("Language"), _("Theme"), _("Text size"), _("Lock after")), strict=True):
            label.setText(word)
        self.language.set_value(i18n.language())
        self.language.say({"vi": "Tiếng Việt", "en": "English"}, _("Language"))
        self.theme.say({"light": _("Light"), "dark": _("Dark"), "system": _("As the computer")}, _("Theme"))
        self.text_size.say({str(n): f"{n} %" for n in SIZES}, _("Text size"))
        minutes = {str(n): ngettext("%d minute", "%d minutes", n) % n for n in LOCK_MINUTES}
        self.lock_after.say(minutes, _("Lock after"))
        self.own.retranslate()
        self.keys.retranslate()
        self._sample.setText(_("Sample: Nguyễn Thị Ánh Tuyết, household 017, 21/11/2026."))
        self._about.setText(
            _("Version {version}. Data on this machine: {folder}").format(
                version=__version__, folder=paths.user_folder()
            )
        )
        self.update_button.setText(_("Update from a file…"))
        self.offer.retranslate()
        self._passphrase_title.setText(_("Change the passphrase"))
        self.old.say(_("Passphrase now"), "")
        self.old.retranslate()
        self.new.retranslate()
        self.change_button.setText(_("Change the passphrase"))
        self.backup.retranslate()

    def hints(self) -> list[Hint]:
        """Return the shortcuts."""
        return [
            Hint(("Tab",), _("Next field")),
            Hint(("Space",), _("Choose")),
            Hint(("Esc",), _("Back")),
            Hint(("F1",), _("Help")),
        ]

    def help_text(self) -> str:
        """Explain passphrase and safety copy."""
        return _(
            "Changing the passphrase is quick and safe: the answers are not rewritten.\n\n"
            "A safety copy is a complete, encrypted copy of the data. It opens with the passphrase that was in force "
            "when it was made. Keep it on a USB stick apart from the machine."
        )

    # work

    def refresh(self, **arguments: object) -> None:  # noqa: ARG002
        """Show the settings in force."""
        self.strip.hide()
        self.theme.set_value(self.desk.settings.theme)
        self.text_size.set_value(str(self.desk.settings.text_percent))
        self.lock_after.set_value(str(self.desk.settings.lock_minutes))
        self.own.refresh()
        self.keys.refresh()
        self.backup.refresh()
        self.offer.look()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the columns under one another when the window is narrow."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(1000)
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)

    def first_focus(self) -> QWidget | None:
        """Keep the focus where it is."""
        return None

    def _change(self) -> None:
        old, new = self.old.text(), self.new.value()
        if not old:
            self.old.set_fault(_("Type the passphrase in force now."))
            return
        if new is None:
            return

        def change(store: Store) -> None:
            store.change_passphrase(old, new)

        self.change_button.setEnabled(False)
        self.desk.write(change, done=self._changed, failed=self._not_changed)

    def _changed(self, _nothing: None) -> None:
        self.change_button.setEnabled(True)
        self.old.set_text("")
        self.new.clear()
        self.strip.say(_("The passphrase was changed."), _("Use the new one from now on."), kind="ok")
        self.strip.show()

    def _not_changed(self, error: BaseException) -> None:
        self.change_button.setEnabled(True)
        if type(error).__name__ == "WrongPassphrase":
            self.old.set_fault(_("This is not the passphrase in force now. Nothing was changed."))
        else:
            self.strip.say_error(error)
