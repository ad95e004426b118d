"""``survey-app retention delete|list``: deleting the names of a round that is over, and the record of it."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _

if TYPE_CHECKING:
    from survey_app.operations.retention import Deleted, Preview

_MOST_QUESTIONS = 40


def declare(commands: Any) -> None:
    """Declare the commands."""
    below = declaring.group(commands, "retention", _("deleting names when a round is over; the figures stay"))
    gone = declaring.command(below, "delete", _("show what would go; with --yes, delete it"), delete)
    declaring.takes_store(gone)
    gone.choices.add_argument("--round", default="", metavar=_("CODE"), help=_("the round (else the present one)"))
    gone.choices.add_argument("--reason", default="", metavar=_("REASON"), help=_("expired or ordered"))
    gone.choices.add_argument("--lists", choices=("yes", "no"), help=_("also the names on the lists of households"))
    gone.choices.add_argument("--yes", action="store_true", help=_("really delete; it cannot be undone"))
    gone.choices.add_argument("--by", default="", metavar="ID", help=_("id of the person at work"))
    declaring.takes_json(gone)
    listed = declaring.command(below, "list", _("what was deleted, when, by whom and why"), list_)
    declaring.takes_store(listed)
    listed.choices.add_argument("--write", default="", metavar="ID", help=_("write the record of this deletion"))
    listed.choices.add_argument("--out", type=Path, metavar="FILE", help=_("where to, a CSV file"))
    declaring.takes_json(listed)


def delete(arguments: argparse.Namespace) -> int:
    """Show what would go, or delete it."""
    from survey_app.operations.retention import delete_names, preview
    from survey_app.operations.stores import open_store

    lists = None if arguments.lists is None else arguments.lists == "yes"
    with open_store(arguments.store, passphrase(arguments)) as store:
        store.at_work = arguments.by or store.at_work
        if not arguments.yes:
            _say_preview(preview(store, arguments.round, lists), arguments.json)
            return 0
        progress = output.TerminalProgress()
        try:
            done = delete_names(store, arguments.round, arguments.reason, lists=lists, monitor=progress)
        finally:
            progress.close()
    if arguments.json:
        output.say_json(_as_json(done))
        return 0
    output.say(
        _("The names of round {round} are deleted; all figures are as before.").format(round=done.forgetting.round)
    )
    _say_went(done)
    for path in done.copies_left:
        output.note(_("This safety copy still holds the names; remove it yourself: {path}").format(path=path))
    return 0


def list_(arguments: argparse.Namespace) -> int:
    """Print what was deleted, or write the record of it."""
    from survey_app.operations.retention import deletions, write_minutes
    from survey_app.operations.stores import open_store

    with open_store(arguments.store, passphrase(arguments)) as store:
        found = deletions(store)
        if arguments.write:
            path = write_minutes(store, arguments.write, arguments.out or Path(f"{arguments.write}.csv"))
            output.say(_("Written: {path}").format(path=path))
            return 0
    if arguments.json:
        output.say_json([_as_json(each) for each in found])
        return 0
    if not found:
        output.say(_("No names were deleted here."))
    for each in found:
        said = each.forgetting
        output.say(f"{said.id[:12]}  {said.made_at}  {said.round}  {said.author or '–'}  {said.reason}")
        _say_went(each)
    return 0


def _say_went(done: Deleted) -> None:
    went = done.went
    output.say_table(
        (_("What"), _("How many")),
        [
            (_("Versions of forms, visits and comments"), str(went.revisions)),
            (_("Households and units"), str(went.households)),
            (_("Lines of the lists"), str(went.lines)),
            (_("Pictures and files"), str(went.files)),
            (_("Safety copies removed"), str(len(done.copies))),
        ],
    )


def _say_preview(found: Preview, as_json: bool) -> None:
    if as_json:
        output.say_json(
            {**asdict(found), "round": found.round.as_json(), "copies": [str(path) for path in found.copies]}
        )
        return
    output.say(_("Nothing was deleted. This would go from round “{title}”:").format(title=found.round.title))
    facts = [
        (_("Households and units"), found.households),
        (_("Versions of forms, visits and comments"), found.revisions),
        (_("Reasons and words of comments"), found.words),
        (_("Lines of the lists"), found.lines),
        (_("Pictures and files"), found.files),
        (_("Safety copies, replaced by a new one"), len(found.copies)),
    ]
    output.say_table((_("What"), _("How many")), [(word, str(count)) for word, count in facts])
    words = {"marked": _("a mark stays"), "gone": _("nothing stays")}
    rows = [(each.form, each.path, str(each.answers), words[each.what]) for each in found.questions[:_MOST_QUESTIONS]]
    output.say_table((_("Form"), _("Question"), _("Answers"), _("What stays")), rows)
    if len(found.questions) > _MOST_QUESTIONS:
        output.note(
            _("And {count} more questions; --json has all.").format(count=len(found.questions) - _MOST_QUESTIONS)
        )
    for text in _told(found):
        output.note(text)


def _told(found: Preview) -> list[str]:
    """Return what a person has to know or do first."""
    said = []
    if not found.ended:
        said.append(_("The round is not over until {day}; nothing can be deleted yet.").format(day=found.round.ends))
    for count, text in (
        (found.conflicts, _("{count} conflicts must be settled first.")),
        (found.drafts, _("{count} open interviews must be finished or thrown away first.")),
        (found.kept, _("{count} bundles kept aside must be accepted first.")),
        (found.others, _("{count} copies were made by hand: find and remove them yourself.")),
        (found.exports, _("{count} files with names were written: find and remove them yourself.")),
    ):
        if count:
            said.append(text.format(count=count))
    return said


def _as_json(done: Deleted) -> dict[str, Any]:
    copies = {"copies": [str(path) for path in done.copies], "copies_left": [str(path) for path in done.copies_left]}
    return {"id": done.forgetting.id, **done.forgetting.as_json(), **asdict(done.went), **copies}
