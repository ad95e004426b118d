"""An interview killed at any moment loses no answer that had been given, and opens at the right question."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from survey_app.store import Store

ROOT = Path(__file__).resolve().parents[2]
KILLS = 8

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")


def _load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("interview_script", ROOT / "build_scripts" / "interview_script.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script: Any = _load_script()


@pytest.mark.slow
def test_killing_the_program_loses_no_answer_that_was_given(tmp_path: Path) -> None:
    path = tmp_path / "laptop.store"
    script.practice_store(path, households=4).close()
    rng = random.Random(20261121)
    seen = script.Seen("", {}, "", 0, set())
    answers = 0
    for _ in range(KILLS):
        seen = script.kill_once(path, rng, seen)
        answers += seen.answers
        assert script.faults_after(path, seen) == []
    assert answers > KILLS


def test_a_loss_would_be_noticed(tmp_path: Path) -> None:
    path = tmp_path / "laptop.store"
    script.practice_store(path, households=1).close()
    seen = script.kill_once(path, random.Random(1), script.Seen("", {}, "", 0, set()))
    while not seen.kept:
        seen = script.kill_once(path, random.Random(2), seen)
    with Store.open(path, script.PASSPHRASE) as store:
        draft = store.drafts()[0]
        store.save_draft(draft.id, {next(iter(seen.kept)): None}, draft.cursor)
    assert [fault.partition(":")[0] for fault in script.faults_after(path, seen)] == ["lost"]
