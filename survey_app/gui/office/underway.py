"""Work that a button begins and stops, and that a strip tells of while it goes on and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from survey_app.gui.desk import Desk
from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.parts import Banner, Button
from survey_app.i18n import _
from survey_app.progress import Cancelled

Outcome = tuple[str, str, str]
"""What the strip says when it is over: title, words, and kind of strip."""


class Underway:
    """At most one piece of work in the store's lane.

    Args:
        desk: where it runs.
        screen: the screen it belongs to.
        told: the strip.
        button: begins it, and stops it while it runs.
        name: the word on the button while nothing runs.
    """

    def __init__(self, desk: Desk, screen: QWidget, told: Banner, button: Button, name: Callable[[], str]) -> None:
        self._desk, self._screen, self._told = desk, screen, told
        self._button, self._name = button, name
        self._monitor: LaneMonitor | None = None
        self.retranslate()

    def retranslate(self) -> None:
        """Say the word on the button in the language spoken now."""
        self._button.setText(self._name() if self._monitor is None else _("Stop"))

    def stop(self) -> bool:
        """Ask what runs to stop; tell whether anything runs."""
        if self._monitor is not None:
            self._monitor.cancel()
        return self._monitor is not None

    def begin(
        self,
        operation: Callable[..., Any],
        *args: object,
        title: str,
        what: str,
        done: Callable[[Any], Outcome],
        stopped: str,
        writes: bool = False,
        **named: object,
    ) -> None:
        """Begin.

        Args:
            operation: its first parameter is the store; it gets ``monitor=``.
            args: what follows the store.
            title: what is being done.
            what: with which file.
            done: given what came of it, says the outcome.
            stopped: what is true when the person stopped it.
            writes: it changes the store.
            named: named arguments of the operation.
        """
        monitor = self._monitor = LaneMonitor(self._screen)
        monitor.moved.connect(lambda at, total, _what: self._say((title, f"{at} / {total}", "info"), monitor))
        self.retranslate()
        self._say((title, what, "info"), monitor)

        def over(value: Any) -> None:
            self._end()
            self._say(done(value))

        def failed(error: BaseException) -> None:
            self._end()
            if isinstance(error, Cancelled):
                self._say((stopped, "", "info"))
                return
            self._told.hide()
            self._desk.problem.emit(error)

        run = self._desk.write if writes else self._desk.run
        run(operation, *args, monitor=monitor, done=over, failed=failed, **named)

    def _end(self) -> None:
        self._monitor = None
        self.retranslate()

    def _say(self, said: Outcome, monitor: LaneMonitor | None = None) -> None:
        if monitor is self._monitor:  # a step that arrives late says nothing over the outcome
            title, words, kind = said
            self._told.say(title, words, kind=kind)
            self._told.show()
