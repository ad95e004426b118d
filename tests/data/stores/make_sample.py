"""Make the sample store of the present format: ``python tests/data/stores/make_sample.py tests/data/stores``.

Run once when a format is released and committed; the file is never made again, because it has to show that what an
older program wrote still opens. Everything in it is invented.
"""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import replace
from pathlib import Path

from survey_app.clock import VIETNAM
from survey_app.records import Enumerator, Household, Place, Revision, Round
from survey_app.store import BundleNote, Device, Draft, KeptAggregate, KeptTable, Store, StoredForm, schema

PASSPHRASE = "mẫu này phải mở được mãi mãi"
RECOVERY = "age1qlxkjcs7p8e0dmdkp79x4lthst9lcrpqjnl8sc05fcrn73xdp3gqje3e5h"
MOMENT = dt.datetime(2026, 11, 21, 8, 0, tzinfo=VIETNAM)


def main(folder: Path) -> None:
    """Write ``format-<number>.store`` into the folder."""
    path = folder / f"format-{len(schema.MIGRATIONS)}.store"
    with Store.create(
        path, PASSPHRASE, kind="laptop", device="mau-1", name="Máy mẫu", recovery=[RECOVERY], clock=lambda: MOMENT
    ) as store:
        _frame(store)
        _answers(store)


def _frame(store: Store) -> None:
    files = {"household.csv": b"type,name\ntext,q1\n", "indicators.csv": "mã,tên\n".encode()}
    store.put_form(StoredForm("household", "1", "Phiếu hộ", "<h:html>Phiếu hộ</h:html>" * 50, ("age",), files))
    store.put_places(
        [
            Place("19", "Tỉnh Mẫu", "province", "tinh", ""),
            Place("00001", "Xã Mẫu", "commune", "xa", "19"),
            Place("00001-001", "Thôn Một", "village", "thon", "00001", old="00004", until="2026-12-01"),
        ]
    )
    dates = ("2026-11-01", "2026-10-01", "2026-11-01", "2026-12-01")
    store.put_round(Round("2026-11", "Đợt mẫu", "household", "1", *dates, "00001", "1", ("skills",)))
    store.put_enumerators([Enumerator("e1", "Nguyễn Thị Mẫu", "enumerator", "chị")])
    store.put_households(
        [
            Household("11111111-0000-0000-0000-000000000001", "00001-001", 1, "Trần Văn Mẫu", "Xóm 1", "0900000001", 4),
            Household("11111111-0000-0000-0000-000000000002", "00001-001", 2, "Lê Thị Mẫu", "", "", 0, "e1"),
            Household("11111111-0000-0000-0000-000000000003", "00001", 1, "Hợp tác xã Mẫu", level="enterprise"),
        ]
    )
    store.add_households(
        [Household("22222222-0000-0000-0000-000000000001", "00001-001", 3, "Đỗ Văn Mới")], found_by="mau-1"
    )
    store.put_devices([Device("mau-2", "Máy mẫu 2", bytes(range(32)), revoked=True)])
    store.put_secret("signing_key", bytes(32))


def _answers(store: Store) -> None:
    answers = {"q1": "1", "interview_result": "complete", "members": [{"#": 1, "m_name": "Trần Văn Mẫu"}, {"#": 3}]}
    first = Revision(
        submission="33333333-0000-0000-0000-000000000001",
        household="11111111-0000-0000-0000-000000000001",
        round="2026-11",
        form_id="household",
        form_version="1",
        parents=(),
        kind="answers",
        author="e1",
        device="mau-1",
        made_at="2026-11-21T09:00:00.000+07:00",
        reason="",
        answers=answers,
    )
    left = replace(first, id="", parents=(first.id,), answers={**answers, "q1": "2", "age": "40"})
    right = replace(first, id="", parents=(first.id,), device="mau-2", answers={**answers, "q1": "3", "age": "41"})
    store.add_revisions([first, left], "here")
    store.add_revisions([right], "mau-2-0001-abc")
    store.note_bundle(
        BundleNote(
            "mau-1-0001-def", "out", "mau-1", store.next_sequence(), "2026-11-21T10:00:00.000+07:00",
            "2026-11-21T10:00:00.000+07:00", (first.id, left.id), "2026-11-22T10:00:00.000+07:00", {"records": 2},
        )
    )  # fmt: skip
    store.put_aggregates([KeptAggregate("ab" * 32, "xa-mau.aggregate", "2026-11-22T10:00:00.000+07:00", b"{}\n")])
    store.put_table(KeptTable("cd" * 32, "figures", "", "so-lieu.csv", "2026-11-22T10:00:00.000+07:00", b"[]"))
    draft = Draft(
        "44444444-0000-0000-0000-000000000001", "33333333-0000-0000-0000-000000000002",
        "11111111-0000-0000-0000-000000000002", "2026-11", "household", "1", (), "e1",
        "2026-11-21T11:00:00.000+07:00",
    )  # fmt: skip
    store.start_draft(draft)
    store.save_draft(draft.id, {"members[1]": "", "members[1]/m_name": "Lê Thị Mẫu", "q1": "1"}, "members[1]/m_name")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
