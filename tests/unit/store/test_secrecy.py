"""No answer can be read from outside: not in the store, its journal, a backup, a temporary file or a log."""

from __future__ import annotations

import logging
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app import log
from survey_app.crypto import Cost
from survey_app.records import Household, Revision
from survey_app.store import Draft, Store, StoredForm, StoreError
from survey_app.store.driver import connect

ANSWERS = ("Nguyễn Thị Hồng Nhung", "0987123456", "001199012345", "hộ nghèo đa chiều", "smartphone_answer")

CHILD = """
import sys, os, signal
from pathlib import Path
from survey_app import log
from survey_app.store import Store, Draft
log.start_log(Path(sys.argv[3]))
store = Store.open(sys.argv[1], sys.argv[2])
answers = sys.argv[4:]
store.start_draft(Draft("d1", "s1", "h1", "r", "f", "1", (), "e", "2026-11-21T08:00:00+07:00"))
for number in range(200):
    store.save_draft("d1", {f"members[{number}]/name": answers[number % len(answers)] + f" {number}"}, "x")
print(len(store.draft("d1").values), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def readable(folder: Path) -> list[tuple[str, str]]:
    """Return every file below the folder in which an answer can be read, with the answer."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            for answer in ANSWERS:
                spellings = [answer.encode(), answer.encode("utf-16-le"), answer.encode("utf-16-be")]
                if any(spelling in content for spelling in spellings):
                    found.append((path.name, answer))
    return found


@pytest.fixture
def quiet_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary files of this test lie below its own folder, so that they are searched too."""
    temp = tmp_path / "temp"
    temp.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temp))
    return temp


@pytest.fixture
def logging_to(tmp_path: Path) -> Iterator[Path]:
    """The program's log, below the folder of this test."""
    logger = logging.getLogger("survey_app")
    before = list(logger.handlers)
    log.start_log(tmp_path / "log")
    yield tmp_path / "log"
    for handler in set(logger.handlers) - set(before):
        logger.removeHandler(handler)
        handler.close()


def fill(store: Store, new_revision: Callable[..., Revision]) -> None:
    answers = {f"q{number}": answer for number, answer in enumerate(ANSWERS)}
    store.put_form(StoredForm("f", "1", ANSWERS[3], f"<x>{ANSWERS[4]}</x>", (), {"a.csv": ANSWERS[0].encode() * 20}))
    store.put_households(
        Household(f"h{n}", "v", n, f"{ANSWERS[0]} {n}", ANSWERS[3], ANSWERS[1], 4) for n in range(3000)
    )
    store.add_revisions([new_revision(answers, submission=f"s{n}") for n in range(500)], "here")
    store.start_draft(Draft("d9", "s9999", "h9", "r", "f", "1", (), "e", "2026", values=answers))
    store.save_draft("d9", {"q9": ANSWERS[2]}, "q9")


def test_the_search_itself_finds_what_is_readable(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\0" + ANSWERS[0].encode("utf-16-le"))
    (tmp_path / "b").write_bytes(ANSWERS[1].encode())
    assert readable(tmp_path) == [("a", ANSWERS[0]), ("b", ANSWERS[1])]


def test_no_answer_is_readable_while_the_store_is_open(
    store: Store, new_revision: Callable[..., Revision], tmp_path: Path, quiet_temp: Path, logging_to: Path
) -> None:
    fill(store, new_revision)
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30)"
    query = f"{numbers} SELECT head_name, i FROM households, n ORDER BY head_name || i DESC LIMIT 90000"
    store._opened.database.execute(query).fetchone()
    store._opened.database.execute("CREATE TEMP TABLE t AS SELECT * FROM households")
    assert store._opened.database.execute("SELECT count(*) FROM t").fetchone()[0] == 3000
    names = {path.name for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size}
    assert {"laptop.store", "laptop.store-wal"} <= names
    assert readable(tmp_path) == []


def test_no_answer_is_readable_after_closing_or_in_a_backup(
    store: Store, new_revision: Callable[..., Revision], tmp_path: Path, quiet_temp: Path, logging_to: Path
) -> None:
    fill(store, new_revision)
    store.backup(tmp_path / "copy.store")
    store.close()
    assert (tmp_path / "copy.store").stat().st_size > 100_000
    assert readable(tmp_path) == []


