"""What a bundle carries, as packed JSON Lines and back; the format stands at the head of ``container.py``."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import zstandard

from survey_app.bundles import dictionaries
from survey_app.bundles.container import Header
from survey_app.bundles.errors import Disagrees, TooLarge
from survey_app.comments import is_comment
from survey_app.forgetting import Forgetting
from survey_app.paradata import paradata_of
from survey_app.records import (
    COMMENT,
    LINE,
    NOTE,
    ORDER,
    VISIT,
    WITHDRAWN,
    Erasure,
    Household,
    Revision,
    canonical,
    from_json,
    line_of,
    revision_id,
)
from survey_app.store import Attachment
from survey_app.store.attachments import LARGEST_BYTES, names_in

LARGEST_CONTENT_BYTES = 1 << 28
_WIDEST_WINDOW_BYTES = 1 << 27
_FEW_RECORDS = 20_000
_THOROUGH, _QUICK = 19, 15
_DEEPEST_ANSWERS = 32
_SALT = re.compile(r"[0-9a-f]{32}")
_REVISION_ID = re.compile(r"[0-9a-f]{32}")
_STEP = re.compile(rf"[^/\[\]#]+(?:{NOTE}|{WITHDRAWN}|{ORDER})?")
_LONGEST_NAME = 200
_BLANK = b':""'
"""What a blank value looks like in canonical JSON, and nothing else does: a quotation mark in a text is escaped."""


@dataclass(frozen=True)
class Bundle:
    """A bundle whose signature and content were checked.

    Attributes:
        header: what it says about itself.
        revisions: the revisions, parents before children as the laptop made them.
        households: households found in the field.
        attachments: pictures and files that the revisions name.
        erasures: households that were erased.
        forgettings: rounds whose names are forgotten.
        spelled: revision id to the canonical JSON of its answers, so that nobody has to spell them again.
    """

    header: Header
    revisions: tuple[Revision, ...]
    households: tuple[Household, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    erasures: tuple[Erasure, ...] = ()
    forgettings: tuple[Forgetting, ...] = ()
    spelled: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)


def content_of(
    manifest: Mapping[str, Any],
    households: Sequence[Household],
    revisions: Sequence[Revision],
    attachments: Sequence[Attachment] = (),
    removed: Sequence[Erasure | Forgetting] = (),
) -> bytes:
    """Return the JSON Lines; the manifest must have its salt, erasures come before forgettings."""
    lines = [canonical(manifest)]
    lines += [canonical(vars(household)) for household in households]
    lines += [canonical(revision.as_json()) for revision in revisions]
    lines += [canonical(each.as_json()) for each in removed]
    lines += [canonical(_described(attachment)) for attachment in attachments]
    return b"\n".join(lines) + b"\n"


def _described(attachment: Attachment) -> dict[str, Any]:
    sha256 = hashlib.sha256(attachment.content).hexdigest()
    return {"name": attachment.name, "bytes": len(attachment.content), "sha256": sha256}


def pack(content: bytes, records: int) -> bytes:
    """Return the content compressed: as small as can be, except for more records than one laptop ever has.

    Measured on forms of 1,900 bytes, bytes a form and seconds a thousand forms: level 9 163 and 0.02, level 15 116 and
    0.2, level 19 103 to 106 and 1.2 to 1.3. Bundles go over slow networks; a second of packing is nobody's bottleneck.
    Small content is packed with a dictionary. Measured on the demonstration's forms of 4,080 bytes, bytes a form with
    it and without: 363 and 1,495 for a single form, 228 and 406 for ten, 227 and 290 for forty, 213 and 228 for 132.
    Of 10,000 forms of 1,910 bytes 102 bytes a form remain; of 1,034 household questionnaires of 4,125 bytes 195, where
    columns with ids in binary under ``xz -9e`` have 168.

    Raises:
        TooLarge: there is more than a bundle may hold.
    """
    if len(content) > LARGEST_CONTENT_BYTES:
        raise TooLarge
    level = _THOROUGH if records < _FEW_RECORDS else _QUICK
    known = dictionaries.dictionary(dictionaries.NEWEST) if len(content) <= dictionaries.LARGEST_CONTENT_BYTES else None
    return zstandard.ZstdCompressor(level=level, dict_data=known).compress(content)


def unpack(packed: bytes, content_bytes: int | None = None) -> bytes:
    """Return the content, never reading more than it is said to hold.

    Args:
        packed: one zstd frame that names its content size.
        content_bytes: what the content size must be; ``None`` believes the frame, within the limit.

    Raises:
        TooLarge: it says, or holds, more than a bundle may hold or than was announced.
        Disagrees: it is no packed content, or holds less than announced.
        NewerFormat: it was packed with a dictionary that is not known here.
    """
    try:
        number = zstandard.get_frame_parameters(packed).dict_id
        known = dictionaries.dictionary(number) if number else None
        opener = zstandard.ZstdDecompressor(dict_data=known, max_window_size=_WIDEST_WINDOW_BYTES)
        announced = zstandard.frame_content_size(packed)
        content_bytes = announced if content_bytes is None else content_bytes
        if max(content_bytes, announced) > LARGEST_CONTENT_BYTES or announced > content_bytes:
            raise TooLarge
        if content_bytes < 0:
            raise Disagrees
        with opener.stream_reader(io.BytesIO(packed), read_across_frames=True) as reader:
            content = reader.read(content_bytes + 1)
    except zstandard.ZstdError as error:
        raise (TooLarge if "memory" in str(error) else Disagrees) from error
    if len(content) > content_bytes:
        raise TooLarge
    if len(content) < content_bytes or announced != content_bytes:
        raise Disagrees
    return content


def bundle_of(header: Header, packed: bytes, attached: bytes = b"") -> Bundle:
    """Return what a bundle carries, when all of it is what the header says and what the format allows.

    Args:
        header: checked.
        packed: the packed content.
        attached: the attachments, one after the other.

    Raises:
        TooLarge: it holds more than it may.
        Disagrees: anything else.
    """
    content = unpack(packed, header.content_bytes)
    try:
        lines = iter(_lines(content))
        manifest = _object(next(lines))
        if not _SALT.fullmatch(manifest.pop("salt")) or manifest != header.manifest():
            raise Disagrees
        households = tuple(_household(next(lines)) for _ in range(header.households))
        spelled: dict[str, bytes] = {}
        revisions = tuple(parse_revision(next(lines), spelled) for _ in range(header.records))
        erasures = tuple(Erasure.from_json(_object(next(lines))) for _ in range(header.erasures))
        forgettings = tuple(Forgetting.from_json(_object(next(lines))) for _ in range(header.forgettings))
        attachments = tuple(_attachments([_object(next(lines)) for _ in range(header.attachments)], attached))
        is_over = next(lines, None) is None
    except (ValueError, TypeError, KeyError, StopIteration, RuntimeError, AttributeError) as error:
        raise Disagrees from error
    forms = sorted({(revision.form_id, revision.form_version) for revision in revisions})
    if not is_over or tuple(forms) != header.forms:
        raise Disagrees
    if attachments and not {each.name for each in attachments} <= _named(revisions):
        raise Disagrees
    cut = [revision for revision in revisions if revision.forgotten]
    if not all(any(each.is_about(revision) for each in forgettings) for revision in cut):
        raise Disagrees
    return Bundle(header, revisions, households, attachments, erasures, forgettings, spelled)


def _named(revisions: Sequence[Revision]) -> set[str]:
    """Return the names of all attachments the revisions refer to."""
    return {name for revision in revisions for name in names_in(revision.answers)}


def _attachments(described: Sequence[Mapping[str, Any]], attached: bytes) -> Iterator[Attachment]:
    start, last = 0, ""
    for fields in described:
        name, size = fields["name"], fields["bytes"]
        if type(name) is not str or type(size) is not int or not 0 < size <= LARGEST_BYTES or name <= last:
            raise Disagrees
        found = Attachment(name, attached[start : start + size])
        if not found.is_sound or _described(found) != fields:
            raise Disagrees
        yield found
        start, last = start + size, name
    if start != len(attached):
        raise Disagrees


def _lines(content: bytes) -> Iterator[bytes]:
    if not content.endswith(b"\n"):
        raise Disagrees
    start = 0
    while start < len(content):
        end = content.index(b"\n", start)
        yield content[start:end]
        start = end + 1


def _object(line: bytes) -> dict[str, Any]:
    try:
        fields = from_json(line)
        if not isinstance(fields, dict) or canonical(fields) != line:
            raise Disagrees
    except ValueError as error:
        raise Disagrees from error
    return fields


def _household(line: bytes) -> Household:
    household = line_of(Household, _object(line))
    if not 0 < len(household.id) <= _LONGEST_NAME:
        raise Disagrees
    return household


def parse_revision(line: bytes, spelled: dict[str, bytes] | None = None) -> Revision:
    """Return the revision of a line, when it is one that may be kept.

    Args:
        line: canonical JSON, as the format describes it.
        spelled: takes the spelling of its answers by its id.

    Raises:
        Disagrees, ValueError, KeyError, TypeError: it is none.
    """
    fields = _object(line)
    revision = _revision(line, fields)
    answers = canonical(revision.answers)
    if spelled is not None:
        spelled[revision.id] = answers
    names = (revision.submission, revision.household, revision.device, revision.form_id, revision.made_at)
    if not all(0 < len(name) <= _LONGEST_NAME for name in names):
        raise Disagrees
    if revision.kind == VISIT and (revision.submission != revision.household or revision.parents):
        raise Disagrees
    if revision.kind == COMMENT and not is_comment(revision):
        raise Disagrees
    if list(revision.parents) != fields["parents"] or not all(map(_REVISION_ID.fullmatch, revision.parents)):
        raise Disagrees
    if _BLANK in answers:
        raise Disagrees
    _check_answers(revision.answers, _DEEPEST_ANSWERS)
    paradata_of(revision.paradata)
    return revision


def _revision(line: bytes, fields: dict[str, Any]) -> Revision:
    if "id" not in fields:
        return Revision.from_json({**fields, "id": hashlib.sha256(line).hexdigest()[:32]})
    if not _REVISION_ID.fullmatch(fields["id"]) or "forgotten" in fields:
        raise Disagrees
    revision = Revision.from_json(fields)
    return replace(revision, forgotten=revision_id(revision))


def _check_answers(answers: object, depth: int, is_instance: bool = False) -> None:
    """Raise ``Disagrees`` unless this is a tree of answers as ``records.py`` describes it."""
    if type(answers) is not dict or depth == 0 or (LINE in answers) != is_instance or not _are_names(tuple(answers)):
        raise Disagrees
    if list(map(type, answers.values())).count(str) == len(answers) - is_instance:
        return  # all are texts, but for the line, which was seen to be a number: nearly every time
    for name, value in answers.items():
        if type(value) is str or name == LINE:
            continue
        if LINE in name:
            raise Disagrees
        if type(value) is list:
            _check_instances(value, depth)
        else:
            _check_answers(value, depth - 1)


@lru_cache(maxsize=1024)
def _are_names(names: tuple[str, ...]) -> bool:
    """Say whether all can be names; the same names come again and again."""
    return all(name == LINE or _STEP.fullmatch(name) for name in names)


def _check_instances(instances: list[Any], depth: int) -> None:
    lines = [instance.get(LINE) for instance in instances if isinstance(instance, dict)]
    if len(lines) != len(instances) or not all(type(line) is int and 0 < line < 1 << 31 for line in lines):
        raise Disagrees
    if len(set(lines)) != len(lines):
        raise Disagrees
    for instance in instances:
        _check_answers(instance, depth - 1, is_instance=True)
