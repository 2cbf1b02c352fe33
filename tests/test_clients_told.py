"""Who a client is behind proxies: only a proxy that is trusted tells, whatever clients write into its fields."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from httpclient import Answer, Client
from organograph_server.app import create_app
from organograph_server.errors import SettingsInvalid
from organograph_server.query.clients import Proxies, client_of
from organograph_server.settings import Settings
from serving import ENDLESS, listening, small_dataset

PROXY, INNER, CLIENT = "192.0.2.1", "10.1.2.3", "198.51.100.7"
FORWARDED_FOR = Proxies.read(f"{PROXY}, 10.0.0.0/8, 2001:db8:1::/48")
FORWARDED = Proxies.read(f"{PROXY} 10.0.0.0/8 forwarded")

TOLD = {
    "nothing is told": ("", PROXY),
    "a client": (CLIENT, CLIENT),
    "what a client wrote before": (f"203.0.113.9, {CLIENT}", CLIENT),
    "a client that names a proxy": (f"{INNER}, {CLIENT}", CLIENT),
    "through a second proxy": (f"{CLIENT}, {INNER}", CLIENT),
    "through a second proxy of IPv6": (f"{CLIENT}, 2001:db8:1::9", CLIENT),
    "a proxy alone": (INNER, INNER),
    "with a port": (f"{CLIENT}:4711", CLIENT),
    "IPv6": ("2001:DB8::7", "2001:db8::7"),
    "IPv6 with a port": ("[2001:db8::7]:443", "2001:db8::7"),
    "IPv4 in IPv6": (f"::ffff:{CLIENT}", CLIENT),
    "unknown": ("unknown", PROXY),
    "unknown behind a second proxy": (f"{CLIENT}, unknown, {INNER}", INNER),
    "no address": ("999.1.1.1", PROXY),
    "a name": ("localhost", PROXY),
    "white space and commas": (" , ,, ", PROXY),
    "an end of a line": (f"{CLIENT}\r\n", PROXY),
    "a quoted one": (f'"{CLIENT}"', PROXY),
    "very many": (f"{CLIENT}, " * 1_000 + INNER, CLIENT),
    "a zone": ("fe80::1%eth0", PROXY),
}


@pytest.mark.parametrize("case", TOLD)
def test_the_last_that_a_trusted_proxy_tells_is_the_client(case: str) -> None:
    """Of X-Forwarded-For what trusted proxies wrote counts, read from its end; what stands before it may come from anybody."""
    told, client = TOLD[case]
    assert FORWARDED_FOR.client(PROXY, {"x-forwarded-for": told}) == client


ELEMENTS = {
    "nothing is told": ("", PROXY),
    "a client": (f"for={CLIENT}", CLIENT),
    "with more beside it": (f"proto=https;For={CLIENT};by={PROXY};host=evil.example", CLIENT),
    "what a client wrote before": (f"for=203.0.113.9, for={CLIENT}", CLIENT),
    "IPv6": ('for="[2001:db8::7]:4711"', "2001:db8::7"),
    "through a second proxy": (f"for={CLIENT},for={INNER}", CLIENT),
    "hidden": ("for=_secret", PROXY),
    "told twice": (f"for=203.0.113.9;for={CLIENT}", PROXY),
    "a comma in quotes": (f'by="a, for=203.0.113.9";for={CLIENT}', CLIENT),
    "quotes that do not end": (f'for="203.0.113.9, for={CLIENT}', PROXY),
    "an escape": ('for="198.51.100\\.7"', CLIENT),
    "the other field": (CLIENT, PROXY),
}


@pytest.mark.parametrize("case", ELEMENTS)
def test_forwarded_is_read_where_the_setting_says_so(case: str) -> None:
    """Of Forwarded (RFC 7239) the elements that trusted proxies wrote count, and nothing of the other field."""
    told, client = ELEMENTS[case]
    assert FORWARDED.client(PROXY, {"forwarded": told, "x-forwarded-for": "203.0.113.1"}) == client


@given(st.ip_addresses(), st.text(max_size=60) | st.lists(st.ip_addresses().map(str) | st.just("unknown"), max_size=8).map(", ".join))
def test_nobody_but_a_proxy_tells_who_asks(peer: object, told: str) -> None:
    """Whatever stands in the fields, who connects and is no trusted proxy is the client itself; and what a proxy tells is an address."""
    for proxies in (Proxies.read(PROXY), Proxies.read(f"forwarded {PROXY}")):
        if str(peer) != PROXY:
            assert proxies.client(str(peer), {"x-forwarded-for": told, "forwarded": f"for={told}"}) == str(peer)
        assert client_of(proxies.client(PROXY, {"x-forwarded-for": told, "forwarded": told})).isascii()


def test_clients_of_one_network_are_one() -> None:
    """Who has a network of IPv6 is one client, whichever of its addresses it asks from; of IPv4 each address is one."""
    assert client_of("2001:db8::1") == client_of("2001:db8::ffff:1") != client_of("2001:db8:0:1::1")
    assert client_of("198.51.100.7") != client_of("198.51.100.8")
    assert client_of("::ffff:198.51.100.7") == client_of("198.51.100.7")
    assert client_of("fe80::1%eth0") == client_of("fe80::2")
    assert client_of("") == ""


def test_a_setting_that_names_no_proxy_is_told() -> None:
    """What is neither an address nor a network is told, with the setting."""
    for text in ("localhost", "forwarded", "10.0.0.1/8", "10.0.0.0/40"):
        with pytest.raises(SettingsInvalid, match="The setting proxies is"):
            Settings.from_environment({"ORGANOGRAPH_PROXIES": text})
    assert Settings.from_environment({"ORGANOGRAPH_PROXIES": "10.0.0.0/8,::1"}).proxies == Proxies(("10.0.0.0/8", "::1/128"))
    assert Settings.from_environment({"ORGANOGRAPH_PROXIES": ""}).proxies is None


@contextmanager
def served(tmp_path: Path, **settings: object) -> Iterator[Client]:
    """A server with a budget for clients."""
    base = Settings(dataset=small_dataset(tmp_path), client_seconds=1, query_seconds=3)
    with listening(create_app(replace(base, **settings))) as address:  # type: ignore[arg-type]
        yield Client(address)


def ask(client: Client, query: str, told: dict[str, str]) -> Answer:
    """The answer to a query, sent with fields of proxies."""
    return client.ask("GET", f"/sparql?query={quote(query)}", told)


def test_a_budget_is_that_of_the_client_behind_the_proxy(tmp_path: Path) -> None:
    """Behind a trusted proxy each client has its own budget, also for names to be matched, and can shift it on to nobody."""
    with served(tmp_path, proxies=Proxies.read("127.0.0.1")) as client:
        told = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
        assert ask(client, ENDLESS, told).status == 504
        for another in ("198.51.100.7", "203.0.113.10, 198.51.100.7", "::ffff:198.51.100.7"):
            refused = ask(client, "ASK {}", {"X-Forwarded-For": another})
            assert (refused.status, json.loads(refused.body)["limit"]) == (429, 1)
        assert client.ask("GET", "/reconcile?queries=%7B%22a%22%3A%7B%22query%22%3A%22legal%22%7D%7D", told).status == 429
        assert client.ask("GET", "/reconcile/suggest/entity?prefix=le", told).status == 429
        assert client.ask("GET", "/reconcile", {"X-Forwarded-For": "203.0.113.21"}).status == 200
        assert ask(client, "ASK {}", {"X-Forwarded-For": "203.0.113.9"}).status == 200
        assert ask(client, "ASK {}", {"Forwarded": "for=198.51.100.7"}).status == 200


def test_without_the_setting_fields_of_proxies_mean_nothing(tmp_path: Path) -> None:
    """Who is not told to believe a proxy takes the connection's address, so nobody escapes; no address is made of it."""
    hostile = {
        "X-Forwarded-For": "203.0.113.9",
        "Forwarded": "for=203.0.113.9;host=evil.example;proto=https",
        "X-Forwarded-Host": "evil.example",
    }
    with served(tmp_path) as client:
        assert client.sparql(ENDLESS).status == 504
        assert ask(client, "ASK {}", hostile).status == 429
        page = client.ask("GET", "/", hostile)
        assert page.status == 200
        assert b"evil.example" not in page.body
        assert "evil.example" not in str(page.fields)
