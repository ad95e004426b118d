"""Qt as a window needs it: PySide6's describing of its own functions stays packed until it is asked for.

At every start PySide6 compiles some thousand lines that write signatures, type hints and the texts of errors, and puts
its own ``import`` in the place of Python's: it reads and keeps the source of every module, to know who may say ``from
__feature__ import``. We never do, and a signature is asked for only when a call was wrong. Without both the window
starts sooner and takes less memory. A PySide6 that is made otherwise is loaded as it wants to be.
"""

from __future__ import annotations

import builtins
import functools
import gc
import sys
import threading
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_PACKAGE = "shibokensupport"
LATER = frozenset(
    f"{_PACKAGE}.signature.{name}"
    for name in ("mapping", "errorhandler", "layout", "parser", "lib.enum_sig", "lib.pyi_generator", "lib.tool")
)
"""Modules that are run when something in them is first asked for."""

_ENTRY = (f"{_PACKAGE}.signature.mapping", "update_mapping")
"""PySide6 takes this one function out of its module past Python's ways, so it has to be there before the module ran."""

_KNOWN = (6, 11)
"""The PySide6 whose modules these are; any other one is loaded as it wants to be."""

GARBAGE_AFTER = 10_000
"""New objects until Python looks for rings among them. The usual 700 look through everything five times while the
window's modules arrive, and find nothing: a module stays."""

_running = threading.RLock()


class _Later(ModuleType):
    """A module that is run when something in it is first asked for."""

    _run: Callable[[], None] | None

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):  # what Python's import itself asks of every module
            raise AttributeError(name)
        self.run_now()
        if name not in vars(self):
            raise AttributeError(name)
        return vars(self)[name]

    def run_now(self) -> None:
        """Run it unless it ran."""
        with _running:
            run = vars(self).pop("_run", None)
            if run is not None:
                run()


class _LaterLoader:
    """Makes a module and leaves its running to the loader that knows its source."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return a module that is run later."""
        return _Later(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Note how to run it: under its own name, since PySide6 gives it another one after this."""
        if not isinstance(module, _Later):
            raise TypeError(module.__name__)
        name = module.__name__

        def run() -> None:
            known = module.__spec__
            module.__spec__ = ModuleSpec(name, self._loader)
            self._loader.exec_module(module)
            module.__spec__ = known

        vars(module)["_run"] = run
        if name == _ENTRY[0]:
            vars(module)[_ENTRY[1]] = functools.partial(_enter, module)


def _enter(module: _Later) -> object:
    """Run the module of ``_ENTRY`` and then its function, which has taken this one's place."""
    module.run_now()
    return vars(module)[_ENTRY[1]]()


def _put_off(finder: Any) -> None:
    """Let a finder of PySide6's packed modules hand out those that can wait unrun."""
    find = finder.find_spec

    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec: ModuleSpec | None = find(name, path, target)
        if spec is not None and spec.loader is not None and name in LATER:
            spec.loader = _LaterLoader(spec.loader)  # type: ignore[assignment]  # only its two methods are asked for
        return spec

    finder.find_spec = find_spec


def import_qt() -> None:
    """Import PySide6's core, lean; whatever is imported of it afterwards is as usual."""
    gc.set_threshold(GARBAGE_AFTER)
    if "PySide6.QtCore" in sys.modules:
        return
    python_import = builtins.__import__

    def lean_import(name: str, *rest: Any, **named: Any) -> ModuleType:
        module = python_import(name, *rest, **named)
        if name == _PACKAGE and sys.modules["shiboken6"].__version_info__[:2] == _KNOWN:
            finder = getattr(module.__spec__, "loader", None)
            if finder in sys.meta_path and "find_spec" not in vars(finder):
                _put_off(finder)
        return module

    builtins.__import__ = lean_import
    try:
        python_import("PySide6.QtCore")
    finally:
        builtins.__import__ = python_import
