"""From the sheet to what the parts of the screen show: cards, table, outline, people, hints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from survey_app import i18n
from survey_app.gui.interview import way, words
from survey_app.gui.interview.aside import Beside
from survey_app.gui.interview.asked import Asked, way_of
from survey_app.gui.interview.column import Item
from survey_app.gui.interview.media import KEY as MEDIA_KEY
from survey_app.gui.interview.media import shown_with
from survey_app.gui.interview.outline import Row
from survey_app.gui.interview.people import Person
from survey_app.gui.interview.review import Open
from survey_app.gui.interview.roster import Cell, RosterPage, headings_of
from survey_app.gui.interview.sheet import Sheet
from survey_app.gui.interview.standing import Count, Page, Seen, Stop, generic
from survey_app.gui.interview.values import NUMBERS, shown
from survey_app.gui.screen import Hint
from survey_app.i18n import _
from survey_app.operations.comments import Exchange
from survey_app.xforms.marked import plain
from survey_app.xforms.plan import Part, Roster, Section, is_table_title


def asked(sheet: Sheet, path: str, typing: str = "") -> Asked:
    """Return a question as a card shows it; a fault of what is being typed is not shown yet."""
    node = sheet.nodes[path]
    checks = tuple(sheet.nodes[check] for check in sheet.checks(path))
    number = sheet.plan.numbers.get(generic(path), "")
    fault = sheet.is_fault(path) or (node.violation is not None and node.violation.kind == "error")
    return Asked(node, number, checks, instead=_instead(sheet, path), fault=fault and path != typing)


def _instead(sheet: Sheet, path: str) -> str:
    """Return the words of what stands in the place of an answer, blank when nothing does."""
    found = sheet.instead(path)
    return words.chosen(found) if found is not None else ""


def items(sheet: Sheet, page: Page) -> list[Item]:
    """Return cards and headings of a page."""
    section, roster = sheet.section(page), sheet.roster(page)
    parts = roster.parts if roster else section.before if page.kind == "section" else section.after
    found: list[Item] = []
    for part in parts:
        paths = [_here(sheet, page, path) for path in part.questions]
        visible = [path for path in paths if sheet.nodes[path].relevant]
        heading = _heading(sheet, page, part, len(parts))
        if visible and heading:
            found.append(Item("", heading))
        found += [Item(path) for path in visible]
    return found


def longest(sheet: Sheet) -> list[str]:
    """Return the questions of the page of cards that shows most of them now."""
    pages = [page for page in sheet.pages() if page.kind not in {"roster", "review"}]
    return max((sheet.visible(page) for page in pages), key=len, default=[])


def _here(sheet: Sheet, page: Page, path: str) -> str:
    return sheet.inside(page.path, path) if page.kind == "person" else path


def _heading(sheet: Sheet, page: Page, part: Part, parts: int) -> str:
    own = {sheet.section(page).path, page.path, generic(page.path), ""}
    if parts < 2 or part.path in own:
        return ""
    return plain(sheet.label(_here(sheet, page, part.path)))


def outline(sheet: Sheet, here: Page) -> list[Row]:
    """Return the outline: sections, the people of the current one, the last page."""
    pages = sheet.pages()
    begun = [index for index in range(len(sheet.plan.sections)) if sheet.section_count(index).started]
    furthest = max([here.section, *begun])
    rows: list[Row] = []
    number = 0
    for index, section in enumerate(sheet.plan.sections):
        own = [page for page in pages if page.section == index]
        if not own:
            continue
        number += 1
        usual = _("Members") if section.roster is not None else _("Questions")
        label = plain(sheet.label(section.path)) or _table_title(sheet, section) or usual
        inside = here.section == index and here.kind != "review"
        count = sheet.section_count(index)
        if inside and section.roster is not None:
            count = replace(count, errors=0, warnings=0)  # they stand beside the people
        rows.append(Row(own[0], f"{number}. {label}", count, inside, passed=index < furthest))
        if inside and section.roster is not None:
            rows += _people_rows(sheet, section.roster, own, here)
    last = pages[-1]
    rows.append(Row(last, f"{number + 1}. {_('Review and finish')}", None, here == last))
    return rows


def _table_title(sheet: Sheet, section: Section) -> str:
    """Return the words above a table of choices: an XForm has them as a note in the group, not as its label."""
    first = next((path for part in section.before for path in part.questions), "")
    return plain(sheet.nodes[first].label) if is_table_title(first) and first in sheet.nodes else ""


def _people_rows(sheet: Sheet, roster: Roster, pages: list[Page], here: Page) -> list[Row]:
    names = [words.name_of(sheet, roster, page.path) for page in pages if page.kind == "person"]
    short = [words.given_name(name) for name in names]
    times = Counter(short)
    rows = []
    for page, name, given in zip([p for p in pages if p.kind == "person"], names, short, strict=True):
        title = given if times[given] == 1 and name != _("Person %d") % words.number_of(page.path) else name
        rows.append(Row(page, title, sheet.person_count(page.path), page == here, inner=True))
    return rows


def section_words(sheet: Sheet | None, stop: Stop | None) -> str:
    """Return ``"Section 4/8"``."""
    if sheet is None or stop is None:
        return ""
    sections = list(dict.fromkeys(page.section for page in sheet.pages()))
    return _("Section %(here)d/%(all)d") % {"here": sections.index(stop.page.section) + 1, "all": len(sections)}


def people(
    sheet: Sheet, stop: Stop, known: Sequence[Person] = (), touched: frozenset[str] | None = None
) -> list[Person]:
    """Return the cards of the strip; none outside the section of the people.

    Args:
        sheet: the form as it stands.
        stop: where one is.
        known: the cards shown so far.
        touched: the questions that changed since; a card none of whose questions changed is taken from ``known``.
    """
    roster = sheet.roster(stop.page)
    if roster is None or stop.page.kind != "person":
        return []
    lines = sheet.lines(roster)
    changed = {way.line_of(path) for path in touched} if touched is not None else set(lines)
    kept = {person.line: person for person in known if person.line not in changed}
    return [
        _moved(kept[line], line == stop.page.path) if line in kept else _person(sheet, roster, line, stop.page)
        for line in lines
    ]


def _moved(person: Person, here: bool) -> Person:
    return person if person.here == here else replace(person, here=here)


def _person(sheet: Sheet, roster: Roster, line: str, here: Page) -> Person:
    name, who = words.name_of(sheet, roster, line), words.who(sheet, roster, line)
    return Person(line, name, who, sheet.person_count(line), line == here.path)


def fill_roster(
    page_widget: RosterPage, sheet: Sheet, page: Page, current: str, touched: frozenset[str] | None = None
) -> None:
    """Show the table of the people.

    Args:
        page_widget: shows it.
        sheet: the form as it stands.
        page: the page of the table.
        current: the question where one is, ``""`` on the last row.
        touched: the questions that changed since; a row without any is shown as it was. ``None`` shows all anew.
    """
    roster = sheet.roster(page)
    if roster is None:
        return
    lines = sheet.lines(roster)
    nodes = [_column_node(sheet, lines, column) for column in roster.columns]
    texts = [plain(node.label) if node is not None else "" for node in nodes]
    kinds = ["text" if node is None else _kind(node) for node in nodes]
    headings = headings_of(texts, kinds)
    changed = {way.line_of(path) for path in touched} if touched is not None else set(lines)
    known = {way.line_of(row[0].path): row for row in page_widget.table.rows}
    rows = [
        known[line]
        if line in known and line not in changed
        else [_cell(sheet, sheet.inside(line, column)) for column in roster.columns]
        for line in lines
    ]
    page_widget.show_table(roster.path, headings, rows, current)


def _column_node(sheet: Sheet, lines: list[str], column: str) -> Seen | None:
    return sheet.nodes[sheet.inside(lines[0], column)] if lines else None


def _kind(node: Seen) -> str:
    if node.control == "select1":
        return "choice"
    return "number" if node.type in NUMBERS or node.type == "date" else "text"


def _cell(sheet: Sheet, path: str) -> Cell:
    node = sheet.nodes[path]
    if not node.relevant:
        return Cell(path, "", "", asked=False)
    checks = [sheet.nodes[check] for check in sheet.checks(path)]
    mark = "fault" if sheet.is_fault(path) else ""
    if not mark and checks:
        mark = "reason" if all(check.value for check in checks) else "doubt"
    text = "" if node.value else _instead(sheet, path)
    if not text:
        text = words.chosen(node) if node.control == "select1" else shown(node.type, node.value, i18n.language())
    return Cell(path, text, mark, asked=True)


def open_places(sheet: Sheet) -> list[Open]:
    """Return what keeps the form from being finished."""
    found = []
    for stop in sheet.unready():
        node = sheet.nodes[stop.path]
        question = sheet.nodes[sheet.guarded(stop.path)]
        who = ""
        if "]" in stop.path:
            line = stop.path[: stop.path.rindex("]") + 1]
            roster = next((r for r in sheet.plan.rosters if r.path == generic(line)), None)
            who = words.name_of(sheet, roster, line) if roster else ""
        blank = node.violation is None or node.violation.kind == "required"
        reason = "" if blank or node.violation is None else node.violation.message
        number = sheet.plan.numbers.get(generic(question.path), "")
        found.append(Open(stop.path, number, who, plain(question.label), reason, sheet.is_check(stop.path)))
    return found


def author_faults(sheet: Sheet) -> list[str]:
    """Return the names of the places where an expression of the form fails, each once."""
    found = (violation for violation in sheet.session.validate() if violation.kind == "error")
    return list(dict.fromkeys(generic(violation.path).rpartition("/")[2] for violation in found))


def hints(sheet: Sheet | None, stop: Stop | None) -> list[Hint]:
    """Return the keys that matter at a stop."""
    if sheet is None or stop is None:
        return []
    pause, helps = Hint(("Esc",), _("Pause, all saved")), Hint(("F1",), _("Help"))
    if stop.page.kind == "review":
        if not sheet.unready():
            return [Hint(("Enter",), _("Finish the form")), Hint(("↑",), _("Previous question")), pause, helps]
        return [Hint(("↑", "↓"), _("Choose a place")), Hint(("Enter",), _("Go there")), pause, helps]
    found = [Hint(("Enter",), _("Next question")), Hint(("↑",), _("Previous question"))]
    node = sheet.nodes.get(stop.path)
    way = way_of(node) if node is not None else ""
    if way in {"options", "many", "rank"}:
        words_of_keys = _("Choose an answer") if way == "options" else _("Choose several")
        found.insert(0, Hint(("1", "–", "9"), words_of_keys))
    if node is not None and shown_with(node):
        found.insert(2, Hint((MEDIA_KEY,), _("Pictures and sounds")))
    if stop.page.kind == "roster":
        found += [Hint(("Insert",), _("Add a person")), Hint(("Ctrl+Delete",), _("Remove the person"))]
        found += [Hint(("Alt+↑", "Alt+↓"), _("Move the person"))] if "[" in stop.path else []
    else:
        found.append(Hint(("Ctrl+→",), _("Next person") if stop.page.kind == "person" else _("Next section")))
    return [*found, Hint(("F10",), _("Menu")), Hint(("F1",), _("Help for this question")), pause]


def beside(sheet: Sheet, stop: Stop, note: str, asks: Sequence[Exchange] = ()) -> Beside:
    """Return what can be said beside the question one is at; ``asks`` is what the office asks about the form."""
    path = sheet.guarded(stop.path)
    node = sheet.nodes.get(path)
    if node is None:
        return Beside()
    special = sheet.special(path)
    offered = tuple((choice.value, plain(choice.label)) for choice in special.choices) if special is not None else ()
    chosen = special.value if special is not None else ""
    asked = _asked_about(asks, {node.address, sheet.nodes[stop.path].address})
    words = f"{asked.said[-1].by}: {asked.said[-1].words}" if asked is not None else ""
    named = asked.thread if asked is not None else ""
    return Beside(path, offered, chosen, note, node.guidance, _other_language(sheet), named, words)


def _asked_about(asks: Sequence[Exchange], addresses: Collection[str]) -> Exchange | None:
    """Return what is asked about an answer, else about the whole form."""
    exact = (each for each in asks if each.address in addresses)
    return next(exact, None) or next((each for each in asks if not each.address), None)


def _other_language(sheet: Sheet) -> str:
    """Return the language F3 leads to, without its code; ``""`` when the form has one only."""
    return next_language(sheet).rpartition("(")[0].strip() or next_language(sheet)


def next_language(sheet: Sheet) -> str:
    """Return the form's language after the one spoken, ``""`` when it has one only."""
    languages = sheet.session.form.languages
    if len(languages) < 2 or sheet.session.language not in languages:
        return ""
    return languages[(languages.index(sheet.session.language) + 1) % len(languages)]


