"""Safety copies made by themselves: one a day, kept for thirty days, also in a second place when it is there.

Each copy is opened, checked page by page and compared with the store by its digest before it gets its name
(``Store.backup``). What went wrong stays written down in the store until a copy has been made in that place.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.progress import SILENT, Monitor
from survey_app.store import Store
from survey_app.store.deeds import BACKUP_FAILED
from survey_app.store.driver import outside_failures

KEPT_DAYS = 30
ALWAYS_KEPT = 5
"""So many copies stay however old they look: the clock of the machine may have been wrong for years."""

FOLDER = "backups"
FIRST, SECOND = "first", "second"
_MADE = {FIRST: "backup_made", SECOND: "backup_second_made"}
_SECOND_FOLDER, _TROUBLE = "backup_second", "backup_trouble"
_DAY = re.compile(r"-(\d{8})\.store$")


@dataclass(frozen=True)
class Trouble:
    """A copy that could not be made.

    Attributes:
        place: ``"first"`` or ``"second"``.
        at: ISO 8601, when it failed last.
        code: code of the failure.
        message: what happened.
        hint: what to do.
    """

    place: str
    at: str
    code: str
    message: str
    hint: str


@dataclass(frozen=True)
class BackupState:
    """How the safety copies stand.

    Attributes:
        made_at: ISO 8601, when the last one was made by itself in the first place, blank for never.
        second: the second place, blank when none was chosen.
        second_there: it can be reached now.
        second_made_at: when the last one was made there.
        troubles: what has failed and has not been made good.
    """

    made_at: str
    second: str
    second_there: bool
    second_made_at: str
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True)
class FoundCopy:
    """A safety copy on the disk.

    Attributes:
        path: the file.
        day: the day in its name.
        size_bytes: its length.
    """

    path: Path
    day: dt.date
    size_bytes: int


def folder_of(store: Path) -> Path:
    """Return where the daily copies of a store lie: beside it."""
    return store.parent / FOLDER


def backup_state(store: Store) -> BackupState:
    """Return how the safety copies stand."""
    second = store.fact(_SECOND_FOLDER)
    return BackupState(
        store.fact(_MADE[FIRST]),
        second,
        bool(second) and Path(second).is_dir(),
        store.fact(_MADE[SECOND]),
        tuple(_troubles(store).values()),
    )


def choose_second_place(store: Store, folder: Path | None) -> BackupState:
    """Say where a second copy goes whenever that place is there; ``None`` for nowhere."""
    with store.together():
        store.put_fact(_SECOND_FOLDER, str(folder) if folder is not None else "")
        store.put_fact(_MADE[SECOND], "")
        _write_down(store, SECOND, None)
    return backup_state(store)


def is_due(store: Store, clock: Clock = system_clock) -> bool:
    """Return whether a copy has to be made in one of the places that are there."""
    return bool(_due(store, clock))


def _due(store: Store, clock: Clock) -> list[str]:
    state, today, troubles = backup_state(store), stamp(clock())[:10], _troubles(store)
    made = {FIRST: state.made_at, SECOND: state.second_made_at}
    there = [FIRST, *([SECOND] if state.second_there else [])]
    return [place for place in there if made[place][:10] != today or place in troubles]


def back_up_daily(
    store: Store, clock: Clock = system_clock, monitor: Monitor = SILENT, *, again: bool = False
) -> BackupState:
    """Make the copies of today that are not made yet, and let go of those older than thirty days.

    A failure does not raise: it is written down, stands in the result, and stays until a copy was made there.

    Args:
        store: the open store.
        clock: what day it is.
        monitor: hears how many pages are copied.
        again: also where one was made today.

    Raises:
        Cancelled: the person asked to stop; nothing of the copy is left.
    """
    state = backup_state(store)
    places = {FIRST: folder_of(store.path), SECOND: Path(state.second) if state.second else None}
    wanted = [FIRST, *([SECOND] if state.second_there else [])] if again else _due(store, clock)
    tried = [_back_up(store, place, folder, clock, monitor) for place in wanted if (folder := places[place])]
    state = backup_state(store)
    known = {trouble.place for trouble in state.troubles}
    unsaved = tuple(trouble for trouble in tried if trouble is not None and trouble.place not in known)
    return replace(state, troubles=(*state.troubles, *unsaved))


def _back_up(store: Store, place: str, folder: Path, clock: Clock, monitor: Monitor) -> Trouble | None:
    """Make a copy in one place and write down how it went; return what went wrong."""
    now = clock()
    target, why = folder / f"{store.path.stem}-{now:%Y%m%d}.store", "daily" if place == FIRST else "second place"
    try:
        with outside_failures():
            folder.mkdir(parents=True, exist_ok=True)
        store.backup(target, monitor, why)
        with store.together():
            store.put_fact(_MADE[place], stamp(now))
            _write_down(store, place, None)
    except SurveyAppError as error:
        trouble = Trouble(place, stamp(now), error.code, error.message, error.hint)
        with contextlib.suppress(SurveyAppError), store.together():  # when the disk is full, the caller still hears
            _write_down(store, place, trouble)
            store.note_deed(BACKUP_FAILED, place=place, code=error.code)
        return trouble
    _let_go(folder, store.path, now.date())
    return None


def _write_down(store: Store, place: str, trouble: Trouble | None) -> None:
    """Write down what stands in the way in one place, or that nothing does any more."""
    others = [each for each in _troubles(store).values() if each.place != place]
    told = [asdict(each) for each in (*others, *([trouble] if trouble is not None else []))]
    store.put_fact(_TROUBLE, json.dumps(told, ensure_ascii=False))


def _troubles(store: Store) -> dict[str, Trouble]:
    try:
        return {fields["place"]: Trouble(**fields) for fields in json.loads(store.fact(_TROUBLE) or "[]")}
    except (ValueError, TypeError, KeyError):
        return {}


def copies_in(folder: Path, store: Path) -> list[FoundCopy]:
    """Return the daily copies of a store in a folder, the newest first; nothing when it cannot be read."""
    return sorted(_copies(folder, store), key=lambda each: each.day, reverse=True)


def _copies(folder: Path, store: Path) -> Iterator[FoundCopy]:
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            match = _DAY.search(path.name)
            if match is None or path.name[: match.start()] != store.stem:
                continue
            with contextlib.suppress(ValueError, OSError):
                yield FoundCopy(path, dt.datetime.strptime(match[1], "%Y%m%d").date(), path.stat().st_size)


def _let_go(folder: Path, store: Path, today: dt.date) -> None:
    """Remove the copies that are too old, never the last few, and never what does not bear the name of a copy."""
    for copy in copies_in(folder, store)[ALWAYS_KEPT:]:
        if (today - copy.day).days > KEPT_DAYS:
            with contextlib.suppress(OSError):
                copy.path.unlink()


# --- when names were deleted ---------------------------------------------------------------------------------------


def own_copies(store: Store) -> list[Path]:
    """Return the copies of a store that the program made by itself, in all places that can be reached."""
    second = backup_state(store).second
    folders = [folder_of(store.path), *([Path(second)] if second else [])]
    found = [copy.path for folder in folders for copy in copies_in(folder, store.path)]
    with contextlib.suppress(OSError):
        found += sorted(store.path.parent.glob(f"{store.path.stem}-before-restore-*{store.path.suffix}"))
    return found


def replace_copies(store: Store, clock: Clock = system_clock) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Make a new copy in each place and remove those of before, because they hold what was deleted.

    In a place where no new copy could be made those of before stay: better names too long than no copy at all.

    Returns:
        The files that were removed, and those that are still there.
    """
    before = own_copies(store)
    state = back_up_daily(store, clock, again=True)
    failed = {trouble.place for trouble in state.troubles}
    unsafe = {Path(state.second) if place == SECOND else folder_of(store.path) for place in failed}
    new, removed, left = f"{store.path.stem}-{clock():%Y%m%d}.store", [], []
    for path in before:
        if path.parent not in unsafe and path.name == new:
            continue  # the new copy has taken its name
        try:
            if unsafe & {path.parent, folder_of(path)}:
                raise OSError
            path.unlink()
            removed.append(path)
        except OSError:
            left.append(path)
    return tuple(removed), tuple(left)
