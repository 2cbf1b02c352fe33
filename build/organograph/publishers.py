"""Who answers for a dataset, where its settings tell it: for catalogues of data portals (DCAT-AP 3.0.1, "Agent" and "Distribution")."""

from __future__ import annotations

from dataclasses import asdict, dataclass

PUBLISHERS = {
    "Academia-ScientificOrganisation": "Academia/Scientific organisation",
    "Company": "Company",
    "IndustryConsortium": "Industry consortium",
    "LocalAuthority": "Local authority",
    "NationalAuthority": "National authority",
    "NonGovernmentalOrganisation": "Non-governmental organisation",
    "NonProfitOrganisation": "Non-profit organisation",
    "RegionalAuthority": "Regional authority",
    "StandardisationBody": "Standardisation body",
    "SupraNationalAuthority": "Supra-national authority",
}
"""The types of publishers, as the vocabulary of ADMS names them, with what each is called."""

AVAILABILITIES = ("available", "experimental", "stable", "temporary")
"""How long files are meant to stay, as the EU's table of planned availability names it, in small letters."""


@dataclass(frozen=True)
class Publisher:
    """Who publishes a dataset; what is empty is not told, and without a name it is the organization itself.

    Args:
        name: what it is called.
        type: one of PUBLISHERS.
        homepage: its address on the web.
        contact: where questions go, an address that begins with https:// or mailto:.
        availability: one of AVAILABILITIES, of the files.
    """

    name: str = ""
    type: str = ""
    homepage: str = ""
    contact: str = ""
    availability: str = ""

    def told(self) -> dict[str, str]:
        """What is told, by its name."""
        return {name: value for name, value in asdict(self).items() if value}


UNTOLD = Publisher()
