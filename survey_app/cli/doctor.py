"""``survey-app doctor``: what support asks for first: about machine and program, never about people."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import locale
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from survey_app import __version__, i18n, paths, settings
from survey_app.cli import output, window
from survey_app.cli import parser as declaring
from survey_app.clock import VIETNAM, stamp, system_clock
from survey_app.i18n import _
from survey_app.text import show_number

LIBRARIES = (
    "PySide6-Essentials", "sqlcipher3", "sqlite-utils", "PyNaCl", "pyrage", "zstandard", "pyxform", "lxml",
    "ibis-framework", "duckdb", "pandas", "matplotlib", "xlsxwriter", "openpyxl", "platformdirs",
)  # fmt: skip
SPARE_BYTES = 500_000_000
EARLIEST = dt.date(2026, 1, 1)


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        topic: ``versions``, ``paths``, ``disk``, ``clock``, ``fonts``, ``screen`` or ``store``.
        name: what was looked at.
        value: what was found.
        state: ``ok``; ``notice`` for something worth knowing; ``broken`` for something the program cannot do without.
    """

    topic: str
    name: str
    value: str
    state: str = "ok"


def declare(commands: Any) -> None:
    """Declare the command."""
    parser = declaring.command(commands, "doctor", _("versions, fonts, paths, disk, clock: for support"), doctor)
    declaring.takes_json(parser)


def doctor(arguments: argparse.Namespace) -> int:
    """Show all findings; 1 when something the program cannot do without is broken."""
    findings = list(examine())
    if arguments.json:
        output.say_json({"findings": [asdict(finding) for finding in findings]})
    else:
        _show(findings)
    return 1 if any(finding.state == "broken" for finding in findings) else 0


def examine() -> Iterator[Finding]:
    """Look at the machine and the program."""
    yield from _versions()
    yield from _folders()
    yield from _disk()
    yield _clock()
    yield from _fonts()
    yield _screen()
    yield _encrypted_file()


def _show(findings: list[Finding]) -> None:
    words = {"ok": "", "notice": _("(notice)"), "broken": _("(broken)")}
    topics = dict.fromkeys(finding.topic for finding in findings)
    for topic in topics:
        output.say(_topic(topic))
        pairs = {f"  {f.name}": f"{f.value} {words[f.state]}".rstrip() for f in findings if f.topic == topic}
        output.say_pairs(pairs)


def _topic(topic: str) -> str:
    titles = {
        "versions": _("Versions"),
        "paths": _("Folders"),
        "disk": _("Disk"),
        "clock": _("Clock"),
        "fonts": _("Fonts"),
        "screen": _("Screen"),
        "store": _("Encrypted file"),
    }
    return titles[topic]


def _versions() -> Iterator[Finding]:
    yield Finding("versions", "survey-app", __version__)
    yield Finding("versions", "Python", f"{platform.python_version()} ({platform.machine()})")
    yield Finding("versions", _("System"), platform.platform())
    yield Finding("versions", _("Language of the system"), locale.getlocale()[0] or "C")
    for name in LIBRARIES:
        try:
            yield Finding("versions", name, importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            state = "ok" if getattr(sys, "frozen", False) else "broken"
            yield Finding("versions", name, _("not listed"), state)


def _folders() -> Iterator[Finding]:
    yield Finding("paths", _("Program"), str(Path(__file__).resolve().parents[1]))
    for title, find in ((_("Resources"), paths.resources), (_("Questionnaires"), paths.forms)):
        try:
            yield Finding("paths", title, str(find()))
        except FileNotFoundError as error:
            yield Finding("paths", title, str(error), "broken")
    folder = paths.user_folder()
    yield Finding("paths", _("Your files"), str(folder), "ok" if _writable(folder) else "broken")
    chosen = settings.load_settings()
    yield Finding("paths", _("Data file opened last"), chosen.last_store or _("none yet"))


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _disk() -> Iterator[Finding]:
    for title, folder in ((_("Free for your files"), paths.user_folder()), (_("Free for temporary files"), None)):
        place = folder or Path(tempfile.gettempdir())
        while not place.exists():
            place = place.parent
        free = shutil.disk_usage(place).free
        shown = f"{show_number(free / 1e9, 1, i18n.language())} GB"
        yield Finding("disk", title, shown, "ok" if free > SPARE_BYTES else "notice")


def _clock() -> Finding:
    now = system_clock()
    right_zone = now.utcoffset() == VIETNAM.utcoffset(None)
    state = "ok" if now.date() >= EARLIEST and right_zone else "notice"
    shown = stamp(now)
    if now.date() < EARLIEST:
        shown += " " + _("the clock is behind: please set the date")
    elif not right_zone:
        shown += " " + _("not the zone of Viet Nam (+07:00)")
    return Finding("clock", _("Now"), shown, state)


def _fonts() -> Iterator[Finding]:
    wanted = {"Be Vietnam Pro": "bevietnampro", "Noto Sans": "notosans"}
    try:
        files = [path.name for path in (paths.resources() / "fonts").rglob("*") if path.suffix in {".ttf", ".otf"}]
    except FileNotFoundError:
        files = []
    for name, start in wanted.items():
        count = sum(file.lower().replace("-", "").replace("_", "").startswith(start) for file in files)
        yield Finding("fonts", name, _("{count} files").format(count=count), "ok" if count else "broken")


def _screen() -> Finding:
    if window.has_screen():
        return Finding("screen", _("Window"), _("can be shown"))
    return Finding("screen", _("Window"), _("no screen here; the commands work without one"), "notice")


def _encrypted_file() -> Finding:
    """Make an encrypted file, close it, open it again, and look whether its text can be read from outside."""
    from survey_app.errors import SurveyAppError
    from survey_app.store import Store

    phrase, known = "doctor, only for this one file", "text that must not be readable"
    with tempfile.TemporaryDirectory(prefix="survey-app-") as folder:
        path = Path(folder) / "try.store"
        try:
            Store.create(path, phrase, kind="laptop", device="doctor", name=known).close()
            with Store.open(path, phrase) as opened:
                faults = opened.check()
        except (SurveyAppError, OSError, ImportError) as error:
            return Finding("store", _("Making and opening one"), type(error).__name__, "broken")
        sealed = known.encode() not in path.read_bytes()
    good = sealed and not faults
    return Finding("store", _("Making and opening one"), _("works") if good else _("fails"), "ok" if good else "broken")
