"""Parts for asking about a form and answering: the words of a thread, and the dialog in which one says something."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from survey_app.gui.parts import Dialog, Field
from survey_app.i18n import _
from survey_app.operations.comments import Exchange, Said
from survey_app.operations.consent import moment_words

STATE_CHIPS = {"open": "needs_correction", "answered": "answered", "accepted": "accepted"}
"""The chip of how a thread stands."""


def about(exchange: Exchange) -> str:
    """Return what a thread is about: number and words of the question, or the whole form."""
    return f"{exchange.number} {exchange.question}".strip() or _("The whole form")


def asks_of(exchange: Exchange) -> str:
    """Return the question with what was said last."""
    said = exchange.said[-1]
    return f"{about(exchange)}\n{said.by}: {said_words(said)}"


def said_words(said: Said) -> str:
    """Return what was said, and the answer that stood there."""
    words = said.words or {"answered": _("The answer was changed."), "accepted": _("Accepted.")}.get(said.state, "")
    return f"{words} ({_('answer: {value}').format(value=said.value)})" if said.value else words


def said_lines(exchange: Exchange) -> str:
    """Return the whole exchange, one line for each thing said."""
    return "\n".join(f"{moment_words(said.at)}  {said.by}: {said_words(said)}" for said in exchange.said)


def ask_words(parent: QWidget, title: str, text: str, label: str, accept: str) -> str:
    """Let the person say something; return it, ``""`` when he or she thought better of it."""
    dialog = Dialog(title, text, accept, _("Cancel"), parent=parent)
    field = Field(label)
    dialog.content.addWidget(field)

    def say() -> None:
        if field.text().strip():
            dialog.accept()
        else:
            field.set_fault(_("Write in a few words what is meant."))
            field.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    dialog.accept_button.clicked.disconnect()
    dialog.accept_button.clicked.connect(say)
    field.entered.connect(say)
    field.edit.setFocus(Qt.FocusReason.OtherFocusReason)
    words = field.text().strip() if dialog.exec() else ""
    dialog.deleteLater()
    return words
