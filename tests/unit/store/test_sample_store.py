"""Stores of every released format open for ever, with everything in them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from survey_app.crypto import Cost
from survey_app.store import Store

SAMPLES = sorted(
    (Path(__file__).parents[2] / "data" / "stores").glob("format-*.store"),
    key=lambda path: int(path.stem.partition("-")[2]),
)
PASSPHRASE = "mẫu này phải mở được mãi mãi"
RECOVERY = "AGE-SECRET-KEY-1XMYMGUMQWTVH7R667R76VKJ7ULQC85M5CJCG5DLJ5QARWW3A7Z7QZWMRGZ"
SUBMISSION = "33333333-0000-0000-0000-000000000001"
DIGEST = "7f2e977bb544da371acceec82c1fce89f6730b3ec066824332fd66b4f379c80d"


@pytest.fixture(params=SAMPLES, ids=lambda path: path.stem)
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(request.param, tmp_path))


def test_there_is_a_sample_of_every_format() -> None:
    from survey_app.store import schema

    assert [path.name for path in SAMPLES] == [f"format-{number + 1}.store" for number in range(len(schema.MIGRATIONS))]


def test_a_sample_opens_and_is_sound(sample: Path) -> None:
    with Store.open(sample, PASSPHRASE) as store:
        assert store.check() == []
        assert (store.kind, store.device, store.name) == ("laptop", "mau-1", "Máy mẫu")
        assert store.digest() == DIGEST


def test_a_sample_holds_its_answers(sample: Path) -> None:
    with Store.open(sample, PASSPHRASE) as store:
        current = store.current(SUBMISSION)
        assert current is not None
        assert (current.state, [conflict.address for conflict in current.conflicts]) == ("conflict", ["q1"])
        assert current.answers["members"] == [{"#": 1, "m_name": "Trần Văn Mẫu"}, {"#": 3}]
        assert len(list(store.revisions(SUBMISSION))) == 3
        (draft,) = store.drafts()
        assert dict(draft.values) == {"members[1]": "", "members[1]/m_name": "Lê Thị Mẫu", "q1": "1"}
        assert draft.cursor == "members[1]/m_name"


def test_a_sample_holds_its_frame(sample: Path) -> None:
    with Store.open(sample, PASSPHRASE) as store:
        assert [line.status for line in store.households()] == ["complete", "in_progress", "not_visited"]
        assert [household.head_name for household in store.found_households()] == ["Đỗ Văn Mới"]
        assert [line.household.number for line in store.households(text="le thi")] == [2]
        (form,) = store.forms()
        assert (form.derived, sorted(form.files)) == (("age",), ["household.csv", "indicators.csv"])
        round_ = store.round()
        assert round_ is not None and round_.modules == ("skills",)
        assert [place.name for place in store.places("village")] == ["Thôn Một"]
        assert [device.revoked for device in store.devices()] == [True]
        assert store.secret("signing_key") == bytes(32)


def test_a_sample_knows_its_bundles(sample: Path) -> None:
    with Store.open(sample, PASSPHRASE) as store:
        (note,) = store.bundle_notes()
        assert (note.bundle, note.sequence, len(note.revisions)) == ("mau-1-0001-def", 1, 2)
        assert not {each.id for each in store.outgoing()} & set(note.revisions)
        assert store.next_sequence() == 2


def test_a_sample_can_be_recovered(sample: Path) -> None:
    with Store.recover(sample, RECOVERY, "mật khẩu khác", cost=Cost(1, 8)) as store:
        assert store.digest() == DIGEST


def test_the_newest_sample_holds_its_tables(tmp_path: Path) -> None:
    with Store.open(Path(shutil.copy(SAMPLES[-1], tmp_path)), PASSPHRASE) as store:
        assert [(table.file, table.content) for table in store.kept_tables("figures")] == [("so-lieu.csv", b"[]")]


def test_the_newest_sample_knows_when_a_village_ended(tmp_path: Path) -> None:
    with Store.open(Path(shutil.copy(SAMPLES[-1], tmp_path)), PASSPHRASE) as store:
        assert [place.until for place in store.places("village")] == ["2026-12-01"]
