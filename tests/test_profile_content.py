"""What is given in each profile is valid by its shapes or schema, in every edition and for every thing; a mutant is not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pyoxigraph
import pyshacl
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple
from rdflib import RDF, SKOS, Graph, URIRef

from httpclient import Client
from organograph.engine import Data, Plan, compile_shapes
from organograph.names import OG, ORG, PREFIXES
from organograph_server.content.telling import WORDS
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.quads import Quads
from organograph_server.profiles import chart, skos
from organograph_server.profiles.state import State
from organograph_server.profiles.table import PROFILES, triples
from places import REPOSITORY, shared
from serving import Running, small_app

EDITIONS = ("2021-09", "2022-06", "2023-10")
FOLDER = REPOSITORY / "server/organograph_server/profiles"
SCHEMA = "https://schema.org/"
# RDFLib 7.6 warns of a class it uses itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
VALIDATED = ("cpov", "schema", "skos")
Mutation = Callable[[set[Triple]], set[Triple]]


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of a server with the structure of IOM."""
    return Client(iom.address.rstrip("/"))


def shapes_of(profile: str) -> Path:
    """The shapes of a profile: those of CPOV stand beside the repository."""
    if profile == "cpov":
        return shared("suites/cpov-shapes") / "core-public-organisation-ap-SHACL.ttl"
    return FOLDER / f"{profile}-shapes.ttl"


@cache
def plan(shapes: Path) -> Plan:
    """Shapes made ready to run."""
    return compile_shapes([quad.triple for quad in pyoxigraph.parse(path=str(shapes), format=RdfFormat.TURTLE)])


def read(body: bytes) -> set[Triple]:
    """The triples of a document in N-Triples."""
    return {quad.triple for quad in pyoxigraph.parse(body, format=RdfFormat.N_TRIPLES)}


def wrong(profile: str, said: set[Triple]) -> list[str]:
    """What the shapes of a profile find, by focus node and path."""
    return sorted({f"{found.focus} {found.path}" for found in plan(shapes_of(profile)).run(Data(sorted(said, key=str))).results})


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("profile", VALIDATED)
def test_an_edition_is_valid(client: Client, profile: str, edition: str) -> None:
    """A whole edition is valid by the shapes of its profile, to pySHACL."""
    answer = client.get(f"/edition/{edition}.nt?_profile={profile}")
    graph = Graph().parse(data=answer.text, format="nt")
    assert len(graph) > 80
    conforms, _, told = pyshacl.validate(graph, shacl_graph=Graph().parse(shapes_of(profile)))
    assert conforms, told


@pytest.mark.parametrize("profile", VALIDATED)
def test_every_document_is_valid(client: Client, iom: Running, profile: str) -> None:
    """The document of every thing is valid by itself, and its statements stand in the edition that it is taken from."""
    whole = set().union(*(read(client.get(f"/edition/{edition}.nt?_profile={profile}").body) for edition in EDITIONS))
    paths = set(re.findall(f"<loc>{iom.base}doc/([^<]*)</loc>", client.get("/sitemap.xml").text))
    answers = {path: client.get(f"/doc/{path}.nt?_profile={profile}") for path in sorted(paths)}
    given = {path: read(answer.body) for path, answer in answers.items() if answer.status == 200}
    assert {answer.status for answer in answers.values()} == {200, 406}
    assert len(given) > 100
    assert {path: found for path, said in given.items() if (found := wrong(profile, said))} == {}
    assert {path: more for path, said in given.items() if (more := said - whole)} == {}


def without(subject: str, predicate: NamedNode) -> Mutation:
    """Leaves out what is said of something."""
    return lambda said: {each for each in said if not (str(each.subject).endswith(f"{subject}>") and each.predicate == predicate)}


def with_(subject: str, predicate: str, value: NamedNode | Literal) -> Mutation:
    """Says something more."""
    return lambda said: said | {Triple(NamedNode(subject), NamedNode(predicate), value)}


