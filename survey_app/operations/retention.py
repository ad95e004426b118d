"""Names are deleted when a round is over, and the figures stay: what would go, doing it, and the record of it.

What goes is everything that may name a person or a dwelling (``export.telling_names``), beside it notes, reasons and
words of comments, signatures, pictures and other files, and what the form keeps about itself. What indicators and
breakdowns read stays; where they read words that were written freely a mark stands for them. Before it counts, all
indicators are worked out before and after in the one transaction: they must say the same, or nothing is deleted.

Safety copies of before hold the names too: a new one is made and those before it are removed where the program made
them. Other copies it only knows of: they are named in the preview.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from survey_app.bundles import NotSetUp
from survey_app.bundles.container import parse_header
from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.forgetting import REASONS, Forgetting, Left, by_question
from survey_app.i18n import N_, _
from survey_app.operations.access import needs
from survey_app.operations.backups import own_copies, replace_copies
from survey_app.operations.decisions import table_bytes
from survey_app.operations.keeping import figures, labels_of, what_stays
from survey_app.progress import SILENT, Monitor
from survey_app.records import NOTE, Revision, Round
from survey_app.reports.typesetting import write_pages
from survey_app.roles import DECIDE
from survey_app.store import Forgotten, Store
from survey_app.store.attachments import names_in
from survey_app.store.deeds import BACKED_UP, EXPORTED, NAMES_FORGOTTEN, PRINTED

REASON_WORDS = {
    "expired": N_("The time for keeping names is over"),
    "ordered": N_("An office above or a court ordered it"),
}
MARKED, GONE = "marked", "gone"
NAMED_LEVELS = ("household", "enterprise", "device_support")
"""Levels whose lists name people."""
_WITHOUT_NAMES = {"report", "aggregate", "reader", "log", "figures"}
"""What is written out that names nobody."""


@dataclass(frozen=True)
class Question:
    """A question whose answers would go.

    Attributes:
        form: id of the form.
        path: names from below the root joined by ``/``; ending in ``#note``: the notes beside it.
        label: what it asks, also where only the notes beside it would go; blank where the form works it out unasked.
        answers: how many there are, in all versions of the forms.
        what: ``"marked"``: a mark stays, ``"gone"``: nothing does.
    """

    form: str
    path: str
    label: str
    answers: int
    what: str


@dataclass(frozen=True)
class Preview:
    """What deleting the names of a round would do.

    Attributes:
        round: the round.
        ended: its last day is over.
        lists: the names on the lists go too.
        households: how many households and units have something that would be cut down.
        revisions: of how many versions of forms, visits and comments.
        words: of these, reasons, remarks at visits and words of comments.
        questions: the questions whose answers would go, those with the most first.
        lines: lines of the lists that would lose their names.
        files: pictures, recordings and files.
        copies: safety copies that would be replaced by a new one.
        others: how often copies were made by hand, in other places; nobody but a person can remove them.
        exports: how often tables or sheets with names were written to files; nobody but a person can remove them.
        conflicts: differences of the round that nobody has settled; they are in the way.
        drafts: interviews of the round that are open; they are in the way.
        kept: bundles of the round that are kept aside; they are in the way.
    """

    round: Round
    ended: bool
    lists: bool
    households: int
    revisions: int
    words: int
    questions: tuple[Question, ...]
    lines: int
    files: int
    copies: tuple[Path, ...]
    others: int
    exports: int
    conflicts: int
    drafts: int
    kept: int

    @property
    def is_free(self) -> bool:
        """Tell whether nothing is in the way."""
        return self.ended and not (self.conflicts or self.drafts or self.kept)


@dataclass(frozen=True)
class Deleted:
    """That names were deleted.

    Attributes:
        forgetting: what is kept, of which round, who decided it, when and why.
        went: how much went from this file.
        copies: safety copies that were removed.
        copies_left: safety copies that could not be removed or replaced.
    """

    forgetting: Forgetting
    went: Forgotten
    copies: tuple[Path, ...] = ()
    copies_left: tuple[Path, ...] = ()


def ended_rounds(store: Store, clock: Clock = system_clock) -> list[Round]:
    """Return the rounds whose last day is over, the one that ended last first."""
    found = [each for each in store.rounds() if _is_over(each, clock)]
    return sorted(found, key=lambda each: (each.ends, each.code), reverse=True)


@needs(DECIDE)
def preview(store: Store, code: str = "", lists: bool | None = None, clock: Clock = system_clock) -> Preview:
    """Return what deleting the names of a round would do; nothing is changed.

    Args:
        store: the office's store.
        code: of the round; blank is the one being worked on.
        lists: the names on the lists of households go too; None: unless a later round works with these lists.
        clock: what day it is.

    Raises:
        NotAllowed: the person at work is no supervisor.
        NotSetUp: this store is not an office's; a laptop hears of it with its receipts.
        SurveyAppError: there is no such round (``RET-01``).
    """
    round_ = _round(store, code)
    left = what_stays(store)
    lists = _are_over(store, round_) if lists is None else lists
    revisions = [each for each in store.revisions() if each.round == round_.code and not each.forgotten]
    counted = by_question(revisions, left)
    labels = labels_of(store)
    questions = (
        Question(
            form, path, labels.get((form, path.removesuffix(NOTE)), ""), count, _what(left.get(form, Left()), path)
        )
        for (form, path), count in counted.items()
    )
    return Preview(
        round=round_,
        ended=_is_over(round_, clock),
        lists=lists,
        households=len({each.household for each in revisions}),
        revisions=len(revisions),
        words=sum(bool(each.reason) for each in revisions),
        questions=tuple(sorted(questions, key=lambda each: (not each.label, -each.answers, each.form, each.path))),
        lines=_named_lines(store, round_) if lists else 0,
        files=len(_files(store, revisions)),
        copies=tuple(own_copies(store)),
        others=sum(deed.about.get("why") == "asked" for deed in store.deeds(BACKED_UP)),
        exports=_exports(store),
        conflicts=sum(each.round == round_.code for each in store.currents(state="conflict")),
        drafts=sum(each.round == round_.code for each in store.drafts()),
        kept=sum(_kept_of(store, round_)),
    )


@needs(DECIDE)
def delete_names(
    store: Store,
    code: str,
    reason: str,
    *,
    lists: bool | None = None,
    clock: Clock = system_clock,
    monitor: Monitor = SILENT,
) -> Deleted:
    """Delete the names of a round, here and in the safety copies the program made; the figures stay as they are.

    Args:
        store: the office's store.
        code: of the round; blank is the one being worked on.
        reason: one of ``forgetting.REASONS``.
        lists: as for ``preview``.
        clock: what day it is.
        monitor: hears how far it is.

    Raises:
        NotAllowed, NotSetUp: as for ``preview``.
        SurveyAppError: no such round or reason, the round is not over, or something is in the way (``RET-01`` to
            ``RET-04``).
        FiguresWouldChange: an indicator would say something else. In all cases nothing was changed.
    """
    if reason not in REASONS:
        raise SurveyAppError("RET-02", _("Say why."), _("Reasons: {names}.").format(names=", ".join(REASONS)))
    found = preview(store, code, lists, clock)
    _refuse(found)
    devices = {each.id for each in store.devices()} | {store.device}
    devices |= {each.device for each in store.revisions() if each.round == found.round.code}
    forgetting = Forgetting(
        found.round.code,
        tuple(devices),
        what_stays(store),
        found.lists,
        store.at_work,
        store.device,
        stamp(clock()),
        reason,
    )
    went = store.add_forgettings([forgetting], "here", lambda: figures(store, monitor))
    removed, left = replace_copies(store, clock)
    store.note_deed(NAMES_FORGOTTEN, round=forgetting.round, copies=len(removed))
    return Deleted(forgetting, went, removed, left)


@needs(DECIDE)
def deletions(store: Store) -> list[Deleted]:
    """Return which names were deleted, the first time first."""
    went = store.what_was_forgotten()
    found = (Deleted(each, went.get(each.id, Forgotten())) for each in store.forgettings())
    return sorted(found, key=lambda each: (each.forgetting.made_at, each.forgetting.id))


@needs(DECIDE)
def write_minutes(store: Store, id_: str, path: Path) -> Path:
    """Write what was deleted as a table, to be filed: when, by whom, why, how much, and of which questions.

    Raises:
        SurveyAppError: there is no such deletion (``RET-05``), or the place cannot be written to.
    """
    found = [each for each in deletions(store) if each.forgetting.id.startswith(id_)]
    if len(found) != 1:
        raise SurveyAppError("RET-05", _("There is no such deletion here."), _("Nothing was written."))
    said, went = found[0].forgetting, found[0].went
    labels = labels_of(store)
    rows = [
        [_("Round"), said.round],
        [_("When"), said.made_at],
        [_("Decided by"), said.author or "–"],
        [_("Reason"), _(REASON_WORDS[said.reason])],
        [_("Versions of forms, visits and comments"), str(went.revisions)],
        [_("Households and units"), str(went.households)],
        [_("Lines of the lists"), str(went.lines)],
        [_("Pictures and files"), str(went.files)],
    ]
    for form, left in sorted(said.forms.items()):
        rows += [[_("Kept: {form}").format(form=form), _named(labels, form, each)] for each in sorted(left.kept)]
        rows += [[_("Marked: {form}").format(form=form), _named(labels, form, each)] for each in sorted(left.marked)]
    return write_pages(table_bytes([_("What"), _("Says")], rows), path)


def _named(labels: Mapping[tuple[str, str], str], form: str, path: str) -> str:
    label = labels.get((form, path), "")
    return f"{path}: {label}" if label else path


# --- what there is -------------------------------------------------------------------------------------------------


def _round(store: Store, code: str) -> Round:
    if store.kind != "office":
        raise NotSetUp
    now = store.round()
    wanted = code or (now.code if now else "")
    found = next((each for each in store.rounds() if each.code == wanted), None)
    if found is None:
        names = ", ".join(each.code for each in store.rounds()) or "–"
        raise SurveyAppError(
            "RET-01", _("There is no round “{code}”.").format(code=wanted), _("Rounds: {names}.").format(names=names)
        )
    return found


def _is_over(round_: Round, clock: Clock) -> bool:
    return "" < round_.ends < f"{clock():%Y-%m-%d}"


def _are_over(store: Store, round_: Round) -> bool:
    """Tell whether no later round works with the lists."""
    return all(each.reference_date <= round_.reference_date for each in store.rounds())


def _what(left: Left, path: str) -> str:
    return MARKED if path in left.marked else GONE


def _files(store: Store, revisions: Iterable[Revision]) -> set[str]:
    """Return the pictures and files that only these revisions name."""
    named = {name for each in revisions for name in names_in(each.answers)} & store.attachment_sizes().keys()
    if not named:
        return set()
    chosen = {each.id for each in revisions}
    return named - {name for each in store.revisions() if each.id not in chosen for name in names_in(each.answers)}


def _named_lines(store: Store, round_: Round) -> int:
    """Return how many lines of the lists name somebody who has answered in no other round."""
    others = {each.household for each in store.revisions() if each.round != round_.code and not each.forgotten}
    others |= {each.household for each in store.drafts()}
    lines = (line.household for level in NAMED_LEVELS for line in store.households(level=level))
    return sum(bool(each.head_name or each.address or each.phone) for each in lines if each.id not in others)


def _kept_of(store: Store, round_: Round) -> Iterator[bool]:
    for kept in store.kept_bundles():
        yield parse_header(store.kept_bundle(kept.bundle) or b"").round == round_.code


def _exports(store: Store) -> int:
    """Return how often files were written here in which names may stand."""
    written = [deed for deed in store.deeds(EXPORTED) if deed.about.get("what") not in _WITHOUT_NAMES]
    return sum(not deed.about.get("pseudonymised") for deed in written) + len(store.deeds(PRINTED))


def _refuse(found: Preview) -> None:
    """Refuse what must not be done now."""
    if not found.ended:
        raise SurveyAppError(
            "RET-03",
            _("The round “{title}” is not over yet.").format(title=found.round.title),
            _("Its last day is {day}. Names are needed until then. Nothing was deleted.").format(day=found.round.ends),
        )
    if not found.is_free:
        said = (
            (found.conflicts, _("{count} conflicts to settle")),
            (found.drafts, _("{count} open interviews")),
            (found.kept, _("{count} bundles kept aside")),
        )
        words = ", ".join(text.format(count=count) for count, text in said if count)
        raise SurveyAppError(
            "RET-04",
            _("Something of this round is not finished: {what}.").format(what=words),
            _("It needs the names. Finish it first; nothing was deleted."),
        )
