"""Fingerprints as words: every word is heard as one and only one of the list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from survey_app import crypto
from survey_app.fingerprints import WORDS, of_key, same, sound_of, spoken
from survey_app.text import fold, tidy


def test_there_is_a_word_for_every_byte_and_none_twice() -> None:
    assert len(WORDS) == 256
    assert len({fold(word) for word in WORDS}) == 256
    assert all(word == tidy(word) and " " not in word for word in WORDS)


def test_no_two_words_are_taken_for_each_other_where_sounds_are_alike() -> None:
    assert len({sound_of(word) for word in WORDS}) == 256
    assert sound_of("trà") == sound_of("chà")
    assert sound_of("sông") == sound_of("xông")
    assert sound_of("lan") == sound_of("lang") == sound_of("nan")
    assert sound_of("gió") == sound_of("dó")


@given(st.binary(min_size=8, max_size=8))
def test_words_say_every_bit_and_are_told_however_they_are_typed(key: bytes) -> None:
    digits = key.hex().upper()
    grouped = " ".join(digits[start : start + 4] for start in range(0, 16, 4))
    words = spoken(grouped).replace("– ", "").split()
    assert bytes(WORDS.index(word) for word in words) == key
    assert same(spoken(grouped), grouped)
    assert same(fold(" ".join(words)).upper(), grouped)
    assert same(grouped.lower(), grouped)
    other = bytes([key[0] ^ 1, *key[1:]]).hex().upper()
    assert not same(spoken(other), grouped)


def test_words_are_those_of_the_fingerprint() -> None:
    key = crypto.recipient_of(crypto.new_identity())
    assert same(of_key(key), crypto.fingerprint(key))
    assert not same("", crypto.fingerprint(key))
