"""The program reaches no network by itself: nothing in it could, and nothing it does tries to."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import survey_app

SOURCE = Path(survey_app.__file__).parent
REACHING = {
    "aiohttp", "asyncio", "ftplib", "http.client", "http.server", "httpx", "imaplib", "pg8000", "poplib", "pyspark",
    "requests", "smtplib", "socket", "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3", "webbrowser",
    "xmlrpc.client", "PySide6.QtNetwork", "PySide6.QtWebEngineCore", "PySide6.QtWebSockets",
}  # fmt: skip
"""Modules by which a program can reach a network."""
SERVERS = {"indicators/engines/postgres.py", "indicators/engines/spark.py"}
"""Engines on servers of the person's own: they run only for a command that names one and its address."""
JOB = (
    ("doctor",),
    ("demo", "place", "--households", "8", "--laptops", "2", "--edits", "--seed", "3"),
    ("merge", "place/office.store", "place/bundles"),
    ("indicators", "place/office.store", "--by", "village"),
    ("report", "place/office.store", "--format", "docx", "--out", "report.docx"),
    ("export", "place/office.store", "--out", "tables", "--format", "parquet"),
    ("sync", "place/office.store", "--dry-run"),
    ("update", "place/office.key"),
)
WATCHED = """
import runpy, sys
def heard(event, given):
    if event.partition(".")[0] in ("socket", "urllib", "http", "ftplib", "smtplib", "webbrowser"):
        with open("reached.txt", "a", encoding="utf-8") as file:
            file.write(f"{sys.argv[1]}: {event} {given}\\n")
sys.addaudithook(heard)
runpy.run_module("survey_app", run_name="__main__", alter_sys=True)
"""


def imports(source: str) -> Iterator[str]:
    """Yield the modules that a file imports, also inside functions, with the names taken from them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def test_only_the_engines_on_servers_could_reach_a_network() -> None:
    able = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        for name in imports(file.read_text(encoding="utf-8"))
        if any(name == module or name.startswith(f"{module}.") for module in REACHING)
    }
    assert able == SERVERS


def test_no_command_of_a_whole_job_tries_to_reach_a_network(tmp_path: Path) -> None:
    own = {"SURVEY_APP_PASSPHRASE": "mật khẩu để thử", "SURVEY_APP_DATA": str(tmp_path / "user")}
    for command in JOB:
        done = subprocess.run(
            [sys.executable, "-c", WATCHED, *command],
            cwd=tmp_path, env={**os.environ, **own}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
    reached = tmp_path / "reached.txt"
    assert not reached.exists(), reached.read_text(encoding="utf-8")
