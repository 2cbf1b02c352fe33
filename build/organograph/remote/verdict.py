"""The verdict on an edition that a store holds: its graph and the evidence of its documents, as they are checked from tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode

from organograph.conformance.checks import Shapes, load_shapes
from organograph.conformance.verdict import Part
from organograph.errors import CheckFailed, OrganographError, StoreUnusable
from organograph.faults import Language, in_order
from organograph.names import OG, ONTOLOGY, Names
from organograph.remote.asking import NotFetched, Refused, Source, Store, TooMuch
from organograph.remote.forms import altered
from organograph.remote.judging import Judge, Judgement
from organograph.statements import Term

_LOAD = "Load it there with `organograph load`."


@dataclass(frozen=True)
class Asked:
    """What is to be checked, and how.

    Args:
        edition: its identifier.
        base: what IRIs begin with; "" to ask the store.
        shapes: folder of the shipped rules.
        extra: names of files with an organization's own rules.
        others: other people's shapes instead.
        language: of the findings.
        push: whether the store may leave what may be at fault.
    """

    edition: str
    base: str
    shapes: Path
    extra: tuple[str, ...] = ()
    others: Shapes | None = None
    language: Language = "en"
    push: bool = True


def verdict(store: Store, asked: Asked) -> Iterator[tuple[Part, Judgement]]:
    """Check an edition.

    Args:
        store: that holds it.
        asked: which, and how.

    Yields:
        the edition, then the evidence of each of its documents, each with how it was checked.

    Raises:
        StoreUnusable: the store does not answer, holds no such edition, or was changed meanwhile.
        CheckFailed: the rules cannot be used.
    """
    before = store.state()
    names = Names(_base(store, asked.base))
    edition = names.edition(asked.edition)
    around = (names.catalogue.value, ONTOLOGY.value)
    _refuse_unknown(store, names, asked.edition)
    evidence = _column(store, f"SELECT DISTINCT ?graph WHERE {{ {edition} {OG.evidenceGraph} ?graph }}", around[:1])
    for graph in (edition.value, *around, *evidence):
        if not _column(store, "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1", (graph,)):
            raise StoreUnusable(f"The store has no graph {graph}, which belongs to edition {asked.edition}.", _LOAD)
    rules = asked.others or load_shapes(asked.shapes, asked.extra, "edition")
    datatypes = altered(Source(store, around))
    yield _part(f"edition {asked.edition}", Source(store, (edition.value, *around)), rules, asked, datatypes)
    beginning = names.evidence(asked.edition, "").value
    of_evidence = load_shapes(asked.shapes, (), "evidence")
    for graph in () if asked.others else sorted(evidence):
        name = f"evidence {asked.edition}/{graph.removeprefix(beginning)}"
        yield _part(name, Source(store, (graph, *around)), of_evidence, asked, datatypes)
    if store.state() != before:
        raise StoreUnusable("Another publication was loaded into the store meanwhile.", "Check again.")


def _part(name: str, source: Source, shapes: Shapes, asked: Asked, datatypes: Mapping[Term, bool]) -> tuple[Part, Judgement]:
    try:
        judged = Judge(source, shapes, asked.language, asked.push, datatypes).judgement()
    except (Refused, NotFetched) as reason:
        raise StoreUnusable(f"The store cannot be checked: {reason}.") from reason
    return Part(name, tuple(in_order(judged.faults)), judged.looked_at, edition=asked.edition), judged


def _refuse_unknown(store: Store, names: Names, edition: str) -> None:
    held = _column(store, f"SELECT DISTINCT ?edition WHERE {{ ?edition a {OG.Edition} }}", (names.catalogue.value,))
    known = sorted(iri.removeprefix(names.edition("").value) for iri in held if iri.startswith(names.edition("").value))
    if not known:
        raise StoreUnusable(f"The store has no editions under {names.base}.", "Name the base of its IRIs with --base, or load them there.")
    if edition not in known:
        raise OrganographError(f"There is no edition {edition!r} in the store.", f"The editions are: {', '.join(known)}.")


def _base(store: Store, given: str) -> str:
    """What the IRIs of the store begin with: as it is given, or what its only catalogue tells."""
    if given:
        return given
    graphs = _column(store, f"SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{ ?edition a {OG.Edition} }} }} LIMIT 1000", ())
    found = sorted(graph.removesuffix("catalogue") for graph in graphs if graph.endswith("/catalogue"))
    if len(found) > 1:
        raise CheckFailed(f"The store holds several catalogues: {', '.join(found)}.", "Name one of these with --base.")
    if not found:
        raise StoreUnusable("The store holds no catalogue of editions, in a graph of its own.", _LOAD)
    return found[0]


def _column(store: Store, query: str, graphs: Sequence[str]) -> list[str]:
    """The IRIs that a query finds."""
    try:
        return [row[0].value for row in store.rows(query, graphs) if isinstance(row[0], NamedNode)]
    except (Refused, TooMuch) as reason:
        raise StoreUnusable(f"The store does not answer a plain query: {reason or 'the answer is too long'}.") from reason
