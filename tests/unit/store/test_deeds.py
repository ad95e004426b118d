"""The log of what was done in a store: complete, only added to, and any change to it is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.crypto import Cost, WrongPassphrase
from survey_app.records import Erasure, Revision
from survey_app.store import BundleNote, Device, Store, deeds

AT = "2026-11-21T08:00:00.000+07:00"


@pytest.fixture
def worked(store: Store, new_revision: Callable[..., Revision], passphrase: str, cost: Cost) -> Store:
    """A store in which a supervisor did a little of everything."""
    store.at_work = "sup"
    store.add_revisions([new_revision(kind="void", reason="đã phỏng vấn hai lần")], "here")
    store.note_bundle(BundleNote("b1", "in", "L2", 7, AT, AT))
    store.undo_bundle("b1")
    store.put_devices([Device("L2", "Máy 2", bytes(32))])
    store.put_devices([Device("L2", "Máy 2", bytes(32), revoked=True)])
    store.change_passphrase(passphrase, "một câu khác hẳn", cost=cost)
    store.add_erasures([Erasure("h9", "sup", "L1", AT, "asked")], "here")
    store.backup(store.path.with_name("copy.store"))
    store.note_deed(deeds.EXPORTED, format="csv", rows=3)
    return store


def test_what_was_done_stands_in_the_log_with_who_and_when(worked: Store) -> None:
    done = worked.deeds()
    assert [deed.action for deed in done] == [
        "made", "voided", "merged", "undone", "device_added", "device_blocked", "passphrase_changed", "erased",
        "backed_up", "exported",
    ]  # fmt: skip
    assert {deed.who for deed in done[1:]} == {"sup"}
    assert [deed.position for deed in done] == list(range(1, 11))
    assert sorted(deed.at for deed in done) == [deed.at for deed in done]
    assert done[2].about == {"bundle": "b1", "device": "L2", "sequence": 7, "records": 0}
    assert worked.check() == []


def test_the_log_holds_no_words_of_people(worked: Store) -> None:
    told = " ".join(str(value) for deed in worked.deeds() for value in deed.about.values())
    assert "phỏng vấn" not in told and "Máy" not in told


def test_the_log_can_be_narrowed(worked: Store) -> None:
    assert [deed.action for deed in worked.deeds(action="merged")] == ["merged"]
    assert [deed.action for deed in worked.deeds(who="")] == ["made"]
    with pytest.raises(ValueError, match="unknown action"):
        worked.note_deed("dreamt")


def test_a_line_can_be_neither_changed_nor_removed(worked: Store) -> None:
    for statement in (
        "UPDATE log SET who = 'x'", "DELETE FROM log", "INSERT OR REPLACE INTO log SELECT * FROM log WHERE position = 2"
    ):  # fmt: skip
        with pytest.raises(Exception, match="log is never"):
            worked._opened.database.execute(statement)
    assert worked.check() == []


@pytest.mark.parametrize(
    "alteration",
    [
        "UPDATE log SET who = 'somebody else' WHERE position = 3",
        "UPDATE log SET at = '2020-01-01T00:00:00.000+07:00' WHERE position = 3",
        "UPDATE log SET action = 'opened' WHERE position = 3",
        "UPDATE log SET about = '{}' WHERE position = 3",
        "UPDATE log SET about = 'rubbish' WHERE position = 3",
        "DELETE FROM log WHERE position = 3",
        "DELETE FROM log WHERE position <= 3",
        "DELETE FROM log WHERE position > 8",
        "DELETE FROM log",
    ],
)
def test_an_altered_or_cut_log_is_told(worked: Store, alteration: str) -> None:
    database = worked._opened.database
    database.execute("DROP TRIGGER log_is_never_changed")
    database.execute("DROP TRIGGER log_is_never_cut")
    database.execute(alteration)
    (problem,) = worked.check()
    assert "log of what was done here" in problem and "Keep this file" in problem


def test_a_chain_written_anew_differs_from_one_handed_out(worked: Store) -> None:
    found = worked.deeds()
    handed_out = [(deed.position, deed.chain) for deed in found]
    assert deeds.first_missing(found, handed_out[:5]) == 0
    forged, before = [], ""
    for deed in found:
        other = replace(deed, who="sb" if deed.position == 4 else deed.who)
        forged.append(replace(other, chain=deeds.chained(before, other)))
        before = forged[-1].chain
    assert deeds.first_break(forged) == 0
    assert deeds.first_missing(forged, handed_out) == 4


def test_wrong_passphrases_stand_in_the_log_after_the_next_opening(store: Store, passphrase: str) -> None:
    store.close()
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            Store.open(store.path, "không phải thế")
    beside = deeds.refused_path(store.path)
    assert len(beside.read_text().splitlines()) == 3
    assert "không phải" not in beside.read_text()
    with Store.open(store.path, passphrase) as again:
        made, failed, opened = again.deeds()
        assert (made.action, failed.action, opened.action) == ("made", "unlock_failed", "opened")
        assert failed.about["count"] == 3
        assert again.check() == []
    assert not beside.exists()


def test_the_note_of_wrong_passphrases_does_not_grow_for_ever(tmp_path: Path) -> None:
    for _ in range(1300):
        deeds.note_refused(tmp_path / "a.store", AT)
    assert 900 < len(deeds.refused(tmp_path / "a.store")) <= 1000


def test_rubbish_beside_the_store_is_not_taken_into_the_log(store: Store, passphrase: str) -> None:
    store.close()
    deeds.refused_path(store.path).write_bytes(b"\xff\0Nguyen Van A\n" + AT.encode() + b"\n")
    with Store.open(store.path, passphrase) as again:
        assert again.deeds("unlock_failed")[0].about == {"count": 1, "first": AT, "last": AT}


def test_a_failed_change_leaves_no_line(store: Store) -> None:
    before = store.deeds()
    with pytest.raises(ValueError, match="direction"):
        store.note_bundle(BundleNote("b1", "sideways", "L2", 7, AT, AT))
    assert store.deeds() == before
