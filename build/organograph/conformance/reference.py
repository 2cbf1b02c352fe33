"""The reference engine, pySHACL: slow, and what the fast engine is compared with and hands over to."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator
from typing import Any
from warnings import catch_warnings, simplefilter

import pyoxigraph
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ShapeRecursionWarning, ValidationFailure
from pyshacl.graph_abstraction import DataGraph, OxigraphDataGraph
from pyshacl.shapes_graph import ShapesGraph
from pyshacl.validator import Validator
from rdflib import SH, Literal
from rdflib import Graph as RDFLibGraph

from organograph.bridge import graph_of, term_of
from organograph.conformance.findings import Found, Together, in_language
from organograph.conformance.rules import MEND, TARGETS, straightened
from organograph.errors import CheckFailed
from organograph.faults import Language
from organograph.names import OWL, RDF, RDFS
from organograph.names import SH as SHACL
from organograph.statements import Graph, Term

_UNUSABLE = (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure, NotImplementedError, re.error)
_NO_WORDS = "Parameterised SHACL Query generated constraint validation reports."
"""What pySHACL says of a component that brings no message."""
_QUIET = logging.getLogger(__name__)
_QUIET.addHandler(logging.NullHandler())  # what goes wrong is told by the error that is raised


class _Data(OxigraphDataGraph):
    """A graph to be checked, with two ways of pySHACL mended."""

    def __bool__(self) -> bool:
        """There is one; all its triples would be counted each time it is asked."""
        return True

    def objects(self, subject: Any = None, predicate: Any = None, unique: bool = False) -> Any:
        """What follows a literal, where a path leads to one, is nothing; the store would refuse to be asked."""
        return iter(()) if isinstance(subject, Literal) else super().objects(subject, predicate, unique)


class Reference:
    """Rules made ready for pySHACL.

    Args:
        graph: the rules as they stand in their files.
        own: whether they are written as shapes/README.md tells; other people's are run as they are.

    Raises:
        CheckFailed: a rule is ill-formed (SHACL section 3.4) or its query is not SPARQL.
    """

    def __init__(self, graph: Graph, own: bool = True) -> None:
        self._cure = MEND if own else ""
        self._binds = any(True for _ in graph.pairs(SHACL.parameter))  # of components, which the store takes for variables that are lacking
        self._ready = ShapesGraph(graph_of(straightened(graph) if own else graph), logger=_QUIET)
        try:
            self._ready.shapes  # noqa: B018 - read now, so that what cannot be used is told now
        except _UNUSABLE as error:
            raise CheckFailed(f"The rules cannot be used: {_told(error)}.", self._cure) from error

    def results(self, graph: Graph | Together, language: Language = "en") -> Iterator[Found]:
        """What the rules find in a graph, of which a copy is checked in a store that answers some forty times faster.

        Raises:
            CheckFailed: the graph cannot be loaded, or a rule fails to run.
        """
        data = DataGraph.from_rdflib_graph(graph_of(graph)) if self._binds else _Data(_store(graph))
        run: Any = Validator(data, shacl_graph=self._ready.graph, options={"logger": _QUIET})
        run.shacl_graph = self._ready
        try:
            with catch_warnings():
                simplefilter("ignore", ShapeRecursionWarning)  # who hands such a shape over tells of it
                report: RDFLibGraph = run.run()[1]
        except _UNUSABLE as error:
            raise CheckFailed(f"A rule failed to run: {_told(error)}.", self._cure) from error
        for result in report.objects(None, SH.result):
            of = {predicate: term_of(value) for predicate, value in report.predicate_objects(result)}
            message = in_language([term_of(text) for text in report.objects(result, SH.resultMessage) if str(text) != _NO_WORDS], language)
            rest = (of.get(SH.value), of.get(SH.resultSeverity), message, of.get(SH.resultPath), of.get(SH.sourceConstraintComponent))
            yield Found(of[SH.sourceShape], of[SH.focusNode], *rest)


def only(graph: Graph, shapes: Collection[Term]) -> Graph:
    """The same rules, of which only some have targets: what the fast engine hands over.

    Args:
        graph: all rules.
        shapes: those that are to run.
    """
    targets, classes = {*TARGETS, SHACL.target}, (RDFS.Class, OWL.Class)
    return Graph((s, p, o) for s, p, o in graph if s in shapes or not (p in targets or (p == RDF.type and o in classes)))


def _store(graph: Graph | Together) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.bulk_extend(pyoxigraph.Quad(s, p, o) for s, p, o in graph)  # type: ignore[arg-type]
    return store


def _told(error: Exception) -> str:
    return str(getattr(error, "message", error)).rstrip(".")
