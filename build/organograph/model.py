"""The structure of an organization as frozen data: what the tables mean, before any RDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from organograph.publishers import UNTOLD, Publisher

Reference = str
"""A thing as tables name it: `unit:legal-affairs`, `post:director-general`, `body:council`, `organization:iom`."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a document says something: offsets in its text decoded as UTF-8."""

    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """How one document names and places one thing.

    Args:
        thing: what is read about.
        span: where its name is printed.
        name: its name in that document.
        printed: the words in the span.
        parent: where the document places it, or None where it does not.
        basis: `stated` or `layout`, or None without a parent.
        kind: its kind in that document, or None for posts.
        classes: classes that the document gives it, as `og:IndependentOffice`.
        heads: what the document says it heads, or None.
    """

    thing: Reference
    span: Span
    name: str
    printed: str
    parent: Reference | None = None
    basis: str | None = None
    kind: str | None = None
    classes: tuple[str, ...] = ()
    heads: Reference | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A unit, a post or a body in one edition; `parent` of a body is what it is part of, or None."""

    reference: Reference
    name: str
    parent: Reference | None
    basis: str
    kind: str | None = None
    classes: tuple[str, ...] = ()
    alt_names: tuple[str, ...] = ()
    purpose: str = ""
    note: str = ""
    heads: Reference | None = None
    many: bool = False

    @property
    def type(self) -> str:
        """`unit`, `post` or `body`."""
        return self.reference.partition(":")[0]

    @property
    def slug(self) -> str:
        """Its name in its address."""
        return self.reference.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Tenure:
    """A post held by a person for a time; dates are YYYY, YYYY-MM or YYYY-MM-DD, empty where unknown.

    `dates_from` holds the addresses of public reports that give the dates, where the document does not.
    """

    slug: str
    person: str
    post: str
    begins: str
    ends: str
    span: Span
    basis: str
    printed: str
    dates_from: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Premises of one unit."""

    slug: str
    unit: str
    primary: bool
    city: str
    country: str
    country_code: str
    span: Span
    basis: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Seat:
    """A post that sits in a body."""

    body: str
    post: str
    span: Span
    basis: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """One statement beside the tree; `object` is a reference, words, a duration or a class, by the relation."""

    subject: Reference
    relation: str
    object: str
    span: Span
    basis: str
    note: str = ""


@dataclass(frozen=True)
class Source:
    """A document, known by its address and its SHA-256."""

    slug: str
    identifier: str
    title: str
    address: str
    sha256: str
    characters: int
    not_before: str = ""
    not_after: str = ""
    note: str = ""


@dataclass(frozen=True)
class ScopeLimit:
    """What the documents of an edition leave out: `things` deeper than `depth` levels below `branch`."""

    edition: str
    branch: Reference
    things: str
    depth: int
    reason: str
    span: Span
    basis: str


@dataclass(frozen=True)
class Person:
    """A holder of public office."""

    slug: str
    name: str
    note: str = ""


@dataclass(frozen=True)
class Change:
    """An end or a beginning of identities between two editions."""

    slug: str
    type: str
    label: str
    originals: tuple[Reference, ...]
    results: tuple[Reference, ...]
    from_edition: str
    to_edition: str
    span: Span
    basis: str
    note: str = ""


@dataclass(frozen=True)
class Conflict:
    """A disagreement of documents of one edition, with the choice made."""

    slug: str
    about: Reference
    edition: str
    aspect: str
    chosen: tuple[str, ...]
    rejected: tuple[str, ...]
    spans: tuple[Span, ...]
    note: str


@dataclass(frozen=True)
class Kind:
    """A kind of units or bodies (`of`) that this organization alone has; labels are by language."""

    slug: str
    labels: tuple[tuple[str, str], ...]
    definition: str
    broader: str
    of: str
    note: str = ""


@dataclass(frozen=True)
class Edition:
    """One coherent state of the structure; `things` holds units, posts and bodies in the tables' order."""

    id: str
    order: int
    not_before: str
    not_after: str
    title: str
    sources: tuple[str, ...]
    previous: str
    note: str
    things: tuple[Thing, ...]
    readings: tuple[Reading, ...]
    tenures: tuple[Tenure, ...]
    sites: tuple[Site, ...]
    seats: tuple[Seat, ...]
    relations: tuple[Relation, ...]

    @cached_property
    def by_reference(self) -> dict[Reference, Thing]:
        """Its things by reference."""
        return {thing.reference: thing for thing in self.things}

    @cached_property
    def head_of(self) -> dict[Reference, Reference]:
        """Each unit or organization that a post heads, and that post; of two that head the same it does not depend on the order of rows."""
        return dict(sorted((thing.heads, thing.reference) for thing in self.things if thing.heads))

    def chain(self, reference: Reference) -> Iterator[Reference]:
        """What stands above a thing, from its parent upwards; stops at a cycle or a missing parent."""
        seen = {reference}
        thing = self.by_reference.get(reference)
        while thing is not None and thing.parent and thing.parent not in seen:
            seen.add(thing.parent)
            yield thing.parent
            thing = self.by_reference.get(thing.parent)

    def superior(self, reference: Reference) -> Reference | None:
        """The next post above a post, the head post of each unit passed counting; None for the head."""
        above = (thing if thing.startswith("post:") else self.head_of.get(thing) for thing in self.chain(reference))
        return next((post for post in above if post and post != reference), None)


@dataclass(frozen=True)
class Organization:
    """The organization that a dataset describes."""

    slug: str
    name: str
    acronym: str = ""
    classes: tuple[str, ...] = ()
    purpose: str = ""
    homepage: str = ""

    @property
    def reference(self) -> Reference:
        """Its reference, `organization:SLUG`."""
        return f"organization:{self.slug}"


@dataclass(frozen=True)
class Dataset:
    """Everything the tables hold, editions in their order; `base` is where its IRIs stand, or empty, `language` that of its words."""

    organization: Organization
    title: str
    licence: str
    head_post: str
    rules: tuple[str, ...]
    sources: tuple[Source, ...]
    persons: tuple[Person, ...]
    editions: tuple[Edition, ...]
    scope: tuple[ScopeLimit, ...]
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]
    base: str = ""
    language: str = "en"
    kinds: tuple[Kind, ...] = ()
    publisher: Publisher = UNTOLD

    @cached_property
    def own_kinds(self) -> frozenset[str]:
        """The notations of the kinds that this organization alone has."""
        return frozenset(kind.slug for kind in self.kinds)
