"""The description of a thing in RDF: what is said of it and its parts, what points at it, and labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pyoxigraph import NamedNode, Triple

from organograph.names import OG
from organograph_server.facts import LABEL, NAME
from organograph_server.published import Edition, Published
from organograph_server.quads import Quads

_MENTION = OG.mention.value


def describing(quads: Quads, published: Published, iri: str) -> list[Edition]:
    """The editions that describe a thing, the latest first."""
    editions = reversed(published.editions)
    return [edition for edition in editions if next(quads.match([edition.iri], iri), None) is not None]


def graphs_for(quads: Quads, published: Published, iri: str) -> list[str]:
    """The graphs that a thing is described from.

    These are the latest edition that describes it, and the catalogue. What no edition describes (a source document, a
    change, a conflict) is described from the catalogue and all graphs of evidence.
    """
    editions = describing(quads, published, iri)
    if editions:
        return [editions[0].iri, published.catalogue]
    return [published.catalogue, *(graph for edition in published.editions for graph in edition.evidence)]


def description(quads: Quads, published: Published, iri: str) -> list[Triple]:
    """Describe a thing: symmetric, and bounded by one step.

    Args:
        quads: the published quads.
        published: its editions.
        iri: a thing, without `#`.

    Returns:
        All triples of `graphs_for` the thing that have it or a part of it as subject or as object; where its edition's
        documents mention it; and the labels of all that these triples name.
    """
    graphs = graphs_for(quads, published, iri)
    found = dict.fromkeys(_around(quads, graphs, quads.parts(iri)))
    found |= dict.fromkeys(_mentions(quads, published, graphs, iri))
    # Of names the latest only: documents of several editions may name a thing differently.
    found |= dict.fromkeys(_labels(quads, (graphs[0], published.catalogue, published.ontology), found))
    return list(found)


def _around(quads: Quads, graphs: Sequence[str], parts: Iterable[str]) -> Iterator[Triple]:
    for part in parts:
        yield from quads.match(graphs, part)
        yield from quads.match(graphs, None, None, part)


def _mentions(quads: Quads, published: Published, graphs: Sequence[str], iri: str) -> Iterator[Triple]:
    """Where the documents of the edition mention the thing, down to the characters."""
    edition = published.edition(graphs[0])
    if edition is None:
        return
    for mention in quads.match(edition.evidence, iri, _MENTION):
        yield mention
        for step in quads.match(edition.evidence, _iri(mention.object)):
            yield step
            if "#" in _iri(step.object):
                yield from quads.match(edition.evidence, _iri(step.object))


def _labels(quads: Quads, graphs: Sequence[str], triples: Iterable[Triple]) -> Iterator[Triple]:
    named = {_iri(term) for triple in triples for term in (triple.subject, triple.object)}
    for iri in sorted(named - {""}):
        for predicate in (NAME, LABEL):
            yield from quads.match(graphs, iri, predicate)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""
