"""What was written once can be read for ever."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.bundles import load_office_key, read_bundle, read_header
from survey_app.bundles.receipts import parse_receipt
from survey_app.operations.enrolment import open_enrolment
from survey_app.operations.handover import office_of
from survey_app.records import Household, Revision, revision_id
from survey_app.store import Device

SAMPLES = sorted((Path(__file__).parents[2] / "data" / "bundles").glob("format-*"))


@pytest.fixture(params=SAMPLES, ids=lambda folder: str(folder.name))
def sample(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


def expected(sample: Path) -> Any:
    return json.loads((sample / "expected.json").read_text(encoding="utf-8"))


def test_there_is_a_sample_of_the_first_format() -> None:
    assert "format-1" in [folder.name for folder in SAMPLES]


def test_a_sample_bundle_opens(sample: Path) -> None:
    told = expected(sample)
    devices = [Device(each["id"], each["name"], bytes.fromhex(each["verify_key"])) for each in told["devices"]]
    bundle = read_bundle(sample / "sample.bundle", told["office_identity"], devices)
    assert [each.id for each in bundle.revisions] == [each["id"] for each in told["revisions"]]
    without_id = [{name: value for name, value in each.items() if name != "id"} for each in told["revisions"]]
    assert list(bundle.revisions) == [Revision.from_json(fields) for fields in without_id]
    assert [revision_id(each) for each in bundle.revisions] == [each.id for each in bundle.revisions]
    assert list(bundle.households) == [Household(**fields) for fields in told["households"]]


def test_the_label_of_a_sample_can_be_read(sample: Path) -> None:
    header = read_header(sample / "sample.bundle")
    assert (header.bundle_id, header.records) == (expected(sample)["bundle_id"], len(expected(sample)["revisions"]))


def test_a_sample_receipt_is_accepted(sample: Path) -> None:
    office = load_office_key(sample / "office.key")
    receipt = parse_receipt((sample / "sample.receipt").read_bytes(), office.verify_key)
    assert {"office": receipt.office, "device": receipt.device, "bundles": list(receipt.bundles)} == (
        expected(sample)["receipt"]
    )


def test_a_sample_enrolment_sets_a_laptop_up(sample: Path, tmp_path: Path) -> None:
    code = expected(sample)["code"]
    with open_enrolment(sample / "laptop.enrolment", code, tmp_path / "lap.store", "một câu dài dễ nhớ") as laptop:
        assert office_of(laptop) == load_office_key(sample / "office.key")
        assert laptop.device == expected(sample)["receipt"]["device"]


def test_a_bundle_packed_with_a_dictionary_holds_what_the_one_without_does() -> None:
    folder = SAMPLES[0].parent / "packed-with-32769"
    told = expected(folder)
    devices = [Device(each["id"], each["name"], bytes.fromhex(each["verify_key"])) for each in told["devices"]]
    bundle = read_bundle(folder / "sample.bundle", told["office_identity"], devices)
    plain = read_bundle(SAMPLES[0] / "sample.bundle", told["office_identity"], devices)
    assert (bundle.revisions, bundle.households) == (plain.revisions, plain.households)
    assert bundle.header.bundle_id == told["bundle_id"] != plain.header.bundle_id
    assert (folder / "sample.bundle").stat().st_size < (SAMPLES[0] / "sample.bundle").stat().st_size
