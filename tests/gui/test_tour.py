"""The tour: every screen and dialog opens by itself on a demonstration, and never on real people."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDialog

from survey_app.cli.main import main
from survey_app.gui import tour
from survey_app.gui.main_window import SCREENS
from survey_app.gui.screen import Screen
from survey_app.records import Enumerator
from survey_app.store import Store

from .conftest import NOW, PASSPHRASE


@pytest.mark.parametrize("kind", ["laptop", "office"])
def test_every_screen_is_opened_and_pictured(
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store: Path = request.getfixturevalue(kind)
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    assert main(["look", str(store), "--pictures", str(tmp_path / "hình"), "--json"]) == 0
    names = json.loads(capsys.readouterr().out)["screens"]
    of_the_office = {
        "merge",
        "conflicts",
        "results",
        "laptops",
        "charges",
        "duplicates",
        "support",
        "programme",
        "people",
        "retention",
        "tables",
        "aggregates",
        "behind",
        "quality",
        "quality_behind",
    }
    of_a_laptop = {"today", "interview", "handover", "unfinished", "bin"}
    left_out = of_the_office | set(tour.DIALOGS) if kind == "laptop" else of_a_laptop
    assert set(names) == set(tour.every()) - left_out
    for name in names:
        picture = QImage(str(tmp_path / "hình" / f"{name}.png"))
        assert picture.width() == 1366 if name in SCREENS else not picture.isNull(), name


def test_where_several_people_share_the_office_the_first_one_takes_the_pictures(office: Path, tmp_path: Path) -> None:
    with Store.open(office, PASSPHRASE, clock=lambda: NOW) as store:
        store.put_enumerators([Enumerator("ct02", "Ma Văn Bình", "supervisor")])
    assert {"who", "results", "quality"} <= set(tour.take(office, PASSPHRASE, tmp_path / "hình"))


def _kinds_of(base: type) -> Iterator[str]:
    """Yield every class of the program that stands on a class of windows, by module and name."""
    found: list[type] = base.__subclasses__()
    for kind in found:
        if kind.__module__.startswith("survey_app."):
            yield f"{kind.__module__} {kind.__name__}"
        yield from _kinds_of(kind)


def test_no_screen_and_no_dialog_is_left_out_of_the_tour() -> None:
    tour.import_everything()
    dialogs = {f"{module} {name}" for module, name, _make in tour.DIALOGS.values()}
    assert set(_kinds_of(QDialog)) == dialogs
    grounds = {"OutsideScreen", "Frame", "_Absent"}
    screens = {f"{module} {name}" for module, name in SCREENS.values()}
    found = {kind for kind in _kinds_of(Screen) if kind.split()[1] not in grounds}
    inherited = {
        f"{base.__module__} {base.__name__}"
        for module, name in SCREENS.values()
        for base in getattr(importlib.import_module(module), name).__mro__[1:]
    }
    assert found - inherited == screens


def test_no_pictures_are_taken_of_real_people(
    laptop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Store.open(laptop, PASSPHRASE, clock=lambda: NOW) as store:
        current = store.round()
        assert current is not None
        store.put_round(type(current)(**{**vars(current), "code": "DT2026"}))
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    assert main(["look", str(laptop), "--pictures", str(tmp_path / "p")]) == 1
    assert "CLI-06" in capsys.readouterr().err
    assert not (tmp_path / "p" / "today.png").exists()
