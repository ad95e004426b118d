"""How the laptops of the demonstration correct the same households, so that merging has something to do.

Each pattern takes one finished form that two laptops hold and says what either of them makes of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from survey_app.operations.demo_visits import Mission, correct, void
from survey_app.records import Revision
from survey_app.xforms import FormDefinition, FormSession

Change = Callable[[FormSession], object]


@dataclass(frozen=True)
class Edited:
    """What two laptops made of the same form.

    Attributes:
        pattern: name of the pattern, one of ``PATTERNS``.
        becomes: what merging must say: ``"conflict"``, ``"joined"``, ``"settled"`` or ``"void"``.
        first: revisions made on the first laptop.
        second: revisions made on the second one.
    """

    pattern: str
    becomes: str
    first: tuple[Revision, ...]
    second: tuple[Revision, ...] = ()


def path_of(form: FormDefinition, name: str) -> str:
    """Return the generic path of the question with this name.

    Raises:
        KeyError: the form has no such question.
    """
    for path, question in form.questions.items():
        if question.name == name:
            return path
    raise KeyError(name)


def _put(form: FormDefinition, name: str, value: str, member: int = 0) -> Change:
    path = path_of(form, name)
    if member:
        repeat, tail = _repeat(form), path.removeprefix(_repeat(form))
        path = f"{repeat}[{member}]{tail}"
    return lambda session: session.answer(path, value)


def _repeat(form: FormDefinition) -> str:
    return next(item.path for item in form.body if item.kind == "repeat")


def _signals(revision: Revision) -> tuple[str, str]:
    """Return two answers on the signal at home that both differ from the one that was given."""
    given = revision.answers["internet"]["signal_home"]
    first, second, *_ = [value for value in ("weak", "good", "outdoor", "none") if value != given]
    return first, second


def _add_newborn(form: FormDefinition, base: Revision) -> Change:
    family = base.answers["members"][0]["roster"]["m_name"].split()[0]
    number = len(base.answers["members"]) + 1
    year = base.answers["reference_date"][:4]
    answers = {"m_name": f"{family} Bảo An", "m_relation": "grandchild", "m_sex": "female", "m_birth_year": year,
               "m_birth_month": "9", "m_residence": "permanent", "m_ehealth": "no"}  # fmt: skip

    def change(session: FormSession) -> None:
        session.add_repeat(_repeat(form))
        for name, value in answers.items():
            _put(form, name, value, number)(session)

    return change


@dataclass(frozen=True)
class Pair:
    """Two laptops, one form that both hold, and when they look at it again."""

    first: Mission
    second: Mission
    base: Revision
    at: dt.datetime
    rng: Random

    def edit(self, mission: Mission, change: Change, later: int = 0) -> Revision:
        """Correct the form on one of the laptops."""
        return correct(mission, self.base, change, self.at + dt.timedelta(minutes=later), self.rng)


def _same_question(pair: Pair) -> Edited:
    one, two = _signals(pair.base)
    form = pair.first.form
    first = pair.edit(pair.first, _put(form, "signal_home", one))
    second = pair.edit(pair.second, _put(form, "signal_home", two), 7)
    return Edited("same_question", "conflict", (first,), (second,))


def _same_answer(pair: Pair) -> Edited:
    change = _put(pair.first.form, "signal_home", _signals(pair.base)[0])
    return Edited("same_answer", "joined", (pair.edit(pair.first, change),), (pair.edit(pair.second, change, 11),))


def _different_questions(pair: Pair) -> Edited:
    form = pair.first.form
    first = pair.edit(pair.first, _put(form, "signal_home", _signals(pair.base)[0]))
    second = pair.edit(pair.second, _put(form, "remark", "Đã gọi lại, hộ xác nhận số liệu"), 5)
    return Edited("different_questions", "joined", (first,), (second,))


def _same_person(pair: Pair) -> Edited:
    given = pair.base.answers["members"][0]["services"]["m_ehealth"]
    one, two = [value for value in ("yes", "no", "dk") if value != given]
    form = pair.first.form
    first = pair.edit(pair.first, _put(form, "m_ehealth", one, 1))
    second = pair.edit(pair.second, _put(form, "m_ehealth", two, 1), 3)
    return Edited("same_person", "conflict", (first,), (second,))


def _new_member(pair: Pair) -> Edited:
    form = pair.first.form
    first = pair.edit(pair.first, _add_newborn(form, pair.base))
    second = pair.edit(pair.second, _put(form, "signal_home", _signals(pair.base)[1]), 20)
    return Edited("new_member", "joined", (first,), (second,))


def _void_beside_edit(pair: Pair) -> Edited:
    reason = "Hộ đã chuyển sang xóm khác, phiếu trùng"
    first = void(pair.first, pair.base, reason, pair.at)
    second = pair.edit(pair.second, _put(pair.second.form, "signal_home", _signals(pair.base)[0]), 9)
    return Edited("void_beside_edit", "conflict", (first,), (second,))


def _void(pair: Pair) -> Edited:
    return Edited("void", "void", (void(pair.first, pair.base, "Trùng với phiếu giấy đã nộp", pair.at),))


def _corrected_twice(pair: Pair) -> Edited:
    form = pair.first.form
    one, two = _signals(pair.base)
    first = pair.edit(pair.first, _put(form, "signal_home", one))
    again = correct(pair.first, first, _put(form, "signal_home", two), pair.at + dt.timedelta(minutes=30), pair.rng)
    return Edited("corrected_twice", "settled", (first, again))


SHARED = (_same_question, _different_questions, _same_person, _new_member, _void_beside_edit, _same_answer)
"""Patterns of two laptops."""

ALONE = (_void, _corrected_twice)
"""Patterns of one laptop."""


def usable(revision: Revision) -> bool:
    """Return whether a form can take part: a complete interview whose first member lives at home."""
    answers = revision.answers
    if answers.get("interview_result") != "complete":
        return False
    return bool(answers["members"][0]["roster"]["m_residence"] != "absent_6m")
