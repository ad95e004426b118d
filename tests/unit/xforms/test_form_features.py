"""What an author can write in an XLSForm reaches the definition and the session: one row a feature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from survey_app.xforms import FormDefinition, FormSession, load_form
from survey_app.xforms.question_types import BLOCKS, NEEDS_LIST, SELECTS, is_known

Check = Callable[[FormDefinition, FormSession], object]
NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))

FILES = {
    "places.csv": "code,title,kind\nc1,Phú Lâm,a\nc2,Đông Hòa,b\n",
    "trees.xml": "<root><item><name>t1</name><label>Mít</label></item></root>",
    "wells.geojson": '{"type":"FeatureCollection","features":[{"type":"Feature","id":"w1","properties":{"title":"G1"},'
    '"geometry":{"type":"Point","coordinates":[105.8,21.0]}}]}',
}


def table(heads: str, *rows: str, choices: str = "", settings: str = "") -> str:
    """Return a workbook as Markdown; cells are parted by ``;``."""

    def line(cells: str) -> str:
        return "| | " + " | ".join(part.strip() for part in cells.split(";")) + " |"

    listed = choices or "list_name;name;label/yn;yes;Yes/yn;no;No"
    sheets = [("survey", [heads, *rows]), ("choices", listed.split("/"))]
    if settings:
        sheets.append(("settings", settings.split("/")))
    return "\n".join("\n".join((f"| {name} |", *(line(row) for row in lines))) for name, lines in sheets) + "\n"


def asked(kind: str, **options: str) -> str:
    """Return a form with one question ``q``."""
    heads = ";".join(("type", "name", "label", *options))
    return table(heads, ";".join((kind, "q", "Q", *options.values())))


def opened(folder: Path, text: str) -> tuple[FormDefinition, FormSession]:
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "form.md").write_text(text, encoding="utf-8")
    form = load_form(folder / "form.md")
    return form, FormSession(form, clock=lambda: NOON)


def has(control: str, kind: str) -> Check:
    """Return a check of control and type of the question ``q``."""
    return lambda form, session: (
        (form.questions["/data/q"].control, form.questions["/data/q"].type) == (control, kind)
        and (session.node("/data/q").control, session.node("/data/q").type) == (control, kind)
    )


def values(*wanted: str) -> Check:
    return lambda _form, session: tuple(choice.value for choice in session.node("/data/q").choices) == wanted


TYPES: dict[str, tuple[str, Check]] = {
    "text": (asked("text"), has("input", "string")),
    "integer": (asked("integer"), has("input", "int")),
    "decimal": (asked("decimal"), has("input", "decimal")),
    "note": (asked("note"), lambda _f, s: s.node("/data/q").readonly),
    "select_one": (asked("select_one yn"), values("yes", "no")),
    "select_multiple": (asked("select_multiple yn"), has("select", "string")),
    "rank": (asked("rank yn"), has("rank", "rank")),
    "select_one_from_file csv": (
        asked("select_one_from_file places.csv", parameters="value=code label=title", choice_filter="kind = 'b'"),
        lambda _f, s: [(c.value, c.label) for c in s.node("/data/q").choices] == [("c2", "Đông Hòa")],
    ),
    "select_multiple_from_file xml": (asked("select_multiple_from_file trees.xml"), values("t1")),
    "select_one_from_file geojson": (asked("select_one_from_file wells.geojson"), values("w1")),
    "geopoint": (asked("geopoint"), has("input", "geopoint")),
    "geotrace": (asked("geotrace"), has("input", "geotrace")),
    "geoshape": (asked("geoshape"), has("input", "geoshape")),
    "range": (
        asked("range", parameters="start=1 end=5 step=2"),
        lambda f, _s: f.questions["/data/q"].parameters.items() >= {"start": "1", "end": "5", "step": "2"}.items(),
    ),
    "image": (asked("image"), lambda f, _s: f.questions["/data/q"].parameters["mediatype"] == "image/*"),
    "audio": (asked("audio"), lambda f, _s: f.questions["/data/q"].parameters["mediatype"] == "audio/*"),
    "video": (asked("video"), lambda f, _s: f.questions["/data/q"].parameters["mediatype"] == "video/*"),
    "file": (asked("file"), has("upload", "binary")),
    "barcode": (asked("barcode"), has("input", "barcode")),
    "date": (asked("date"), has("input", "date")),
    "time": (asked("time"), has("input", "time")),
    "dateTime": (asked("dateTime"), has("input", "dateTime")),
    "acknowledge": (asked("acknowledge"), lambda f, _s: f.questions["/data/q"].control == "trigger"),
    "percentage": (asked("percentage"), has("input", "int")),
    "osm": (asked("osm"), lambda f, _s: f.questions["/data/q"].parameters["mediatype"] == "osm/*"),
    "hidden": (asked("hidden"), lambda f, _s: "q" in f.derived),
    "start": (asked("start"), lambda _f, s: s.node("/data/q").value.startswith("2026-11-21T12:00")),
    "today": (asked("today"), lambda _f, s: s.node("/data/q").value == "2026-11-21"),
    "end": (asked("end"), lambda f, _s: f.specs["/data/q"].preload_params == "end"),
    "deviceid": (asked("deviceid"), lambda f, _s: f.specs["/data/q"].preload_params == "deviceid"),
    "username": (asked("username"), lambda f, _s: f.specs["/data/q"].preload_params == "username"),
    "phonenumber": (asked("phonenumber"), lambda f, _s: f.specs["/data/q"].preload_params == "phonenumber"),
    "email": (asked("email"), lambda f, _s: f.specs["/data/q"].preload_params == "email"),
    "background-audio": (asked("background-audio"), lambda f, _s: f.specs["/data/q"].type == "binary"),
    "start-geopoint": (asked("start-geopoint"), lambda f, _s: f.specs["/data/q"].type == "geopoint"),
    "audit": (
        table("type;name;label;parameters", "text;t;T;", "audit;;;track-changes=true identify-user=true"),
        lambda f, _s: f.audit == {"track-changes": "true", "identify-user": "true"},
    ),
    "csv-external": (
        table(
            "type;name;label;calculation",
            "csv-external;places;;",
            "calculate;q;;pulldata('places', 'title', 'code', 'c1')",
        ),
        lambda _f, s: s.node("/data/q").value == "Phú Lâm",
    ),
    "xml-external": (
        table("type;name;label;calculation", "xml-external;trees;;", "calculate;q;;count(instance('trees')/root/item)"),
        lambda _f, s: s.node("/data/q").value == "1",
    ),
    "group": (
        table("type;name;label;appearance", "begin_group;g;G;field-list", "text;q;Q;", "end_group;;;"),
        lambda f, s: (f.body[0].kind, f.body[0].appearance, s.node("/data/g").label) == ("group", "field-list", "G"),
    ),
    "repeat in a repeat": (
        table("type;name;label", "begin_repeat;r;R", "begin_repeat;i;I", "text;q;Q", "end_repeat;;", "end_repeat;;"),
        lambda _f, s: s.node("/data/r[1]/i[1]/q").kind == "question",
    ),
    "loop": (
        table("type;name;label", "begin loop over yn;l;L", "integer;n;How many %(label)s", "end loop;;"),
        lambda f, _s: f.questions["/data/l/yes/n"].label() == "How many Yes",
    ),
    "or_other": (
        asked("select_one yn or_other"),
        lambda f, _s: "/data/q_other" in f.questions and f.questions["/data/q"].choices[-1].value == "other",
    ),
    "search()": (
        table(
            "type;name;label;appearance",
            "select_one cols;q;Q;minimal search('places', 'matches', 'kind', 'b')",
            choices="list_name;name;label/cols;code;title",
        ),
        lambda f, s: (
            ([(c.value, c.label) for c in s.node("/data/q").choices], f.questions["/data/q"].appearance)
            == ([("c2", "Đông Hòa")], "minimal")
        ),
    ),
    "select_one_external": (
        asked("select_one_external city", choice_filter="state = 'tx'")
        + "| external_choices |\n| | list_name | name | label | state |\n"
        + "| | city | a | Austin | tx |\n| | city | b | Boston | ma |\n",
        lambda _f, s: [(c.value, c.label) for c in s.node("/data/q").choices] == [("a", "Austin")],
    ),
}

APPEARANCES = (
    *("numbers", "multiline", "url", "ex:my.app(a='b')", "thousands-sep", "bearing", "vertical"),
    *("no-ticks", "picker", "rating", "new", "new-front", "draw", "annotate", "signature", "no-calendar"),
    *("month-year", "year", "ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian"),
    *("placement-map", "maps", "hide-input", "minimal", "autocomplete", "quick", "columns-pack"),
    *("columns", "columns-2", "no-buttons", "image-map", "likert", "map", "label", "list-nolabel", "list"),
    *("counter", "hidden-answer", "printer", "masked", "w2 compact-3 soft-check"),
)


@pytest.mark.parametrize("feature", TYPES)
def test_a_type_of_question_is_read(feature: str, tmp_path: Path) -> None:
    text, check = TYPES[feature]
    assert check(*opened(tmp_path, text))


@pytest.mark.parametrize("appearance", APPEARANCES)
def test_an_appearance_reaches_the_view_unchanged(appearance: str, tmp_path: Path) -> None:
    form, session = opened(tmp_path, asked("text", appearance=appearance))
    assert form.questions["/data/q"].appearance == session.node("/data/q").appearance == appearance


def one(kind: str, parameters: str, name: str) -> tuple[str, Check]:
    wanted = dict(part.split("=") for part in parameters.split())[name.replace("-", "_") if "tick" in name else name]
    return asked(
        kind, parameters=parameters
    ), lambda f, s: f.questions["/data/q"].parameters[name] == s.node("/data/q").parameters[name] == wanted


PARAMETERS: dict[str, tuple[str, Check]] = {
    "rows": one("text", "rows=4", "rows"),
    "max-pixels": one("image", "max-pixels=640", "max-pixels"),
    "quality": one("audio", "quality=low", "quality"),
    "capture-accuracy": one("geopoint", "capture-accuracy=5 warning-accuracy=90", "capture-accuracy"),
    "warning-accuracy": one("geopoint", "capture-accuracy=5 warning-accuracy=90", "warning-accuracy"),
    "allow-mock-accuracy": one("geopoint", "allow-mock-accuracy=true", "allow-mock-accuracy"),
    "incremental": one("geotrace", "incremental=true", "incremental"),
    "tick-interval": one("range", "start=0 end=8 step=2 tick_interval=4", "tick-interval"),
    "placeholder": one("range", "start=0 end=8 step=2 placeholder=4", "placeholder"),
    "tick_labelset": (
        table(
            "type;name;label;parameters",
            "range;q;Q;start=0 end=4 step=1 tick_labelset=t",
            choices="list_name;name;label/t;0;Never/t;4;Always",
        ),
        lambda f, _s: (
            [(c.value, c.label()) for c in f.questions["/data/q"].choices] == [("0", "Never"), ("4", "Always")]
        ),
    ),
    "randomize and seed": (
        asked("select_one yn", parameters="randomize=true seed=3"),
        lambda _f, s: sorted(c.value for c in s.node("/data/q").choices) == ["no", "yes"],
    ),
}


@pytest.mark.parametrize("feature", PARAMETERS)
def test_a_parameter_is_read(feature: str, tmp_path: Path) -> None:
    text, check = PARAMETERS[feature]
    assert check(*opened(tmp_path, text))


def answered(session: FormSession, **answers: str) -> FormSession:
    for name, text in answers.items():
        session.answer(f"/data/{name}", text)
    return session


LOGIC: dict[str, tuple[str, Check]] = {
    "calculate": (
        table("type;name;label;calculation", "integer;a;A;", "calculate;q;;${a} * 2"),
        lambda _f, s: answered(s, a="4").node("/data/q").value == "8",
    ),
    "relevant": (
        table("type;name;label;relevance", "integer;a;A;", "text;q;Q;${a} > 3"),
        lambda _f, s: not s.node("/data/q").relevant and answered(s, a="4").node("/data/q").relevant,
    ),
    "required and its message": (
        asked("text", required="yes", required_message="Must be!"),
        lambda _f, s: s.node("/data/q").required and s.validate()[0].message == "Must be!",
    ),
    "constraint and its message": (
        asked("integer", constraint=". < 9", constraint_message="Too much!"),
        lambda _f, s: answered(s, q="9").validate()[0].message == "Too much!",
    ),
    "read only": (asked("text", **{"read only": "yes"}), lambda _f, s: s.node("/data/q").readonly),
    "default": (asked("text", default="a b"), lambda _f, s: s.node("/data/q").value == "a b"),
    "dynamic default": (asked("date", default="today()"), lambda _f, s: s.node("/data/q").value == "2026-11-21"),
    "trigger": (
        table(
            "type;name;label;trigger;calculation", "text;a;A;;", "text;b;B;;", "text;q;Q;${a}, ${b};concat(${a}, ${b})"
        ),
        lambda _f, s: answered(s, a="1", b="2").node("/data/q").value == "12",
    ),
    "choice filter": (
        table(
            "type;name;label;choice_filter",
            "text;a;A;",
            "select_one yn;q;Q;kind = ${a}",
            choices="list_name;name;label;kind/yn;1;One;x/yn;2;Two;y",
        ),
        lambda f, s: values("2")(f, answered(s, a="y")),
    ),
    "repeat_count, a number": (
        table("type;name;label;repeat_count", "begin_repeat;r;R;3", "text;q;Q;", "end_repeat;;;"),
        lambda _f, s: s.node("/data/r[3]").kind == "repeat" and s.node("/data/r[3]").fixed_size,
    ),
    "repeat_count, an expression": (
        table(
            "type;name;label;repeat_count", "integer;n;N;", "begin_repeat;r;R;${n} + 1", "text;q;Q;", "end_repeat;;;"
        ),
        lambda _f, s: answered(s, n="1").node("/data/r[2]/q").kind == "question",
    ),
    "last-saved": (
        asked("text", default="${last-saved#q}"),
        lambda f, _s: FormSession(f, last_saved="<data><q>before</q></data>").node("/data/q").value == "before",
    ),
    "entities": (
        table("type;name;label;save_to", "text;q;Q;full_name")
        + "| entities |\n| | list_name | label |\n| | people | ${q} |\n",
        lambda f, s: "/data/meta/entity" in f.specs and "an" in answered(s, q="an").submission_xml(),
    ),
    "choices from answers of a repeat": (
        table("type;name;label", "begin_repeat;r;R", "text;n;N", "end_repeat;;", "select_one ${n};q;Q"),
        lambda _f, s: answered(s, **{"r[1]/n": "Lan"}).node("/data/q").choices[0].value == "Lan",
    ),
}


@pytest.mark.parametrize("feature", LOGIC)
def test_form_logic_works(feature: str, tmp_path: Path) -> None:
    text, check = LOGIC[feature]
    assert check(*opened(tmp_path, text))


TEXTS: dict[str, tuple[str, Check]] = {
    "label and hint": (
        asked("text", hint="H"),
        lambda _f, s: (s.node("/data/q").label, s.node("/data/q").hint) == ("Q", "H"),
    ),
    "guidance hint": (
        asked("text", guidance_hint="G"),
        lambda f, s: f.questions["/data/q"].guidance() == s.node("/data/q").guidance == "G",
    ),
    "Markdown and HTML stay text": (
        asked("text", hint="**a** <span style='color:red'>b</span> # c"),
        lambda _f, s: s.node("/data/q").hint.startswith("**a** <span style='color:red'>b</span>"),
    ),
    "translations with answers": (
        table("type;name;label::English (en);label::Tiếng Việt (vi)", "text;a;A;A", "note;q;You: ${a};Ông/bà: ${a}"),
        lambda f, s: (
            f.languages == ("English (en)", "Tiếng Việt (vi)")
            and (s.set_language("Tiếng Việt (vi)"), answered(s, a="Lan"))[1].node("/data/q").label == "Ông/bà: Lan"
        ),
    ),
    "default language": (
        table("type;name;label::vi;label::en", "text;q;Câu;Question", settings="default_language/en"),
        lambda f, s: (f.default_language, s.node("/data/q").label) == ("en", "Question"),
    ),
    "a missing translation shows the default language": (
        table("type;name;label::vi;label::en", "text;a;Một;One", "text;q;Hai;", settings="default_language/vi"),
        lambda _f, s: (s.set_language("en"), s.node("/data/q").label)[1] == "Hai",
    ),
    "quotation marks of the author stay": (
        asked("text", hint="“Có” ‘không’"),
        lambda _f, s: s.node("/data/q").hint == "“Có” ‘không’",
    ),
    "media of a label": (
        asked("text", **{"media::image": "a.png", "big-image": "b.png", "audio": "c.mp3", "video": "d.mp4"}),
        lambda f, s: (
            f.questions["/data/q"].media()
            == s.node("/data/q").media
            == {
                "image": "jr://images/a.png",
                "big-image": "jr://images/b.png",
                "audio": "jr://audio/c.mp3",
                "video": "jr://video/d.mp4",
            }
        ),
    ),
    "media of a language": (
        table("type;name;label::vi;label::en;media::audio::vi;media::audio::en", "text;q;Câu;Q;v.mp3;e.mp3"),
        lambda f, _s: f.questions["/data/q"].media("en")["audio"] == "jr://audio/e.mp3",
    ),
    "media of a choice": (
        table("type;name;label", "select_one yn;q;Q", choices="list_name;name;label;image/yn;1;One;one.png/yn;2;Two;"),
        lambda f, s: (
            s.node("/data/q").choices[0].media
            == f.questions["/data/q"].choices[0].media()
            == {"image": "jr://images/one.png"}
            and not s.node("/data/q").choices[1].media
        ),
    ),
    "choice labels with answers": (
        table("type;name;label", "text;a;A", "select_one yn;q;Q", choices="list_name;name;label/yn;1;Like ${a}"),
        lambda _f, s: answered(s, a="Lan").node("/data/q").choices[0].label == "Like Lan",
    ),
    "autoplay": (
        asked("audio", autoplay="audio"),
        lambda f, _s: f.questions["/data/q"].parameters["autoplay"] == "audio",
    ),
}


@pytest.mark.parametrize("feature", TEXTS)
def test_a_description_is_read(feature: str, tmp_path: Path) -> None:
    text, check = TEXTS[feature]
    assert check(*opened(tmp_path, text))


SETTINGS: dict[str, tuple[str, Check]] = {
    "id, version and title": (
        table("type;name;label", "text;q;Q", settings="form_id;version;form_title/f;7;A title"),
        lambda f, _s: (f.id, f.version, f.title) == ("f", "7", "A title"),
    ),
    "style": (
        table("type;name;label", "text;q;Q", settings="style/pages theme-grid"),
        lambda f, _s: f.style == "pages theme-grid",
    ),
    "instance_name": (
        table("type;name;label", "text;q;Q", settings="instance_name/concat('House ', ${q})"),
        lambda _f, s: "House 12" in answered(s, q="12").submission_xml(),
    ),
    "choices that stand twice": (
        table(
            "type;name;label",
            "select_one yn;q;Q",
            choices="list_name;name;label/yn;1;One/yn;1;Uno",
            settings="allow_choice_duplicates/yes",
        ),
        values("1", "1"),
    ),
    "public_key and submission_url": (
        table("type;name;label", "text;q;Q", settings="public_key;submission_url/KEY;upload.php"),
        lambda f, _s: (f.public_key, f.submission_url) == ("KEY", "upload.php"),
    ),
    "table-list": (
        table("type;name;label;appearance", "begin_group;g;G;table-list", "select_one yn;q;Q;", "end_group;;;"),
        lambda f, _s: f.questions["/data/g/q"].appearance == "list-nolabel",
    ),
}


@pytest.mark.parametrize("feature", SETTINGS)
def test_a_setting_is_read(feature: str, tmp_path: Path) -> None:
    text, check = SETTINGS[feature]
    assert check(*opened(tmp_path, text))


def test_every_spelling_of_the_conversion_is_known() -> None:
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    assert [kind for kind in QUESTION_TYPE_DICT if not is_known(kind) and kind not in NEEDS_LIST] == []
    assert all(is_known(f"{command} yn") for command in SELECTS)
    assert all(is_known(f"begin {block}") and is_known(f"end_{block}") for block in BLOCKS)


def test_a_missing_file_is_named_and_its_list_is_empty(tmp_path: Path) -> None:
    (tmp_path / "form.md").write_text(asked("select_one_from_file nowhere.csv"), encoding="utf-8")
    form = load_form(tmp_path / "form.md")
    assert FormSession(form).node("/data/q").choices == ()
    assert "nowhere.csv" in form.warnings[0].message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'x,"' + "y" * 200_000),
        ("b.xml", "<root><item>"),
        ("c.geojson", "[" * 3000),
        ("d.geojson", "{}"),
        ("e.xml", "<!DOCTYPE r [<!ENTITY a 'x'>]><r>&a;</r>"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    (tmp_path / "form.md").write_text(asked(f"select_one_from_file {name}"), encoding="utf-8")
    assert name in load_form(tmp_path / "form.md").warnings[0].message
