"""The office's screens of people and of deleting names: by keyboard, in both languages, and refused to others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from survey_app import i18n
from survey_app.gui.office.people import PeopleScreen
from survey_app.gui.office.retention import RetentionScreen, amounts, in_the_way
from tests.gui.conftest import PASSPHRASE, Ground


def _screen(here: Ground, name: str) -> object:
    here.desk.go(name)
    here.settle()
    assert here.window.screen_name == name
    return here.window.screen_now


def test_a_supervisor_adds_changes_and_takes_away_by_keyboard(office: Path, ground: Callable[..., Ground]) -> None:
    here = ground(office)
    here.unlock(PASSPHRASE)
    screen = _screen(here, "people")
    assert isinstance(screen, PeopleScreen)
    before = len(screen.found)
    QTest.keyClick(here.window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(screen.name.edit, "Lo Thi Moi")
    QTest.keyClick(screen.name.edit, Qt.Key.Key_Return)
    here.settle()
    assert len(screen.found) == before + 1
    assert "Lo Thi Moi" in {each.person.name for each in screen.found}
    added = next(each.person.id for each in screen.found if each.person.name == "Lo Thi Moi")
    assert {each.id: each.role for each in here.desk.store.enumerators()}[added] == "enumerator"
    for language in i18n.LANGUAGES:
        here.window.speak(language)
        assert screen.title() and screen.help_text() and screen.keep_button.text()


def test_the_screen_of_deleting_names_says_what_is_in_the_way_and_deletes_nothing_by_itself(
    office: Path, ground: Callable[..., Ground]
) -> None:
    here = ground(office)
    here.unlock(PASSPHRASE)
    digest = here.desk.store.digest()
    screen = _screen(here, "retention")
    assert isinstance(screen, RetentionScreen)
    assert screen.facts is not None
    found = screen.facts.found
    assert amounts(found)
    rows, columns = screen.table.rows_model.rows, screen.table.rows_model.columns
    asked, form = ([column.text(row) for row in rows] for column in columns[:2])
    assert not [words for words in asked if "${" in words or ("/" in words and "m_" in words)]  # only what is asked
    assert set(form) <= {each.title for each in here.desk.store.forms()}
    assert screen.delete_button.isEnabled() == (found.is_free and bool(found.revisions))
    assert screen.ahead.isHidden() == (not in_the_way(found))
    assert here.desk.store.digest() == digest and not here.desk.store.forgettings()
