"""Where what reforms changed is told: the pairs of editions, and links to them from editions and things."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from organograph.reform.model import MEANINGS, SORTS, anchor_of
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition, Published
from organograph_server.languages.speaking import gettext
from organograph_server.views.links import Link

if TYPE_CHECKING:
    from organograph_server.dataset.reforms import Reforms

THING = "thing"
"""The parameter that names a thing of which a reform is to tell."""


def pairs_of(found: Reforms) -> dict[str, object]:
    """What the list of pairs shows: each pair, and what the classes of change mean."""
    rows = [
        (f"reform/{before.identifier}/{after.identifier}", before, after, _is_next(before, after, found.publication))
        for before, after in found.pairs
    ]
    return {"pairs": rows, "meanings": [(sort, SORTS[sort], MEANINGS[sort]) for sort in SORTS]}


def links_of_thing(published: Published, iri: str, is_large: bool = False) -> list[Link]:
    """Links to what changed of a thing from each edition to the next, the latest first.

    Args:
        published: the dataset.
        iri: of the thing.
        is_large: whether its reforms may have several pages, so that it is found out which when the link is followed.
    """
    name = iri.removeprefix(f"{published.names.base}id/")
    return [Link(to.label, f"{to.path}?{THING}={name}" if is_large else f"{to.path}#{anchor_of(iri)}") for to in reform_links(published)]


def reform_links(published: Published, edition: Edition | None = None) -> list[Link]:
    """Links to what changed: from each edition to the next, or between one edition and each other; the latest first."""
    found = [
        pair
        for pair in combinations(published.editions, 2)
        if (edition in pair if edition else published.editions.index(pair[1]) == published.editions.index(pair[0]) + 1)
    ]
    return [
        Link(
            gettext("What changed from %(before)s to %(after)s", before=before.identifier, after=after.identifier),
            f"reform/{before.identifier}/{after.identifier}",
        )
        for before, after in reversed(found)
    ]


def _is_next(before: Edition, after: Edition, publication: Publication) -> bool:
    return not any(before.order < other.order < after.order for other in publication.published.editions)
