"""What can be noted at a household, in words; loads nothing else, so that the help of the commands can name it."""

from __future__ import annotations

from survey_app.i18n import N_

ABSENT, POSTPONED, REFUSED, MOVED, NOT_FOUND = "absent", "postponed", "refused", "moved", "not_found"
DUPLICATE, SPLIT, FOUND, REOPENED = "duplicate", "split", "found", "reopened"
DIFFERENT, UNDECIDED = "different", "undecided"
REQUEST, REQUEST_ANSWERED, REQUEST_LONGER = "request", "request_answered", "request_longer"
REQUEST_DONE, REQUEST_DECLINED = "request_done", "request_declined"
DEVICE_SIGNED = "device_signed"

OUTCOMES = {
    ABSENT: N_("Nobody home"),
    POSTPONED: N_("Postponed"),
    REFUSED: N_("Refused at the door"),
    MOVED: N_("Moved away"),
    NOT_FOUND: N_("Not found"),
}
"""How a visit ends without an interview, with the words for it, in the order of the keys 1 to 5."""

EVENTS = {
    **OUTCOMES,
    DUPLICATE: N_("Closed: the same household as another line"),
    SPLIT: N_("A part moved out and is a household of its own"),
    FOUND: N_("Found in the field"),
    REOPENED: N_("Put back on the list"),
    DIFFERENT: N_("Compared with another line: two households"),
    UNDECIDED: N_("Compared with another line: not decided yet"),
    REQUEST: N_("Asked for something it has a right to"),
    REQUEST_ANSWERED: N_("Its request was answered"),
    REQUEST_LONGER: N_("Its request needs more time"),
    REQUEST_DONE: N_("What it asked for was done"),
    REQUEST_DECLINED: N_("What it asked for was declined"),
    DEVICE_SIGNED: N_("Received a device of a support programme and signed"),
}
"""The words for everything that is noted at a household."""