def test_no_answer_is_lost_or_readable_after_a_kill(
    store: Store, passphrase: str, tmp_path: Path, quiet_temp: Path
) -> None:
    store.close()
    command = [sys.executable, "-c", CHILD, str(store.path), passphrase, str(tmp_path / "log"), *ANSWERS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "200"
    assert done.returncode != 0
    assert (tmp_path / "laptop.store-wal").stat().st_size > 0
    assert readable(tmp_path) == []
    with Store.open(store.path, passphrase) as again:
        draft = again.draft("d1")
        assert draft is not None and len(draft.values) == 200
        assert again.check() == []


def test_the_passphrase_and_the_key_are_nowhere(store: Store, passphrase: str, tmp_path: Path) -> None:
    key = store._opened.key
    store.put_secret("a", b"b")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in (passphrase.encode(), passphrase.encode("utf-16-le"), key, key.hex().encode()):
                assert secret not in content


def test_two_stores_with_the_same_content_share_no_page(new_store: Callable[..., Store]) -> None:
    one, other = new_store("one.store"), new_store("other.store")
    pages = []
    for store in (one, other):
        store.put_secret("a", b"the same")
        store.close()
        content = store.path.read_bytes()
        pages.append({content[start : start + 4096] for start in range(4096, len(content), 4096)})
    assert not pages[0] & pages[1]


def test_two_stores_with_one_passphrase_share_no_key_and_no_box(new_store: Callable[..., Store]) -> None:
    from survey_app.store import slots

    one, other = new_store("one.store"), new_store("other.store")
    assert one._opened.key != other._opened.key
    found = [slots.read_slots(store.path) for store in (one, other)]
    assert found[0].salt != found[1].salt
    for name in ("salt", "nonce", "box"):
        values = [entry[name] for each in found for entry in each.entries if name in entry]
        assert len(values) == len(set(values)), name
    with pytest.raises(StoreError):
        connect(one.path.with_name("other.store"), one._opened.key, found[1].salt)


def test_a_page_of_one_store_means_nothing_in_another(new_store: Callable[..., Store], passphrase: str) -> None:
    one, other = new_store("one.store"), new_store("other.store")
    for store in (one, other):
        store.close()
    pages, foreign = other.path.read_bytes(), one.path.read_bytes()
    number = 12 * 8192
    other.path.write_bytes(pages[:number] + foreign[number : number + 8192] + pages[number + 8192 :])
    assert is_told(other.path, passphrase)


def is_told(path: Path, passphrase: str) -> bool:
    """Return whether opening or checking says that something is wrong."""
    try:
        with Store.open(path, passphrase) as store:
            return store.check() != []
    except StoreError:
        return True


def test_every_altered_page_is_told(store: Store, new_revision: Callable[..., Revision], passphrase: str) -> None:
    fill(store, new_revision)
    store.close()
    content, chance = store.path.read_bytes(), random.Random(20261121)
    pages = len(content) // 8192
    assert pages > 100
    for page in [0, 1, 2, pages - 1, *chance.sample(range(3, pages - 1), 25)]:
        altered = bytearray(content)
        altered[page * 8192 + (4096 if page == 0 else 0) + chance.randrange(4096)] ^= 1 << chance.randrange(8)
        store.path.write_bytes(bytes(altered))
        assert is_told(store.path, passphrase), page


def test_nothing_in_the_open_head_can_be_altered_to_any_effect(store: Store, passphrase: str) -> None:
    """The first 512 bytes are not encrypted: what is altered there is told, or changes nothing of what is read."""
    store.put_secret("proof", b"here")
    digest = store.digest()
    store.close()
    content = store.path.read_bytes()
    told = 0
    for at in range(128):
        altered = bytearray(content)
        altered[at] ^= 1
        for leftover in store.path.parent.glob("laptop.store*"):
            leftover.unlink()
        store.path.write_bytes(bytes(altered))
        try:
            with Store.open(store.path, passphrase) as again:
                assert (again.secret("proof"), again.digest()) == (b"here", digest)
        except StoreError:
            told += 1
    assert told > 20


def test_a_wrong_passphrase_costs_what_it_should(tmp_path: Path, passphrase: str) -> None:
    """Argon2id with 64 MiB and three passes: measured in memory, because time depends on the machine."""
    Store.create(tmp_path / "a.store", passphrase, kind="laptop", device="x", name="x").close()
    if sys.platform != "linux":
        pytest.skip("the peak of memory is told in other ways elsewhere")
    child = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from survey_app.crypto import WrongPassphrase\n"
        "from survey_app.store import Store\n"
        "def peak(): return int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
        "before = peak()\n"
        "try:\n    Store.open(sys.argv[1], 'x')\nexcept WrongPassphrase:\n    print(peak() - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", child, tmp_path / "a.store"], capture_output=True, check=True)
    assert int(done.stdout) > 60_000


def test_the_usual_cost_of_a_guess_is_written_beside_the_key(tmp_path: Path, passphrase: str) -> None:
    from survey_app.store import slots

    Store.create(tmp_path / "a.store", passphrase, kind="laptop", device="x", name="x").close()
    entry = slots.read_slots(tmp_path / "a.store").entries[0]
    assert (entry["kdf"], entry["memory_kib"], entry["passes"]) == ("argon2id", 65536, 3)
    assert Cost() == Cost(3, 65536)
