"""The panels of Today."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from survey_app import i18n
from survey_app.gui import theme
from survey_app.gui.backup import Backup, last_backup
from survey_app.gui.desk import Desk
from survey_app.gui.moments import day_and_time, parse, short_day
from survey_app.gui.parts import (
    HUGE,
    LARGE,
    SMALL,
    Banner,
    Bar,
    Button,
    EmptyState,
    Figures,
    Keycap,
    Label,
    Mark,
    Panel,
    Scrolled,
    paint,
)
from survey_app.gui.parts.flow import Flow
from survey_app.gui.parts.row import ListRow
from survey_app.gui.parts.rows import clear_rows
from survey_app.gui.screens.handover import forms_of
from survey_app.gui.screens.today_facts import Resume, TodayFacts
from survey_app.gui.screens.village_title import VillageTitle
from survey_app.gui.theme import Type
from survey_app.i18n import _, ngettext
from survey_app.store import BundleNote, Line
from survey_app.text import show_number

_NARROW = 760
"""Design pixels."""


def people_words(size: int) -> str:
    """Return ``5 people``."""
    return ngettext("{count} person", "{count} people", size).format(count=size)


def household_number(line: Line) -> str:
    """Return the number as people write it, ``017``."""
    return f"{line.household.number:03d}"


class ResumePanel(QWidget):
    """The offer to go on with the interview that was stopped."""

    go_on = Signal(str, str)
    """Ids of the household and of the form."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._household = self._form = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = Label("", Type.QUESTION, weight=600, figures=True, elide=True)
        self._where = Label("", Type.BODY, "text2", figures=True, elide=True)
        self._bar = Bar(8, track="surface")
        self._bar.setFixedWidth(theme.px(240))
        self._question = Label("", Type.TABLE, "text", weight=500, elide=True)
        self._numbers = Figures("", Type.TABLE, "text2")
        self.button = Button("", "primary", icon="play", key="Enter", height=HUGE)
        self.button.clicked.connect(lambda: self.go_on.emit(self._household, self._form))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(18), theme.px(12), theme.px(18), theme.px(12))
        row.setSpacing(theme.px(16))
        row.addWidget(Mark("circle-pause", "primary", 32))
        words = QVBoxLayout()
        words.setSpacing(theme.px(3))
        words.addWidget(self._title)
        words.addWidget(self._where)
        self._progress = QWidget()
        progress = QHBoxLayout(self._progress)
        progress.setContentsMargins(0, theme.px(2), 0, 0)
        progress.setSpacing(theme.px(10))
        progress.addWidget(self._bar)
        progress.addWidget(self._numbers)
        progress.addSpacing(theme.px(6))
        progress.addWidget(self._question, 1)
        words.addWidget(self._progress)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        self.hide()

    def retranslate(self) -> None:
        """Say the button in the language spoken now."""
        self.button.setText(_("Continue interview"))

    def show_facts(self, facts: TodayFacts, now: dt.datetime) -> None:
        """Show the interview to continue, or nothing."""
        resume = facts.resume
        self.setVisible(resume is not None)
        if resume is None:
            return
        self._household, self._form = resume.line.household.id, resume.form
        self._title.setText(
            _("Household {number}, {name}: the form is unfinished").format(
                number=household_number(resume.line), name=resume.line.household.head_name
            )
        )
        self._where.setText(_where(resume, now))
        self._progress.setVisible(resume.total > 0)
        self._question.setText(_("“{question}”").format(question=resume.question) if resume.question else "")
        self._bar.set_progress(resume.answered, resume.total)
        self._numbers.setText(_("{done} / {total} questions").format(done=resume.answered, total=resume.total))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the words of the question out where there is no room for them."""
        super().resizeEvent(event)
        narrow = self.width() < theme.px(_NARROW)
        self._bar.setFixedWidth(theme.px(120 if narrow else 240))
        self._question.setVisible(not narrow)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        area = QRectF(self.rect())
        paint.box(QPainter(self), area, theme.px(10), theme.token("primary_soft"), theme.token("primary_line"))


def _where(resume: Resume, now: dt.datetime) -> str:
    moment = parse(resume.touched_at)
    when = day_and_time(moment, now) if moment else ""
    parts = [_("Stopped {when}").format(when=when)]
    if resume.number:
        parts[0] = _("Stopped {when} at question {number}").format(when=when, number=resume.number)
    if resume.person and resume.people:
        parts.append(_("person {person} of {people}").format(person=resume.person, people=resume.people))
    text = ", ".join(parts)
    return f"{text}. " + _("All answers are saved.")


class _Count(QWidget):
    """Mark, large number, word."""

    def __init__(self, icon: str, tone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = Figures("", Type.TITLE, weight=700)
        self._word = Label("", Type.BODY, "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(Mark(icon, tone, 20))
        row.addWidget(self._number)
        row.addWidget(self._word)
        row.addStretch()

    def say(self, count: int, word: str) -> None:
        """Show number and word."""
        self._number.setText(show_number(count, 0, i18n.language()))
        self._word.setText(word)
        self.setAccessibleName(f"{count} {word}")


class VillagePanel(Panel):
    """The village: how much is done, how much is left."""

    next_household = Signal()
    choose = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=(18, 12, 14, 12), gap=12, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._facts: TodayFacts | None = None
        self.name = VillageTitle()
        self.name.clicked.connect(self.choose)
        self._done = Label("", Type.BODY, "text2", figures=True, elide=True)
        self.button = Button("", "secondary", icon="plus", key="Ctrl+N", height=LARGE)
        self.button.clicked.connect(self.next_household)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(Mark("map-pin", "primary", 20))
        head.addWidget(self.name)
        head.addWidget(self._done, 1)
        head.addWidget(self.button)
        self._bar = Bar(12)
        self._counts = [
            _Count("circle", "text2"),
            _Count("circle-dot", "primary"),
            _Count("calendar-clock", "warn"),
            _Count("circle-check", "ok"),
            _Count("octagon-x", "err"),
        ]
        counts = Flow(theme.px(8), spread=True)
        for count in self._counts:
            counts.addWidget(count)
        self.column.addLayout(head)
        self.column.addWidget(self._bar)
        self.column.addLayout(counts)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.button.setText(_("Next household"))
        self.name.setToolTip(_("Choose another village"))
        if self._facts is not None:
            self.show_facts(self._facts)

    def show_facts(self, facts: TodayFacts) -> None:
        """Show the village."""
        self._facts = facts
        village = facts.village
        self.button.setEnabled(bool(facts.lines) or facts.elsewhere is not None)
        if village is None:
            self.name.say(_("No village yet"), choice=False)
            self._done.setText(_("The household list of this laptop is empty."))
            self._bar.set_shares([], 1)
            return
        self.name.say(village.place.name, choice=len(facts.villages) > 1)
        self._done.setText(
            _("{done}/{total} households done").format(
                done=show_number(village.done, 0, i18n.language()), total=show_number(village.total, 0, i18n.language())
            )
        )
        finished, again = (
            village.done - village.all_refused,
            village.appointment + village.absent + village.needs_correction,
        )
        self._bar.set_shares(
            [
                (finished, "ok"),
                (village.all_refused, "err_line"),
                (village.in_progress, "primary"),
                (again, "warn_line"),
            ],
            village.total,
        )
        self._bar.setAccessibleName(_("Progress of the village"))
        words = (
            (village.not_visited, _("not visited")),
            (village.in_progress, _("in progress")),
            (again, _("come again")),
            (finished, _("done")),
            (village.all_refused, _("refused")),
        )
        for widget, (count, word) in zip(self._counts, words, strict=True):
            widget.say(count, word)


class NextPanel(Panel):
    """Households to go to next."""

    opened = Signal(str)
    add = Signal()
    whole_list = Signal()
    go_elsewhere = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=0, gap=0, parent=parent)
        self._title = Label("", Type.PANEL, weight=600)
        self._all = Button("", "quiet", height=SMALL, shortcut="Ctrl+L")
        self._all.clicked.connect(self.whole_list)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(18), theme.px(8), theme.px(14), theme.px(8))
        head.setSpacing(theme.px(6))
        head.addWidget(self._title)
        head.addStretch()
        head.addWidget(self._all)
        head.addWidget(Keycap("Ctrl+L"))
        self.column.addLayout(head)
        body = QWidget()
        self._rows = QVBoxLayout(body)
        self._rows.setContentsMargins(1, 0, 1, 0)
        self._rows.setSpacing(0)
        self._scroll = Scrolled(body, gutter=False)
        self.empty = EmptyState()
        self._elsewhere: Line | None = None
        self._none_at_all = False
        self._keys: list[str] = []
        self.empty.acted.connect(self._act)
        self.column.addWidget(self._scroll, 1)
        self.column.addWidget(self.empty, 1)
        self.empty.hide()

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Go on with these today"))
        self._all.setText(_("The whole list"))
        self._say_empty("")

    def _say_empty(self, village: str) -> None:
        if self._none_at_all:
            self.empty.say(
                _("The household list is still empty."),
                _("The office's enrolment file brings it; a household found in the field can be added here."),
                _("Add a household"),
            )
            return
        if self._elsewhere is None:
            self.empty.say(_("All households have been visited."), "", _("The whole list"))
            return
        line = self._elsewhere
        self.empty.say(
            _("All households of this village have been visited."),
            _("Next: household {number}, {name}, {village}").format(
                number=household_number(line), name=line.household.head_name, village=village
            ),
            _("Go there"),
        )

    def first_focus(self) -> QWidget:
        """Return the first household, or the button that stands in its place."""
        return self._at(0) or self.empty.button if not self._scroll.isHidden() else self.empty.button

    def _act(self) -> None:
        if self._none_at_all:
            self.add.emit()
        elif self._elsewhere is None:
            self.whole_list.emit()
        else:
            self.go_elsewhere.emit()

    def show_facts(self, facts: TodayFacts, now: dt.datetime) -> None:
        """Show the households."""
        focused = next((n for n in range(self._rows.count()) if self._has_focus(n)), -1)
        clear_rows(self._rows)
        for line in facts.lines:
            row = ListRow(household_number(line), line.household.head_name, _more(line, now), line.status)
            row.clicked.connect(lambda _checked=False, key=line.household.id: self.opened.emit(key))
            self._rows.addWidget(row)
        self._rows.addStretch()
        self._keys = [line.household.id for line in facts.lines]
        self._elsewhere = facts.elsewhere
        self._none_at_all = not any(v.total for v in facts.villages)
        codes = {v.place.code: v.place.name for v in facts.villages}
        self._say_empty(codes.get(facts.elsewhere.household.village_code, "") if facts.elsewhere else "")
        self._scroll.setVisible(bool(facts.lines))
        self.empty.setVisible(not facts.lines)
        again = self._at(focused) if 0 <= focused < len(facts.lines) else None
        if again is not None:
            again.setFocus()

    def household_with_focus(self) -> str:
        """Return the household of the row that has the focus, ``""`` when none has."""
        rows = (self._at(number) for number in range(self._rows.count()))
        return next((self._keys[n] for n, row in enumerate(rows) if row is not None and row.hasFocus()), "")

    def _at(self, number: int) -> QWidget | None:
        item = self._rows.itemAt(number)
        return item.widget() if item is not None else None

    def _has_focus(self, number: int) -> bool:
        widget = self._at(number)
        return widget is not None and widget.hasFocus()


def _more(line: Line, now: dt.datetime) -> str:
    parts = [line.household.address] if line.household.address else []
    moment, due = parse(line.touched_at), parse(line.due)
    if due is not None:
        parts.insert(0, _("come back {when}").format(when=_coming(due, now)))
    elif moment is not None and line.status == "absent":
        parts.append(_("nobody home {when}").format(when=day_and_time(moment, now)))
    elif moment is not None and line.status == "in_progress":
        parts.append(_("stopped {when}").format(when=day_and_time(moment, now)))
    elif line.household.size:
        parts.append(people_words(line.household.size))
    return ", ".join(parts)


def _coming(due: dt.datetime, now: dt.datetime) -> str:
    """Return when an appointment is: the hour alone when it is today."""
    local = due.astimezone(now.tzinfo)
    return f"{local:%H:%M}" if local.date() == now.date() else day_and_time(local, now)


class HandoverPanel(Panel):
    """What the commune has not got yet."""

    pack = Signal()
    load = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(pad=(18, 12, 16, 14), gap=8, parent=parent)
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        self._title = Label("", Type.PANEL, weight=600)
        head.addWidget(Mark("package", "text2", 20))
        head.addWidget(self._title)
        head.addStretch()
        self.banner = Banner("warn", icon="hourglass", stacked=True)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(theme.px(12), theme.px(4), theme.px(12), 0)
        self._list.setSpacing(theme.px(8))
        self.pack_button = Button("", "secondary", icon="package-check", key="Ctrl+B", height=44, wide=True)
        self.load_button = Button("", "secondary", icon="file-check", height=44, wide=True)
        self.pack_button.clicked.connect(self.pack)
        self.load_button.clicked.connect(self.load)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self.pack_button)
        buttons.addWidget(self.load_button)
        self.column.addLayout(head)
        self.column.addWidget(self.banner)
        self.column.addLayout(self._list)
        self.column.addStretch()
        self.column.addLayout(buttons)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self._title.setText(_("Handing over to the commune"))
        self.pack_button.setText(_("Pack"))
        self.load_button.setText(_("Load receipt"))

    def show_facts(self, facts: TodayFacts, now: dt.datetime) -> None:
        """Show what is open and the newest bundles."""
        open_forms = facts.unpacked + facts.waiting
        if open_forms == 0:
            self.banner.say(
                _("Nothing is waiting"),
                _("Every finished form has been confirmed by the commune.")
                if facts.bundles
                else _("Finished forms will be counted here until the commune has confirmed them."),
                kind="ok",
                icon="circle-check",
            )
        else:
            title = ngettext(
                "{count} form not yet confirmed by the commune",
                "{count} forms not yet confirmed by the commune",
                open_forms,
            ).format(count=show_number(open_forms, 0, i18n.language()))
            self.banner.say(title, _what_next(facts, now), kind="warn", icon="hourglass")
        self._fill(facts, now)

    def _fill(self, facts: TodayFacts, now: dt.datetime) -> None:
        clear_rows(self._list)
        if facts.unpacked:
            words = ngettext(
                "{count} form finished, not packed", "{count} forms finished, not packed", facts.unpacked
            ).format(count=facts.unpacked)
            self._list.addWidget(_Entry("circle-dashed", "text2", words, ""))
        for note in facts.bundles[:4]:
            self._list.addWidget(_bundle_entry(note, now))


def _what_next(facts: TodayFacts, now: dt.datetime) -> str:
    waiting = next((note for note in facts.bundles if not note.confirmed_at), None)
    if waiting is None:
        return _("Pack them, then bring the bundle to the commune. Everything stays on this machine until then.")
    moment = parse(waiting.made_at)
    return _(
        "Bundle {number} was packed {when}. Bring the USB stick to the commune, then load the receipt on this machine."
    ).format(number=f"{waiting.sequence:02d}", when=day_and_time(moment, now) if moment else "")


def _bundle_entry(note: BundleNote, now: dt.datetime) -> _Entry:
    number, count = f"{note.sequence:02d}", forms_of(note)
    moment = parse(note.confirmed_at or note.made_at)
    day = short_day(moment.astimezone(now.tzinfo).date(), now.date()) if moment else ""
    if note.confirmed_at:
        words = ngettext(
            "Commune confirmed bundle {number}, {count} form", "Commune confirmed bundle {number}, {count} forms", count
        )
        return _Entry("circle-check", "ok", words.format(number=number, count=count), day)
    words = ngettext("Bundle {number} packed, {count} form", "Bundle {number} packed, {count} forms", count)
    return _Entry("clock", "warn", words.format(number=number, count=count), day)


class _Entry(QWidget):
    """Mark, words, date."""

    def __init__(self, icon: str, tone: str, words: str, day: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        row.addWidget(Mark(icon, tone, 18))
        row.addWidget(Label(words, Type.TABLE, figures=True, elide=True), 1)
        row.addWidget(Figures(day, Type.CAPTION, "text2"))


class SafetyPanel(Panel):
    """Where the data are, and how old the copy on the stick is."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(pad=(18, 11, 16, 11), gap=8, parent=parent)
        self._facts: TodayFacts | None = None
        self._desk = desk
        self._mark = Mark("shield-check", "ok", 20)
        self._title = Label("", Type.BODY, weight=600)
        self._here = Label("", Type.CAPTION, "text2", figures=True, elide=True)
        self._usb = Label("", Type.CAPTION, "text2", figures=True, elide=True)
        self.button = Button("", "secondary", icon="hard-drive", height=LARGE)
        self._banner = Banner("ok", stacked=True)
        self._banner.hide()
        self._backup = Backup(desk, self, self._banner, self.button)
        words = QVBoxLayout()
        words.setSpacing(0)
        for label in (self._title, self._here, self._usb):
            words.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.button)
        self.column.addLayout(row)
        self.column.addWidget(self._banner)

    def retranslate(self) -> None:
        """Say everything in the language spoken now."""
        self.button.setText(_("Back up to USB"))

    def show_facts(self, facts: TodayFacts, now: dt.datetime) -> None:
        """Show when the data were written here and copied elsewhere."""
        self._facts = facts
        written = self._desk.state.at
        self._here.setText(
            _("Here: {when}").format(when=day_and_time(written, now)) if written else _("Here: encrypted")
        )
        copied = last_backup(facts.device)
        old = copied is None or (now - copied).days >= 3
        self._title.setText(_("Make a safety copy") if old else _("Data are safe"))
        self._mark.set_icon("shield-alert" if old else "shield-check", "warn" if old else "ok")
        self._usb.setText(
            _("On USB: {when}").format(when=day_and_time(copied, now)) if copied else _("On USB: never yet")
        )
