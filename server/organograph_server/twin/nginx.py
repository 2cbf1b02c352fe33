"""Writes the configuration by which nginx, as Debian has it, answers from a twin as the server does."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby

from organograph_server.answers import problems
from organograph_server.twin.directives import headers, indented, mapping, variable
from organograph_server.twin.model import Habits, Leading, Negotiated, Stored, Twin, stem_of
from organograph_server.twin.ranking import Ranking

_ANSWERED = (405, 404, 406, 501)


class Nginx:
    """The configuration of one twin.

    Args:
        twin: what was found.
        errors: for each media type that problems are told in, the ending of its file and its Content-Type.
        endings: file endings that `?format=` may mean after an address that leads elsewhere, by name.
    """

    def __init__(self, twin: Twin, errors: Mapping[str, tuple[str, str]], endings: Mapping[str, str]) -> None:
        self._twin, self._errors, self._endings = twin, errors, endings
        self._ranking = Ranking()
        self._kinds: dict[tuple[object, ...], int] = {}
        self._samples: dict[int, tuple[Negotiated, Habits]] = {}
        self._told: dict[str, str] = {}
        self._of = {address: self._kind(address) for address in sorted(twin.negotiated)}

    def _kind(self, address: str) -> int:
        """The number of all negotiated addresses that are alike but for their names."""
        found, habits = self._twin.negotiated[address], self._habits(address)
        stem = self._stem(address)
        offers = tuple((each.media_type, each.content_type, each.quality, each.names, _told(each.given, stem)) for each in found.offers)
        kind = self._kinds.setdefault((offers, found.vary, habits), len(self._kinds) + 1)
        self._samples.setdefault(kind, (found, habits))
        for place, offer in enumerate(found.offers):
            self._told[f"{kind}:{place}"] = f"{offers[place][-1]}|{'' if offer.names else f'-{place}'}|{offer.content_type}"
        return kind

    def _stem(self, address: str) -> str:
        """The path, without ending, of the files that an address is given in: its own, or one that holds the same."""
        stems = {offer.given.rpartition(".")[0] for offer in self._twin.negotiated[address].offers if isinstance(offer.given, str)}
        return stems.pop() if len(stems) == 1 else stem_of(address)

    def _habits(self, address: str) -> Habits:
        return self._twin.habits.get(address) or self._twin.habits.get(address.partition("?")[0], Habits())

    def maps(self) -> Iterator[str]:
        """The file for the level of http: all that is known of addresses and files."""
        longest = max((len(address) for address in self._twin.addresses), default=0)
        size = 1 << max(15, (2 * len(self._twin.files)).bit_length())
        yield "# Written by organograph export: what nginx must know to answer as the server does. To be included once, within http { }."
        yield f"map_hash_max_size {size};"
        yield f"map_hash_bucket_size {max(128, 1 << (longest + 40).bit_length())};"
        yield from self._addresses()
        yield from self._choices()
        yield from self._redirects()
        yield from self._fields()
        yield from self._outcome()
        yield from self._problems()
        yield from self._ranking.rates()

    def _addresses(self) -> Iterator[str]:
        twin = self._twin
        yield "# The path below the mount, and what is known of it: the number of its kind, and its file without ending."
        mount = [(f"~^{twin.mount}(?<og_below>/.*)$", "$og_below")] if twin.mount else []
        yield from mapping("$uri", "og_path", mount, "$uri")
        yield from self._languages()
        yield from mapping("$og_args", "og_query", [("", ""), ("page=1", "")], "?$og_args")
        stems = {address: f"/{self._stem(address)}" for address in self._of}
        named = {address: f"{kind} {stems[address]}" for address, kind in self._of.items() if stems[address] != address}
        bare = {address: str(kind) for address, kind in self._of.items() if "?" not in address}
        for address, file in twin.plain.items():
            if f"/{file}" != address:
                named[address] = f"+ /{file}"
                bare |= {} if "?" in address else {address: "+"}
        named |= {address: f"- {address.partition('?')[0]}" for address in twin.leading if "?" in address}
        exact, own = (sorted((address, to) for address, to in named.items() if ("?" in address) is asked) for asked in (True, False))
        yield from mapping('"$og_path$og_query"', "og_exact", exact)
        bare |= dict.fromkeys((*twin.refused, f"~^{re.escape(twin.version)}(?:/|$)"), "501")
        yield from mapping("$og_path", "og_bare", sorted(bare.items()), "-")
        evaluating, paged = (self._kinds_that(habit) for habit in ("evaluates", "paged"))
        rules = [(rf"~ \?(?:.*&)?(?:{'|'.join(map(re.escape, twin.asked))})=", "501 ")] if twin.asked else []
        rules += [(rf"~^(?:{evaluating}) \?(?!(?:format|_mediatype)=[^&]*$)", "501 "), (rf"~^(?:{paged}|-) \?(?:.*&)?page=", "404 ")]
        yield from mapping("$og_path", "og_own", own, "$og_bare $og_path")
        yield from mapping('"$og_bare $og_query"', "og_plain", rules, "$og_own")
        yield from mapping("$og_exact", "og_found", [("", "$og_plain")], "$og_exact")
        yield from mapping("$og_found", "og_kind", [(r"~^(\S+) ", "$1")])
        yield from mapping("$og_found", "og_stem", [(r"~^\S+ (.*)$", "$1")])

    def _languages(self) -> Iterator[str]:
        yield "# The parameters without the language of the dataset, in which pages are anyway; and another that is asked for."
        needless, others = self._twin.needless, self._twin.others
        rules = [(needless, ""), (f"~^{needless}&(.*)$", "$1"), (f"~^(.*)&{needless}$", "$1"), (f"~^(.*)&{needless}(&.*)$", "$1$2")]
        yield from mapping("$args", "og_args", rules, "$args")
        yield from mapping("$args", "og_language", [(f"~(?:^|&){asked}(?:&|$)", language) for language, asked in others.items()])

    def _kinds_that(self, habit: str) -> str:
        found = [str(kind) for kind, (_, habits) in self._samples.items() if getattr(habits, habit)]
        return "|".join(found) or "none"

    def _choices(self) -> Iterator[str]:
        yield "# Which offer of each kind is wanted: by parameter, else by the Accept field."
        yield from mapping("$args", "og_parameter", [(r"~(?:^|&)format=([^&]+)", "$1"), (r"~(?:^|&)_mediatype=([^&]+)", "$1")])
        for kind, (found, habits) in self._samples.items():
            offers = [(offer.media_type, offer.quality) for offer in found.offers]
            yield from self._ranking.choice(f"og_best_{kind}", offers)
            names = {spelt: str(place) for place, offer in enumerate(found.offers) for name in offer.names for spelt in _spellings(name)}
            heeded = [("", f"$og_best_{kind}"), *sorted(names.items())] if habits.heeds_format else []
            yield from mapping("$og_parameter", f"og_place_{kind}", heeded, "406" if heeded else f"$og_best_{kind}")
        yield from mapping("$og_kind", "og_place", [(str(kind), f"$og_place_{kind}") for kind in self._samples])
        yield from mapping('"$og_kind:$og_place"', "og_offer", self._told.items())
        yield from mapping("$og_offer", "og_ending", [(r"~^([.!][^|]+)\|", "$1")])
        yield from mapping('"$og_stem$og_ending"', "og_file", [("~!(.+)$", "$1")], "$og_stem$og_ending")
        yield from mapping("$og_offer", "og_alias", [(r"~^[^|]*\|([^|]*)\|", "$1")])
        common, others = _common({f"/{file.file}": file.content_type for file in self._twin.files.values()})
        yield from mapping("$og_file", "og_file_type", [*others, *((rf"~\.{ending}$", kind) for ending, kind in common)])
        yield from mapping("$og_offer", "og_type", [(r"~^[^|]*\|[^|]*\|(.+)$", "$1")], "$og_file_type")

    def _redirects(self) -> Iterator[str]:
        yield "# What leads elsewhere; after some addresses a file ending may stand, or be named by parameter."
        endings = "|".join(sorted({ending for found in self._twin.leading.values() for ending in found.endings})) or "none"
        yield from mapping("$og_path", "og_unended", [(rf"~^(.+)\.(?:{endings})$", "$1")], "$og_path")
        yield from mapping("$og_path", "og_ended", [(rf"~\.({endings})$", ".$1")])
        yield from mapping(
            "$og_parameter", "og_wanted", [("", ""), *((name, f".{ending}") for name, ending in sorted(self._endings.items()))]
        )
        led = {address: f"{found.status}{'+' if found.endings else ''} {found.location}" for address, found in self._twin.leading.items()}
        exact, plain = (sorted((address, to) for address, to in led.items() if ("?" in address) is asked) for asked in (True, False))
        yield from mapping("$og_unended", "og_led", plain)
        yield from mapping('"$og_path$og_query"', "og_led_exactly", exact)
        rules = [(r"~^(\d+ \S+) ", "$1"), (r"~^ (\d+) (\S+)\|\|", "$1 $2")]
        rules += [(r"~^ (\d+)\+ (\S+)\|(\.[^|]+)\|", "$1 $2$3"), (r"~^ (\d+)\+ (\S+)\|\|(.*)$", "$1 $2$3")]
        yield from mapping('"$og_led_exactly $og_led|$og_ended|$og_wanted"', "og_leads", rules)
        yield from mapping("$og_offer", "og_offer_leads", [(r"~^> ([^|]+)\|", "$1")])
        yield from mapping("$og_leads", "og_goes", [("", "$og_offer_leads")], "$og_leads")
        # Whoever is led on stays in the language; where a query leads, it has been asked for with that.
        asked = [(f"~^{language} [^?#]*$", f"?{asked}") for language, asked in self._twin.others.items()]
        yield from mapping('"$og_language $og_goes"', "og_kept", asked)
        for status in self._statuses:
            yield from mapping("$og_goes", f"og_goes_{status}", [(rf"~^{status} (.+)$", "$1")])

    @cached_property
    def _statuses(self) -> list[int]:
        offered = (offer.given for found in self._twin.negotiated.values() for offer in found.offers)
        return sorted({found.status for found in (*self._twin.leading.values(), *offered) if isinstance(found, Leading)})

    @cached_property
    def _field_names(self) -> list[str]:
        told: list[Stored | Leading] = [*self._twin.files.values(), *self._twin.leading.values()]
        # Where a file has no date of its own, nginx would give that of the file in the folder.
        return sorted({"Last-Modified", "Vary", *(name for found in told for name in found.fields)})

    def _fields(self) -> Iterator[str]:
        yield "# The fields of each file, and of what leads elsewhere."
        yield from mapping(
            '"$og_leads $og_led_exactly"', "og_subject", [(r"~^\S+ \S+ $", "$og_unended"), ("~^ ", "$og_file")], "$og_path$og_query"
        )
        tags = {f"/{found.file}": found.mark for found in self._twin.files.values()}
        yield from mapping("$og_file", "og_digest", sorted(tags.items()))
        yield from mapping("$og_digest", "og_tag", [("", "")], '"$og_digest$og_alias"')
        for name in self._field_names:
            values = {
                f"/{found.file}": _templated(found, found.fields.get(name, self._twin.shared.get(name, "")), self._twin.mount)
                for found in self._twin.files.values()
            }
            values |= {address: found.fields.get(name, self._twin.shared.get(name, "")) for address, found in self._twin.leading.items()}
            common = Counter(values.values()).most_common(1)[0][0]
            others = sorted((key, value) for key, value in values.items() if value != common)
            yield from mapping("$og_subject", f"og_field_{variable(name)}", others, common)
        varying = [(str(kind), found.vary) for kind, (found, _) in self._samples.items()]
        yield from mapping("$og_kind", "og_vary", varying, "$og_field_vary")

    def _outcome(self) -> Iterator[str]:
        yield "# What becomes of the request: a status, or nothing for a file that is sent."
        methods = [("GET", ""), ("HEAD", ""), ("OPTIONS", "OPTIONS"), ("POST", "POST")]
        yield from mapping("$request_method", "og_method", methods, "OTHER")
        posting = [address for address, habits in self._twin.habits.items() if habits.posts]
        yield from mapping("$og_path", "og_posts", [(address, "1") for address in sorted(posting)])
        yield from mapping('"$http_accept_datetime|$og_vary"', "og_dated", [("~.\\|.*Accept-Datetime", "1")])
        text = '"$og_method|$og_posts|$og_kind|$og_dated|$og_place|$og_offer_lacks|$og_tag$og_goes"'
        rules = [
            (r"~^OPTIONS\|", "200"),
            (r"~^POST\|1\|", "501"),
            (r"~^[A-Z]", "405"),
            (r"~^\|1?\|[^|]*\|1\|", "501"),
            (r"~^\|1?\|501\|", "501"),
            (r"~^\|1?\|404\|", "404"),
            (r"~\|[0-9]{3} [^|]*$", ""),
            (r"~^\|1?\|[^|]*\|\|406\|", "406"),
            (r"~\|\?\|[^|]*$", "501"),
            (r"~\|$", "404"),
        ]
        yield from mapping("$og_offer", "og_offer_lacks", [(r"~^\?", "?")])
        yield from mapping(text, "og_status", rules)
        known = r"~^(?:.*[ ,/])?(\x22[^\x22]+\x22)(?:[ ,].*)?\|\1$"
        yield from mapping('"$http_if_none_match|$og_tag"', "og_unchanged", [(r"~^\s*\*\s*\|.", "1"), (known, "1")])
        preflight = {name: value for name, value in self._twin.preflight.items() if name not in self._twin.shared}
        for name, value in preflight.items():
            yield from mapping("$og_method", f"og_preflight_{variable(name)}", [("OPTIONS", value)])
        yield from mapping("$og_status", "og_allow", [("405", self._twin.preflight.get("Allow", "GET, HEAD, OPTIONS"))])

    def _problems(self) -> Iterator[str]:
        yield "# In what format a problem is told."
        yield from self._ranking.choice("og_problem", [(media_type, 1.0) for media_type in problems.OFFERS])
        told = [self._errors[media_type] for media_type in problems.OFFERS]
        yield from mapping("$og_problem", "og_problem_ending", [(str(at), ending) for at, (ending, _) in enumerate(told)], told[0][0])
        yield from mapping("$og_problem", "og_problem_type", [(str(at), kind) for at, (_, kind) in enumerate(told)], told[0][1])
        pages = [(f"html {language}", f"@{asked}") for language, asked in self._twin.others.items()]
        yield from mapping('"$og_problem_ending $og_language"', "og_problem_mark", pages)
        spoken = [("html ", self._twin.language), ("~^html (.+)$", "$1")]
        yield from mapping('"$og_problem_ending $og_language"', "og_problem_spoken", spoken)

    def site(self) -> Iterator[str]:
        """The file for the level of server: where the twin stands and how each request is answered."""
        mount = self._twin.mount
        own = {name: f"$og_field_{variable(name)}" for name in self._field_names if name != "Vary"}
        own |= {"Content-Type": "$og_type", "ETag": "$og_tag", "Vary": "$og_vary"}
        own |= {
            name: f"$og_preflight_{variable(name)}" for name in self._twin.preflight if name not in self._twin.shared and name not in own
        }
        yield "# Written by organograph export: to be included in a server { } whose root is the folder site/ of this twin."
        yield "absolute_redirect off;"
        yield "merge_slashes off;"
        for status in _ANSWERED:
            yield f"error_page {status} /organograph-problem/{status}$og_problem_mark.$og_problem_ending;"
        yield f"location {mount}/ {{"
        yield from indented(self._body(own))
        yield "}"
        yield "location /organograph-problem/ {"
        told = {"Content-Type": "$og_problem_type", "Vary": "Accept", "Cache-Control": "no-store", "Allow": "$og_allow"}
        told |= {"Content-Language": "$og_problem_spoken"}
        yield from indented(["internal;", "etag off;", "types { }", 'default_type "";', *headers(self._twin.shared | told)])
        yield from indented([r"rewrite ^/organograph-problem/(.*)$ /$1 break;"])
        yield "}"

    def _body(self, own: Mapping[str, str]) -> Iterator[str]:
        yield from ("etag off;", "if_modified_since off;", "types { }", 'default_type "";')
        yield from headers({**self._twin.shared, **own})
        yield "if ($og_status = 200) { return 200; }"
        for status in _ANSWERED:
            yield f"if ($og_status = {status}) {{ return {status}; }}"
        for status in self._statuses:
            yield f"if ($og_goes_{status}) {{ return {status} $og_goes_{status}$og_kept; }}"
        yield "if ($og_unchanged) { return 304; }"
        yield "try_files $og_file =404;"


def _told(given: str | Leading | None, stem: str) -> str:
    """The ending of a file, or `!` and all of its path; `>` and where it leads; `?` where only the server knows."""
    if given is None:
        return "?"
    if isinstance(given, Leading):
        return f"> {given.status} {given.location}"
    return given.removeprefix(stem) if given.startswith(f"{stem}.") else f"!/{given}"


def _templated(file: Stored, value: str, mount: str) -> str:
    """A value in which the file's own address is written as the variable that holds it, so that many values are one."""
    return f"{mount}$og_file" if value == f"{mount}/{file.file}" else value.replace("$", "%24")


def _spellings(name: str) -> set[str]:
    return {
        name,
        name.replace("/", "%2F"),
        name.replace("+", "%2B"),
        name.replace("/", "%2F").replace("+", "%2B"),
        name.replace("+", "%20"),
    }


def _ending_of(file: str) -> str:
    return file.rpartition(".")[2]


def _common(values: Mapping[str, str]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The value that most files of each ending have, and the files that have another."""
    common = {}
    for ending, files in groupby(sorted(values, key=_ending_of), _ending_of):
        common[ending] = Counter(values[file] for file in files).most_common(1)[0][0]
    return sorted(common.items()), sorted((file, value) for file, value in values.items() if common[_ending_of(file)] != value)
