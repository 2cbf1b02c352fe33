"""Reads RDF files into triples as written, and tells afterwards at which line and character each was stated."""

from organograph.located.document import FORMATS, Document, format_of, read_document, read_quads, read_text

__all__ = ["FORMATS", "Document", "format_of", "read_document", "read_quads", "read_text"]
