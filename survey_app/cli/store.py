"""``survey-app store``: make, check, copy and restore an encrypted data file."""

from __future__ import annotations

import argparse
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import from_file, passphrase
from survey_app.errors import SurveyAppError
from survey_app.i18n import _, ngettext

CODE_VARIABLE = "SURVEY_APP_CODE"


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "store", _("encrypted data files"))
    new = declaring.command(below, "new", _("make an empty data file"), make)
    declaring.takes_store(new)
    new.choices.add_argument(
        "--kind",
        choices=("laptop", "office"),
        default="laptop",
        help=_("what it is for (laptop unless said otherwise)"),
    )
    new.choices.add_argument("--name", default="", metavar=_("NAME"), help=_("what people call the laptop or office"))
    new.choices.add_argument(
        "--office-key", metavar="FILE", type=Path, help=_("of an office: where its public key shall be written")
    )
    new.choices.add_argument(
        "--recovery-sheet",
        metavar="FILE",
        type=Path,
        help=_("of an office: where the sheet with its recovery key goes, as PDF; the key is said once when not given"),
    )
    new.choices.add_argument(
        "--enrolment", metavar="FILE", type=Path, help=_("of a laptop: the enrolment file that the office made for it")
    )
    new.choices.add_argument(
        "--code-file",
        metavar="FILE",
        type=Path,
        help=_("file whose first line is the code of the enrolment file (else the variable SURVEY_APP_CODE)"),
    )
    declaring.takes_json(new)
    looked = declaring.command(below, "check", _("look whether a data file is in order"), check)
    declaring.takes_store(looked)
    declaring.takes_json(looked)
    copied = declaring.command(below, "backup", _("write a verified copy"), backup)
    declaring.takes_store(copied)
    to = _takes_path(copied, "target", "TARGET", "--to", _("the copy, or a folder for it"))
    to.add_argument("--daily", action="store_true", help=_("make the copies of today that are not made yet"))
    declaring.takes_json(copied)
    put_back = declaring.command(below, "restore", _("put a copy in the place of a data file"), restore)
    declaring.takes_store(put_back)
    source = _takes_path(put_back, "source", "BACKUP", "--from", _("the copy made before"))
    source.add_argument("--list", action="store_true", help=_("list the daily copies that lie beside the data file"))
    declaring.takes_json(put_back)


def _takes_path(parser: declaring.Parser, name: str, shown: str, option: str, what: str) -> Any:
    """Declare a path that may stand in its place or behind an option."""
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument(name, metavar=shown, type=Path, nargs="?", help=what)
    way.add_argument(option, dest=f"{name}_option", metavar="PATH", type=Path, help=_("the same"))
    return way


def make(arguments: argparse.Namespace) -> int:
    """Make a store; an office's gets its keys."""
    from survey_app.operations.stores import create_store

    name = arguments.name or arguments.store.stem
    if arguments.enrolment is not None:
        return _make_enrolled(arguments)
    if arguments.kind == "office":
        return _make_office(arguments, name)
    with create_store(arguments.store, passphrase(arguments), kind="laptop", name=name) as store:
        made = {"store": str(store.path), "kind": store.kind, "device": store.device, "name": store.name}
    _answer(arguments, made, _("Made: {store}").format(**made))
    return 0


def _make_office(arguments: argparse.Namespace, name: str) -> int:
    from survey_app.operations.enrolment import create_office
    from survey_app.operations.handover import office_of
    from survey_app.operations.keys import print_recovery
    from survey_app.operations.stores import new_recovery_key

    secret, recipient = new_recovery_key()
    recovery, sheet = [recipient], arguments.recovery_sheet
    with create_office(
        arguments.store, passphrase(arguments), name, key_file=arguments.office_key, recovery=recovery
    ) as store:
        key = arguments.office_key or store.path.with_name("office.key")
        made = {"store": str(store.path), "kind": store.kind, "device": store.device, "name": store.name}
        fingerprint = office_of(store).fingerprint
        if sheet is not None:
            print_recovery(store, sheet, secret=secret)
    words = _("Made: {store}\nPublic key of the office: {key}\nFingerprint: {fingerprint}").format(
        store=made["store"], key=key, fingerprint=fingerprint
    )
    kept = {"recovery_sheet": str(sheet)} if sheet is not None else {"recovery_key": secret}
    if sheet is not None:
        said = _("Recovery sheet: {path}\nPrint it, lock it away, then delete the file.").format(path=sheet)
    else:
        said = _(
            "Recovery key, said this once: {key}\nWrite it down and lock it away: it opens the data file when the "
            "passphrase is forgotten."
        ).format(key=secret)
    _answer(arguments, {**made, "office_key": str(key), "fingerprint": fingerprint, **kept}, f"{words}\n{said}")
    return 0


