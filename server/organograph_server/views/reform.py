"""The page of a reform: counts, changes branch by branch with their evidence, and both trees, merged and side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from organograph.messages import Message, quoted
from organograph.names import SKOS
from organograph.reform.lineage import Passage
from organograph.reform.model import OF_SCOPE, SORTS, Branch, Reform, Row, Value, anchor_of
from organograph_server.dataset.division import Division, Portion
from organograph_server.dataset.facts import COMMENT, Facts
from organograph_server.dataset.publication import Publication
from organograph_server.languages.speaking import Words, tell
from organograph_server.views.links import Link, Linker, titled
from organograph_server.views.reformtrees import Leaf, Trees, cut
from organograph_server.views.timeline import BASES

_NOTE = SKOS.editorialNote.value
_BASES = {name.rpartition("#")[2]: words for name, words in BASES.items()}

_TYPES = {"unit": Message("unit"), "post": Message("post"), "body": Message("body")}


@dataclass(frozen=True)
class Count:
    """How many changes of a class there are, and of how many units, posts and bodies."""

    sort: str
    name: str
    number: int
    things: int


@dataclass(frozen=True)
class Cited:
    """The passages of one document: the edition that it is evidence for, its title, and where its characters are shown."""

    edition: str
    document: str
    places: Sequence[Link]


@dataclass(frozen=True)
class Change:
    """A row in words: its class, what is told with links to what it names, how that is known, and the passages."""

    anchor: str
    sort: str
    name: str
    told: Sequence[Link]
    basis: str
    note: str
    event: Link | None
    cited: Sequence[Cited]
    missing: str


@dataclass(frozen=True)
class Changed:
    """A unit, post or body with all that changed of it; `anchor` names it on the page, `page` is another one that tells of it, or 0."""

    anchor: str
    link: Link
    kind: str
    changes: Sequence[Change]
    page: int = 0


@dataclass(frozen=True)
class Section:
    """The changes of one branch that the page has, and what moved out of it.

    Args:
        number: its place among all branches, from 1.
        name: what it is called; "" beside the tree.
        is_continued: whether an earlier page begins it.
        things: what changed in it.
        left: what moved out of it.
    """

    number: int
    name: str
    is_continued: bool
    things: Sequence[Changed]
    left: Sequence[Changed]


@dataclass(frozen=True)
class Entry:
    """A branch in the list of branches: its place among all, its name, and the page that begins it where that is another, else 0."""

    number: int
    name: str
    page: int


@dataclass(frozen=True)
class Unspoken:
    """Things that one edition leaves out for the same reason, each with what names it on the page, or ""."""

    reason: str
    things: Sequence[tuple[str, Link]]


@dataclass(frozen=True)
class ReformPage:
    """All that a page of a reform shows; what is of the whole stands on the first, where trees are cut if there are others."""

    organization: str
    before: Link
    after: Link
    before_identifier: str
    after_identifier: str
    counts: Sequence[Count]
    branches: Sequence[Entry]
    sections: Sequence[Section]
    outside_after: Sequence[Unspoken]
    outside_before: Sequence[Unspoken]
    merged: Leaf | None
    left_tree: Leaf | None
    right_tree: Leaf | None
    is_cut: bool


def reform_page(publication: Publication, division: Division, number: int) -> ReformPage:
    """Make one page of a reform.

    Args:
        publication: the dataset.
        division: what changed, in pages.
        number: of the page, from 1.
    """
    reform, portion = division.reform, division.portion(number)
    pages = _Pages(publication, division, number)
    outside = [pages.unspoken(portion.outside[sort], earlier=sort == "outside-after") for sort in OF_SCOPE]
    before, after = (Link(titled(edition), f"edition/{edition.identifier}") for edition in pages.editions)
    whole = _trees(reform, pages) if number == 1 else (None, None, None)
    shown = [tree and cut(tree, division.size) for tree in whole] if division.count > 1 else whole
    return ReformPage(
        organization=pages.named(reform.after.root) if reform.after.root else "",
        before=before,
        after=after,
        before_identifier=reform.before.identifier,
        after_identifier=reform.after.identifier,
        counts=[Count(sort, SORTS[sort], number, reform.things.get(sort, 0)) for sort, number in reform.counts.items()],
        branches=pages.entries(portion),
        sections=[pages.section(place, branch) for place, branch in portion.branches.items()],
        outside_after=outside[0],
        outside_before=outside[1],
        merged=shown[0],
        left_tree=shown[1],
        right_tree=shown[2],
        is_cut=any(one is not other for one, other in zip(shown, whole, strict=True)),
    )


def _trees(reform: Reform, pages: _Pages) -> tuple[Leaf | None, Leaf | None, Leaf | None]:
    """Both trees in one, that of the earlier edition and that of the later one."""
    trees = Trees(reform, pages.link)
    return trees.merged(), trees.earlier(), trees.later()


class _Pages:
    """Makes the parts of one page of a reform; things lead to their state in the edition that has them, the later first."""

    def __init__(self, publication: Publication, division: Division, number: int) -> None:
        reform, published = division.reform, publication.published
        editions = {edition.iri: edition for edition in published.editions}
        shared = [published.catalogue, published.ontology]
        self._division = division
        self._number = number
        self._reform = reform
        self.editions = (editions[reform.before.iri], editions[reform.after.iri])
        self._linkers: Mapping[str, Linker] = {
            state.iri: Linker(published.names.base, Facts(publication.quads, [state.iri, *shared]), editions[state.iri])
            for state in (reform.before, reform.after)
        }

    def link(self, iri: str, label: str = "", earlier: bool = False) -> Link:
        """The link to a thing, in the later edition where it is there and not asked otherwise."""
        reform = self._reform
        state = reform.before if earlier or iri not in reform.after.names else reform.after
        name = label or state.names.get(iri, "")
        return self._linkers[state.iri].link(iri, Words(name, reform.language(iri, name)) if name else "")

    def named(self, iri: str, name: str = "") -> str:
        """What a thing is called, which knows its language."""
        found = name or self._reform.after.name(iri)
        return Words(found, self._reform.language(iri, found))

    def entries(self, portion: Portion) -> list[Entry]:
        """The branches: on the first page all with where they begin, unless they are too many, on others those of the page."""
        starts, branches = self._division.starts, self._reform.branches
        listed = starts if self._number == 1 and len(starts) <= self._division.size else portion.branches
        pages = {place: starts[place] if place not in portion.branches else 0 for place in listed}
        return [Entry(place, self.named(branches[place - 1].iri, branches[place - 1].name), page) for place, page in pages.items()]

    def section(self, place: int, branch: Branch) -> Section:
        """A branch with its changes, thing by thing."""
        is_continued = self._division.starts[place] < self._number
        name = self.named(branch.iri, branch.name)
        return Section(place, name, is_continued, self._by_thing(branch.rows), self._by_thing(branch.left))

    def unspoken(self, rows: Sequence[Row], earlier: bool) -> list[Unspoken]:
        """The things that an edition leaves out, by the reason; `earlier` where it is the later edition."""
        found: dict[str, list[tuple[str, Link]]] = {}
        for row in rows:
            anchor = anchor_of(row.thing) if len(self._reform.by_thing[row.thing]) == 1 else ""
            found.setdefault(self._noted(row), []).append((anchor, self.link(row.thing, row.name, earlier)))
        return [Unspoken(reason, things) for reason, things in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))]

    def _by_thing(self, rows: Sequence[Row]) -> list[Changed]:
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row.thing, []).append(row)
        return [self._changed(iri, of_one) for iri, of_one in found.items()]

    def _changed(self, iri: str, rows: Sequence[Row]) -> Changed:
        page = self._division.places[iri, rows[0].branch]
        changes = [self._change(row) for row in rows]
        return Changed(anchor_of(iri), self.link(iri), _TYPES.get(rows[0].type, ""), changes, page if page != self._number else 0)

    def _change(self, row: Row) -> Change:
        event = self._linkers[self._reform.after.iri].link(row.event) if row.event else None
        cited = self._cited(row.passages)
        basis = _BASES.get(row.basis, row.basis)
        return Change(row.anchor, row.sort, SORTS[row.sort], self._told(row), basis, self._noted(row), event, cited, row.missing)

    def _noted(self, row: Row) -> str:
        """What is noted of a row: of its event, of the limit of scope, or of the place; in the language that is spoken, if it is there."""
        facts = self._linkers[self._reform.after.iri].facts
        subject, predicate = (row.limit, COMMENT) if row.limit else (row.event or row.thing, _NOTE)
        known = [value.text for value in facts.values(subject, predicate)]
        return facts.text(subject, predicate) if row.note in known else row.note

    def _told(self, row: Row) -> list[Link]:
        """The words of a row, with links where they name a thing."""
        pieces = [Link(str(tell(row.told)))]
        for value, earlier in [*((value, True) for value in row.before), *((value, False) for value in row.after)]:
            pieces = [part for piece in pieces for part in self._divided(piece, value, earlier)]
        return pieces

    def _divided(self, piece: Link, value: Value, earlier: bool) -> list[Link]:
        """A piece of text divided where it names a value that has a page; what is a link already is left alone."""
        name = str(tell(quoted(value.label)))
        if piece.path or not value.iri or name not in piece.label:
            return [piece]
        head, _, tail = piece.label.partition(name)
        opening, _, closing = name.partition(value.label)
        link = self.link(value.iri, value.label, earlier and value.iri in self._reform.before.names)
        return [Link(f"{head}{opening}"), link, Link(f"{closing}{tail}")]

    def _cited(self, passages: Sequence[Passage]) -> list[Cited]:
        """The passages of a row, document by document."""
        linker = self._linkers[self._reform.after.iri]
        found: dict[tuple[str, str], list[Link]] = {}
        for passage in passages:
            path = linker.link(passage.graph or passage.document).path
            characters = f"{passage.start}–{passage.end}"
            place = Link(characters, f"{path}#at-{passage.start}-{passage.end}" if path else None)
            title = linker.facts.label(passage.document) if passage.document else passage.title
            found.setdefault((passage.edition, title), []).append(place)
        return [Cited(edition, title, places) for (edition, title), places in found.items()]
