"""Make pictures of every screen from a demonstration commune, without a screen.

    python build_scripts/screenshots.py                       all: two sizes, two themes, two languages, into shots/
    python build_scripts/screenshots.py --out DIR --quick     1366 x 768, light, Vietnamese
    python build_scripts/screenshots.py --readme              the pictures of the README, into docs/screens
    python build_scripts/screenshots.py --only today,merge    some screens
    python build_scripts/screenshots.py --percent 200         text twice as large
    python build_scripts/screenshots.py --sheets              six pictures a sheet besides, to look at many at once
    python build_scripts/screenshots.py --manual              the pictures of the manual, small, into resources/manual

Look at them afterwards: clipped words, boxes instead of letters, cut tone marks, crooked edges.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QCoreApplication, Qt, QtMsgType, qInstallMessageHandler  # noqa: E402
from PySide6.QtGui import QColor, QImage, QPainter  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from survey_app import i18n  # noqa: E402
from survey_app.clock import VIETNAM, Clock  # noqa: E402
from survey_app.gui import app, theme  # noqa: E402
from survey_app.gui.interview.screen import InterviewScreen  # noqa: E402
from survey_app.gui.main_window import MainWindow  # noqa: E402
from survey_app.gui.office.merge import MergeScreen  # noqa: E402
from survey_app.gui.opening import work_as  # noqa: E402
from survey_app.gui.remembered import remember  # noqa: E402
from survey_app.operations.comments import ask, exchanges, reply  # noqa: E402
from survey_app.operations.demo import Demo, build_demo  # noqa: E402
from survey_app.operations.forms import install_form, read_form  # noqa: E402
from survey_app.operations.handover import bundle_files, merge  # noqa: E402
from survey_app.operations.outcomes import REQUEST_ANSWERED, REQUEST_DONE  # noqa: E402
from survey_app.operations.requests import note_deed, requests, take_in  # noqa: E402
from survey_app.operations.stores import open_store  # noqa: E402
from survey_app.operations.visits import record_visit  # noqa: E402
from survey_app.operations.worklist import village_progress  # noqa: E402
from survey_app.records import Enumerator, flatten  # noqa: E402
from survey_app.settings import Settings  # noqa: E402
from survey_app.store import Store  # noqa: E402

PASSPHRASE = "khao-sat-mau"
MADE_AT = dt.datetime(2026, 11, 21, 16, 0, tzinfo=VIETNAM)
NOW = dt.datetime(2026, 11, 21, 16, 32, 7, tzinfo=VIETNAM)
MANUAL = {
    "today": (0, 84, 700, 290),
    "households": (0, 84, 700, 400),
    "interview-roster": (276, 84, 700, 330),
    "interview": (276, 84, 700, 420),
    "handover": (0, 84, 700, 400),
    "merge": (0, 84, 700, 400),
    "conflicts": (280, 84, 700, 440),
    "results": (300, 84, 700, 420),
}
"""Pictures of the manual: left, top, width and height of what is shown of the whole, in pixels at 1366 x 768."""
QUESTIONS_STORE = "questions.store"
"""A laptop of the demonstration on which the form with every type of question is asked."""
README = ("interview", "today", "households", "merge", "results")


@dataclass(frozen=True)
class Scene:
    """A screen as it is pictured.

    Attributes:
        name: of the picture.
        store: ``""`` before any store, ``"laptop"`` or ``"office"``.
        show: brings the window to it.
    """

    name: str
    store: str
    show: Callable[[MainWindow], None]


def moment_of(moment: dt.datetime) -> Clock:
    """Return a clock that stands still."""
    return lambda: moment


def _go(screen: str, **arguments: object) -> Callable[[MainWindow], None]:
    return lambda window: window.desk.go(screen, **arguments)


def _interview(page: str) -> Callable[[MainWindow], None]:
    """Resume a household of about four people and open the first page of a kind (see ``gui.interview.standing``)."""

    def show(window: MainWindow) -> None:
        drafts = [draft for draft in window.desk.store.drafts() if "members[" in draft.cursor]
        chosen = min(drafts, key=lambda draft: abs(sum(place.endswith("]") for place in draft.values) - 4))
        window.desk.go("interview", household=chosen.household)
        settle(window)
        screen = window.screen_now
        if isinstance(screen, InterviewScreen) and screen.sheet is not None:
            screen.go_to_page(next(found for found in screen.sheet.pages() if found.kind == page))

    return show


def _paper(window: MainWindow) -> None:
    line = window.desk.store.households(status="not_visited")[0]
    window.desk.go("paper", household=line.household.id)


def _help(window: MainWindow) -> None:
    window.desk.go("households")
    settle(window)
    QTest.keyClick(window, Qt.Key.Key_F1)


def _help_for_question(window: MainWindow) -> None:
    _interview("person")(window)
    settle(window)
    QTest.keyClick(window, Qt.Key.Key_F1)


def _unfinished(window: MainWindow) -> None:
    window.desk.go("today")
    settle(window)
    draft = next(draft for draft in window.desk.store.drafts() if "members[" in draft.cursor)
    window.desk.store.sit_down(draft.id)
    window.desk.go("unfinished")
    settle(window)


def _bin(window: MainWindow) -> None:
    draft = window.desk.store.drafts()[0]
    window.desk.store.discard_draft(draft.id, draft.author)
    window.desk.go("bin")
    settle(window)
    window.desk.store.bring_back_draft(draft.id)


def _noted(window: MainWindow) -> None:
    _interview("person")(window)
    screen = window.screen_now
    if isinstance(screen, InterviewScreen) and screen.stop is not None:
        screen.aside.open_note()
        screen.aside.edit.setText("Chủ hộ đi làm xa, hỏi lại vào tối thứ bảy")
        screen.aside.edit.textEdited.emit(screen.aside.edit.text())


def _ask(store: Store, count: int) -> list[str]:
    """Ask about a number in some finished forms; return their households."""
    for current in list(store.currents(state="settled"))[: count + 4]:
        if len(exchanges(store)) < count and all(draft.household != current.household for draft in store.drafts()):
            numbers = [
                name for name, value in flatten(current.answers).items() if name.startswith("devices/") and value
            ]
            said = ask(
                store,
                current.submission,
                next(iter(numbers), ""),
                "Nhà ít người mà nhiều máy thế này, có đúng không?",
                "ct01",
            )
            if len(exchanges(store)) == 2:
                reply(store, said.id, "Đúng, ông bà bán máy ở chợ", "dt01")
    return [each.household.id for each in exchanges(store)]


def _corrections(window: MainWindow) -> None:
    _ask(window.desk.store, 4)
    window.desk.go("corrections")


def _asked_about(window: MainWindow) -> None:
    _ask(window.desk.store, 4)
    waiting = [each for each in exchanges(window.desk.store) if each.state == "open"]
    window.desk.go("interview", household=waiting[0].household.id)


def _today_asked(window: MainWindow) -> None:
    _ask(window.desk.store, 4)
    window.desk.go("today")


def _household(deed: str) -> Callable[[MainWindow], None]:
    """Open a household where nobody was home twice, with the form of a deed."""

    def show(window: MainWindow) -> None:
        store, person = window.desk.store, window.desk.person.id
        line = next((line for line in store.households() if line.tries > 1), None)
        if line is None:
            waiting = store.households(status="not_visited")
            line = waiting[1]
            for days, note in ((2, "Cổng khoá, hàng xóm bảo đi nương"), (1, "")):
                moment = NOW - dt.timedelta(days=days, hours=3)
                record_visit(store, line.household.id, "absent", person, note=note, clock=moment_of(moment))
            for hours, other in ((1.5, waiting[3]), (2.5, waiting[5])):
                due = NOW + dt.timedelta(hours=hours)
                record_visit(store, other.household.id, "postponed", person, due=due, clock=lambda: NOW)
        window.desk.go("household", household=line.household.id, deed=deed)

    return show


def _duplicates(window: MainWindow) -> None:
    """Enter a household a second time, as a laptop would have that did not find it on its list."""
    store = window.desk.store
    found = [each for each in store.currents() if each.state == "settled" and len(each.answers.get("members", {})) > 0]
    form = max(found, key=lambda each: (len(str(each.answers.get("members"))), each.submission))
    line = store.household(form.household)
    if line is not None and not any(each.head_name == line.head_name for each in store.found_households()):
        again = replace(line, id="00000000-0000-4000-8000-000000000001", number=line.number + 60, assigned_to="")
        store.add_households([again], form.author)
        twin = next(each for each in store.revisions(form.submission) if each.id in form.heads)
        moved = replace(twin, household=again.id, submission=again.id[:-1] + "2", parents=(), kind="answers", id="")
        store.add_revisions([moved], "here")
    window.desk.go("duplicates")
    settle(window)


def _bring_list(window: MainWindow) -> None:
    """Show a list as communes have them: an old encoding, a village written differently, doubtful and bad rows."""
    store = window.desk.store
    known = store.households()[0].household
    place = store.place(known.village_code)
    village = place.name if place else ""
    rows = (
        "DANH SÁCH HỘ GIA ĐÌNH;;;;;",
        "Số hộ;Họ và tên chủ hộ;Thôn;Địa chỉ;SĐT;Hộ nghèo",
        f"901;NguyÔn V¨n §\u00ad\u00eang;{village};Xóm 1;912345678;",
        f"902;TrÇn ThÞ H\u00ad\u00eang;{village};Xóm 2;987654321;x",
        f"{known.number};Lß V¨n An;{village};;;",
        "904;Giµng A P¸o;Thôn Mới;;;",
        f"chín;Lß ThÞ Mai;{village};;;",
    )
    file = Path(tempfile.mkdtemp()) / "danh-sach-ho.csv"
    file.write_text("\n".join(rows), "utf-8")
    window.desk.go("bring_list", file=file)
    settle(window)


def _merge_preview(window: MainWindow) -> None:
    """Show what bundles would change before they are merged."""
    window.desk.go("merge")
    settle(window)
    screen = window.screen_now
    if isinstance(screen, MergeScreen):
        screen.look_at(bundle_files([window.desk.store.path.parent / "bundles"])[:2])
    settle(window)


def _form_view(window: MainWindow) -> None:
    store = window.desk.store
    line = next(line for line in store.households() if any(store.currents(household=line.household.id)))
    window.desk.go("form_view", household=line.household.id)


def _question(path: str) -> Callable[[MainWindow], None]:
    """Open the form with every type of question at one of them."""

    def show(window: MainWindow) -> None:
        line = window.desk.store.households(status="not_visited")[0]
        window.desk.go("interview", household=line.household.id)
        settle(window)
        screen = window.screen_now
        if isinstance(screen, InterviewScreen) and screen.sheet is not None:
            if path == "people" and not screen.sheet.session.paths().count("/data/people[1]"):
                screen.go_to_page(next(page for page in screen.sheet.pages() if page.kind == "roster"))
                screen.add_line()
            else:
                screen.go_to(f"/data/{path}")

    return show


def _history(view: str) -> Callable[[MainWindow], None]:
    """Show the history of the household with the most versions."""

    def show(window: MainWindow) -> None:
        store = window.desk.store
        counts = {one.household: len(list(store.revisions(one.submission))) for one in store.currents(state="conflict")}
        window.desk.go("history", household=max(counts, key=lambda each: (counts[each], each)))
        settle(window)
        QTest.keyClicks(window.screen_now or window, view)
        settle(window)

    return show


def _forms(window: MainWindow) -> None:
    """Show the office's forms with a workbook that has faults."""
    folder = Path(tempfile.mkdtemp())
    (folder / "phieu-thon.md").write_text(
        "| survey |\n| | type | name | label | relevant | calculation |\n"
        "| | select_one co_khong | wifi | Nhà văn hóa có wifi không? | | |\n"
        "| | integer | so_may | Số máy tính | ${wify} = 'yes' | |\n| | calculate | tong | | | sum(${so_may} |\n"
        "| choices |\n| | list_name | name | label |\n| | yes_no | yes | Có |\n"
        "| settings |\n| | form_id | title | version |\n| | thon | Phiếu thôn | 1 |\n",
        "utf-8",
    )
    window.desk.go("forms", file=folder / "phieu-thon.md")
    settle(window)


