"""What is found in tables, settings, workbooks and documents: made from a key and values, told in English or French."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from organograph.faults import Fault, Language, Location, Said
from organograph.sentences import en, fr, fr_schema

_SENTENCES: Mapping[Language, Mapping[str, tuple[str, str]]] = {"en": en.SENTENCES, "fr": fr.SENTENCES}
_PHRASES: Mapping[Language, Mapping[str, str]] = {"en": en.PHRASES, "fr": {**fr.PHRASES, **fr_schema.PHRASES}}


def fault_at(where: Location, key: str, /, **values: object) -> Fault:
    """A fault in the words of its sentences, English until it is told in another language.

    Args:
        where: its place.
        key: of its sentences, RULE or RULE/VARIANT.
        values: what fills their blanks: text, numbers, or phrases that have their own words in each language.
    """
    said = Said(key, values)
    message, cure = _told(said, "en")
    return Fault(key.partition("/")[0], message, cure, where, said=said)


def phrase(key: str, /, **values: object) -> Said:
    """A part of a sentence that differs by language: one of PHRASES, or what the schema says of a column or a setting, in English."""
    return Said(key, values)


def told_in(fault: Fault, language: Language) -> Fault:
    """The same fault in the words of a language; one that a rule of shapes found keeps the words it was told in."""
    if fault.said is None:
        return fault
    message, cure = _told(fault.said, language)
    return replace(fault, message=message, cure=cure)


def _told(said: Said, language: Language) -> tuple[str, str]:
    values = {name: _phrased(value, language) for name, value in said.values.items()}
    message, cure = (template.format_map(values) for template in _SENTENCES[language][said.key])
    return message, cure


def _phrased(value: object, language: Language) -> object:
    if not isinstance(value, Said):
        return value
    values = {name: _phrased(inner, language) for name, inner in value.values.items()}
    return _PHRASES[language].get(value.key, value.key).format_map(values)
