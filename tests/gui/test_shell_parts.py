"""The building blocks do what their look promises."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from survey_app import i18n, paths
from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.failures import FAULT_CODE
from survey_app.gui.parts import (
    STATUS,
    Banner,
    Bar,
    Button,
    Chip,
    Column,
    Field,
    HintLine,
    Label,
    PassphraseField,
    SearchField,
    Segmented,
    Table,
)
from survey_app.gui.parts.focus import FocusRing
from survey_app.gui.parts.new_passphrase import NewPassphrase
from survey_app.gui.parts.place_picker import PlacePicker
from survey_app.gui.screen import Hint
from survey_app.gui.screens.new_office import find_communes
from survey_app.gui.theme import Type

_kept: list[QWidget] = []


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    _kept.clear()


def show(bot: QtBot, widget: QWidget, width: int = 600, height: int = 200) -> QWidget:
    """Show a widget alone on a window."""
    ground = QWidget()
    QVBoxLayout(ground).addWidget(widget)
    bot.addWidget(ground)
    _kept.append(ground)
    ground.resize(width, height)
    ground.show()
    ground.activateWindow()
    QApplication.processEvents()
    return ground


def test_enter_presses_a_button(qtbot: QtBot) -> None:
    button = Button("Pack", "primary")
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    show(qtbot, button)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == [True]


def test_enter_never_presses_a_button_that_takes_something_away(qtbot: QtBot) -> None:
    button = Button("Delete", "danger")
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    show(qtbot, button)
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert pressed == []


def test_the_shortcut_on_the_keycap_presses_the_button(qtbot: QtBot) -> None:
    button = Button("Pack", key="Ctrl+B")
    pressed: list[bool] = []
    button.clicked.connect(lambda: pressed.append(True))
    ground = show(qtbot, button)
    QTest.keyClick(ground, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert pressed == [True]


def test_a_focused_button_wears_a_ring_and_loses_it(qtbot: QtBot) -> None:
    first, second = Button("One"), Button("Two")
    ground = QWidget()
    column = QVBoxLayout(ground)
    column.addWidget(first)
    column.addWidget(second)
    qtbot.addWidget(ground)
    ground.show()
    ground.activateWindow()
    first.setFocus()
    second.setFocus()
    QApplication.processEvents()
    rings = [ring for ring in ground.findChildren(FocusRing) if ring.isVisible()]
    assert len(rings) == 1
    assert rings[0].geometry().contains(second.geometry())


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_status_has_a_word_an_icon_and_a_tone(qtbot: QtBot, language: str) -> None:
    i18n.use_language(language)
    chips = [Chip(name) for name in STATUS]
    assert all(chip.text() for chip in chips)
    assert len({chip.text() for chip in chips}) == len(chips)
    assert all((theme.icons_folder() / f"{status.icon}.svg").is_file() for status in STATUS.values())


def test_a_field_tells_its_fault_to_a_screen_reader(qtbot: QtBot) -> None:
    field = Field("Name", "as on the card")
    show(qtbot, field)
    field.set_fault("Type the name first.")
    face = QAccessible.queryAccessibleInterface(field.edit)
    assert face is not None
    assert face.text(QAccessible.Text.Name) == "Name"
    assert face.text(QAccessible.Text.Description) == "Type the name first."


def test_typing_takes_the_fault_away(qtbot: QtBot) -> None:
    field = Field("Name")
    show(qtbot, field)
    field.set_fault("Type the name first.")
    QTest.keyClicks(field.edit, "a")
    assert field.fault == ""


def test_a_passphrase_is_hidden_until_the_eye_is_pressed(qtbot: QtBot) -> None:
    field = PassphraseField("Passphrase")
    show(qtbot, field)
    edit = field.edit
    hidden = edit.property("echoMode")
    field.look.click()
    assert edit.property("echoMode") != hidden


def test_two_different_passphrases_are_not_taken(qtbot: QtBot) -> None:
    both = NewPassphrase()
    show(qtbot, both, height=300)
    both.first.set_text("ba con meo den")
    both.second.set_text("ba con meo trang")
    assert both.value() is None
    assert both.second.fault


def test_a_short_passphrase_is_not_taken(qtbot: QtBot) -> None:
    both = NewPassphrase()
    show(qtbot, both, height=300)
    both.first.set_text("meo")
    both.second.set_text("meo")
    assert both.value() is None
    assert both.first.fault


def test_the_same_passphrase_twice_is_taken(qtbot: QtBot) -> None:
    both = NewPassphrase()
    show(qtbot, both, height=300)
    both.first.set_text("ba con mèo đen")
    both.second.set_text("ba con mèo đen")
    assert both.value() == "ba con mèo đen"


def test_a_commune_is_found_without_accents_and_taken_by_keyboard(qtbot: QtBot) -> None:
    picker = PlacePicker(lambda text: picker.show_found(find_communes(text)))
    taken: list[object] = []
    picker.picked.connect(taken.append)
    show(qtbot, picker, height=400)
    edit = picker.field.edit
    edit.setFocus()
    QTest.keyClicks(edit, "van lang thai nguyen")
    qtbot.waitUntil(lambda: bool(picker.found), timeout=3000)
    assert {place.name for place, _around in picker.found} >= {"Xã Văn Lang", "Xã Văn Lăng"}
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert picker.place == picker.found[1][0]


def test_a_long_label_is_cut_at_its_end_and_keeps_its_width(qtbot: QtBot) -> None:
    label = Label("Nguyễn Thị Ánh Tuyết, thôn Đông Hạ, xã Phú Lâm", Type.BODY, elide=True)
    ground = show(qtbot, label, 140, 60)
    assert label.width() <= ground.width()
    assert label._shown(label.width()).endswith("…")


def test_a_wrapped_label_is_as_tall_as_its_lines(qtbot: QtBot) -> None:
    label = Label("một hai ba bốn năm sáu bảy tám chín mười " * 6, Type.BODY, wrap=True)
    assert label.heightForWidth(300) > label.heightForWidth(600) > label.line_height


def test_numbers_in_a_label_stand_in_the_digit_font(qtbot: QtBot) -> None:
    ones, fours = Label("111", Type.BODY, figures=True), Label("444", Type.BODY, figures=True)
    assert ones.natural_width() == fours.natural_width()


def test_hints_that_do_not_fit_go_but_help_stays(qtbot: QtBot) -> None:
    line = HintLine()
    line.show_hints([*(Hint((f"Ctrl+{n}",), "Một việc gì đó") for n in range(1, 7)), Hint(("F1",), "Help")])
    kept = line.shown(420)
    assert 1 < len(kept) < 7
    assert kept[-1].keys == ("F1",)


def test_a_switch_is_worked_by_keyboard(qtbot: QtBot) -> None:
    switch = Segmented([("light", "Light"), ("dark", "Dark")], "light", "Theme")
    chosen: list[str] = []
    switch.chosen.connect(chosen.append)
    show(qtbot, switch)
    QTest.keyClick(switch._segments["dark"], Qt.Key.Key_Space)
    assert (switch.value(), chosen) == ("dark", ["dark"])


def test_a_bar_tells_its_value(qtbot: QtBot) -> None:
    bar = Bar()
    bar.set_progress(29, 52)
    assert (bar.value(), bar.maximum()) == (29, 52)


def test_a_banner_shows_message_hint_and_code(qtbot: QtBot) -> None:
    banner = Banner("info")
    banner.say_error(SurveyAppError("STO-05", "The disk is full.", "Free some space."))
    assert banner.accessibleName() == "The disk is full. Free some space.\u00a0\u00a0[STO-05]"


def test_a_banner_never_shows_the_text_of_a_fault_but_leaves_a_crash_file(
    qtbot: QtBot, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    banner = Banner("info")
    banner.say_error(KeyError("Nguyễn Thị Hường"))
    (crash,) = (paths.user_folder() / "crashes").glob("crash-*.txt")
    assert FAULT_CODE in banner.accessibleName()
    assert FAULT_CODE in caplog.text
    for text in (banner.accessibleName(), crash.read_text(encoding="utf-8"), capsys.readouterr().err, caplog.text):
        assert "Hường" not in text


def test_a_banner_words_a_failure_of_the_system(qtbot: QtBot) -> None:
    banner = Banner("info")
    banner.say_error(PermissionError(13, "Permission denied", "/media/stick/a.bundle"))
    assert "SYS-01" in banner.accessibleName()
    assert "/media" not in banner.accessibleName()
    assert not (paths.user_folder() / "crashes").exists()


def _table() -> Table[tuple[str, str]]:
    return Table([Column(lambda: "No.", lambda row: row[0], 80), Column(lambda: "Name", lambda row: row[1])], "People")


def test_enter_opens_the_row_the_arrows_went_to(qtbot: QtBot) -> None:
    table = _table()
    table.set_rows([("1", "An"), ("2", "Bình"), ("3", "Chi")])
    opened: list[object] = []
    table.opened.connect(opened.append)
    show(qtbot, table, height=300)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened == [("2", "Bình")]


def test_new_rows_keep_the_current_one(qtbot: QtBot) -> None:
    table = _table()
    table.set_rows([("1", "An"), ("2", "Bình")])
    table.select(1)
    table.set_rows([("0", "Ái"), ("1", "An"), ("2", "Bình")], key=lambda row: row[0])
    assert table.current_row() == ("2", "Bình")


def test_a_narrow_table_drops_columns_by_priority(qtbot: QtBot) -> None:
    table: Table[str] = Table(
        [
            Column(lambda: "A", lambda row: row, 100),
            Column(lambda: "B", lambda row: row, 200, priority=1),
            Column(lambda: "C", lambda row: row, 200, priority=2),
        ]
    )
    show(qtbot, table, 380, 200)
    assert [table.isColumnHidden(n) for n in range(3)] == [False, False, True]


def test_a_row_ends_where_the_table_does_and_cut_words_stand_in_a_tooltip(qtbot: QtBot) -> None:
    table: Table[str] = Table(
        [
            Column(lambda: "A", lambda row: row, 100),
            Column(lambda: "B", lambda row: row, 100),
            Column(lambda: "C", lambda row: row, 0, priority=1, least=400),
        ]
    )
    table.set_rows(["Phiếu khảo sát hộ"])
    show(qtbot, table, 380, 200)
    assert table.isColumnHidden(2)
    assert table.columnWidth(0) + table.columnWidth(1) == table.horizontalHeader().width()
    told = [table.model().index(0, n).data(Qt.ItemDataRole.ToolTipRole) for n in range(2)]
    assert told == ["Phiếu khảo sát hộ", None]


def test_the_arrow_down_leaves_the_search(qtbot: QtBot) -> None:
    search = SearchField("Search")
    left: list[bool] = []
    search.below.connect(lambda: left.append(True))
    show(qtbot, search)
    QTest.keyClick(search, Qt.Key.Key_Down)
    assert left == [True]


def test_vietnamese_letters_reach_a_field(qtbot: QtBot) -> None:
    field = Field("Name")
    show(qtbot, field)
    for letter in "Đặng Thị Ẩn":
        QApplication.sendEvent(field.edit, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, letter))
    assert field.text() == "Đặng Thị Ẩn"


def test_the_words_of_a_strip_stand_inside_it_from_the_first_time_on(qtbot: QtBot) -> None:
    around = QWidget()
    around.resize(330, 400)
    column = QVBoxLayout(around)
    banner = Banner("ok", stacked=True)
    banner.hide()
    column.addStretch()
    column.addWidget(banner)
    qtbot.addWidget(around)
    around.show()
    for text in (
        "Đã xác nhận 46 hộ.",
        "Đã xác nhận 46 hộ; mọi phiếu khác vẫn chờ, và vẫn an toàn trên máy này.",
        "Ngắn.",
    ):
        banner.say("Xã xác nhận thêm 4 gói", text)
        banner.show()
        QApplication.processEvents()
        QApplication.processEvents()
        words = [label for label in banner.findChildren(Label) if label.isVisible()]
        assert len(words) == 2
        assert all(banner.rect().contains(label.geometry()) for label in words)
        assert all(label.height() >= label.heightForWidth(label.width()) for label in words)
