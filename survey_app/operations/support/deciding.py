"""What every deed begins and ends with: who decides, whether the household stands so, and the record of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from survey_app.clock import Clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.support.register import add_record
from survey_app.operations.support.standing import Support, work_out
from survey_app.operations.support.who import must_be_supervisor
from survey_app.store import Store
from survey_app.support.ranking import Listed
from survey_app.support.register import Record
from survey_app.text import tidy


@dataclass(frozen=True)
class Decider:
    """A supervisor who decides about households of a programme.

    Attributes:
        store: the store.
        by: id of the supervisor.
        now: the programme as it stands before the deed.
        clock: where the time comes from.
    """

    store: Store
    by: str
    now: Support
    clock: Clock

    def line(self, household: str, allowed: Collection[str] = ()) -> Listed:
        """Return the line of a household, if it stands in one of the allowed ways (any when none is named).

        Raises:
            SurveyAppError: it is not on the list, or stands otherwise, with why (``SUP-03``).
        """
        line = self.now.listing.line(household)
        if line is None:
            raise SurveyAppError(
                "SUP-03",
                _("This household has no form that counts and allows the review."),
                _("Interview it first; the household must agree. Nothing was changed."),
            )
        if allowed and line.status not in allowed:
            raise self.refusal(line)
        return line

    def refusal(self, line: Listed) -> SurveyAppError:
        """Return that something cannot be done for a household now, with why it stands so."""
        why = " ".join(self.now.why(line))
        return SurveyAppError(
            "SUP-03",
            _("This cannot be done for {household} now. {why}").format(
                household=self.now.name(line.household), why=why
            ),
            _("Nothing was changed."),
        )

    def note(
        self,
        what: str,
        household: str,
        *,
        reason: str = "",
        said: Mapping[str, str] | None = None,
        takes_back: Iterable[str] = (),
    ) -> Record:
        """Write a record about a household."""
        named = self.now.named.get(household)
        place = named.household.village_code if named is not None else ""
        told = {**(said or {}), "place": place}
        code, gone = self.now.programme.code, tuple(sorted(takes_back))
        return add_record(self.store, Record("", what, code, household, "", self.by, reason, told, gone), self.clock)


def decider(store: Store, by: str, programme: str, clock: Clock) -> Decider:
    """Return who decides now, with the programme as it stands.

    Raises:
        SurveyAppError: as ``read_support``.
    """
    must_be_supervisor(store, by)
    return Decider(store, by, work_out(store, programme), clock)


def needed_reason(text: str) -> str:
    """Return a reason without blanks around it.

    Raises:
        SurveyAppError: there is none (``SUP-04``).
    """
    why = tidy(text)
    if not why:
        raise SurveyAppError("SUP-04", _("The reason is missing."), _("Write in a few words why. Nothing was changed."))
    return why
