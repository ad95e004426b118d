"""Estimates from samples: the published figures of the R package survey, its rules, and tables of Student's t."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from survey_app.errors import SurveyAppError
from survey_app.indicators import (
    Codebook,
    Column,
    Rows,
    TableError,
    estimate_all,
    load_design,
    load_indicators,
    rows_of,
)
from survey_app.indicators.sampling import Sample, Stage, codes_of, ratio, total
from survey_app.indicators.student import incomplete_beta, t_below, t_quantile
from survey_app.join import Current
from survey_app.xforms import FormSession, load_form

DATA = Path(__file__).parents[2] / "data" / "api"
Columns = dict[str, Any]


def read(name: str) -> Columns:
    """Return a sample of schools: texts by column, numbers where all are."""
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found: Columns = {}
    for column in rows[0]:
        texts = [row[column] for row in rows]
        try:
            found[column] = np.array([float(text or "nan") for text in texts])
        except ValueError:
            found[column] = np.array(texts)
    return found


def stage(strata: Any, clusters: Any, population: Any) -> Stage:
    return Stage(codes_of(strata), codes_of(clusters), np.asarray(population, dtype=float))


@pytest.fixture(scope="module")
def strat() -> tuple[Columns, Sample]:
    """Schools drawn in strata of their type."""
    data = read("apistrat")
    return data, Sample(data["pw"], [stage(data["stype"], data["snum"], data["fpc"])])


@pytest.fixture(scope="module")
def clus1() -> tuple[Columns, Sample]:
    """All schools of districts that were drawn."""
    data = read("apiclus1")
    return data, Sample(data["pw"], [stage([0] * 183, data["dnum"], data["fpc"])])


@pytest.fixture(scope="module")
def clus2() -> tuple[Columns, Sample]:
    """Up to five schools of districts that were drawn; weights from the shares drawn."""
    data = read("apiclus2")
    first = stage([0] * 126, data["dnum"], data["fpc1"])
    return data, Sample(None, [first, stage([0] * 126, data["snum"], data["fpc2"])])


def ones(data: Columns) -> Any:
    return np.ones(len(data["snum"]))


def test_a_stratified_sample(strat: tuple[Columns, Sample]) -> None:
    """svymean(~api00, dstrat): 662.29, 9.4089; svytotal(~enroll, dstrat): 3687178, 114642."""
    data, sample = strat
    mean = ratio(sample, data["api00"], ones(data))
    assert f"{mean.value:.2f} {mean.error:.4f}" == "662.29 9.4089"
    pupils = total(sample, data["enroll"])
    assert f"{pupils.value:.0f} {pupils.error:.0f}" == "3687178 114642"
    assert mean.degrees == 197


def test_a_sample_of_clusters(clus1: tuple[Columns, Sample]) -> None:
    """svymean(~api00, dclus1): 644.17, 23.542; svytotal(~enroll, dclus1): 3404940, 932235; shares of stype."""
    data, sample = clus1
    mean = ratio(sample, data["api00"], ones(data))
    assert f"{mean.value:.2f} {mean.error:.3f}" == "644.17 23.542"
    pupils = total(sample, data["enroll"])
    assert f"{pupils.value:.0f} {pupils.error:.0f}" == "3404940 932235"
    shares = [ratio(sample, (data["stype"] == kind) * 1.0, ones(data), proportion=True) for kind in "EHM"]
    assert [f"{one.value:.6f} {one.error:.4f}" for one in shares] == [
        "0.786885 0.0463",
        "0.076503 0.0268",
        "0.136612 0.0296",
    ]
    assert mean.degrees == 14


def test_two_stages(clus2: tuple[Columns, Sample]) -> None:
    """svymean(~api00, dclus2): 670.81, 30.099; svytotal(~enroll, dclus2, na.rm=TRUE): 2639273, 799638."""
    data, sample = clus2
    assert np.allclose(sample.weights, data["pw"])
    mean = ratio(sample, data["api00"], ones(data))
    assert f"{mean.value:.2f} {mean.error:.3f}" == "670.81 30.099"
    known = ~np.isnan(data["enroll"])
    pupils = total(sample, np.nan_to_num(data["enroll"]), known)
    assert f"{pupils.value:.0f} {pupils.error:.0f}" == "2639273 799638"


def test_a_ratio(strat: tuple[Columns, Sample], clus2: tuple[Columns, Sample]) -> None:
    """svyratio(~api.stu, ~enroll) style: here svyratio(~api00, ~api99)."""
    data, sample = strat
    found = ratio(sample, data["api00"], data["api99"])
    mean = ratio(sample, data["api00"], ones(data)).value / ratio(sample, data["api99"], ones(data)).value
    assert found.value == pytest.approx(mean, rel=1e-12)
    assert 0 < found.error < 0.01


def test_the_logit_interval_of_a_proportion(clus1: tuple[Columns, Sample]) -> None:
    """svyciprop(~I(ell == 0), dclus1, method = "logit"): the interval stays above 0."""
    data, sample = clus1
    share = ratio(sample, (data["ell"] == 0) * 1.0, ones(data), proportion=True)
    assert f"{share.value:.4f}" == "0.0219"
    width = t_quantile(0.975, 14) * share.error / (share.value * (1 - share.value))
    middle = math.log(share.value / (1 - share.value))
    assert share.lower == pytest.approx(1 / (1 + math.exp(width - middle)))
    assert 0 < share.lower < share.value < share.upper < 1


def test_a_subgroup_is_a_domain_of_the_whole_sample(clus1: tuple[Columns, Sample]) -> None:
    """svyby(~api99, ~stype, dclus1, svymean): E 607.7917 (22.81660), H 595.7143 (41.76400), M 608.6000 (32.56064)."""
    data, sample = clus1
    found = []
    for kind in "EHM":
        inside = (data["stype"] == kind) * 1.0
        mean = ratio(sample, data["api99"] * inside, inside)
        found.append(f"{mean.value:.4f} {mean.error:.5f}")
        assert mean.degrees == len(set(data["dnum"][inside > 0])) - 1
    assert found == ["607.7917 22.81660", "595.7143 41.76400", "608.6000 32.56064"]


def test_a_subgroup_that_is_a_stratum_has_its_own_mean(strat: tuple[Columns, Sample]) -> None:
    data, sample = strat
    inside = data["stype"] == "H"
    mean = ratio(sample, data["api00"] * inside, inside * 1.0)
    own = data["api00"][inside]
    assert mean.error == pytest.approx(math.sqrt((1 - 50 / 755) * own.var(ddof=1) / 50))
    assert mean.degrees == 49


def lonely(rule: str, population: float = 10.0) -> Sample:
    strata, clusters = [0, 0, 0, 1], [0, 1, 2, 3]
    return Sample(np.ones(4), [stage(strata, clusters, [10, 10, 10, population])], rule)


def test_a_stratum_with_a_single_cluster_forbids_an_interval() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    found = total(lonely("refuse"), values)
    assert math.isnan(found.error)
    assert math.isnan(found.upper)
    assert not math.isnan(total(lonely("refuse"), np.array([1.0, 2.0, 3.0, 0.0])).error)


def test_a_single_cluster_that_was_all_there_was_adds_nothing() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    assert total(lonely("refuse", 1.0), values).error == pytest.approx(math.sqrt(0.7 * 1.5 * 2.0))
    assert total(lonely("certainty"), values).error == pytest.approx(math.sqrt(0.7 * 1.5 * 2.0))


def test_a_single_cluster_may_be_put_around_the_mean_of_all() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    found = total(lonely("adjust"), values).error
    assert found == pytest.approx(math.sqrt(0.7 * 1.5 * 2.0 + 0.9 * (4.0 - 2.5) ** 2))


def test_full_enumeration_has_no_variance() -> None:
    sample = Sample(np.ones(4), [stage([0] * 4, range(4), [4] * 4)])
    assert total(sample, np.array([1.0, 5.0, 2.0, 9.0])).error == 0.0


@pytest.mark.parametrize(
    ("chance", "degrees", "value"),
    [
        (0.975, 1, 12.7062), (0.975, 2, 4.3027), (0.975, 5, 2.5706), (0.975, 10, 2.2281), (0.975, 14, 2.1448),
        (0.975, 30, 2.0423), (0.975, 120, 1.9799), (0.975, 197, 1.9721), (0.975, 1e9, 1.95996), (0.95, 3, 2.3534),
        (0.995, 4, 4.6041), (0.9995, 7, 5.4079), (0.6, 8, 0.2619), (0.025, 10, -2.2281), (0.5, 6, 0.0),
    ],
)  # fmt: skip
def test_quantiles_are_those_of_the_tables(chance: float, degrees: float, value: float) -> None:
    assert t_quantile(chance, degrees) == pytest.approx(value, abs=6e-5)


def test_the_distribution_of_one_and_two_degrees_has_a_closed_form() -> None:
    for t in (-3.0, -0.2, 0.0, 0.7, 4.0):
        assert t_below(t, 1) == pytest.approx(0.5 + math.atan(t) / math.pi, abs=1e-12)
        assert t_below(t, 2) == pytest.approx(0.5 + t / (2 * math.sqrt(2 + t * t)), abs=1e-12)
    assert incomplete_beta(2.0, 3.0, 0.4) == pytest.approx(0.5248, abs=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_svy_agrees_where_it_is_installed(strat: tuple[Columns, Sample], clus1: tuple[Columns, Sample]) -> None:
    """Run with: pip install svy (Python 3.11 to 3.13)."""
    svy = pytest.importorskip("svy")
    polars = pytest.importorskip("polars")
    designs = (strat, {"stratum": "stype", "pop_size": "fpc"}), (clus1, {"psu": "dnum", "pop_size": "fpc"})
    for (data, sample), options in designs:
        frame = polars.DataFrame({name: list(values) for name, values in data.items()}).with_columns(
            (polars.col("sch_wide") == "Yes").cast(polars.Int64).alias("wide")
        )
        theirs = svy.Sample(frame, svy.Design(wgt="pw", **options)).estimation
        for found, ours in (
            (theirs.mean("api00"), ratio(sample, data["api00"], ones(data))),
            (theirs.total("enroll"), total(sample, data["enroll"])),
        ):
            (one,) = found.estimates
            assert one.est == pytest.approx(ours.value, rel=1e-9)
            assert one.se == pytest.approx(ours.error, rel=1e-9)
            assert one.lci == pytest.approx(ours.lower, rel=1e-6)
        shares = {str(one.y_level): one for one in theirs.prop("wide").estimates}
        ours = ratio(sample, (data["sch_wide"] == "Yes") * 1.0, ones(data), proportion=True)
        assert shares["1"].est == pytest.approx(ours.value, rel=1e-9)
        assert shares["1"].lci == pytest.approx(ours.lower, rel=1e-6)
        assert shares["1"].uci == pytest.approx(ours.upper, rel=1e-6)


SCHOOLS = (
    Column("interview_result", "household", "text", filled=True),
    Column("hh_uuid", "household", "text", filled=True),
    Column("stype", "household", "code", ("E", "H", "M")),
    Column("dnum", "household", "text", filled=True),
    Column("enroll", "household", "number"),
    Column("api00", "household", "number"),
    Column("pw", "household", "text", filled=True),
    Column("fpc", "household", "text", filled=True),
    Column("sch_wide", "household", "code", ("Yes", "No")),
    Column("m_age", "member", "number"),
)
BOOK = Codebook({column.name: column for column in SCHOOLS}, "members")
TABLE = """key,name_vi,level,aggregate,numerator,denominator
wide,Đạt,household,ratio,${sch_wide} = 'Yes',true()
pupils,Học sinh,household,sum,${enroll},true()
mean,Điểm,household,weighted_ratio,${api00},1
adults,Người lớn,member,ratio,${m_age} >= 18,true()
"""


def schools(name: str) -> Rows:
    """Return schools as households with two people each; the first one refused and has none."""
    with (DATA / f"{name}.csv").open(encoding="utf-8") as file:
        rows = [{**row, "submission_id": f"s{n}", "hh_uuid": row["snum"]} for n, row in enumerate(csv.DictReader(file))]
    ages = [(row["submission_id"], age) for row in rows[1:] for age in ("9", "40")]
    return Rows(rows, [{"submission_id": submission, "line": age, "m_age": age} for submission, age in ages])


def design(text: str) -> Any:
    return load_design(text.encode(), BOOK)


STRATIFIED = "stage,stratum,cluster,population,weight\n1,${stype},,${fpc},${pw}\n"
CLUSTERED = "stage,stratum,cluster,population,weight\n1,,${dnum},${fpc},${pw}\n2,,,,\n"


def test_indicators_of_a_stratified_sample_are_weighted(strat: tuple[Columns, Sample]) -> None:
    data, sample = strat
    indicators = load_indicators(TABLE.encode(), BOOK)
    whole, by_type = estimate_all(indicators, schools("apistrat"), [(), ("stype",)], design(STRATIFIED))
    rows = {row["indicator"]: row for row in whole.to_dict("records")}
    assert f"{rows['pupils']['estimate']:.0f} {rows['pupils']['error']:.0f}" == "3687178 114642"
    assert rows["pupils"]["denominator"] == 200
    assert f"{rows['mean']['estimate'] / 100:.2f} {rows['mean']['error'] / 100:.4f}" == "662.29 9.4089"
    share = ratio(sample, (data["sch_wide"] == "Yes") * 1.0, ones(data), proportion=True)
    assert rows["wide"]["lower"] == pytest.approx(100 * share.lower)
    assert rows["wide"]["degrees"] == 197
    high = by_type[(by_type["indicator"] == "wide") & (by_type["stype"] == "H")].iloc[0]
    inside = (data["stype"] == "H") * 1.0
    alone = ratio(sample, inside * (data["sch_wide"] == "Yes"), inside, proportion=True)
    assert (high["estimate"], high["upper"]) == pytest.approx((100 * alone.value, 100 * alone.upper))


def test_who_was_drawn_and_has_no_members_counts_as_drawn(clus1: tuple[Columns, Sample]) -> None:
    _data, sample = clus1
    indicators = [one for one in load_indicators(TABLE.encode(), BOOK) if one.level == "member"]
    (whole,) = estimate_all(indicators, schools("apiclus1"), [()], design(CLUSTERED))
    here = np.ones(183)
    here[0] = 0
    expected = ratio(sample, here, 2 * here, proportion=True)
    assert whole["estimate"][0] == pytest.approx(50.0)
    assert whole["error"][0] == pytest.approx(100 * expected.error, abs=1e-9)
    assert whole["degrees"][0] == 14


def test_faults_of_a_design_name_row_and_column() -> None:
    text = "stage,stratum,cluster,population,weight,lonely\n1,${stip},,,${pw},perhaps\n3,,,${fpc},2,\n"
    with pytest.raises(TableError) as caught:
        design(text)
    found = [(fault.row, fault.column) for fault in caught.value.faults]
    assert found == [(2, "cluster"), (2, "lonely"), (2, "stratum"), (3, "stage"), (3, "weight")]


def test_without_weights_every_stage_needs_its_population() -> None:
    with pytest.raises(TableError) as caught:
        design("stage,stratum,cluster,population\n1,,${dnum},${fpc}\n2,,,\n")
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(3, "population")]


def test_a_household_without_a_weight_stops_the_figures() -> None:
    rows = schools("apistrat")
    rows.household[3]["pw"] = ""
    with pytest.raises(SurveyAppError, match="1 households") as caught:
        estimate_all(load_indicators(TABLE.encode(), BOOK), rows, [()], design(STRATIFIED))
    assert caught.value.code == "IND-11"


DRAWN = """| survey | | | | |
| | type | name | label | calculation |
| | integer | hh_uuid | Trường số | |
| | select_one yn | sch_wide | Đạt chỉ tiêu? | |
| | calculate | kind | | pulldata('drawn', 'stype', 'snum', ${hh_uuid}) |
| | calculate | pw | | pulldata('drawn', 'pw', 'snum', ${hh_uuid}) |
| | calculate | fpc | | pulldata('drawn', 'fpc', 'snum', ${hh_uuid}) |
| choices | | | |
| | list_name | name | label |
| | yn | Yes | Có |
| | yn | No | Không |
| settings | | |
| | form_title | form_id |
| | Trường học | schools |
"""


def test_the_columns_of_a_design_may_be_pulled_from_the_list_of_who_was_drawn(
    tmp_path: Path, strat: tuple[Columns, Sample]
) -> None:
    data, sample = strat
    (tmp_path / "schools.md").write_text(DRAWN, encoding="utf-8")
    form = load_form(tmp_path / "schools.md", {"drawn.csv": (DATA / "apistrat.csv").read_bytes()})
    assert form.warnings == ()
    currents = []
    for n, (school, wide) in enumerate(zip(data["snum"], data["sch_wide"], strict=True)):
        session = FormSession(form)
        session.answer("/data/hh_uuid", f"{school:.0f}")
        session.answer("/data/sch_wide", str(wide))
        who = (f"s{n}", f"h{n}", "r1", form.id, form.version)
        currents.append(Current(*who, (f"r{n}",), "settled", session.answers(), (), "dtv01", "2026-11-02T08:00", "d"))
    table = TABLE.splitlines()[0] + "\nwide,Đạt,household,ratio,${sch_wide} = 'Yes',true()\n"
    drawn = load_design(b"stage,stratum,cluster,population,weight\n1,${kind},,${fpc},${pw}\n", form)
    (whole,) = estimate_all(load_indicators(table.encode(), form), rows_of(currents, form), [()], drawn)
    share = ratio(sample, (data["sch_wide"] == "Yes") * 1.0, ones(data), proportion=True)
    found = whole.iloc[0]
    assert (found["denominator"], found["degrees"]) == (200, 197)
    expected = (100 * share.value, 100 * share.error, 100 * share.lower, 100 * share.upper)
    assert tuple(found[["estimate", "error", "lower", "upper"]]) == pytest.approx(expected)
