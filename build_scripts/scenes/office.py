"""The supervisor's screens."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast
from unittest.mock import patch

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

from survey_app import crypto
from survey_app.gui.main_window import MainWindow
from survey_app.gui.office.answers_out import HowDialog
from survey_app.gui.office.merge import MergeScreen
from survey_app.gui.office.people import ReaderDialog
from survey_app.gui.office.programme import ProgrammeScreen
from survey_app.gui.office.report_out import ReportDialog
from survey_app.gui.parts import Dialog
from survey_app.gui.screens.trial_window import TrialWindow
from survey_app.operations import updating
from survey_app.operations.forms import read_form
from survey_app.operations.handover import bundle_files
from survey_app.operations.outcomes import REQUEST_ANSWERED, REQUEST_DONE
from survey_app.operations.requests import note_deed, requests, take_in
from survey_app.operations.support.decisions import approve, except_household, propose
from survey_app.operations.support.programmes import open_programme, programmes
from survey_app.operations.support.standing import read_support
from survey_app.operations.units import UNIT_LEVELS
from survey_app.paths import forms
from survey_app.records import Enumerator

from .laptop import corrections
from .stage import NOW, ROOT, Scene, Shown, go, moment_of, settle


def _duplicates(window: MainWindow) -> None:
    """Enter a household a second time, as a laptop would have that did not find it on its list."""
    store = window.desk.store
    found = [each for each in store.currents() if each.state == "settled" and len(each.answers.get("members", {})) > 0]
    form = max(found, key=lambda each: (len(str(each.answers.get("members"))), each.submission))
    line = store.household(form.household)
    if line is not None and not any(each.head_name == line.head_name for each in store.found_households()):
        again = replace(line, id="00000000-0000-4000-8000-000000000001", number=line.number + 60, assigned_to="")
        store.add_households([again], form.author)
        twin = next(each for each in store.revisions(form.submission) if each.id in form.heads)
        moved = replace(twin, household=again.id, submission=again.id[:-1] + "2", parents=(), kind="answers", id="")
        store.add_revisions([moved], "here")
    window.desk.go("duplicates")
    settle(window)


def _bring_list(window: MainWindow) -> None:
    """Show a list as communes have them: an old encoding, a village written differently, doubtful and bad rows."""
    store = window.desk.store
    known = store.households()[0].household
    place = store.place(known.village_code)
    village = place.name if place else ""
    rows = (
        "DANH SÁCH HỘ GIA ĐÌNH;;;;;",
        "Số hộ;Họ và tên chủ hộ;Thôn;Địa chỉ;SĐT;Hộ nghèo",
        f"901;NguyÔn V¨n §\u00ad\u00eang;{village};Xóm 1;912345678;",
        f"902;TrÇn ThÞ H\u00ad\u00eang;{village};Xóm 2;987654321;x",
        f"{known.number};Lß V¨n An;{village};;;",
        "904;Giµng A P¸o;Thôn Mới;;;",
        f"chín;Lß ThÞ Mai;{village};;;",
    )
    file = Path(tempfile.mkdtemp()) / "danh-sach-ho.csv"
    file.write_text("\n".join(rows), "utf-8")
    window.desk.go("bring_list", file=file)
    settle(window)


def _merge_preview(window: MainWindow) -> None:
    """Show what bundles would change before they are merged."""
    window.desk.go("merge")
    settle(window)
    screen = window.screen_now
    if isinstance(screen, MergeScreen):
        screen.look_at(bundle_files([window.desk.store.path.parent / "bundles"])[:2])
    settle(window)


def _merge_refused(window: MainWindow) -> None:
    """Merge what lies on a stick that was pulled too early: a cut bundle, an altered one, something else; one good."""
    folder = window.desk.store.path.parent / "stick"
    folder.mkdir()
    cut, altered, good, *_others = bundle_files([window.desk.store.path.parent / "bundles"])
    content = bytearray(altered.read_bytes())
    content[-100] ^= 1
    (folder / cut.name).write_bytes(cut.read_bytes()[:-500])
    (folder / altered.name).write_bytes(bytes(content))
    (folder / "Danh sách hộ.bundle").write_bytes(b"PK\x03\x04")
    window.desk.go("merge")
    settle(window)
    screen = window.screen_now
    if isinstance(screen, MergeScreen):
        screen.look_at([*bundle_files([folder]), good])
        settle(window)
        QTest.keyClick(QApplication.focusWidget() or screen, Qt.Key.Key_Return)
    settle(window)


def _form_view(window: MainWindow) -> None:
    store = window.desk.store
    line = next(line for line in store.households() if any(store.currents(household=line.household.id)))
    window.desk.go("form_view", household=line.household.id)


def _history(view: str) -> Callable[[MainWindow], None]:
    """Show the history of the household with the most versions."""

    def show(window: MainWindow) -> None:
        store = window.desk.store
        counts = {one.household: len(list(store.revisions(one.submission))) for one in store.currents(state="conflict")}
        window.desk.go("history", household=max(counts, key=lambda each: (counts[each], each)))
        settle(window)
        QTest.keyClicks(window.screen_now or window, view)
        settle(window)

    return show


def _forms(window: MainWindow) -> None:
    """Show the office's forms with a workbook that has faults."""
    folder = Path(tempfile.mkdtemp())
    (folder / "phieu-thon.md").write_text(
        "| survey |\n| | type | name | label | relevant | calculation |\n"
        "| | select_one co_khong | wifi | Nhà văn hóa có wifi không? | | |\n"
        "| | integer | so_may | Số máy tính | ${wify} = 'yes' | |\n| | calculate | tong | | | sum(${so_may} |\n"
        "| choices |\n| | list_name | name | label |\n| | yes_no | yes | Có |\n"
        "| settings |\n| | form_id | title | version |\n| | thon | Phiếu thôn | 1 |\n",
        "utf-8",
    )
    window.desk.go("forms", file=folder / "phieu-thon.md")
    settle(window)


