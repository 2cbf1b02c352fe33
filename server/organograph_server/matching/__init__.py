"""Finds names that are written otherwise than asked for: pure functions and an index, without a web and without RDF."""
