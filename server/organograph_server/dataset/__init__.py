"""The published dataset, read and proven once: its quads, facts, editions, rules and saved queries. No query is evaluated here."""
