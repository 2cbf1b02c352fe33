"""Queries of common forms, made ready once: a form is read and planned when it comes first, and answered by passes over columns of numbers.

Clients ask the same few forms again and again and change only the things that they ask about. The engine reads and plans each
query anew, and finds and compares terms one by one; here a form that differs in constants only is looked up, and what it asks
is done for all rows at once. Whatever is not among the common forms, or whose answer would not be exactly that of the engine,
is left to the engine.
"""

from organograph_server.query.prepared.algebra import Beyond
from organograph_server.query.prepared.answering import Prepared
from organograph_server.query.prepared.graph import Graph

__all__ = ["Beyond", "Graph", "Prepared"]
