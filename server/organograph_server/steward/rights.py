"""Who may do what at the steward's door, as the file says that opens it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from organograph.credentials import DIGEST, is_of
from organograph_server.errors import SettingsInvalid

CHECK, PUBLISH = "validate", "publish"
_MAY = (CHECK, PUBLISH)
_ANYONE, _TOKENS = "anyone", "tokens"
_KEYS = {"validate", "audit", "tokens"}
_OF_TOKEN = {"sha256", "may", "until"}


@dataclass(frozen=True)
class Holder:
    """Who has a token.

    Args:
        name: of the holder, which the audit log tells.
        digest: SHA-256 of the token.
        may: what it permits.
        until: the last day on which it does; None for no end.
    """

    name: str
    digest: str
    may: frozenset[str]
    until: date | None = None

    def has_ended(self) -> bool:
        """Whether its last day is over, in UTC."""
        return self.until is not None and datetime.now(UTC).date() > self.until


@dataclass(frozen=True)
class Rights:
    """Who may do what.

    Args:
        anyone_checks: whether checks need no token.
        audit: the file of the audit log.
        holders: who has a token.
    """

    anyone_checks: bool
    audit: Path
    holders: tuple[Holder, ...]

    def of(self, token: str) -> Holder | None:
        """Who has a token; each is compared, so that the time tells nothing."""
        found = [holder for holder in self.holders if is_of(token, holder.digest)]
        return found[0] if found else None

    @property
    def anyone_publishes(self) -> bool:
        """Whether there is a token that permits to publish."""
        return any(PUBLISH in holder.may for holder in self.holders)


def read_rights(path: Path) -> Rights:
    """Read the file.

    Raises:
        SettingsInvalid: it cannot be read, or says what it cannot say; the message names each.
    """
    try:
        told = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise SettingsInvalid(f"The steward's file {path} cannot be read: {error.strerror}.", "Name another with --steward.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsInvalid(f"The steward's file {path} is no TOML in UTF-8: {error}.", "Mend it.") from error
    faults = list(_faults(told))
    if faults:
        raise SettingsInvalid(f"The steward's file {path} cannot be used: {' '.join(faults)}", "docs/steward.md tells what it holds.")
    holders = tuple(_holder(name, each) for name, each in told.get("tokens", {}).items())
    return Rights(told.get("validate", _ANYONE) == _ANYONE, path.parent / told.get("audit", "audit.jsonl"), holders)


def _holder(name: str, told: Mapping[str, Any]) -> Holder:
    return Holder(name, told["sha256"], frozenset(told.get("may", _MAY)), told.get("until"))


def _faults(told: Mapping[str, Any]) -> Iterator[str]:
    for key in sorted(told.keys() - _KEYS):
        yield f"{key!r} is not known; known are {', '.join(sorted(_KEYS))}."
    if told.get("validate", _ANYONE) not in (_ANYONE, _TOKENS):
        yield f"validate is {told['validate']!r}; it is {_ANYONE!r} or {_TOKENS!r}."
    if not isinstance(told.get("audit", ""), str):
        yield "audit is no path."
    tokens = told.get("tokens", {})
    if not isinstance(tokens, dict):
        yield "tokens holds no tables; write [tokens.NAME] for each."
        return
    for name, each in tokens.items():
        yield from _token_faults(f"tokens.{name}", each)


def _token_faults(name: str, told: Any) -> Iterator[str]:
    if not isinstance(told, dict):
        yield f"{name} is no table."
        return
    for key in sorted(told.keys() - _OF_TOKEN):
        yield f"{name}.{key} is not known."
    digest, may, until = told.get("sha256"), told.get("may", list(_MAY)), told.get("until")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        yield f"{name}.sha256 is not the hash that `organograph token` tells."
    if not isinstance(may, list) or not may or not all(each in _MAY for each in may):
        yield f"{name}.may is a list of {' and '.join(map(repr, _MAY))}."
    if until is not None and (not isinstance(until, date) or isinstance(until, datetime)):
        yield f"{name}.until is no day, such as 2027-01-31."
