"""The page with the form for queries, the answer to one, and the graphs that there are."""

from __future__ import annotations

import json
from dataclasses import dataclass

from organograph.messages import Message
from organograph_server.answers.responses import page
from organograph_server.errors import AnswerTooLarge
from organograph_server.query.doors import GRAPH_STORE, Door
from organograph_server.query.editor import editor
from organograph_server.service import Service
from organograph_server.views.schemadata import embedded
from organograph_server.views.schemapages import endpoint_node, files_node

_MOST_GRAPHS = 200


# Bytes of an answer that a page can show; a longer one makes a page that no browser shows, and long work.
_MOST_SHOWN = 1_048_576


@dataclass(frozen=True)
class GraphEntry:
    """A graph of the list: its IRI, or "" for the default graph, and how many triples it has."""

    iri: str
    triples: int


def shown_answer(found: bytes, gives_graph: bool) -> dict[str, object]:
    """An answer as a page shows it.

    Args:
        found: Turtle, or results in JSON.
        gives_graph: whether it is Turtle.

    Raises:
        AnswerTooLarge: it is too long for a page.
    """
    if len(found) > _MOST_SHOWN:
        raise AnswerTooLarge(
            Message("The answer has %(number)s bytes; a page shows up to %(most_shown)s.", number=len(found), most_shown=_MOST_SHOWN),
            "Ask for it as a file, in JSON, CSV or Turtle, or give a LIMIT.",
            limit=_MOST_SHOWN,
        )
    return {"turtle": found.decode()} if gives_graph else {"results": json.loads(found)}


def query_page(serving: Service, door: Door, **shown: object) -> bytes:
    """The page of an endpoint.

    Args:
        serving: the dataset.
        door: the way to ask it.
        shown: `query`, and `results` (SPARQL 1.1 Query Results JSON) or `turtle`.
    """
    published = serving.publication is not None
    listed = [] if published else _graphs(serving, door)
    nodes = [endpoint_node(serving, door), *([] if published else [files_node(serving)])]
    return page(
        "query.html",
        door=door,
        title=serving.title,
        has_things=published,
        base=serving.base,
        store=GRAPH_STORE,
        graphs=listed[:_MOST_GRAPHS],
        linked=embedded(*nodes),
        editor=editor().paths(),
        more=max(len(listed) - _MOST_GRAPHS, 0),
        **shown,
    )


def _graphs(serving: Service, door: Door) -> list[GraphEntry]:
    counted = serving.counted(door)
    return [GraphEntry("", counted.default.triples), *(GraphEntry(iri, counts.triples) for iri, counts in counted.named.items())]
