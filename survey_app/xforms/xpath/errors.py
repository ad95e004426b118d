"""What goes wrong with an expression."""

from __future__ import annotations

from survey_app.errors import SurveyAppError


class XPathError(SurveyAppError):
    """An expression that cannot be read or worked out.

    Attributes:
        expression: the text of the expression.
        offset: where in the text the fault was seen, counted in characters from 0; -1 when it has no place.
    """

    def __init__(self, code: str, message: str, expression: str = "", offset: int = -1, hint: str = "") -> None:
        super().__init__(code, message, hint)
        self.expression = expression
        self.offset = offset
