"""What changed between two editions: computed once from their graphs, and told in words, tables, RDF and as a patch."""
