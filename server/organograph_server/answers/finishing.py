"""The header fields that all answers share, and what pages may load (Content Security Policy)."""

from __future__ import annotations

from flask import Response, current_app, g, request

from organograph.report.html import STYLE_SOURCE
from organograph_server.answers.representations import Representations

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_POLICY_OF_FRAMES = _POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
# The editor for queries may ask this server, and no other.
_POLICY_WITH_EDITOR = _POLICY.replace("style-src 'self'", "style-src 'self' {}") + "; connect-src 'self'"
_EXPOSED = (
    "Allow, Content-Encoding, Content-Location, Dataset-Version, ETag, Link, Location, Memento-Datetime, Report-Conforms, "
    "Vary, X-Request-Id"
)
_SENT = (
    "Accept, Accept-Datetime, Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Accept-Profile, Cache-Control"
)
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": _EXPOSED,
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Server": "organograph",
}
"""The header fields that all answers share."""
FOR_EVER = "public, max-age=31536000, immutable"
"""What caches are told of an address whose answer can never change."""


def styled(response: Response) -> Response:
    """Let a report, which brings its one style with it, be shown with that and no other."""
    g.policy = _POLICY.replace("style-src 'self'", f"style-src {STYLE_SOURCE}")
    return response


def finish(response: Response) -> Response:
    """Give every answer the fields that all share."""
    if g.get("depends_on_accept"):
        response.headers["Vary"] = ", ".join(["Accept", *response.vary])
    if g.get("depends_on_profile"):
        response.vary.add("Accept-Profile")
    if g.get("depends_on_language"):
        response.vary.add("Accept-Language")
    for name, value in SHARED.items():
        response.headers[name] = value
    if (policy := g.get("policy")) is not None:
        response.headers["Content-Security-Policy"] = policy
    if g.get("may_be_framed"):
        response.headers["Content-Security-Policy"] = _POLICY_OF_FRAMES
    if styles := g.get("styles_of_editor"):
        response.headers["Content-Security-Policy"] = _POLICY_WITH_EDITOR.format(styles)
    # Which state of the dataset, of the software and of its settings this answer is made from, and no other.
    response.headers["Dataset-Version"] = Representations.of(current_app).version
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = _SENT
        response.headers["Access-Control-Max-Age"] = "86400"
    elif is_versioned() and response.status_code < 400 and response.headers.get("Cache-Control") == "no-cache":
        response.headers["Cache-Control"] = FOR_EVER
    return response


def is_versioned() -> bool:
    """Whether the address names the very version of dataset and software, so that its answer can never change."""
    return request.method in ("GET", "HEAD") and "organograph.version" in request.environ
