"""What the merge screen has done in the store's lane."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.gui.lanes import LaneMonitor
from survey_app.gui.office.bundle_lines import Merged, read_merged

if TYPE_CHECKING:
    from survey_app.bundles import Balance
    from survey_app.store import Store


def merge_and_read(store: Store, paths: Sequence[Path], clock: Any, monitor: LaneMonitor) -> tuple[Balance, Merged]:
    """Merge in the store's lane and read what the table shows afterwards."""
    from survey_app.operations.handover import merge

    return merge(store, paths, monitor, clock), read_merged(store)


def look_at(store: Store, paths: Sequence[Path], clock: Any, monitor: LaneMonitor) -> Balance:
    """Work out in the store's lane what merging would bring."""
    from survey_app.operations.merging import preview

    return preview(store, paths, monitor, clock)


def take_back_and_read(store: Store, bundle: str) -> tuple[int, Merged]:
    """Take the merge of a bundle back and read what the table shows afterwards."""
    from survey_app.operations.merging import undo

    return undo(store, bundle).revisions, read_merged(store)


def accept_and_read(store: Store, bundle: str, clock: Any, replaced: bool) -> tuple[Balance, Merged]:
    """Accept who signed a bundle, merge what is kept of them, and read what the table shows afterwards."""
    from survey_app.operations.merging import accept

    return accept(store, bundle, clock=clock, replaced=replaced), read_merged(store)
