"""What of a store takes out what may not be kept: all of a household, or the names of a round that is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from survey_app.forgetting import Forgetting, as_left
from survey_app.records import Erasure, Revision
from survey_app.store import deeds, erasing, files, forgetting, forgotten, history, visits
from survey_app.store.driver import outside_failures
from survey_app.store.errors import FiguresWouldChange
from survey_app.store.ground import Ground
from survey_app.store.records import Forgotten


class Removing(Ground):
    """Erasures and forgettings; a base of ``Store``."""

    # --- erasing ---------------------------------------------------------------------------------------------------

    def add_erasures(self, erasures: Iterable[Erasure], arrival: str) -> tuple[str, ...]:
        """Erase households: everything about them leaves the file and its journal; return the ids that were new.

        Backups and bundles that were written before are other files and keep what they hold.

        Args:
            erasures: what to take in, in any order; repetitions do not matter.
            arrival: ``"here"``, id of the bundle, or ``"receipt"``.
        """
        with outside_failures():
            with self._change() as database:
                listed = list(erasures)
                new, touched = erasing.add(database, self._content, listed, arrival)
                for erasure in (each for each in listed if each.id in new):
                    about = {"household": erasure.household, "reason": erasure.reason, "arrival": arrival}
                    self._note(database, deeds.ERASED, **about)
                visits.refresh(database, history.say_again(database, self._content, touched))
            self._overwrite(bool(new))
        return tuple(new)

    def erasures(self, waiting: bool = False) -> list[Erasure]:
        """Return the erasures known here, by id; ``waiting``: those made here that no receipt has confirmed yet."""
        with outside_failures():
            return erasing.erasures(self._database, waiting)

    def is_erased(self, household: str) -> bool:
        """Return whether a household was erased."""
        with outside_failures():
            return bool(erasing.erased(self._database, [household]))

    # --- forgetting names ------------------------------------------------------------------------------------------

    def add_forgettings(
        self, given: Iterable[Forgetting], arrival: str, figures: Callable[[], object] = lambda: None
    ) -> Forgotten:
        """Forget the names of rounds: they leave the file and its journal; return what went.

        Backups and bundles that were written before are other files and keep what they hold.

        Args:
            given: what to take in, in any order; repetitions do not matter.
            arrival: ``"here"``, id of the bundle, or ``"receipt"``.
            figures: says what must be the same before and after, in the one transaction.

        Raises:
            FiguresWouldChange: it is not; nothing was changed.
        """
        with outside_failures():
            with self._change() as database:
                before, listed = figures(), list(given)
                new, _touched, gone = forgetting.add(database, self._content, listed, arrival)
                for each in (each for each in listed if each.id in new):
                    said = {"round": each.round, "reason": each.reason, "arrival": arrival}
                    counted = {"revisions": gone.revisions, "households": gone.households, "files": gone.files}
                    self._note(database, deeds.NAMES_FORGOTTEN, **said, **counted, lines=gone.lines)
                if new and figures() != before:
                    raise FiguresWouldChange
            self._overwrite(bool(new))
        return gone

    def forgettings(self, waiting: bool = False) -> list[Forgetting]:
        """Return the forgettings known here, by id; ``waiting``: of an office, those no receipt has confirmed yet."""
        with outside_failures():
            return forgotten.known(self._database, waiting)

    def what_was_forgotten(self) -> Mapping[str, Forgotten]:
        """Return by id of a forgetting what went from this file."""
        with outside_failures():
            return forgotten.went(self._database)

    def as_kept(self, revisions: Iterable[Revision]) -> list[Revision]:
        """Return revisions as they would be kept if a bundle brought them now."""
        known = self.forgettings()
        return [as_left(revision, known) for revision in revisions]

    def _overwrite(self, anything: bool) -> None:
        """Write the journal back, so that what was taken out stands nowhere in it, unless more is to come."""
        if anything and not self._database.conn.in_transaction:
            files.write_journal_back(self._database)
