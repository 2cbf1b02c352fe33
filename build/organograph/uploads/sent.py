"""What is sent: its parts, what they are by their media type or their name, and the refusal of what cannot be checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from organograph.errors import OrganographError

ZIP, FORM = "application/zip", "multipart/form-data"
TYPES: Mapping[str, str] = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/trig": "trig",
    "application/n-quads": "nq",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    ZIP: "zip",
}
"""The media types that are read, and what each is: a format of RDF by its ending, or a zip."""
BOOK = "xlsx"
"""What a workbook is, which is sent in a form beside a zip, since it says nothing of the settings."""
_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALSO = {
    _BOOK: BOOK,
    "application/x-turtle": "ttl",
    "application/x-trig": "trig",
    "text/x-nquads": "nq",
    "application/x-zip-compressed": "zip",
}
_LONGEST_NAME = 120
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff/\\]")


class UploadRefused(OrganographError):
    """An upload that cannot be checked, told in a sentence; nothing of it was used."""


class UploadTooLarge(UploadRefused):
    """An upload of which there is more than the limit.

    Args:
        message: what there is too much of.
        cure: what to do about it.
        limit: how much there may be.
    """

    def __init__(self, message: str, cure: str, limit: int) -> None:
        super().__init__(message, cure)
        self.limit = limit


class TypeUnknown(UploadRefused):
    """An upload of which nobody can tell what it is."""


@dataclass(frozen=True)
class Part:
    """One file of an upload.

    Args:
        name: what findings call it; no path.
        kind: one of the values of TYPES, or BOOK.
        content: its bytes.
    """

    name: str
    kind: str
    content: bytes


def kind_of(media_type: str, name: str = "") -> str:
    """What a file is: by its media type, or by the ending of its name where the type tells nothing.

    Args:
        media_type: without parameters; "" where none is told.
        name: of the file, "" where none is told.

    Raises:
        TypeUnknown: it is nothing that is read here.
    """
    media_type = media_type.strip().lower()
    found = TYPES.get(media_type) or _ALSO.get(media_type)
    if found is None and media_type in ("", "application/octet-stream", "text/plain") and name:
        ending = PurePosixPath(name).suffix.removeprefix(".").lower()
        found = ending if ending in (*TYPES.values(), BOOK) else None
    if found is None:
        told = f"A file of type {media_type[:80]!r}" if media_type else "A file of no type"
        raise TypeUnknown(f"{told} is not read here.", f"Send one of {', '.join(TYPES)}.")
    return found


def fit_name(name: str, kind: str) -> str:
    """The name by which findings call a file: what was sent of it, without folders and without signs that would steer a reader."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return _UNFIT.sub("", last)[:_LONGEST_NAME].strip().lstrip(".") or f"upload.{kind}"
