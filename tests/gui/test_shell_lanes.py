"""The store's lane: order, delivery, cancelling, and nothing lost at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from survey_app.gui.desk import Desk, SavedState
from survey_app.gui.lanes import LaneMonitor, Pool, StoreLane
from survey_app.operations.stores import create_store
from survey_app.progress import Cancelled
from survey_app.records import Enumerator
from survey_app.settings import Settings
from survey_app.store import Store


@pytest.fixture
def lane(qapp: QApplication) -> Iterator[StoreLane]:
    made = StoreLane()
    yield made
    made.close()


@pytest.fixture
def desk(qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(settings=Settings())
    made.lane.adopt(lambda: create_store(tmp_path / "a.store", "bon tu de nho", kind="laptop", name="Máy 01"))
    yield made
    made.close()


def test_work_is_done_in_the_order_it_was_asked_for(lane: StoreLane) -> None:
    order: list[int] = []
    for number in range(50):
        lane.submit(order.append, number)
    lane.flush()
    assert order == list(range(50))


def test_results_arrive_on_the_main_thread(lane: StoreLane) -> None:
    heard: list[tuple[int, threading.Thread]] = []
    lane.submit(lambda: 7, done=lambda value: heard.append((value, threading.current_thread())))
    lane.wait()
    assert heard == [(7, threading.main_thread())]


def test_work_runs_beside_the_main_thread(lane: StoreLane) -> None:
    assert lane.call(threading.current_thread) is not threading.main_thread()


def test_a_failure_is_handed_to_the_one_who_asked(lane: StoreLane) -> None:
    heard: list[BaseException] = []
    lane.submit(int, "not a number", failed=heard.append)
    lane.wait()
    assert [type(error) for error in heard] == [ValueError]


def test_a_failure_nobody_hears_of_is_told_once(lane: StoreLane) -> None:
    heard: list[BaseException] = []
    lane.unhandled = heard.append
    lane.submit(int, "not a number")
    lane.wait()
    assert len(heard) == 1


def test_a_failure_does_not_stop_the_lane(lane: StoreLane) -> None:
    lane.submit(int, "not a number", failed=lambda _error: None)
    assert lane.call(lambda: 3) == 3


def test_a_widget_that_is_gone_hears_nothing(lane: StoreLane) -> None:
    class Listener(QObject):
        heard = False

        def hear(self, _value: int) -> None:
            Listener.heard = True

    listener = Listener()
    gate = threading.Event()
    lane.submit(gate.wait)
    lane.submit(lambda: 1, done=listener.hear)
    shiboken6.delete(listener)
    gate.set()
    lane.wait()
    assert Listener.heard is False


def test_closing_finishes_what_was_asked_for(qapp: QApplication) -> None:
    lane = StoreLane()
    done: list[int] = []

    def slow(number: int) -> None:
        time.sleep(0.005)
        done.append(number)

    for number in range(20):
        lane.submit(slow, number)
    lane.close()
    assert done == list(range(20))


def test_the_store_answers_from_the_main_thread_and_iterators_arrive_as_lists(desk: Desk) -> None:
    desk.store.put_enumerators([Enumerator("mai", "Lò Thị Mai")])
    assert [person.name for person in desk.store.enumerators()] == ["Lò Thị Mai"]
    assert isinstance(desk.store.currents(), list)
    assert desk.store.name == "Máy 01"


def test_progress_arrives_and_cancelling_stops_before_the_next_unit(qapp: QApplication, qtbot: QtBot) -> None:
    pool, monitor = Pool(), LaneMonitor()
    steps: list[tuple[int, int]] = []
    ended: list[BaseException] = []
    begun = threading.Event()

    def work(monitor: LaneMonitor) -> None:
        for number in range(10_000):
            monitor.step(number, 10_000, "x")
            begun.set()
            time.sleep(0.001)

    monitor.moved.connect(lambda done, total, _what: steps.append((done, total)))
    pool.submit(work, monitor, failed=ended.append)
    qtbot.waitUntil(lambda: len(steps) > 2, timeout=5000)
    monitor.cancel()
    pool.wait()
    pool.close()
    assert [type(error) for error in ended] == [Cancelled]
    assert steps[-1][0] < 9_999


def test_writing_says_saving_then_saved(desk: Desk) -> None:
    said: list[str] = []
    desk.saved.connect(lambda state: said.append(state.kind))
    desk.write(lambda store: store.put_enumerators([Enumerator("a", "A")]))
    desk.lane.wait()
    assert said == ["saving", "saved"]


def test_a_failed_operation_does_not_claim_that_saved_data_are_lost(desk: Desk) -> None:
    desk.saving()
    desk.saved_now()
    before = desk.state

    def fail(_store: Store) -> None:
        raise ValueError("no")

    heard: list[BaseException] = []
    desk.write(fail, failed=heard.append)
    desk.lane.wait()
    assert (desk.state, len(heard)) == (before, 1)


def test_two_writes_are_saved_only_when_both_are(desk: Desk) -> None:
    desk.saving()
    desk.saving()
    desk.saved_now()
    assert desk.state == SavedState("saving")
    desk.saved_now()
    assert desk.state.kind == "saved"
