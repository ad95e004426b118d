"""The interview on the screen, typed by keyboard into the shipped questionnaire with a real store."""

from __future__ import annotations

import importlib.util
import shutil
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.interview import way
from survey_app.gui.interview.card import Card
from survey_app.gui.interview.fields import LineField
from survey_app.gui.interview.option import OptionGrid
from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.interview.sheet import Sheet
from survey_app.records import SITTING, TIME, Enumerator
from survey_app.settings import Settings
from survey_app.store import Store
from survey_app.xforms import load_form

ROOT = Path(__file__).resolve().parents[2]


def _load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("interview_script", ROOT / "build_scripts" / "interview_script.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script: Any = _load_script()
HOME = script.household_id(1)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return stores ready to be copied: the core questions alone, and with the sensitive module."""
    folder = tmp_path_factory.mktemp("stores")
    form = folder / "form.xml"
    form.write_text(load_form(script.FORM).xml, encoding="utf-8")
    found = {}
    for name, modules in (("core", ()), ("sensitive", ("sensitive",))):
        found[name] = folder / f"{name}.store"
        script.practice_store(found[name], modules=modules, form=form).close()
    return found


class Ground:
    """A desk with an open store and the interview's screen, shown."""

    def __init__(self, store: Path, bot: QtBot) -> None:
        self.path = store
        self.bot = bot
        self.desk = Desk(settings=Settings())
        self.desk.lane.adopt(lambda: Store.open(store, script.PASSPHRASE))
        self.desk.set_person(Enumerator(script.ENUMERATOR, "Lò Thị Mai"))
        self.went: list[str] = []
        self.desk.going.connect(lambda name, _arguments: self.went.append(name))
        self.screen = self.show()

    def show(self) -> InterviewScreen:
        screen = InterviewScreen(self.desk)
        self.bot.addWidget(screen)
        screen.resize(1366, 681)
        screen.show()
        self.bot.waitActive(screen)
        screen.refresh(household=HOME)
        self.settle()
        return screen

    def settle(self) -> None:
        self.desk.lane.wait()
        QApplication.processEvents()

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.focus(), key, held)
        QApplication.processEvents()

    def _letter(self, letter: str) -> None:
        target = self.focus()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))

    def type(self, text: str) -> None:
        for letter in text:
            self._letter(letter)
        QApplication.processEvents()

    def enter(self, text: str = "") -> None:
        self.type(text)
        self.key(Qt.Key.Key_Return)

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    @property
    def here(self) -> str:
        assert self.screen.stop is not None
        return self.screen.stop.path.removeprefix("/data/")

    def value(self, path: str) -> str:
        assert self.screen.sheet is not None
        return self.screen.sheet.nodes[f"/data/{path}"].value

    def at(self, path: str) -> None:
        self.screen.go_to(f"/data/{path}")
        QApplication.processEvents()
        assert self.here == path

    def agree(self) -> None:
        """Answer all that stands before the people."""
        typist = script.Typist(self.screen)
        while self.here != "members[1]/roster/m_name":
            assert typist.answer()

    def everybody(self, count: int = 4) -> None:
        """Fill the table of the people."""
        self.agree()
        typist = script.Typist(self.screen)
        while "/roster/" in self.here or (self.here == "members" and len(self.lines) < count):
            assert typist.answer()
        if self.here == "members":
            self.enter()

    @property
    def lines(self) -> list[str]:
        assert self.screen.sheet is not None
        return self.screen.sheet.lines(self.screen.sheet.plan.rosters[0])

    def fault_shown(self) -> bool:
        """Return whether the card of the table's cell says what is wrong."""
        asked = self.screen.roster.card.asked
        return asked is not None and asked.fault

    def kept(self) -> dict[str, str]:
        """Return what the file holds."""
        self.settle()
        drafts = self.desk.store.drafts()
        return dict(drafts[0].values) if drafts else {}

    def answers_kept(self) -> dict[str, str]:
        """Return what the file holds without how long it took, which goes on."""
        return {a: value for a, value in self.kept().items() if TIME not in a and SITTING not in a}


