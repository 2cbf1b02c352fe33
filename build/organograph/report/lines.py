"""A report as lines of text: grouped by file for a terminal, a line a finding for programs, or as annotations for a forge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from organograph.faults import Fault, Language, Location
from organograph.report.model import Report, Waived
from organograph.report.records import location, placed, told
from organograph.report.words import WORDS

if TYPE_CHECKING:
    from organograph.report.places import Places

_COLOURS = {"violation": "31", "warning": "33", "info": "36", "waived": "2", "file": "1"}
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}


def plain(report: Report) -> bytes:
    """A line a finding, each whole on its own, waived ones last."""
    words = WORDS[report.language]
    lines = [line(fault, report.language) for fault in report.findings]
    lines += [
        _one_line(f"{words['waived']}{words['colon']}{line(waived.fault, report.language)} ({_allowed(waived, report)})")
        for waived in report.waived
    ]
    return "".join(f"{each}\n" for each in lines).encode()


def _one_line(text: str) -> str:
    """Text without line breaks, and without signs that would steer a terminal."""
    return _STEERING.sub("\ufffd", " ".join(text.splitlines()))


def line(fault: Fault, language: Language) -> str:
    """One finding as a line, whole on its own."""
    place = location(fault, language)
    place += WORDS[language]["colon"] if place else ""
    return _one_line(f"{place}{told(fault)} [{fault.rule}]")


def grouped(report: Report, colours: bool = False) -> bytes:
    """Findings under the name of their file, for a person at a terminal.

    Args:
        report: what to tell.
        colours: mark levels with ANSI colours.
    """
    return "".join(f"{line}\n" for line in _grouped(report, colours)).encode()


def _grouped(report: Report, colours: bool) -> Iterator[str]:
    words, said = WORDS[report.language], ""
    for fault, allowed in [*((fault, None) for fault in report.findings), *((each.fault, each) for each in report.waived)]:
        file = _one_line(fault.where.file if fault.where else (fault.thing or ""))
        if file != said:
            yield from ([""] if said else []) + [_painted(file, "file", colours)]
        said = file
        level = "waived" if allowed else fault.severity
        place = ", ".join(filter(None, (_within(fault.where, report), *(_beside(other, file, report) for other in fault.also))))
        before = f"{place}{words['colon']}" if place else ""
        yield f"  {before}{_painted(words[level], level, colours)}{words['colon']}{_one_line(fault.message)}"
        yield f"    → {_one_line(fault.cure)} [{fault.rule}]" if fault.cure else f"    [{fault.rule}]"
        if allowed:
            yield f"    {_allowed(allowed, report)}"


def _within(where: Location | None, report: Report) -> str:
    if where is None or where.line is None:
        return ""
    if where.position is not None:
        return f"{where.line}:{where.position}"
    words = WORDS[report.language]
    return f"{words['row']} {where.line}" + (f", {words['column']} {where.column}" if where.column else "")


def _beside(where: Location, file: str, report: Report) -> str:
    """A further place, with its file where that is another."""
    return _within(where, report) if where.file == file else _one_line(placed(where, report.language))


def _allowed(waived: Waived, report: Report) -> str:
    words = WORDS[report.language]
    return f"{words['why']}{words['colon']}{waived.reason}; {words['who']} {waived.who} {words['until']} {waived.until}"


def _painted(text: str, kind: str, colours: bool) -> str:
    return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if colours else text


def workflow_commands(report: Report) -> bytes:
    """Workflow commands of GitHub Actions, which show each finding beside its line; a waived one is a notice."""
    from organograph.report.places import Places

    places = Places(report.root)
    lines = [_annotation(_COMMANDS[fault.severity], fault.rule, fault, places) for fault in report.findings]
    word = WORDS[report.language]["waived"]
    lines += [_annotation("notice", f"{word} {each.fault.rule}", each.fault, places) for each in report.waived]
    return "".join(f"{line}\n" for line in lines).encode()


def _annotation(command: str, title: str, fault: Fault, places: Places) -> str:
    properties: dict[str, object] = {}
    if fault.where is not None:
        place = places.of(fault.where)
        properties = {"file": place.path, "line": place.line, "col": place.start, "endColumn": place.end}
    properties["title"] = title
    listed = ",".join(f"{name}={_escaped(str(value), True)}" for name, value in properties.items() if value is not None)
    thing = f"{fault.thing}: " if fault.where is None and fault.thing else ""
    return f"::{command} {listed}::{_escaped(thing + told(fault))}"


def _escaped(text: str, is_property: bool = False) -> str:
    """Text of a workflow command: signs that end it, or a property of it, are written by their code."""
    for sign, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"), *(((":", "%3A"), (",", "%2C")) if is_property else ())):
        text = text.replace(sign, code)
    return text
