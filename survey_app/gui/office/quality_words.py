"""What the quality page says: measures with their explanation, numbers as people read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_app import i18n
from survey_app.gui.office.indicator_list import Entry
from survey_app.i18n import N_, _, ngettext
from survey_app.text import show_number, show_percent

if TYPE_CHECKING:
    from survey_app.operations.quality import Group, Quality

DASH = "–"
TOLD = {
    "progress": N_("Households of the list that somebody has been to. By enumerator: those each one is in charge of."),
    "coverage": N_("Households of the list with a finished interview. By enumerator: those each one is in charge of."),
    "refusals": N_("Households that refused, of those that refused or were interviewed. By enumerator: who was there."),
    "duration": N_(
        "Minutes at the form, without pauses. The judgement looks at seconds an answer, so that large households do "
        "not count as slow ones. Interviews typed in from paper have no time."
    ),
    "fast": N_(
        "Interviews whose seconds an answer lie far below all others (below the lower quartile by one and a half "
        "times the distance of the quartiles, on a scale of ratios)."
    ),
    "proxy": N_("People from 15 on for whom somebody else answered. Many of them: visits at hours when few are home."),
    "special": N_(
        "“Don't know”, “no answer” and the like, of all answers to questions that offer them. Many of them can be a "
        "way to be done sooner."
    ),
    "years": N_(
        "Years of birth that end in 0 or 5, among people aged 23 to 62. By chance it is one in five (20 %); much more "
        "means that years were guessed."
    ),
    "ages": N_(
        "The same of ages that were estimated because the year of birth was not known. By chance it is one in "
        "five (20 %)."
    ),
    "outliers": N_(
        "Interviews that hold a number far from all others (three distances of the quartiles). It may be true; look "
        "whether it was mistyped."
    ),
}


def interviews_words(quality: Quality) -> str:
    """Return how many interviews the page stands on, and how long they last."""
    count = len(quality.held.facts)
    words = ngettext("{count} interview", "{count} interviews", count).format(count=number_words(count))
    minutes = quality.minutes()
    if minutes is None:
        return words
    return _("{interviews}, half of them under {minutes} minutes").format(
        interviews=words, minutes=show_number(minutes[1], 0, i18n.language())
    )


def list_entries(quality: Quality, by: str) -> list[Entry]:
    """Return the measures for the list, each with its whole and how many groups stand apart."""
    from survey_app.operations.quality import MEASURES

    return [_entry(quality, one.key, _(one.name), by, judged=one.judged) for one in MEASURES]


def _entry(quality: Quality, key: str, name: str, by: str, *, judged: bool) -> Entry:
    counted, base = quality.whole(key)
    apart = sum(one.apart.verdict in {"higher", "lower"} for one in quality.groups(key, by))
    words = _("{counted} of {base}").format(counted=number_words(counted), base=number_words(base))
    if key == "duration":
        words = _("{count} with a time").format(count=number_words(base))
    if apart:
        words = ngettext("{count} stands apart", "{count} stand apart", apart).format(count=apart) + ", " + words
    status = "told" if not judged else "higher" if apart else "usual" if base else "few"
    return Entry(key, name, words if base else _("none yet"), _whole(quality, key, counted, base), status)


def _whole(quality: Quality, key: str, counted: int, base: int) -> str:
    if not base:
        return DASH
    if key != "duration":
        return percent_words(counted / base)
    minutes = quality.minutes()
    return DASH if minutes is None else _("{minutes} min").format(minutes=show_number(minutes[1], 0, i18n.language()))


def explained(key: str, quality: Quality) -> tuple[str, str]:
    """Return a measure's name and what it is about."""
    from survey_app.operations.quality import BY_KEY

    if key not in BY_KEY:
        return "", ""
    measure = BY_KEY[key]
    words = _(TOLD[key])
    if not quality.whole(key)[1]:
        words += " " + _("No interview says anything about it yet.")
    return _(measure.name), words


def number_words(value: float) -> str:
    """Return a count."""
    return show_number(value, 0, i18n.language())


def percent_words(share: float | None) -> str:
    """Return a share as a percentage, a dash when there is none."""
    return DASH if share is None else show_percent(100 * share, 1, i18n.language())


def interval_words(ends: tuple[float, float] | None) -> str:
    """Return an interval of shares in percent."""
    if ends is None:
        return DASH
    low = show_number(100 * ends[0], 0, i18n.language())
    return f"{low} – {show_percent(100 * ends[1], 0, i18n.language())}"


def minutes_words(row: Group) -> str:
    """Return how long half of the interviews take at most."""
    if row.minutes is None:
        return DASH
    return _("{minutes} min").format(minutes=show_number(row.minutes[1], 0, i18n.language()))


def middle_words(row: Group) -> str:
    """Return between which lengths the middle half of the interviews lies."""
    if row.minutes is None:
        return DASH
    ends = (show_number(one, 0, i18n.language()) for one in (row.minutes[0], row.minutes[2]))
    return _("{minutes} min").format(minutes=" – ".join(ends))
