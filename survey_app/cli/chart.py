"""``survey-app chart``: one indicator as a picture, for a document; ``survey-app places map`` brings the outlines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from survey_app.cli import output
from survey_app.cli import parser as declaring
from survey_app.cli.passphrase import passphrase
from survey_app.i18n import _

BREAKDOWNS = ("commune", "village", "sex", "age_group", "poverty_status")
KINDS = ("bars", "spread", "tiles", "map", "trend")


def declare(commands: Any) -> None:
    """Declare the command."""
    drawn = declaring.command(commands, "chart", _("draw one indicator as a picture, as the window does"), chart)
    declaring.takes_store(drawn)
    add = drawn.choices.add_argument
    add("--indicator", metavar="KEY", required=True, help=_("which indicator, for example hh_fibre"))
    add("--by", choices=BREAKDOWNS, default="village", help=_("breakdown"))
    add("--kind", choices=KINDS, default="bars", help=_("ranked bars, spread, tiles, map, or trend over all rounds"))
    add("--out", metavar="FILE", type=Path, required=True, help=_("the file to write: .png, .svg or .pdf"))
    declaring.takes_json(drawn)


def chart(arguments: argparse.Namespace) -> int:
    """Draw an indicator."""
    from survey_app.operations.charting import write_chart
    from survey_app.operations.stores import open_store

    progress = output.TerminalProgress()
    with open_store(arguments.store, passphrase(arguments)) as store:
        try:
            write_chart(store, arguments.indicator, arguments.by, arguments.kind, arguments.out, monitor=progress)
        finally:
            progress.close()
    if arguments.json:
        output.say_json({"path": str(arguments.out), "kind": arguments.kind})
    else:
        output.say(_("Written: {path}").format(path=arguments.out))
    return 0
