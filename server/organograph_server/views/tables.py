"""The tables of an edition and of the register, as CSV for spreadsheets and R (RFC 4180)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import itemgetter

from organograph.csvtables import csv_table
from organograph.names import PREFIXES
from organograph_server.dataset.facts import CLASSIFICATION, PARENT, TYPE, Facts, Told, last_part
from organograph_server.dataset.published import Edition, Published
from organograph_server.dataset.quads import Quads

_OG = PREFIXES["og"]
_ALT = PREFIXES["skos"] + "altLabel"
_PURPOSE = PREFIXES["org"] + "purpose"
_PLACED = {f"{PREFIXES['org']}OrganizationalUnit": "unit", f"{PREFIXES['org']}Post": "post", f"{_OG}Body": "body"}
# What the columns hold, for who opens the table without the ontology beside it.
COLUMNS = {
    "iri": "address of the thing",
    "type": "unit, post or body",
    "name": "name in this edition",
    "other_names": "other names and acronyms",
    "kind": "kind of unit or body",
    "parent": "address of what stands directly above it",
    "parent_name": "name of what stands directly above it",
    "basis": "whether its place is stated, read from a layout, or inferred",
    "purpose": "what it is for, in a sentence",
}


def edition_table(quads: Quads, published: Published, edition: Edition) -> bytes:
    """Every unit, post and body of an edition, one a row."""
    return csv_table([list(COLUMNS), *edition_rows(quads, published, edition)])


def edition_rows(quads: Quads, published: Published, edition: Edition) -> Iterator[list[str]]:
    """The rows of that table, in the order of COLUMNS."""
    label = cache(Facts(quads, [edition.iri, published.catalogue, published.ontology]).label)
    rows = []
    for iri, said in quads.by_subject(edition.iri):
        here = Told(said)
        rows += [_row(here, label, _PLACED[type_], iri) for type_ in here.iris(iri, TYPE) if type_ in _PLACED]
    return iter(sorted(rows, key=itemgetter(1, 0)))


def register_table(quads: Quads, published: Published) -> bytes:
    """Everything ever described, one a row, with the editions that describe it and those whose scope leaves it out."""
    rows = []
    for iri, said in quads.by_subject(published.catalogue):
        here = Told(said)
        if here.values(iri, f"{_OG}describedIn"):
            kind = last_part(iri.rpartition("/")[0])
            editions = [_all(map(last_part, here.iris(iri, _OG + term))) for term in ("describedIn", "notDescribedIn")]
            rows.append([iri, kind, here.label(iri), *editions])
    return csv_table([["iri", "type", "name", "described_in", "not_described_in"], *sorted(rows)])


def _row(here: Facts, label: Callable[[str], str], kind: str, iri: str) -> list[str]:
    parents = here.iris(iri, PARENT)
    kinds = [label(found) for found in here.iris(iri, CLASSIFICATION)]
    names = [label(parent) for parent in parents]
    basis = [last_part(found) for found in here.iris(iri, f"{_OG}basis")]
    return [
        iri,
        kind,
        here.label(iri),
        _all(here.texts(iri, _ALT)),
        _all(kinds),
        _all(parents),
        _all(names),
        _all(basis),
        here.text(iri, _PURPOSE),
    ]


def _all(values: Iterable[str]) -> str:
    return "; ".join(values)
