"""Failures that come from outside the program and that a person can do something about.

A broken rule of a form is data (``xforms.Violation``), not an exception. Anything that is neither a violation nor a
``SurveyAppError`` is a bug and must stay loud.
"""

from __future__ import annotations


class SurveyAppError(Exception):
    """A failure with words for the person in front of the screen.

    Attributes:
        code: short code that can be read out over the telephone, for example ``"STO-03"``.
        message: what happened, in the person's language, one or two sentences.
        hint: what to do now and what is safe; may be empty only when the message says it all.
    """

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.hint, f"[{self.code}]") if part)
