"""Every type of question in the interview's window, worked by keyboard, with a real store."""

from __future__ import annotations

import datetime as dt
import importlib.util
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QGuiApplication,
    QImage,
    QImageWriter,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.interview import camera
from survey_app.gui.interview.answers import GridAnswer, LineAnswer, LookupAnswer, UploadAnswer
from survey_app.gui.interview.answers.days import DayPicker
from survey_app.gui.interview.answers.upload import without_place
from survey_app.gui.interview.card import Card
from survey_app.gui.interview.fields import LineField, LookupField, folded_all
from survey_app.gui.interview.media import Viewer, shown_with
from survey_app.gui.interview.pictures import NotAPicture, kept_picture, read_picture
from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.screens.form_view import FormViewScreen
from survey_app.operations.forms import read_form
from survey_app.operations.interview import said_before
from survey_app.records import Enumerator
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.text import fold
from survey_app.xforms import Choice, load_form

ROOT = Path(__file__).resolve().parents[2]
FORM = ROOT / "forms" / "every_question" / "every_question.xlsx"


def _load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("interview_script", ROOT / "build_scripts" / "interview_script.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script: Any = _load_script()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fields")
    form = folder / "form.xml"
    form.write_text(load_form(FORM).xml, encoding="utf-8")
    with script.practice_store(folder / "laptop.store", form=form) as store:
        (stored,) = store.forms()
        store.put_form(replace(stored, files=dict(read_form(FORM).stored.files)))
    return folder / "laptop.store"


class Ground:
    """The interview's screen on the form with every question."""

    def __init__(self, store: Path, bot: QtBot) -> None:
        self.desk = Desk(settings=Settings())
        self.desk.lane.adopt(lambda: Store.open(store, script.PASSPHRASE))
        self.desk.set_person(Enumerator(script.ENUMERATOR, "Lò Thị Mai"))
        self.screen = InterviewScreen(self.desk)
        bot.addWidget(self.screen)
        self.screen.resize(1366, 681)
        self.screen.show()
        bot.waitActive(self.screen)
        self.open(1)

    def open(self, household: int) -> None:
        self.screen.refresh(household=script.household_id(household))
        self.settle()

    def settle(self) -> None:
        for _round in range(4):
            self.desk.pool.wait()
            QApplication.processEvents()
            self.desk.lane.wait()
            QApplication.processEvents()

    def at(self, path: str) -> QWidget:
        self.screen.go_to(f"/data/{path}")
        self.settle()
        assert self.here == path
        return self.focus()

    @property
    def here(self) -> str:
        assert self.screen.stop is not None
        return self.screen.stop.path.removeprefix("/data/")

    @property
    def card(self) -> Card:
        card = self.screen._card()
        assert card is not None
        return card

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus(), key, held)
        self.settle()

    def type(self, text: str) -> None:
        for letter in text:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(self.focus(), QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))
        self.settle()

    def enter(self, text: str = "") -> None:
        self.type(text)
        self.key(Qt.Key.Key_Return)

    def value(self, path: str) -> str:
        assert self.screen.sheet is not None
        return self.screen.sheet.nodes[f"/data/{path}"].value

    def store(self) -> Store:
        self.settle()
        return self.desk.store

    def upload(self, path: str) -> UploadAnswer:
        self.at(path)
        answer = self.card.answer
        assert isinstance(answer, UploadAnswer)
        return answer


@pytest.fixture
def ground(template: Path, tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Ground]:
    theme.apply(qapp, "light")
    i18n.use_language("vi")
    made = Ground(Path(shutil.copy(template, tmp_path / "laptop.store")), qtbot)
    yield made
    made.screen.leave()
    made.desk.close()
    i18n.use_language("en")


def test_every_question_can_be_reached_and_painted(ground: Ground) -> None:
    sheet = ground.screen.sheet
    assert sheet is not None
    for page in sheet.pages():
        ground.screen.go_to_page(page)
        ground.settle()
        assert not ground.screen.grab().isNull()


