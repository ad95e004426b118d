"""Runs a plan in our engine and in others, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Result = dict[str, Any]


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def resident_mb() -> float:
    """Return the resident memory of this process; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6


def ours(plan: dict[str, Any]) -> Result:
    """Run a plan in our engine."""
    from survey_app.xforms import FormSession, load_form
    from survey_app.xforms.loading import KEPT

    source = Path(plan["form"]).read_bytes()
    loads = []
    for _turn in range(plan["loads"]):
        KEPT.forget()
        loads.append(milliseconds(lambda: load_form(source)))
    again = milliseconds(lambda: load_form(source))
    form = load_form(source)
    opened: list[FormSession] = []
    open_ms = milliseconds(lambda: opened.append(FormSession(form)))
    session = opened[0]
    loaded = resident_mb()
    adds, fills, toggles = [], [], []
    present = len([path for path in session.paths() if path.startswith(plan["repeat"]) and path.endswith("]")])
    for what, place, *value in plan["fill"]:
        if what == "add":
            if place > present:
                adds.append(milliseconds(partial(session.add_repeat, plan["repeat"])))
        else:
            fills.append(milliseconds(partial(session.answer, place, value[0])))
    filled = {path: session.node(path).value for path in plan["watch"]}
    for place, one, other in plan["toggle"]:
        toggles.append(milliseconds(partial(session.answer, place, one)))
        toggles.append(milliseconds(partial(session.answer, place, other)))
    return {
        "loads": loads,
        "again": again,
        "open": open_ms,
        "adds": adds,
        "fills": fills,
        "toggles": toggles,
        "filled": filled,
        "totals": {path: session.node(path).value for path in plan["watch"]},
        "rss_loaded": loaded,
        "rss": resident_mb(),
    }


def run_ours(plan: Path, limit_s: float) -> Result:
    """Run a plan in our engine, in a process of its own."""
    return _run([sys.executable, str(HERE.parent / "bench_engine.py"), "--plan", str(plan)], limit_s)


def run_web_forms(plan: Path, home: Path, limit_s: float) -> Result:
    """Run a plan in ``@getodk/xforms-engine``, which lies below ``home/node_modules``."""
    return _run([_tool("node"), str(HERE / "webforms.mjs"), str(home), str(plan)], limit_s)


def run_javarosa(plan: Path, classes: Path, limit_s: float) -> Result:
    """Run a plan in JavaRosa; the driver is compiled into ``classes`` when it is not there yet."""
    if not (classes / "JavaRosaDriver.class").exists():
        classes.mkdir(parents=True, exist_ok=True)
        driver = str(HERE / "JavaRosaDriver.java")
        subprocess.run([_tool("javac"), "-cp", str(validate_jar()), "-d", str(classes), driver], check=True)
    path = os.pathsep.join((str(validate_jar()), str(classes)))
    return _run([_tool("java"), "-cp", path, "JavaRosaDriver", str(plan)], limit_s)


def validate_jar() -> Path:
    """Return the archive with JavaRosa that comes with pyxform."""
    spec = find_spec("pyxform")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"


def has_web_forms(home: Path | None) -> bool:
    """Tell whether Web Forms can be run."""
    if home is None or shutil.which("node") is None:
        return False
    return (home / "node_modules" / "@getodk" / "xforms-engine").exists()


def has_javarosa() -> bool:
    """Tell whether JavaRosa can be run."""
    return shutil.which("java") is not None and shutil.which("javac") is not None and validate_jar().exists()


def _tool(name: str) -> str:
    found = shutil.which(name)
    assert found is not None, name
    return found


def _run(command: list[str], limit_s: float) -> Result:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, check=True)
    except subprocess.TimeoutExpired:
        return {"failed": f"longer than {limit_s:.0f} s"}
    except subprocess.CalledProcessError as error:
        return {"failed": (error.stderr or "").strip().splitlines()[-1:] or ["it ended early"]}
    found: Result = json.loads(done.stdout.strip().splitlines()[-1])
    return found
