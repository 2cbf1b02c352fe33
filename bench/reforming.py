"""Measures the differ on a synthetic organization of any size, of which one unit in ten is changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import click
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from records import OURS, Record, summed, tell
from synthetic import organization

from organograph.names import DCTERMS, DEFAULT_BASE, OA, OG, ORG, RDF, SKOS, XSD, Names, part
from organograph.reform.differ import compare
from organograph.reform.lineage import Lineage
from organograph.reform.model import Reform
from organograph.reform.patch import write_patch
from organograph.reform.states import State, read_state
from organograph.reform.table import write_table
from organograph.statements import Graph, Triple

_NAMES = Names(DEFAULT_BASE)
Result = TypeVar("Result")


@click.command()
@click.option("--units", default=10_000, show_default=True, help="How many units the organization has.")
@click.option("--every", default=10, show_default=True, help="One unit in as many is renamed, moved, given another kind or taken out.")
def main(units: int, every: int) -> None:
    """Tell how long each step takes, in seconds, and what was found."""
    before = [tuple(quad.triple) for quad in parse("".join(organization(units)), format=RdfFormat.TURTLE)]
    after = list(_reformed(before, every))
    states: list[State] = []
    for identifier, order, triples in (("2024-01", 1, before), ("2025-01", 2, after)):
        evidence = Graph(_evidence(triples))
        click.echo(f"{identifier}: {len(triples)} triples, evidence {len(evidence)}")
        iri, graph = _NAMES.edition(identifier).value, _NAMES.evidence(identifier, "chart").value
        reading = partial(read_state, identifier, iri, order, identifier, triples, {graph: evidence})
        states.append(_timed(f"{units:,} units: read the edition {identifier}", reading))
    lineage = Lineage(Graph())
    reform: Reform = _timed(f"{units:,} units: compare", lambda: compare(states[0], states[1], lineage))
    click.echo(", ".join(f"{number} {sort}" for sort, number in reform.counts.items()))
    _timed(f"{units:,} units: write the table", lambda: write_table(reform))
    patch = _timed(f"{units:,} units: write the patch", lambda: write_patch(before, after, "urn:example:reform"))
    click.echo(f"patch: {patch.count(b'%c' % 10)} rows")


def _timed(step: str, work: Callable[[], Result]) -> Result:
    used = time.process_time()
    found = work()
    tell([summed(Record("diff", "processor time", step, OURS, "s"), [time.process_time() - used])])
    return found


def _reformed(triples: list[Triple], every: int) -> Iterator[Triple]:
    """The same organization, with one unit in so many changed, in turn in each way."""
    numbers = {_NAMES.thing("unit", f"u{number}"): number for number in range(every, len(triples), every)}
    for subject, predicate, value in triples:
        way = numbers[subject] // every % 4 if subject in numbers else -1
        if way == 0 and predicate == SKOS.prefLabel:
            yield subject, predicate, Literal(f"{value.value} renamed", language="en")
        elif way == 1 and predicate == OG.parent:
            yield subject, predicate, _NAMES.thing("unit", "u1")
        elif way == 2 and predicate == ORG.classification:
            yield subject, predicate, NamedNode(f"{value.value}-other")
        elif way != 3:
            yield subject, predicate, value


def _evidence(triples: list[Triple]) -> Iterator[Triple]:
    """What a document states: each name, place and kind, with the characters of each name."""
    source = _NAMES.thing("source", "chart")
    for number, (subject, predicate, value) in enumerate(triples):
        if predicate in (SKOS.prefLabel, OG.parent, ORG.classification):
            yield subject, predicate, value
        if predicate == SKOS.prefLabel:
            place, selector = part(source, f"at-{number}-{number + 4}"), part(source, f"selector-{number}-{number + 4}")
            yield subject, OG.mention, place
            yield place, RDF.type, OA.SpecificResource
            yield place, OA.hasSource, source
            yield place, OA.hasSelector, selector
            yield selector, OA.start, Literal(str(number), datatype=XSD.nonNegativeInteger)
            yield selector, OA.end, Literal(str(number + 4), datatype=XSD.nonNegativeInteger)
            yield subject, DCTERMS.source, source


if __name__ == "__main__":
    main()
