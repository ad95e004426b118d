"""Deleting names when a round is over: what would go, that the figures stay, and what is left where."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from survey_app.cli.main import main
from survey_app.clock import VIETNAM
from survey_app.errors import SurveyAppError
from survey_app.forgetting import MARK
from survey_app.operations import keeping, retention
from survey_app.operations.access import NotAllowed
from survey_app.operations.backups import back_up_daily, own_copies
from survey_app.operations.demo import build_demo
from survey_app.operations.handover import load_receipt, office_of, pack, write_receipts
from survey_app.operations.merging import merge
from survey_app.operations.stores import open_store
from survey_app.records import Enumerator
from survey_app.store import Device, FiguresWouldChange, Store
from survey_app.store.deeds import NAMES_FORGOTTEN

PASSPHRASE, SUFFIX = "khao-sat-mau", ".bundle"
LATER = dt.datetime(2027, 3, 1, 9, 0, tzinfo=VIETNAM)
ONCE = {"members/roster/m_name", "consent/consent_person"}


def later() -> dt.datetime:
    return LATER


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a commune that was merged, with nothing open."""
    folder = tmp_path_factory.mktemp("place")
    build_demo(folder, households=12, laptops=1, seed=3, passphrase=PASSPHRASE)
    shutil.copy(folder / "office.store", folder / "fresh.store")
    with open_store(folder / "office.store", PASSPHRASE) as store:
        merge(store, sorted((folder / "bundles").glob(f"*{SUFFIX}")))
    return folder


@dataclass(frozen=True)
class After:
    """A commune whose names were deleted, and what was there before."""

    folder: Path
    names: set[str]
    figures: object
    old_copy: Path
    done: retention.Deleted


@pytest.fixture(scope="session")
def after(made: Path, tmp_path_factory: pytest.TempPathFactory) -> After:
    folder = Path(shutil.copytree(made, tmp_path_factory.mktemp("after") / "place"))
    with open_store(folder / "office.store", PASSPHRASE, clock=later) as store:
        back_up_daily(store, lambda: LATER - dt.timedelta(days=1))
        (old,) = own_copies(store)
        names, said = names_of(store), keeping.figures(store)
        done = retention.delete_names(store, "", "expired", clock=later)
    return After(folder, names, said, old, done)


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Iterator[Store]:
    """Return an office in which nothing was deleted."""
    folder = Path(shutil.copytree(made, tmp_path / "place"))
    with open_store(folder / "office.store", PASSPHRASE, clock=later) as store:
        yield store


@pytest.fixture
def bare(after: After, tmp_path: Path) -> Iterator[Store]:
    """Return the office after the names were deleted."""
    folder = Path(shutil.copytree(after.folder, tmp_path / "bare"))
    with open_store(folder / "office.store", PASSPHRASE, clock=later) as store:
        yield store


def names_of(store: Store) -> set[str]:
    """Return all names, telephones and addresses of people interviewed."""
    found = set()
    for line in store.households():
        found |= {line.household.head_name, line.household.phone}
    for revision in store.revisions():
        for member in revision.answers.get("members", []):
            found.add(member.get("roster", {}).get("m_name", ""))
    return {each for each in found if len(each) > 5}


def texts_of(store: Store) -> str:
    """Return all that the tables of a store hold, unpacked."""
    database, content = store._database, store._content
    said = []
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        for row in (
            database.execute(f"SELECT * FROM {table}").fetchall() if table not in {"forms", "form_files"} else ()
        ):
            said += [content.unpack(x).decode("utf-8", "replace") if isinstance(x, bytes) else str(x) for x in row]
    return "\n".join(said)


def test_the_preview_changes_nothing_and_says_what_would_go(office: Store) -> None:
    before, names = office.digest(), names_of(office)
    found = retention.preview(office, clock=later)
    assert (office.digest(), names_of(office)) == (before, names)
    assert found.is_free and found.lists
    assert found.lines >= 12 and found.households >= 12
    said = {each.path: each for each in found.questions if each.form == "household"}
    assert set(said) >= ONCE
    assert said["members/roster/m_name"].what == "marked" and said["members/roster/m_name"].answers > 12
    assert said["members/m_call"].what == "gone"
    assert not {path for path in said if path.endswith(("m_age", "m_sex", "m_birth_year", "poverty_status"))}


