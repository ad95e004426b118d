"""Expressions over one household's answers by name, without a form's tree: ``selected(${policy_group}, 'merit')``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from survey_app.xforms.xpath.compiler import Compiler
from survey_app.xforms.xpath.frame import Environment, Frame
from survey_app.xforms.xpath.nodes import Expr
from survey_app.xforms.xpath.parser import parse
from survey_app.xforms.xpath.tree import ELEMENT, ROOT, XNode

Over = Callable[[Mapping[str, str]], bool | float | str]
"""Works the expression out for answers by the name of their question; a name that is not there is blank."""

_TOP = "answers"
_REFERENCE = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


def over_answers(text: str) -> tuple[Expr, Over]:
    """Return the syntax tree of an expression, and what works it out.

    Raises:
        XPathError: it cannot be read; the function raises it too, for what shows only in the answers.
    """
    tree = parse(text)
    names = tuple(dict.fromkeys(_REFERENCE.findall(text)))
    code = Compiler(strict=False).text(_REFERENCE.sub(rf"/{_TOP}/\1", text))

    def work_out(answers: Mapping[str, str]) -> bool | float | str:
        root, top = XNode(ROOT), XNode(ELEMENT, _TOP)
        root.append(top)
        for name in names:
            top.append(XNode(ELEMENT, name, text=answers.get(name, "")))
        value = code.run(top, Frame(Environment(root), top))
        if isinstance(value, list):
            return str(value[0].text) if value else ""
        return value if isinstance(value, bool | str) else float(value)

    return tree, work_out
