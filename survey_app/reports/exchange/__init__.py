"""Figures for other systems: SDMX, DHIS2 and ADX, written so that sending twice changes nothing.

The same figures give the same bytes: no moment of writing stands in a file, rows are in the order of their codes, and
identifiers follow from the codes of indicators, breakdowns and places.
"""

from survey_app.reports.exchange.dhis2 import adx_bytes, dhis2_bytes, values
from survey_app.reports.exchange.mapping import Assignments, load_mapping
from survey_app.reports.exchange.observations import Dataset, Observation
from survey_app.reports.exchange.sdmx import sdmx_csv, sdmx_structure

__all__ = [
    "Assignments",
    "Dataset",
    "Observation",
    "adx_bytes",
    "dhis2_bytes",
    "load_mapping",
    "sdmx_csv",
    "sdmx_structure",
    "values",
]
