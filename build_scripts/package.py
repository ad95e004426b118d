#!/usr/bin/env python3
"""Make what people get: the program's folder, the installer, the portable archive, checksums, and an update file.

    python3 build_scripts/package.py                     for the system this runs on, into dist/
    python3 build_scripts/package.py --target windows    on Linux: for Windows, with a Windows Python under Wine
    python3 build_scripts/package.py --sign 'COMMAND'    COMMAND signs the file named as its last argument
    python3 build_scripts/package.py keys DIR            a publisher's key pair for updates: DIR/publisher.secret, .keys
        --publisher-keys FILE                            the packed program takes updates of these publishers
        --update-secret FILE --notes FILE                also write the signed update; FILE: JSON {"vi": ..., "en": ...}

Windows, and Linux for Linux, use the locked packages of `.venv` (dev.py setup). The installer is made where NSIS
(`makensis`) is; without it the folder and the portable archive are made and the rest is said to be missing.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "build_scripts" / "installer"
NAME = "khao-sat-so-ho"
LOCK = ROOT / "requirements.lock"
WINDOWS = os.name == "nt"
sys.path[:0] = [str(HERE), str(ROOT)]

import parts  # noqa: E402
import windows_python as under_wine  # noqa: E402

from survey_app import __version__  # noqa: E402


def say(text: str) -> None:
    """Tell what is being done."""
    print(f"package: {text}", flush=True)


def venv_python() -> Path:
    """Return the Python with the locked packages; set it up when it is not there yet."""
    python = ROOT / ".venv" / ("Scripts/python.exe" if WINDOWS else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, ROOT / "build_scripts" / "dev.py", "setup"], check=True)
    return python


def freeze(target: str, work: Path, out: Path) -> Path:
    """Pack the program into a folder and return it."""
    say(f"packing for {target}; this takes some minutes")
    spec = HERE / "survey_app.spec"
    words: Sequence[str | Path] = ("-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN")
    places = ("--distpath", out, "--workpath", work / "freeze", spec)
    if target == "windows" and not WINDOWS:
        wine = under_wine.prepare(work / "wine", LOCK)
        with under_wine.screen(wine):
            named = [under_wine.windows_path(place) if isinstance(place, Path) else place for place in places]
            here = under_wine.windows_path(ROOT)
            done = wine.python(*words, *named, timeout_s=7200, PYTHONPATH=here, PYTHONUTF8="1")
        (work / "freeze.log").write_text(done.stdout, encoding="utf-8")
        if done.returncode:
            sys.exit(f"{done.stdout[-3000:]}\npackage: packing failed, see {work / 'freeze.log'}")
        under_wine.refuse_foreign_files(out / NAME)
    else:
        subprocess.run([venv_python(), *words, *places], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return out / NAME


def sign(command: str, file: Path) -> None:
    """Sign a file in place with the publisher's own command."""
    subprocess.run([*shlex.split(command), str(file)], check=True)


def make_installer(folder: Path, work: Path, out: Path, signing: str) -> Path | None:
    """Make the installer of a packed folder; ``None`` where there is no NSIS."""
    if shutil.which("makensis") is None:
        say("makensis is not on this machine: no installer (Debian: apt-get install nsis; Windows: the NSIS installer)")
        return None
    target = out / f"{NAME}-{__version__}-setup.exe"
    icon = next((work / "freeze").rglob("app.ico"))
    pictures = [f"-DICON={icon}", f"-DSIDE={icon.with_name('side.bmp')}"]
    settings = [f"-DVERSION={__version__}", f"-DSOURCE={folder}", f"-DTARGET={target}", *pictures]
    if signing:
        settings.append(f"-DSIGN={signing}")
    subprocess.run(["makensis", "-V2", "-INPUTCHARSET", "UTF8", *settings, HERE / "setup.nsi"], check=True)
    return target


