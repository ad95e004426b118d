"""The manual inside the program: Markdown pages in ``resources/manual/<language>``, one for every screen, searchable.

Shortcuts are written as code (`` `Ctrl+B` ``), pictures lie in ``resources/manual/pictures/<language>``.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from survey_app import paths
from survey_app.text import fold

INDEX = "index"
"""The page with the contents."""

ORDER = (
    "start",
    "interview",
    "questions",
    "roster",
    "saving",
    "households",
    "worklist",
    "paper",
    "handover",
    "office",
    "conflicts",
    "duplicates",
    "corrections",
    "history",
    "backups",
    "results",
    "aggregates",
    "quality",
    "support",
    "keys",
    "authors",
    "training",
    "privacy",
    "consent",
    "retention",
    "people",
    "installing",
    "trouble",
)
"""The pages in the order they are read."""

PAGE_OF_SCREEN = {
    "first_run": "start",
    "join_office": "start",
    "new_office": "keys",
    "try_demo": "training",
    "unlock": "keys",
    "update": "installing",
    "recover": "keys",
    "who": "start",
    "today": "start",
    "households": "households",
    "household": "worklist",
    "units": "households",
    "charges": "worklist",
    "form_view": "households",
    "history": "history",
    "log": "history",
    "restore": "backups",
    "corrections": "corrections",
    "bring_list": "worklist",
    "paper": "paper",
    "handover": "handover",
    "laptops": "keys",
    "unfinished": "saving",
    "bin": "saving",
    "consent": "consent",
    "forms": "authors",
    "requests": "consent",
    "settings": "start",
    "interview": "interview",
    "merge": "office",
    "conflicts": "conflicts",
    "duplicates": "duplicates",
    "results": "results",
    "behind": "results",
    "quality": "quality",
    "quality_behind": "quality",
    "support": "support",
    "programme": "support",
    "tables": "results",
    "aggregates": "aggregates",
    "people": "people",
    "retention": "retention",
}
"""What F1 opens on each screen."""

_SYNTAX = re.compile(r"!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|[#*`\[\]|]")


@dataclass(frozen=True)
class Page:
    """One page.

    Attributes:
        name: name of its file without suffix.
        title: its heading.
        source: its Markdown.
    """

    name: str
    title: str
    source: str


@dataclass(frozen=True)
class Found:
    """A page that a search found.

    Attributes:
        page: the page.
        words: a few words around the first place.
    """

    page: Page
    words: str


def folder(language: str) -> Path:
    """Return the folder of the pages of a language."""
    return paths.resources() / "manual" / language


@functools.lru_cache(maxsize=64)
def page(name: str, language: str) -> Page:
    """Return a page.

    Raises:
        FileNotFoundError: there is none of that name.
    """
    source = (folder(language) / f"{name}.md").read_text(encoding="utf-8")
    return Page(name, source.partition("\n")[0].lstrip("# ").strip(), source)


def pages(language: str) -> tuple[Page, ...]:
    """Return all pages but the contents, in order."""
    return tuple(page(name, language) for name in ORDER)


def search(words: str, language: str) -> tuple[Found, ...]:
    """Return the pages that hold all words, accents or not; those with a word in the title come first."""
    wanted = fold(words).split()
    found = []
    for one in pages(language):
        plain = " ".join(_SYNTAX.sub(" ", one.source).split())
        folded = fold(plain)
        if wanted and all(word in folded for word in wanted):
            first = min(any(word in fold(one.title) for word in wanted) is False, 1)
            found.append((first, Found(one, _around(plain, folded, wanted[0]))))
    return tuple(each for _rank, each in sorted(found, key=lambda pair: pair[0]))


def _around(plain: str, folded: str, word: str) -> str:
    """Return about twelve words around the first place, with their accents."""
    place = folded.split(word, maxsplit=1)[0].count(" ")
    words = plain.split()
    start = max(0, place - 4)
    return ("… " if start else "") + " ".join(words[start : start + 12]) + (" …" if start + 12 < len(words) else "")
