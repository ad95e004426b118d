"""The command ``form print``."""

from __future__ import annotations

from pathlib import Path

from survey_app.cli.main import main

FORM = "| survey |\n| | type | name | label |\n| | text | a | A |\n"


def test_a_form_is_written_as_a_pdf(tmp_path: Path) -> None:
    source, target = tmp_path / "f.md", tmp_path / "f.pdf"
    source.write_text(FORM, "utf-8")
    assert main(["form", "print", str(source), "--out", str(target), "--members", "14"]) == 0
    assert target.read_bytes().startswith(b"%PDF-")
