"""How fast indicators are worked out, next to SQL written by hand.

    python build_scripts/bench_indicators.py [--households 100000] [--batch 20000]

Makes synthetic households in memory, loads them into DuckDB as the program does, and works out every indicator of the
household form by commune. Four of them are also written by hand, as somebody would who knows neither unknown answers
nor conditions; the ratio compares the program's time for these four and for all with the time of the hand-written SQL.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from survey_app import paths
from survey_app.indicators import Indicator, Rows, load_indicators
from survey_app.indicators.compute import connect, load
from survey_app.indicators.counting import counting
from survey_app.indicators.disaggregations import disaggregations
from survey_app.indicators.preparing import Prepared, prepare
from survey_app.xforms import load_form

FOUR = ("hh_smartphone", "hh_fibre", "p_smartphone_adult", "p_account_bank_15")
COMMUNES = 120
RUNS = 3

DONE = "interview_result = 'complete'"
HERE = f"{DONE} AND m_residence <> 'absent_6m'"
BY_HAND = (
    f"""
    SELECT commune_code AS commune,
        count(*) FILTER (WHERE {DONE}) AS homes,
        count(*) FILTER (WHERE {DONE} AND TRY_CAST(n_smartphone AS DOUBLE) > 0) AS phones,
        count(*) FILTER (WHERE {DONE} AND contains(' ' || internet_type || ' ', ' fibre ')
            AND fibre_active <> 'no') AS fibre
    FROM household GROUP BY 1""",
    f"""
    SELECT commune_code AS commune,
        count(*) FILTER (WHERE {HERE} AND age >= 18) AS adults,
        count(*) FILTER (WHERE {HERE} AND age >= 18
            AND contains(' ' || m_phone_type || ' ', ' smartphone ')) AS smartphones,
        count(*) FILTER (WHERE {HERE} AND age >= 15) AS over15,
        count(*) FILTER (WHERE {HERE} AND age >= 15 AND m_bank_account = 'yes') AS accounts
    FROM (SELECT *, TRY_CAST(m_age AS DOUBLE) AS age FROM member JOIN household USING (h)) GROUP BY 1""",
)


def households(count: int, seed: int = 1) -> Iterator[tuple[dict[str, str], list[dict[str, str]]]]:
    """Yield ``count`` households with their members."""
    rng = random.Random(seed)
    for number in range(count):
        name = f"s{number}"
        fibre = rng.random() < 0.7
        house = {
            "submission_id": name, "interview_result": "complete" if rng.random() < 0.96 else "refused",
            "commune_code": f"{number * COMMUNES // count:05d}", "consent_answer": "agree", "modules": "home",
            "n_smartphone": str(rng.randint(0, 4)), "n_tablet": "0", "n_feature_4g": str(rng.randint(0, 1)),
            "n_phone_3g": "0", "n_phone_2g": str(rng.randint(0, 1)), "n_computer": "0",
            "internet_type": "fibre mobile_data" if fibre else "mobile_data",
            "fibre_active": rng.choice(("yes", "yes", "no", "dk")) if fibre else "",
            "poverty_status": rng.choice(("poor", "near_poor", "non_poor", "unknown")), "policy_group": "none",
            "signal_home": "good", "has_tv": "yes",
        }  # fmt: skip
        yield house, [_member(rng, name, line) for line in range(1, rng.randint(2, 8))]


def _member(rng: random.Random, submission: str, line: int) -> dict[str, str]:
    age = rng.randint(0, 85)
    member = {
        "submission_id": submission, "line": str(line), "m_age": str(age), "m_sex": rng.choice(("male", "female")),
        "m_residence": "permanent" if rng.random() < 0.95 else "absent_6m", "m_ehealth": "yes",
    }  # fmt: skip
    if age >= 5:
        owns = rng.choice(("yes", "yes", "yes", "no", "dk"))
        member |= {"m_mobile_own": owns, "m_internet_3m": owns}
        if owns == "yes":
            member["m_phone_type"] = rng.choice(("smartphone", "smartphone", "only_2g"))
    if age >= 15:
        member |= {"m_bank_account": rng.choice(("yes", "no", "dk")), "m_other_account": "no", "m_eid_level": "level2"}
        member |= {"m_skill": "copy_paste security", "m_skill_trained": "no"}
    return member


def batches(count: int, size: int) -> Iterator[Rows]:
    """Yield the households in batches."""
    rows = Rows()
    for house, members in households(count):
        rows.household.append(house)
        rows.member.extend(members)
        if len(rows.household) == size:
            yield rows
            rows = Rows()
    if rows.household:
        yield rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=100_000)
    parser.add_argument("--batch", type=int, default=20_000)
    wanted = parser.parse_args(arguments)
    folder = paths.forms() / "household"
    indicators = load_indicators(folder / "indicators.csv", load_form(folder / "household.xlsx"))
    book = indicators[0].book
    by = disaggregations(("commune",), book)

    def prepared(chosen: Sequence[Indicator]) -> list[Prepared]:
        return [prepare(level, chosen, by, book) for level in ("household", "member")]

    started = time.perf_counter()
    every, four = prepared(indicators), prepared([one for one in indicators if one.key in FOUR])
    print(f"compiling to SQL      {time.perf_counter() - started:8.2f} s (once a form)")
    connection = connect()
    started = time.perf_counter()
    rows = load(connection, batches(wanted.households, wanted.batch), every)
    print(f"making and loading    {time.perf_counter() - started:8.2f} s, {wanted.households} households, {rows} rows")

    def run(queries: Sequence[str]) -> Callable[[], Any]:
        return lambda: [connection.execute(query).fetchall() for query in queries]

    by_hand = best(run(BY_HAND))
    ours = best(run([counting(one, by) for one in four]))
    all_ours = best(run([counting(one, by) for one in every]))
    print(f"four by hand          {by_hand:8.3f} s")
    print(f"the same four         {ours:8.3f} s, {ours / by_hand:.1f} times by hand")
    print(f"all {len(indicators)}                {all_ours:8.3f} s, {all_ours / by_hand:.1f} times the four by hand")
    print(f"  for each indicator  {all_ours / len(indicators) / (by_hand / 4):8.2f} times by hand")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory        {peak:8.0f} MB")
    return 0


def best(run: Callable[[], Any]) -> float:
    """Return the shortest of a few runs in seconds."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
