"""``survey-app duplicates``: households that may have been entered twice, and why. Nothing is decided here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _, ngettext

if TYPE_CHECKING:
    from survey_app.operations.duplicates import Candidate


def declare(commands: Any) -> None:
    """Declare the command."""
    listed = declaring.command(
        commands, "duplicates", _("list households that may have been entered twice"), duplicates
    )
    declaring.takes_store(listed)
    declaring.takes_json(listed)


def duplicates(arguments: argparse.Namespace) -> int:
    """List the pairs nobody has decided about, the likeliest first."""
    from survey_app.operations.duplicates import candidates, reasons
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            found = candidates(store, progress)
        finally:
            progress.close()
    if arguments.json:
        output.say_json([_as_json(each) for each in found])
        return 0
    for each in found:
        for side in (0, 1):
            number = f"{each.numbers[side]:03d}" if each.numbers[side] else "–"
            output.say(f"{each.villages[side]}  {number}  {each.heads[side]}")
        output.say(f"    {', '.join(reasons(each.likeness))}")
    count = len(found)
    said = ngettext("{count} pair to look at.", "{count} pairs to look at.", count)
    output.note(said.format(count=count))
    return 0


def _as_json(candidate: Candidate) -> dict[str, Any]:
    """Return a pair without names: ids, chance and what agrees."""
    from survey_app.linkage import chance

    likeness = candidate.likeness
    return {
        "households": [likeness.left, likeness.right],
        "villages": list(candidate.villages),
        "numbers": list(candidate.numbers),
        "chance": round(chance(likeness.bits), 4),
        "bits": round(likeness.bits, 2),
        "head": likeness.head,
        "same_phone": likeness.same_phone,
        "same_village": likeness.same_village,
        "same_address": likeness.same_address,
        "related": likeness.related,
        "members": list(likeness.sizes),
        "members_in_common": len(likeness.matches) if all(likeness.sizes) else 0,
        "identity_numbers_in_common": sum(match.identity for match in likeness.matches),
        "later": candidate.verdict is not None,
    }