def make_portable(folder: Path, out: Path, target: str) -> Path:
    """Make the archive that needs no installing: unpack, open."""
    archive = out / f"{NAME}-{__version__}-{target}-portable.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, Path(NAME) / path.relative_to(folder))
    return archive


def write_checksums(out: Path, files: Sequence[Path]) -> Path:
    """Write the hashes of what is handed out, in the form that ``sha256sum -c`` reads."""
    lines = []
    for path in files:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n")
    target = out / "SHA256SUMS.txt"
    target.write_text("".join(lines), encoding="utf-8", newline="\n")
    return target


def write_update(installer: Path, out: Path, secret: Path, notes: Path) -> Path:
    """Write the signed update file for sticks."""
    from survey_app.operations import updating

    target = out / f"{NAME}-{__version__}{updating.SUFFIX}"
    updating.write_update(
        installer,
        target,
        version=__version__,
        notes=json.loads(notes.read_text(encoding="utf-8")),
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        secret=bytes.fromhex(secret.read_text(encoding="ascii").strip()),
    )
    return target


def with_packages(argv: Sequence[str]) -> None:
    """Go on in `.venv` where what signs is not installed; a build must not find that out at its end."""
    if importlib.util.find_spec("nacl") is None:
        raise SystemExit(subprocess.run([venv_python(), Path(__file__), *argv], check=False).returncode)


def make_keys(folder: Path) -> None:
    """Make a publisher's key pair; the secret never belongs into a repository."""
    from survey_app import crypto
    from survey_app.disk import write_durably

    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "publisher.secret"
    if secret.exists():
        sys.exit(f"package: {secret} is there already; it is not replaced")
    keys = crypto.new_signing_keys()
    write_durably(secret, keys.secret.hex().encode())
    (folder / "publisher.keys").write_text(keys.public.hex() + "\n", encoding="ascii")
    say(f"keep {secret} safe and offline; pack with --publisher-keys {folder / 'publisher.keys'}")


def make_all(arguments: argparse.Namespace) -> None:
    """Make everything for one target."""
    began = time.monotonic()
    target = arguments.target or ("windows" if WINDOWS else "linux")
    work, out = arguments.work.resolve(), arguments.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    folder = freeze(target, work, out)
    if arguments.publisher_keys:
        shutil.copy(arguments.publisher_keys, folder / "_internal" / "resources" / "publisher.keys")
    if arguments.sign and target == "windows":
        for program in sorted(folder.glob("*.exe")):
            sign(arguments.sign, program)
    made = [make_portable(folder, out, target)]
    if target == "windows":
        installer = make_installer(folder, work, out, arguments.sign)
        if installer:
            made.append(installer)
            if arguments.update_secret:
                made.append(write_update(installer, out, arguments.update_secret, arguments.notes))
    made.append(write_checksums(out, made))
    print(parts.report(folder))
    for path in made:
        print(f"{path.stat().st_size / 1e6:8.1f} MB  {path}")
    say(f"done in {time.monotonic() - began:.0f} s")


def main(argv: Sequence[str]) -> None:
    """Read the arguments and do it."""
    if "--update-secret" in argv or argv[:1] == ["keys"]:
        with_packages(argv)
    if argv[:1] == ["keys"] and len(argv) == 2:
        make_keys(Path(argv[1]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--target", choices=("windows", "linux"))
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="kept between runs; may be deleted")
    parser.add_argument("--sign", default="", metavar="COMMAND")
    parser.add_argument("--publisher-keys", type=Path, metavar="FILE")
    parser.add_argument("--update-secret", type=Path, metavar="FILE")
    parser.add_argument("--notes", type=Path, metavar="FILE")
    arguments = parser.parse_args(argv)
    if bool(arguments.update_secret) != bool(arguments.notes):
        parser.error("--update-secret and --notes go together")
    try:
        make_all(arguments)
    except under_wine.Missing as error:
        sys.exit(f"package: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
