"""Bringing household lists in."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from survey_app.crypto import Cost
from survey_app.errors import SurveyAppError
from survey_app.operations.household_list import (
    Checked,
    Decision,
    check_list,
    import_list,
    known_list,
    write_rejected,
)
from survey_app.operations.list_columns import LEAVE_OUT, NEW, Layout, old_columns, propose
from survey_app.operations.list_tables import NotAList, Table, read_table
from survey_app.operations.old_encodings import TCVN3, VNI, decode, recognise
from survey_app.places import convert_old, find_place, old_communes
from survey_app.progress import Cancelled
from survey_app.records import Enumerator, Household, Place, Round
from survey_app.store import Store

DATES = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
HEAD = ("Số hộ", "Họ và tên chủ hộ", "Thôn", "Địa chỉ", "SĐT", "Số khẩu", "Hộ nghèo")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.create(tmp_path / "a.store", "p", kind="office", device="O1", name="x", cost=Cost(1, 8)) as store:
        store.put_places(
            [
                Place("1", "Xã A", "commune", "xa", ""),
                Place("1-001", "Thôn Nà Mòn", "village", "thon", "1"),
                Place("1-002", "Bản Phiêng Đén", "village", "ban", "1"),
            ]
        )
        store.put_round(Round("r", "Đợt", "f", "1", *DATES, "1"))
        store.put_enumerators([Enumerator("e1", "Lò Thị Mai")])
        yield store


def table(*rows: Sequence[str]) -> Table:
    return Table("x.csv", (HEAD, *(tuple(row) + ("",) * (len(HEAD) - len(row)) for row in rows)))


def checked(store: Store, given: Table, layout: Layout | None = None, **decided: object) -> Checked:
    return check_list(known_list(store), given, layout or propose(given), **decided)  # type: ignore[arg-type]


def names(store: Store) -> list[tuple[int, str]]:
    return [(line.household.number, line.household.head_name) for line in store.households()]


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_text_table_is_read_in_any_delimiter_and_encoding(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"Họ tên{delimiter}Thôn\r\nNguyễn Văn Đường{delimiter}Nà Mòn\r\nTrần Thị Hường{delimiter}Nà Mòn\r\n"
    if encoding == "cp1258":
        text = _for_1258(text)
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    read = read_table(tmp_path / "a.csv")
    layout = propose(read)
    assert layout.columns == {"head_name": 0, "village": 1}
    assert [decode(row[0], "") for row in read.rows[1:]] == ["Nguyễn Văn Đường", "Trần Thị Hường"]


def _for_1258(text: str) -> str:
    """Return the text in the mixture of whole letters and tones apart that Windows-1258 can hold."""
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    found = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        letter = "".join(mark for mark in parts if mark not in tones)
        found.append(unicodedata.normalize("NFC", letter) + "".join(mark for mark in parts if mark in tones))
    return "".join(found)


def test_a_workbook_is_read_with_its_heads_below_a_title(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Hộ")
        sheet.write_row(0, 0, ["DANH SÁCH HỘ"])
        sheet.write_row(2, 0, HEAD)
        sheet.write_row(3, 0, [7, "Lò Văn An", "Nà Mòn", "Xóm 1", 912345678, 4, "x"])
    read = read_table(path)
    layout = propose(read)
    assert (read.sheet, layout.head) == ("Hộ", 2)
    assert list(layout.columns) == ["number", "head_name", "village", "address", "phone", "size", "poverty"]


def test_a_workbook_of_old_excel_is_read() -> None:
    """The file is BIFF8 in its compound document, as Excel 97 to 2003 and many offices today write it."""
    read = read_table(Path(__file__).parents[2] / "data" / "lists" / "households.xls")
    assert read.sheets == ("Ghi chú", "Thôn Đông Hạ")
    assert read.sheet == "Thôn Đông Hạ"
    assert read.rows[1:] == (
        ("1", "Nguyễn Thị Hường", "0912345678", "4"),
        ("2", "Trần Văn Đức", "", "3"),
        ("3", "Lò Thị Ẩm", "0987654321", "5"),
    )
    assert propose(read).columns == {"number": 0, "head_name": 1, "phone": 2, "size": 3}


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    for name, content in (("a.xlsx", b"no workbook"), ("a.csv", b""), ("b.csv", b"\x00\x01\x02" * 9)):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(NotAList):
            read_table(tmp_path / name)


# --- old encodings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "encoding", "meant"),
    [
        ("NguyÔn V¨n §\u00ad\u00eang", TCVN3, "Nguyễn Văn Đường"),
        ("TrÇn ThÞ H\u00ad\u00eang", TCVN3, "Trần Thị Hường"),
        ("NGUYÔN V¡N", TCVN3, "NGUYỄN VĂN"),
        ("Nguyeãn Vaên Ñöôøng", VNI, "Nguyễn Văn Đường"),
        ("Leâ Thò Myõ Quyeân", VNI, "Lê Thị Mỹ Quyên"),
    ],
)
def test_text_of_an_old_encoding_is_recognised_and_read(text: str, encoding: str, meant: str) -> None:
    assert recognise([text]) == encoding
    assert decode(text, encoding) == meant


def test_good_text_is_left_alone() -> None:
    assert recognise(["Nguyễn Văn Đường", "Lò Thị Ỷ", "Giàng A Páo", "Hoà"]) == ""
    assert decode("  \u00d0ỗ Ba ", "") == "Đỗ Ba"


def test_old_columns_are_shown_and_read_only_with_consent(store: Store) -> None:
    given = table(("1", "NguyÔn V¨n §\u00ad\u00eang", "Nà Mòn"))
    layout = propose(given)
    assert old_columns(given, layout) == {1: TCVN3}
    assert checked(store, given).new[0].head_name.startswith("NguyÔn")
    agreed = Layout(layout.head, layout.columns, {1: TCVN3})
    assert checked(store, given, agreed).new[0].head_name == "Nguyễn Văn Đường"


# --- rows ----------------------------------------------------------------------------------------------------------


def test_good_rows_are_kept_and_bad_ones_reported_with_their_line(store: Store, tmp_path: Path) -> None:
    given = table(
        ("1", "Lò Văn An", "thôn na mon", "12/3/2026", "912345678", "4", "x"),
        ("", "", "", "", "", "", ""),
        ("2", "", "Nà Mòn"),
        ("ba", "Lò Văn Ba", "Nà Mòn"),
        ("4", "Lò Thị Tư", "Phieng Den", "", "+84 912 345 679", "nhiều", "cận nghèo"),
        ("", "Tổng cộng", "", "", "", "9"),
    )
    found = checked(store, given)
    first, fourth = found.new
    assert (first.village_code, first.address, first.phone, first.poverty) == ("1-001", "12/3", "0912345678", "poor")
    assert (fourth.village_code, fourth.phone, fourth.size, fourth.poverty) == ("1-002", "0912345679", 0, "near_poor")
    assert [(each.row, each.reason) for each in found.rejected] == [(4, "no_name"), (5, "bad_number"), (7, "total")]
    assert found.notes == {2: ("zero",), 6: ("size",)}
    report = write_rejected(found, given, tmp_path / "left-out.csv").read_text("utf-8-sig").splitlines()
    assert report[2].startswith("5,")
    assert "Lò Văn Ba" in report[2]


def test_an_unknown_village_is_asked_about_once_a_name(store: Store) -> None:
    given = table(("1", "Lò Văn An", "Na Mon 2"), ("2", "Lò Văn Ba", "Na Mon 2"), ("3", "Lò Văn Tư", "Xa lắm"))
    found = checked(store, given)
    assert [(each.name, each.rows) for each in found.unknown] == [("Na Mon 2", 2), ("Xa lắm", 1)]
    assert [place.code for place in found.unknown[0].near] == ["1-001"]
    layout = propose(given)
    said = Layout(layout.head, layout.columns, villages={"na mon 2": "1-001", "xa lam": LEAVE_OUT})
    found = checked(store, given, said)
    assert [household.village_code for household in found.new] == ["1-001", "1-001"]
    said = Layout(layout.head, layout.columns, villages={"na mon 2": NEW, "xa lam": LEAVE_OUT})
    found = checked(store, given, said)
    assert [(place.code, place.name, place.kind) for place in found.villages] == [("1-003", "Na Mon 2", "thon")]
    import_list(store, found)
    assert store.place("1-003") is not None


def test_the_same_file_again_changes_nothing(store: Store) -> None:
    given = table(
        ("1", "Lò Văn An", "Nà Mòn", "", "912345678"),
        ("2", "Lò Văn Ba", "Nà Mòn"),
        ("2", "Lò Văn Tư", "Nà Mòn"),
        ("", "Giàng A Páo", "Phiêng Đén"),
        ("", "Giàng A Páo", "Phiêng Đén", "Xóm 2"),
    )
    decisions: dict[int, Decision] = {4: "new", 6: "new"}
    import_list(store, checked(store, given, decisions=decisions))
    before = [line.household for line in store.households()]
    assert len(before) == 5
    again = checked(store, given)
    assert (again.new, again.changed, again.same, again.questions) == ((), (), 5, ())
    import_list(store, again)
    assert [line.household for line in store.households()] == before


def test_a_newer_file_brings_a_household_up_to_date_and_never_blanks_it(store: Store) -> None:
    import_list(store, checked(store, table(("1", "Lo Van An", "Nà Mòn", "Xóm 1", "912345678", "4"))))
    id_ = store.households()[0].household.id
    found = checked(store, table(("1", "Lò Văn An", "Nà Mòn", "", "", "5")))
    assert (found.new, len(found.changed)) == ((), 1)
    import_list(store, found)
    assert store.household(id_) == Household(id_, "1-001", 1, "Lò Văn An", "Xóm 1", "0912345678", 5)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [("skip", [(1, "Lò Văn An")]), ("same", [(1, "Lò Văn Bình")]), ("new", [(1, "Lò Văn An"), (2, "Lò Văn Bình")])],
)
def test_the_same_number_in_the_village_is_decided(
    store: Store, decision: Decision, expected: list[tuple[int, str]]
) -> None:
    store.put_households([Household("h1", "1-001", 1, "Lò Văn An")])
    given = table(("1", "Lò Văn Bình", "Nà Mòn"))
    (question,) = checked(store, given).questions
    assert (question.likeness, question.household.id, question.usual) == ("number", "h1", "skip")
    import_list(store, checked(store, given, decisions={2: decision}))
    assert names(store) == expected


def test_the_same_name_in_a_village_is_shown_and_usually_another_household(store: Store) -> None:
    given = table(("1", "Lò Văn An", "Nà Mòn"), ("9", "LO VAN AN", "Nà Mòn"), ("3", "Lò Văn An", "Phiêng Đén"))
    found = checked(store, given)
    assert [(each.likeness, each.entry.row, each.twin_row) for each in found.questions] == [("name", 3, 2)]
    assert len(found.new) == 3


def test_the_same_name_and_telephone_is_usually_the_same_household(store: Store) -> None:
    store.put_households([Household("h1", "1-002", 1, "Lò Văn An", phone="0912 345 678")])
    found = checked(store, table(("5", "Lò Văn An", "Nà Mòn", "", "912345678")))
    assert [each.likeness for each in found.questions] == ["phone"]
    assert [each.reason for each in found.rejected] == ["skipped"]


def test_importing_is_all_or_nothing(store: Store) -> None:
    found = checked(store, table(*((str(n), f"Người {n} A", "Nà Mòn") for n in range(1, 1500))))

    class Stops:
        def step(self, done: int, total: int, what: str = "") -> None:
            if done:
                raise Cancelled

    with pytest.raises(Cancelled):
        import_list(store, found, Stops())
    assert store.households() == []


def test_a_laptop_makes_no_villages(tmp_path: Path) -> None:
    with Store.create(tmp_path / "l.store", "p", kind="laptop", device="L1", name="x", cost=Cost(1, 8)) as laptop:
        with pytest.raises(SurveyAppError) as raised:
            import_list(laptop, Checked(villages=(Place("1-009", "Mới", "village", "thon", "1"),)))
        assert raised.value.code == "LST-03"


def test_a_person_in_charge_is_known_by_name(store: Store) -> None:
    given = Table("x", (("Chủ hộ", "Phụ trách"), ("Lò Văn An", "lo thi mai"), ("Lò Văn Ba", "Ai đó")))
    layout = propose(given)
    found = checked(store, given, Layout(layout.head, layout.columns, village="1-001"), new_id=uuid.uuid4)
    assert [household.assigned_to for household in found.new] == ["e1", ""]
    assert found.notes == {3: ("assigned_to",)}


# --- communes of before 01/07/2025 ---------------------------------------------------------------------------------


@pytest.fixture
def split_store(tmp_path: Path) -> Iterator[tuple[Store, str, str, str]]:
    """The office of a commune of a whole old commune and a part of a split one; both old codes, and its own."""
    code = next(
        new
        for old in ("00007", "00031", "00025")
        for new in convert_old(old).targets
        if {"split", "whole"} <= {each.relation for each in old_communes(new)}
    )
    split = next(each.code for each in old_communes(code) if each.relation == "split")
    whole = next(each.code for each in old_communes(code) if each.relation == "whole")
    with Store.create(tmp_path / "b.store", "p", kind="office", device="O1", name="x", cost=Cost(1, 8)) as store:
        villages = [Place(f"{code}-00{n}", f"Tổ {n}", "village", "to_dan_pho", code, split) for n in (1, 2)]
        store.put_places([find_place(code), *villages, Place(f"{code}-003", "Tổ 3", "village", "to_dan_pho", code)])
        store.put_round(Round("r", "Đợt", "f", "1", *DATES, code))
        yield store, split, whole, code


def old_table(*rows: tuple[str, ...]) -> Table:
    return Table("x.csv", (("Họ và tên chủ hộ", "Mã xã cũ", "Thôn"), *rows))


def test_a_row_of_a_split_commune_asks_for_its_village(split_store: tuple[Store, str, str, str]) -> None:
    store, split, _whole, code = split_store
    given = old_table(("Hà Văn Ánh", split, ""), ("Lý Thị Bé", split.lstrip("0"), ""), ("Vàng A Chu", split, "Tổ 2"))
    found = checked(store, given)
    assert [household.village_code for household in found.new] == [f"{code}-002"]
    (asked,) = found.unknown
    assert asked.rows == 2
    assert split in asked.name
    assert [place.code for place in asked.near] == [f"{code}-001", f"{code}-002"]
    assert [each.reason for each in found.rejected] == ["unknown_village"] * 2
    layout = propose(given)
    answered = Layout(layout.head, layout.columns, villages={asked.key: f"{code}-001"})
    assert [household.village_code for household in checked(store, given, answered).new] == [
        f"{code}-001", f"{code}-001", f"{code}-002",
    ]  # fmt: skip
    new = Layout(layout.head, layout.columns, villages={asked.key: NEW})
    assert checked(store, given, new).unknown == (asked,)  # a part of a commune is no village


def test_a_row_of_another_commune_is_told_and_not_dropped(split_store: tuple[Store, str, str, str]) -> None:
    store, _split, whole, code = split_store
    given = old_table(
        ("Hà Văn Ánh", "99998", "Tổ 1"), ("Lý Thị Bé", whole, "Tổ 1"), ("Vàng A Chu", convert_old(whole).name, "Tổ 3"),
        ("Sùng Thị Dợ", code, "Tổ 2"), ("Cứ Seo Én", "", "Tổ 2"),
    )  # fmt: skip
    found = checked(store, given)
    assert [(each.row, each.reason) for each in found.rejected] == [(2, "other_commune")]
    assert len(found.new) == 4


def test_a_list_that_names_a_joined_village_means_the_one_that_is_there(
    split_store: tuple[Store, str, str, str],
) -> None:
    from datetime import date

    from survey_app.operations.villages import join_villages

    store, _split, _whole, code = split_store
    join_villages(store, f"{code}-001", f"{code}-003", date(2026, 12, 1))
    found = checked(store, old_table(("Hà Văn Ánh", "", "Tổ 1"), ("Lý Thị Bé", "", f"{code}-001")))
    assert [household.village_code for household in found.new] == [f"{code}-003"] * 2
