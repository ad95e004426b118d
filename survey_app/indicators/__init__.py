"""Indicators: definitions beside the form, from answers to counts and estimates, against targets."""

from __future__ import annotations

from survey_app.indicators.codebook import codebook_of
from survey_app.indicators.columns import Codebook, Column
from survey_app.indicators.comparing import FEWEST, STATUSES, Where, compare
from survey_app.indicators.compute import compute, compute_all
from survey_app.indicators.definitions import Indicator, load_indicators
from survey_app.indicators.design import DESIGN_FILE, Design, load_design
from survey_app.indicators.engines import ENGINES, Engine, Standing
from survey_app.indicators.estimating import estimate_all
from survey_app.indicators.faults import TableError, TableFault
from survey_app.indicators.rows import Rows, batches_of, rows_of
from survey_app.indicators.targets import Target, load_targets

__all__ = [
    "DESIGN_FILE",
    "ENGINES",
    "FEWEST",
    "STATUSES",
    "Codebook",
    "Column",
    "Design",
    "Engine",
    "Indicator",
    "Rows",
    "Standing",
    "TableError",
    "TableFault",
    "Target",
    "Where",
    "batches_of",
    "codebook_of",
    "compare",
    "compute",
    "compute_all",
    "estimate_all",
    "load_design",
    "load_indicators",
    "load_targets",
    "rows_of",
]
