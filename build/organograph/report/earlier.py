"""Leaves out of a report what an earlier one, written as JSON, already told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from organograph.errors import DatasetUnreadable
from organograph.faults import Fault
from organograph.report.model import Report, fingerprint

FORMAT = "organograph-report"


def only_new(report: Report, file: Path) -> Report:
    """The report without the findings that an earlier one has.

    A finding is the same if its rule, thing and message are, wherever its line has moved; of several that are alike as many are
    left out as the earlier report has.

    Args:
        report: what was found now.
        file: an earlier report, written as JSON.

    Raises:
        DatasetUnreadable: the file is no such report, or is in another language, whose messages could not be compared.
    """
    earlier = _read(file)
    if earlier.get("language") != report.language:
        message = f"The earlier report {file} is written in another language than this one."
        raise DatasetUnreadable(message, f"Check again with --language {earlier.get('language')}.")
    left, new, known = Counter(_fingerprints(earlier, file)), list[Fault](), list[str]()
    for fault in report.findings:
        name = fingerprint(fault)
        if left[name]:
            left[name] -= 1
            known.append(name)
        else:
            new.append(fault)
    return replace(report, findings=tuple(new), known=tuple(sorted(known)))


def only_after(report: Report, editions: Collection[str], chosen: str | None = None) -> Report:
    """The report without the findings that earlier editions of the same tables have, and without those editions' own.

    A finding is the same if its rule, thing and message are.

    Args:
        report: of all editions.
        editions: the earlier ones.
        chosen: the one edition of which findings are wanted; None for all.
    """
    known = {fingerprint(fault) for part in report.parts if part.edition in editions for fault in part.faults}
    apart = {fingerprint(fault) for part in report.parts if part.edition not in ("", chosen) for fault in part.faults} if chosen else set()
    new = [fault for fault in report.findings if (name := fingerprint(fault)) not in known and name not in apart]
    left = {fingerprint(fault) for fault in report.findings} & known
    return replace(report, findings=tuple(new), known=tuple(sorted(left)))


def _read(file: Path) -> dict[str, Any]:
    cure = "Name a report that organograph check wrote with --output-format json, or, of tables, an edition."
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DatasetUnreadable(f"The earlier report {file} cannot be read: {error.strerror}.", cure) from error
    except (ValueError, RecursionError) as error:
        raise DatasetUnreadable(f"The earlier report {file} is not JSON: {error}.", cure) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise DatasetUnreadable(f"{file} is no report of Organograph.", cure)
    return told


def _fingerprints(earlier: dict[str, Any], file: Path) -> list[str]:
    try:
        return [str(finding["fingerprint"]) for finding in earlier["findings"]] + [str(name) for name in earlier["known"]]
    except (KeyError, TypeError) as error:
        raise DatasetUnreadable(f"The earlier report {file} has no fingerprints.", "Write it anew with --output-format json.") from error
