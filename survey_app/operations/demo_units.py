"""The demonstration's other forms: villages, communes, enterprises, agencies, requests for devices.

Each was filled in as in life: the interview of the unit was opened, the answers were typed, and it was finished.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from survey_app.clock import Clock
from survey_app.operations.demo_village import Area, Home
from survey_app.operations.demo_visits import mend
from survey_app.operations.interview import open_interview
from survey_app.operations.units import add_unit, place_unit, request_device
from survey_app.records import Household, Revision
from survey_app.store import Store
from survey_app.xforms import FormSession

_BUSINESSES = (
    ("Công ty TNHH Thương mại {name}", "enterprise", "micro", "trade", "4"),
    ("Công ty CP Xây dựng {name}", "enterprise", "small", "industry", "26"),
    ("HTX Nông nghiệp {name}", "cooperative", "small", "agri", "12"),
    ("Doanh nghiệp tư nhân Vận tải {name}", "enterprise", "micro", "transport", "7"),
    ("Cửa hàng tạp hóa {name}", "household_business", "", "trade", "2"),
    ("Công ty CP Chế biến {name}", "enterprise", "medium", "industry", "85"),
)
_OFFICES = ("Văn phòng HĐND và UBND", "Trung tâm Phục vụ hành chính công", "Trạm Y tế")
_MOST_REQUESTS = 12


@dataclass(frozen=True)
class Around:
    """What the demonstration's units are answered from.

    Attributes:
        areas: the communes with their villages.
        homes: the households.
        seed: same number, same content.
    """

    areas: Sequence[Area]
    homes: Sequence[Home]
    seed: int

    def area(self, unit: Household) -> Area:
        """Return the commune that a unit lies in."""
        code = unit.village_code.partition("-")[0]
        return next(area for area in self.areas if area.commune.code == code)

    def homes_of(self, place: str) -> list[Home]:
        """Return the households of a village or commune."""
        return [home for home in self.homes if place in (home.village.code, home.village.parent)]


@dataclass(frozen=True)
class Filling:
    """One form while it is filled in.

    Attributes:
        rng: where chance comes from.
        around: what units are answered from.
        unit: whom it is about.
    """

    rng: Random
    around: Around
    unit: Household


def list_units(office: Store, around: Around, officer: str) -> list[Household]:
    """Put enterprises, agencies and requests for devices on the office's lists, a person in charge; return the lines.

    The communes are among them: their forms are that person's too.
    """
    rng = Random(f"{around.seed} units")

    def new_id() -> uuid.UUID:
        return uuid.UUID(int=rng.getrandbits(128), version=4)

    def add(level: str, name: str, place: str) -> Household:
        return add_unit(office, level, name, place, assigned_to=officer, new_id=new_id)

    made = [replace(place_unit(area.commune), assigned_to=officer) for area in around.areas]
    office.put_households(made)
    for area in around.areas:
        name = area.commune.name.partition(" ")[2]
        for business in _BUSINESSES:
            made.append(add("enterprise", business[0].format(name=name), area.commune.code))
        for title in _OFFICES:
            made.append(add("agency", f"{title} {name}", area.commune.code))
    poor = [home for home in around.homes if home.poverty in ("poor", "near_poor")]
    made += [request_device(office, home.id, officer, new_id) for home in poor[:_MOST_REQUESTS]]
    return made


def fill_units(
    store: Store, units: Sequence[Household], around: Around, author: str, begins: dt.datetime
) -> list[Revision]:
    """Fill in the forms of units, one after the other, and return what they say.

    Args:
        store: the office's, or a laptop's; has the units and their forms.
        units: whom about.
        around: what they are answered from.
        author: who fills them in.
        begins: when the first one is opened; a quarter of an hour each.
    """
    filled = []
    for place, unit in enumerate(units):
        rng = Random(f"{around.seed} {unit.id}")
        now = begins + dt.timedelta(minutes=15 * place)
        interview = open_interview(store, unit.id, author, _standing(now), new_id=partial(_new_id, rng))
        _type(interview.session, _SHEETS[unit.level](Filling(rng, around, unit)))
        mend(interview.session, rng)
        interview.touched = True
        filled.append(interview.finish())
    return filled


def _standing(moment: dt.datetime) -> Clock:
    return lambda: moment


def _new_id(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def village_units(areas: Sequence[Area]) -> list[Household]:
    """Return the units that the villages are."""
    return [place_unit(village) for area in areas for village in area.villages]


def _type(session: FormSession, sheet: Mapping[str, str]) -> None:
    """Answer what is asked, in the order of the form; what an answer opens is asked too."""
    for path in _questions(session):
        value = sheet.get(session.node(path).name, "")
        if value and session.node(path).relevant:
            session.answer(path, value)


def _questions(session: FormSession) -> Iterator[str]:
    return (path for path in session.paths() if session.node(path).kind == "question")


def _village(of: Filling) -> dict[str, str]:
    area = of.around.area(of.unit)
    place = next(village for village in area.villages if village.code == of.unit.village_code)
    far = area.remoteness[area.villages.index(place)]
    homes = of.around.homes_of(of.unit.village_code)
    reach = of.rng.random() - far
    four = "all" if reach > 0 else "most" if reach > -0.35 else "part"
    return {
        "v_type": place.kind if place.kind in ("thon", "ban", "xom", "ap", "khu_pho") else "thon",
        "v_households": str(len(homes)),
        "v_population": str(sum(len(home.members) for home in homes)),
        "v_poor": str(sum(home.poverty == "poor" for home in homes)),
        "v_near_poor": str(sum(home.poverty == "near_poor" for home in homes)),
        "v_special": "yes" if far > 0.6 else "no",
        "v_cov_3g": "all" if four != "part" else "most",
        "v_cov_4g": four,
        "v_cov_5g": "most" if area.commune.kind == "phuong" else "none" if far > 0.3 else "part",
        "v_cov_method": of.rng.choice(("measure", "operator", "village_head")),
        "v_cov_date": "2026-10-15",
        "v_fibre": "all" if far < 0.4 else "most" if far < 0.7 else "part",
        "v_team": "yes" if of.rng.random() < 0.9 else "no",
        "v_team_members": str(of.rng.randint(4, 9)),
        "v_team_trained": str(of.rng.randint(2, 4)),
        "source_person": "Trưởng thôn",
    }


def _commune(of: Filling) -> dict[str, str]:
    homes = of.around.homes_of(of.unit.village_code)
    households, people = len(homes), sum(len(home.members) for home in homes)
    mobile = round(people * of.rng.uniform(0.85, 1.2))
    return {
        "c_households": str(households),
        "c_population": str(people),
        "c_area_km2": f"{of.rng.uniform(20, 140):.1f}",
        "c_subs_mobile": str(mobile),
        "c_subs_smartphone": str(round(mobile * of.rng.uniform(0.72, 0.93))),
        "c_subs_fixed_bb": str(round(households * of.rng.uniform(0.55, 0.95))),
        "c_covered": "yes",
        "c_towers": str(of.rng.randint(6, 24)),
        "c_bts_2g": "0",
        "c_bts_3g": str(of.rng.randint(2, 9)),
        "c_bts_4g": str(of.rng.randint(8, 30)),
        "c_bts_5g": str(of.rng.randint(0, 6)),
        "c_cable_aerial_km": f"{of.rng.uniform(25, 90):.1f}",
        "c_cable_underground_km": f"{of.rng.uniform(0, 9):.1f}",
        "c_dedicated_network": "yes",
        "c_team": "yes",
        "source_person": "Phòng Văn hóa – Xã hội, số liệu VNPT và Viettel",
    }


def _enterprise(of: Filling) -> dict[str, str]:
    number = int(of.unit.number - 1) % len(_BUSINESSES)
    _, kind, size, sector, employees = _BUSINESSES[number]

    def yes(share: float) -> str:
        return "yes" if of.rng.random() < share else "no"

    return {
        "e_type": kind,
        **_consent("Chủ cửa hàng"),
        "e_tax_code": f"{of.rng.randint(4_600_000_000, 4_799_999_999)}",
        "e_size": size,
        "e_sector": sector,
        "e_employees": employees,
        "e_invoice": "yes" if kind == "enterprise" else yes(0.5),
        "e_platform": yes(0.6),
        "e_cloud": yes(0.4),
        "e_cloud_domestic": of.rng.choice(("yes", "yes", "dk")),
        "e_contract": of.rng.choice(("yes", "no", "no", "dk")),
        "source_person": "Chủ doanh nghiệp",
    }


def _consent(person: str) -> dict[str, str]:
    """Return the consent of who is asked for it: household businesses, requests whose household gave none before."""
    return {"consent_answer": "agree", "consent_method": "checkbox", "consent_person": person}


def _agency(of: Filling) -> dict[str, str]:
    answers = {"a_level": "commune", "a_cloud": "yes", "a_platform": "yes", "source_person": "Văn phòng"}
    answers["a_open_data_full"] = of.rng.choice(("yes", "no"))
    for total, part, most in (
        ("a_dvc_total", "a_dvc_with_file", 240), ("a_file_total", "a_file_online", 3_000),
        ("a_new_result_total", "a_new_result_digit", 2_500), ("a_old_result_total", "a_old_result_digit", 4_000),
        ("a_report_total", "a_report_online", 60), ("a_meeting_total", "a_meeting_online", 90),
        ("a_pc_total", "a_pc_protected", 40), ("a_staff_total", "a_staff_sign", 30),
    ):  # fmt: skip
        whole = of.rng.randint(most // 3, most)
        answers |= {total: str(whole), part: str(round(whole * of.rng.uniform(0.3, 0.98)))}
    return answers


def _device(of: Filling) -> dict[str, str]:
    status = of.rng.choice(("proposed", "verified", "approved", "delivered", "delivered", "rejected"))
    return {
        **_consent(of.unit.head_name),
        "ds_program": "ptu_smartphone",
        "ds_round": "Đợt 1 năm 2026",
        "ds_device": "smartphone",
        "ds_priority": str(of.rng.randint(3, 4)),
        "ds_status": status,
        "ds_reject_reason": "already_supported",
        "ds_decision_no": "112/QĐ-UBND",
        "ds_decision_date": "2026-09-10",
        "ds_form": "device_service",
        "ds_delivery_date": "2026-10-05",
        "ds_receiver_no": "1",
    }


_SHEETS = {
    "village": _village,
    "commune": _commune,
    "enterprise": _enterprise,
    "agency": _agency,
    "device_support": _device,
}
