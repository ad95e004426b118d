"""A form as a paper questionnaire: for the day the battery is flat.

Numbers and codes are those of the window, so that a filled paper is typed in without looking anything up. People of a
roster have a table (a row each) for its columns and a grid (a column each) for the rest.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from survey_app.i18n import _
from survey_app.reports.paper_answers import Code, Field, choices_of, field_of
from survey_app.reports.paper_words import Book, file_of, never, only_if, truth
from survey_app.reports.typesetting import settable, typeset, write_pages
from survey_app.xforms import FormDefinition
from survey_app.xforms.definition import Parts
from survey_app.xforms.keys import SPECIAL_KEYS
from survey_app.xforms.marked import plain_lines
from survey_app.xforms.plan import Part, Plan, Roster, Section, is_check, is_head, is_table_title, plan
from survey_app.xforms.spec import Rule, Spec, Text

MODULES = "modules"
"""Name of the row that holds the optional modules of a round."""

LINES, COLUMNS = 8, 6
"""People a roster has room for when nothing is said: rows of its table, columns of its grid."""

MOST = 40
"""People a paper can be printed for."""

BLANK = "………"

NAMES = {"vi": ("tiếng việt", "vietnamese"), "en": ("english", "tiếng anh")}
"""Languages of the program, and what authors call them when they give no code."""


@dataclass(frozen=True)
class Asked:
    """A question on paper.

    Attributes:
        number: as in the window, ``""`` for a note.
        label: its words; a line of dots where another answer stands.
        hint: for the interviewer.
        only_if: when it is asked, ``""`` for always.
        field: where the answer is written.
        check: what to ask back when the answer is doubtful, each with room for the reason.
        instead: what can be ticked instead of an answer (refused, not known), with the keys of the window.
        picture: name of the picture that is shown with it, ``""`` for none.
        heard: names of sounds and films that belong to it: they can be played on the computer only.
    """

    number: str
    label: str
    hint: str
    only_if: str
    field: Field
    check: tuple[str, ...] = ()
    instead: tuple[Code, ...] = ()
    picture: str = ""
    heard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """A run of questions under one heading.

    Attributes:
        kind: ``questions``, ``table`` (a row a person) or ``grid`` (a column a person).
        title: heading, ``""`` for none.
        only_if: when it is asked at all.
        asked: the questions.
        people: rows of a table, columns of a grid.
        first: number of the first of them.
    """

    kind: str
    title: str
    only_if: str
    asked: tuple[Asked, ...]
    people: int = 0
    first: int = 1


@dataclass(frozen=True)
class Chapter:
    """A section of the form."""

    number: str
    title: str
    only_if: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class CodeList:
    """A long list at the end of the paper."""

    title: str
    codes: tuple[Code, ...]


@dataclass(frozen=True)
class Paper:
    """The whole questionnaire.

    Attributes:
        title: of the form.
        form: id of the form.
        version: its version.
        language: ``vi`` or ``en``, for hyphens and screen readers.
        head: names and values of what stands at the top; a line to write on where the value is blank.
        words: words of the paper itself, by name.
        chapters: the sections.
        lists: long lists with their codes.
    """

    title: str
    form: str
    version: str
    language: str
    head: tuple[tuple[str, str], ...]
    words: dict[str, str]
    chapters: tuple[Chapter, ...]
    lists: tuple[CodeList, ...] = ()


def write_paper(
    form: FormDefinition,
    path: Path,
    *,
    language: str = "vi",
    modules: Sequence[str] | None = None,
    head: Sequence[tuple[str, str]] = (),
    people: int = 0,
    files: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a form as a paper questionnaire: A4, tagged PDF.

    Args:
        form: the form.
        path: the file.
        language: ``vi`` or ``en``; the form's labels are taken in it when the form has it.
        modules: optional modules to print; all when not given.
        head: what is known of the household, as names and values for the top of the first page.
        people: how many people there is room for, at most ``MOST``; 0 for the usual number. Grids are repeated for
            every ``COLUMNS`` of them.
        files: what came with the form, by name: pictures of questions and choices are printed.

    Returns:
        Where it is.

    Raises:
        SurveyAppError: the place cannot be written to.
    """
    wanted = set(form.media_files)
    pictures = settable({name: content for name, content in (files or {}).items() if name in wanted})
    paper = paper_of(form, language, modules, head, people, frozenset(pictures))
    return write_pages(typeset("questionnaire", as_data(paper), pictures), path)


def as_data(paper: Paper) -> dict[str, object]:
    """Return what the template reads."""
    return dataclasses.asdict(paper)


