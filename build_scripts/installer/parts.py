"""Where the megabytes of a packed program are: unpacked, and as the installer's compression leaves them."""

from __future__ import annotations

import lzma
from collections import Counter
from pathlib import Path

LEAST = 1_000_000
"""Parts below so many bytes are counted together."""


def part_of(path: Path, folder: Path) -> str:
    """Return the part a file belongs to: the program itself, or a library by the name of its folder or file."""
    names = path.relative_to(folder).parts
    if names[0] != "_internal" or len(names) == 1:
        return names[0]
    first = names[1].split(".cpython", maxsplit=1)[0].split(".cp3", maxsplit=1)[0].removesuffix(".libs")
    return first.split("-", maxsplit=1)[0] if first.endswith(".dist-info") else first


def report(folder: Path) -> str:
    """Return a table of the parts of a packed folder, the largest first."""
    whole: Counter[str] = Counter()
    packed: Counter[str] = Counter()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            part = part_of(path, folder)
            whole[part] += len(content)
            packed[part] += len(lzma.compress(content, preset=1))
    small = [part for part, size in whole.items() if size < LEAST]
    for part in small:
        whole["(smaller parts)"] += whole.pop(part)
        packed["(smaller parts)"] += packed.pop(part)
    lines = [f"{'MB':>8} {'packed':>8}  part"]
    lines += [f"{size / 1e6:8.1f} {packed[part] / 1e6:8.1f}  {part}" for part, size in whole.most_common()]
    lines.append(f"{whole.total() / 1e6:8.1f} {packed.total() / 1e6:8.1f}  all, each file packed by itself")
    return "\n".join(lines)
