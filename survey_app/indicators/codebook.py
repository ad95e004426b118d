"""What indicators need to know of a form: each question's level, kind, codes, and when it is asked at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lxml import etree

from survey_app.indicators.checking import check
from survey_app.indicators.columns import BUILT_IN, Codebook, Column, Kind, Level
from survey_app.records import HOUSEHOLD
from survey_app.xforms.xpath import Binary, Call, Expr, Negate, Path, Reference, XPathError, parse, walk

if TYPE_CHECKING:
    from survey_app.xforms import FormDefinition

__all__ = ["BUILT_IN", "Codebook", "Column", "Kind", "Level", "by_name", "codebook_of"]

_XFORMS = "{http://www.w3.org/2002/xforms}"


def codebook_of(form: FormDefinition) -> Codebook:
    """Return the codebook of a form; the members are the instances of its first repeat."""
    root = etree.fromstring(form.xml.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    binds = {str(bind.get("nodeset")): bind for bind in root.iter(f"{_XFORMS}bind")}
    repeats = [str(repeat.get("nodeset")) for repeat in root.iter(f"{_XFORMS}repeat")]
    repeat = repeats[0] if repeats else ""
    columns: dict[str, Column] = {}
    for path in _leaves(root, binds, form):
        column = _column(path, binds, repeat, form)
        if column is not None:
            columns.setdefault(column.name, column)
    about = form.level or HOUSEHOLD
    for built_in in (one for one in BUILT_IN if one.about in ("", about)):
        like = columns.get(built_in.like)
        choices = like.choices if like is not None else ()
        columns.setdefault(built_in.name, replace(built_in.column, choices=choices))
    draft = Codebook(columns, repeat.rpartition("/")[2], about)
    return replace(draft, columns={name: _usable(column, draft) for name, column in columns.items()})


def _usable(column: Column, book: Codebook) -> Column:
    """Return the column without the conditions and calculations that indicators cannot follow."""
    relevant, calculation = column.relevant, column.calculation
    if relevant is not None and check(relevant, book, column.level)[1]:
        relevant = None
    if calculation is not None and check(calculation, book, column.level) != ("text", []):
        calculation = None
    return replace(column, relevant=relevant, calculation=calculation)


def _leaves(root: etree._Element, binds: Mapping[str, etree._Element], form: FormDefinition) -> Iterator[str]:
    parts = [part for tag in ("group", "repeat") for part in root.iter(f"{_XFORMS}{tag}")]
    groups = {str(part.get("ref") or part.get("nodeset")) for part in parts}
    for path in dict.fromkeys((*binds, *form.questions)):
        inside = any(other.startswith(path + "/") for other in binds)
        if path not in groups and not inside and not path.rpartition("/")[0].endswith("/meta"):
            yield path


def _column(path: str, binds: Mapping[str, etree._Element], repeat: str, form: FormDefinition) -> Column | None:
    name = path.rpartition("/")[2]
    question = form.questions.get(path)
    bind = binds.get(path)
    if bind is not None and bind.get("readonly") == "true()" and bind.get("calculate") is None:
        return None  # a note: it says something and takes no answer
    level: Level = "member" if repeat and path.startswith(repeat + "/") else "household"
    type_ = (question.type if question else str(bind.get("type", "")) if bind is not None else "").rpartition(":")[2]
    control = question.control if question else ""
    kind: Kind = "number" if type_ in ("int", "integer", "decimal") else "text"
    if control in ("select1", "select"):
        kind = "code" if control == "select1" else "codes"
    choices = tuple(str(value) for value, _label in question.choices) if question else ()
    relevant = _relevance(path, binds, repeat if level == "member" else "")
    text = bind.get("calculate") if bind is not None else None
    return Column(
        name,
        level,
        kind,
        choices,
        relevant,
        _read(text),
        filled=question is None or text is not None,
        sources=_sources(text),
    )


def _sources(text: object) -> tuple[str, ...]:
    """Return the names that an expression reads, however it reaches them."""
    try:
        parts = walk(parse(str(text))) if text is not None else iter(())
    except XPathError:
        return ()
    steps = (part.steps[-1].test for part in parts if isinstance(part, Path) and part.steps)
    return tuple(dict.fromkeys(steps))


def _relevance(path: str, binds: Mapping[str, etree._Element], above: str) -> Expr | None:
    """Return the condition of a question and of the groups around it, below the instance ``above``."""
    steps = path.split("/")
    found: Expr | None = None
    for depth in range(2, len(steps) + 1):
        here = "/".join(steps[:depth])
        bind = binds.get(here)
        if bind is None or bind.get("relevant") is None or (above and len(here) <= len(above)):
            continue
        condition = _read(bind.get("relevant"))
        if condition is None:
            return None
        found = condition if found is None else Binary("and", found, condition)
    return found


def _read(text: object) -> Expr | None:
    if text is None:
        return None
    try:
        return by_name(parse(str(text)))
    except (XPathError, LookupError):
        return None


def by_name(expr: Expr) -> Expr:
    """Return the expression with every plain path to a question written as ``${name}``.

    Raises:
        LookupError: a path has conditions, functions or sideways steps.
    """
    match expr:
        case Path(start, _, steps):
            plain = all(step.axis in ("child", "parent", "self") and not step.predicates for step in steps)
            is_current = start is None or (isinstance(start, Call) and start.name == "current")
            if not steps or not plain or not is_current or steps[-1].axis != "child":
                raise LookupError("not a plain path")
            return Reference(steps[-1].test)
        case Negate(operand):
            return Negate(by_name(operand))
        case Binary(operator, left, right):
            return Binary(operator, by_name(left), by_name(right))
        case Call(name, arguments):
            return Call(name, tuple(by_name(argument) for argument in arguments))
        case _:
            return expr
