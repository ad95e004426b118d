"""A reader of figures reaches no name: not by a screen, an export, a tooltip, a log, a temporary file or the file."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractItemView, QWidget

from survey_app.gui.main_window import OUTSIDE, SCREENS, TABS
from survey_app.indicators.disclosure import LEAST, PROTECTED
from survey_app.log import start_log
from survey_app.operations import (
    conflicts,
    consent,
    decisions,
    duplicates,
    export,
    form_history,
    requests,
    retention,
    tracing,
    worklist,
)
from survey_app.operations.access import NotAllowed
from survey_app.operations.exchange import write_exchange
from survey_app.operations.merging import merge
from survey_app.operations.people import give_role, people
from survey_app.operations.readers import write_reader_copy
from survey_app.operations.reporting import write_report
from survey_app.operations.results import basis, published_tables, tables
from survey_app.operations.stores import open_store
from survey_app.records import Revision
from survey_app.store import Store
from survey_app.store.errors import DiskFull
from tests.gui.conftest import PASSPHRASE, Ground

if TYPE_CHECKING:
    import pandas as pd

EXACT = ("numerator", "denominator", "unknown", "status")
READING = "người xem số liệu"
NAME, PHONE, ADDRESS, REMARK = "Ksor H'Zưn Ngoẵng", "0399123987", "Ngõ Thử Khuất Lấp", "Bà kể chuyện riêng lạ lùng"
TELLING = ("head_name", "m_name", "consent_person", "hh_phone", "address_text", "remark", "m_id_number", "unit_name")


@pytest.fixture
def named(office: Path, commune: object) -> Iterator[tuple[Store, set[str]]]:
    """Return the office with everything merged and a household of unusual names, and all that names somebody."""
    with open_store(office, PASSPHRASE) as store:
        merge(store, commune.bundles)  # type: ignore[attr-defined]
        current = next(each for each in store.currents(state="settled") if each.answers.get("members"))
        answers = json.loads(json.dumps(current.answers))
        answers["members"][0]["roster"]["m_name"] = NAME
        answers["remark"] = REMARK
        given = {**{name: getattr(current, name) for name in ("submission", "household", "round", "form_id")}}
        store.add_revisions(
            [
                Revision(
                    **given,
                    form_version=current.form_version,
                    parents=current.heads,
                    kind="answers",
                    author="dt01",
                    device=store.device,
                    made_at="2026-11-21T15:00:00.000+07:00",
                    reason="",
                    answers=answers,
                )
            ],
            "here",
        )
        line = store.household(current.household)
        assert line is not None
        store.put_households([replace(line, head_name=NAME, phone=PHONE, address=ADDRESS)])
        yield store, told_by(store)


def told_by(store: Store) -> set[str]:
    """Return every name, telephone, address and remark in a store, also of those who work there."""
    found = {person.name for person in store.enumerators()}
    for line in store.households():
        found |= {line.household.head_name, line.household.phone, line.household.address}
    for revision in store.revisions():
        text = json.dumps(revision.answers, ensure_ascii=False)
        found |= {each[1] for each in re.finditer(rf'"(?:{"|".join(TELLING)})": ?"([^"]+)"', text)}
    places = {place.name for place in store.places()}  # units of a place are called like the place
    found = {each for each in found - places if len(each) > 5}
    assert {NAME, PHONE, ADDRESS, REMARK} <= found
    return found


def plain(content: bytes) -> Iterator[bytes]:
    """Yield the bytes of a file, and what is packed inside it."""
    yield content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from plain(packed.read(name))
    for stream in re.finditer(rb"stream\r?\n(.*?)endstream", content, re.DOTALL) if content.startswith(b"%PDF") else ():
        try:
            yield zlib.decompressobj().decompress(stream[1])
        except zlib.error:
            continue


def named_in(text: str | bytes, names: set[str]) -> set[str]:
    """Return which names stand in a text or in bytes, in the encodings that could hold them."""
    if isinstance(text, str):
        return {name for name in names if name in text}
    return {name for name in names for code in ("utf-8", "utf-16-le", "utf-16-be") if name.encode(code) in text}


def files_in(*folders: Path) -> Iterator[Path]:
    return (path for folder in folders for path in folder.rglob("*") if path.is_file())


def rows_of(store: Store) -> Iterator[str]:
    """Yield everything that the tables of a store hold, unpacked."""
    database, content = store._database, store._content
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for name in names:
        for row in database.execute(f"SELECT * FROM {name}"):
            for value in row:
                if isinstance(value, bytes):
                    yield content.unpack(value).decode("utf-8", "replace")
                else:
                    yield str(value)


def words_of(widget: QWidget) -> Iterator[str]:
    """Yield what a widget and all inside it show, say or tell to a screen reader."""
    for each in (widget, *widget.findChildren(QWidget)):
        for name in ("text", "toPlainText", "toolTip", "accessibleName", "accessibleDescription", "windowTitle"):
            say = getattr(each, name, None)
            if callable(say):
                yield str(say())
        interface = QAccessible.queryAccessibleInterface(each)
        if interface is not None:
            for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
                yield interface.text(kind)
        if isinstance(each, QAbstractItemView) and each.model() is not None:
            model = each.model()
            for row in range(model.rowCount()):
                for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount()):
                    index = model.index(row, column)
                    for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                        yield str(model.data(index, role) or "")


def figures(table: pd.DataFrame) -> dict[tuple[str, ...], dict[Any, Any]]:
    """Return what a table of results says: indicator and groups to its figures and status."""
    keys = [name for name in ("indicator", "village", "sex", "category") if name in table.columns]
    return {tuple(str(row[key]) for key in keys): row for row in table.to_dict("records")}


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let temporary files and the program's log go into a folder of the test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    start_log(folder / "log")
    return folder


def test_the_figures_of_a_copy_are_those_of_the_office_and_no_name_stands_in_it(
    named: tuple[Store, set[str]], tmp_path: Path, apart: Path
) -> None:
    store, names = named
    made = write_reader_copy(store, tmp_path / "doc" / "so-lieu.store", READING)
    by: list[list[str]] = [["village"], [], ["village", "sex"]]
    of = basis(store)
    expected, stood_on = tables(store, of, by)
    with open_store(made.path, READING) as copy:
        held, coverage = tables(copy, basis(copy), by)
        published, _coverage = published_tables(copy, basis(copy), by, least=LEAST)
        texts = list(rows_of(copy))
        assert copy.kind == "reader"
        assert copy.aggregate_ids() == [], "counts of a few stand in them"
        assert (list(copy.households()), list(copy.revisions()), copy.enumerators(), copy.devices()) == ([], [], [], [])
        assert not set().union(*(named_in(text, names) for text in texts))
    shares = {each.key for each in of.indicators if each.level in PROTECTED and each.aggregate == "ratio"}
    hidden = 0
    for mine, again, theirs in zip(held, published, expected, strict=True):
        assert again.equals(mine)
        told, known = figures(mine), figures(theirs)
        assert told.keys() == known.keys()
        for key, row in told.items():
            if row["withheld"]:
                hidden += 1
                assert (row["status"], np.isnan(row["numerator"]), np.isnan(row["estimate"])) == (
                    "withheld",
                    True,
                    True,
                )
                assert np.isnan(row["denominator"]) or row["denominator"] == known[key]["denominator"]
                continue
            assert [row[name] for name in EXACT] == [known[key][name] for name in EXACT], key
            assert key[0] not in shares or not 0 < row["numerator"] < LEAST, key
    assert 0 < hidden < sum(map(len, held))
    assert (coverage.submissions, coverage.people) == (stood_on.submissions, stood_on.people)
    assert coverage.submissions == made.submissions
    assert not set().union(*(named_in(part, names) for path in files_in(apart) for part in plain(path.read_bytes())))
    assert store.deeds("exported")[-1].about["what"] == "reader"


def test_a_copy_that_could_not_be_filled_is_not_left_behind(
    named: tuple[Store, set[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _names = named
    path = tmp_path / "doc" / "so-lieu.store"
    with monkeypatch.context() as broken:
        broken.setattr(Store, "put_round", full)
        with pytest.raises(DiskFull):
            write_reader_copy(store, path, READING)
    assert not list(path.parent.iterdir())
    assert write_reader_copy(store, path, READING).path == path


def full(*_given: object) -> None:
    raise DiskFull


def test_nothing_that_a_reader_may_do_leads_to_a_name(
    named: tuple[Store, set[str]],
    tmp_path: Path,
    apart: Path,
    ground: Callable[..., Ground],
) -> None:
    store, names = named
    path = write_reader_copy(store, tmp_path / "doc" / "so-lieu.store", READING).path
    store.close()
    written = tmp_path / "written"
    with open_store(path, READING) as copy:
        for format in ("docx", "xlsx", "pdf", "csv"):
            write_report(copy, format, written / f"bao-cao.{format}")
        write_exchange(copy, "sdmx", written / "so-lieu.csv")
        for refused in (
            lambda: export.export_answers(copy, written / "answers"),
            lambda: export.export_answers(copy, written / "answers", pseudonymise=True),
            lambda: tracing.history_of(copy, "h"),
            lambda: form_history.form_history(copy, "h"),
            lambda: consent.register(copy),
            lambda: decisions.decisions(copy),
            lambda: conflicts.list_conflicts(copy),
            lambda: duplicates.candidates(copy),
            lambda: worklist.household_lines(copy),
            lambda: give_role(copy, "me", "supervisor", "Tôi"),
            lambda: people(copy),
            lambda: retention.preview(copy),
            lambda: retention.deletions(copy),
            lambda: requests.requests(copy),
        ):
            with pytest.raises(NotAllowed):
                refused()
        copy.at_work = "ct01"  # a name that is a supervisor's elsewhere opens nothing here
        with pytest.raises(NotAllowed):
            worklist.household_lines(copy)
        log = json.dumps([[deed.who, deed.action, dict(deed.about)] for deed in copy.deeds()], ensure_ascii=False)
        assert not named_in(log, names)
    here = ground(path)
    here.unlock(READING)
    assert here.desk.person.role == "reader"
    assert [name for name, _word in TABS["reader"]] == ["results"]
    opened = set()
    for name in SCREENS.keys() - OUTSIDE:
        here.desk.go(name, household="h1")
        here.settle()
        opened.add(here.window.screen_name)
        texts = list(words_of(here.window))
        assert not set().union(*(named_in(text, names) for text in texts)), name
    assert opened == {"results", "quality", "forms", "settings", "update"}
    assert not (written / "answers").exists()
    for file in files_in(written, apart, tmp_path / "doc"):
        assert not any(named_in(part, names) for part in plain(file.read_bytes())), file


def test_the_search_of_this_test_finds_a_name_where_there_is_one(named: tuple[Store, set[str]], tmp_path: Path) -> None:
    """What proves that nothing is found must be able to find it."""
    store, names = named
    export.export_answers(store, tmp_path / "answers", "xlsx")
    (table,) = (tmp_path / "answers").glob("[!c]*.xlsx")
    assert any(NAME in named_in(part, names) for part in plain(table.read_bytes()))
    assert any(PHONE in named_in(text, names) for text in rows_of(store))
