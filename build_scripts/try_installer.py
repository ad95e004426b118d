#!/usr/bin/env python3
"""Try the finished installer as a user of Windows would, under Wine: install, open, update, refuse, remove.

    python3 build_scripts/try_installer.py SETUP.exe --wine build/wine [--pages DIR] [--full] [--older SETUP.exe|FOLDER]
                                           [--portable ZIP] [--secret publisher.secret] [--certificate FILE.pem]

SETUP.exe is the installer that package.py made. An older and a newer one, with a small stand-in for the program, are
made for the steps that need two versions. `--full` also runs check_installed.py on what SETUP.exe installed; `--pages`
walks the installer's pages and keeps pictures of them (needs xdotool and ImageMagick); `--older` installs an earlier
real version first, works with it, upgrades, and opens stores of every released format (of a packed FOLDER an installer
with the version 0.0.9 is made for this); `--portable` unpacks the portable archive and works from it; `--secret` (of
the publisher whose key SETUP.exe was packed with) updates the real program from a stick, through its window;
`--certificate` verifies the signatures of the installer, of both programs and of the remover. Exit status 1 when a step
failed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "build_scripts" / "installer"
SAMPLES = ROOT / "tests" / "data" / "stores"
OF_THE_SAMPLES = "mẫu này phải mở được mãi mãi"
sys.path[:0] = [str(HERE), str(ROOT), str(ROOT / "build_scripts" / "installed")]

import stick  # noqa: E402
import windows_python as under_wine  # noqa: E402
from tried import (  # noqa: E402
    FAILED,
    ID,
    INSTALLED,
    NEWER_THERE,
    PROGRAM,
    RUNNING,
    SOFTWARE,
    UNINSTALL,
    VIETNAMESE,
    Tried,
    make_setup,
    stand_in_setup,
    wait_until,
)  # fmt: skip


def first_installation(tried: Tried, old: Path) -> None:
    """Install with an enrolment file beside the installer."""
    beside = old.with_name("Xã Mẫu máy 03.enrolment")
    beside.write_bytes(b"enrolment")
    tried.see("installs, silently, in Vietnamese", tried.setup(old, VIETNAMESE) == INSTALLED)
    beside.unlink()
    tried.see(
        "the program and its remover are there", all((tried.home / n).exists() for n in (PROGRAM, "uninstall.exe"))
    )
    tried.see("the Start menu names it in Vietnamese", (tried.menu / "Khảo sát số hộ.lnk").exists())
    tried.see("Windows lists it with its version", tried.entry(UNINSTALL, "DisplayVersion") == "0.0.1")
    tried.see("the enrolment file beside it was laid ready", (tried.data / "enrolment" / beside.name).exists())
    (tried.data / "stores").mkdir(parents=True, exist_ok=True)
    (tried.data / "stores" / "hộ dân.store").write_bytes(b"answers")
    (tried.home / "ghi chú của tôi.txt").write_bytes(b"mine")


def association(tried: Tried) -> None:
    """A double click on a bundle opens the program with it."""
    bundle = tried.wine.prefix / "drive_c" / "gói số 1.bundle"
    bundle.write_bytes(b"bundle")
    kinds = (".bundle", f"{ID}.Bundle")
    for kind in kinds:  # Wine does not show a user's own kinds of files to the shell as Windows does
        tried.wine.run("reg", "copy", rf"HKCU\Software\Classes\{kind}", rf"HKLM\Software\Classes\{kind}", "/s", "/f")
    tried.wine.python("-X", "utf8", "-c", "import os, time; os.startfile('C:\\\\gói số 1.bundle'); time.sleep(4)")
    for kind in kinds:
        tried.wine.run("reg", "delete", rf"HKLM\Software\Classes\{kind}", "/f")
    noted = tried.wine.prefix / "drive_c" / "opened.txt"
    opened = noted.read_bytes().decode("utf-16-le") if noted.exists() else ""
    tried.see("a double click on a bundle opens it", "gói số 1.bundle" in opened)
    for kind in ("bundle", "enrolment", "households", "receipt", "update"):
        tried.see(f".{kind} belongs to the program", tried.entry(rf"HKCU\Software\Classes\.{kind}", "").startswith(ID))


def updating(tried: Tried, old: Path, new: Path) -> None:
    """A newer version replaces the older one; data, language and what others put there stay."""
    tried.see("a newer version installs over it", tried.setup(new) == INSTALLED)
    inside = tried.home / "_internal"
    tried.see("the old version's files are gone, the new ones there", [f.name for f in inside.iterdir()] == ["new.txt"])
    tried.see("the version is the new one", tried.entry(UNINSTALL, "DisplayVersion") == "99.0.0")
    tried.see("the language stays", tried.entry(SOFTWARE, "Language") == "1066")
    tried.see("there is one entry in the Start menu", len(list(tried.menu.glob("*.lnk"))) == 1)
    _untouched(tried, "after the update")
    tried.see("an older version is refused", tried.setup(old) == NEWER_THERE)
    tried.see("and the newer one stays", tried.entry(UNINSTALL, "DisplayVersion") == "99.0.0")
    program, close = ["wine", str(tried.home / PROGRAM), "--wait"], tried.wine.prefix / "drive_c" / "close.txt"
    running = subprocess.Popen(program, env=tried.wine.environment(), stdin=subprocess.PIPE)
    wait_until(tried.runs, 60)
    tried.see("while the program runs nothing is installed", tried.setup(new) == RUNNING)
    tried.see("and its files are whole", (inside / "new.txt").exists() and (tried.home / PROGRAM).exists())
    (inside / "new.txt").write_bytes(b"of before")
    closing = threading.Timer(10, close.touch)
    closing.start()
    tried.see("asked by the program, it waits until that has closed", tried.setup(new, "/START") == INSTALLED)
    closing.join()
    close.unlink()
    tried.see("then replaces it", running.poll() == 0 and (inside / "new.txt").read_bytes() != b"of before")


def _untouched(tried: Tried, when: str) -> None:
    kept = (tried.data / "stores" / "hộ dân.store").read_bytes() == b"answers"
    tried.see(f"the data are as they were {when}", kept)
    tried.see(f"what the person put there is as it was {when}", (tried.home / "ghi chú của tôi.txt").exists())


def full_disk(tried: Tried) -> None:
    """On a disk with too little room for both versions the old one stays, whole."""
    place = tried.wine.prefix / "drive_c" / "chật"
    place.mkdir(exist_ok=True)
    small = ["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", str(place)]
    if subprocess.run(small, capture_output=True, check=False).returncode:
        print("     a full disk was not tried: that needs the right to mount one", flush=True)
        return
    try:
        big = 20 << 20
        first, second = (stand_in_setup(tried.work, f"1.0.{n}", "big.bin", big) for n in (1, 2))
        tried.see("a version fits on a small disk", tried.setup(first, "/D=C:\\chật\\máy") == INSTALLED)
        inside = place / "máy" / "_internal" / "big.bin"
        before = inside.read_bytes()
        tried.see("no second one does, and that is told", tried.setup(second) == FAILED)
        tried.see("the old one is as it was", inside.read_bytes() == before)
        tried.see("and nothing half unpacked is left", not inside.parents[1].joinpath("_incoming").exists())
        tried.see("Windows lists the old one still", tried.entry(UNINSTALL, "DisplayVersion") == "1.0.1")
        tried.setup(inside.parents[1] / "uninstall.exe")
        time.sleep(5)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def removing(tried: Tried) -> None:
    """Removing leaves the data and nothing else."""
    tried.remove()
    tried.see("removing takes the program away", not (tried.home / PROGRAM).exists())
    _untouched(tried, "after removing")
    tried.see("Windows no longer lists it", tried.entry(UNINSTALL, "DisplayVersion") == "")
    tried.see("no kind of file belongs to it", tried.entry(r"HKCU\Software\Classes\.bundle", "") == "")
    tried.see("it is gone from the Start menu", not list(tried.menu.glob("*.lnk")))
    shutil.rmtree(tried.home, ignore_errors=True)


def the_real_one(tried: Tried, setup: Path, full: bool, certificate: Path | None) -> None:
    """Install the real program into a folder with a Vietnamese name, try it, remove it."""
    home = tried.wine.prefix / "drive_c" / "Phần mềm" / "Khảo sát"
    command = f'"{under_wine.windows_path(setup)}" /S {VIETNAMESE} /D=C:\\Phần mềm\\Khảo sát'
    began = time.monotonic()
    start = f"import subprocess; raise SystemExit(subprocess.run({command!r}).returncode)"
    done = tried.wine.python("-X", "utf8", "-c", start, timeout_s=1800)
    took = time.monotonic() - began
    tried.see(f"the real program installs into C:\\Phần mềm\\Khảo sát ({took:.0f} s)", done.returncode == INSTALLED)
    said = tried.wine.run(home / "survey-app.exe", "--version", timeout_s=300)
    tried.see("and says its version", said.returncode == 0 and said.stdout.startswith("survey-app "))
    if full:
        check = ROOT / "build_scripts" / "check_installed.py"
        words = [sys.executable, str(check), str(home), "--wine", str(tried.wine.prefix.parent)]
        tried.see("and does the main job (check_installed.py)", subprocess.run(words, check=False).returncode == 0)
    tried.home = home
    if certificate:
        for file in (setup, home / PROGRAM, home / "survey-app.exe", home / "uninstall.exe"):
            signed(tried, file, certificate)
    tried.remove()
    tried.see("and is removed", not (home / PROGRAM).exists())


def signed(tried: Tried, file: Path, certificate: Path) -> None:
    """A file carries the publisher's signature, which an altered byte breaks."""
    verify = ["osslsigncode", "verify", "-CAfile", str(certificate), "-in"]
    altered = tried.work / f"altered-{file.name}"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    altered.write_bytes(content)
    good, bad = (subprocess.run([*verify, str(one)], capture_output=True, check=False) for one in (file, altered))
    altered.unlink()
    tried.see(f"{file.name} is signed, and altering it shows", good.returncode == 0 and bad.returncode != 0)


