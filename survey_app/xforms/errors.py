"""What is wrong with a form, told to its author; and what cannot be done to an interview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.errors import SurveyAppError
from survey_app.i18n import _, ngettext


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a form.

    Attributes:
        message: what is wrong and what to do, in the person's language.
        sheet: sheet of the workbook, ``""`` when unknown.
        row: row of the sheet, from 1; 0 when unknown.
        column: heading of the column, ``""`` when unknown.
        question: name of the question, ``""`` when it is about none.
        expression: the expression in question, ``""`` when it is about none.
    """

    message: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    question: str = ""
    expression: str = ""

    def __str__(self) -> str:
        """Return the place and the message as one line."""
        return f"{self.place}: {self.message}" if self.place else self.message

    @property
    def place(self) -> str:
        """Where it is, in words."""
        parts = [
            _("sheet “{sheet}”").format(sheet=self.sheet) if self.sheet else "",
            _("row {row}").format(row=self.row) if self.row else "",
            _("column “{column}”").format(column=self.column) if self.column else "",
            _("question “{question}”").format(question=self.question) if self.question else "",
        ]
        return ", ".join(part for part in parts if part)


class FormError(SurveyAppError):
    """A form that cannot be used.

    Attributes:
        faults: everything that is wrong with it.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        message = ngettext(
            "The form has {count} fault and cannot be used.", "The form has {count} faults and cannot be used.", count
        ).format(count=count)
        super().__init__("FRM-01", message, "\n".join(str(fault) for fault in self.faults))


class SessionError(SurveyAppError):
    """Something that cannot be done to the answers of an interview; nothing has changed."""


def unread(name: str, error: OSError) -> SurveyAppError:
    """Return what to say of a form's file that the system does not give out."""
    if isinstance(error, FileNotFoundError):
        hint = _("The file or folder is not there.")
    elif isinstance(error, IsADirectoryError):
        hint = _("It is a folder.")
    elif isinstance(error, PermissionError):
        hint = _("Close it if another program has it open, and try again.")
    else:
        hint = str(error.strerror or "")
    return SurveyAppError("FRM-02", _("The form “{name}” cannot be read.").format(name=name), hint)
