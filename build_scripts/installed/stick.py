"""The installed program updated from a stick through its window, and what it does when it is damaged."""

from __future__ import annotations

import time
from pathlib import Path

import windows_python as under_wine
from tried import PASSPHRASE, PROGRAM, UNINSTALL, Tried, make_setup, wait_until

NEWEST = "99.0.0"
TITLE = "(^|– )Khảo sát số hộ$"  # the window's; the title of the installer is another one


def update_by_stick(tried: Tried, office: Path, secret: Path, pictures: Path) -> None:
    """Work at a store, double-click an update on a stick, let it install, and find everything as it was.

    Args:
        tried: the try; the program is installed and takes the updates of ``secret``'s publisher.
        office: a store of a demonstration.
        secret: the publisher's signing key.
        pictures: where pictures of the screen go.
    """
    file, program = _stick(tried, secret), tried.home / "survey-app.exe"
    before = tried.answers(program, "digest", office)
    _refusals(tried, file)
    work_at(tried, office, pictures / "update-1-at-work.png")
    tried.open(file)  # hands the file to the window that is open
    tried.see("the window shows the update", wait_until(lambda: tried.shows("^Cập nhật chương trình"), 120))
    time.sleep(3)
    tried.picture(pictures / "update-2-notes.png")
    tried.press("key", "ctrl+Return")
    wait_until(lambda: not tried.shows(TITLE) or (tried.home / "_incoming").exists(), 240)
    time.sleep(3)
    tried.picture(pictures / "update-3-installing.png")
    came = wait_until(lambda: tried.entry(UNINSTALL, "DisplayVersion") == NEWEST, 600)
    tried.see("the window installed the update", came)
    tried.see("nothing half unpacked is left", not (tried.home / "_incoming").exists())
    tried.see("the program opened again", wait_until(lambda: tried.shows(TITLE), 120))
    time.sleep(20)
    tried.picture(pictures / "update-4-open-again.png")
    staged = tried.data / "update"
    tried.see("the installer was cleared away", wait_until(lambda: not list(staged.glob("*")), 20))
    leave(tried)
    copies = sorted((tried.data / "backups").glob("office-*.store"))
    tried.see("a safety copy was made first", bool(copies))
    tried.see("the new program finds the same content", tried.answers(program, "digest", office) == before)
    for copy in copies[-1:]:
        tried.see("and so it does in the safety copy", tried.answers(program, "digest", copy) == before)
    tried.see("nobody met a fault", not _crash_files(tried))


def damaged(tried: Tried, office: Path, pictures: Path) -> None:
    """Take a library away, as antivirus programs do: the window opens, says so, and leaves a file without answers."""
    library = tried.home / "_internal" / "sqlcipher3"
    away = library.rename(library.with_name("taken away"))
    try:
        work_at(tried, office, pictures / "damaged.png")
        found = _crash_files(tried)
        tried.see("a damaged program leaves a file for support", bool(found))
        text = "\n".join(file.read_text(encoding="utf-8") for file in found)
        tried.see("which names the kind of fault", "ModuleNotFoundError" in text or "ImportError" in text)
        tried.see(
            "and neither passphrase nor file nor person", not any(w in text for w in (PASSPHRASE, "office", "Users"))
        )
        leave(tried)
    finally:
        away.rename(library)
    for file in _crash_files(tried):
        file.unlink()


def set_up(tried: Tried, program: Path, code: str, data: Path, pictures: Path) -> None:
    """Set a laptop up with the enrolment file beside the program: one key, the code, a passphrase."""
    tried.open(program=program, SURVEY_APP_DATA=under_wine.windows_path(data))
    tried.see("the portable program opens", wait_until(lambda: tried.shows(TITLE), 120))
    time.sleep(10)
    tried.picture(pictures / "portable-1-first-run.png")
    tried.press("key", "1")
    time.sleep(4)
    tried.picture(pictures / "portable-2-file-offered.png")
    for text in (code, PASSPHRASE, PASSPHRASE):
        tried.press("type", "--delay", "60", text)
        tried.press("key", "Return")
        time.sleep(1)
    stores = data / "stores"
    tried.see("the file beside it sets a laptop up", wait_until(lambda: bool(list(stores.glob("*.store"))), 60))
    time.sleep(15)
    tried.picture(pictures / "portable-3-set-up.png")
    leave(tried, program)
    for store in stores.glob("*.store"):
        tried.see(
            "whose data are in order",
            tried.answers(program.with_name("survey-app.exe"), "store", "check", store)[0] == 0,
        )


def work_at(tried: Tried, store: Path, picture: Path) -> None:
    """Open a store by a double click and type its passphrase."""
    tried.open(store)
    wait_until(lambda: tried.shows(TITLE), 120)
    time.sleep(10)
    tried.press("type", "--delay", "60", PASSPHRASE)
    tried.press("key", "Return")
    time.sleep(25)
    tried.picture(picture)


def leave(tried: Tried, program: Path | None = None) -> None:
    """Close the window as its person does, and wait until the program has ended."""
    tried.wine.run("taskkill", "/im", PROGRAM, timeout_s=60)
    tried.see("the window closes", wait_until(lambda: not tried.runs(program), 60))


def _stick(tried: Tried, secret: Path) -> Path:
    """Return an update file that brings the installed program once more, under a far newer version."""
    from survey_app.operations import updating

    folder, remover = tried.wine.prefix / "drive_c" / "thẻ nhớ", tried.home / "uninstall.exe"
    folder.mkdir(exist_ok=True)
    kept = remover.rename(tried.work / remover.name)  # the folder as it was packed
    try:
        setup = make_setup(tried.home, NEWEST, tried.work / "newest.exe", "-XSetCompressor /FINAL zlib")
    finally:
        kept.rename(remover)
    for version in (NEWEST, "0.0.1"):
        updating.write_update(
            setup,
            folder / f"khao-sat-so-ho-{version}{updating.SUFFIX}",
            version=version,
            notes={"vi": "Bản thử cập nhật từ thẻ nhớ.", "en": "A trial of an update from a stick."},
            made_at="2026-12-01T00:00:00+00:00",
            secret=bytes.fromhex(secret.read_text(encoding="ascii").strip()),
        )
    return folder / f"khao-sat-so-ho-{NEWEST}{updating.SUFFIX}"


def _refusals(tried: Tried, file: Path) -> None:
    program, staged = tried.home / "survey-app.exe", tried.work / "staged"
    forged = file.with_name("giả.update")
    forged.write_bytes(file.read_bytes()[:-1] + b"?")
    tried.see("a forged update is refused", tried.answers(program, "update", forged, "--stage", staged)[0] == 1)
    older = file.with_name("khao-sat-so-ho-0.0.1.update")
    tried.see("an older one is refused", tried.answers(program, "update", older, "--stage", staged)[0] == 1)
    tried.see("and neither leaves anything", not list(staged.glob("*")))


def _crash_files(tried: Tried) -> list[Path]:
    return sorted((tried.data / "crashes").glob("crash-*.txt"))
