"""What differs between two editions of a dataset of tables: its graphs, compared."""

from __future__ import annotations

from organograph.graphs.catalogue import catalogue_graph
from organograph.graphs.evidence_graph import evidence_graphs
from organograph.graphs.graph import edition_graph
from organograph.model import Dataset, Edition
from organograph.names import Names
from organograph.reform.differ import compare
from organograph.reform.lineage import Lineage
from organograph.reform.model import Reform
from organograph.reform.states import State, read_state
from organograph.statements import Graph


def difference(dataset: Dataset, old: Edition, new: Edition, names: Names) -> tuple[Reform, Graph, Graph]:
    """Compare two editions.

    Args:
        dataset: for the changes and the scope, which explain what comes and goes.
        old: the earlier edition.
        new: the later one.
        names: the IRIs.

    Returns:
        what changed, and the graphs of the two editions.
    """
    before, after = (edition_graph(dataset, edition, names) for edition in (old, new))
    states = [_state(dataset, edition, graph, names) for edition, graph in ((old, before), (new, after))]
    return compare(states[0], states[1], Lineage(catalogue_graph(dataset, names))), before, after


def _state(dataset: Dataset, edition: Edition, graph: Graph, names: Names) -> State:
    evidence = {names.evidence(edition.id, source).value: stated for source, stated in evidence_graphs(dataset, edition, names).items()}
    return read_state(edition.id, names.edition(edition.id).value, edition.order, edition.title, graph, evidence)
