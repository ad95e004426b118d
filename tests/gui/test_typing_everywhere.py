"""Vietnamese as input methods write it, in every field of every window."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit, QTextBrowser, QTextEdit, QWidget

from survey_app.gui.main_window import SCREENS
from survey_app.gui.screens.trial_window import TrialWindow
from survey_app.operations.forms import read_form
from survey_app.paths import forms

from .conftest import Ground
from .test_accessibility import merged, office_copy, screens  # noqa: F401 - fixtures

TextField = QLineEdit | QPlainTextEdit | QTextEdit
KINDS: tuple[type[TextField], ...] = (QLineEdit, QPlainTextEdit, QTextEdit)
ASTRAL = "\U00020b9f"
"""A letter of the old script (𠮟), two surrogates in UTF-16."""


def fields(root: QWidget) -> Iterator[TextField]:
    """Yield everything below ``root`` that words are typed into, also what is not shown yet."""
    for kind in KINDS:
        for found in root.findChildren(QWidget):
            if not isinstance(found, kind) or found.isReadOnly() or not found.isEnabled():
                continue
            if isinstance(found, QLineEdit) and (found.validator() is not None or found.inputMask()):
                continue  # a number or a date
            yield found


def text_of(field: TextField) -> str:
    """Return what stands in a field."""
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def compose(field: QWidget, preedits: str, commit: str, back: int = 0) -> None:
    """Write as TSF, IBus and the Mac do: the word grows under a line, then it is put in."""
    for length in range(1, len(preedits) + 1):
        QApplication.sendEvent(field, QInputMethodEvent(preedits[:length], []))
    event = QInputMethodEvent("", [])
    event.setCommitString(commit, -back, back)
    QApplication.sendEvent(field, event)


def retype(field: QWidget, keys: str) -> None:
    r"""Write as UniKey does: letters, then Backspace (``\b``) and the letter with its mark."""
    for key in keys:
        code = Qt.Key.Key_Backspace if key == "\b" else Qt.Key.Key_unknown
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(field, QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, key))


def replace_word(field: QWidget) -> None:
    """Put a word in and another one in its place, as an input method does that looks back."""
    compose(field, "", "Hoa")
    compose(field, "", "Hoà", back=3)


WAYS: dict[str, tuple[Callable[[QWidget], None], str]] = {
    "composed": (lambda field: compose(field, "Nguyê", "Nguyễn "), "Nguyễn "),
    "retyped": (lambda field: retype(field, "Tie\bê\bếng "), "Tiếng "),
    "combining": (lambda field: compose(field, "", unicodedata.normalize("NFD", "Đặng Ổn ")), "Đặng Ổn "),
    "replaced": (replace_word, "Hoà"),
    "surrogates": (lambda field: retype(field, f"a{ASTRAL}{ASTRAL}\bb"), f"a{ASTRAL}b"),
}


def wrong_in(field: TextField) -> Iterator[str]:
    """Yield the ways of writing that do not arrive whole in a field."""
    for way, (write, wanted) in WAYS.items():
        field.clear()
        write(field)
        found = unicodedata.normalize("NFC", text_of(field))
        if found != wanted:
            yield f"{way}: {found!r} for {wanted!r}"
    field.clear()


def classes() -> set[type]:
    """Return the classes of the program's own that words are typed into."""
    known: list[type] = list(KINDS)
    for kind in known:
        known += type.__subclasses__(kind)
    own = (kind for kind in known if kind.__module__.startswith("survey_app."))
    return {kind for kind in own if not issubclass(kind, QTextBrowser)}  # a browser is read, not written in


def windows(ground: Callable[..., Ground], laptop: Path, office: Path) -> Iterator[tuple[str, Ground, QWidget]]:
    """Show every screen, and the questions of every type."""
    here = None
    for name, here, window in screens(ground, laptop, office, "vi"):
        if window is not here.window:
            break  # the dialogs that follow have nothing to type into
        assert here.window.screen_now is not None
        yield name, here, here.window.screen_now
    assert here is not None
    trial = TrialWindow(read_form(forms() / "every_question" / "every_question.xlsx"), here.desk.clock, (), here.window)
    trial.show()
    for _round in range(3):
        QTest.qWait(20)
        trial.desk.lane.wait()
    yield "every question", here, trial
    trial.close()


def test_vietnamese_arrives_whole_in_every_field_of_every_window(
    ground: Callable[..., Ground],
    laptop: Path,
    office_copy: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(QDialog, "exec", lambda _dialog: 0)  # a field that opens a question must not wait for it
    wrong: list[str] = []
    seen: set[str] = set()
    kinds: set[type] = set()
    for name, here, root in windows(ground, laptop, office_copy):
        for field in fields(root):
            kinds.add(type(field))
            wrong += [f"{name}: {field.accessibleName() or type(field).__name__}: {each}" for each in wrong_in(field)]
        seen.add(name)
        here.settle()
    assert not wrong, "\n".join(wrong)
    assert seen >= {*SCREENS}
    missing = {kind.__name__ for kind in classes() - kinds}
    assert not missing, f"no window was seen with {missing}"
