"""Two drawings of the ontology: its classes under those of others, and its object properties from class to class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from organograph.conformance.rules import qname
from organograph.messages import Message
from organograph.names import ONTOLOGY, OWL, RDF, RDFS
from organograph.statements import Term
from organograph_server.languages.speaking import gettext, pgettext
from organograph_server.views.vocabulary import Vocabulary, anchor_of

# All lengths in units of the drawing; a sign of the fixed-width type takes 7.3 of them at 12 units height.
_SIGN, _LINE, _PAD, _GAP, _REACH = 7.3, 20, 10, 14, 260
_ROUNDS = 12


@dataclass(frozen=True)
class Box:
    """Some classes, mostly one: the corner and size of the box, and whether they are the ontology's own.

    `names` are the classes and `rows` the properties that are written in it, each with its place on the page and the
    height of its line.
    """

    x: float
    y: float
    width: float
    height: float
    names: Sequence[tuple[str, str, float]]
    is_own: bool
    rows: Sequence[tuple[str, str, float]] = ()

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Edge:
    """A line, as the path of SVG."""

    path: str


@dataclass(frozen=True)
class Drawing:
    """A drawing: its size, what is in it, and the same in sentences."""

    width: float
    height: float
    boxes: Sequence[Box]
    edges: Sequence[Edge]
    told: Sequence[str]


def classes(vocabulary: Vocabulary) -> Drawing:
    """The ontology's classes on the right, each joined to what it is a subclass of on the left."""
    above = _superclasses(vocabulary)
    groups: dict[str, list[str]] = {}
    for iri, supers in above.items():
        groups.setdefault(supers[0] if supers else "", []).append(iri)
    left = _width(_name(iri) for supers in above.values() for iri in supers)
    right = left + 90
    y = 0.0
    placed: dict[str, Box] = {}
    for parent, members in sorted(groups.items(), key=lambda group: (group[0] == "", _name(group[0]))):
        top = y
        for iri in members:
            placed[iri] = _box(iri, right, y, _width(map(_name, above)))
            y += _LINE + 6 + _GAP / 2
        if parent and parent not in placed:
            placed[parent] = _box(parent, 0, (top + y - _GAP / 2) / 2 - (_LINE + 6) / 2, left)
        y += _GAP
    for parent in sorted({parent for supers in above.values() for parent in supers} - set(placed)):
        placed[parent] = _box(parent, 0, y, left)
        y += _LINE + 6 + _GAP
    edges = [Edge(_step(placed[iri], placed[parent])) for iri, supers in above.items() for parent in supers]
    told = [_subclass(iri, supers) for iri, supers in above.items() if supers]
    told += [gettext("%(name)s is a class of its own.", name=_name(iri)) for iri, supers in above.items() if not supers]
    return Drawing(right + _width(map(_name, above)), y, list(placed.values()), edges, told)


def properties(vocabulary: Vocabulary) -> Drawing:
    """The classes on the left with their object properties, from each of which a line leads to the class of its values."""
    found = _property_ends(vocabulary)
    sources: dict[tuple[str, ...], list[str]] = {}
    for iri, (domains, _) in found.items():
        sources.setdefault(domains, []).append(iri)
    links = {domains: [to for iri in iris for to in found[iri][1]] for domains, iris in sources.items()}
    order, targets = _untangled(links)
    left = _width([*(_name(iri) for domains in sources for iri in domains), *(f"  {_name(iri)}" for iri in found)])
    right, starts, boxes, y = left + _REACH, dict[str, float](), list[Box](), 0.0
    for domains in order:
        box, heights = _source(domains, sources[domains], y, left)
        boxes.append(box)
        starts |= heights
        y += box.height + _GAP
    space = max(_LINE + 12.0, (y - _GAP) / max(len(targets), 1))
    width = _width(map(_name, targets))
    ends = {iri: _box(iri, right, number * space + (space - _LINE - 6) / 2, width) for number, iri in enumerate(targets)}
    edges = [Edge(_curve(left, starts[iri], right, ends[to].middle)) for iri in found for to in found[iri][1]]
    told = [
        gettext("%(name)s leads from %(domains)s to %(ranges)s.", name=_name(iri), domains=_either(domains), ranges=_either(ranges))
        for iri, (domains, ranges) in found.items()
    ]
    return Drawing(right + width, max(y, len(targets) * space), [*boxes, *ends.values()], edges, told)