def _requests(window: MainWindow) -> None:
    """Show a register with what is overdue, due, waiting and done."""
    store, person = window.desk.store, window.desk.person.id
    if not requests(store):
        lines = store.households()
        asked = (("correct", 4.2, "Sai năm sinh của bà"), ("see", 1.1, ""), ("withdraw", 12, ""), ("erase", 6, ""))
        for number, (right, days, note) in enumerate(asked):
            moment = NOW - dt.timedelta(days=days)
            named = take_in(store, lines[number * 3].household.id, right, person, note, moment_of(moment))
            if right in {"withdraw", "erase"}:
                later = moment_of(moment + dt.timedelta(days=1))
                note_deed(store, named, REQUEST_ANSWERED, person, "Đã gọi điện", later)
            if right == "erase":
                note_deed(store, named, REQUEST_DONE, person, "", moment_of(moment + dt.timedelta(days=3)))
    window.desk.go("requests")
    settle(window)


def _request_form(window: MainWindow) -> None:
    _requests(window)
    window.desk.go("requests", household=window.desk.store.households()[1].household.id)
    settle(window)


def _due(window: MainWindow) -> None:
    _requests(window)
    window.desk.go("merge")
    settle(window)


def _forms_found(window: MainWindow) -> None:
    window.desk.go("forms", file=ROOT / "forms" / "every_question" / "every_question.xlsx")
    settle(window)


def _backup_failed(window: MainWindow) -> None:
    """Show what the window says when the folder of the daily copies cannot be made."""
    folder = window.desk.store.path.parent / "backups"
    shutil.rmtree(folder, ignore_errors=True)  # a look before this one may have made copies
    folder.write_text("not a folder")
    window.desk.go("settings")
    window.backups.back_up(again=True)
    settle(window)
    folder.unlink()


def _backed_up(window: MainWindow) -> None:
    """Show the settings of an office; the copy that failed in the scene before is made."""
    window.desk.go("settings")
    window.backups.back_up(again=True)
    settle(window)


def _support(key: str) -> Callable[[MainWindow], None]:
    """Show a programme of device support, with the form of a deed when its key is pressed."""

    def show(window: MainWindow) -> None:
        store, person = window.desk.store, window.desk.person.id
        if not programmes(store):
            open_programme(store, forms() / "device_support" / "programme.csv", person, clock=lambda: NOW)
            lines = read_support(store, person).listing.lines
            home = next(line.household for line in lines if line.status == "out" and "given" not in str(line.why))
            except_household(store, person, home, "Nhà cháy tháng trước, mất hết đồ đạc", clock=lambda: NOW)
        window.desk.go("support")
        settle(window)
        if key:
            QTest.keyClicks(window.screen_now or window, key)

    return show


def _delivering(window: MainWindow) -> None:
    """Show what is asked about a delivery: somebody proposed, another one approved."""
    _support("")(window)
    store, person = window.desk.store, window.desk.person.id
    store.put_enumerators([Enumerator("ct02", "Ma Văn Bình", "supervisor", "anh")])
    if not read_support(store, person).listing.count("approved"):
        propose(store, person, clock=lambda: NOW)
        approve(store, "ct02", "112/QĐ-UBND", "20/11/2026", clock=lambda: NOW)
    window.desk.go("support")
    settle(window)
    QTest.keyClicks(window.screen_now or window, "3")


