"""Questions for a date whose answer is worked out with numbers of days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from survey_app.xforms import FormSession, load_form

HANOI = dt.timezone(dt.timedelta(hours=7))
NEW_YORK = dt.timezone(dt.timedelta(hours=-5))
FORM = """| survey |
| | type | name | label | calculation | default | trigger |
| | date | visit | Visit | | today() - 1 | |
| | date | again | Next visit | ${visit} + 7 | | |
| | date | asked | Asked | if(${visit} = '', '', ${visit} + 30) | | ${visit} |
| | dateTime | ends | Ends | | now() + 0.5 | |
| | date | late | Latest | max(${visit}) + 1 | | |
| | calculate | days | | ${again} - ${visit} | | |
"""


@pytest.mark.parametrize("zone", [HANOI, dt.UTC, NEW_YORK])
def test_a_question_for_a_date_takes_days_as_a_date_in_every_zone(tmp_path: Path, zone: dt.tzinfo) -> None:
    (tmp_path / "form.md").write_text(FORM, encoding="utf-8")
    session = FormSession(load_form(tmp_path / "form.md"), clock=lambda: dt.datetime(2026, 11, 21, 12, tzinfo=zone))
    assert session.node("/data/visit").value == "2026-11-20"
    assert session.node("/data/ends").value[:16] == "2026-11-22T00:00"
    session.answer("/data/visit", "2026-02-27")
    values = {name: session.node(f"/data/{name}").value for name in ("again", "asked", "late", "days")}
    assert values == {"again": "2026-03-06", "asked": "2026-03-29", "late": "2026-02-28", "days": "7"}
    session.answer("/data/visit", "")
    assert {session.node(f"/data/{name}").value for name in ("again", "asked", "late", "days")} == {""}
    assert session.validate() == []
