"""The compiled catalogue, message by message."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo

from survey_app import i18n, paths


def compiled() -> Path:
    """Return the program's catalogue."""
    return paths.resources() / "translations" / "vi" / "LC_MESSAGES" / "survey_app.mo"


def test_every_message_is_found() -> None:
    ours = i18n.Catalogue(compiled())
    with compiled().open("rb") as file:
        known = [message for message in read_mo(file) if message.id]
    assert len(known) > 2000
    for message in known:
        if isinstance(message.id, str):
            assert ours.gettext(message.id) == message.string
        else:
            one, many = message.id
            assert {ours.ngettext(one, many, count) for count in (1, 5)} == set(message.string or ())


def test_what_is_not_translated_stays_as_it_is() -> None:
    ours = i18n.Catalogue(compiled())
    assert ours.gettext("no such words in the program") == "no such words in the program"
    assert [ours.ngettext("one stone", "many stones", count) for count in (1, 2)] == ["one stone", "many stones"]


@pytest.mark.parametrize("content", [b"x" * 64, b"x", b""])
def test_a_file_that_is_no_catalogue_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.mo").write_bytes(content)
    with pytest.raises(OSError, match="not a catalogue"):
        i18n.Catalogue(tmp_path / "other.mo")
