"""How fast the form engine is, side by side with ODK Web Forms and JavaRosa where they are installed.

Run ``python build_scripts/bench_engine.py [--members 1,15,100,300] [--form household|plain|heavy] [--peers DIR]``.
Forms: the household form of ``forms/``; a plain one (30 questions of the household, 25 of every member);
and a heavy one, where every member also asks for a sum over all members. Every engine is given the same form and the
same answers in a process of its own, and its totals are compared with ours. Web Forms lies in a folder of its own:
``npm install --prefix DIR @getodk/xforms-engine@0.22.0 jsdom@27.2.0``; JavaRosa comes with pyxform and needs Java.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import tempfile
from pathlib import Path

from peers.plan import Plan, plan_for
from peers.run import Result, has_javarosa, has_web_forms, ours, run_javarosa, run_ours, run_web_forms

from survey_app import paths
from survey_app.xforms import xlsform_to_xform

COLUMNS = (
    "type",
    "name",
    "label::Tiếng Việt (vi)",
    "label::English (en)",
    "relevant",
    "required",
    "constraint",
    "calculation",
    "choice_filter",
)
Row = tuple[str, ...]


def row(kind: str, name: str, label: str = "", **cells: str) -> Row:
    """Return a row of the sheet ``survey``."""
    english = f"EN {label}" if label else ""
    filled: dict[str, str] = {"type": kind, "name": name, COLUMNS[2]: label, COLUMNS[3]: english, **cells}
    return tuple(filled.get(column, "") for column in COLUMNS)


def household_rows() -> list[Row]:
    """Return the questions of the household."""
    rows = [row("begin_group", "household", "Hộ"), row("text", "head", "Chủ hộ", required="yes")]
    rows += [
        row("select_one commune", "commune", "Xã", choice_filter="province = ${province}")
        if number == 2
        else row("select_one province", "province", "Tỉnh")
        if number == 1
        else row("select_one yn", f"h_{number}", f"Câu {number} của ${{head}}", relevant="${province} != ''")
        for number in range(1, 29)
    ]
    return [*rows, row("end_group", "household_end")]


def member_rows(*, heavy: bool) -> list[Row]:
    """Return the questions of a member and the sums over all members."""
    rows = [
        row("begin_repeat", "member", "Thành viên"),
        row("text", "m_name", "Tên", required="yes"),
        row("date", "m_dob", "Ngày sinh", constraint=". <= today()"),
        row("calculate", "m_age", calculation="int((today() - ${m_dob}) div 365.25)"),
        row("select_one sex", "m_sex", "Giới tính của ${m_name}", required="yes"),
        row("select_multiple device", "m_devices", "Thiết bị", relevant="${m_age} >= 6"),
    ]
    rows += [
        row("select_one freq", f"m_{number}", f"Câu {number} của ${{m_name}}", relevant="${m_age} >= 15")
        if number % 2
        else row("integer", f"m_{number}", f"Số {number}", constraint=". >= 0 and . <= 100", relevant="${m_age} >= 15")
        for number in range(1, 18)
    ]
    rows.append(
        row("calculate", "m_score", calculation="count-selected(${m_devices}) * 2 + if(${m_1} = 'daily', 5, 0)")
    )
    rows.append(row("calculate", "m_adult", calculation="if(${m_age} >= 18, 1, 0)"))
    if heavy:
        rows.append(row("calculate", "m_share", calculation="${m_score} div sum(/data/member/m_score)"))
        rows.append(row("calculate", "m_place", calculation="position(..)"))
    rows += [
        row("end_repeat", "member_end"),
        row("calculate", "members", calculation="count(${member})"),
        row("calculate", "adults", calculation="sum(${m_adult})"),
        row("calculate", "score", calculation="sum(${m_score})"),
        row("calculate", "mean", calculation="if(${members} > 0, round(${score} div ${members}, 2), 0)"),
        row("select_one ${m_name}", "respondent", "Ai trả lời?"),
        row("note", "summary", "Hộ ${head}: ${members} người, ${adults} người lớn"),
    ]
    return rows


def workbook(*, heavy: bool, communes: int = 150) -> str:
    """Return the XLSForm as Markdown tables."""
    survey: list[Row] = [COLUMNS, *household_rows(), *member_rows(heavy=heavy)]
    lists: list[Row] = [("list_name", "name", COLUMNS[2], COLUMNS[3], "province")]
    lists += [("province", f"p{n}", f"Tỉnh {n}", f"Province {n}", "") for n in range(34)]
    lists += [("commune", f"c{n}", f"Xã {n}", f"Commune {n}", f"p{n % 34}") for n in range(communes)]
    for name, values in {
        "yn": ("yes", "no"),
        "sex": ("male", "female"),
        "freq": ("daily", "weekly", "never"),
        "device": ("phone", "tablet", "laptop", "desktop", "none"),
    }.items():
        lists += [(name, value, value.title(), value, "") for value in values]
    settings: list[Row] = [
        ("form_id", "form_title", "version", "default_language"),
        ("bench", "Bench", "1", "Tiếng Việt (vi)"),
    ]
    sheets: dict[str, list[Row]] = {"survey": survey, "choices": lists, "settings": settings}
    return "\n".join(
        f"| {sheet} |\n" + "\n".join("| | " + " | ".join(cells) + " |" for cells in table)
        for sheet, table in sheets.items()
    )


def convert(*, heavy: bool, communes: int = 150) -> bytes:
    """Return the form as XForm XML."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.md"
        path.write_text(workbook(heavy=heavy, communes=communes), encoding="utf-8")
        return xlsform_to_xform(path).encode()


