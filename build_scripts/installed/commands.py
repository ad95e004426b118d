"""Every command of the packed program, run on a demonstration commune; a unit test holds the lists to the parser."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import files
from trial import PASSPHRASE, Trial

COMMANDS = (
    "form check", "form print", "form install", "form list", "form leave-out", "form tables",
    "people list", "people role", "people withdraw", "people reader", "retention delete", "retention list", "demo",
    "store new", "store check", "store backup", "store restore",
    "households import", "households find", "households assign", "households visit", "households split",
    "households close", "households void", "households reopen", "households requests", "households send",
    "households load", "bundle write", "bundle inspect", "bundle receipt", "merge", "conflicts", "digest",
    "keys show", "keys replace", "keys sheet", "keys recover",
    "laptops list", "laptops enrol", "laptops block", "laptops accept", "laptops passphrase",
    "comments list", "comments ask", "comments reply", "comments again", "comments accept",
    "duplicates", "indicators", "chart", "quality", "report", "template write", "template check", "export",
    "aggregate write", "aggregate read", "aggregate list", "aggregate undo",
    "support open", "support list", "support propose", "support approve", "support deliver", "support take-back",
    "support except", "support print", "disclosure", "figures check", "figures import", "figures list", "figures undo",
    "figures template", "places check", "places import", "places villages", "places add-village",
    "places rename-village", "places close-village", "places join-village", "places map", "places drop-map",
    "history", "log", "sync", "update", "look",
    "doctor",
)  # fmt: skip
"""What the program can do; a new command belongs here, with a step below that runs it."""
NOT_TRIED: dict[str, str] = {}
"""Commands that no step runs, each with the reason."""
ONLY_REFUSED = {
    "update": "a genuine file needs the publisher's secret; try_installer.py installs one through the window",
    "aggregate undo": "the office above has no round of its own in this trial and takes no counts in",
    "keys recover": "the right key stands on the printed sheet alone",
}
"""Commands that are run here only to see them refuse, each with the reason."""
REPORTS = {
    "xlsx": ".xlsx", "docx": ".docx", "pdf": ".pdf", "csv": "", "sdmx": ".csv", "dhis2": ".json", "adx": ".xml",
    "stata": "", "spss": "", "r": "",
}  # fmt: skip
"""Formats of a report with the ending of the file that is asked for; ``""`` is a folder."""
EXPORTS = ("csv", "xlsx", "parquet", "stata", "spss", "r", "jsonl", "sqlite")
ENGINES = {"duckdb": 0, "sqlite": 0, "postgres": 1, "spark": 1}
"""What computes, and how the command ends: servers' engines are no part of the packed program and say so."""
NEW = "một câu khác hẳn để thử"


@dataclass(frozen=True)
class Ground:
    """The commune that the steps work on.

    Attributes:
        folder: of the demonstration.
        office: the office's store, merged.
        laptop: a laptop's store.
        boss: id of a supervisor.
        person: id of an enumerator.
        homes: ids of households whose forms are finished, without conflict.
        unvisited: ids of households nobody visited.
    """

    folder: Path
    office: Path
    laptop: Path
    boss: str
    person: str
    homes: list[str]
    unvisited: list[str]


def not_run(ran: Iterable[str]) -> list[str]:
    """Return the commands that should have been run and were not."""
    return sorted(set(COMMANDS) - set(NOT_TRIED) - set(ran))


def everything(trial: Trial, shipped: Path) -> None:
    """Run every command.

    Args:
        trial: the program.
        shipped: the folder that holds ``forms`` and ``resources``.
    """
    trial.run("--version")
    trial.run("no-such-command", expect=2)
    trial.run("--language", "en", "doctor")
    forms(trial, shipped / "forms")
    ground = from_interviews_to_the_office(trial)
    merging(trial, ground)
    figures(trial, ground)
    the_list(trial, ground)
    questions(trial, ground)
    devices(trial, ground, shipped / "forms" / "device_support" / "programme.csv")
    figures_of_others(trial, ground)
    places(trial, ground, shipped / "resources" / "places" / "units.csv")
    own_forms(trial, ground, shipped / "forms" / "every_question" / "every_question.xlsx")
    copies(trial, ground)
    aggregates(trial, ground)
    laptops_and_keys(trial, ground)


