"""The functions of XPath 1.0 and of the ODK XForms specification; importing this package fills the table."""

from __future__ import annotations

from survey_app.xforms.xpath.functions import (
    choices,
    control,
    dates,
    geography,
    lists,
    nodes,
    numbers,
    strings,
)

__all__ = ["choices", "control", "dates", "geography", "lists", "nodes", "numbers", "strings"]
