"""The formats in which documents and query results are given: their media types, names and file endings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from organograph.messages import Message
from organograph_server.content.negotiate import negotiate
from organograph_server.errors import NotAcceptable


@dataclass(frozen=True)
class Format:
    """One format.

    Args:
        name: its file ending and its name in `?format=`.
        media_type: what it is served as.
        label: what a page calls it.
        asked_as: further media types it is asked for by, and then served as.
        names: further names in `?format=`.
        quality: what the server holds of it beside its other formats, from 0 to 1.
    """

    name: str
    media_type: str
    label: str
    asked_as: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    quality: float = 1.0

    def called(self, name: str) -> bool:
        """Whether `?format=` means this format by a name or a media type."""
        return name.strip().lower() in (self.name, *self.names, self.media_type, *self.asked_as)


# All Turtle is N3, so a client that reads N3 alone is given Turtle under that name.
TURTLE = Format("ttl", "text/turtle", "Turtle", ("application/x-turtle", "application/turtle", "text/n3", "text/rdf+n3"), ("turtle", "n3"))
JSON_LD = Format("jsonld", "application/ld+json", "JSON-LD", ("application/json",), ("json-ld", "json"))
RDF_XML = Format("rdf", "application/rdf+xml", "RDF/XML", ("application/xml", "text/xml"), ("xml", "rdfxml", "rdf-xml"))
N_TRIPLES = Format("nt", "application/n-triples", "N-Triples", ("text/plain",), ("ntriples", "n-triples"))
HTML = Format("html", "text/html", "HTML", ("application/xhtml+xml",))
# Of less quality, since a client that reads all of RDF and asks for no graph by name finds nothing in a default graph
# that is empty: Comunica, which likes N-Quads best, is better off with triples.
TRIG = Format("trig", "application/trig", "TriG", ("application/x-trig", "text/trig"), quality=0.6)
N_QUADS = Format("nq", "application/n-quads", "N-Quads", ("text/x-nquads", "text/nquads"), ("nquads", "n-quads"), quality=0.6)
JSON = Format("json", "application/json", "JSON")
ATOM = Format("atom", "application/atom+xml", "Atom")
LINK_FORMAT = Format("link", "application/link-format", Message("link format"), names=("link-format",))

JSON_RESULTS = Format("json", "application/sparql-results+json", "JSON", ("application/json",))
XML_RESULTS = Format("xml", "application/sparql-results+xml", "XML", ("application/xml", "text/xml"))
CSV_RESULTS = Format("csv", "text/csv", "CSV")
TSV_RESULTS = Format("tsv", "text/tab-separated-values", "TSV")
TRUTH = Format("boolean", "text/boolean", Message("true or false"))
SVG = Format("svg", "image/svg+xml", "SVG")
WORKBOOK = Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel")
PATCH = Format("rdfp", "application/rdf-patch", Message("RDF patch"), ("text/rdf-patch",), ("patch", "rdf-patch"))

RDF_FORMATS = (TURTLE, JSON_LD, RDF_XML, N_TRIPLES)
DOCUMENT_FORMATS = (*RDF_FORMATS, HTML, TRIG, N_QUADS)
LISTED_FORMATS = (*DOCUMENT_FORMATS, CSV_RESULTS)
EDITION_FORMATS = (*LISTED_FORMATS, WORKBOOK)
CHART_FORMATS = (HTML, SVG)
TIMEMAP_FORMATS = (LINK_FORMAT, *RDF_FORMATS, HTML)
TABLE_FORMATS = (JSON_RESULTS, XML_RESULTS, CSV_RESULTS, TSV_RESULTS, HTML)
TRUTH_FORMATS = (JSON_RESULTS, XML_RESULTS, CSV_RESULTS, TSV_RESULTS, TRUTH, HTML)
STORE_FORMATS = (*RDF_FORMATS, TRIG, N_QUADS)
REFORMS_FORMATS = (*RDF_FORMATS, HTML)
REFORM_FORMATS = (*REFORMS_FORMATS, CSV_RESULTS, PATCH)
GRAPH_FORMATS = (*RDF_FORMATS, HTML, TRIG, N_QUADS)
# Here graphs are what clients tell the members of the stream apart by, so formats without them are for who asks for nothing else.
_LIKED = {form: replace(form, quality=quality) for form, quality in ((TRIG, 1.0), (N_QUADS, 1.0), (TURTLE, 0.1), (N_TRIPLES, 0.1))}
STREAM_FORMATS = (_LIKED[TRIG], _LIKED[N_QUADS], JSON_LD, _LIKED[TURTLE], _LIKED[N_TRIPLES], HTML)
STREAM_PAGE_FORMATS = (*STREAM_FORMATS, ATOM)


@dataclass(frozen=True)
class Choice:
    """A format and the media type to serve it as."""

    format: Format
    media_type: str

    @cached_property
    def content_type(self) -> str:
        """The Content-Type field: text names its charset, the rest are UTF-8 by their own definition."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


def named(formats: Sequence[Format], name: str) -> Choice | None:
    """The format that a name in `?format=` or a file ending means, or None."""
    return next((Choice(found, found.media_type) for found in formats if found.called(name)), None)


def choose(formats: Sequence[Format], accept: str | None) -> Choice:
    """The format that an Accept field asks for.

    Args:
        formats: what can be given, best first.
        accept: the field, or None where there is none.

    Raises:
        NotAcceptable: it asks for none of them.
    """
    offers = {found.media_type: found for found in formats}
    for found in formats:
        for media_type in found.asked_as:
            offers.setdefault(media_type, found)
    chosen = negotiate(accept, [*offers], {media_type: found.quality for media_type, found in offers.items()})
    if chosen is None:
        raise not_acceptable(formats, "None of the formats that the request accepts can be given here.")
    # XHTML is asked for by browsers beside HTML; what is served is HTML.
    return Choice(offers[chosen], HTML.media_type if offers[chosen] is HTML else chosen)


def not_acceptable(formats: Sequence[Format], message: str) -> NotAcceptable:
    """The refusal that says which formats would work."""
    names = list(dict.fromkeys(found.media_type for found in formats))
    return NotAcceptable(message, Message("Ask for one of %(names)s.", names=", ".join(names)), available=names)
