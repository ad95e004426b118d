"""How fast indicators are worked out, next to SQL written by hand and to pandas; as ratios within one run.

    python build_scripts/bench_indicators.py [--households 1000000] [--pandas] [--spark spark://host:7077]
    python build_scripts/bench_indicators.py --parquet 28000000 --folder /big/disk [--memory 4GB] [--spark ...]

Makes synthetic answers to every question that an indicator of the household form reads and works all of them out by
commune. **By hand** is what an analyst would write for the same indicators: columns typed once, one query a level, each
indicator a count of its condition, with no thought of unknown answers and of what was asked. Both run in the same
DuckDB in turn; times are processor seconds, the best of three. ``--parquet`` writes the answers as Parquet files first
(removed afterwards) and works the figures out from them under a limit of memory. With ``--spark`` the same files go to
a cluster, and the figures must be equal.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from survey_app import paths
from survey_app.indicators import Engine, Indicator, Standing, compute, load_indicators
from survey_app.indicators.columns import Codebook, Column
from survey_app.indicators.compute import columns_of
from survey_app.indicators.counting import counting
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
RUNS = 3
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
    parser.add_argument("--pandas", action="store_true", help="the same in pandas too")
    parser.add_argument("--parquet", type=int, default=0, metavar="HOUSEHOLDS", help="from Parquet files instead")
    parser.add_argument("--folder", type=Path, help="where the Parquet files are written")
    parser.add_argument("--memory", default="4GB", help="limit of memory for DuckDB")
    parser.add_argument("--spark", default="", metavar="MASTER", help="the same files on Spark too")
    wanted = parser.parse_args(arguments)
    folder = paths.forms() / "household"
    indicators = load_indicators(folder / "indicators.csv", load_form(folder / "household.xlsx"))
    if wanted.parquet:
        from_files(indicators, wanted)
    else:
        in_one_machine(indicators, wanted)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory          {peak:8.0f} MB")
    return 0


# --- answers ---


def questions(indicators: Sequence[Indicator]) -> dict[str, tuple[str, ...]]:
    """Return the questions that the program reads for these indicators by commune, by level."""
    book = indicators[0].book
    by = disaggregations(("commune",), book)
    return columns_of([prepare(level, indicators, by, book) for level in ("household", "member")])


def answers_sql(table: str, names: Sequence[str], book: Codebook, first: int, count: int) -> str:
    """Return SQL that makes ``count`` households from number ``first`` on, or their members."""
    shown = ", ".join(f'{_answer(book.columns[name])} AS "{name}"' for name in names)
    if table == "household":
        return f"SELECT s AS h, CAST(s AS VARCHAR) AS submission_id, {shown} FROM range({first}, {first + count}) t(s)"
    lines = f"range({first}, {first + count}) t(s), range({MEMBERS}) u(n)"
    return f"SELECT s AS h, CAST(s AS VARCHAR) AS submission_id, {shown} FROM {lines}"


def _answer(column: Column) -> str:
    if column.name in USUAL:
        return USUAL[column.name]
    if column.name == "commune_code":
        return _COMMUNE.format(number="s")
    if column.kind == "number":
        return "CASE WHEN random() < 0.9 THEN CAST(CAST(random() * 4 AS INT) AS VARCHAR) ELSE '' END"
    codes = column.choices or ("yes", "no")
    listed = ", ".join(f"'{code}'" for code in ("", *codes[:12]))
    one = f"list_extract([{listed}], 1 + CAST(floor(random() * {min(len(codes), 12) + 1}) AS INT))"
    return f"trim({one} || ' ' || {one})" if column.kind == "codes" else one


# --- by hand ---


def by_hand(level: str, indicators: Sequence[Indicator]) -> str:
    """Return the query that an analyst would write for the indicators of a level."""
    chosen = [one for one in indicators if one.level == level]
    book = chosen[0].book
    numbers = sorted({name for one in chosen for name in _numeric(one)})
    typed = "".join(f', TRY_CAST("{name}" AS DOUBLE) AS "{name}#"' for name in numbers)
    rows = "household" if level == "household" else "member JOIN household USING (h)"
    counts = [count for n, one in enumerate(chosen) for count in _hand_counts(n, one, book)]
    return f"SELECT commune_code, {', '.join(counts)} FROM (SELECT *{typed} FROM {rows}) GROUP BY 1"


def _numeric(one: Indicator) -> Iterator[str]:
    for expr in (one.numerator, one.denominator):
        yield from () if expr is None else _compared(expr)
    if one.aggregate in ("sum", "weighted_ratio"):
        yield from references(one.numerator)


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
    where = _sql(one.denominator) if one.denominator is not None else "TRUE"
    yield f"count(*) FILTER (WHERE {where}) AS d{position}"
    if one.aggregate == "distribution":
        (name,) = references(one.numerator)
        for n, code in enumerate(book[name].choices):
            among = f"contains(' ' || \"{name}\" || ' ', ' {code} ')"
            held = among if book[name].kind == "codes" else f"\"{name}\" = '{code}'"
            yield f"count(*) FILTER (WHERE {where} AND {held}) AS n{position}_{n}"
    elif one.aggregate in ("ratio", "count"):
        yield f"count(*) FILTER (WHERE {where} AND {_sql(one.numerator)}) AS n{position}"
    else:
        yield f"sum({_sql(one.numerator, number=True)}) FILTER (WHERE {where}) AS n{position}"


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
            return f"CASE WHEN {_sql(condition)} THEN {_sql(yes)} ELSE {_sql(no)} END"
        case Call("number", (inside,)):
            return _sql(inside, number=True)
        case Binary(operator, left, right):
            numeric = _is_numeric(expr)
            sign = {"!=": "<>", "div": "/"}.get(operator, operator)
            return f"({_sql(left, number=numeric)} {sign} {_sql(right, number=numeric)})"
    raise NotImplementedError(str(expr))


# --- one machine ---


def in_one_machine(indicators: Sequence[Indicator], wanted: argparse.Namespace) -> None:
    """Compare the program with SQL by hand, and with pandas, on answers in memory."""
    book = indicators[0].book
    by = disaggregations(("commune",), book)
    started = time.perf_counter()
    prepared = [prepare(level, indicators, by, book) for level in ("household", "member")]
    print(f"compiling to SQL        {time.perf_counter() - started:8.2f} s, once a form")
    at = InMemory()
    for table, names in columns_of(prepared).items():
        at.connection.execute(f"CREATE TABLE {table} AS {answers_sql(table, names, book, 0, wanted.households)}")
    ours = [counting(each, by) for each in prepared]
    hand = [by_hand(level, indicators) for level in ("household", "member")]
    check_equal(at, ours, hand, indicators)
    people = wanted.households * MEMBERS
    print(f"{wanted.households} households, {people} members, {len(indicators)} indicators by commune")
    times: dict[str, list[float]] = {"by hand": [], "the program": []}
    for _ in range(RUNS):
        for name, queries in (("by hand", hand), ("the program", ours)):
            times[name].append(seconds(lambda queries=queries: [at.ask(query) for query in queries]))  # type: ignore[misc]
    base = min(times["by hand"])
    for name, found in times.items():
        print(f"{name:22}  {min(found):8.2f} s of the processor, {min(found) / base:5.2f} times by hand")
    if wanted.pandas:
        taken = in_pandas(at, indicators)
        print(f"{'pandas':22}  {taken:8.2f} s of the processor, {taken / base:5.2f} times by hand")


def check_equal(at: InMemory, ours: Sequence[str], hand: Sequence[str], indicators: Sequence[Indicator]) -> None:
    """Stop when the denominators that both count are not the same: then one of them measures something else."""
    for level, one, other in zip(("household", "member"), ours, hand, strict=True):
        names, rows = at.ask(one)
        theirs, their_rows = at.ask(other)
        chosen = [each for each in indicators if each.level == level]
        for n, each in enumerate(chosen):
            if each.aggregate != "weighted_ratio":
                counted = sum(row[names.index(f"{n}d")] for row in rows)
                assert counted == sum(row[theirs.index(f"d{n}")] for row in their_rows), each.key


def in_pandas(at: InMemory, indicators: Sequence[Indicator]) -> float:
    """Return the seconds that the ratios take in pandas, from frames that are there already."""
    frames = {name: at.connection.execute(f"SELECT * FROM {name}").df() for name in ("household", "member")}
    import pandas as pd

    def run() -> None:
        joined = frames["member"].merge(frames["household"], on="h", suffixes=("", "_hh"))
        for level, frame in (("household", frames["household"]), ("member", joined)):
            chosen = [one for one in indicators if one.level == level and one.aggregate in ("ratio", "count")]
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


def from_files(indicators: Sequence[Indicator], wanted: argparse.Namespace) -> None:
    """Work the figures out from Parquet files under a limit of memory, and on Spark."""
    free = in_memory.connect

    def bound() -> Any:
        connection = free()
        connection.execute(f"SET memory_limit = '{wanted.memory}'")
        return connection

    with written(indicators, wanted.parquet, wanted.folder) as files:
        in_memory.connect = bound
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
