"""Pictures and files of answers: kept as long as something names them, never longer, never altered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from survey_app.records import Revision
from survey_app.store import AttachmentTooLarge, Draft, Store, TooManyAttachments, attachment, attachments

PICTURE = attachment(b"a picture", "jpg")


def draft(number: int = 1) -> Draft:
    return Draft(f"d{number}", f"s{number}", f"h{number}", "r", "f", "1", (), "an", "2026-11-21T08:00:00+07:00")


def revision(answers: dict[str, object], number: int = 1) -> Revision:
    return Revision(
        submission=f"s{number}",
        household=f"h{number}",
        round="r",
        form_id="f",
        form_version="1",
        parents=(),
        kind="answers",
        author="an",
        device="L1",
        made_at="2026-11-21T09:00:00.000+07:00",
        reason="",
        answers=answers,
    )


def test_an_attachment_is_called_after_its_content() -> None:
    assert PICTURE.is_sound
    assert attachment(b"a picture", ".JPG") == PICTURE
    assert not replace(PICTURE, content=b"another").is_sound
    assert attachment(b"x", "../../evil").name.endswith(".bin")


@pytest.mark.parametrize("content", [b"", bytes(attachments.LARGEST_BYTES + 1)])
def test_what_is_empty_or_too_large_is_refused(content: bytes) -> None:
    with pytest.raises(AttachmentTooLarge, match="STO-13"):
        attachment(content, "jpg")


def test_one_interview_cannot_have_more_than_fits_into_a_bundle(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_IN_A_DRAFT_BYTES", 12)
    store.start_draft(draft())
    store.attach("d1", PICTURE)
    store.save_draft("d1", {"photo": PICTURE.name}, "photo")
    store.attach("d1", PICTURE)
    with pytest.raises(TooManyAttachments, match="STO-14"):
        store.attach("d1", attachment(b"one more", "jpg"))


def test_what_a_finished_form_names_stays(store: Store) -> None:
    store.start_draft(draft())
    store.attach("d1", PICTURE)
    store.attach("d1", attachment(b"taken again later", "jpg"))
    store.save_draft("d1", {"photo": PICTURE.name}, "photo")
    store.finish_draft("d1", revision({"group": {"photo": PICTURE.name}}))
    assert store.attachment(PICTURE.name) == b"a picture"
    assert dict(store.attachment_sizes()) == {PICTURE.name: 9}


def test_what_only_a_discarded_interview_named_is_removed(store: Store) -> None:
    store.start_draft(draft())
    store.start_draft(draft(2))
    store.attach("d1", PICTURE)
    store.save_draft("d1", {"photo": PICTURE.name}, "photo")
    store.attach("d2", PICTURE)
    store.save_draft("d2", {"photo": PICTURE.name}, "photo")
    store.discard_draft("d1")
    assert store.attachment(PICTURE.name) is not None
    store.discard_draft("d2")
    assert store.attachment(PICTURE.name) is not None
    store.empty_bin(days=0)
    assert store.attachment(PICTURE.name) is None


def test_what_a_bundle_brought_outlives_every_interview(store: Store) -> None:
    store.put_attachments([PICTURE])
    store.put_attachments([PICTURE])
    store.start_draft(draft())
    store.discard_draft("d1")
    assert store.attachment(PICTURE.name) == b"a picture"


def test_the_check_finds_an_altered_attachment(store: Store) -> None:
    store.put_attachments([PICTURE])
    assert store.check() == []
    store._opened.database.execute("UPDATE attachments SET content = x'00'")
    assert len(store.check()) == 1


def test_the_bytes_stand_nowhere_in_the_clear(store: Store, tmp_path: Path) -> None:
    secret = "không ai được thấy ảnh này".encode() * 50
    store.put_attachments([attachment(secret, "jpg")])
    store.close()
    found = [path.name for path in tmp_path.rglob("*") if path.is_file() and secret[:32] in path.read_bytes()]
    assert found == []


def test_a_backup_holds_them(new_store: Callable[..., Store], tmp_path: Path, passphrase: str) -> None:
    store = new_store()
    store.put_attachments([PICTURE])
    store.backup(tmp_path / "copy.store")
    with Store.open(tmp_path / "copy.store", passphrase) as copy:
        assert copy.attachment(PICTURE.name) == b"a picture"
