"""The people of a store and their roles; only a supervisor changes them, and the log says so."""

from __future__ import annotations

from dataclasses import dataclass, replace

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import NotAllowed, needs
from survey_app.records import Enumerator
from survey_app.roles import AUTHOR, DECIDE, ENUMERATOR, LEFT, READER, ROLES, SUPERVISOR
from survey_app.store import Store
from survey_app.store.deeds import ROLE_GIVEN
from survey_app.text import fold, tidy


@dataclass(frozen=True)
class Person:
    """Somebody who is known here.

    Attributes:
        person: id, name and role.
        own_passphrase: has a passphrase of his or her own.
    """

    person: Enumerator
    own_passphrase: bool


@needs(DECIDE)
def people(store: Store) -> list[Person]:
    """Return who is known here: supervisors, authors, enumerators by name, then those who work here no more."""
    own = set(store.people_with_passphrase())
    ranks = {role: rank for rank, role in enumerate((SUPERVISOR, AUTHOR, ENUMERATOR, READER, LEFT))}
    found = sorted(store.enumerators(), key=lambda each: (ranks.get(each.role, len(ranks)), fold(each.name), each.id))
    return [Person(each, each.id in own) for each in found]


@needs(DECIDE)
def add_person(store: Store, name: str, role: str, id_: str = "") -> Enumerator:
    """Add somebody new.

    Args:
        store: the office's store.
        name: full name.
        role: ``enumerator``, ``supervisor`` or ``author``.
        id_: a short id; blank makes one from the initials.

    Raises:
        SurveyAppError: the name is blank (``ROL-06``), the id is taken (``ROL-07``), or as for ``give_role``.
    """
    if not tidy(name):
        raise SurveyAppError("ROL-06", _("Enter the full name."), _("Nothing was changed."))
    taken = {each.id for each in store.enumerators()}
    if id_ in taken:
        raise SurveyAppError(
            "ROL-07", _("Somebody here has the id “{id}” already.").format(id=id_), _("Choose another one.")
        )
    initials = "".join(word[0] for word in fold(name).split() if word[0].isascii() and word[0].isalpha()) or "n"
    free = (f"{initials}{number:02}" for number in range(1, len(taken) + 2))
    return give_role(store, id_ or next(each for each in free if each not in taken), role, name)


@needs(DECIDE)
def withdraw_role(store: Store, person: str) -> Enumerator:
    """Take a person's role and own passphrase away; the name stays, because what was done bears it.

    Raises:
        SurveyAppError: nobody has this id (``ROL-04``), or it is the last supervisor (``ROL-05``).
    """
    left = give_role(store, person, LEFT)
    store.take_passphrase(person)
    return left


@needs(DECIDE)
def give_role(store: Store, person: str, role: str, name: str = "") -> Enumerator:
    """Give a person a role; somebody new is added when a name is given.

    Args:
        store: the office's store; laptops hear of it with their next list.
        person: the person's id.
        role: ``enumerator``, ``supervisor``, ``author`` or ``left``.
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
