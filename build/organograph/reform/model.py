"""A reform as data: rows of what changed, each with its evidence, grouped by branch and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from organograph.messages import Joined, Message, quoted
from organograph.reform.lineage import Event, Passage
from organograph.reform.states import State

SORTS: Mapping[str, str] = {
    "created": Message("Created"),
    "closed": Message("Closed"),
    "merged": Message("Merged"),
    "split": Message("Split"),
    "succeeded": Message("Replaced by a successor"),
    "renamed": Message("Renamed"),
    "moved": Message("Moved"),
    "kind": Message("Kind changed"),
    "class": Message("Class changed"),
    "reports": Message("Reporting line changed"),
    "heads": Message("Heads something else"),
    "holder": Message("Holder changed"),
    "silent": Message("Told by one edition only"),
    "outside-after": Message("Outside the scope of the later edition"),
    "outside-before": Message("Outside the scope of the earlier edition"),
    "unexplained": Message("Not explained"),
    "contradicted": Message("Contradicted"),
}
"""Each class of change and its name, in the order in which they are told."""

MEANINGS: Mapping[str, str] = {
    "created": Message("A unit, post or body that began, and did not come out of another."),
    "closed": Message("One that ended, and nothing took its place."),
    "merged": Message("Several became one: what ended, and what came of it."),
    "split": Message("One became several: what was divided, and what came of it."),
    "succeeded": Message("One ended, and another took up its task."),
    "renamed": Message("The same unit, post or body under another name."),
    "moved": Message("It stands directly below something else."),
    "kind": Message("Its kind is another, such as a department that became an office."),
    "class": Message("It came under other rules or left them, such as those of independent offices."),
    "reports": Message("It reports to another post, though it did not move."),
    "heads": Message("The post heads another unit."),
    "holder": Message("The post is held by another person."),
    "silent": Message(
        "One edition names a kind, a holder, a superior or a unit headed and the other does not, which need not be a change."
    ),
    "outside-after": Message(
        "The earlier edition describes it, and the documents of the later one leave it out as a matter of scope; "
        "whether it is still there they do not say."
    ),
    "outside-before": Message(
        "The later edition describes it, and the documents of the earlier one leave it out as a matter of scope; "
        "whether it was there already they do not say."
    ),
    "unexplained": Message("It came or went, and neither a change event nor a declared scope tells why."),
    "contradicted": Message("A change event says what the editions do not bear out."),
}  # fmt: skip

OF_EVENTS = ("created", "closed", "merged", "split", "succeeded")
OF_SCOPE = ("outside-after", "outside-before")


@dataclass(frozen=True)
class Value:
    """A value before or after: what it is called, its IRI where it has one, and the language of a text."""

    label: str
    iri: str = ""
    language: str = ""


@dataclass(frozen=True)
class Row:
    """One change of one thing.

    Args:
        sort: its class, one of SORTS.
        thing: IRI of what changed.
        type: `unit`, `post` or `body`; "" for a change event.
        name: what it is called: in the earlier edition where it is gone.
        told: what became of it, in words that follow its name.
        before: values in the earlier edition; of events, what ended.
        after: values in the later edition; of events, what began.
        predicate: IRI of the property that has other values; "" for events and scope.
        branch: IRI of the branch that it stands in, in the later edition where that describes it; "" for none.
        left: IRI of the branch that it stood in before, where that is another; else "".
        event: IRI of the change event that tells so, or "".
        limit: IRI of the limit of scope that tells so, or "".
        basis: how the event or the new place is known, such as `stated` or `inferred`; "" where nothing tells.
        note: what is noted of it, or the reason.
        passages: where the documents say so.
        missing: what is to be recorded, where nothing explains it.
    """

    sort: str
    thing: str
    type: str
    name: str
    told: str
    before: tuple[Value, ...] = ()
    after: tuple[Value, ...] = ()
    predicate: str = ""
    branch: str = ""
    left: str = ""
    event: str = ""
    limit: str = ""
    basis: str = ""
    note: str = ""
    passages: tuple[Passage, ...] = ()
    missing: str = ""

    @property
    def sentence(self) -> str:
        """The change as one sentence."""
        return Joined(" ", [quoted(self.name), self.told])

    @property
    def anchor(self) -> str:
        """What names the row among those of its reform: `unit-legal-affairs-moved`; where one thing may have several, with what of."""
        parts = [anchor_of(self.thing), self.sort]
        parts += [_sound(self.event.rpartition("/")[2])] if self.event else []
        parts += [_sound(self.predicate.replace("#", "/").rpartition("/")[2])] if self.sort == "silent" else []
        return "-".join(parts)


def anchor_of(thing: str) -> str:
    """What names a thing on the page of a reform: `unit-legal-affairs`."""
    return "-".join(_sound(each) for each in thing.rstrip("/").split("/")[-2:])


def _sound(text: str) -> str:
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in text)


@dataclass(frozen=True)
class Branch:
    """The changes of one branch; `left` are those that moved out of it into another."""

    iri: str
    name: str
    rows: Sequence[Row]
    left: Sequence[Row]


@dataclass(frozen=True)
class Reform:
    """What changed from one edition to another.

    Args:
        before: the earlier edition.
        after: the later one.
        rows: all changes, in the order of SORTS and of names.
        events: the change events between the two.
    """

    before: State
    after: State
    rows: Sequence[Row]
    events: Sequence[Event]

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many changes of each class there are, in the order of SORTS; of events, how many events."""
        events = Counter(event.sort for event in self.events)
        rows = Counter(row.sort for row in self.rows)
        return {sort: number for sort in SORTS if (number := events[sort] if sort in OF_EVENTS else rows[sort])}

    @cached_property
    def things(self) -> Mapping[str, int]:
        """How many units, posts and bodies are concerned by changes of each class."""
        found = Counter(sort for sort, _ in {(row.sort, row.thing) for row in self.rows})
        return {sort: found[sort] for sort in SORTS if found[sort]}

    @property
    def changed(self) -> Sequence[Row]:
        """The rows that are changes, without those that are a matter of scope."""
        return [row for row in self.rows if row.sort not in OF_SCOPE]

    @cached_property
    def by_thing(self) -> Mapping[str, Sequence[Row]]:
        """The rows of each thing, by its IRI."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.thing, []).append(row)
        return found

    @property
    def missing(self) -> Sequence[Row]:
        """The rows that nothing explains, or that are contradicted."""
        return [row for row in self.rows if row.missing]

    def by_sort(self, *sorts: str) -> Sequence[Row]:
        """The rows of some classes."""
        return [row for row in self.rows if row.sort in sorts]

    @cached_property
    def branches(self) -> Sequence[Branch]:
        """What changed, branch by branch: those of the later edition in its order, then those that are gone, then what is in none."""
        rows: dict[str, list[Row]] = {}
        left: dict[str, list[Row]] = {}
        for row in self.changed:
            rows.setdefault(row.branch, []).append(row)
            if row.left:
                left.setdefault(row.left, []).append(row)
        for of_branch in rows.values():
            of_branch.sort(key=lambda row: (self.after.names.get(row.thing) or row.name, row.thing))
        found = sorted(rows.keys() | left.keys(), key=self._place)
        return [Branch(iri, self.branch_name(iri), rows.get(iri, ()), left.get(iri, ())) for iri in found]

    def language(self, iri: str, text: str) -> str:
        """The language in which a text names a thing, in the later edition or else the earlier; "" for none."""
        return self.after.languages.get((iri, text)) or self.before.languages.get((iri, text), "")

    def branch_name(self, iri: str) -> str:
        """What a branch is called; "" for none."""
        state = self.after if iri in self.after.names else self.before
        return state.name(iri) if iri else ""

    def _place(self, iri: str) -> tuple[int, str]:
        top = (self.after.root, self.after.head, self.before.root, self.before.head)
        rank = 3 if not iri else 0 if iri in top else 1 if iri in self.after.names else 2
        return rank, self.branch_name(iri)
