"""Conditions of a form in words a person on paper can follow: "câu 1.02 = “Đồng ý”".

What cannot be said in words is shown as the numbers of the questions it is worked out from. What is known before the
form is printed (the optional modules of the round) is settled at once: a condition that then always holds says nothing,
one that never holds leaves its question out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from survey_app.i18n import _
from survey_app.xforms import FormDefinition
from survey_app.xforms.plan import AGE
from survey_app.xforms.spec import Spec
from survey_app.xforms.xpath import Binary, Call, Expr, Literal, Negate, Number, Path, Step, walk

Value = str | float

_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True)
class Book:
    """A form as it is printed.

    Attributes:
        form: the form.
        language: language of its labels.
        numbers: what stands left of a question, by generic path.
        known: values that are settled before printing, by generic path.
        pictures: names of the pictures that came with it and can be printed.
    """

    form: FormDefinition
    language: str
    numbers: Mapping[str, str]
    known: Mapping[str, str]
    pictures: frozenset[str] = frozenset()

    def picture(self, media: Mapping[str, str]) -> str:
        """Return the name of the picture to print of what a label shows, ``""`` when there is none."""
        names = (file_of(media[kind]) for kind in ("big-image", "image") if kind in media)
        return next((name for name in names if name in self.pictures), "")


def file_of(address: str) -> str:
    """Return the name of the file of a ``jr://`` address."""
    return address.rpartition("/")[2]


def target(form: FormDefinition, here: Spec, expr: Expr) -> Spec | None:
    """Return the node a plain path leads to, ``None`` when the expression is anything else."""
    if not isinstance(expr, Path) or (expr.start is not None and expr.start != Call("current", ())):
        return None
    found: Spec | None = None if expr.absolute else here
    for place, step in enumerate(expr.steps):
        if step.predicates:
            return None
        if expr.absolute and place == 0:
            found = form.root_spec if step.test == form.root_spec.name else None
        elif found is not None and step.axis == "parent":
            found = found.parent
        elif found is not None and step.axis == "child":
            found = next((child for child in found.children.values() if child.name == step.test), None)
        elif step.axis != "self":
            return None
        if found is None:
            return None
    return found


def truth(form: FormDefinition, here: Spec, expr: Expr, known: Mapping[str, str]) -> bool | None:
    """Return whether a condition holds when only some answers are known; ``None`` when that does not decide it."""
    match expr:
        case Binary("and" | "or" as operator, left, right):
            sides = (truth(form, here, left, known), truth(form, here, right, known))
            decisive = operator == "or"
            if decisive in sides:
                return decisive
            return None if None in sides else not decisive
        case Call("not", (inner,)):
            holds = truth(form, here, inner, known)
            return None if holds is None else not holds
        case Call("true", ()):
            return True
        case Call("false", ()):
            return False
        case Call("selected", (list_, wanted)):
            values, value = _value(form, here, list_, known), _value(form, here, wanted, known)
            return None if values is None or value is None else str(value) in str(values).split()
        case Binary(operator, left, right) if operator in _OPPOSITE:
            first, second = _value(form, here, left, known), _value(form, here, right, known)
            return None if first is None or second is None else _compared(operator, first, second)
        case _:
            return None


def _value(form: FormDefinition, here: Spec, expr: Expr, known: Mapping[str, str]) -> Value | None:
    match expr:
        case Literal(text):
            return text
        case Number(number):
            return number
        case Negate(Number(number)):
            return -number
    found = target(form, here, expr)
    return known.get(found.path) if found is not None else None


def _compared(operator: str, first: Value, second: Value) -> bool:
    """Compare as XPath 1.0 section 3.4 does: as numbers unless both are texts that are only asked to be equal."""
    if operator in ("=", "!="):
        if isinstance(first, str) and isinstance(second, str):
            return (first == second) == (operator == "=")
        return (_number(first) == _number(second)) == (operator == "=")
    one, other = _number(first), _number(second)
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]


def _number(value: Value) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")


def only_if(book: Book, here: Spec) -> str:
    """Return when a question or group is asked, ``""`` when always."""
    rule = here.rules.get("relevant")
    if rule is None or rule.expr is None or truth(book.form, here, rule.expr, book.known) is True:
        return ""
    return _("Ask only if {condition}.").format(condition=_Speaker(book, here).words(rule.expr))


