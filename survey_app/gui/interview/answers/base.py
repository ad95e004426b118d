"""What every way of answering has in common."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from survey_app.gui.interview.standing import Seen


class AnswerField(QWidget):
    """What an answer is given with. It stands in a card and is given another question at any time.

    A field reads the question and sends what was answered; it never changes anything itself.
    """

    answered = Signal(str, bool)
    """XForms text, and whether the person is done with the question."""
    typing = Signal()
    """What stands in the field is not yet the answer; see ``pending``."""
    wish = Signal(str)
    """Where the person wants to go."""
    entered = Signal()
    """The person is here."""
    resized = Signal()
    """The field wants another height."""

    def show_answer(self, node: Seen, moved: bool) -> None:
        """Show a question's answer as it stands; ``moved`` when it is another question than before."""
        raise NotImplementedError

    def arrange(self, width: int) -> int:
        """Place what is inside in a width and return the height, in pixels."""
        raise NotImplementedError

    def pending(self) -> str | None:
        """Return what stands in the field as XForms text, ``None`` when nothing is being typed here."""
        return None

    def target(self) -> QWidget | None:
        """Return the widget that takes the keys, ``None`` when the card does and hands them to ``take_key``."""
        return None

    def take_key(self, event: QKeyEvent) -> bool:
        """Take a key that the card got; return whether it meant something here."""
        del event
        return False

    def caption(self) -> str:
        """Return a few words beside the question on how it is answered."""
        return ""

    def show_fault(self, fault: bool) -> None:
        """Draw the field as one whose answer breaks a rule, or not."""
        del fault
