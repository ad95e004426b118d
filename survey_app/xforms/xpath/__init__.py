"""XPath 1.0 with the functions of the ODK XForms specification.

``parse`` gives the syntax tree (``nodes``), which the engine compiles to closures and indicators turn into SQL.
"""

from __future__ import annotations

from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.evaluation import evaluate
from survey_app.xforms.xpath.nodes import (
    Binary,
    Call,
    Expr,
    Filter,
    Literal,
    Negate,
    Number,
    Path,
    Reference,
    Step,
    children,
    references,
    walk,
)
from survey_app.xforms.xpath.parser import parse

__all__ = [
    "Binary",
    "Call",
    "Expr",
    "Filter",
    "Literal",
    "Negate",
    "Number",
    "Path",
    "Reference",
    "Step",
    "XPathError",
    "children",
    "evaluate",
    "parse",
    "references",
    "walk",
]
