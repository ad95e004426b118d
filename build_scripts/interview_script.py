"""A scripted interview of a four-member household, as a child that can be killed and as the parent that kills it.

    python build_scripts/interview_script.py --new FOLDER   a practice store with a few households
    python build_scripts/interview_script.py --run STORE    interview through the operation; a line an answer
    python build_scripts/interview_script.py --kills 100    kill such an interview 100 times and check the store
    python build_scripts/interview_script.py --window       type the interview into the window, key by key

The child prints ``give ADDRESS VALUE`` before an answer is given, ``kept ADDRESS VALUE`` when the file has it, and
``finished`` at the end of a form. After a kill the parent opens the store: every answer that was kept is there, the
store's own check passes, and the interview opens at the question given last.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey_app import crypto  # noqa: E402
from survey_app.clock import system_clock  # noqa: E402
from survey_app.operations.interview import Interview, open_interview  # noqa: E402
from survey_app.records import Enumerator, Household, Place, Round  # noqa: E402
from survey_app.store import Store, StoredForm  # noqa: E402
from survey_app.xforms import load_form  # noqa: E402

if TYPE_CHECKING:
    from survey_app.gui.interview.screen import InterviewScreen

PASSPHRASE = "practice only"
ENUMERATOR = "dtv01"
FORM = ROOT / "forms" / "household" / "household.xlsx"
CHEAP = crypto.Cost(passes=1, memory_kib=8 * 1024)
"""A practice store guards nothing; opening it a hundred times should not take minutes."""

HOUSEHOLD = {
    "consent_answer": "agree",
    "consent_scope": "statistics support_review",
    "consent_person": "Nguyễn Thị Hường",
    "address_text": "Xóm Chùa",
    "poverty_status": "non_poor",
    "policy_group": "none",
    "n_smartphone": "3",
    "n_feature_4g": "0",
    "n_phone_3g": "0",
    "n_phone_2g": "1",
    "n_tablet": "0",
    "n_computer": "1",
    "internet_type": "fibre mobile_data",
    "signal_home": "good",
    "support_before": "no",
    "support_need": "no",
    "remark": "Hộ hợp tác tốt.",
}

MEMBERS = (
    {"m_name": "Nguyễn Thị Hường", "m_relation": "head", "m_sex": "female", "m_birth_year": "1985", "m_self": "yes"},
    {"m_name": "Trần Văn Nam", "m_relation": "spouse", "m_sex": "male", "m_birth_year": "1983", "m_self": "no"},
    {"m_name": "Trần Khánh Linh", "m_relation": "child", "m_sex": "female", "m_birth_year": "2009", "m_self": "no"},
    {"m_name": "Phạm Thị Tám", "m_relation": "parent", "m_sex": "female", "m_birth_year": "1954", "m_self": "no"},
)

PLAIN = {"m_residence": "permanent", "m_phone_type": "smartphone", "m_eid_level": "level2", "m_epay_use": "electricity"}
"""Answers of every member unless the member's own say otherwise."""

REASON = "Đã hỏi lại, đúng như vậy."


@dataclass(frozen=True)
class Given:
    """An answer of the script.

    Attributes:
        path: the question as it stands now.
        value: XForms text.
    """

    path: str
    value: str


def practice_store(
    path: Path, households: int = 3, modules: tuple[str, ...] = (), *, cheap: bool = True, form: Path | str = FORM
) -> Store:
    """Make a laptop's store with a round of the shipped questionnaire and a few households of one village.

    Args:
        path: of the new store.
        households: how many.
        modules: optional parts of the questionnaire that are asked.
        cheap: open quickly; a practice store guards nothing.
        form: the questionnaire as a workbook or XForm.
    """
    definition = load_form(form)
    cost = CHEAP if cheap else crypto.INTERACTIVE
    store = Store.create(path, PASSPHRASE, kind="laptop", device="maytinh1", name="Máy 1", cost=cost)
    derived = tuple(sorted(definition.derived))
    store.put_form(StoredForm(definition.id, definition.version, definition.title, definition.xml, derived, {}))
    store.put_places(
        [
            Place("22", "Tỉnh Quảng Ninh", "province", "tinh", ""),
            Place("07030", "Xã Phú Lâm", "commune", "xa", "22"),
            Place("07030-001", "Thôn Đông Hạ", "village", "thon", "07030"),
        ]
    )
    store.put_enumerators([Enumerator(ENUMERATOR, "Lò Thị Mai", title="chị")])
    store.put_round(
        Round(
            code="2026-11",
            title="Đợt tháng 11/2026",
            form_id=definition.id,
            form_version=definition.version,
            reference_date="2026-11-01",
            catalogue_date="2025-07-01",
            starts="2026-11-01",
            ends="2026-11-30",
            commune_code="07030",
            modules=modules,
        )
    )
    numbered = range(1, households + 1)
    store.put_households(
        Household(household_id(n), "07030-001", 16 + n, "Nguyễn Thị Hường", size=4, assigned_to=ENUMERATOR)
        for n in numbered
    )
    return store


