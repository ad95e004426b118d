"""Interviews that were thrown away, and interviews that nobody rose from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from survey_app.records import Revision
from survey_app.store import Draft, Store

VALUES = {"members[1]": "", "members[1]/m_name": "Nguyễn Thị Ánh", "remark#note": "nói nhỏ", "n": "3"}


def test_an_interview_comes_back_from_the_bin_with_all_it_held(commune: Store, new_draft: Callable[..., Draft]) -> None:
    commune.start_draft(new_draft(values=VALUES, cursor="n"))
    before = commune.draft("d1")
    commune.discard_draft("d1", "e1")
    assert commune.draft("d1") is None
    assert commune.line("h1").status == "not_visited"  # type: ignore[union-attr]
    (thrown,) = commune.discarded_drafts()
    assert (thrown.household, thrown.by, thrown.answers) == ("h1", "e1", 3)
    assert commune.bring_back_draft("d1") == "h1"
    assert commune.draft("d1") == before
    assert commune.discarded_drafts() == []
    assert commune.line("h1").status == "in_progress"  # type: ignore[union-attr]


def test_it_does_not_come_back_beside_a_newer_interview(
    commune: Store, new_draft: Callable[..., Draft], new_revision: Callable[..., Revision]
) -> None:
    commune.start_draft(new_draft())
    commune.discard_draft("d1")
    commune.start_draft(new_draft(id="d2", submission="s2"))
    with pytest.raises(ValueError, match="another interview"):
        commune.bring_back_draft("d1")
    commune.finish_draft("d2", new_revision(submission="s2"))
    with pytest.raises(ValueError, match="another interview"):
        commune.bring_back_draft("d1")
    assert len(commune.discarded_drafts()) == 1


def test_the_bin_is_emptied_after_some_days(commune: Store, new_draft: Callable[..., Draft]) -> None:
    commune.start_draft(new_draft())
    commune.discard_draft("d1")
    assert commune.empty_bin(days=30) == 0
    assert commune.empty_bin(days=0) == 1
    assert commune.discarded_drafts() == []


def test_only_an_interview_that_nobody_rose_from_is_left_open(
    commune: Store, new_draft: Callable[..., Draft], new_revision: Callable[..., Revision]
) -> None:
    commune.start_draft(new_draft())
    assert commune.left_open() is None
    commune.sit_down("d1")
    left = commune.left_open()
    assert left is not None
    assert left.household == "h1"
    commune.rise("another")
    assert commune.left_open() == left
    commune.rise("d1")
    assert commune.left_open() is None
    commune.sit_down("d1")
    commune.finish_draft("d1", new_revision())
    assert commune.left_open() is None
