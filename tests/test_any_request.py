"""Whatever a request has: the readers of its fields and of its address give something, or refuse it in a sentence."""

from __future__ import annotations

import contextlib
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from organograph_server.answers.responses import split_suffix
from organograph_server.content.coding import coding_for
from organograph_server.content.conditions import evaluate, http_date
from organograph_server.content.negotiate import negotiate
from organograph_server.errors import RequestRefused
from organograph_server.gate.http1 import read_head
from organograph_server.gate.nohttp import NoHttp

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


_PATHS = st.text(max_size=40).map(lambda path: f"/{path}")
_NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,30}", fullmatch=True) | st.sampled_from(
    ["X-Forwarded-For", "Proxy-Authorization", "Forwarded", "Te"]
)


@given(_FIELDS)
def test_any_accept_field_is_read(accept: str) -> None:
    """One of the offers, or none."""
    assert negotiate(accept, OFFERS) in (*OFFERS, None)


@given(_FIELDS)
def test_any_accept_encoding_field_is_read(accept: str) -> None:
    """A coding, or a refusal."""
    with contextlib.suppress(RequestRefused):
        assert coding_for(accept, 10_000) in ("gzip", "")


@given(st.dictionaries(st.sampled_from(["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"]), _FIELDS | _ANY))
def test_any_condition_is_read(fields: dict[str, str]) -> None:
    """The answer is whole, unchanged or refused."""
    assert evaluate(fields, "a" * 32, None) in (200, 304, 412)
    assert all(http_date(value) is None or http_date(value) for value in fields.values())


@given(_PATHS, _PATHS, st.lists(st.tuples(_NAMES, _FIELDS), max_size=8))
def test_any_request_becomes_an_environ(path: str, query: str, fields: list[tuple[str, str]]) -> None:
    """Each value is text of bytes (PEP 3333) where the application reads bytes, and nothing of a proxy is among them."""
    lines = [f"GET {quote(path, safe='/')}?{quote(query)} HTTP/1.1", *(f"{name}: {value}" for name, value in fields)]
    with contextlib.suppress(NoHttp):
        environ = read_head("\r\n".join(lines).encode("latin-1", "replace")).environ
        assert environ["PATH_INFO"].encode("latin-1").decode() == path
        assert environ["QUERY_STRING"] == quote(query)
        assert not any(name.startswith(("HTTP_X_FORWARDED", "HTTP_PROXY")) or name in ("HTTP_FORWARDED", "HTTP_TE") for name in environ)


@given(_ANY)
def test_any_name_is_divided(name: str) -> None:
    """A name without a known ending is left whole."""
    assert split_suffix(name, ()) == (name, None)
