"""Choices of the person at this machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey_app import paths
from survey_app.settings import Settings, load_settings, save_settings, settings_file


def test_without_a_file_the_defaults_hold() -> None:
    assert load_settings() == Settings()


def test_settings_come_back_as_they_were_saved() -> None:
    chosen = Settings("en", "dark", 130, "/kho dữ liệu/máy 1.store")
    save_settings(chosen)
    assert load_settings() == chosen


def test_saving_leaves_one_file() -> None:
    save_settings(Settings())
    save_settings(Settings("en"))
    assert [path.name for path in settings_file().parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '"x"', "\u0000"])
def test_an_unreadable_file_falls_back_to_the_defaults(content: str) -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text(content, encoding="utf-8")
    assert load_settings() == Settings()


def test_an_unknown_or_wrong_entry_does_not_spoil_the_others() -> None:
    settings_file().parent.mkdir(parents=True)
    settings_file().write_text('{"language": 5, "theme": "dark", "later": true}', encoding="utf-8")
    assert load_settings() == Settings(theme="dark")


def test_the_user_folder_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SURVEY_APP_DATA", str(tmp_path / "x"))
    assert settings_file() == tmp_path / "x" / "settings.json"
    monkeypatch.delenv("SURVEY_APP_DATA")
    assert paths.user_folder().name == "survey-app"
