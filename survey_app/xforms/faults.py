"""Messages of the workbook's conversion in words an office clerk understands."""

from __future__ import annotations

from survey_app.xforms.errors import Fault


def faults_of_conversion(message: str) -> list[Fault]:
    """Return the faults a message of the conversion tells of."""
    return [Fault(message.strip())]
