"""The pages of the stream of changes in RDF: what leads on (TREE), and each member with its state as a graph of its name (LDES)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from organograph.names import DCTERMS, OG, PREFIXES, RDF, RDFS, SH, XSD, Namespace
from organograph_server.dataset.mementos import Memento
from organograph_server.dataset.saved import SCHEMA
from organograph_server.stream.eventstream import CREATED, DELETED, PATH, UPDATED, EventStream, Member, Node, path_of

LDES = Namespace("https://w3id.org/ldes#")
TREE = Namespace("https://w3id.org/tree#")
ACTIVITY = Namespace("https://www.w3.org/ns/activitystreams#")
_SCHEMA = Namespace(SCHEMA)
STREAM_PREFIXES = PREFIXES | {"ldes": str(LDES), "tree": str(TREE), "as": str(ACTIVITY), "schema": SCHEMA}
# Groups of members that a client may read one by one (TREE Profile specification).
PROFILE = "https://w3id.org/tree/profile"
# Editions come years apart, corrections of them on working days.
_POLLING = 86_400
_DONE = _SCHEMA.CompletedActionStatus


class TreeNodes:
    """The pages of a stream as quads, the statements of each member together.

    Args:
        stream: the members.
    """

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        publication = stream.publication
        self._root = NamedNode(publication.iri(PATH))
        self._iri = NamedNode(f"{self._root.value}#stream")
        self._shape = f"{self._root.value}#shape"

    def root(self) -> Iterator[Quad]:
        """The entry page: what the stream is, the shape of its members, and the way to each edition."""
        published = self._stream.publication.published
        own, paths = (
            self._iri,
            {"timestampPath": DCTERMS.created, "versionOfPath": DCTERMS.isVersionOf, "transactionPath": DCTERMS.isPartOf},
        )
        yield _quad(self._root, RDF.type, TREE.Node)
        yield _quad(self._root, RDF.type, LDES.EventSource)
        yield _quad(own, RDF.type, LDES.EventStream)
        yield _quad(own, DCTERMS.title, Literal("Versions of all things in all editions", language="en"))
        yield _quad(own, DCTERMS.source, NamedNode(published.catalogue))
        for licence in self._stream.publication.licences:
            yield _quad(own, DCTERMS.license, NamedNode(licence))
        for name, path in paths.items():
            yield _quad(own, LDES[name], path)
        for name, kind in (("Create", CREATED), ("Update", UPDATED), ("Delete", DELETED)):
            yield _quad(own, LDES[f"version{name}Path"], RDF.type)
            yield _quad(own, LDES[f"version{name}Object"], ACTIVITY[kind])
        yield _quad(own, LDES.transactionFinalizedPath, _SCHEMA.actionStatus)
        yield _quad(own, LDES.transactionFinalizedObject, _DONE)
        yield _quad(own, LDES.pollingInterval, Literal(_POLLING))
        yield _quad(own, TREE.shape, NamedNode(self._shape))
        yield _quad(own, TREE.view, self._root)
        yield from self._shapes()
        for nodes in self._stream.editions.values():
            yield from self._relations(self._root, nodes[0], 1)

    def page(self, node: Node) -> Iterator[Quad]:
        """A page of members; the first of an edition leads to its others."""
        own = NamedNode(self._stream.publication.iri(node.path))
        yield _quad(own, RDF.type, TREE.Node)
        for number in range(2, node.count + 1) if node.number == 1 else ():
            yield from self._relations(own, node, number)
        for member in node.members:
            yield from self._member(member)

    def _member(self, member: Member) -> Iterator[Quad]:
        own = NamedNode(self._stream.iri(member))
        yield _quad(self._iri, TREE.member, own)
        yield _quad(own, RDF.type, ACTIVITY[member.kind])
        yield _quad(own, DCTERMS.isVersionOf, NamedNode(member.thing))
        yield _quad(own, DCTERMS.created, _moment(member.memento))
        yield _quad(own, DCTERMS.isPartOf, NamedNode(member.memento.edition.iri))
        if member.reason:
            yield _quad(own, RDFS.comment, Literal(member.reason))
        for cause in member.causes:
            yield _quad(own, OG.outsideScope if member.outside else DCTERMS.references, NamedNode(cause))
        if member.is_last:
            yield _quad(own, _SCHEMA.actionStatus, _DONE)
        yield from (Quad(said.subject, said.predicate, said.object, own) for said in member.state)

    def _relations(self, source: NamedNode, node: Node, number: int) -> Iterator[Quad]:
        """The way to a page of an edition: what is there is not older than the edition, and older than the one after it."""
        bounds = [("GreaterThanOrEqualToRelation", "since", node.memento)]
        bounds += [("LessThanRelation", "before", node.until)] if node.until else []
        target = path_of(node.memento, number)
        for kind, word, bound in bounds:
            own = NamedNode(f"{source.value}#{word}-{target.removeprefix(PATH)[1:].replace('/', '-')}")
            yield _quad(source, TREE.relation, own)
            yield _quad(own, RDF.type, TREE[kind])
            yield _quad(own, TREE.node, NamedNode(self._stream.publication.iri(target)))
            yield _quad(own, TREE.path, DCTERMS.created)
            yield _quad(own, TREE.value, _moment(bound))

    def _shapes(self) -> Iterator[Quad]:
        """The shape that every member fits."""
        own = NamedNode(self._shape)
        yield _quad(own, RDF.type, SH.NodeShape)
        yield _quad(own, SH.nodeKind, SH.IRI)
        values = {"created": (SH.datatype, XSD.dateTime), "isVersionOf": (SH.nodeKind, SH.IRI), "isPartOf": (SH.nodeKind, SH.IRI)}
        paths = {DCTERMS[name]: demand for name, demand in values.items()} | {RDF.type: (SH.nodeKind, SH.IRI)}
        for path, (term, value) in paths.items():
            part = NamedNode(f"{self._shape}-{path.value.replace('#', '/').rpartition('/')[2]}")
            yield _quad(own, SH.property, part)
            yield _quad(part, RDF.type, SH.PropertyShape)
            yield _quad(part, SH.path, path)
            yield _quad(part, SH.minCount, Literal(1))
            yield _quad(part, SH.maxCount, Literal(1))
            yield _quad(part, term, value)


def _moment(memento: Memento) -> Literal:
    return Literal(memento.since.strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD.dateTime)


def _quad(subject: NamedNode, term: NamedNode, value: NamedNode | Literal) -> Quad:
    return Quad(subject, term, value, DefaultGraph())
