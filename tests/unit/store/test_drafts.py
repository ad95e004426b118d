"""Interviews that are not finished."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey_app.records import Revision, nest
from survey_app.store import Draft, Store


def values(store: Store) -> dict[str, str]:
    draft = store.draft("d1")
    assert draft is not None
    return dict(draft.values)


@pytest.fixture
def begun(store: Store, new_draft: Callable[..., Draft]) -> Store:
    store.start_draft(new_draft())
    return store


def test_a_draft_comes_back_as_it_was_begun(store: Store, new_draft: Callable[..., Draft]) -> None:
    draft = new_draft(parents=("r1", "r2"), values={"a": "1", "g/b": "2"}, cursor="g/b")
    store.start_draft(draft)
    found = store.draft("d1")
    assert found is not None
    assert (found.parents, dict(found.values), found.cursor) == (draft.parents, draft.values, "g/b")
    assert found.touched_at == draft.started_at


def test_an_unknown_draft_is_none(store: Store) -> None:
    assert store.draft("nothing") is None


def test_answers_and_cursor_are_kept(begun: Store) -> None:
    begun.save_draft("d1", {"q1": "có"}, "q2")
    begun.save_draft("d1", {"q1": "không", "q2": "3"}, "q3")
    found = begun.draft("d1")
    assert found is not None
    assert (dict(found.values), found.cursor) == ({"q1": "không", "q2": "3"}, "q3")
    assert found.touched_at > found.started_at


def test_none_forgets_one_answer(begun: Store) -> None:
    begun.save_draft("d1", {"q1": "1", "q10": "2", "q1/x": "3", "q1.b": "4", "q1-c": "5"}, "")
    begun.save_draft("d1", {"q1": None}, "")
    assert values(begun) == {"q10": "2", "q1.b": "4", "q1-c": "5"}


def test_none_forgets_a_member_with_everything_about_it(begun: Store) -> None:
    begun.save_draft(
        "d1", {"members[2]": "", "members[2]/name": "A", "members[2]/phone[1]": "", "members[20]": "", "m": "1"}, ""
    )
    begun.save_draft("d1", {"members[2]": None}, "")
    assert values(begun) == {"m": "1", "members[20]": ""}


def test_a_bare_member_is_kept(begun: Store) -> None:
    begun.save_draft("d1", {"members[1]": ""}, "")
    assert nest(values(begun)) == {"members": [{"#": 1}]}


def test_members_come_back_in_the_order_of_their_line_keys(begun: Store) -> None:
    for line in (10, 2, 1, 9):
        begun.save_draft("d1", {f"members[{line}]/name": "A", f"members[{line}]": ""}, "")
    assert [member["#"] for member in nest(values(begun))["members"]] == [1, 2, 9, 10]


def test_a_blank_answer_is_an_answer(begun: Store) -> None:
    begun.save_draft("d1", {"q1": ""}, "")
    assert values(begun) == {"q1": ""}


def test_saving_into_an_unknown_draft_is_a_mistake_and_keeps_nothing(begun: Store) -> None:
    with pytest.raises(Exception):  # noqa: B017 - which of the two checks is first does not matter
        begun.save_draft("other", {"q1": "1"}, "")
    assert values(begun) == {}
    assert begun.check() == []


def test_a_submission_has_one_draft_at_most(begun: Store, new_draft: Callable[..., Draft]) -> None:
    with pytest.raises(ValueError, match="already"):
        begun.start_draft(new_draft(id="d2"))


def test_drafts_come_with_the_one_touched_last_first(begun: Store, new_draft: Callable[..., Draft]) -> None:
    begun.start_draft(new_draft(id="d2", submission="s2", household="h2"))
    begun.save_draft("d1", {"q": "1"}, "")
    assert [draft.id for draft in begun.drafts()] == ["d1", "d2"]


def test_discarding_forgets_the_answers_too(begun: Store) -> None:
    begun.save_draft("d1", {"q": "1"}, "")
    begun.discard_draft("d1")
    assert begun.drafts() == []
    assert begun._opened.database.execute("SELECT count(*) FROM draft_values").fetchone()[0] == 0
    with pytest.raises(LookupError):
        begun.discard_draft("d1")


def test_finishing_turns_the_draft_into_a_revision(begun: Store, new_revision: Callable[..., Revision]) -> None:
    revision = new_revision()
    begun.finish_draft("d1", revision)
    assert begun.drafts() == []
    assert list(begun.revisions()) == [revision]


def test_finishing_an_unknown_draft_adds_nothing(begun: Store, new_revision: Callable[..., Revision]) -> None:
    with pytest.raises(LookupError):
        begun.finish_draft("other", new_revision())
    assert list(begun.revisions()) == []
    assert begun.draft("d1") is not None


def test_an_answer_is_on_the_disk_when_saving_returns(begun: Store, passphrase: str) -> None:
    """Copy file and journal as a power cut would leave them, and open the copy."""
    begun.save_draft("d1", {"q1": "đã lưu"}, "q1")
    copy = begun.path.with_name("copy.store")
    copy.write_bytes(begun.path.read_bytes())
    copy.with_name("copy.store-wal").write_bytes(begun.path.with_name("laptop.store-wal").read_bytes())
    with Store.open(copy, passphrase) as found:
        assert values(found) == {"q1": "đã lưu"}