def never(book: Book, here: Spec) -> bool:
    """Return whether nobody can be asked this in this printing."""
    rules = [spec.rules.get("relevant") for spec in here.ancestors()]
    found = [(rule.spec, rule.expr) for rule in rules if rule is not None and rule.expr is not None]
    return any(truth(book.form, spec, expr, book.known) is False for spec, expr in found)


@dataclass(frozen=True)
class _Said:
    """One comparison: of what, how, with what; ``text`` when it is already words."""

    subject: str
    relation: str
    objects: tuple[str, ...]
    age: bool = False
    text: str = ""


class _Speaker:
    """Words conditions of one node."""

    def __init__(self, book: Book, here: Spec) -> None:
        self.book = book
        self.here = here

    def words(self, expr: Expr) -> str:
        """Return the condition in words."""
        return " ".join(_spoken(part) for part in self._joined(expr))

    def _joined(self, expr: Expr, inside: bool = False) -> list[_Said]:
        """Return what is joined by ``and`` or ``or``, with the joining word in front of all but the first."""
        if isinstance(expr, Binary) and expr.operator in ("and", "or"):
            settled = expr.operator == "and"
            open_parts = [part for part in _chain(expr, expr.operator) if self._truth(part) is not settled]
            said = _merged([self._one(part) for part in open_parts], expr.operator)
            word = _("and") if settled else _("or")
            guarded = settled and len(said) > 1
            text = f" {word} ".join(_guarded(part) if guarded else _spoken(part) for part in said)
            return [_Said("", "", (), text=f"({text})" if inside and len(said) > 1 else text)]
        return [self._one(expr)]

    def _truth(self, expr: Expr) -> bool | None:
        return truth(self.book.form, self.here, expr, self.book.known)

    def _one(self, expr: Expr) -> _Said:
        match expr:
            case Binary("and" | "or"):
                return self._joined(expr, inside=True)[0]
            case Call("not", (inner,)):
                return self._refused(inner)
            case Call("selected", (list_, Literal(value))) if (asked := self._question(list_)) is not None:
                return _Said(self._called(asked), "in", (self._label(asked, value),))
            case Binary(operator, left, right) if operator in _OPPOSITE:
                return (
                    self._comparison(operator, left, right)
                    or self._comparison(_MIRROR[operator], right, left)
                    or self._from(expr)
                )
        return self._from(expr)

    def _refused(self, inner: Expr) -> _Said:
        """Word ``not(...)``: the opposite comparison, or the list without the choice."""
        match inner:
            case Call("selected", (list_, Literal(value))) if (asked := self._question(list_)) is not None:
                return _Said(self._called(asked), "not in", (self._label(asked, value),))
            case Binary(operator, left, right) if operator in _OPPOSITE:
                return self._one(Binary(_OPPOSITE[operator], left, right))
        said = self._one(inner)
        if said.text:
            return _Said("", "", (), text=_("not so that {condition}").format(condition=said.text))
        return self._from(inner)

    def _comparison(self, operator: str, left: Expr, right: Expr) -> _Said | None:
        subject = self._subject(left)
        if subject is None:
            return None
        asked = self._question(left)
        match right:
            case Literal(""):
                return _Said(subject, "answered" if operator == "!=" else "blank", ())
            case Literal(value):
                words = self._label(asked, value) if asked is not None else f"“{value}”"
                return _Said(subject, operator, (words,))
            case Number(number):
                return _Said(subject, operator, (f"{number:g}",), age=self._is_age(left))
        other = self._subject(right)
        return _Said(subject, operator, (other,)) if other is not None else None

    def _subject(self, expr: Expr) -> str | None:
        """Return what a person can look up on the paper: a question, the age, a count of lines, a sum of those."""
        if isinstance(expr, Binary) and expr.operator in ("+", "-"):
            left, right = self._subject(expr.left), self._subject(expr.right)
            return f"{left} {'+' if expr.operator == '+' else '−'} {right}" if left and right else None
        asked = self._question(expr)
        if asked is not None:
            return self._called(asked)
        found = target(self.book.form, self.here, expr)
        if found is None or found.is_leaf is False:
            return None
        if self._is_age(expr):
            return _("the age")
        return self._counted(found)

    def _counted(self, found: Spec) -> str | None:
        rule = found.rules.get("calculate")
        if rule is None or not isinstance(rule.expr, Call) or rule.expr.name != "count":
            return None
        lines = target(self.book.form, found, rule.expr.arguments[0])
        if lines is None or lines.kind != "repeat":
            return None
        title = self.book.form.static_text(lines.label, self.book.language)
        return _("the number of lines in “{title}”").format(title=title)

    def _is_age(self, expr: Expr) -> bool:
        found = target(self.book.form, self.here, expr)
        return found is not None and found.kind == "value" and found.local.endswith(AGE)

    def _question(self, expr: Expr) -> Spec | None:
        found = target(self.book.form, self.here, expr)
        return found if found is not None and found.path in self.book.numbers else None

    def _called(self, asked: Spec) -> str:
        return _("question {number}").format(number=self.book.numbers[asked.path])

    def _label(self, asked: Spec, value: str) -> str:
        question = self.book.form.questions[asked.path]
        label = next((c.label(self.book.language) for c in question.choices if c.value == value), value)
        return f"“{label}”"

    def _from(self, expr: Expr) -> _Said:
        """Name the questions an expression is worked out from."""
        numbers = sorted(set(self._sources(expr, self.here, set())))
        if not numbers:
            return _Said("", "", (), text=_("what the household list says of the household allows it"))
        if len(numbers) == 1:
            words = _("what follows from question {number} allows it").format(number=numbers[0])
        else:
            words = _("what follows from questions {numbers} allows it").format(numbers=", ".join(numbers))
        return _Said("", "", (), text=words)

    def _sources(self, expr: Expr, here: Spec, seen: set[str]) -> Iterator[str]:
        for part in walk(expr):
            found = target(self.book.form, here, part) or _loosely(self.book.form, here, part)
            if found is None or found.path in seen:
                continue
            seen.add(found.path)
            if found.path in self.book.numbers:
                yield self.book.numbers[found.path]
            elif (rule := found.rules.get("calculate")) is not None and rule.expr is not None:
                yield from self._sources(rule.expr, found, seen)


