"""What an edit of the tables changes in the triples: only the things that it touches are written, as they were and as they are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from organograph.graphs.catalogue import catalogue_triples
from organograph.graphs.evidence_graph import evidence_triples, stated_edition, stated_thing
from organograph.graphs.graph import edition_triples
from organograph.graphs.register import Register
from organograph.model import Dataset, Edition, Reading, Reference, Thing
from organograph.names import Names
from organograph.statements import Triple

T = TypeVar("T")
_MANY = 10
"""Where posts are fewer than one in so many things, each is asked; else those below what changed are looked for first."""


@dataclass(frozen=True)
class Delta:
    """Triples that came and that went, each as often as it is written, none of them both."""

    come: Sequence[Triple] = ()
    gone: Sequence[Triple] = ()


def _between(now: Iterable[Triple], before: Iterable[Triple]) -> Delta:
    come, gone = Counter(now), list[Triple]()
    for triple in before:
        if come[triple]:
            come[triple] -= 1
        else:
            gone.append(triple)
    return Delta([*come.elements()], gone)


@dataclass(frozen=True)
class Redrawn:
    """What changed in each graph of a dataset.

    Args:
        catalogue: in the catalogue.
        editions: in each edition, by its name.
        evidence: in each evidence graph, by the names of its edition and its document.
    """

    catalogue: Delta
    editions: dict[str, Delta]
    evidence: dict[tuple[str, str], Delta]


class Drawing:
    """A dataset as it was last written.

    Args:
        dataset: the dataset.
        names: its IRIs.
    """

    def __init__(self, dataset: Dataset, names: Names) -> None:
        self._dataset, self._names = dataset, names
        self._stated = {(edition.id, source): stated_edition(edition, source) for edition in dataset.editions for source in edition.sources}

    def redrawn(self, now: Dataset) -> Redrawn | None:
        """What changes in its graphs; None where so much may change that all has to be written anew.

        Args:
            now: the dataset as it is; what did not change are the same objects.
        """
        before, self._dataset = self._dataset, now
        if _frame(before) != _frame(now):
            return None
        editions, evidence, touched = dict[str, Delta](), dict[tuple[str, str], Delta](), set[Reference]()
        parts: tuple[list[Edition], list[Edition]] = [], []
        for old, new in zip(before.editions, now.editions, strict=True):
            refs = _touched(old, new)
            old_part, new_part = _parts(before, old, now, new, refs)
            parts[0].append(old_part)
            parts[1].append(new_part)
            touched |= refs
            come, gone = edition_triples(now, new_part, self._names), edition_triples(before, old_part, self._names)
            editions[new.id] = _between(come, gone)
            for source in new.sources:
                evidence[new.id, source] = self._evidence(source, (before, old, old_part), (now, new, new_part), refs)
        return Redrawn(self._catalogue(before, now, parts, touched), editions, evidence)

    def _evidence(
        self, source: str, before: tuple[Dataset, Edition, Edition], now: tuple[Dataset, Edition, Edition], refs: set[Reference]
    ) -> Delta:
        """What changed in an evidence graph; a post may report to another one there, since things above it stand elsewhere."""
        (dataset, old, old_part), (new_dataset, new, new_part) = before, now
        stated = self._stated[new.id, source]
        after = self._stated[new.id, source] = _restated(stated, new, source, refs)
        more = _posts_moved(stated, after, refs) - refs
        if more:
            old_part, new_part = _with(old_part, old, more), _with(new_part, new, more)
        come = evidence_triples(new_dataset, new_part, source, self._names, after)
        return _between(come, evidence_triples(dataset, old_part, source, self._names, stated))

    def _catalogue(self, before: Dataset, now: Dataset, parts: tuple[list[Edition], list[Edition]], touched: set[Reference]) -> Delta:
        same = _course(before) == _course(now)
        refs = None if not same else touched | _not_everywhere(before) | _not_everywhere(now)
        drawn = [
            catalogue_triples(replace(dataset, editions=tuple(held)), self._names, Register(dataset, refs))
            for dataset, held in ((now, parts[1]), (before, parts[0]))
        ]
        return _between(*drawn)


def _frame(dataset: Dataset) -> object:
    """What nearly every triple depends on, and which graphs there are."""
    graphs = [(edition.id, edition.sources) for edition in dataset.editions]
    return dataset.organization, dataset.base, dataset.language, dataset.rules, dataset.kinds, dataset.head_post, graphs


def _course(dataset: Dataset) -> object:
    """What tells why editions do not describe a thing."""
    return dataset.changes, dataset.scope, [(edition.id, edition.order) for edition in dataset.editions]


def _not_everywhere(dataset: Dataset) -> set[Reference]:
    """The things that some edition does not describe; their entries depend on the places of other things."""
    held = [edition.by_reference.keys() for edition in dataset.editions]
    return set[Reference]().union(*held).difference(set(held[0]).intersection(*held[1:])) if len(held) > 1 else set()


def _touched(old: Edition, new: Edition) -> set[Reference]:
    """The things that are told of otherwise."""
    before, now = old.by_reference, new.by_reference
    refs = {ref for ref, thing in now.items() if before.get(ref) is not thing} | (before.keys() - now.keys())
    further, other = _further(old), _further(new)
    refs |= {ref for ref in further.keys() | other.keys() if further.get(ref) != other.get(ref)}
    return refs | _posts_moved(old, new, refs)


def _further(edition: Edition) -> dict[Reference, list[int]]:
    """The readings of each thing beside its own, in their order."""
    found: dict[Reference, list[int]] = {}
    for reading in edition.readings[len(edition.things) :]:
        found.setdefault(reading.thing, []).append(id(reading))
    return found


def _posts_moved(old: Edition, new: Edition, refs: set[Reference]) -> set[Reference]:
    """Posts that report to another post, since something above them has changed."""
    before, now = old.by_reference, new.by_reference
    placed = {ref for ref in refs if _place(before.get(ref)) != _place(now.get(ref))}
    if not placed:
        return set()
    posts = [ref for ref in now if ref.startswith("post:")]
    if _MANY * len(posts) > len(now):
        roots = placed | {ref for ref in old.head_of.keys() | new.head_of.keys() if old.head_of.get(ref) != new.head_of.get(ref)}
        posts = [ref for ref in _below(old, roots) | _below(new, roots) if ref.startswith("post:")]
    return {ref for ref in posts if old.superior(ref) != new.superior(ref)}


def _place(thing: Thing | None) -> object:
    """What the chain of command depends on."""
    return None if thing is None else (thing.parent, thing.heads)


def _below(edition: Edition, refs: set[Reference]) -> set[Reference]:
    """Some things and all below them."""
    children = defaultdict[Reference, list[Reference]](list)
    for ref, thing in edition.by_reference.items():
        if thing.parent:
            children[thing.parent].append(ref)
    found, waiting = set(refs), [*refs]
    while waiting:
        new = [ref for ref in children.get(waiting.pop(), ()) if ref not in found]
        found.update(new)
        waiting += new
    return found


def _parts(before: Dataset, old: Edition, now: Dataset, new: Edition, refs: set[Reference]) -> tuple[Edition, Edition]:
    """The part of an edition that is told otherwise, as it was and as it is."""
    persons = {person.slug for person in {*before.persons}.symmetric_difference(now.persons)}
    posts = {ref.partition(":")[2] for ref in refs if ref.startswith("post:")}
    moved = {tenure.slug for tenure in (*old.tenures, *new.tenures) if tenure.person in persons or tenure.post in posts}
    tenures = _either(old.tenures, new.tenures, lambda tenure: tenure.slug, moved)
    sites = _either(old.sites, new.sites, lambda site: site.slug)
    seats = _either(old.seats, new.seats, lambda seat: (seat.body, seat.post))
    relations = _either(old.relations, new.relations, lambda said: (said.subject, said.relation, said.object))
    told = zip((old, new), tenures, sites, seats, relations, strict=True)
    empty = (replace(of, tenures=a, sites=b, seats=c, relations=d, things=(), readings=()) for of, a, b, c, d in told)
    old_part, new_part = (_with(part, whole, refs) for part, whole in zip(empty, (old, new), strict=True))
    return old_part, new_part


def _either(
    old: Sequence[T], new: Sequence[T], key: Callable[[T], Hashable], more: Iterable[Hashable] = ()
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """What has a key under which something changed, as it was and as it is."""
    before, now = {*map(id, old)}, {*map(id, new)}
    if before == now and not more:
        return (), ()
    keys = {*more, *(key(one) for one in old if id(one) not in now), *(key(one) for one in new if id(one) not in before)}
    return tuple(one for one in old if key(one) in keys), tuple(one for one in new if key(one) in keys)


def _with(part: Edition, whole: Edition, refs: set[Reference]) -> Edition:
    """A part of an edition with more things, which still knows where they stand in the whole of it."""
    things = tuple(whole.by_reference[ref] for ref in sorted(refs) if ref in whole.by_reference)
    readings = tuple(reading for reading in whole.readings if reading.thing in refs)
    found = replace(part, things=(*part.things, *things), readings=(*part.readings, *readings))
    found.__dict__.update(by_reference=whole.by_reference, head_of=whole.head_of)
    return found


def _restated(stated: Edition, new: Edition, source: str, refs: set[Reference]) -> Edition:
    """An edition as one document tells it, after some things changed."""
    readings: dict[Reference, list[Reading]] = {}
    for reading in _of(new.readings, refs):
        if reading.span.source == source:
            readings.setdefault(reading.thing, []).append(reading)
    things: dict[Reference, Thing] = {ref: thing for ref, thing in stated.by_reference.items() if ref not in refs}
    things.update({ref: stated_thing(new.by_reference[ref], read) for ref, read in readings.items()})
    found = replace(new, things=tuple(things.values()))
    found.__dict__["by_reference"] = things
    return found


def _of(readings: Iterable[Reading], refs: set[Reference]) -> Iterator[Reading]:
    return (reading for reading in readings if reading.thing in refs)
