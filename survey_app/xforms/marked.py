"""Authors' words with Markdown and a few HTML tags, as the ODK documentation allows them in labels: the words alone."""

from __future__ import annotations

import re

_MARKED = re.compile(
    r"\*\S|(?<!\w)_\S|^#{1,6} |^\s*(?:[-+*]|\d+[.)]) |<(?:span|p|b|i|br|strong|em)\b|\]\(|`\S",
    re.MULTILINE,
)
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>])")
HEADING = re.compile(r"^(#{1,6}) +(.*?)#* *$")
ITEM = re.compile(r"^\s*(?:([-+*])|(\d+)[.)]) +(.*)$")
CODE = re.compile(r"`([^`]+)`")
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<!\w)__(?=\S)(.+?)(?<=\S)__(?!\w)")
ITALIC = re.compile(r"\*(?=\S)(.+?)(?<=\S)\*|(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:span|p|b|i|em|strong)(?:\s[^>]*)?>", re.IGNORECASE)


def is_marked(text: str) -> bool:
    """Return whether a text holds anything but plain words."""
    return _MARKED.search(text) is not None


def plain(text: str) -> str:
    """Return the words alone, in one line: for a screen reader, a list or a table."""
    return " ".join(plain_lines(text, "").split()) if is_marked(text) else text


def plain_lines(text: str, bullet: str = "• ") -> str:
    """Return the words alone, line by line, for paper.

    Args:
        text: as the author wrote it.
        bullet: what begins an item of a list that has no number.
    """
    if not is_marked(text):
        return text
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found[1])
        return f"\ue000{len(kept) - 1}\ue001"

    lines = _BREAK.sub("\n", ESCAPED.sub(keep, text)).replace("\r\n", "\n").split("\n")
    done = "\n".join(_words(line, bullet) for line in lines)
    return re.sub("\ue000(\\d+)\ue001", lambda found: kept[int(found[1])], done)


def _words(line: str, bullet: str) -> str:
    if item := ITEM.match(line):
        line = (bullet if item[1] else f"{item[2]}. " if bullet else "") + item[3]
    elif heading := HEADING.match(line):
        line = heading[2]
    line = LINK.sub(r"\1 (\2)", CODE.sub(r"\1", _TAG.sub("", line)))
    for mark in (BOLD, ITALIC):
        line = mark.sub(lambda found: found[1] or found[2], line)
    return line