def quiet_fact(sheet: Sheet | None, stop: Stop | None) -> str:
    """Return ``"Question 8/12"``."""
    if sheet is None or stop is None or stop.path not in sheet.nodes:
        return ""
    paths = [path for path in sheet.visible(stop.page) if sheet.is_asked(path)]
    question = sheet.guarded(stop.path)
    if question not in paths:
        return ""
    return _("Question %(here)d/%(all)d") % {"here": paths.index(question) + 1, "all": len(paths)}


def help_text(sheet: Sheet | None, stop: Stop | None) -> str:
    """Return how the current question is answered, in short paragraphs."""
    node = sheet.nodes.get(stop.path) if sheet is not None and stop is not None else None
    keys = {
        "options": _("Press the digit or letter of the answer; the next question comes by itself."),
        "many": _("Press the digits of all answers that apply, then Enter. 0 means none of them, 9 don't know."),
        "rank": _("Press the digits in the order of importance, then Enter."),
        "lookup": _("Type a part of the word, accents are not needed. Choose with ↑ and ↓, take with Enter."),
        "line": _("Type the answer, then press Enter."),
        "area": _("Type the answer. Shift+Enter begins a new line, Enter goes on."),
        "range": _("← and → move the slider by a step, Home and End to its ends. Or type the number. Enter goes on."),
        "file": _(
            "1 chooses a file, 2 pastes a picture that was copied, Delete removes it. On a ground to draw on, draw "
            "with mouse, pen or finger; Backspace takes a stroke back. What is kept stands encrypted in the data file."
        ),
    }
    parts = [plain(node.label), plain(node.hint), keys.get(way_of(node), "")] if node is not None else []
    parts.append(
        _("↑ goes back, Tab goes on without answering. F8 goes to the next place to review, F4 to the outline.")
    )
    parts.append(_("Every answer is saved at once. Esc pauses the interview; it opens again at this question."))
    return "\n\n".join(part for part in parts if part)


__all__ = ["Count", "asked", "fill_roster", "help_text", "hints", "items", "open_places", "outline", "people"]
