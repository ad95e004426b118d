"""What a session shows: labels, hints, messages and choices in its language."""

from __future__ import annotations

from survey_app.i18n import _
from survey_app.xforms.batch import nodes_of
from survey_app.xforms.choices import Choosing
from survey_app.xforms.definition import FormDefinition
from survey_app.xforms.instance import InstanceNode
from survey_app.xforms.spec import Output, Spec, Text
from survey_app.xforms.view import Choice
from survey_app.xforms.xpath.errors import XPathError
from survey_app.xforms.xpath.frame import Environment, Frame
from survey_app.xforms.xpath.tree import XNode
from survey_app.xforms.xpath.values import to_string

_BLANKS = " \t\r\n"
"""Taken off both ends of a text; a no-break space is the author's own."""


class Showing:
    """The texts of one session; what was worked out is kept at the nodes.

    Args:
        form: the form.
        env: what expressions see; its language is the one shown.
        root: root of the answers.
    """

    def __init__(self, form: FormDefinition, env: Environment, root: InstanceNode) -> None:
        self.form = form
        self.env = env
        self.root = root
        self._choosing = Choosing(form, env)

    def forget(self) -> None:
        """Forget what was worked out; the language has changed."""
        self._choosing.forget()

    def shown(self, node: InstanceNode, kind: str) -> str:
        """Return label, hint or guidance of a node in the session's language."""
        kept = node.shown
        if kept is None:
            kept = node.shown = {}
        if kind not in kept:
            kept[kind] = self._text(node, _text_of(node.spec, kind), "guidance" if kind == "guidance" else "")
        return kept[kind]

    def media(self, node: InstanceNode) -> dict[str, str]:
        """Return pictures and sounds of a node's label."""
        text = _text_of(node.spec, "label")
        found: dict[str, str] = {}
        for form in ("image", "big-image", "audio", "video"):
            address = self._text(node, text, form)
            if address:
                found[form] = address
        return found

    def _text(self, node: XNode, text: Text | None, form: str = "") -> str:
        parts = self.form.text_parts(text, (self.env.language or ""), form)
        if not parts:
            return "" if text is None or form or self._is_known(text.itext) else text.itext
        frame = Frame(self.env, node)
        return "".join(part if isinstance(part, str) else self._output(part, node, frame) for part in parts).strip(
            _BLANKS
        )

    def _is_known(self, identifier: str) -> bool:
        """Return whether any language has something under an id, be it guidance alone."""
        return any(texts.get(identifier) is not None for texts in self.form.itext.values())

    def _output(self, part: Output, node: XNode, frame: Frame) -> str:
        try:
            return to_string(part.code.run(node, frame))
        except (XPathError, ArithmeticError, ValueError, RecursionError):
            return ""

    def message(self, node: InstanceNode, kind: str) -> str:
        """Return what to say when an answer is missing or breaks its constraint."""
        text = node.spec.required_text if kind == "required" else node.spec.constraint_text
        words = self._text(node, text) if text is not None else ""
        if words:
            return words
        return _("An answer is required.") if kind == "required" else _("This answer is not possible here.")

    def itext(self, identifier: str) -> str | None:
        """Return a text of the form by its id, in the session's language; ``jr:itext()``."""
        return self._text(self.root, Text(itext=identifier))

    def choices_of(self, node: InstanceNode) -> tuple[Choice, ...]:
        """Return the choices open at a question."""
        return self.choices_again(node) if node.choices is None else node.choices

    def choices_again(self, node: InstanceNode, found: tuple[Choice, ...] | None = None) -> tuple[Choice, ...]:
        """Return the choices open at a question, and remember them.

        Args:
            node: the question.
            found: what ``open_choices`` gives now, if it was asked already.
        """
        rule = node.spec.rules.get("choices")
        if found is None:
            found = self.open_choices(node)
        node.choices = found if rule is None or rule.circle is None else self._choosing.with_own(node, found)
        return node.choices

    def open_choices(self, node: InstanceNode) -> tuple[Choice, ...]:
        """Return the choices a question's filter opens now, without those that stay because they close themselves."""
        return self._choosing.of(node, lambda text: self._text(node, text))

    def choice_label(self, node: XNode | None, value: str, path: str) -> str:
        """Return the label of a choice of the question nearest to a node, blank for none; ``jr:choice-name()``."""
        spec = (node.spec if isinstance(node, InstanceNode) else self.root.spec).find(path)
        if spec is None:
            return ""
        for target in self._nearest(node, spec):
            for choice in self.choices_of(target):
                if choice.value == value:
                    return choice.label
        for static in self.form.static_choices(spec):
            if static.value == value:
                return static.label(self.env.language or "")
        return ""

    def _nearest(self, node: XNode | None, spec: Spec) -> list[InstanceNode]:
        around = set(spec.ancestors())
        here = node
        while isinstance(here, InstanceNode) and here.spec not in around:
            here = here.parent
        return nodes_of(here if isinstance(here, InstanceNode) else self.root, spec)


def _text_of(spec: Spec, kind: str) -> Text | None:
    control = spec.control
    if control is None:
        return spec.label if kind == "label" else None
    return {"label": control.label, "hint": control.hint, "guidance": control.guidance}[kind]
