"""A report: what was checked, when, what was found, what is waived; every format tells this record."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from organograph.faults import Fault, Language, Severity
from organograph.sentences import told_in

if TYPE_CHECKING:
    from organograph.conformance.verdict import Part
    from organograph.report.explained import Explanation

SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")
"""Gravest first."""
UNCHECKED = "store:unchecked"
"""What reports call a rule that was not checked, though it had to be."""

_LINE_NUMBER = re.compile(r"\b(row|line|ligne|rang) \d+")


@dataclass(frozen=True)
class Waived:
    """A finding that a row of waivers.csv allows.

    Args:
        fault: the finding.
        reason: why it may stand.
        who: who decided so.
        until: the last day, month or year of it.
    """

    fault: Fault
    reason: str
    who: str
    until: str


@dataclass(frozen=True)
class Report:
    """What a check found.

    Args:
        what: what was checked, as the steward named it.
        when: the time of the check, with its zone.
        findings: what is wrong, each once, in the order of files and lines.
        parts: the graphs checked, with how many things each rule looked at.
        language: of the words.
        waived: findings that are allowed, which do not count.
        known: fingerprints of findings left out because an earlier report has them.
        root: the folder that the files of findings are relative to; None for the current one.
        shapes: the files of rules it was checked with, which explain them.
    """

    what: str
    when: datetime
    findings: tuple[Fault, ...]
    parts: tuple[Part, ...] = ()
    language: Language = "en"
    waived: tuple[Waived, ...] = ()
    known: tuple[str, ...] = ()
    root: Path | None = None
    shapes: tuple[Path, ...] = ()

    @cached_property
    def rules(self) -> Mapping[str, Explanation]:
        """Explanations by the rules' names, read only for the formats that tell them.

        Raises:
            CheckFailed: a file of rules cannot be read.
        """
        from organograph.report.explained import explanations

        return explanations(self.shapes)

    @property
    def unchecked(self) -> tuple[Fault, ...]:
        """The findings that tell which rules were not checked, and why; they count even where a waiver or an earlier report has them."""
        return tuple(fault for part in self.parts for fault in part.faults if fault.rule == UNCHECKED)

    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        found = Counter(fault.severity for fault in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    def looked_at(self) -> dict[str, int]:
        """How many things each rule looked at, in all parts together."""
        seen: Counter[str] = Counter()
        for part in self.parts:
            seen.update(part.looked_at)
        return dict(sorted(seen.items()))

    def waiving(self, findings: Iterable[Fault], waived: Iterable[Waived]) -> Report:
        """The same report with only these findings, and those that are waived."""
        return replace(self, findings=tuple(findings), waived=tuple(waived))

    def by_rule(self) -> dict[str, list[Fault]]:
        """The findings of each rule that has any: the gravest rules first, then those with most findings."""
        groups: dict[str, list[Fault]] = {}
        for fault in self.findings:
            groups.setdefault(fault.rule, []).append(fault)
        return dict(sorted(groups.items(), key=lambda group: (_gravest(group[1]), -len(group[1]), group[0])))


def _gravest(faults: list[Fault]) -> int:
    return min(SEVERITIES.index(fault.severity) for fault in faults)


def fingerprint(fault: Fault) -> str:
    """A name of a finding that survives other edits of the same file: of its rule, thing and message, never of its line.

    A fault that concerns no thing is known by its file, column and value instead. One of tables has one name in all languages.
    """
    where = fault.where
    place = fault.thing or (f"{where.file}\n{where.column}\n{where.value}" if where else "")
    message = _LINE_NUMBER.sub(r"\1", told_in(fault, "en").message)
    return hashlib.sha256(f"{fault.rule}\n{place}\n{message}".encode()).hexdigest()[:32]
