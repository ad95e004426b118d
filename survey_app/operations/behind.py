"""The households behind a figure: which count, which do not, and which cannot be decided.

It shows names, so it is for those who may see them, and every look is noted in the log. Only households on the list of
the village are read; that is what makes it quick in a store of any size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.indicators import Codebook, Indicator, Rows, batches_of
from survey_app.indicators.columns import Column
from survey_app.indicators.compute import compute_groups
from survey_app.indicators.counting import DENOMINATOR, NOT_KNOWN, NUMERATOR
from survey_app.indicators.disaggregations import Disaggregation, disaggregations
from survey_app.indicators.rows import SUBMISSION
from survey_app.join import Current
from survey_app.operations.access import needs
from survey_app.operations.dashboard import Only
from survey_app.operations.in_force import in_force
from survey_app.operations.levels import Part, possible
from survey_app.operations.results import Basis, basis
from survey_app.records import HOUSEHOLD, Household
from survey_app.roles import NAMES
from survey_app.store import Store
from survey_app.store.deeds import LOOKED_AT

COUNTS, DOES_NOT, UNKNOWN, OUTSIDE = "counts", "counts_not", "undecided", "outside"
_ONE = Disaggregation("submission", "household", f"${{{SUBMISSION}}}", "")


@dataclass(frozen=True)
class Behind:
    """A household behind a figure.

    Attributes:
        household: the line of the list.
        state: ``counts``; ``counts_not``; ``undecided``; or ``outside``, where nobody in it belongs to the figure.
        numerator: people of it that count, or 1.
        denominator: people of it that belong, or 1.
        unknown: people of it that cannot be decided, or 1.
    """

    household: Household
    state: str
    numerator: int
    denominator: int
    unknown: int


def may_list(indicator: Indicator) -> bool:
    """Tell whether an indicator counts households or people of them, one by one."""
    counted_one_by_one = indicator.aggregate in ("ratio", "count") and not indicator.each
    return counted_one_by_one and indicator.book.about == HOUSEHOLD


@needs(NAMES)
def households_behind(store: Store, key: str, village: str, only: Only | None = None) -> tuple[Behind, ...]:
    """Return the households of a village that a figure is about, those that count first.

    Args:
        store: an open store.
        key: key of the indicator.
        village: code of the village.
        only: the group that is counted; its places do not matter.

    Raises:
        NotAllowed: the role of who is at work does not see names.
        SurveyAppError: there is no such indicator, or it is not counted household by household (``RES-08``).
    """
    of = basis(store)
    part = next((one for one in of.parts if any(each.key == key for each in one.indicators)), None)
    indicator = next((each for each in of.indicators if each.key == key), None)
    if part is None or indicator is None or not may_list(indicator):
        raise SurveyAppError(
            "RES-08",
            _("There is no list of households behind this figure."),
            _("It is not counted household by household. Choose another indicator."),
        )
    lines = {line.household.id: line.household for line in store.households(village=village)}
    store.note_deed(LOOKED_AT, what="figure", indicator=key, village=village)
    homes: dict[str, str] = {}
    rows = _rows(store, of, part, lines.keys(), village, homes)
    counts = _counts(indicator, rows, only or Only())
    found = [
        Behind(lines[homes[submission]], _state(*numbers), *numbers)
        for submission, numbers in counts.items()
        if submission in homes and homes[submission] in lines
    ]
    order = (COUNTS, UNKNOWN, DOES_NOT, OUTSIDE)
    return tuple(sorted(found, key=lambda one: (order.index(one.state), one.household.number)))


def _rows(  # noqa: PLR0917 - what is read, and what is told of it
    store: Store, of: Basis, part: Part, ids: Iterable[str], village: str, homes: dict[str, str]
) -> Rows:
    """Return the rows of the households of a village; ``homes`` is told whose each submission is."""

    def answers() -> Iterator[Current]:
        for id_ in ids:
            for current in store.currents(household=id_, form=part.form.id):
                if in_force(current, of.round):
                    homes[current.submission] = id_
                    yield current

    whole = Rows()
    for batch in batches_of(answers(), part.book, {place.code: place for place in store.places()}):
        kept = {row[SUBMISSION] for row in batch.household if row.get("village_code", "") == village}
        whole.household.extend(row for row in batch.household if row[SUBMISSION] in kept)
        whole.member.extend(row for row in batch.member if row[SUBMISSION] in kept)
    return whole


def _counts(indicator: Indicator, rows: Rows, only: Only) -> dict[str, tuple[int, int, int]]:
    """Return numerator, denominator and unknown by submission."""
    columns = {**indicator.book.columns, SUBMISSION: Column(SUBMISSION, "household", filled=True)}
    book = Codebook(columns, indicator.book.repeat, indicator.book.about)
    by = disaggregations(possible([only.group] if only.group else [], book), book)
    ((_table, cells),) = compute_groups([replace(indicator, book=book)], rows, [[]], finer=(*by, _ONE))
    found: dict[str, tuple[int, int, int]] = {}
    for prepared, groups in cells.values():
        if not prepared.measures:
            continue
        for codes, wide in groups.items():
            if not by or codes[0] == only.code:
                numbers = (wide[f"0{NUMERATOR}"], wide[f"0{DENOMINATOR}"], wide[f"0{NOT_KNOWN}"])
                found[codes[-1]] = (int(numbers[0]), int(numbers[1]), int(numbers[2]))
    return found


def _state(numerator: int, denominator: int, unknown: int) -> str:
    if not denominator:
        return OUTSIDE
    if numerator:
        return COUNTS
    return UNKNOWN if unknown else DOES_NOT
