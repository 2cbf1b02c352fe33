"""What pages show of the structure of an edition, filtered as the request asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from flask import request

from organograph.messages import Message
from organograph_server.api.operations import Parameter, Values
from organograph_server.dataset.publication import Publication
from organograph_server.dataset.published import Edition
from organograph_server.errors import RequestMalformed
from organograph_server.languages.speaking import gettext
from organograph_server.service import Service
from organograph_server.views.links import Link, titled
from organograph_server.views.structure import Branch, Structure, cut

_LONGEST = 200
# Things that a page shows of a structure: more, and it would have more than a million bytes.
_MOST = 5_000
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


def shown(publication: Publication, structure: Structure) -> Shown:
    """The structure as the request asks for it.

    Args:
        publication: the dataset.
        structure: that of an edition.

    Raises:
        RequestMalformed: the words are too long, or no edition has such a kind.
    """
    kinds, whole = structure.kinds(), structure.whole()
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
    tree, found = structure.filtered(text, sort)
    told = Message("%(found)s of %(all)s fit.", found=f"{found:,}", all=f"{len(structure):,}")
    kept = cut(tree, _MOST) if tree else None
    note = gettext("Too many fit for all to be shown here. Give more words, or a kind.")
    return Shown(kept, kinds, text, sort, told, "" if kept is tree else note)


def _all_sorts(publication: Publication) -> list[str]:
    """What things can be of in any edition, sorted."""
    found = (Structure(publication, edition, is_dated=False).kinds() for edition in publication.published.editions)
    return publication.once(_SORTS, lambda: sorted({sort for kinds in found for sort in kinds}))


def switch(publication: Publication, shown_edition: Edition, ending: str = "") -> list[tuple[Link, bool]]:
    """The way to the same page of each edition, the earliest first, and whether it is the one that is shown.

    Args:
        publication: the dataset.
        shown_edition: the edition of the page.
        ending: what follows the edition in the addresses.
    """
    editions = publication.published.editions
    return [(Link(titled(edition), f"edition/{edition.identifier}{ending}"), edition == shown_edition) for edition in editions]
