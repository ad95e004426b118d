"""Public holidays, for deadlines that count working days.

Those on a fixed day of the sun's calendar (Labour Code 45/2019/QH14, Article 112) are known. Tết, the Hùng kings' day,
the second day of the National Day and days that are exchanged are announced every year: the office writes them down,
its store keeps them as a fact, and enrolment files and household lists carry them to the laptops. A machine that does
not know them shows an earlier day than the law allows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from survey_app.errors import SurveyAppError
from survey_app.i18n import _
from survey_app.operations.access import needs
from survey_app.roles import DECIDE
from survey_app.store import Store
from survey_app.text import read_day, show_date

FIXED = frozenset({(1, 1), (30, 4), (1, 5), (2, 9)})
"""Day and month of the holidays that never move."""
LONGEST = 31
"""Days that one entry may span: more is a mistyped year."""
_FACT = "days_off"
_SPAN = re.compile(r"\s*(?:–|—|\.\.|đến|to|-(?=\s))\s*")


def days_off(store: Store) -> frozenset[dt.date]:
    """Return the days that the office has written down."""
    return frozenset(map(dt.date.fromisoformat, store.fact(_FACT).split()))


@needs(DECIDE)
def keep_days_off(store: Store, words: str) -> frozenset[dt.date]:
    """Keep the days a person has typed instead of those before, and return them.

    Args:
        store: the office's, or a laptop's.
        words: days and spans parted by commas: ``16/04/2027, 05/02/2027 – 11/02/2027``; blank for none.

    Raises:
        SurveyAppError: ``REQ-06`` a piece is no day; nothing was changed.
    """
    days = {day for piece in re.split(r"[,;\n]", words) if piece.strip() for day in _span(piece.strip())}
    store.put_fact(_FACT, _fact_of(days))
    return frozenset(days)


def take_days_off(store: Store, days: Iterable[dt.date]) -> None:
    """Keep the days that the office has sent instead of those here; when it has sent none, those here stay."""
    if sent := _fact_of(days):
        store.put_fact(_FACT, sent)


def _fact_of(days: Iterable[dt.date]) -> str:
    return " ".join(day.isoformat() for day in sorted(days))


def _span(piece: str) -> list[dt.date]:
    ends = [read_day(part.strip()) for part in _SPAN.split(piece)]
    first, last = ends[0], ends[-1]
    if first is None or last is None or len(ends) > 2 or not 0 <= (last - first).days < LONGEST:
        raise SurveyAppError(
            "REQ-06",
            _("“{words}” is no day and no span of days.").format(words=piece),
            _("Write 16/04/2027 or 05/02/2027 – 11/02/2027, with commas between. Nothing was changed."),
        )
    return [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]


def days_words(days: Iterable[dt.date]) -> str:
    """Return days as a person would type them: those that follow each other as a span."""
    spans: list[list[dt.date]] = []
    for day in sorted(days):
        if spans and day - spans[-1][-1] == dt.timedelta(days=1):
            spans[-1].append(day)
        else:
            spans.append([day])
    return ", ".join(
        show_date(span[0]) if len(span) == 1 else f"{show_date(span[0])} – {show_date(span[-1])}" for span in spans
    )


def is_off(day: dt.date, written: frozenset[dt.date]) -> bool:
    """Tell whether nobody works on a day: a weekend, a fixed holiday, or one that was written down."""
    return day.weekday() >= 5 or (day.day, day.month) in FIXED or day in written
