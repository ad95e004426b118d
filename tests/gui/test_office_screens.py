"""The office's screens on a real store: merge, conflicts, results, by keyboard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from survey_app import i18n
from survey_app.errors import SurveyAppError
from survey_app.gui import theme
from survey_app.gui.desk import Desk
from survey_app.gui.office.answers_out import HowDialog, Wanted
from survey_app.gui.office.behind import BehindScreen
from survey_app.gui.office.chart_out import save_chart
from survey_app.gui.office.conflicts import ConflictsScreen
from survey_app.gui.office.merge import MergeScreen
from survey_app.gui.office.report_out import ReportDialog
from survey_app.gui.office.report_out import Wanted as ReportWanted
from survey_app.gui.office.results import ResultsScreen
from survey_app.gui.parts import Label
from survey_app.operations.dashboard import Only
from survey_app.operations.demo import build_demo
from survey_app.operations.handover import merge
from survey_app.operations.reporting import write_template
from survey_app.records import Enumerator
from survey_app.settings import Settings
from survey_app.store import Store

PASSPHRASE = "một câu dài chỉ để thử"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demonstration, made once."""
    folder = tmp_path_factory.mktemp("office")
    build_demo(folder, households=16, laptops=2, edits=True, seed=3, passphrase=PASSPHRASE)
    shutil.copyfile(folder / "office.store", folder / "merged.store")
    with Store.open(folder / "merged.store", PASSPHRASE) as store:
        merge(store, [folder / "bundles"])
    return folder


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    theme.apply(qapp, "light", 100)
    made = Desk(settings=Settings(language="en"))
    made.set_person(Enumerator("ct01", "Vũ Thị Hồng", "supervisor", "chị"))
    yield made
    made.close()


