"""Reconciliation queries as the API reads them, and their candidates (Reconciliation Service API 0.2, section 4)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from organograph.messages import Message
from organograph.names import FOAF, OG, ORG
from organograph_server.errors import QueryTooLarge, RequestMalformed
from organograph_server.lookup.attributes import ATTRIBUTES, Attributes
from organograph_server.lookup.directory import Directory, naming_of
from organograph_server.lookup.naming import FINDABLE, NOW, Findable
from organograph_server.matching.index import Hit
from organograph_server.matching.words import squeezed
from organograph_server.views.search import Found, found_rows

Json = dict[str, Any]
BATCH = 50
"""How many queries a batch may have."""
LONGEST = 200
"""Signs of a name; a longer text is no name and has no candidates."""
_MOST_VALUES = 200
_MOST_CANDIDATES = 100
_DEFAULT_LIMIT = 10
_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
# Names of the types for programs that know the classes rather than our words.
_CLASSES = {
    ORG.FormalOrganization.value: "organization",
    ORG.OrganizationalUnit.value: "unit",
    ORG.Post.value: "post",
    OG.Body.value: "body",
    FOAF.Person.value: "person",
    ORG.Site.value: "site",
}
# What other things weigh beside the name.
_OF_OTHER_TYPE = 0.5
_SHARE_OF_PROPERTIES = 0.3
_OF_UNKNOWN = 0.5
_ALIKE = 60.0
# A match that nobody need look at: the very name, and no other thing near.
_SURE = 95.0
_LEAD = 5.0


@dataclass(frozen=True)
class Query:
    """One query of a batch.

    Args:
        text: the name that is looked for; "" for none.
        types: of FINDABLE, or words that name no type here; none for any.
        is_strict: whether things of other types are left out, and not only put behind.
        limit: how many candidates are wanted.
        properties: attributes with the values that are wanted; IRIs or texts.
    """

    text: str
    types: tuple[str, ...] = ()
    is_strict: bool = False
    limit: int = _DEFAULT_LIMIT
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()


def read_json(text: str, what: str) -> Json:
    """An object in JSON that a parameter holds.

    Raises:
        RequestMalformed: it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise RequestMalformed(
            Message("The parameter %(what)s is no JSON%(where)s.", what=what, where=where),
            Message("Write %(what)s as an object in JSON.", what=what),
        ) from error
    if not isinstance(found, dict):
        raise RequestMalformed(
            Message("The parameter %(what)s holds no object.", what=what), Message("Write %(what)s as an object in JSON.", what=what)
        )
    return found


def read_batch(text: str) -> dict[str, Query]:
    """The queries of a batch, by their keys.

    Raises:
        RequestMalformed: it is no batch of queries; the message names the query.
        QueryTooLarge: it has too many.
    """
    batch = read_json(text, "queries")
    if len(batch) > BATCH:
        raise QueryTooLarge(
            Message("The batch has %(number)s queries.", number=len(batch)),
            Message("Send up to %(batch)s at once, as batchSize tells.", batch=BATCH),
            limit=BATCH,
        )
    found = {key: _query(key, told) for key, told in batch.items()}
    values = sum(len(wanted) for query in found.values() for _, wanted in query.properties)
    if values > _MOST_VALUES:
        raise QueryTooLarge(
            Message("The batch has %(values)s values of properties.", values=values),
            Message("Send up to %(most_values)s at once.", most_values=_MOST_VALUES),
            limit=_MOST_VALUES,
        )
    return found


