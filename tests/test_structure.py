"""The structure of IOM: what the five documents name is there, under the right parent, in the right edition."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode

from organograph.graphs.catalogue import catalogue_graph
from organograph.graphs.evidence_graph import evidence_graphs
from organograph.graphs.graph import edition_graph
from organograph.model import Edition
from organograph.names import DCTERMS, OG, ORG, PROV, RDF, SKOS, Names
from organograph.statements import Graph
from places import bundled

NAMES = Names()


def edition(identifier: str) -> Edition:
    dataset = bundled().dataset
    assert dataset is not None
    return next(each for each in dataset.editions if each.id == identifier)


def evidence(identifier: str, source: str) -> Graph:
    dataset = bundled().dataset
    assert dataset is not None
    return evidence_graphs(dataset, edition(identifier), NAMES)[source]


@pytest.mark.parametrize(
    ("identifier", "source", "units", "posts", "bodies"),
    [
        ("2021-09", "office-2021", 18, 8, 1),
        ("2022-06", "office-2022", 45, 6, 8),
        ("2022-06", "structure-2022", 146, 12, 17),
        ("2022-06", "operations-2022", 50, 2, 2),
        ("2023-10", "director-general-2023", 32, 5, 1),
    ],
)
def test_every_document_has_its_things(identifier: str, source: str, units: int, posts: int, bodies: int) -> None:
    """The evidence graph of each document holds the units, posts and bodies that two readings of it found."""
    graph = evidence(identifier, source)
    found = tuple(len(set(graph.subjects(RDF.type, kind))) for kind in (ORG.OrganizationalUnit, ORG.Post, OG.Body))
    assert found == (units, posts, bodies)


@pytest.mark.parametrize(
    ("identifier", "thing", "chain"),
    [
        (
            "2022-06",
            "unit:treasury",
            [
                "unit:financial-and-administrative-management",
                "post:deputy-director-general-management-and-reform",
                "post:director-general",
                "organization:iom",
            ],
        ),
        (
            "2022-06",
            "unit:flow-monitoring",
            [
                "unit:displacement-tracking-matrix",
                "unit:global-data-institute",
                "post:deputy-director-general-operations",
                "post:director-general",
                "organization:iom",
            ],
        ),
        ("2022-06", "unit:country-office-rome", ["unit:country-offices-coordinating", "unit:country-offices", "organization:iom"]),
        (
            "2022-06",
            "unit:fund-management",
            ["unit:united-nations-network-on-migration-secretariat", "post:director-general", "organization:iom"],
        ),
        (
            "2021-09",
            "unit:media-and-communications",
            ["post:spokesperson", "unit:office-of-the-director-general", "post:director-general", "organization:iom"],
        ),
        (
            "2023-10",
            "unit:regional-offices",
            ["unit:office-of-the-chief-of-staff", "post:chief-of-staff", "post:director-general", "organization:iom"],
        ),
        ("2023-10", "unit:legal-affairs", ["post:director-general", "organization:iom"]),
    ],
)
def test_chain_of_command(identifier: str, thing: str, chain: list[str]) -> None:
    """Each thing stands under the chain that the documents tell."""
    assert list(edition(identifier).chain(thing)) == chain


@pytest.mark.parametrize(
    ("identifier", "post", "superior"),
    [
        ("2023-10", "post:deputy-chief-of-staff", "post:chief-of-staff"),
        ("2022-06", "post:chief-of-staff", "post:director-general"),
        ("2022-06", "post:senior-regional-advisers", "post:chief-of-staff"),
        ("2022-06", "post:director-of-human-resources-management", "post:deputy-director-general-management-and-reform"),
        ("2022-06", "post:regional-directors", "post:chief-of-staff"),
        ("2022-06", "post:chiefs-of-mission", "post:director-general"),
        ("2022-06", "post:director-general", None),
    ],
)
def test_superior_is_the_next_post_up(identifier: str, post: str, superior: str | None) -> None:
    """A post reports to the next post above, the head of each unit passed counting."""
    assert edition(identifier).superior(post) == superior


def test_identity_survives_a_rename() -> None:
    """Legal Affairs is one thing in all editions, by whatever name."""
    names = {each: edition(each).by_reference["unit:legal-affairs"].name for each in ("2021-09", "2022-06", "2023-10")}
    assert names == {"2021-09": "Office of Legal Affairs", "2022-06": "Department of Legal Affairs", "2023-10": "Office of Legal Affairs"}


def test_independent_offices_report_to_the_director_general_alone() -> None:
    """The four independent offices of 2023 have the Director General as parent and only superior."""
    dataset = bundled().dataset
    assert dataset is not None
    graph = edition_graph(dataset, edition("2023-10"), NAMES)
    head = NAMES.thing("post", "director-general")
    offices = set(graph.subjects(RDF.type, OG.IndependentOffice))
    assert {office.value.rpartition("/")[2] for office in offices} == {
        "legal-affairs",
        "ombudsperson",
        "internal-oversight-services",
        "ethics-and-pseah",
    }
    assert all(set(graph.objects(office, term)) == {head} for office in offices for term in (OG.parent, ORG.reportsTo))


def test_documents_that_disagree_keep_their_own_words() -> None:
    """A name that the edition does not follow is still what its document states."""
    unit = NAMES.thing("unit", "migration-research-and-publications")
    assert evidence("2022-06", "operations-2022").value(unit, SKOS.prefLabel) == Literal(
        "Migration Research and Publications Unit", language="en"
    )
    assert evidence("2022-06", "structure-2022").value(unit, SKOS.prefLabel) == Literal(
        "Migration Research and Publications Division", language="en"
    )


def test_no_graph_has_blank_nodes() -> None:
    """Every part of a thing has a hash IRI of its owner."""
    dataset = bundled().dataset
    assert dataset is not None
    for each in dataset.editions:
        graphs = [edition_graph(dataset, each, NAMES), *evidence_graphs(dataset, each, NAMES).values()]
        assert all(isinstance(subject, NamedNode) for graph in graphs for subject in graph.things())


def test_what_is_inferred_stands_in_the_edition_alone() -> None:
    """No evidence graph places a thing by inference, and every inferred place has a note."""
    dataset = bundled().dataset
    assert dataset is not None
    for each in dataset.editions:
        for graph in evidence_graphs(dataset, each, NAMES).values():
            assert not graph.subjects(OG.basis, OG.inferred)
        graph = edition_graph(dataset, each, NAMES)
        assert all(graph.objects(thing, SKOS.editorialNote) for thing in graph.subjects(OG.basis, OG.inferred))


def test_at_most_one_parent_in_evidence() -> None:
    """A document gives a thing at most one parent."""
    dataset = bundled().dataset
    assert dataset is not None
    for each in dataset.editions:
        for graph in evidence_graphs(dataset, each, NAMES).values():
            assert all(len(graph.objects(thing, OG.parent)) == 1 for thing, _ in graph.pairs(OG.parent))


def test_purposes_are_short() -> None:
    """A purpose is one sentence of at most thirty words."""
    dataset = bundled().dataset
    assert dataset is not None
    for each in dataset.editions:
        for thing in each.things:
            assert len(thing.purpose.split()) <= 30
            assert not thing.purpose or thing.purpose.endswith(".")


def test_independence_is_cited() -> None:
    """That an office is independent leads to the words of the document that call it so."""
    graph, office = evidence("2023-10", "director-general-2023"), NAMES.thing("unit", "ombudsperson")
    (statement,) = (each for each in graph.subjects(RDF.object, OG.IndependentOffice) if (each, RDF.subject, office) in graph)
    assert graph.value(statement, OG.basis) == OG.stated
    span = graph.value(statement, PROV.wasDerivedFrom)
    assert span.value.startswith(f"{NAMES.thing('source', 'director-general-2023').value}#at-")


def test_what_is_reasoned_beside_the_tree_is_told() -> None:
    """A relation or a site that is inferred says so in its edition, with the reason and the document."""
    dataset = bundled().dataset
    assert dataset is not None
    graph = edition_graph(dataset, edition("2022-06"), NAMES)
    berlin = NAMES.thing("site", "berlin")
    assert graph.value(berlin, OG.basis) == OG.inferred
    assert graph.objects(berlin, SKOS.editorialNote)
    assert (berlin, DCTERMS.source, NAMES.thing("source", "structure-2022")) in graph
    noted = set(graph.subjects(RDF.type, RDF.Statement))
    assert len(noted) > 10
    for statement in noted:
        subject, predicate, value = (graph.value(statement, role) for role in (RDF.subject, RDF.predicate, RDF.object))
        assert (subject, predicate, value) in graph
        assert statement.value.startswith(f"{NAMES.edition('2022-06').value}#statement-")
        assert graph.objects(statement, SKOS.editorialNote)


def test_dates_that_no_document_gives_name_their_report() -> None:
    """The dates of a tenure come from a public report, which the interval names."""
    dataset = bundled().dataset
    assert dataset is not None
    for each in dataset.editions:
        graph = edition_graph(dataset, each, NAMES)
        for _, interval in graph.pairs(ORG.memberDuring):
            assert all(report.value.startswith("http") for report in graph.objects(interval, DCTERMS.source))
            assert graph.objects(interval, DCTERMS.source)


def test_a_document_says_to_whom_a_post_reports() -> None:
    """A post within a unit reports, by the document alone, to the post that the document puts at the head above it."""
    graph = evidence("2023-10", "director-general-2023")
    deputy, chief = NAMES.thing("post", "deputy-chief-of-staff"), NAMES.thing("post", "chief-of-staff")
    assert set(graph.objects(deputy, ORG.reportsTo)) == {chief}
    heads = set(evidence("2022-06", "office-2022").objects(chief, OG.heads))
    assert heads == {NAMES.thing("unit", "executive-office")}


def test_names_are_in_the_language_of_the_dataset() -> None:
    """An organization whose documents are French has French labels, in editions, evidence and catalogue."""
    dataset = bundled().dataset
    assert dataset is not None
    french = replace(dataset, language="fr")
    latest = french.editions[-1]
    graphs = [edition_graph(french, latest, NAMES), *evidence_graphs(french, latest, NAMES).values(), catalogue_graph(french, NAMES)]
    tongues = {label.language for graph in graphs for _, label in graph.pairs(SKOS.prefLabel) if isinstance(label, Literal)}
    assert tongues == {"fr"}
