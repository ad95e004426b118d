"""How commands begin and end: wrong use, passphrases, failures in words, language, the window."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from survey_app import paths
from survey_app.cli import main as cli
from survey_app.cli import output, window
from survey_app.cli.parser import complaint
from survey_app.cli.passphrase import from_file
from survey_app.errors import SurveyAppError
from survey_app.settings import Settings, save_settings

COMMANDS = [
    "form",
    "demo",
    "store",
    "bundle",
    "merge",
    "conflicts",
    "digest",
    "indicators",
    "report",
    "export",
    "sync",
    "doctor",
]


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help", "--language", "en"]) == 0
    told = capsys.readouterr().out
    assert [name for name in COMMANDS if name not in told] == []


def test_help_loads_no_heavy_library() -> None:
    import subprocess

    heavy = {"pandas", "matplotlib", "duckdb", "ibis", "pyxform", "lxml", "PySide6", "sqlcipher3", "nacl"}
    code = "import sys; from survey_app.cli.main import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8")
    assert heavy.isdisjoint(done.stdout.split())


@pytest.mark.parametrize(
    "words", [["nonsense"], ["store"], ["merge"], ["store", "check"], ["demo", "x", "--laptops", "0"]]
)
def test_wrong_use_ends_with_status_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([*words, "--language", "en"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "Usage" in told.err


def test_wrong_use_is_explained_in_vietnamese(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["digest", "--language", "vi"]) == 2
    assert "Còn thiếu: STORE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("the following arguments are required: STORE", "Missing: STORE"),
        ("argument --format: expected one argument", "--format needs a value"),
        ("argument --laptops: invalid whole_number value: '0'", "--laptops: '0' is not a valid value"),
        ("something new", "something new"),
    ],
)
def test_complaints_are_plain_words(said: str, shown: str) -> None:
    assert complaint(said) == shown


def test_without_a_passphrase_the_command_says_where_it_belongs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("SURVEY_APP_PASSPHRASE", raising=False)
    assert cli.main(["digest", str(tmp_path / "x.store"), "--language", "en"]) == 1
    told = capsys.readouterr().err
    assert "SURVEY_APP_PASSPHRASE" in told
    assert "--passphrase-file" in told
    assert "[CLI-01]" in told


def test_a_passphrase_is_the_first_line_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "phrase.txt"
    file.write_bytes("\ufeffmột câu dài\r\nkhông đọc dòng này\r\n".encode())
    assert from_file(file) == "một câu dài"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00"], ids=["empty", "blank line", "not UTF-8"])
def test_a_useless_passphrase_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "phrase.txt"
    file.write_bytes(content)
    with pytest.raises(SurveyAppError) as caught:
        from_file(file)
    assert caught.value.code == "CLI-02"


def test_a_store_is_made_and_opens_with_the_passphrase_of_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SURVEY_APP_PASSPHRASE", raising=False)
    file = tmp_path / "phrase.txt"
    file.write_text("một câu dài chỉ để thử\n", encoding="utf-8")
    store = tmp_path / "may01.store"
    assert cli.main(["store", "new", str(store), "--name", "Máy 01", "--passphrase-file", str(file)]) == 0
    assert cli.main(["store", "check", str(store), "--passphrase-file", str(file), "--json"]) == 0
    assert '"problems": []' in capsys.readouterr().out


def test_without_a_screen_the_window_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main(["--language", "en"]) == 1
    assert "no screen" in capsys.readouterr().err


def test_a_machine_with_windows_always_has_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    assert window.has_screen()


def test_the_language_is_that_of_the_settings_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    save_settings(Settings(language="vi"))
    cli.main(["store", "backup", "x"])
    assert "Cần một trong các mục" in capsys.readouterr().err
    cli.main(["store", "backup", "x", "--language=en"])
    assert "One of these" in capsys.readouterr().err


def test_a_fault_of_the_program_leaves_a_file_without_the_text_of_the_exception(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_arguments: object) -> int:
        raise RuntimeError("Nguyễn Văn A said yes")

    monkeypatch.setattr(window, "open_window", broken)
    monkeypatch.setattr(sys, "argv", ["survey-app", "--language", "en"])
    assert cli.main() == cli.BROKEN
    (file,) = (paths.user_folder() / "crashes").glob("*.txt")
    text = file.read_text(encoding="utf-8")
    assert "RuntimeError" in text
    assert "Nguyễn" not in text
    assert str(file) in capsys.readouterr().err


def test_a_fault_of_the_program_reaches_whoever_called_it_as_a_function(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_arguments: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(window, "open_window", broken)
    with pytest.raises(RuntimeError):
        cli.main([])


def test_a_form_that_is_not_there_is_wrong_use_or_a_failure(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert cli.main(["form", "check", str(tmp_path / "nothing.xlsx"), "--language", "en"]) in (1, 2)
    assert capsys.readouterr().err


def test_doctor_finds_the_fonts_and_a_working_encrypted_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--language", "en"]) == 0
    told = capsys.readouterr().out
    assert "Be Vietnam Pro" in told
    assert "works" in told
    assert "(broken)" not in told


def test_columns_of_a_table_line_up_with_vietnamese_letters(capsys: pytest.CaptureFixture[str]) -> None:
    output.say_table(["name", "n"], [["Ễ", "1"], ["dài hơn", "10"]], right=["n"])
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["name      n", "Ễ         1", "dài hơn  10"]