def _query(key: str, told: object) -> Query:
    wrong = partial(_wrong, key)
    if not isinstance(told, dict):
        raise wrong("is no object", 'Write it like {"query": "Legal Affairs"}.')
    text, types, properties = told.get("query", ""), told.get("type") or [], told.get("properties") or []
    if not isinstance(text, str):
        raise wrong("has a `query` that is no text", "Write the name as a text.")
    if not isinstance(properties, list):
        raise wrong("has `properties` that are no list", 'Write them like [{"pid": "parent", "v": "Director General"}].')
    if "query" not in told and not properties:
        raise wrong("asks nothing", "Give it a `query` or `properties`.")
    limit = told.get("limit") or _DEFAULT_LIMIT
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not 1 <= limit < float("inf") or limit != int(limit):
        raise wrong("has a `limit` that is no whole number from 1", "Leave it out, or give one.")
    named = [each.get("id") if isinstance(each, dict) else each for each in (types if isinstance(types, list) else [types])]
    if not all(isinstance(name, str) for name in named):
        raise wrong("has a `type` that is no text", f"Give one of {', '.join(FINDABLE)}.")
    # Empty cells of a spreadsheet want nothing.
    read = tuple(found for each in properties if (found := _property(key, each))[1])
    is_strict = told.get("type_strict") in ("any", "all")
    names = dict.fromkeys(_CLASSES.get(str(name), str(name)) for name in named)
    return Query(text.strip(), tuple(names), is_strict, min(int(limit), _MOST_CANDIDATES), read)


def _property(key: str, told: object) -> tuple[str, tuple[str, ...]]:
    if not isinstance(told, dict) or not isinstance(told.get("pid"), str) or "v" not in told:
        raise _wrong(
            key, Message("has a property without `pid` or `v`"), Message('Write it like {"pid": "parent", "v": "Director General"}.')
        )
    values = told["v"] if isinstance(told["v"], list) else [told["v"]]
    return told["pid"], tuple(read for value in values if value is not None and (read := _value(key, value)))


def _value(key: str, value: object) -> str:
    """What a value is compared by: the identifier of an entity, else its text."""
    if isinstance(value, dict):
        value = value.get("id", value.get("str"))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        if isinstance(value, bool):
            return str(value).lower()
        raise _wrong(
            key, Message("has a property whose value is neither text, number, truth value nor an object with `id`"), Message("Mend it.")
        )
    return str(value).strip()[:LONGEST]


def _wrong(key: str, what: str, cure: str) -> RequestMalformed:
    return RequestMalformed(Message("The query %(key)r %(what)s.", key=key[:40], what=what), cure)


@dataclass(frozen=True)
class _Scored:
    """A thing that was found, with what it scores and why."""

    hit: Hit
    score: float
    is_of_type: bool
    fits: Mapping[str, float]


