"""The model as RDF: editions, evidence, the catalogue and the register."""