def test_names_leave_the_file_and_its_copies_and_every_figure_stays(after: After, bare: Store, tmp_path: Path) -> None:
    assert after.names and not {name for name in after.names if name in texts_of(bare)}
    assert keeping.figures(bare) == after.figures
    assert bare.check() == []
    assert after.done.copies == (after.old_copy,) and not after.old_copy.exists() and not after.done.copies_left
    (copy,) = own_copies(bare)
    with Store.open(Path(shutil.copy(copy, tmp_path / "copy.store")), PASSPHRASE) as read:
        assert not {name for name in after.names if name in texts_of(read)}
    people = [one["roster"] for each in bare.currents(form="household") for one in each.answers.get("members", [])]
    assert people and {one["m_name"] for one in people} == {MARK}
    assert all(one.get("m_sex") for one in people)
    about = [dict(deed.about) for deed in bare.deeds(NAMES_FORGOTTEN)]
    assert about[0]["reason"] == "expired" and about[0]["lines"] == after.done.went.lines > 0
    assert about[1]["copies"] == 1


def test_merging_old_bundles_again_brings_no_name_back_whatever_came_first(after: After, bare: Store) -> None:
    bundles, digest = sorted((after.folder / "bundles").glob(f"*{SUFFIX}")), bare.digest()
    assert merge(bare, bundles).refused == 0
    assert bare.digest() == digest
    for note in bare.bundle_notes(carried=False):
        bare.undo_bundle(note.bundle)
    assert not list(bare.revisions())
    assert merge(bare, bundles).new > 0  # as an office that hears of the forgetting first and merges later
    assert bare.digest() == digest
    assert bare.check() == []
    assert not {name for name in after.names if name in texts_of(bare)}


def test_an_office_above_gets_forms_without_names_and_hears_that_they_are_forgotten(
    after: After, bare: Store, tmp_path: Path
) -> None:
    written = pack(bare, None, tmp_path / "up", everything=True)
    with open_store(Path(shutil.copy(after.folder / "fresh.store", tmp_path)), PASSPHRASE) as above:
        above.put_devices([_itself(bare)])
        balance = merge(above, [written.path])
        assert balance.refused == 0 and balance.new == written.records
        assert [each.id for each in above.forgettings()] == [each.id for each in bare.forgettings()]
        assert above.check() == []
        assert above.digest() == bare.digest()
        assert not {name for name in after.names if name in _answers_of(above)}
        merge(above, sorted((after.folder / "bundles").glob(f"*{SUFFIX}")))  # the whole forms, after the cut ones
        assert above.digest() == bare.digest()
        assert not {name for name in after.names if name in _answers_of(above)}


def _answers_of(store: Store) -> str:
    """Return what was answered; the list of this office is its own, and no laptop of the round was at it."""
    return json.dumps([each.answers for each in store.revisions()], ensure_ascii=False)


def test_a_laptop_cannot_make_an_office_forget(after: After, bare: Store, office: Store, tmp_path: Path) -> None:
    laptop = replace(_itself(bare), recipient=next(each.recipient for each in office.devices() if each.recipient))
    written = pack(bare, None, tmp_path / "up", everything=True)
    names = names_of(office)
    office.put_devices([laptop])
    assert [each.code for each in merge(office, [written.path]).refusals]
    assert names_of(office) == names == after.names and not office.forgettings()


def _itself(office: Store) -> Device:
    """Return the office as another one knows it."""
    key = office_of(office)
    return Device(office.device, office.name, key.verify_key)


