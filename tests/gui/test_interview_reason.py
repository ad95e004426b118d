"""A finished form is changed: where its author wants the reason, it is asked once and kept in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from survey_app.gui.parts import Dialog, Field
from survey_app.operations.interview import open_interview
from survey_app.store import Store
from survey_app.xforms.audit import CHANGE_REASON

from .conftest import bring_form

PASSPHRASE = "khao-sat-mau"
FORM = """| survey |
| | type | name | label | parameters |
| | text | wish | Hộ mong gì nhất? | |
| | audit | audit | | {parameters} |
| settings |
| | form_id | version | title |
| | own | 1 | Phiếu của xã |
"""


@pytest.mark.parametrize("wanted", [True, False])
def test_the_reason_is_asked_when_the_author_wants_it(
    ground: Callable[..., Any], laptop: Path, tmp_path: Path, wanted: bool
) -> None:
    path = tmp_path / "own.md"
    path.write_text(FORM.format(parameters="track-changes-reasons=on-form-edit" if wanted else ""), encoding="utf-8")
    here = ground(laptop)
    with_store(laptop, path)
    here.unlock()
    store = here.desk.store
    line = store.households(status="not_visited")[0]
    first = open_interview(store, line.household.id, here.desk.person.id, here.desk.clock, form_id="own")
    first.answer("/data/wish", "mạng")
    first.finish()
    here.desk.go("interview", household=line.household.id, form="own")
    here.settle()
    here.screen.interview.enter("/data/wish", "mạng khỏe")
    asked: list[str] = []

    def give(words: str) -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, Dialog)
        asked.append(words)
        if not words:
            dialog.reject()
            return
        field = dialog.findChildren(Field)[0]
        field.set_text(words)
        QTest.keyClick(field.edit, Qt.Key.Key_Return)

    if wanted:
        QTimer.singleShot(200, lambda: give(""))
        here.screen.finish()
        here.settle()
        assert here.window.screen_name == "interview"
        QTimer.singleShot(200, lambda: give("nghe nhầm"))
    here.screen.finish()
    here.settle()
    assert asked == (["", "nghe nhầm"] if wanted else [])
    newest = max(store.revisions(first.draft.submission), key=lambda each: (len(each.parents), each.made_at))
    assert newest.answers["wish"] == "mạng khỏe"
    assert newest.reason == ("nghe nhầm" if wanted else "")
    log = store.attachment(newest.answers["meta"]["audit"])
    assert log is not None
    assert (CHANGE_REASON in log.decode()) is wanted


def with_store(path: Path, workbook: Path) -> None:
    with Store.open(path, PASSPHRASE) as store:
        bring_form(store, workbook)
