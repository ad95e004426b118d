"""What screen readers are told about widgets that paint themselves: a role of their own, and which state they are in.

Qt knows what its own widgets are; a widget of ours that is more than a plain area or button has a method ``spoken()``.
"""

from __future__ import annotations

from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAccessibleWidget, QWidget


@dataclass(frozen=True)
class Spoken:
    """How a widget is announced besides its name.

    Attributes:
        role: what it is.
        checked: whether it is chosen; ``None`` when it cannot be chosen.
        selected: whether it is the one of a list where the person is; ``None`` where there is no such one.
    """

    role: QAccessible.Role
    checked: bool | None = None
    selected: bool | None = None


class _Face(QAccessibleWidget):
    """The side of a widget that screen readers see."""

    def _said(self) -> Spoken | None:
        widget = self.object()
        if widget is None or not shiboken6.isValid(widget):
            return None
        said = widget.spoken()  # type: ignore[attr-defined]
        return said if isinstance(said, Spoken) else None

    def role(self) -> QAccessible.Role:
        """Return what the widget is now."""
        said = self._said()
        return said.role if said is not None else QAccessible.Role.NoRole

    def state(self) -> QAccessible.State:
        """Return Qt's states of the widget with those that it tells itself."""
        state = super().state()
        said = self._said()
        if said is not None and said.checked is not None:
            state.checkable, state.checked = 1, int(said.checked)
        if said is not None and said.selected is not None:
            state.selectable, state.selected = 1, int(said.selected)
        return state

    def actionNames(self) -> list[str]:
        """Return what can be done with it: buttons are pressed."""
        return ["Press"] if isinstance(self.object(), QAbstractButton) else super().actionNames()

    def doAction(self, name: str) -> None:
        """Press a button as a click does."""
        widget = self.object()
        if name == "Press" and isinstance(widget, QAbstractButton):
            widget.click()
            return
        super().doAction(name)


def _face(_class: str, thing: QObject) -> QAccessibleWidget | None:
    """Return the face of a widget that tells about itself; Qt makes those of all others."""
    return _Face(thing) if isinstance(thing, QWidget) and hasattr(thing, "spoken") else None


_installed: list[bool] = []


def install() -> None:
    """Let screen readers see what widgets tell about themselves; once a program."""
    if not _installed:
        QAccessible.installFactory(_face)
        _installed.append(True)
