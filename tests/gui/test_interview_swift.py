"""What keeps the interview quick: cards made ahead of need, nothing painted for what lies above it, no table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from survey_app.gui import theme
from survey_app.gui.interview import show
from survey_app.gui.interview.card import Card
from survey_app.gui.interview.option import Option
from survey_app.gui.interview.screen import InterviewScreen


def interviewed(here: Any) -> InterviewScreen:
    """Open the interview of a household with people, at its first page."""
    household = next(
        line.household.id
        for line in here.desk.store.households()
        if any(
            len(form.answers.get("members", ())) >= 2 for form in here.desk.store.currents(household=line.household.id)
        )
    )
    here.desk.go("interview", household=household)
    here.settle()
    screen = here.screen
    assert isinstance(screen, InterviewScreen)
    return screen


def at_first_person(here: Any) -> InterviewScreen:
    """Open the interview of a household with people, at the page of the first one."""
    screen = interviewed(here)
    assert screen.sheet is not None
    screen.go_to_page(next(page for page in screen.sheet.pages() if page.kind == "person"))
    here.settle()
    return screen


def shown(screen: InterviewScreen) -> list[tuple[str, str, bool]]:
    """Return path, spoken words and place of every card that is shown, in order."""
    cards = [card for path in screen.column.paths if (card := screen.column.card(path)) is not None]
    return [(card.path, card.accessibleName(), card.isVisible() and card.height() > 0) for card in cards]


def test_cards_are_made_while_the_person_rests_and_the_next_page_is_the_same(
    ground: Callable[..., Any], laptop: Path
) -> None:
    here = ground(laptop)
    here.unlock()
    screen = interviewed(here)
    assert screen.sheet is not None
    people = [page for page in screen.sheet.pages() if page.kind == "person"]
    screen.go_to_page(people[0])
    QApplication.processEvents()
    cold = shown(screen)
    wanted = show.longest(screen.sheet)
    while screen.column.warm(wanted, screen._ask):
        pass
    assert len(screen.column.findChildren(Card)) >= len(wanted)
    assert shown(screen) == cold
    assert all(visible for _path, _words, visible in cold)
    screen.go_to_page(screen.sheet.pages()[0])
    screen.go_to_page(people[0])
    QApplication.processEvents()
    assert shown(screen) == cold


def test_a_warmed_card_takes_an_answer(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    screen = interviewed(here)
    assert screen.sheet is not None
    while screen.column.warm(show.longest(screen.sheet), screen._ask):
        pass
    page = next(page for page in screen.sheet.pages() if page.kind == "person")
    screen.go_to_page(page)
    QApplication.processEvents()
    asked = [card for path in screen.column.paths if (card := screen.column.card(path)) and card.way == "options"]
    card = asked[0]
    screen.go_to(card.path)
    QApplication.processEvents()
    option = next(one for one in card.findChildren(Option) if one.isVisible() and not one.isChecked())
    path, value = card.path, option.choice.value
    option.click()
    here.settle()
    assert screen.sheet.nodes[path].value == value
    assert screen.interview is not None
    assert screen.interview.due() is None


def test_what_paints_all_of_itself_stays_so_when_it_is_dressed_anew(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    screen = at_first_person(here)

    def whole() -> list[QWidget]:
        return [part for part in screen.findChildren(QWidget) if getattr(part, "whole", False) and part.isVisible()]

    assert any(isinstance(part, Option) for part in whole())
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for look in ("dark", "light"):
        theme.apply(app, look)
        here.settle()
        assert all(part.testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent) for part in whole())


def test_the_list_of_answers_without_a_place_is_made_when_it_is_wanted(
    ground: Callable[..., Any], laptop: Path
) -> None:
    here = ground(laptop)
    here.unlock()
    screen = interviewed(here)
    assert screen._lost is None
    assert not screen.shows_lost
    screen.back()
    assert screen._lost is None


def painted_anew(window: QWidget) -> QImage:
    """Return the window as it looks when all of it is painted."""
    return window.grab().toImage()


def on_the_screen(window: QWidget) -> QImage:
    """Return what stands on the screen."""
    screen = window.screen()
    assert screen is not None
    return screen.grabWindow(window.winId()).toImage()


def test_shifted_pixels_are_those_that_painting_anew_would_give(ground: Callable[..., Any], laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    screen = at_first_person(here)
    for number in range(24):
        here.press(Qt.Key.Key_1 if number % 3 != 1 else Qt.Key.Key_2)  # shows and hides the questions that follow
        if number % 2:
            here.press(Qt.Key.Key_Return)
        here.settle()
        seen, anew = on_the_screen(here.window), painted_anew(here.window)
        assert seen.size() == anew.size()
        assert seen == anew.convertToFormat(seen.format()), f"after key {number} at {screen.stop}"


def test_one_more_question_paints_little_of_the_page(
    ground: Callable[..., Any], laptop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ground(laptop)
    here.unlock()
    screen = at_first_person(here)
    words: list[str] = []
    draw = Card._draw_words

    def draws(card: Card, *given: Any) -> None:
        words.append(card.path)
        draw(card, *given)

    level, active = (next(p for p in screen.column.paths if p.endswith(n)) for n in ("/m_eid_level", "/m_eid_active"))
    assert screen.interview is not None and screen.sheet is not None
    screen.interview.enter(active, "")
    screen.interview.enter(level, "none")  # whether it is active is not asked
    screen.sheet.read(screen.interview.session)
    screen.go_to(level)
    screen._show_all()
    here.settle()
    before = set(screen.column.paths)
    monkeypatch.setattr(Card, "_draw_words", draws)
    here.press(Qt.Key.Key_3)
    monkeypatch.undo()
    (more,) = set(screen.column.paths) - before
    assert more in words
    assert len(set(words)) < 4, "the cards above keep their pixels"
