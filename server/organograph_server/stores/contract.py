"""What stands in a store beside the graphs as they are published, so that no answer is of two publications.

Each door's default graph stands there as one graph, since most stores count a triple of two graphs twice, and under a name that holds
the key of the publication, so that several publications stand beside each other. The published graphs themselves have their
published names, which queries and data use, and so are those of one publication at a time.

A graph of its own, the marker, says which publications are whole, and whose the published graphs are, each with the number of
its loading. Who loads takes out of the marker what it is about to change before it changes anything, and puts it back, under a new number,
when all of it is there. So an answer is sound if the marker said the same before and after.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from organograph_server.query.doors import Door
from organograph_server.query.store import Dataset

_BEGINNING = "urn:organograph:store:"
# To be changed with what is written here or by store.fill, so that nobody asks a store for what is called otherwise there.
_FORMAT = "1"
MARKER = f"{_BEGINNING}marker"
"""The name of the marker's graph, and of what it tells of."""
TWIN = f"{_BEGINNING}twin"
"""The name of a graph that has one triple of the marker, by which is seen how a store joins graphs."""
NOTHING = f"{_BEGINNING}nothing"
"""The name of a graph that is never there."""
_WHOLE, _NAMED, _GRAPH, _DEFAULT, _TRAIT, _IS = (f"{_BEGINNING}{name}" for name in ("whole", "named", "graph", "default", "trait", "is"))
ASKED = f"SELECT ?property ?value {{ <{MARKER}> ?property ?value }}"
"""What is asked of the marker."""
CHECKED = f"SELECT ?property ?value {{ VALUES ?property {{ <{_WHOLE}> <{_NAMED}> <{_TRAIT}> }} <{MARKER}> ?property ?value }}"
"""What is asked of the marker after each query: all but the names of graphs."""
MERGES, CLOSED = "merges", "closed"
"""Traits of stores: it joins graphs without counting a triple twice; it finds no named graph where none is told."""
TRIALS = {
    MERGES: (f"SELECT (COUNT(*) AS ?value) {{ <{MARKER}> <{_IS}> ?something }}", Dataset((MARKER, TWIN)), "1"),
    CLOSED: (f"SELECT (COUNT(*) AS ?value) {{ GRAPH ?graph {{ <{MARKER}> <{_IS}> ?something }} }}", Dataset((TWIN,)), "0"),
}
"""How each trait is found out, once marker and twin are there: what is asked, of which graphs, and what the answer is."""
TWINS = Triple(NamedNode(MARKER), NamedNode(_IS), Literal("a marker"))


@dataclass(frozen=True)
class Marker:
    """What a store holds.

    Args:
        whole: the publications whose default graphs are whole, by key, each with the number of its loading; the one loaded last at the end.
        named: whose the published graphs are: key and number of a loading; "" as long as they are being changed.
        graphs: the names of the published graphs.
        defaults: the names of the default graphs of all publications.
        traits: what is known of how the store answers: MERGES, CLOSED.
    """

    whole: Mapping[str, str] = field(default_factory=dict)
    named: str = ""
    graphs: tuple[str, ...] = ()
    defaults: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()

    @classmethod
    def read(cls, answer: bytes) -> Marker:
        """Read the answer to ASKED, in JSON; of a store that holds nothing the marker is empty.

        Raises:
            ValueError: it is no such answer.
        """
        try:
            rows = [(row["property"]["value"], row["value"]["value"]) for row in json.loads(answer)["results"]["bindings"]]
        except (KeyError, TypeError, RecursionError) as error:
            raise ValueError("the answer is no table") from error
        loadings = sorted(value.rsplit(" ", 2) for name, value in rows if name == _WHOLE)
        # Number, key and loading; an ill-written marker is none.
        whole = {parts[1]: parts[2] for parts in sorted(loadings, key=lambda parts: parts[0].zfill(20)) if len(parts) == 3}
        named = next((value for name, value in rows if name == _NAMED), "")
        graphs, defaults = (tuple(sorted(value for name, value in rows if name == listed)) for listed in (_GRAPH, _DEFAULT))
        return cls(whole, named, graphs, defaults, frozenset(value for name, value in rows if name == _TRAIT))

    def written(self) -> bytes:
        """The graph of the marker in N-Triples."""
        told = [(_WHOLE, f"{number} {key} {loading}") for number, (key, loading) in enumerate(self.whole.items())]
        told += [(_NAMED, self.named)] if self.named else []
        told += [(_GRAPH, name) for name in self.graphs]
        told += [(_DEFAULT, name) for name in self.defaults]
        told += [(_TRAIT, trait) for trait in sorted(self.traits)]
        triples = [Triple(NamedNode(MARKER), NamedNode(name), Literal(value)) for name, value in told]
        return serialize([TWINS, *triples], format=RdfFormat.N_TRIPLES) or b""

    def vouches(self, before: Marker, key: str, is_by_name: bool) -> bool:
        """Whether what was asked meanwhile is of one publication.

        Args:
            before: what the marker said before.
            key: of the publication.
            is_by_name: whether a graph was asked under its published name.
        """
        is_same = key in self.whole and self.whole[key] == before.whole.get(key)
        return is_same and (not is_by_name or (self.has_named(key) and self.named == before.named))

    def has_named(self, key: str) -> bool:
        """Whether the published graphs are those of a publication."""
        return self.named.partition(" ")[0] == key


def key_of(sha256: str, base: str, doors: Iterable[Door]) -> str:
    """What names a publication in a store: its data, and what is joined to default graphs.

    Args:
        sha256: the hash that names the data.
        base: what the IRIs of the publication begin with.
        doors: the ways to ask it.
    """
    told = [_FORMAT, sha256, base, *(f"{door.prefix} {door.union} {' '.join(door.default)}" for door in doors)]
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:32]


def is_of(name: str, keys: Iterable[str]) -> bool:
    """Whether the name of a default graph is one of these publications."""
    return any(name.startswith(f"{_BEGINNING}{key}:") for key in keys)


def default_graph(key: str, door: Door) -> str:
    """The name of a door's default graph; doors that lead to the same graphs share it."""
    joined = hashlib.sha256(f"{door.union} {' '.join(sorted(door.default))}".encode()).hexdigest()[:16]
    return f"{_BEGINNING}{key}:{joined}"


def only_value(answer: bytes) -> str:
    """The value of the only row of an answer in JSON.

    Raises:
        ValueError: it is no such answer.
    """
    try:
        (row,) = json.loads(answer)["results"]["bindings"]
        return str(row["value"]["value"])
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("the answer is no table") from error
