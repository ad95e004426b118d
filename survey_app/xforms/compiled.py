"""Forms that were loaded before, by the hash of what they were loaded from.

A form is kept in memory only: what a session needs of it are closures, and a file that holds code would have to be
trusted. The store keeps the converted XForm, so a new start of the program parses it once (30 ms for a household form,
0.3 s with 20,000 villages; converting the workbook takes a second), and every interview after that begins at once. A
newer program never meets a form compiled by an older one.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from survey_app.i18n import language
from survey_app.xforms.definition import FormDefinition

MOST = 8
"""How many forms are kept; a store has a form or two."""

Beside = Callable[[str], bytes | None]
"""Gives the content of a file that lies beside the form, by its name."""


@dataclass(frozen=True)
class _Kept:
    form: FormDefinition
    beside: Mapping[str, str]


class KeptForms:
    """The forms loaded last. Safe to use from several threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._forms: OrderedDict[str, _Kept] = OrderedDict()

    def find(self, key: str, beside: Beside) -> FormDefinition | None:
        """Return the form kept under a key; None when there is none, or a list beside it is another now."""
        with self._lock:
            kept = self._forms.get(key)
        if kept is None or any(digest(beside(name)) != known for name, known in kept.beside.items()):
            return None
        with self._lock:
            if key in self._forms:
                self._forms.move_to_end(key)
        return kept.form

    def keep(self, key: str, form: FormDefinition, beside: Mapping[str, bytes | None]) -> None:
        """Keep a form.

        Args:
            key: from ``key_of``.
            form: the form.
            beside: the lists looked for beside it by name, None for those that are missing.
        """
        kept = _Kept(form, {name: digest(content) for name, content in beside.items()})
        with self._lock:
            self._forms[key] = kept
            self._forms.move_to_end(key)
            while len(self._forms) > self._most:
                self._forms.popitem(last=False)

    def forget(self) -> None:
        """Forget all forms."""
        with self._lock:
            self._forms.clear()


def key_of(kind: str, content: bytes, files: Mapping[str, bytes]) -> str:
    """Return the key of a form: the hash of all it is made from, and of the language its warnings are worded in.

    Args:
        kind: how the content is read (``".xlsx"``, ``".xml"``, ...).
        content: workbook or XForm.
        files: the lists handed over with it, by name.
    """
    lists = [f"{name}\0{digest(files[name])}" for name in sorted(files)]
    return digest("\0".join([kind, language(), digest(content), *lists]).encode())


def digest(content: bytes | None) -> str:
    """Return the SHA-256 of a content in hexadecimal; ``""`` for None."""
    return hashlib.sha256(content).hexdigest() if content is not None else ""
