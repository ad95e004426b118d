"""Words in two languages, and the script that compiles and checks them."""

from __future__ import annotations

import gettext
import importlib.util
import io
from pathlib import Path
from types import ModuleType

import pytest

from survey_app import i18n
from survey_app.crypto import WrongPassphrase

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = Path(__file__).parents[3] / "build_scripts" / "translations.py"
    found = importlib.util.spec_from_file_location("translations_script", path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    import sys

    sys.modules[found.name] = module
    found.loader.exec_module(module)
    return module


def areas(folder: Path, **files: str) -> Path:
    for name, content in files.items():
        (folder / f"{name}.po").write_text(HEAD + content, encoding="utf-8")
    return folder


def test_words_follow_the_language_at_once() -> None:
    assert WrongPassphrase().message == "The passphrase is not right."
    i18n.use_language("vi")
    assert i18n.language() == "vi"
    assert WrongPassphrase().message == "Mật khẩu không đúng."


def test_words_without_translation_are_shown_in_english() -> None:
    i18n.use_language("vi")
    assert i18n._("A sentence that nobody ever translated.") == "A sentence that nobody ever translated."
    assert i18n.ngettext("{n} untranslated thing", "{n} untranslated things", 2) == "{n} untranslated things"


def test_one_and_many_are_told_apart_in_english() -> None:
    assert i18n.ngettext("{n} bundle", "{n} bundles", 1) == "{n} bundle"
    assert i18n.ngettext("{n} bundle", "{n} bundles", 2) == "{n} bundles"


def test_marking_a_constant_does_not_translate_it() -> None:
    i18n.use_language("vi")
    assert i18n.N_("The passphrase is not right.") == "The passphrase is not right."


def test_all_areas_are_compiled_into_one_file(script: ModuleType, tmp_path: Path) -> None:
    areas(
        tmp_path,
        a='msgid "Open"\nmsgstr "Mở"\n',
        b='msgid "{n} day"\nmsgid_plural "{n} days"\nmsgstr[0] "{n} ngày"\n\n#, fuzzy\nmsgid "Maybe"\nmsgstr "Có lẽ"\n',
    )
    found = gettext.GNUTranslations(io.BytesIO(script.compile_entries(script.read_areas(tmp_path))))
    assert found.gettext("Open") == "Mở"
    assert {found.ngettext("{n} day", "{n} days", count) for count in (1, 2)} == {"{n} ngày"}
    assert found.gettext("Maybe") == "Maybe"


def test_the_same_words_give_the_same_bytes(script: ModuleType, tmp_path: Path) -> None:
    areas(tmp_path, a='msgid "Open"\nmsgstr "Mở"\n', b='msgid "Close"\nmsgstr "Đóng"\n')
    entries = script.read_areas(tmp_path)
    assert script.compile_entries(entries) == script.compile_entries(list(reversed(entries)))


def test_everything_shown_in_the_wrong_language_is_listed(script: ModuleType, tmp_path: Path) -> None:
    areas(
        tmp_path,
        a='msgid "Hello {name}"\nmsgstr "Chào {ten}"\n\n#, fuzzy\nmsgid "Maybe"\nmsgstr "Có lẽ"\n\n'
        'msgid "Two"\nmsgstr "Hai"\n',
        b='msgid "Two"\nmsgstr "Đôi"\n\nmsgid "Blank"\nmsgstr ""\n\nmsgid "Good {x}"\nmsgstr "Tốt {x}"\n',
    )
    source = tmp_path / "a.py"
    words = '_("Hello {name}"); N_("Two"); _("Blank"); _("Good {x}"); _("Maybe")\nngettext("{n} one", "{n} many", 2)\n'
    source.write_text(words, encoding="utf-8")
    found = list(script.faults(script.extract(source), script.read_areas(tmp_path)))
    assert [fault.split(":")[0] for fault in found] == [
        "two translations",
        "missing",
        "missing",
        "placeholders differ",
        "fuzzy",
    ]
    assert "'Blank'" in found[1] and "'{n} one'" in found[2]


def test_open_entries_are_printed_ready_to_be_filled_in(script: ModuleType, tmp_path: Path) -> None:
    source = tmp_path / "a.py"
    source.write_text('_("Say \\"hi\\"")\nngettext("{n} one", "{n} many", 2)\n', encoding="utf-8")
    areas(tmp_path, a=script.as_po(script.missing(script.extract(source), [])))
    assert {entry.id for entry in script.read_areas(tmp_path)} == {'Say "hi"', ("{n} one", "{n} many")}


def test_a_broken_file_is_named(script: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "bad.po").write_bytes(HEAD.encode() + b'msgid "a"\nmsgstr "\xff"\n')
    with pytest.raises(ValueError, match=r"bad\.po"):
        script.read_areas(tmp_path)


def test_the_compiled_file_agrees_with_the_words(script: ModuleType) -> None:
    """What is missing in the program's source is told by ``translations.py --check``."""
    folder = Path(__file__).parents[3] / "resources" / "translations" / "vi"
    entries = script.read_areas(folder)
    assert list(script.faults([], entries)) == []
    assert script._words((folder / "LC_MESSAGES" / "survey_app.mo").read_bytes()) == script._words(
        script.compile_entries(entries)
    )
