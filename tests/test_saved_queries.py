"""Saved queries over a real socket: each runs on every edition, in every format, and no parameter is more than a value."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from httpclient import HTML, Client
from organograph.names import DEFAULT_BASE
from organograph.resources import queries_folder
from organograph_server.app import create_app
from organograph_server.dataset.saved import SavedQueries, SavedQuery
from organograph_server.settings import Settings
from serving import Running, listening, small_app

QUERIES = SavedQueries.read(queries_folder(), DEFAULT_BASE).by_name
EDITIONS = ("2021-09", "2022-06", "2023-10")
TABLES = {
    "text/csv": "csv",
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/tab-separated-values": "tsv",
}
NASTY = [
    'legal"',
    '" } } # ',
    "legal-affairs> } DROP ALL #",
    "legal-affairs\\u003e",
    "\\",
    '\\" } UNION { ?s ?p ?o } #',
    "VALUES ?edition { <a:b> }",
    "} SERVICE <http://127.0.0.1:1/> { ?s ?p ?o",
    "../post/director-general",
    "legal-affairs#x",
    "legal-affairs?x",
    "LEGAL-AFFAIRS",
    "ｌegal-affairs",
    "<script>alert(1)</script>",
    "?unit",
    "UNDEF",
]


@pytest.fixture
def client(iom: Running) -> Client:
    """A client of the server of IOM's structure."""
    return Client(iom.address.rstrip("/"))


def address(query: SavedQuery, **values: str) -> str:
    """The address of a query with the examples of its parameters, or other values."""
    return f"/query/{query.name}?{urlencode({p.name: p.example for p in query.parameters} | values)}"


def rows(client: Client, path: str) -> list[list[str]]:
    """The rows of a table without its head."""
    answer = client.get(path, "text/csv")
    assert (answer.status, answer.media_type) == (200, "text/csv"), answer.text
    return list(csv.reader(io.StringIO(answer.text)))[1:]


def size(client: Client, query: SavedQuery, **values: str) -> int:
    """How many rows or triples a query gives."""
    path = address(query, **values)
    if not query.gives_graph:
        return len(rows(client, path))
    return len(list(parse(client.get(path, "application/n-triples").body, format=RdfFormat.N_TRIPLES)))


def test_there_are_queries_for_the_usual_questions() -> None:
    """At least twelve are saved, each with title, comment, keywords, and for each parameter what to give and an example."""
    assert len(QUERIES) >= 12
    for query in QUERIES.values():
        assert all([query.label, query.comment.endswith("."), query.keywords, query.text]), query.name
        assert all(p.label and p.comment.endswith(".") and p.example for p in query.parameters), query.name


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_each_gives_rows_on_every_edition_but_those_it_names(client: Client, query: SavedQuery) -> None:
    """Asked with its examples, a query has rows of every edition, and none exactly where its data say so, with the reason."""
    edition = next((p.name for p in query.parameters if p.kind == "edition" and p.optional), "")
    pairs = [{edition: found} for found in EDITIONS] if edition else [{}]
    empty = {iri.rpartition("/")[2] for iri in query.empty_in}
    assert bool(empty) == bool(query.note)
    for pair in pairs:
        other = {"earlier": next(e for e in EDITIONS if e != pair[edition])} if query.name == "units-compared" else {}
        assert (size(client, query, **pair, **other) == 0) == (pair.get(edition) in empty), pair


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_each_can_be_asked_at_the_endpoint_as_it_is_saved(client: Client, query: SavedQuery) -> None:
    """The text in the data is whole: SPARQL gives what the query's own address gives for its examples."""
    media_type = "application/n-triples" if query.gives_graph else "text/csv"
    asked, saved = client.sparql(query.text, media_type), client.get(address(query), media_type)
    assert (asked.status, asked.body) == (200, saved.body)


def test_what_is_left_out_is_the_latest_edition(client: Client) -> None:
    """Without edition, or with an empty one as forms send it, the latest is asked."""
    known = rows(client, "/query/chain-of-command?unit=legal-affairs&edition=2023-10")
    assert known == [
        [f"{DEFAULT_BASE}id/post/director-general", "Director General", "2"],
        [f"{DEFAULT_BASE}id/organization/iom", "International Organization for Migration", "1"],
    ]
    assert known == rows(client, "/query/chain-of-command?unit=legal-affairs&edition=")
    assert known == rows(client, f"/query/chain-of-command?unit={quote(DEFAULT_BASE)}id/unit/legal-affairs")
    assert known != rows(client, "/query/chain-of-command?unit=legal-affairs&edition=2022-06")


