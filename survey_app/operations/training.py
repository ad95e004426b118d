"""Training with a demonstration commune, told from real work by its round wherever its data go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app.records import Round

if TYPE_CHECKING:
    from survey_app.store import Store

TRAINING_SUFFIX = "-demo"
"""End of the code of every training round. It travels with the enrolment, so a laptop that a demonstration office
enrolled is a training laptop too; the keys of its office keep its bundles out of every other office."""


def is_training_round(current: Round | None) -> bool:
    """Return whether a round is for training."""
    return current is not None and current.code.endswith(TRAINING_SUFFIX)


def is_training(store: Store) -> bool:
    """Return whether a store is for training."""
    return is_training_round(store.round())
