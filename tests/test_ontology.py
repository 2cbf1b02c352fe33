"""The ontology and the kinds: complete, documented, and OWL 2 DL."""

from collections import Counter
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import SKOS

from agreed_terms import (
    ANNOTATION_PROPERTIES,
    CLASSES,
    DATA_PROPERTIES,
    INDIVIDUALS,
    KINDS_OF_BODIES,
    KINDS_OF_UNITS,
    OBJECT_PROPERTIES,
    OF_OTHERS,
    OWN,
    iri,
    terms,
)
from independent import KIND, KINDS, OG, ORG
from independent import ONTOLOGY_IRI as ONTOLOGY
from organograph.names import PREFIXES
from owl_profile import violations

FOLDER = Path(__file__).parents[1] / "ontology"


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(FOLDER / "organograph.ttl")


@pytest.fixture(scope="module")
def kinds() -> Graph:
    return Graph().parse(FOLDER / "kinds.ttl")


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (CLASSES, OWL.Class),
        (INDIVIDUALS, OG.Basis),
        (OBJECT_PROPERTIES, OWL.ObjectProperty),
        (DATA_PROPERTIES, OWL.DatatypeProperty),
        (ANNOTATION_PROPERTIES, OWL.AnnotationProperty),
    ],
    ids=["classes", "individuals", "object properties", "data properties", "annotation properties"],
)
def test_the_own_terms_are_those_agreed(ontology: Graph, names: str, kind: URIRef) -> None:
    """Each own term is declared as what it is, and there is none besides."""
    assert {s for s in ontology.subjects(RDF.type, kind) if str(s).startswith(OG)} == terms(names)


def test_no_other_own_term_is_used(ontology: Graph) -> None:
    """Nothing in the namespace is mentioned that is not defined."""
    used = {node for triple in ontology for node in triple if isinstance(node, URIRef) and node in OG}
    assert used == OWN


@pytest.mark.parametrize("term", sorted(OWN))
def test_each_own_term_is_documented(ontology: Graph, term: URIRef) -> None:
    """A term has a label, a definition that is a sentence and examples, in English and in French, and says where it is defined."""
    labels, definitions = list(ontology[term : SKOS.prefLabel]), list(ontology[term : SKOS.definition])
    assert sorted(label.language or "" for label in labels if isinstance(label, Literal)) == ["en", "fr"]
    assert sorted(text.language or "" for text in definitions if isinstance(text, Literal)) == ["en", "fr"]
    assert [text for text in definitions if not str(text).endswith(".") or not str(text)[0].isupper()] == []
    examples = [text for text in ontology[term : SKOS.example] if isinstance(text, Literal)]
    assert examples
    # A word that the data has is the same in any language.
    spoken = Counter(text.language for text in examples if " " in text)
    assert spoken["en"] == spoken["fr"]
    negative = [sum(text.startswith(begin) for text in examples) for begin in ("Negative example: ", "Contre-exemple : ")]
    assert negative[0] == negative[1]
    assert list(ontology[term : RDFS.isDefinedBy]) == [ONTOLOGY]


def test_labels_and_definitions_tell_terms_apart(ontology: Graph) -> None:
    """No two terms share a definition, and no two properties or two classes a label."""
    definitions = [o for s, o in ontology[: SKOS.definition] if str(s).startswith(OG)]
    assert len(set(definitions)) == len(definitions)
    labels = [(str(s).split("#")[1][0].isupper(), o) for s, o in ontology[: SKOS.prefLabel] if str(s).startswith(OG)]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("kind", OF_OTHERS, ids=lambda kind: str(kind).split("#")[1])
def test_the_terms_of_others_are_declared(ontology: Graph, kind: URIRef) -> None:
    """Every term that a graph uses is declared as what OWL 2 DL takes it for."""
    assert {name for name in OF_OTHERS[kind].split() if (iri(name), RDF.type, kind) not in ontology} == set()


