"""Training never mixes with real work, is marked everywhere, and starts over by one action."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from survey_app.clock import VIETNAM
from survey_app.gui import training
from survey_app.gui.screens import try_demo
from survey_app.operations import demo as demo_operations
from survey_app.operations.demo import Demo, build_demo
from survey_app.operations.handover import bundle_files, merge
from survey_app.operations.training import TRAINING_SUFFIX, is_training
from survey_app.store import Store

from .conftest import NOW, PASSPHRASE, Ground

Maker = Callable[..., Ground]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Return a commune whose round is not for training, as an office makes it."""
    folder = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_operations, "TRAINING_SUFFIX", "")
        made = dt.datetime(2026, 11, 21, 9, 0, tzinfo=VIETNAM)
        return build_demo(folder, 24, 1, False, 2, 1, PASSPHRASE, lambda: made)


def test_a_demonstration_is_training_on_laptop_and_office(commune: Demo, laptop: Path, office: Path) -> None:
    for path in (laptop, office):
        with Store.open(path, PASSPHRASE, clock=lambda: NOW) as store:
            assert is_training(store)
            current = store.round()
            assert current is not None
            assert current.code.endswith(TRAINING_SUFFIX)


def test_a_real_store_is_not_training(real: Demo) -> None:
    with Store.open(real.office_store, PASSPHRASE, clock=lambda: NOW) as store:
        assert not is_training(store)


@pytest.mark.parametrize("direction", ["training bundles at a real office", "real bundles at a training office"])
def test_bundles_of_the_other_world_are_refused(direction: str, real: Demo, commune: Demo, tmp_path: Path) -> None:
    at, of = (real, commune) if direction.startswith("training") else (commune, real)
    office = Path(shutil.copy(at.office_store, tmp_path / "office.store"))
    with Store.open(office, PASSPHRASE, clock=lambda: NOW) as store:
        before = store.digest()
        balance = merge(store, bundle_files([of.folder / "bundles"]), clock=lambda: NOW)
        assert balance.new == 0
        assert len(balance.refusals) == len(of.bundles)
        assert store.digest() == before


def test_the_band_stands_over_every_screen(ground: Maker, laptop: Path) -> None:
    here = ground(laptop)
    here.unlock()
    for screen in ("today", "households", "settings"):
        here.desk.go(screen)
        here.settle()
        assert here.window.training.isVisible()
        assert "Training" in here.window.windowTitle()


def test_a_real_store_shows_no_band(ground: Maker, real: Demo, tmp_path: Path) -> None:
    here = ground(Path(shutil.copy(real.laptops[0], tmp_path / "may.store")))
    here.unlock()
    assert not here.window.training.isVisible()
    assert "Training" not in here.window.windowTitle()


def test_one_action_starts_the_training_over(ground: Maker, commune: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = try_demo.demo_folder()
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(commune.folder, folder)
    (folder / "complete").touch()
    tried = folder / "tried"
    tried.touch()
    monkeypatch.setattr(training, "confirm", lambda *_words: True)
    monkeypatch.setattr(try_demo, "HOUSEHOLDS", 12)
    here = ground(sorted((folder / "laptops").glob("*.store"))[0])
    here.unlock()
    assert not here.window.training.again_button.isHidden()
    here.window.training.again_button.click()
    here.bot.waitUntil(lambda: here.desk.lane.is_open and here.window.screen_name != "try_demo", timeout=60_000)
    here.settle()
    assert not tried.exists()
    assert here.window.training.training
    shutil.rmtree(folder, ignore_errors=True)
