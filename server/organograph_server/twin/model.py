"""What a twin is made of: stored files, addresses that lead elsewhere, and addresses that are negotiated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import unquote

from organograph_server.languages.links import PARAMETER
from organograph_server.languages.speaking import LANGUAGES

Fields = Mapping[str, str]

_UNSAFE = re.compile(r"[^A-Za-z0-9=._]+", re.ASCII)
_ENDED = re.compile(r"(.+)\.([a-z][a-z0-9]{0,6})", re.ASCII)


@dataclass(frozen=True)
class Stored:
    """A file of the twin.

    Args:
        file: its path in the folder.
        content_type: the field.
        fields: the other fields of its answer that are its own.
        tag: entity tag with its quotes; "" where it has none.
        size: in bytes.
        digest: SHA-256 of its bytes.
    """

    file: str
    content_type: str
    fields: Fields
    tag: str
    size: int
    digest: str

    @property
    def mark(self) -> str:
        """What stands in its entity tag: the server's, or else of its bytes."""
        return self.tag.strip('"') or self.digest[:32]

    @property
    def ending(self) -> str:
        """The ending of its name, without dot."""
        return self.file.rpartition(".")[2]


@dataclass(frozen=True)
class Leading:
    """An answer that leads elsewhere.

    Args:
        status: 302, 303 or the like.
        location: where to, from the root of the host.
        fields: the other fields of the answer.
        endings: file endings that may stand after the address, and then stand after the location too.
    """

    status: int
    location: str
    fields: Fields
    endings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """A media type that an address is given in.

    Args:
        media_type: what it is asked for by.
        content_type: what it is then served as.
        quality: what the server holds of it, from 0 to 1.
        names: what `?format=` calls it by; none where it is only another name of a format.
        given: the path of the file, or what leads elsewhere; None where only the server can give it, to who sends parameters.
    """

    media_type: str
    content_type: str
    quality: float
    names: tuple[str, ...]
    given: str | Leading | None


@dataclass(frozen=True)
class Habits:
    """What the server makes of parameters that it is not known to be linked with.

    Args:
        heeds_format: `?format=` and `?_mediatype=` choose among the offers.
        paged: `?page=` names a part, so that an unknown one is not there.
        evaluates: anything else changes the answer too, so that only the server can give it.
        posts: it takes queries by POST.
    """

    heeds_format: bool = False
    paged: bool = False
    evaluates: bool = False
    posts: bool = False


@dataclass(frozen=True)
class Negotiated:
    """An address whose answer depends on the Accept field.

    Args:
        offers: the media types, best first.
        vary: the Vary field.
    """

    offers: tuple[Offer, ...]
    vary: str


@dataclass
class Twin:
    """All that was found.

    Args:
        base: what all its IRIs begin with.
        mount: the path of the base, without its last slash.
        files: by the path in the folder.
        plain: the file of each address that has one answer.
        negotiated: by address.
        leading: by address.
        habits: by address without parameters, for those that answer.
        refused: status by address that the server has and refuses without parameters.
        dead: addresses that a page or a Link field names and that are not there, with the page.
        untold: addresses that negotiate among what nobody knows.
        shared: the fields that all answers have.
        preflight: the fields of the answer to OPTIONS.
        version: what stands before all addresses of the present version, which are left to the server.
        asked: the parameters by which an address answers otherwise, so that only the server can follow what is not linked with them.
        language: that of the dataset, in which pages are told at addresses that name none.
    """

    base: str
    mount: str
    language: str
    files: dict[str, Stored] = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)
    negotiated: dict[str, Negotiated] = field(default_factory=dict)
    leading: dict[str, Leading] = field(default_factory=dict)
    habits: dict[str, Habits] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    dead: dict[str, str] = field(default_factory=dict)
    untold: list[str] = field(default_factory=list)
    shared: dict[str, str] = field(default_factory=dict)
    preflight: dict[str, str] = field(default_factory=dict)
    version: str = ""
    asked: tuple[str, ...] = ()

    @property
    def addresses(self) -> list[str]:
        """Every address that the twin answers with 200 or leads on from."""
        return sorted({*self.plain, *self.negotiated, *self.leading})

    @property
    def others(self) -> dict[str, str]:
        """What addresses say to be told in each language but that of the dataset, by its tag."""
        return {language: f"{PARAMETER}={language}" for language in LANGUAGES if language != self.language}

    @property
    def needless(self) -> str:
        """What addresses say to be told in the language of the dataset, in which their files are without it."""
        return f"{PARAMETER}={self.language}"


def stem_of(address: str) -> str:
    """The path in the folder, without ending, of what an address without ending gives."""
    path, _, query = address.partition("?")
    stem = unquote(path).lstrip("/") or "index"
    # To Apache a name that begins with its ending has none.
    return (f"{stem}@" if stem.endswith("/") else stem) + _marked(query)


def file_of(address: str, ending: str) -> str:
    """The path in the folder of what an address gives.

    Args:
        address: from the root of the server, with its parameters.
        ending: of its type, for an address that has none.
    """
    path, _, query = address.partition("?")
    found = _ENDED.fullmatch(unquote(path).lstrip("/"))
    return f"{found[1]}{_marked(query)}.{found[2]}" if found else f"{stem_of(address)}.{ending}"


def _marked(query: str) -> str:
    """Parameters as part of a file's name: as they are where they are plain, else readable and told apart by a hash."""
    if not query:
        return ""
    name = _UNSAFE.sub("-", unquote(query)).strip("-")
    return f"@{name}" if name == query else f"@{name[:60]}-{sha256(query.encode()).hexdigest()[:8]}"
