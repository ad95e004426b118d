"""The enumerator's screens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from survey_app.gui.interview.screen import InterviewScreen
from survey_app.gui.main_window import MainWindow
from survey_app.operations.comments import ask, exchanges, reply
from survey_app.operations.interview import open_interview
from survey_app.operations.visits import record_visit
from survey_app.records import flatten
from survey_app.store import Store

from .stage import NOW, Scene, go, moment_of, settle


def interview(page: str) -> Callable[[MainWindow], None]:
    """Resume a household of about four people and open the first page of a kind (see ``gui.interview.standing``)."""

    def show(window: MainWindow) -> None:
        drafts = [draft for draft in window.desk.store.drafts() if "members[" in draft.cursor]
        chosen = min(drafts, key=lambda draft: abs(sum(place.endswith("]") for place in draft.values) - 4))
        window.desk.go("interview", household=chosen.household)
        settle(window)
        screen = window.screen_now
        if isinstance(screen, InterviewScreen) and screen.sheet is not None:
            screen.go_to_page(next(found for found in screen.sheet.pages() if found.kind == page))

    return show


def _paper(window: MainWindow) -> None:
    line = window.desk.store.households(status="not_visited")[0]
    window.desk.go("paper", household=line.household.id)


def _help(window: MainWindow) -> None:
    window.desk.go("households")
    settle(window)
    QTest.keyClick(window, Qt.Key.Key_F1)


def _help_for_question(window: MainWindow) -> None:
    interview("person")(window)
    settle(window)
    QTest.keyClick(window, Qt.Key.Key_F1)


def _unfinished(window: MainWindow) -> None:
    window.desk.go("today")
    settle(window)
    draft = next(draft for draft in window.desk.store.drafts() if "members[" in draft.cursor)
    window.desk.store.sit_down(draft.id)
    window.desk.go("unfinished")
    settle(window)


def _bin(window: MainWindow) -> None:
    draft = window.desk.store.drafts()[0]
    window.desk.store.discard_draft(draft.id, draft.author)
    window.desk.go("bin")
    settle(window)
    window.desk.store.bring_back_draft(draft.id)


def _noted(window: MainWindow) -> None:
    interview("person")(window)
    screen = window.screen_now
    if isinstance(screen, InterviewScreen) and screen.stop is not None:
        screen.aside.open_note()
        screen.aside.edit.setText("Chủ hộ đi làm xa, hỏi lại vào tối thứ bảy")
        screen.aside.edit.textEdited.emit(screen.aside.edit.text())


def _ask(store: Store, count: int) -> list[str]:
    """Ask about a number in some finished forms; return their households."""
    for current in list(store.currents(state="settled"))[: count + 4]:
        if len(exchanges(store)) < count and all(draft.household != current.household for draft in store.drafts()):
            numbers = [
                name for name, value in flatten(current.answers).items() if name.startswith("devices/") and value
            ]
            said = ask(
                store,
                current.submission,
                next(iter(numbers), ""),
                "Nhà ít người mà nhiều máy thế này, có đúng không?",
                "ct01",
            )
            if len(exchanges(store)) == 2:
                reply(store, said.id, "Đúng, ông bà bán máy ở chợ", "dt01")
    return [each.household.id for each in exchanges(store)]


def corrections(window: MainWindow) -> None:
    _ask(window.desk.store, 4)
    window.desk.go("corrections")


def _asked_about(window: MainWindow) -> None:
    _ask(window.desk.store, 4)
    waiting = [each for each in exchanges(window.desk.store) if each.state == "open"]
    window.desk.go("interview", household=waiting[0].household.id)


def _today_asked(window: MainWindow) -> None:
    _ask(window.desk.store, 4)
    window.desk.go("today")


def _household(deed: str) -> Callable[[MainWindow], None]:
    """Open a household where nobody was home twice, with the form of a deed."""

    def show(window: MainWindow) -> None:
        store, person = window.desk.store, window.desk.person.id
        line = next((line for line in store.households() if line.tries > 1), None)
        if line is None:
            waiting = store.households(status="not_visited")
            line = waiting[1]
            for days, note in ((2, "Cổng khoá, hàng xóm bảo đi nương"), (1, "")):
                moment = NOW - dt.timedelta(days=days, hours=3)
                record_visit(store, line.household.id, "absent", person, note=note, clock=moment_of(moment))
            for hours, other in ((1.5, waiting[3]), (2.5, waiting[5])):
                due = NOW + dt.timedelta(hours=hours)
                record_visit(store, other.household.id, "postponed", person, due=due, clock=lambda: NOW)
        window.desk.go("household", household=line.household.id, deed=deed)

    return show


def _refused(window: MainWindow) -> None:
    """Open a household again that has not consented."""
    person = window.desk.person.id
    line = window.desk.store.households(status="not_visited")[2]
    interview = open_interview(window.desk.store, line.household.id, person, lambda: NOW)
    interview.answer("/data/consent/consent_answer", "refuse")
    window.desk.go("interview", household=line.household.id)


def _consent_asked(window: MainWindow) -> None:
    line = window.desk.store.households(status="not_visited")[4]
    window.desk.go("interview", household=line.household.id)


def _outline(window: MainWindow) -> None:
    interview("person")(window)
    settle(window)
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F4)


def _given(window: MainWindow) -> None:
    """Answer some questions of a person, one of them against a rule."""
    interview("person")(window)
    settle(window)
    for _step in range(6):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_1)
        settle(window)
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return)
        settle(window)


SCENES = (
    Scene("today", "laptop", go("today")),
    Scene("households", "laptop", go("households")),
    Scene("household", "laptop", _household("")),
    Scene("household-appointment", "laptop", _household("postponed")),
    Scene("household-refused", "laptop", _household("refused")),
    Scene("household-moved", "laptop", _household("moved")),
    Scene("household-split", "laptop", _household("split")),
    Scene("household-merge", "laptop", _household("merge")),
    Scene("interview-consent", "laptop", _consent_asked),
    Scene("interview-refused", "laptop", _refused),
    Scene("interview-roster", "laptop", interview("roster")),
    Scene("interview-review", "laptop", interview("review")),
    Scene("interview", "laptop", interview("person")),
    Scene("interview-given", "laptop", _given),
    Scene("interview-outline", "laptop", _outline),
    Scene("interview-note", "laptop", _noted),
    Scene("interview-help", "laptop", _help_for_question),
    Scene("unfinished", "laptop", _unfinished),
    Scene("bin", "laptop", _bin),
    Scene("today-corrections", "laptop", _today_asked),
    Scene("corrections-laptop", "laptop", corrections),
    Scene("interview-asked", "laptop", _asked_about),
    Scene("consent", "laptop", go("consent")),
    Scene("paper", "laptop", _paper),
    Scene("help", "laptop", _help),
    Scene("handover", "laptop", go("handover")),
    Scene("settings", "laptop", go("settings")),
    Scene("log-laptop", "laptop", go("log")),
    Scene("restore-open", "laptop", go("restore")),
)