def _source(domains: Sequence[str], iris: Sequence[str], y: float, width: float) -> tuple[Box, Mapping[str, float]]:
    """A box with the classes that have some properties, and those properties; and the height where the line of each begins."""
    names = [(_name(iri), anchor_of(iri), y + 17 + _LINE * number) for number, iri in enumerate(domains)]
    rows = [(_name(iri), anchor_of(iri), y + 20 + _LINE * (number + len(domains))) for number, iri in enumerate(iris)]
    height = _LINE * (len(iris) + len(domains)) + _PAD
    box = Box(0, y, width, height, names, all(map(_is_own, domains)), rows)
    return box, {iri: row[2] - 4 for iri, row in zip(iris, rows, strict=True)}


def _untangled(links: Mapping[tuple[str, ...], Sequence[str]]) -> tuple[list[tuple[str, ...]], list[str]]:
    """Sources and targets in an order in which few lines cross: each near the middle of what it is joined to (Sugiyama's method)."""
    order = sorted(links)
    targets = sorted({to for tos in links.values() for to in tos}, key=_name)
    for _ in range(_ROUNDS):
        place = {source: number for number, source in enumerate(order)}
        joined = {to: [place[source] for source, tos in links.items() for each in tos if each == to] for to in targets}
        targets.sort(key=lambda to: sum(joined[to]) / len(joined[to]))
        height = {to: number for number, to in enumerate(targets)}
        order.sort(key=lambda source: sum(height[to] for to in links[source]) / len(links[source]))
    return order, targets


def _superclasses(vocabulary: Vocabulary) -> Mapping[str, Sequence[str]]:
    """The own classes by name, each with the named classes directly above it."""
    graph = vocabulary.graph
    own = [iri for iri in _typed(vocabulary, OWL.Class) if _is_own(iri)]
    found = {iri: {o.value for o in graph.objects(NamedNode(iri), RDFS.subClassOf) if isinstance(o, NamedNode)} for iri in own}
    return {iri: sorted(supers, key=_name) for iri, supers in found.items()}


def _property_ends(vocabulary: Vocabulary) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The own object properties by name, each with the classes it leads from and to; "anything" where it says none."""
    own = [iri for iri in _typed(vocabulary, OWL.ObjectProperty) if _is_own(iri)]
    return {iri: (_ends(vocabulary, iri, RDFS.domain), _ends(vocabulary, iri, RDFS.range)) for iri in own}


def _ends(vocabulary: Vocabulary, iri: str, predicate: NamedNode) -> tuple[str, ...]:
    nodes: Iterable[Term] = vocabulary.graph.objects(NamedNode(iri), predicate)
    return tuple(sorted({member for node in nodes for member in vocabulary.members(node)[0]}, key=_name)) or (OWL.Thing.value,)


def _typed(vocabulary: Vocabulary, kind: NamedNode) -> list[str]:
    found = {subject.value for subject in vocabulary.graph.subjects(RDF.type, kind) if isinstance(subject, NamedNode)}
    return sorted(found, key=_name)


def _box(iri: str, x: float, y: float, width: float) -> Box:
    return Box(x, y, width, _LINE + 6, [(_name(iri), anchor_of(iri), y + 17)], _is_own(iri))


def _is_own(iri: str) -> bool:
    return iri.startswith(f"{ONTOLOGY.value}#")


def _name(iri: str) -> str:
    return "anything" if iri == OWL.Thing.value else qname(NamedNode(iri)) if iri else ""


def _either(iris: Sequence[str]) -> str:
    return f" {pgettext('classes', 'or')} ".join(map(_said, iris))


def _said(iri: str) -> str:
    return gettext("anything") if iri == OWL.Thing.value else _name(iri)


def _subclass(iri: str, supers: Sequence[str]) -> str:
    *first, last = map(_name, supers)
    classes = Message("%(first)s and of %(last)s", first=", of ".join(first), last=last) if first else last
    return gettext("%(name)s is a subclass of %(classes)s.", name=_name(iri), classes=classes)


def _width(names: Iterable[str]) -> float:
    return max(map(len, names), default=0) * _SIGN + 2 * _PAD


def _step(lower: Box, upper: Box) -> str:
    """A line with right angles from the left of a class to the right of the one above it."""
    if upper.x >= lower.x:
        return f"M{lower.x + lower.width / 2:.1f} {lower.y:.1f}V{upper.y + upper.height:.1f}"
    end = upper.x + upper.width + 2
    return f"M{lower.x:.1f} {lower.middle:.1f}H{(lower.x + end) / 2:.1f}V{upper.middle:.1f}H{end:.1f}"


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    middle = (x + to_x) / 2
    return f"M{x:.1f} {y:.1f}C{middle:.1f} {y:.1f} {middle:.1f} {to_y:.1f} {to_x - 2:.1f} {to_y:.1f}"
