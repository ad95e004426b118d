"""The command ``update``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.cli.main import main
from survey_app.operations import updating


def test_an_update_is_shown_and_its_installer_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = crypto.new_signing_keys()
    monkeypatch.setattr(updating, "publisher_keys", lambda: (keys.public,))
    setup, file = tmp_path / "setup.bin", tmp_path / "x.update"
    setup.write_bytes(b"new program")
    updating.write_update(setup, file, version="99.0", notes={"en": "New."}, made_at="2026", secret=keys.secret)
    assert main(["update", str(file), "--stage", str(tmp_path / "out"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["version"] == "99.0"
    assert Path(said["installer"]).read_bytes() == b"new program"


def test_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.update"
    file.write_bytes(b"nothing")
    assert main(["update", str(file)]) == 1
