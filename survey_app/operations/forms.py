"""The forms of an office: read from an author's folder, installed, and asked by the round.

``read_form`` is pure: it reads a workbook with what lies beside it (lists, pictures, sounds, ``indicators.csv``,
``targets.csv``) and lists every fault. ``install_form`` keeps it in the store and lets the round ask it: a household's
form in the place of the one asked so far, or besides it. Whom a form is about stands in the form itself
(``attribute::level``). Versions that were used stay for ever: drafts go on with the version they were begun with, and
what was answered can always be read. Laptops get forms with the enrolment file and with updated lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.records import HOUSEHOLD, LEVELS, Round
from survey_app.roles import FORMS
from survey_app.store import COMPLETE, IN_PROGRESS, NOT_VISITED, Store, StoredForm
from survey_app.xforms import FormDefinition, FormError, load_form
from survey_app.xforms.errors import Fault
from survey_app.xforms.external import beside

INDICATORS_FILE = "indicators.csv"
TARGETS_FILE = "targets.csv"
LARGEST_FILE_BYTES = 20_000_000
LARGEST_FORM_BYTES = 60_000_000
"""A form with its files goes to every laptop, in one file of at most 128 MB."""


@dataclass(frozen=True)
class ReadForm:
    """A form as its author's folder has it.

    Attributes:
        form: the form.
        stored: what a store keeps of it.
        warnings: what does not keep it from being asked: a missing picture, a list without rows.
    """

    form: FormDefinition
    stored: StoredForm
    warnings: tuple[Fault, ...]


@dataclass(frozen=True)
class AskedForm:
    """A form that the round asks.

    Attributes:
        stored: the form.
        own: it is the round's own form: how far a household is, and the indicators, follow from it.
    """

    stored: StoredForm
    own: bool


@dataclass(frozen=True)
class HouseholdForm:
    """A form that the round asks of a household, and how far it is.

    Attributes:
        stored: the form.
        own: it is the round's own form.
        status: ``not_visited``, ``in_progress`` or ``complete``.
        version: version that its answers were given in, ``""`` when there are none.
    """

    stored: StoredForm
    own: bool
    status: str
    version: str = ""


@dataclass(frozen=True)
class KnownForm:
    """A version of a form in the store, and what it is used for.

    Attributes:
        stored: the form.
        asked: ``own``: the round's own form; ``further``: asked besides it; ``kept``: not asked any more, its answers
            can be read.
        finished: submissions that were filled in with it.
        open: interviews that are being filled in with it on this machine.
    """

    stored: StoredForm
    asked: str
    finished: int
    open: int


@dataclass(frozen=True)
class Installed:
    """What installing a form did.

    Attributes:
        stored: the form as it is asked from now on.
        before: version that was asked until now, None when the form was not asked.
        drafts: interviews on this machine that are open and go on with an older version.
    """

    stored: StoredForm
    before: str | None
    drafts: int


def read_form(path: Path | str) -> ReadForm:
    """Read a workbook or XForm with the files beside it.

    Raises:
        FormError: the form or a table beside it has faults; all of them are listed.
        SurveyAppError: the file cannot be read.
    """
    source = Path(path)
    form = load_form(source)
    faults, warnings = [], list(form.warnings)
    if not form.version:
        faults.append(_setting("version", _("The form has no version. Write one, and another after every change.")))
    if form.level and form.level not in LEVELS:
        known = ", ".join(LEVELS)
        message = _("“{level}” is not known. Known are: {known}.").format(level=form.level, known=known)
        faults.append(_setting("attribute::level", message))
    files: dict[str, bytes] = {source.name: source.read_bytes()}
    for name in dict.fromkeys((*form.lists_beside, *form.media_files, INDICATORS_FILE, TARGETS_FILE)):
        content = beside(source.parent, name)
        if content is not None:
            files[name] = content
        elif name in form.media_files:
            warnings.append(Fault(_("The file “{name}” is missing: it cannot be shown or heard.").format(name=name)))
    faults += _too_large(files)
    faults += _table_faults(form, files)
    if faults:
        raise FormError(faults)
    level = form.level or HOUSEHOLD
    stored = StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), files, level)
    return ReadForm(form, stored, tuple(warnings))


def _setting(column: str, message: str) -> Fault:
    return Fault(message, sheet="settings", row=2, column=column)


def _too_large(files: dict[str, bytes]) -> Iterator[Fault]:
    for name, content in files.items():
        if len(content) > LARGEST_FILE_BYTES:
            yield Fault(_("The file “{name}” is larger than 20 MB. Make it smaller.").format(name=name))
    if sum(map(len, files.values())) > LARGEST_FORM_BYTES:
        yield Fault(_("The files beside the form are larger than 60 MB together. Make the pictures smaller."))


def _table_faults(form: FormDefinition, files: dict[str, bytes]) -> list[Fault]:
    """Return what is wrong with the tables of indicators and targets beside a form."""
    if INDICATORS_FILE not in files:
        return []
    from survey_app.indicators import load_indicators, load_targets
    from survey_app.indicators.faults import TableError

    try:
        found = load_indicators(files[INDICATORS_FILE], form)
        if TARGETS_FILE in files:
            load_targets(files[TARGETS_FILE], found)
    except TableError as error:
        return [Fault(one.message, sheet=f"{error.table}.csv", row=one.row, column=one.column) for one in error.faults]
    return []


@needs(FORMS)
def install_form(store: Store, read: ReadForm, *, own: bool = False) -> Installed:
    """Keep a form and let the round ask it from now on; a version that was asked before stays kept.

    Args:
        store: the office's store.
        read: the form.
        own: make it the round's own form, in the place of the one that is; only a household's form can be.

    Raises:
        SurveyAppError: there is no round (``FRM-05``), the same version is here with another content (``FRM-06``), or
            it cannot be the round's own form (``FRM-07``). Nothing was changed.
    """
    stored, now = read.stored, _round(store)
    if own and stored.level != HOUSEHOLD:
        raise SurveyAppError(
            "FRM-07",
            _("This form is not about a household, so it cannot be the round's own form."),
            _("Install it as a further form. Nothing was changed."),
        )
    known = store.form(stored.id, stored.version)
    if known is not None and (known.xform, dict(known.files)) != (stored.xform, dict(stored.files)):
        raise SurveyAppError(
            "FRM-06",
            _("Version {version} of this form is here already, with other content.").format(version=stored.version),
            _("Write another version into the sheet “settings” and try again. Nothing was changed."),
        )
    before = dict(_versions(now)).get(stored.id)
    further = tuple(pair for pair in now.further if pair[0] != stored.id)
    if own or stored.id == now.form_id:
        changed = replace(now, form_id=stored.id, form_version=stored.version, further=further)
    else:
        changed = replace(now, further=(*further, (stored.id, stored.version)))
    with store.together():
        if known is None:
            store.put_form(stored)
        store.put_round(changed)
    open_now = [draft for draft in store.drafts() if draft.form_id == stored.id]
    return Installed(stored, before, sum(draft.form_version != stored.version for draft in open_now))


@needs(FORMS)
def leave_out(store: Store, form_id: str) -> None:
    """Let the round not ask a further form any more; what was answered stays.

    Raises:
        SurveyAppError: it is the round's own form, or the round does not ask it (``FRM-08``).
    """
    now = _round(store)
    further = tuple(pair for pair in now.further if pair[0] != form_id)
    if further == now.further:
        raise SurveyAppError(
            "FRM-08", _("Only a further form can be left out of the round."), _("Nothing was changed.")
        )
    store.put_round(replace(now, further=further))


def asked_forms(store: Store, level: str = "") -> list[AskedForm]:
    """Return the forms that the round asks, its own one first; only those of a level when one is given."""
    now = store.round()
    if now is None:
        return []
    found = ((store.form(form_id, version), place == 0) for place, (form_id, version) in enumerate(_versions(now)))
    return [AskedForm(form, own) for form, own in found if form is not None and level in {"", form.level}]


def forms_of(store: Store, household: str) -> list[HouseholdForm]:
    """Return the forms that are asked of a household, the round's own one first."""
    now, found = store.round(), []
    if now is None:
        return []
    drafts = [draft for draft in store.drafts() if draft.household == household]
    done = [one for one in store.currents(household=household) if one.round == now.code and one.state != "void"]
    for asked in asked_forms(store, HOUSEHOLD):
        form_id = asked.stored.id
        open_ = next((draft.form_version for draft in drafts if is_of(draft.form_id, form_id, now)), "")
        finished = next((one.form_version for one in done if is_of(one.form_id, form_id, now)), "")
        status = IN_PROGRESS if open_ else COMPLETE if finished else NOT_VISITED
        found.append(HouseholdForm(asked.stored, asked.own, status, open_ or finished))
    return found


