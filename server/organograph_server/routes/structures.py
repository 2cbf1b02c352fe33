"""What pages show of the structure of an edition, filtered as the request asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from flask import request

from organograph.messages import Message
from organograph_server.api.operations import Parameter, Values
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.errors import RequestMalformed
from organograph_server.languages.speaking import gettext, spoken
from organograph_server.service import Service
from organograph_server.views.links import Link, titled
from organograph_server.views.structure import Branch, Structure, cut, filtered, kinds_in

_LONGEST = 200
# Things that a page shows of a structure: more, and it would have more than a million bytes.
_MOST = 5_000
# Things of a structure from which no other of that size is kept beside it.
_LARGE = 20_000
_LARGEST = ("structure",)
_SORTS = ("sorts",)


def _sorts(serving: Service) -> Values:
    return Values({"type": "string", "enum": ["", *_all_sorts(cast(Publication, serving.publication))]}, "post")


TEXT = Parameter(
    "q",
    "query",
    "On the page in HTML, show only what has these words in its name, another name or the name of who heads or holds it.",
    lambda _: Values({"type": "string", "maxLength": _LONGEST}, "office"),
)
SORT = Parameter("kind", "query", "On the page in HTML, show only what is of this kind, a post, or an independent office.", _sorts)


@dataclass(frozen=True)
class Shown:
    """The structure as a page shows it.

    Args:
        tree: what is shown, None where nothing fits.
        kinds: by what it can be filtered: each kind in words, and how many things are of it.
        text: what the filter looks for in names.
        sort: the kind that the filter looks for.
        told: how many things fit, in a sentence.
        note: where not all is shown that could be, how the rest is found.
    """

    tree: Branch | None
    kinds: Mapping[str, tuple[str, int]]
    text: str = ""
    sort: str = ""
    told: str = ""
    note: str = ""

    @property
    def is_filtered(self) -> bool:
        """Whether it was filtered."""
        return bool(self.text or self.sort)


def is_filtered() -> bool:
    """Whether the request asks for less than the whole structure."""
    return bool(filtering())


def filtering() -> str:
    """What the request asks for of the structure, as a query; "" for the whole."""
    found = {name: request.args.get(name, "").strip() for name in (TEXT.name, SORT.name)}
    return urlencode({name: value for name, value in found.items() if value})


def shown(publication: Publication, whole: Branch) -> Shown:
    """The structure as the request asks for it.

    Args:
        publication: the dataset.
        whole: the organization with all below.

    Raises:
        RequestMalformed: the words are too long, or no edition has such a kind.
    """
    kinds = kinds_in(whole)
    text, sort = request.args.get(TEXT.name, "").strip(), request.args.get(SORT.name, "").strip()
    if len(text) > _LONGEST:
        raise RequestMalformed(
            Message("The parameter q has %(number)s characters.", number=f"{len(text):,}"),
            Message("Give at most %(longest)s.", longest=_LONGEST),
        )
    if sort and sort not in kinds and sort not in _all_sorts(publication):
        raise RequestMalformed(
            Message("No edition has anything of kind %(sort)r.", sort=sort[:60]), Message("Give one of %(kinds)s.", kinds=", ".join(kinds))
        )
    if not text and not sort:
        part = cut(whole, _MOST)
        note = gettext("Only the upper levels are shown here. What is below a unit is on its own page, and the filter finds it.")
        return Shown(part, kinds, note="" if part is whole else note)
    tree = filtered(whole, text, sort)
    found = sum(each.is_match for each in tree.each()) if tree else 0
    told = Message("%(found)s of %(all)s fit.", found=f"{found:,}", all=f"{sum(1 for _ in whole.each()):,}")
    kept = cut(tree, _MOST) if tree else None
    note = gettext("Too many fit for all to be shown here. Give more words, or a kind.")
    return Shown(kept, kinds, text, sort, told, "" if kept is tree else note)


def _all_sorts(publication: Publication) -> list[str]:
    """What things can be of in any edition, sorted."""
    found = (kinds_in(structure_of(publication, edition, is_dated=False)) for edition in publication.published.editions)
    return publication.once(_SORTS, lambda: sorted({sort for kinds in found for sort in kinds}))


def structure_of(publication: Publication, edition: Edition, is_dated: bool) -> Branch:
    """The organization in an edition with all below.

    Args:
        publication: the dataset.
        edition: one of its editions.
        is_dated: whether links lead to the states in that edition.
    """
    key: tuple[str, ...] = ("structure", edition.identifier, str(is_dated), spoken().language)
    place, kept = key, publication.read.get(key)
    if kept is None:
        place, kept = cast(tuple[tuple[str, ...], Branch | None], publication.read.get(_LARGEST, ((), None)))
    if kept is None or place != key:
        kept = Structure(publication, edition, is_dated).whole()
        if kept.units + kept.posts > _LARGE:
            publication.read[_LARGEST] = (key, kept)
        else:
            publication.read[key] = kept
    return cast(Branch, kept)


def independents(whole: Branch) -> Sequence[Branch]:
    """The independent offices of a structure, by name."""
    return sorted((each for each in whole.each() if each.is_independent), key=lambda each: each.link.label)


def switch(publication: Publication, shown_edition: Edition, ending: str = "") -> list[tuple[Link, bool]]:
    """The way to the same page of each edition, the earliest first, and whether it is the one that is shown.

    Args:
        publication: the dataset.
        shown_edition: the edition of the page.
        ending: what follows the edition in the addresses.
    """
    editions = publication.published.editions
    return [(Link(titled(edition), f"edition/{edition.identifier}{ending}"), edition == shown_edition) for edition in editions]
