"""One definition, equal numbers on every engine."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app import paths
from survey_app.errors import SurveyAppError
from survey_app.indicators import Engine, Indicator, Rows, Standing, compute_all, load_indicators
from survey_app.indicators.columns import Codebook, Column
from survey_app.store import Store
from survey_app.xforms import load_form

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore::DeprecationWarning"),
]

BREAKDOWNS = [(), ("commune",), ("village", "sex"), ("policy_group", "age_group"), ("poverty_status",)]
ODD = ("", "", "dk", "Nguyễn Thị Hoa", " 12 ", "1e3", "-0.5", ".5", "5.", "abc", "a\tb\\n'\"", "other yes", "ộ%_")


@pytest.fixture(params=["sqlite", "postgres", "spark"])
def engine(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Engine]]:
    """Each engine beside DuckDB."""
    if request.param == "sqlite":
        with Store.create(tmp_path / "office.store", "khoá", kind="office", device="o", name="Xã") as store:
            yield lambda: Engine("sqlite", store=store)
        return
    if request.param == "postgres":
        server = request.getfixturevalue("server")
        monkeypatch.setenv("PGPASSWORD", server.password)
        yield lambda: Engine("postgres", database=server.address)
        return
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    master = request.getfixturevalue("cluster")
    settings = {"spark.driver.host": "127.0.0.1", "spark.executor.memory": "600m", "spark.sql.shuffle.partitions": "2"}
    yield lambda: Engine("spark", master=master, options=settings)


def answers(book: Codebook, households: int, seed: int = 7) -> Rows:
    """Return households and members with every kind of answer to every question, wrong ones too."""
    rng = random.Random(seed)
    rows = Rows()
    for number in range(households):
        rows.household.append(_answered(rng, book, "household", submission_id=f"s{number}"))
        for line in range(rng.randint(0, 5)):
            rows.member.append(_answered(rng, book, "member", submission_id=f"s{number}", line=str(line)))
    rows.member.append(_answered(rng, book, "member", submission_id="nobody", line="1"))
    return rows


def _answered(rng: random.Random, book: Codebook, level: str, **ids: str) -> dict[str, str]:
    questions = [column for column in book.columns.values() if column.level == level]
    return {**{column.name: _answer(rng, column) for column in questions if rng.random() < 0.9}, **ids}


def _answer(rng: random.Random, column: Column) -> str:
    usual = {
        "interview_result": ("complete", "complete", "complete", "refused"),
        "commune_code": ("00004", "00008", ""),
        "village_code": ("00004-001", "00004-002", "00008-001"),
        "modules": ("home skills", "home", ""),
        "m_age": ("3", "14", "17", "18", "34", "61", "", "abc"),
    }
    if column.name in usual:
        return rng.choice(usual[column.name])
    if rng.random() < 0.15:
        return rng.choice(ODD)
    if column.kind == "number":
        return str(rng.randint(0, 5))
    if column.kind == "code" and column.choices:
        return rng.choice((*column.choices, ""))
    if column.kind == "codes" and column.choices:
        return " ".join(rng.sample(column.choices, rng.randint(0, min(3, len(column.choices)))))
    return rng.choice(("yes", "no", "poor", "", "text"))


def forms() -> list[str]:
    """Return the forms that have indicators."""
    return sorted(table.parent.name for table in paths.forms().glob("*/indicators.csv"))


def of_form(name: str) -> tuple[Indicator, ...]:
    """Return the indicators of a form."""
    folder = paths.forms() / name
    return load_indicators(folder / "indicators.csv", load_form(folder / f"{name}.xlsx"))


def assert_equal(ours: list[Any], theirs: list[Any]) -> None:
    for one, other in zip(ours, theirs, strict=True):
        keys = [name for name in one.columns if name not in ("numerator", "denominator", "unknown", "estimate")]
        assert one[keys].values.tolist() == other[keys].values.tolist()
        for name in ("numerator", "denominator", "unknown", "estimate"):
            differences = (one[name] - other[name]).abs()
            assert differences.max() <= 1e-9, (name, one[differences > 1e-9], other[differences > 1e-9])
            assert one[name].isna().tolist() == other[name].isna().tolist()


@pytest.mark.parametrize("form", forms())
def test_every_indicator_of_every_form_is_equal(form: str, engine: Callable[[], Engine]) -> None:
    indicators = of_form(form)
    rows = answers(indicators[0].book, 120)
    known = {"household": BREAKDOWNS}.get(form, [()])
    ours = compute_all(indicators, rows, known)
    assert len(ours[0]) >= len(indicators)
    assert ours[0]["denominator"].sum() > 0
    assert_equal(ours, compute_all(indicators, rows, known, engine()))


EXPRESSIONS = (
    "${n_smartphone} mod 3 = 1 or -${n_tablet} mod 2 = -1",
    "${n_smartphone} div ${n_tablet} >= 1.5",
    "int(${n_smartphone} div 2) = 1 and round(${n_tablet} div 2) = 2",
    "starts-with(${nickname}, 'Ng') or contains(${nickname}, '%')",
    "normalize-space(${nickname}) = '12' or number(${nickname}) > 0",
    "string-length(${nickname}) = 14 or substr(${nickname}, 0, 2) = '1e'",
    "regex(${nickname}, '[a-z]+') or concat(${poverty_status}, ${nickname}) = 'poor'",
    "coalesce(${nickname}, ${poverty_status}) = 'poor'",
    "count-selected(${policy_group}) >= 2 or selected(${policy_group}, 'merit')",
    "string(${n_smartphone} + ${n_tablet}) = '3'",
    "if(${fibre_active} = 'yes', ${n_smartphone}, ${n_tablet}) > 2",
    "not(${fibre_active} = 'no') or ${eligible_group} = 'yes'",
    "${has_tv} = 'yes'",
)


def test_every_function_is_equal(define: Callable[..., Any], book: Codebook, engine: Callable[[], Engine]) -> None:
    conditions = [{"key": f"c{n}", "numerator": text, "denominator": "true()"} for n, text in enumerate(EXPRESSIONS)]
    sums = {"key": "s", "aggregate": "sum", "numerator": "${n_smartphone} * 1.5", "denominator": "true()"}
    shares = {"key": "w", "aggregate": "weighted_ratio", "numerator": "${n_tablet}", "denominator": "${n_smartphone}"}
    kinds = {"key": "d", "aggregate": "distribution", "numerator": "${policy_group}", "denominator": "true()"}
    indicators = define(*conditions, sums, shares, kinds)
    rows = answers(book, 400, seed=3)
    ours = compute_all(indicators, rows, [(), ("commune",), ("policy_group",)])
    theirs = compute_all(indicators, rows, [(), ("commune",), ("policy_group",)], engine())
    assert_equal(ours, theirs)
    undecided = ours[0]["numerator"] == 0
    assert undecided.sum() <= 2, ours[0][undecided]  # an expression that is never true would prove nothing


def test_a_store_keeps_nothing_of_a_calculation(define: Callable[..., Any], book: Codebook, tmp_path: Path) -> None:
    with Store.create(tmp_path / "office.store", "khoá", kind="office", device="o", name="Xã") as store:
        indicators = define({"numerator": "${nickname} != ''", "denominator": "true()"})
        before = sorted(path.name for path in tmp_path.iterdir())
        for _ in range(2):
            compute_all(indicators, answers(book, 50), [(), ("commune",)], Engine("sqlite", store=store))
        at = store.calculating()
        assert at.ask("SELECT name FROM temp.sqlite_schema")[1] == []
        assert at.ask("PRAGMA temp_store")[1] == [(2,)]
        assert sorted(path.name for path in tmp_path.iterdir()) == before


def parquet(folder: Path, rows: Rows, book: Codebook) -> Standing:
    """Write rows as Parquet files, in two pieces of which one lacks a question."""
    import duckdb

    connection = duckdb.connect()
    files: dict[str, list[str]] = {"household": [], "member": []}
    for table, content in (("household", rows.household), ("member", rows.member)):
        names = ["submission_id", *(c.name for c in book.columns.values() if c.level == table)]
        for part, chosen in enumerate((content[::2], content[1::2])):
            kept = names if part else [name for name in names if name != "nickname"]
            connection.execute(f"CREATE OR REPLACE TABLE t ({', '.join(f'{name} VARCHAR' for name in kept)})")
            marks = ", ".join("?" * len(kept))
            lines = [[row.get(name) or None for name in kept] for row in chosen]
            connection.executemany(f"INSERT INTO t VALUES ({marks})", lines)
            path = folder / f"{table}-{part}.parquet"
            connection.execute(f"COPY t TO '{path}' (FORMAT parquet)")
            files[table].append(str(path))
    connection.close()
    return Standing(tuple(files["household"]), tuple(files["member"]))


@pytest.mark.parametrize("name", ["duckdb", "spark"])
def test_parquet_files_give_what_the_rows_give(
    name: str,
    define: Callable[..., Any],
    book: Codebook,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    indicators = define(
        {"numerator": "${n_smartphone} > 1", "denominator": "true()"},
        {"level": "member", "numerator": "${m_bank} = 'yes'", "denominator": "${m_age} >= 15 and ${n_tablet} < 4"},
    )
    rows = answers(book, 300)
    where = parquet(tmp_path, rows, book)
    engine = Engine(name)
    if name == "spark":
        monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        options = {"spark.driver.host": "127.0.0.1", "spark.executor.memory": "600m"}
        engine = Engine(name, master=request.getfixturevalue("cluster"), options=options)
    wanted = [(), ("commune", "sex")]
    assert_equal(compute_all(indicators, rows, wanted), compute_all(indicators, where, wanted, engine))


def beside(rows: Rows, orphans: bool) -> Rows:
    """Return rows whose members lie in the same one of two files as their household, with or without orphans."""
    here = {row["submission_id"]: n % 2 for n, row in enumerate(rows.household)}
    files = [[row for row in rows.member if here.get(row["submission_id"]) == file] for file in (0, 1)]
    size = min(map(len, files))
    members = [row for pair in zip(files[0][:size], files[1][:size], strict=True) for row in pair]
    lost = [row for row in rows.member if row["submission_id"] not in here]
    return Rows(rows.household, [*members, *lost] if orphans else members)


@pytest.mark.parametrize(
    ("matching", "orphans"),
    [(True, False), (True, True), (False, True)],
    ids=["files that belong together", "an orphan", "files that do not"],
)
def test_many_households_are_counted_in_parts(
    matching: bool,
    orphans: bool,
    define: Callable[..., Any],
    book: Codebook,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("survey_app.indicators.engines.in_memory.MOST_HOUSEHOLDS", 70)
    indicators = define({"level": "member", "numerator": "${m_bank} = 'yes'", "denominator": "${n_tablet} < 4"})
    rows = answers(book, 300)
    rows = beside(rows, orphans) if matching else rows
    wanted = [(), ("policy_group", "sex")]
    assert_equal(compute_all(indicators, rows, wanted), compute_all(indicators, parquet(tmp_path, rows, book), wanted))


def test_files_that_belong_together_are_each_read_once(
    book: Codebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey_app.indicators.engines.in_memory import InMemory

    monkeypatch.setattr("survey_app.indicators.engines.in_memory.MOST_HOUSEHOLDS", 150)
    rows = answers(book, 300)
    for orphans in (False, True):
        folder = tmp_path / str(orphans)
        folder.mkdir()
        at = InMemory()
        at.fill(parquet(folder, beside(rows, orphans), book), {"household": ["n_tablet"], "member": ["m_bank"]})
        views = at.ask("SELECT sql FROM duckdb_views() WHERE view_name = 'member'")[1]
        assert at.parts == 2
        assert ("hash" in str(views)) is orphans
        assert ("-1.parquet" in str(views)) is orphans, "the first part reads the first file alone"
        at.close()


def test_different_values_are_counted_over_all_parts_at_once(
    book: Codebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey_app.indicators.engines.in_memory.MOST_HOUSEHOLDS", 70)
    head = "key,name_vi,level,aggregate,numerator,denominator,each"
    text = f"{head}\nk,Tên,household,ratio,${{n_smartphone}} > 2,true(),village_code\n"
    indicators = load_indicators(text.encode(), book)
    rows = answers(book, 300)
    (line,) = compute_all(indicators, parquet(tmp_path, rows, book), [()])[0].to_dict("records")
    assert line["denominator"] == len({row.get("village_code", "") for row in rows.household})


def test_tables_of_the_ministry_are_read_where_they_stand(
    define: Callable[..., Any], book: Codebook, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pg8000 import native

    monkeypatch.setenv("PGPASSWORD", server.password)
    indicators = define(
        {"numerator": "${n_smartphone} > 1", "denominator": "true()"},
        {"level": "member", "numerator": "${m_bank} = 'yes'", "denominator": "${n_tablet} < 4"},
    )
    rows = answers(book, 100)
    port = int(server.address.rpartition(":")[2].split("/")[0])
    own = native.Connection("ministry", host="127.0.0.1", port=port, database="postgres", password=server.password)
    own.run("CREATE SCHEMA IF NOT EXISTS statistics")
    for table, content in (("household", rows.household), ("member", rows.member)):
        names = ["submission_id", *(c.name for c in book.columns.values() if c.level == table)]
        kinds = ", ".join(f'"{name}" {"varchar(80)" if name != "n_gone" else "int"}' for name in names)
        own.run(f"CREATE TABLE statistics.{table} ({kinds})")
        for row in content:
            cells = {f"v{n}": row.get(name) or None for n, name in enumerate(names)}
            own.run(f"INSERT INTO statistics.{table} VALUES ({', '.join(f':{key}' for key in cells)})", **cells)
    own.close()
    there = Standing(("statistics.household",), ("statistics.member",))
    theirs = compute_all(indicators, there, [(), ("commune",)], Engine("postgres", database=server.address))
    assert_equal(compute_all(indicators, rows, [(), ("commune",)]), theirs)


def refused(engine: Engine, define: Callable[..., Any], book: Codebook) -> SurveyAppError:
    indicators = define({"numerator": "${n_smartphone} > 1", "denominator": "true()"})
    with pytest.raises(SurveyAppError) as caught:
        compute_all(indicators, answers(book, 3), [()], engine)
    return caught.value


def test_a_wrong_password_is_told_and_never_shown(
    define: Callable[..., Any], book: Codebook, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "sai-mật-khẩu")
    error = refused(Engine("postgres", database=server.address), define, book)
    assert error.code == "IND-07"
    assert "ministry" in error.message
    assert "sai" not in error.message + error.hint


def test_a_password_in_the_address_is_refused(define: Callable[..., Any], book: Codebook) -> None:
    pytest.importorskip("pg8000")
    error = refused(Engine("postgres", database="postgresql://me:hush@127.0.0.1/db"), define, book)
    assert error.code == "IND-07"
    assert "hush" not in error.message + error.hint


def test_a_server_that_does_not_answer_is_named(define: Callable[..., Any], book: Codebook, free_port: int) -> None:
    pytest.importorskip("pg8000")
    error = refused(Engine("postgres", database=f"postgresql://me@127.0.0.1:{free_port}/db"), define, book)
    assert error.code == "IND-06"
    assert str(free_port) in error.message


def test_a_master_that_is_away_is_named(define: Callable[..., Any], book: Codebook, free_port: int) -> None:
    pytest.importorskip("pyspark")
    master = f"spark://127.0.0.1:{free_port}"
    error = refused(Engine("spark", master=master), define, book)
    assert error.code == "IND-09"
    assert master in error.message


@pytest.mark.parametrize(("name", "module"), [("postgres", "pg8000"), ("spark", "pyspark")])
def test_an_engine_that_is_not_installed_says_how_to_get_it(
    name: str, module: str, define: Callable[..., Any], book: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for loaded in [each for each in sys.modules if each.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    error = refused(Engine(name), define, book)
    assert error.code == "IND-05"
    assert f"survey-app[{name}]" in error.hint
