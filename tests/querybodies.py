"""A hook for Schemathesis: how the body of a direct POST of a query is sent."""

from __future__ import annotations

import schemathesis


@schemathesis.serializer("application/sparql-query")
def sent(context: schemathesis.SerializationContext, value: object) -> bytes:
    """Send a query as it is, in UTF-8."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
