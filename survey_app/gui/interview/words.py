"""Words that several parts of the interview say about people, counts and places in the form."""

from __future__ import annotations

from survey_app.gui.interview.sheet import Sheet
from survey_app.gui.interview.standing import Count, Seen
from survey_app.i18n import _, ngettext
from survey_app.xforms.plan import Roster


def of(count: Count) -> str:
    """Return ``"7/12"``."""
    return f"{count.answered}/{count.asked}"


def state(count: Count, passed: bool = False) -> tuple[str, str, str]:
    """Return icon, token and word of how far something is; ``passed``: nothing in it waits, the person has gone on."""
    if count.done and (count.started or passed or not count.asked):
        return "circle-check", "ok", _("done")
    if count.started:
        return "circle-dot", "primary", _("in progress")
    return "circle", "line_strong", _("not begun")


def author_fault(message: str) -> tuple[str, str]:
    """Return what to say where an expression of the form fails: it is not the fault of who fills it in."""
    rest = _("Go on; the form can be finished. Tell the office: %s") % message
    return _("The questionnaire itself has a fault here; you did nothing wrong."), rest


def name_of(sheet: Sheet, roster: Roster, line: str) -> str:
    """Return what a line of a roster is called: its first answer, or its number."""
    node = sheet.nodes.get(sheet.inside(line, roster.columns[0])) if roster.columns else None
    return (node.value if node else "") or _("Person %d") % number_of(line)


def number_of(line: str) -> int:
    """Return the position of a repeat instance."""
    return int(line[line.rindex("[") + 1 : -1])


def given_name(name: str) -> str:
    """Return the last word of a Vietnamese name."""
    return name.rsplit(maxsplit=1)[-1] if name.split() else name


def who(sheet: Sheet, roster: Roster, line: str) -> str:
    """Return ``"Chủ hộ, nữ, 41 tuổi"`` from the choices of the table and the calculated age."""
    nodes = [sheet.nodes.get(sheet.inside(line, column)) for column in roster.columns]
    words = [chosen(node) for node in nodes if node is not None and node.control == "select1" and node.value][:2]
    age = sheet.age(line)
    if age:
        words.append(ngettext("%d year old", "%d years old", int(age)) % int(age))
    return ", ".join([*words[:1], *(word[:1].lower() + word[1:] for word in words[1:])])


def chosen(node: Seen) -> str:
    """Return the words of the answer: labels of choices, the text itself otherwise."""
    labels = {choice.value: choice.label for choice in node.choices}
    if node.control == "select1":
        return labels.get(node.value, node.value)
    return ", ".join(labels.get(value, value) for value in node.value.split()) if labels else node.value
