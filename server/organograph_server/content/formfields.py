"""Reads the parameters of addresses and of forms that are posted, within limits."""

from __future__ import annotations

from urllib.parse import parse_qsl

from flask import request

from organograph.messages import Message
from organograph_server.errors import BodyUnsupported, QueryTooLarge, RequestMalformed

FORM = "application/x-www-form-urlencoded"
_MOST = 1_000


def pairs(encoded: bytes, limit: int) -> list[tuple[str, str]]:
    """The names and values of a query string or of a form.

    Args:
        encoded: as the request has them.
        limit: how many bytes one of them may mean.

    Raises:
        QueryTooLarge: they are longer than that can be.
        RequestMalformed: they are not UTF-8, or more than 1,000.
    """
    if len(encoded) > 3 * limit + 10_000:
        raise QueryTooLarge(Message("The request is too long; a query may have %(limit)s bytes.", limit=limit), "Ask for less at a time.")
    try:
        return parse_qsl(decoded(encoded), keep_blank_values=True, errors="strict", max_num_fields=_MOST)
    except ValueError as error:
        raise RequestMalformed("The parameters of the request cannot be read.", "Encode them in UTF-8.") from error


def decoded(content: bytes) -> str:
    """Bytes of a request as text.

    Raises:
        RequestMalformed: they are not UTF-8.
    """
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise RequestMalformed(Message("Byte %(start)s of the request is not UTF-8.", start=error.start), "Send it in UTF-8.") from error


def fields(limit: int) -> dict[str, str]:
    """The parameters of a request, of its address and of the form that it posts.

    Args:
        limit: how many bytes one of them may mean.

    Raises:
        RequestMalformed: they cannot be read, or one is given more than once.
        BodyUnsupported: the body is no form.
        QueryTooLarge: they are too long.
    """
    found = pairs(request.query_string, limit)
    if request.method == "POST":
        if request.mimetype != FORM or request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
            sent = request.headers.get("Content-Type") or "no type"
            raise BodyUnsupported(Message("A body of %(sent)r is not read here.", sent=sent), Message("Send %(form)s in UTF-8.", form=FORM))
        found += pairs(request.get_data(cache=False), limit)
    names = [name for name, _ in found]
    if len(names) > len(set(names)):
        name = next(name for name in names if names.count(name) > 1)
        raise RequestMalformed(Message("The parameter %(name)r is given more than once.", name=name[:60]), "Give each once.")
    return dict(found)
