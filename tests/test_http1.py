"""HTTP/1.1 as it goes over a connection: what is read of a head, what is refused, and bodies in chunks."""

from __future__ import annotations

import contextlib
import json
from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organograph_server.answers.lane import Answer
from organograph_server.gate.http1 import Chunks, Head, read_head, written_head
from organograph_server.gate.nohttp import NoHttp, check_begun


def head(*lines: bytes) -> Head:
    """The head of these lines."""
    return read_head(b"\r\n".join(lines))


def test_a_head_is_read() -> None:
    """Method, path, query and fields stand where WSGI has them; what is of the connection is told beside."""
    found = head(b"POST /a%20b?c=%20 HTTP/1.1", b"Host: x", b"Content-Type: a/b", b"Content-Length: 5", b"Expect: 100-continue")
    assert (found.lasts, found.length, found.expects) == (True, 5, True)
    assert [found.environ[name] for name in ("REQUEST_METHOD", "PATH_INFO", "QUERY_STRING", "HTTP_HOST", "CONTENT_TYPE")] == [
        "POST",
        "/a b",
        "c=%20",
        "x",
        "a/b",
    ]


@pytest.mark.parametrize(
    ("version", "connection", "lasts"),
    [
        (b"1.1", b"", True),
        (b"1.1", b"close", False),
        (b"1.1", b"Upgrade, CLOSE", False),
        (b"1.0", b"", False),
        (b"1.0", b"keep-alive", True),
        (b"1.0", b"close", False),
        (b"1.2", b"", True),
    ],
)
def test_connections_last_as_agreed(version: bytes, connection: bytes, lasts: bool) -> None:
    """As RFC 9112 section 9.3 has it; a version to come is read as the last that is known (RFC 9110 section 2.5)."""
    fields = [b"Connection: " + connection] if connection else []
    assert head(b"GET / HTTP/" + version, *fields).lasts is lasts


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((b"GET /",), 400),
        ((b"GET  / HTTP/1.1",), 400),
        ((b"GET /a<b> HTTP/1.1",), 400),
        ((b"GET a HTTP/1.1",), 400),
        ((b"GET / HTTP/2.0",), 400),
        ((b"GET / HTTP/0.9",), 400),
        ((b"GET /" + b"a" * 70_000 + b" HTTP/1.1",), 414),
        ((b"GET / HTTP/1.1", *[b"X: a"] * 101), 431),
        ((b"GET / HTTP/1.1", b"X: a\nY: b"), 400),
        ((b"GET / HTTP/1.1", b"X: a\rY: b"), 400),
        ((b"GET / HTTP/1.1", b"X: a\0"), 400),
        ((b"GET / HTTP/1.1", b" X: a"), 400),
        ((b"GET / HTTP/1.1", b"X : a"), 400),
        ((b"GET / HTTP/1.1", b"Content-Length: 5", b"Content-Length: 6"), 400),
        ((b"GET / HTTP/1.1", b"Content-Length: 5, 5"), 400),
        ((b"GET / HTTP/1.1", b"Content-Length: +5"), 400),
        ((b"GET / HTTP/1.1", b"Content-Length: \xb2"), 400),
        ((b"GET / HTTP/1.1", b"Content-Length: 5", b"Transfer-Encoding: chunked"), 400),
        ((b"GET / HTTP/1.1", b"Transfer-Encoding: gzip, chunked"), 400),
        ((b"GET / HTTP/1.1", b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"), 400),
        ((b"GET / HTTP/1.0", b"Transfer-Encoding: chunked"), 400),
    ],
)
def test_what_may_be_read_in_two_ways_is_refused(lines: tuple[bytes, ...], status: int) -> None:
    """So that nobody in between can take the end of a request for another place (RFC 9112 section 11)."""
    for _ in range(2):
        with pytest.raises(NoHttp) as refusal:
            head(*lines)
        assert refusal.value.status == status


@pytest.mark.parametrize(
    "begun", [b"\x16\x03\x01\x00\xa5\x01", b"\x05\x01\x00", b"\0", b" GET", b"GET / HTTP/1.1\nHost: x", b"\n", b"\r\n\r"]
)
def test_what_cannot_become_a_request_is_refused_at_once(begun: bytes) -> None:
    """Nobody waits for the rest of what is no HTTP, such as the handshake of TLS; what may become a head is waited for."""
    with pytest.raises(NoHttp) as refusal:
        check_begun(bytearray(begun))
    told = json.loads(refusal.value.written.partition(b"\r\n\r\n")[2])
    assert (told["status"], told["detail"]) == (400, "What came is no request of HTTP/1.1.")
    for sound in (b"", b"\r", b"G", b"GET / HTTP/1.1\r\nHost"):
        assert not check_begun(bytearray(sound))


@given(st.binary(max_size=200) | st.text(alphabet="GET /HTP1.\r\n:aX\x00\xff%?#*", max_size=200).map(lambda text: text.encode("latin-1")))
def test_any_bytes_are_read_or_refused(sent: bytes) -> None:
    """Whatever comes, it is a head or it is refused; and no value of a field has a control character in it."""
    with contextlib.suppress(NoHttp):
        found = read_head(sent)
        assert all(min(value, default=" ") >= "\t" for name, value in found.environ.items() if name.startswith("HTTP_"))


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6), st.binary(max_size=20), st.integers(1, 40))
def test_chunks_are_put_together(chunks: list[bytes], after: bytes, step: int) -> None:
    """However they are divided on their way, and what comes after them is left."""
    sent = b"".join(b"%x;a=b\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nTrailer: x\r\n\r\n" + after
    reader, buffer, found = Chunks(), bytearray(), b""
    for place in range(0, len(sent), step):
        buffer += sent[place : place + step]
        found += reader.read(buffer)
    assert (reader.is_over, found, bytes(buffer)) == (True, b"".join(chunks), after)


@pytest.mark.parametrize(
    "sent", [b"zz\r\n", b"\r\n", b"-1\r\n", b"3\r\nabcd\r\n", b"1" * 16 + b"\r\n", b"1;" + b"a" * 5_000, b"0x1\r\na\r\n"]
)
def test_broken_chunks_are_refused(sent: bytes) -> None:
    """What is no chunk is no body."""
    with pytest.raises(ValueError, match="chunk"):
        Chunks().read(bytearray(sent))


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\nb", "a\rb", "a\0b"])
def test_no_field_of_an_answer_has_two_lines(value: str) -> None:
    """Even where an application should be led to write one, it is not sent."""
    with pytest.raises(ValueError, match="line break"):
        _ = Answer(HTTPStatus.OK, [("X", value)], b"").head


def test_heads_of_answers_say_how_the_connection_goes_on() -> None:
    """In the version that the client speaks, with length, number and date."""
    answer = Answer(HTTPStatus.OK, [("Content-Type", "a/b")], b"abc")
    written = written_head(answer, "7", lasts=False)
    assert written.startswith(
        b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nContent-Length: 3\r\nconnection: close\r\nx-request-id: 7\r\ndate: "
    )
    assert written.endswith(b" GMT\r\n\r\n")
    assert b"connection" not in written_head(answer, "7", lasts=True)
    assert written_head(answer, "7", lasts=True, is_new=False).startswith(b"HTTP/1.0 200 OK\r\n")
    assert b"connection: keep-alive" in written_head(answer, "7", lasts=True, is_new=False)
    assert b"Content-Length" not in Answer(HTTPStatus.NOT_MODIFIED, [], b"").head
