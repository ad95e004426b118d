"""How a round was sampled: ``design.csv`` beside the form, a row a stage of drawing, edited in a spreadsheet.

A form without this table is a full enumeration: everybody was to be asked, and figures have no intervals.

=============  ======================================================================================================
stage          1, 2, ...: in the order of drawing
stratum        what the clusters were parted by before they were drawn, ``${area_type}``; blank: by nothing
cluster        what was drawn, ``${village_code}``; blank in the last stage: the households themselves
population     how many clusters there were to draw from in the stratum, ``${n_villages}`` or a number; blank: so many
               that it does not matter (no finite population correction)
weight         in the row of stage 1: how many households each one stands for, ``${hh_weight}``; blank: worked out from
               the populations, which every stage must then have
lonely         in the row of stage 1, what a stratum with a single cluster means: ``refuse`` (no interval), ``adjust``,
               ``certainty``; blank: ``refuse`` (``survey_app.indicators.sampling``)
=============  ======================================================================================================

The columns of a household list that such an expression needs reach the answers as any list does in XLSForm: a
calculation ``pulldata('sample', 'weight', 'id', ${hh_uuid})`` over ``sample.csv`` beside the form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from survey_app.i18n import _
from survey_app.indicators.checking import check
from survey_app.indicators.codebook import codebook_of
from survey_app.indicators.columns import Codebook
from survey_app.indicators.disaggregations import Disaggregation
from survey_app.indicators.faults import TableError, TableFault
from survey_app.indicators.sampling import LONELY
from survey_app.indicators.tables import Source, TableRow, one_of, read_table
from survey_app.xforms.xpath import XPathError, parse

if TYPE_CHECKING:
    from survey_app.xforms import FormDefinition

DESIGN_FILE = "design.csv"
_TABLE = "design"
_EXPRESSIONS = ("stratum", "cluster", "population", "weight")
_COLUMNS = ("stage", *_EXPRESSIONS, "lonely", "note")
_HOUSEHOLD = "${hh_uuid}"


@dataclass(frozen=True)
class DrawnStage:
    """A stage of drawing: XLSForm expressions, ``""`` where there is none.

    Attributes:
        stratum: what clusters were parted by.
        cluster: what was drawn.
        population: how many there were to draw from.
    """

    stratum: str
    cluster: str
    population: str


@dataclass(frozen=True)
class Design:
    """How a round was sampled.

    Attributes:
        stages: from the first on.
        weight: expression of a household's weight, ``""``: worked out from the populations.
        lonely: one of ``LONELY``.
    """

    stages: tuple[DrawnStage, ...]
    weight: str = ""
    lonely: str = LONELY[0]

    def columns(self) -> tuple[Disaggregation, ...]:
        """Return what the answers are parted by, so that units, clusters and strata can be told apart afterwards."""
        named = {"weight": self.weight}
        for number, stage in enumerate(self.stages, start=1):
            named |= {
                f"stratum {number}": stage.stratum,
                f"cluster {number}": stage.cluster,
                f"population {number}": stage.population,
            }
        return tuple(Disaggregation(name, "household", text, name) for name, text in named.items() if text)


def load_design(source: Source, form: FormDefinition | Codebook) -> Design:
    """Return the design of a table.

    Raises:
        TableError: with every fault of the table at once.
    """
    book = form if isinstance(form, Codebook) else codebook_of(form)
    rows = list(read_table(source, _TABLE, _COLUMNS, ("stage",)))
    faults = [fault for row in rows for fault in _faults(row, book)]
    faults += _faults_between(rows)
    if not rows:
        faults.append(TableFault(0, "", _("A design needs a row for each stage of drawing.")))
    if "hh_uuid" not in book and any(not row["cluster"] for row in rows):
        faults.append(TableFault(0, "cluster", _("The form has no question “{name}”.").format(name="hh_uuid")))
    if faults:
        raise TableError(_TABLE, faults)
    stages = (DrawnStage(row["stratum"], row["cluster"] or _HOUSEHOLD, row["population"]) for row in rows)
    return Design(tuple(stages), rows[0]["weight"], rows[0]["lonely"] or LONELY[0])


def _faults(row: TableRow, book: Codebook) -> Iterator[TableFault]:
    for column in _EXPRESSIONS:
        if not row[column]:
            continue
        try:
            expr = parse(row[column])
        except XPathError as error:
            yield TableFault(row.number, column, error.message)
            continue
        for message in dict.fromkeys(check(expr, book, "household")[1]):
            yield TableFault(row.number, column, message)
    if row["lonely"] and (wrong := one_of(row["lonely"], LONELY)):
        yield TableFault(row.number, "lonely", wrong)


def _faults_between(rows: list[TableRow]) -> Iterator[TableFault]:
    for number, row in enumerate(rows, start=1):
        if row["stage"] != str(number):
            message = _("Stages are numbered from 1 on; here {number} is expected.")
            yield TableFault(row.number, "stage", message.format(number=number))
        if number < len(rows) and not row["cluster"]:
            yield TableFault(row.number, "cluster", _("Only the last stage draws households; say what this one draws."))
        if number > 1 and (row["weight"] or row["lonely"]):
            yield TableFault(row.number, "weight", _("Weight and single clusters are told in the row of stage 1."))
        if rows and not rows[0]["weight"] and not row["population"]:
            message = _("Without a weight every stage must say how many there were to draw from.")
            yield TableFault(row.number, "population", message)
