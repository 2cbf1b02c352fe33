"""The description of a thing in RDF: what is said of it and its parts, what points at it, and labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode, Quad

from organograph.names import PREFIXES
from organograph_server.dataset.facts import COMMENT, LABEL, NAME, Facts
from organograph_server.dataset.published import Edition, Published
from organograph_server.dataset.quads import Quads
from organograph_server.languages.speaking import Words, together

_OG = PREFIXES["og"]
_NUMBER = re.compile("[0-9]+")
_MENTION = f"{_OG}mention"
SUBJECT = PREFIXES["rdf"] + "subject"
_IN_EDITION = f"{_OG}inEdition"
_OF_EDITIONS = (_IN_EDITION, f"{_OG}fromEdition", f"{_OG}toEdition")


@dataclass(frozen=True)
class Described:
    """A thing as it is to be described.

    Args:
        quads: the published quads.
        published: its editions.
        iri: the thing, without `#`.
        edition: the edition whose state of the thing is wanted; None for the latest that describes it.
    """

    quads: Quads
    published: Published
    iri: str
    edition: Edition | None = None

    @cached_property
    def editions(self) -> list[Edition]:
        """The editions that describe the thing, the latest first."""
        editions = reversed(self.published.editions)
        return [edition for edition in editions if next(self.quads.match([edition.iri], self.iri), None) is not None]

    @cached_property
    def shown(self) -> Edition | None:
        """The edition that is shown; None where no edition describes the thing."""
        return self.edition or next(iter(self.editions), None)

    @cached_property
    def graphs(self) -> list[str]:
        """The graphs that the thing is described from.

        These are one edition and the catalogue. What no edition describes (a source document, a change, a conflict) is
        described from the catalogue and all graphs of evidence.
        """
        catalogue = self.published.catalogue
        if (shown := self.shown) is not None:
            return [shown.iri, catalogue]
        return [catalogue, *(graph for edition in self.published.editions for graph in edition.evidence)]

    def statements(self) -> list[Quad]:
        """All that is said of the thing, in an order that is always the same.

        First what is said of it, then what points at it (with what is said of single statements about it), then its parts
        with what points at these, then where the edition's documents mention it. To a dated state the catalogue adds what
        is of that edition alone.
        """
        found = dict.fromkeys(self._around(self.iri))
        for part in sorted(self.quads.parts(self.iri), key=_place):
            if part != self.iri:
                found |= dict.fromkeys(self._around(part))
        found |= dict.fromkeys(self._mentions())
        return list(found)

    def labels(self, statements: Iterable[Quad]) -> list[Quad]:
        """The labels of all that some statements name.

        Of names the edition's only: documents of several editions may name a thing differently, and the catalogue has
        the latest name, which a dated state uses only where the edition has none.
        """
        named = {_iri(term) for quad in statements for term in (quad.subject, quad.object)} - {""}
        graphs = dict.fromkeys((self.graphs[0], self.published.catalogue, self.published.ontology))
        found: list[Quad] = []
        for iri in sorted(named):
            for graph in graphs:
                labels = [quad for predicate in (NAME, LABEL) for quad in self.quads.quads([graph], iri, predicate)]
                found += labels
                if labels and self.edition:
                    break
        return found

    def absence(self, edition: Edition) -> str:
        """Why an edition does not describe the thing, in the words of its declared scope or of a change; "" where none is told."""
        facts = Facts(self.quads, [self.published.catalogue])
        if limits := self.limits(edition):
            return together(" ", (facts.text(limit, COMMENT) for limit in limits))
        labels = dict.fromkeys(facts.label(event) for event in self.ends(edition))
        return together(" ", map(_sentence, labels))

    def limits(self, edition: Edition) -> list[str]:
        """The limits of an edition's declared scope that the thing is outside of, sorted."""
        facts = Facts(self.quads, [self.published.catalogue])
        return [limit for limit in facts.iris(self.iri, f"{_OG}outsideScope") if edition.iri in facts.iris(limit, _IN_EDITION)]

    def ends(self, edition: Edition) -> list[str]:
        """The changes by which the thing had ended when an edition began, or began when that had ended."""
        facts = Facts(self.quads, [self.published.catalogue])
        orders = {other.iri: other.order for other in self.published.editions}
        found: list[str] = []
        for predicate, event in facts.pointing(self.iri):
            # The catalogue itself points at each thing, and has as many statements as there are things.
            if "original" not in predicate and "resulting" not in predicate:
                continue
            until = [orders.get(iri, 0) for iri in facts.iris(event, f"{_OG}toEdition")]
            since = [orders.get(iri, 0) for iri in facts.iris(event, f"{_OG}fromEdition")]
            ended = "original" in predicate and any(order <= edition.order for order in until)
            if ended or ("resulting" in predicate and any(order >= edition.order for order in since)):
                found.append(event)
        return list(dict.fromkeys(found))

    def _around(self, iri: str) -> Iterator[Quad]:
        said = sorted(self.quads.quads(self.graphs, iri), key=str)
        pointing = self.quads.quads(self.graphs, None, None, iri)
        for quad in (*said, *sorted(pointing, key=lambda quad: (str(quad.predicate), str(quad.subject), str(quad.graph_name)))):
            if self.edition is None or self._is_of_edition(quad, self.edition):
                yield quad
                if _iri(quad.predicate) == SUBJECT and _iri(quad.object) == iri:
                    # A statement about a statement belongs to the edition, and here to what that statement is about.
                    yield from sorted(self.quads.quads([_iri(quad.graph_name)], _iri(quad.subject)), key=str)

    def _is_of_edition(self, quad: Quad, edition: Edition) -> bool:
        """Whether a statement stands in the edition, or leads to or from a change or conflict of it."""
        if _iri(quad.graph_name) == edition.iri:
            return True
        ends = {_iri(quad.subject), _iri(quad.object)} - {"", self.iri}
        catalogue = [self.published.catalogue]
        return any(
            next(self.quads.match(catalogue, end, predicate, edition.iri), None) is not None for end in ends for predicate in _OF_EDITIONS
        )

    def _mentions(self) -> Iterator[Quad]:
        """Where the documents of the edition mention the thing, down to the characters."""
        evidence: Sequence[str] = self.shown.evidence if self.shown else ()
        for mention in sorted(self.quads.quads(evidence, self.iri, _MENTION), key=str):
            yield mention
            for step in sorted(self.quads.quads(evidence, _iri(mention.object)), key=str):
                yield step
                if "#" in _iri(step.object):
                    yield from sorted(self.quads.quads(evidence, _iri(step.object)), key=str)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else ""


def _place(part: str) -> tuple[list[tuple[int, str]], str]:
    """Where a part stands among others: those that have numbers, such as the characters of a passage, in the order of these."""
    fragment = part.partition("#")[2]
    return [(len(number), number) for number in _NUMBER.findall(fragment)], fragment


def _sentence(label: str) -> str:
    """A label with a full stop."""
    return Words(f"{label.removesuffix('.')}.", label.language if isinstance(label, Words) else "")
