#!/usr/bin/env python3
"""Set the program up on a bare machine and run it, or run its tests. Needs Python 3.11 or newer, nothing else.

    python3 build_scripts/dev.py run [ARGUMENTS]     set up, then open the program (or the command in ARGUMENTS);
                                                     without a screen: do the main job on a demonstration commune
    python3 build_scripts/dev.py test [ARGUMENTS]    set up, then pass the tests (ARGUMENTS go to pytest)
    python3 build_scripts/dev.py setup               only set up

Set-up makes `.venv` beside this folder with the locked and hashed dependencies. On a Debian or Ubuntu without the
shared libraries that Qt needs, it fetches just those packages and unpacks them into `.venv/system`: nothing is
installed on the machine and no administrator is needed. A second start finds everything ready and needs no network.
Uses the standard library only, because it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "ready"
SYSTEM = VENV / "system"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
# All tests, on as many processors as there are. A process grows to a gigabyte: four are enough.
SIDE_BY_SIDE = ("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "worksteal")

# What of Qt this program loads: the libraries behind these files must all be found.
QT_FILES = (
    "QtWidgets.abi3.so",
    "QtSvg.abi3.so",
    "QtTest.abi3.so",
    "QtPrintSupport.abi3.so",
    "Qt/plugins/platforms/libqoffscreen.so",
    "Qt/plugins/platforms/libqxcb.so",
    "Qt/plugins/platforms/libqwayland.so",
)
# Debian's package of each shared library. Newer releases add "t64" to some names.
DEBIAN_PACKAGE = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libGLdispatch.so.0": "libglvnd0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libXau.so.6": "libxau6",
    "libXdmcp.so.6": "libxdmcp6",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libbsd.so.0": "libbsd0",
    "libcap.so.2": "libcap2",
    "libcom_err.so.2": "libcom-err2",
    "libdbus-1.so.3": "libdbus-1-3",
    "libexpat.so.1": "libexpat1",
    "libffi.so.8": "libffi8",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcrypt.so.20": "libgcrypt20",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libgpg-error.so.0": "libgpg-error0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libk5crypto.so.3": "libk5crypto3",
    "libkeyutils.so.1": "libkeyutils1",
    "libkrb5.so.3": "libkrb5-3",
    "libkrb5support.so.0": "libkrb5support0",
    "liblz4.so.1": "liblz4-1",
    "liblzma.so.5": "liblzma5",
    "libmd.so.0": "libmd0",
    "libpcre2-8.so.0": "libpcre2-8-0",
    "libpng16.so.16": "libpng16-16",
    "libstdc++.so.6": "libstdc++6",
    "libsystemd.so.0": "libsystemd0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}


class SetUpError(Exception):
    """The set-up cannot go on; the message says what to do."""


def say(text: str) -> None:
    """Print one line of what is being set up."""
    print(f"[set-up] {text}", flush=True)


def call(command: Sequence[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a step; show what it printed only when it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise SetUpError(f"this step failed: {' '.join(map(str, command))}")


def fingerprint() -> str:
    """Return what a finished set-up was made from."""
    parts = (LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), sys.version.encode(), str(ROOT).encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def has_pip() -> bool:
    """Tell whether .venv has a working pip."""
    if not PYTHON.exists():
        return False
    return not subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode


def make_venv() -> None:
    """Make .venv with pip, also where Debian's python3-venv is missing."""
    if STAMP.exists():
        say("the dependencies changed; setting up anew")
    if VENV.exists() and not PYTHON.exists():
        shutil.rmtree(VENV)
    try:
        import ensurepip  # noqa: F401 - only whether it is there
    except ImportError:
        venv.create(VENV, with_pip=False, clear=False)
        return
    if not has_pip():
        say("making .venv")
        venv.create(VENV, with_pip=True, clear=VENV.exists())


def pip_command(work: Path) -> list[str | Path]:
    """Return how to call pip: the venv's own, or Debian's pip wheel where Python comes without."""
    if has_pip():
        return [PYTHON, "-m", "pip"]
    if not shutil.which("apt-get"):
        raise SetUpError("this Python has no pip. Install your system's pip and venv packages, then run this again.")
    say("this Python has no pip; borrowing Debian's")
    fetch_debian(["python3-pip-whl"], work / "pip")
    wheels = sorted((work / "pip").rglob("pip-*.whl"))
    if not wheels:
        raise SetUpError("Debian's package python3-pip-whl holds no pip. Install python3-venv, then run this again.")
    return [PYTHON, f"{wheels[0]}/pip"]


