"""The ways to answer: one widget a way, kept by the card and given other questions."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from survey_app.gui.interview.answers.base import AnswerField
from survey_app.gui.interview.answers.chosen import GridAnswer, LookupAnswer, RankAnswer
from survey_app.gui.interview.answers.slider import RangeAnswer
from survey_app.gui.interview.answers.typed import AreaAnswer, LineAnswer
from survey_app.gui.interview.answers.upload import UploadAnswer
from survey_app.gui.interview.attached import Attached

_WAYS: dict[str, type[AnswerField]] = {
    "head": GridAnswer,
    "options": GridAnswer,
    "many": GridAnswer,
    "rank": RankAnswer,
    "lookup": LookupAnswer,
    "line": LineAnswer,
    "area": AreaAnswer,
    "range": RangeAnswer,
    "file": UploadAnswer,
}


def answer_field(way: str, parent: QWidget, attached: Attached | None) -> AnswerField | None:
    """Return a new widget for a way of answering, ``None`` for a note."""
    made = _WAYS[way](parent) if way in _WAYS else None
    if isinstance(made, UploadAnswer):
        made.attached = attached
    if isinstance(made, GridAnswer) and attached is not None:
        made.pictures = attached.picture
    return made


__all__ = ["AnswerField", "AreaAnswer", "GridAnswer", "LineAnswer", "LookupAnswer", "RangeAnswer", "RankAnswer",
           "UploadAnswer", "answer_field"]  # fmt: skip