def look_into(trial: Trial, paths: Iterable[Path]) -> None:
    """Read files back; none, or one that is not what its name says, is a failure."""
    found = list(paths)
    for path in found or [trial.place / "nothing was written"]:
        try:
            count = files.rows(path)
        except Exception as error:
            trial.fault(f"{path.name}: {type(error).__name__} {error}")
        else:
            print(f"ok             {path.parent.name}/{path.name}: {count}", flush=True)


def forms(trial: Trial, shipped: Path) -> None:
    """Check every questionnaire that comes with the program, one with faults, and print one."""
    for book in sorted(shipped.glob("*/*.xlsx")):
        trial.run("form", "check", book)
    faulty = trial.place / "phiếu lỗi.md"
    faulty.write_text("| survey |\n| | type | name | label | relevant |\n| | integer | a | A | ${b} > 1 |\n", "utf-8")
    trial.run("form", "check", faulty, expect=2)
    paper = trial.place / "phiếu giấy.pdf"
    trial.run("form", "print", shipped / "household" / "household.xlsx", "--out", paper)
    look_into(trial, [paper])


def from_interviews_to_the_office(trial: Trial) -> Ground:
    """Make a commune, hand bundles over and merge them."""
    commune = trial.place / "xã mẫu"
    office = commune / "office.store"
    trial.run("demo", commune, "--households", "24", "--laptops", "2", "--edits", "--seed", "1", timeout_s=1500)
    bundles, laptops = sorted((commune / "bundles").glob("*.bundle")), sorted((commune / "laptops").glob("*.store"))
    trial.run("bundle", "inspect", bundles[0])
    again = trial.json(
        "bundle", "write", laptops[0], "--to", commune / "office.key", "--out", trial.place / "usb", "--everything"
    )
    if not (again or {}).get("records"):
        trial.fault("an empty bundle")
    trial.run("merge", office, *bundles, "--preview")
    trial.run("merge", office, *bundles)
    broken = trial.place / "gói hỏng.bundle"
    broken.write_bytes(bundles[0].read_bytes()[:-50])
    trial.run("merge", office, broken, expect=1)
    trial.run("merge", office, "--kept")
    trial.run("bundle", "receipt", office, "--out", trial.place / "giấy nhận")
    receipts = sorted((trial.place / "giấy nhận").iterdir())
    trial.run("bundle", "receipt", laptops[0], "--load", next(p for p in receipts if laptops[0].stem in p.name))
    lines = trial.json("households", "find", office, "") or []
    in_conflict = {each["household"] for each in trial.json("conflicts", office) or []}
    done = [each["id"] for each in lines if each["status"] == "complete" and each["id"] not in in_conflict]
    waiting = [each["id"] for each in lines if each["status"] == "not_visited"]
    person = next((each["assigned_to"] for each in lines if each.get("assigned_to")), "dt01")
    return Ground(commune, office, laptops[0], "ct01", person, done, waiting)


def merging(trial: Trial, ground: Ground) -> None:
    """Settle a conflict, list decisions, and what looks as if it had been entered twice."""
    office = ground.office
    conflicts = trial.json("conflicts", office) or [{"submission": "?"}]
    by = ("--take", "A", "--reason", "đã hỏi lại", "--by", ground.boss)
    trial.run("conflicts", office, "--settle", conflicts[0]["submission"], *by)
    for name in ("quyết định.pdf", "quyết định.csv"):
        trial.run("conflicts", office, "--report", trial.place / name)
        look_into(trial, [trial.place / name])
    trial.run("duplicates", office)
    trial.run("quality", office)
    trial.run("quality", office, "--measure", "proxy", "--by", "enumerator", "--behind", ground.person)
    trial.run("digest", office)
    trial.run("history", office, ground.homes[0])
    log = trial.place / "nhật ký.csv"
    trial.run("log", office, "--out", log)
    trial.run("log", office, "--against", log)
    look_into(trial, [log])


