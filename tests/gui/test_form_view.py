"""One household's form to read in the office."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from survey_app.operations.handover import bundle_files, merge
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_office_reads_answers_versions_and_consent_from_the_list(
    ground: Callable[..., Any], office: Path, commune: Any, language: str
) -> None:
    with Store.open(office, PASSPHRASE) as store:
        merge(store, bundle_files(commune.bundles))
        current = next(current for current in store.currents() if current.state == "settled")
    here = ground(office, language=language)
    here.unlock()
    here.desk.go("household", household=current.household)
    here.settle()
    here.press(Qt.Key.Key_0)
    here.settle()
    assert here.window.screen_name == "form_view"
    facts = here.screen.facts
    assert facts.household.id == current.household
    assert facts.consent is not None and facts.consent.state == "given"
    assert len(facts.entries) > 20
    assert facts.versions[-1].changed > 20
    assert facts.versions[0].author and facts.versions[0].device
    here.press(Qt.Key.Key_Escape)
    assert here.window.screen_name == "household"


def test_a_household_without_a_form_has_nothing_to_read(ground: Callable[..., Any], office: Path) -> None:
    here = ground(office)
    here.unlock()
    line = next(iter(here.desk.store.households()))
    here.desk.go("form_view", household=line.household.id)
    here.settle()
    assert here.screen.facts.entries == ()
    assert here.screen.empty.isVisible()
