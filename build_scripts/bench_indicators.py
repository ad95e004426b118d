"""How fast indicators are worked out, next to SQL written by hand and to pandas; as ratios within one run.

    python build_scripts/bench_indicators.py [--households 1000000] [--pandas] [--spark spark://host:7077]
    python build_scripts/bench_indicators.py --parquet 28000000 --folder /big/disk [--memory 4GB] [--spark ...]

Makes synthetic answers to every question that an indicator reads, in the forms of households, villages, communes,
enterprises, agencies and requests for devices, and works all of them out by commune. **By hand** is what an analyst
would write for the same indicators: columns typed once, one query a level, each indicator a count of its condition,
with no thought of unknown answers and of what was asked. Both run in the same DuckDB in turn; times are processor
seconds, the best of ``--runs``. pandas counts the ratios and counts of rows alone. ``--parquet`` writes the answers as
Parquet files first (removed afterwards) and works the household form's figures out from them under a limit of memory.
With ``--spark`` the same files go to a cluster, and the figures must be equal.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from survey_app import paths
from survey_app.indicators import Engine, Indicator, Standing, compute, load_indicators
from survey_app.indicators.columns import DS_HOUSEHOLD, LEVELS, Codebook, Column
from survey_app.indicators.compute import columns_of
from survey_app.indicators.counting import counting
from survey_app.indicators.definitions import OF_SUMS
from survey_app.indicators.disaggregations import disaggregations
from survey_app.indicators.engines import in_memory
from survey_app.indicators.engines.in_memory import InMemory
from survey_app.indicators.preparing import prepare
from survey_app.xforms import load_form
from survey_app.xforms.xpath import Binary, Call, Expr, Literal, Number, Reference, references

HOUSEHOLDS_A_COMMUNE = 8_432
"""28 million households in the country's 3,321 communes."""
MEMBERS = 4
A_FILE = 1_000_000
"""Households in a pair of Parquet files."""
HOUSEHOLDS_A_ROW = {
    "household": 1,
    "village": 128,
    "commune": HOUSEHOLDS_A_COMMUNE,
    "enterprise": 30,
    "agency": 400,
    "device_support": 20,
}
"""The forms, and how many households there are to a row of each."""
USUAL = {
    "interview_result": "CASE WHEN random() < 0.96 THEN 'complete' ELSE 'refused' END",
    "m_residence": "CASE WHEN random() < 0.95 THEN 'permanent' ELSE 'absent_6m' END",
    "m_age": "CAST(CAST(random() * 85 AS INT) AS VARCHAR)",
    "modules": "'home skills'",
    "submission_id": "CAST(s AS VARCHAR)",
}
_COMMUNE = f"printf('%05d', {{number}} // {HOUSEHOLDS_A_COMMUNE})"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3, help="the best of so many")
    parser.add_argument("--pandas", action="store_true", help="the same in pandas too")
    parser.add_argument("--parquet", type=int, default=0, metavar="HOUSEHOLDS", help="from Parquet files instead")
    parser.add_argument("--folder", type=Path, help="where the Parquet files are written")
    parser.add_argument("--memory", default="4GB", help="limit of memory for DuckDB")
    parser.add_argument("--spark", default="", metavar="MASTER", help="the same files on Spark too")
    wanted = parser.parse_args(arguments)
    if wanted.parquet:
        from_files(of_form("household"), wanted)
    else:
        in_one_machine(wanted)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory          {peak:8.0f} MB")
    return 0


# --- answers ---


def of_form(name: str) -> tuple[Indicator, ...]:
    """Return the indicators of a form."""
    folder = paths.forms() / name
    return load_indicators(folder / "indicators.csv", load_form(folder / f"{name}.xlsx"))


def questions(indicators: Sequence[Indicator]) -> dict[str, tuple[str, ...]]:
    """Return the questions that the program reads for these indicators by commune, by level."""
    book = indicators[0].book
    by = disaggregations(("commune",), book)
    return columns_of([prepare(level, indicators, by, book) for level in ("household", "member")])


