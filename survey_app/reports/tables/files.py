"""Files of plain answers: private to their owner, whole or not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from survey_app.disk import PRIVATE, make_private, part_path, sync_file, sync_folder


class Parts:
    """The files of one export while they are being written; none has its name before all are complete."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parts: dict[Path, Path] = {}
        self._scratch: list[Path] = []
        self._folders: list[Path] = []

    def new(self, name: str) -> Path:
        """Return an empty private file that will be called ``name``, which may lie in a folder of its own."""
        target = self._folder / name
        if not target.parent.exists():
            target.parent.mkdir()
            self._folders.append(target.parent)
        self._parts[target] = self._empty(part_path(target))
        return self._parts[target]

    def scratch(self, name: str) -> Path:
        """Return an empty private file that is gone when the export ends."""
        path = self._empty(part_path(self._folder / f".{name}"))
        self._scratch.append(path)
        return path

    @staticmethod
    def _empty(path: Path) -> Path:
        path.unlink(missing_ok=True)
        make_private(path)
        return path

    def settle(self) -> list[Path]:
        """Give every file its name, one after the other, once the disk has them all."""
        for part in self._parts.values():
            part.chmod(PRIVATE)  # a library may have made it anew
            sync_file(part)
        for target, part in self._parts.items():
            part.replace(target)
        sync_folder(self._folder)
        return list(self._parts)

    def forget(self) -> None:
        """Leave nothing half written behind."""
        for path in (*self._parts.values(), *self._scratch):
            path.unlink(missing_ok=True)
        for folder in self._folders:
            with suppress(OSError):  # what was settled stays
                folder.rmdir()


@contextmanager
def parts(folder: Path) -> Iterator[Parts]:
    """Make the folder and its files; what was not settled inside the block is gone after it.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = Parts(folder)
    try:
        yield files
    finally:
        files.forget()


def cut(text: str, most_bytes: int) -> str:
    """Return a text that takes at most so many bytes in UTF-8, with an ellipsis where something was cut off."""
    content = text.encode()
    if len(content) <= most_bytes:
        return text
    return content[: most_bytes - 3].decode(errors="ignore") + "…"