def _requests(window: MainWindow) -> None:
    """Show a register with what is overdue, due, waiting and done."""
    store, person = window.desk.store, window.desk.person.id
    if not requests(store):
        lines = store.households()
        asked = (("correct", 4.2, "Sai năm sinh của bà"), ("see", 1.1, ""), ("withdraw", 12, ""), ("erase", 6, ""))
        for number, (right, days, note) in enumerate(asked):
            moment = NOW - dt.timedelta(days=days)
            named = take_in(store, lines[number * 3].household.id, right, person, note, moment_of(moment))
            if right in {"withdraw", "erase"}:
                later = moment_of(moment + dt.timedelta(days=1))
                note_deed(store, named, REQUEST_ANSWERED, person, "Đã gọi điện", later)
            if right == "erase":
                note_deed(store, named, REQUEST_DONE, person, "", moment_of(moment + dt.timedelta(days=3)))
    window.desk.go("requests")
    settle(window)


def _request_form(window: MainWindow) -> None:
    _requests(window)
    window.desk.go("requests", household=window.desk.store.households()[1].household.id)
    settle(window)


def _due(window: MainWindow) -> None:
    _requests(window)
    window.desk.go("merge")
    settle(window)


def _forms_found(window: MainWindow) -> None:
    window.desk.go("forms", file=ROOT / "forms" / "every_question" / "every_question.xlsx")
    settle(window)


