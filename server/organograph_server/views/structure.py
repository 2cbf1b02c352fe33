"""The structure of an edition, read in one pass over its graph: every unit and post below the organization, and who holds it."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from organograph.messages import Counted, Told, listed
from organograph.names import KIND, OG, ORG, PREFIXES
from organograph_server.dataset.facts import CLASSIFICATION, LABELS, PARENT, TYPE, Facts, last_part
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.languages.speaking import Words, gettext, strangeness
from organograph_server.views.links import Link, Linker, page_of

_ALT = PREFIXES["skos"] + "altLabel"
_POST = ORG.Post.value
_UNIT = ORG.OrganizationalUnit.value
_INDEPENDENT = OG.IndependentOffice.value
_HEADS = OG.heads.value
_HELD_BY = ORG.heldBy.value
_REPORTS_TO = ORG.reportsTo.value
_UNSPECIFIED = KIND.unspecified.value
_NO_KIND = last_part(_UNSPECIFIED)
_TEXTS = frozenset({*LABELS, _ALT})
_LINKS = frozenset({TYPE, PARENT, CLASSIFICATION, _HEADS, _HELD_BY, _REPORTS_TO})
# No organization has so many levels; a page of faulty data must end too.
_DEEPEST = 50
# What the filter calls things by beside their kinds.
POST, INDEPENDENT = "post", "independent-office"


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit or post with all that is placed below it.

    Args:
        link: to its page.
        path: the last two parts of its IRI, as `unit/legal-affairs`.
        kind: in words, "" where no document states it.
        sorts: what the filter finds it by: the last part of each kind, and `post` or `independent-office`.
        other_names: further names and acronyms.
        heads: the post that heads it, where one does, and who holds that post, or for a post who holds it.
        superiors: for an independent office, whom it reports to.
        children: what is directly below, posts first.
        units: how many units are below.
        posts: how many posts are below.
        is_match: whether a filter found it.
        is_open: whether a filter found something below it.
        left_out: how many of those directly below are not shown.
    """

    link: Link
    path: str
    kind: str
    sorts: tuple[str, ...]
    other_names: Sequence[str] = ()
    heads: Sequence[Link] = ()
    superiors: Sequence[Link] = ()
    children: tuple[Branch, ...] = ()
    units: int = 0
    posts: int = 0
    is_match: bool = False
    is_open: bool = False
    left_out: int = 0

    @property
    def is_independent(self) -> bool:
        """Whether it is an independent office."""
        return INDEPENDENT in self.sorts

    @property
    def is_post(self) -> bool:
        """Whether it is a post."""
        return POST in self.sorts

    @property
    def amount(self) -> Told:
        """How much is below, in words."""
        units = Counted("%(number)s unit", "%(number)s units", self.units)
        posts = Counted("%(number)s post", "%(number)s posts", self.posts)
        return listed(told for told, number in ((units, self.units), (posts, self.posts)) if number)

    def each(self) -> Iterator[Branch]:
        """Itself and all below, each before what is below it."""
        yield self
        for child in self.children:
            yield from child.each()


