"""Building blocks of every screen.

``Label`` and ``Figures`` for text, ``Button``, ``Keycap``, ``Chip``, ``Panel``, ``Banner``, ``Bar``, ``Field``,
``Segmented``, ``Table``, ``EmptyState``, ``Dialog``; ``paint`` has the drawings that delegates share.
"""

import importlib
from typing import TYPE_CHECKING

from survey_app.gui.parts import paint
from survey_app.gui.parts.banner import Banner, Strip
from survey_app.gui.parts.button import HUGE, LARGE, MEDIUM, SMALL, Button
from survey_app.gui.parts.chip import STATUS, Chip, Status, word_of
from survey_app.gui.parts.dialog import Dialog, confirm
from survey_app.gui.parts.empty import EmptyState
from survey_app.gui.parts.field import DateEdit, Edit, Field, IconButton, PassphraseField, SearchField
from survey_app.gui.parts.hint_line import HintLine
from survey_app.gui.parts.keycap import Keycap
from survey_app.gui.parts.label import Figures, Label
from survey_app.gui.parts.panel import Mark, Panel, Scrolled, Separator
from survey_app.gui.parts.progress import Bar, ProgressPanel
from survey_app.gui.parts.segmented import Segmented

if TYPE_CHECKING:
    from survey_app.gui.parts.table import Column, RowsModel, Table

__all__ = [
    "HUGE",
    "LARGE",
    "MEDIUM",
    "SMALL",
    "STATUS",
    "Banner",
    "Bar",
    "Button",
    "Chip",
    "Column",
    "DateEdit",
    "Dialog",
    "Edit",
    "EmptyState",
    "Field",
    "Figures",
    "HintLine",
    "IconButton",
    "Keycap",
    "Label",
    "Mark",
    "Panel",
    "PassphraseField",
    "ProgressPanel",
    "RowsModel",
    "Scrolled",
    "SearchField",
    "Segmented",
    "Separator",
    "Status",
    "Strip",
    "Table",
    "confirm",
    "paint",
    "word_of",
]

_LATER = {"Column", "RowsModel", "Table"}
"""What the first window can do without; Qt's tables take a while to arrive."""


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(name)
    return getattr(importlib.import_module("survey_app.gui.parts.table"), name)
