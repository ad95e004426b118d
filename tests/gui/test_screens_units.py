"""The lists beside the household list: villages, communes, enterprises, agencies, requests for devices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.screens.units import UnitsScreen

from .conftest import Ground, nameless

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Maker = Callable[..., Ground]


@pytest.fixture
def there(ground: Maker, office: Path) -> Ground:
    made = ground(office)
    made.unlock()
    return made


def units(there: Ground, level: str = "") -> UnitsScreen:
    there.desk.go("units", level=level)
    there.settle()
    assert isinstance(there.screen, UnitsScreen)
    return there.screen


def test_villages_are_on_their_list_by_themselves_and_open_their_form_with_enter(there: Ground) -> None:
    screen = units(there)
    assert screen.facts is not None
    assert screen.facts.level == "village"
    assert len(screen.facts.lines) == len(there.desk.store.places("village"))
    assert nameless(screen) == []
    there.press(Qt.Key.Key_Return)
    assert isinstance(there.screen, InterviewScreen)
    assert there.screen.interview is not None
    assert there.screen.interview.form.id == "village"
    assert there.faults == []


def test_leaving_a_form_comes_back_to_its_list(there: Ground) -> None:
    units(there, "commune")
    there.press(Qt.Key.Key_Return)
    there.press(Qt.Key.Key_Escape)
    assert isinstance(there.screen, UnitsScreen)
    assert there.screen.facts is not None
    assert there.screen.facts.level == "commune"


def test_an_enterprise_is_added_by_keys_and_its_form_opens(there: Ground) -> None:
    screen = units(there)
    there.press(Qt.Key.Key_3, ALT)
    there.press(Qt.Key.Key_N, CTRL)
    there.type("Hợp tác xã Nà Pài")
    there.press(Qt.Key.Key_Return)
    assert isinstance(there.screen, InterviewScreen)
    assert there.screen.interview is not None
    assert there.screen.interview.household.head_name == "Hợp tác xã Nà Pài"
    assert there.screen.interview.form.id == "enterprise"
    assert any(
        line.household.head_name == "Hợp tác xã Nà Pài" for line in there.desk.store.households(level="enterprise")
    )
    assert screen.form.isHidden()


def test_a_request_names_the_household_that_asks(there: Ground) -> None:
    screen = units(there, "device_support")
    before = len(there.desk.store.households(level="device_support"))
    there.press(Qt.Key.Key_N, CTRL)
    screen.form.save_button.click()
    there.settle()
    found = [line.household for line in there.desk.store.households(level="device_support")]
    assert len(found) == before + 1
    assert isinstance(there.screen, InterviewScreen)
    assert there.screen.interview is not None
    assert there.screen.interview.household.about in {line.household.id for line in there.desk.store.households()}