def pages(tried: Tried, setup: Path, folder: Path) -> None:
    """Walk the installer's pages by keyboard, with a picture of each; the last one opens the program."""
    pipe = subprocess.PIPE  # the program that the last page opens inherits the streams, and wants such ones under Wine
    words = ["wine", str(setup), VIETNAMESE]
    running = subprocess.Popen(words, env=tried.wine.environment(), stdin=pipe, stdout=pipe, stderr=pipe)
    for number, wait_s in ((1, 25), (2, 4), (3, 10), (4, 600)):
        until = time.monotonic() + wait_s
        while time.monotonic() < until and not (number == 4 and (tried.home / "uninstall.exe").exists()):
            time.sleep(1)
        time.sleep(8 if number == 4 else 3)
        tried.picture(folder / f"page-{number}.png")
        if number != 3:  # the one that shows how far it is
            tried.press("key", "Return")
    tried.see("its pages install it too", (tried.home / PROGRAM).exists())
    tried.see("and open it", wait_until(lambda: tried.shows(stick.TITLE), 240))
    time.sleep(20)
    tried.picture(folder / "page-5.png")
    stick.leave(tried)
    running.wait(timeout=60)
    tried.remove()


def over_an_older(tried: Tried, older: Path, setup: Path) -> None:
    """Work with an earlier real version, install the new one over it, go on with the same data, remove it."""
    program, commune = tried.home / "survey-app.exe", tried.data / "xã mẫu"
    office = commune / "office.store"
    tried.see("the earlier version installs", tried.setup(older, VIETNAMESE) == INSTALLED)
    words = ("demo", commune, "--households", "12", "--laptops", "1")
    tried.see("makes a commune", tried.answers(program, *words)[0] == 0)
    tried.see("and merges its bundles", tried.answers(program, "merge", office, commune / "bundles")[0] == 0)
    before = tried.answers(program, "digest", office)
    tried.see("the new version installs over it", tried.setup(setup) == INSTALLED)
    found = tried.answers(program, "store", "check", office)
    tried.see("the new program finds the data in order", found[0] == 0)
    tried.see("with the same content", tried.answers(program, "digest", office) == before)
    newer = make_newer(office)
    refused = tried.answers(program, "store", "check", newer)
    tried.see(f"a store of a newer program is refused ({refused[1][:60]}…)", refused[0] == 1 and "newer" in refused[1])


