"""A server as tutorials make it of Flask and RDFLib: the document of one thing, and an endpoint for queries."""

from __future__ import annotations

import sys

from flask import Flask, Response, request
from rdflib import Graph, URIRef

app, graph = Flask("textbook"), Graph().parse(sys.argv[1])


@app.get("/document")
def document() -> Response:
    """What is said of the thing that `about` names, written anew for each request."""
    described = Graph()
    for triple in graph.triples((URIRef(request.args["about"]), None, None)):
        described.add(triple)
    return Response(described.serialize(format="turtle"), content_type="text/turtle")


@app.get("/sparql")
def sparql() -> Response:
    """The answer to a query."""
    found = graph.query(request.args["query"])
    if found.type in ("CONSTRUCT", "DESCRIBE"):
        return Response(found.serialize(format="turtle"), content_type="text/turtle")
    return Response(found.serialize(format="json"), content_type="application/sparql-results+json")


if __name__ == "__main__":
    app.run(port=int(sys.argv[2]), threaded=True)