def household_id(number: int) -> str:
    """Return the UUID of a practice household."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"practice household {number}"))


def next_answer(interview: Interview) -> Given | None:
    """Return the first question that still waits for an answer, with the script's answer; ``None`` at the end."""
    session = interview.session
    for path in session.paths():
        node = session.node(path)
        if node.kind != "question" or not node.relevant or node.readonly or node.value:
            continue
        if node.required or node.name in HOUSEHOLD:
            return Given(
                path, scripted(path, node.name, node.control, node.appearance, session_choices(interview, path))
            )
    return None


def session_choices(interview: Interview, path: str) -> list[str]:
    """Return the values of a question's choices."""
    return [choice.value for choice in interview.session.node(path).choices]


def scripted(path: str, name: str, control: str, appearance: str, choices: list[str]) -> str:
    """Return the script's answer to a question."""
    line = int(path[path.index("[") + 1 : path.index("]")]) if "[" in path else 0
    own = MEMBERS[(line - 1) % len(MEMBERS)] if line else HOUSEHOLD
    if name in own:
        return own[name]
    if name in PLAIN:
        return PLAIN[name]
    if "soft-check" in appearance:
        return REASON
    if control in {"select1", "select"}:
        return next((value for value in choices if value == "yes"), choices[0])
    return "1"


def repeat_of(interview: Interview) -> str:
    """Return the generic path of the household's members."""
    return next(item.path for top in interview.form.body for item in top.walk() if item.kind == "repeat")


def members(interview: Interview) -> list[str]:
    """Return the paths of the members' instances."""
    repeat = repeat_of(interview)
    return [p for p in interview.session.paths() if p.startswith(f"{repeat}[") and p.endswith("]")]


def wants_member(interview: Interview) -> bool:
    """Return whether the next thing to do is to add a member."""
    found = members(interview)
    if not found or not interview.session.node(found[0]).relevant:
        return False
    named = [p for p in interview.session.paths() if p.endswith("/m_name") and interview.session.node(p).value]
    return len(found) < len(MEMBERS) and len(named) == len(found)


def run(interview: Interview) -> Iterator[tuple[str, str, str]]:
    """Interview to the end: yield (``"give"`` or ``"kept"``, address, value) around every answer."""
    while True:
        if wants_member(interview):
            interview.add_member(repeat_of(interview))
        given = next_answer(interview)
        if given is None:
            return
        address = interview.session.node(given.path).address
        yield "give", address, given.value
        interview.answer(given.path, given.value)
        yield "kept", address, given.value


def child(store_path: Path) -> int:
    """Interview household after household until killed, or until all are finished."""
    with Store.open(store_path, PASSPHRASE) as store:
        for line in store.households():
            if line.status not in {"not_visited", "in_progress"}:
                continue
            interview = open_interview(store, line.household.id, ENUMERATOR, system_clock)
            _say("open", line.household.id, interview.cursor)
            for what, address, value in run(interview):
                _say(what, address, value)
            interview.finish()
            _say("finished", line.household.id, "")
    return 0


