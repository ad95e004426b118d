"""Nothing that a household answered lies open on the disk, whatever the program did."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

JOB = (
    ("demo", "place", "--households", "12", "--laptops", "2", "--edits", "--seed", "3"),
    ("merge", "place/office.store", "place/bundles"),
    ("indicators", "place/office.store", "--by", "village"),
    ("conflicts", "place/office.store"),
    ("store", "backup", "place/office.store", "place/office.backup"),
    ("merge", "place/office.store", "place/office.key"),  # refused: what is written then is searched too
)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder where a whole job was done, with the user's folder and the temporary files inside."""
    folder = tmp_path_factory.mktemp("disk")
    (folder / "tmp").mkdir()
    for command in JOB:
        program(folder, *command)
    return folder


def program(folder: Path, *command: str) -> None:
    env = {
        **os.environ,
        "SURVEY_APP_PASSPHRASE": "mật khẩu để thử",
        "SURVEY_APP_DATA": str(folder / "user"),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder / "tmp")),
    }
    done = subprocess.run(
        [sys.executable, "-m", "survey_app", *command], cwd=folder, env=env, capture_output=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr.decode()


def told(folder: Path) -> list[str]:
    """Return names and remarks that were told in the interviews."""
    program(folder, "export", "place/office.store", "--out", "../open")
    answers: list[str] = []
    for name, columns in (("household.csv", ("head_name", "remark")), ("member.csv", ("m_name",))):
        with (folder.parent / "open" / name).open(encoding="utf-8") as file:
            answers += [row[column] for row in csv.DictReader(file) for column in columns if len(row[column]) > 7]
    return answers


def test_no_file_holds_an_answer_in_plain_text(disk: Path) -> None:
    answers = set(told(disk))
    assert len(answers) > 20
    spellings = [answer.encode(coding) for answer in answers for coding in ("utf-8", "utf-16-le")]
    files = [path for path in disk.rglob("*") if path.is_file()]
    assert {"office.store", "may01.store", "office.backup"} <= {path.name for path in files}
    for path in files:
        content = path.read_bytes()
        assert not any(spelling in content for spelling in spellings), path.name


def test_the_search_would_find_an_answer(disk: Path) -> None:
    answer = told(disk)[0]
    assert answer.encode() in (disk.parent / "open" / "household.csv").read_bytes()
