"""Compile the Vietnamese words into the one file the program reads, and check that none is missing.

    python build_scripts/translations.py                  compile resources/translations/vi/*.po
    python build_scripts/translations.py --check          exit 1 and list what is missing, fuzzy or stale
    python build_scripts/translations.py --missing PATH   print the open entries of a file or folder as .po text

The compiled file depends on nothing but the .po files, so the same words give the same bytes on every machine.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "vi"
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Language", LANGUAGE),
    ("Plural-Forms", "nplurals=1; plural=0;"),
]
_PLACEHOLDER = re.compile(r"\{(\w*)[^{}\s]*\}")

MessageId = str | tuple[str, str]


@dataclass(frozen=True)
class Source:
    """A message as the program's source has it.

    Attributes:
        id: the English words; a pair of one and many for ``ngettext``.
        place: file and line where it stands first.
    """

    id: MessageId
    place: str


@dataclass(frozen=True)
class Entry:
    """A translated message of one .po file.

    Attributes:
        id: the English words.
        text: the Vietnamese, ``""`` when still open.
        fuzzy: a guess that nobody has confirmed.
        area: name of the .po file.
    """

    id: MessageId
    text: str
    fuzzy: bool
    area: str


class _PlainCatalog(Catalog):
    """A catalogue whose header names neither a date nor a tool, so that it never changes by itself."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return _HEADERS

    @mime_headers.setter
    def mime_headers(self, headers: object) -> None:
        """Ignore the headers of a file that is read."""


def read_area(path: Path) -> list[Entry]:
    """Return the entries of one .po file.

    Raises:
        ValueError: the file is not a .po file in UTF-8.
    """
    try:
        catalog = read_po(io.BytesIO(path.read_bytes()), locale=LANGUAGE, charset="utf-8", abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: {error}") from error
    entries = []
    for message in catalog:
        if message.id:
            text = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
            entries.append(Entry(_identity(message.id), text or "", message.fuzzy, path.stem))
    return entries


def read_areas(folder: Path) -> list[Entry]:
    """Return the entries of every .po file of a folder, in the order of the file names."""
    return [entry for path in sorted(folder.glob("*.po")) for entry in read_area(path)]


def compile_entries(entries: list[Entry]) -> bytes:
    """Return the bytes of the .mo file; an entry that is open or fuzzy is left out."""
    catalog = _PlainCatalog(locale=LANGUAGE, fuzzy=False)
    for entry in entries:
        if entry.text and not entry.fuzzy:
            catalog.add(entry.id, entry.text if isinstance(entry.id, str) else (entry.text,))
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def extract(path: Path) -> list[Source]:
    """Return the messages of a Python file or of all Python files below a folder, each once."""
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    found: dict[MessageId, Source] = {}
    for file in files:
        for line, words, _comments, _context in extract_from_file("python", file, KEYWORDS):
            identity = _identity(words)
            if identity:
                found.setdefault(identity, Source(identity, f"{_shown(file)}:{line}"))
    return list(found.values())


def faults(sources: list[Source], entries: list[Entry]) -> Iterator[str]:
    """Yield one line for everything that a person would see in the wrong language or with a hole in it."""
    known: dict[MessageId, Entry] = {}
    for entry in entries:
        first = known.setdefault(entry.id, entry)
        if first.text != entry.text:
            yield f"two translations: {_one(entry.id)!r} ({first.area}.po, {entry.area}.po)"
    for source in sources:
        found = known.get(source.id)
        if found is None or not found.text.strip():
            yield f"missing: {_one(source.id)!r} ({source.place})"
    for entry in known.values():
        if entry.fuzzy:
            yield f"fuzzy: {_one(entry.id)!r} ({entry.area}.po)"
        if entry.text and not _same_placeholders(entry):
            yield f"placeholders differ: {_one(entry.id)!r} -> {entry.text!r} ({entry.area}.po)"


def missing(sources: list[Source], entries: list[Entry]) -> list[Source]:
    """Return the messages that have no translation yet."""
    done = {entry.id for entry in entries if entry.text.strip() and not entry.fuzzy}
    return [source for source in sources if source.id not in done]


def as_po(sources: list[Source]) -> str:
    """Return open entries ready to be pasted into a .po file."""
    return "\n".join(_po_entry(source) for source in sources)


def _po_entry(source: Source) -> str:
    if isinstance(source.id, str):
        return f'#: {source.place}\nmsgid {_quoted(source.id)}\nmsgstr ""\n'
    one, many = source.id
    return f'#: {source.place}\nmsgid {_quoted(one)}\nmsgid_plural {_quoted(many)}\nmsgstr[0] ""\n'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _identity(words: object) -> MessageId:
    if isinstance(words, (tuple, list)):
        texts = [word for word in words if isinstance(word, str)]
        if len(texts) >= 2:
            return texts[0], texts[1]
        return texts[0] if texts else ""
    return words if isinstance(words, str) else ""


def _one(identity: MessageId) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _same_placeholders(entry: Entry) -> bool:
    return _placeholders(entry.id if isinstance(entry.id, str) else entry.id[1]) == _placeholders(entry.text)


def _placeholders(text: str) -> set[str]:
    """Return the names in braces; braces around anything else are text, for example ``${`` in a message on forms."""
    return set(_PLACEHOLDER.findall(text.replace("{{", "").replace("}}", "")))


def _shown(file: Path) -> str:
    return file.resolve().relative_to(ROOT).as_posix() if file.resolve().is_relative_to(ROOT) else file.as_posix()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".mo-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)


def _words(content: bytes) -> Mapping[object, object]:
    return {str(message.id): str(message.string) for message in read_mo(io.BytesIO(content)) if message.id}


def main(arguments: list[str] | None = None) -> int:
    """Run the script; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="check only; exit 1 with the list of faults")
    choice.add_argument("--missing", metavar="PATH", type=Path, help="print the open entries of a file or folder")
    given = parser.parse_args(arguments)
    folder = ROOT / "resources" / "translations" / LANGUAGE
    try:
        entries = read_areas(folder)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    target = folder / "LC_MESSAGES" / "survey_app.mo"
    if given.missing is not None:
        print(as_po(missing(extract(given.missing), entries)), end="")
    elif given.check:
        return _check(entries, target)
    else:
        _write(target, compile_entries(entries))
        print(f"{len(entries)} translations in {_shown(target)}")
    return 0


def _check(entries: list[Entry], target: Path) -> int:
    found = list(faults(extract(ROOT / "survey_app"), entries))
    if not target.is_file() or _words(target.read_bytes()) != _words(compile_entries(entries)):
        found.append(f"stale: {_shown(target)}; run this script without --check")
    print("\n".join(found) if found else f"{len(entries)} translations, nothing missing")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
