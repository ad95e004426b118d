"""The audit log of an interview, and what an interview says about answers that have no place any more."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey_app import crypto
from survey_app.bundles.keys import OFFICE_IDENTITY, OFFICE_KEY, SIGNING_KEY, OfficeKey, office_key_bytes
from survey_app.clock import VIETNAM
from survey_app.operations.handover import merge, pack
from survey_app.operations.interview import Interview, NotFinishedError, open_interview
from survey_app.records import Enumerator, Household, Place, Revision, Round
from survey_app.store import Device, Store, StoredForm
from survey_app.store.attachments import names_in
from survey_app.xforms import load_form

NOW = dt.datetime(2026, 11, 21, 14, 32, 7, tzinfo=VIETNAM)
HOME = "6a1f0d5e-0000-4000-8000-000000000017"
CHEAP = crypto.Cost(passes=1, memory_kib=8 * 1024)
LOGGED = "audit | audit | | | track-changes=true identify-user=true |"
QUESTIONS = """text | name | Name | | | yes
select_one network | network | Network | . != 'x' | |
begin_repeat | members | Members | | |
text | m_name | Who | | |
integer | age | Age | . < 120 | |
end_repeat | | | | |"""
NETWORKS = ("viettel", "mobifone")


def stored(folder: Path, version: str, questions: str = QUESTIONS, *, log: bool = True) -> StoredForm:
    rows = "\n".join(f"| | {row} |" for row in [*([LOGGED] if log else []), *questions.splitlines()])
    lists = "\n".join(f"| | network | {name} | {name.title()} |" for name in NETWORKS)
    path = folder / f"form{version}.md"
    path.write_text(
        "| survey |\n| | type | name | label | constraint | parameters | required |\n"
        f"{rows}\n| choices |\n| | list_name | name | label |\n{lists}\n"
        f"| settings |\n| | form_id | version |\n| | logged | {version} |\n",
        encoding="utf-8",
    )
    form = load_form(path)
    return StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {})


def round_of(version: str) -> Round:
    return Round("R1", "R1", "logged", version, "2026-11-01", "2025-07-01", "2026-11-01", "2026-11-30", "07030")


@pytest.fixture
def clock() -> Callable[[], dt.datetime]:
    ticks = itertools.count()
    return lambda: NOW + dt.timedelta(seconds=next(ticks))


@pytest.fixture
def store(tmp_path: Path, clock: Callable[[], dt.datetime]) -> Iterator[Store]:
    path = tmp_path / "laptop.store"
    with Store.create(path, "secret", kind="laptop", device="m1", name="Máy 1", clock=clock, cost=CHEAP) as opened:
        opened.put_form(stored(tmp_path, "1"))
        opened.put_places(
            [
                Place("22", "Tỉnh Quảng Ninh", "province", "tinh", ""),
                Place("07030", "Xã Phú Lâm", "commune", "xa", "22"),
                Place("07030-001", "Thôn Đông Hạ", "village", "thon", "07030"),
            ]
        )
        opened.put_enumerators([Enumerator("e1", "Lò Thị Mai")])
        opened.put_round(round_of("1"))
        opened.put_households([Household(HOME, "07030-001", 17, "Nguyễn Thị Hường")])
        yield opened


@pytest.fixture
def begin(store: Store, clock: Callable[[], dt.datetime]) -> Callable[[], Interview]:
    return lambda: open_interview(store, HOME, "e1", clock)


def events(store: Store, revision: Revision) -> list[dict[str, str]]:
    (name,) = names_in(revision.answers)
    content = store.attachment(name)
    assert content is not None
    return list(csv.DictReader(io.StringIO(content.decode())))


def kinds(store: Store, revision: Revision) -> list[tuple[str, str]]:
    return [(row["event"], row["node"].rpartition("/")[2]) for row in events(store, revision)]


def test_the_log_says_what_was_looked_at_and_what_was_changed(begin: Callable[[], Interview], store: Store) -> None:
    interview = begin()
    interview.answer("/data/name", "Hường")
    interview.answer("/data/network", "viettel")
    interview.add_member("/data/members")
    interview.look_at_end()
    revision = interview.finish()
    assert kinds(store, revision) == [
        ("form start", ""),
        ("question", "name"),
        ("add repeat", "members[2]"),
        ("question", "network"),
        ("end screen", ""),
        ("form finalize", ""),
    ]
    named = events(store, revision)[1]
    assert (named["old-value"], named["new-value"], named["user"]) == ("", "Hường", "e1")
    assert revision.answers["meta"] == {"audit": names_in(revision.answers).pop()}


def test_a_crash_loses_no_event_that_was_committed(begin: Callable[[], Interview], store: Store) -> None:
    first = begin()
    first.answer("/data/name", "Hường")
    first.answer("/data/network", "viettel")
    revision = begin().finish()  # the first sitting ended without a word
    found = kinds(store, revision)
    assert found[:2] == [("form start", ""), ("question", "name")]
    assert ("form resume", "") in found
    assert found.count(("question", "name")) == 1


def test_leaving_and_taking_up_again_are_in_the_log(begin: Callable[[], Interview], store: Store) -> None:
    interview = begin()
    interview.answer("/data/name", "Hường")
    interview.pause()
    found = [event for event, _node in kinds(store, begin().finish())]
    assert found == ["form start", "question", "form exit", "form resume", "form finalize"]


def test_a_form_that_is_not_ready_is_in_the_log_with_its_question(begin: Callable[[], Interview], store: Store) -> None:
    interview = begin()
    with pytest.raises(NotFinishedError):
        interview.finish()
    interview.answer("/data/name", "Hường")
    assert ("constraint error", "name") in kinds(store, interview.finish())


def test_a_correction_goes_on_with_the_log_of_what_it_corrects(begin: Callable[[], Interview], store: Store) -> None:
    interview = begin()
    interview.answer("/data/name", "Hường")
    first = interview.finish()
    again = begin()
    again.answer("/data/name", "Hương")
    second = again.finish()
    found = [row["event"] for row in events(store, second)]
    assert found[: len(events(store, first))] == [row["event"] for row in events(store, first)]
    assert found.count("form finalize") == 2
    assert found.count("form resume") == 1
    assert len(store.attachment_sizes()) == 2


def test_a_form_that_was_only_looked_at_leaves_no_log(begin: Callable[[], Interview], store: Store) -> None:
    interview = begin()
    interview.look_at("/data/name")
    interview.pause()
    assert store.drafts() == []


def test_a_form_without_the_row_has_no_log(begin: Callable[[], Interview], store: Store, tmp_path: Path) -> None:
    store.put_form(stored(tmp_path, "2", log=False))
    store.put_round(round_of("2"))
    interview = begin()
    interview.answer("/data/name", "Hường")
    assert interview.due() is None
    assert names_in(interview.finish().answers) == set()
    assert store.attachment_sizes() == {}


def test_the_events_of_a_draft_are_no_answers(begin: Callable[[], Interview], store: Store) -> None:
    interview = begin()
    interview.answer("/data/name", "Hường")
    interview.answer("/data/network", "viettel")
    (draft,) = store.drafts()
    assert any("#log" in address for address in draft.values)
    assert not any("#" in name for name in interview.close().answers["meta"])
    interview.commit()
    store.discard_draft(draft.id, "e1")
    (thrown,) = store.discarded_drafts()
    assert thrown.answers < 8


WITHOUT_NETWORK = QUESTIONS.replace("select_one network | network | Network | . != 'x' | |\n", "").replace(
    "integer | age | Age | . < 120 | |\n", ""
)


def test_what_has_no_place_in_a_newer_form_is_told_in_words(
    begin: Callable[[], Interview], store: Store, tmp_path: Path
) -> None:
    interview = begin()
    interview.answer("/data/name", "Hường")
    interview.answer("/data/network", "viettel")
    interview.add_member("/data/members")
    interview.answer("/data/members[1]/m_name", "Nam")
    interview.answer("/data/members[1]/age", "41")
    interview.finish()
    store.put_form(stored(tmp_path, "2", WITHOUT_NETWORK))
    store.put_round(round_of("2"))
    again = begin()
    told = {(lost.person, lost.question, lost.answer) for lost in again.dropped}
    assert told == {("", "Network", "Viettel"), ("Nam", "Age", "41")}
    assert all(lost.reason for lost in again.dropped)
    again.answer("/data/name", "Hương")
    later = begin()  # another sitting at the same draft
    assert later.dropped == again.dropped
    assert "Viettel" not in str(later.finish().answers)


def test_the_log_travels_in_a_bundle_and_arrives_at_the_office(
    begin: Callable[[], Interview], store: Store, tmp_path: Path, clock: Callable[[], dt.datetime]
) -> None:
    identity, office_keys, laptop_keys = crypto.new_identity(), crypto.new_signing_keys(), crypto.new_signing_keys()
    key = OfficeKey("office1", "Xã Phú Lâm", crypto.recipient_of(identity), office_keys.public)
    store.put_secret(OFFICE_KEY, office_key_bytes(key, office_keys.secret))
    store.put_secret(SIGNING_KEY, laptop_keys.secret)
    interview = begin()
    interview.answer("/data/name", "Hường")
    revision = interview.finish()
    (name,) = names_in(revision.answers)
    bundle = pack(store, None, tmp_path / "stick", False, clock).path
    path = tmp_path / "office.store"
    with Store.create(path, "secret", kind="office", device="office1", name="Xã", clock=clock, cost=CHEAP) as office:
        office.put_secret(OFFICE_IDENTITY, identity.encode())
        office.put_secret(SIGNING_KEY, office_keys.secret)
        office.put_secret(OFFICE_KEY, office_key_bytes(key, office_keys.secret))
        office.put_form(stored(tmp_path, "1"))
        office.put_places(store.places())
        office.put_households([line.household for line in store.households()])
        office.put_round(round_of("1"))
        office.put_devices([Device(store.device, store.name, laptop_keys.public)])
        merge(office, [bundle], clock=clock)
        (arrived,) = office.revisions(revision.submission)
        assert names_in(arrived.answers) == {name}
        assert office.attachment(name) == store.attachment(name)
        assert ("question", "name") in kinds(office, arrived)


def asks_why(interview: Interview) -> bool:
    return interview.wants_reason


def test_why_a_finished_form_is_changed_stands_in_log_and_revision(
    begin: Callable[[], Interview], store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(globals(), "LOGGED", LOGGED.replace("identify-user=true", "track-changes-reasons=on-form-edit"))
    store.put_form(stored(tmp_path, "2"))
    store.put_round(round_of("2"))
    first = begin()
    first.answer("/data/name", "Hường")
    first.answer("/data/network", "viettel")
    assert not asks_why(first)
    assert first.finish().reason == ""
    again = begin()
    assert asks_why(again)
    again.give_reason("  ")
    assert asks_why(again)
    again.answer("/data/network", "mobifone")
    again.give_reason(" asked again, by telephone ")
    assert not asks_why(again)
    revision = again.finish()
    assert revision.reason == "asked again, by telephone"
    told = [row["change-reason"] for row in events(store, revision) if row["event"] == "change reason"]
    assert told == ["asked again, by telephone"]


def test_nobody_is_asked_why_where_the_author_does_not_want_to_know(begin: Callable[[], Interview]) -> None:
    first = begin()
    first.answer("/data/name", "Hường")
    first.answer("/data/network", "viettel")
    first.finish()
    assert not asks_why(begin())
