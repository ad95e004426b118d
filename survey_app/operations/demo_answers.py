"""What the households of the demonstration answer, and how an interviewer types it into the form.

The answers are written down by question name first (a ``Sheet``). Then a real session of the form is driven with them:
a question that is not asked gets no answer, a soft check that appears gets a remark, an answer that the form refuses is
mended. So every revision of the demonstration went through the form's own rules.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from survey_app.operations.demo_village import Home, Person
from survey_app.xforms import FormDefinition, FormSession

REMARKS = (
    "Đã hỏi lại, đúng như vậy", "Người trả lời khẳng định", "Đã xem giấy tờ của hộ", "Dùng nhờ máy của con",
    "Có máy để cho con học", "Chủ hộ đi làm ăn xa lâu ngày",
)  # fmt: skip

OFFLINE = -1.15
"""A household whose ``online`` is lower lives without smartphones, with few exceptions."""


@dataclass(frozen=True)
class Sheet:
    """The answers of one household before they are typed.

    Attributes:
        household: ``{question name: value}`` outside the roster; a missing name is left blank.
        members: the same for each member, in the order of the roster.
    """

    household: Mapping[str, str]
    members: Sequence[Mapping[str, str]] = field(default_factory=tuple)


def chance(rng: Random, value: float) -> bool:
    """Draw yes with the probability that a log-odds value means (0 is one half)."""
    return rng.random() < 1 / (1 + math.exp(-value))


def _yes_no(rng: Random, value: float, unknown: float = 0.0) -> str:
    if rng.random() < unknown:
        return "dk"
    return "yes" if chance(rng, value) else "no"


def _several(rng: Random, options: Mapping[str, float], none: str = "") -> str:
    picked = [name for name, share in options.items() if rng.random() < share]
    return " ".join(picked) or none or rng.choice(tuple(options))


def refusal_sheet(rng: Random) -> Sheet:
    """Return the answers of a household that does not take part."""
    remark = rng.choice(("", "", "Hộ bận, không muốn trả lời", "Không muốn cung cấp thông tin"))
    return Sheet({"consent_answer": "refuse", "remark": remark})


def make_sheet(rng: Random, home: Home) -> Sheet:
    """Return what a household answers."""
    members = [
        _person_answers(rng, home, person, talks=n == _talker(rng, home)) for n, person in enumerate(home.members)
    ]
    answers = _consent(rng, home) | _about_home(rng, home) | _devices(rng, members, home) | _internet(rng, home)
    return Sheet(answers | _support(rng, home) | _closing(rng), tuple(members))


def _talker(rng: Random, home: Home) -> int:
    adults = [n for n, person in enumerate(home.members) if person.age >= 18 and person.residence != "absent_6m"]
    return adults[0] if not adults[1:] or rng.random() < 0.7 else adults[1]


def _consent(rng: Random, home: Home) -> dict[str, str]:
    scopes = {"statistics": 1.0, "support_review": 0.85, "contact": 0.7, "share_commune": 0.8}
    return {
        "consent_answer": "agree" if rng.random() < 0.93 else "agree_limited",
        "consent_scope": _several(rng, scopes),
        "consent_method": rng.choices(("signature", "checkbox", "fingerprint"), weights=(70, 25, 5))[0],
        "consent_person": home.head.name,
        "consent_sensitive_ack": "yes",
    }


def _about_home(rng: Random, home: Home) -> dict[str, str]:
    groups = {"merit": 0.05, "social": 0.12 if home.poverty in {"poor", "near_poor"} else 0.04}
    if home.people != "kinh" and home.remoteness > 0.5:
        groups["ethnic_hardship"] = 0.7
    return {
        "address_text": home.address if rng.random() < 0.1 else "",
        "poverty_status": home.poverty,
        "poverty_year": rng.choice(("2025", "2025", "2025", "2024", "")),
        "policy_group": _several(rng, groups, "none"),
    }


def _person_answers(rng: Random, home: Home, person: Person, *, talks: bool) -> dict[str, str]:
    young = (38 - abs(person.age - 28)) / 22 if person.age >= 12 else -1.6
    ease = home.online + young + rng.gauss(0, 0.5)
    own = _yes_no(rng, 2.6 + ease if person.age >= 15 else ease - 1.2, 0.01)
    smart = own == "yes" and chance(rng, 1.6 + 1.3 * ease - (4.5 if home.online < OFFLINE else 0.0))
    online = _yes_no(rng, (3.4 if smart else -1.6) + 0.7 * ease, 0.012)
    answers = _identity(person) | {
        "m_self": "yes" if talks or (person.age >= 18 and rng.random() < 0.12) else "no",
        "m_pupil": "yes" if 6 <= person.age <= 17 and rng.random() < (0.97 if person.age < 15 else 0.8) else "no",
        "m_mobile_own": own,
        "m_phone_type": _phone(rng, smart),
        "m_internet_3m": online,
    }
    return answers | _accounts(rng, person, ease, smart) | _services(rng, ease, online == "yes")


def _identity(person: Person) -> dict[str, str]:
    answers = {
        "m_name": person.name,
        "m_relation": person.relation,
        "m_sex": person.sex,
        "m_birth_year": str(person.born.year),
        "m_residence": person.residence,
    }
    if person.born_known != "year":
        answers["m_birth_month"] = str(person.born.month)
    if person.born_known == "day":
        answers["m_birth_day"] = str(person.born.day)
    return answers


def _phone(rng: Random, smart: bool) -> str:
    if smart:
        return "smartphone" if rng.random() < 0.94 else "smartphone feature_4g"
    return rng.choices(("feature_4g", "only_3g", "only_2g", "dk"), weights=(62, 16, 14, 8))[0]


def _accounts(rng: Random, person: Person, ease: float, smart: bool) -> dict[str, str]:
    has_id = 1.25 + 0.8 * ease + (0.8 if smart else -0.4)
    level = rng.choices(("level2", "level1", "dk"), weights=(82, 11, 7))[0] if chance(rng, has_id) else "none"
    bank = _yes_no(rng, 1.9 + 0.9 * ease + (0.6 if smart else -0.2) - (1.9 if person.age < 18 else 0), 0.015)
    uses = {"electricity": 0.55, "water": 0.2, "tuition": 0.35, "hospital": 0.15, "tax": 0.1, "benefit": 0.2,
            "shopping": 0.6, "transfer": 0.7, "telecom": 0.55}  # fmt: skip
    return {
        "m_eid_level": level,
        "m_eid_active": _yes_no(rng, 2.2 if smart else -2.5, 0.02),
        "m_bank_account": bank,
        "m_other_account": _yes_no(rng, -2.2 + 0.9 * ease, 0.02),
        "m_epay_registered": _yes_no(rng, 1.4 + 0.9 * ease + (0.6 if smart else -2.5), 0.02),
        "m_epay_use": _several(rng, uses, "none"),
    }


def _services(rng: Random, ease: float, online: bool) -> dict[str, str]:
    skills = {"copy_paste": 0.3, "send_attachment": 0.75, "spreadsheet": 0.1, "connect_device": 0.3, "install_app": 0.4,
              "presentation": 0.08, "transfer_file": 0.25, "security": 0.35, "privacy": 0.2, "verify_info": 0.2,
              "program": 0.01}  # fmt: skip
    able = {name: min(0.97, share * (0.5 + max(0.0, ease) * 0.5)) for name, share in skills.items()}
    return {
        "m_ehealth": _yes_no(rng, 1.6 + 0.4 * ease, 0.05),
        "m_esign": _yes_no(rng, -2.3 + 0.7 * ease, 0.03),
        "m_dvc_12m": _yes_no(rng, -0.6 + 0.8 * ease + (0.3 if online else -2), 0.02),
        "m_skill": _several(rng, able, "none"),
        "m_skill_trained": _yes_no(rng, -1.0 + 0.5 * ease, 0.03),
    }


def _devices(rng: Random, members: Iterable[Mapping[str, str]], home: Home) -> dict[str, str]:
    here = [person for person in members if person["m_residence"] != "absent_6m" and person["m_mobile_own"] == "yes"]
    kinds = [kind for person in here for kind in person["m_phone_type"].split()]
    spare = 1 if rng.random() < 0.04 else 0
    reasons = {"cost": 0.5, "no_skill": 0.4, "age_health": 0.35, "no_need": 0.3, "no_coverage": 0.08}
    tablets = int(home.online > 0.4 and rng.random() < 0.2)
    return {
        "n_smartphone": str(kinds.count("smartphone") + spare),
        "n_feature_4g": str(kinds.count("feature_4g")),
        "n_phone_3g": str(kinds.count("only_3g")),
        "n_phone_2g": str(kinds.count("only_2g")),
        "n_tablet": str(tablets),
        "n_computer": str(sum(chance(rng, 1.3 * home.online - 1.6) for _ in range(2))),
        "smart_device_4g": "dk" if rng.random() < 0.03 else "yes",
        "no_smartphone_reason": _several(rng, reasons),
    }


def _internet(rng: Random, home: Home) -> dict[str, str]:
    fibre = chance(rng, 2.15 + 1.1 * home.online - 1.0 * home.remoteness)
    kinds = {
        "fibre": float(fibre),
        "mobile_data": 0.75 if home.online > -1 else 0.35,
        "shared": 0.1 if not fibre else 0.0,
    }
    reasons = {
        "no_infra": 0.45 * home.remoteness,
        "service_cost": 0.45,
        "no_skill": 0.25,
        "no_need": 0.3,
        "elsewhere": 0.35,
    }
    signal = (70 - 30 * home.remoteness, 14, 14 + 20 * home.remoteness, 2 * home.remoteness)
    return {
        "internet_type": _several(rng, kinds, "none"),
        "fibre_active": rng.choices(("yes", "no", "dk"), weights=(95, 4, 1))[0],
        "fibre_available": _yes_no(rng, 1.2 - 2.4 * home.remoteness, 0.12),
        "no_fibre_reason": _several(rng, reasons),
        "signal_home": rng.choices(("good", "outdoor", "weak", "none"), weights=signal)[0],
    }


def _support(rng: Random, home: Home) -> dict[str, str]:
    poor = home.poverty in {"poor", "near_poor"}
    programs = ("ptu_smartphone", "ptu_tablet", "ptu_cash", "wave_computer", "province_plan")
    return {
        "support_before": _yes_no(rng, -1.6 if poor else -4.5, 0.02),
        "support_before_program": rng.choice(programs),
        "support_before_device": rng.choices(("smartphone", "tablet", "cash", "computer"), weights=(50, 20, 20, 10))[0],
        "support_before_year": rng.choice(("2022", "2023", "2024", "2025", "")),
        "support_need": _yes_no(rng, 0.8 if poor else -1.8) if rng.random() < 0.96 else "",
        "support_device_wanted": rng.choices(("smartphone", "tablet"), weights=(70, 30))[0],
    }


def _closing(rng: Random) -> dict[str, str]:
    remarks = (
        "Hộ nhiệt tình trả lời",
        "Hẹn gọi lại để xem giấy chứng nhận",
        "Nhà xa trục đường, sóng yếu",
        "Chủ hộ nghe kém, con trả lời giúp",
    )
    return {"remark": rng.choice(remarks) if rng.random() < 0.08 else ""}


@dataclass(frozen=True)
class Route:
    """The questions of a form in the order in which they are asked.

    Attributes:
        repeat: generic path of the roster.
        before: paths of the questions before the roster.
        inside: what follows the path of a roster line.
        after: paths of the questions after the roster.
    """

    repeat: str
    before: tuple[str, ...]
    inside: tuple[str, ...]
    after: tuple[str, ...]


def route_of(form: FormDefinition) -> Route:
    """Return the route through a form with one roster."""
    repeat = next(item.path for item in form.body if item.kind == "repeat")
    order = [question.path for question in form.questions.values()]
    first = next(n for n, path in enumerate(order) if path.startswith(f"{repeat}/"))
    inside = tuple(path.removeprefix(repeat) for path in order if path.startswith(f"{repeat}/"))
    return Route(repeat, tuple(order[:first]), inside, tuple(order[first + len(inside) :]))


def fill(session: FormSession, route: Route, sheet: Sheet, rng: Random, upto: float = 1.0) -> str:
    """Type a household's answers into a session, in the order of the form.

    Args:
        session: a fresh session; what the program knows is already in it.
        route: the questions of its form.
        sheet: the answers.
        rng: chooses remarks.
        upto: the share of the members to get to; less than 1 for an interview that was broken off, which also leaves
            out what follows the members.

    Returns:
        The path of the last question that was answered.
    """
    last = _type_all(session, route.before, sheet.household, rng)
    for n, answers in enumerate(sheet.members[: math.ceil(len(sheet.members) * upto)], start=1):
        if n > 1:  # a fresh session has one empty line
            session.add_repeat(route.repeat)
        last = _type_all(session, [f"{route.repeat}[{n}]{tail}" for tail in route.inside], answers, rng) or last
    if upto < 1:
        return last
    return _type_all(session, route.after, sheet.household, rng) or last


def _type_all(session: FormSession, paths: Iterable[str], answers: Mapping[str, str], rng: Random) -> str:
    last = ""
    for path in paths:
        node = session.node(path)
        if not node.relevant or node.readonly:
            continue
        value = answers.get(node.name, "")
        if node.appearance == "soft-check":
            value = rng.choice(REMARKS)
        elif node.name == "respondent" and node.choices:
            value = node.choices[0].value
        if value:
            session.answer(path, value)
            last = path
    return last