def _make_enrolled(arguments: argparse.Namespace) -> int:
    """Make a laptop's store from the file the office gave, with keys, places, form and household list."""
    from survey_app.operations.enrolment import open_enrolment

    code = from_file(arguments.code_file) if arguments.code_file else os.environ.get(CODE_VARIABLE, "")
    if not code:
        raise SurveyAppError(
            "CLI-05",
            _("The code of the enrolment file is needed."),
            _("Set the variable {variable}, or write it into a file and give --code-file FILE.").format(
                variable=CODE_VARIABLE
            ),
        )
    with open_enrolment(arguments.enrolment, code, arguments.store, passphrase(arguments)) as store:
        made = {"store": str(store.path), "kind": store.kind, "device": store.device, "name": store.name}
    _answer(arguments, made, _("Made: {store}").format(**made))
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Say what is wrong with a store; 1 when something is."""
    from survey_app.operations.stores import check_store

    report = check_store(arguments.store, passphrase(arguments))
    if arguments.json:
        output.say_json({"store": str(report.path), "problems": list(report.problems)})
    elif report.problems:
        for problem in report.problems:
            output.say(problem)
        count = len(report.problems)
        output.note(ngettext("{count} problem.", "{count} problems.", count).format(count=count))
    else:
        output.say(_("The data file is in order: {store}").format(store=report.path))
    return 1 if report.problems else 0


def backup(arguments: argparse.Namespace) -> int:
    """Write a copy that opens with the same passphrase."""
    from survey_app.operations.stores import backup_store, open_store

    if arguments.daily:
        return _back_up_daily(arguments)
    with open_store(arguments.store, passphrase(arguments)) as store:
        written = backup_store(store, arguments.target or arguments.target_option)
    _answer(arguments, {"backup": str(written)}, _("Copied and verified: {path}").format(path=written))
    return 0


def _back_up_daily(arguments: argparse.Namespace) -> int:
    """Make today's copies; 1 when one of the places failed."""
    from survey_app.operations.backups import back_up_daily, folder_of
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        state = back_up_daily(store)
    folder = folder_of(arguments.store)
    _answer(
        arguments, asdict(state), _("Last safety copy: {when}, in {folder}").format(when=state.made_at, folder=folder)
    )
    for trouble in state.troubles:
        output.note(f"{trouble.message} {trouble.hint} [{trouble.code}]")
    return 1 if state.troubles else 0


def _list_copies(arguments: argparse.Namespace) -> int:
    from survey_app.operations.backups import copies_in, folder_of

    found = copies_in(folder_of(arguments.store), arguments.store)
    if arguments.json:
        output.say_json([{"path": str(one.path), "day": str(one.day), "size_bytes": one.size_bytes} for one in found])
    else:
        rows = [[str(one.day), str(one.size_bytes), str(one.path)] for one in found]
        output.say_table([_("Day"), _("Bytes"), _("File")], rows, right=[_("Bytes")])
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Put a copy in the place of a store; what was there is kept under another name."""
    if arguments.list:
        return _list_copies(arguments)
    from survey_app.operations.stores import restore_store

    kept = restore_store(arguments.source or arguments.source_option, arguments.store, passphrase(arguments))
    words = _("Restored: {store}").format(store=arguments.store)
    if kept is not None:
        words += "\n" + _("The file that was there is kept as {path}").format(path=kept)
    found = {"store": str(arguments.store), "kept": str(kept) if kept else None}
    _answer(arguments, found, words)
    return 0


def _answer(arguments: argparse.Namespace, fields: dict[str, Any], words: str) -> None:
    if arguments.json:
        output.say_json(fields)
    else:
        output.say(words)
