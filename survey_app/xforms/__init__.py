"""The form engine: XLSForm or XForm -> definition -> session -> submission. No Qt, no database, no network."""

from __future__ import annotations

from survey_app.xforms.definition import BodyItem, FormDefinition, Question
from survey_app.xforms.entities import Entity
from survey_app.xforms.errors import Fault, FormError, SessionError
from survey_app.xforms.loading import load_form, xlsform_to_xform
from survey_app.xforms.session import FormSession
from survey_app.xforms.view import Changes, Choice, Dropped, Node, Violation

__all__ = [
    "BodyItem",
    "Changes",
    "Choice",
    "Dropped",
    "Entity",
    "Fault",
    "FormDefinition",
    "FormError",
    "FormSession",
    "Node",
    "Question",
    "SessionError",
    "Violation",
    "load_form",
    "xlsform_to_xform",
]
