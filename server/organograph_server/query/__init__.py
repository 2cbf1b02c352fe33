"""SPARQL queries: how they are read, guarded, asked and answered, in whatever process that is."""
