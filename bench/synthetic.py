"""Makes synthetic organizations of any size, about twelve triples a unit, with faults of every kind planted at known places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from organograph.names import DEFAULT_BASE, PREFIXES, Names, part

Line = str

_HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
_NAMES = Names(DEFAULT_BASE)
_EVERY = 25
"""One unit in as many is at fault, in turn by each kind of fault."""

_CHART = str(_NAMES.thing("source", "chart"))
_RECORDS = f"""{_CHART} a og:SourceDocument ; dcterms:identifier "chart" ; dcterms:title "A chart"@en ;
  dcterms:source <https://example.org/chart> ;  spdx:checksum {part(_NAMES.thing("source", "chart"), "checksum")} ; og:characters 100 .
{part(_NAMES.thing("source", "chart"), "checksum")} a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ;
  spdx:checksumValue "{"0" * 64}"^^xsd:hexBinary .
{_NAMES.edition("2024-01")} a og:Edition, dcat:Dataset ; dcterms:identifier "2024-01" ; dcterms:title "January 2024"@en ;
  skos:prefLabel "January 2024"@en ; og:order 1 ; og:notBefore "2024-01"^^xsd:gYearMonth ; dcterms:source {_CHART} ;
  og:evidenceGraph {_NAMES.evidence("2024-01", "chart")} .
{_NAMES.evidence("2024-01", "chart")} a og:EvidenceGraph ; dcterms:source {_CHART} ; og:inEdition {_NAMES.edition("2024-01")} .
"""
"""The document that everything cites, and the edition that draws on it."""

FAULTS: dict[str, str] = {
    "no parent": "shape:Unit-parent",
    "two parents": "shape:Unit-parent-only-one",
    "unknown parent": "shape:Unit-parent-in-edition",
    "its own parent": "shape:Unit-parent-itself",
    "no name": "shape:Unit-label",
    "unknown kind": "shape:Unit-kind-known",
    "second line of an independent office": "shape:IndependentOffice-reports",
    "no basis": "shape:Unit-basis",
}
"""Each kind of fault, and a rule that it breaks."""


def organization(units: int) -> Iterator[Line]:
    """An organization as Turtle, piece by piece.

    Args:
        units: how many it has.
    """
    yield _HEAD
    yield f"""
{_iri("organization", "iom")} a org:FormalOrganization, cv:PublicOrganisation, org:Organization ;
  skos:prefLabel "Synthetic Organization"@en ; org:purpose "Being measured."@en ; foaf:homepage <https://example.org/> .
{_iri("post", "dg")} a org:Post ; skos:prefLabel "Director General"@en ; og:parent {_iri("organization", "iom")} ; og:basis og:stated ;
  org:postIn {_iri("organization", "iom")} ; og:heads {_iri("organization", "iom")} ; og:termOfOffice "P5Y"^^xsd:duration ;
  dcterms:source {_CHART} .
{_RECORDS}"""
    faults = dict(planted(units))
    for number in range(units):
        yield _unit(number, faults.get(number, ""))


def planted(units: int) -> Iterator[tuple[int, str]]:
    """The numbers of the units at fault, which have nothing below them that would be at fault too, with the kind of each fault."""
    kinds = list(FAULTS)
    for place, number in enumerate(number for number in range(_EVERY - 1, units, _EVERY) if number * 10 >= units):
        yield number, kinds[place % len(kinds)]


def unit(number: int) -> str:
    """The IRI of a unit."""
    return _NAMES.thing("unit", f"u{number}").value


def _iri(kind: str, slug: str) -> str:
    return str(_NAMES.thing(kind, slug))


def _unit(number: int, fault: str) -> Line:
    """A unit: a tree of ten below each, offices with posts and sites here and there."""
    this, organization = _iri("unit", f"u{number}"), _iri("organization", "iom")
    top = number % 97 == 0
    above = _iri("post", "dg") if top else _iri("unit", f"u{number // 10}")
    parts = [f"{this} a org:OrganizationalUnit, org:Organization"]
    parts += [f"skos:prefLabel {_quoted(f'Unit {number}')}"] if fault != "no name" else []
    parts += (
        [f"org:classification kind:{'office' if number % 3 else 'division'}"]
        if fault != "unknown kind"
        else ["org:classification kind:nothing"]
    )
    parts += ["og:basis og:stated"] if fault != "no basis" else []
    parts += [f"dcterms:source {_CHART}", f"org:unitOf {organization}", f'org:purpose "Doing the work of unit {number}."@en']
    parts += [f"org:subOrganizationOf {organization if top else above}", *(["org:reportsTo " + above] if top else [])]
    parts += {
        "no parent": [],
        "two parents": [f"og:parent {above}, {_iri('unit', 'u2')}"],
        "unknown parent": [f"og:parent {_iri('unit', 'nowhere')}"],
        "its own parent": [f"og:parent {this}"],
        "second line of an independent office": [
            f"og:parent {_iri('post', 'dg')}",
            "a og:IndependentOffice",
            f"org:reportsTo {_iri('post', 'p0')}",
        ],
    }.get(fault, [f"og:parent {above}"])
    return " ;\n  ".join(parts) + " .\n" + (_post(number) if number % 10 == 0 else "") + (_site(number) if number % 20 == 5 else "")


def _quoted(text: str) -> str:
    return f'"{text}"@en'


def _post(number: int) -> Line:
    this = _iri("post", f"p{number}")
    place = _iri("unit", f"u{number}")
    return f"""{this} a org:Post ; skos:prefLabel "Head of unit {number}"@en ; og:parent {place} ; og:basis og:stated ;
  org:postIn {place} ; org:reportsTo {_next_head(number)} ; og:heads {place} ; dcterms:source {_CHART} .
"""


def _next_head(number: int) -> str:
    """The head of the nearest unit above that has one."""
    while number % 97:
        number //= 10
        if number % 10 == 0:
            return _iri("post", f"p{number}")
    return _iri("post", "dg")


def _site(number: int) -> Line:
    site, address = _iri("site", f"s{number}"), str(part(_NAMES.thing("site", f"s{number}"), "address"))
    code = chr(65 + number // 26 % 26) + chr(65 + number % 26)
    return f"""{_iri("unit", f"u{number}")} org:hasSite {site} ; org:hasPrimarySite {site} .
{site} a org:Site ; skos:prefLabel "Bangkok, Thailand"@en ; og:countryCode "{code}" ; org:siteAddress {address} ; dcterms:source {_CHART} .
{address} a vcard:Address ; vcard:locality "Bangkok" ; vcard:country-name "Country {number}" .
"""


@click.command()
@click.argument("units", type=int)
@click.argument("file", type=click.Path(path_type=Path))
def main(units: int, file: Path) -> None:
    """Write a synthetic organization of so many units to a file of Turtle."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(organization(units))


if __name__ == "__main__":
    main()