def write_form(name: str, folder: Path) -> Path:
    """Write one of the forms as XForm; return its file."""
    target = folder / f"{name}.xml"
    if name == "household":
        target.write_text(xlsform_to_xform(paths.forms() / "household" / "household.xlsx"), encoding="utf-8")
    else:
        target.write_bytes(convert(heavy=name == "heavy"))
    return target


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else math.nan


def figures(result: Result) -> dict[str, float]:
    """Return what is compared: milliseconds and megabytes."""
    answers = [*result["fills"], *result["toggles"]]
    adds = result["adds"]
    return {
        "load, first (ms)": result["loads"][0],
        "load, again (ms)": statistics.median(result["loads"][1:] or result["loads"]),
        "load, kept (ms)": result.get("again", math.nan),
        "open (ms)": result["open"],
        "add member, median (ms)": statistics.median(adds) if adds else math.nan,
        "add member, last 20 (ms)": statistics.median(adds[-20:]) if adds else math.nan,
        "answer, median (ms)": statistics.median(answers),
        "answer, p95 (ms)": percentile(answers, 0.95),
        "answer, longest (ms)": max(answers),
        "memory, loaded (MB)": result["rss_loaded"],
        "memory, end (MB)": result["rss"],
    }


def agree(one: Result, other: Result) -> list[str]:
    """Return the calculations in which two engines differ."""
    return [
        f"{path}: {one[when][path]!r} / {other[when].get(path)!r}"
        for when in ("filled", "totals")
        for path in one[when]
        if not _same(one[when][path], str(other[when].get(path, "")))
    ]


def _same(one: str, other: str) -> bool:
    try:
        return one == other or math.isclose(float(one), float(other), rel_tol=1e-9)
    except ValueError:
        return False


def compare(plan: Plan, folder: Path, options: argparse.Namespace) -> dict[str, Result]:
    """Run a plan in all engines there are."""
    as_json, as_lines = plan.write(folder)
    found = {"ours": run_ours(as_json, options.limit)}
    if has_web_forms(options.peers):
        found["web forms"] = run_web_forms(as_json, options.peers, options.limit)
    if has_javarosa() and not options.alone:
        found["javarosa"] = run_javarosa(as_lines, folder / "classes", options.limit)
    return found


def show(title: str, found: dict[str, Result]) -> None:
    """Print one table: a column an engine, and how many times ours the others take."""
    print(f"\n{title}")
    for name, result in found.items():
        if "failed" in result:
            print(f"  {name}: {result['failed']}")
        elif name != "ours" and "failed" not in found["ours"]:
            different = agree(found["ours"], result)
            print(f"  {name}: totals {'agree' if not different else 'differ: ' + '; '.join(different[:4])}")
    if "failed" in found["ours"]:
        return
    columns = {name: figures(result) for name, result in found.items() if "failed" not in result}
    print(f"  {'':26}" + "".join(f"{name:>12}{'' if name == 'ours' else '    x ours'}" for name in columns))
    for label, own in columns["ours"].items():
        line = f"  {label:26}{own:12.3f}"
        for name, column in columns.items():
            if name != "ours":
                line += f"{column[label]:12.3f}{column[label] / own if own else math.nan:10.1f}"
        print(line)


def main() -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", default="1,15,100,300", help="how many members, parted by commas")
    parser.add_argument("--form", choices=("household", "plain", "heavy"), action="append")
    parser.add_argument("--peers", type=Path, help="folder with node_modules/@getodk/xforms-engine and jsdom")
    parser.add_argument("--alone", action="store_true", help="no other engines")
    parser.add_argument("--loads", type=int, default=5)
    parser.add_argument("--limit", type=float, default=600, help="seconds a run may take")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--plan", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.plan:
        print(json.dumps(ours(json.loads(options.plan.read_text(encoding="utf-8")))))
        return 0
    missing = [
        name
        for name, there in (("Web Forms (--peers)", has_web_forms(options.peers)), ("JavaRosa (Java)", has_javarosa()))
        if not there
    ]
    if missing:
        print(f"Not installed, left out: {', '.join(missing)}.")
    everything: dict[str, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for form in options.form or ("household", "heavy"):
            file = write_form(form, folder)
            for members in map(int, options.members.split(",")):
                found = compare(plan_for(file, members, options.loads), folder, options)
                title = f"{form} form, {members} members"
                show(title, found)
                sys.stdout.flush()
                everything[title] = {n: figures(r) for n, r in found.items() if "failed" not in r}
    if options.json:
        options.json.write_text(json.dumps(everything, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
