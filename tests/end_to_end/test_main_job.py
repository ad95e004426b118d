"""The main job through the command line: demonstration, bundles, merge, indicators, report, export, copies."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import pytest

from survey_app import paths
from survey_app.cli.main import main

PASSPHRASE = "một câu dài chỉ để thử"


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


class Runner(Protocol):
    """Runs a command in English with the passphrase in the environment."""

    def __call__(self, *words: object) -> Said: ...


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    """What runs a command."""
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)

    def run(*words: object) -> Said:
        capsys.readouterr()
        status = main([*(str(word) for word in words), "--language", "en"])
        told = capsys.readouterr()
        return Said(status, told.out, told.err)

    return run


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demonstration, made once; tests work on copies of its office."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
        patch.setenv("SURVEY_APP_DATA", str(folder / "user"))
        words = ("demo", folder, "--households", 12, "--laptops", 2, "--edits", "--seed", 7, "--language", "en")
        assert main([str(word) for word in words]) == 0
    return folder


@pytest.fixture(scope="module")
def merged(place: Path) -> Path:
    """An office that has merged everything, made once; read only."""
    office = _copy(place, place / "merged.store")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
        patch.setenv("SURVEY_APP_DATA", str(place / "user"))
        assert main(["merge", str(office), *map(str, bundles_of(place)), "--language", "en"]) == 0
    return office


def _copy(place: Path, target: Path) -> Path:
    shutil.copyfile(place / "office.store", target)
    return target


def bundles_of(place: Path) -> list[Path]:
    return sorted((place / "bundles").glob("*.bundle"))


@pytest.fixture
def office(place: Path, tmp_path: Path) -> Path:
    """An office that has merged nothing yet."""
    return _copy(place, tmp_path / "office.store")


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_demonstration_has_an_office_laptops_and_bundles(place: Path) -> None:
    assert (place / "office.store").is_file()
    assert (place / "office.key").is_file()
    assert len(list((place / "laptops").glob("*.store"))) == 2
    assert len(bundles_of(place)) >= 4


@pytest.mark.parametrize("order", [(-1,), (1, -1), (1, 1)], ids=["backwards", "there and back", "twice"])
def test_any_order_and_repetition_gives_the_same_digest_and_indicators(
    say: Runner, place: Path, merged: Path, office: Path, order: Sequence[int]
) -> None:
    for step in order:
        assert say("merge", office, *bundles_of(place)[::step]).status == 0
    assert say("digest", office).out == say("digest", merged).out
    by = ("--by", "commune", "--format", "csv")
    assert say("indicators", office, *by).out == say("indicators", merged, *by).out


def test_the_balance_adds_up(say: Runner, place: Path, office: Path) -> None:
    found = say("merge", office, *bundles_of(place), "--json").json
    assert isinstance(found, dict)
    parts = ("new", "identical", "joined", "conflicting", "refused")
    assert found["records"] == sum(found[part] for part in parts) > 0
    assert found["identical"] > 0


def test_merging_again_brings_nothing_new(say: Runner, place: Path, merged: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.store"
    shutil.copyfile(merged, again)
    found = say("merge", again, *bundles_of(place), "--json").json
    assert isinstance(found, dict)
    assert found["identical"] == found["records"]


def _flipped(content: bytes) -> bytes:
    changed = bytearray(content)
    changed[-40] ^= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [(_flipped, "BND-03"), (lambda content: content[:-100], "BND-0"), (lambda _content: b"no bundle", "BND-01")],
    ids=["flipped", "truncated", "something else"],
)
def test_a_spoiled_bundle_is_refused_and_changes_nothing(
    say: Runner, place: Path, office: Path, tmp_path: Path, spoil: object, code: str
) -> None:
    before = say("digest", office).out
    bad = tmp_path / bundles_of(place)[0].name
    bad.write_bytes(spoil(bundles_of(place)[0].read_bytes()))  # type: ignore[operator]
    done = say("merge", office, bad)
    assert done.status == 1
    assert code in done.err
    assert say("digest", office).out == before


def test_a_bundle_for_another_office_is_refused(say: Runner, place: Path, office: Path, tmp_path: Path) -> None:
    made = say("store", "new", tmp_path / "other.store", "--kind", "office", "--office-key", tmp_path / "other.key")
    assert made.status == 0
    laptop = tmp_path / "laptop.store"
    shutil.copyfile(sorted((place / "laptops").glob("*.store"))[0], laptop)
    written = say(
        "bundle", "write", laptop, "--to", tmp_path / "other.key", "--out", tmp_path, "--everything", "--json"
    ).json
    assert isinstance(written, dict)
    before = say("digest", office).out
    done = say("merge", office, written["path"])
    assert done.status == 1
    assert "BND-04" in done.err
    assert say("digest", office).out == before


def test_a_bad_bundle_does_not_stop_the_good_ones(say: Runner, place: Path, office: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.bundle"
    bad.write_bytes(b"no bundle")
    done = say("merge", office, bad, *bundles_of(place))
    assert done.status == 1
    assert say("digest", office).out != say("digest", _copy(place, tmp_path / "empty.store")).out


def test_the_columns_of_indicators_are_those_promised(say: Runner, merged: Path) -> None:
    text = say("indicators", merged, "--by", "commune,sex", "--format", "csv").out
    head = text.splitlines()[0]
    assert head == "indicator,commune,sex,numerator,denominator,unknown,estimate,target,status"
    json_rows = say("indicators", merged, "--by", "commune,sex", "--json").json
    assert isinstance(json_rows, list)
    assert list(json_rows[0]) == head.split(",")
    assert len(json_rows) == len(rows_of(text))


def test_numbers_in_the_report_are_those_of_the_indicators_command(say: Runner, merged: Path, tmp_path: Path) -> None:
    import openpyxl

    target = tmp_path / "report.xlsx"
    assert say("report", merged, "--format", "xlsx", "--all-figures", "--out", target).status == 0
    book = openpyxl.load_workbook(target, data_only=True)
    counts = {tuple(round(each, 6) for each in row) for sheet in book for row in _number_pairs(sheet)}
    rows = [row for row in rows_of(say("indicators", merged, "--format", "csv").out) if ":" not in row["indicator"]]
    compared = [row for row in rows if row["estimate"] and float(row["denominator"]) > 0]
    assert compared
    missing = [row for row in compared if (float(row["numerator"]), float(row["denominator"])) not in counts]
    assert missing == []


def _number_pairs(sheet: object) -> list[tuple[float, float]]:
    """Return every two numbers that stand side by side."""
    pairs = []
    for row in sheet.iter_rows(values_only=True):  # type: ignore[attr-defined]
        for left, right in pairwise(row):
            if isinstance(left, int | float) and isinstance(right, int | float):
                pairs.append((float(left), float(right)))
    return pairs


def test_targets_of_a_file_are_used(say: Runner, merged: Path, tmp_path: Path) -> None:
    targets = tmp_path / "targets.csv"
    targets.write_text(
        "id,indicator,kind,scope_level,period_start,operator,value,unit\nT1,hh_smartphone,target,national,2020-01-01,>=,1,%\n",
        encoding="utf-8",
    )
    rows = rows_of(say("indicators", merged, "--targets", targets, "--format", "csv").out)
    assert {row["target"] for row in rows if row["indicator"] == "hh_smartphone"} == {">= 1"}
    assert {row["target"] for row in rows if row["indicator"] != "hh_smartphone"} == {""}


def test_figures_from_a_parquet_export_are_those_of_the_store(say: Runner, merged: Path, tmp_path: Path) -> None:
    assert say("export", merged, "--format", "parquet", "--out", tmp_path / "ministry" / "commune").status == 0
    asked = ("--by", "commune,head_sex", "--format", "csv")
    exported, whole = (rows_of(say("indicators", where, *asked).out) for where in (tmp_path / "ministry", merged))
    assert exported
    keys = {row["indicator"] for row in exported}  # an export holds one form, the store may ask further ones
    assert exported == [row for row in whole if row["indicator"] in keys]


def test_figures_computed_in_the_store_are_those_of_memory(say: Runner, merged: Path) -> None:
    asked = ("--by", "village", "--format", "csv")
    assert say("indicators", merged, *asked, "--engine", "sqlite").out == say("indicators", merged, *asked).out


def test_figures_that_leave_the_office_withhold_small_groups(say: Runner, merged: Path) -> None:
    asked = ("--by", "village,sex", "--publish", "--format", "csv")
    done = say("indicators", merged, *asked)
    gone = [row for row in rows_of(done.out) if row["status"] == "withheld"]
    assert gone
    assert {(row["numerator"], row["unknown"], row["estimate"]) for row in gone} == {("*", "*", "*")}
    assert "fewer than 5" in done.err
    kept = [
        row for row in rows_of(done.out) if row["status"] != "withheld" and row["indicator"].startswith(("hh_", "p_"))
    ]
    assert all(row["denominator"] in ("0",) or int(row["denominator"]) >= 5 for row in kept)


def test_a_folder_without_an_export_is_refused_in_words(say: Runner, tmp_path: Path) -> None:
    done = say("indicators", tmp_path)
    assert done.status == 1
    assert "RES-03" in done.err


def test_an_export_has_a_row_for_each_household_and_member(say: Runner, merged: Path, tmp_path: Path) -> None:
    assert say("export", merged, "--out", tmp_path / "answers").status == 0
    households = rows_of((tmp_path / "answers" / "household.csv").read_text(encoding="utf-8-sig"))
    members = rows_of((tmp_path / "answers" / "member.csv").read_text(encoding="utf-8-sig"))
    known = {row["submission_id"] for row in households}
    assert next(iter(households[0])) == "submission_id"
    assert members
    assert {row["submission_id"] for row in members} <= known


def test_conflicts_name_the_differences(say: Runner, merged: Path) -> None:
    found = say("conflicts", merged, "--json").json
    assert isinstance(found, list)
    assert found
    assert all(len(each["sides"]) >= 2 and each["differences"] for each in found)
    assert "in conflict" in say("conflicts", merged).err


def test_a_store_is_checked_copied_and_put_back(say: Runner, merged: Path, tmp_path: Path) -> None:
    copy, back = tmp_path / "copy.store", tmp_path / "back.store"
    assert say("store", "check", merged).status == 0
    assert say("store", "backup", merged, copy).status == 0
    assert say("store", "restore", back, copy).status == 0
    assert say("digest", back).out == say("digest", merged).out


def test_the_label_of_a_bundle_can_be_read_without_a_passphrase(
    say: Runner, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SURVEY_APP_PASSPHRASE")
    done = say("bundle", "inspect", bundles_of(place)[0], "--json")
    assert done.status == 0
    assert isinstance(done.json, dict)
    assert done.json["records"] > 0


def test_receipts_confirm_what_was_merged(say: Runner, place: Path, merged: Path, tmp_path: Path) -> None:
    issued = say("bundle", "receipt", merged, "--out", tmp_path / "receipts", "--json").json
    assert isinstance(issued, list)
    laptop = tmp_path / "laptop.store"
    shutil.copyfile(sorted((place / "laptops").glob("*.store"))[0], laptop)
    loaded = [say("bundle", "receipt", laptop, "--load", each["path"], "--json") for each in issued]
    assert sorted(each.status for each in loaded) == [0, 1], "one receipt is for this laptop, the other is not"
    good = next(each.json for each in loaded if each.status == 0)
    assert isinstance(good, dict)
    assert good["confirmed"] > 0


def test_the_household_form_has_no_fault(say: Runner) -> None:
    assert say("form", "check", paths.forms() / "household" / "household.xlsx").status == 0


def test_faults_of_a_workbook_are_listed_with_sheet_row_and_column(say: Runner, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label", "relevant"])
    survey.append(["integer", "age", "Age?", ""])
    survey.append(["text", "why", "Why?", "${agee} > 3"])
    path = tmp_path / "broken.xlsx"
    book.save(path)
    done = say("form", "check", path, "--json")
    assert done.status == 2
    assert isinstance(done.json, dict)
    fault = done.json["faults"][0]
    assert (fault["sheet"], fault["row"]) == ("survey", 3)
    plain = say("form", "check", path)
    assert plain.status == 2
    assert "row 3" in plain.out


def test_a_wrong_passphrase_is_a_failure_with_a_code(
    say: Runner, merged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", "not this one at all")
    done = say("digest", merged)
    assert done.status == 1
    assert done.out == ""
    assert "[CRY-01]" in done.err