QUESTIONS = (
    "typed/t_name", "typed/i_income", "ranges/r_noticks", "ranges/r_rating", "choices/s_yesno", "choices/s_pictures",
    "choices/s_search", "choices/s_rank", "table/l_pay", "dates/d_date", "places/p_point", "files/f_photo",
    "files/f_sign", "files/f_audio", "people",
)  # fmt: skip
"""Questions of the sample form that are pictured, each with what stands around it."""


def _backup_failed(window: MainWindow) -> None:
    """Show what the window says when the folder of the daily copies cannot be made."""
    folder = window.desk.store.path.parent / "backups"
    folder.write_text("not a folder")
    window.desk.go("settings")
    window.backups.back_up()
    settle(window)
    folder.unlink()


SCENES: list[Scene] = [
    Scene("first-run", "", _go("first_run")),
    Scene("try-demo", "", _go("try_demo")),
    Scene("join-office", "", _go("join_office")),
    Scene("new-office", "", _go("new_office")),
    Scene("unlock", "", _go("unlock", store=Path("/home/mai/Khảo sát/may-03.store"))),
    Scene("restore", "", _go("restore", store=Path("/home/mai/Khảo sát/may-03.store"))),
    Scene("recover", "", _go("recover", store=Path("/home/mai/Khảo sát/may-03.store"))),
    Scene("who", "", _go("who", people=[Enumerator("a", "Lò Thị Mai"), Enumerator("b", "Vũ Thị Hồng")], device="x")),
    Scene("today", "laptop", _go("today")),
    Scene("households", "laptop", _go("households")),
    Scene("household", "laptop", _household("")),
    Scene("household-appointment", "laptop", _household("postponed")),
    Scene("interview-roster", "laptop", _interview("roster")),
    Scene("interview-review", "laptop", _interview("review")),
    Scene("interview", "laptop", _interview("person")),
    Scene("interview-note", "laptop", _noted),
    Scene("interview-help", "laptop", _help_for_question),
    Scene("unfinished", "laptop", _unfinished),
    Scene("bin", "laptop", _bin),
    Scene("today-corrections", "laptop", _today_asked),
    Scene("corrections-laptop", "laptop", _corrections),
    Scene("interview-asked", "laptop", _asked_about),
    Scene("consent", "laptop", _go("consent")),
    Scene("paper", "laptop", _paper),
    Scene("help", "laptop", _help),
    Scene("handover", "laptop", _go("handover")),
    Scene("settings", "laptop", _go("settings")),
    Scene("merge", "office", _go("merge")),
    Scene("merge-preview", "office", _merge_preview),
    Scene("conflicts", "office", _go("conflicts")),
    Scene("duplicates", "office", _duplicates),
    Scene("results", "office", _go("results")),
    Scene("office-households", "office", _go("households")),
    Scene("form-view", "office", _form_view),
    Scene("corrections", "office", _corrections),
    Scene("history", "office", _history("1")),
    Scene("history-questions", "office", _history("2")),
    Scene("log", "office", _go("log")),
    Scene("backup-failed", "office", _backup_failed),
    Scene("charges", "office", _go("charges")),
    Scene("bring-list", "office", _bring_list),
    Scene("laptops", "office", _go("laptops")),
    Scene("requests", "office", _requests),
    Scene("requests-new", "office", _request_form),
    Scene("merge-due", "office", _due),
    Scene("forms", "office", _forms),
    Scene("forms-found", "office", _forms_found),
    *(Scene(f"question-{path.rpartition('/')[2]}", "questions", _question(path)) for path in QUESTIONS),
]
"""Every screen; whoever makes a new one adds it here."""