def test_typed_answers_are_kept_as_the_form_wants_them(ground: Ground) -> None:
    for path, text, kept in (
        ("typed/t_name", "Đặng Thị Ánh", "Đặng Thị Ánh"),
        ("typed/t_digits", "001185012345", "001185012345"),
        ("typed/i_people", "4", "4"),
        ("typed/i_income", "125000000", "125000000"),
        ("typed/d_area", "1,25", "1.25"),
        ("typed/d_paid", "1234,5", "1234.5"),
        ("dates/d_date", "010290", "1990-02-01"),
        ("dates/d_month", "3/2015", "2015-03-01"),
        ("dates/d_year", "1998", "1998-01-01"),
        ("places/p_point", "21.03, 105.85", "21.03 105.85 0.0 0.0"),
    ):
        ground.at(path)
        ground.enter(text)
        assert ground.value(path) == kept
        assert ground.here != path


def test_thousands_are_parted_as_one_types(ground: Ground) -> None:
    ground.at("typed/d_paid")
    line = ground.card.input()
    ground.type("1234567")
    assert line.property("text") == "1.234.567"
    ground.type(".5")
    assert line.property("text") == "1.234.567,5"
    ground.key(Qt.Key.Key_Return)
    assert ground.value("typed/d_paid") == "1234567.5"


def test_the_cursor_stays_at_its_digit_when_thousands_are_parted(ground: Ground) -> None:
    ground.at("typed/i_income")
    answer = ground.card.answer
    assert isinstance(answer, LineAnswer)
    ground.type("1234")
    answer.line.setCursorPosition(1)
    ground.type("9")
    assert (answer.line.text(), answer.line.cursorPosition()) == ("19.234", 2)


def test_plus_and_minus_count(ground: Ground) -> None:
    ground.at("typed/i_counter")
    ground.type("+++-")
    assert ground.value("typed/i_counter") == "1"
    ground.enter()
    assert ground.here == "typed/i_income"


def test_what_is_masked_is_not_shown(ground: Ground) -> None:
    ground.at("typed/t_masked")
    ground.type("bí mật")
    answer = ground.card.answer
    assert isinstance(answer, LineAnswer)
    assert "bí" not in answer.line.displayText()
    ground.enter()
    assert ground.value("typed/t_masked") == "bí mật"


def test_a_slider_is_worked_by_keys(ground: Ground) -> None:
    ground.at("ranges/r_plain")
    ground.type("7")
    assert ground.value("ranges/r_plain") == "7"
    ground.key(Qt.Key.Key_Left)
    assert ground.value("ranges/r_plain") == "6"
    ground.key(Qt.Key.Key_End)
    assert ground.value("ranges/r_plain") == "10"
    ground.enter()
    ground.type("45")
    assert (ground.here, ground.value("ranges/r_noticks")) == ("ranges/r_noticks", "45")
    ground.key(Qt.Key.Key_Delete)
    assert ground.value("ranges/r_noticks") == ""


def test_a_slider_follows_the_mouse(ground: Ground) -> None:
    ground.at("ranges/r_rating")
    answer = ground.card.answer
    assert answer is not None
    QTest.mouseClick(answer, Qt.MouseButton.LeftButton, pos=QPointF(theme.px(44) * 3.5, 15).toPoint())
    assert ground.value("ranges/r_rating") == "4"


def test_a_picked_number_keeps_to_its_range(ground: Ground) -> None:
    ground.at("ranges/r_picker")
    ground.type("++")
    assert ground.value("ranges/r_picker") == "1"
    ground.type("-" * 3)
    assert ground.value("ranges/r_picker") == "0"


@pytest.mark.parametrize("path", ["s_likert", "s_columns2", "s_nobuttons", "s_pictures"])
def test_a_digit_chooses_in_every_layout(ground: Ground, path: str) -> None:
    ground.at(f"choices/{path}")
    ground.type("2")
    assert ground.value(f"choices/{path}")
    assert ground.here != f"choices/{path}"


def test_choices_show_the_pictures_that_came_with_the_form(ground: Ground) -> None:
    ground.at("choices/s_pictures")
    answer = ground.card.answer
    assert isinstance(answer, GridAnswer)
    assert [option.picture is not None for option in answer.grid.options] == [True, True, True]
    assert answer.grid.options[0].height() > theme.px(100)


def test_a_picture_stands_beside_the_words_and_is_enlarged_by_a_key(ground: Ground) -> None:
    ground.at("choices/s_yesno")
    media = ground.card._media
    assert media is not None
    assert media.isVisible()
    assert media.x() > ground.card.width() // 2
    seen: list[tuple[str, bool]] = []

    def look() -> None:
        viewer = QApplication.activeModalWidget()
        assert isinstance(viewer, Viewer)
        seen.append((viewer.here.name, viewer.picture._picture is not None))
        viewer.accept()

    QTimer.singleShot(300, look)
    ground.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert seen == [("fibre_box.svg", True)]
    assert ground.here == "choices/s_yesno"


