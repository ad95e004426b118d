"""Indicators and targets that an office takes in for a form it already asks, without a new version of the form.

They are checked whole against the form before anything is kept: a table with faults leaves the one in force as it is.
They belong to one version of the form, because a newer version comes with tables of its own; each can be taken back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.clock import Clock, stamp, system_clock
from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.roles import FORMS
from survey_app.store import KeptTable, Store, StoredForm

INDICATORS, TARGETS = "indicators", "targets"
FILES: Mapping[str, str] = {INDICATORS: "indicators.csv", TARGETS: "targets.csv"}
"""Kind of table to the name of its file beside a form."""


@dataclass(frozen=True)
class ReadTables:
    """Tables that fit a form.

    Attributes:
        form: id of the form.
        version: its version.
        contents: kind of table to its bytes; only those that were given.
        names: kind of table to the name of the file it came in.
        indicators: how many indicators there will be.
        targets: how many targets.
    """

    form: str
    version: str
    contents: Mapping[str, bytes]
    names: Mapping[str, str]
    indicators: int
    targets: int


def with_own_tables(store: Store, stored: StoredForm) -> StoredForm:
    """Return a form with the tables of the office in the place of those that came with it."""
    own = {}
    for kind, name in FILES.items():
        kept = store.kept_tables(kind, _name(stored.id, stored.version))
        if kept:
            own[name] = kept[-1].content
    return replace(stored, files={**stored.files, **own}) if own else stored


def check_tables(store: Store, form_id: str, given: Mapping[str, Path]) -> ReadTables:
    """Read tables for a form that the round asks; nothing is changed.

    Args:
        store: the office's store.
        form_id: id of the form.
        given: kind of table (``indicators``, ``targets``) to its file; the other one stays as it is.

    Raises:
        TableError: a table has faults, or the targets in force do not fit the new indicators; all faults are listed.
        SurveyAppError: the round does not ask the form (``TAB-01``), or no table was given (``TAB-02``).
    """
    from survey_app.indicators import load_indicators, load_targets
    from survey_app.xforms import load_form

    stored = with_own_tables(store, _asked(store, form_id))
    if not given:
        raise SurveyAppError("TAB-02", _("No table was given."), _("Choose a table first. Nothing was changed."))
    contents = {kind: _bytes(path) for kind, path in given.items()}
    files = {**stored.files, **{FILES[kind]: content for kind, content in contents.items()}}
    indicators = load_indicators(files.get(FILES[INDICATORS], b""), load_form(stored.xform.encode(), stored.files))
    targets = load_targets(files[FILES[TARGETS]], indicators) if FILES[TARGETS] in files else ()
    names = {kind: path.name for kind, path in given.items()}
    return ReadTables(stored.id, stored.version, contents, names, len(indicators), len(targets))


@needs(FORMS)
def take_in_tables(store: Store, read: ReadTables, clock: Clock = system_clock) -> None:
    """Put tables in force that were read."""
    name = _name(read.form, read.version)
    with store.together():
        for kind, content in read.contents.items():
            id_ = hashlib.sha256(b"\0".join((kind.encode(), name.encode(), content))).hexdigest()
            store.put_table(KeptTable(id_, kind, name, read.names[kind], stamp(clock()), content))


@needs(FORMS)
def take_back_tables(store: Store, form_id: str, kind: str) -> KeptTable:
    """Take the newest table of a kind back; the one before holds again, in the end that of the form itself.

    Raises:
        SurveyAppError: the round does not ask the form, or the office took in no such table (``TAB-03``).
        TableError: what would hold again no longer fits. Nothing was changed.
    """
    stored = _asked(store, form_id)
    kept = store.kept_tables(kind, _name(stored.id, stored.version))
    if not kept:
        message = _("The office has taken in no such table for this form.")
        raise SurveyAppError("TAB-03", message, _("Nothing was changed."))
    with store.together():
        store.drop_table(kept[-1])
        _check_whole(store, stored)
    return kept[-1]


def _check_whole(store: Store, stored: StoredForm) -> None:
    """Refuse targets of indicators that are not there once a table was taken back."""
    from survey_app.indicators import load_indicators, load_targets
    from survey_app.xforms import load_form

    files = with_own_tables(store, stored).files
    if FILES[INDICATORS] in files:
        indicators = load_indicators(files[FILES[INDICATORS]], load_form(stored.xform.encode(), stored.files))
        if FILES[TARGETS] in files:
            load_targets(files[FILES[TARGETS]], indicators)


def _asked(store: Store, form_id: str) -> StoredForm:
    from survey_app.operations.forms import asked_forms

    found = next((each.stored for each in asked_forms(store) if each.stored.id == form_id), None)
    if found is None:
        message = _("The round does not ask a form “{form}”.").format(form=form_id)
        raise SurveyAppError("TAB-01", message, _("Nothing was changed."))
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = _("The file {file} cannot be opened.").format(file=path.name)
        raise SurveyAppError("TAB-04", message, _("Choose it again. Nothing was changed.")) from error


def _name(form_id: str, version: str) -> str:
    return f"{form_id} {version}"