class Reconciler:
    """Gives candidates.

    Args:
        directory: of the things.
        attributes: of these.
    """

    def __init__(self, directory: Directory, attributes: Attributes) -> None:
        self.directory, self.attributes = directory, attributes

    def candidates(self, query: Query) -> list[Json]:
        """The candidates of a query, best first.

        Args:
            query: with a name, with properties, or both.
        """
        if len(query.text) > LONGEST:
            return []
        wanted = {name: self._meant(name, values) for name, values in query.properties if name in ATTRIBUTES}
        scored = [self._scored(query, hit, wanted) for hit in self._hits(query, wanted)]
        # Things that fit equally stay in the order in which they were found.
        scored.sort(key=lambda each: -each.score)
        best = scored[0].score if scored else 0.0
        is_sure = best >= _SURE and best - (scored[1].score if len(scored) > 1 else 0.0) >= _LEAD
        chosen = scored[: query.limit]
        rows = found_rows(self.directory, [each.hit for each in chosen])
        return [_candidate(query, each, row, is_sure and each is scored[0]) for each, row in zip(chosen, rows, strict=True)]

    def _hits(self, query: Query, wanted: Mapping[str, Mapping[str, float]]) -> list[Hit]:
        strict = query.types if query.is_strict else ()
        if query.text:
            hits = self.directory.find(query.text, _MOST_CANDIDATES, strict)
            more = self.directory.find(query.text, _MOST_CANDIDATES, query.types) if query.types and not strict else []
            return [*{hit.entry.thing: hit for hit in (*hits, *more)}.values()]
        found = dict.fromkeys(iri for name, keys in wanted.items() for key in keys for iri in self.attributes.having(name).get(key, ()))
        things = (self.directory.things[iri] for iri in list(found)[: 10 * _MOST_CANDIDATES])
        return [Hit(self.directory.entry(thing), 100.0, False) for thing in things if not strict or thing.type in strict]

    def _scored(self, query: Query, hit: Hit, wanted: Mapping[str, Mapping[str, float]]) -> _Scored:
        thing = self.directory.things[hit.entry.thing]
        fits = {name: self._fit(thing, hit, name, keys) for name, keys in wanted.items()}
        is_of_type = not query.types or thing.type in query.types
        share = sum(fits.values()) / len(fits) if fits else 1.0
        weight = _SHARE_OF_PROPERTIES if query.text else 1.0
        score = hit.score * (1 - weight + weight * share) * (1 if is_of_type else _OF_OTHER_TYPE)
        return _Scored(hit, round(score, 2), is_of_type, fits)

    def _meant(self, attribute: str, values: Iterable[str]) -> Mapping[str, float]:
        """What the values of a property are compared with, and how surely each is meant."""
        found: dict[str, float] = {}
        for value in values:
            if attribute == "edition":
                found |= dict.fromkeys(self._editions(value), 1.0)
            elif ATTRIBUTES[attribute].leads_to:
                for hit in self.directory.find(value, 5):
                    if hit.score >= _ALIKE:
                        found[hit.entry.thing] = max(found.get(hit.entry.thing, 0.0), hit.score / 100)
            else:
                found[squeezed(value)] = 1.0
        return found

    def _editions(self, value: str) -> list[str]:
        published = self.directory.publication.published
        is_known = any(value in (edition.identifier, edition.iri) for edition in published.editions)
        if not is_known and not _DATE.fullmatch(value[:10]):
            return [squeezed(value)]
        return [squeezed(edition.identifier) for edition in self.attributes.in_force(value if is_known else value[:10])]

    def _fit(self, thing: Findable, hit: Hit, attribute: str, keys: Mapping[str, float]) -> float:
        """How well a thing has what is wanted, from 0 to 1: half where nothing is known; the edition is that of the name."""
        if attribute == "edition":
            named = {squeezed(edition) for edition in naming_of(hit).editions}
            described = {squeezed(edition.identifier) for edition in thing.editions}
            return 1.0 if named & keys.keys() else 0.7 if described & keys.keys() else 0.0
        return max((keys.get(key, 0.0) for key in self.attributes.keys(thing, attribute)), default=_OF_UNKNOWN)


def _candidate(query: Query, scored: _Scored, row: Found, match: bool) -> Json:
    hit = scored.hit
    features = [{"id": "name", "value": round(hit.score, 2)}, {"id": "exact", "value": hit.is_exact}] if query.text else []
    features += [{"id": "type", "value": scored.is_of_type}] if query.types else []
    features += [{"id": f"property-{name}", "value": round(fit, 2)} for name, fit in scored.fits.items()]
    return {
        "id": row.thing.iri,
        "name": row.thing.label,
        "description": description(row),
        "type": [type_of(row.thing.type)],
        "score": scored.score,
        "match": match,
        "features": features,
    }


def description(row: Found) -> str:
    """A thing in a line, to tell it from namesakes: kind, place, and the name that was found where it is another."""
    place = f" below {row.above[-1].label}" if row.above else ""
    other = f", {row.said} “{row.naming.text}” ({', '.join(row.naming.editions)})" if row.naming.role != NOW else ""
    past = "" if row.is_latest else f"; last in edition {row.thing.shown.identifier}"
    return f"{row.kind or row.thing.type}{place}{other}{past}"


@cache
def type_of(name: str) -> Json:
    """A type as the API gives it."""
    return {"id": name, "name": name}