def _say(*words: str) -> None:
    sys.stdout.write(json.dumps(words, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@dataclass
class Seen:
    """What the parent has heard from a child.

    Attributes:
        household: the household being interviewed, ``""`` between two.
        kept: what the file must hold for it.
        given: the address given last.
        answers: how many answers were kept in all.
        finished: households whose form is finished.
    """

    household: str
    kept: dict[str, str]
    given: str
    answers: int
    finished: set[str]


def kill_once(store_path: Path, rng: random.Random, known: Seen) -> Seen:
    """Start a child, kill it at a random moment, and return what it had said until then."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(Path(__file__).resolve()), "--run", str(store_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
    if process.stdout is None:
        raise RuntimeError("the child has no output")
    seen = Seen("", {}, "", 0, set(known.finished))
    stop_after = rng.randint(1, 60)
    for text in process.stdout:
        hear(seen, json.loads(text))
        if seen.answers >= stop_after:
            break
    time.sleep(rng.random() * 0.02)
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()
    process.stdout.close()
    process.wait()
    for text in rest.splitlines(keepends=True):
        if text.endswith("\n"):
            hear(seen, json.loads(text))
    return seen


def hear(seen: Seen, words: list[str]) -> None:
    """Take in one line of a child."""
    what, address, value = words
    if what == "open":
        seen.household, seen.given, seen.kept = address, value, {}
    elif what == "give":
        seen.given = address
    elif what == "kept":
        seen.kept[address] = value
        seen.answers += 1
    elif what == "finished":
        seen.finished.add(address)
        seen.household, seen.given, seen.kept = "", "", {}


def faults_after(store_path: Path, seen: Seen) -> list[str]:
    """Open the store after a kill and return what is wrong; nothing when all is well."""
    faults: list[str] = []
    with Store.open(store_path, PASSPHRASE) as store:
        faults += [f"check: {fault}" for fault in store.check()]
        drafts = {draft.household: draft for draft in store.drafts()}
        faults += [f"a finished form left a draft: {h}" for h in seen.finished if h in drafts]
        if seen.household and seen.kept and seen.household not in drafts and not _is_finished(store, seen.household):
            faults.append("the draft is gone")
        left = store.left_open()
        if (left.household if left else "") != (seen.household if seen.household in drafts else ""):
            faults.append("another interview than the one under way is offered")
        if seen.household in drafts:
            draft = drafts[seen.household]
            lost = [a for a, value in seen.kept.items() if draft.values.get(a) != value]
            faults += [f"lost: {address}" for address in lost]
            kept_last = next(reversed(seen.kept), seen.given)
            if draft.cursor not in {seen.given, kept_last}:
                faults.append(f"the cursor is at {draft.cursor}, not at {seen.given}")
            interview = open_interview(store, seen.household, ENUMERATOR, system_clock)
            if interview.cursor and not interview.path_of(interview.cursor):
                faults.append("the cursor leads nowhere")
            if len(drafts) > 1:
                faults.append("more than one draft")
    return faults


def _is_finished(store: Store, household: str) -> bool:
    return any(current.household == household for current in store.currents(household=household))


def kill_many(count: int, seed: int) -> int:
    """Kill ``count`` interviews at random moments; return 1 when anything was lost."""
    rng = random.Random(seed)
    bad = answers = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kill.store"
        practice_store(path, households=count + 2).close()
        seen = Seen("", {}, "", 0, set())
        for number in range(1, count + 1):
            seen = kill_once(path, rng, seen)
            answers += seen.answers
            faults = faults_after(path, seen)
            bad += bool(faults)
            print(
                f"{number:4} killed after {seen.answers:3} answers: {'; '.join(faults) or 'nothing lost'}", flush=True
            )
    print(f"{count} kills, {answers} answers kept, {bad} with a loss")
    return 1 if bad else 0


class Typist:
    """Types a whole interview into the screen, one key event a letter, and counts.

    Attributes:
        letters: keys that make up typed text and numbers.
        steering: all other keys: choosing, confirming, going on.
        answers: answers given.
        plain: what a plain form would take besides typed text, where Tab goes to each field and each box, Space or the
            arrows choose, and a button adds a person.
        times: milliseconds from each key to what it changed being painted.
        work: of these, milliseconds of the processor in the window's own thread.
        turned: whether the key opened another page.
        before_key: called before each key.
    """

    def __init__(self, screen: InterviewScreen) -> None:
        self.screen = screen
        self.letters = self.steering = self.answers = self.plain = 0
        self.times: list[float] = []
        self.work: list[float] = []
        self.turned: list[bool] = []
        self.before_key: Callable[[], object] = lambda: None

    def key(self, key: int, text: str = "") -> None:
        """Press and release one key where the focus is."""
        from PySide6.QtCore import QEvent, Qt
        from PySide6.QtGui import QKeyEvent
        from PySide6.QtWidgets import QApplication

        target = QApplication.focusWidget() or self.screen
        self.before_key()
        page = self.screen.stop.page if self.screen.stop is not None else None
        start, work = time.perf_counter(), time.thread_time()
        QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text))
        QApplication.processEvents()
        self.work.append((time.thread_time() - work) * 1000)
        self.times.append((time.perf_counter() - start) * 1000)
        self.turned.append(self.screen.stop is None or self.screen.stop.page is not page)
        QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyRelease, key, Qt.KeyboardModifier.NoModifier, text))

    def enter(self) -> None:
        """Press Enter."""
        from PySide6.QtCore import Qt

        self.steering += 1
        self.key(Qt.Key.Key_Return, "\r")

    def type(self, text: str) -> None:
        """Type a text letter by letter."""
        for letter in text:
            self.letters += 1
            self.key(0, letter)

    def choose(self, value: str) -> None:
        """Press the keys of the choices of a blank-separated answer."""
        from survey_app.xforms.keys import keyed

        sheet, stop = self.screen.sheet, self.screen.stop
        if sheet is None or stop is None:
            raise RuntimeError("no interview is open")
        node = sheet.nodes[stop.path]
        choices = keyed([(c.value, c.label) for c in node.choices], many=node.control == "select")
        keys = {choice.value: choice.key for choice in choices}
        for part in value.split() if node.control == "select" else [value]:
            self.steering += 1
            self.key(ord(keys[part].upper()), keys[part])

    def answer(self) -> bool:
        """Answer what the screen asks now; return whether there was anything to answer."""
        from survey_app.gui.interview.asked import way_of

        screen = self.screen
        if screen.sheet is None or screen.stop is None or screen.interview is None:
            return False
        path = screen.stop.path
        if screen.stop.page.kind == "review":
            return False
        if path not in screen.sheet.nodes:
            return self._one_more(path)
        node = screen.sheet.nodes[path]
        name = path.rsplit("/", 1)[-1]
        known = name in HOUSEHOLD or name in PLAIN or any(name in member for member in MEMBERS)
        choices = [choice.value for choice in node.choices]
        if not node.required and not known:
            self.plain += len(choices) if node.control == "select" else 1
            self.enter()
            return True
        self.answers += 1
        value = scripted(path, name, node.control, node.appearance, choices)
        self.plain += plain_keys(node.control, choices, value)
        way = way_of(node)
        if way in {"options", "many"}:
            self.choose(value)
            if screen.stop.path == path:
                self.enter()
            return True
        if way == "lookup":
            value = next(choice.label for choice in node.choices if choice.value == value)
        self.type(value)
        self.enter()
        return True

    def _one_more(self, repeat: str) -> bool:
        sheet = self.screen.sheet
        roster = next(r for r in sheet.plan.rosters if r.path == repeat) if sheet is not None else None
        if sheet is not None and roster is not None and len(sheet.lines(roster)) < len(MEMBERS):
            self.answers += 1
            self.plain += 3  # to the button, the button, to the name
            self.type(MEMBERS[len(sheet.lines(roster))]["m_name"])
        self.enter()
        return True

    def whole(self, most: int = 1000) -> None:
        """Answer until the last page."""
        for _ in range(most):
            if not self.answer():
                return
        raise RuntimeError("the interview does not come to its end")

    def report(self) -> str:
        """Return the count in words."""
        answers = max(1, self.answers)
        return (
            f"{self.answers} answers, {self.letters} letters typed; other keys: {self.steering}, "
            f"{self.steering / answers:.2f} an answer; in a plain form of fields and boxes: {self.plain}, "
            f"{self.plain / answers:.2f} an answer"
        )


def plain_keys(control: str, choices: list[str], value: str) -> int:
    """Return the keys besides typed text that an answer takes in a plain form: Tab, Space and arrows."""
    if control == "select":
        return len(choices) + len(value.split())  # Tab stops at every box, Space ticks
    if control == "select1":
        return 1 + max(1, choices.index(value))  # Tab to the group, then Space for the first or arrows to another
    return 1


def in_the_window() -> int:
    """Type one interview into the window and print the keystrokes."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from survey_app.gui.app import prepare
    from survey_app.gui.desk import Desk
    from survey_app.gui.main_window import MainWindow
    from survey_app.settings import Settings

    with tempfile.TemporaryDirectory() as folder:
        os.environ["SURVEY_APP_DATA"] = folder
        path = Path(folder) / "practice.store"
        practice_store(path).close()
        prepare([], Settings())
        desk = Desk(settings=Settings())
        window = MainWindow(desk)
        desk.lane.adopt(lambda: Store.open(path, PASSPHRASE))
        desk.set_person(Enumerator(ENUMERATOR, "Lò Thị Mai", title="chị"))
        window.resize(1366, 768)
        window.show()
        desk.go("interview", household=household_id(1))
        desk.lane.wait()
        QApplication.processEvents()
        screen = window.screen_now
        typist = Typist(screen)  # type: ignore[arg-type]
        typist.whole()
        print(typist.report())
        window.close()
    return 0


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--new", type=Path, metavar="FOLDER", help="make FOLDER/practice.store")
    parser.add_argument("--run", type=Path, metavar="STORE", help="interview its households")
    parser.add_argument("--kills", type=int, metavar="N", help="kill N interviews")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--window", action="store_true", help="type one interview into the window")
    given = parser.parse_args()
    if given.new:
        given.new.mkdir(parents=True, exist_ok=True)
        practice_store(given.new / "practice.store").close()
        print(f"{given.new / 'practice.store'}  passphrase: {PASSPHRASE}")
        return 0
    if given.run:
        return child(given.run)
    if given.kills:
        return kill_many(given.kills, given.seed)
    if given.window:
        return in_the_window()
    parser.print_help()
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