def older_formats(tried: Tried) -> None:
    """Stores of every format that was ever released open with the answers they held."""
    program, place = tried.home / "survey-app.exe", tried.work / "dữ liệu cũ"
    shutil.copytree(SAMPLES, place, ignore=shutil.ignore_patterns("*.py"))
    stores, contents = sorted(place.glob("*.store")), set()
    for store in stores:
        status, said = tried.answers(program, "digest", store, passphrase=OF_THE_SAMPLES)
        contents.add(said if status == 0 else f"{store.name}: {said}")
    told = "" if len(contents) == 1 else f" ({sorted(contents)})"
    tried.see(f"stores of {len(stores)} formats open and hold the same{told}", len(contents) == 1)


def make_newer(store: Path) -> Path:
    """Return a copy of a store as a program of the far future would leave it."""
    python, newer = ROOT / ".venv" / "bin" / "python", store.with_name("newer.store")
    shutil.copyfile(store, newer)
    words = (
        "import sys; from pathlib import Path; from survey_app.store import Store\n"
        "with Store.open(Path(sys.argv[1]), 'khao-sat-mau') as store:\n"
        "    store._database.conn.execute('PRAGMA user_version = 999')\n"
    )
    subprocess.run([python, "-c", words, newer], check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return newer


def portable(tried: Tried, archive: Path, pictures: Path) -> None:
    """Unpack the portable archive into a folder with a Vietnamese name, work from it, set a laptop up with it."""
    place = tried.work / "Thẻ nhớ của tôi"
    with zipfile.ZipFile(archive) as file:
        file.extractall(place)
    program = next(place.glob("*/survey-app.exe"))
    tried.see("the portable folder says its version", tried.answers(program, "--version")[1].startswith("survey-app"))
    words = ("demo", place / "xã mẫu", "--households", "6", "--laptops", "1")
    tried.see("and makes a commune", tried.answers(program, *words)[0] == 0)
    office, enrolment = place / "xã mẫu" / "office.store", place / "Máy 07.enrolment"
    said = tried.answers(program, "laptops", "enrol", office, "Máy 07", "--out", enrolment, "--json")[1]
    begins = said.find("{")
    code = json.JSONDecoder().raw_decode(said[begins:])[0]["code"] if begins >= 0 else ""
    tried.see("and an enrolment file, beside its folder", bool(code) and enrolment.exists())
    stick.set_up(tried, program.with_name(PROGRAM), code, place / "dữ liệu", pictures)


def main(argv: Sequence[str]) -> int:
    """Try everything and return the exit status."""
    if "--secret" in argv and importlib.util.find_spec("nacl") is None:  # what signs updates is in .venv
        python = ROOT / ".venv" / "bin" / "python"
        return subprocess.run([python, Path(__file__), *argv], check=False).returncode
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("setup", type=Path)
    parser.add_argument("--wine", type=Path, required=True)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--older", type=Path)
    parser.add_argument("--portable", type=Path)
    parser.add_argument("--secret", type=Path)
    parser.add_argument("--certificate", type=Path)
    arguments = parser.parse_args(argv)
    wine = under_wine.WindowsPython(arguments.wine.resolve() / "python", arguments.wine.resolve() / "prefix")
    with tempfile.TemporaryDirectory(prefix="Bộ cài ") as scratch, under_wine.screen(wine):
        work, pictures = Path(scratch), (arguments.pages or Path(scratch)).resolve()
        pictures.mkdir(parents=True, exist_ok=True)
        tried = Tried(wine, work)
        tried.clear()
        old, new = stand_in_setup(work, "0.0.1", "old.txt"), stand_in_setup(work, "99.0.0", "new.txt")
        first_installation(tried, old)
        association(tried)
        updating(tried, old, new)
        removing(tried)
        full_disk(tried)
        if arguments.pages:
            pages(tried, arguments.setup.resolve(), pictures)
        if arguments.portable:
            portable(tried, arguments.portable.resolve(), pictures)
        if arguments.older:
            older = arguments.older.resolve()
            if older.is_dir():
                older = make_setup(older, "0.0.9", work / "older.exe", "-XSetCompressor /FINAL zlib")
            over_an_older(tried, older, arguments.setup.resolve())
            older_formats(tried)
            office = tried.data / "xã mẫu" / "office.store"
            if arguments.secret:
                stick.update_by_stick(tried, office, arguments.secret.resolve(), pictures)
            stick.damaged(tried, office, pictures)
            content = office.read_bytes()
            tried.remove()
            gone = not (tried.home / PROGRAM).exists()
            tried.see("removing leaves the data, byte by byte", gone and office.read_bytes() == content)
        the_real_one(tried, arguments.setup.resolve(), arguments.full, arguments.certificate)
        shutil.rmtree(tried.data, ignore_errors=True)
    print("all good" if not tried.failed else f"FAILED: {', '.join(tried.failed)}")
    return 1 if tried.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
