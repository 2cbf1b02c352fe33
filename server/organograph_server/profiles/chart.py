"""An organization chart as a tree of plain JSON, which is JSON-LD too: nodes within nodes, each with name, kind and holders."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from organograph.names import FOAF, OG, ORG, PREFIXES, RDF, RDFS, SKOS
from organograph_server.dataset.facts import PARENT, last_part
from organograph_server.profiles.state import State

KINDS = ("organization", "unit", "post")

_CLASSES = {"organization": ORG.FormalOrganization, "unit": ORG.OrganizationalUnit, "post": ORG.Post}
_HEADS = OG.heads.value
_PURPOSE = PREFIXES["org"] + "purpose"
# What can be the name of a term of JSON-LD without being read as an IRI or a keyword.
_WORD = re.compile(r"[^@:/#?\s][^:/#?]*")


@dataclass(frozen=True)
class Named:
    """Something that a box names: who holds the post, or the post that heads the unit."""

    iri: str
    name: str


@dataclass(frozen=True)
class Node:
    """A box of the chart with all boxes below it; posts come first, then units by name."""

    iri: str
    type: str
    name: Literal
    kind: NamedNode | None
    purpose: str
    basis: str
    holders: Sequence[Named]
    heads: Sequence[Named]
    children: Sequence[Node]


def chart_of(state: State, root: str) -> Node:
    """The chart from a thing down; a thing met again on its own path is not followed.

    Args:
        state: the edition.
        root: the organization, a unit or a post.
    """
    return _node(state, root, frozenset())


def _node(state: State, iri: str, above: frozenset[str]) -> Node:
    path, facts, name = above | {iri}, state.facts, _name(state, iri)
    below = [child for child in facts.subjects(PARENT, iri) if child not in path and state.kind(child) in KINDS]
    # A text in another language than the name would need a value object, which is no plain JSON.
    purposes = [text.value for text in state.texts(iri, _PURPOSE) if text.language == name.language]
    heads = [Named(head, text.value) for head in facts.subjects(_HEADS, iri) if (text := _name(state, head)).language == name.language]
    children = sorted((_node(state, child, path) for child in below), key=lambda child: (child.type != "post", child.name.value, child.iri))
    return Node(
        iri=iri,
        type=state.kind(iri),
        name=name,
        kind=next(map(NamedNode, state.classes(iri)), None),
        purpose=next(iter(purposes), ""),
        basis=next((basis.removeprefix(str(OG)) for basis in facts.iris(iri, OG.basis.value) if basis.startswith(str(OG))), ""),
        holders=[Named(person, _name(state, person).value) for person in state.holders(iri)],
        heads=heads,
        children=children,
    )


def _name(state: State, iri: str) -> Literal:
    return next(iter(state.names(iri)), Literal(last_part(iri), language="und"))


def triples_of(node: Node, edition: str) -> Iterator[Triple]:
    """The chart in RDF: exactly what its JSON says when it is read as JSON-LD.

    Args:
        node: the root.
        edition: IRI of the edition, which the root names.
    """
    yield Triple(NamedNode(node.iri), RDFS.isDefinedBy, NamedNode(edition))
    yield from _said(node)


def _said(node: Node) -> Iterator[Triple]:
    box = NamedNode(node.iri)
    yield Triple(box, RDF.type, _CLASSES[node.type])
    yield Triple(box, SKOS.prefLabel, node.name)
    if node.kind:
        yield Triple(box, ORG.classification, node.kind)
    if node.purpose:
        yield Triple(box, ORG.purpose, Literal(node.purpose, language=node.name.language))
    if node.basis:
        yield Triple(box, OG.basis, OG[node.basis])
    for person in node.holders:
        yield Triple(box, ORG.heldBy, NamedNode(person.iri))
        yield Triple(NamedNode(person.iri), RDF.type, FOAF.Person)
        yield Triple(NamedNode(person.iri), FOAF.name, Literal(person.name))
    for head in node.heads:
        yield Triple(NamedNode(head.iri), OG.heads, box)
        yield Triple(NamedNode(head.iri), SKOS.prefLabel, Literal(head.name, language=node.name.language))
    for child in node.children:
        yield Triple(NamedNode(child.iri), OG.parent, box)
        yield from _said(child)


def json_of(node: Node, edition: str, kinds: Mapping[str, str]) -> bytes:
    """The chart as a tree of plain JSON that carries its own context.

    Args:
        node: the root.
        edition: IRI of the edition.
        kinds: what each kind is called, by its IRI.
    """
    words = {iri: word for iri, word in kinds.items() if _WORD.fullmatch(word) and [*kinds.values()].count(word) == 1}
    language = node.name.language or ""
    tree = {"@context": _context(words, language), **_plain_node(node, words, language, {"edition": edition})}
    return (json.dumps(tree, ensure_ascii=False, indent=1) + "\n").encode()


def kinds_in(state: State, node: Node) -> dict[str, str]:
    """What the kinds in a chart are called, by their IRIs."""
    found = {node.kind.value: next((name.value for name in state.names(node.kind.value)), "")} if node.kind else {}
    for child in node.children:
        found |= kinds_in(state, child)
    return found


def _context(words: Mapping[str, str], language: str) -> dict[str, object]:
    """The context: a word for a kind means that kind only where kinds are named."""
    kinds = {word: iri for iri, word in sorted(words.items())}
    og = str(OG)
    return {
        "@version": 1.1,
        "@language": language,
        "id": "@id",
        "type": "@type",
        "organization": ORG.FormalOrganization.value,
        "unit": ORG.OrganizationalUnit.value,
        "post": ORG.Post.value,
        "person": FOAF.Person.value,
        "name": SKOS.prefLabel.value,
        "kind": {"@id": ORG.classification.value, "@type": "@vocab", "@context": kinds},
        "purpose": ORG.purpose.value,
        "basis": {"@id": f"{og}basis", "@type": "@vocab", "@context": {"@vocab": og}},
        "holders": {"@id": ORG.heldBy.value, "@context": {"name": {"@id": FOAF.name.value, "@language": None}}},
        "headedBy": {"@reverse": _HEADS},
        "edition": {"@id": RDFS.isDefinedBy.value, "@type": "@id"},
        "children": {"@reverse": PARENT},
    }


def _plain_node(node: Node, words: Mapping[str, str], spoken: str, more: Mapping[str, str]) -> dict[str, object]:
    """One box; where its name is in another language than those above, it says so for itself and those below."""
    language = node.name.language or ""
    told: dict[str, object] = {"@context": {"@language": language}} if language != spoken else {}
    told |= {"id": node.iri, "type": node.type, "name": node.name.value}
    if node.kind:
        told["kind"] = words.get(node.kind.value, node.kind.value)
    if node.purpose:
        told["purpose"] = node.purpose
    if node.basis:
        told["basis"] = node.basis
    if node.holders:
        told["holders"] = [{"id": person.iri, "type": "person", "name": person.name} for person in node.holders]
    if node.heads:
        told["headedBy"] = [{"id": head.iri, "name": head.name} for head in node.heads]
    told |= more
    if node.children:
        told["children"] = [_plain_node(child, words, language, {}) for child in node.children]
    return told
