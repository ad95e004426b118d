"""``survey-app sync``: both sides meet in a folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app.cli import main as cli

PASSPHRASE = "khao-sat-mau"


def test_laptop_and_office_meet_in_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    place, shared = tmp_path / "xã", tmp_path / "USB"
    shared.mkdir()
    assert cli.main(["demo", str(place), "--households", "24", "--laptops", "2", "--edits", "--seed", "1"]) == 0
    laptops, office = sorted((place / "laptops").glob("*.store")), place / "office.store"
    capsys.readouterr()
    for laptop in laptops:
        assert cli.main(["sync", str(laptop), "--with", str(shared), "--dry-run", "--language", "en"]) == 0
        assert "To pack:" in capsys.readouterr().out
        assert cli.main(["sync", str(laptop), "--with", str(shared), "--language", "en"]) == 0
        assert "Packed:" in capsys.readouterr().out
    assert cli.main(["sync", str(office), "--with", str(shared), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["balance"]["records"] > 0
    assert len(said["issued"]) == 2
    assert cli.main(["sync", str(laptops[0]), "--language", "en"]) == 0
    shown = capsys.readouterr().out
    assert "Receipt: 1 bundle" in shown
    assert "The office has everything." in shown
    (shared / "broken.receipt").write_bytes(b"no receipt")
    assert cli.main(["sync", str(laptops[0]), "--language", "vi"]) == 1
    assert "broken.receipt" in capsys.readouterr().err


def test_without_a_folder_it_says_how_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    store = tmp_path / "may01.store"
    assert cli.main(["store", "new", str(store), "--name", "Máy 01"]) == 0
    assert cli.main(["sync", str(store), "--language", "en"]) == 1
    assert "SYN-01" in capsys.readouterr().err
