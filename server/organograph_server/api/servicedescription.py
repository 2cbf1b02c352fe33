"""What a SPARQL endpoint says of itself (SPARQL 1.1 Service Description), computed from the data and from the engine."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

from pyoxigraph import NamedNode, QueryResultsFormat, QuerySolutions, Store

from organograph.names import PREFIXES
from organograph_server.content import formats
from organograph_server.content.formats import Format
from organograph_server.content.telling import Telling, english, word
from organograph_server.query.counts import Counts
from organograph_server.query.doors import Door
from organograph_server.query.place import SPARQL
from organograph_server.service import Service

FORMAT_NAMES = {
    formats.JSON_RESULTS: "SPARQL_Results_JSON",
    formats.XML_RESULTS: "SPARQL_Results_XML",
    formats.CSV_RESULTS: "SPARQL_Results_CSV",
    formats.TSV_RESULTS: "SPARQL_Results_TSV",
    formats.TURTLE: "Turtle",
    formats.JSON_LD: "JSON-LD",
    formats.RDF_XML: "RDF_XML",
    formats.N_TRIPLES: "N-Triples",
    formats.N_QUADS: "N-Quads",
    formats.TRIG: "TriG",
}
"""The names of formats among the W3C's Unique URIs for File Formats; `true or false` has none."""

_GEO = "http://www.opengis.net/def/function/geosparql/"
_RELATIONS = ("Equals", "Disjoint", "Intersects", "Touches", "Crosses", "Within", "Contains", "Overlaps")
_CASTS = ("date", "time", "duration", "dayTimeDuration", "yearMonthDuration", "gYear", "gYearMonth", "gMonth", "gMonthDay", "gDay")
# What an engine of this kind may know beyond the standard; it is asked which of these it does.
_CANDIDATES = (
    *(PREFIXES["xsd"] + name for name in _CASTS),
    *(f"{_GEO}sf{name}" for name in _RELATIONS),
    *(f"{_GEO}eh{name}" for name in ("equals", "disjoint", "meet", "overlap", "covers", "coveredBy", "inside", "contains")),
    *(_GEO + name for name in ("distance", "area", "length", "envelope", "buffer", "convexHull", "relate", "asWKT", "asGeoJSON")),
)


def service_description(serving: Service, door: Door, form: Format) -> bytes:
    """Describe an endpoint.

    Args:
        serving: the dataset.
        door: the way to ask it.
        form: a format of RDF.
    """
    here = f"{serving.base}{door.prefix}sparql"
    telling = Telling()
    telling.say(here, "a", word("sd:Service"))
    telling.say(here, "dcterms:title", english(f"SPARQL endpoint: {serving.title}"))
    telling.say(here, "sd:endpoint", NamedNode(here))
    telling.say(here, "sd:supportedLanguage", word("sd:SPARQL11Query"))
    telling.say(here, "sd:defaultEntailmentRegime", word("ent:Simple"))
    offered = (*formats.TABLE_FORMATS, *formats.GRAPH_FORMATS)
    telling.say(here, "sd:resultFormat", *(word(f"formats:{FORMAT_NAMES[each]}") for each in offered if each in FORMAT_NAMES))
    telling.say(here, "rdfs:seeAlso", NamedNode(f"{serving.base}.well-known/void"))
    if serving.publication is not None:
        telling.say(here, "rdfs:seeAlso", NamedNode(f"{serving.base}dcat"), NamedNode(f"{serving.base}query"))
    if door.union:
        telling.say(here, "sd:feature", word("sd:UnionDefaultGraph"))
    if not _is_remote(serving):
        _functions(telling, here)  # which functions a store of others has, it tells itself
    _limits(telling, here, serving)
    _datasets(telling, here, serving, door)
    return telling.written(form)


def _is_remote(serving: Service) -> bool:
    """Whether a store of others answers."""
    return serving.engine.state["engine"] == SPARQL


def _functions(telling: Telling, here: str) -> None:
    for iri in known_functions():
        telling.say(here, "sd:extensionFunction", NamedNode(iri))
        telling.say(iri, "a", word("sd:Function"))