def paper_of(  # noqa: PLR0917 - everything after the language is rarely given
    form: FormDefinition,
    language: str = "vi",
    modules: Sequence[str] | None = None,
    head: Sequence[tuple[str, str]] = (),
    people: int = 0,
    pictures: Collection[str] = (),
) -> Paper:
    """Return what the paper says, before it is set (see ``write_paper``)."""
    whole = plan(form)
    labels = next((name for name in form.languages if _code(name) == language), form.default_language)
    book = Book(form, labels, whole.numbers, _known(form, modules), frozenset(pictures))
    maker = _Maker(book, whole, min(people, MOST))
    chapters = [maker.chapter(number, section) for number, section in enumerate(whole.sections, start=1)]
    return Paper(
        title=form.title or form.id,
        form=form.id,
        version=form.version,
        language=_code(labels) if _code(labels) in NAMES else language,
        head=tuple(head) or tuple((name, "") for name in head_names()),
        words=_words(),
        chapters=tuple(chapter for chapter in chapters if chapter.blocks),
        lists=tuple(maker.lists.values()),
    )


def head_names() -> tuple[str, ...]:
    """Return the names of what stands at the top of every paper."""
    return (_("Commune"), _("Village"), _("Household number"), _("Head of household"), _("Address"))


def _code(language: str) -> str:
    """Return ``vi`` of ``Tiếng Việt (vi)``, ``Vietnamese`` or ``vi``; the name itself when it is another language."""
    inner = language.rpartition("(")[2].rstrip(")").strip().casefold()
    return next((code for code, names in NAMES.items() if inner == code or inner in names), language)


def _known(form: FormDefinition, modules: Sequence[str] | None) -> dict[str, str]:
    """Return the modules: those of the round, or every one any condition of the form names."""
    place = next((path for path, spec in form.specs.items() if spec.local == MODULES and spec.kind == "value"), "")
    if not place:
        return {}
    if modules is not None:
        return {place: " ".join(modules)}
    named = dict.fromkeys(value for rule in form.rules if rule.kind == "relevant" for value in _selected(rule))
    return {place: " ".join(named)}


def _selected(rule: Rule) -> Iterator[str]:
    from survey_app.xforms.xpath import Call, Literal, walk

    for part in walk(rule.expr) if rule.expr is not None else ():
        if isinstance(part, Call) and part.name == "selected" and isinstance(part.arguments[1], Literal):
            yield part.arguments[1].value