def _rules(row: int, *, faulty: bool = False) -> Callable[[MainWindow], None]:
    """Show the rules of a programme at a row, with two faults when asked."""

    def show(window: MainWindow) -> None:
        _support("")(window)
        window.desk.go("programme", programme="ptu-2026")
        settle(window)
        screen = cast(ProgrammeScreen, window.screen_now)
        if faulty:
            for number, text in ((5, "${official_povrty} = 'poor'"), (row, "${support_need} = 'yess'")):
                screen.table.select(number)
                screen.form.when_edit.setPlainText(text)
            screen.put_to_use()
            settle(window)
        else:
            screen.table.select(row)

    return show


def _units(level: str, *, adding: bool = False) -> Callable[[MainWindow], None]:
    """Show a list beside the household list; with the form for one more."""

    def show(window: MainWindow) -> None:
        window.desk.go("units", level=level)
        window.activateWindow()
        settle(window)
        if adding:
            QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)

    return show


def _form_of(level: str) -> Callable[[MainWindow], None]:
    """Open the form of another level for the first line of its list."""

    def show(window: MainWindow) -> None:
        _units(level)(window)
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return)

    return show


def _dialog(kind: Callable[[QWidget], Dialog]) -> Callable[[MainWindow], Shown]:
    """Show a dialog above the results."""

    def show(window: MainWindow) -> Shown:
        window.desk.go("results")
        settle(window)
        dialog = kind(window.screen_now or window)
        dialog.show()
        return dialog

    return show


def _trial(window: MainWindow) -> Shown:
    """Try a form, as an author does."""
    read = read_form(ROOT / "forms" / "village" / "village.xlsx")
    trial = TrialWindow(read, window.desk.clock, (), window)
    trial.show()
    for _round in range(3):
        QTest.qWait(60)
        trial.desk.lane.wait()
    return trial


def _update(window: MainWindow) -> None:
    """Show an update of the publisher."""
    keys = crypto.new_signing_keys()
    folder = Path(tempfile.mkdtemp())
    (folder / "setup.exe").write_bytes(b"MZ")
    notes = {
        "vi": "Gộp gói nhanh hơn. Sửa chỗ in phiếu giấy bị cắt chữ.",
        "en": "Merging is faster. Paper forms print whole.",
    }
    file = folder / "khao-sat-so-ho.update"
    updating.write_update(
        folder / "setup.exe", file, version="99.1", notes=notes, made_at=NOW.isoformat(), secret=keys.secret
    )
    with patch.object(updating, "publisher_keys", lambda: (keys.public,)):
        window.desk.go("update", file=file)
        settle(window)


def _foot(screen: str) -> Callable[[MainWindow], None]:
    """Show the foot of a screen that scrolls."""

    def show(window: MainWindow) -> None:
        window.desk.go(screen)
        settle(window)
        for area in window.findChildren(QAbstractScrollArea):
            if area.isVisible():
                area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())

    return show


SCENES = (
    Scene("merge", "office", go("merge")),
    Scene("merge-preview", "office", _merge_preview),
    Scene("merge-refused", "office", _merge_refused),
    Scene("conflicts", "office", go("conflicts")),
    Scene("duplicates", "office", _duplicates),
    Scene("report-out", "office", _dialog(ReportDialog)),
    Scene("answers-out", "office", _dialog(HowDialog)),
    Scene("office-households", "office", go("households")),
    Scene("form-view", "office", _form_view),
    Scene("corrections", "office", corrections),
    Scene("history", "office", _history("1")),
    Scene("history-questions", "office", _history("2")),
    Scene("log", "office", go("log")),
    Scene("people", "office", go("people")),
    Scene("people-reader", "office", _dialog(ReaderDialog)),
    Scene("retention", "office", go("retention")),
    Scene("backup-failed", "office", _backup_failed),
    Scene("settings-office", "office", _backed_up),
    Scene("settings-foot", "office", _foot("settings")),
    Scene("charges", "office", go("charges")),
    Scene("bring-list", "office", _bring_list),
    Scene("laptops", "office", go("laptops")),
    Scene("requests", "office", _requests),
    Scene("requests-new", "office", _request_form),
    Scene("merge-due", "office", _due),
    Scene("forms", "office", _forms),
    Scene("forms-found", "office", _forms_found),
    Scene("form-trial", "office", _trial),
    Scene("support", "office", _support("")),
    Scene("support-taken-back", "office", _support("4")),
    Scene("support-left-out", "office", _support("6")),
    Scene("support-delivery", "office", _delivering),
    Scene("programme", "office", _rules(3)),
    Scene("programme-faults", "office", _rules(9, faulty=True)),
    Scene("update", "office", _update),
    *(Scene(f"units-{level}", "office", _units(level)) for level in UNIT_LEVELS if level != "figure"),
    *(Scene(f"units-{level}-new", "office", _units(level, adding=True)) for level in ("enterprise", "device_support")),
    *(Scene(f"form-{level}", "office", _form_of(level)) for level in UNIT_LEVELS if level != "figure"),
)
