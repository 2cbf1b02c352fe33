"""Random organizations and random reforms of them: what was done is noted as it is done, for the differ to find again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from organograph.model import (
    Change,
    Dataset,
    Edition,
    Organization,
    Person,
    Reading,
    Reference,
    Relation,
    ScopeLimit,
    Source,
    Span,
    Tenure,
    Thing,
)

OLD, NEW = "2030-01", "2031-01"
HEAD, WHOLE = "post:head", "organization:agency"
_SPAN = Span("page", 0, 4)
_KINDS = ("department", "division", "unit", "office")
_LINEAGE = {"created": "foundation", "closed": "closure", "merged": "merger", "split": "split", "succeeded": "succession"}
Expected = set[tuple[str, Reference]]


@dataclass
class Plan:
    """An edition in the making.

    Args:
        things: by reference.
        holders: who holds which post.
        lines: to which post a unit reports beside its place.
    """

    things: dict[Reference, Thing]
    holders: dict[Reference, str]
    lines: dict[Reference, Reference]

    def copy(self) -> Plan:
        """A plan that may be changed without this one."""
        return Plan(dict(self.things), dict(self.holders), dict(self.lines))

    def units(self) -> list[Reference]:
        """The units, sorted."""
        return sorted(each for each in self.things if each.startswith("unit:"))

    def below(self, reference: Reference) -> set[Reference]:
        """All that stands below a thing."""
        found: set[Reference] = set()
        new = {reference}
        while new:
            new = {each for each, thing in self.things.items() if thing.parent in new} - found
            found |= new
        return found

    def edition(self, identifier: str, order: int) -> Edition:
        """The edition, whose document names and places each thing."""
        things = tuple(self.things.values())
        readings = tuple(
            Reading(each.reference, replace(_SPAN, start=10 * number, end=10 * number + 4), each.name, each.name, each.parent, "stated",
                    each.kind, each.classes, each.heads)
            for number, each in enumerate(things)
        )  # fmt: skip
        tenures = tuple(
            Tenure(f"{person}-{post[5:]}-{order}", person, post[5:], "", "", _SPAN, "stated", person)
            for post, person in self.holders.items()
        )
        lines = tuple(Relation(unit, "reports-to", post, _SPAN, "stated") for unit, post in self.lines.items())
        return Edition(
            identifier, order, identifier, "", f"As of {identifier}", ("page",), "", "", things, readings, tenures, (), (), lines
        )


@dataclass
class RandomReform:
    """A random organization, reformed at random.

    Args:
        random: where chance comes from.
    """

    random: Random
    expected: Expected = field(default_factory=set)
    changes: list[Change] = field(default_factory=list)
    scope: list[ScopeLimit] = field(default_factory=list)
    number: int = 0

    def __post_init__(self) -> None:
        self.old = self._organization()
        self.new = self.old.copy()
        self.touched: Counter[tuple[str, Reference]] = Counter()
        self.spent: set[Reference] = set()
        for _ in range(self.random.randint(12, 45)):
            getattr(self, self.random.choice([name for name in dir(self) if name.startswith("do_")]))()

    def dataset(self) -> Dataset:
        """Both editions, with the changes and the scope that explain what came and went."""
        source = Source("page", "page.txt", "A page", "https://example.org/page", "0" * 64, 10_000)
        people = sorted({*self.old.holders.values(), *self.new.holders.values()})
        editions = (self.old.edition(OLD, 1), self.new.edition(NEW, 2))
        return Dataset(
            Organization("agency", "Agency"), "The agency", "", HEAD, (), (source,), tuple(Person(each, each.title()) for each in people),
            editions, tuple(self.scope), tuple(self.changes), (),
        )  # fmt: skip

    def following(self) -> Expected:
        """What follows from what was done, by the model's own rule: posts whose next post up is another one."""
        before, after = self.dataset().editions
        both = [post for post in before.by_reference if post.startswith("post:") and post in after.by_reference]
        return {("reports", post) for post in both if before.superior(post) != after.superior(post)}

    # What a reform may do; each notes what is to be found.

    def do_rename(self) -> None:
        """Give a unit another name."""
        if unit := self._kept("renamed"):
            self._replace(unit, "renamed", name=self._name())

    def do_move(self) -> None:
        """Put a unit under something else."""
        if unit := self._kept("moved"):
            not_below = set(self.new.things) - self.new.below(unit) - {unit, self.new.things[unit].parent, self.old.things[unit].parent}
            places = sorted(
                each for each in not_below if each in self.old.things and each not in self.spent and not _is_head(self.new, each)
            )
            self._replace(unit, "moved", parent=self.random.choice(places))

    def do_kind(self) -> None:
        """Make a unit one of another kind."""
        if unit := self._kept("kind"):
            self._replace(unit, "kind", kind=self.random.choice([kind for kind in _KINDS if kind != self.new.things[unit].kind]))

    def do_class(self) -> None:
        """Put a unit under the rules of independent offices, or take it out of them."""
        if unit := self._kept("class"):
            self._replace(unit, "class", classes=() if self.new.things[unit].classes else ("og:IndependentOffice",))

    def do_holder(self) -> None:
        """Let another person hold a post."""
        posts = sorted(post for post in self.new.holders if not self.touched["holder", post] and post in self.old.holders)
        if posts and (post := self.random.choice(posts)):
            self.new.holders[post] = self._person()
            self._note("holder", post)

    def do_head(self) -> None:
        """Let a post head another unit."""
        posts = sorted(post for post in self.new.things if post.startswith("post:of-") and not self.touched["heads", post])
        headed = {thing.heads for thing in (*self.new.things.values(), *self.old.things.values())}
        units = [unit for unit in self.new.units() if unit in self.old.things and unit not in self.spent and unit not in headed]
        if posts and units:
            post, unit = self.random.choice(posts), self.random.choice(units)
            self._replace(post, "heads", heads=unit)
            self.spent.add(unit)

    def do_line(self) -> None:
        """Let a unit report to another post beside its place."""
        units = sorted(unit for unit in self.new.lines if not self.touched["reports", unit])
        if units and (unit := self.random.choice(units)):
            parents = {plan.things[unit].parent for plan in (self.old, self.new)}
            posts = sorted({HEAD, "post:deputy-1", "post:deputy-2"} - {self.new.lines[unit], *map(str, parents)})
            self.new.lines[unit] = self.random.choice(posts)
            self._note("reports", unit)

    def do_create(self) -> None:
        """Set up a unit."""
        self._event("created", (), (self._begun(),))

    def do_close(self) -> None:
        """Close a unit."""
        if unit := self._leaf():
            self._event("closed", (self._ended(unit),), ())

    def do_merge(self) -> None:
        """Join two units into a new one."""
        if (one := self._leaf()) and (other := self._leaf(one)):
            self._event("merged", (self._ended(one), self._ended(other)), (self._begun(),))

    def do_split(self) -> None:
        """Divide a unit into two new ones."""
        if unit := self._leaf():
            self._event("split", (self._ended(unit),), (self._begun(), self._begun()))

    def do_succeed(self) -> None:
        """Put a new unit in the place of another."""
        if unit := self._leaf():
            self._event("succeeded", (self._ended(unit),), (self._begun(),))

    def do_leave_out(self) -> None:
        """Leave a unit out of the new edition as a matter of scope."""
        if unit := self._leaf():
            self._limit(NEW, self._ended(unit))
            self._note("outside-after", unit)

    def do_speak_of(self) -> None:
        """Describe a unit that the old edition left out as a matter of scope."""
        unit = self._begun()
        self._limit(OLD, unit)
        self._note("outside-before", unit)

    def do_forget(self) -> None:
        """Let a unit go without a word."""
        if unit := self._leaf():
            self._note("unexplained", self._ended(unit))

    def _organization(self) -> Plan:
        plan = Plan({}, {HEAD: "first"}, {})
        self._put(plan, Thing(HEAD, "Head", WHOLE, "stated", heads=WHOLE))
        for number in (1, 2):
            self._put(plan, Thing(f"post:deputy-{number}", f"Deputy {number}", HEAD, "stated"))
            plan.holders[f"post:deputy-{number}"] = self._person()
        for _ in range(self.random.randint(30, 120)):
            self.number += 1
            unit = f"unit:u{self.number}"
            parent = self.random.choice([each for each in plan.things if not _is_head(plan, each) or each == HEAD])
            self._put(plan, Thing(unit, self._name(), parent, "stated", self.random.choice(_KINDS)))
            if self.random.random() < 0.2:
                post = f"post:of-u{self.number}"
                self._put(plan, Thing(post, f"Chief of {unit}", unit, "stated", heads=unit))
                plan.holders[post] = self._person()
            if self.random.random() < 0.15 and parent.startswith("unit:"):
                plan.lines[unit] = self.random.choice(("post:deputy-1", "post:deputy-2"))
        return plan

    def _put(self, plan: Plan, thing: Thing) -> None:
        plan.things[thing.reference] = thing

    def _kept(self, sort: str) -> Reference | None:
        """A unit of both editions that was not yet changed so."""
        found = [each for each in self.new.units() if each in self.old.things and not self.touched[sort, each] and each not in self.spent]
        return self.random.choice(found) if found else None

    def _leaf(self, *but: Reference) -> Reference | None:
        """A unit of both editions with nothing below it and nothing else done to it."""
        busy = {reference for _, reference in self.touched} | {thing.parent for thing in self.new.things.values()} | {*but, *self.spent}
        found = [each for each in self.new.units() if each in self.old.things and each not in busy]
        return self.random.choice(found) if found else None

    def _ended(self, unit: Reference) -> Reference:
        self.spent.add(unit)
        del self.new.things[unit]
        self.new.lines.pop(unit, None)
        return unit

    def _begun(self) -> Reference:
        self.number += 1
        unit = f"unit:u{self.number}"
        places = [each for each in self.new.things if each in self.old.things and not _is_head(self.new, each)]
        self._put(self.new, Thing(unit, self._name(), self.random.choice(sorted(places)), "stated", self.random.choice(_KINDS)))
        self.spent.add(unit)
        return unit

    def _replace(self, unit: Reference, sort: str, **values: object) -> None:
        self.new.things[unit] = replace(self.new.things[unit], **values)  # type: ignore[arg-type]
        self._note(sort, unit)

    def _event(self, sort: str, originals: tuple[Reference, ...], results: tuple[Reference, ...]) -> None:
        slug = f"change-{len(self.changes)}"
        self.changes.append(Change(slug, _LINEAGE[sort], slug, originals, results, OLD, NEW, _SPAN, "stated"))
        for unit in (*originals, *results):
            self._note(sort, unit)

    def _limit(self, edition: str, unit: Reference) -> None:
        self.scope.append(ScopeLimit(edition, unit, "units", -1, "The page does not speak of it.", _SPAN, "stated"))

    def _note(self, sort: str, reference: Reference) -> None:
        self.touched[sort, reference] += 1
        self.expected.add((sort, reference))

    def _name(self) -> str:
        return f"Works {self.random.randint(0, 10**9)}"

    def _person(self) -> str:
        self.number += 1
        return f"person-{self.number}"


def _is_head(plan: Plan, reference: Reference) -> bool:
    """Whether a post heads something; what stands there is placed under the thing itself."""
    return plan.things[reference].heads is not None
