"""Where one goes from where one is. Plain functions over the sheet; nothing moves here."""

from __future__ import annotations

from survey_app.gui.interview.sheet import Sheet
from survey_app.gui.interview.standing import Page, Stop


def line_of(path: str) -> str:
    """Return the repeat instance a path lies in, ``""`` when in none."""
    return path[: path.rindex("]") + 1] if "]" in path else ""


def index_of(sheet: Sheet, stop: Stop) -> int:
    """Return where a stop is on the way; of a question that is not asked any more, the last one before it."""
    place = sheet.place(stop.path)
    if place is not None:
        return place
    order = sheet.order()
    here = order.get(stop.path, -1)
    before = [number for number, other in enumerate(sheet.stops()) if order.get(other.path, len(order)) < here]
    return before[-1] if before else -1


def unanswered(sheet: Sheet, index: int) -> Stop:
    """Return the first stop after an index that waits for an answer; the review when there is none.

    "One more person?" is asked only by those who come from the table, or when nobody is in it.
    """
    stops = sheet.stops()
    here = stops[index].page if index >= 0 else None
    for stop in stops[index + 1 :]:
        if stop.path in sheet.nodes:
            if sheet.waits(stop.path):
                return stop
        elif stop.page.kind == "roster" and (stop.page == here or not sheet.questions(stop.page)):
            return stop
    return stops[-1]


def next_unanswered(sheet: Sheet, stop: Stop) -> Stop:
    """Return the next stop that waits for an answer, from the end back to the first; the review when there is none."""
    found = unanswered(sheet, index_of(sheet, stop))
    return found if found.page.kind != "review" else unanswered(sheet, -1)


def step(sheet: Sheet, stop: Stop, steps: int) -> Stop:
    """Return the stop so many steps on (back when negative), answered or not."""
    stops = sheet.stops()
    return stops[max(0, min(len(stops) - 1, index_of(sheet, stop) + steps))]


def at(sheet: Sheet, path: str) -> Stop | None:
    """Return the stop of a question, ``None`` when it is not asked."""
    place = sheet.place(path)
    return sheet.stops()[place] if place is not None else None


def start_of(sheet: Sheet, page: Page) -> Stop | None:
    """Return where a page begins: its first question that waits, else its first."""
    stops = [stop for stop in sheet.stops() if stop.page == page]
    waiting = [stop for stop in stops if stop.path in sheet.nodes and sheet.waits(stop.path)]
    return next(iter(waiting or stops), None)


def person(sheet: Sheet, stop: Stop, line: str) -> Stop | None:
    """Return where a person begins: the row when one is in the table, the person's page otherwise."""
    if stop.page.kind == "roster":
        return next((other for other in sheet.stops() if other.path.startswith(f"{line}/")), None)
    page = next((page for page in sheet.pages() if page.kind == "person" and page.path == line), None)
    return start_of(sheet, page) if page is not None else None


def next_person(sheet: Sheet, stop: Stop, steps: int) -> Stop | None:
    """Return where the next (previous) person begins; outside the people, the next page."""
    if stop.page.kind == "roster" and line_of(stop.path):
        lines = sheet.lines_of(stop.page)
        number = lines.index(line_of(stop.path)) + steps
        if 0 <= number < len(lines):
            return person(sheet, stop, lines[number])
    pages = sheet.pages()
    number = pages.index(stop.page) + steps if stop.page in pages else 0
    return start_of(sheet, pages[number]) if 0 <= number < len(pages) else None


def to_review(sheet: Sheet, stop: Stop) -> list[Stop]:
    """Return the places to look at again; on the last page that is all that keeps the form from being finished."""
    return sheet.unready() if stop.page.kind == "review" else sheet.faults()


def next_fault(sheet: Sheet, stop: Stop) -> Stop | None:
    """Return the next place to look at again, from the end back to the first; ``None`` when there is none."""
    faults = to_review(sheet, stop)
    here = index_of(sheet, stop)
    order = {other.path: number for number, other in enumerate(sheet.stops())}
    later = [other for other in faults if order[other.path] > here]
    return next(iter(later or faults), None)


def next_open_page(sheet: Sheet, stop: Stop) -> Stop | None:
    """Return where the next page with something open begins; the review when there is none."""
    pages = sheet.pages()
    after = pages[pages.index(stop.page) + 1 :] if stop.page in pages else pages
    return start_of(sheet, next((page for page in after if not sheet.count(page).done), pages[-1]))