def _loosely(form: FormDefinition, here: Spec, expr: Expr) -> Spec | None:
    """Return where a path leads when its conditions are not looked at."""
    if not isinstance(expr, Path):
        return None
    bare = tuple(Step(step.axis, step.test) for step in expr.steps)
    return target(form, here, Path(expr.start, expr.absolute, bare))


def _chain(expr: Expr, operator: str) -> Iterator[Expr]:
    if isinstance(expr, Binary) and expr.operator == operator:
        yield from _chain(expr.left, operator)
        yield from _chain(expr.right, operator)
    else:
        yield expr


def _merged(parts: Sequence[_Said], operator: str) -> list[_Said]:
    """Say "câu 1 = A hoặc B" once, and "từ 5 đến 22 tuổi" instead of two bounds."""
    found: list[_Said] = []
    for part in parts:
        last = found[-1] if found else None
        if last is None or part.text or last.text or last.subject != part.subject:
            found.append(part)
        elif operator == "or" and part.relation == last.relation and part.relation in ("=", "in"):
            found[-1] = _Said(last.subject, last.relation, (*last.objects, *part.objects), last.age)
        elif operator == "and" and (last.relation, part.relation) == (">=", "<="):
            found[-1] = _Said(last.subject, "between", (*last.objects, *part.objects), last.age)
        else:
            found.append(part)
    return found


def _guarded(said: _Said) -> str:
    """Put "A or B" in brackets, so that the "and" after it does not seem to belong to B alone."""
    return f"({_spoken(said)})" if len(said.objects) > 1 and said.relation != "between" else _spoken(said)


def _spoken(said: _Said) -> str:
    if said.text:
        return said.text
    values = {"subject": said.subject, "value": f" {_('or')} ".join(said.objects)}
    match said.relation:
        case "answered":
            return _("{subject} is answered").format(**values)
        case "blank":
            return _("{subject} is left blank").format(**values)
        case "in":
            return _("{subject} has {value} ticked").format(**values)
        case "not in":
            return _("{subject} does not have {value} ticked").format(**values)
        case "between":
            low, high = said.objects
            return _("{subject} is {low} to {high}").format(subject=said.subject, low=low, high=high)
    words = {
        "=": "{subject} = {value}",
        "!=": _("{subject} is not {value}"),
        "<": _("{subject} is less than {value}"),
        "<=": _("{subject} is {value} or less"),
        ">": _("{subject} is more than {value}"),
        ">=": _("{subject} is {value} or more"),
    }
    return words[said.relation].format(**values)
