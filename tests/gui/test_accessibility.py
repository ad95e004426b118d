"""Every window: names for screen readers, a focus that is seen, Tab through everything, nothing clipped."""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QDialog,
    QLabel,
    QWidget,
)

from survey_app.gui import theme
from survey_app.gui.interview.card import Card
from survey_app.gui.interview.option import Option
from survey_app.gui.interview.outline import _RowButton as OutlineRow
from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.main_window import OUTSIDE, SCREENS
from survey_app.gui.office.answers_out import HowDialog
from survey_app.gui.office.report_out import ReportDialog
from survey_app.gui.parts import Button, Dialog, Label, Scrolled
from survey_app.gui.screens.trial_window import TrialWindow
from survey_app.gui.theme_tokens import DARK, LIGHT, Tokens
from survey_app.operations.demo import Demo
from survey_app.operations.forms import read_form
from survey_app.operations.handover import bundle_files, merge
from survey_app.operations.support.programmes import open_programme
from survey_app.paths import forms
from survey_app.records import Enumerator
from survey_app.store import Store

from .conftest import NOW, PASSPHRASE, Ground, nameless
from .test_shell_theme import contrast

Maker = Callable[..., Ground]

ONLY_OFFICE = (
    "merge",
    "conflicts",
    "duplicates",
    "results",
    "support",
    "laptops",
    "forms",
    "charges",
    "requests",
    "tables",
    "aggregates",
)
ONLY_LAPTOP = frozenset({"today", "handover", "unfinished", "bin", "interview", "paper"})
OFFICE = (*ONLY_OFFICE, *(n for n in SCREENS if n not in {*OUTSIDE, *ONLY_OFFICE, *ONLY_LAPTOP}))
LAPTOP = tuple(name for name in SCREENS if name not in {*OUTSIDE, *ONLY_OFFICE})
BEFORE = tuple(name for name in SCREENS if name in OUTSIDE)
KEYS_OF_THEIR_OWN = frozenset({"interview", "trial"})
"""Screens where Tab belongs to the questions; their tests walk them with the keys of the interview."""
NO_ROLE = {QAccessible.Role.NoRole, QAccessible.Role.Window}


