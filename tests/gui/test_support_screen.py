"""Device support by keyboard: a programme begun, proposed, approved and delivered; the screen says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from survey_app.gui.office.support_form import DeedForm
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
    screen.form.day.set_text("20/11/2026")
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
    screen.form.receiver.set_text("99")
    here.press(Qt.Key.Key_Return, CONTROL)
    assert status() == "approved"  # there is no such member
    assert screen.strip.isVisible()
    screen.form.receiver.set_text("1")
    screen.form.serial.set_text("354412")
    screen.form.day.set_text("21/11/2026")
    sheet = tmp_path / "biên bản.png"
    sheet.write_bytes(b"\x89PNG signed")
    screen.form.take_sheet(sheet)
    here.press(Qt.Key.Key_Return, CONTROL)
    assert status() == "delivered"
    record = read_support(here.desk.store, "ct01").register.furthest("ptu-2026")[household]
    assert {name: record.said[name] for name in ("form", "network", "serial", "day")} == {
        "form": "device_service", "network": "4g", "serial": "4412", "day": "2026-11-21"
    }  # fmt: skip
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


def test_money_has_no_network_and_no_serial_number(ground: Callable[..., Any], merged: Path) -> None:
    ground(merged)
    form = DeedForm()
    form.begin("deliver", "001 Lò Thị Mai", "21/11/2026", ())
    form.form_box.setCurrentIndex(form.form_box.findData("cash"))
    assert form.network.isHidden()
    assert form.serial.isHidden()
    sent: list[Any] = []
    form.given.connect(sent.append)
    form.give()
    assert (sent[0].form, sent[0].serial, sent[0].receiver, sent[0].day) == ("cash", "", "1", "21/11/2026")


def test_of_several_programmes_one_is_chosen(ground: Callable[..., Any], merged: Path) -> None:
    other = TABLE.read_text(encoding="utf-8").replace("ptu-2026", "tinh-2027")
    with Store.open(merged, PASSPHRASE) as store:
        open_programme(store, other.encode(), "ct01")
    here = ground(merged)
    here.unlock()
    here.desk.go("support")
    here.settle()
    screen = here.screen
    assert screen.now.programme.code == "tinh-2027"  # the one put to use last
    assert screen.which.isVisible()
    screen.which_box.setCurrentIndex(screen.which_box.findData("ptu-2026"))
    screen.which_box.activated.emit(screen.which_box.currentIndex())
    here.settle()
    assert screen.now.programme.code == "ptu-2026"
    here.press(Qt.Key.Key_1)
    assert read_support(here.desk.store, "ct01", "ptu-2026").listing.count("proposed") == 1
    assert read_support(here.desk.store, "ct01", "tinh-2027").listing.count("proposed") == 0


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_programme_from_nothing_by_its_rows_with_faults_at_their_fields(
    ground: Callable[..., Any], office: Path, language: str
) -> None:
    here = ground(office, language=language)
    here.unlock()
    here.press(Qt.Key.Key_8, CONTROL)
    here.settle()
    here.press(Qt.Key.Key_R, CONTROL)
    here.settle()
    screen = here.screen
    here.press(Qt.Key.Key_Return)
    assert screen.form.isAncestorOf(screen.focusWidget())
    here.press(Qt.Key.Key_Escape)
    assert screen.table.hasFocus()
    assert [row["row"] for row in screen.table.rows_model.rows] == ["programme", "device", "group"]
    here.press(Qt.Key.Key_Return, CONTROL)
    assert screen.strip.isVisible()
    assert screen.form.code.fault
    assert screen.form.name_vi.fault
    form = screen.form

    def fill(number: int, code: str, when: str = "", count: str = "") -> None:
        screen.table.select(number)
        for field, text in ((form.code, code), (form.name_vi, f"Tên {code}"), (form.name_en, f"Name {code}")):
            field.set_text(text)
        form.number.set_text(count)
        if when:
            form.when_edit.setPlainText(when)

    fill(0, "xa-2027")
    fill(1, "smartphone", count="nhiều")
    fill(2, "poor", "${official_povrty} = 'poor'")
    screen.table.setFocus()
    here.press(Qt.Key.Key_N, CONTROL)
    assert [row["row"] for row in screen.table.rows_model.rows][-1] == "group"
    fill(3, "near", "${official_poverty} = 'near_poor'")
    screen.table.setFocus()
    here.press(Qt.Key.Key_Return, CONTROL)
    assert {(fault.row, fault.column) for fault in screen.faults} == {(3, "number"), (4, "when")}
    assert screen.table.current_row().number == 3
    assert form.number.fault
    here.press(Qt.Key.Key_F8)
    assert screen.table.current_row().number == 4
    assert "official_poverty" in form.when.fault  # what it may have meant
    form.when_edit.setPlainText("${official_poverty} = 'poor'")
    screen.table.select(1)
    form.number.set_text("5")
    here.press(Qt.Key.Key_Up, CONTROL)
    here.press(Qt.Key.Key_Down, CONTROL)
    here.press(Qt.Key.Key_Return, CONTROL)
    here.settle()
    assert here.desk.store is not None
    assert here.screen.now.programme.code == "xa-2027"
    assert [rule.code for rule in here.screen.now.programme.groups] == ["poor", "near"]
    assert here.screen.now.programme.devices[0].quota == 5


def test_rows_are_saved_for_excel_and_come_back_the_same(
    ground: Callable[..., Any], merged: Path, tmp_path: Path
) -> None:
    here = ground(merged)
    here.unlock()
    here.desk.go("support")
    here.settle()
    here.press(Qt.Key.Key_R, CONTROL)
    here.settle()
    path = tmp_path / "chương trình.csv"
    here.screen.write_file(path)
    here.settle()
    assert path.read_bytes().startswith(b"\xef\xbb\xbfrow;code;")
    with_form = here.screen.form
    here.screen.table.select(3)
    with_form.question_box.setCurrentIndex(with_form.question_box.findData("n_pupils"))
    with_form.question_box.activated.emit(with_form.question_box.currentIndex())
    assert "${n_pupils}" in here.screen.table.current_row()["when"]
    assert here.screen.changed
    before = read_support(here.desk.store, "ct01").programme
    again = open_programme(here.desk.store, path, "ct01")
    assert [rule.code for rule in again.groups] == [rule.code for rule in before.groups]
    assert len([one for one in read_support(here.desk.store, "ct01").register.all if one.what == "support_opened"]) == 1
