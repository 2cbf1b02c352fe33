"""Queries whose text is never the same, and how many rows or triples a server finds for one."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

from hosting import Server
from pyoxigraph import RdfFormat, parse
from synthetic import unit

from organograph.names import PREFIXES


@dataclass(frozen=True)
class Query:
    """A query whose text is never the same.

    Args:
        title: for the tables.
        kind: point, scan or subtree.
        text: `{this}` stands for the IRI of one of the units, `{unit}` for its number.
        numbers: of the units that are asked about.
    """

    title: str
    kind: str
    text: str
    numbers: range = range(10_000)

    @property
    def fields(self) -> dict[str, str]:
        """What a request says that it accepts."""
        is_table = self.text.startswith("SELECT")
        return {"Accept": "application/sparql-results+json" if is_table else "text/turtle"}

    def path(self) -> str:
        """What is asked for, but for the path of the endpoint; `{unit}` and `{n}` are left open."""
        words = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("og", "org", "skos") if f"{name}:" in self.text)
        this = unit(0).removesuffix("0") + "{unit}"
        asked = quote(f"{words}{self.text.replace('{this}', f'<{this}>')} #{{n}}", safe="{}")
        for brace in "{}":
            asked = asked.replace(brace, quote(brace))
        return "?query=" + asked.replace("%7Bunit%7D", "{unit}").replace("%7Bn%7D", "{n}")


QUERIES = {
    "describe": Query("describe a unit", "point", "DESCRIBE {this}"),
    "children": Query(
        "units below a unit", "point", "SELECT ?child ?name WHERE { ?child og:parent {this} ; skos:prefLabel ?name }", range(1, 1_000)
    ),
    "chain": Query("chain of command", "point", "SELECT ?above WHERE { {this} og:parent+ ?above }", range(1_000, 10_000)),
    "group": Query(
        "count by kind", "scan", "SELECT ?kind (COUNT(?unit) AS ?count) WHERE { ?unit org:classification ?kind } GROUP BY ?kind"
    ),
    "search": Query(
        "search names", "scan", 'SELECT ?unit ?name WHERE { ?unit skos:prefLabel ?name FILTER CONTAINS(LCASE(STR(?name)), "unit {unit}") }'
    ),
    "without": Query(
        "units without a parent",
        "scan",
        "SELECT ?unit WHERE { ?unit a org:OrganizationalUnit FILTER NOT EXISTS { ?unit og:parent ?above } }",
    ),
    "top": Query(
        "ten with most below",
        "scan",
        "SELECT ?above (COUNT(?unit) AS ?count) WHERE { ?unit og:parent ?above } GROUP BY ?above ORDER BY DESC(?count) ?above LIMIT 10",
    ),
    "subtree": Query(
        "subtree, CONSTRUCT",
        "subtree",
        "CONSTRUCT { ?unit skos:prefLabel ?name ; og:parent ?above } "
        "WHERE { ?unit og:parent+ {this} ; skos:prefLabel ?name ; og:parent ?above }",
        range(10, 100),
    ),
}


def scaled(query: Query, units: int) -> Query:
    """A query about the units of an organization of another size than 10,000."""
    start, stop = (number * units // 10_000 for number in (query.numbers.start, query.numbers.stop))
    return replace(query, numbers=range(max(start, min(1, query.numbers.start)), max(stop, 2)))


def address(server: Server, query: Query, number: int = 0) -> str:
    """Where a server is asked a query, about one of the units."""
    where, about = urlsplit(server.address), query.numbers[(len(query.numbers) // 3 + number) % len(query.numbers)]
    return f"http://{where.netloc}{where.path}{query.path().replace('{unit}', str(about)).replace('{n}', str(number))}"


def rows(server: Server, query: Query, number: int = 0, patience: float = 60) -> int:
    """How many rows or triples the answer of a server has.

    Raises:
        OSError: it does not answer within so many seconds, or answers with an error.
        SyntaxError, ValueError: what it gives cannot be read.
    """
    asked = urllib.request.Request(address(server, query, number), headers=query.fields)
    with urllib.request.urlopen(asked, timeout=patience) as answer:
        content, media = answer.read(), answer.headers.get_content_type()
    if query.text.startswith("SELECT"):
        # By no reader of the format: some add to the document what it does not know.
        return len(json.loads(content)["results"]["bindings"])
    # Some describe in RDF/XML, whatever they were asked for and say that they give.
    form = RdfFormat.RDF_XML if content.startswith(b"<?xml") else RdfFormat.from_media_type(media) or RdfFormat.TURTLE
    return len(set(parse(content, format=form)))
