"""The people of a store and their roles; only a supervisor changes them, and the log says so."""

from __future__ import annotations

from dataclasses import replace

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import NotAllowed, needs
from survey_app.records import Enumerator
from survey_app.roles import DECIDE, READER, ROLES, SUPERVISOR
from survey_app.store import Store
from survey_app.store.deeds import ROLE_GIVEN
from survey_app.text import tidy


@needs(DECIDE)
def give_role(store: Store, person: str, role: str, name: str = "") -> Enumerator:
    """Give a person a role; somebody new is added when a name is given.

    Args:
        store: the office's store; laptops hear of it with their next list.
        person: the person's id.
        role: ``enumerator``, ``supervisor`` or ``author``.
        name: full name of somebody new, or another name of somebody known.

    Raises:
        NotAllowed: the person at work is no supervisor.
        SurveyAppError: no such role (``ROL-02``); readers get a copy (``ROL-03``); nobody has this id (``ROL-04``);
            it is the last supervisor (``ROL-05``). Nothing was changed.
    """
    if store.kind != "office":
        raise NotAllowed(DECIDE)
    if role not in ROLES:
        names = ", ".join(each for each in ROLES if each != READER)
        raise SurveyAppError(
            "ROL-02", _("There is no role “{role}”.").format(role=role), _("Roles: {names}.").format(names=names)
        )
    if role == READER:
        raise SurveyAppError(
            "ROL-03",
            _("Whoever can open this data file has the key to all names in it."),
            _("Make a copy for readers instead; no name stands in it. Nothing was changed."),
        )
    people = {each.id: each for each in store.enumerators()}
    known = people.get(person)
    if known is None and not tidy(name):
        raise SurveyAppError(
            "ROL-04", _("Nobody here has the id “{id}”.").format(id=person), _("Give a name to add somebody new.")
        )
    others = [each for each in people.values() if each.role == SUPERVISOR and each.id != person]
    if known is not None and known.role == SUPERVISOR != role and not others:
        raise SurveyAppError(
            "ROL-05", _("This is the last supervisor."), _("Give somebody else the role first. Nothing was changed.")
        )
    given = replace(known or Enumerator(person, ""), role=role, name=tidy(name) or (known.name if known else ""))
    with store.together():
        store.put_enumerators([given])
        store.note_deed(ROLE_GIVEN, of=person, role=role, before=known.role if known else "")
    return given
