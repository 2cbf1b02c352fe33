"""Reads RDF files into triples as written, and tells afterwards at which line and character each was stated."""

from organograph.located.document import Document, read_document
from organograph.located.reading import FORMATS, format_of, read_quads, read_text

__all__ = ["FORMATS", "Document", "format_of", "read_document", "read_quads", "read_text"]