def test_a_laptop_forgets_what_was_confirmed_and_keeps_what_nobody_else_has(
    after: After, bare: Store, tmp_path: Path
) -> None:
    (file,) = (after.folder / "laptops").glob("*.store")
    with open_store(Path(shutil.copy(file, tmp_path)), PASSPHRASE, clock=later) as laptop:
        assert names_of(laptop)
        (receipt,) = (each.path for each in write_receipts(bare, tmp_path / "r") if each.device == laptop.device)
        load_receipt(laptop, receipt)
        assert laptop.forgettings() and laptop.check() == []
        waiting = {each.id for each in laptop.outgoing()}
        found = list(laptop.revisions())
        assert any(each.forgotten for each in found)
        assert all(bool(each.forgotten) == (each.id not in waiting) for each in found)
        assert not [each for each in laptop.outgoing(everything=True) if each.forgotten]


def test_nothing_is_deleted_before_the_round_is_over(office: Store) -> None:
    def early() -> dt.datetime:
        return dt.datetime(2026, 11, 2, 9, 0, tzinfo=VIETNAM)

    before = names_of(office)
    with pytest.raises(SurveyAppError) as refused:
        retention.delete_names(office, "", "expired", clock=early)
    assert refused.value.code == "RET-03"
    assert names_of(office) == before and not office.forgettings()


def test_what_is_not_finished_is_in_the_way(office: Store) -> None:
    office.keep_bundle("b" * 64, "la.bundle", _bundle_of(office))
    with pytest.raises(SurveyAppError) as refused:
        retention.delete_names(office, "", "expired", clock=later)
    assert refused.value.code == "RET-04"
    assert not office.forgettings()


def _bundle_of(office: Store) -> bytes:
    path = next((office.path.parent / "bundles").glob(f"*{SUFFIX}"))
    return path.read_bytes()


def test_a_reason_is_required_and_only_a_supervisor_may(office: Store) -> None:
    with pytest.raises(SurveyAppError) as refused:
        retention.delete_names(office, "", "", clock=later)
    assert refused.value.code == "RET-02"
    office.put_enumerators([Enumerator("e9", "Người Hỏi"), Enumerator("a9", "Người Soạn", "author")])
    for person in ("e9", "a9"):
        office.at_work = person
        for refuse in (
            lambda: retention.preview(office, clock=later),
            lambda: retention.delete_names(office, "", "expired", clock=later),
            lambda: retention.deletions(office),
        ):
            with pytest.raises(NotAllowed):
                refuse()
    assert not office.forgettings()


def test_where_an_indicator_would_change_nothing_is_deleted(office: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An indicator that reads what goes: here all that stays is taken away, as a faulty list of what stays would."""
    monkeypatch.setattr(retention, "what_stays", lambda _store: {})
    names, digest = names_of(office), office.digest()
    with pytest.raises(FiguresWouldChange):
        retention.delete_names(office, "", "expired", clock=later)
    assert (names_of(office), office.digest(), office.forgettings()) == (names, digest, [])


def test_the_lists_stay_where_a_later_round_works_with_them(office: Store) -> None:
    now = office.round()
    assert now is not None
    office.put_round(replace(now, code="2027-05", reference_date="2027-05-01", starts="2027-05-01", ends="2027-05-31"))
    found = retention.preview(office, now.code, clock=later)
    assert (found.lists, found.lines) == (False, 0)
    assert not retention.preview(office, clock=later).ended


def test_the_command_shows_first_and_deletes_only_when_told(
    after: After, bare: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    bare.close()
    store, fresh = str(bare.path), str(shutil.copy(after.folder / "fresh.store", tmp_path))
    assert main(["--language", "en", "retention", "list", fresh]) == 0
    assert "No names were deleted" in capsys.readouterr().out
    assert main(["--language", "en", "retention", "delete", fresh]) == 0
    assert "Nothing was deleted" in capsys.readouterr().out
    assert main(["--language", "en", "retention", "delete", fresh, "--yes"]) == 1  # no reason
    assert "RET-02" in capsys.readouterr().err
    assert main(["--language", "en", "retention", "list", store, "--json"]) == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["id"], listed["reason"]) == (after.done.forgetting.id, "expired")
    out = tmp_path / "minutes.csv"
    assert (
        main(
            ["--language", "en", "retention", "list", store, "--write", after.done.forgetting.id[:8], "--out", str(out)]
        )
        == 0
    )
    assert "m_name" in out.read_text(encoding="utf-8-sig")
