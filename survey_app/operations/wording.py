"""Addresses and values of a form in words: the question as it was asked, whose answer it is, labels for codes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.i18n import _
from survey_app.records import LINE, NOTE, ORDER, WITHDRAWN, Revision
from survey_app.text import show_date

if TYPE_CHECKING:
    from survey_app.operations.conflicts import Difference
    from survey_app.store import StoredForm
    from survey_app.xforms import FormDefinition, Question

_LINE = re.compile(r"\[\d+\]")
_INSTANCE_END = re.compile(r"\[\d+\]$")


@dataclass(frozen=True)
class Side:
    """What one version says at a point; ``value`` is ``None`` when it says nothing there."""

    value: str | None
    text: str


@dataclass(frozen=True)
class Point:
    """Something that versions disagree about.

    Attributes:
        address: where; ``""`` is the submission itself.
        kind: ``"answer"``, ``"line"`` (a person is on the list or not) or ``"submission"`` (it counts or not).
        label: the question in words.
        whose: name of the person it is about, ``""`` for the household.
        base: what stands until somebody decides.
        sides: one a version, in their order.
        choices: values and words that may be chosen instead; empty for what is typed.
        type: XForms type of the answer, ``"string"`` when unknown.
        many: several choices may be chosen.
    """

    address: str
    kind: str
    label: str
    whose: str
    base: Side
    sides: tuple[Side, ...]
    choices: tuple[tuple[str, str], ...] = ()
    type: str = "string"
    many: bool = False


class Words:
    """Turns addresses and values of one form into words.

    Args:
        labels: address to the question in words.
        choices: address to its choices, value and word each.
        names: address of a repeat instance to the name of the person.
        form: the definition, for addresses that no version holds.
        language: one of the form's languages.
    """

    def __init__(
        self,
        labels: Mapping[str, str],
        choices: Mapping[str, tuple[tuple[str, str], ...]],
        names: Mapping[str, str],
        form: FormDefinition | None = None,
        language: str = "",
    ) -> None:
        self._labels, self._choices, self._names = labels, choices, names
        self._form, self._language = form, language
        self._ranks = {address: number for number, address in enumerate(labels)}

    @classmethod
    def of(cls, stored: StoredForm, tops: Sequence[Revision], language: str) -> Words:
        """Read the words off sessions at all versions, because a question may exist in only one of them."""
        from survey_app.xforms import FormSession, load_form

        form = load_form(stored.xform.encode(), stored.files)
        spoken = next((name for name in form.languages if f"({language})" in name), form.default_language)
        labels: dict[str, str] = {}
        choices: dict[str, tuple[tuple[str, str], ...]] = {}
        names: dict[str, str] = {}
        for top in tops:
            session = FormSession(form, language=spoken, edit=True, answers=top.answers)
            for path in session.paths():
                node = session.node(path)
                if node.kind == "question" and node.address not in labels:
                    labels[node.address] = node.label
                    choices[node.address] = tuple((choice.value, choice.label) for choice in node.choices)
                _note_name(names, node.address, node.type, node.value)
        return cls(labels, choices, names, form, spoken)

    def rank(self, address: str) -> int:
        """Return where an address stands in the form."""
        below = next((n for known, n in self._ranks.items() if known.startswith(f"{address}/")), len(self._ranks))
        return self._ranks.get(address.partition(LINE)[0], below)

    def is_question(self, address: str) -> bool:
        """Tell whether a person was asked this, or noted it beside a question."""
        return address in self._labels or address.endswith((NOTE, WITHDRAWN))

    def difference(self, difference: Difference, heads: Sequence[str]) -> Point:
        """Return a difference in words; versions that say nothing about it (a void) stand as blank."""
        return self.point(difference.address, difference.base, [difference.values.get(head) for head in heads])

    def point(self, address: str, base: str | None, values: Sequence[str | None]) -> Point:
        """Return an address with what stands and what each version says, in words."""
        if address == "":
            return self._whole(base, values)
        if _INSTANCE_END.search(address):
            return self._instance(address, base, values)
        if LINE in address:
            return self._beside(address, base, values)
        question = self._question(address)
        choices = self._choices.get(address) or (_choices_of(question, self._language))
        type_ = question.type if question else "string"
        many = question is not None and question.control == "select"
        label = self._labels.get(address) or (question.label(self._language) if question else "") or address
        sides = tuple(Side(value, _shown(value, choices, many, type_)) for value in values)
        whole = Side(base, _shown(base, choices, many, type_))
        return Point(address, "answer", label, self._whose(address), whole, sides, choices, type_, many)

    def _beside(self, address: str, base: str | None, values: Sequence[str | None]) -> Point:
        """Return what stands beside a question: a note, or that consent was taken back."""
        question = address.partition(LINE)[0]
        asked = self._question(question)
        words = self._labels.get(question) or (asked.label(self._language) if asked else "") or question
        label = _("Consent withdrawn")
        if address.endswith(NOTE):
            label = _("Note: {question}").format(question=words)
        elif address.endswith(ORDER):
            label = _("Order of the people")
        sides = tuple(Side(value, value or _("Left blank")) for value in values)
        return Point(
            address,
            "answer",
            label,
            self._whose(question),
            Side(base, base or _("Left blank")),
            sides,
            (),
            "string",
            False,
        )

    def _whole(self, base: str | None, values: Sequence[str | None]) -> Point:
        def side(value: str | None) -> Side:
            return Side(value, _("Cancelled") if value is None else _("Counts"))

        before = Side(base, _("Counts")) if base is not None else Side(None, _("Nothing in common"))
        return Point("", "submission", _("Does this form count?"), "", before, tuple(map(side, values)))

    def _instance(self, address: str, base: str | None, values: Sequence[str | None]) -> Point:
        def side(value: str | None) -> Side:
            return Side(value, _("Not in the household") if value is None else _("In the household"))

        whose = self._names.get(address, "")
        return Point(address, "line", _("Member of the household?"), whose, side(base), tuple(map(side, values)))

    def _whose(self, address: str) -> str:
        steps = address.split("/")
        inside = ["/".join(steps[: n + 1]) for n, step in enumerate(steps) if _INSTANCE_END.search(step)]
        return self._names.get(inside[-1], "") if inside else ""

    def _question(self, address: str) -> Question | None:
        if self._form is None:
            return None
        return self._form.questions.get(f"{self._form.root}/{_LINE.sub('', address)}")


def _choices_of(question: Question | None, language: str) -> tuple[tuple[str, str], ...]:
    if question is None:
        return ()
    return tuple((choice.value, choice.label(language)) for choice in question.choices)


def _note_name(names: dict[str, str], address: str, type_: str, value: str) -> None:
    """Remember the first text in a repeat instance: it is what tells the instance from the others, its name."""
    steps = address.split("/")
    inside = ["/".join(steps[: n + 1]) for n, step in enumerate(steps) if _INSTANCE_END.search(step)]
    if inside and inside[-1] not in names and type_ == "string" and value and not value.isdecimal():
        names[inside[-1]] = value


def _shown(value: str | None, choices: Sequence[tuple[str, str]], many: bool, type_: str) -> str:
    """Return an answer as people read it: labels instead of codes, dates as they are written here."""
    if not value:
        return _("Left blank")
    words = dict(choices)
    if many:
        return ", ".join(words.get(code, code) for code in value.split())
    if type_ == "date":
        try:
            return show_date(dt.date.fromisoformat(value[:10]))
        except ValueError:
            return value
    return words.get(value, value)
