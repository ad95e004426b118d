"""Erasing a household leaves a trace of itself and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from survey_app.records import Erasure, Household, Revision
from survey_app.store import Draft, Store, attachment

AT = "2026-11-22T10:00:00.000+07:00"


def erasure(household: str = "h1", reason: str = "asked") -> Erasure:
    return Erasure(household, "e1", "L1", AT, reason)


def test_everything_about_the_household_is_gone_and_the_trace_stays(
    commune: Store, new_revision: Callable[..., Revision], new_draft: Callable[..., Draft]
) -> None:
    commune.add_revisions([new_revision(), new_revision(submission="s2", household="h2")], "here")
    commune.start_draft(new_draft(id="d1", submission="s3"))
    commune.discard_draft("d1", "e1")
    commune.start_draft(new_draft(id="d2", submission="s1"))
    commune.add_erasures([erasure()], "here")
    assert [revision.household for revision in commune.revisions()] == ["h2"]
    assert commune.current("s1") is None
    assert commune.drafts() == []
    assert commune.discarded_drafts() == []
    assert commune.household("h1") == Household("h1", "01234-001", 1, "")
    assert commune.households(text="Bình") == commune.households(text="Lê Bình")
    assert commune.erasures() == [erasure()]
    assert commune.is_erased("h1")
    assert commune.check() == []


def test_pictures_go_with_it_but_those_that_another_household_or_the_bin_names(
    commune: Store, new_revision: Callable[..., Revision], new_draft: Callable[..., Draft]
) -> None:
    alone, shared, binned, inside = (attachment(name.encode(), "jpg") for name in ("alone", "shared", "bin", "inside"))
    commune.put_attachments([alone, shared, binned, inside])
    members = [{"#": 1, "photo": inside.name}]
    answers = {"photo": alone.name, "door": shared.name, "sign": binned.name, "m": members}
    deep = {"group": {"m": [{"#": 7, "door": shared.name}]}, "words": f"xem {alone.name}"}
    commune.add_revisions([new_revision(answers), new_revision(deep, submission="s2", household="h2")], "here")
    commune.start_draft(new_draft(id="d1", submission="s3", household="h2"))
    commune.save_draft("d1", {"sign": binned.name}, "")
    commune.discard_draft("d1", "e1")
    commune.add_erasures([erasure()], "here")
    assert set(commune.attachment_sizes()) == {shared.name, binned.name}
    assert commune.check() == []


def test_what_arrives_later_does_not_come_in(commune: Store, new_revision: Callable[..., Revision]) -> None:
    revision = new_revision()
    commune.add_revisions([revision], "bundle 1")
    commune.add_erasures([erasure()], "here")
    before = commune.digest()
    assert commune.add_revisions([revision], "bundle 1 again").identical == (revision.id,)
    commune.put_households([Household("h1", "01234-001", 1, "Nguyễn Văn Bình", phone="0912345678")])
    assert commune.household("h1") == Household("h1", "01234-001", 1, "")
    assert list(commune.revisions()) == []
    assert commune.digest() == before


def test_the_answers_are_overwritten_in_the_file_and_gone_from_the_journal(
    commune: Store, new_revision: Callable[..., Revision], tmp_path: Path
) -> None:
    word = "Nguyễn Thị Rất Riêng"
    long = {f"q{n}": f"{word} {n}" for n in range(400)}
    commune.add_revisions([new_revision({"interview_result": "complete", **long})], "here")
    commune.add_erasures([erasure()], "here")
    journal = commune.path.with_name(f"{commune.path.name}-wal")
    assert not journal.exists() or journal.stat().st_size == 0
    plain = tmp_path / "plain.db"
    database = commune._opened.database
    pages = database.execute("PRAGMA freelist_count").fetchone()[0]
    assert pages >= 0
    database.execute(f"ATTACH DATABASE '{plain}' AS plain KEY ''")
    database.execute("SELECT sqlcipher_export('plain')").fetchall()
    database.execute("DETACH DATABASE plain")
    assert word.encode() not in plain.read_bytes()


def test_a_store_that_never_had_the_answers_agrees_with_one_that_had_them(
    new_store: Callable[..., Store], new_revision: Callable[..., Revision]
) -> None:
    one, other = new_store("one.store"), new_store("other.store")
    one.add_households([Household("h1", "v", 9, "Nguyễn Văn Tìm Thấy")], "L1")
    one.add_revisions([new_revision()], "bundle")
    one.add_erasures([erasure()], "here")
    other.add_erasures([erasure()], "bundle")
    assert one.digest() == other.digest()


def test_two_people_who_erase_the_same_household_leave_two_traces(commune: Store) -> None:
    commune.add_erasures([erasure(), erasure(reason="mistake")], "here")
    assert commune.add_erasures([erasure()], "bundle") == ()
    assert len(commune.erasures()) == 2


def test_an_erasure_waits_until_a_receipt_confirms_the_bundle_that_carries_it(commune: Store) -> None:
    from survey_app.store import BundleNote

    commune.add_erasures([erasure()], "here")
    note = BundleNote("b1", "out", "L1", 1, AT, AT, erasures=(erasure().id,))
    commune.note_bundle(note)
    assert commune.erasures(waiting=True) == [erasure()]
    commune.confirm_bundle("b1")
    assert commune.erasures(waiting=True) == []


def test_a_reason_is_one_of_a_few_words_because_free_words_could_name_somebody() -> None:
    with pytest.raises(ValueError, match="reason"):
        Erasure("h1", "e1", "L1", AT, "Ông Bình xin xóa")
    with pytest.raises(ValueError, match="fields"):
        Erasure.from_json({**erasure().as_json(), "name": "Bình"})
    assert Erasure.from_json(erasure().as_json()) == erasure()
