"""What a starting window does without, and that nothing is missing when it is wanted after all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

OPEN = """
import sys
from pathlib import Path
from survey_app.gui.app import open_window, prepare
from survey_app.settings import Settings
app = prepare([], Settings(language="vi"))
window = open_window(Settings(language="vi"), store=Path(sys.argv[1]))
window.show()
app.processEvents()
"""


def tell(code: str, store: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return what a program of its own prints."""
    monkeypatch.setenv("SURVEY_APP_DATA", str(data))
    done = subprocess.run(
        [sys.executable, "-c", code, str(store)], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_window_that_asks_for_the_passphrase_loads_no_store_and_no_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "some.store"
    store.touch()
    code = OPEN + (
        "assert window.screen_name == 'unlock'\n"
        "later = ('sqlcipher3', 'nacl', 'orjson', 'lxml', 'survey_app.store', 'survey_app.gui.parts.table',\n"
        "    'survey_app.gui.screens.help_panel', 'logging.handlers', 'hashlib', 'PySide6.QtNetwork')\n"
        "print([name for name in later if name in sys.modules])\n"
        "window.close()\n"
    )
    assert tell(code, store, tmp_path / "data", monkeypatch).strip() == "[]"


def test_qts_words_about_its_own_functions_wait_until_a_call_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = OPEN + (
        "from survey_app.gui.lean import LATER\n"
        "waiting = lambda: {name for name in LATER if '_run' in vars(sys.modules[name])}\n"
        "print(waiting() == LATER)\n"
        "from PySide6.QtCore import QRect\n"
        "try:\n"
        "    QRect(1, 'a')\n"
        "except TypeError as error:\n"
        "    print('topleft: PySide6.QtCore.QPoint' in str(error))\n"
        "try:\n"
        "    window.resize()\n"
        "except TypeError as error:\n"
        "    print('resize' in str(error))\n"
        "print('adjusted(self' in QRect.adjusted.__doc__)\n"
        "print(len(waiting()) < len(LATER))\n"
        "window.close()\n"
    )
    assert tell(code, tmp_path / "none.store", tmp_path / "data", monkeypatch).split() == ["True"] * 5
