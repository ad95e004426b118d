"""Exchanging everything at once with a folder that laptop and office both reach: a stick, a share, a folder of a cloud.

Neither side waits for the other. A laptop takes in what the office left for it (receipts, its household list) and
leaves what the office has not confirmed; the office merges what the laptops left and leaves receipts and lists. Files
are only added or, of the same laptop, replaced by what says all they said and more; doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from survey_app.bundles import Balance, NotSetUp, Refusal, Written, read_header
from survey_app.bundles.container import SUFFIX as BUNDLE_SUFFIX
from survey_app.bundles.errors import ReceiptForAnother
from survey_app.bundles.lists import SUFFIX as LIST_SUFFIX
from survey_app.bundles.lists import ListForAnother
from survey_app.bundles.receipts import SUFFIX as RECEIPT_SUFFIX
from survey_app.clock import Clock, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.handover import Issued, Loaded, load_receipt, pack, write_receipts
from survey_app.operations.list_exchange import SentList, TakenList, load_list, write_lists
from survey_app.operations.merging import merge, preview
from survey_app.progress import SILENT, Monitor
from survey_app.store import Store, StoreError

_FOLDER = "exchange_folder"
_OLDER_LIST, _NO_LAPTOP = "LST-09", "LST-08"


@dataclass
class Exchange:
    """What an exchange did, or would do.

    Attributes:
        folder: where.
        receipts: receipts a laptop took in.
        lists: household lists a laptop took in.
        waiting: number of households of which the office has not confirmed everything.
        written: the bundle that was written; ``None`` when there was nothing to say that is not in the folder already.
        balance: what merging did in an office, of the bundles that it did not have.
        left_out: number of bundles in the folder that a person has taken back; they are not merged again unasked.
        issued: receipts an office wrote.
        sent: household lists an office wrote.
        refusals: files that could not be taken in; the others were.
    """

    folder: Path
    receipts: list[Loaded] = field(default_factory=list)
    lists: list[TakenList] = field(default_factory=list)
    waiting: int = 0
    written: Written | None = None
    balance: Balance | None = None
    left_out: int = 0
    issued: tuple[Issued, ...] = ()
    sent: tuple[SentList, ...] = ()
    refusals: list[Refusal] = field(default_factory=list)


def folder_of(store: Store) -> Path | None:
    """Return the folder of the last exchange, ``None`` before the first one."""
    kept = store.fact(_FOLDER)
    return Path(kept) if kept else None


def exchange(
    store: Store,
    folder: Path | None = None,
    dry_run: bool = False,
    monitor: Monitor = SILENT,
    clock: Clock = system_clock,
) -> Exchange:
    """Take in everything the folder has for this store, and leave there what the other side should get.

    Args:
        store: a laptop's store, or an office's.
        folder: where; kept for the next time. ``None``: the one of the last time.
        dry_run: only say what would happen; neither store nor folder is changed.
        monitor: hears of the steps.
        clock: where the time comes from.

    Raises:
        SurveyAppError: no folder was ever named (``SYN-01``), or it cannot be reached (``SYN-02``).
        NotSetUp: the store belongs to no office.
        NotWritten: the folder takes no file; what was taken in stays.
    """
    found = _reached(folder or folder_of(store))
    if not dry_run and folder is not None:
        store.put_fact(_FOLDER, str(found.resolve()))
    as_office = store.kind == "office"
    if not dry_run:
        return (_office if as_office else _laptop)(store, found, monitor, clock)
    return _office_would(store, found, monitor, clock) if as_office else _laptop_would(store, found)


def _reached(folder: Path | None) -> Path:
    if folder is None:
        raise SurveyAppError(
            "SYN-01",
            _("It is not known yet which folder to exchange with."),
            _("Name it once: survey-app sync STORE --with FOLDER. It may be on a stick or a shared drive."),
        )
    if not folder.is_dir():
        raise _unreachable(folder)
    return folder


def _unreachable(folder: Path) -> SurveyAppError:
    return SurveyAppError(
        "SYN-02",
        _("The folder {folder} cannot be reached.").format(folder=folder),
        _("Put the stick in, or connect to the shared drive, and try again. Nothing that is here is lost."),
    )


# --- a laptop ------------------------------------------------------------------------------------------------------


def _laptop(store: Store, folder: Path, monitor: Monitor, clock: Clock) -> Exchange:
    done = _taken_in(store, folder)
    done.waiting = len({revision.household for revision in store.outgoing()})
    if store.is_waiting() and not _lies_there(store, folder):
        done.written = pack(store, None, folder, clock=clock, monitor=monitor)
    return done


def _laptop_would(store: Store, folder: Path) -> Exchange:
    with _taken_back(store):
        done = _taken_in(store, folder)
        done.waiting = len({revision.household for revision in store.outgoing()})
    return done


def _taken_in(store: Store, folder: Path) -> Exchange:
    done = Exchange(folder)
    for file in _files(folder, RECEIPT_SUFFIX):
        with _unless_refused(file, done):
            done.receipts.append(load_receipt(store, file))
    for file in _files(folder, LIST_SUFFIX):
        with _unless_refused(file, done):
            done.lists.append(load_list(store, file))
    return done


def _lies_there(store: Store, folder: Path) -> bool:
    """Return whether the last bundle lies in the folder and nothing was made since."""
    written = [note for note in store.bundle_notes() if note.direction == "out"]
    if not written or store.erasures(waiting=True):
        return False
    last, waiting = written[-1], {revision.id for revision in store.outgoing()}
    return waiting <= set(last.revisions) and any(
        last.bundle[:16] in each.name for each in _files(folder, BUNDLE_SUFFIX)
    )


@contextmanager
def _unless_refused(file: Path, done: Exchange) -> Iterator[None]:
    """Note a file that cannot be taken in, and go on; one for another laptop, or an older one, is no fault."""
    try:
        yield
    except (ReceiptForAnother, ListForAnother):
        return
    except (NotSetUp, StoreError):
        raise
    except SurveyAppError as error:
        if error.code != _OLDER_LIST:
            done.refusals.append(Refusal(file.name, error.code, error.message, error.hint, 0))


# --- an office -----------------------------------------------------------------------------------------------------


def _office(store: Store, folder: Path, monitor: Monitor, clock: Clock) -> Exchange:
    done, files = _arrived(store, folder)
    done.balance = merge(store, files, monitor, clock)
    done.refusals.extend(done.balance.refusals)
    if not done.balance.stopped:
        done.issued = write_receipts(store, folder, clock)
        done.sent = _if_enrolled(lambda: write_lists(store, folder, clock=clock, monitor=monitor))
    return done


def _office_would(store: Store, folder: Path, monitor: Monitor, clock: Clock) -> Exchange:
    done, files = _arrived(store, folder)
    done.balance = preview(store, files, monitor, clock)
    done.refusals.extend(done.balance.refusals)
    return done


def _arrived(store: Store, folder: Path) -> tuple[Exchange, list[Path]]:
    """Return the bundles to merge. One that names itself as merged is left alone: its office has what that one said."""
    been = {note.bundle: note.direction for note in store.bundle_notes(carried=False) if note.direction != "out"}
    done, files = Exchange(folder), []
    for file in _files(folder, BUNDLE_SUFFIX):
        direction = been.get(_named(file))
        done.left_out += direction == "undone"
        if direction is None:
            files.append(file)
    return done, files


def _named(file: Path) -> str:
    """Return the id that a bundle gives itself, blank when that cannot be read: merging says what is wrong with it."""
    try:
        return read_header(file).bundle_id
    except SurveyAppError:
        return ""


def _if_enrolled(write: Callable[[], tuple[SentList, ...]]) -> tuple[SentList, ...]:
    try:
        return write()
    except SurveyAppError as error:
        if error.code != _NO_LAPTOP:
            raise
        return ()


# --- both ----------------------------------------------------------------------------------------------------------


def _files(folder: Path, suffix: str) -> list[Path]:
    """Return the files of a kind in the folder itself, by name."""
    try:
        return sorted(file for file in folder.iterdir() if file.suffix.lower() == suffix and file.is_file())
    except OSError as error:
        raise _unreachable(folder) from error


class _TakenBack(Exception):  # noqa: N818 - it is no error
    """Ends the transaction of a dry run."""


@contextmanager
def _taken_back(store: Store) -> Iterator[None]:
    """Do the work inside, and take back what it changed in the store."""
    with suppress(_TakenBack), store.together():
        yield
        raise _TakenBack
