"""What a form says, in words for people: for the household itself, for who goes on with it, for who brings it back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from survey_app.operations.sitting import parted
from survey_app.operations.starting import stored_form
from survey_app.records import NOTE, flatten, nest
from survey_app.store import Store
from survey_app.text import show_date
from survey_app.xforms import FormDefinition, FormSession, Node
from survey_app.xforms.plan import Plan, plan

_INSTANCE = re.compile(r"\[\d+\]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Entry:
    """A question with its answer.

    Attributes:
        address: its address.
        number: what is printed left of it, ``""`` when it has none.
        person: whom it is about, ``""`` when about the household.
        question: its words.
        answer: the answer in words, or those of what stands in its place (refused, not known); ``""`` when only a
            note stands there.
        note: what was noted beside it.
        picture: name of the file with the picture the question shows, ``""`` for none.
    """

    address: str
    number: str
    person: str
    question: str
    answer: str
    note: str
    picture: str = ""


def form_language(form: FormDefinition, language: str) -> str:
    """Return the form's language for ``"vi"`` or ``"en"``; the form's own when it has none of these."""
    return next((name for name in form.languages if f"({language})" in name), form.default_language)


def entries(
    store: Store, form_id: str, version: str, values: Mapping[str, str], language: str = "vi"
) -> tuple[Entry, ...]:
    """Return what was answered and noted, in the order of the form.

    Args:
        store: holds the form.
        form_id: id of the form.
        version: its version.
        values: ``{address: value}``, of a draft or of a submission.
        language: ``"vi"`` or ``"en"``.

    Raises:
        SurveyAppError: the form is not in this store.
    """
    form = stored_form(store, form_id, version)
    beside, answers = parted(values)
    session = FormSession(form, language=form_language(form, language), answers=nest(answers) or None)
    return tuple(_entries(session, plan(form), beside))


def _entries(session: FormSession, way: Plan, beside: Mapping[str, str]) -> Iterator[Entry]:
    names = {roster.path: roster.columns[0] for roster in way.rosters if roster.columns}
    stand_ins = set(way.specials.values())
    for path in session.paths():
        node = session.node(path)
        if node.kind != "question":
            continue
        generic = _INSTANCE.sub("", path)
        if generic in stand_ins:
            continue
        note = beside.get(f"{node.address}{NOTE}", "")
        answer = _words(node) if node.relevant and not node.readonly else ""
        if not answer and generic in way.specials:
            special = session.node(f"{path.rpartition('/')[0]}/{way.specials[generic].rpartition('/')[2]}")
            answer = _words(special) if special.relevant else ""
        if answer or note:
            number = way.numbers.get(generic, "")
            picture = (node.media.get("image") or node.media.get("big-image", "")).rpartition("/")[2]
            yield Entry(node.address, number, _person(session, names, path), node.label, answer, note, picture)


def _person(session: FormSession, names: Mapping[str, str], path: str) -> str:
    if "]" not in path:
        return ""
    line = path[: path.rindex("]") + 1]
    repeat = _INSTANCE.sub("", line)
    column = names.get(repeat, "")
    name = session.node(line + column[len(repeat) :]).value if column else ""
    return name or line[line.rindex("[") + 1 : -1]


def _words(node: Node) -> str:
    if node.choices and node.control in {"select1", "select", "rank"}:
        labels = {choice.value: choice.label for choice in node.choices}
        values = [node.value] if node.control == "select1" else node.value.split()
        return ", ".join(labels.get(value, value) for value in values)
    if node.type == "date" and _DAY.fullmatch(node.value):
        return show_date(dt.date.fromisoformat(node.value))
    return node.value


def answers_of(store: Store, submission: str, language: str = "vi") -> tuple[Entry, ...]:
    """Return what a submission says now; nothing when it is not here."""
    current = store.current(submission)
    if current is None:
        return ()
    return entries(store, current.form_id, current.form_version, flatten(current.answers), language)
