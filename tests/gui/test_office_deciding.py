"""What a person decides about a submission in conflict, before it is recorded."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from survey_app.gui.office.deciding import BASE, Deciding, Decision
from survey_app.gui.office.dispute import Dispute, DisputeLine, Point, Side, Version
from survey_app.gui.office.dispute_rows import PointRow, VersionBox
from survey_app.gui.office.other_answer import as_answer
from survey_app.gui.office.point_card import PointCard
from survey_app.gui.parts import Label


def point(address: str, kind: str = "answer") -> Point:
    return Point(address, kind, address, "", Side("0", "0"), (Side("1", "1"), Side(None, "")))


def deciding(*points: Point) -> Deciding:
    versions = (Version("A", "a" * 32, "Mai", "", "", False), Version("B", "b" * 32, "Kiên", "", "", False))
    return Deciding(Dispute(DisputeLine("s", "001", "", "", len(points)), "", versions, points, (), ()))


def test_a_decision_needs_a_version_and_a_reason() -> None:
    work = deciding(point("x"))
    assert not work.confirm("x")
    work.choose(point("x"), "A", "1")
    assert not work.confirm("x")
    work.explain("x", "asked again")
    assert work.confirm("x")
    assert work.is_done


def test_a_changed_reason_has_to_be_confirmed_again() -> None:
    work = deciding(point("x"))
    work.choose(point("x"), BASE, "0")
    work.explain("x", "asked again")
    work.confirm("x")
    work.explain("x", "asked once more")
    assert not work.is_done


def test_the_next_open_point_is_below_and_then_from_the_top() -> None:
    points = (point("x"), point("y"), point("z"))
    work = deciding(*points)
    work.choose(points[1], "A", "1")
    work.explain("y", "r")
    work.confirm("y")
    assert work.next_open("x") == points[2]
    assert work.next_open("z") == points[0]


def test_what_is_inside_a_removed_member_needs_no_decision() -> None:
    member, inside = point("members[2]", "line"), point("members[2]/m_name")
    work = deciding(member, inside)
    work.choose(member, "B", None)
    work.explain("members[2]", "moved away")
    work.confirm("members[2]")
    assert work.is_done
    assert work.choices() == {"members[2]": None}


def test_a_cancelled_form_needs_no_other_decision() -> None:
    whole, answer = point("", "submission"), point("x")
    work = deciding(whole, answer)
    work.choose(whole, "B", None)
    work.explain("", "interviewed twice")
    work.confirm("")
    assert work.needed() == (whole,)
    assert work.is_done


def test_one_reason_for_all_is_written_once_and_different_ones_with_their_questions() -> None:
    points = (point("x"), point("y"))
    work = deciding(*points)
    for each, reason in zip(points, ("asked", "asked"), strict=True):
        work.choose(each, "A", "1")
        work.explain(each.address, reason)
    assert work.reason() == "asked"
    work.explain("y", "saw the card")
    assert work.reason() == "x asked; y saw the card"


@pytest.mark.parametrize(
    ("typed", "type_", "answer"),
    [
        (" 12 ", "int", "12"),
        ("1,5", "int", None),
        ("1,5", "decimal", "1.5"),
        ("21/11/2026", "date", "2026-11-21"),
        ("31/02/2026", "date", None),
        ("", "int", ""),
        ("cáp quang", "string", "cáp quang"),
    ],
)
def test_a_typed_answer_fits_the_type_of_the_question(typed: str, type_: str, answer: str | None) -> None:
    assert as_answer(typed, type_) == answer


@pytest.mark.parametrize("width", range(640, 1101, 60))
def test_no_version_is_cut_off_however_narrow_its_box(qapp: QApplication, width: int) -> None:
    said = ("Chỉ bắt được ngoài trời/chỗ cao", "Tốt, dùng được trong nhà, ngoài vườn và trên nương", "Yếu, chập chờn")
    sides = Side("out", said[0]), Side("good", said[1]), Side("bad", said[2])
    asked = Point("x", "answer", "Sóng di động tại nhà thế nào?", "", sides[0], sides)
    versions = [Version(letter, letter * 32, "Mai", "Máy 1", "21/11/2026 14:08", False) for letter in "ABC"]
    page = QWidget()
    column = QVBoxLayout(page)
    column.addWidget(PointCard(asked, Decision(), versions, place=(1, 1), last=True))
    column.addWidget(PointRow(asked, Decision("A", "out", "vì", is_made=True), versions))
    column.addStretch()
    page.resize(width, 1400)
    page.show()
    qapp.processEvents()
    boxes = page.findChildren(VersionBox)
    assert len(boxes) == 4
    for label in page.findChildren(Label):
        if label.isVisible() and label.text() in said:
            assert label.height() >= label.heightForWidth(label.width()), (label.text(), label.width())
