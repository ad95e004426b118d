"""Whose work is in the packed program, and under which licence: collected from what is really packed."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

HERE = Path(__file__).resolve().parent
STANDARD = {"LGPL": "LGPL-3.0.txt", "Apache": "Apache-2.0.txt"}
"""Licences that some libraries name without enclosing their text."""

LINE = "=" * 100
INTRODUCTION = """\
The program contains the works of others listed below, each under its own licence. Qt, PySide6 and Shiboken are used
under the GNU Lesser General Public License, version 3: they lie beside the program as separate files (PySide6/,
shiboken6/) and may be replaced by other builds of the same version. Their source code is published by the Qt Project
(https://www.qt.io, https://code.qt.io); whoever gave you this program will also hand it over on request.
"""


def of_entries(entries: Iterable[tuple[str, str, str]], root: Path) -> str:
    """Return the notices for everything that is packed.

    Args:
        entries: PyInstaller's lists: name in the folder, file it comes from, kind.
        root: the project's folder, for the notices of fonts, icons and catalogues.
    """
    sources = {str(Path(source).resolve()) for _name, source, _kind in entries if source}
    packed = [found for found in distributions() if _is_packed(found, sources)]
    named = {found.metadata["Name"].lower(): found for found in packed}
    parts = [INTRODUCTION, *(_of_library(named[name]) for name in sorted(named))]
    parts.append(_section(f"Python {sys.version.split()[0]}", "PSF-2.0", _python_licence()))
    for file in sorted([*root.glob("resources/**/*OFL.txt"), *root.glob("resources/**/LICENSE.txt"),
                        *root.glob("resources/**/NOTICE.txt")]):  # fmt: skip
        parts.append(_section(str(file.relative_to(root).as_posix()), "", file.read_text(encoding="utf-8")))
    needed = [text for word, text in STANDARD.items() if any(word in _licence(found) for found in packed)]
    if "LGPL-3.0.txt" in needed:
        needed.append("GPL-3.0.txt")  # the text the Lesser licence refers to
    for name in needed:
        parts.append(_section(name, "", (HERE / "licences" / name).read_text(encoding="utf-8")))
    return "\n".join(parts)


def _is_packed(found: Distribution, sources: set[str]) -> bool:
    folder = Path(str(found.locate_file("")))
    files = (str((folder / str(file)).resolve()) for file in found.files or () if ".dist-info" not in str(file))
    return any(file in sources for file in files)


def _of_library(found: Distribution) -> str:
    texts = [
        str(found.locate_file(file))
        for file in found.files or ()
        if ".dist-info" in str(file) and any(word in file.name.upper() for word in ("LICEN", "COPYING", "NOTICE"))
    ]
    body = "\n\n".join(Path(text).read_text(encoding="utf-8", errors="replace") for text in texts)
    where = found.metadata["Home-page"] or _source_of(found)
    who = found.metadata["Author"] or found.metadata["Author-email"] or ""
    head = "\n".join(filter(None, [who, where]))
    return _section(f"{found.metadata['Name']} {found.version}", _licence(found), f"{head}\n\n{body}".strip())


def _source_of(found: Distribution) -> str:
    """Return where the source is published (the Mozilla licence wants that told), else any address of the project."""
    pairs = [line.partition(", ")[::2] for line in found.metadata.get_all("Project-URL") or ()]
    addresses = {label.strip().lower(): address for label, address in pairs}
    known = ("source", "source code", "repository", "github", "homepage", "home")
    return next((addresses[label] for label in known if label in addresses), next(iter(addresses.values()), ""))


def _licence(found: Distribution) -> str:
    metadata = found.metadata
    said = metadata["License-Expression"] or metadata["License"] or ""
    if not said or "\n" in said:
        classes = [line for line in metadata.get_all("Classifier") or () if line.startswith("License ::")]
        said = ", ".join(line.split(" :: ")[-1] for line in classes)
    return said


def _python_licence() -> str:
    library = Path(sysconfig.get_path("stdlib"))
    for place in (library / "LICENSE.txt", library.parent / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt"):
        if place.is_file():
            return place.read_text(encoding="utf-8")
    return "https://docs.python.org/3/license.html"


def _section(title: str, licence: str, text: str) -> str:
    return f"{LINE}\n{title}{f' ({licence})' if licence else ''}\n{LINE}\n{text.strip()}\n"
