"""Contradictions: found by rules or by halving, no larger than they must be, and told in words."""

from collections.abc import Sequence

import pytest
from rdflib import OWL, RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import SKOS

from independent import KIND, OG, ORG
from independent import graph_of as in_rdflib
from organograph.graphs.vocabulary import ontology_graph
from organograph.reasoning.axioms import Axiom, read_axioms, write_axioms
from organograph.reasoning.closure import Clash
from organograph.reasoning.explain import explain
from organograph.reasoning.justify import clashes_by_rules, find_clashes, smallest_part
from organograph.reasoning.reason import ONTOLOGY_FILES
from small_edition import EDITION, FOLDER, HEAD, HOLDER, LEGAL, NAMES, SITE, STRUCTURE, WHOLE, graph_of


@pytest.fixture
def edition() -> Graph:
    return graph_of(STRUCTURE)


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return in_rdflib(ontology_graph(FOLDER, ONTOLOGY_FILES))


@pytest.mark.parametrize(
    ("fact", "sentence", "rule"),
    [
        (
            (HEAD, ORG.unitOf, WHOLE),
            "Director General is an Organizational Unit and a Post, which are disjoint.",
            'Whatever has "unit of" is an Organizational Unit.',
        ),
        (
            (SITE, OG.parent, LEGAL),
            "Bangkok, Thailand is a Site but would have to be an Organizational Unit or a Post, which are disjoint.",
            'Whatever has "parent" is an Organizational Unit or a Post.',
        ),
        (
            (SITE, OG.countryCode, Literal(66)),
            'Bangkok, Thailand has country code "66", of datatype integer instead of string.',
            'The values of "country code" are of datatype string.',
        ),
        (
            (HOLDER, ORG.hasPost, HEAD),
            "Amy Pope is an Organization and a Person (foaf), which are disjoint.",
            'Whatever has "has post" is an Organization.',
        ),
        (
            (SITE, OG.coordinatesWith, LEGAL),
            "Bangkok, Thailand is a Site but would have to be a Body, an Organizational Unit or a Post, which are disjoint.",
            'Whatever has "coordinates with" is a Body, an Organizational Unit or a Post.',
        ),
    ],
)
def test_rules_find_what_contradicts(
    edition: Graph, ontology: Graph, fact: tuple[URIRef, URIRef, URIRef], sentence: str, rule: str
) -> None:
    """Contradictions by class, link, domain, range, value or direction are found without the reasoner."""
    edition.add(fact)
    whole = ontology + edition
    stories = [explain(clash, whole) for clash in clashes_by_rules(read_axioms(whole))]
    assert sentence in [story.sentence for story in stories]
    assert any(rule in story.axioms and str(fact[0]) in story.individuals for story in stories)


def test_two_values_of_a_single_one_are_explained(edition: Graph, ontology: Graph) -> None:
    """A membership in two things that cannot be one is a contradiction of both."""
    edition.add((NAMES.thing("membership", "amy-pope"), ORG.organization, LEGAL))
    whole = ontology + edition
    (story,) = (explain(clash, whole) for clash in clashes_by_rules(read_axioms(whole)))
    assert {str(LEGAL), str(WHOLE)} <= set(story.individuals)
    assert '"organization" has one value at most.' in story.axioms
    assert "amy-pope has organization Legal Affairs." in story.axioms


def test_members_of_a_collaboration_are_organizations(edition: Graph, ontology: Graph) -> None:
    """A rule about all values of a property is followed."""
    edition.add((LEGAL, RDF.type, ORG.OrganizationalCollaboration))
    edition.add((LEGAL, ORG.hasMember, HOLDER))
    whole = ontology + edition
    (story,) = (explain(clash, whole) for clash in clashes_by_rules(read_axioms(whole)))
    assert story.sentence == "Amy Pope is an Organization and a Person (foaf), which are disjoint."
    rule = 'Whatever "has member" links an Organizational Collaboration to is an Organization.'
    assert rule in story.axioms


def test_exclusive_links_are_found(ontology: Graph) -> None:
    """A thing described and not described in the same edition is a contradiction."""
    register = Graph()
    register.add((LEGAL, OG.describedIn, EDITION))
    register.add((LEGAL, OG.notDescribedIn, EDITION))
    (clash,) = clashes_by_rules(read_axioms(ontology + register))
    story = explain(clash, ontology + register)
    assert story.sentence == "legal-affairs is described in and is not described in 2023-10, which exclude each other."


def test_a_clash_has_no_axiom_to_spare(edition: Graph, ontology: Graph) -> None:
    """Without any one of its axioms the contradiction is gone."""
    edition.add((SITE, OG.parent, LEGAL))
    (clash,) = clashes_by_rules(read_axioms(ontology + edition))
    for each in clash.axioms:
        assert not clashes_by_rules([axiom for axiom in clash.axioms if axiom != each])


def test_what_only_the_reasoner_sees_is_found_by_halving(edition: Graph, ontology: Graph) -> None:
    """Where the rules find nothing, the reasoner's yes and no lead to the facts and rules at fault."""
    key = next(ontology.objects(ORG.Organization, OWL.hasKey))
    fault = {
        (LEGAL, ORG.identifier, Literal("LEG")),
        (WHOLE, ORG.identifier, Literal("LEG")),
        (ORG.Organization, OWL.hasKey, key),
        (ORG.FormalOrganization, OWL.disjointWith, ORG.OrganizationalUnit),
    }
    for triple in fault:
        edition.add(triple)
    whole = ontology + edition
    axioms = read_axioms(whole)
    assert clashes_by_rules(axioms) == []
    asked: list[int] = []

    def contradict(part: Sequence[Axiom]) -> bool:
        asked.append(len(part))
        return fault <= {axiom.triple for axiom in part}

    (clash,) = find_clashes(axioms, contradict)
    assert {axiom.triple for axiom in clash.axioms} == fault
    assert len(asked) < len(axioms)
    story = explain(clash, whole)
    assert story.sentence.endswith("International Organization for Migration and Legal Affairs cannot all be true.")
    assert "Nothing is both a Formal Organization and an Organizational Unit." in story.axioms


def test_halving_needs_nothing_of_what_is_given() -> None:
    """Axioms that contradict by themselves are found whatever is taken for granted."""
    axioms = [Axiom((LEGAL, RDFS.seeAlso, Literal(number))) for number in range(9)]
    assert smallest_part(axioms, lambda part: axioms[4] in part) == [axioms[4]]
    assert smallest_part([], lambda part: True) == []


def test_axioms_are_written_as_they_were_read(ontology: Graph) -> None:
    """Reading a graph and writing its axioms keeps their meaning, with lists of classes told as pairs."""
    axioms = read_axioms(ontology)
    again = read_axioms(write_axioms(axioms, ontology))
    assert [str(axiom) for axiom in again] == [str(axiom) for axiom in axioms]
    assert not [axiom for axiom in axioms if axiom.triple[1] in (RDFS.label, RDFS.comment)]
    assert (KIND.office, RDF.type, SKOS.Concept) in [axiom.triple for axiom in axioms]


def test_a_story_reads_as_lines() -> None:
    """An explanation prints its sentence and then each axiom on a line."""
    fact = Axiom((LEGAL, RDF.type, ORG.Post))
    story = explain(Clash((fact,)), graph_of(STRUCTURE))
    assert str(story) == "What is said of Legal Affairs cannot all be true.\n  - Legal Affairs is a Post."