def figures(trial: Trial, ground: Ground) -> None:
    """Compute with every engine, write every kind of report and export, and read all of it back."""
    office, place = ground.office, trial.place
    for engine, ends in ENGINES.items():
        words = ("--by", "commune,sex", "--format", "csv", "--engine", engine)
        server = ("--database", "postgresql://nobody@127.0.0.1:1/none") if engine == "postgres" else ()
        rows = trial.run("indicators", office, *words, *server, expect=ends)
        if ends == 0 and "hh_smartphone" not in rows:
            trial.fault(f"no figures by {engine}")
    trial.run("indicators", office, "--publish", "--intervals", "--reasons", "--units", "2024-12-31")
    template = place / "mẫu.docx"
    trial.run("template", "write", template)
    trial.run("template", "check", template)
    for kind, ending in REPORTS.items():
        out = place / "báo cáo" / f"{kind}{ending}"
        out.parent.mkdir(exist_ok=True)
        named = ("--template", template) if kind == "docx" else ()
        trial.run("report", office, "--format", kind, "--out", out, *named)
        look_into(trial, (p for p in (out.rglob("*") if out.is_dir() else [out]) if p.is_file() and p.suffix != ".md"))
    trial.run("report", office, "--format", "pdf", "--each", "village", "--out", place / "từng thôn")
    look_into(trial, sorted((place / "từng thôn").rglob("*.pdf")))
    for kind in EXPORTS:
        out = place / "câu trả lời" / kind
        done = trial.json("export", office, "--format", kind, "--out", out) or {"files": []}
        written = [trial.path(name) for name in done["files"]]
        look_into(trial, written)
        if written and not files.rows(written[0]):
            trial.fault(f"no answers in {written[0].name}")
    trial.run("export", office, "--pseudonymise", "--out", place / "không tên")
    rows = trial.run("indicators", place / "câu trả lời" / "parquet", "--by", "commune", "--format", "csv")
    if "hh_smartphone" not in rows:
        trial.fault("no figures from the Parquet export")


def the_list(trial: Trial, ground: Ground) -> None:
    """Bring a list in, note visits, and carry the list to a laptop."""
    office, (first, second, third) = ground.office, ground.unvisited[:3]
    by = ("--by", ground.person)
    lines = trial.json("households", "find", office, "") or []
    village = lines[0]["village_code"]
    brought = trial.place / "danh sách.csv"
    brought.write_text("Số hộ;Chủ hộ\n901;Lò Văn Thử\n902;Lò Thị Thử\n", "utf-8")
    trial.run("households", "import", office, brought, "--village", village)
    trial.run("households", "assign", office, village, ground.person)
    trial.run("households", "visit", office, first, "absent", "--note", "đi nương", *by)
    trial.run("households", "visit", office, second, "postponed", "--due", "2099-11-22T18:00", *by)
    trial.run("households", "split", office, first, "Lò Thị Năm", "--size", "2", *by)
    trial.run("households", "close", office, third, first, "--reason", "cùng một hộ", *by)
    trial.run("households", "reopen", office, third, "--reason", "hai hộ khác nhau", *by)
    trial.run("households", "void", office, ground.homes[-1], "--reason", "nhập nhầm", "--by", ground.boss)
    trial.run("households", "requests", office)
    trial.run("households", "send", office, "--out", trial.place / "danh sách gửi")
    sent = sorted((trial.place / "danh sách gửi").iterdir())
    trial.run("households", "load", ground.laptop, next(p for p in sent if ground.laptop.stem in p.name))


def questions(trial: Trial, ground: Ground) -> None:
    """Ask about a form, answer, ask again, accept."""
    office = ground.office
    words = ("--question", "household/address_text", "--text", "Đúng không?", "--by", ground.boss)
    asked = trial.json("comments", "ask", office, ground.homes[0], *words) or {"thread": "?"}
    trial.run("comments", "reply", office, asked["thread"], "--text", "Đúng", "--by", ground.person)
    trial.run("comments", "again", office, asked["thread"], "--text", "Số nhà?", "--by", ground.boss)
    trial.run("comments", "accept", office, asked["thread"], "--by", ground.boss)
    trial.run("comments", "list", office)


