"""What every screen is to the window."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Hint:
    """A shortcut in the line at the bottom.

    Attributes:
        keys: one keycap each, for example ``("Ctrl+F",)`` or ``("Up", "Down")``; ``"–"`` is text between them.
        text: what the keys do, already in the language spoken.
    """

    keys: tuple[str, ...]
    text: str


class Screen(QWidget):
    """A widget that fills the window below the top bar.

    The window shows ``title`` to screen readers, ``hints`` and ``quiet_fact`` in the bottom line, calls ``refresh``
    each time the screen is shown, ``retranslate`` when the language changes, and asks ``leave`` before another
    screen takes its place.
    """

    hints_changed = Signal()
    """``hints``, ``quiet_fact`` or ``title`` say something else now."""

    def title(self) -> str:
        """Return the screen's name in the language spoken."""
        return ""

    def hints(self) -> list[Hint]:
        """Return at most seven shortcuts that work here, most useful first."""
        return []

    def quiet_fact(self) -> str:
        """Return the one fact at the right end of the bottom line, ``""`` for none."""
        return ""

    def help_text(self) -> str:
        """Return what F1 shows: a few short paragraphs parted by blank lines."""
        return ""

    def header(self) -> QWidget | None:
        """Return what takes the place of the tabs in the top bar while this screen is shown, ``None`` for the tabs."""
        return None

    def refresh(self, **arguments: object) -> None:
        """Read again what the screen shows; ``arguments`` are those of ``desk.go``."""

    def retranslate(self) -> None:
        """Say everything again in the language spoken now; place, focus and input stay."""

    def first_focus(self) -> QWidget | None:
        """Return what gets the focus when the screen is shown, ``None`` when the screen sees to it itself."""
        return None

    def leave(self) -> bool:
        """Return whether the screen may be left now; called before another one is shown or the window closes."""
        return True

    def back(self) -> bool:
        """Go one step back inside the screen (Esc); return whether there was one."""
        return False
