"""Who may do what: the roles of people, and the handful of permissions that they differ in.

Figures may be seen by everybody who opened a store: a reader of aggregates holds a copy of the data file in which
nothing but figures stands (``operations.readers``), so nothing has to be kept from the eyes there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ENUMERATOR, SUPERVISOR, AUTHOR, READER = "enumerator", "supervisor", "author", "reader"
LEFT = "left"
"""Of somebody who works here no more; the name stays, because what was done bears it."""
ROLES = (ENUMERATOR, SUPERVISOR, AUTHOR, READER, LEFT)

NAMES = "names"
"""See what names people: forms, households' pages, lists, histories; fill them in; write them to files."""
DECIDE = "decide"
"""Merge, settle, enrol laptops, say who has which role, delete names."""
FORMS = "forms"
"""Install forms and their tables."""
PERMISSIONS = (NAMES, DECIDE, FORMS)

MAY: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        ENUMERATOR: frozenset({NAMES}),
        SUPERVISOR: frozenset({NAMES, DECIDE, FORMS}),
        AUTHOR: frozenset({FORMS}),
        READER: frozenset(),
        LEFT: frozenset(),
    }
)
"""What each role may do."""


def may(role: str, permission: str) -> bool:
    """Return whether a role may do something; a role that is not known may nothing."""
    return permission in MAY.get(role, frozenset())
