"""Words that the conversion leaves to us, in every language of the form: ``or_other``, ``external_choices``."""

from __future__ import annotations

from pathlib import Path

from survey_app.xforms import FormSession, load_form
from survey_app.xforms.definition import FormDefinition

TWO = "label::Tiếng Việt (vi) | label::English (en)"
OTHER = f"""| survey |
| | type | name | {TWO} |
| | begin_repeat | r | R | R |
| | select_one yn or_other | q | Hỏi | Ask |
| | end_repeat | | | |
| | select_multiple own or_other | o | Riêng | Own |
| choices |
| | list_name | name | {TWO} |
| | yn | yes | Có | Yes |
| | own | yes | Có | Yes |
| | own | other | Other | Something else |
"""
TOWNS = f"""| survey |
| | type | name | {TWO} | choice_filter |
| | text | state | Tỉnh | State | |
| | select_one_external city | c | Xã | Commune | state=${{state}} |
| external_choices |
| | list_name | name | {TWO} | state |
| | city | a | Ô-xtin | Austin | tx |
| | city | b | | Dallas | tx |
"""


def form(tmp_path: Path, text: str) -> FormDefinition:
    path = tmp_path / "form.md"
    path.write_text(text, encoding="utf-8")
    return load_form(path)


def labels(session: FormSession, path: str, language: str) -> list[str]:
    session.set_language(language)
    return [session.node(path).label, *(choice.label for choice in session.node(path).choices)]


def test_what_or_other_adds_is_in_vietnamese_too(tmp_path: Path) -> None:
    session = FormSession(form(tmp_path, OTHER))
    session.answer("/data/r/q", "other")
    assert labels(session, "/data/r/q", "vi") == ["Hỏi", "Có", "Khác"]
    assert labels(session, "/data/r/q_other", "vi") == ["Ghi rõ."]
    assert labels(session, "/data/r/q", "en") == ["Ask", "Yes", "Other"]
    assert labels(session, "/data/r/q_other", "en") == ["Specify other."]


def test_the_choice_other_of_the_author_keeps_its_words(tmp_path: Path) -> None:
    assert labels(FormSession(form(tmp_path, OTHER)), "/data/o", "vi") == ["Riêng", "Có", "Other"]


def test_or_other_of_a_form_without_languages_is_as_it_was(tmp_path: Path) -> None:
    text = OTHER.replace(TWO, "label").replace(" Hỏi |", "").replace(" Có |", "").replace(" Riêng |", "")
    session = FormSession(form(tmp_path, text.replace(" R | R |", " R |").replace("Other | Something", "Something")))
    assert [choice.label for choice in session.node("/data/r/q").choices] == ["Yes", "Other"]


def test_external_choices_have_their_labels_in_every_language(tmp_path: Path) -> None:
    found = form(tmp_path, TOWNS)
    session = FormSession(found)
    session.answer("/data/state", "tx")
    assert labels(session, "/data/c", "vi") == ["Xã", "Ô-xtin", "Dallas"]
    assert labels(session, "/data/c", "en") == ["Commune", "Austin", "Dallas"]
    assert [choice.label("English (en)") for choice in found.questions["/data/c"].choices] == ["Austin", "Dallas"]


def test_external_choices_with_one_label_column_are_as_they_were(tmp_path: Path) -> None:
    text = TOWNS.replace(f"{TWO} | state |\n| | city", "label | state |\n| | city").replace("Ô-xtin | ", "")
    session = FormSession(form(tmp_path, text.replace("| city | b | |", "| city | b |")))
    session.answer("/data/state", "tx")
    assert labels(session, "/data/c", "vi") == ["Xã", "Austin", "Dallas"]


def test_a_list_of_a_file_has_a_column_for_each_language(tmp_path: Path) -> None:
    (tmp_path / "towns.csv").write_text("code,ten,title\na,Xã A,Commune A\nb,Xã B,Commune B\n", encoding="utf-8")
    heads = f"| survey |\n| | type | name | {TWO} | appearance |\n"
    text = heads + "| | select_one l | q | Hỏi | Ask | search('towns') |\n"
    lists = f"| choices |\n| | list_name | name | {TWO} |\n| | l | code | ten | title |\n"
    session = FormSession(form(tmp_path, text + lists))
    assert labels(session, "/data/q", "vi") == ["Hỏi", "Xã A", "Xã B"]
    assert labels(session, "/data/q", "en") == ["Ask", "Commune A", "Commune B"]
