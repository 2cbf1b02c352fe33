"""The page of the rules: each with its reason, its words, what it looked at, and its sound and faulty examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from organograph.conformance.rules import qname
from organograph.report.examples import Example, examples
from organograph_server.dataset.facts import Facts
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.ruleset import ROOMS, Holder, Rule, Target
from organograph_server.languages.speaking import gettext
from organograph_server.views.links import Link, Linker


@dataclass(frozen=True)
class Looked:
    """How many things a rule looked at in one graph."""

    graph: Link
    number: int


@dataclass(frozen=True)
class Aim:
    """What a rule looks at: how a term chooses it, and the term."""

    how: str
    term: Link


@dataclass(frozen=True)
class RuleEntry:
    """A rule on the page; `over` says in words what it runs over."""

    rule: Rule
    over: str
    aims: Sequence[Aim]
    looked_at: Sequence[Looked]
    examples: Sequence[Example]


@dataclass(frozen=True)
class HolderEntry:
    """A shape that holds rules, on the page."""

    holder: Holder
    aims: Sequence[Aim]
    rules: Sequence[Rule]


def rule_groups(publication: Publication, cases: Path, room: str | None = None) -> Mapping[str, list[RuleEntry]]:
    """The rules by what they are about.

    Args:
        publication: the dataset.
        cases: the folder of examples.
        room: the set of rules wanted; None for all.
    """
    linker = _linker(publication)
    groups: dict[str, list[RuleEntry]] = {}
    for rule in publication.ruleset.rules.values():
        if room in (None, rule.room):
            looked = [Looked(graph_link(publication, linker, graph), number) for graph, number in sorted(rule.looked_at.items())]
            entry = RuleEntry(rule, ROOMS[rule.room], _aims(linker, rule.targets), looked, examples(rule.name, cases))
            groups.setdefault(rule.subject, []).append(entry)
    return dict(sorted(groups.items()))


def holder_entries(publication: Publication, room: str | None = None) -> list[HolderEntry]:
    """The shapes that hold rules."""
    linker, known = _linker(publication), publication.ruleset.rules
    entries = [
        HolderEntry(held, _aims(linker, held.targets), [known[iri] for iri in held.rules]) for held in publication.ruleset.holders.values()
    ]
    return [entry for entry in entries if entry.rules and (room is None or room in {rule.room for rule in entry.rules})]


def _linker(publication: Publication) -> Linker:
    published = publication.published
    return Linker(published.names.base, Facts(publication.quads, [published.catalogue, published.ontology]))


def _aims(linker: Linker, targets: Sequence[Target]) -> list[Aim]:
    return [Aim(target.how, linker.link(target.term, qname(NamedNode(target.term)))) for target in targets]


def graph_link(publication: Publication, linker: Linker, iri: str) -> Link:
    """A graph by what it is of: its edition, or the edition and the document, or the end of its address."""
    published = publication.published
    for edition in published.editions:
        if iri == edition.iri:
            return linker.link(iri, edition.identifier)
        if iri in edition.evidence:
            return linker.link(iri, f"{edition.identifier}, {iri.rpartition('/')[2]}")
    return linker.link(iri, gettext("the ontology") if iri == published.ontology else gettext("the catalogue"))
