"""Asks the application itself, without a network: what it answers, and among which formats it chose."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from organograph_server.answers.responses import OFFERED
from organograph_server.api.operations import operation_of
from organograph_server.content.formats import Format

# These are not of what is answered but of how it is sent, or stand elsewhere in the twin.
_APART = frozenset({"content-length", "content-type", "date", "server", "etag", "location", "connection"})


@dataclass(frozen=True)
class Answer:
    """An answer of the application.

    Args:
        status: of HTTP.
        content_type: the field, "" where there is none.
        location: where it leads.
        tag: entity tag with its quotes.
        fields: all others, as they are written.
        body: its bytes.
        formats: what it chose among by the Accept field; None where it did not choose by it.
    """

    status: int
    content_type: str
    location: str
    tag: str
    fields: dict[str, str]
    body: bytes
    formats: tuple[Format, ...] | None

    @property
    def media_type(self) -> str:
        """Its type without parameters."""
        return self.content_type.partition(";")[0]


class Asker:
    """Asks one application as if it stood at its base.

    Args:
        app: the application.
        base: of the dataset.
    """

    def __init__(self, app: Flask, base: str) -> None:
        self._client = app.test_client(use_cookies=False)
        self._base = base
        self._rules = app.url_map.bind("")
        self.app = app

    def ask(self, address: str, accept: str | None = None, method: str = "GET") -> Answer:
        """Ask for an address.

        Args:
            address: from the root of the server, encoded, with its parameters.
            accept: the Accept field, None for none.
            method: of HTTP.
        """
        fields = {} if accept is None else {"Accept": accept}
        offered: list[tuple[Format, ...]] = []
        environ = {OFFERED: offered}
        response = self._client.open(address, method=method, base_url=self._base, headers=fields, environ_overrides=environ)
        told = {name: value for name, value in response.headers.items() if name.lower() not in _APART}
        answer = Answer(
            response.status_code,
            response.headers.get("Content-Type", ""),
            response.headers.get("Location", ""),
            response.headers.get("ETag", ""),
            told,
            response.get_data(),
            offered[-1] if offered else None,
        )
        response.close()
        return answer

    def rule(self, address: str) -> tuple[str, frozenset[str]]:
        """The endpoint that answers an address and the methods that it takes; "" where there is none."""
        try:
            rule, _ = self._rules.match(urlsplit(address).path, return_rule=True)
        except HTTPException:
            return "", frozenset()
        return str(rule.endpoint), frozenset(rule.methods or ())

    def parameters(self) -> tuple[str, ...]:
        """The parameters of queries that views declare, but for those that twins follow: formats and pages."""
        operations = (operation_of(view) for view in self.app.view_functions.values())
        found = {each.name for operation in operations if operation for each in operation.parameters if each.place == "query"}
        return tuple(sorted(found - {"format", "_mediatype", "page"}))

    def without_parameters(self) -> list[str]:
        """The addresses of all rules that have no parts to fill in."""
        rules = self.app.url_map.iter_rules()
        return sorted({rule.rule for rule in rules if "<" not in rule.rule and "GET" in (rule.methods or ())})