@dataclass(frozen=True)
class Look:
    """One way to picture all screens."""

    width: int
    height: int
    theme: str
    language: str
    percent: int = 100

    @property
    def suffix(self) -> str:
        """What is added to a picture's name; nothing for the usual look."""
        parts = (
            "" if self.width == 1366 else f"-{self.width}",
            "" if self.theme == "light" else f"-{self.theme}",
            "" if self.language == "vi" else f"-{self.language}",
            "" if self.percent == 100 else f"-{self.percent}",
        )
        return "".join(parts)


USUAL = Look(1366, 768, "light", "vi")


def looks(quick: bool) -> Iterator[Look]:
    """Yield the looks to picture."""
    if quick:
        yield USUAL
        return
    for width, height in ((1366, 768), (1920, 1080)):
        for shade in ("light", "dark"):
            for language in ("vi", "en"):
                yield Look(width, height, shade, language)


def settle(window: MainWindow, seconds: float = 20.0) -> None:
    """Wait until nothing is being read or drawn any more."""
    end = time.monotonic() + seconds
    quiet = 0
    while quiet < 3 and time.monotonic() < end:
        QTest.qWait(40)  # the line of keys follows the cursor a little later
        QCoreApplication.processEvents()
        window.desk.lane.wait()
        window.desk.pool.wait()
        QCoreApplication.processEvents()
        quiet += 1


