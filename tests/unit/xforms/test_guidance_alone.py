"""A question whose hint is guidance alone."""

from __future__ import annotations

from pathlib import Path

from survey_app.xforms import FormSession, load_form

FORM = """
| survey |
| | type | name | label::English (en) | label::Tiếng Việt (vi) | guidance_hint::English (en) | guidance_hint::Tiếng Việt (vi) |
| | integer | phones | How many? | Bao nhiêu? | Count those that work | Đếm máy dùng được |
"""  # noqa: E501


def test_guidance_without_a_hint_leaves_the_hint_blank(tmp_path: Path) -> None:
    file = tmp_path / "f.md"
    file.write_text(FORM, "utf-8")
    form = load_form(file)
    for language in form.languages:
        session = FormSession(form, language=language)
        assert session.node("/data/phones").hint == ""
