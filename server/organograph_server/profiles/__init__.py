"""The profiles in which documents are given besides ORG: pure functions from quads to triples, and the table of them."""
