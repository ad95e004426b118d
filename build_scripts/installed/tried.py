"""One try of the finished installer under Wine: runs installers and the installed program, looks at what they left."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = ROOT / "build_scripts" / "installer"
sys.path.insert(0, str(HERE))

import windows_python as under_wine  # noqa: E402

ID = "KhaoSatSoHo"
SOFTWARE = rf"HKCU\Software\{ID}"
UNINSTALL = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{ID}"
PROGRAM = "khao-sat-so-ho.exe"
VIETNAMESE, ENGLISH = "/LANG=1066", "/LANG=1033"
INSTALLED, FAILED, NEWER_THERE, RUNNING = 0, 2, 3, 5
PASSPHRASE = "khao-sat-mau"  # of the demonstration only
STAND_IN = """
#include <windows.h>
#include <wchar.h>
/* Stands in for the program: --wait keeps it open until C:\\close.txt is there, else it notes the file it is given. */
int WINAPI wWinMain(HINSTANCE a, HINSTANCE b, LPWSTR words, int d)
{
    if (wcscmp(words, L"--wait") == 0)
        for (int n = 0; n < 3000 && GetFileAttributesW(L"C:\\\\close.txt") == INVALID_FILE_ATTRIBUTES; n++) Sleep(100);
    else if (*words) {
        HANDLE file = CreateFileW(L"C:\\\\opened.txt", GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0);
        DWORD done;
        WriteFile(file, words, (DWORD)wcslen(words) * sizeof(wchar_t), &done, 0);
        CloseHandle(file);
    }
    return 0;
}
"""


class Tried:
    """The steps of one try and how they ended."""

    def __init__(self, wine: under_wine.WindowsPython, work: Path) -> None:
        self.wine = wine
        self.work = work
        user = next(folder for folder in (wine.prefix / "drive_c" / "users").iterdir() if folder.name != "Public")
        self.local = user / "AppData" / "Local"
        self.menu = user / "AppData" / "Roaming" / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        self.home = self.local / "Programs" / ID
        self.data = self.local / "survey-app"
        self.failed: list[str] = []

    def see(self, what: str, good: bool) -> None:
        """Note a step."""
        print(f"{'ok  ' if good else 'FAIL'} {what}", flush=True)
        if not good:
            self.failed.append(what)

    def setup(self, file: Path, *words: str) -> int:
        """Run an installer or the remover silently and return its exit status."""
        return self.wine.run(file, "/S", *words, timeout_s=900).returncode

    def remove(self) -> None:
        """Remove the program; the remover goes on by itself from a copy, so wait for it."""
        self.setup(self.home / "uninstall.exe")
        for _ in range(60):
            if not (self.home / "uninstall.exe").exists():
                break
            time.sleep(0.5)

    def clear(self) -> None:
        """Take away what an earlier try left that was stopped half-way."""
        if (self.home / "uninstall.exe").exists():
            self.remove()
        for key in (UNINSTALL, SOFTWARE):
            self.wine.run("reg", "delete", key, "/f")
        for folder in (self.data, self.home):
            shutil.rmtree(folder, ignore_errors=True)

    def answers(self, program: Path, *words: str | Path, passphrase: str = PASSPHRASE) -> tuple[int, str]:
        """Run a command of an installed program; return how it ended and what it said."""
        named = [under_wine.windows_path(word) if isinstance(word, Path) else word for word in words]
        done = self.wine.run(program, "--language", "en", *named, timeout_s=1500, SURVEY_APP_PASSPHRASE=passphrase)
        return done.returncode, done.stdout.strip()

    def open(self, *words: str | Path, program: Path | None = None, **more: str) -> None:
        """Start the program as a double click does: by the shell, without streams, in a folder of the person's.

        Args:
            words: what it is started with.
            program: the file to start; the installed one when not given.
            more: further environment.
        """
        named = " ".join(f'"{under_wine.windows_path(word) if isinstance(word, Path) else word}"' for word in words)
        asked = (under_wine.windows_path(program or self.home / PROGRAM), "open", named, "C:\\")
        self.wine.python("-X", "utf8", "-c", f"import os; os.startfile(*{asked!r})", timeout_s=120, cwd=None, **more)

    def runs(self, program: Path | None = None) -> bool:
        """Tell whether the program is running: Windows lets nobody write into its file then."""
        file = under_wine.windows_path(program or self.home / PROGRAM)
        return self.wine.python("-X", "utf8", "-c", f"open({file!r}, 'r+b')", timeout_s=60).returncode != 0

    def press(self, *words: str) -> None:
        """Press keys, or type, in the window that is in front (words of xdotool)."""
        subprocess.run(["xdotool", *words], env=self._screen(), check=False)

    def picture(self, file: Path) -> None:
        """Keep a picture of the screen."""
        subprocess.run(["import", "-window", "root", str(file)], env=self._screen(), check=False)

    def shows(self, title: str) -> bool:
        """Tell whether a window with these words in its title is on the screen."""
        words = ["xdotool", "search", "--onlyvisible", "--name", title]
        return subprocess.run(words, env=self._screen(), capture_output=True, check=False).returncode == 0

    def _screen(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.wine.display}

    def entry(self, key: str, name: str) -> str:
        """Return an entry of the registry, ``""`` when there is none."""
        said = self.wine.run("reg", "query", key, *(["/v", name] if name else ["/ve"])).stdout
        return next((line.split("REG_SZ", 1)[1].strip() for line in said.splitlines() if "REG_SZ" in line), "")


def wait_until(good: Callable[[], bool], longest_s: float) -> bool:
    """Return as soon as something holds; ``False`` when it does not hold in time."""
    until = time.monotonic() + longest_s
    while time.monotonic() < until:
        if good():
            return True
        time.sleep(1)
    return good()


def make_setup(folder: Path, version: str, target: Path, *more: str) -> Path:
    """Return an installer of a folder, under any version; it has no icon of its own."""
    icon = Path("/usr/share/nsis/Contrib/Graphics/Icons/modern-install.ico")
    words = [f"-DVERSION={version}", f"-DSOURCE={folder}", f"-DTARGET={target}", f"-DICON={icon}"]
    under_wine.call("makensis", "-V1", "-INPUTCHARSET", "UTF8", *more, *words, HERE / "setup.nsi")
    return target


def stand_in_setup(work: Path, version: str, extra: str, size_bytes: int = 0) -> Path:
    """Return an installer of a small stand-in program, of any version, with a file of noise of some size."""
    folder = work / f"stand-in-{version}"
    (folder / "_internal").mkdir(parents=True)
    source = work / "stand_in.c"
    source.write_text(STAND_IN, encoding="utf-8")
    under_wine.call(under_wine.COMPILER, "-O2", "-s", "-municode", "-mwindows", source, "-o", folder / PROGRAM)
    (folder / "_internal" / extra).write_bytes(version.encode() + os.urandom(size_bytes))
    return make_setup(folder, version, work / f"setup-{version}.exe")
