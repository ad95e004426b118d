"""The catalogue of administrative units at a date, and what the communes of before 01/07/2025 have become."""

from survey_app.places.catalogue import (
    OLD,
    REFORM,
    PlacesError,
    catalogue_date,
    catalogue_dates,
    codes_of,
    communes,
    find_place,
    load_catalogue,
    provinces,
    village,
)
from survey_app.places.conversion import Conversion, convert_old, old_communes, old_units
from survey_app.places.newer import Change, Listed, changes, install
from survey_app.places.search import search_places

__all__ = [
    "OLD",
    "REFORM",
    "Change",
    "Conversion",
    "Listed",
    "PlacesError",
    "catalogue_date",
    "catalogue_dates",
    "changes",
    "codes_of",
    "communes",
    "convert_old",
    "find_place",
    "install",
    "load_catalogue",
    "old_communes",
    "old_units",
    "provinces",
    "search_places",
    "village",
]
