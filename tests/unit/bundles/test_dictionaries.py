"""Dictionaries: which are known, that they stay as they are, and what becomes of one that is not known."""

from __future__ import annotations

import hashlib

import pytest
import zstandard

from survey_app.bundles import NewerFormat, dictionaries
from survey_app.bundles.content import pack, unpack
from survey_app.paths import resources

LINE = b'{"answers":{"consent":{"consent_answer":"agree"},"poverty_status":"non_poor"},"kind":"answers"}\n'


def test_every_dictionary_is_the_one_its_list_names() -> None:
    files = list((resources() / "dictionaries").glob("*.dict"))
    assert files
    for path in files:
        content = path.read_bytes()
        assert f"{path.stem}     {hashlib.sha256(content).hexdigest()}" in (dictionaries.__doc__ or "")
        assert dictionaries.dictionary(int(path.stem)).dict_id() == int(path.stem)


def test_small_content_is_packed_with_the_newest_dictionary_and_comes_back() -> None:
    packed = pack(LINE, 1)
    assert zstandard.get_frame_parameters(packed).dict_id == dictionaries.NEWEST
    assert len(packed) < len(zstandard.ZstdCompressor(level=19).compress(LINE))
    assert unpack(packed, len(LINE)) == LINE


def test_large_content_needs_none_and_what_has_none_opens() -> None:
    content = LINE * (dictionaries.LARGEST_CONTENT_BYTES // len(LINE) + 1)
    packed = pack(content, 1)
    assert zstandard.get_frame_parameters(packed).dict_id == 0
    assert unpack(packed, len(content)) == content


def test_an_unknown_dictionary_is_refused_as_that_of_a_newer_program() -> None:
    known = (resources() / "dictionaries" / f"{dictionaries.NEWEST}.dict").read_bytes()
    stranger = known[:4] + (4_000_000).to_bytes(4, "little") + known[8:]
    data = zstandard.ZstdCompressionDict(stranger, dict_type=zstandard.DICT_TYPE_FULLDICT)
    packed = zstandard.ZstdCompressor(dict_data=data).compress(LINE)
    with pytest.raises(NewerFormat, match="newer version"):
        unpack(packed, len(LINE))
