"""``survey-app keys`` and ``laptops``: the office's keys, its recovery sheet, and the laptops that it trusts."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import from_file, passphrase
from survey_app.errors import SurveyAppError
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.store import Store

NEW_VARIABLE = "SURVEY_APP_NEW_PASSPHRASE"
KEY_VARIABLE = "SURVEY_APP_RECOVERY_KEY"


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "keys", _("keys of the office: show, replace, recover"))
    shown = declaring.command(below, "show", _("fingerprint of the office's key, to compare over the telephone"), show)
    declaring.takes_store(shown)
    declaring.takes_json(shown)
    replaced = declaring.command(below, "replace", _("give the office new keys"), replace)
    declaring.takes_store(replaced)
    replaced.choices.add_argument(
        "--office-key", metavar="FILE", type=Path, help=_("where the new public key goes, for offices above")
    )
    declaring.takes_json(replaced)
    printed = declaring.command(below, "sheet", _("make a new recovery key and print its sheet"), sheet)
    declaring.takes_store(printed)
    printed.choices.add_argument("--out", metavar="PDF", type=Path, required=True, help=_("where the sheet goes"))
    rescued = declaring.command(below, "recover", _("set a new passphrase with the recovery key"), rescue)
    rescued.needed.add_argument("store", metavar="STORE", type=Path, help=_("the data file, or a backup of it"))
    rescued.choices.add_argument(
        "--key-file", metavar="FILE", type=Path, help=_("file with the recovery key (else SURVEY_APP_RECOVERY_KEY)")
    )
    takes_new(rescued)
    _declare_laptops(commands)


def _declare_laptops(commands: Any) -> None:
    below = declaring.group(commands, "laptops", _("laptops of the office: enrol, block, rescue"))
    listed = declaring.command(below, "list", _("list the laptops that were enrolled"), laptops)
    declaring.takes_store(listed)
    declaring.takes_json(listed)
    made = declaring.command(below, "enrol", _("write the enrolment file of a new laptop"), enrol)
    declaring.takes_store(made)
    made.needed.add_argument("name", metavar="NAME", help=_("what people call the laptop"))
    made.choices.add_argument("--out", metavar="FILE", type=Path, required=True, help=_("the enrolment file"))
    made.choices.add_argument(
        "--person", metavar="ID", action="append", default=[], help=_("who will use it; all unless said")
    )
    made.choices.add_argument(
        "--village", metavar="CODE", action="append", default=[], help=_("villages it gets; all unless said")
    )
    declaring.takes_json(made)
    for name, what, run in (
        ("block", _("refuse what a lost or stolen laptop signs from now on"), block),
        ("accept", _("accept a blocked laptop again"), accept),
    ):
        one = declaring.command(below, name, what, run)
        declaring.takes_store(one)
        one.needed.add_argument("laptop", metavar="LAPTOP", help=_("id of the laptop"))
    rescued = declaring.command(below, "passphrase", _("set a new passphrase for a laptop's data file"), reset)
    declaring.takes_store(rescued)
    rescued.needed.add_argument("file", metavar="FILE", type=Path, help=_("the laptop's data file"))
    takes_new(rescued)


def takes_new(parser: declaring.Parser) -> None:
    """Declare where a new passphrase comes from; see ``new_passphrase``."""
    parser.choices.add_argument(
        "--new-passphrase-file",
        metavar="FILE",
        type=Path,
        help=_("file whose first line is the new passphrase (else SURVEY_APP_NEW_PASSPHRASE)"),
    )


def new_passphrase(arguments: argparse.Namespace) -> str:
    """Return the new passphrase that was given in a file or a variable.

    Raises:
        SurveyAppError: CLI-06 none was given.
    """
    return _given(arguments.new_passphrase_file, NEW_VARIABLE)


def _given(file: Path | None, variable: str) -> str:
    text = from_file(file) if file is not None else os.environ.get(variable, "")
    if not text:
        raise SurveyAppError(
            "CLI-06",
            _("Something secret is missing: {variable}.").format(variable=variable),
            _("Set this variable, or give a file; see --help. Nothing was changed."),
        )
    return text


def show(arguments: argparse.Namespace) -> int:
    """Say the fingerprint of the office this store belongs to."""
    from survey_app.operations.handover import office_of
    from survey_app.operations.keys import key_words
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        _say_key(arguments, office_of(store), key_words(store).signing)
    return 0


def _say_key(arguments: argparse.Namespace, key: Any, signing: str) -> None:
    from survey_app.fingerprints import spoken

    words = {"fingerprint": key.fingerprint, "words": spoken(key.fingerprint), "signs_with": signing}
    if arguments.json:
        output.say_json({"office": key.id, "name": key.name, **words})
    else:
        output.say_pairs(
            {
                _("Office"): key.name,
                _("Words"): words["words"],
                _("Fingerprint"): key.fingerprint,
                _("Bundles are signed with"): signing,
            }
        )


def replace(arguments: argparse.Namespace) -> int:
    """Give the office new keys."""
    from survey_app.operations.keys import key_words, replace_keys
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        key = replace_keys(store, arguments.office_key)
        signing = key_words(store).signing
    _say_key(arguments, key, signing)
    output.note(_("Send every laptop a new household list; there the words are compared."))
    return 0


def sheet(arguments: argparse.Namespace) -> int:
    """Make a new recovery key and write its sheet."""
    from survey_app.operations.keys import print_recovery
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        path = print_recovery(store, arguments.out).path
    output.say(_("Print {path}, lock the paper away, and delete the file.").format(path=path))
    return 0


def rescue(arguments: argparse.Namespace) -> int:
    """Set a new passphrase with the recovery key."""
    from survey_app.operations.stores import recover

    secret, new = _given(arguments.key_file, KEY_VARIABLE), new_passphrase(arguments)
    with recover(arguments.store, secret, new) as store:
        output.say(_("{name} has a new passphrase.").format(name=store.name))
    return 0


def laptops(arguments: argparse.Namespace) -> int:
    """List the laptops."""
    from survey_app.fingerprints import of_key
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        found = [device for device in store.devices() if device.id != store.device]
    if arguments.json:
        output.say_json(
            [{"device": each.id, "name": each.name, "blocked": each.revoked, "words": of_key(each.verify_key)}
             for each in found]
        )  # fmt: skip
        return 0
    heads = (_("Laptop"), _("Identity"), _("Status"), _("Words of its key"))
    rows = [
        (each.name, each.id, _("Blocked") if each.revoked else _("Accepted"), of_key(each.verify_key)) for each in found
    ]
    output.say_table(heads, rows)
    return 0


def enrol(arguments: argparse.Namespace) -> int:
    """Write an enrolment file and say its code."""
    from survey_app.operations.enrolment import enrol_laptop
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        done = enrol_laptop(store, arguments.name, arguments.person, arguments.village, arguments.out)
    if arguments.json:
        output.say_json(
            {"device": done.device.id, "file": str(done.path), "code": done.code, "households": done.households}
        )
        return 0
    output.say_pairs({_("File"): str(done.path), _("Code"): done.code, _("Identity"): done.device.id})
    output.note(_("Tell the code apart from the file: by telephone or on paper."))
    return 0


def block(arguments: argparse.Namespace) -> int:
    """Refuse what a laptop signs."""
    return _revoke(arguments, True)


def accept(arguments: argparse.Namespace) -> int:
    """Accept a blocked laptop again."""
    return _revoke(arguments, False)


def _revoke(arguments: argparse.Namespace, blocked: bool) -> int:
    from survey_app.operations.enrolment import revoke_laptop
    from survey_app.operations.stores import open_store

    def deed(store: Store) -> str:
        try:
            return revoke_laptop(store, arguments.laptop, blocked).name
        except LookupError as error:
            raise SurveyAppError(
                "KEY-03",
                _("No laptop of this office has this id."),
                _("See survey-app laptops list. Nothing was changed."),
            ) from error

    with open_store(arguments.store, passphrase(arguments)) as store:
        name = deed(store)
    words = _("{laptop} is blocked.") if blocked else _("{laptop} is accepted again.")
    output.say(words.format(laptop=name))
    return 0


def reset(arguments: argparse.Namespace) -> int:
    """Give a laptop's data file a new passphrase with the office's keys."""
    from survey_app.operations.keys import recover_laptop
    from survey_app.operations.stores import open_store

    new = new_passphrase(arguments)
    with open_store(arguments.store, passphrase(arguments)) as store:
        name = recover_laptop(store, arguments.file, new)
    output.say(_("{name} has a new passphrase.").format(name=name))
    return 0