def take_up(window: MainWindow, path: Path) -> None:
    """Open a store of the demonstration as the person it belongs to."""
    window.desk.open_store(lambda: open_store(path, PASSPHRASE), lambda: None, _fail)
    settle(window)
    store = window.desk.store
    role = "supervisor" if store.kind == "office" else "enumerator"
    person = next(p for p in store.enumerators() if p.role == role)
    busiest = max(
        window.desk.lane.call(lambda: village_progress(window.desk.lane.store)),
        key=lambda v: min(v.done, v.not_visited),
    )
    remember("village", busiest.place.code if role == "enumerator" else "*")
    work_as(window.desk, person, store.device)
    settle(window)
    window.desk.saving()
    window.desk.saved_now()


def _fail(error: BaseException) -> None:
    raise error


def picture(scenes: Sequence[Scene], demo: Demo, look: Look, out: Path) -> list[Path]:
    """Make the pictures of one look."""
    made = []
    settings = Settings(language=look.language, theme=look.theme, text_percent=look.percent)
    i18n.use_language(look.language)
    application = QApplication.instance()
    if isinstance(application, QApplication):
        theme.apply(application, look.theme, look.percent)
    window = app.open_window(settings, clock=lambda: NOW)
    window.resize(look.width, look.height)
    window.show()
    opened = ""
    stores = {"laptop": demo.laptops[0], "office": demo.office_store, "questions": demo.folder / QUESTIONS_STORE}
    for scene in scenes:
        if scene.store != opened:
            take_up(window, stores[scene.store])
            opened = scene.store
        scene.show(window)
        settle(window)
        file = out / f"{scene.name}{look.suffix}.png"
        if not window.grab().save(str(file)):
            sys.exit(f"{file} could not be written")
        print(file)
        made.append(file)
        if window.help.isVisible():
            QTest.keyClick(window, Qt.Key.Key_F1)
    window.close()
    return made


