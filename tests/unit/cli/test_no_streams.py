"""A program with a window has no streams on Windows; it must work, and leave its crash files, all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

FAULT = """
import sys
sys.stdout = sys.stderr = None
from survey_app.cli import look, main
look.declare = lambda *_words: 1 / 0
from survey_app.gui.failures import leave_trace
main.output.speak_utf8()
try:
    raise ValueError("Lò Thị Mai 0912345678")
except ValueError as error:
    leave_trace(error)
sys.exit(main.main())
"""


def test_faults_leave_a_file_where_there_are_no_streams(tmp_path: Path) -> None:
    environment = {**os.environ, "SURVEY_APP_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", FAULT, "doctor"], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (70, b"", b"")
    left = [file.read_text(encoding="utf-8") for file in (tmp_path / "crashes").iterdir()]
    assert len(left) == 2
    assert any("ZeroDivisionError" in text for text in left), "the command's own"
    assert not any("0912345678" in text for text in left)


def test_a_window_does_not_wait_for_the_commands() -> None:
    asked = "import sys, survey_app.cli.main; print(*(n for n in sys.modules if n.startswith('survey_app.cli.')))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    names = {name.rpartition(".")[2] for name in done.stdout.split()}
    assert names == {"main", "output", "parser", "window"}
