"""Keys in the window: words under Settings, a new sheet, new keys, and a laptop that compares them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog

from survey_app.fingerprints import spoken
from survey_app.operations.handover import office_of
from survey_app.operations.keys import replace_keys
from survey_app.operations.list_exchange import write_lists
from survey_app.store import Store

from .conftest import nameless

PASSPHRASE = "khao-sat-mau"


def answer_dialog(accept: bool) -> None:
    """Answer the next dialog."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        if accept:
            dialog.accept()
        else:
            dialog.reject()

    QTimer.singleShot(50, answer)


def test_the_office_prints_a_sheet_and_replaces_its_keys(
    ground: Callable[..., Any], office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ground(office)
    here.unlock()
    here.desk.go("settings")
    here.settle()
    panel = here.screen.keys
    before = spoken(office_of(here.desk.store).fingerprint)
    assert before in panel.words.text()
    assert nameless(here.window) == []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(tmp_path / "sheet.pdf"), ""))
    answer_dialog(True)
    panel.sheet_button.click()
    here.settle()
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    answer_dialog(False)
    panel.replace_button.click()
    here.settle()
    assert before in panel.words.text()
    answer_dialog(True)
    panel.replace_button.click()
    here.settle()
    here.settle()
    assert spoken(office_of(here.desk.store).fingerprint) in panel.words.text()
    assert before not in panel.words.text()


def test_a_laptop_takes_a_new_key_only_when_its_words_were_compared(
    ground: Callable[..., Any], office: Path, laptop: Path, tmp_path: Path
) -> None:
    with Store.open(office, PASSPHRASE) as store:
        before = office_of(store)
        key = replace_keys(store)
        sent = next(each for each in write_lists(store, tmp_path / "usb") if each.device.id == _device(laptop))
    here = ground(laptop)
    here.unlock()
    here.desk.go("bring_list")
    here.settle()
    answer_dialog(False)
    here.screen.open_file(sent.path)
    here.settle()
    assert office_of(here.desk.store) == before
    answer_dialog(True)
    here.screen.open_file(sent.path)
    here.settle()
    here.settle()
    assert office_of(here.desk.store) == key
    here.desk.go("settings")
    here.settle()
    assert spoken(key.fingerprint) in here.screen.keys.words.text()
    assert not here.screen.keys.replace_button.isVisible()


def _device(laptop: Path) -> str:
    with Store.open(laptop, PASSPHRASE) as store:
        return store.device