def devices(trial: Trial, ground: Ground, table: Path) -> None:
    """Go through a programme for devices with one household."""
    office, by = ground.office, ("--by", ground.boss)
    trial.run("people", "role", office, "ct02", "supervisor", "--name", "Ma Văn Bình", *by)
    trial.run("support", "open", office, table, *by)
    listed: dict[str, Any] = trial.json("support", "list", office, *by) or {"lines": []}
    lines = [each["household"] for each in listed["lines"]]
    waiting = [each["household"] for each in listed["lines"] if each["status"] == "waiting"]
    home = (waiting or lines or ["?"])[0]
    if not waiting:
        trial.run(
            "support", "except", office, home, "--reason", "theo biên bản họp thôn", "--device", "smartphone", *by
        )
    trial.run("support", "propose", office, "--household", home, *by)
    decision = ("--decision", "112/QĐ-UBND", "--date", "21/11/2026")
    trial.run("support", "approve", office, "--household", home, *decision, "--by", "ct02")
    trial.run("support", "deliver", office, home, "--receiver", "1", *by)
    trial.run("support", "take-back", office, home, "--reason", "máy hỏng", *by)
    if waiting:
        trial.run("support", "except", office, lines[-1], "--leave-out", "--reason", "đã có máy", *by)
    for paper in ("list", "handover", "switch-off"):
        trial.run("support", "print", office, paper, "--out", trial.place / f"{paper}.pdf", *by)
        look_into(trial, [trial.place / f"{paper}.pdf"])


def figures_of_others(trial: Trial, ground: Ground) -> None:
    """Take in a figure that others keep, and take it out again."""
    office, empty, table = ground.office, trial.place / "bảng trống.csv", trial.place / "số liệu.csv"
    trial.run("disclosure", office)
    trial.run("figures", "template", office, empty)
    place = empty.read_text(encoding="utf-8-sig").splitlines()[1].partition(";")[0]
    table.write_text(f"place,indicator,period,value,source\n{place},hh_fibre,2026-10,91,VNPT\n", encoding="utf-8")
    trial.run("figures", "check", office, table)
    taken = trial.json("figures", "import", office, table) or {"id": "?"}
    trial.run("figures", "list", office)
    trial.run("figures", "undo", office, taken["id"])


def places(trial: Trial, ground: Ground, units: Path) -> None:
    """Put a newer official list to use, and keep villages; on a copy of the store."""
    copy, listed = trial.place / "địa bàn.store", trial.place / "đơn vị hành chính.csv"
    shutil.copyfile(ground.office, copy)
    with units.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["code"], row["name"], row["parent"]) for row in csv.DictReader(file) if not row["until"]]
    with listed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("code", "name", "parent"), *rows])
    trial.run("places", "check", copy, listed, "--from", "2026-11-01")
    trial.run("places", "import", copy, listed, "--from", "2026-11-01")
    for name in ("Thôn Thử Một", "Thôn Thử Hai", "Thôn Thử Ba"):
        trial.run("places", "add-village", copy, name)
    made = [each["code"] for each in trial.json("places", "villages", copy) or [] if "Thử" in each["name"]]
    one, two, three = [*made, "?", "?", "?"][:3]
    trial.run("places", "rename-village", copy, one, "Xóm Thử")
    trial.run("places", "close-village", copy, two, "--from", "2026-12-01")
    trial.run("places", "join-village", copy, three, one, "--from", "01/12/2026")
    villages_ = [each["code"] for each in trial.json("places", "villages", copy) or []]
    outline = [[105.0, 22.0], [105.1, 22.0], [105.1, 22.1], [105.0, 22.0]]
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [outline]}}
        for code in villages_
    ]
    map_ = trial.place / "bản đồ.geojson"
    map_.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    trial.run("places", "map", copy, map_)
    for kind, ending in (("bars", "png"), ("tiles", "svg"), ("map", "pdf")):
        where = trial.place / f"{kind}.{ending}"
        trial.run("chart", copy, "--indicator", "hh_smartphone", "--kind", kind, "--out", where)
    trial.run("places", "drop-map", copy)