def answers_sql(table: str, names: Sequence[str], book: Codebook, first: int, count: int) -> str:
    """Return SQL that makes ``count`` households or rows of another form from number ``first`` on, or their members."""
    shown = "".join(f', {_answer(book, book.columns[name])} AS "{name}"' for name in names)
    if table == "household":
        return f"SELECT s AS h, CAST(s AS VARCHAR) AS submission_id{shown} FROM range({first}, {first + count}) t(s)"
    lines = f"range({first}, {first + count}) t(s), range({MEMBERS}) u(n)"
    return f"SELECT s AS h, CAST(s AS VARCHAR) AS submission_id{shown} FROM {lines}"


def _answer(book: Codebook, column: Column) -> str:
    if column.name in USUAL:
        return USUAL[column.name]
    if column.name == "commune_code":
        return _COMMUNE.format(number=f"(s * {HOUSEHOLDS_A_ROW[book.about]})")
    if column.name == DS_HOUSEHOLD:
        return "CAST(s // 2 AS VARCHAR)"
    if column.kind == "number":
        return "CASE WHEN random() < 0.9 THEN CAST(CAST(random() * 4 AS INT) AS VARCHAR) ELSE '' END"
    codes = column.choices or ("yes", "no")
    listed = ", ".join(f"'{code}'" for code in ("", *codes[:12]))
    one = f"list_extract([{listed}], 1 + CAST(floor(random() * {min(len(codes), 12) + 1}) AS INT))"
    return f"trim({one} || ' ' || {one})" if column.kind == "codes" else one


# --- by hand ---


def by_hand(level: str, indicators: Sequence[Indicator]) -> str:
    """Return the query that an analyst would write for the indicators of a level."""
    chosen = [one for one in indicators if one.rows == level]
    book = indicators[0].book
    numbers = sorted({name for one in chosen for name in _numeric(one)})
    typed = "".join(f', TRY_CAST("{name}" AS DOUBLE) AS "{name}#"' for name in numbers)
    rows = "household" if level == "household" else "member JOIN household USING (h)"
    counts = [count for n, one in enumerate(chosen) for count in _hand_counts(n, one, book)]
    return f"SELECT commune_code, {', '.join(counts)} FROM (SELECT *{typed} FROM {rows}) GROUP BY 1"


def _numeric(one: Indicator) -> Iterator[str]:
    for expr in (one.numerator, one.denominator):
        yield from () if expr is None else _compared(expr)
    if one.aggregate in (*OF_SUMS, "sum"):
        for part in (*map(Reference, one.parts), one.numerator, one.denominator):
            yield from () if part is None else _added(part)


def _added(expr: Expr) -> Iterator[str]:
    """Yield the questions that a sum reads as numbers."""
    match expr:
        case Reference(name):
            yield name
        case Call("if", (condition, *values)):
            yield from _compared(condition)
            for value in values:
                yield from _added(value)
        case Binary(_, left, right):
            yield from _added(left)
            yield from _added(right)
        case _:
            yield from _compared(expr)


