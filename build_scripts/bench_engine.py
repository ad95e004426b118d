"""How fast the form engine is on a household form of our kind: medians and 95th percentiles.

Run ``python build_scripts/bench_engine.py [--members 15] [--heavy] [--json]``. The form (30 questions of the household,
25 of every member, two languages) is made here as an XLSForm, so that nothing else has to be there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from survey_app.xforms import FormDefinition, FormSession, load_form, xlsform_to_xform

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
        rows.append(row("calculate", "m_share", calculation="${m_score} div sum(${m_score})"))
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


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def fill(session: FormSession, members: int) -> list[float]:
    """Fill a household in; return the milliseconds of every answer."""
    times: list[float] = []

    def give(path: str, value: str) -> None:
        times.append(milliseconds(lambda: session.answer(path, value)))

    give("/data/household/head", "Nguyễn Thị Lan")
    give("/data/household/province", "p3")
    give("/data/household/commune", "c3")
    for number in range(3, 29):
        give(f"/data/household/h_{number}", "yes")
    for member in range(1, members + 1):
        if member > 1:
            session.add_repeat("/data/member")
        root = f"/data/member[{member}]"
        give(f"{root}/m_name", f"Người {member}")
        give(f"{root}/m_dob", f"{1950 + member % 60}-05-17")
        give(f"{root}/m_sex", "female")
        give(f"{root}/m_devices", "phone laptop")
        for number in range(1, 18):
            give(f"{root}/m_{number}", "daily" if number % 2 else "7")
    return times


def toggle(session: FormSession, members: int, *, page: bool) -> list[float]:
    """Change every answer of a full household and change it back; return the milliseconds of each."""
    times: list[float] = []
    for member in range(1, members + 1):
        root = f"/data/member[{member}]"
        pairs = [("m_dob", "2015-01-01", "1980-02-03"), ("m_devices", "phone", "phone laptop"), ("m_sex", "male", "")]
        pairs += [(f"m_{n}", "weekly" if n % 2 else "9", "daily" if n % 2 else "7") for n in range(1, 18)]
        names = [path for path in session.paths() if path.startswith(f"{root}/")]
        for name, one, other in pairs:
            for value in (one, other):
                path = f"{root}/{name}"

                def work(path: str = path, value: str = value, names: list[str] = names) -> None:
                    session.answer(path, value)
                    if page:
                        for shown in names:
                            node = session.node(shown)
                            _ = (node.value, node.relevant, node.required, node.label, node.choices, node.violation)

                times.append(milliseconds(work))
    return times


def adding(form: FormDefinition, members: int) -> list[float]:
    """Add many members; return the milliseconds of each."""
    session = FormSession(form)
    return [milliseconds(lambda: session.add_repeat("/data/member")) for _member in range(members)]


def measure(*, heavy: bool, members: int, most: int) -> dict[str, float]:
    """Return all figures in milliseconds."""
    xml = convert(heavy=heavy)
    loads = [milliseconds(lambda: load_form(xml)) for _turn in range(7)]
    form = load_form(xml)
    opens = [milliseconds(lambda: FormSession(form)) for _turn in range(7)]
    session = FormSession(form)
    filling = fill(session, members)
    toggling = toggle(session, members, page=False)
    paging = toggle(session, members, page=True)
    added = adding(form, most)
    languages = [milliseconds(partial(session.set_language, name)) for name in form.languages]
    answers = session.answers(everything=True)
    resumes = [milliseconds(lambda: FormSession(form, answers=answers)) for _turn in range(5)]
    return {
        "questions": float(len(form.questions)),
        "load_median": statistics.median(loads),
        "open_median": statistics.median(opens),
        "resume_median": statistics.median(resumes),
        "fill_median": statistics.median(filling),
        "fill_p95": percentile(filling, 0.95),
        "answer_median": statistics.median(toggling),
        "answer_p95": percentile(toggling, 0.95),
        "answer_max": max(toggling),
        "answer_and_page_median": statistics.median(paging),
        "answer_and_page_p95": percentile(paging, 0.95),
        "add_first_20_median": statistics.median(added[:20]),
        "add_last_20_median": statistics.median(added[-20:]),
        "language_median": statistics.median(languages),
    }


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=15)
    parser.add_argument("--most", type=int, default=300, help="members to add in a row")
    parser.add_argument("--heavy", action="store_true", help="also sums over all members inside every member")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = measure(heavy=options.heavy, members=options.members, most=options.most)
    if options.json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            print(f"{name:26} {value:10.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
