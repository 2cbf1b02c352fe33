"""The page of a validation report: the verdict first, then what was found, then what each rule looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from organograph.messages import Message
from organograph.names import PROV, SH
from organograph_server.dataset.facts import Facts
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.dataset.quads import Quads
from organograph_server.dataset.ruleset import ROOMS, Rule
from organograph_server.views.graphs import linker_for
from organograph_server.views.links import Link, Linker
from organograph_server.views.rules import graph_link

NAME = "report"
_SEVERITIES: Mapping[str, str] = {"Violation": Message("violation"), "Warning": Message("warning"), "Info": Message("info")}


@dataclass(frozen=True)
class Checked:
    """A graph that was validated: with which set of rules, how many of these looked at how many things, and what they found."""

    graph: Link
    room: str
    over: str
    rules: int
    things: int
    findings: int


@dataclass(frozen=True)
class FindingEntry:
    """One result in words, with the thing that it is about."""

    thing: Link
    message: str
    graph: Link
    severity: str


@dataclass(frozen=True)
class RuleRow:
    """A rule: how many things it looked at, and how often it was broken."""

    rule: Rule
    looked_at: int
    findings: int


@dataclass(frozen=True)
class ReportPage:
    """All that the page shows; findings by the rule that was broken, rules by what they are about."""

    title: str
    identifier: str
    edition: Link
    conforms: bool
    checked: Sequence[Checked]
    broken: Mapping[str, Sequence[FindingEntry]]
    rules: Mapping[str, Sequence[RuleRow]]
    idle: Sequence[Rule]

    @property
    def findings(self) -> int:
        """How many results there are."""
        return sum(each.findings for each in self.checked)

    @property
    def things(self) -> int:
        """How often a rule looked at a thing."""
        return sum(each.things for each in self.checked)

    @property
    def rules_at_work(self) -> int:
        """How many rules looked at something."""
        return sum(row.looked_at > 0 for rows in self.rules.values() for row in rows)


def reported(publication: Publication, edition: Edition, triples: Quads) -> ReportPage:
    """What a report says, with the rules that the dataset publishes.

    Args:
        publication: the dataset.
        edition: which the report is about.
        triples: the report, in one graph of any name.
    """
    published, (named,) = publication.published, triples.graphs
    facts = Facts(triples, [named])
    iri = f"{edition.iri}/{NAME}"
    linker = linker_for(publication.quads, published, edition.iri, edition)
    results = facts.iris(iri, SH.result.value)
    graphs = facts.iris(iri, PROV.wasDerivedFrom.value)
    graphs = sorted(graphs, key=lambda graph: (graph != edition.iri, graph == published.catalogue, graph))
    found = Counter(_one(facts, result, PROV.wasDerivedFrom.value) for result in results)
    return ReportPage(
        title=facts.text(iri, "http://purl.org/dc/terms/title"),
        identifier=edition.identifier,
        edition=linker.link(edition.iri, edition.title),
        conforms=facts.text(iri, SH.conforms.value) == "true",
        checked=[_checked(publication, facts, graph, linker, found[graph]) for graph in graphs],
        broken=_broken(publication, facts, results, linker),
        rules=(rows := _rows(publication, graphs, Counter(_one(facts, result, SH.sourceShape.value) for result in results))),
        idle=[row.rule for group in rows.values() for row in group if not row.looked_at],
    )


def _checked(publication: Publication, facts: Facts, graph: str, linker: Linker, findings: int) -> Checked:
    room = _one(facts, graph, SH.shapesGraph.value).rpartition("/")[2]
    looked = publication.ruleset.looked_at.get(graph, {})
    numbers = [number for number in looked.values() if number]
    return Checked(graph_link(publication, linker, graph), room, ROOMS.get(room, room), len(numbers), sum(numbers), findings)


def _broken(publication: Publication, facts: Facts, results: Sequence[str], linker: Linker) -> dict[str, list[FindingEntry]]:
    groups: dict[str, list[FindingEntry]] = {}
    for result in sorted(results, key=lambda iri: int(iri.rpartition("-")[2])):
        (focus,) = facts.values(result, SH.focusNode.value)
        thing = linker.link(focus.text) if focus.is_iri else Link(focus.text)
        graph = graph_link(publication, linker, _one(facts, result, PROV.wasDerivedFrom.value))
        severity = _one(facts, result, SH.resultSeverity.value).rpartition("#")[2]
        entry = FindingEntry(thing, facts.text(result, SH.resultMessage.value), graph, _SEVERITIES.get(severity, severity.lower()))
        groups.setdefault(_one(facts, result, SH.sourceShape.value), []).append(entry)
    return dict(sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])))


def _rows(publication: Publication, graphs: Sequence[str], found: Mapping[str, int]) -> dict[str, list[RuleRow]]:
    """The rules that ran, by what they are about."""
    counted = [publication.ruleset.looked_at.get(graph, {}) for graph in graphs]
    groups: dict[str, list[RuleRow]] = {}
    for rule in publication.ruleset.rules.values():
        if any(rule.name in looked for looked in counted):
            looked_at = sum(looked.get(rule.name, 0) for looked in counted)
            groups.setdefault(rule.subject, []).append(RuleRow(rule, looked_at, found.get(rule.iri, 0)))
    return dict(sorted(groups.items()))


def _one(facts: Facts, subject: str, predicate: str) -> str:
    return next(iter(facts.iris(subject, predicate)), "")
