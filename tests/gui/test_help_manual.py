"""The manual: a page for every screen in both languages, whole links and pictures, shortcuts that exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from survey_app import gui, i18n
from survey_app.gui import manual
from survey_app.gui.main_window import SCREENS
from survey_app.xforms.keys import SPECIAL_KEYS

from .conftest import Ground

Maker = Callable[..., Ground]
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)]+)\)")
SHORTCUT = re.compile(r"`([^`\n]+)`")
KNOWN_BY_QT = {"Enter", "Up", "Down", "Tab", "Esc", "Insert", "PgUp", "PgDn"}
"""Keys the screens take by their Qt names."""


def sources(language: str) -> dict[str, str]:
    """Return every page of a language by its name."""
    return {name: manual.page(name, language).source for name in (manual.INDEX, *manual.ORDER)}


def keys_of_the_program() -> set[str]:
    """Return every shortcut the window's source names."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in Path(gui.__file__).parent.rglob("*.py"))
    found = set(re.findall(r"\"((?:Ctrl\+|Alt\+)?[A-Z0-9→][A-Za-z0-9+]*)\"", text))
    return found | {f"Alt+{n}" for n in range(1, 8)} | KNOWN_BY_QT | set(SPECIAL_KEYS)


def test_every_screen_has_a_page() -> None:
    assert SCREENS.keys() <= manual.PAGE_OF_SCREEN.keys()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_page_of_a_screen_exists(language: str) -> None:
    for name in {*manual.PAGE_OF_SCREEN.values(), *manual.ORDER, manual.INDEX}:
        assert manual.page(name, language).title


def test_both_languages_have_the_same_pages() -> None:
    assert {p.name for p in manual.folder("vi").glob("*.md")} == {p.name for p in manual.folder("en").glob("*.md")}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_link_and_picture_resolves(language: str) -> None:
    for name, source in sources(language).items():
        for picture, words, target in LINK.findall(source):
            assert words.strip(), f"{name}: nothing is said of {target}"
            file = manual.folder(language) / target
            assert file.is_file(), f"{name}: {target}"
            assert not picture or not QImage(str(file)).isNull()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_shortcut_named_exists(language: str) -> None:
    known = keys_of_the_program()
    named = {key for source in sources(language).values() for key in SHORTCUT.findall(source)}
    assert not {key for key in named if key not in known}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_contents_lead_to_every_page(language: str) -> None:
    assert {target for _p, _w, target in LINK.findall(sources(language)[manual.INDEX])} == {
        f"{name}.md" for name in manual.ORDER
    }


def test_the_pictures_are_small() -> None:
    files = list((manual.folder("vi").parent / "pictures").rglob("*.png"))
    assert sum(file.stat().st_size for file in files) < 3_000_000


def test_search_needs_no_accents() -> None:
    assert manual.search("xung dot", "vi")[0].page.name == "conflicts"
    assert manual.search("hết pin", "vi")[0].page.name == "paper"


def test_what_is_not_there_is_not_found() -> None:
    assert manual.search("zzz", "en") == ()


def test_f1_opens_the_page_of_the_screen_and_closes_it_again(ground: Maker, laptop: Path) -> None:
    here = ground(laptop, "vi")
    here.unlock()
    here.desk.go("households")
    here.settle()
    here.press(Qt.Key.Key_F1)
    assert here.window.help.isVisible()
    assert here.window.help.page == "households"
    assert "Danh sách hộ" in here.window.help.view.toPlainText()
    here.press(Qt.Key.Key_F1)
    assert not here.window.help.isVisible()


def test_a_link_opens_its_page_and_the_language_follows(ground: Maker, laptop: Path) -> None:
    here = ground(laptop, "vi")
    here.unlock()
    here.press(Qt.Key.Key_F1)
    here.window.help.view.chosen.emit("privacy")
    assert "Quyền riêng tư" in here.window.help.view.toPlainText()
    here.window.speak("en")
    assert "Privacy" in here.window.help.view.toPlainText()


def test_typing_into_the_search_lists_pages(ground: Maker, laptop: Path) -> None:
    here = ground(laptop, "vi")
    here.unlock()
    here.press(Qt.Key.Key_F1)
    here.type("mat khau")
    assert "Khóa và mật khẩu" in here.window.help.view.toPlainText()