def iri(path: str) -> str:
    """The IRI of a thing of IOM."""
    return f"http://127.0.0.1:8000/{path}"


_TYPE, _SKOS = NamedNode(str(RDF.type)), PREFIXES["skos"]
_LEGAL, _IOM = iri("id/unit/legal-affairs"), iri("id/organization/iom")
MUTANTS: dict[str, tuple[str, Mutation, str]] = {
    "the organization is no public one": ("cpov", without("organization/iom", _TYPE), "http://www.w3.org/ns/org#unitOf"),
    "a name has no language": ("cpov", with_(_IOM, f"{_SKOS}prefLabel", Literal("IOM")), f"{_SKOS}prefLabel"),
    "a kind is no concept": (
        "cpov",
        with_(_IOM, str(ORG.classification.value), NamedNode("urn:x")),
        "http://www.w3.org/ns/org#classification",
    ),
    "an address is no address": (
        "cpov",
        with_(_IOM, "http://www.w3.org/ns/locn#address", NamedNode("urn:x")),
        "http://www.w3.org/ns/locn#address",
    ),
    "a unit has no name": ("schema", without("unit/legal-affairs", NamedNode(f"{SCHEMA}name")), f"{SCHEMA}name"),
    "a property is of another vocabulary": ("schema", with_(_LEGAL, OG.basis.value, OG.stated), OG.basis.value),
    "an employee is no role": ("schema", with_(_LEGAL, f"{SCHEMA}employee", NamedNode(_IOM)), f"{SCHEMA}employee"),
    "two preferred labels (S14)": ("skos", with_(_LEGAL, f"{_SKOS}prefLabel", Literal("x", language="en")), f"{_SKOS}prefLabel"),
    "a label twice (S13)": (
        "skos",
        with_(_IOM, f"{_SKOS}altLabel", Literal("International Organization for Migration", language="en")),
        "altLabel",
    ),
    "related and broader (S27)": ("skos", with_(_LEGAL, f"{_SKOS}related", NamedNode(_IOM)), _LEGAL),
    "a concept is a scheme (S9)": ("skos", with_(_LEGAL, str(RDF.type), NamedNode(str(SKOS.ConceptScheme))), _LEGAL),
    "a circle": ("skos", with_(_IOM, f"{_SKOS}broader", NamedNode(_LEGAL)), _IOM),
    "a notation": ("skos", with_(_LEGAL, f"{_SKOS}notation", Literal("LEG")), f"{_SKOS}notation"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_is_not_valid(client: Client, mutant: str) -> None:
    """Each fault in an edition is found, where it is."""
    profile, mutate, where = MUTANTS[mutant]
    said = read(client.get(f"/edition/2023-10.nt?_profile={profile}").body)
    changed = mutate(said)
    assert changed != said
    assert any(where in found for found in wrong(profile, changed))


def test_the_table_of_the_mapping_is_what_is_given(client: Client) -> None:
    """docs/profiles.md names exactly the properties and classes that editions have in each profile, and the members of charts."""
    text = (REPOSITORY / "docs/profiles.md").read_text(encoding="utf-8").partition("## What becomes of what")[2]
    rows = [line.split("|")[2:-1] for line in text.partition("## Checking")[0].splitlines() if line.startswith("| ")]
    columns = dict(zip((name.strip(" `") for name in rows[0]), zip(*rows[1:], strict=True), strict=True))
    told = {profile: set(re.findall(r"`([^`]+)`", " ".join(cells))) for profile, cells in columns.items()}
    for profile in VALIDATED:
        said = set().union(*(read(client.get(f"/edition/{edition}.nt?_profile={profile}").body) for edition in EDITIONS))
        terms = {each.predicate.value for each in said} - {str(RDF.type)}
        terms |= {each.object.value for each in said if each.predicate.value == str(RDF.type) and isinstance(each.object, NamedNode)}
        spaces = {space: name for name, space in WORDS.items()}
        used = {f"{spaces[space]}:{term[len(space) :]}" for term in terms for space in spaces if term.startswith(space)}
        # Whether a tenure has an end depends on the documents.
        assert told[profile] == used | ({"sdo:endDate"} if profile == "schema" else set())
    trees = [json.loads(client.get(f"/edition/{edition}?_profile=chart").body) for edition in EDITIONS]
    members = {member for tree in trees for box in boxes(tree) for member in box} - {"@context", "id", "type"}
    types = {"person", *(box["type"] for tree in trees for box in boxes(tree))}
    assert told["chart"] == members | types


def boxes(box: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A box of a chart and all below it."""
    yield box
    for child in box.get("children", ()):
        yield from boxes(child)


def validator(client: Client) -> jsonschema.Draft202012Validator:
    """What checks charts by the schema that the server gives."""
    schema = json.loads(client.get("/profile/chart/schema.json").body)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_chart_is_the_tree_of_its_edition(client: Client, iom: Running, edition: str) -> None:
    """The chart of an edition has each unit and post once, where the edition places it, by its name there."""
    tree = json.loads(client.get(f"/edition/{edition}?_profile=chart").body)
    assert list(validator(client).iter_errors(tree)) == []
    graph = Graph().parse(data=client.get(f"/edition/{edition}.ttl").text, format="turtle")
    placed = {(str(child), str(parent)) for child, parent in graph.subject_objects(URIRef(OG.parent.value))}
    found = [(child["id"], box["id"]) for box in boxes(tree) for child in box.get("children", ())]
    assert (sorted(found), tree["edition"]) == (sorted(placed), f"{iom.base}edition/{edition}")
    assert all(box["name"] == str(graph.value(URIRef(box["id"]), SKOS.prefLabel)) for box in boxes(tree))
    holders = {(str(post), str(person)) for post, person in graph.subject_objects(URIRef(ORG.heldBy.value))}
    assert {(box["id"], holder["id"]) for box in boxes(tree) for holder in box.get("holders", ())} == holders


@pytest.mark.parametrize(
    "path", [*(f"/edition/{edition}" for edition in EDITIONS), "/edition/2022-06/doc/post/director-general", "/doc/unit/treasury"]
)
def test_a_chart_says_the_same_in_json_and_turtle(client: Client, path: str) -> None:
    """Read as JSON-LD by RDFLib and by Oxigraph, a chart has the triples that it has in the other formats."""
    json_, turtle = (client.get(f"{path}.{ending}?_profile=chart").body for ending in ("jsonld", "ttl"))
    same = set(Graph().parse(data=turtle, format="turtle"))
    assert set(Graph().parse(data=json_, format="json-ld")) == same
    written = read(client.get(f"{path}.nt?_profile=chart").body)
    assert {quad.triple for quad in pyoxigraph.parse(json_, format=RdfFormat.JSON_LD)} == written
    assert len(written) == len(same) > 3


def test_a_branch_is_a_part_of_the_chart(client: Client) -> None:
    """The chart of a unit is the box of that unit in the chart of the edition, with all that is below it."""
    tree = json.loads(client.get("/edition/2022-06?_profile=chart").body)
    for box in boxes(tree):
        branch = json.loads(client.get(box["id"].replace(iri("id/"), "/edition/2022-06/doc/") + "?_profile=chart").body)
        assert list(validator(client).iter_errors(branch)) == [] if box.get("children") else branch["name"]
        del branch["@context"], branch["edition"]
        assert branch == {name: value for name, value in box.items() if name not in ("@context", "edition")}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tree: tree.pop("name"),
        lambda tree: tree["children"][0].update(type="person"),
        lambda tree: tree["children"][0].update(children=[]),
        lambda tree: tree["children"][0].update(colour="red"),
        lambda tree: tree["children"][0].update(edition=tree["edition"]),
        lambda tree: tree.pop("edition"),
    ],
    ids=["no name", "another type", "no children", "another member", "edition below the root", "no edition"],
)
def test_a_spoilt_chart_is_not_valid(client: Client, spoil: Callable[[dict[str, Any]], object]) -> None:
    """The schema of charts finds faults."""
    tree = json.loads(client.get("/edition/2023-10?_profile=chart").body)
    spoil(tree)
    assert list(validator(client).iter_errors(tree)) != []


@pytest.fixture
def state(tmp_path: Path) -> State:
    """The latest state of an organization with names in two languages and none, odd kinds, and units that coordinate."""
    publication = Publication.of(small_app(tmp_path))
    published = publication.published
    legal, crisis, bangkok = (f"{published.names.base}id/unit/{slug}" for slug in ("legal-affairs", "crisis-response", "bangkok"))
    name, kind, edition = f"{_SKOS}prefLabel", ORG.classification, NamedNode(published.latest.iri)
    told = [quad for quad in publication.quads if not (quad.subject.value in (crisis, bangkok) and quad.predicate.value == name)]
    told += [
        Quad(NamedNode(crisis), NamedNode(name), Literal("Réponse aux crises", language="fr"), edition),
        Quad(NamedNode(bangkok), NamedNode(name), Literal("Bangkok"), edition),
        Quad(NamedNode(bangkok), kind, NamedNode("urn:kind:odd"), edition),
        Quad(NamedNode("urn:kind:odd"), NamedNode(name), Literal("@odd: kind", language="en"), edition),
        Quad(NamedNode(bangkok), NamedNode(OG.coordinatesWith.value), NamedNode(crisis), edition),
        Quad(NamedNode(legal), NamedNode(f"{_SKOS}altLabel"), Literal("Office of Legal Affairs", language="en"), edition),
    ]
    return State(Quads(told), published, published.latest)


def test_charts_speak_several_languages(state: State) -> None:
    """A box whose name is in another language says so, and what is below it is read in its own."""
    node = chart.chart_of(state, state.organization)
    written = chart.json_of(node, state.edition.iri, chart.kinds_in(state, node))
    said = set(chart.triples_of(node, state.edition.iri))
    assert {quad.triple for quad in pyoxigraph.parse(written, format=RdfFormat.JSON_LD)} == said
    names = {each.object for each in said if each.predicate.value == f"{_SKOS}prefLabel"}
    assert {Literal("Réponse aux crises", language="fr"), Literal("Bangkok", language="und")} <= names
    contexts = [box["@context"]["@language"] for box in boxes(json.loads(written)) if "@context" in box]
    assert contexts == ["en", "fr", "und"]


def test_labels_and_relations_keep_the_conditions_of_skos(state: State) -> None:
    """A further name that repeats the first is left out, and so is what would be related to what stands above it."""
    said = set(triples(skos.describe, skos.name, state, state.things(skos.KINDS)))
    assert wrong("skos", said) == []
    related = [(each.subject, each.object) for each in said if each.predicate.value == f"{_SKOS}related"]
    legal, crisis = (NamedNode(f"{state.published.names.base}id/unit/{slug}") for slug in ("legal-affairs", "crisis-response"))
    assert sorted(related, key=str) == sorted([(legal, crisis), (crisis, legal)], key=str)


def test_a_circle_of_parents_ends(state: State) -> None:
    """Units that stand below each other are projected all the same."""
    legal = NamedNode(f"{state.published.names.base}id/unit/legal-affairs")
    parent, edition = OG.parent, NamedNode(state.edition.iri)
    told = [quad for quad in state.quads if not (quad.subject == legal and quad.predicate == parent)]
    turned = replace(state, quads=Quads([*told, Quad(legal, parent, legal, edition)]))
    for profile in PROFILES[1:]:
        assert profile.make is not None
        assert profile.make(turned, [legal.value], profile.formats[-1])
