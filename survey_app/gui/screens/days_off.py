"""The dialog in which the office writes down the public holidays of the year."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from survey_app.gui.parts import Dialog, Field
from survey_app.i18n import _


class DaysOffDialog(Dialog):
    """Asks for the days on which nobody works; ``days()`` are kept by ``operations.days_off``.

    Args:
        before: what was written down before.
        fault: what is wrong with ``before``, ``""`` when nothing.
        parent: the screen.
    """

    def __init__(self, before: str, fault: str, parent: QWidget) -> None:
        text = _(
            "Deadlines in working days pass over them. Weekends, 1 January, 30 April, 1 May and 2 September are known; "
            "write down Tết, the Hùng kings' day, 3 September or 1 September, and days that were exchanged."
        )
        super().__init__(_("On which days is the office closed?"), text, _("Keep the days"), _("Cancel"), parent=parent)
        self._field = Field(_("Days, parted by commas"), _("for example 05/02/2027 – 11/02/2027"))
        self._field.set_text(before)
        self._field.set_fault(fault)
        self.content.addWidget(self._field)
        self._field.entered.connect(self.accept)
        self._field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def days(self) -> str:
        """Return what is written down now."""
        return self._field.text()
