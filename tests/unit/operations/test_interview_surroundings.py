"""What an interview tells its form: the laptop, the person, the interview before; and when it ended."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.clock import VIETNAM
from survey_app.operations.interview import Interview, open_interview
from survey_app.records import Enumerator, Household, Place, Round
from survey_app.store import Store, StoredForm
from survey_app.xforms import load_form

NOW = dt.datetime(2026, 11, 21, 14, 32, 7, tzinfo=VIETNAM)
HOMES = [f"6a1f0d5e-0000-4000-8000-00000000001{n}" for n in range(3)]
CHEAP = crypto.Cost(passes=1, memory_kib=8 * 1024)
FORM = """
| survey |
| | type | name | label | default | calculation | relevant |
| | deviceid | deviceid | | | | |
| | username | username | | | | |
| | end | end | | | | |
| | text | hamlet | Hamlet | ${last-saved#hamlet} | | |
| | text | pattern | Pattern | | | |
| | text | odd | Odd | | | regex('x', ${pattern}) |
| | begin_repeat | members | Members | | | |
| | text | m_name | Name | | | |
| | end_repeat | | | | | |
| settings |
| | form_id | version |
| | known | 1 |
"""


@pytest.fixture(scope="module")
def known_form(tmp_path_factory: pytest.TempPathFactory) -> StoredForm:
    path = tmp_path_factory.mktemp("form") / "known.md"
    path.write_text(FORM, encoding="utf-8")
    form = load_form(path)
    return StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {})


@pytest.fixture
def begin(tmp_path: Path, known_form: StoredForm) -> Iterator[Callable[[int], Interview]]:
    ticks = itertools.count()
    path = tmp_path / "laptop.store"

    def clock() -> dt.datetime:
        return NOW + dt.timedelta(seconds=next(ticks))

    with Store.create(path, "secret", kind="laptop", device="m1", name="Máy 1", clock=clock, cost=CHEAP) as store:
        store.put_form(known_form)
        store.put_places([Place("07030-001", "Thôn Đông Hạ", "village", "thon", "07030")])
        store.put_enumerators([Enumerator("e1", "Lò Thị Mai")])
        store.put_round(Round("R", "R", "known", "1", "2026-11-01", "2025-07-01", "2026-11-01", "2026-11-30", "07030"))
        store.put_households([Household(home, "07030-001", n, "Lan") for n, home in enumerate(HOMES)])
        yield lambda number: open_interview(store, HOMES[number], "e1", clock)


def test_the_laptop_and_the_person_are_known(begin: Callable[[int], Interview]) -> None:
    interview = begin(0)
    interview.answer("/data/hamlet", "Đoài")
    assert {name: interview.session.answers()[name] for name in ("deviceid", "username")} == {
        "deviceid": "m1",
        "username": "e1",
    }


def test_the_interview_before_gives_the_default_of_the_next(begin: Callable[[int], Interview]) -> None:
    first = begin(0)
    assert first.session.node("/data/hamlet").value == ""
    first.answer("/data/hamlet", "Đoài")
    first.finish()
    second = begin(1)
    assert second.session.node("/data/hamlet").value == "Đoài"
    second.answer("/data/hamlet", "Thượng")
    second.finish()
    assert begin(2).session.node("/data/hamlet").value == "Thượng"


def test_the_end_stands_in_the_revision(begin: Callable[[int], Interview]) -> None:
    interview = begin(0)
    interview.answer("/data/hamlet", "Đoài")
    assert interview.finish().answers["end"] > "2026-11-21T14:32:07"


def test_what_the_author_wrote_wrongly_is_shown_and_keeps_nobody_from_finishing(
    begin: Callable[[int], Interview],
) -> None:
    interview = begin(0)
    interview.answer("/data/pattern", "(")
    assert [violation.kind for violation in interview.violations()] == ["error"]
    assert interview.finish().answers["pattern"] == "("


def test_undoing_a_removal_keeps_what_the_form_was_told(begin: Callable[[int], Interview]) -> None:
    interview = begin(0)
    interview.add_member()
    interview.answer("/data/members[1]/m_name", "Lan")
    address = interview.session.node("/data/members[1]").address
    interview.put_back(interview.remove_member(1))
    assert interview.session.node("/data/members[1]").address == address
    assert interview.session.env.properties["deviceid"] == "m1"


POVERTY = """
| survey |
| | type | name | label | default |
| | select_one status | poverty_status | Status | |
| | text | remark | Remark | |
| choices |
| | list_name | name | label |
| | status | poor | Poor |
| | status | non_poor | Not poor |
| settings |
| | form_id | version |
| | listed | 1 |
"""


def test_the_lists_poverty_status_stands_until_a_person_changes_it(tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(POVERTY, encoding="utf-8")
    form = load_form(tmp_path / "form.md")
    with Store.create(tmp_path / "l.store", "secret", kind="laptop", device="m1", name="Máy 1", cost=CHEAP) as store:
        store.put_form(StoredForm(form.id, form.version, form.title, form.xml, (), {}))
        store.put_round(Round("R", "R", "listed", "1", "2026-11-01", "2025-07-01", "2026-11-01", "2026-11-30", "07030"))
        listed = zip(HOMES, ("poor", "escaped", ""), strict=True)
        store.put_households(
            Household(home, "07030-001", number, "Lan", poverty=poverty)
            for number, (home, poverty) in enumerate(listed, start=1)
        )
        path = "/data/poverty_status"
        opened = [open_interview(store, home, "e1", lambda: NOW) for home in HOMES]
        assert [each.session.node(path).value for each in opened] == ["poor", "", ""]  # no choice "escaped" here
        assert opened[0].leaves_no_trace
        opened[0].answer(path, "")
        opened[0].answer("/data/remark", "Thoát nghèo")
        opened[0].finish()
        again = open_interview(store, HOMES[0], "e1", lambda: NOW)
        assert again.session.node(path).value == ""
