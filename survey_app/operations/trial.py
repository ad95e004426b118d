"""Trying a form before it is installed: an interview in a store of its own that is thrown away afterwards.

The store is a laptop of no office with one invented household; nothing in it can reach a bundle, a list or the store
that is open, and its round is a training round.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from survey_app import crypto
from survey_app.clock import Clock
from survey_app.i18n import _
from survey_app.operations.forms import ReadForm
from survey_app.operations.training import TRAINING_SUFFIX
from survey_app.records import Enumerator, Household, Place, Round
from survey_app.store import Store

TRIER = "thu"
"""Id of the person who tries."""
HOUSEHOLD = str(uuid.uuid5(uuid.NAMESPACE_URL, "household of a trial"))
_VILLAGE = "00000-001"


def trial_store(path: Path, read: ReadForm, clock: Clock, modules: tuple[str, ...] = ()) -> Store:
    """Make a store in which a form can be tried, and return it open.

    Args:
        path: of the store; its folder is thrown away afterwards.
        read: the form.
        clock: where the time comes from.
        modules: optional modules to ask.
    """
    key = crypto.random_bytes(16).hex()  # known to nobody: the store cannot be opened again
    store = Store.create(path, key, kind="laptop", device=TRIER, name=_("Trial"), clock=clock, cost=crypto.Cost(1, 8))
    today = f"{clock():%Y-%m-%d}"
    with store.together():
        store.put_form(read.stored)
        store.put_places(
            [
                Place("00", _("Province of the trial"), "province", "tinh", ""),
                Place("00000", _("Commune of the trial"), "commune", "xa", "00"),
                Place(_VILLAGE, _("Village of the trial"), "village", "thon", "00000"),
            ]
        )
        store.put_enumerators([Enumerator(TRIER, _("Trial"))])
        store.put_round(
            Round(
                code=f"{today}{TRAINING_SUFFIX}",
                title=_("Trial"),
                form_id=read.stored.id,
                form_version=read.stored.version,
                reference_date=today,
                catalogue_date=today,
                starts=today,
                ends=today,
                commune_code="00000",
                modules=modules,
            )
        )
        store.put_households([Household(HOUSEHOLD, _VILLAGE, 1, _("Invented household"), assigned_to=TRIER)])
    return store
