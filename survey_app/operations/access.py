"""Who is at work in a store and what that person may do; checked here, never in the window.

Whose role counts: of the person whose own passphrase opened the store, whatever name was chosen afterwards; where the
passphrase that all may know opened it, of the person who said to be at work; where nobody did, that of whom such a
store is for (office: supervisor, laptop: enumerator). Roles stand in the encrypted store beside the person.

A role keeps an honest person from what is not that person's business. It is no lock: who can open a data file has its
key. What nobody may see must not be in the file; hence the copies for readers (``readers``).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from survey_app.errors import SurveyAppError
from survey_app.i18n import N_, _
from survey_app.roles import (
    AUTHOR,
    DECIDE,
    ENUMERATOR,
    FORMS,
    LEFT,
    NAMES,
    READER,
    SUPERVISOR,
    may,
)
from survey_app.store import Store

P = ParamSpec("P")
R = TypeVar("R")

ROLE_WORDS = {
    ENUMERATOR: N_("Enumerator"),
    SUPERVISOR: N_("Supervisor"),
    AUTHOR: N_("Author of forms"),
    READER: N_("Reader of figures"),
    LEFT: N_("Works here no more"),
}
_WORDS = {
    NAMES: N_("Your role does not see names of people."),
    DECIDE: N_("Only a supervisor may do this."),
    FORMS: N_("Only an author or a supervisor installs forms."),
}


class NotAllowed(SurveyAppError):  # noqa: N818 - the name says what is wrong
    """The role of the person at work does not include this.

    Attributes:
        permission: what it would need, one of ``roles.PERMISSIONS``.
    """

    def __init__(self, permission: str) -> None:
        super().__init__(
            "ROL-01",
            _(_WORDS[permission]),
            _("Ask a supervisor to do it, or to give you another role. Nothing was changed."),
        )
        self.permission = permission


def role_at_work(store: Store) -> str:
    """Return the role of the person at work, one of ``roles.ROLES``."""
    if store.kind == "reader":
        return READER
    person = store.opened_by or store.at_work
    role = next((each.role for each in store.enumerators() if each.id == person), "") if person else ""
    return role or (SUPERVISOR if store.kind == "office" else ENUMERATOR)


def allows(store: Store, permission: str) -> bool:
    """Return whether the person at work may do something, one of ``roles.PERMISSIONS``."""
    if permission == DECIDE and store.kind == "laptop":
        return True  # what only an office can do, a laptop's store cannot: the operation says so itself (``NotSetUp``)
    return may(role_at_work(store), permission)


def may_see_names(store: Store) -> bool:
    """Return whether the person at work may see who stands behind a figure."""
    return allows(store, NAMES)


def require(store: Store, permission: str) -> None:
    """Let the person at work go on only with a permission.

    Raises:
        NotAllowed: the role does not include it; nothing was done.
    """
    if not allows(store, permission):
        raise NotAllowed(permission)


def needs(permission: str) -> Callable[[Callable[Concatenate[Store, P], R]], Callable[Concatenate[Store, P], R]]:
    """Return what makes an operation on a store refuse people without a permission (``NotAllowed``)."""

    def guard(operation: Callable[Concatenate[Store, P], R]) -> Callable[Concatenate[Store, P], R]:
        @functools.wraps(operation)
        def guarded(store: Store, /, *args: P.args, **named: P.kwargs) -> R:
            require(store, permission)
            return operation(store, *args, **named)

        return guarded

    return guard
