"""A backup, a restore, a migration and a daily copy killed at any moment lose nothing, and can be done again.

A few kills of each; ``build_scripts/kill_store.py`` does hundreds.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

KILLS, FORMS = 2, 60
SCRIPT = Path(__file__).resolve().parents[2] / "build_scripts" / "kill_store.py"


@pytest.fixture(scope="module")
def kill_store() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kill_store", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["kill_store"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("what", ["backup", "daily", "restore", "migration"])
def test_what_is_killed_loses_nothing_and_can_be_done_again(kill_store: ModuleType, what: str, tmp_path: Path) -> None:
    longest, _late = kill_store.try_kills(what, tmp_path, KILLS, FORMS, random.Random(20261121))
    assert longest > 0


def test_the_older_store_of_the_trial_really_is_older(kill_store: ModuleType, tmp_path: Path) -> None:
    from survey_app.store import schema, slots

    trial = kill_store.prepare("migration", tmp_path, 3)
    assert slots.schema_version(trial.store) < len(schema.MIGRATIONS)
