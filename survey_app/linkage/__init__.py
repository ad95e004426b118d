"""Which households may be entered twice: pure comparison of people, heads, telephones and places.

Nothing is decided here. What is found is shown to a person with its reasons (``operations/duplicates.py``).
"""

from survey_app.linkage.entries import Entry, Person
from survey_app.linkage.pairing import CERTAIN, LIKELY, Likeness, Match, chance, find_likenesses

__all__ = ["CERTAIN", "LIKELY", "Entry", "Likeness", "Match", "Person", "chance", "find_likenesses"]