@pytest.mark.parametrize("unit", ["legal-affairs", "ethics-and-conduct"])
def test_a_comparison_tells_what_differs(client: Client, unit: str) -> None:
    """A unit that was renamed and moved, and one that ended, are told as such."""
    found = {row[1].rpartition("/")[2]: row for row in rows(client, "/query/units-compared?earlier=2022-06&later=2023-10")}
    wanted = {"legal-affairs": "name and place", "ethics-and-conduct": "earlier only"}
    assert found[unit][0] == wanted[unit]
    assert rows(client, "/query/units-compared?earlier=2022-06&later=2022-06") == []


@pytest.mark.parametrize(("media_type", "name"), TABLES.items())
def test_answers_are_negotiated_like_those_of_the_endpoint(client: Client, media_type: str, name: str) -> None:
    """Each format of tables by Accept and by parameter; a client that takes everything gets CSV, a browser a page."""
    path = address(QUERIES["search"])
    assert client.get(path, media_type).media_type == media_type
    assert client.get(f"{path}&format={name}", HTML).media_type == media_type
    assert client.get(path).media_type == client.get(path, "*/*").media_type == "text/csv"
    shown = client.get(path, HTML)
    assert (shown.media_type, shown.fields["Vary"]) == ("text/html", "Accept, Accept-Encoding, Accept-Language")
    assert 'href="../doc/unit/legal-affairs"' in shown.text
    assert client.get(path, "text/turtle").status == 406
    assert client.get(path, **{"If-None-Match": client.get(path).fields["ETag"]}).status == 304


def test_a_query_that_makes_a_graph_is_given_as_rdf(client: Client) -> None:
    """CONSTRUCT comes in the formats of RDF, and as no table."""
    path = address(QUERIES["branch"])
    for media_type, start in (("text/turtle", b"@prefix"), ("application/ld+json", b"{"), ("application/rdf+xml", b"<?xml")):
        answer = client.get(path, media_type)
        assert (answer.media_type, answer.body.startswith(start)) == (media_type, True)
    assert client.get(path).media_type == "text/turtle"
    assert client.get(path, HTML).media_type == "text/html"
    assert client.get(path, "text/csv").status == 406


def test_queries_are_data(client: Client) -> None:
    """The list and each query are given in RDF: the words of sparql-examples, under the query's own address."""
    sh, schema = "http://www.w3.org/ns/shacl#", "https://schema.org/"
    listed = set(parse(client.get("/query", "text/turtle").body, format=RdfFormat.TURTLE))
    assert listed == set(parse(client.get("/query?format=rdf").body, format=RdfFormat.RDF_XML))
    for query in QUERIES.values():
        own = {quad for quad in listed if quad.subject == NamedNode(query.iri)}
        assert {quad.predicate.value for quad in own} >= {f"{sh}prefixes", f"{schema}target", f"{schema}keywords"}
        kind = "Construct" if query.gives_graph else "Select"
        assert NamedNode(f"{sh}SPARQL{kind}Executable") in {quad.object for quad in own}
        described = set(parse(client.get(f"/query/{query.name}?format=ttl").body, format=RdfFormat.TURTLE))
        assert own <= described <= listed or not query.needs


def test_the_list_leads_to_answers(client: Client) -> None:
    """The page lists every query, with an example that works."""
    page = client.get("/query", HTML).text
    for query in QUERIES.values():
        assert f'href="./query/{query.name}"' in page or f'href="../query/{query.name}"' in page
        assert client.get(f"/query/{query.name}", HTML).media_type == "text/html"


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_no_value_is_more_than_a_value(client: Client, query: SavedQuery, value: str) -> None:
    """What is no thing, edition or number is 400 with the parameter's name and an example; a text is looked for, and nothing else."""
    for parameter in query.parameters:
        answer = client.get(address(query, **{parameter.name: value}), "application/json")
        if parameter.kind == "text":
            assert (answer.status, json.loads(answer.body)["results"]["bindings"]) == (200, [])
            continue
        problem = json.loads(answer.body)
        assert (answer.status, answer.media_type) == (400, "application/json")
        assert problem["detail"].startswith(f"The parameter {parameter.name} is ")
        assert f"{parameter.name}={parameter.example}" in problem["cure"]
        shown = client.get(address(query, **{parameter.name: value}), HTML)
        assert (shown.status, "<script>" in shown.text) == (400, False)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("chain-of-command?edition=2023-10", "The parameter unit is missing."),
        ("chain-of-command?unit=", "The parameter unit is missing."),
        ("chain-of-command", "The parameter unit is missing."),
        ("chain-of-command?unit=legal-affairs&unit=treasury", "The parameter unit is given more than once."),
        ("chain-of-command?unit=legal-affairs&depth=2", "The query chain-of-command has no parameter 'depth'."),
        ("chain-of-command?unit=director-general", "and this dataset has no such unit."),
        ("chain-of-command?unit=legal-affairs&edition=1999-01", "and this dataset has no such edition."),
        ("reports-to-post?post=legal-affairs", "and this dataset has no such post."),
        ("largest-units?least=0", "which is no whole number from 1 to 1000."),
        ("largest-units?least=1e3", "which is no whole number"),
        ("largest-units?least=%D9%A3", "which is no whole number"),
        ("largest-units?least=-1", "which is no whole number"),
        ("search?text=" + "x" * 101, "which is no text of 1 to 100 characters in one line."),
        ("search?text=%20", "which is no text"),
        ("search?text=a%0d%0ab", "which is no text"),
        ("search?text=%00", "which is no text"),
        ("search?text=%ff", "cannot be read"),
        ("search?" + "text=a&" * 60, "cannot be read"),
    ],
)
def test_what_is_unknown_missing_or_ill_written_is_refused_with_a_sentence(client: Client, path: str, told: str) -> None:
    """Each such request is 400, names the parameter and says what would work."""
    answer = client.get(f"/query/{path}", "application/json")
    problem = json.loads(answer.body)
    assert (answer.status, told in problem["detail"]) == (400, True), problem
    assert problem["cure"].endswith(".")


