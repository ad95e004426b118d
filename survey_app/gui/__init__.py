"""The window: the only package that knows Qt.

``app.run(argv)`` opens it. ``theme`` holds colours, fonts and icons; ``parts`` the building blocks; ``screens`` what
the enumerator and everybody sees; ``interview`` the interview; ``office`` the supervisor's screens.
"""

import builtins

import PySide6.QtCore  # noqa: F401  # puts its own import in the place of Python's

# PySide6's import reads and keeps the source of every module, to know who may say ``from __feature__ import``. We never
# do: without it the window starts a third sooner and an interview takes 12 MB less.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
