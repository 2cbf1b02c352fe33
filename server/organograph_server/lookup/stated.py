"""What editions and their documents state of things by name and place: read in one pass over all their graphs side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from heapq import merge
from itertools import groupby
from operator import itemgetter

from pyoxigraph import Literal, RdfFormat, parse

from organograph.names import FOAF, SKOS
from organograph_server.dataset.facts import NAME, PARENT
from organograph_server.dataset.published import Edition
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import Words

IS_NAMED, IS_ALSO_NAMED, IS_PERSON, IS_PRINTED, IS_BELOW = range(5)
"""What is stated: a name by one of three properties, a name in a document, or what a thing stands directly below."""
_IN_EDITIONS = {NAME: IS_NAMED, SKOS.altLabel.value: IS_ALSO_NAMED, FOAF.name.value: IS_PERSON, PARENT: IS_BELOW}
_IN_DOCUMENTS = dict.fromkeys((NAME, SKOS.altLabel.value, FOAF.name.value), IS_PRINTED)
Statement = tuple[bytes, int, int, bytes]
"""Subject, what is stated, number of the edition, and object; terms are as N-Quads write them."""
# What needs no parser: a text without escapes, and its language in small letters.
_PLAIN = re.compile(rb'"([^"\\]*)"(?:@([a-z0-9-]+))?')


def statements(quads: Quads, editions: Sequence[Edition]) -> Iterator[tuple[bytes, Iterator[Statement]]]:
    """Each subject with what is stated of it, in the order of the subjects' bytes.

    Args:
        quads: where the graphs are.
        editions: in their order, by which they have their numbers.
    """
    graphs = {edition.iri: (number, _IN_EDITIONS) for number, edition in enumerate(editions)}
    printed = {graph: (number, _IN_DOCUMENTS) for number, edition in enumerate(editions) for graph in edition.evidence}
    streams = (_stream(quads, graph, *how) for graph, how in (*graphs.items(), *printed.items()))
    return groupby(merge(*streams), key=itemgetter(0))


def _stream(quads: Quads, graph: str, number: int, kinds: Mapping[str, int]) -> Iterator[Statement]:
    return ((subject, kinds[predicate], number, value) for subject, predicate, value in quads.stating(graph, [*kinds]))


@lru_cache(maxsize=64)
def text_of(value: bytes) -> Words:
    """The text of a literal."""
    if plain := _PLAIN.fullmatch(value):
        return Words(plain[1].decode(), (plain[2] or b"").decode())
    (quad,) = parse(b"<a:a> <a:a> %b ." % value, format=RdfFormat.N_TRIPLES)
    term = quad.object
    return Words(term.value, term.language or "") if isinstance(term, Literal) else Words("")
