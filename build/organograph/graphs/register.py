"""The register: which edition describes what, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cached_property

from organograph.model import Change, Dataset, Edition, Reference, ScopeLimit, Thing

_THINGS = {"unit": "units", "post": "posts", "body": "bodies"}


@dataclass(frozen=True)
class Entry:
    """What the register knows of one unit, post or body.

    Args:
        reference: the thing.
        name: its latest name.
        described: editions that describe it, in order.
        outside: (edition, number of the scope limit) for each edition whose declared scope leaves it out.
        unaccounted: editions in which nothing explains its absence.
    """

    reference: Reference
    name: str
    described: tuple[str, ...]
    outside: tuple[tuple[str, int], ...]
    unaccounted: tuple[str, ...]


class Register:
    """The register of a dataset, computed from its editions, their scope and the changes between them.

    Args:
        dataset: editions in order.
        only: the things that it has entries of; None for all.

    Attributes:
        orders: each edition's place in the chain.
    """

    def __init__(self, dataset: Dataset, only: Set[Reference] | None = None) -> None:
        self._dataset, self._only = dataset, only
        self.orders = {edition.id: edition.order for edition in dataset.editions}

    @cached_property
    def limits(self) -> dict[str, list[tuple[int, ScopeLimit]]]:
        """The limits of each edition's scope, numbered from 1 in the table's order."""
        found: dict[str, list[tuple[int, ScopeLimit]]] = {edition.id: [] for edition in self._dataset.editions}
        for limit in self._dataset.scope:
            found[limit.edition].append((len(found[limit.edition]) + 1, limit))
        return found

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """An entry for each unit, post and body ever described, sorted by reference."""
        latest: dict[Reference, Thing] = {}
        for edition in self._dataset.editions:
            latest |= edition.by_reference
        chosen = latest.keys() if self._only is None else latest.keys() & self._only
        return tuple(self._entry(latest[reference]) for reference in sorted(chosen))

    @cached_property
    def by_reference(self) -> dict[Reference, Entry]:
        """The entries by reference."""
        return {entry.reference: entry for entry in self.entries}

    def _entry(self, thing: Thing) -> Entry:
        described = [edition for edition in self._dataset.editions if thing.reference in edition.by_reference]
        outside: list[tuple[str, int]] = []
        unaccounted: list[str] = []
        for edition in self._dataset.editions:
            if edition in described or self._changed(thing.reference, edition):
                continue
            number = self._limit(thing, edition, described)
            if number is None:
                unaccounted.append(edition.id)
            else:
                outside.append((edition.id, number))
        names = tuple(edition.id for edition in described)
        return Entry(thing.reference, thing.name, names, tuple(outside), tuple(unaccounted))

    def _changed(self, reference: Reference, edition: Edition) -> bool:
        """Tell whether a change event ended the thing before this edition or began it after."""
        ended = any(self.orders[change.to_edition] <= edition.order for change in self._ends.get(reference, ()))
        return ended or any(self.orders[change.from_edition] >= edition.order for change in self._begins.get(reference, ()))

    @cached_property
    def _ends(self) -> dict[Reference, list[Change]]:
        """The changes that each thing is an original of."""
        return _by_thing((change, change.originals) for change in self._dataset.changes)

    @cached_property
    def _begins(self) -> dict[Reference, list[Change]]:
        """The changes that each thing is a result of."""
        return _by_thing((change, change.results) for change in self._dataset.changes)

    def _limit(self, thing: Thing, edition: Edition, described: list[Edition]) -> int | None:
        """The limit of an edition's scope that leaves a thing out, judged by its place in the nearest edition before, else after."""
        earlier = [other for other in described if other.order < edition.order]
        later = [other for other in described if other.order > edition.order]
        for near in [*reversed(earlier[-1:]), *later[:1]]:
            ranks = {reference: rank for rank, reference in enumerate([thing.reference, *near.chain(thing.reference)])}
            if thing.type == "body":
                ranks.setdefault(self._dataset.organization.reference, 1)
            for number, limit in self.limits[edition.id]:
                if limit.things in (_THINGS[thing.type], "all") and ranks.get(limit.branch, -2) > limit.depth:
                    return number
        return None


def _by_thing(pairs: Iterable[tuple[Change, tuple[Reference, ...]]]) -> dict[Reference, list[Change]]:
    found: dict[Reference, list[Change]] = {}
    for change, things in pairs:
        for thing in things:
            found.setdefault(thing, []).append(change)
    return found
