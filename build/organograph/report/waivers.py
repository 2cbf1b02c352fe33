"""Waivers: findings that a steward allows for a time (waivers.csv), and waivers that no longer do anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from organograph.faults import Fault
from organograph.report.model import Waived
from organograph.sentences import fault_at
from organograph.tabular.tables import Row


def waive(
    faults: Sequence[Fault],
    rows: Iterable[Row],
    known_as: Callable[[str], str],
    today: date,
    whole: bool = True,
) -> tuple[list[Fault], list[Waived]]:
    """Divide findings into those that count and those that are waived.

    Args:
        faults: all findings.
        rows: of waivers.csv, without faults of their own.
        known_as: one name for a thing, whether it is given by its address or as tables refer to it.
        today: the day of the check.
        whole: everything was checked, so that a waiver without finding is unused and no mere bystander.

    Returns:
        findings that count, with one for each waiver that ran out or fits nothing; and the waived ones.
    """
    live: dict[tuple[str, str], Row] = {}
    counted: list[Fault] = []
    for row in rows:
        if _ran_out(row["until"], today):
            counted.append(_finding("waiver:expired", row, "until"))
        else:
            live[row["rule"], known_as(row["thing"])] = row
    waived, used = [], set()
    for fault in faults:
        key = (fault.rule, known_as(fault.thing or ""))
        allowed = live.get(key)
        if allowed is None:
            counted.append(fault)
        else:
            used.add(key)
            waived.append(Waived(fault, allowed["reason"], allowed["who"], allowed["until"]))
    unused = [row for key, row in live.items() if key not in used] if whole else []
    return counted + [_finding("waiver:unused", row, "rule") for row in unused], waived


def _ran_out(until: str, today: date) -> bool:
    """Whether the last day, month or year of a waiver lies before today; both are compared as far as the waiver says."""
    return today.isoformat()[: len(until)] > until


def _finding(rule: str, row: Row, column: str) -> Fault:
    return replace(fault_at(row.at(column), rule, rule=row["rule"], thing=row["thing"], until=row["until"]), severity="warning")