def test_a_text_finds_what_has_its_signs_and_nothing_else(client: Client) -> None:
    """Signs that mean something in SPARQL are only letters in a text."""
    assert len(rows(client, "/query/search?text=&text=%26")) == len(rows(client, "/query/search?text=%26"))
    for sign in ("'", "&", "(", "."):
        assert all(sign in row[2] for row in rows(client, f"/query/search?text={quote(sign)}"))
    assert all("LEGAL" in row[2].upper() for row in rows(client, "/query/search?text=LeGaL"))


def test_a_value_that_looks_like_another_parameter_changes_nothing() -> None:
    """A text that holds a block of values, or an end of one, stays within its quotes."""
    query = QUERIES["search"]
    for text in ("VALUES ?edition { <a:b> }", '" } VALUES ?edition { <a:b> } #', "\\u0022 }"):
        bound = query.bound({"text": Literal(text), "edition": NamedNode("http://x.example/edition/1")})
        written = str(Literal(text))
        assert bound.replace(written, '"legal"').replace("http://x.example/edition/1", "edition/2023-10") == query.text


def test_an_unknown_query_is_not_found(client: Client) -> None:
    """A name that no query has is 404."""
    for name in ("nobody", "shared", "chain-of-command.csv", "%3Cx%3E", "a%0d%0ab"):
        assert client.get(f"/query/{name}", "application/json").status == 404


def test_another_dataset_is_asked_with_its_own_examples(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where a dataset has no such thing as the examples name, the sentence names one that it has."""
    with listening(small_app(tmp_path_factory.mktemp("other"))) as place:
        client = Client(place)
        told = json.loads(client.get("/query/changes-of-unit?unit=nobody").body)
        assert told["cure"] == "Write it like unit=bangkok."
        assert len(rows(client, "/query/changes-of-unit?unit=emergencies")) == 1
        assert rows(client, "/query/office-holders") == [
            [f"{DEFAULT_BASE}id/post/director-general", "Director General", f"{DEFAULT_BASE}id/person/ada-holder", "Ada Holder"]
        ]


def test_a_saved_query_is_examined_like_any_other(published: Path) -> None:
    """What the server allows a query holds for saved ones too: beyond the limit of steps or bytes they are refused."""
    path = address(QUERIES["units-compared"])
    for limits in ({"max_query_steps": 5}, {"max_query_bytes": 300}):
        with listening(create_app(Settings(dataset=published, **limits))) as place:
            answer = Client(place).get(path)
        assert answer.status in (400, 414)
        assert json.loads(answer.body)["detail"].startswith(("The query goes beyond 5 steps", "The query has"))


def test_the_files_say_no_more_than_their_queries_do() -> None:
    """The example of each parameter is the value that stands in the text."""
    for query in QUERIES.values():
        for parameter in query.parameters:
            found = parameter.place.search(query.text)
            assert found is not None
            assert re.search(rf"[/\"{{ ]{re.escape(parameter.example)}[>\" }}]", found[0]), (query.name, parameter.name)


def test_committees_tell_each_seat_once(client: Client) -> None:
    """The kind of a body, which has a name in each of several languages, is told in one, so that no row comes twice."""
    rows = client.get("/query/committees", "application/json").text
    found = [(row["body"]["value"], row.get("seat", {}).get("value")) for row in json.loads(rows)["results"]["bindings"]]
    assert len(found) == len(set(found)) > 0
