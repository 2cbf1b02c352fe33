"""The differ: compares two editions thing by thing, and tells why each thing comes or goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from organograph.messages import Joined, Message, quoted
from organograph.names import KIND as KINDS
from organograph.reform import words
from organograph.reform.evidence import Evidence
from organograph.reform.heirs import hint
from organograph.reform.lineage import Event, Lineage, by_thing
from organograph.reform.model import SORTS, Reform, Row, Value
from organograph.reform.states import BASIS, CLASS, HEADS, HELD_BY, KIND, NAME, PARENT, REPORTS_TO, WITHIN, State, Thing

_ASPECTS = {"renamed": NAME, "moved": PARENT, "kind": KIND, "class": CLASS, "reports": REPORTS_TO, "heads": HEADS, "holder": HELD_BY}
_PLACE = {sort: place for place, sort in enumerate(SORTS)}
_UNSPECIFIED = KINDS.unspecified.value


def compare(before: State, after: State, lineage: Lineage) -> Reform:
    """Tell what changed from one edition to a later one.

    A thing is the same where its IRI is the same. What one edition lacks has ended or begun only where a change event says so;
    where a declared scope leaves it out, nothing is known of it; else it is told as not explained.

    Args:
        before: the earlier edition.
        after: the later one.
        lineage: the change events and the limits of scope.
    """
    return _Comparison(before, after, lineage).reform()


class _Comparison:
    def __init__(self, before: State, after: State, lineage: Lineage) -> None:
        self._before, self._after, self._lineage = before, after, lineage
        self._evidence = {state.iri: Evidence(state, lineage) for state in (before, after)}
        self._events = [event for event in lineage.events if event.between(before, after)]

    def reform(self) -> Reform:
        rows = sorted(self._rows(), key=lambda row: (_PLACE[row.sort], row.name, row.thing))
        return Reform(self._before, self._after, rows, self._events)

    def _rows(self) -> Iterator[Row]:
        before, after = self._before.things, self._after.things
        for iri, thing in before.items():
            if (later := after.get(iri)) is None:
                yield from self._went(thing)
            else:
                yield from self._changed(thing, later)
                told = dict.fromkeys([*self._ended.get(iri, ()), *self._began.get(iri, ())])
                yield from (self._of_event(event, later, self._after, stays=True) for event in told)
        for iri, thing in after.items():
            if iri not in before:
                yield from self._came(thing)
        yield from self._contradictions()

    @cached_property
    def _ended(self) -> dict[str, list[Event]]:
        return by_thing((event, event.originals) for event in self._events if event.since >= self._before.order)

    @cached_property
    def _began(self) -> dict[str, list[Event]]:
        return by_thing((event, event.results) for event in self._events if event.until <= self._after.order)

    def _went(self, thing: Thing) -> Iterator[Row]:
        found = self._ended.get(thing.iri, ())
        yield from (self._of_event(event, thing, self._before) for event in found)
        if not found:
            yield self._absent(thing, self._before, self._after)

    def _came(self, thing: Thing) -> Iterator[Row]:
        found = self._began.get(thing.iri, ())
        yield from (self._of_event(event, thing, self._after) for event in found)
        if not found:
            yield self._absent(thing, self._after, self._before)

    def _absent(self, thing: Thing, there: State, absent: State) -> Row:
        """What one edition has and the other does not, without any change event."""
        limit = self._lineage.outside.get((thing.iri, absent.iri))
        place = there.branch(thing.iri)
        passages = self._evidence[there.iri].of(thing.iri)
        if limit is not None:
            sort = "outside-after" if absent is self._after else "outside-before"
            told, passages = words.outside(limit.reason, absent, sort), (*passages, *limit.passages)
            return Row(sort, thing.iri, thing.type, thing.name, told, branch=place, limit=limit.iri, note=limit.reason, passages=passages)
        gone = absent is self._after
        told, missing = words.unexplained(thing, there, absent, gone)
        hinted = hint(thing.iri, there, absent) if gone else ""
        missing = Joined(" ", [missing, hinted]) if hinted else missing
        return Row("unexplained", thing.iri, thing.type, thing.name, told, branch=place, passages=passages, missing=missing)

    def _of_event(self, event: Event, here: Thing, state: State, stays: bool = False) -> Row:
        """The row of a thing that a change event ended, began or gave something off, as a state describes it."""
        then = self._later(event)
        names = {iri: self._name(iri) for iri in (*event.originals, *event.results, *(each for _, ends in then for each in ends))}
        told = words.of_event(event, here.iri, names, stays, then)
        before, after = (tuple(Value(names[iri], iri) for iri in each) for each in (event.originals, event.results))
        own = self._evidence[state.iri].of(here.iri)
        cited = [passage for passage in event.passages if passage.place not in {each.place for each in own}]
        return Row(
            event.sort, here.iri, here.type, here.name, told, before, after, branch=state.branch(here.iri),
            event=event.iri, basis=event.basis, note=event.note, passages=(*cited, *own),
        )  # fmt: skip

    def _later(self, event: Event) -> list[tuple[str, tuple[str, ...]]]:
        """What became of results that the later edition does not have, each with its successors."""
        found = []
        for result in event.results:
            next_ones = [each for each in self._ended.get(result, ()) if each.since >= event.until]
            if result not in self._after.things and next_ones:
                found.append((result, next_ones[0].results))
        return found

    def _changed(self, before: Thing, after: Thing) -> Iterator[Row]:
        for sort, predicate in _ASPECTS.items():
            old, new = before.values(predicate), after.values(predicate)
            if old != new and not (sort == "reports" and self._follows(before, after, old, new)):
                yield self._differs(sort, predicate, before, after)

    def _follows(self, before: Thing, after: Thing, old: Sequence[str], new: Sequence[str]) -> bool:
        """Whether another reporting line is only what a move already says: a unit reports to the post that it stands under."""
        return before.parent != after.parent and set(old) <= {before.parent} and set(new) <= {after.parent}

    def _differs(self, sort: str, predicate: str, before: Thing, after: Thing) -> Row:
        old, new = before.values(predicate), after.values(predicate)
        values = [self._shown(predicate, before.iri, each, state) for each, state in ((old, self._before), (new, self._after))]
        passages = [
            self._evidence[state.iri].saying(before.iri, predicate, _only(one, other))
            for state, one, other in ((self._before, old, new), (self._after, new, old))
        ]
        silent = sort in ("moved", "kind", "reports", "heads", "holder") and (self._is_silent(old) or self._is_silent(new))
        tell = words.silent_line if silent and sort == "reports" else words.TOLD[sort]
        told = tell(_words(values[0], values[1]), _words(values[1], values[0]))
        row = Row(
            "silent" if silent else sort, after.iri, after.type, after.name, told, values[0], values[1], predicate,
            self._after.branch(after.iri), passages=tuple(dict.fromkeys((*passages[0], *passages[1]))),
        )  # fmt: skip
        return self._placed(row, before, after) if predicate == PARENT else row

    def _placed(self, row: Row, before: Thing, after: Thing) -> Row:
        """The row of a move with the branch that was left, and how the new place is known."""
        left = self._before.branch(before.iri)
        basis = (after.values(BASIS) or ("",))[0].rpartition("#")[2]
        return replace(
            row,
            predicate=WITHIN if after.type == "body" else PARENT,
            left=left if left not in (row.branch, after.iri) else "",
            basis=basis,
            note=after.note,
        )

    def _is_silent(self, values: Sequence[str]) -> bool:
        """Whether an edition names nothing, or only the kind that stands for no word of a document."""
        return not values or values == (_UNSPECIFIED,)

    def _shown(self, predicate: str, thing: str, values: Sequence[str], state: State) -> tuple[Value, ...]:
        if predicate == NAME:
            return tuple(Value(each, language=state.languages.get((thing, each), "")) for each in values)
        return tuple(Value(state.name(each), each) for each in values)

    def _name(self, iri: str) -> str:
        """What a thing of an event is called: in the edition that has it, the earlier first."""
        return self._before.names.get(iri) or self._after.names.get(iri) or self._lineage.label(iri) or self._after.name(iri)

    def _contradictions(self) -> Iterator[Row]:
        """Events that the editions do not bear out: what ended is still there or never was, what began was there before or never is."""
        for event in self._events:
            for iri in event.originals:
                if event.since == self._before.order and self._is_missing(iri, self._before):
                    yield self._contradicted(event, iri, words.said_ended(self._before, is_there=False))
                if self._lasts(event, iri):
                    yield self._contradicted(event, iri, words.said_ended(self._after, is_there=True))
            for iri in set(event.results) - set(event.originals):
                if event.since >= self._before.order and iri in self._before.things and not self._ended_by(iri, event):
                    yield self._contradicted(event, iri, words.said_begun(self._before, is_there=True))
                if event.until == self._after.order and self._is_missing(iri, self._after):
                    yield self._contradicted(event, iri, words.said_begun(self._after, is_there=False))

    def _lasts(self, event: Event, iri: str) -> bool:
        """Whether what an event ended is there afterwards; of mergers and splits an original may stay, and a later event may resume it."""
        if event.sort not in ("closed", "succeeded") or event.until > self._after.order or iri not in self._after.things:
            return False
        return not any(other.since >= event.until for other in self._lineage.beginning.get(iri, ()))

    def _ended_by(self, iri: str, event: Event) -> bool:
        """Whether a thing ended before an event, or by it."""
        return any(other.until <= event.until for other in self._lineage.ending.get(iri, ()))

    def _is_missing(self, iri: str, state: State) -> bool:
        """Whether an edition does not describe a thing, though its scope does not leave it out."""
        return iri not in state.things and not self._is_outside(iri, state)

    def _is_outside(self, iri: str, state: State) -> bool:
        return (iri, state.iri) in self._lineage.outside

    def _contradicted(self, event: Event, iri: str, told: str) -> Row:
        state = self._after if iri in self._after.things else self._before
        thing = state.things.get(iri)
        name = thing.name if thing else self._name(iri)
        whole = Joined(" ", [told, Message("The change event is %(event)s.", event=quoted(event.label))])
        row = event.iri.rpartition("/")[2]
        cure = Message("Correct the row %(row)s of changes.csv, or the tables of %(edition)s.", row=row, edition=state.identifier)
        return Row(
            "contradicted", iri, thing.type if thing else "", name, whole, branch=state.branch(iri),
            event=event.iri, basis=event.basis, note=event.note, passages=event.passages, missing=cure,
        )  # fmt: skip


def _only(values: Sequence[str], others: Sequence[str]) -> list[str]:
    """The values that the other side does not have, or all where it has them all."""
    return [value for value in values if value not in others] or list(values)


def _words(values: Sequence[Value], others: Sequence[Value]) -> list[str]:
    """What values are called, without those that did not change, but where nothing else is left."""
    known = {other.iri or other.label for other in others}
    return [value.label for value in values if (value.iri or value.label) not in known]
