"""Tokens by which stewards are known to a server, and the hashes that stand for them in its settings."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

_BYTES = 32
_PREFIX = "og_"
DIGEST = re.compile(r"[0-9a-f]{64}")
"""How the hash of a token is written."""


def new_token() -> str:
    """A token of 256 random bits, which nobody can guess, so that a plain hash of it is enough."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def digest_of(token: str) -> str:
    """The SHA-256 of a token, by which it is known."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_of(token: str, digest: str) -> bool:
    """Whether a hash is that of a token; the time that this takes tells nothing of either."""
    return hmac.compare_digest(digest_of(token), digest)
