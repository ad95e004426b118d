"""Every format read back by a program that reads it: types, labels, special answers, levels, and nobody named."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyreadstat
import pytest
import rdata

from survey_app.crypto import Cost
from survey_app.operations.export import Exported, export_answers
from survey_app.records import Revision, Round
from survey_app.store import Store, StoredForm, attachment
from survey_app.xforms import load_form

FORM = """
| survey |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | calculation | appearance |
| | hidden | hh_uuid | | | | |
| | hidden | interviewer_id | | | | |
| | hidden | start_time | | | | |
| | text | head_name | Họ và tên chủ hộ | Name of the head | | |
| | text | a_very_long_name_of_a_question_for_statistics_one | Tên dài một | Long name one | | |
| | integer | a_very_long_name_of_a_question_for_statistics_two | Tên dài hai | Long name two | | |
| | integer | n_phones | Số điện thoại thông minh | Number of smartphones | | |
| | select_one why | n_phones_special | Vì sao không trả lời | Why no answer | | special-answer |
| | decimal | income | Thu nhập | Income | | |
| | date | visit_day | Ngày thăm | Day of the visit | | |
| | dateTime | moment | Lúc | Moment | | |
| | geopoint | place | Vị trí | Place | | |
| | select_one yn | has_net | Có Internet không? | Internet? | | |
| | select_multiple net | nets | Loại mạng | Kinds of net | | |
| | image | photo | Ảnh | Picture | | |
| | calculate | double_phones | | | ${n_phones} * 2 | |
| | calculate | greeting | | | concat('Chào ', ${head_name}) | |
| | begin_repeat | people | Người | People | | |
| | text | p_name | Tên | Name | | |
| | date | p_birth_date | Ngày sinh | Date of birth | | |
| | select_one yn | phone | Có điện thoại | Has a telephone | | |
| | begin_repeat | device | Thiết bị | Devices | | |
| | select_one yn | works | Còn dùng được | It works | | |
| | integer | if | Năm mua | Year bought | | |
| | end_repeat | | | | | |
| | end_repeat | | | | | |
| | begin_repeat | plot | Thửa đất | Plots | | |
| | decimal | area | Diện tích | Area | | |
| | end_repeat | | | | | |
| choices |
| | list_name | name | label::Tiếng Việt (vi) | label::English (en) |
| | yn | yes | Có | Yes |
| | yn | no | Không | No |
| | net | fibre | Cáp quang | Fibre |
| | net | mobile | Di động | Mobile |
| | why | dk | Không biết | Does not know |
| | why | refused | Từ chối | Refused |
| settings |
| | form_id | version | title | default_language |
| | plain | 1 | Phiếu thử | Tiếng Việt (vi) |
"""
LONG = "Dài lắm. " * 4000
PHOTO = attachment(b"PHOTO-OF-NOBODY", "jpg")
FIRST = {
    "hh_uuid": "h-first", "interviewer_id": "dtv-ngoc", "start_time": "2026-11-21T08:13:14.000+07:00",
    "head_name": "Nguyễn Thị Hoà", "a_very_long_name_of_a_question_for_statistics_one": LONG,
    "a_very_long_name_of_a_question_for_statistics_two": "7", "n_phones": "3", "income": "1250000.5",
    "visit_day": "2026-11-21", "moment": "2026-11-21T08:13:14.000+07:00", "place": "21.593 105.844 0 0",
    "has_net": "yes", "nets": "fibre mobile", "photo": PHOTO.name, "double_phones": "6",
    "greeting": "Chào Nguyễn Thị Hoà",
    "people": [
        {"#": 1, "p_name": "Nguyễn Thị Hoà", "p_birth_date": "1987-03-29", "phone": "yes",
         "device": [{"#": 1, "works": "yes", "if": "2020"}, {"#": 3, "works": "no"}]},
        {"#": 5, "p_name": "=cmd|tính.exe", "phone": "no"},
    ],
    "plot": [{"#": 2, "area": "0.75"}],
}  # fmt: skip
SECOND = {"hh_uuid": "h-second", "head_name": "Trần Văn Bảy\nở nhờ", "n_phones_special": "refused", "has_net": "no"}
NAMED = ["Hoà", "Bảy", "Nguyễn", "21.593", "105.844", "1987-03", "08:13", "dtv-ngoc", "h-first", "h-second"]
NAMED += ["tính.exe", "11111111-aaaa", "22222222-bbbb", PHOTO.name, "PHOTO-OF-NOBODY", "Dài lắm", "2026-11-21"]


def revision(submission: str, answers: dict[str, Any]) -> Revision:
    when = "2026-11-21T08:20:00+07:00"
    return Revision(
        submission, answers["hh_uuid"], "r1", "plain", "1", (), "answers", "dtv-ngoc", "L1", when, "", answers
    )


@pytest.fixture(scope="module")
def form_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "plain.md"
    path.write_text(FORM, encoding="utf-8")
    return path


def office(path: Path, form_file: Path, *revisions: Revision) -> Store:
    form = load_form(form_file)
    store = Store.create(path, "đường làng rợp bóng", kind="office", device="O1", name="Xã", cost=Cost(1, 8))
    store.put_form(StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {}))
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30")
    store.put_round(Round("r1", "Đợt 11", form.id, form.version, *dates, "05665"))
    store.put_attachments([PHOTO])
    store.add_revisions(revisions, "here")
    return store


@pytest.fixture
def store(tmp_path: Path, form_file: Path) -> Iterator[Store]:
    first, second = revision("11111111-aaaa", FIRST), revision("22222222-bbbb", SECOND)
    with office(tmp_path / "o.store", form_file, first, second) as store:
        yield store


def query(sql: str) -> list[Any]:
    return duckdb.connect().execute(sql).fetchall()


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LEVELS = ["household", "member", "device", "plot"]


def test_every_level_is_a_table_and_keys_join_them(store: Store, tmp_path: Path) -> None:
    done = export_answers(store, tmp_path / "out")
    tables = {path.stem: lines(path) for path in done.files if path.suffix == ".csv"}
    assert list(tables) == LEVELS
    assert {name: len(rows) for name, rows in tables.items()} == dict(done.rows)
    assert list(tables["device"][0])[:3] == ["submission_id", "member_line", "line"]
    owners = {(row["submission_id"], row["line"]): row["p_name"] for row in tables["member"]}
    assert {owners[row["submission_id"], row["member_line"]] for row in tables["device"]} == {"Nguyễn Thị Hoà"}
    assert [(row["line"], row["if"]) for row in tables["device"]] == [("1", "2020"), ("3", "")]
    assert tables["household"][1]["head_name"] == "Trần Văn Bảy\nở nhờ"
    assert tables["household"][0]["a_very_long_name_of_a_question_for_statistics_one"] == LONG


def test_parquet_is_typed_and_says_for_each_choice_whether_it_was_made(store: Store, tmp_path: Path) -> None:
    export_answers(store, tmp_path / "out", "parquet")
    source = f"read_parquet('{tmp_path / 'out' / 'household.parquet'}')"
    types = {name: type_ for name, type_, *_ in query(f"DESCRIBE SELECT * FROM {source}")}
    assert (types["n_phones"], types["income"], types["visit_day"], types["moment"], types["double_phones"]) == (
        "BIGINT", "DOUBLE", "DATE", "TIMESTAMP", "VARCHAR",
    )  # fmt: skip
    columns = "head_name, n_phones, income, CAST(visit_day AS VARCHAR), nets, nets__fibre, CAST(moment AS VARCHAR)"
    first, second = query(f"SELECT {columns} FROM {source}")
    assert first == ("Nguyễn Thị Hoà", 3, 1250000.5, "2026-11-21", "fibre mobile", 1, "2026-11-21 08:13:14")
    assert second == ("Trần Văn Bảy\nở nhờ", None, None, None, None, None, None)


def test_stata_has_labels_and_special_answers_as_missing_values(store: Store, tmp_path: Path) -> None:
    export_answers(store, tmp_path / "out", "stata", words="vi")
    path = tmp_path / "out" / "household.dta"
    frame, meta = pyreadstat.read_dta(str(path), user_missing=True)
    assert list(frame["n_phones"]) == [3.0, "b"]
    assert meta.column_names_to_labels["n_phones"] == "Số điện thoại thông minh"
    labels: dict[str, dict[Any, str]] = dict(meta.variable_value_labels)
    assert labels["n_phones"] == {"a": "Không biết", "b": "Từ chối"}
    assert labels["has_net"] == {1: "Có", 2: "Không"}
    assert list(frame["head_name"]) == ["Nguyễn Thị Hoà", "Trần Văn Bảy\nở nhờ"]
    long_names = [name for name in frame.columns if name.startswith("a_very")]
    assert len(set(long_names)) == 2 and max(map(len, frame.columns)) <= 32
    assert frame[long_names[0]][0] == LONG
    other = pd.read_stata(path, convert_categoricals=False, convert_missing=True, convert_dates=False)
    assert [str(value) for value in other["n_phones"]] == ["3.0", ".b"]
    assert str(pd.read_stata(path)["visit_day"][0])[:10] == "2026-11-21"
    device, _ = pyreadstat.read_dta(str(tmp_path / "out" / "device.dta"))
    (year,) = [name for name in device.columns if name.startswith("if")]
    assert year != "if" and device[year][0] == 2020


def test_spss_has_labels_and_special_answers_as_missing_values(store: Store, tmp_path: Path) -> None:
    export_answers(store, tmp_path / "out", "spss", words="vi")
    path = str(tmp_path / "out" / "household.sav")
    frame, meta = pyreadstat.read_sav(path, user_missing=True)
    assert list(frame["n_phones"]) == [3, -92]
    assert meta.variable_value_labels["n_phones"] == {-91.0: "Không biết", -92.0: "Từ chối"}
    assert meta.missing_ranges["n_phones"] == [{"lo": -92.0, "hi": -91.0}]
    assert pyreadstat.read_sav(path)[0]["n_phones"].isna().tolist() == [False, True]
    assert str(frame["visit_day"][0]) == "2026-11-21"
    assert frame["head_name"][0] == "Nguyễn Thị Hoà"
    assert meta.column_names_to_labels["has_net"] == "Có Internet không?"


def rds(path: Path) -> Any:
    return rdata.parser.parse_data(gzip.decompress(path.read_bytes()), extension=".rds")


def attribute(item: Any, name: str) -> Any:
    here = item.attributes
    while here is not None and getattr(here, "tag", None) is not None:
        if here.tag.value.value == name.encode() or getattr(here.tag.referenced_object, "value", None) == name.encode():
            return here.value[0]
        here = here.value[1]
    return None


def texts(item: Any) -> list[str | None]:
    return [None if each.value is None else each.value.decode() for each in item.value]


def test_r_reads_a_data_frame_with_labels_dates_and_tagged_missing_values(store: Store, tmp_path: Path) -> None:
    export_answers(store, tmp_path / "out", "r", words="vi")
    frame = rds(tmp_path / "out" / "household.rds").object
    names = texts(attribute(frame, "names"))
    column = dict(zip(names, frame.value, strict=True))
    assert texts(attribute(frame, "class")) == ["data.frame"]
    assert texts(column["head_name"]) == ["Nguyễn Thị Hoà", "Trần Văn Bảy\nở nhờ"]
    assert texts(attribute(column["has_net"], "label")) == ["Có Internet không?"]
    assert texts(attribute(attribute(column["has_net"], "labels"), "names")) == ["Có", "Không"]
    assert texts(column["has_net"]) == ["yes", "no"]
    assert column["visit_day"].value[0] == 20778  # days since 1970
    assert column["n_phones"].value[0] == 3
    assert column["n_phones"].value[1:2].tobytes().hex() in ("a207000062 00f07f".replace(" ", ""), "7ff00062000007a2")


def test_r_converts_to_tables(store: Store, tmp_path: Path) -> None:
    export_answers(store, tmp_path / "out", "r")
    member = rdata.conversion.convert(rds(tmp_path / "out" / "plot.rds"))
    assert list(member["area"]) == [0.75]
    assert list(member["line"]) == [2]


def test_a_workbook_keeps_texts_and_says_what_was_cut(store: Store, tmp_path: Path) -> None:
    export_answers(store, tmp_path / "out", "xlsx")
    book = openpyxl.load_workbook(tmp_path / "out" / "answers.xlsx")
    assert book.sheetnames == LEVELS
    head = [cell.value for cell in book["household"][1]]
    column = head.index("a_very_long_name_of_a_question_for_statistics_one") + 1
    cell = str(book["household"].cell(2, column).value)
    assert cell.startswith("Dài lắm") and len(cell) <= 32_767
    assert book["member"].cell(3, 3).data_type == "s"


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet", "stata", "spss", "r", "jsonl"])
def test_no_rows_give_tables_all_the_same(form_file: Path, tmp_path: Path, format: str) -> None:
    with office(tmp_path / "e.store", form_file) as store:
        done = export_answers(store, tmp_path / "out", format)
    assert set(done.rows.values()) == {0}
    assert len([path for path in done.files if path.parent.name == "out"]) == (1 if format == "xlsx" else 4)
    if format == "stata":
        assert pyreadstat.read_dta(str(done.files[0]))[0].empty
    if format == "spss":
        assert pyreadstat.read_sav(str(done.files[0]))[0].empty
    if format == "parquet":
        assert query(f"SELECT count(*) FROM read_parquet('{done.files[0]}')") == [(0,)]
    if format == "r":
        assert attribute(rds(done.files[0]).object, "names") is not None


def test_the_codebook_explains_columns_codes_and_shortened_names(store: Store, tmp_path: Path) -> None:
    done = export_answers(store, tmp_path / "out", "stata", words="en")
    book = openpyxl.load_workbook(done.codebook)
    variables = [[cell.value or "" for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)]
    questions = {(row[0], row[1]): row for row in variables}
    assert questions["household", "n_phones"][3] == "Number of smartphones"
    short = questions["household", "a_very_long_name_of_a_question_for_statistics_one"][2]
    assert short in pyreadstat.read_dta(str(done.files[0]), metadataonly=True)[1].column_names
    codes = [[cell.value or "" for cell in row] for row in book.worksheets[2].iter_rows(min_row=2)]
    assert ["household", "has_net", "yes", "1", "Yes"] in codes
    assert len([row for row in codes if row[1] == "n_phones"]) == 2


def everything(done: Exported) -> str:
    """Return all that was written, opened where it is packed."""
    found = []
    for path in (*done.files, done.codebook):
        found.append(path.read_bytes().decode("utf-8", "replace"))
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as packed:
                found += [packed.read(name).decode("utf-8", "replace") for name in packed.namelist()]
        elif path.suffix == ".rds":
            found.append(gzip.decompress(path.read_bytes()).decode("utf-8", "replace"))
        elif path.suffix == ".parquet":
            found += [str(row) for row in query(f"SELECT * FROM read_parquet('{path}')")]
        elif path.suffix in (".dta", ".sav"):
            read = pyreadstat.read_dta if path.suffix == ".dta" else pyreadstat.read_sav
            found.append(read(str(path))[0].to_csv())
    return "\n".join(found)


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet", "stata", "spss", "r", "jsonl"])
def test_no_byte_of_a_pseudonymised_export_names_anybody(store: Store, tmp_path: Path, format: str) -> None:
    open_one = everything(export_answers(store, tmp_path / "open", format))
    assert {told for told in ("Hoà", "tính.exe", "dtv-ngoc", "h-first") if told not in open_one} == set()
    closed = everything(export_answers(store, tmp_path / "closed", format, pseudonymise=True))
    assert [told for told in NAMED if told in closed] == []
    assert not any(part for part in (tmp_path / "closed").iterdir() if part.suffix == ".part")


def test_pseudonymised_dates_are_months_and_births_years(store: Store, tmp_path: Path) -> None:
    done = export_answers(store, tmp_path / "out", pseudonymise=True)
    households, members = lines(done.files[0]), lines(done.files[1])
    (first,) = [row for row in households if row["has_net"] == "yes"]
    assert (first["visit_day"], first["moment"], first["start_time"]) == ("2026-11", "2026-11", "2026-11")
    assert sorted(row["p_birth_date"] for row in members) == ["", "1987"]
    assert {row["submission_id"] for row in members} == {first["submission_id"]}
    assert {"head_name", "greeting", "place", "photo", "p_name"} <= set(done.left_out)


def test_the_order_of_rows_does_not_join_two_pseudonymised_exports(form_file: Path, tmp_path: Path) -> None:
    many = [revision(f"s{n:03}", {"hh_uuid": f"h{n}", "n_phones": str(n)}) for n in range(60)]
    with office(tmp_path / "m.store", form_file, *many) as store:
        orders = [
            [row["n_phones"] for row in lines(export_answers(store, tmp_path / name, pseudonymise=True).files[0])]
            for name in "ab"
        ]
    assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1])


def test_files_are_their_owners_alone(store: Store, tmp_path: Path) -> None:
    done = export_answers(store, tmp_path / "out", "parquet")
    assert {path.stat().st_mode & 0o077 for path in (*done.files, done.codebook)} == {0}
    assert (tmp_path / "out" / "attachments" / PHOTO.name).read_bytes() == b"PHOTO-OF-NOBODY"


def test_an_answer_in_words_keeps_a_column_of_numbers_a_text(form_file: Path, tmp_path: Path) -> None:
    odd = revision("s1", {"hh_uuid": "h1", "n_phones": "khoảng ba", "visit_day": "mai"})
    with office(tmp_path / "m.store", form_file, odd) as store:
        export_answers(store, tmp_path / "p", "parquet")
        export_answers(store, tmp_path / "s", "spss")
    found = query(f"SELECT n_phones, visit_day FROM read_parquet('{tmp_path / 'p' / 'household.parquet'}')")
    assert found == [("khoảng ba", "mai")]
    assert list(pyreadstat.read_sav(str(tmp_path / "s" / "household.sav"))[0]["n_phones"]) == ["khoảng ba"]


def test_what_an_older_form_asked_is_not_left_out(store: Store, form_file: Path, tmp_path: Path) -> None:
    newer = tmp_path / "newer.md"
    words = FORM.replace("| | decimal | income | Thu nhập | Income | | |\n", "").replace(
        "| plain | 1 |", "| plain | 2 |"
    )
    newer.write_text(words, encoding="utf-8")
    form = load_form(newer)
    store.put_form(StoredForm(form.id, form.version, form.title, form.xml, tuple(sorted(form.derived)), {}))
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-11-30")
    store.put_round(Round("r1", "Đợt 11", form.id, form.version, *dates, "05665"))
    first, _second = lines(export_answers(store, tmp_path / "out").files[0])
    assert (list(first)[-1], first["income"]) == ("income", "1250000.5")


FULL = """
import resource, sys
from pathlib import Path
from survey_app.errors import SurveyAppError
from survey_app.operations.export import export_answers
from survey_app.store import Store
store = Store.open(sys.argv[1], "đường làng rợp bóng")
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
try:
    export_answers(store, Path(sys.argv[2]), sys.argv[3])
except SurveyAppError as error:
    print(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of this kind are not there")
@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet", "stata", "spss", "r", "jsonl"])
def test_a_disk_that_fills_up_leaves_nothing_that_looks_whole(store: Store, tmp_path: Path, format: str) -> None:
    store.close()
    arguments = [str(tmp_path / "o.store"), str(tmp_path / "out"), format, "3000"]
    done = subprocess.run(
        [sys.executable, "-c", FULL, *arguments], capture_output=True, text=True, check=False, timeout=90
    )
    assert done.stdout.strip() == "EXP-02", done.stderr
    assert [path for path in (tmp_path / "out").rglob("*") if path.is_file()] == []


def test_jsonl_holds_the_levels_too(store: Store, tmp_path: Path) -> None:
    done = export_answers(store, tmp_path / "out", "jsonl")
    (plot,) = [json.loads(line) for line in done.files[3].read_text(encoding="utf-8").splitlines()]
    assert plot == {"submission_id": "11111111-aaaa", "line": "2", "area": "0.75"}