def opened(desk: Desk, place: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / name
    shutil.copyfile(place / name, copy)
    desk.lane.adopt(lambda: Store.open(copy, PASSPHRASE))


def shown(screen: MergeScreen | ConflictsScreen | ResultsScreen, desk: Desk) -> None:
    screen.resize(1366, 680)
    screen.show()
    screen.refresh()
    settle(desk)


def settle(desk: Desk) -> None:
    for _round in range(3):
        desk.lane.wait()
        QApplication.processEvents()


def bundles_of(place: Path) -> list[Path]:
    return sorted((place / "bundles").glob("*.bundle"))


# --- merge ---------------------------------------------------------------------------------------------------------


def test_an_office_without_bundles_offers_to_add_some(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "office.store")
    screen = MergeScreen(desk)
    shown(screen, desk)
    assert screen.empty.isVisible()
    assert screen.first_focus() is screen.empty.button


def test_merging_fills_the_table_and_the_balance_agrees(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "office.store")
    screen = MergeScreen(desk)
    shown(screen, desk)
    screen.merge_files([place / "bundles"])
    assert screen.progress_panel.isVisible()
    settle(desk)
    assert not screen.progress_panel.isVisible()
    assert len(screen.table.rows_model.rows) == len(bundles_of(place))
    assert {line.status for line in screen.table.rows_model.rows} == {"merged"}
    assert "≠" not in screen.balance.table.accessibleName()
    assert screen.balance.next_screen == "conflicts"


def test_a_refused_bundle_is_chosen_and_says_what_to_do(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "office.store")
    bad = tmp_path / "note.bundle"
    bad.write_bytes(b"no bundle")
    screen = MergeScreen(desk)
    shown(screen, desk)
    screen.merge_files([bad, bundles_of(place)[0]])
    settle(desk)
    assert screen.refusal.isVisible()
    assert "BND-01" in screen.refusal.accessibleName()
    screen.refusal.save_notice(tmp_path / "notice.txt")
    assert "note.bundle" in (tmp_path / "notice.txt").read_text(encoding="utf-8-sig")


def test_a_missing_number_has_a_line_of_its_own(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "office.store")
    screen = MergeScreen(desk)
    shown(screen, desk)
    second = next(path for path in bundles_of(place) if "-0002-" in path.name)
    screen.merge_files([second])
    settle(desk)
    assert [line.number for line in screen.table.rows_model.rows if line.status == "missing"] == ["01"]


def test_confirmations_are_written_for_each_laptop(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = MergeScreen(desk)
    shown(screen, desk)
    screen.save_receipts(tmp_path / "receipts")
    settle(desk)
    assert len(list((tmp_path / "receipts").glob("*.receipt"))) == 2


# --- conflicts -----------------------------------------------------------------------------------------------------


def test_a_conflict_is_settled_by_keyboard_alone(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ConflictsScreen(desk)
    shown(screen, desk)
    before = len(screen.table.rows_model.rows)
    first = screen.table.rows_model.rows[0].submission
    deciding = screen.sheet.deciding
    assert deciding is not None
    for _point in deciding.dispute.points:
        if screen.sheet.deciding is not deciding:
            break
        QTest.keyClick(screen.sheet, Qt.Key.Key_A)
        assert screen.sheet.card is not None
        QTest.keyClicks(screen.sheet.card.reason.edit, "asked the household again")
        screen.sheet.card.confirm.click()
        settle(desk)
    assert len(screen.table.rows_model.rows) == before - 1
    assert desk.store.current(first).state != "conflict"  # type: ignore[union-attr]


def test_digits_choose_as_letters_do_and_zero_keeps_what_was(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ConflictsScreen(desk)
    shown(screen, desk)
    sheet = screen.sheet
    assert sheet.deciding is not None
    assert sheet.point is not None
    address = sheet.point.address
    sources = []
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_0):
        QTest.keyClick(sheet, key)
        sources.append(sheet.deciding.at(address).source)
    assert sources == ["A", "B", "base"]


def test_without_a_reason_nothing_is_recorded(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ConflictsScreen(desk)
    shown(screen, desk)
    before = desk.store.digest()
    QTest.keyClick(screen.sheet, Qt.Key.Key_A)
    assert screen.sheet.card is not None
    screen.sheet.confirm()
    settle(desk)
    assert screen.sheet.card.reason.fault
    assert desk.store.digest() == before


def test_answers_are_shown_as_words_not_codes(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ConflictsScreen(desk)
    shown(screen, desk)
    assert screen.sheet.deciding is not None
    dispute = screen.sheet.deciding.dispute
    chosen = [p for p in (*dispute.points, *dispute.same) if p.choices and not p.many and p.base.value]
    assert chosen
    assert [point.base.text for point in chosen] == [dict(point.choices)[str(point.base.value)] for point in chosen]


def test_an_office_without_conflicts_says_so(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "office.store")
    screen = ConflictsScreen(desk)
    shown(screen, desk)
    assert screen.empty_panel.isVisible()
    assert not screen.sheet.isVisible()


# --- results -------------------------------------------------------------------------------------------------------


def test_results_before_any_merge_lead_to_the_merge(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "office.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    gone: list[str] = []
    desk.going.connect(lambda name, _arguments: gone.append(name))
    assert screen.empty_panel.isVisible()
    screen.empty.button.click()
    assert gone == ["merge"]


def test_the_list_has_indicators_and_the_chart_their_rows(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    assert [entry.key for entry in screen.list.entries() if entry.key]
    assert screen.panel.chart.rows
    QTest.keyClick(screen.list, Qt.Key.Key_B)
    assert screen.panel.table.isVisible()
    assert len(screen.panel.table.rows_model.rows) == len(screen.panel.chart.rows)


def test_a_digit_breaks_the_figures_down(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    screen.choose("p_smartphone_adult")
    QTest.keyClick(screen.list, Qt.Key.Key_3)
    settle(desk)
    assert {bar.key for bar in screen.panel.chart.rows} <= {"male", "female", "other"}
    QTest.keyClick(screen.list, Qt.Key.Key_B)
    screen.copy()
    settle(desk)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 1 + len(screen.panel.table.rows_model.rows)
    numbers = [row.numerator for row in screen.panel.table.rows_model.rows]
    screen.panel.table.sort_by(1)
    assert [row.numerator for row in screen.panel.table.rows_model.rows] == sorted(numbers, reverse=True)


def test_how_an_indicator_is_computed_opens_and_escape_closes_it(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    QTest.keyClick(screen.list, Qt.Key.Key_I)
    assert screen.how.isVisible()
    assert screen.back()
    assert not screen.how.isVisible()
    assert not screen.back()


def test_the_report_is_written_as_a_workbook(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    screen.report_out.write(tmp_path / "results", ReportWanted("xlsx", "all", ""))
    settle(desk)
    assert (tmp_path / "results.xlsx").read_bytes().startswith(b"PK")
    assert screen.report_out.button.text() == "Export report"


def test_a_report_for_each_village_in_the_offices_own_template(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    dialog = ReportDialog(screen)
    dialog.use(str(write_template(tmp_path / "own.docx")))
    dialog.places.set_value("village")
    assert dialog.wanted() == ReportWanted("docx", "village", str(tmp_path / "own.docx"))
    screen.report_out.write(tmp_path / "reports", dialog.wanted())
    settle(desk)
    assert len(list((tmp_path / "reports").glob("*.docx"))) > 1
    assert ReportDialog(screen).template == str(tmp_path / "own.docx")


def test_a_faulty_template_is_not_taken_and_the_window_says_why(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    faulty = docx.Document()
    faulty.add_paragraph("{{resalts}}")
    faulty.save(str(tmp_path / "faulty.docx"))
    dialog = ReportDialog(screen)
    before = dialog.template
    dialog.use(str(tmp_path / "faulty.docx"))
    assert dialog.template == before
    assert any("resalts" in label.text() for label in dialog.findChildren(Label))


def test_answers_go_out_without_names_unless_somebody_wants_them(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    dialog = HowDialog(screen)
    assert dialog.wanted() == Wanted("xlsx", True)
    screen.answers_out.write(tmp_path / "ra", Wanted("stata", True))
    settle(desk)
    written = {path.name for path in (tmp_path / "ra").iterdir()}
    assert written >= {"household.dta", "member.dta", "codebook.xlsx"}, screen.told.accessibleName()
    assert screen.told.isVisibleTo(screen)
    assert screen.answers_out.button.text() == "Export answers"


def test_stopping_an_export_writes_nothing(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    screen.answers_out.write(tmp_path / "ra", Wanted("csv", False))
    screen.answers_out.press()
    settle(desk)
    assert not [path for path in tmp_path.glob("ra/*") if path.is_file()]
    assert screen.answers_out.button.text() == "Export answers"


def test_the_language_changes_and_the_indicator_stays(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    screen.choose("p_smartphone_adult")
    i18n.use_language("vi")
    screen.retranslate()
    settle(desk)
    assert screen.list.key() == "p_smartphone_adult"
    assert screen.title() == "Kết quả so với chỉ tiêu"


def test_a_filter_narrows_list_chart_and_breakdowns_and_show_all_widens_them(
    desk: Desk, place: Path, tmp_path: Path
) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    screen.choose("p_smartphone_adult")
    everybody = sum(bar.base for bar in screen.panel.chart.rows)
    village = max(screen.panel.chart.rows, key=lambda bar: bar.base).key
    screen.filters.choose(Only(village=village, group="sex", code="female"))
    assert [bar.key for bar in screen.panel.chart.rows] == [village]
    assert 0 < screen.panel.chart.rows[0].base < everybody
    screen.break_down("age_group")
    assert {bar.key for bar in screen.panel.chart.rows} == {village}
    screen.filters.clear_button.click()
    assert sum(bar.base for bar in screen.panel.chart.rows) >= everybody


def test_figures_are_told_in_the_units_of_2024_with_districts_and_equal_totals(
    desk: Desk, place: Path, tmp_path: Path
) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    screen.choose("p_smartphone_adult")
    assert screen.filters.units.isVisible()
    assert not screen.panel.breakdowns._segments["district"].isVisible()
    today = [sum(bar.base for bar in screen.panel.chart.rows), screen.list.entries()]
    screen.filters.units.setCurrentIndex(1)
    settle(desk)
    assert [sum(bar.base for bar in screen.panel.chart.rows), screen.list.entries()] == today
    assert screen.panel.breakdowns._segments["district"].isVisible()
    QTest.keyClick(screen, Qt.Key.Key_7)
    settle(desk)
    chart = screen.panel.chart
    assert {bar.name[:5] for bar in chart.rows} <= {"Huyện", "Quận ", "Thành", "Thị x"}
    assert sum(bar.base for bar in chart.rows) == today[0]
    chart.select(chart.rows[0].key)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert screen.filters.only.district == chart.rows[0].key or screen.filters.only.district
    assert sum(bar.base for bar in screen.panel.chart.rows) == today[0]
    screen.filters.units.setCurrentIndex(0)
    settle(desk)
    assert screen.filters.only == Only()
    assert not screen.panel.breakdowns._segments["district"].isVisible()


def test_enter_opens_the_households_behind_a_bar_and_a_group_becomes_the_filter(
    desk: Desk, place: Path, tmp_path: Path
) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    gone: list[tuple[str, dict[str, object]]] = []
    desk.going.connect(lambda name, arguments: gone.append((name, arguments)))
    screen.choose("p_smartphone_adult")
    screen.break_down("sex")
    screen.panel.chart.select("female")
    QTest.keyClick(screen.panel.chart, Qt.Key.Key_Return)
    assert screen.filters.only.code == "female"
    chart = screen.panel.chart
    chart.select(chart.rows[0].key)
    QTest.keyClick(chart, Qt.Key.Key_Return)
    about = gone[0][1]
    assert (gone[0][0], about["indicator"], about["village"]) == ("behind", "p_smartphone_adult", chart.rows[0].key)
    behind = BehindScreen(desk)
    behind.show()
    behind.refresh(**about)
    settle(desk)
    assert sum(one.numerator for one in behind.found) > 0
    QTest.keyClick(behind.table, Qt.Key.Key_Return)
    current = behind.table.current_row()
    assert current is not None
    assert gone[-1] == ("household", {"household": current.household.id})


def test_the_chart_goes_to_the_clipboard_and_into_files(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    screen.copy_chart()
    settle(desk)
    content = QGuiApplication.clipboard().mimeData()
    assert content.hasImage()
    assert content.data("image/svg+xml").startsWith(b"<?xml")
    chart = screen.panel.chart.chart
    assert chart is not None
    begins = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    for view in ("bars", "spread"):
        screen.panel.chart.show_chart(chart, "", view)
        for format_, magic in begins.items():
            path = tmp_path / f"{view}.{format_}"
            save_chart(chart, screen.panel.chart.kind, path)
            assert path.read_bytes().startswith(magic)
    with pytest.raises(SurveyAppError):
        save_chart(chart, "bars", tmp_path / "none" / "bars.png")


def test_what_is_copied_or_saved_withholds_what_tells_of_few(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    screen.choose("hh_smartphone")
    seen = screen.panel.table.as_text(screen.panel._groups)
    QTest.keyClick(screen.list, Qt.Key.Key_B)
    screen.copy()
    settle(desk)
    copied = QGuiApplication.clipboard().text()
    assert copied != seen
    hidden = 0
    for line, whole in zip(sorted(copied.splitlines()), sorted(seen.splitlines()), strict=True):
        ours, theirs = line.split("\t"), whole.split("\t")
        assert ours[0] == theirs[0]
        for mine, known in zip(ours[1:5], theirs[1:5], strict=True):
            assert mine in {known, "*"}
        hidden += ours[1] == "*"
        assert ours[1] not in {"1", "2", "3", "4"}
    assert hidden
    QTest.keyClick(screen.list, Qt.Key.Key_B)
    screen.copy_chart()
    settle(desk)
    assert "Withheld" in QGuiApplication.clipboard().text()
    assert screen.told.isVisible()


def test_rounds_are_a_line_and_the_spread_is_walked_by_keys(desk: Desk, place: Path, tmp_path: Path) -> None:
    opened(desk, place, tmp_path, "merged.store")
    screen = ResultsScreen(desk)
    shown(screen, desk)
    QTest.keyClick(screen.list, Qt.Key.Key_6)
    settle(desk)
    assert screen.panel.chart.kind == "trend"
    assert len(screen.panel.chart.rows) == 1
    QTest.keyClick(screen.list, Qt.Key.Key_2)
    QTest.keyClick(screen.list, Qt.Key.Key_D)
    assert screen.panel.chart.kind == "spread"
    QTest.keyClick(screen.list, Qt.Key.Key_D)
    assert screen.panel.chart.kind == "bars"
