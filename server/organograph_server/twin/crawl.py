"""Finds every address of an application, from its rules and from what its answers name, and hands on each answer once."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

from organograph_server.answers.asked import default_language, is_spoken
from organograph_server.content.formats import DOCUMENT_FORMATS, EDITION_FORMATS, HTML, LINK_FORMAT, N_TRIPLES, Choice, Format
from organograph_server.languages.links import PARAMETER
from organograph_server.twin.asking import Answer, Asker
from organograph_server.twin.links import address_of, in_field, in_page, in_triples, in_xml
from organograph_server.twin.model import Habits, Leading, Negotiated, Offer, Stored, Twin, file_of, stem_of

_FOREIGN = "organograph-twin=1"
# Every thing in every profile would be four times as many files again; portals of data are offered editions in them.
_OF_EDITIONS = ("graphs.edition", "timetravel.latest")
_ENDINGS = {
    "application/json": "json",
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "application/xml": "xml",
    "text/plain": "txt",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
} | {form.media_type: form.name for form in (*DOCUMENT_FORMATS, LINK_FORMAT)}

Keep = Callable[[str, bytes], None]


class Crawl:
    """One walk through an application.

    Args:
        asker: asks it.
        base: where it stands.
        keep: stores the bytes of a file under its path.
        tell: is told how many addresses are known and done.
    """

    def __init__(self, asker: Asker, base: str, keep: Keep, tell: Callable[[int, int], None]) -> None:
        self._asker, self._keep, self._tell = asker, keep, tell
        self._language = default_language(asker.app)
        self.twin = Twin(base, urlsplit(base).path.rstrip("/"), self._language)
        self._queue: deque[str] = deque()
        self._seen: set[str] = set()
        self._named: dict[str, str] = {}
        self._habits: dict[str, Habits] = {}
        self._ends: dict[str, tuple[str, ...]] = {}
        self._by_content: dict[tuple[str, str, str], str] = {}

    def run(self) -> Twin:
        """Walk until nothing new is named."""
        first = self._asker.ask("/")
        self.twin.preflight = self._asker.ask("/", method="OPTIONS").fields
        self.twin.shared = {name: value for name, value in first.fields.items() if self.twin.preflight.get(name) == value}
        self.twin.version = f"/version/{first.fields['Dataset-Version']}"
        self.twin.asked = self._asker.parameters()
        for address in ("/", *self._asker.without_parameters()):
            self._add(address)
        while self._queue:
            self._visit(self._queue.popleft())
            self._tell(len(self._seen) - len(self._queue), len(self._seen))
        self.twin.negotiated = {address: self._typed(found) for address, found in self.twin.negotiated.items()}
        return self.twin

    def _typed(self, found: Negotiated) -> Negotiated:
        """The same with all parameters of the media types, which the files tell now that all are there."""
        return replace(found, offers=tuple(_with_parameters(offer, self.twin.files) for offer in found.offers))

    def _add(self, address: str, named_on: str = "") -> None:
        if address not in self._seen:
            if self._is_left(address):
                return
            self._seen.add(address)
            self._queue.append(address)
        if named_on:
            self._named.setdefault(address, named_on)

    def _is_left(self, address: str) -> bool:
        """Whether an address is left to the server: a query to be evaluated, one of the present version, or a thing in a profile."""
        path, _, query = address.partition("?")
        # Files are told in the language of the dataset to who names none, so that to name it is to name nothing.
        if parse_qs(query).get(PARAMETER) == [self._language]:
            return True
        if "_profile" in parse_qs(query):
            return self._asker.rule(address)[0] not in _OF_EDITIONS
        is_asked = bool(parse_qs(query, keep_blank_values=True).keys() - {PARAMETER})
        return f"{path}/".startswith(f"{self.twin.version}/") or (is_asked and "POST" in self._asker.rule(address)[1])

    def _visit(self, address: str) -> None:
        answer = self._asker.ask(address)
        if 300 <= answer.status < 400:
            self._lead(address, answer)
        elif answer.fields.get("Cache-Control") == "no-store" and answer.status == 200:
            # What is true for a moment only is no file.
            self.twin.refused[address] = answer.status
            self.twin.habits[address] = Habits(evaluates=True)
            return
        elif answer.formats is not None and self._gives(address, answer):
            self._negotiate(address, answer)
        elif answer.status != 200:
            self._refuse(address, answer)
            return
        else:
            if "Accept," in f"{answer.fields.get('Vary', '')},".replace(" ", ""):
                self.twin.untold.append(address)
            self.twin.plain[address] = self._store(address, file_of(address, _ENDINGS.get(answer.media_type, "bin")), answer)
        if "?" not in address:
            self.twin.habits[address] = self._habits_of(address, answer)

    def _gives(self, address: str, answer: Answer) -> bool:
        """Whether an address gives something to who asks for the right format; what is asked first may need parameters."""
        return answer.status == 200 or any(self._asker.ask(address, form.media_type).status == 200 for form in answer.formats or ())

    def _refuse(self, address: str, answer: Answer) -> None:
        endpoint, methods = self._asker.rule(address)
        if address in self._named:
            self.twin.dead[address] = self._named[address]
        elif endpoint and answer.status != 404 and address in self._asker.without_parameters():
            self.twin.refused[address] = answer.status
            self.twin.habits[address] = Habits(evaluates=True, posts="POST" in methods)

    def _lead(self, address: str, answer: Answer) -> None:
        self._follow(address, answer)
        leading = self._leading(address, answer)
        endpoint, _ = self._asker.rule(address)
        if "?" not in address and endpoint not in self._ends:
            self._ends[endpoint] = tuple(form.name for form in EDITION_FORMATS if self._leads_on(address, leading, form.name))
        self.twin.leading[address] = replace(leading, endings=self._ends.get(endpoint, ()) if "?" not in address else ())

    def _leads_on(self, address: str, leading: Leading, ending: str) -> bool:
        found = self._asker.ask(f"{address}.{ending}")
        return found.status == leading.status and found.location == f"{leading.location}.{ending}"

    def _leading(self, address: str, answer: Answer) -> Leading:
        return Leading(answer.status, answer.location, self._own(answer))

    def _negotiate(self, address: str, answer: Answer) -> None:
        formats, place = answer.formats or (), answer.fields.get("Content-Location", "")
        given: dict[str, str | Leading] = {}
        vary = answer.fields.get("Vary", "")
        chosen = next((form for form in formats if form.media_type == answer.media_type), None)
        for form in formats:
            if (
                chosen
                and (own := _told_in(_replaced(place, chosen, form), form, address))
                and (target := address_of(own, self.twin.base, address))
            ):
                self._add(target, address)
                given[form.name] = file_of(target, form.name)
                continue
            found = self._asker.ask(address, form.media_type)
            if found.status >= 400:
                continue
            if found.status == 200:
                vary = found.fields.get("Vary", vary)
                given[form.name] = self._store(address, f"{stem_of(address)}.{form.name}", found)
            else:
                given[form.name] = self._leading(address, found)
                self._follow(address, found)
        self._follow(address, answer)
        self.twin.negotiated[address] = Negotiated(tuple(_offers(formats, given)), _without(vary, "Accept-Language"))

    def _store(self, address: str, file: str, answer: Answer) -> str:
        """Keep an answer as a file; what is given at an address with parameters only where no other file holds it."""
        fields = self._own(answer)
        digest = hashlib.sha256(answer.body).hexdigest()
        told = "\n".join(f"{name}: {value}" for name, value in sorted(fields.items()) if name != "Vary")
        same = self._by_content.setdefault((digest, answer.content_type, told), file)
        if same != file and "?" in address:
            file = same
        if file not in self.twin.files:
            self._keep(file, answer.body)
            vary = _without(fields.get("Vary", ""), "Accept", "Accept-Language")
            fields = {name: value for name, value in fields.items() if name != "Vary"} | {"Vary": vary}
            self.twin.files[file] = Stored(file, answer.content_type, fields, answer.tag, len(answer.body), digest)
            self._follow(address, answer)
            self._read(address, answer)
        return file

    def _own(self, answer: Answer) -> dict[str, str]:
        shared = self.twin.shared
        return {name: value for name, value in answer.fields.items() if shared.get(name) != value}

    def _follow(self, address: str, answer: Answer) -> None:
        for link in (*in_field(answer.fields.get("Link", "")), *([answer.location] if answer.location else [])):
            if (target := address_of(link, self.twin.base, address)) is not None:
                self._add(target, address)

    def _read(self, address: str, answer: Answer) -> None:
        if answer.media_type == HTML.media_type:
            links = in_page(answer.body.decode())
        elif answer.media_type.endswith("xml") and not answer.media_type.startswith("application/rdf"):
            links = in_xml(answer.body.decode())
        elif answer.media_type == N_TRIPLES.media_type:
            for iri in in_triples(answer.body.decode()):
                if iri.startswith(self.twin.base) and (target := address_of(iri, self.twin.base, address)):
                    self._add(target)
            return
        else:
            return
        for link in dict.fromkeys(links):
            if (target := address_of(link, self.twin.base, address)) is not None:
                self._add(target, address)

    def _habits_of(self, address: str, answer: Answer) -> Habits:
        """What the answer makes of parameters; asked once for all that the same rule answers."""
        endpoint, methods = self._asker.rule(address)
        if endpoint not in self._habits:
            foreign, page, form = (self._asker.ask(f"{address}?{query}") for query in (_FOREIGN, "page=0", "format=nt"))
            inert = (foreign.status, foreign.tag, foreign.location) == (answer.status, answer.tag, answer.location)
            heeds = answer.formats is not None and form.formats is None
            self._habits[endpoint] = Habits(heeds, inert and page.status >= 400, not inert, "POST" in methods)
        return self._habits[endpoint]


def _replaced(place: str, chosen: Format, form: Format) -> str:
    """The address of another format, where the address of one names its own; "" where it does not."""
    path, mark, query = place.partition("?")
    ending = f".{chosen.name}"
    return f"{path.removesuffix(ending)}.{form.name}{mark}{query}" if path.endswith(ending) else ""


def _offers(formats: tuple[Format, ...], given: dict[str, str | Leading]) -> list[Offer]:
    """The media types in the order in which the server prefers them: those of the formats, then their other names."""
    own = [(form, form.media_type) for form in formats]
    found = {media_type: form for form, media_type in own}
    for form in formats:
        for media_type in form.asked_as:
            found.setdefault(media_type, form)
    offers = []
    for media_type, form in found.items():
        choice = Choice(form, HTML.media_type if form is HTML else media_type)
        names = (form.name, *form.names, form.media_type, *form.asked_as) if media_type == form.media_type else ()
        offers.append(Offer(media_type, choice.content_type, form.quality, names, given.get(form.name)))
    return offers


def _with_parameters(offer: Offer, files: Mapping[str, Stored]) -> Offer:
    """An offer with the parameters that the media type of its file has, whatever name it is asked for by."""
    if not isinstance(offer.given, str) or offer.given not in files:
        return offer
    own, *parameters = files[offer.given].content_type.split("; ")
    kind = own if offer.names else offer.media_type
    told = [
        kind,
        *(each for each in parameters if not each.startswith("charset=")),
        *(["charset=utf-8"] if kind.startswith("text/") else []),
    ]
    return replace(offer, content_type="; ".join(told))


def _without(vary: str, *names: str) -> str:
    return ", ".join(name for name in (part.strip() for part in vary.split(",")) if name and name not in names)


def _told_in(own: str, form: Format, address: str) -> str:
    """The address of a page or a drawing in the language that an address asks for, of which data knows nothing."""
    languages = parse_qs(urlsplit(address).query).get(PARAMETER)
    path, _, query = own.partition("?")
    if not own or not languages or not is_spoken(form.media_type) or PARAMETER in parse_qs(query):
        return own
    return f"{path}?{query}{'&' if query else ''}{PARAMETER}={languages[0]}"
