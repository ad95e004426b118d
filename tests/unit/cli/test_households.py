"""The command ``households``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from survey_app.cli.main import main
from survey_app.crypto import Cost
from survey_app.records import Enumerator, Place, Round
from survey_app.store import Store

PASSPHRASE = "khao-sat-mau-1"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SURVEY_APP_PASSPHRASE", PASSPHRASE)
    path = tmp_path / "o.store"
    with Store.create(path, PASSPHRASE, kind="office", device="O1", name="x", cost=Cost(1, 8)) as store:
        store.put_places(
            [Place("1", "Xã A", "commune", "xa", ""), Place("1-001", "Thôn Nà Mòn", "village", "thon", "1")]
        )
        dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
        store.put_round(Round("r", "Đợt", "f", "1", *dates, "1"))
        store.put_enumerators([Enumerator("e1", "Mai")])
    return path


def test_a_list_is_imported_found_and_assigned(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, report = tmp_path / "l.csv", tmp_path / "left.csv"
    file.write_text("Số hộ;Chủ hộ;Thôn\n1;Lò Văn An;Nà Mòn\n2;Lò Văn Ba;Nà Mòn\n3;;Nà Mòn\n", "utf-8")
    assert main(["households", "import", str(office), str(file), "--report", str(report), "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["new"], counts["left_out"]) == (2, 1)
    assert report.read_text("utf-8-sig").splitlines()[1].startswith("4,")
    assert main(["households", "find", str(office), "lo ba", "--json"]) == 0
    assert [each["head_name"] for each in json.loads(capsys.readouterr().out)] == ["Lò Văn Ba"]
    assert main(["households", "assign", str(office), "1-001", "e1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"households": 2}


def test_an_unknown_village_is_named_and_the_rest_is_imported(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "l.csv"
    file.write_text("Chủ hộ;Thôn\nLò Văn An;Nà Mòn\nLò Văn Ba;Xa Lắm\n", "utf-8")
    assert main(["households", "import", str(office), str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["unknown_villages"] == ["Xa Lắm"]
    assert main(["households", "import", str(office), str(file), "--new-villages", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["new"], counts["same"]) == (1, 1)


def test_visits_splits_and_closed_lines_are_noted(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "l.csv"
    file.write_text("Số hộ;Chủ hộ;Thôn\n1;Lò Văn An;Nà Mòn\n2;Lò Văn Ba;Nà Mòn\n12;Lò Văn Tư;Nà Mòn\n", "utf-8")
    assert main(["households", "import", str(office), str(file), "--json"]) == 0

    def say(*words: str) -> dict[str, object]:
        capsys.readouterr()
        assert main(["households", words[0], str(office), *words[1:], "--by", "e1", "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert isinstance(answer, dict)
        return answer

    assert say("visit", "1-001/1", "absent", "--note", "đi rẫy")["outcome"] == "absent"
    assert say("visit", "1-001/1", "postponed", "--due", "2099-11-22T18:00")["due"] == "2099-11-22T18:00:00.000+07:00"
    new = say("split", "1-001/1", "Lò Thị Năm", "--size", "2")
    assert (new["number"], new["size"], new["village_code"]) == (13, 2, "1-001")
    assert say("close", "1-001/2", "1-001/1", "--reason", "cùng một hộ")["outcome"] == "duplicate"
    assert say("reopen", "1-001/2", "--reason", "hai hộ khác nhau")["outcome"] == "reopened"
    capsys.readouterr()
    assert main(["households", "void", str(office), "1-001/1", "--reason", "sai", "--by", "e1"]) == 1
    assert "VIS-07" in capsys.readouterr().err
