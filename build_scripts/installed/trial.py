"""One packed program being tried: runs its commands, here or under Wine, and keeps what failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "installer"))

import windows_python as under_wine

PASSPHRASE = "khao-sat-mau"  # of the demonstration only
ENGLISH = ("--language", "en")


NO_SCREEN = {"QT_QPA_PLATFORM": "offscreen"} if sys.platform.startswith("linux") else {}
"""How windows are opened where nothing else is said: on a build machine there is no screen."""


@dataclass
class Trial:
    """One packed program being tried.

    Attributes:
        program: the file that runs commands.
        place: the folder it works in.
        wine: how Windows programs run here; ``None`` where they run by themselves.
        failed: the steps that failed.
        ran: what was run, without its arguments' values: the first words of every command.
    """

    program: Path
    place: Path
    wine: under_wine.WindowsPython | None = None
    failed: list[str] = field(default_factory=list)
    ran: set[str] = field(default_factory=set)

    def name(self, path: Path) -> str:
        """Return what the program calls a path."""
        return str(under_wine.windows_path(path)) if self.wine else str(path)

    def path(self, name: str) -> Path:
        """Return the file that the program calls so; the other way round than ``name``."""
        return Path(name.removeprefix("Z:").replace("\\", "/")) if self.wine else Path(name)

    def run(self, *words: str | Path, expect: int = 0, timeout_s: float = 600, **more: str) -> str:
        """Run a command, say how it ended, and return what it printed."""
        named = [self.name(word) if isinstance(word, Path) else word for word in words]
        said_words = named[2:] if named[:1] == ["--language"] else named
        self.ran |= {" ".join(said_words[:count]) for count in (1, 2)}
        own = {"SURVEY_APP_PASSPHRASE": PASSPHRASE, "SURVEY_APP_DATA": self.name(self.place / "dữ liệu"), **more}
        began = time.monotonic()
        try:
            if self.wine:
                done = self.wine.run(self.program, *named, timeout_s=timeout_s, cwd=self.place, **own)
            else:
                done = subprocess.run(
                    [str(self.program), *named], cwd=self.place, timeout=timeout_s,
                    env={**NO_SCREEN, **os.environ, **own},
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False,
                )  # fmt: skip
            said, ended = done.stdout, done.returncode
        except subprocess.TimeoutExpired as error:
            said, ended = str(error.stdout or ""), -1
        good = ended == expect and "Traceback" not in said
        what = " ".join(word if len(word) < 40 else f"…{word[-30:]}" for word in named) or "(window)"
        print(f"{'ok  ' if good else 'FAIL'} {time.monotonic() - began:6.1f} s  {what}", flush=True)
        if not good:
            print(f"     ended with {ended}, expected {expect}\n     " + said[-1500:].replace("\n", "\n     "))
            self.failed.append(what)
        return said

    def json(self, *words: str | Path, expect: int = 0) -> Any:
        """Run a command with ``--json`` and return what it answered; ``None`` when that is no JSON."""
        said = self.run(*words, "--json", expect=expect)
        begins = min((at for at in (said.find("{"), said.find("[")) if at >= 0), default=len(said))
        try:
            return json.JSONDecoder().raw_decode(said[begins:])[0]
        except ValueError:
            self.fault(f"no JSON: {' '.join(map(str, words[:2]))}")
            return None

    def fault(self, what: str) -> None:
        """Note a failure."""
        print(f"FAIL           {what}", flush=True)
        self.failed.append(what)

    def see(self, path: Path, least_bytes: int = 100) -> None:
        """Say whether a file came into being."""
        good = path.is_file() and path.stat().st_size >= least_bytes
        print(f"{'ok  ' if good else 'FAIL'}           {path.name}", flush=True)
        if not good:
            self.failed.append(path.name)
