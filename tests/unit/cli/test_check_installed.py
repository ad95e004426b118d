"""The check of the packed program forgets no command and no kind of file."""

from __future__ import annotations

import argparse
import ast
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from survey_app.cli.main import _parser
from survey_app.cli.results import ENGINES, EXPORT_FORMATS, REPORT_FORMATS

SCRIPTS = Path(__file__).resolve().parents[3] / "build_scripts"


def names(parser: argparse.ArgumentParser, so_far: str = "") -> Iterator[str]:
    """Yield every command that can be run, with its group."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if so_far and not below:
        yield so_far
    for action in below:
        for name, each in action.choices.items():
            yield from names(each, f"{so_far} {name}".strip())


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setattr(sys, "path", [str(SCRIPTS / "installed"), str(SCRIPTS / "installer"), *sys.path])
    import commands

    return commands


def test_every_command_is_run_or_named_with_a_reason(checked: ModuleType) -> None:
    assert sorted(checked.COMMANDS) == sorted(names(_parser()))
    for reasons in (checked.NOT_TRIED, checked.ONLY_REFUSED):
        assert set(reasons) <= set(checked.COMMANDS)
        assert all(reasons.values())
    assert checked.not_run({"form check"}) == sorted(set(checked.COMMANDS) - {"form check"})


def steps() -> set[str]:
    """Return the commands that the steps name: the first words of what they run, one word and two."""
    named: set[str] = set()
    for found in ast.walk(ast.parse((SCRIPTS / "installed" / "commands.py").read_text(encoding="utf-8"))):
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Attribute) and found.func.attr in ("run", "json"):
            words = [word.value for word in found.args if isinstance(word, ast.Constant)]
            words = words[2:] if words[:1] == ["--language"] else words
            named |= {" ".join(map(str, words[:count])) for count in (1, 2)}
    return named


def test_every_command_has_its_step(checked: ModuleType) -> None:
    elsewhere = {"look"}  # check_installed.py opens the windows
    assert sorted(set(checked.COMMANDS) - set(checked.NOT_TRIED) - elsewhere - steps()) == []


def test_every_kind_of_file_and_engine_is_tried(checked: ModuleType) -> None:
    assert set(checked.REPORTS) == set(REPORT_FORMATS)
    assert set(checked.EXPORTS) == set(EXPORT_FORMATS)
    assert set(checked.ENGINES) == set(ENGINES)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no Wine on Windows")
def test_what_a_program_under_wine_started_is_not_waited_for(
    checked: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from windows_python import WindowsPython

    (tmp_path / "wine").write_text('#!/bin/sh\nexec "$@"\n')
    (tmp_path / "wine").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    done = WindowsPython(tmp_path, tmp_path).run("sh", "-c", "sleep 600 & echo $!", timeout_s=60)
    os.kill(int(done.stdout), signal.SIGKILL)  # fails when it has ended
