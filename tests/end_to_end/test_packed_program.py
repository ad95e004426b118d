"""The packed program on this system: the same list of contents as for Windows, every command, every window."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "build_scripts" / "installer" / "survey_app.spec"


def missing() -> str:
    """Return what a machine lacks for packing: PyInstaller needs objcopy and a Python with a shared library."""
    if sys.platform.startswith("linux"):
        if shutil.which("objcopy") is None:
            return "objcopy (Debian's binutils) is not on this machine"
        if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
            return "this Python has no shared library"
    return ""


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(bool(missing()), reason=missing())
def test_the_packed_program_does_the_main_job_and_opens_every_window(tmp_path: Path) -> None:
    packed = tmp_path / "packed"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = ["-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "--distpath", str(packed)]
    words += ["--workpath", str(tmp_path), str(SPEC)]
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    del environment["PYTHONPATH"]  # nothing of the source may be needed
    check = ROOT / "build_scripts" / "check_installed.py"
    tried = subprocess.run(
        [sys.executable, check, packed / "khao-sat-so-ho"], env=environment, capture_output=True, text=True, check=False
    )
    assert tried.returncode == 0, tried.stdout[-6000:] + tried.stderr[-2000:]