@lru_cache(maxsize=1)
def known_functions() -> tuple[str, ...]:
    """The functions beyond SPARQL 1.1 that the engine knows: it is asked for each."""
    return tuple(iri for iri in _CANDIDATES if _knows(iri))


def _knows(iri: str) -> bool:
    """Whether the engine takes a function, whatever the number of its arguments."""
    return any(_takes(iri, arguments) for arguments in ("1", "1, 2", "1, 2, 3"))


def _takes(iri: str, arguments: str) -> bool:
    try:
        found = cast(QuerySolutions, Store().query(f"SELECT (<{iri}>({arguments}) AS ?x) {{}}"))
        found.serialize(format=QueryResultsFormat.JSON)
    except RuntimeError:
        return False
    return True


def _limits(telling: Telling, here: str, serving: Service) -> None:
    """The limits of a query, as features that carry their number."""
    settings, limits = serving.settings, serving.settings.query_limits
    told = {
        "size": (limits.size, "bytes", f"A query may have {limits.size} bytes in UTF-8."),
        "depth": (limits.depth, "brackets", f"In a query {limits.depth} brackets may be open at once."),
        "steps": (
            limits.steps,
            "steps",
            f"A query may have {limits.steps} patterns, operators and keywords; rows of VALUES and members of IN are not counted.",
        ),
        "time": (settings.query_seconds, "seconds", f"A query is answered within {settings.query_seconds} seconds, or not at all."),
        "memory": (settings.query_memory, "bytes", f"A query may use {settings.query_memory} bytes of memory."),
        "answer": (settings.max_answer_bytes, "bytes", f"An answer may have {settings.max_answer_bytes} bytes; it is never cut."),
    }
    if _is_remote(serving):
        del told["memory"]  # which is the store's
    for name, (number, unit, sentence) in told.items():
        limit = f"{here}#limit-{name}"
        telling.say(here, "sd:feature", NamedNode(limit))
        telling.say(limit, "a", word("sd:Feature"), word("schema:PropertyValue"))
        telling.say(limit, "dcterms:description", english(sentence))
        telling.say(limit, "schema:maxValue", number)
        telling.say(limit, "schema:unitText", english(unit))


def _datasets(telling: Telling, here: str, serving: Service, door: Door) -> None:
    """The dataset of a query that names none, and the graphs that one may name."""
    counted = serving.counted(door)
    dataset, default, graphs = f"{here}#dataset", f"{here}#default-graph", f"{here}#graphs"
    telling.say(here, "sd:defaultDataset", NamedNode(dataset))
    telling.say(here, "sd:availableGraphs", NamedNode(graphs))
    telling.say(graphs, "a", word("sd:GraphCollection"))
    telling.say(dataset, "a", word("sd:Dataset"))
    telling.say(dataset, "sd:defaultGraph", NamedNode(default))
    telling.say(default, "dcterms:description", english(f"The default graph is {door.label}."))
    _graph(telling, default, counted.default, door.graph_address(serving.base, None))
    for number, (iri, counts) in enumerate(counted.named.items(), 1):
        named, graph = f"{here}#named-graph-{number}", f"{here}#graph-{number}"
        for collection in (dataset, graphs):
            telling.say(collection, "sd:namedGraph", NamedNode(named))
        telling.say(named, "a", word("sd:NamedGraph"))
        telling.say(named, "sd:name", NamedNode(iri))
        telling.say(named, "sd:graph", NamedNode(graph))
        _graph(telling, graph, counts, door.graph_address(serving.base, iri))


def _graph(telling: Telling, graph: str, counts: Counts, dump: str) -> None:
    telling.say(graph, "a", word("sd:Graph"), word("void:Dataset"))
    telling.say(graph, "void:triples", counts.triples)
    telling.say(graph, "void:classes", len(counts.classes))
    telling.say(graph, "void:properties", len(counts.properties))
    telling.say(graph, "void:distinctSubjects", counts.subjects)
    telling.say(graph, "void:dataDump", NamedNode(dump))
