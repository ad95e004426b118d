"""The tour: every screen of a role opens by itself on a demonstration, and never on real people."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from survey_app.cli.main import main
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
    wanted = {"today", "interview", "handover"} if kind == "laptop" else {"merge", "conflicts", "results", "laptops"}
    assert wanted <= set(names)
    for name in names:
        assert QImage(str(tmp_path / "hình" / f"{name}.png")).width() == 1366, name


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
