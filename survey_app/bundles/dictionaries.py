"""The dictionaries that small bundles are packed with: what every form says alike need not be sent each time.

A dictionary is a file of zstd's own format in ``resources/dictionaries``, called after its id in decimal. Its id stands
in the head of every frame that was packed with it. A dictionary is never changed: a better one gets the next id, and
the old one stays, so that old bundles open for ever. ``build_scripts/bundle_dictionary.py`` made them from the
demonstration's forms; nobody in them exists.

========  ================================================================  ============================
id        SHA-256 of the file                                               made from
========  ================================================================  ============================
32769     d074846c9bc52db300b3a0bba677524a8a23750d9d1d089e148905262a648957  household forms of 11/2026
========  ================================================================  ============================
"""

from __future__ import annotations

from functools import cache

import zstandard

from survey_app.bundles.errors import NewerFormat
from survey_app.paths import resources

NEWEST = 32_769
"""The dictionary that is written with."""

LARGEST_CONTENT_BYTES = 1 << 20
"""Content above this, some 250 forms, has room enough to learn from itself."""


def dictionary(number: int) -> zstandard.ZstdCompressionDict:
    """Return a dictionary by its id.

    Raises:
        NewerFormat: it is not known here; a newer program has it.
    """
    try:
        return _read(number)
    except OSError as error:
        raise NewerFormat from error


@cache
def _read(number: int) -> zstandard.ZstdCompressionDict:
    content = (resources() / "dictionaries" / f"{number}.dict").read_bytes()
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_FULLDICT)