def sheets(files: Sequence[Path], out: Path, name: str, across: int = 2, down: int = 3) -> None:
    """Put pictures onto sheets, so many at once."""
    wide, high = 800, 470
    for number, start in enumerate(range(0, len(files), across * down), start=1):
        sheet = QImage(across * wide, down * high, QImage.Format.Format_RGB32)
        sheet.fill(QColor("black"))
        painter = QPainter(sheet)
        painter.setPen(QColor("white"))
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        for place, file in enumerate(files[start : start + across * down]):
            left, top = place % across * wide, place // across * high
            shown = QImage(str(file)).scaled(
                wide - 4, high - 20, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            painter.drawText(left + 4, top + 13, file.stem)
            painter.drawImage(left, top + 18, shown)
        painter.end()
        sheet.save(str(out / f"sheet-{name}-{number}.png"))


def shrink(file: Path, part: tuple[int, int, int, int]) -> None:
    """Make a picture small enough for the manual: the part that matters, in 256 colours; it stays a PNG."""
    shown = QImage(str(file)).convertToFormat(QImage.Format.Format_RGB32).copy(*part)
    few = shown.convertToFormat(QImage.Format.Format_Indexed8, Qt.ImageConversionFlag.ThresholdDither)
    if not few.save(str(file), b"PNG", 0):
        sys.exit(f"{file} could not be written")


def commune(folder: Path, households: int) -> Demo:
    """Return a demonstration commune in ``folder`` whose office has merged everything."""
    demo = build_demo(folder, households, 3, True, 1, 1, PASSPHRASE, lambda: MADE_AT)
    shutil.copy(demo.laptops[0], folder / QUESTIONS_STORE)
    with Store.open(folder / QUESTIONS_STORE, PASSPHRASE, clock=lambda: NOW) as store:
        install_form(store, read_form(ROOT / "forms" / "every_question" / "every_question.xlsx"), own=True)
    with Store.open(demo.office_store, PASSPHRASE, clock=lambda: NOW) as store:
        merge(store, bundle_files([demo.folder / "bundles"]), clock=lambda: NOW)
    return demo


def picture_manual(demo: Demo) -> None:
    """Make the pictures of the manual in both languages."""
    for language in i18n.LANGUAGES:
        folder = ROOT / "resources" / "manual" / "pictures" / language
        folder.mkdir(parents=True, exist_ok=True)
        scenes = [scene for scene in SCENES if scene.name in MANUAL]
        picture(scenes, demo, replace(USUAL, language=language), folder)
        for scene in scenes:
            named = folder / f"{scene.name}{replace(USUAL, language=language).suffix}.png"
            shrink(named.replace(folder / f"{scene.name}.png"), MANUAL[scene.name])


def _quiet(kind: QtMsgType, _context: object, message: str) -> None:
    if kind != QtMsgType.QtDebugMsg and "propagateSizeHints" not in message:
        sys.stderr.write(message + "\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description="Pictures of every screen.")
    parser.add_argument("--out", type=Path, default=None, help="folder of the pictures (shots)")
    parser.add_argument("--quick", action="store_true", help="1366 x 768, light, Vietnamese only")
    parser.add_argument("--readme", action="store_true", help="the README's pictures, into docs/screens")
    parser.add_argument("--manual", action="store_true", help="the manual's pictures, into resources/manual/pictures")
    parser.add_argument("--sheets", action="store_true", help="several pictures on a sheet besides")
    parser.add_argument("--percent", type=int, default=100, help="text size in hundredths")
    parser.add_argument("--only", default="", help="names of screens, parted by commas")
    arguments = parser.parse_args(argv)
    names = set(README) if arguments.readme else {name for name in arguments.only.split(",") if name}
    scenes = [scene for scene in SCENES if not names or scene.name in names]
    out: Path = arguments.out or (ROOT / "docs" / "screens" if arguments.readme else ROOT / "shots")
    out.mkdir(parents=True, exist_ok=True)
    qInstallMessageHandler(_quiet)
    with tempfile.TemporaryDirectory(prefix="survey-app-pictures-") as work:
        os.environ["SURVEY_APP_DATA"] = str(Path(work) / "user")
        app.prepare([], Settings())
        demo = commune(Path(work) / "demo", 160 if arguments.quick else 420)
        if arguments.manual:
            picture_manual(demo)
            return 0
        for look in looks(arguments.quick or arguments.readme):
            sized = replace(look, percent=arguments.percent)
            files = picture(scenes, demo, sized, out)
            if arguments.sheets:
                sheets(files, out, sized.suffix.strip("-") or "usual")
    return 0


if __name__ == "__main__":
    sys.exit(main())
