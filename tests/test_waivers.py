"""Waivers and earlier reports: what a finding is allowed by, and what is no longer news."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from organograph.conformance.verdict import Part
from organograph.errors import DatasetUnreadable
from organograph.faults import Fault, Location
from organograph.names import DEFAULT_BASE, Names
from organograph.report.earlier import only_new
from organograph.report.making import reported, with_waivers
from organograph.report.model import Report
from organograph.report.records import as_json
from organograph.report.waivers import waive
from organograph.sentences import told_in
from organograph.tabular.assemble import assemble
from organograph.tabular.tables import Row
from places import SHAPES, copied, kinds

TODAY = date(2026, 11, 21)
NAMES = Names(DEFAULT_BASE)
FAULT = Fault(
    "shape:Unit-kind", "Wrong.", "Mend.", Location("iom/units.csv", 4, "kind", "x"), thing=NAMES.thing("unit", "legal-affairs").value
)
HEADER = "rule,thing,reason,who,until\n"


def waiver(until: str, rule: str = FAULT.rule, thing: str = "unit:legal-affairs", line: int = 2) -> Row:
    values = {"rule": rule, "thing": thing, "reason": "It is so.", "who": "A. Steward", "until": until}
    return Row("waivers", "iom/waivers.csv", line, values)


def as_reference(thing: str) -> str:
    return thing.replace(f"{DEFAULT_BASE}id/unit/", "unit:")


@pytest.mark.parametrize("until", ["2026-11-21", "2026-11", "2026", "2027-01-01"])
def test_a_waiver_holds_to_the_end_of_its_day_month_or_year(until: str) -> None:
    """A waived finding does not count, and keeps why, by whom and until when."""
    counted, waived = waive([FAULT], [waiver(until)], as_reference, TODAY)
    assert counted == []
    assert [(each.fault, each.reason, each.who, each.until) for each in waived] == [(FAULT, "It is so.", "A. Steward", until)]


@pytest.mark.parametrize("until", ["2026-11-20", "2026-10", "2025"])
def test_a_waiver_that_ran_out_is_a_finding(until: str) -> None:
    """An expired waiver allows nothing, and is itself found at its row."""
    counted, waived = waive([FAULT], [waiver(until)], as_reference, TODAY)
    assert waived == []
    (told,) = (fault for fault in counted if fault != FAULT)
    assert (told.rule, told.severity) == ("waiver:expired", "warning")
    assert told.where == Location("iom/waivers.csv", 2, "until", until)
    assert FAULT in counted


@pytest.mark.parametrize(("rule", "thing"), [("shape:Unit-kind", "unit:other"), ("shape:Unit-label", "unit:legal-affairs")])
def test_a_waiver_that_fits_nothing_is_a_finding(rule: str, thing: str) -> None:
    """A waiver is for one rule and one thing; one that allows nothing is found, unless only a part was checked."""
    rows = [waiver("2027", rule, thing)]
    counted, waived = waive([FAULT], rows, as_reference, TODAY)
    assert [fault.rule for fault in counted] == [FAULT.rule, "waiver:unused"]
    assert counted[1].where == Location("iom/waivers.csv", 2, "rule", rule)
    assert waived == []
    assert waive([FAULT], rows, as_reference, TODAY, whole=False) == ([FAULT], [])


def test_waiver_findings_are_told_in_french() -> None:
    """Message and cure are French where that is asked for."""
    counted, _ = waive([], [waiver("2027"), waiver("2020", "shape:Unit-label", line=3)], as_reference, TODAY)
    assert sorted(told_in(fault, "fr").message for fault in counted) == [
        "La dérogation à shape:Unit-kind pour unit:legal-affairs ne répond à aucun constat.",
        "La dérogation à shape:Unit-label pour unit:legal-affairs a expiré le 2020.",
    ]


@pytest.mark.parametrize("thing", ["unit:legal-affairs", f"{DEFAULT_BASE}id/unit/legal-affairs"])
def test_the_table_of_waivers_is_read_with_the_others(tmp_path: Path, thing: str) -> None:
    """A row of waivers.csv names a thing as tables do, or by its address; the rest of the report stays."""
    folder = copied(tmp_path)
    (folder / "waivers.csv").write_text(f"{HEADER}{FAULT.rule},{thing},It is so.,A. Steward,2999\n", encoding="utf-8")
    assembly = assemble(folder, kinds())
    assert assembly.faults == ()
    report = reported("iom", [Part("edition", (FAULT,), {})], sorted(SHAPES.glob("*.ttl")))
    done = with_waivers(report, assembly.folder, NAMES)
    assert (done.findings, [each.fault for each in done.waived]) == ((), [FAULT])


def test_the_table_of_waivers_may_be_absent_but_not_faulty(tmp_path: Path) -> None:
    """Without the table nothing is waived; a row without reason or with a bad date is a fault of the table."""
    folder = copied(tmp_path)
    (folder / "waivers.csv").unlink(missing_ok=True)
    assembly = assemble(folder, kinds())
    assert assembly.faults == ()
    report = reported("iom", [Part("edition", (FAULT,), {})], [])
    assert with_waivers(report, assembly.folder, NAMES) is report
    (folder / "waivers.csv").write_text(f"{HEADER}shape:Unit-kind,unit:x,,A. Steward,next year\n", encoding="utf-8")
    assert [(fault.rule, str(fault.where)) for fault in assemble(folder, kinds()).faults] == [
        ("table:empty-cell", "iom/waivers.csv, row 2, column reason"),
        ("table:bad-date", "iom/waivers.csv, row 2, column until"),
    ]


def report_of(*faults: Fault) -> Report:
    return Report("iom", datetime(2026, 11, 21, tzinfo=UTC), faults)


def saved(report: Report, folder: Path) -> Path:
    file = folder / "earlier.json"
    file.write_bytes(as_json(report))
    return file


def test_only_what_is_new_is_told(tmp_path: Path) -> None:
    """A finding that has only moved to another row is left out; one with another message, or one more of the same, is told."""
    moved = replace(FAULT, where=Location("iom/units.csv", 90, "kind", "x"))
    new = replace(FAULT, message="Something else.")
    again = replace(FAULT, where=Location("iom/units.csv", 91, "kind", "x"))
    told = only_new(report_of(moved, new, again), saved(report_of(FAULT), tmp_path))
    assert told.findings == (new, again)
    assert len(told.known) == 1


def test_what_was_left_out_once_stays_known(tmp_path: Path) -> None:
    """A report of what is new can itself be the earlier one of the next."""
    first = only_new(report_of(FAULT), saved(report_of(FAULT), tmp_path))
    assert first.findings == ()
    assert only_new(report_of(FAULT), saved(first, tmp_path)).findings == ()


def test_what_was_waived_is_news_when_the_waiver_ends(tmp_path: Path) -> None:
    """A finding that the earlier report told as waived counts as new."""
    _, waived = waive([FAULT], [waiver("2027")], as_reference, TODAY)
    earlier = saved(replace(report_of(), waived=tuple(waived)), tmp_path)
    assert only_new(report_of(FAULT), earlier).findings == (FAULT,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('"x"', "is no report of Organograph"),
        ('{"format": "sarif"}', "is no report of Organograph"),
        (json.dumps({"format": "organograph-report", "language": "fr"}), "is written in another language"),
        (json.dumps({"format": "organograph-report", "language": "en", "findings": [3]}), "has no fingerprints"),
        (json.dumps({"format": "organograph-report", "language": "en", "findings": [], "known": 3}), "has no fingerprints"),
    ],
)
def test_an_earlier_report_that_is_none_is_told(tmp_path: Path, text: str, words: str) -> None:
    """What cannot be compared ends in a sentence."""
    file = tmp_path / "earlier.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetUnreadable, match=words):
        only_new(report_of(), file)
    file.unlink()
    with pytest.raises(DatasetUnreadable, match="cannot be read"):
        only_new(report_of(), file)
