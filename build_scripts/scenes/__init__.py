"""Every screen as it is pictured; whoever makes a new one adds it to the module it belongs to."""

from __future__ import annotations

from pathlib import Path

from survey_app.records import Enumerator

from . import laptop, office, questions, results
from .stage import NOW, ROOT, Scene, go, settle

__all__ = ["NOW", "ROOT", "SCENES", "Scene", "settle"]

_STORE = Path("/home/mai/Khảo sát/may-03.store")
_PEOPLE = [Enumerator("a", "Lò Thị Mai"), Enumerator("b", "Vũ Thị Hồng")]

SCENES: tuple[Scene, ...] = (
    Scene("first-run", "", go("first_run")),
    Scene("try-demo", "", go("try_demo")),
    Scene("join-office", "", go("join_office")),
    Scene("new-office", "", go("new_office")),
    Scene("unlock", "", go("unlock", store=_STORE)),
    Scene("restore", "", go("restore", store=_STORE)),
    Scene("recover", "", go("recover", store=_STORE)),
    Scene("who", "", go("who", people=_PEOPLE, device="x")),
    *laptop.SCENES,
    *office.SCENES,
    *results.SCENES,
    *questions.SCENES,
)
