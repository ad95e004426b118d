"""``survey-app merge``, ``conflicts`` and ``digest``: what the office does with bundles."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    from survey_app.bundles import Balance
    from survey_app.operations.conflicts import Difference, OpenConflict
    from survey_app.store import Store

PARTS = ("new", "identical", "joined", "conflicting", "refused")


LETTERS = "ABCDEFGH"


def declare(commands: Any) -> None:
    """Declare the commands."""
    words = _("merge bundles into the data file of an office, or a colleague's into a laptop's")
    merged = declaring.command(commands, "merge", words, merge)
    declaring.takes_store(merged)
    merged.needed.add_argument(
        "bundles", metavar="BUNDLE", type=Path, nargs="*", help=_("bundles, or folders with bundles")
    )
    what = merged.choices.add_mutually_exclusive_group()
    what.add_argument("--preview", action="store_true", help=_("only say what merging would do; nothing is changed"))
    what.add_argument("--undo", metavar="BUNDLE_ID", help=_("take the merge of a bundle back"))
    what.add_argument("--kept", action="store_true", help=_("list the bundles of unknown signers that are kept aside"))
    what.add_argument("--accept", metavar="BUNDLE_ID", help=_("trust whoever signed a kept bundle, and merge it"))
    what.add_argument(
        "--trust", metavar="OFFICE_KEY", type=Path, help=_("trust another office, and merge what is kept of it")
    )
    merged.choices.add_argument(
        "--replaced", action="store_true", help=_("with --trust: the office has new keys in place of those known here")
    )
    declaring.takes_json(merged)
    listed = declaring.command(commands, "conflicts", _("list what a person has to settle"), conflicts)
    declaring.takes_store(listed)
    listed.choices.add_argument("--village", default="", metavar=_("CODE"), help=_("only of this village"))
    listed.choices.add_argument(
        "--author", default="", metavar=_("ID"), help=_("only where this person gave one of the answers")
    )
    way = listed.choices.add_mutually_exclusive_group()
    way.add_argument("--report", type=Path, metavar="FILE", help=_("write every decision made so far, as .csv or .pdf"))
    way.add_argument("--settle", metavar="SUBMISSION", help=_("decide about a form, by its id or how it begins"))
    listed.choices.add_argument(
        "--take", metavar="A|B|before", help=_("with --settle: which version holds for every difference")
    )
    listed.choices.add_argument(
        "--answer",
        action="append",
        default=[],
        metavar="ADDRESS=A|B|before|=VALUE",
        help=_("with --settle: what holds at one place, instead of --take"),
    )
    listed.choices.add_argument("--reason", default="", help=_("with --settle: why; required"))
    listed.choices.add_argument("--by", default="", metavar=_("ID"), help=_("with --settle: id of who decides"))
    declaring.takes_json(listed)
    hashed = declaring.command(commands, "digest", _("one hash of everything a merge must agree on"), digest)
    declaring.takes_store(hashed)
    declaring.takes_json(hashed)


def merge(arguments: argparse.Namespace) -> int:
    """Merge bundles and print the balance; 1 when any was refused."""
    from survey_app.operations.stores import open_store

    if bool(arguments.bundles) == bool(arguments.undo or arguments.kept or arguments.accept or arguments.trust):
        output.note(_("Say which bundles to merge, or what to do with those that are here; see --help."))
        return 2
    with open_store(arguments.store, passphrase(arguments)) as store:
        if arguments.undo:
            return _undo(arguments, store)
        if arguments.kept:
            return _list_kept(arguments, store)
        balance = _merge(arguments, store)
    if arguments.json:
        output.say_json(asdict(balance))
    else:
        show_balance(balance)
    for refusal in balance.refusals:
        output.note(f"{refusal.file}: {refusal.message} {refusal.hint} [{refusal.code}]")
    return 1 if balance.refusals else 0


def _merge(arguments: argparse.Namespace, store: Store) -> Balance:
    from survey_app.bundles import load_office_key
    from survey_app.operations import merging

    progress = output.TerminalProgress()
    try:
        if arguments.preview:
            return merging.preview(store, arguments.bundles, progress)
        if arguments.accept:
            return merging.accept(store, arguments.accept, progress)
        if arguments.trust:
            merging.trust_office(store, load_office_key(arguments.trust), arguments.replaced)
            return merging.merge_kept(store, progress)
        return merging.merge(store, arguments.bundles, progress)
    finally:
        progress.close()


def _undo(arguments: argparse.Namespace, store: Store) -> int:
    from survey_app.operations.merging import undo

    done = undo(store, arguments.undo)
    if arguments.json:
        output.say_json({"revisions": done.revisions, "households": done.households})
        return 0
    count = done.revisions
    words = ngettext("Taken back: {count} version of a form.", "Taken back: {count} versions of forms.", count)
    output.say(words.format(count=count))
    return 0


def _list_kept(arguments: argparse.Namespace, store: Store) -> int:
    from survey_app.operations.merging import kept_bundles

    found = kept_bundles(store)
    if arguments.json:
        output.say_json(
            [
                {"bundle": each.kept.bundle, "file": each.kept.file, "device": each.header.device,
                 "device_name": each.header.device_name, "records": each.header.records,
                 "fingerprint": each.fingerprint, "known": each.is_known, "kept_at": each.kept.kept_at}
                for each in found
            ]
        )  # fmt: skip
        return 0
    heads = [_("Bundle"), _("Laptop"), _("Versions of forms"), _("Fingerprint of its key")]
    rows = [
        [each.kept.bundle[:16], f"{each.header.device_name} ({each.header.device})", str(each.header.records),
         each.fingerprint]
        for each in found
    ]  # fmt: skip
    output.say_table(heads, rows)
    count = len(found)
    output.note(ngettext("{count} bundle is kept aside.", "{count} bundles are kept aside.", count).format(count=count))
    return 0


def show_balance(balance: Balance) -> None:
    """Print what a merge did; the numbers must add up."""
    bundles = len(balance.bundles)
    output.say(ngettext("{count} bundle", "{count} bundles", bundles).format(count=bundles))
    counts = [getattr(balance, name) for name in PARTS]
    words = dict(zip(PARTS, counts, strict=True))
    output.say(
        _("records in {records} = new {new} + identical {identical} + joined {joined} + conflicting {conflicting} + "
          "refused {refused}").format(records=balance.records, **words)
    )  # fmt: skip
    if sum(counts) != balance.records:
        raise AssertionError("the balance of a merge does not add up")
    if balance.conflicts:
        count = balance.conflicts
        said = ngettext("{count} form is in conflict now.", "{count} forms are in conflict now.", count)
        output.say(said.format(count=count))
    for gap in balance.gaps:
        numbers = ", ".join(map(str, gap.missing))
        output.say(_("{laptop}: not arrived yet: {numbers}").format(laptop=gap.device_name, numbers=numbers))
    if balance.stopped:
        output.note(_("Stopped before the last file; merge the same files again to complete."))


def conflicts(arguments: argparse.Namespace) -> int:
    """List the submissions in conflict with what the versions say."""
    from survey_app.operations.conflicts import list_conflicts
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        if arguments.report is not None:
            return _report(arguments, store)
        found = list_conflicts(store, arguments.village, arguments.author)
        if arguments.settle:
            return _settle(arguments, store, found)
    if arguments.json:
        output.say_json([_as_json(each) for each in found])
        return 0
    for each in found:
        _show_conflict(each)
    count = len(found)
    output.note(ngettext("{count} form in conflict.", "{count} forms in conflict.", count).format(count=count))
    return 0


def _report(arguments: argparse.Namespace, store: Store) -> int:
    from survey_app.operations.decisions import write_decisions

    written = write_decisions(store, arguments.report, arguments.village, arguments.author)
    output.say_json({"report": str(written)}) if arguments.json else output.say(
        _("Written: {path}").format(path=written)
    )
    return 0


def _settle(arguments: argparse.Namespace, store: Store, found: list[OpenConflict]) -> int:
    """Decide about one form by command; the letters are those of the list, A the oldest version."""
    from survey_app.operations.conflicts import NotInConflict, settle, spelled_choices

    meant = [each for each in found if each.submission.startswith(arguments.settle)]
    if len(meant) != 1:
        raise NotInConflict
    given = dict(each.split("=", 1) for each in arguments.answer if "=" in each)
    choices = spelled_choices(meant[0], arguments.take or "", given)
    store.at_work = arguments.by or store.at_work
    if not store.at_work:
        output.note(_("Say who decides: --by ID."))
        return 2
    revision = settle(store, meant[0].submission, choices, arguments.reason, store.at_work)
    if arguments.json:
        output.say_json({"revision": revision.id, "kind": revision.kind})
    else:
        output.say(_("Decided: {submission}").format(submission=revision.submission))
    return 0


def _as_json(conflict: OpenConflict) -> dict[str, Any]:
    return {
        "submission": conflict.submission,
        "household": conflict.household_id,
        "village": conflict.village_code,
        "number": conflict.household.number if conflict.household else None,
        "sides": [asdict(side) for side in conflict.sides],
        "differences": [
            {"address": each.address, "kind": each.kind, "base": each.base, "values": dict(each.values)}
            for each in conflict.differences
        ],
    }


def _show_conflict(conflict: OpenConflict) -> None:
    number = f"{conflict.household.number:03d}" if conflict.household else "–"
    head = conflict.household.head_name if conflict.household else ""
    output.say(_("Household {number} {head}, {village}").format(number=number, head=head, village=conflict.village))
    output.say(f"  {conflict.submission}")
    sides = conflict.sides
    heads = [
        _("Question"),
        _("before"),
        *(
            f"{letter} {side.author_name or side.author} {side.made_at[:16]}"
            for letter, side in zip(LETTERS, sides, strict=False)
        ),
    ]
    rows = [[_asked(each), *_said(each, conflict)] for each in conflict.differences]
    output.say_table([f"  {heads[0]}", *heads[1:]], [[f"  {row[0]}", *row[1:]] for row in rows])
    output.say()


def _asked(difference: Difference) -> str:
    return difference.address or _("(the whole form)")


def _said(difference: Difference, conflict: OpenConflict) -> list[str]:
    """Return what stands until somebody decides, and what each version says."""
    words = {
        "submission": (_("cancelled"), _("counts")),
        "instance": (_("not there"), _("there")),
        "answer": ("–", "–"),
    }
    gone, there = words[difference.kind]
    values = [difference.base, *(difference.values.get(side.revision) for side in conflict.sides)]
    return [gone if value is None else value or there for value in values]


def digest(arguments: argparse.Namespace) -> int:
    """Print one hash, whatever the order of arrival."""
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        found = store.digest()
    if arguments.json:
        output.say_json({"digest": found})
    else:
        output.say(found)
    return 0
