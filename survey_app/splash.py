"""A word on the screen while a slow disk still loads the window; Windows draws it, so Qt is not needed for it."""

from __future__ import annotations

import ctypes
import os
from typing import Any

WIDTH, HEIGHT = 420, 110
_TOOL, _TOPMOST = 0x80, 0x8
_POPUP, _BORDER, _VISIBLE, _CENTRED = 0x80000000, 0x00800000, 0x10000000, 0x1
_SET_FONT = 0x30
_SCREEN_WIDTH, _SCREEN_HEIGHT = 0, 1

_libraries: Any = getattr(ctypes, "windll", None)
_shown: list[Any] = []


def show(words: str) -> None:
    """Show the words in the middle of the screen until ``close``; does nothing outside Windows.

    Nothing here may keep the program from opening: what Windows refuses is left undone.
    """
    if os.name != "nt":
        return
    user, drawing = _libraries.user32, _libraries.gdi32
    user.CreateWindowExW.restype = ctypes.c_void_p
    drawing.CreateFontW.restype = ctypes.c_void_p
    left = (user.GetSystemMetrics(_SCREEN_WIDTH) - WIDTH) // 2
    top = (user.GetSystemMetrics(_SCREEN_HEIGHT) - HEIGHT) // 2
    style = _POPUP | _BORDER | _VISIBLE | _CENTRED
    window = user.CreateWindowExW(
        _TOOL | _TOPMOST, "STATIC", f"\n{words}", style, left, top, WIDTH, HEIGHT, None, None, None, None
    )
    if not window:
        return
    handle = ctypes.c_void_p(window)
    font = drawing.CreateFontW(-20, 0, 0, 0, 600, 0, 0, 0, 1, 0, 0, 5, 0, "Segoe UI")
    if font:
        user.SendMessageW(handle, _SET_FONT, ctypes.c_void_p(font), 1)
    user.UpdateWindow(handle)
    _shown.append(handle)


def close() -> None:
    """Take the words away; the window is there now."""
    while _shown:
        _libraries.user32.DestroyWindow(_shown.pop())
