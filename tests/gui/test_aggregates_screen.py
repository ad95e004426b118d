"""Counts of communes in the window: handed up, taken in, refused, recognised, what is missing, taken out again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from survey_app.bundles.keys import OFFICE_KEY_FILE
from survey_app.gui.office.hand_up import HandUpDialog, Wanted
from survey_app.gui.parts import Label
from survey_app.operations.results import indicator_table
from tests.unit.operations.test_aggregates import COMMUNES, PASSPHRASE, PLACES, Country, country, home, office, stored

__all__ = ["country"]


@pytest.fixture
def here(ground: Callable[..., Any], country: Country) -> Any:
    """The province's window; the files of its communes lie in ``up``."""
    for code in COMMUNES:
        country.hand_up(code)
    country.province.add_revisions(list(country.communes[COMMUNES[1]].revisions()), "bundle")
    country.province.close()
    opened = ground(country.folder / "P" / "office.store")
    opened.unlock(PASSPHRASE)
    opened.desk.go("aggregates")
    opened.settle()
    return opened


def kinds(here: Any) -> dict[str, str]:
    return {one.commune: one.kind for one in here.screen.facts.standing.sources if one.commune in COMMUNES}


def test_a_folder_is_taken_in_and_no_commune_counts_twice(here: Any, country: Country) -> None:
    screen = here.screen
    assert set(kinds(here).values()) == {"bundles", "missing"}
    screen.take([country.folder / "up"])
    here.settle()
    assert kinds(here) == dict(zip(COMMUNES, ("aggregate", "bundles", "aggregate"), strict=True))
    table = here.desk.lane.call(lambda: indicator_table(here.desk.lane.store, ())).set_index("indicator")
    assert table.loc["homes", "numerator"] == 3 + 6 + 9
    screen.take([country.folder / "up"])
    here.settle()
    assert "3 known before" in " ".join(label.text() for label in screen.strip.findChildren(Label))
    assert screen.refused_panel.isHidden()


def test_views_say_what_is_missing_and_what_to_look_at(here: Any, country: Country) -> None:
    screen = here.screen
    screen.take([country.folder / "up"])
    here.settle()
    screen.views.set_value("missing")
    screen._show_rows()
    assert len(screen.table.rows_model.rows) > 50  # the rest of the province
    screen.views.set_value("remarked")
    screen._show_rows()
    (row,) = screen.table.rows_model.rows
    assert row.commune == COMMUNES[1]
    assert "counted, once" in screen._words.text()
    screen.files.select(0)
    assert "another source" in screen._file_words.text()
    assert screen.files.rows_model.data(screen.files.rows_model.index(0, 2)) == "Not counted"


def test_an_office_that_is_not_known_is_recognised_and_its_file_taken_in(
    here: Any, country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def agree(_parent: object, title: str, text: str, *_more: str, **_how: object) -> bool:
        asked.append(f"{title} {text}")
        return True

    monkeypatch.setattr("survey_app.gui.office.aggregates.confirm", agree)
    with ExitStack() as stack:
        stranger = stack.enter_context(office(country.folder, "X", stored(folder=country.folder), COMMUNES[0], PLACES))
        stranger.add_revisions([home(COMMUNES[0]) for _each in range(20)], "here")
        file = Country(country.folder, stranger, {COMMUNES[0]: stranger}).hand_up(COMMUNES[0])
    screen = here.screen
    screen.take([file])
    here.settle()
    assert [one.code for one in screen.refused.rows_model.rows] == ["AGG-03"]
    assert screen.trust_button.isVisibleTo(screen)
    screen.recognise(country.folder / "X" / OFFICE_KEY_FILE)
    here.settle()
    assert "UBND X" in asked[0]
    assert screen.refused_panel.isHidden()
    assert kinds(here)[COMMUNES[0]] == "aggregate"


def test_a_file_is_taken_out_again(here: Any, country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey_app.gui.office.aggregates.confirm", lambda *_asked, **_how: True)
    screen = here.screen
    screen.take([country.folder / "up"])
    here.settle()
    screen.table.select([one.commune for one in screen.table.rows_model.rows].index(COMMUNES[2]))
    screen.files.select(0)
    screen.drop_button.click()
    here.settle()
    assert kinds(here)[COMMUNES[2]] == "missing"


def test_counts_are_handed_up_sealed_once_the_key_is_given(here: Any, country: Country, tmp_path: Path) -> None:
    dialog = HandUpDialog("", here.window)
    assert not dialog.accept_button.isEnabled()
    dialog.use(country.folder / "C1" / "office.store")
    assert not dialog.accept_button.isEnabled()
    dialog.use(country.folder / "C1" / OFFICE_KEY_FILE)
    assert dialog.accept_button.isEnabled()
    assert "UBND C1" in dialog._words.text()
    here.screen.write(tmp_path / "ours", dialog.wanted())
    here.settle()
    (file,) = (tmp_path / "ours").iterdir()
    assert file.read_bytes().startswith(b"survey-app aggregate 1 sealed\n")
    assert here.screen.facts.above == "UBND C1"
    here.screen.write(tmp_path / "open", Wanted(None, True))
    here.settle()
    (file,) = (tmp_path / "open").iterdir()
    assert not file.read_bytes().startswith(b"survey-app aggregate 1 sealed\n")