@dataclass
class _Read:
    """The graph of an edition by subject: texts by property, and the IRIs that it leads to."""

    texts: dict[str, dict[str, list[Literal]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    links: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    below: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    headed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


class Structure:
    """The structure of one edition.

    Args:
        publication: the dataset.
        edition: one of its editions.
        is_dated: whether links lead to the states in this edition, rather than to what is known now.
    """

    def __init__(self, publication: Publication, edition: Edition, is_dated: bool) -> None:
        published = publication.published
        self._base, self._root = published.names.base, published.organization
        self._start = f"edition/{edition.identifier}/" if is_dated else ""
        self._linker = Linker(self._base, Facts(publication.quads, [published.ontology, published.catalogue]))
        self._kinds: dict[str, str] = {}
        self._read = _read(publication, edition)

    def whole(self) -> Branch:
        """The organization with all below."""
        return self.branch(self._root)

    def branch(self, iri: str) -> Branch:
        """A thing with all below, fifty levels deep; what is met again is not followed."""
        return self._branch(iri, set(), 0)

    def above(self, iri: str) -> list[Branch] | None:
        """What stands above a thing, from the organization down, without what is below; None where it has no place."""
        chain = [iri]
        while (parents := self._of(chain[-1], PARENT)) and parents[0] not in chain:
            chain.append(parents[0])
        return [self._alone(step) for step in reversed(chain[1:])] if chain[-1] == self._root else None

    def _alone(self, iri: str) -> Branch:
        return Branch(self._link(iri), iri.removeprefix(f"{self._base}id/"), "", ())

    def _branch(self, iri: str, seen: set[str], depth: int) -> Branch:
        seen.add(iri)
        below = sorted(self._read.below.get(iri, ()), key=lambda child: (_POST not in self._types(child), self._name(child), child))
        children = tuple(self._branch(child, seen, depth + 1) for child in below if child not in seen) if depth < _DEEPEST else ()
        units = sum(child.units + (not child.is_post) for child in children)
        posts = sum(child.posts + child.is_post for child in children)
        kinds = self._of(iri, CLASSIFICATION)
        return Branch(
            link=self._link(iri),
            path=iri.removeprefix(f"{self._base}id/"),
            kind=self._kind(kinds, self._types(iri)),
            sorts=tuple(self._sorts(iri, kinds)),
            other_names=sorted(text.value for text in self._read.texts[iri][_ALT]),
            heads=self._heads(iri),
            superiors=[self._link(post) for post in self._of(iri, _REPORTS_TO)] if _INDEPENDENT in self._types(iri) else (),
            children=children,
            units=units,
            posts=posts,
            left_out=len(below) if depth >= _DEEPEST else 0,
        )

    def _heads(self, iri: str) -> list[Link]:
        posts = sorted(self._read.headed.get(iri, ()))
        found = [iri] if _POST in self._types(iri) else posts
        holders = [person for post in found for person in self._of(post, _HELD_BY)]
        return [self._link(each) for each in (*posts, *holders)]

    def _sorts(self, iri: str, kinds: Iterable[str]) -> Iterator[str]:
        types = self._types(iri)
        yield from (POST,) if _POST in types else ()
        yield from (INDEPENDENT,) if _INDEPENDENT in types else ()
        yield from (last_part(kind) for kind in kinds)

    def _kind(self, kinds: Sequence[str], types: Sequence[str]) -> str:
        if _UNSPECIFIED in kinds:
            return ""
        classes = sorted(types, key=lambda found: not found.startswith(str(OG)))
        named = [*kinds, *(classes if not kinds else ())][:1]
        return self._word(named[0]) if named else ""

    def _word(self, iri: str) -> str:
        if iri not in self._kinds:
            self._kinds[iri] = self._linker.words(iri)
        return self._kinds[iri]

    def _types(self, iri: str) -> list[str]:
        return self._of(iri, TYPE)

    def _of(self, iri: str, predicate: str) -> list[str]:
        return sorted(self._read.links[iri][predicate]) if iri in self._read.links else []

    def _link(self, iri: str) -> Link:
        path = page_of(iri, self._base)
        return Link(self._name(iri), f"{self._start}{path}" if path and path.startswith("doc/") else path)

    def _name(self, iri: str) -> str:
        said = self._read.texts.get(iri, {})
        for predicate in LABELS:
            if found := said.get(predicate):
                text = min(found, key=lambda text: (strangeness(text.language or ""), text.value))
                return Words(text.value, text.language or "")
        return last_part(iri)


def _read(publication: Publication, edition: Edition) -> _Read:
    read = _Read()
    for quad in publication.quads.graph(edition.iri):
        subject, predicate, value = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, NamedNode):
            continue
        if predicate in _TEXTS and isinstance(value, Literal):
            read.texts[subject.value][predicate].append(value)
        elif predicate in _LINKS and isinstance(value, NamedNode):
            read.links[subject.value][predicate].append(value.value)
            if predicate == PARENT:
                read.below[value.value].append(subject.value)
            elif predicate == _HEADS:
                read.headed[value.value].append(subject.value)
    return read


def cut(branch: Branch, most: int) -> Branch:
    """A branch with as many levels as have no more things together, and at least one; what is below the last is counted alone."""
    level, depth, number = [branch], 0, 1
    while level := [child for each in level for child in each.children]:
        number += len(level)
        if number > most and depth:
            return _cut(branch, depth, most)
        depth += 1
        if number > most:
            return _cut(branch, depth, most)
    return branch


def _cut(branch: Branch, depth: int, most: int) -> Branch:
    kept = branch.children[: most if depth else 0]
    children = tuple(_cut(child, depth - 1, most) for child in kept)
    return replace(branch, children=children, left_out=branch.left_out or len(branch.children) - len(kept))


def kinds_in(branch: Branch) -> Mapping[str, tuple[str, int]]:
    """The sorts of things that a branch has, the most frequent first: each in words, and how many there are of it."""
    counts, words = Counter[str](), {POST: gettext("post"), INDEPENDENT: gettext("independent office"), _NO_KIND: gettext("unspecified")}
    for each in branch.each():
        counts.update(each.sorts)
        words |= {sort: each.kind for sort in each.sorts if sort not in words and each.kind}
    found = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return {sort: (words.get(sort, sort.replace("-", " ")), number) for sort, number in found}


def filtered(branch: Branch, text: str, sort: str) -> Branch | None:
    """What is left of a branch where only what fits is wanted, with what is above and below that; None where nothing fits.

    Args:
        branch: to be filtered.
        text: words that must all stand in a name, another name or the name of who heads or holds it; accents and case do not matter.
        sort: a kind, `post` or `independent-office`; "" for any.
    """
    words = plain(text).split()
    return _filtered(branch, words, sort) if words or sort else branch


def _filtered(branch: Branch, words: Sequence[str], sort: str) -> Branch | None:
    names = plain(" ".join([branch.link.label, *branch.other_names, *(link.label for link in branch.heads)]))
    is_match = (not sort or sort in branch.sorts) and all(word in names for word in words)
    kept = [_filtered(child, words, sort) for child in branch.children]
    found = tuple(child for child in kept if child is not None)
    if is_match:
        closed = {child.path: child for child in found}
        return replace(
            branch, children=tuple(closed.get(child.path, child) for child in branch.children), is_match=True, is_open=bool(found)
        )
    return replace(branch, children=found, is_open=True) if found else None


def plain(text: str) -> str:
    """A text without accents and in small letters."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(sign))
