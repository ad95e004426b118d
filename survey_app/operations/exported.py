"""Exported answers as a source of figures: Parquet files with the form, its tables and the round beside them.

What ``export --format parquet`` writes, a ministry puts together: one folder an office, all below one folder. The
figures of all of them are worked out by DuckDB on one machine, or by Spark.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators import Engine, Indicator, Standing, Target, Where, compare, compute_all
from survey_app.indicators import load_indicators as read_indicators
from survey_app.indicators import load_targets as read_targets
from survey_app.indicators.disclosure import closure, withhold
from survey_app.records import Place, Round
from survey_app.xforms import FormDefinition, load_form

if TYPE_CHECKING:
    import pandas as pd

FORM_FOLDER = "form"
FORM_FILE = "form.xml"
ABOUT_FILE = "about.json"
INDICATORS_FILE, TARGETS_FILE = "indicators.csv", "targets.csv"
LEVELS = ("household", "member")


@dataclass(frozen=True)
class Exports:
    """What stands in a folder of exports.

    Attributes:
        form: the form that all of them asked.
        indicators: its indicators.
        targets: its targets.
        rounds: the rounds, one an export.
        places: the catalogue by code.
        files: the Parquet files.
    """

    form: FormDefinition
    indicators: tuple[Indicator, ...]
    targets: tuple[Target, ...]
    rounds: tuple[Round, ...]
    places: dict[str, Place]
    files: Standing

    def within(self) -> Where:
        """Return the place that all answers come from, as far as it is one."""
        communes = {one.commune_code for one in self.rounds}
        provinces = {self.places[code].parent for code in communes if code in self.places}
        province = next(iter(provinces)) if len(provinces) == 1 else ""
        return Where(province, next(iter(communes)) if len(communes) == 1 else "")

    @property
    def on(self) -> dt.date | None:
        """Return the latest reference date of the rounds."""
        days = [dt.date.fromisoformat(one.reference_date) for one in self.rounds if one.reference_date]
        return max(days, default=None)


def surroundings(
    xform: str, files: Mapping[str, bytes], round_: Round | None, places: Sequence[Place]
) -> dict[str, bytes]:
    """Return the files beside exported answers that figures are worked out from besides them, by their names."""
    about: dict[str, Any] = {
        "round": dataclasses.asdict(round_) if round_ else None,
        "places": [dataclasses.asdict(place) for place in places],
    }
    contents = {FORM_FILE: xform.encode(), ABOUT_FILE: json.dumps(about, ensure_ascii=False, indent=1).encode()}
    contents |= {name: files[name] for name in sorted(files)}
    return {f"{FORM_FOLDER}/{name}": content for name, content in contents.items()}


def read_exports(folder: Path | str, targets_file: Path | str | None = None, answers: str = "") -> Exports:
    """Return what stands in a folder of exports and in the folders below it.

    Args:
        folder: what ``export --format parquet`` wrote, or a folder of such folders.
        targets_file: targets to be used instead of those beside the form.
        answers: where the answers stand when not beside the form: an address that Spark can read, or a schema of a
            database; ``household`` and ``member`` are put behind it.

    Raises:
        SurveyAppError: there are no exports, or they do not ask the same form.
        TableError: the tables have faults.
    """
    here = Path(folder)
    forms = sorted(here.rglob(f"{FORM_FOLDER}/{FORM_FILE}"))
    if not forms:
        message = _("The folder {folder} holds no exported answers.").format(folder=str(folder))
        raise SurveyAppError("RES-03", message, _("Write them there with: export STORE --format parquet --out FOLDER"))
    first = forms[0].parent
    if any(path.read_bytes() != forms[0].read_bytes() for path in forms[1:]):
        message = _("The exports in {folder} do not ask the same form.").format(folder=str(folder))
        raise SurveyAppError("RES-04", message, _("Figures of different forms are never added up. Part them by form."))
    about = [json.loads((path.parent / ABOUT_FILE).read_bytes()) for path in forms]
    beside = {path.name: path.read_bytes() for path in first.iterdir() if path.name not in (FORM_FILE, ABOUT_FILE)}
    form = load_form(forms[0].read_bytes(), beside)
    indicators = read_indicators(beside.get(INDICATORS_FILE, b""), form)
    source = Path(targets_file) if targets_file else beside.get(TARGETS_FILE)
    return Exports(
        form,
        indicators,
        read_targets(source, indicators) if source else (),
        tuple(_round(each["round"]) for each in about if each["round"]),
        {place["code"]: Place(**place) for each in about for place in each["places"]},
        _files([path.parent.parent for path in forms], answers),
    )


def _round(fields: dict[str, Any]) -> Round:
    known = {field.name for field in dataclasses.fields(Round)}
    lists: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in fields.items()}
    return Round(**{name: value for name, value in lists.items() if name in known})


def _files(folders: Sequence[Path], answers: str) -> Standing:
    if answers:
        joint = "/" if "/" in answers else "."
        household, member = (f"{answers.rstrip('/')}{joint}{level}" for level in LEVELS)
        return Standing((household,), (member,))
    found = [tuple(str(folder / f"{level}.parquet") for folder in folders) for level in LEVELS]
    missing = [name for names in found for name in names if not Path(name).is_file()]
    if missing:
        message = _("The file {file} is missing.").format(file=missing[0])
        raise SurveyAppError("RES-03", message, _("Export the answers once more."))
    return Standing(*found)


def table_of_exports(of: Exports, by: Sequence[str], engine: Engine, least: int = 0) -> pd.DataFrame:
    """Return every indicator by some breakdowns, held against targets: as ``results.tables`` does of a store.

    Raises:
        SurveyAppError: a breakdown does not exist, or the engine cannot be reached.
    """
    wanted = closure([by]) if least else [tuple(by)]
    found = [
        compare(table, of.indicators, of.targets, places=of.places, within=of.within(), on=of.on)
        for table in compute_all(of.indicators, of.files, wanted, engine)
    ]
    tables = dict(zip(wanted, found, strict=True))
    return (withhold(tables, of.indicators, of.places, least) if least else tables)[tuple(dict.fromkeys(by))]
