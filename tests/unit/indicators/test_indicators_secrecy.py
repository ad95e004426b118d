"""Answers stay in memory while they are counted."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey_app.indicators import Rows, compute
from survey_app.indicators.engines.in_memory import connect


def test_counting_writes_no_file(
    define: Callable[..., Any], homes: Callable[..., Rows], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    rows = homes(*({"nickname": f"Nguyễn Thị Hoa {n}", "commune_code": f"{n:05d}"} for n in range(2000)))
    table = compute(define({"numerator": "${nickname} != ''", "denominator": "true()"}), rows, ("commune",))
    assert len(table) == 2000
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_nothing_may_spill_to_disk_and_nothing_is_fetched() -> None:
    connection = connect()
    settings = ("max_temp_directory_size", "autoinstall_known_extensions", "autoload_known_extensions")
    found = [connection.execute(f"SELECT current_setting('{name}')").fetchone() for name in settings]
    connection.close()
    assert found == [("0 bytes",), (False,), (False,)]
