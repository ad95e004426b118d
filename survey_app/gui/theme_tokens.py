"""The colour tables of both themes: the one place where a colour is written down.

Contrast (WCAG 2): every text token has at least 4.5 : 1 on the grounds it is used on, every border of a control at
least 3 : 1; a test computes them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tokens:
    """What each colour is for; the values are ``#RRGGBB``.

    Attributes:
        bg: the window.
        surface: panels, rows, fields.
        subtle: outline, table head, folded rows, keycaps.
        sunken: neutral chips, segments, disabled controls.
        track: ground of a progress bar.
        line: separators, never the only edge of a control.
        line_strong: borders of fields, buttons, options; empty marks.
        text: main text.
        text2: secondary text.
        text3: captions and placeholders.
        primary: main button, current, selected, links.
        primary_hover: hovered or pressed.
        on_primary: text on ``primary``.
        primary_soft: selected row, resume offer.
        primary_line: its border.
        ok: done, saved, met.
        ok_soft: its ground.
        ok_line: its border.
        warn: soft warning, waiting.
        warn_soft: its ground.
        warn_line: its border.
        err: violation, refused.
        err_soft: its ground.
        err_line: its border.
        focus: focus ring.
        met: chart, target met.
        not_met: chart, target not met.
        inconclusive: chart, cannot be told.
        heat: five steps of the heat table, low to high.
        heat_text: text colour on each step.
        shadow: ground of a true overlay's shadow.
    """

    bg: str
    surface: str
    subtle: str
    sunken: str
    track: str
    line: str
    line_strong: str
    text: str
    text2: str
    text3: str
    primary: str
    primary_hover: str
    on_primary: str
    primary_soft: str
    primary_line: str
    ok: str
    ok_soft: str
    ok_line: str
    warn: str
    warn_soft: str
    warn_line: str
    err: str
    err_soft: str
    err_line: str
    focus: str
    met: str
    not_met: str
    inconclusive: str
    heat: tuple[str, str, str, str, str]
    heat_text: tuple[str, str, str, str, str]
    shadow: str


LIGHT = Tokens(
    bg="#F1F3F6",
    surface="#FFFFFF",
    subtle="#F7F8FA",
    sunken="#E8ECF1",
    track="#E3E8EE",
    line="#DCE1E7",
    line_strong="#77838F",
    text="#16202B",
    text2="#465362",
    text3="#5B6775",
    primary="#234A97",
    primary_hover="#1C3D7E",
    on_primary="#FFFFFF",
    primary_soft="#E7EEFB",
    primary_line="#A9BEE8",
    ok="#146341",
    ok_soft="#E0F2E8",
    ok_line="#5E9C7C",
    warn="#744A00",
    warn_soft="#FFF3D6",
    warn_line="#AD7614",
    err="#A8201A",
    err_soft="#FDEAE8",
    err_line="#D9736C",
    focus="#234A97",
    met="#0F5F69",
    not_met="#CC6F28",
    inconclusive="#66727F",
    heat=("#E7EEFB", "#C3D2F2", "#95AFE3", "#4D72BD", "#234A97"),
    heat_text=("#16202B", "#16202B", "#16202B", "#FFFFFF", "#FFFFFF"),
    shadow="#000000",
)

DARK = Tokens(
    bg="#12161B",
    surface="#1B2128",
    subtle="#20272F",
    sunken="#2A323C",
    track="#2A323C",
    line="#333D48",
    line_strong="#7C8896",
    text="#E8ECF1",
    text2="#B7C0CB",
    text3="#98A3B0",
    primary="#8DB1FF",
    primary_hover="#A8C3FF",
    on_primary="#0C1B3A",
    primary_soft="#1F2E4D",
    primary_line="#40598C",
    ok="#79D3A3",
    ok_soft="#17352A",
    ok_line="#3F7A5E",
    warn="#F2C160",
    warn_soft="#3A2E14",
    warn_line="#8E6B22",
    err="#FF9D94",
    err_soft="#412120",
    err_line="#BD635C",
    focus="#A8C3FF",
    met="#86D9E0",
    not_met="#D6783C",
    inconclusive="#98A3B0",
    heat=("#22304D", "#2E4A80", "#3F66B0", "#7FA4F2", "#B4CBFF"),
    heat_text=("#E8ECF1", "#E8ECF1", "#E8ECF1", "#0C1B3A", "#0C1B3A"),
    shadow="#000000",
)
