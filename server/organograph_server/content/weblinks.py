"""Links between resources as the Link field tells them (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

# What may stand in an IRI reference as it is; all else, line breaks and `>` too, is encoded.
_SAFE = ":/?#[]@!$&'()*+,;=%~"


@dataclass(frozen=True)
class WebLink:
    """One link.

    Args:
        target: IRI, or reference relative to what was asked for.
        relation: one or several names of relations, separated by spaces.
        type: media type to expect there; "" where none is said.
        datetime: of a memento (RFC 7089 section 2.2.4).
        anchor: what the link starts from, where that is not the resource itself.
        formats: IRI of the profile to expect there (Content Negotiation by Profile, "List Profiles").
        token: what the profile that the link starts from is called.
    """

    target: str
    relation: str
    type: str = ""
    datetime: str = ""
    anchor: str = ""
    formats: str = ""
    token: str = ""

    def __str__(self) -> str:
        """The link as one value of the field; every parameter is quoted."""
        parameters = {"rel": self.relation, "type": self.type, "datetime": self.datetime, "anchor": quote(self.anchor, _SAFE)}
        parameters |= {"formats": quote(self.formats, _SAFE), "token": self.token}
        return f"<{quote(self.target, _SAFE)}>" + "".join(f'; {name}="{value}"' for name, value in parameters.items() if value)


def link_field(links: Iterable[WebLink]) -> str:
    """All links in one field, each once."""
    return ", ".join(dict.fromkeys(map(str, links)))
