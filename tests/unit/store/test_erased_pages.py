"""What was erased is in no page of the file any more: free pages, unused room in pages and the journal included."""

from __future__ import annotations

import ctypes
import ctypes.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.clock import system_clock
from survey_app.operations.consent import erase
from survey_app.operations.demo import build_demo
from survey_app.operations.interview import open_interview
from survey_app.store import NOT_VISITED, Store
from survey_app.store.driver import PAGE_BYTES, PLAIN_BYTES
from survey_app.store.files import write_journal_back

PASSPHRASE = "khao-sat-mau"
WORD = "Zquyzx Vạn Hạnh"
RESERVED, IV = 80, 16
"""Bytes at the end of each page: an initialisation vector and an HMAC-SHA512 (SQLCipher 4)."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the first laptop of a small commune."""
    return build_demo(tmp_path_factory.mktemp("commune"), 12, 1, False, 1, 1, PASSPHRASE, system_clock).laptops[0]


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Iterator[Store]:
    """Return a copy of it."""
    with Store.open(Path(shutil.copy(made, tmp_path / "a.store")), PASSPHRASE) as opened:
        yield opened


def crypto() -> ctypes.CDLL:
    """Return the library that decrypts pages without SQLCipher."""
    name = ctypes.util.find_library("crypto")
    if name is None:
        pytest.skip("needs libcrypto")
    library = ctypes.CDLL(name)
    library.EVP_CIPHER_CTX_new.restype = library.EVP_aes_256_cbc.restype = ctypes.c_void_p
    return library


def decrypted(key: bytes, page: bytes, start: int) -> bytes:
    """Return the inside of a page."""
    library = crypto()
    context = ctypes.c_void_p(library.EVP_CIPHER_CTX_new())
    inside, vector = page[start:-RESERVED], page[-RESERVED : IV - RESERVED]
    library.EVP_DecryptInit_ex(context, ctypes.c_void_p(library.EVP_aes_256_cbc()), None, key, vector)
    library.EVP_CIPHER_CTX_set_padding(context, 0)
    out, length = ctypes.create_string_buffer(len(inside) + 32), ctypes.c_int()
    library.EVP_DecryptUpdate(context, out, ctypes.byref(length), inside, len(inside))
    library.EVP_CIPHER_CTX_free(context)
    return out.raw[: length.value]


def everything(store: Store) -> bytes:
    """Return every page of the file and of its journal, decrypted."""
    key, data = store._opened.key, store.path.read_bytes()
    pages = [data[at : at + PAGE_BYTES] for at in range(0, len(data), PAGE_BYTES)]
    found = [decrypted(key, page, 0 if number else PLAIN_BYTES) for number, page in enumerate(pages)]
    journal = Path(f"{store.path}-wal")
    frames = journal.read_bytes()[32:] if journal.exists() else b""
    for at in range(0, len(frames) - PAGE_BYTES, PAGE_BYTES + 24):
        number = int.from_bytes(frames[at : at + 4], "big")
        found.append(decrypted(key, frames[at + 24 : at + 24 + PAGE_BYTES], PLAIN_BYTES if number == 1 else 0))
    return b"\n".join(found)


def interviewed(store: Store) -> str:
    """Answer, correct, note, and throw away: everything that leaves old words behind. Return the household."""
    listed = [line.household.id for line in store.households(status=NOT_VISITED)]
    household = next(one for one in listed if not store.is_erased(one))
    interview = open_interview(store, household, "e1", system_clock)
    interview.answer("/data/consent/consent_answer", "agree")
    for number in range(40):
        interview.add_member()
        words = f"{WORD} {number} {chr(97 + number % 26) * 1500}"
        interview.enter_note(f"/data/members[{number + 1}]/roster/m_name", words)
    interview.commit()
    write_journal_back(store._database)  # as at the end of every working day
    for _member in range(40):
        interview.remove_member(1)
    interview = open_interview(store, household, "e1", system_clock)
    interview.answer("/data/consent/consent_answer", "agree")
    for number in range(12):
        interview.answer("/data/members[1]/roster/m_name", f"{WORD} {number} {'x' * 40 * number}")
        interview.enter_note("/data/members[1]/roster/m_name", f"{WORD} {number} {'y' * 400 * number}")
        interview.commit()
    store.discard_draft(interview.draft.id, "e1")
    interview = open_interview(store, household, "e1", system_clock)
    interview.answer("/data/consent/consent_answer", "refuse")
    interview.answer("/data/closing/remark", WORD * 900)
    interview.answer("/data/closing/remark", WORD)
    interview.finish()
    return household


def test_the_words_are_in_the_file_before(store: Store) -> None:
    interviewed(store)
    assert WORD.encode() in everything(store)


def test_no_page_holds_what_was_erased(store: Store) -> None:
    household = interviewed(store)
    erase(store, household, "e1", "asked")
    assert b"Zquyzx" not in everything(store)
    assert store.check() == []


def test_what_goes_after_an_erasure_leaves_no_copy_either(store: Store) -> None:
    other = next(iter(store.currents())).household
    erase(store, other, "e1", "mistake")
    interviewed(store)
    write_journal_back(store._database)
    assert f"{WORD} 39".encode() not in everything(store)