def test_the_pictures_of_choices_can_be_turned_over(ground: Ground) -> None:
    ground.at("choices/s_pictures")
    shown = shown_with(ground.screen.sheet.nodes["/data/choices/s_pictures"])  # type: ignore[union-attr]
    viewer = Viewer(shown, ground.screen.attached, ground.screen)
    names = [viewer.here.name]
    for _turn in range(2):
        QTest.keyClick(viewer, Qt.Key.Key_Right)
        names.append(viewer.here.name)
    assert names == ["rice.svg", "maize.svg", "tea.svg"]


@pytest.mark.parametrize("there", [True, False])
def test_a_sound_is_played_or_it_is_said_why_not(ground: Ground, monkeypatch: pytest.MonkeyPatch, there: bool) -> None:
    ground.at("ranges/r_noticks")
    opened: list[Path] = []

    def open_url(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return there

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    shown = shown_with(ground.screen.sheet.nodes["/data/ranges/r_noticks"])  # type: ignore[union-attr]
    viewer = Viewer(shown, ground.screen.attached, ground.screen)
    viewer.play()
    assert opened[0].read_bytes() == (FORM.parent / "busy_tone.wav").read_bytes()
    opened_words = "{name} is opened with the player of this computer."
    said = opened_words if there else "This computer has no program that plays {name}."
    assert viewer.said.text() == i18n._(said).format(name="busy_tone.wav")


def test_the_form_view_shows_the_picture_of_the_question(ground: Ground) -> None:
    ground.at("choices/s_yesno")
    ground.type("1")
    ground.at("people")
    revision = ground.screen.interview.close()  # type: ignore[union-attr]
    store = ground.desk.store
    store.add_revisions([revision], "here")
    view = FormViewScreen(ground.desk)
    view.refresh(household=revision.household)
    ground.settle()
    row = next(entry for entry in view.facts.entries if entry.picture)  # type: ignore[union-attr]
    view._show_whole(row)
    assert not view.picture.isHidden()
    view._show_whole(None)
    assert view.picture.isHidden()
    view.deleteLater()


def test_a_file_that_did_not_come_is_named(ground: Ground) -> None:
    ground.at("ranges/r_noticks")
    ground.screen.attached._came_with = {}
    shown = shown_with(ground.screen.sheet.nodes["/data/ranges/r_noticks"])  # type: ignore[union-attr]
    viewer = Viewer(shown, ground.screen.attached, ground.screen)
    assert "busy_tone.wav" in viewer.said.text()
    assert viewer.play_button.isHidden()


def test_a_table_of_choices_is_answered_row_by_row(ground: Ground) -> None:
    ground.at("table/l_phone")
    ground.type("5")
    ground.type("3")
    assert ground.here == "table/l_doc"
    assert (ground.value("table/l_phone"), ground.value("table/l_pay")) == ("l5", "l3")
    assert "generated" not in ground.here


def test_a_long_list_is_found_by_its_words_without_accents(ground: Ground) -> None:
    ground.at("choices/s_search")
    ground.type("dong trach")
    ground.key(Qt.Key.Key_Return)
    assert ground.value("choices/s_search") == "v012"


def test_several_of_a_long_list_are_put_in_and_taken_back(ground: Ground) -> None:
    ground.at("choices/s_search_many")
    for words in ("dong trach", "tay son"):
        ground.type(words)
        ground.key(Qt.Key.Key_Return)
    assert ground.value("choices/s_search_many") == "v012 v013"
    ground.key(Qt.Key.Key_Backspace)
    assert ground.value("choices/s_search_many") == "v012"
    ground.enter()
    assert ground.here == "choices/s_rank"


def test_alt_down_opens_the_list_and_esc_closes_it(ground: Ground) -> None:
    ground.at("choices/s_search")
    ground.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    answer = ground.card.answer
    assert isinstance(answer, LookupAnswer)
    opened = [answer._field.is_open]
    ground.key(Qt.Key.Key_Escape)
    opened.append(answer._field.is_open)
    assert opened == [True, False]
    assert ground.here == "choices/s_search"


def test_twenty_thousand_choices_are_searched_between_two_keys(qtbot: QtBot) -> None:
    choices = tuple(Choice(f"v{n}", f"Thôn {n} Đông Trạch {n % 97}") for n in range(20_000))
    holder = QWidget()
    qtbot.addWidget(holder)
    field = LookupField(holder)
    field.show_choices(choices, "", moved=True)
    field._search("thon 19999")
    start = time.perf_counter()
    field._search("dong trach 55")
    assert time.perf_counter() - start < 1  # a hang, not a benchmark
    assert field.list.count() == LookupField.MOST_FOUND


def test_folding_many_labels_is_folding_each() -> None:
    labels = ["Thôn Đông Hạ", unicodedata.normalize("NFD", "Xóm Chùa Ổ"), "It's", "ĐẮK  LẮK"]
    assert [label.split() for label in folded_all(labels)] == [fold(label).split() for label in labels]


def test_an_order_is_made_by_digits_and_moved_by_ctrl_arrows(ground: Ground) -> None:
    ground.at("choices/s_rank")
    ground.type("145")
    assert ground.value("choices/s_rank") == "phone computer tv"
    ground.key(Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)
    assert ground.value("choices/s_rank") == "phone tv computer"
    ground.key(Qt.Key.Key_Backspace)
    assert ground.value("choices/s_rank") == "phone tv"
    ground.enter()
    assert ground.here == "choices/s_ok"


def test_a_row_of_an_order_is_drawn_with_the_mouse(ground: Ground) -> None:
    ground.at("choices/s_rank")
    ground.type("145")
    answer = ground.card.answer
    assert answer is not None
    row = theme.px(46)
    QTest.mousePress(answer, Qt.MouseButton.LeftButton, pos=QPointF(40, row * 2.5).toPoint())
    QTest.mouseRelease(answer, Qt.MouseButton.LeftButton, pos=QPointF(40, row * 0.5).toPoint())
    assert ground.value("choices/s_rank") == "tv phone computer"


def test_today_is_one_key(ground: Ground) -> None:
    ground.at("dates/d_date")
    ground.type("h")
    assert ground.value("dates/d_date") == dt.date.today().isoformat()


def test_the_calendar_is_worked_by_keys(ground: Ground) -> None:
    ground.at("dates/d_date")
    ground.enter("31/01/2026")
    ground.at("dates/d_date")
    ground.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    picker = ground.card.findChild(DayPicker)
    assert picker is not None
    assert picker.isVisible()
    QTest.keyClick(picker, Qt.Key.Key_PageDown)
    assert picker.day == dt.date(2026, 2, 28)
    QTest.keyClick(picker, Qt.Key.Key_Left)
    QTest.keyClick(picker, Qt.Key.Key_Return)
    ground.settle()
    assert ground.value("dates/d_date") == "2026-02-27"
    assert not picker.isVisible()


def test_an_impossible_date_is_explained(ground: Ground) -> None:
    ground.at("dates/d_date")
    ground.enter("31/02/2026")
    assert ground.here == "dates/d_date"
    fault = ground.card._fault
    assert fault is not None
    assert "28" in fault.accessibleName()


def test_points_are_typed_a_line_each(ground: Ground) -> None:
    area = ground.at("places/p_trace")
    assert isinstance(area, QPlainTextEdit)
    ground.type("21.03, 105.85")
    ground.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    ground.enter("21.04, 105.86")
    assert ground.value("places/p_trace") == "21.03 105.85 0.0 0.0;21.04 105.86 0.0 0.0"
    assert ground.here == "places/p_shape"


# --- input methods -------------------------------------------------------------------------------------------------

TEXT_FIELDS = ["typed/t_name", "typed/t_long", "typed/t_masked", "typed/t_url", "choices/s_search"]


def _compose(target: QWidget, preedits: list[str], commit: str) -> None:
    for preedit in preedits:
        QApplication.sendEvent(target, QInputMethodEvent(preedit, []))
    event = QInputMethodEvent("", [])
    event.setCommitString(commit)
    QApplication.sendEvent(target, event)


@pytest.mark.parametrize("path", ["typed/t_name", "typed/t_long", "typed/t_url"])
def test_letters_composed_by_an_input_method_arrive_whole(ground: Ground, path: str) -> None:
    target = ground.at(path)
    _compose(target, ["H", "Hu", "Hư", "Hươ", "Hường"], "Hường")
    assert ground.card.pending() == (f"/data/{path}", "Hường")
    QApplication.sendEvent(target, QInputMethodEvent("đ", []))
    assert ground.card.pending() is None or ground.value(path) == ""
    ground.settle()
    _compose(target, [], " ơi")
    ground.key(Qt.Key.Key_Return)
    assert ground.value(path) == "Hường ơi"


@pytest.mark.parametrize("path", ["typed/t_name", "typed/t_long", "typed/t_masked", "typed/t_url"])
def test_letters_retyped_after_backspace_arrive_whole(ground: Ground, path: str) -> None:
    ground.at(path)
    for text in ("Nguye", "\bê", "\bễ", "n Thi", "\bị"):
        for letter in text:
            if letter == "\b":
                ground.key(Qt.Key.Key_Backspace)
            else:
                ground.type(letter)
    ground.enter()
    assert ground.value(path) == "Nguyễn Thị"


@pytest.mark.parametrize("path", TEXT_FIELDS[:4])
def test_combining_marks_that_are_pasted_are_stored_composed(ground: Ground, path: str) -> None:
    ground.at(path)
    QGuiApplication.clipboard().setText(unicodedata.normalize("NFD", "Đặng Thị Ổn"))
    ground.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    ground.key(Qt.Key.Key_Return)
    assert ground.value(path) == "Đặng Thị Ổn"


@pytest.mark.parametrize("path", ["typed/t_name", "typed/t_long"])
def test_a_letter_of_two_halves_is_never_torn(ground: Ground, path: str) -> None:
    ground.at(path)
    ground.type("a")
    QGuiApplication.clipboard().setText("\U00020c9c😀")
    ground.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    ground.key(Qt.Key.Key_Backspace)
    ground.key(Qt.Key.Key_Return)
    assert ground.value(path) == "a\U00020c9c"
    ground.store()


def test_words_that_choose_nothing_say_so_and_do_not_stay(ground: Ground) -> None:
    target = ground.at("choices/s_search")
    ground.type("zzz")
    answer = ground.card.answer
    assert isinstance(answer, LookupAnswer)
    assert answer._field.is_open
    assert not answer._field.list.item(0).flags() & Qt.ItemFlag.ItemIsEnabled  # words, no choice
    ground.key(Qt.Key.Key_Return)
    assert ground.here == "choices/s_search"
    ground.key(Qt.Key.Key_Tab)
    assert ground.here != "choices/s_search"
    assert isinstance(target, LineField) and not target.text()
    assert not ground.value("choices/s_search")


def test_a_list_is_searched_with_composed_letters(ground: Ground) -> None:
    target = ground.at("choices/s_search")
    _compose(target, ["đ", "đô"], "đông trạch")
    ground.settle()
    ground.key(Qt.Key.Key_Return)
    assert ground.value("choices/s_search") == "v012"


# --- pictures and files --------------------------------------------------------------------------------------------


def photo(folder: Path, wide: int = 2000) -> Path:
    image = QImage(wide, wide // 2, QImage.Format.Format_RGB32)
    image.fill(QColor(200, 80, 40))
    image.setText("Comment", "21.0278, 105.8342")
    path = folder / "ảnh.jpg"
    assert image.save(str(path))
    content = path.read_bytes()
    exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00GPS 21.0278N"
    segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    path.write_bytes(content[:2] + segment + content[2:])
    return path


def test_a_photo_is_scaled_stripped_and_kept(ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = photo(tmp_path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    ground.at("files/f_photo")
    ground.type("1")
    answer = ground.card.answer
    assert isinstance(answer, UploadAnswer)
    assert answer._fault.isHidden(), answer._fault.accessibleName()
    name = ground.value("files/f_photo")
    assert name.endswith(".jpg")
    content = ground.store().attachment(name)
    assert content is not None
    assert QImage.fromData(content).size().toTuple() == (1024, 512)
    assert b"Exif" not in content
    assert b"21.0278" not in content
    ground.key(Qt.Key.Key_Delete)
    assert ground.value("files/f_photo") == ""


def test_a_picture_of_the_camera_program_is_kept_and_leaves_no_open_copy(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo(tmp_path).rename(tmp_path / "before.jpg")
    opened: list[str] = []
    monkeypatch.setattr(camera, "is_there", lambda: True)
    monkeypatch.setattr(camera, "roll", lambda: tmp_path)

    def open_url(url: QUrl) -> bool:
        opened.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    ground.at("files/f_photo")
    answer = ground.card.answer
    assert isinstance(answer, UploadAnswer)
    ground.type("3")
    assert opened == [camera.ADDRESS]
    answer.camera.look()
    assert ground.value("files/f_photo") == "", "the picture that was there before is not the one"
    taken = photo(tmp_path)
    answer.camera.look()
    assert answer.camera.is_waiting, "it may still be being written"
    answer.camera.look()
    ground.settle()
    assert ground.value("files/f_photo").endswith(".jpg")
    assert not taken.exists()
    assert (tmp_path / "before.jpg").exists()
    assert not answer.camera.is_waiting


def test_a_camera_program_that_is_gone_is_said_in_words(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "is_there", lambda: True)
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    ground.at("files/f_photo")
    answer = ground.card.answer
    assert isinstance(answer, UploadAnswer)
    ground.type("3")
    assert not answer._fault.isHidden()
    assert not answer.camera.is_waiting


def test_a_photo_on_its_side_is_put_upright() -> None:
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 2, 3))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, b"jpeg").write(image)
    tiff = b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
    exif = b"Exif\x00\x00" + tiff
    content = bytes(data.data())
    turned = content[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + content[2:]
    assert read_picture(turned).size().toTuple() == (20, 40)
    assert kept_picture(read_picture(turned)).name.endswith(".jpg")


def test_what_is_no_picture_is_refused_in_words(ground: Ground, tmp_path: Path) -> None:
    wrong = tmp_path / "ảnh.jpg"
    wrong.write_bytes(b"not a picture")
    with pytest.raises(NotAPicture, match="ATT-01"):
        read_picture(wrong.read_bytes())
    answer = ground.upload("files/f_photo")
    answer.take_file(wrong)
    ground.settle()
    assert not answer._fault.isHidden()
    assert "ATT-01" in answer._fault.accessibleName()
    assert ground.value("files/f_photo") == ""


def test_a_picture_is_pasted(ground: Ground) -> None:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(1, 90, 30))
    QGuiApplication.clipboard().setImage(image)
    ground.at("files/f_photo")
    ground.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert ground.value("files/f_photo").endswith(".jpg")


def test_a_signature_is_drawn_undone_and_cleared(ground: Ground) -> None:
    answer = ground.upload("files/f_sign")
    for start in (20, 60):
        _stroke(answer.ink, start)
    answer.keep_ink()
    ground.settle()
    two = ground.value("files/f_sign")
    assert two.endswith(".png")
    content = ground.store().attachment(two)
    assert content is not None
    assert not QImage.fromData(content).isNull()
    ground.key(Qt.Key.Key_Backspace)
    answer.keep_ink()
    assert ground.value("files/f_sign") not in {"", two}
    ground.key(Qt.Key.Key_Delete)
    answer.keep_ink()
    assert ground.value("files/f_sign") == ""


def _stroke(ink: QWidget, start: int) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    steps = [(QEvent.Type.MouseButtonPress, 0), (QEvent.Type.MouseMove, 30), (QEvent.Type.MouseMove, 60)]
    for kind, way in [*steps, (QEvent.Type.MouseButtonRelease, 60)]:
        at = QPointF(start + way, 40 + way / 2)
        QApplication.sendEvent(ink, QMouseEvent(kind, at, ink.mapToGlobal(at), left, left, none))


def test_a_drawing_that_was_just_made_is_kept_when_one_goes_on(ground: Ground) -> None:
    answer = ground.upload("files/f_draw")
    _stroke(answer.ink, 20)
    ground.screen.go_to("/data/typed/t_name")
    ground.settle()
    assert ground.value("files/f_draw").endswith(".png")


def kept_values(ground: Ground) -> dict[str, str]:
    (draft,) = ground.store().drafts()
    return dict(draft.values)


def test_a_stroke_drawn_right_before_the_interview_is_left_is_kept(ground: Ground) -> None:
    answer = ground.upload("files/f_sign")
    _stroke(answer.ink, 20)
    assert ground.screen.leave()
    name = kept_values(ground)["files/f_sign"]
    assert name.endswith(".png")
    assert ground.store().attachment(name) is not None


def test_a_file_still_being_stored_when_the_interview_is_left_is_kept(ground: Ground, tmp_path: Path) -> None:
    path = tmp_path / "ghi âm.m4a"
    path.write_bytes(bytes(range(256)) * 4000)
    ground.upload("files/f_audio").take_file(path)
    assert ground.screen.leave()
    name = kept_values(ground)["files/f_audio"]
    assert name.endswith(".m4a")
    assert ground.store().attachment(name) is not None


def test_who_leaves_before_a_file_was_refused_stays_to_see_it(ground: Ground, tmp_path: Path) -> None:
    wrong = tmp_path / "ảnh.jpg"
    wrong.write_bytes(b"not a picture")
    answer = ground.upload("files/f_photo")
    answer.take_file(wrong)
    assert not ground.screen.leave()
    assert "ATT-01" in answer._fault.accessibleName()
    assert ground.screen.leave()


@pytest.mark.parametrize(
    ("path", "burst", "kept"),
    [
        ("typed/i_people", "12\b3", "13"),
        ("typed/i_income", "150\b\b\b2500000", "2500000"),
        ("typed/d_area", "7,5\b25", "7.25"),
        ("dates/d_date", "5/3/1984\b5", "1985-03-05"),
    ],
)
def test_the_backspacing_of_an_input_method_leaves_numbers_and_dates_whole(
    ground: Ground, path: str, burst: str, kept: str
) -> None:
    """UniKey takes letters back with Backspace and types others, as a burst of keys without a pause."""
    ground.at(path)
    for letter in burst:
        key = Qt.Key.Key_Backspace if letter == "\b" else Qt.Key.Key_unknown
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            text = "" if letter == "\b" else letter
            QApplication.sendEvent(ground.focus(), QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text))
    ground.enter()
    assert ground.value(path) == kept


def test_where_a_recording_was_made_is_blanked_in_its_box_of_numbers() -> None:
    place = (
        b"\x15\xc7X\xc3\xa3 Ph\xc3\xba L\xc3\xa2m\x00\x00"
        + bytes.fromhex("0069d58000150719000c0000")
        + b"earth\x00\x00"
    )
    box = (12 + len(place)).to_bytes(4, "big") + b"loci" + bytes(4) + place
    whole = b"....moov" + box + b"mdat a loci that is sound " + bytes(range(256))
    blank = without_place(whole)
    assert len(blank) == len(whole)
    assert blank == whole.replace(place, bytes(len(place)))


def test_where_a_recording_was_made_is_blanked(ground: Ground, tmp_path: Path) -> None:
    path = tmp_path / "ý kiến.m4a"
    path.write_bytes(b"moov udta \xa9xyz +21.0278+105.8342+012.5/ mdat " + bytes(range(256)))
    answer = ground.upload("files/f_audio")
    answer.take_file(path)
    ground.settle()
    name = ground.value("files/f_audio")
    content = ground.store().attachment(name)
    assert content is not None
    assert name.endswith(".m4a")
    assert b"21.0278" not in content
    assert len(content) == path.stat().st_size


def test_a_file_that_is_too_large_is_refused(ground: Ground, tmp_path: Path) -> None:
    path = tmp_path / "phim.mp4"
    with path.open("wb") as file:
        file.truncate(17 << 20)
    answer = ground.upload("files/f_video")
    answer.take_file(path)
    ground.settle()
    assert "STO-13" in answer._fault.accessibleName()
    assert ground.value("files/f_video") == ""


# --- as the household before ---------------------------------------------------------------------------------------


def test_ctrl_d_gives_the_answer_of_the_household_before(ground: Ground) -> None:
    ground.at("typed/t_hamlet")
    ground.enter("Xóm Chùa")
    ground.at("typed/t_name")
    ground.enter("Nguyễn Văn A")
    interview = ground.screen.interview
    assert interview is not None
    ground.screen._saver.flush()
    interview.finish()
    ground.screen._forget()
    ground.open(2)
    ground.at("typed/t_hamlet")
    ground.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert ground.value("typed/t_hamlet") == "Xóm Chùa"
    ground.at("typed/t_name")
    ground.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert ground.value("typed/t_name") == ""
    assert ground.screen.interview is not None
    assert said_before(ground.store(), ground.screen.interview.draft, "typed/t_name") == "Nguyễn Văn A"


def test_ctrl_d_gives_the_answer_of_the_person_before(ground: Ground) -> None:
    interview = ground.screen.interview
    assert interview is not None
    assert ground.screen.sheet is not None
    interview.enter_member("/data/people")
    interview.enter("/data/people[1]/more/p_skill", "l3")
    ground.screen.sheet.read(interview.session)
    ground.at("people[2]/more/p_skill")
    ground.key(Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert ground.value("people[2]/more/p_skill") == "l3"
