"""The page of a thing: what the latest edition says of it, what each edition said, and the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from organograph.names import OG, ORG, PREFIXES
from organograph_server.answers.paging import Page
from organograph_server.dataset.description import SUBJECT, Described
from organograph_server.dataset.facts import CLASSIFICATION, LABELS, NAME, PARENT, TYPE, Facts, Value
from organograph_server.dataset.filed import Filed
from organograph_server.dataset.originals import Originals
from organograph_server.dataset.published import Edition
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import gettext, together
from organograph_server.views.citations import Citation, Citations
from organograph_server.views.evidence import Span, mentions_in
from organograph_server.views.links import Link, Linker, titled
from organograph_server.views.reformlinks import links_of_thing
from organograph_server.views.timeline import BASES, Cited, Placed, basis_of, heads_of, timeline
from organograph_server.views.tree import Node, below, kind_of

_ALT = PREFIXES["skos"] + "altLabel"
_NOTE = PREFIXES["skos"] + "editorialNote"
_PURPOSE = ORG.purpose.value
_BASIS = OG.basis.value
_INDEPENDENT = OG.IndependentOffice.value
_REPORTS_TO = ORG.reportsTo.value
_HEADS = OG.heads.value
_ABOUT = OG.about.value
_MENTION = OG.mention.value
_MANY = 12
_SUB_ORGANIZATION = ORG.subOrganizationOf.value
# Shown in places of their own, or said again by another property.
_ELSEWHERE = {
    TYPE,
    *LABELS,
    _ALT,
    _PURPOSE,
    _BASIS,
    PARENT,
    CLASSIFICATION,
    _ABOUT,
    OG.mention.value,
    OG.describedIn.value,
    OG.notDescribedIn.value,
    OG.outsideScope.value,
    PREFIXES["dcterms"] + "type",
    PREFIXES["dcterms"] + "hasPart",
}


@dataclass(frozen=True)
class Row:
    """A property in words with its values."""

    label: str
    values: Sequence[Cited]


@dataclass(frozen=True)
class ThingPage:
    """All that the page of a thing shows."""

    iri: str
    name: str
    kind: str
    edition: Link | None
    is_latest: bool
    is_post: bool
    above: Sequence[Link]
    basis: str
    other_names: Sequence[str]
    purpose: str
    independent: Sequence[int] | None
    superiors: Sequence[Cited]
    heads: Sequence[Cited]
    facts: Sequence[Row]
    remarks: Sequence[Row]
    pointing: Sequence[Row]
    below: Sequence[tuple[Node, Sequence[int]]]
    chart: str
    placed: Sequence[Placed]
    reforms: Sequence[Link]
    name_cites: Sequence[int]
    kind_cites: Sequence[int]
    parent: Cited | None
    citations: Sequence[Citation]
    mentions: Sequence[Span]
    conflicts: Sequence[Row]


def thing_page(described: Described, part: Page, originals: Originals) -> ThingPage:
    """Make one page of a thing that the dataset knows.

    Its lists hold what the statements of this page say; what stands beside them is on the first page alone.

    Args:
        described: the thing.
        part: which of its statements are on this page.
        originals: the texts of the documents, where they are at hand.
    """
    quads, published, iri = described.quads, described.published, described.iri
    facts = Facts(quads, [*described.graphs, published.ontology])
    linker = Linker(published.names.base, facts, described.edition)
    here = Facts(Quads(part.statements), described.graphs)
    first = part.number == 1
    shown = described.shown
    citations = Citations(quads, linker, originals)
    cited = _Cited(linker, citations, shown)
    above = _above(linker, iri)
    editions = [described.edition] if described.edition else published.editions
    return ThingPage(
        iri=iri,
        name=facts.label(iri),
        kind=kind_of(linker, iri),
        edition=linker.link(shown.iri, titled(shown)) if shown else None,
        is_latest=shown == published.latest,
        is_post=ORG.Post.value in facts.iris(iri, TYPE),
        above=above,
        basis=basis_of(linker, iri),
        other_names=facts.texts(iri, _ALT),
        purpose=facts.text(iri, _PURPOSE),
        name_cites=[number for value in facts.values(iri, NAME) for number in citations.of(shown, iri, NAME, value)],
        kind_cites=[number for kind in facts.iris(iri, CLASSIFICATION) for number in citations.of(shown, iri, CLASSIFICATION, kind)],
        parent=next((cited.link(iri, PARENT, parent) for parent in facts.iris(iri, PARENT)), None),
        independent=citations.of(shown, iri, TYPE, _INDEPENDENT) if _INDEPENDENT in facts.iris(iri, TYPE) else None,
        superiors=_superiors(cited, facts, iri),
        heads=heads_of(linker, citations, shown, iri) if first else [],
        facts=_facts(cited, here, iri),
        remarks=[_remark(linker, statement) for statement in here.subjects(SUBJECT, iri)],
        pointing=_pointing(cited, here, iri),
        below=[(node, citations.of(shown, node.iri, PARENT, iri)) for node in below(linker, here.subjects(PARENT, iri))],
        chart=_chart(described, above) if first and facts.subjects(PARENT, iri) else "",
        placed=timeline(described, linker, citations) if first else [],
        reforms=links_of_thing(published, iri, isinstance(quads, Filed)) if first and described.editions else [],
        mentions=mentions_in(quads, editions, linker, _mentioned(here, iri)),
        conflicts=[_conflict(linker, conflict) for conflict in here.subjects(_ABOUT, iri)],
        citations=_all_cited(citations, described.editions if described.edition is None else [described.edition], iri, first),
    )


@dataclass(frozen=True)
class _Cited:
    """Makes links to the ends of statements, with their citations.

    Args:
        linker: makes the links.
        citations: finds where the documents say so.
        edition: whose evidence is asked.
    """

    linker: Linker
    citations: Citations
    edition: Edition | None

    def link(self, subject: str, predicate: str, value: str) -> Cited:
        """The link to the object of a statement."""
        return Cited(self.linker.link(value), self.citations.of(self.edition, subject, predicate, value))

    def back(self, subject: str, predicate: str, value: str) -> Cited:
        """The link to the subject of a statement."""
        return Cited(self.linker.link(subject), self.citations.of(self.edition, subject, predicate, value))


def _all_cited(citations: Citations, editions: Sequence[Edition], iri: str, first: bool) -> Sequence[Citation]:
    if first:
        citations.mentions(sorted(editions, key=lambda edition: edition.order), iri)
    return citations.found


def _superiors(cited: _Cited, facts: Facts, iri: str) -> list[Cited]:
    """Whom an independent office reports to."""
    if _INDEPENDENT not in facts.iris(iri, TYPE):
        return []
    return [cited.link(iri, _REPORTS_TO, post) for post in facts.iris(iri, _REPORTS_TO)]


def _chart(described: Described, above: Sequence[Link]) -> str:
    """The path of the chart of what is below a thing; "" for what has no place in the structure."""
    iri, published, shown = described.iri, described.published, described.shown
    if shown is None or not (above or iri == published.organization):
        return ""
    own = f"/{iri.removeprefix(f'{published.names.base}id/')}" if above else ""
    return f"edition/{shown.identifier}/chart{own}"


def _mentioned(here: Facts, iri: str) -> list[str]:
    """The passages of a document of which the page says that something is mentioned there."""
    return sorted({value.text for _, value in here.having(_MENTION) if value.text.startswith(f"{iri}#")})


def _above(linker: Linker, iri: str) -> list[Link]:
    """The chain of command, from the organization down to what is directly above."""
    chain: list[str] = []
    while (parents := linker.facts.iris(chain[-1] if chain else iri, PARENT)) and parents[0] not in (iri, *chain):
        chain.append(parents[0])
    return [linker.link(step) for step in reversed(chain)]


def _conflict(linker: Linker, conflict: str) -> Row:
    return Row(linker.facts.text(conflict, _NOTE), [Cited(linker.link(conflict, gettext(linker.facts.text(conflict, OG.aspect.value))))])


def _facts(cited: _Cited, here: Facts, iri: str) -> list[Row]:
    rows: dict[str, list[Cited]] = defaultdict(list)
    for predicate, value in here.about(iri):
        if predicate not in _ELSEWHERE:
            cites = cited.citations.of(cited.edition, iri, predicate, value)
            rows[predicate].append(Cited(_shown(cited.linker, iri, value), cites))
    return [Row(cited.linker.words(predicate), values) for predicate, values in rows.items()]


def _shown(linker: Linker, owner: str, value: Value) -> Link:
    """A value: a link, a text, or for a part of the thing what is said of that part."""
    if not value.is_iri:
        return Link(value.words)
    if value.text.startswith(f"{owner}#"):
        return Link(together("; ", _said_of(linker, owner, value.text, frozenset())) or value.text)
    return linker.link(value.text)


def _said_of(linker: Linker, owner: str, part: str, above: frozenset[str]) -> Iterator[str]:
    for predicate, value in linker.facts.about(part):
        if value.text.startswith(f"{owner}#") and value.text not in above:
            inner = ", ".join(_said_of(linker, owner, value.text, above | {part, value.text}))
            yield f"{linker.words(predicate)} {inner}"
        elif predicate != TYPE:
            yield value.words if not value.is_iri else linker.facts.label(value.text)


def _remark(linker: Linker, statement: str) -> Row:
    """What is said of a single statement: how it is known, from which document, and what is to be noted."""
    facts = linker.facts
    said = [value for term in ("predicate", "object") for value in facts.values(statement, PREFIXES["rdf"] + term)]
    told = [Link(BASES.get(basis, linker.words(basis))) for basis in facts.iris(statement, _BASIS)]
    told += [linker.link(source) for source in facts.iris(statement, PREFIXES["dcterms"] + "source")]
    told += [Link(note) for note in facts.texts(statement, _NOTE)]
    label = linker.words(said[0].text) if said else ""
    return Row(
        label, [Cited(link) for link in (*(linker.link(value.text) if value.is_iri else Link(value.words) for value in said[1:]), *told)]
    )


def _pointing(cited: _Cited, here: Facts, iri: str) -> list[Row]:
    rows: dict[str, list[str]] = defaultdict(list)
    linker = cited.linker
    placed_here = {(_SUB_ORGANIZATION, child) for child in linker.facts.subjects(PARENT, iri)}
    for predicate, subject in here.pointing(iri):
        shown = predicate in {*_ELSEWHERE, _HEADS, SUBJECT, PREFIXES["rdf"] + "object"} or (predicate, subject) in placed_here
        if not shown and not subject.startswith(f"{iri}#"):
            rows[predicate].append(subject)
    return [
        # Long lists are not cited here; each thing's own page says where it is written.
        Row(
            linker.words(predicate),
            [cited.back(each, predicate, iri) if len(found) < _MANY else Cited(linker.link(each)) for each in found],
        )
        for predicate, found in rows.items()
    ]
