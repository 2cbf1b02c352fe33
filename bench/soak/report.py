"""What clients saw, and the table of promises that is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import click

_ROW = "{:<64} {:>12} {:>12}   {}"


@dataclass
class Seen:
    """What clients of one kind saw.

    Args:
        times: seconds of each answer.
        wrong: what was no right answer.
    """

    times: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def late(self, share: float) -> float:
        """The time within which a share of the answers came."""
        return sorted(self.times)[min(int(len(self.times) * share), len(self.times) - 1)] if self.times else float("inf")


class Report:
    """A table of promises."""

    def __init__(self) -> None:
        self.broken = 0
        self.rows: dict[str, tuple[float, float, str]] = {}
        click.echo(_ROW.format("", "promised", "seen", ""))

    def row(self, what: str, promised: float, seen: float, unit: str = "ms") -> None:
        """Tell a promise, and whether it was kept."""
        kept = seen <= promised
        self.broken += not kept
        self.rows[what] = (promised, seen, unit)
        click.echo(_ROW.format(what, f"{promised:.1f} {unit}", f"{seen:.1f} {unit}", "" if kept else "NOT KEPT"))
