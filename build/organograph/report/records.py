"""A report as records for programs: JSON, with all that is known of each finding, and CSV, a row a finding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from organograph.csvtables import csv_table
from organograph.faults import Fault, Language, Location
from organograph.report.earlier import FORMAT
from organograph.report.model import Report, fingerprint
from organograph.report.words import WORDS

if TYPE_CHECKING:
    from organograph.conformance.verdict import Part

COLUMNS = ("table", "level", "rule", "message", "value", "location", "suggestion")


def as_json(report: Report) -> bytes:
    """The report as one JSON object; docs/reports.md tells its fields."""
    document: dict[str, Any] = {
        "format": FORMAT,
        "version": 1,
        "checked": report.what,
        "time": report.when.isoformat(timespec="seconds"),
        "language": report.language,
        "conforms": not report.findings,
        "counts": {**report.counts(), "waived": len(report.waived), "known": len(report.known)},
        "parts": [_part(part) for part in report.parts],
        "findings": [_finding(fault, report.language) for fault in report.findings],
        "waived": [
            {**_finding(each.fault, report.language), "reason": each.reason, "who": each.who, "until": each.until} for each in report.waived
        ],
        "known": list(report.known),
    }  # fmt: skip
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _part(part: Part) -> dict[str, Any]:
    return {"name": part.name, "findings": len(part.faults), "looked_at": dict(sorted(part.looked_at.items()))}


def _finding(fault: Fault, language: Language) -> dict[str, Any]:
    where = fault.where
    return {
        "fingerprint": fingerprint(fault),
        "rule": fault.rule,
        "level": fault.severity,
        "message": fault.message,
        "suggestion": fault.cure,
        "thing": fault.thing,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "column": where.column if where else None,
        "position": where.position if where else None,
        "value": where.value if where else None,
        "also": [
            {"file": place.file, "line": place.line, "column": place.column, "position": place.position, "value": place.value}
            for place in fault.also
        ],
        "location": location(fault, language),
    }


def as_csv(report: Report) -> bytes:
    """A row a finding (RFC 4180); those that are waived have the level `waived`."""
    found = [row(fault, fault.severity, report.language) for fault in report.findings]
    return csv_table([COLUMNS, *found, *(row(each.fault, "waived", report.language) for each in report.waived)])


def row(fault: Fault, level: str, language: Language) -> tuple[str, ...]:
    """A finding as the cells of COLUMNS."""
    where = fault.where
    value = (where.value if where else None) or ""
    return (where.file if where else "", level, fault.rule, fault.message, value, location(fault, language), fault.cure)


def told(fault: Fault) -> str:
    """What is wrong and, where that is known, what to do."""
    return f"{fault.message} {fault.cure}".strip()


def location(fault: Fault, language: Language = "en") -> str:
    """Where a finding is, in words, with all its places; of one without a place its thing."""
    places = [placed(where, language) for where in (fault.where, *fault.also) if where is not None]
    return ", ".join(places) or fault.thing or ""


def placed(where: Location, language: Language = "en") -> str:
    """A place in words."""
    words = WORDS[language]
    if where.position is not None:
        return f"{where.file}:{where.line}:{where.position}"
    parts = (("sheet", where.sheet), ("row", where.line), ("column", where.column))
    return ", ".join([where.file, *(f"{words[word]} {value}" for word, value in parts if value)])
