"""Content codings: whether an answer is sent compressed (RFC 9110 sections 8.4 and 12.5.3)."""

from __future__ import annotations

import re
import zlib

from organograph_server.errors import NotAcceptable

GZIP = "gzip"
IDENTITY = ""
# Less than this fits into the packet that carries the fields.
WORTH_COMPRESSING = 1_000
_ITEM = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)(?:\s*;\s*[qQ]\s*=\s*([01](?:\.[0-9]{0,3})?))?", re.ASCII)


def coding_for(accept: str | None, size: int) -> str:
    """The coding that an Accept-Encoding field asks for.

    Args:
        accept: the field, or None where there is none.
        size: of the representation, in bytes; small ones are compressed only where nothing else will do.

    Returns:
        GZIP or IDENTITY. An item that cannot be read asks for nothing.

    Raises:
        NotAcceptable: the field refuses both.
    """
    if accept is None:
        return IDENTITY
    weights: dict[str, float] = {}
    for item in accept.split(","):
        if found := _ITEM.fullmatch(item.strip()):
            weights[found[1].lower()] = float(found[2] or 1)
    gzip = max((weights[name] for name in (GZIP, "x-gzip") if name in weights), default=weights.get("*", 0.0))
    identity = weights.get("identity", weights.get("*"))
    if gzip > 0 and (identity == 0 or (gzip >= (identity or 0) and size >= WORTH_COMPRESSING)):
        return GZIP
    if identity == 0:
        raise NotAcceptable("The request refuses every coding of content that is given here.", "Accept gzip or identity.")
    return IDENTITY


def compressed(content: bytes) -> bytes:
    """The content in gzip, without time and name, so that equal content is equal bytes (RFC 1952 section 2.3)."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()
