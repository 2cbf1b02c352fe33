"""What differs between two editions, in words, and what nothing explains yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from organograph.model import Change, Dataset, Edition, Reference, Thing
from organograph.register import Register

Sort = Literal["appeared", "disappeared", "renamed", "moved", "kind", "classes", "heads", "holder"]


@dataclass(frozen=True)
class Difference:
    """One difference.

    Args:
        sort: what sort of difference.
        thing: what differs.
        words: the difference in a sentence.
        missing: what is to be recorded, where nothing explains it yet; else empty.
    """

    sort: Sort
    thing: Reference
    words: str
    missing: str = ""


def differences(dataset: Dataset, old: Edition, new: Edition) -> list[Difference]:
    """Compare two editions.

    Args:
        dataset: for the changes, the scope and the other editions, which explain what comes and goes.
        old: the earlier edition.
        new: the later one.

    Returns:
        what came and went, then what was renamed, moved or changed otherwise, in the order of the tables.
    """
    register = Register(dataset)
    came = [_came(thing, old, new, register, dataset.changes) for thing in new.things if thing.reference not in old.by_reference]
    went = [_went(thing, old, new, register, dataset.changes) for thing in old.things if thing.reference not in new.by_reference]
    both = [(old.by_reference[thing.reference], thing) for thing in new.things if thing.reference in old.by_reference]
    kept = [each for before, after in both for each in _changed(before, after, old, new, dataset)]
    held = [each for _, after in both if after.type == "post" for each in _held(after, old, new, dataset)]
    return [*came, *went, *sorted(kept, key=lambda each: ("renamed", "moved", "kind", "classes", "heads").index(each.sort)), *held]


def _came(thing: Thing, old: Edition, new: Edition, register: Register, changes: Sequence[Change]) -> Difference:
    words = f"“{thing.name}” ({thing.reference}) appeared"
    why = _began(thing.reference, old, register, changes) or _left_out(thing.reference, old, register)
    if why:
        return Difference("appeared", thing.reference, f"{words}: {why}")
    cure = (
        f"Record in changes.csv what it came from (results {thing.reference}, to_edition {new.id}), declare in scope.csv that "
        f"{old.id} leaves it out, or add it to the tables of {old.id}."
    )
    return Difference("appeared", thing.reference, f"{words}, and nothing tells why {old.id} does not have it.", cure)


def _went(thing: Thing, old: Edition, new: Edition, register: Register, changes: Sequence[Change]) -> Difference:
    words = f"“{thing.name}” ({thing.reference}) disappeared"
    why = _ended(thing.reference, new, register, changes) or _left_out(thing.reference, new, register)
    if why:
        return Difference("disappeared", thing.reference, f"{words}: {why}")
    cure = (
        f"Record in changes.csv what became of it (originals {thing.reference}, from_edition {old.id}), declare in scope.csv that "
        f"{new.id} leaves it out, or add it to the tables of {new.id}."
    )
    return Difference("disappeared", thing.reference, f"{words}, and nothing tells why {new.id} does not have it.", cure)


def _began(reference: Reference, absent: Edition, register: Register, changes: Sequence[Change]) -> str:
    """The change by which a thing that an edition does not have began after it (shape:Register-appeared), or nothing."""
    first = min(order for order in _described(reference, register) if order > absent.order)
    orders = register.orders
    return _told(each for each in changes if reference in each.results and absent.order < orders[each.to_edition] <= first)


def _ended(reference: Reference, absent: Edition, register: Register, changes: Sequence[Change]) -> str:
    """The change by which a thing that an edition does not have ended before it (shape:Register-disappeared), or nothing."""
    last = max(order for order in _described(reference, register) if order < absent.order)
    orders = register.orders
    return _told(each for each in changes if reference in each.originals and last <= orders[each.from_edition] < absent.order)


def _told(changes: Iterable[Change]) -> str:
    return " ".join(f"{change.type}, “{change.label}”." for change in changes)


def _described(reference: Reference, register: Register) -> list[int]:
    return [register.orders[edition] for edition in register.by_reference[reference].described]


def _left_out(reference: Reference, absent: Edition, register: Register) -> str:
    """The reason for which the declared scope of an edition leaves a thing out, or nothing."""
    limits = dict(register.limits[absent.id])
    outside = dict(register.by_reference[reference].outside)
    return f"{absent.id} leaves it out. {limits[outside[absent.id]].reason}" if absent.id in outside else ""


def _changed(before: Thing, after: Thing, old: Edition, new: Edition, dataset: Dataset) -> Iterator[Difference]:
    reference, name = after.reference, f"“{after.name}” ({after.reference})"
    if before.name != after.name:
        yield Difference("renamed", reference, f"“{before.name}” ({reference}) was renamed “{after.name}”.")
    if before.parent != after.parent:
        places = [_called(parent, edition, dataset) for parent, edition in ((before.parent, old), (after.parent, new))]
        yield Difference("moved", reference, f"{name} moved from {places[0]} to {places[1]}.")
    if before.kind != after.kind:
        yield Difference("kind", reference, f"{name} was of kind {before.kind} and is of kind {after.kind}.")
    for each in after.classes:
        if each not in before.classes:
            yield Difference("classes", reference, f"{name} became {each}.")
    for each in before.classes:
        if each not in after.classes:
            yield Difference("classes", reference, f"{name} is no longer {each}.")
    if before.heads != after.heads:
        headed = [_called(heads, edition, dataset) for heads, edition in ((before.heads, old), (after.heads, new))]
        yield Difference("heads", reference, f"{name} headed {headed[0]} and heads {headed[1]}.")


def _called(reference: Reference | None, edition: Edition, dataset: Dataset) -> str:
    if reference is None:
        return "nothing"
    if reference == dataset.organization.reference:
        return f"“{dataset.organization.name}”"
    return f"“{edition.by_reference[reference].name}”"


def _held(post: Thing, old: Edition, new: Edition, dataset: Dataset) -> Iterator[Difference]:
    names = {person.slug: person.name for person in dataset.persons}
    holders = [sorted({names[each.person] for each in edition.tenures if each.post == post.slug}) for edition in (old, new)]
    if holders[0] != holders[1]:
        before, after = (", ".join(held) or "nobody who is named" for held in holders)
        yield Difference("holder", post.reference, f"“{post.name}” ({post.reference}) was held by {before} and is held by {after}.")
