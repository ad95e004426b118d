"""Which submissions count: neither void nor of a household that withdrew, of one round or of all."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.join import Current
from survey_app.operations.starting import withdrawn_since
from survey_app.records import Round
from survey_app.store import Store


def counted(store: Store, form: str, now: Round | None, *, every_round: bool = False) -> Iterator[Current]:
    """Yield what counts: submissions of a form, neither void nor of a household that withdrew.

    Args:
        store: the store.
        form: id of the form.
        now: the round; None in a store without one.
        every_round: those of earlier rounds too.
    """
    found = store.currents(form=form)
    return (current for current in found if in_force(current, None if every_round else now))


def in_force(current: Current, now: Round | None) -> bool:
    """Tell whether a submission counts in a round, or in any when None is given."""
    in_round = now is None or current.round == now.code
    return in_round and current.state != "void" and not withdrawn_since(current.answers)
