"""Reading a bundle: what it says about itself, and what it carries once everything was checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from survey_app.bundles.container import (
    LARGEST_FILE_BYTES,
    LARGEST_HEADER_BYTES,
    LONGEST_FIRST_LINE,
    Header,
    Signer,
    open_container,
    parse_header,
)
from survey_app.bundles.content import Bundle, bundle_of
from survey_app.bundles.files import read_start, read_whole
from survey_app.store import Device


def read_header(path: Path) -> Header:
    """Return what a file says about itself. Anybody can write anything there: show it, never act on it.

    Raises:
        NotABundle, NewerFormat, Truncated, Altered: as the name says.
        Unreadable: the device could not be read.
    """
    return parse_header(read_start(path, LONGEST_FIRST_LINE + LARGEST_HEADER_BYTES))


def read_bundle(path: Path, identity: str | Sequence[str], devices: Iterable[Device]) -> Bundle:
    """Return what a bundle carries; nothing is returned before all of it was checked.

    Args:
        path: the file; its name and time mean nothing.
        identity: age identity of the office.
        devices: the devices enrolled here.

    Raises:
        BundleError: the subclass says why it is refused.
    """
    return bundle_in(read_whole(path, LARGEST_FILE_BYTES), identity, signers_of(devices))


def signers_of(devices: Iterable[Device]) -> dict[str, Signer]:
    """Return who may have signed a bundle, by device id."""
    return {device.id: Signer(device.verify_key, device.revoked) for device in devices}


def bundle_in(content: bytes, identity: str | Sequence[str], signers: Mapping[str, Signer]) -> Bundle:
    """Return what a bundle carries, given the content of its file."""
    header, packed, attached = open_container(content, identity, signers)
    return bundle_of(header, packed, attached)