class _Maker:
    """Turns sections of a plan into chapters; gathers long lists on the way."""

    def __init__(self, book: Book, whole: Plan, people: int) -> None:
        self.book = book
        self.people = people
        self.whole = whole
        self.lists: dict[tuple[str, ...], CodeList] = {}
        self.order = [path for path in whole.numbers if not never(book, book.form.specs[path])]

    def chapter(self, number: int, section: Section) -> Chapter:
        """Return a section."""
        spec = self.book.form.specs.get(section.path)
        blocks = [self._block(part, section.path) for part in section.before]
        if section.roster is not None:
            blocks += self._roster(section.roster, section.path)
        blocks += [self._block(part, section.path) for part in section.after]
        condition = only_if(self.book, spec) if spec is not None else ""
        return Chapter(str(number), self._title(section.path), condition, tuple(b for b in blocks if b.asked))

    def _block(self, part: Part, heading: str) -> Block:
        own = part.path != heading
        return Block(
            "questions",
            self._title(part.path) if own else "",
            self._condition(part.path) if own else "",
            self._questions(part.questions),
        )

    def _roster(self, roster: Roster, heading: str) -> Iterator[Block]:
        own = roster.path != heading
        columns = self._questions(roster.columns)
        if roster.path in self.whole.ages:
            columns += (Asked("", _("Age, worked out"), "", "", Field("boxes", groups=((2, ""),))),)
        title, condition = (self._title(roster.path), self._condition(roster.path)) if own else ("", "")
        yield Block("table", title, condition, columns, max(self.people, LINES))
        for first in range(1, (self.people or 1) + 1, COLUMNS):
            for part in roster.parts:
                inside = part.path != roster.path
                yield Block(
                    "grid",
                    self._title(part.path) if inside else "",
                    self._condition(part.path) if inside else "",
                    self._questions(part.questions),
                    COLUMNS,
                    first,
                )

    def _condition(self, path: str) -> str:
        spec = self.book.form.specs.get(path)
        return only_if(self.book, spec) if spec is not None else ""

    def _title(self, path: str) -> str:
        """Return the label of a group; that of a table of choices stands in a note inside it."""
        specs = self.book.form.specs
        spec = specs.get(path)
        own = self._text(spec.label) if spec is not None else ""
        notes = (inner for inner in self.book.form.questions if is_table_title(inner))
        note = "" if own else next((inner for inner in notes if inner.rpartition("/")[0] == path), "")
        control = specs[note].control if note else None
        return self._text(control.label) if control else own

    def _questions(self, paths: Sequence[str]) -> tuple[Asked, ...]:
        """Return what is asked; on paper every question of a table of choices has them itself."""
        form = self.book.form
        asked = (path for path in paths if not (is_table_title(path) or is_head(form, path)))
        return tuple(self._asked(path) for path in asked if not never(self.book, form.specs[path]))

    def _asked(self, path: str) -> Asked:
        question, spec = self.book.form.questions[path], self.book.form.specs[path]
        field = field_of(self.book, question)
        if field.kind in ("one", "many", "rank") and question.control == "select1":
            chosen = choices_of(self.book, question)
            field = replace(field, codes=tuple(replace(c, jump=self._jump(path, value)) for value, c in chosen))
        control, media = spec.control, question.media(self.book.language)
        label = self._text(control.label if control else None)
        if field.kind == "code" and field.codes:
            self.lists.setdefault(
                tuple(code.label for code in field.codes),
                CodeList(f"{self.whole.numbers.get(path, '')} {label}", field.codes),
            )
        return Asked(
            self.whole.numbers.get(path, ""),
            label,
            self._text(control.hint if control else None),
            only_if(self.book, spec),
            field,
            tuple(self._checks(path)),
            self._instead(path),
            self.book.picture(media),
            tuple(file_of(address) for kind, address in media.items() if kind in ("audio", "video")),
        )

    def _instead(self, path: str) -> tuple[Code, ...]:
        special = self.whole.specials.get(path, "")
        if not special or never(self.book, self.book.form.specs[special]):
            return ()
        offered = self.book.form.questions[special].choices
        return tuple(
            Code(key, choice.label(self.book.language)) for key, choice in zip(SPECIAL_KEYS, offered, strict=False)
        )

    def _checks(self, path: str) -> Iterator[str]:
        for check in self.whole.checks.get(path, ()):
            control = self.book.form.specs[check].control
            if not never(self.book, self.book.form.specs[check]) and is_check(self.book.form, check):
                yield self._text(control.label if control else None)

    def _jump(self, path: str, value: str) -> str:
        """Return the number of the question after the ones that this answer closes, ``""`` when it closes none."""
        form, known = self.book.form, {**self.book.known, path: value}
        repeat = _repeat_of(form.specs[path])
        scope = [p for p in self.order if repeat is None or _repeat_of(form.specs[p]) is repeat]
        after = scope[scope.index(path) + 1 :] if path in scope else []
        next_ = next((p for p in after if not _closed(form, form.specs[p], known)), "")
        if not after or next_ == after[0]:
            return ""
        if next_:
            return self.whole.numbers[next_]
        return _("next person") if repeat is not None else _("end of the form")

    def _text(self, text: Text | None) -> str:
        parts: Parts = self.book.form.text_parts(text, self.book.language or self.book.form.default_language)
        said = "".join(part if isinstance(part, str) else self._answer(_leaf(part.text)) for part in parts)
        said = plain_lines(said).strip()
        begins = next(iter(parts), "")  # with a name: here it is “this person”, at the start of a sentence
        return said if isinstance(begins, str) else said[:1].upper() + said[1:]

    def _answer(self, name: str) -> str:
        """Return what stands for an answer inside a text: what it says of a person, else dots."""
        found = next((spec for spec in self.book.form.specs.values() if spec.local == name), None)
        named = {roster.columns[0] for roster in self.whole.rosters if roster.columns}
        if found is None or _repeat_of(found) is None or (found.kind != "value" and found.path not in named):
            return BLANK
        return _("this person")


def _leaf(path: str) -> str:
    return path.strip().rpartition("/")[2].strip()


def _repeat_of(spec: Spec) -> Spec | None:
    return next((above for above in spec.ancestors() if above.kind == "repeat"), None)


def _closed(form: FormDefinition, spec: Spec, known: dict[str, str]) -> bool:
    rules = [above.rules.get("relevant") for above in spec.ancestors()]
    return any(r is not None and r.expr is not None and truth(form, r.spec, r.expr, known) is False for r in rules)


def _words() -> dict[str, str]:
    return {
        "many": _("Tick all that apply."),
        "rank": _("Write 1, 2, 3 … in the boxes."),
        "code": _("Code"),
        "version": _("Form {form}, version {version}"),
        "page": _("Page {page} of {pages}"),
        "visit": _("Date and time of the visit"),
        "from": _("from (hour)"),
        "to": _("to (hour)"),
        "enumerator": _("Enumerator"),
        "copy": _("Copy"),
        "of": _("of a total of"),
        "check": _("If doubtful"),
        "instead": _("No answer"),
        "no": _("Person no."),
        "how": _(
            "Tick ☒ the box, or write the code where there is one person a column. An arrow → leads to the next "
            "question to ask. Write digits one a box, from the right."
        ),
        "more": _("More people: go on with a second copy and count on from the last number."),
        "lists": _("Lists of codes"),
        "entered": _("Entered on the computer"),
        "respondent": _("Respondent"),
        "signature": _("signature"),
        "heard": _("To be played on the computer: {file}"),
    }
