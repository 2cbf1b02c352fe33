"""A report as SARIF 2.1.0 (OASIS Standard, 27 March 2020), which forges and editors read."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC
from typing import Any
from urllib.parse import quote

from organograph import __version__
from organograph.faults import Fault, Language, Location, Severity
from organograph.report.explained import Explanation, rule_iri
from organograph.report.model import UNCHECKED, Report, fingerprint
from organograph.report.places import Places
from organograph.report.records import placed
from organograph.report.records import told as message

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: dict[Severity, str] = {"violation": "error", "warning": "warning", "info": "note"}


def as_sarif(report: Report) -> bytes:
    """One run with a result for each finding; a waived one carries its suppression (section 3.27.23)."""
    faults = [*report.findings, *(each.fault for each in report.waived)]
    names = sorted({fault.rule for fault in faults})
    places, index = Places(report.root), {name: at for at, name in enumerate(names)}
    results = [_result(fault, index, places, report.language) for fault in report.findings]
    for each in report.waived:
        allowed = {"kind": "external", "status": "accepted", "justification": f"{each.reason} ({each.who}, {each.until})"}
        results.append({**_result(each.fault, index, places, report.language), "suppressions": [allowed]})
    run = {
        "tool": {"driver": _driver(report, names, faults)},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return (json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n").encode()


def _invocation(report: Report) -> dict[str, Any]:
    """The run: not successful where rules were not checked, of which each notification tells one (sections 3.20.14, 3.20.21, 3.58)."""
    told: dict[str, Any] = {"executionSuccessful": not report.unchecked, "endTimeUtc": _utc(report)}
    if report.unchecked:
        told["toolExecutionNotifications"] = [
            {"descriptor": {"id": UNCHECKED, "index": 0}, "level": "error", "message": {"text": message(fault)}}
            for fault in report.unchecked
        ]
    return told


def _utc(report: Report) -> str:
    return report.when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _driver(report: Report, names: Iterable[str], faults: list[Fault]) -> dict[str, Any]:
    levels = {fault.rule: _LEVELS[fault.severity] for fault in faults}
    told = {
        "name": "Organograph",
        "version": __version__,
        "informationUri": "https://w3id.org/organograph/ns",
        "language": report.language,
        "rules": [_rule(name, report.rules.get(name), levels[name], report.language) for name in names],
    }
    # What a notification tells of is described apart from rules (section 3.19.24).
    return told | {"notifications": [{"id": UNCHECKED, "defaultConfiguration": {"level": "error"}}]} if report.unchecked else told


def _rule(name: str, explained: Explanation | None, level: str, language: str) -> dict[str, Any]:
    demands = (explained.demands if explained else {}).get(language) or name
    reason = (explained.reason.get(language) or explained.reason.get("en", "")) if explained else ""
    return {
        "id": name,
        "helpUri": rule_iri(name),
        "defaultConfiguration": {"level": level},
        "shortDescription": {"text": demands},
        "fullDescription": {"text": f"{demands[:1].upper()}{demands[1:]}. {reason}".strip() if explained else name},
    }


def _result(fault: Fault, index: dict[str, int], places: Places, language: Language) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ruleId": fault.rule,
        "ruleIndex": index[fault.rule],
        "level": _LEVELS[fault.severity],
        "message": {"text": message(fault)},
        "partialFingerprints": {"organograph/v1": fingerprint(fault)},
    }
    place = _location(fault.where, fault.thing, places, language)
    if place:
        told["locations"] = [place]
    if fault.also:
        told["relatedLocations"] = [{"id": at, **_location(where, None, places, language)} for at, where in enumerate(fault.also, 1)]
    return told


def _location(where: Location | None, thing: str | None, places: Places, language: Language) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if where is not None:
        place = places.of(where)
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place.path)}}
        region = {"startLine": place.line, "startColumn": place.start, "endColumn": place.end}
        if place.line is not None:
            physical["region"] = {name: value for name, value in region.items() if value is not None}
        told["physicalLocation"] = physical
        if where.column:
            told["message"] = {"text": placed(where, language)}
    if thing:
        told["logicalLocations"] = [{"fullyQualifiedName": thing}]
    return told
