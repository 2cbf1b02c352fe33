"""What the page about the data shows: counts, licences, citations of the editions, and pieces of code that fetch them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from organograph_server.api.values import example_thing
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import Words, strangeness, tell
from organograph_server.portals.portal import Portal
from organograph_server.views.graphs import amounts_by_type, edition_entries, linker_for
from organograph_server.views.links import Link

_DEED = re.compile(r"https?://creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/(\d\.\d)/?(?:deed\.\w+)?")
_WAIVERS = {"zero": "CC0", "mark": "Public Domain Mark"}
_NO_BIBTEX = re.compile(r"[{}\\%\s]+")
# What stands directly below what: the same words for every tool that speaks SPARQL.
QUERY = """PREFIX og: <https://w3id.org/organograph/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?name ?above WHERE {
  ?thing og:parent ?parent ; skos:prefLabel ?name .
  ?parent skos:prefLabel ?above .
} ORDER BY ?above ?name"""


@dataclass(frozen=True)
class Citation:
    """How to cite an edition: what stands in the line, with the beginning of its hash, and all of it for BibTeX; `year` may be ""."""

    edition: Link
    identifier: str
    year: str
    address: str
    hash: str
    bibtex: str


@dataclass(frozen=True)
class AboutPage:
    """All that the page shows; `code` by the tool that runs it, `addresses` by what is given there."""

    title: str
    publisher: Words
    contact: str
    triples: int
    editions: int
    things: Sequence[tuple[str, int]]
    documents: Sequence[Link]
    licences: Sequence[Link]
    citations: Sequence[Citation]
    code: Mapping[str, str]
    addresses: Mapping[str, str]


def about_page(portal: Portal) -> AboutPage:
    """What the page shows, all of it read out of the data that are served.

    Args:
        portal: what there is to tell.
    """
    publication, published = portal.publication, portal.published
    linker = linker_for(publication.quads, published, published.catalogue)
    documents = [document for entry in edition_entries(publication.quads, published) for document in entry.documents]
    latest, thing = f"edition/{published.latest.identifier}", "/".join(example_thing(publication))
    addresses = {name: publication.iri(path) for name, path in _paths(latest, thing).items()}
    return AboutPage(
        title=portal.title,
        publisher=_publisher(portal),
        contact=portal.publisher.contact or portal.publisher.homepage,
        triples=len(publication.quads),
        editions=len(published.editions),
        things=[(str(tell(name)).lower(), amount) for name, amount in amounts_by_type(publication.quads, published)],
        documents=list(dict.fromkeys(documents)),
        licences=[Link(licence_name(iri), url=iri) for iri in publication.licences],
        citations=[_citation(portal, edition, linker.link(edition.iri, edition.title)) for edition in reversed(published.editions)],
        code=_code(addresses),
        addresses=addresses,
    )


def _publisher(portal: Portal) -> Words:
    """Who publishes the data, in the language that is spoken where that is known."""
    names = [Words(name.value, name.language or "") for name in portal.publisher.names]
    return min(names, key=lambda name: strangeness(name.language))


def licence_name(iri: str) -> str:
    """What a licence is called: those of Creative Commons by their short names, others by their addresses."""
    found = _DEED.fullmatch(iri)
    if found is None:
        return iri
    kind, name, version = found.groups()
    return f"{_WAIVERS.get(name, name.upper())} {version}" if kind == "publicdomain" else f"CC {name.upper()} {version}"


def _paths(latest: str, thing: str) -> dict[str, str]:
    return {
        "edition": f"{latest}.ttl",
        "table": f"{latest}.csv",
        "workbook": f"{latest}.xlsx",
        "thing": f"id/{thing}",
        "sparql": "sparql",
        "reconcile": "reconcile",
    }


def _code(addresses: Mapping[str, str]) -> dict[str, str]:
    """Pieces of code that run as they stand."""
    edition, table, thing, sparql = (addresses[name] for name in ("edition", "table", "thing", "sparql"))
    return {
        "curl": f"""# one thing, in Turtle
curl -sL -H 'Accept: text/turtle' {thing}

# the latest edition as a table
curl -so structure.csv {table}

# the answer to a query as a table
curl -sH 'Accept: text/csv' {sparql} --data-urlencode 'query={QUERY}'
""",
        "rdflib": f"""from rdflib import ORG, RDF, SKOS, Graph

edition = Graph().parse("{edition}")
for unit in edition.subjects(RDF.type, ORG.OrganizationalUnit):
    print(edition.value(unit, SKOS.prefLabel))
""",
        "sparqlwrapper": f'''from SPARQLWrapper import JSON, SPARQLWrapper

endpoint = SPARQLWrapper("{sparql}")
endpoint.setReturnFormat(JSON)
endpoint.setQuery("""
{QUERY}
""")
for row in endpoint.queryAndConvert()["results"]["bindings"]:
    print(row["name"]["value"], "is below", row["above"]["value"])
''',
        "r": f"""structure <- read.csv("{table}", encoding = "UTF-8")
table(structure$kind)
structure[structure$type == "unit", c("name", "parent_name")]
""",
    }


def _citation(portal: Portal, edition: Edition, link: Link) -> Citation:
    """How to cite an edition: who publishes it, what it is called, where it is, and by which hash it is known again."""
    published, publisher = portal.published, portal.publisher.names[0].value
    year = str(published.issued.year) if published.issued else ""
    title = f"{portal.title}, edition {edition.identifier}: {edition.title}"
    digest = published.graphs[edition.iri]["nt"].sha256
    fields = {"author": f"{{{_plain(publisher)}}}", "title": f"{{{_plain(title)}}}", "year": year, "howpublished": "Data set"}
    fields |= {"url": edition.iri, "note": f"SHA-256 of its N-Triples: {digest}"}
    lines = [f"  {name:<12} = {{{value}}}" for name, value in fields.items() if value]
    bibtex = "@misc{structure-" + edition.identifier + ",\n" + ",\n".join(lines) + "\n}"
    return Citation(link, edition.identifier, year, edition.iri, digest[:16], bibtex)


def _plain(text: str) -> str:
    """Text without signs that mean something to BibTeX."""
    return _NO_BIBTEX.sub(" ", text).strip()
