"""A report as one page: how many findings there are first, then each rule with its findings, then what was checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from organograph.faults import Fault, Language
from organograph.report.html import Child, Element, anchor, element, page, table
from organograph.report.model import SEVERITIES, Report, Waived
from organograph.report.records import location
from organograph.report.words import WORDS, number, part_in, spaced


def as_page(report: Report) -> bytes:
    """The report as a page that needs nothing else."""
    words = WORDS[report.language]
    title = words["title"].format(what=report.what)
    return page(
        title,
        report.language,
        element("a", words["skip"], href="#findings", class_="skip"),
        element("header", element("h1", title), *_summary(report)),
        element("main", *(_rule(name, faults, report) for name, faults in report.by_rule().items()), *_waived(report), id="findings"),
        element("footer", *_parts(report)),
    )


def _summary(report: Report) -> Iterator[Element]:
    words = WORDS[report.language]
    when = report.when.strftime("%Y-%m-%d %H:%M %Z").strip()
    yield element("p", words["checked"].format(when=when, parts=len(report.parts)), class_="soft")
    numbers = [*report.counts().items(), ("waived", len(report.waived)), ("known", len(report.known))]
    shown = [
        element("li", element("strong", str(count)), _word(level, count, report), class_=level)
        for level, count in numbers
        if count or level in ("violation", "warning")
    ]
    yield element("ul", *shown, class_="counts", aria_label=words["summary"])
    groups = report.by_rule()
    if not groups:
        yield element("p", element("strong", words["clean"]))
        return
    rows: list[list[Child]] = [
        [element("a", name, href=f"#{anchor(name)}"), _demands(name, report), str(len(faults))] for name, faults in groups.items()
    ]
    heads = [(words["rule"], ""), (words["demands"], ""), (words["findings"], "number")]
    yield element("nav", table(heads, rows, words["summary"]), aria_label=words["summary"])


def _word(level: str, count: int, report: Report) -> str:
    return number(count, level, report.language).partition(" ")[2] if level in SEVERITIES else WORDS[report.language][level]


def _demands(name: str, report: Report) -> str:
    explained = report.rules.get(name)
    return explained.demands.get(report.language, "") if explained else ""


def _rule(name: str, faults: list[Fault], report: Report) -> Element:
    words = WORDS[report.language]
    level = faults[0].severity
    heading = element("h2", name, " ", element("span", words[level], class_=f"level {level}"), f" × {len(faults)}")
    heads = [(words["place"], ""), (words["message"], ""), (words["suggestion"], "")]
    rows: list[list[Child]] = [
        [_place(fault, report.language), spaced(fault.message, report.language), spaced(fault.cure, report.language)] for fault in faults
    ]
    return element(
        "section",
        heading,
        *_explained(name, report),
        table(heads, rows, f"{name}: {words['findings']}", "findings"),
        id=anchor(name),
        class_="rule",
    )


def _explained(name: str, report: Report) -> Iterator[Element]:
    words, explained = WORDS[report.language], report.rules.get(name)
    if explained is None:
        return
    yield element("p", f"{words['demands']}{words['colon']}{explained.demands.get(report.language, name)}.")
    language = report.language if report.language in explained.reason else "en"
    link = element("a", words["more"], href=explained.iri) if name.startswith("shape:") else None
    reason = element("span", explained.reason.get(language, ""), lang=language)
    yield element("p", f"{words['reason']}{words['colon']}", reason, " ", link, class_="soft")


def _place(fault: Fault, language: Language) -> Element:
    where = fault.where
    cell = element("span", element("span", location(fault, language), class_="place"))
    if where is not None and where.value:
        cell.append(element("br"))
        cell.append(element("code", where.value))
    return cell


def _waived(report: Report) -> Iterator[Element]:
    if not report.waived:
        return
    words = WORDS[report.language]
    heads = [(words["place"], ""), (words["message"], ""), (words["why"], "")]
    rows: list[list[Child]] = [
        [_place(each.fault, report.language), f"{spaced(each.fault.message, report.language)} [{each.fault.rule}]", _allowed(each, words)]
        for each in report.waived
    ]
    name = words["waived"].capitalize()
    yield element("section", element("h2", name), table(heads, rows, name, "findings"), id="waived")


def _allowed(waived: Waived, words: Mapping[str, str]) -> str:
    return f"{waived.reason} ({words['who']} {waived.who}, {words['until']} {waived.until})"


def _parts(report: Report) -> Iterator[Element]:
    if not report.parts:
        return
    words = WORDS[report.language]
    heads = [(words["part"], ""), (words["rules"], "number"), (words["looked at"], "number"), (words["findings"], "number")]
    rows: list[list[Child]] = [
        [
            part_in(part.name, report.language),
            str(sum(1 for count in part.looked_at.values() if count)),
            str(sum(part.looked_at.values())),
            str(len(part.faults)),
        ]
        for part in report.parts
    ]
    yield element("h2", words["parts"])
    yield table(heads, rows, words["parts"])
    idle = [name for name, count in report.looked_at().items() if not count]
    if idle:
        yield element("p", f"{words['idle']}{words['colon']}{', '.join(idle)}", class_="soft small")
