"""Reads RDF files into text and statements; what cannot be read is told with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from xml.parsers.expat import ErrorString, ExpatError, ParserCreate

import pyoxigraph
from pyoxigraph import RdfFormat

from organograph.errors import DatasetUnreadable
from organograph.located.stopped import stopped

FORMATS: Mapping[str, RdfFormat] = {
    "ttl": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}
"""The formats of RDF files, by the suffix of their names."""
# Bytes of a text or a name that the parser takes.
_LONGEST = 16 * 1024 * 1024


def format_of(path: Path, chosen: str | None = None) -> str | None:
    """The format of a file: the one chosen, or that of its suffix; None where the suffix is of none."""
    suffix = chosen or path.suffix.removeprefix(".").lower()
    return suffix if suffix in FORMATS else None


def read_quads(path: Path, format: str, name: str, base: str, *, rename: bool = False) -> tuple[str, list[pyoxigraph.Quad]]:
    """Read the text of an RDF file and its statements, in order and as written. Nothing is fetched for it.

    Args:
        path: the file.
        format: one of FORMATS.
        name: what messages call it.
        base: what its relative IRIs start from.
        rename: whether its blank nodes get names that no other file has.

    Raises:
        DatasetUnreadable: it is missing, or is not UTF-8 or not of that format; with line and position where the parser tells them.
    """
    text = read_text(path, format, name)
    with explained(text, format, name, base):
        return text, list(parse(text, format, base, rename))


def read_text(path: Path, format: str, name: str) -> str:
    """Read the text of an RDF file; the errors are those of `read_quads`."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetUnreadable(f"{name} cannot be read: {error.strerror}.", "Name a file that can.") from error
    text = _decoded(content, name)
    if format == "rdf" and "<!ENTITY" in text:
        raise DatasetUnreadable(f"{_at(name, text, '<!ENTITY')}: the file declares entities.", "Write them out; entities are not expanded.")
    if format == "rdf":
        _refuse_torn(text, name)
    return text


def _refuse_torn(text: str, name: str) -> None:
    """Refuse what is no whole XML: the parser of RDF takes a file that ends too early for one that says less."""
    try:
        ParserCreate("utf-8").Parse(text.encode(), True)
    except ExpatError as error:
        reason = f"{name}:{error.lineno}:{error.offset + 1}: {ErrorString(error.code)}."
        raise DatasetUnreadable(reason, "Mend that place, or name another format: the file was read as rdf.") from error


def parse(text: str, format: str, base: str, rename: bool = False) -> Iterator[pyoxigraph.Quad]:
    """The statements of a text, in order and as written; its errors are those of pyoxigraph."""
    return iter(pyoxigraph.parse(text, format=FORMATS[format], base_iri=base, rename_blank_nodes=rename))


@contextmanager
def explained(text: str, format: str, name: str, base: str) -> Iterator[None]:
    """Tells what the parser says as an error of ours."""
    try:
        yield
    except SyntaxError as error:
        place = (error.lineno, error.offset) if error.lineno else stopped(text.encode(), FORMATS[format], base)
        raise DatasetUnreadable(*_told(error, place, name, format)) from error
    except MemoryError as error:
        if len(text.encode()) < _LONGEST:
            # It is the memory of this process that is at its end.
            raise
        raise DatasetUnreadable(
            f"{name} holds a text or a name of more than 16 MiB, or one that never ends.", "Shorten or end it."
        ) from error


def _told(error: SyntaxError, place: tuple[int, int | None] | None, name: str, format: str) -> tuple[str, str]:
    """The parser's reason, with the place in front."""
    where = f"{name}:{place[0]}:{place[1]}" if place else name
    reason = re.sub(r"^Parser error at line .*?: ", "", error.msg).replace("\n", " ").rstrip(".")
    if "LoadDocumentCallback" in reason:
        return f"{where}: the file asks for a remote JSON-LD context, and nothing is fetched.", "Write the context into the file."
    shortened = reason if len(reason) <= 200 else f"{reason[:200]} …"
    return f"{where}: {shortened}.", f"Mend that place, or name another format: the file was read as {format}."


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, position = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
        raise DatasetUnreadable(f"{name}:{line}:{position}: the file is not UTF-8.", "Save it as UTF-8.") from error


def _at(name: str, text: str, word: str) -> str:
    before = text[: text.index(word)]
    return f"{name}:{before.count(chr(10)) + 1}:{len(before.rpartition(chr(10))[2]) + 1}"
