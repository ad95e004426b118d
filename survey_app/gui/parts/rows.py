"""Taking the rows out of a list that is filled anew."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout


def clear_rows(layout: QLayout) -> None:
    """Take every widget and space out of a layout.

    Each widget is hidden first: one that loses its parent while it is shown would for a moment be a window of its own
    and take the keyboard with it.
    """
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