def _compared(expr: Expr) -> Iterator[str]:
    match expr:
        case Binary() as binary if _is_numeric(binary):
            left, right = binary.left, binary.right
            for side in (left, right):
                yield from [side.name] if isinstance(side, Reference) else _compared(side)
        case Binary(_, left, right):
            yield from _compared(left)
            yield from _compared(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from _compared(argument)


def _is_numeric(expr: Binary) -> bool:
    counted = any(isinstance(side, Number) for side in (expr.left, expr.right))
    return counted if expr.operator in ("=", "!=") else expr.operator not in ("and", "or")


def _hand_counts(position: int, one: Indicator, book: Codebook) -> Iterator[str]:
    if one.aggregate in OF_SUMS:
        yield from _hand_sums(position, one)
        return
    where = _sql(one.denominator) if one.denominator is not None else "TRUE"
    rows = f'DISTINCT "{one.each}"' if one.each else "*"
    yield f"count({rows}) FILTER (WHERE {where}) AS d{position}"
    if one.aggregate == "distribution":
        (name,) = references(one.numerator)
        for n, code in enumerate(book[name].choices):
            among = f"contains(' ' || \"{name}\" || ' ', ' {code} ')"
            held = among if book[name].kind == "codes" else f"\"{name}\" = '{code}'"
            yield f"count(*) FILTER (WHERE {where} AND {held}) AS n{position}_{n}"
    elif one.aggregate in ("ratio", "count"):
        yield f"count({rows}) FILTER (WHERE {where} AND {_sql(one.numerator)}) AS n{position}"
    else:
        yield f"sum({_sql(one.numerator, number=True)}) FILTER (WHERE {where}) AS n{position}"


def _hand_sums(position: int, one: Indicator) -> Iterator[str]:
    """Yield the sums above and below, of rows that have a number in both."""
    assert one.denominator is not None
    above, below = _sql(one.numerator, number=True), _sql(one.denominator, number=True)
    where = f"{above} IS NOT NULL AND {below} IS NOT NULL"
    yield f"sum({below}) FILTER (WHERE {where}) AS d{position}"
    for n, part in enumerate(one.parts or ("",)):
        yield f"sum({_sql(Reference(part), number=True) if part else above}) FILTER (WHERE {where}) AS n{position}_{n}"


def _sql(expr: Expr, *, number: bool = False) -> str:
    match expr:
        case Literal(text):
            return "'" + text.replace("'", "''") + "'"
        case Number(value):
            return f"{float(value):g}"
        case Reference(name):
            return f'"{name}#"' if number else f'"{name}"'
        case Call("selected", (question, Literal(code))):
            return f"contains(' ' || {_sql(question)} || ' ', ' {code} ')"
        case Call("count-selected", (question,)):
            return f"(CASE WHEN {_sql(question)} = '' THEN 0 ELSE len(string_split({_sql(question)}, ' ')) END)"
        case Call("not", (inside,)):
            return f"NOT ({_sql(inside)})"
        case Call("true", ()):
            return "TRUE"
        case Call("if", (condition, yes, no)):
            return f"CASE WHEN {_sql(condition)} THEN {_sql(yes, number=number)} ELSE {_sql(no, number=number)} END"
        case Call("number", (inside,)):
            return _sql(inside, number=True)
        case Binary(operator, left, right):
            numeric = _is_numeric(expr)
            sign = {"!=": "<>", "div": "/"}.get(operator, operator)
            return f"({_sql(left, number=numeric)} {sign} {_sql(right, number=numeric)})"
    raise NotImplementedError(str(expr))


# --- one machine ---


@dataclass(frozen=True)
class Work:
    """One form: its answers in a DuckDB of their own, and the queries of the program and by hand."""

    indicators: tuple[Indicator, ...]
    at: InMemory
    ours: tuple[str, ...]
    hand: tuple[str, ...]


def work_of(form: str, households: int) -> Work:
    """Make the answers to a form."""
    indicators = of_form(form)
    book = indicators[0].book
    by = disaggregations(("commune",), book)
    levels = [level for level in LEVELS if any(one.rows == level for one in indicators)]
    prepared = [prepare(level, indicators, by, book) for level in levels]
    at, rows = InMemory(), max(1, households // HOUSEHOLDS_A_ROW[form])
    for table, names in columns_of(prepared).items():
        if table in levels:
            at.connection.execute(f"CREATE TABLE {table} AS {answers_sql(table, names, book, 0, rows)}")
    hand = tuple(by_hand(level, indicators) for level in levels)
    return Work(indicators, at, tuple(counting(each, by) for each in prepared), hand)


def in_one_machine(wanted: argparse.Namespace) -> None:
    """Compare the program with SQL by hand, and with pandas, on answers in memory."""
    started = time.perf_counter()
    works = [work_of(form, wanted.households) for form in HOUSEHOLDS_A_ROW]
    count = sum(len(work.indicators) for work in works)
    print(f"{wanted.households} households, {wanted.households * MEMBERS} members; {count} indicators by commune")
    print(f"made and compiled in    {time.perf_counter() - started:8.2f} s")
    for work in works:
        check_equal(work)
    times: dict[str, list[float]] = {"by hand": [], "the program": []}
    for _ in range(wanted.runs):
        times["by hand"].append(seconds(lambda: [work.at.ask(query) for work in works for query in work.hand]))
        times["the program"].append(seconds(lambda: [work.at.ask(query) for work in works for query in work.ours]))
    base = min(times["by hand"])
    for name, found in times.items():
        print(f"{name:22}  {min(found):8.2f} s of the processor, {min(found) / base:5.2f} times by hand")
    if wanted.pandas:
        taken = sum(in_pandas(work) for work in works)
        print(f"{'pandas':22}  {taken:8.2f} s of the processor, {taken / base:5.2f} times by hand")


def check_equal(work: Work) -> None:
    """Stop when the denominators that both count are not the same: then one of them measures something else."""
    levels = [level for level in LEVELS if any(one.rows == level for one in work.indicators)]
    for level, one, other in zip(levels, work.ours, work.hand, strict=True):
        names, rows = work.at.ask(one)
        theirs, their_rows = work.at.ask(other)
        chosen = [each for each in work.indicators if each.rows == level]
        for n, each in enumerate(chosen):
            counted = sum(row[names.index(f"{n}d")] or 0 for row in rows)
            by_hand = sum(row[theirs.index(f"d{n}")] or 0 for row in their_rows)
            assert each.aggregate in OF_SUMS or counted == by_hand, each.key


def in_pandas(work: Work) -> float:
    """Return the seconds that the ratios and counts of rows take in pandas, from frames that are there already."""
    levels = [level for level in LEVELS if any(one.rows == level for one in work.indicators)]
    frames = {name: work.at.connection.execute(f"SELECT * FROM {name}").df() for name in levels}
    import pandas as pd

    def run() -> None:
        for level in levels:
            frame = frames[level]
            if level == "member":
                frame = frame.merge(frames["household"], on="h", suffixes=("", "_hh"))
            ratios = [one for one in work.indicators if one.aggregate in ("ratio", "count") and not one.each]
            chosen = [one for one in ratios if one.rows == level]
            numbers = {name: pd.to_numeric(frame[name], errors="coerce") for one in chosen for name in _numeric(one)}
            columns = {}
            for one in chosen:
                inside = _mask(one.denominator, frame, numbers) if one.denominator is not None else True
                columns[f"{one.key}d"] = inside
                columns[f"{one.key}n"] = inside & _mask(one.numerator, frame, numbers)
            pd.DataFrame(columns, index=frame.index).groupby(frame["commune_code"]).sum()

    return seconds(run)


def _mask(expr: Expr, frame: Any, numbers: dict[str, Any], *, number: bool = False) -> Any:
    import operator as op

    match expr:
        case Literal(text):
            return text
        case Number(value):
            return float(value)
        case Reference(name):
            return numbers[name] if number else frame[name]
        case Call("selected", (Reference(name), Literal(code))):
            return (" " + frame[name] + " ").str.contains(f" {code} ", regex=False)
        case Call("count-selected", (Reference(name),)):
            return frame[name].str.split().str.len()
        case Call("not", (inside,)):
            return ~_mask(inside, frame, numbers)
        case Call("if", (condition, yes, no)):
            import numpy as np

            parts = (_mask(part, frame, numbers) for part in (condition, yes, no))
            return np.where(*parts)
        case Binary(sign, left, right):
            signs = {"=": op.eq, "!=": op.ne, "<": op.lt, "<=": op.le, ">": op.gt, ">=": op.ge, "and": op.and_,
                     "or": op.or_, "+": op.add, "-": op.sub, "*": op.mul}  # fmt: skip
            numeric = _is_numeric(expr)
            return signs[sign](*(_mask(side, frame, numbers, number=numeric) for side in (left, right)))
    raise NotImplementedError(str(expr))


def seconds(run: Callable[[], Any]) -> float:
    """Return the processor seconds of a run, all threads together."""
    started = time.process_time()
    run()
    return time.process_time() - started


# --- files ---


@contextmanager
def written(indicators: Sequence[Indicator], count: int, folder: Path | None) -> Iterator[Standing]:
    """Write Parquet files of a million households each; remove them afterwards."""
    book, names = indicators[0].book, questions(indicators)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        files: dict[str, list[str]] = {"household": [], "member": []}
        at = in_memory.connect()
        for table, wanted in names.items():
            for first in range(0, count, A_FILE):
                path, source = f"{name}/{table}-{first}.parquet", files[table][:1]
                made = f"SELECT * EXCLUDE (h) FROM ({answers_sql(table, wanted, book, 0, min(A_FILE, count))})"
                made = moved(source[0], first, wanted, count - first) if source else made
                at.execute(f"COPY ({made}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
                files[table].append(path)
                tell(f"written: {path}")
        at.close()
        size = sum(path.stat().st_size for path in Path(name).iterdir())
        print(f"{count} households, {count * MEMBERS} members in Parquet: {size / 1e9:.2f} GB")
        yield Standing(tuple(files["household"]), tuple(files["member"]))


def moved(file: str, first: int, names: Sequence[str], most: int) -> str:
    """Return SQL that gives the households of a file other numbers, and so communes: the answers of one million
    households serve for all, because drawing each anew would take longer than working the figures out."""
    number = f"(CAST(submission_id AS BIGINT) + {first})"
    new = [f"CAST({number} AS VARCHAR) AS submission_id"]
    if "commune_code" in names:
        new.append(f"{_COMMUNE.format(number=number)} AS commune_code")
    return f"SELECT * REPLACE ({', '.join(new)}) FROM read_parquet('{file}') WHERE {number} < {first + most}"


def tell(step: str) -> None:
    """Say what was done, with the largest memory and the processor's seconds until now: such a run takes an hour."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{step}; {peak:.0f} MB at most, {time.process_time():.0f} s of the processor", file=sys.stderr, flush=True)


def from_files(indicators: Sequence[Indicator], wanted: argparse.Namespace) -> None:
    """Work the figures out from Parquet files under a limit of memory, and on Spark."""
    free, take = in_memory.connect, InMemory.take

    def told(at: InMemory, part: int) -> None:
        tell(f"part {part + 1} of {at.parts} begins")
        take(at, part)

    def bound() -> Any:
        connection = free()
        connection.execute(f"SET memory_limit = '{wanted.memory}'")
        return connection

    with written(indicators, wanted.parquet, wanted.folder) as files:
        in_memory.connect, InMemory.take = bound, told  # type: ignore[method-assign, assignment]
        started, processor = time.perf_counter(), time.process_time()
        ours = compute(indicators, files, ("commune",))
        took, worked = time.perf_counter() - started, time.process_time() - processor
        print(f"DuckDB, {wanted.memory} at most   {took:8.1f} s, {worked:.1f} s of the processor, {len(ours)} figures")
        print(f"largest memory          {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")
        if wanted.spark:
            started = time.perf_counter()
            theirs = compute(indicators, files, ("commune",), Engine("spark", master=wanted.spark))
            slower = (time.perf_counter() - started) / took
            columns = ["numerator", "denominator", "unknown", "estimate"]
            worst = (ours[columns] - theirs[columns]).abs().max().max()
            print(f"Spark                   {slower:8.1f} times as long; largest difference of a figure: {worst:g}")


if __name__ == "__main__":
    sys.exit(main())