def install_packages(work: Path) -> None:
    """Install the locked dependencies and this program, in editable form, into .venv."""
    pip = pip_command(work)
    quiet = ["--disable-pip-version-check", "--no-input"]
    say("installing the locked dependencies (about 200 MB of downloads the first time)")
    call([*pip, "install", *quiet, "--require-hashes", "--only-binary=:all:", "-r", LOCK])
    call([*pip, "install", *quiet, "--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT])


def apt(work: Path, *arguments: str) -> list[str]:
    """Return an apt command with lists and cache of its own, so that it needs no administrator."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (work / "apt" / folder).mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State": work / "apt/state",
        "Dir::Cache": work / "apt/cache",
        "Dir::State::status": "/var/lib/dpkg/status",
        "APT::Sandbox::User": "root",
        "Debug::NoLocking": "1",
    }
    return [arguments[0], *(f"-o{name}={value}" for name, value in options.items()), *arguments[1:]]


def fetch_debian(names: Iterable[str], target: Path) -> None:
    """Download Debian packages and unpack them under ``target`` without installing them."""
    with tempfile.TemporaryDirectory(prefix="survey-app-apt-") as folder:
        work = Path(folder)
        call(apt(work, "apt-get", "-q", "update"))
        listed = subprocess.run(apt(work, "apt-cache", "pkgnames"), capture_output=True, text=True, check=True)
        known = set(listed.stdout.split())
        wanted = [name if name in known or f"{name}t64" not in known else f"{name}t64" for name in names]
        downloads = work / "deb"
        downloads.mkdir()
        call(apt(work, "apt-get", "-q", "download", *wanted), cwd=downloads)
        target.mkdir(parents=True, exist_ok=True)
        for package in sorted(downloads.glob("*.deb")):
            call(["dpkg-deb", "-x", str(package), str(target)])


def library_folders() -> list[str]:
    """Return the folders of the unpacked shared libraries."""
    return sorted({str(path.parent) for path in SYSTEM.rglob("*.so.*")}) if SYSTEM.exists() else []


def environment() -> dict[str, str]:
    """Return the environment the program runs in: this one, and the unpacked libraries where there are any."""
    env = dict(os.environ, PYTHONUTF8="1")
    folders = library_folders()
    if folders:
        env["LD_LIBRARY_PATH"] = ":".join([*folders, *filter(None, [env.get("LD_LIBRARY_PATH")])])
    keyboards = SYSTEM / "usr/share/X11/xkb"
    if keyboards.exists() and not Path("/usr/share/X11/xkb").exists():
        env["XKB_CONFIG_ROOT"] = str(keyboards)
    fonts = SYSTEM / "fonts.conf"
    if fonts.exists() and not Path("/etc/fonts/fonts.conf").exists():
        env["FONTCONFIG_FILE"] = str(fonts)
    return env


def missing_libraries() -> set[str]:
    """Return the names of shared libraries that Qt needs and this machine does not have."""
    site = next(VENV.glob("lib/python*/site-packages/PySide6"))
    files = [site / name for name in QT_FILES if (site / name).exists()]
    done = subprocess.run(["ldd", *files], capture_output=True, text=True, env=environment(), check=False)
    return {line.split()[0] for line in done.stdout.splitlines() if line.strip().endswith("not found")}


def complete_system() -> None:
    """Fetch the shared libraries that Qt needs and a bare Debian lacks."""
    for _round in range(6):  # a library that was fetched can need another one
        missing = missing_libraries()
        if not missing:
            break
        unknown = sorted(missing - DEBIAN_PACKAGE.keys())
        packages = sorted({DEBIAN_PACKAGE[name] for name in missing - set(unknown)})
        if unknown or not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            names = " ".join(sorted(missing))
            raise SetUpError(f"Qt needs these shared libraries; install the packages that hold them: {names}")
        if not Path("/usr/share/X11/xkb").exists() and not (SYSTEM / "usr/share/X11/xkb").exists():
            packages.append("xkb-data")
        say(f"unpacking shared libraries into .venv/system: {' '.join(packages)}")
        fetch_debian(packages, SYSTEM)
    else:
        raise SetUpError(f"Qt still misses shared libraries: {' '.join(sorted(missing_libraries()))}")
    if SYSTEM.exists():
        cache = SYSTEM / "font-cache"
        (SYSTEM / "fonts.conf").write_text(
            f'<?xml version="1.0"?><fontconfig><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir></fontconfig>\n',
            encoding="utf-8",
        )


def set_up() -> None:
    """Make everything ready; finished set-ups are recognised and left alone."""
    mark = fingerprint()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == mark and PYTHON.exists():
        return
    with tempfile.TemporaryDirectory(prefix="survey-app-setup-") as folder:
        make_venv()
        STAMP.unlink(missing_ok=True)
        install_packages(Path(folder))
        if sys.platform == "linux":
            complete_system()
    STAMP.write_text(mark, encoding="utf-8")
    say("ready")


def has_screen() -> bool:
    """Tell whether a window can be shown here."""
    if sys.platform != "linux":
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM"))


def run(arguments: Sequence[str]) -> int:
    """Open the program; without a screen do the main job on a demonstration commune."""
    command: list[str | Path] = [PYTHON, "-m", "survey_app", *arguments]
    if not arguments and not has_screen():
        note = "There is no screen here, so no window can be opened: doing the main job on a demonstration commune."
        print(note, flush=True)
        command = [PYTHON, ROOT / "build_scripts" / "main_job.py"]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def test(arguments: Sequence[str]) -> int:
    """Run the tests, without a screen and without the network: all side by side, named ones one after another."""
    env = {**environment(), "QT_QPA_PLATFORM": "offscreen"}
    command: list[str | Path] = [PYTHON, "-m", "pytest", *(arguments or SIDE_BY_SIDE)]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


def main(argv: Sequence[str]) -> int:
    """Do what the command line asks and return the exit status."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python meets first
        print("This program needs Python 3.11 or newer.", file=sys.stderr)
        return 2
    if not argv or argv[0] not in {"run", "test", "setup"}:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        set_up()
    except SetUpError as error:
        print(f"[set-up] {error}", file=sys.stderr)
        return 1
    if argv[0] == "setup":
        return 0
    return run(argv[1:]) if argv[0] == "run" else test(argv[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
