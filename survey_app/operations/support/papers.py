"""The papers of device support as PDF: the list, handover forms, households that lose the 2G network.

They are official documents and speak Vietnamese whatever the window speaks; the words stand in the template
``resources/typesetting/support.typ``, the names of groups and devices in the programme.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from survey_app.clock import Clock, system_clock
from survey_app.operations.access import needs
from survey_app.operations.support.entries import newest_forms, own_answers
from survey_app.operations.support.standing import Support, read_support
from survey_app.reports.typesetting import typeset, write_pages
from survey_app.roles import NAMES
from survey_app.store import Store
from survey_app.store.deeds import PRINTED
from survey_app.support.ranking import IN_LINE, Listed
from survey_app.support.register import APPROVED
from survey_app.text import read_day, show_date

Paper = Literal["list", "handover", "switch-off"]

_STATUS = {
    "delivered": "Đã giao",
    "approved": "Đã phê duyệt",
    "proposed": "Đã đề nghị",
    "next": "",
    "waiting": "Danh sách chờ",
}
_LIST = ("STT", "Họ và tên chủ hộ", "Thôn, địa chỉ", "Đối tượng", "Thứ tự ưu tiên", "Thiết bị", "Ghi chú")
_SWITCH_OFF = ("STT", "Họ và tên chủ hộ", "Thôn, địa chỉ", "Số điện thoại", "Số máy chỉ 2G, 3G", "Đã báo hộ (ngày, ký)")


@needs(NAMES)
def print_paper(  # noqa: PLR0917 - the order of the command line
    store: Store, by: str, what: Paper, path: Path, programme: str = "", clock: Clock = system_clock
) -> Path:
    """Write a paper.

    Args:
        store: the store.
        by: id of a supervisor.
        what: ``"list"``: households in line, with places for signatures; ``"handover"``: a form for each household that
            is approved and has nothing yet; ``"switch-off"``: households with 2G or 3G phones only.
        path: the PDF.
        programme: code of the programme, blank when there is only one.
        clock: where the time comes from.

    Returns:
        Where it is.

    Raises:
        SurveyAppError: as ``read_support``, or the place cannot be written to.
    """
    now = read_support(store, by, programme)
    made = {"list": _list, "handover": _handover, "switch-off": _switch_off}[what](store, now)
    moment = clock()
    common = {
        "kind": what,
        "office": _office(store),
        "place": _commune(store),
        "year": str(moment.year),
        "made": f"{now.programme.words.vi} · in ngày {show_date(moment.date())}",
        "basis": now.programme.words.vi,
        "none": "Không có hộ nào.",
    }
    write_pages(typeset("support", {**common, **made}), path)
    store.note_deed(PRINTED, what=f"support {what}", rows=len(made.get("rows", made.get("forms", ()))))
    return path


def _commune(store: Store) -> str:
    now = store.round()
    place = store.place(now.commune_code) if now is not None else None
    return place.name if place is not None else store.name


def _office(store: Store) -> str:
    commune = _commune(store)
    return f"Ủy ban nhân dân {commune[:1].lower()}{commune[1:]}"


def _where(now: Support, household: str) -> str:
    named = now.named[household]
    return ", ".join(part for part in (named.household.address, named.village) if part)


def _head(now: Support, household: str) -> str:
    named = now.named[household]
    return named.household.head_name or named.label


def _group(now: Support, line: Listed) -> str:
    groups = now.programme.groups
    if 1 <= line.priority <= len(groups):
        return groups[line.priority - 1].words.vi
    return "Trường hợp ngoại lệ"


def _lower(text: str) -> str:
    """Return words as they stand inside a sentence; 2G stays 2G."""
    return text[:1].lower() + text[1:]


def _device(now: Support, code: str) -> str:
    device = now.programme.device(code)
    return device.words.vi if device is not None else code


def _list(store: Store, now: Support) -> dict[str, Any]:  # noqa: ARG001 - all papers are asked alike
    lines = [line for line in now.listing.lines if line.status in IN_LINE]
    exceptions = now.register.exceptions(now.programme.code)
    rows = []
    for line in lines:
        notes = [_STATUS[line.status]]
        if line.household in exceptions:
            notes.append(f"Ngoại lệ: {exceptions[line.household].reason}")
        rows.append([
            str(line.place), _head(now, line.household), _where(now, line.household), _group(now, line),
            str(line.priority), _device(now, line.device), ". ".join(note for note in notes if note),
        ])  # fmt: skip
    ties = "; ".join(f"({n}) {rule.words.vi}" for n, rule in enumerate(now.programme.firsts, 1))
    return {
        "title": "Danh sách hộ đề nghị hỗ trợ thiết bị thông minh",
        "heads": _LIST,
        "widths": [12, 46, 0, 48, 20, 32, 56],
        "centred": [0, 4],
        "rows": rows,
        "notes": [
            f"Tổng số: {len(rows)} hộ. Mỗi hộ chỉ được hỗ trợ một lần với một thiết bị, kể cả khi tách hộ.",
            "Hộ cùng thứ tự ưu tiên xếp theo: "
            + (f"{ties}; " if ties else "")
            + "sau đó bốc thăm theo mã của hộ và của chương trình, ai tính lại cũng ra như vậy.",
        ],
    }


def _handover(store: Store, now: Support) -> dict[str, Any]:  # noqa: ARG001 - all papers are asked alike
    forms = []
    for line in now.listing.lines:
        if line.status != "approved":
            continue
        standing = now.register.of(now.programme.code, line.household)
        said = next((record.said for record in standing if record.what == APPROVED), {})
        day = read_day(said.get("decision_date", ""))
        forms.append({
            "head": _head(now, line.household), "address": _where(now, line.household),
            "device": _device(now, line.device), "decision": said.get("decision", ""),
            "decision_date": show_date(day) if day else "",
        })  # fmt: skip
    return {"title": "Biên bản bàn giao thiết bị thông minh", "forms": forms}


def _switch_off(store: Store, now: Support) -> dict[str, Any]:
    counts = _old_phones(store)
    rows = [
        [
            str(n), _head(now, name), _where(now, name), now.named[name].household.phone, counts.get(name, ""), "",
        ]
        for n, name in enumerate(now.switch_off, 1)
    ]  # fmt: skip
    rule = now.programme.switch_off
    return {
        "title": "Danh sách hộ chỉ dùng điện thoại 2G, 3G",
        "heads": _SWITCH_OFF,
        "widths": [12, 56, 0, 34, 30, 50],
        "centred": [0, 3, 4],
        "rows": rows,
        "notes": [f"Gồm các hộ: {_lower(rule.words.vi) if rule else '–'}. Báo hộ trước khi tắt sóng."],
    }


def _old_phones(store: Store) -> dict[str, str]:
    """Return how many old phones each household said it has."""
    found = {}
    for name, current in newest_forms(store).items():
        answers = own_answers(current)
        numbers = [answers.get(question, "") for question in ("n_phone_2g", "n_phone_3g")]
        found[name] = str(sum(int(number) for number in numbers if number.isdecimal()))
    return found
