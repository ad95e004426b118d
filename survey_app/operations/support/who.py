"""Who may see a programme and decide about it.

Only supervisors, each in the own name; and whoever proposed a household does not approve it too: a device of the State
is not given by one person alone.
"""

from __future__ import annotations

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.roles import SUPERVISOR
from survey_app.store import Store
from survey_app.support.register import PROPOSED, Register


def must_be_supervisor(store: Store, by: str) -> None:
    """Let a supervisor go on, in the own name.

    Raises:
        SurveyAppError: nobody here with this id is a supervisor (``SUP-02``), or somebody else's own passphrase opened
            the store (``SUP-11``).
    """
    if not any(person.id == by and person.role == SUPERVISOR for person in store.enumerators()):
        raise SurveyAppError(
            "SUP-02",
            _("Only a supervisor may see and decide about device support."),
            _("The list names households and why they are poor. Nothing was shown or changed."),
        )
    if store.opened_by and store.opened_by != by:
        raise SurveyAppError(
            "SUP-11",
            _("This data file was opened with the passphrase of another person."),
            _("Everybody decides in the own name. Open it with your own passphrase. Nothing was shown or changed."),
        )


def proposed_by(register: Register, programme: str, household: str, person: str) -> bool:
    """Tell whether a proposal of this person stands, so that somebody else must approve."""
    return any(one.what == PROPOSED and one.by == person for one in register.of(programme, household))


def another_must_approve(names: str) -> SurveyAppError:
    """Return the refusal of an approval by whoever proposed."""
    return SurveyAppError(
        "SUP-10",
        _("You proposed {names} yourself; another supervisor must note the approval.").format(names=names),
        _("Ask another supervisor, or give a second person this role. Nothing was changed."),
    )
