"""Between the fields that take pictures and files, and the store that keeps them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject
from PySide6.QtGui import QPixmap

from survey_app.gui.desk import Desk
from survey_app.operations.interview import Interview
from survey_app.store import Attachment, Store

Failed = Callable[[BaseException], object]
WAIT_S = 60.0
"""A film of the largest size is stored on a slow disk in less."""


class Attached(QObject):
    """Brings attachments of one interview into the store and back. The bytes never stand in a file of their own.

    Args:
        desk: the store's lane.
    """

    KEPT = 24

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._interview: Interview | None = None
        self._contents: dict[str, bytes] = {}
        self._pictures: dict[str, QPixmap | None] = {}
        self._came_with: Mapping[str, bytes] | None = None
        self._under_way = 0
        self._went_wrong = False

    def follow(self, interview: Interview | None) -> None:
        """Work for this interview from now on."""
        self._interview = interview
        self._contents.clear()
        self._pictures.clear()
        self._came_with = None

    def keep(self, given: Attachment, done: Callable[[str], object], failed: Failed) -> None:
        """Put an attachment into the store; ``done`` gets its name when the disk has it."""
        interview = self._interview
        if interview is None:
            return

        self._under_way += 1

        def kept(_none: object) -> None:
            self._under_way -= 1
            if self._interview is interview:
                self._remember(given.name, given.content)
                done(given.name)

        self._desk.write(_attach, interview.draft.id, given, done=kept, failed=self._ending(failed))

    def _ending(self, failed: Failed) -> Failed:
        def end(error: BaseException) -> None:
            self._under_way -= 1
            self._went_wrong = True
            failed(error)

        return end

    def wait(self, timeout_s: float = WAIT_S) -> bool:
        """Wait until every file that was chosen is in the store and is an answer; return whether it came to that."""
        self._went_wrong = False
        end = time.monotonic() + timeout_s
        while self._under_way and time.monotonic() < end:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, 20)
        return not self._under_way and not self._went_wrong

    def keep_now(self, given: Attachment) -> str:
        """Put a small attachment into the store, wait for it, and return its name.

        Raises:
            SurveyAppError: the file could not be written.
        """
        interview = self._interview
        if interview is not None:
            self._desk.store.attach(interview.draft.id, given)
            self._remember(given.name, given.content)
        return given.name

    def make(self, make: Callable[[], Attachment], done: Callable[[str], object], failed: Failed) -> None:
        """Make an attachment away from the window's thread, then keep it."""
        self._under_way += 1

        def made(given: Attachment) -> None:
            self._under_way -= 1
            self.keep(given, done, failed)

        self._desk.apart(make, done=made, failed=self._ending(failed))

    def content(self, name: str, done: Callable[[bytes | None], object]) -> None:
        """Fetch an attachment; ``done`` is called at once when it was seen before."""
        if name in self._contents:
            done(self._contents[name])
            return

        def fetched(found: bytes | None) -> None:
            if found is not None:
                self._remember(name, found)
            done(found)

        self._desk.run(Store.attachment, name, done=fetched)

    def _remember(self, name: str, content: bytes) -> None:
        self._contents.pop(name, None)
        self._contents[name] = content
        while len(self._contents) > self.KEPT:
            self._contents.pop(next(iter(self._contents)))

    def file(self, address: str) -> bytes | None:
        """Return a file that came with the form, by its ``jr://`` address; ``None`` when it did not."""
        return self._files().get(address.rpartition("/")[2])

    def picture(self, address: str) -> QPixmap | None:
        """Return a picture that came with the form, by its ``jr://`` address; ``None`` when there is none."""
        name = address.rpartition("/")[2]
        if name not in self._pictures:
            found = QPixmap()
            content = self._files().get(name)
            self._pictures[name] = found if content is not None and found.loadFromData(content) else None
        return self._pictures[name]

    def _files(self) -> Mapping[str, bytes]:
        interview = self._interview
        if interview is None:
            return {}
        if self._came_with is None:
            form = self._desk.store.form(interview.draft.form_id, interview.draft.form_version)
            shown = set(interview.form.media_files)
            files = form.files if form is not None else {}
            self._came_with = {name: content for name, content in files.items() if name in shown}
        return self._came_with


def _attach(store: Store, draft_id: str, given: Attachment) -> None:
    store.attach(draft_id, given)
