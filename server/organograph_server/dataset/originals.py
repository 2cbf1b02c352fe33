"""The texts of the source documents, where they are at hand: each proven by its SHA-256, and never given whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from organograph.names import OG, PREFIXES
from organograph_server.dataset.facts import TYPE, Facts
from organograph_server.errors import SettingsInvalid

_AROUND = 220
_IDENTIFIER = PREFIXES["dcterms"] + "identifier"
_CHECKSUM = PREFIXES["spdx"] + "checksum"
_CHECKSUM_VALUE = PREFIXES["spdx"] + "checksumValue"


@dataclass(frozen=True)
class Passage:
    """Some characters of a document with a few around them; an ellipsis where the document goes on."""

    before: str
    text: str
    after: str


@dataclass(frozen=True)
class Originals:
    """The texts of documents.

    Args:
        texts: by the IRI of the document; each has the SHA-256 that the catalogue gives.
        faults: a sentence for each document that is not there or is another.
        digest: names which texts there are.
    """

    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    faults: Sequence[str] = ()
    digest: str = ""

    @classmethod
    def read(cls, folder: Path | None, catalogue: Facts) -> Originals:
        """Read the documents that the catalogue names.

        Args:
            folder: holds a file IDENTIFIER.txt for each; None where the documents are not at hand.
            catalogue: facts of the catalogue.

        Raises:
            SettingsInvalid: there is no such folder.
        """
        if folder is None:
            return cls()
        if not folder.is_dir():
            raise SettingsInvalid(f"There is no folder {folder} with documents.", "Name the folder that holds them with --sources.")
        texts: dict[str, str] = {}
        faults: list[str] = []
        for iri in catalogue.subjects(TYPE, OG.SourceDocument.value):
            try:
                texts[iri] = _proven(folder, catalogue, iri)
            except (OSError, ValueError) as error:
                faults.append(str(error))
        sums = (f"{iri} {hashlib.sha256(text.encode()).hexdigest()}" for iri, text in texts.items())
        return cls(texts, faults, hashlib.sha256("\n".join(sums).encode()).hexdigest())

    def passage(self, document: str, start: int, end: int, around: int = _AROUND) -> Passage | None:
        """The characters from start to end in their context; None where the document is not at hand, or has no such characters.

        Args:
            document: its IRI.
            start: offset of the first character.
            end: offset after the last.
            around: how many characters before and after are shown.
        """
        text = self.texts.get(document, "")
        if not 0 <= start < end <= len(text):
            return None
        before, after = text[max(0, start - around) : start], text[end : end + around]
        if start > around:
            before = f"… {before.partition(' ')[2]}"
        if end + around < len(text):
            after = f"{after.rpartition(' ')[0]} …"
        return Passage(_one_line(before), _one_line(text[start:end]), _one_line(after))


def _proven(folder: Path, catalogue: Facts, iri: str) -> str:
    name = catalogue.text(iri, _IDENTIFIER)
    path = folder / f"{name}.txt"
    if not name or path.parent.resolve() != path.resolve().parent:
        raise ValueError(f"The document {iri} has no name that could be a file's; its passages are not shown.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ValueError(f"The document {path} cannot be read: {error.strerror}; its passages are not shown.") from error
    sums = [each.lower() for part in catalogue.iris(iri, _CHECKSUM) for each in catalogue.texts(part, _CHECKSUM_VALUE)]
    if hashlib.sha256(data).hexdigest() not in sums:
        raise ValueError(f"{path} is not the document that was read: its SHA-256 differs; its passages are not shown.")
    return data.decode("utf-8")


def _one_line(text: str) -> str:
    """A text with each white space made a single blank, those at its ends kept."""
    inner = " ".join(text.split())
    return f"{' ' if text[:1].isspace() else ''}{inner}{' ' if inner and text[-1:].isspace() else ''}"
