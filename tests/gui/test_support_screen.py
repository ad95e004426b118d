"""Device support by keyboard: a programme begun, proposed, approved and delivered; the screen says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from survey_app.operations.demo import Demo
from survey_app.operations.merging import merge
from survey_app.operations.support.decisions import except_household
from survey_app.operations.support.programmes import open_programme
from survey_app.operations.support.standing import read_support
from survey_app.paths import forms
from survey_app.records import Enumerator
from survey_app.store import Store

SECOND = Enumerator("ct02", "Ma Văn Bình", "supervisor")
CONTROL = Qt.KeyboardModifier.ControlModifier
PASSPHRASE = "khao-sat-mau"
TABLE = forms() / "device_support" / "programme.csv"


@pytest.fixture
def merged(commune: Demo, office: Path) -> Path:
    """Return an office that knows the forms, where at least one household may be proposed."""
    with Store.open(office, PASSPHRASE) as store:
        merge(store, list(commune.bundles))
        open_programme(store, TABLE, "ct01")
        lines = read_support(store, "ct01").listing.lines
        home = next(line.household for line in lines if line.status == "out" and "given" not in str(line.why))
        except_household(store, "ct01", home, "hoàn cảnh khó khăn")
    return office


@pytest.mark.parametrize("language", ["vi", "en"])
def test_from_proposal_to_delivery_and_back_by_keys(
    ground: Callable[..., Any], merged: Path, language: str, tmp_path: Path
) -> None:
    here = ground(merged, language=language)
    here.unlock()
    here.desk.go("support")
    here.settle()
    screen = here.screen
    household = screen.table.current_row().household
    assert len(screen._why.text()) > 20

    def status() -> str:
        line = read_support(here.desk.store, "ct01").listing.line(household)
        assert line is not None
        return line.status

    here.press(Qt.Key.Key_1)
    assert status() == "proposed"
    here.press(Qt.Key.Key_2)
    here.type("112/QĐ-UBND")
    screen.form.two.set_text("20/11/2026")
    here.press(Qt.Key.Key_Return, CONTROL)
    assert status() == "proposed"  # whoever proposed does not approve too
    assert screen.strip.isVisible()
    here.desk.store.put_enumerators([SECOND])
    here.desk.person = SECOND
    here.press(Qt.Key.Key_Return, CONTROL)
    assert status() == "approved"
    screen.write_papers("list", tmp_path / "ds.pdf")
    here.settle()
    assert sorted(path.name for path in tmp_path.glob("ds*.pdf")) == ["ds-ban-giao.pdf", "ds.pdf"]
    here.press(Qt.Key.Key_3)
    screen.form.one.set_text("99")
    here.press(Qt.Key.Key_Return, CONTROL)
    assert status() == "approved"  # there is no such member
    assert screen.strip.isVisible()
    screen.form.one.set_text("1")
    here.press(Qt.Key.Key_Return, CONTROL)
    assert status() == "delivered"
    here.press(Qt.Key.Key_4)
    here.press(Qt.Key.Key_Escape)
    assert screen.form.isHidden()
    assert status() == "delivered"


def test_an_office_without_a_programme_begins_with_the_example(ground: Callable[..., Any], office: Path) -> None:
    here = ground(office)
    here.unlock()
    here.desk.go("support")
    here.settle()
    assert here.screen.empty.isVisible()
    here.screen.empty.button.click()
    here.settle()
    assert here.screen.now.programme.code == "ptu-2026"
    assert not here.screen.all_button.isEnabled()
