"""Draws figures as horizontal bars on a logarithmic scale: an SVG that needs no font, script or style from elsewhere."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT = 860, 300, 120
_LINE, _GAP, _TOP = 17, 12, 76
SCALE = WIDTH - LEFT - RIGHT
"""How many units of the drawing the longest bar may have."""
_STYLE = """
  .paper { fill: #ffffff } text { font: 12px system-ui, sans-serif; fill: #1f2933 } .title { font-size: 15px; font-weight: 600 }
  .group { font-weight: 600 } .note, .tick { fill: #52606d } .tick, .note { font-size: 11px } .line { stroke: #d9e2ec }
  .its { fill: #829ab1 } .ours { fill: #b44d12 } .bold { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14191f } text { fill: #e4e7eb } .note, .tick { fill: #9aa5b1 } .line { stroke: #323f4b }
    .its { fill: #627d98 } .ours { fill: #f0914f }
  }
"""


@dataclass(frozen=True)
class Bar:
    """A figure to be drawn.

    Args:
        label: whose it is.
        value: above nothing.
        shown: the value in words.
        ours: it is set off.
    """

    label: str
    value: float
    shown: str
    ours: bool = False


@dataclass(frozen=True)
class Group:
    """Figures of one task, one below the other.

    Args:
        title: the task.
        bars: in the order in which they are drawn.
    """

    title: str
    bars: Sequence[Bar]


def chart(title: str, note: str, groups: Sequence[Group]) -> str:
    """The chart as SVG; the same for the same figures.

    Args:
        title: what is shown.
        note: of the scale: its unit, and which end is better.
        groups: at least one, with at least one bar.
    """
    values = [bar.value for group in groups for bar in group.bars]
    low, high = _decades(min(values), max(values))
    height = _TOP + sum(_LINE * (len(group.bars) + 1) + _GAP for group in groups) + 8
    told = "; ".join(f"{group.title}: " + ", ".join(f"{bar.label} {bar.shown}" for bar in group.bars) for group in groups)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="title desc">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(f"{note}. {told}.")}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{height}" rx="6"/>',
        f'<text class="title" x="16" y="24">{escape(title)}</text>',
        f'<text class="note" x="16" y="42">{escape(note)}; logarithmic scale</text>',
        *_ticks(low, high, height),
        *_groups(groups, low, high),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def length(value: float, low: int, high: int) -> float:
    """How long a bar is: none at ten to the power of `low`, the whole scale at ten to the power of `high`."""
    return SCALE * (math.log10(value) - low) / (high - low)


def _decades(least: float, most: float) -> tuple[int, int]:
    """The powers of ten between which all values lie; the least value has a bar that can be seen."""
    low = math.floor(math.log10(least) - 0.1)
    return low, max(math.ceil(math.log10(most)), low + 1)


def _ticks(low: int, high: int, height: int) -> Iterator[str]:
    for power in range(low, high + 1):
        x = LEFT + length(10.0**power, low, high)
        yield f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{height - 8}"/>'
        yield f'<text class="tick" x="{x:.1f}" y="{_TOP - 8}" text-anchor="middle">{10**power if power >= 0 else 10.0**power:,}</text>'


def _groups(groups: Sequence[Group], low: int, high: int) -> Iterator[str]:
    y = _TOP
    for group in groups:
        y += _LINE
        yield f'<text class="group" x="16" y="{y - 4}">{escape(group.title)}</text>'
        for bar in group.bars:
            long, sort = length(bar.value, low, high), "ours" if bar.ours else "its"
            bold = ' class="bold"' if bar.ours else ""
            yield f'<text{bold} x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(bar.label)}</text>'
            yield f'<rect class="{sort}" x="{LEFT}" y="{y + 2}" width="{long:.1f}" height="{_LINE - 4}" rx="2"/>'
            yield f'<text{bold} x="{LEFT + long + 6:.1f}" y="{y + 12}">{escape(bar.shown)}</text>'
            y += _LINE
        y += _GAP
