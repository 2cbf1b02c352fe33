"""Who a client is: the address that it asks from, which proxies that are trusted may tell, and what it has of the network for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

FIELDS = frozenset({"forwarded", "x-forwarded-for"})
"""The fields of a request in which proxies tell whom they ask for."""
_WORD = "forwarded"
# An IPv6 address with a port stands in brackets (RFC 7239 section 6).
_NODE = re.compile(r"\[([0-9A-Fa-f:.]+)\](?::[0-9]{1,5})?|([0-9.]+)(?::[0-9]{1,5})?|([0-9A-Fa-f:.]+)")
# An element of Forwarded: pairs, each a token and a token or a quoted string (section 4).
_SIGNS = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_PAIR = rf'{_SIGNS}=(?:{_SIGNS}|"(?:[^"\\]|\\.)*")'
_ELEMENT = re.compile(rf"[ \t]*((?:{_PAIR})?(?:;(?:{_PAIR})?)*)[ \t]*(?:,|\Z)")
_FOR = re.compile(rf'(?:\A|;)for=(?:({_SIGNS})|"((?:[^"\\]|\\.)*)")', re.IGNORECASE)
# The half of an IPv6 address that a provider gives to one customer.
_NETWORK = 64

Address = IPv4Address | IPv6Address


def client_of(address: str) -> str:
    """What clients at an address share: it itself, or the network of an IPv6 address, in which one client has as many as it likes."""
    return _client_of(address) if ":" in address else address


@lru_cache(maxsize=4_096)
def _client_of(address: str) -> str:
    try:
        found = _plain(ip_address(address.partition("%")[0]))
    except ValueError:
        return address
    return str(found) if isinstance(found, IPv4Address) else str(IPv6Network((found, _NETWORK), strict=False))


@dataclass(frozen=True)
class Proxies:
    """The proxies that are believed when they tell whom they ask for.

    Args:
        names: their addresses and networks.
        field: of a request, where they tell it: `x-forwarded-for`, or `forwarded` (RFC 7239). The other may come from anybody.
    """

    names: tuple[str, ...]
    field: str = "x-forwarded-for"

    @classmethod
    def read(cls, text: str) -> Proxies:
        """From words between commas or spaces: addresses, networks, and `forwarded` where they use that field.

        Raises:
            ValueError: a word is neither.
        """
        words = text.replace(",", " ").lower().split()
        names = tuple(str(ip_network(word)) for word in words if word != _WORD)
        if not names:
            raise ValueError("no proxy is named")
        return cls(names, _WORD if _WORD in words else cls.field)

    def client(self, peer: str, told: Mapping[str, str]) -> str:
        """The address of who asks: the last that was told by a proxy that is believed, and that is no such proxy itself.

        Args:
            peer: the address at the other end of the connection.
            told: values of fields of the request, by names in small letters.
        """
        found, before = peer, peer
        hops = iter(_hops(self.field, told.get(self.field, "")))
        while _is_among(before, self.names):
            # What cannot be read, or is hidden on purpose (section 6.3), is told by a proxy all the same: then that is who asks.
            if (hop := next(hops, None)) is None:
                return found
            found = before = hop
        return found


def _hops(field: str, value: str) -> Iterator[str]:
    """The addresses that a field tells, the latest first, up to the first that is none."""
    for told in reversed(value.split(",") if field != _WORD else _told_by_elements(value)):
        node = _NODE.fullmatch(told.strip(" \t"))
        try:
            yield str(_plain(ip_address(node[1] or node[2] or node[3])))  # type: ignore[index]  # which is told as a TypeError
        except (TypeError, ValueError):
            return


def _told_by_elements(value: str) -> list[str]:
    """What each element of Forwarded tells, "" where it tells nothing; all are "" where they cannot be told apart."""
    found: list[str] = []
    place = 0
    while place < len(value):
        if (element := _ELEMENT.match(value, place)) is None:
            return []
        told = _FOR.findall(element[1])
        found.append(told[0][0] or re.sub(r"\\(.)", r"\1", told[0][1]) if len(told) == 1 else "")
        place = element.end()
    return found


@lru_cache(maxsize=4_096)
def _is_among(address: str, names: tuple[str, ...]) -> bool:
    try:
        found = _plain(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    return any(found in ip_network(name) for name in names)


def _plain(address: Address) -> Address:
    """An IPv4 address that is written as one of IPv6, as what it is."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address