@pytest.fixture
def ground(templates: dict[str, Path], tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Ground]:
    yield from _ground(templates["core"], tmp_path, qtbot, qapp)


@pytest.fixture
def sensitive(templates: dict[str, Path], tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> Iterator[Ground]:
    yield from _ground(templates["sensitive"], tmp_path, qtbot, qapp)


def _ground(template: Path, folder: Path, bot: QtBot, app: QApplication) -> Iterator[Ground]:
    theme.apply(app, "light")
    path = folder / "laptop.store"
    shutil.copy(template, path)
    made = Ground(path, bot)
    yield made
    made.screen.leave()
    made.desk.close()


def test_a_household_of_four_is_interviewed_by_keyboard_alone(ground: Ground) -> None:
    typist = script.Typist(ground.screen)
    typist.whole()
    assert ground.screen.stop is not None
    assert ground.screen.stop.page.kind == "review"
    assert ground.screen.review.button.hasFocus()
    sys.stdout.write(f"{typist.report()}\n")
    assert typist.steering / typist.answers <= 1.3
    ground.enter()
    ground.settle()
    assert ground.went == ["households"]
    store = ground.desk.store
    assert store.drafts() == []
    answers = next(iter(store.revisions())).answers
    assert [member["roster"]["m_name"] for member in answers["members"]] == [m["m_name"] for m in script.MEMBERS]
    assert answers["interview_result"] == "complete"
    assert answers["closing"]["remark"] == "Hộ hợp tác tốt."


def test_what_is_counted_piece_by_piece_is_what_counting_anew_finds(ground: Ground) -> None:
    typist = script.Typist(ground.screen)
    for step in range(400):
        if not typist.answer():
            break
        sheet = ground.screen.sheet
        assert sheet is not None
        if step % 7 and ground.here != "members":
            continue
        anew = Sheet(sheet.session, sheet.plan)
        anew.left = sheet.left
        assert sheet.total() == anew.total()
        assert sheet.stops() == anew.stops()
        assert sheet.faults() == anew.faults()
        assert sheet.unready() == anew.unready()
        assert [sheet.count(page) for page in sheet.pages()] == [anew.count(page) for page in anew.pages()]


def test_a_digit_answers_and_goes_on(ground: Ground) -> None:
    ground.type("1")
    assert ground.value("consent/consent_answer") == "agree"
    assert ground.here == "consent/consent_scope"
    assert ground.kept()["consent/consent_answer"] == "agree"


def test_arrow_up_goes_back_and_another_digit_changes_the_answer(ground: Ground) -> None:
    ground.type("1")
    ground.key(Qt.Key.Key_Up)
    assert ground.here == "consent/consent_answer"
    ground.type("2")
    assert ground.value("consent/consent_answer") == "agree_limited"


def test_digits_switch_several_answers_and_enter_goes_on(ground: Ground) -> None:
    ground.type("1")
    ground.type("132")
    ground.type("3")
    assert ground.value("consent/consent_scope") == "statistics support_review"
    assert ground.here == "consent/consent_scope"
    ground.enter()
    assert ground.here == "consent/consent_method"


def test_none_of_these_is_one_key(ground: Ground) -> None:
    ground.agree()
    ground.at("household/policy_group")
    ground.type("1")
    ground.type("0")
    assert ground.value("household/policy_group") == "none"
    assert ground.here != "household/policy_group"


def test_a_refusal_asks_nothing_else(ground: Ground) -> None:
    ground.type("3")
    assert ground.screen.stop is not None
    assert ground.screen.stop.page.kind == "review"
    assert ground.screen.review.button.isEnabled()
    ground.enter()
    ground.settle()
    revision = next(iter(ground.desk.store.revisions()))
    assert revision.answers["interview_result"] == "refused"
    assert "members" not in revision.answers
    assert ground.desk.store.drafts() == []


def test_a_wrong_year_is_told_once_and_does_not_hold_the_person(ground: Ground) -> None:
    ground.agree()
    ground.enter("Nguyễn Thị Hường")
    ground.type("12")
    ground.type("2")
    assert not ground.fault_shown()
    ground.type("027")
    ground.key(Qt.Key.Key_Return)
    assert ground.here.endswith("m_birth_year")
    assert ground.fault_shown()
    ground.key(Qt.Key.Key_Return)
    assert not ground.here.endswith("m_birth_year")
    ground.key(Qt.Key.Key_F8)
    assert ground.here.endswith("m_birth_year")


def test_a_fault_is_not_shown_while_typing(ground: Ground) -> None:
    ground.agree()
    ground.type("N")
    ground.bot.waitUntil(lambda: ground.value("members[1]/roster/m_name") == "N", timeout=3000)
    asked = ground.screen.roster.card.asked
    assert asked is not None
    assert asked.node.violation is not None
    assert not asked.fault


def test_a_doubtful_answer_asks_for_its_reason_in_the_same_card(ground: Ground) -> None:
    ground.agree()
    ground.enter("Nguyễn Thị Hường")
    ground.type("2")
    assert ground.here == "members[1]/roster/m_relation_remark"
    assert isinstance(ground.focus(), LineField)
    assert ground.screen.sheet is not None
    assert len(ground.screen.sheet.faults()) == 1
    ground.enter("Chủ hộ đi làm xa")
    assert ground.screen.sheet.faults() == []
    assert ground.here == "members[1]/roster/m_sex"
    assert ground.kept()["members[1]/roster/m_relation_remark"] == "Chủ hộ đi làm xa"


def test_text_is_saved_while_it_is_being_typed(ground: Ground) -> None:
    ground.agree()
    ground.type("Nguyễn Th")
    ground.bot.waitUntil(lambda: ground.kept().get("members[1]/roster/m_name") == "Nguyễn Th", timeout=3000)
    ground.type("ị")
    assert isinstance(ground.focus(), LineField)
    assert ground.focus().text() == "Nguyễn Thị"  # type: ignore[attr-defined]


def test_an_input_method_brings_vietnamese_whole(ground: Ground) -> None:
    ground.agree()
    target = ground.focus()
    QApplication.sendEvent(target, QInputMethodEvent("Nguyê", []))
    commit = QInputMethodEvent()
    commit.setCommitString(unicodedata.normalize("NFD", "Nguyễn Thị Đặng"))
    QApplication.sendEvent(target, commit)
    ground.key(Qt.Key.Key_Return)
    assert ground.value("members[1]/roster/m_name") == "Nguyễn Thị Đặng"


def test_the_language_changes_in_mid_sentence(ground: Ground) -> None:
    ground.agree()
    ground.type("Nguyễn T")
    field = ground.focus()
    i18n.use_language("vi")
    ground.screen.retranslate()
    QApplication.processEvents()
    assert ground.focus() is field
    assert field.text() == "Nguyễn T"  # type: ignore[attr-defined]
    asked = ground.screen.roster.card.asked
    assert asked is not None
    assert asked.node.label == "Họ và tên"
    ground.enter("hị Hường")
    assert ground.value("members[1]/roster/m_name") == "Nguyễn Thị Hường"


def test_a_click_elsewhere_keeps_what_was_being_typed(ground: Ground) -> None:
    ground.type("1")
    ground.at("consent/consent_person")
    ground.type("Bà Tám")
    other = ground.screen.column.card("/data/consent/consent_method")
    assert other is not None
    QTest.mouseClick(other.findChildren(OptionGrid)[0].options[0], Qt.MouseButton.LeftButton)
    assert ground.value("consent/consent_person") == "Bà Tám"
    assert ground.value("consent/consent_method") == "signature"
    assert ground.kept()["consent/consent_person"] == "Bà Tám"


def test_typing_a_name_in_the_last_row_adds_a_person(ground: Ground) -> None:
    ground.everybody(2)
    ground.screen.go_to("/data/members[1]/roster/m_name")
    ground.screen._cell_chosen("")
    ground.enter("Trần Khánh Linh")
    assert len(ground.lines) == 3
    assert ground.here == "members[3]/roster/m_relation"
    assert ground.kept()["members[3]/roster/m_name"] == "Trần Khánh Linh"


def test_a_removed_person_comes_back_with_all_answers(ground: Ground) -> None:
    ground.everybody(3)
    before = ground.answers_kept()
    ground.at("members[2]/roster/m_name")
    ground.key(Qt.Key.Key_Delete, held=Qt.KeyboardModifier.ControlModifier)
    assert len(ground.lines) == 2
    assert not any(address.startswith("members[2]") for address in ground.answers_kept())
    assert not ground.screen.undo_strip.isHidden()
    ground.key(Qt.Key.Key_Z, held=Qt.KeyboardModifier.ControlModifier)
    assert len(ground.lines) == 3
    assert ground.answers_kept() == before
    assert ground.value("members[2]/roster/m_name") == "Trần Văn Nam"


def test_ctrl_arrows_change_the_person_and_the_cards_are_kept(ground: Ground) -> None:
    ground.everybody(3)
    assert ground.here.startswith("members[1]/person")
    cards = set(ground.screen.column.findChildren(Card))
    control = Qt.KeyboardModifier.ControlModifier
    ground.key(Qt.Key.Key_Right, held=control)
    assert ground.here.startswith("members[2]/")
    ground.key(Qt.Key.Key_Left, held=control)
    assert ground.here.startswith("members[1]/")
    assert set(ground.screen.column.findChildren(Card)) == cards


def test_f4_goes_to_the_outline_and_enter_there_to_a_section(ground: Ground) -> None:
    ground.agree()
    ground.key(Qt.Key.Key_F4)
    assert ground.screen.outline.isAncestorOf(ground.focus())
    ground.key(Qt.Key.Key_Up)
    ground.key(Qt.Key.Key_Return)
    assert ground.here.startswith("household/")


def test_esc_pauses_with_everything_in_the_file(ground: Ground) -> None:
    ground.agree()
    ground.type("Nguyễn Thị Hư")
    assert ground.screen.back()
    assert ground.went == ["households"]
    assert ground.kept()["members[1]/roster/m_name"] == "Nguyễn Thị Hư"


def test_a_form_that_was_only_looked_at_leaves_the_household_as_it_was(ground: Ground) -> None:
    assert ground.screen.leave()
    ground.settle()
    assert ground.desk.store.drafts() == []
    ground.screen.pause()
    ground.settle()
    assert ground.desk.store.drafts() == []


def test_notes_take_no_number(ground: Ground) -> None:
    assert ground.screen.sheet is not None
    assert ground.screen.sheet.plan.numbers["/data/consent/consent_answer"] == "1.01"


def test_an_interview_opens_again_at_the_question_it_was_left_at(ground: Ground) -> None:
    ground.everybody(3)
    ground.key(Qt.Key.Key_Right, held=Qt.KeyboardModifier.ControlModifier)
    ground.type("2")
    here = ground.here
    ground.screen.pause()
    again = ground.show()
    assert again.stop is not None
    assert again.stop.path == f"/data/{here}"
    assert again.sheet is not None
    assert again.sheet.nodes["/data/members[2]/person/m_self"].value == "no"
    ground.screen = again


def test_the_form_of_a_household_that_refused_opens_again(ground: Ground) -> None:
    ground.type("3")
    ground.enter()
    ground.settle()
    assert ground.went == ["households"]
    ground.screen = ground.show()
    assert ground.screen.stop is not None
    assert ground.screen.interview is not None
    assert ground.screen.interview.refused
    assert ground.screen.stop.page.kind == "review", "what was refused is not asked again by itself"
    assert ground.screen.sheet is not None
    assert [page.kind for page in ground.screen.sheet.pages()].count("roster") == 0
    ground.screen.go_to("/data/consent/consent_answer")
    ground.type("1")
    assert [page.kind for page in ground.screen.sheet.pages()].count("roster") == 1
    assert not ground.screen.interview.refused


def test_a_required_question_left_blank_waits_at_the_end(ground: Ground) -> None:
    ground.type("1")
    ground.key(Qt.Key.Key_Tab)
    assert ground.here == "consent/consent_method"
    assert ground.screen.sheet is not None
    assert [stop.path for stop in ground.screen.sheet.faults()] == ["/data/consent/consent_scope"]
    ground.screen._go(ground.screen.sheet.stops()[-1])
    assert not ground.screen.review.button.isEnabled()
    assert ground.screen.stop is not None
    assert len(way.to_review(ground.screen.sheet, ground.screen.stop)) == len(ground.screen.sheet.unready()) > 1
    ground.key(Qt.Key.Key_Return)
    assert ground.here == "consent/consent_scope"


def test_an_answer_that_cannot_be_written_is_told_and_written_later(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise SurveyAppError("STO-09", "The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "start_draft", full)
        ground.type("1")
        ground.settle()
        assert ground.desk.state.kind == "failed"
        assert not any("Esc" in hint.keys for hint in ground.screen.hints())  # it says that all is saved
        assert not ground.screen.leave()
    assert ground.value("consent/consent_answer") == "agree"
    ground.desk.retry.emit()
    ground.settle()
    assert ground.desk.state.kind == "saved"
    assert any("Esc" in hint.keys for hint in ground.screen.hints())
    assert ground.kept()["consent/consent_answer"] == "agree"


def test_a_disk_that_fills_after_the_last_answer_keeps_nobody_in_the_interview(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object) -> None:
        raise SurveyAppError("STO-09", "The disk is full.")

    ground.type("1")
    ground.settle()
    told: list[object] = []
    ground.desk.problem.connect(told.append)
    monkeypatch.setattr(Store, "rise", full)
    assert ground.screen.back()
    ground.settle()
    assert ground.went == ["households"]
    assert len(told) == 1
    monkeypatch.undo()
    assert ground.kept()["consent/consent_answer"] == "agree"


def test_many_choices_are_found_by_typing_without_accents(sensitive: Ground) -> None:
    sensitive.everybody(1)
    sensitive.at("members[1]/person/m_ethnicity")
    sensitive.enter("mong")
    asked = sensitive.screen.sheet
    assert asked is not None
    node = asked.nodes["/data/members[1]/person/m_ethnicity"]
    assert next(c.label for c in node.choices if c.value == node.value) in {"Mông", "Hmong", "Mong"}
    assert sensitive.here != "members[1]/person/m_ethnicity"


def test_the_screen_fits_small_and_scaled_displays(ground: Ground) -> None:
    ground.everybody(2)
    smallest = ground.screen.minimumSizeHint()
    assert smallest.width() <= 911
    assert smallest.height() <= 432 - 34 - 53


@pytest.mark.parametrize("look", ["light", "dark"])
def test_no_option_is_cut(ground: Ground, qapp: QApplication, look: str) -> None:
    theme.apply(qapp, look)
    ground.agree()
    for page in ("consent/consent_answer", "household/poverty_status"):
        ground.at(page)
        for card in ground.screen.column.findChildren(Card):
            for grid in [grid for grid in card.findChildren(OptionGrid) if grid.isVisible()]:
                for option in grid.options:
                    assert option.height_for(option.width()) <= option.height()
                    assert grid.rect().contains(option.geometry())


def test_every_option_tells_key_words_and_state(ground: Ground) -> None:
    ground.type("1")
    card = ground.screen.column.card("/data/consent/consent_answer")
    assert card is not None
    names = [child.accessibleName() for child in card.findChildren(QWidget) if child.accessibleName()]
    assert any(name.startswith("1, ") and name.endswith(", chosen") for name in names)
