"""Answers the common forms of SELECT queries over the integers of a graph, exactly as SPARQL 1.1 does; others go to the store."""

from organograph.engine.select.algebra import Beyond
from organograph.engine.select.answer import Finder, finder
from organograph.engine.select.joining import Joining

__all__ = ["Beyond", "Finder", "Joining", "finder"]
