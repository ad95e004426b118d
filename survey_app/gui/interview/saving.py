"""Brings each answer into the file: one commit at a time, in the store's lane, and never two answers ahead of it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from survey_app.errors import SurveyAppError
from survey_app.gui.desk import Desk
from survey_app.gui.lanes import Task
from survey_app.i18n import _
from survey_app.operations.interview import Interview, Save, write


class Saver(QObject):
    """Writes what an interview has due.

    ``save`` sends it to the lane and returns; ``wait`` is called before the next answer is taken, so that a power cut
    can cost the answer being given and no other.
    """

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._interview: Interview | None = None
        self._flying: tuple[Task[None], Save] | None = None

    def follow(self, interview: Interview | None) -> None:
        """Write for this interview from now on."""
        self._interview = interview
        self._flying = None

    def save(self) -> None:
        """Send what is due to the lane; while a commit is under way, the next one follows it."""
        if self._interview is None or self._flying is not None:
            return
        due = self._interview.due()
        if due is None:
            return
        self._desk.saving()
        interview = self._interview
        task = self._desk.run(
            write,
            due,
            done=lambda _none: self._arrived(interview, due, None),
            failed=lambda error: self._arrived(interview, due, error),
        )
        self._flying = (task, due)

    def wait(self) -> None:
        """Wait until the commit under way has ended, well or not."""
        if self._flying is None or self._interview is None:
            return
        task, due = self._flying
        try:
            task.result()
        except Exception as error:
            self._interview.failed(_as_failure(error))
        else:
            self._interview.settled(due)
        self._flying = None

    def flush(self) -> bool:
        """Write everything that is due and wait for it; return whether the file now holds everything."""
        self.wait()
        self.save()
        self.wait()
        return self._interview is None or self._interview.due() is None

    def _arrived(self, interview: Interview, due: Save, error: BaseException | None) -> None:
        """Take in the end of a commit, unless ``wait`` has done so already; the top bar is told in any case."""
        waited_for = self._flying is None or self._flying[1] is not due
        if not waited_for:
            self._flying = None
        if error is not None:
            failure = _as_failure(error)
            if not waited_for:
                interview.failed(failure)
            self._desk.save_failed(failure)
            return
        self._desk.saved_now()
        if not waited_for:
            interview.settled(due)
            self.save()


def _as_failure(error: BaseException) -> SurveyAppError:
    if isinstance(error, SurveyAppError):
        return error
    return SurveyAppError(
        "INT-06",
        _("The last answer could not be written to the file."),
        _("Press Save again; your answers stay on screen until they are saved."),
    )
