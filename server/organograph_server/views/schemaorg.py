"""Things in the words of schema.org as JSON-LD for pages: what the profile schema.org says of them, without its finer points.

A node is a dictionary as JSON-LD has it, whose IRIs are those of the things. The words come from profiles/schemaorg.py alone; here
texts lose their languages, and of those in several languages the one for an English reader stands, since readers of pages want plain
texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from organograph_server.content.telling import WORDS, Telling
from organograph_server.dataset.facts import TYPE
from organograph_server.profiles.schemaorg import CLASSES, describe, name
from organograph_server.profiles.state import State
from organograph_server.profiles.table import triples

Node = dict[str, Any]
SCHEMA = WORDS["sdo"]
# What these lead to are addresses of pages, which are texts in schema.org (URL).
_ADDRESSES = frozenset({"url", "sameAs", "additionalType", "isBasedOn"})
# Further names are all told, in whatever language.
_ALL = "alternateName"


def without_gaps(node: Mapping[str, Any]) -> Node:
    """A node without what is not known; a list of one value becomes that value."""
    given = {name: value for name, value in node.items() if value not in (None, "", [], {})}
    return {name: value[0] if isinstance(value, list) and len(value) == 1 else value for name, value in given.items()}


class Wording:
    """Says in the words of schema.org what things are.

    Args:
        state: the edition whose state of the things is told.
    """

    def __init__(self, state: State) -> None:
        self.state = state

    def nodes(self, iri: str) -> list[Node]:
        """All that schema.org can say of a thing, then what is said of the things that it names."""
        known = self.state.kind(iri) in CLASSES
        return nodes_of(triples(describe, name, self.state, [iri]), iri) if known else [self.reference(iri)]

    def node(self, iri: str) -> Node:
        """What is said of a thing itself."""
        return self.nodes(iri)[0]

    def reference(self, iri: str) -> Node:
        """A thing by its IRI, with class and name."""
        telling = Telling()
        name(self.state, iri, telling)
        found = nodes_of(telling.triples, iri)[0]
        given = {key: value for key, value in found.items() if key in ("@id", "@type", "name")}
        return {"@id": iri, "@type": "Thing", "name": self.state.words.label(iri)} | given


def nodes_of(said: Iterable[Triple], first: str) -> list[Node]:
    """Triples in the words of schema.org as nodes, one for each subject.

    Args:
        said: the triples.
        first: IRI of the subject whose node comes first.
    """
    found: dict[str, dict[str, list[NamedNode | Literal]]] = {first: {}}
    for triple in said:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            values = found.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, [])
            values += [triple.object] if triple.object not in values else []
    return [_node(iri, properties) for iri, properties in found.items()]


def _node(iri: str, properties: Mapping[str, Sequence[NamedNode | Literal]]) -> Node:
    told: Node = {"@id": iri}
    for predicate, values in properties.items():
        key = predicate.removeprefix(SCHEMA)
        if predicate == TYPE:
            told["@type"] = [value.value.removeprefix(SCHEMA) for value in values]
        elif key in _ADDRESSES:
            told[key] = [value.value for value in values]
        else:
            kept = values if key == _ALL else _for_readers(values)
            told[key] = [{"@id": value.value} if isinstance(value, NamedNode) else value.value for value in kept]
    return without_gaps(told)


def _for_readers(values: Sequence[NamedNode | Literal]) -> list[NamedNode | Literal]:
    """Texts in the language that fits an English reader best, and what has no language."""
    spoken = [value.language for value in values if isinstance(value, Literal) and value.language]
    best = min(spoken, key=lambda tag: (not tag.startswith("en"), tag != "und", tag), default=None)
    return [value for value in values if isinstance(value, NamedNode) or value.language in (None, best)]