@pytest.mark.parametrize("files", [["organograph"], ["org-axioms"], ["organograph", "org-axioms", "kinds"]], ids="+".join)
def test_the_ontology_is_owl_2_dl(files: list[str]) -> None:
    """Each file that stands alone, and all together, keep the rules of OWL 2 DL."""
    graph = Graph()
    for name in files:
        graph.parse(FOLDER / f"{name}.ttl")
    assert violations(graph) == []


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("og:parent a owl:DatatypeProperty .", "is declared as several kinds"),
        ("og:Body rdfs:subClassOf og:Nowhere .", "is used as a class and not declared"),
        ("og:x og:undeclared og:y .", "is used as a property and not declared"),
        ("og:x og:parent 'words' .", "is an object property with a literal"),
        ("og:order rdfs:range xsd:gYearMonth .", "is used as a datatype and is none of OWL 2"),
        ("org:transitiveSubOrganizationOf a owl:FunctionalProperty .", "is not simple"),
    ],
)
def test_the_profile_check_finds_faults(ontology: Graph, broken: str, fault: str) -> None:
    """The check of OWL 2 DL is no formality."""
    graph = Graph() + ontology + Graph().parse(FOLDER / "org-axioms.ttl")
    graph.parse(data="".join(f"@prefix {p}: <{n}> .\n" for p, n in PREFIXES.items()) + broken, format="turtle")
    assert any(fault in each for each in violations(graph))


def test_what_nothing_can_be_at_once(ontology: Graph) -> None:
    """The classes of things in the structure exclude each other."""
    expected = """foaf:Person og:Body og:Edition og:SourceDocument org:FormalOrganization org:Membership
        org:OrganizationalUnit org:Post org:Site"""
    lists = [set(Collection(ontology, head)) for head in ontology.objects(None, OWL.members)]
    assert {iri(name) for name in expected.split()} in lists


def test_parent_may_have_several_values_over_editions(ontology: Graph) -> None:
    """No property is functional, since two editions together would then merge things."""
    assert not list(ontology.subjects(RDF.type, OWL.FunctionalProperty))


@pytest.mark.parametrize("name", ["organograph", "org-axioms", "kinds"])
def test_the_files_are_written_alike(name: str) -> None:
    """Turtle here is indented by spaces in fours, says first what it holds, and ends with one line end."""
    lines = (FOLDER / f"{name}.ttl").read_text(encoding="utf-8").split("\n")
    indents = {len(line) - len(line.lstrip(" ")) for line in lines}
    assert all(indent % 4 == 0 for indent in indents)
    assert not [line for line in lines if "\t" in line or line != line.rstrip()]
    assert lines[0].startswith("# ")
    assert lines[-1] == ""
    assert lines[-2] != ""
    prefixes = [line for line in lines if line.startswith("@prefix")]
    assert prefixes == sorted(prefixes)


def test_each_kind_is_a_documented_concept(kinds: Graph) -> None:
    """The scheme holds the agreed kinds, each with names in two languages, a sentence and its slug."""
    slugs = (KINDS_OF_UNITS + " " + KINDS_OF_BODIES).split()
    concepts = set(kinds.subjects(RDF.type, SKOS.Concept))
    assert concepts == {KIND[slug] for slug in slugs}
    for slug in slugs:
        labels = [o.language for o in kinds[KIND[slug] : SKOS.prefLabel] if isinstance(o, Literal)]
        assert sorted(map(str, labels)) == ["en", "fr"]
        assert list(kinds[KIND[slug] : SKOS.notation]) == [Literal(slug)]
        assert str(kinds.value(KIND[slug], SKOS.definition)).endswith(".")
        assert list(kinds[KIND[slug] : SKOS.inScheme]) == [KINDS]


def test_each_kind_is_at_the_top_or_below_another(kinds: Graph) -> None:
    """A kind is a top concept exactly if it has no broader one, and the scheme says the same."""
    concepts = set(kinds.subjects(RDF.type, SKOS.Concept))
    top = set(kinds.subjects(SKOS.topConceptOf, KINDS))
    assert top == set(kinds.objects(KINDS, SKOS.hasTopConcept))
    assert concepts - top == set(kinds.subjects(SKOS.broader, None))
    assert set(kinds.objects(None, SKOS.broader)) <= top


def test_a_kind_is_of_units_or_of_bodies(kinds: Graph) -> None:
    """Two collections part the kinds."""
    assert set(kinds[KIND.units : SKOS.member]) == {KIND[slug] for slug in KINDS_OF_UNITS.split()}
    assert set(kinds[KIND.bodies : SKOS.member]) == {KIND[slug] for slug in KINDS_OF_BODIES.split()}


def test_blank_nodes_name_no_term(ontology: Graph) -> None:
    """Only unions and lists of classes are without a name."""
    loose = {p for s, p, _ in ontology if isinstance(s, BNode)}
    assert loose <= {RDF.type, RDF.first, RDF.rest, OWL.unionOf, OWL.members, OWL.distinctMembers}
    assert ORG.Post in ontology.all_nodes()
