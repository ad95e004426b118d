"""A demonstration: a made-up round in real communes, with laptops, bundles and an office that has merged nothing yet.

The same seed gives the same households, answers and revisions, with the same ids, on any day and any machine; only
keys, and so the bytes of stores and bundles, differ from one making to the next. Every form was really filled in: the
answers went through a session of the questionnaire.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

from survey_app import paths
from survey_app.bundles import NothingToPack
from survey_app.clock import VIETNAM, Clock
from survey_app.operations.demo_answers import route_of
from survey_app.operations.demo_edits import ALONE, SHARED, Edited, Pair, usable
from survey_app.operations.demo_units import Around, fill_units, list_units, village_units
from survey_app.operations.demo_village import CATALOGUE_DATE, REFERENCE_DATE, Area, Home, make_areas, make_homes
from survey_app.operations.demo_visits import (
    ABSENT,
    BROKEN_OFF,
    COMPLETE,
    NOT_VISITED,
    REFUSED,
    Mission,
    how_it_ends,
    visit,
)
from survey_app.operations.enrolment import create_office, enrol_laptop, open_enrolment
from survey_app.operations.forms import read_form
from survey_app.operations.handover import pack
from survey_app.operations.training import TRAINING_SUFFIX
from survey_app.operations.units import bring_places
from survey_app.places import find_place
from survey_app.progress import SILENT, Monitor
from survey_app.records import HOUSEHOLD, LEVELS, Enumerator, Household, Place, Revision, Round
from survey_app.store import Store, StoredForm
from survey_app.xforms import FormDefinition

LAST_DAY = dt.datetime(2026, 11, 21, 16, 0, tzinfo=VIETNAM)
"""When the demonstration ends if no clock is given: corrections are made on that day, visits in the week before."""

VISIT_DAYS = 7
OFFICE_STORE = "office.store"
OFFICE_KEY = "office.key"

_ENUMERATORS = (
    ("Lò Thị Mai", "chị"), ("Nguyễn Văn Hùng", "anh"), ("Hoàng Thị Thảo", "chị"), ("Giàng A Páo", "anh"),
    ("Trần Thị Hạnh", "chị"), ("Nông Văn Quyết", "anh"), ("Phạm Thị Nga", "chị"), ("Lê Đức Tùng", "anh"),
)  # fmt: skip
_SUPERVISOR = Enumerator("ct01", "Vũ Thị Hồng", "supervisor", "chị")


@dataclass(frozen=True)
class Demo:
    """What was made, and where.

    Attributes:
        folder: the folder given.
        office_store: the office's store; nothing is merged in it.
        office_key: the public key that bundles are sealed to.
        laptops: the laptops' stores.
        bundles: the bundles in the order they were written.
        communes: names of the communes.
        villages: number of villages.
        households: number of households on the list.
        revisions: number of different revisions in all laptops.
        complete: number of interviews that were finished.
        refused: number of households that refused.
        absent: number of households that were never at home.
        drafts: number of interviews still going on.
        not_visited: number of households that wait for their first visit.
        edits: how many forms were edited, by pattern; what merging makes of them is told by ``outcomes``.
        outcomes: how many edited forms merge to ``"conflict"``, ``"joined"``, ``"settled"`` and ``"void"``.
    """

    folder: Path
    office_store: Path
    office_key: Path
    laptops: tuple[Path, ...]
    bundles: tuple[Path, ...]
    communes: tuple[str, ...]
    villages: int
    households: int
    revisions: int
    complete: int
    refused: int
    absent: int
    drafts: int
    not_visited: int
    edits: dict[str, int]
    outcomes: dict[str, int]


@dataclass
class _Laptop:
    """One laptop while the demonstration is being made."""

    mission: Mission
    store: Store
    homes: list[tuple[Home, Household]]
    made: dict[str, Revision]


def build_demo(  # noqa: PLR0917 - the order of the command line
    folder: Path | str,
    households: int = 200,
    laptops: int = 4,
    edits: bool = False,
    seed: int = 1,
    communes: int = 1,
    passphrase: str = "",
    clock: Clock | None = None,
    monitor: Monitor = SILENT,
) -> Demo:
    """Make a demonstration in a folder.

    Args:
        folder: where; made when it is not there.
        households: length of the household list.
        laptops: number of laptops, each with one enumerator.
        edits: let laptops correct the same forms, void some, and hand over again, so that bundles overlap.
        seed: same number, same content.
        communes: number of communes; the office is that of the first one.
        passphrase: opens the office's and the laptops' stores.
        clock: tells the present; all moments are before the last 16:00 it has seen; 21/11/2026 16:00 when ``None``.
        monitor: hears how far it is; cancelling leaves what is there, without bundles.

    Raises:
        SurveyAppError: the passphrase is weak, there is a demonstration already, or the disk cannot take it.
        ValueError: a number is not positive.
    """
    if min(households, laptops, communes) < 1:
        raise ValueError("a demonstration needs at least one household, one laptop and one commune")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    rng, last = Random(seed), _end_of_work(clock() if clock else LAST_DAY)
    areas = make_areas(rng, communes)
    homes = make_homes(rng, areas, households)
    with ExitStack() as opened:
        field = _set_up(target, opened, _Plan(areas, homes, laptops, passphrase, last, seed))
        counts = _visit_all(field, last, seed, monitor)
        _ask_units(field, Around(areas, homes, seed), last)
        evening = (last - dt.timedelta(days=1)).replace(hour=17, minute=0)
        bundles = [_hand_over(laptop, target, evening) for laptop in field]
        edited = edit_forms(field, last, Random(f"{seed} edits")) if edits else []
        if edits:
            bundles += [_hand_over(laptop, target, last - dt.timedelta(minutes=30)) for laptop in field]
            bundles += [_hand_over(laptop, target, last, everything=True) for laptop in field[::2]]
        revisions = {revision.id for laptop in field for revision in laptop.store.revisions()}
        stores = tuple(laptop.store.path for laptop in field)
    return Demo(
        folder=target,
        office_store=target / OFFICE_STORE,
        office_key=target / OFFICE_KEY,
        laptops=stores,
        bundles=tuple(path for path in bundles if path is not None),
        communes=tuple(area.commune.name for area in areas),
        villages=sum(len(area.villages) for area in areas),
        households=len(homes),
        revisions=len(revisions),
        complete=counts[COMPLETE],
        refused=counts[REFUSED],
        absent=counts[ABSENT],
        drafts=counts[BROKEN_OFF],
        not_visited=counts[NOT_VISITED],
        edits=dict(Counter(each.pattern for each in edited)),
        outcomes=dict(Counter(each.becomes for each in edited)),
    )


@dataclass(frozen=True)
class _Plan:
    areas: Sequence[Area]
    homes: Sequence[Home]
    laptops: int
    passphrase: str
    last: dt.datetime
    seed: int


def _set_up(target: Path, opened: ExitStack, plan: _Plan) -> list[_Laptop]:
    """Make the office with everything it gives to laptops, and enrol the laptops."""
    form, stored = shipped_form()
    people = _people(plan.laptops)
    owners = _owners(plan.homes, plan.laptops)
    listed = [_listed(home, people[owner].id) for home, owner in zip(plan.homes, owners, strict=True)]
    now = _round(form, plan.areas[0].commune, plan.last)
    communes = {area.commune.code: area.commune for area in plan.areas}
    office = create_office(
        target / OFFICE_STORE,
        plan.passphrase,
        f"UBND {plan.areas[0].commune.name[0].lower()}{plan.areas[0].commune.name[1:]}",
        now,
        clock=lambda: plan.last - dt.timedelta(days=VISIT_DAYS + 1),
        forms=[stored, *further_forms()],
        places=_places(plan.areas),
        enumerators=[*people, _SUPERVISOR],
        households=listed,
        key_file=target / OFFICE_KEY,
        office_id="office",
    )
    field, route = [], route_of(form)
    with office:
        bring_places(office)
        list_units(office, Around(plan.areas, plan.homes, plan.seed), people[0].id)
        for n, person in enumerate(people):
            own = [(h, line) for h, line, owner in zip(plan.homes, listed, owners, strict=True) if owner == n]
            near = [h for h, owner in zip(plan.homes, owners, strict=True) if owner in {n, (n - 1) % len(people)}]
            mission = Mission(form, route, now, communes, f"may{n + 1:02d}", person.id)
            store = opened.enter_context(_enrol(office, target, mission, near, plan))
            field.append(_Laptop(mission, store, own, {}))
    return field


def _enrol(office: Store, target: Path, mission: Mission, homes: Sequence[Home], plan: _Plan) -> Store:
    """Set up a laptop as in life: by an enrolment file, which is deleted once it has been used."""
    villages = sorted({home.village.code for home in homes})
    file = target / f"{mission.device}.enrolment"
    name = f"Máy {mission.device[-2:]}"
    before = plan.last - dt.timedelta(days=VISIT_DAYS + 1)
    try:
        done = enrol_laptop(office, name, (), villages, file, clock=lambda: before, device_id=mission.device)
        path = target / "laptops" / f"{mission.device}.store"
        return open_enrolment(file, done.code, path, plan.passphrase, clock=lambda: plan.last)
    finally:
        file.unlink(missing_ok=True)


@functools.cache
def shipped_form() -> tuple[FormDefinition, StoredForm]:
    """Return the household questionnaire that comes with the program, loaded and as a store keeps it."""
    read = read_form(paths.forms() / HOUSEHOLD / f"{HOUSEHOLD}.xlsx")
    return read.form, read.stored


@functools.cache
def further_forms() -> tuple[StoredForm, ...]:
    """Return the forms about units of other levels that come with the program."""
    found = [paths.forms() / level / f"{level}.xlsx" for level in LEVELS if level != HOUSEHOLD]
    return tuple(read_form(path).stored for path in found if path.exists())


def _round(form: FormDefinition, commune: Place, last: dt.datetime) -> Round:
    return Round(
        code=f"{REFERENCE_DATE:%Y-%m}{TRAINING_SUFFIX}",
        title=f"Đợt minh họa tháng {REFERENCE_DATE:%m/%Y}",
        form_id=form.id,
        form_version=form.version,
        reference_date=REFERENCE_DATE.isoformat(),
        catalogue_date=CATALOGUE_DATE,
        starts=REFERENCE_DATE.isoformat(),
        ends=max(REFERENCE_DATE.replace(day=30), (last + dt.timedelta(days=9)).date()).isoformat(),
        commune_code=commune.code,
        further=tuple((each.id, each.version) for each in further_forms()),
    )


def _ask_units(field: Sequence[_Laptop], around: Around, last: dt.datetime) -> None:
    """Let the first laptop fill in all that the commune itself knows, and the first that visits a village its form."""
    begins = (last - dt.timedelta(days=2)).replace(hour=13, minute=30)
    rest = [level for level in LEVELS if level not in (HOUSEHOLD, "village")]
    lines = [line for level in rest for line in field[0].store.households(level=level)]
    fill_units(field[0].store, [line.household for line in lines], around, field[0].mission.author, begins)
    waiting = village_units(around.areas)
    for laptop in field:
        own = {home.village.code for home, _ in laptop.homes}
        units = [unit for unit in waiting if unit.village_code in own]
        waiting = [unit for unit in waiting if unit not in units]
        fill_units(laptop.store, units, around, laptop.mission.author, begins)


def _people(count: int) -> list[Enumerator]:
    people = []
    for n in range(count):
        name, title = _ENUMERATORS[n % len(_ENUMERATORS)]
        again = f" {n // len(_ENUMERATORS) + 1}" if n >= len(_ENUMERATORS) else ""
        people.append(Enumerator(f"dt{n + 1:02d}", name + again, "enumerator", title))
    return people


def _owners(homes: Sequence[Home], laptops: int) -> list[int]:
    """Return which laptop visits each household: whole stretches of the list, as even as possible."""
    return [n * laptops // len(homes) for n in range(len(homes))]


def _listed(home: Home, enumerator: str) -> Household:
    rng = Random(f"{home.id} list")
    phone = f"09{rng.randint(0, 99_999_999):08d}" if rng.random() < 0.7 else ""
    size = len(home.members) + (rng.choice((-1, 1)) if rng.random() < 0.08 and len(home.members) > 1 else 0)
    return Household(home.id, home.village.code, home.number, home.head.name, home.address, phone, size, enumerator)


def _places(areas: Iterable[Area]) -> list[Place]:
    found: dict[str, Place] = {}
    for area in areas:
        province = find_place(area.commune.parent, CATALOGUE_DATE)
        found |= {place.code: place for place in (province, area.commune, *area.villages)}
    return list(found.values())


def _visit_all(field: Sequence[_Laptop], last: dt.datetime, seed: int, monitor: Monitor) -> Counter[str]:
    """Visit every household of every laptop, write what came of it into its store, and count how it ended."""
    counts: Counter[str] = Counter()
    total = sum(len(laptop.homes) for laptop in field)
    for laptop in field:
        finished: list[Revision] = []
        for n, (home, listed) in enumerate(laptop.homes):
            if n % 20 == 0:
                monitor.step(counts.total(), total, laptop.store.name)
            rng = Random(f"{seed} {home.id}")
            ends = how_it_ends(rng)
            counts[ends] += 1
            if ends == NOT_VISITED:
                continue
            begins = _moment(last, n, len(laptop.homes))
            came = visit(laptop.mission, home, listed, ends=ends, begins=begins, rng=rng)
            if came.draft is not None:
                laptop.store.start_draft(came.draft)
            if came.revision is not None:
                finished.append(came.revision)
        laptop.store.add_revisions(finished, "here")
        laptop.made.update({revision.household: revision for revision in finished})
    monitor.step(total, total)
    return counts


def _moment(last: dt.datetime, n: int, total: int) -> dt.datetime:
    """Spread the visits of a laptop over the days before the last one, from half past seven on."""
    day, place = divmod(n * VISIT_DAYS, max(total, 1))
    first = (last - dt.timedelta(days=VISIT_DAYS)).replace(hour=7, minute=30, second=0, microsecond=0)
    return first + dt.timedelta(days=day, minutes=place * 500 // max(total, 1))


def _hand_over(laptop: _Laptop, target: Path, at: dt.datetime, *, everything: bool = False) -> Path | None:
    """Pack what is not confirmed yet; a laptop with nothing to tell writes nothing."""
    try:
        return pack(laptop.store, None, target / "bundles", everything, clock=lambda: at).path
    except NothingToPack:
        return None


def _end_of_work(now: dt.datetime) -> dt.datetime:
    """Return the last full afternoon: nobody corrects forms at night."""
    afternoon = now.replace(hour=16, minute=0, second=0, microsecond=0)
    return afternoon if afternoon <= now else afternoon - dt.timedelta(days=1)


def edit_forms(laptops: Sequence[_Laptop], until: dt.datetime, rng: Random, share: float = 0.08) -> list[Edited]:
    """Let laptops correct finished forms, some of them two laptops the same form, and write it into their stores."""
    done = []
    for n, laptop in enumerate(laptops):
        other = laptops[(n + 1) % len(laptops)]
        patterns = [*SHARED, *ALONE] if len(laptops) > 1 else list(ALONE)
        finished = [revision for revision in laptop.made.values() if usable(revision)]
        count = min(len(finished), max(len(patterns) if n == 0 else 2, round(len(finished) * share)))
        for k, base in enumerate(rng.sample(finished, count)):
            pattern = patterns[(k + n) % len(patterns)]
            moment = until - dt.timedelta(minutes=360 - 280 * k // count - n % 10)
            edited = pattern(Pair(laptop.mission, other.mission, base, moment, rng))
            laptop.store.add_revisions(edited.first, "here")
            if edited.second:
                other.store.add_revisions([base], f"{laptop.mission.device}-by-stick")
                other.store.add_revisions(edited.second, "here")
            done.append(edited)
    return done