@pytest.fixture(scope="module")
def merged(commune: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an office that has merged everything: bundles, conflicts, results are there."""
    path = Path(shutil.copy(commune.office_store, tmp_path_factory.mktemp("merged") / "office.store"))
    with Store.open(path, PASSPHRASE, clock=lambda: NOW) as store:
        merge(store, bundle_files([commune.folder / "bundles"]), clock=lambda: NOW)
    return path


@pytest.fixture
def office_copy(merged: Path, tmp_path: Path) -> Path:
    """Return a copy of that office."""
    return Path(shutil.copy(merged, tmp_path / "office.store"))


def screens(ground: Maker, laptop: Path, office: Path, language: str, **settings: object) -> Iterator[Shown]:
    """Show every screen with real data, one after another."""
    before = ground(None, language, **settings)
    for name in BEFORE:
        people = [Enumerator("a", "Lò Thị Mai"), Enumerator("b", "Vũ Thị Hồng")]
        given: dict[str, dict[str, object]] = {"unlock": {"store": laptop}, "who": {"people": people, "device": "x"}}
        yield _at(before, name, **given.get(name, {}))
    here = ground(laptop, language, **settings)
    here.unlock()
    for name in LAPTOP:
        yield _at(here, name, **_arguments(here, name))
    there = ground(office, language, **settings)
    there.unlock()
    open_programme(there.desk.store, forms() / "device_support" / "programme.csv", there.desk.person.id)
    for name in OFFICE:
        yield _at(there, name, **_arguments(there, name))
    yield from _dialogs(there)


def _arguments(here: Ground, name: str) -> dict[str, object]:
    store = here.desk.store
    if name in {"interview", "paper", "household", "consent"}:
        return {"household": store.households(status="not_visited", limit=1)[0].household.id}
    if name in {"form_view", "history"}:
        return {"household": next(iter(store.currents())).household}
    if name == "bring_list":
        village = store.places("village")[0].name
        file = store.path.with_name("list.csv")
        file.write_text(
            f"Số hộ;Chủ hộ;Thôn\n901;NguyÔn V¨n §\u00ad\u00eang;{village}\nchín;Lò Thị Mai;{village}\n", "utf-8"
        )
        return {"file": file}
    return {}


Shown = tuple[str, Ground, QWidget]
"""What is walked through: its name, the ground, and the window or dialog."""


def _at(here: Ground, name: str, **arguments: object) -> Shown:
    here.window.activateWindow()
    here.desk.go(name, **arguments)
    here.settle()
    QTest.qWait(1)
    here.settle()
    return name, here, here.window


def _dialogs(here: Ground) -> Iterator[Shown]:
    """Show every dialog above the results."""
    village = read_form(forms() / "village" / "village.xlsx")
    made: dict[str, Callable[[QWidget], QDialog]] = {
        "report": ReportDialog,
        "answers": HowDialog,
        "question": lambda over: Dialog("Thay khóa?", "Máy điều tra tự nhận khóa mới.", "Thay", "Giữ", parent=over),
        "trial": lambda over: TrialWindow(village, here.desk.clock, (), over),
    }
    for name, make in made.items():
        here.desk.go("results")
        here.settle()
        dialog = make(here.screen)
        dialog.show()
        dialog.activateWindow()
        if isinstance(dialog, TrialWindow):
            dialog.desk.lane.wait()
        here.settle()
        yield name, here, dialog
        dialog.close()
        dialog.deleteLater()


def takers(window: QWidget) -> list[QWidget]:
    """Return what can have the focus and is seen."""
    found = []
    for widget in window.findChildren(QWidget):
        inner = widget.objectName().startswith("qt_") or isinstance(widget.parentWidget(), QAbstractItemView)
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes and not inner and widget.isVisibleTo(window) and widget.isEnabled() and widget.focusProxy() is None:
            found.append(widget)
    return found


def called(widget: QWidget) -> str:
    """Return how a person finds the widget."""
    parent = widget.parentWidget()
    name = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton | QLabel) else "")
    return f"{type(widget).__name__} in {type(parent).__name__} “{name[:40]}”"


def in_view(widget: QWidget) -> QRect:
    """Return the part of the widget that is not scrolled away, in its own coordinates."""
    region = widget.visibleRegion()
    return region.boundingRect()


Faults = dict[str, set[str]]
LOOKED_FOR: dict[tuple[str, int, str], tuple[str, ...]] = {
    ("light", 100, "vi"): ("name", "role", "contrast", "clipped", "focus", "tab", "order"),
    ("dark", 100, "vi"): ("contrast", "focus"),
    ("light", 200, "vi"): ("clipped",),
    ("light", 200, "en"): ("clipped",),
}
"""What each walk through all screens looks for; by theme, text size and language."""
_found: dict[tuple[str, int, str], Faults] = {}
"""What the walks found; each is made once for all tests."""


@pytest.fixture
def faults(ground: Maker, laptop: Path, office_copy: Path) -> Callable[[str, int, str], Faults]:
    """Return what walking through every screen finds, by kind of fault."""

    def look(shade: str = "light", percent: int = 100, language: str = "vi") -> Faults:
        walk = (shade, percent, language)
        if walk not in _found:
            before: set[tuple[object, ...]] = set()
            found: Faults = {kind: set() for kind in LOOKED_FOR[walk]}
            _found[walk] = found
            for shown in screens(ground, laptop, office_copy, language, theme=shade, text_percent=percent):
                assert (theme.is_dark(), theme.text_percent()) == (shade == "dark", percent)
                seen = Seen(*shown, before)
                for kind, faulty in found.items():
                    faulty |= {f"{seen.name}: {fault}" for fault in _LOOKS[kind](seen)}
        return _found[walk]

    return look


class Seen:
    """A screen while it is looked at; what several looks need is found once."""

    def __init__(self, name: str, here: Ground, window: QWidget, before: set[tuple[object, ...]]) -> None:
        self.name = name
        self._before = before
        self.here = here
        self.window = window

    @functools.cached_property
    def takers(self) -> list[QWidget]:
        """What can have the focus and is seen."""
        return takers(self.window)

    def sorts(self) -> list[QWidget]:
        """Return one of each sort of them that no screen before had: rows of the same list are alike."""
        found: dict[tuple[object, ...], QWidget] = {}
        for widget in self.takers:
            can_be_on = isinstance(widget, QAbstractButton) and widget.isCheckable()
            sort = (type(widget), type(widget.parentWidget()), can_be_on)
            if sort not in self._before and not in_view(widget).isEmpty():
                found.setdefault(sort, widget)
        self._before.update(found)
        return list(found.values())

    @functools.cached_property
    def tabbed(self) -> list[QWidget]:
        """What Tab reaches, from the first control of the window on, until it begins again."""
        if not self.takers or self.name in KEYS_OF_THEIR_OWN:
            return []
        self.takers[0].setFocus(Qt.FocusReason.TabFocusReason)
        return _walk(self.here, len(self.takers))


def _names(seen: Seen) -> Iterator[str]:
    yield from nameless(seen.window)


def _roles(seen: Seen) -> Iterator[str]:
    for widget in seen.takers:
        face = QAccessible.queryAccessibleInterface(widget)
        if face is None or face.role() in NO_ROLE:
            yield called(widget)


def _unseen(seen: Seen) -> Iterator[str]:
    window = seen.window
    for widget in seen.sorts():
        widget.clearFocus()
        window.setFocus()
        QApplication.processEvents()
        without = _picture(widget, window)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        if widget.hasFocus() and _picture(widget, window) == without:
            yield called(widget)


def _chain(seen: Seen) -> Iterator[str]:
    order = seen.tabbed
    if not order:
        return
    yield from (f"not reached: {called(w)}" for w in seen.takers if w not in order and not _in_group(w, order))
    steps = [now for before, now in zip([None, *order], order, strict=False) if now is not before]
    yield from (f"reached twice: {called(widget)}" for widget in {w for w in steps if steps.count(w) > 1})
    if order[-1] is not seen.takers[0]:
        yield f"caught at {called(order[-1])}"


def _order(seen: Seen) -> Iterator[str]:
    """Yield where Tab goes up and not to the right, apart from the way round from the last control to the first."""
    order = seen.tabbed[:-1]  # the last step leads from the last control round to the first
    boxes = [QRect(w.mapTo(seen.window, QPoint(0, 0)), w.size()) for w in order]
    back = [
        f"from {called(order[n])} back up to {called(order[n + 1])}"
        for n in range(len(order) - 1)
        if boxes[n + 1].bottom() < boxes[n].top()
        and boxes[n + 1].left() < boxes[n].right()
        and in_view(order[n]).height()
        and in_view(order[n + 1]).height()
    ]
    yield from (each for each in back if not re.search(r"back up to (_Tab |\w+ in TopBar)", each))


def _faint(seen: Seen) -> Iterator[str]:
    """Yield words that are too faint on the ground that is really painted under them (WCAG 2, 1.4.3)."""
    image = seen.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    for widget in seen.window.findChildren(QWidget):
        words = isinstance(widget, Label | QAbstractButton) and widget.text() and widget.isEnabled()
        if not words or not widget.isVisibleTo(seen.window) or in_view(widget).width() < 12:
            continue
        part = in_view(widget).translated(widget.mapTo(seen.window, QPoint(0, 0)))
        area = pixels[part.top() : part.bottom() + 1, part.left() : part.right() + 1]
        colours, counts = np.unique(area & 0xFFFFFF, return_counts=True)
        ground = f"#{colours[counts.argmax()]:06x}"
        inks = [theme.hex_of(widget.tone)] if isinstance(widget, Label) else [f"#{c:06x}" for c in colours]
        best = max(contrast(ink, ground) for ink in inks)
        if best < 4.5:
            yield f"{called(widget)} {best:.2f} on {ground}"


def _picture(widget: QWidget, window: QWidget) -> QImage:
    """Return what is painted in and around a widget."""
    corner = widget.mapTo(window, QPoint(0, 0))
    around = QRect(corner, widget.size()).adjusted(-8, -8, 8, 8).intersected(window.rect())
    return window.grab(around).toImage()


def _walk(here: Ground, wanted: int) -> list[QWidget]:
    """Press Tab until the focus comes back to where it began."""
    start = QApplication.focusWidget()
    order: list[QWidget] = []
    for _step in range(3 * wanted + 5):
        QTest.keyClick(QApplication.focusWidget() or here.window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None:
            break
        order.append(now)
        if now is start:
            return order
    return order


def _in_group(widget: QWidget, order: list[QWidget]) -> bool:
    """Return whether arrow keys lead to it from a neighbour that Tab reaches, as in groups of exclusive choices."""
    exclusive = isinstance(widget, QAbstractButton) and widget.autoExclusive()
    return exclusive and any(type(other) is type(widget) and other.parent() is widget.parent() for other in order)


def _clipped(window: QWidget) -> Iterator[str]:
    """Yield what is cut and has its words nowhere; a ``Button`` and an eliding ``Label`` have them as a tooltip."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or in_view(widget).isEmpty() or widget.width() < 2:
            continue
        if isinstance(widget, Scrolled) and widget.horizontalScrollBar().maximum() > 0:
            yield f"wider than its room by {widget.horizontalScrollBar().maximum()}: {called(widget)}"
        if isinstance(widget, Label) and widget.text():
            if widget.wordWrap():
                if widget.heightForWidth(widget.width()) > widget.height() + 2:
                    yield f"lines cut: {called(widget)}"
            elif widget.sizeHint().width() > widget.width() + 2 and not _whole_elsewhere(widget):
                yield f"cut: {called(widget)} {widget.sizeHint().width()} > {widget.width()}"
        elif isinstance(widget, QAbstractButton) and not isinstance(widget, Button):
            narrow = widget.text() and widget.sizeHint().width() > widget.width() + 2
            if narrow and widget.text() not in widget.toolTip():
                yield f"cut: {called(widget)} {widget.sizeHint().width()} > {widget.width()}"


def _whole_elsewhere(label: Label) -> bool:
    """Return whether the label elides its end on purpose; the whole text is then in its tooltip."""
    return label.minimumSizeHint().width() < label.natural_width()


_LOOKS: dict[str, Callable[[Seen], Iterator[str]]] = {
    "name": _names,
    "role": _roles,
    "contrast": _faint,
    "clipped": lambda seen: _clipped(seen.window),
    "tab": _chain,
    "order": _order,
    "focus": _unseen,
}


@pytest.mark.parametrize("kind", ["name", "role"])
def test_every_control_has_a_name_and_a_role(faults: Callable[..., Faults], kind: str) -> None:
    assert "\n".join(sorted(faults()[kind])) == ""


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_is(faults: Callable[..., Faults], shade: str) -> None:
    assert "\n".join(sorted(faults(shade)["focus"])) == ""


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_words_stand_out_from_the_ground_under_them(faults: Callable[..., Faults], shade: str) -> None:
    assert "\n".join(sorted(faults(shade)["contrast"])) == ""


def test_tab_reaches_every_control_once_and_is_never_caught(faults: Callable[..., Faults]) -> None:
    assert "\n".join(sorted(faults()["tab"])) == ""


def test_tab_follows_the_reading_order(faults: Callable[..., Faults]) -> None:
    assert "\n".join(sorted(faults()["order"])) == ""


@pytest.mark.parametrize(("percent", "language"), [(100, "vi"), (200, "vi"), (200, "en")])
def test_nothing_is_clipped(faults: Callable[..., Faults], percent: int, language: str) -> None:
    assert "\n".join(sorted(faults("light", percent, language)["clipped"])) == ""


@pytest.mark.parametrize("table", [LIGHT, DARK], ids=["light", "dark"])
def test_borders_of_buttons_that_warn_can_be_seen(table: Tokens) -> None:
    assert contrast(table.err_line, table.surface) >= 3
    assert contrast(table.warn_line, table.surface) >= 3
    assert contrast(table.text, table.sunken) >= 4.5


def _role_and_state(widget: QWidget) -> tuple[QAccessible.Role, bool, bool]:
    face = QAccessible.queryAccessibleInterface(widget)
    return face.role(), bool(face.state().checked), bool(face.state().selected)


def _interview(ground: Maker, laptop: Path) -> tuple[Ground, InterviewScreen]:
    here = ground(laptop, "vi")
    here.unlock()
    _at(here, "interview", **_arguments(here, "interview"))
    assert isinstance(here.screen, InterviewScreen)
    return here, here.screen


def test_a_screen_reader_hears_what_is_chosen_and_where_one_is(ground: Maker, laptop: Path) -> None:
    here, _screen = _interview(ground, laptop)
    shown = [option for option in here.window.findChildren(Option) if option.isVisible()]
    single = {o: _role_and_state(o) for o in shown if o.spoken().role == QAccessible.Role.RadioButton}
    assert single
    assert all(checked == option.isChecked() for option, (_role, checked, _selected) in single.items())
    cards = [w for w in here.window.findChildren(Card) if w.isVisible()]
    assert {_role_and_state(card)[0] for card in cards} == {QAccessible.Role.Grouping}
    lines = [w for w in here.window.findChildren(OutlineRow) if w.isVisible()]
    assert [_role_and_state(line)[2] for line in lines].count(True) == 1


def test_pressing_an_option_by_screen_reader_chooses_it(ground: Maker, laptop: Path) -> None:
    here, _screen = _interview(ground, laptop)
    option = next(o for o in here.window.findChildren(Option) if o.isVisible() and not o.isChecked())
    QAccessible.queryAccessibleInterface(option).actionInterface().doAction("Press")
    here.settle()
    assert option.isChecked()


def test_tab_goes_from_question_to_question_and_back_and_is_never_caught(ground: Maker, laptop: Path) -> None:
    here, screen = _interview(ground, laptop)
    here.press(Qt.Key.Key_1)
    way = []
    for _step in range(4):
        assert screen.stop is not None
        way.append(screen.stop.path)
        here.press(Qt.Key.Key_Tab)
    assert len(set(way)) == len(way)
    for path in reversed(way):
        here.press(Qt.Key.Key_Backtab)
        assert screen.stop is not None
        assert screen.stop.path == path
