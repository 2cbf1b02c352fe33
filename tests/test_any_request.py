"""Whatever a request has: the readers of its fields and of its address give something, or refuse it in a sentence."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from organograph_server.coding import coding_for
from organograph_server.conditions import evaluate, http_date
from organograph_server.environ import complete, environ_of
from organograph_server.errors import RequestRefused
from organograph_server.negotiate import negotiate
from organograph_server.responses import split_suffix

OFFERS = ("text/turtle", "application/ld+json", "text/html")
# What the parsers look for, mixed with anything; fields hold no control characters, which the HTTP server refuses.
_WORDS = st.sampled_from(
    [
        "text/turtle",
        "*/*",
        "text/*",
        ";",
        ",",
        "q=",
        "Q = ",
        "0.5",
        "1.0001",
        "-1",
        "NaN",
        '"',
        "\\\\",
        '\\"',
        "gzip",
        "identity",
        "W/",
        "=",
        " ",
        "\t",
    ]
)
_FIELDS = st.lists(_WORDS | st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=3), max_size=40).map("".join)
_ANY = st.text(max_size=40)


@dataclass
class Told:
    """A request as the HTTP server tells it."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    http_version: str = "1.1"
    server: str = "127.0.0.1:80"
    client: str = "127.0.0.1:9"
    scheme: str = "http"
    headers: dict[str, str] = field(default_factory=dict)


@settings(deadline=None)
@given(_FIELDS)
def test_any_accept_field_is_read(accept: str) -> None:
    """One of the offers, or none."""
    assert negotiate(accept, OFFERS) in (*OFFERS, None)


@settings(deadline=None)
@given(_FIELDS)
def test_any_accept_encoding_field_is_read(accept: str) -> None:
    """A coding, or a refusal."""
    with contextlib.suppress(RequestRefused):
        assert coding_for(accept, 10_000) in ("gzip", "")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"]), _FIELDS | _ANY))
def test_any_condition_is_read(fields: dict[str, str]) -> None:
    """The answer is whole, unchanged or refused."""
    assert evaluate(fields, "a" * 32, None) in (200, 304, 412)
    assert all(http_date(value) is None or http_date(value) for value in fields.values())


@settings(deadline=None)
@given(st.builds(Told, _ANY, _ANY, _ANY, _ANY, _ANY, _ANY, headers=st.dictionaries(_ANY, _ANY | _FIELDS)))
def test_any_request_becomes_an_environ(told: Told) -> None:
    """Each value is text of bytes (PEP 3333) where the application reads bytes, and nothing of a proxy is among them."""
    environ = environ_of(told)  # type: ignore[arg-type]
    complete(environ, told)  # type: ignore[arg-type]
    for name in ("PATH_INFO", "QUERY_STRING"):
        assert environ[name].encode("latin-1").decode() == (told.path if name == "PATH_INFO" else told.query_string)
    assert not any(name.startswith(("HTTP_X_FORWARDED", "HTTP_PROXY")) for name in environ)


@settings(deadline=None)
@given(_ANY)
def test_any_name_is_divided(name: str) -> None:
    """A name without a known ending is left whole."""
    assert split_suffix(name, ()) == (name, None)
