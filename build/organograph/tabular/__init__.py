"""The tables that a steward edits, as rows that know file, line and column, and as sheets; joined to the model."""