def own_forms(trial: Trial, ground: Ground, book: Path) -> None:
    """Let the round ask a form more, and leave it out again."""
    made = trial.json("form", "install", ground.office, book) or {"id": "?"}
    trial.run("form", "list", ground.office)
    tables = book.parent.parent / "household" / "indicators.csv"
    trial.run("form", "tables", ground.office, "household", "--indicators", tables, "--check")
    trial.run("people", "list", ground.office)
    trial.run("people", "role", ground.office, "nm01", "enumerator", "--name", "Lò Thị Mới", "--by", ground.boss)
    trial.run("people", "withdraw", ground.office, "nm01", "--by", ground.boss)
    trial.run("retention", "delete", ground.office)
    trial.run("retention", "list", ground.office)
    reader = trial.place / "người đọc.store"
    trial.run("people", "reader", ground.office, reader, SURVEY_APP_NEW_PASSPHRASE=NEW)
    trial.run("form", "leave-out", ground.office, made["id"])


def copies(trial: Trial, ground: Ground) -> None:
    """Check, copy and restore."""
    copy, back = trial.place / "bản sao.store", trial.place / "phục hồi.store"
    trial.run("store", "check", ground.office)
    trial.run("store", "backup", ground.office, copy)
    trial.run("store", "backup", ground.office, "--daily")
    trial.run("store", "restore", back, copy)
    trial.run("store", "restore", ground.office, "--list")


def aggregates(trial: Trial, ground: Ground) -> None:
    """Hand counts up to an office above."""
    above, up = trial.place / "tỉnh" / "tỉnh.store", trial.place / "tổng hợp"
    above.parent.mkdir()
    trial.run("store", "new", above, "--kind", "office", "--office-key", above.with_suffix(".key"))
    written = trial.json("aggregate", "write", ground.office, "--to", above.with_suffix(".key"), "--out", up) or []
    trial.run("merge", above, "--trust", ground.folder / "office.key")
    trial.json("aggregate", "read", above, *(trial.path(each["path"]) for each in written))
    trial.run("aggregate", "list", ground.office)
    trial.run("aggregate", "undo", above, "0000", expect=1)


def laptops_and_keys(trial: Trial, ground: Ground) -> None:
    """Enrol a laptop, block and accept it, give it a new passphrase, replace the office's keys, and what is refused."""
    office, file, new = ground.office, trial.place / "máy 9.enrolment", trial.place / "máy 9.store"
    made = trial.json("laptops", "enrol", office, "Máy 9", "--out", file) or {"device": "?", "code": ""}
    trial.run("store", "new", new, "--enrolment", file, SURVEY_APP_CODE=made["code"])
    trial.run("laptops", "list", office)
    trial.run("laptops", "block", office, made["device"])
    trial.run("laptops", "accept", office, made["device"])
    trial.run("laptops", "passphrase", office, new, SURVEY_APP_NEW_PASSPHRASE=NEW)
    trial.run("store", "check", new, SURVEY_APP_PASSPHRASE=NEW)
    trial.run("store", "check", new, expect=1, SURVEY_APP_PASSPHRASE=PASSPHRASE + "?")
    copy = trial.place / "văn phòng.store"
    shutil.copyfile(office, copy)
    trial.run("keys", "show", copy)
    trial.run("keys", "sheet", copy, "--out", trial.place / "khóa.pdf")
    look_into(trial, [trial.place / "khóa.pdf"])
    trial.run("keys", "replace", copy, "--office-key", trial.place / "mới.key")
    trial.run("keys", "recover", copy, expect=1, SURVEY_APP_RECOVERY_KEY="not the key", SURVEY_APP_NEW_PASSPHRASE=NEW)
    shared = trial.place / "thư mục chung"
    shared.mkdir()
    trial.run("sync", copy, "--with", shared)
    trial.run("sync", copy, "--dry-run")
    trial.run("update", file, expect=1)