def is_of(form_id: str, wanted: str, now: Round) -> bool:
    """Tell whether answers to a form stand for the wanted one; blank is the round's own, whatever it was before."""
    return form_id == wanted if wanted and wanted != now.form_id else form_id not in dict(now.further)


def known_forms(store: Store) -> list[KnownForm]:
    """Return every version of every form here: those that are asked first, then the newest."""
    now, use = store.round(), store.form_use()
    asked = _versions(now) if now is not None else ()
    found = []
    for stored in reversed(store.forms()):
        here = (stored.id, stored.version)
        how = "kept" if here not in asked else "own" if here == asked[0] else "further"
        found.append(KnownForm(stored, how, *use.get(here, (0, 0))))
    return sorted(found, key=lambda one: ("own", "further", "kept").index(one.asked))


def _versions(now: Round) -> tuple[tuple[str, str], ...]:
    return ((now.form_id, now.form_version), *now.further)


def _round(store: Store) -> Round:
    now = store.round()
    if now is None:
        raise SurveyAppError(
            "FRM-05", _("There is no survey round on this machine yet."), _("Set one up first. Nothing was changed.")
        )
    return now


__all__ = ["AskedForm", "HouseholdForm", "Installed", "KnownForm", "ReadForm", "asked_forms", "forms_of",
           "install_form", "is_of", "known_forms", "leave_out", "read_form"]  # fmt: skip
