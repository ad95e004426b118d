"""What is kept of the answers when names are deleted, and the figures that must not change by it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress

from survey_app.errors import SurveyAppError
from survey_app.forgetting import Left
from survey_app.i18n import language
from survey_app.indicators import DESIGN_FILE, TableError, load_design, load_indicators
from survey_app.indicators.disaggregations import DISAGGREGATIONS, disaggregations
from survey_app.indicators.preparing import prepare
from survey_app.operations.contents import form_language
from survey_app.operations.export import telling_names
from survey_app.operations.levels import Part, possible
from survey_app.operations.own_tables import with_own_tables
from survey_app.operations.results import INDICATORS_FILE, basis, tables
from survey_app.progress import SILENT, Monitor
from survey_app.reports.tables import Layout, Variable, layout_of
from survey_app.store import Store
from survey_app.text import of_nobody
from survey_app.xforms import FormDefinition, load_form
from survey_app.xforms.xpath import references

OLD_COMMUNE = "v_commune_code_old"
"""The question about a village that results in units of before 01/07/2025 stand on."""
UNIT = "unit_name"
"""What a unit is called; a village, a commune and an agency are nobody's person."""
_PUBLIC = frozenset({"village", "commune", "agency"})
_NO_FIGURES = {"RES-01", "RES-02"}


def what_stays(store: Store) -> dict[str, Left]:
    """Return what is left of the answers to every form that is known here, by its id."""
    read = _read_by_figures(store)
    forms: dict[str, list[FormDefinition]] = {}
    for stored in reversed(store.forms()):
        forms.setdefault(stored.id, []).append(load_form(stored.xform.encode(), stored.files))
    return {id_: _left_of(_layout(versions), read[id_]) for id_, versions in forms.items()}


def _left_of(layout: Layout, read: tuple[frozenset[str], frozenset[str]]) -> Left:
    """Return what is left: all that does not tell, what breakdowns read, and what is no free word of what figures read.

    Args:
        layout: the tables of a form.
        read: the questions that indicators read, and those that breakdowns read.
    """
    telling = telling_names(layout.levels)
    of_figures, of_breakdowns = read
    kept, marked = set(), set()
    for path, variable in _paths(layout):
        column = variable.name
        if column not in telling or column in of_breakdowns or (column in of_figures and not variable.is_free):
            kept.add(path)
        elif variable.is_free:
            marked.add(path)
    return Left(frozenset(kept), frozenset(marked))


def _paths(layout: Layout) -> Iterator[tuple[str, Variable]]:
    """Yield every question with its whole path."""
    variables = {level.name: {each.name: each for each in level.variables} for level in layout.levels}

    def below(level: str, above: str) -> Iterator[tuple[str, Variable]]:
        for path, column in layout.places[level].items():
            yield f"{above}{path}", variables[level][column]
        for path, inside in layout.inner[level].items():
            yield from below(inside, f"{above}{path}/")

    yield from below(layout.levels[0].name, "")


def _layout(versions: list[FormDefinition]) -> Layout:
    return layout_of(versions, lambda form: form_language(form, language()))


def labels_of(store: Store) -> dict[tuple[str, str], str]:
    """Return what every question of every form is called here, by form and path; newer versions first."""
    found: dict[tuple[str, str], str] = {}
    for stored in reversed(store.forms()):
        for path, variable in _paths(_layout([load_form(stored.xform.encode(), stored.files)])):
            found.setdefault((stored.id, path), of_nobody(" ".join(variable.label.split())))
    return found


def _read_by_figures(store: Store) -> defaultdict[str, tuple[frozenset[str], frozenset[str]]]:
    """Return by form what its indicators read, and what its breakdowns and the design of a sample read."""
    found: defaultdict[str, tuple[frozenset[str], frozenset[str]]]
    found = defaultdict(lambda: (frozenset(), frozenset({OLD_COMMUNE})))
    for kept in store.forms():
        stored = with_own_tables(store, kept)
        if stored.level in _PUBLIC:
            found[stored.id] = found[stored.id][0], found[stored.id][1] | {UNIT}
        if INDICATORS_FILE not in stored.files:
            continue
        form = load_form(stored.xform.encode(), stored.files)
        book = Part(form, stored.level, ()).book
        by = disaggregations(possible([each.name for each in DISAGGREGATIONS], book), book)
        drawn = load_design(stored.files[DESIGN_FILE], form).columns() if DESIGN_FILE in stored.files else ()
        parted = {name for one in (*by, *drawn) for name in references(one.expr)}
        with suppress(TableError):  # an older program took a table that is faulty now: nothing is worked out by it
            indicators = load_indicators(stored.files[INDICATORS_FILE], form)
            ready = [prepare(level, indicators, by, book) for level in dict.fromkeys(each.rows for each in indicators)]
            read = {name for each in ready for name in (*each.household, *each.member)}
            of_figures, of_breakdowns = found[stored.id]
            found[stored.id] = of_figures | read, of_breakdowns | parted
    return found


def figures(store: Store, monitor: Monitor = SILENT) -> object:
    """Return what all indicators say, by round and by every breakdown there is; blank where there are none."""
    try:
        of = basis(store)
    except SurveyAppError as error:
        if error.code not in _NO_FIGURES:
            raise
        return ""
    named = [each.name for each in DISAGGREGATIONS]
    there = [name for name in named if any(possible([name], part.book) for part in of.parts)]
    rounds = ["round"] if "round" in there else []
    breakdowns = [rounds, *([*rounds, name] for name in there if name != "round")]
    found, coverage = tables(store, of, breakdowns, monitor=monitor)
    return [table.to_csv(index=False) for table in found], coverage
