"""Reads dataset.toml: what the organization is, and how its dataset is published and checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

from organograph.errors import OrganographError
from organograph.faults import Fault, Location, Said
from organograph.names import PREFIXES, Names, is_address
from organograph.publishers import AVAILABILITIES, PUBLISHERS
from organograph.sentences import fault_at, phrase

Settings = dict[str, dict[str, Any]]

_MAIL = re.compile(r"mailto:[^\s<>\"{}|\\^`@]+@[^\s<>\"{}|\\^`@]+")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _is_slug(value: Any) -> bool:
    return isinstance(value, str) and _SLUG.fullmatch(value) is not None


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and is_address(value)


def _is_contact(value: Any) -> bool:
    return isinstance(value, str) and (_MAIL.fullmatch(value) is not None or is_address(value))


def _is_line(value: Any) -> bool:
    return isinstance(value, str) and value == " ".join(value.split()) and value.isprintable()


def _is_base(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(Names(value))
    except OrganographError:
        return False


def _are_classes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and _is_class(name) for name in value)


def _is_class(name: str) -> bool:
    prefix, colon, local = name.partition(":")
    return bool(colon) and prefix in PREFIXES and re.fullmatch(r"[A-Za-z]\w*", local, re.ASCII) is not None


def is_language(value: Any) -> bool:
    """Tell whether a value is the tag of a language (RFC 5646), such as en or fr-CH."""
    return isinstance(value, str) and re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", value) is not None


def _are_slugs(value: Any) -> bool:
    return isinstance(value, list) and all(_is_slug(name) for name in value)


@dataclass(frozen=True)
class Setting:
    """One key of dataset.toml: how it is written, and whether it must be there."""

    holds: Callable[[Any], bool]
    written: str
    needed: bool = False


_LINE = "as text in one line without stray spaces"
SETTINGS: dict[str, dict[str, Setting]] = {
    "organization": {
        "slug": Setting(_is_slug, "in small letters, digits and single hyphens, such as iom", True),
        "name": Setting(_is_line, _LINE, True),
        "acronym": Setting(_is_line, _LINE),
        "classes": Setting(_are_classes, 'as a list of prefixed names, such as ["cv:PublicOrganisation"]'),
        "purpose": Setting(_is_line, _LINE),
        "homepage": Setting(_is_address, "as an address that begins with https:// and holds no space"),
    },
    "dataset": {
        "title": Setting(_is_line, _LINE, True),
        "licence": Setting(_is_address, "as an address that begins with https:// and holds no space"),
        "language": Setting(is_language, "as the language tag of the names, such as en or fr-CH; en where it is missing"),
        "base": Setting(_is_base, "as an http or https address such as https://example.org/iom/"),
        "head_post": Setting(_is_slug, "as the slug of a post, such as director-general", True),
        "shapes": Setting(_are_slugs, 'as a list of names of rule files, such as ["iom"]'),
    },
    "publisher": {
        "name": Setting(_is_line, _LINE),
        "type": Setting(PUBLISHERS.__contains__, f"as one of {', '.join(PUBLISHERS)}"),
        "homepage": Setting(_is_address, "as an address that begins with https:// and holds no space"),
        "contact": Setting(_is_contact, "as an address such as mailto:data@example.org or https://example.org/contact"),
        "availability": Setting(AVAILABILITIES.__contains__, f"as one of {', '.join(AVAILABILITIES)}"),
    },
}


def read_settings(path: Path, shown: str) -> tuple[Settings, list[Fault]]:
    """Read dataset.toml.

    Args:
        path: the file.
        shown: its name in messages.

    Returns:
        the settings and every fault in them.
    """
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        return {}, [fault_at(Location(shown), "settings:not-toml", reason=str(error))]
    return settings, list(_faults(settings, shown))


def _faults(settings: dict[str, Any], shown: str) -> Iterator[Fault]:
    for section, keys in settings.items():
        if not isinstance(keys, dict):
            yield fault_at(Location(shown), "settings:unknown/outside", setting=section, sections=_sections())
            continue
        if section not in SETTINGS:
            yield fault_at(Location(shown), "settings:unknown/section", section=section, sections=_sections())
            continue
        for key, value in keys.items():
            yield from _value_faults(section, key, value, shown)
    for section, known_keys in SETTINGS.items():
        held = settings.get(section)
        for key, setting in known_keys.items():
            if setting.needed and not (isinstance(held, dict) and held.get(key)):
                yield fault_at(Location(shown), "settings:missing", section=section, setting=key, written=phrase(setting.written))


def _sections() -> str | Said:
    """The names of the sections, such as [organization] or [dataset]."""
    names: list[str | Said] = [f"[{name}]" for name in SETTINGS]
    return reduce(lambda one, other: phrase("or", one=one, other=other), names)


def _value_faults(section: str, key: str, value: Any, shown: str) -> Iterator[Fault]:
    setting = SETTINGS[section].get(key)
    where = Location(shown, None, f"{section}.{key}")
    if setting is None:
        yield fault_at(where, "settings:unknown/setting", section=section, setting=key, settings=", ".join(SETTINGS[section]))
    elif not setting.holds(value):
        yield fault_at(where, "settings:bad-value", value=value, section=section, setting=key, written=phrase(setting.written))
