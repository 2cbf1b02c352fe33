"""What may be known of a store."""

OK = "ok"
UNKNOWN = "unknown"
LOST = "unreachable"
WITHOUT = "without this publication"
