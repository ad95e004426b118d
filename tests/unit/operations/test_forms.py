"""An office's own forms: read with every fault, installed, asked, and brought to the laptops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app import paths
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.operations.enrolment import create_office, enrol_laptop, open_enrolment
from survey_app.operations.forms import asked_forms, install_form, leave_out, read_form
from survey_app.operations.handover import pack
from survey_app.operations.interview import open_interview
from survey_app.operations.list_exchange import load_list, write_lists
from survey_app.records import Enumerator, Household, Place, Round
from survey_app.store import Store
from survey_app.xforms import FormError

PASSPHRASE = "một câu đủ dài"
NOW = dt.datetime(2026, 11, 21, 8, 0, tzinfo=VIETNAM)
HOME = "11111111-0000-0000-0000-000000000001"


def write_form(folder: Path, form_id: str, version: str, *rows: str, settings: str = "", values: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{form_id}.md"
    asked = "\n".join(f"| | {row} |" for row in (rows or ("text | name | Name |",)))
    path.write_text(
        "| survey |\n| | type | name | label | media::image |\n"
        f"{asked}\n| settings |\n| | form_id | version | title {settings} |\n"
        f"| | {form_id} | {version} | Own {values} |\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Store]:
    household = paths.forms() / "household" / "household.xlsx"
    shipped = read_form(household).stored
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-31")
    round_ = Round("R", "R", shipped.id, shipped.version, *dates, "00001")
    places = [Place("19", "T", "province", "tinh", ""), Place("00001", "X", "commune", "xa", "19")]
    places.append(Place("00001-001", "Thôn", "village", "thon", "00001"))
    with create_office(
        tmp_path / "office.store",
        PASSPHRASE,
        "Xã",
        round_,
        clock=lambda: NOW,
        forms=[shipped],
        places=places,
        enumerators=[Enumerator("e1", "Mai")],
        households=[Household(HOME, "00001-001", 1, "Trần Văn A")],
    ) as store:
        yield store


def test_a_form_is_read_with_the_files_beside_it(tmp_path: Path) -> None:
    path = write_form(tmp_path / "own", "own", "1", "text | name | Name | tea.svg", "text | b | B | gone.png")
    (path.parent / "tea.svg").write_bytes(b"<svg/>")
    read = read_form(path)
    assert dict(read.stored.files) == {"own.md": path.read_bytes(), "tea.svg": b"<svg/>"}
    assert ["gone.png" in str(warning) for warning in read.warnings] == [True]


def test_every_fault_is_listed_also_those_of_the_tables_beside(tmp_path: Path) -> None:
    path = write_form(tmp_path / "own", "own", "", settings="| attribute::level", values="| moon")
    (path.parent / "indicators.csv").write_text("key,name_vi\nx,y\n", encoding="utf-8")
    with pytest.raises(FormError) as raised:
        read_form(path)
    columns = [fault.column for fault in raised.value.faults]
    assert columns[:2] == ["version", "attribute::level"]
    assert raised.value.faults[2].sheet == "indicators.csv"


def test_the_level_stands_in_the_form(tmp_path: Path, office: Store) -> None:
    path = write_form(tmp_path / "own", "own", "1", settings="| attribute::level", values="| village")
    install_form(office, read_form(path))
    assert [(one.stored.id, one.own) for one in asked_forms(office)] == [("household", True), ("own", False)]
    assert [one.stored.id for one in asked_forms(office, "village")] == ["own"]
    with pytest.raises(SurveyAppError, match="FRM-07"):
        install_form(office, read_form(path), own=True)


def test_a_new_version_takes_the_place_of_the_older_one(tmp_path: Path, office: Store) -> None:
    install_form(office, read_form(write_form(tmp_path / "own", "own", "1")))
    done = install_form(office, read_form(write_form(tmp_path / "own", "own", "2", "text | other | Other |")))
    assert (done.before, done.stored.version) == ("1", "2")
    assert [(one.stored.id, one.stored.version) for one in asked_forms(office)][1:] == [("own", "2")]
    assert office.form("own", "1") is not None


def test_the_same_version_with_other_content_is_refused(tmp_path: Path, office: Store) -> None:
    install_form(office, read_form(write_form(tmp_path / "own", "own", "1")))
    with pytest.raises(SurveyAppError, match="FRM-06"):
        install_form(office, read_form(write_form(tmp_path / "own", "own", "1", "text | other | Other |")))
    again = install_form(office, read_form(write_form(tmp_path / "own", "own", "1")))
    assert again.before == "1"


def test_a_draft_goes_on_with_the_version_it_was_begun_with(tmp_path: Path, office: Store) -> None:
    install_form(office, read_form(write_form(tmp_path / "own", "own", "1")), own=True)
    first = open_interview(office, HOME, "e1", lambda: NOW)
    first.answer("/data/name", "Hoa")
    first.pause()
    newer = read_form(write_form(tmp_path / "own", "own", "2", "text | other | Other |"))
    assert install_form(office, newer).drafts == 1
    again = open_interview(office, HOME, "e1", lambda: NOW)
    assert (again.form.version, again.session.node("/data/name").value) == ("1", "Hoa")
    revision = again.finish()
    assert revision.form_version == "1"


def test_a_further_form_has_its_own_interview_and_leaves_the_status_alone(tmp_path: Path, office: Store) -> None:
    install_form(office, read_form(write_form(tmp_path / "own", "own", "1")))
    sitting = open_interview(office, HOME, "e1", lambda: NOW, form_id="own")
    sitting.answer("/data/name", "Hoa")
    assert [line.status for line in office.households()] == ["not_visited"]
    sitting.finish()
    assert [line.status for line in office.households()] == ["not_visited"]
    other = open_interview(office, HOME, "e1", lambda: NOW)
    assert other.form.id == "household"
    again = open_interview(office, HOME, "e1", lambda: NOW, form_id="own")
    assert again.session.node("/data/name").value == "Hoa"


def test_a_further_form_can_be_left_out_and_its_answers_stay(tmp_path: Path, office: Store) -> None:
    install_form(office, read_form(write_form(tmp_path / "own", "own", "1")))
    sitting = open_interview(office, HOME, "e1", lambda: NOW, form_id="own")
    sitting.answer("/data/name", "Hoa")
    sitting.finish()
    leave_out(office, "own")
    assert [one.stored.id for one in asked_forms(office)] == ["household"]
    assert len(list(office.revisions())) == 1
    for wrong in ("own", "household"):
        with pytest.raises(SurveyAppError, match="FRM-08"):
            leave_out(office, wrong)


def test_laptops_get_it_with_the_updated_list(tmp_path: Path, office: Store) -> None:
    done = enrol_laptop(office, "Máy 1", (), (), tmp_path / "1.enrolment", clock=lambda: NOW)
    with open_enrolment(done.path, done.code, tmp_path / "laptop.store", PASSPHRASE, lambda: NOW) as laptop:
        path = write_form(tmp_path / "own", "own", "1", "text | name | Name | tea.svg")
        (path.parent / "tea.svg").write_bytes(b"<svg/>")
        install_form(office, read_form(path))
        (sent,) = write_lists(office, tmp_path, clock=lambda: NOW)
        assert load_list(laptop, sent.path).forms == 1
        assert load_list(laptop, sent.path).forms == 0
        assert [one.stored for one in asked_forms(laptop)] == [one.stored for one in asked_forms(office)]
        assert laptop.form("own", "1").files["tea.svg"] == b"<svg/>"  # type: ignore[union-attr]
    done = enrol_laptop(office, "Máy 2", (), (), tmp_path / "2.enrolment", clock=lambda: NOW)
    with open_enrolment(done.path, done.code, tmp_path / "second.store", PASSPHRASE, lambda: NOW) as laptop:
        assert [one.stored.id for one in asked_forms(laptop)] == ["household", "own"]


def test_a_finished_further_form_is_told_as_not_handed_over(tmp_path: Path, office: Store) -> None:
    install_form(office, read_form(write_form(tmp_path / "own", "own", "1")))
    done = enrol_laptop(office, "Máy 1", (), (), tmp_path / "1.enrolment", clock=lambda: NOW)
    with open_enrolment(done.path, done.code, tmp_path / "laptop.store", PASSPHRASE, lambda: NOW) as laptop:
        assert laptop.besides_to_hand_over() == (0, 0)
        sitting = open_interview(laptop, HOME, "e1", lambda: NOW, form_id="own")
        sitting.answer("/data/name", "Hoa")
        sitting.finish()
        assert laptop.besides_to_hand_over() == (1, 0)
        pack(laptop, None, tmp_path / "out", clock=lambda: NOW)
        assert laptop.besides_to_hand_over() == (0, 1)
