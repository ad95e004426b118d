"""Messages of the workbook's conversion, taken apart into place and words."""

from __future__ import annotations

import re

from survey_app.i18n import N_, _
from survey_app.xforms.errors import Fault

_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"On the '(\w+)' sheet,\s*")
_COLUMN = re.compile(r"the '([^']+)' value(?: '([^']*)')?")
_KNOWN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Could not find the name '([^']*)'"), N_("“{0}” names no question of this form.")),
    (re.compile(r"must be unique within"), N_("The name is already used in the same group.")),
    (re.compile(r"Choice names must be unique"), N_("A choice stands twice in the same list.")),
    (re.compile(r"Names must begin with"), N_("A name must begin with a letter and have no blanks.")),
    (re.compile(r"Unknown question type '([^']*)'"), N_("“{0}” is not a type of question.")),
    (re.compile(r"Unmatched (?:begin|end)"), N_("A group or repeat does not begin and end in pairs.")),
    (re.compile(r"List name not in choices sheet: (\S+)"), N_("There is no list “{0}” on the sheet “choices”.")),
    (re.compile(r"must have a sheet named"), N_("The workbook has no sheet “survey”.")),
    (re.compile(r"(?:should|must) have a label|no label"), N_("A label is missing.")),
)


def faults_of_conversion(message: str) -> list[Fault]:
    """Return the faults a message of the conversion tells of; words that are not known stay as they are."""
    row = _ROW.search(message)
    sheet = _SHEET.search(message)
    column = _COLUMN.search(message)
    words = _SHEET.sub("", _ROW.sub("", message)).strip()
    for pattern, known in _KNOWN:
        found = pattern.search(message)
        if found is not None:
            words = _(known).format(*found.groups())
            break
    return [Fault(words, sheet[1] if sheet else "", int(row[1]) if row else 0, column[1] if column else "")]
