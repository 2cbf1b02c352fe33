"""Writes what Apache needs to answer from a twin as the server does: type maps, meta files, answers as they are, and one .htaccess."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from http import HTTPStatus
from itertools import groupby, product

from organograph_server.answers import problems
from organograph_server.content.formats import HTML
from organograph_server.twin.model import Leading, Negotiated, Offer, Stored, Twin, file_of, stem_of

# With this field of its own a file says that it has no date; nobody is sent it.
_UNDATED = "Undated"
_HELPERS = "var|meta|asis"
_PAGE = re.compile(r"\?page=[0-9]+$", re.ASCII)


class Apache:
    """The files of one twin that are for Apache; they stand beside those that they are about.

    Args:
        twin: what was found.
        errors: for each media type that problems are told in, the ending of its file and its Content-Type.
        statuses: what problems there are files for.
    """

    def __init__(self, twin: Twin, errors: Mapping[str, tuple[str, str]], statuses: Iterable[int]) -> None:
        self._twin, self._errors, self._statuses = twin, errors, tuple(statuses)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Each file with its path."""
        for address, negotiated in sorted(self._twin.negotiated.items()):
            yield f"{stem_of(address)}.var", self._type_map(address, negotiated)
            for place, offer in enumerate(negotiated.offers):
                if isinstance(offer.given, Leading):
                    yield f"{stem_of(address)}@{place}.asis", self._as_is(address, offer.given)
        for file in self._twin.files.values():
            yield f"{file.file}.meta", self._meta(file)
        for address, leading in sorted(self._twin.leading.items()):
            yield f"{stem_of(address)}{_kind(leading)}", self._as_is(address, leading)
        yield from self._problems()

    def rules(self) -> Iterator[str]:
        """The lines of .htaccess, which may be included within <Directory> instead."""
        yield "# Written by organograph export, for .htaccess (with AllowOverride All) or to be included within <Directory>."
        yield from ("Options -Indexes -MultiViews", "DirectorySlash Off", "DirectoryIndex disabled", "FileETag Digest")
        yield from ("AddHandler type-map .var", "AddHandler send-as-is .asis", "MetaFiles On", "MetaDir .", "MetaSuffix .meta")
        yield from self._rules()

    def _type_map(self, address: str, found: Negotiated) -> bytes:
        """The variants with their qualities; what is preferred has a little more, since Apache knows no order."""
        folder = posixpath.dirname(stem_of(address))
        entries = []
        for place, offer in enumerate(found.offers):
            quality = max(0.001, offer.quality - place / 1000)
            uri = posixpath.relpath(self._variant(address, place, offer), folder or ".")
            entries.append(f"URI: {uri}\nContent-Type: {offer.media_type}; qs={quality:.3f}\n")
        return "\n".join(entries).encode()

    def _variant(self, address: str, place: int, offer: Offer) -> str:
        if isinstance(offer.given, Leading):
            return f"{stem_of(address)}@{place}.asis"
        if offer.given is None:
            return f"{stem_of(address)}.html?lacks"
        return offer.given if offer.names else f"{offer.given}?as={self._aliases[offer.content_type]}"

    @cached_property
    def _aliases(self) -> dict[str, int]:
        """A number for each Content-Type that is not the own of its file."""
        found = {o.content_type for negotiated in self._twin.negotiated.values() for o in negotiated.offers if not o.names}
        return {content_type: number for number, content_type in enumerate(sorted(found))}

    def _meta(self, file: Stored) -> bytes:
        """The fields of a file; its date and its tag Apache makes of the file itself."""
        told = {name: value for name, value in sorted(file.fields.items()) if name != "Last-Modified"}
        told |= {} if self._types[file.ending] == file.content_type else {"Content-Type": file.content_type}
        told |= {} if "Last-Modified" in file.fields else {_UNDATED: "1"}
        return "".join(f"{name}: {value}\n" for name, value in told.items()).encode()

    def _as_is(self, address: str, leading: Leading) -> bytes:
        """An answer that leads elsewhere; to Apache a location that begins with a slash would be its own file."""
        here = posixpath.dirname(f"{self._twin.mount}{address.partition('?')[0]}")
        path, mark, query = leading.location.partition("?")
        fields = {
            "Location": f"{posixpath.relpath(path, here)}{mark}{query}",
            **leading.fields,
            "Content-Type": "text/plain; charset=utf-8",
        }
        told = "".join(f"{name}: {value}\n" for name, value in fields.items())
        return f"Status: {leading.status} {HTTPStatus(leading.status).phrase}\n{told}\nSee {leading.location}\n".encode()

    @cached_property
    def _types(self) -> dict[str, str]:
        """The Content-Type that most files of an ending have."""
        kinds = sorted((file.ending, file.content_type) for file in self._twin.files.values())
        found = {ending: Counter(each[1] for each in of).most_common(1)[0][0] for ending, of in groupby(kinds, lambda each: each[0])}
        return dict(self._errors.values()) | found

    def _problems(self) -> Iterator[tuple[str, bytes]]:
        """How each problem is told: a type map as for all else, and one for each language in which its page is."""
        languages = {"": self._twin.language} | {f"?{asked}": language for language, asked in self._twin.others.items()}
        for status, (asked, language) in product(self._statuses, languages.items()):
            lines = []
            for place, media_type in enumerate(problems.OFFERS):
                ending = self._errors[media_type][0]
                file = file_of(f"/{status}.{ending}{asked if ending == HTML.name else ''}", "")
                lines.append(f"URI: {file}\nContent-Type: {media_type}; qs={1 - place / 1000:.3f}\n")
            yield file_of(f"/{status}.var{asked}", ""), "\n".join(lines).encode()
            for ending, content_type in sorted(set(self._errors.values())):
                told = f"Content-Type: {content_type}\nCache-Control: no-store\nVary: Accept\n"
                told += f"Content-Language: {language}\n" if ending == HTML.name else ""
                if ending == HTML.name or not asked:
                    yield file_of(f"/{status}.{ending}{asked}", "") + ".meta", told.encode()

    @cached_property
    def _numbers(self) -> str:
        return "|".join(str(int(status)) for status in self._statuses)

    def _rules(self) -> Iterator[str]:
        for ending, content_type in sorted(self._types.items()):
            yield from (rf'<FilesMatch "\.{ending}$">', f"    ForceType '{content_type}'", "</FilesMatch>")
        yield from (f"Header unset Last-Modified \"expr=resp('{_UNDATED}') == '1'\"", f"Header unset {_UNDATED}")
        yield from self._headers()
        mount = self._twin.mount
        yield from (f"ErrorDocument {status} {mount}/{status}.var" for status in self._statuses)
        yield "# Who accepts no format in which problems are told is told in the first."
        yield rf'<FilesMatch "^(?:{self._numbers})(?:@[^.]+)?\.var$">'
        yield r'    RequestHeader append Accept "*/*;q=0.001" "expr=! %{HTTP_ACCEPT} =~ m#\*/\*#"'
        yield "</FilesMatch>"
        yield from ("RewriteEngine On", f"RewriteBase {mount}/")
        yield from self._methods()
        yield from self._internal()
        yield from self._languages()
        yield from self._with_parameters()
        yield from self._bare()

    def _headers(self) -> Iterator[str]:
        yield "# What Apache itself tells of its choice; the meta files say it as the server does."
        # An answer as it is has these of its own, but where it is one of the offers of a type map.
        apart = r'"expr=! %{REQUEST_URI} =~ m#\.asis$# || %{REQUEST_URI} =~ m#@[0-9]+\.asis$#"'
        yield from (f"Header always unset {name} {apart}" for name in ("TCN", "Vary", "Content-Location"))
        yield "# To the tag of a file that it has chosen, Apache adds that of the type map, and forgets the closing quote."
        yield r'''Header edit ETag "^\"([^;\"]*);.*$" "\"$1\""'''
        own = {name for file in self._twin.files.values() for name in file.fields}
        for name, value in sorted(self._twin.shared.items()):
            if name in own:
                yield f'Header setifempty {name} {_quoted(value)} "expr=%{{REQUEST_STATUS}} -lt 400"'
            yield f"Header always set {name} {_quoted(value)}" + (' "expr=%{REQUEST_STATUS} -ge 400"' if name in own else "")
        for name, value in sorted(self._twin.preflight.items()):
            if name not in self._twin.shared:
                yield f"Header always set {name} {_quoted(value)} \"expr=%{{REQUEST_METHOD}} == 'OPTIONS'\""
        for language, asked in self._twin.others.items():
            yield f'Header edit Location "^([^?#]*)$" "$1?{asked}" env=REDIRECT_TOLD_{language}'
        yield 'Header edit Vary "^" "Accept, " env=REDIRECT_REDIRECT_NEGOTIATED'
        yield "Header setifempty Vary Accept env=REDIRECT_REDIRECT_NEGOTIATED"

    def _methods(self) -> Iterator[str]:
        posting = self._addresses_that("posts")
        yield "RewriteCond %{REQUEST_METHOD} =OPTIONS"
        yield "RewriteRule ^ - [R=204,L]"
        yield "RewriteCond %{ENV:REDIRECT_STATUS} ^$"
        yield "RewriteCond %{REQUEST_METHOD} =POST"
        yield f"RewriteRule ^(?:{posting})$ - [R=501,L]"
        yield "RewriteCond %{ENV:REDIRECT_STATUS} ^$"
        yield "RewriteCond %{REQUEST_METHOD} !^(?:GET|HEAD)$"
        yield "RewriteRule ^ - [R=405,L]"

    def _addresses_that(self, habit: str) -> str:
        found = [address for address, habits in self._twin.habits.items() if getattr(habits, habit)]
        return "|".join(re.escape(address[1:]) for address in sorted(found)) or "none such"

    def _internal(self) -> Iterator[str]:
        """What a request that Apache itself has led on becomes."""
        yield "RewriteCond %{ENV:REDIRECT_STATUS} ^$"
        yield rf"RewriteRule \.(?:{_HELPERS})$ - [R=404,L]"
        for asked in self._twin.others.values():
            yield rf"RewriteCond %{{THE_REQUEST}} [?&]{asked}(?:&|\s)"
            yield rf"RewriteRule ^({self._numbers})\.var$ $1@{asked}.var [L]"
        yield "RewriteCond %{ENV:REDIRECT_REDIRECT_NEGOTIATED} ."
        yield "RewriteCond %{QUERY_STRING} ^lacks$"
        yield "RewriteRule ^ - [R=501,L]"
        for content_type, number in self._aliases.items():
            yield "RewriteCond %{ENV:REDIRECT_REDIRECT_NEGOTIATED} ."
            yield f"RewriteCond %{{QUERY_STRING}} ^as={number}$"
            yield f"RewriteRule ^ - '[T={content_type},L]'"
        yield "RewriteCond %{ENV:REDIRECT_STATUS} ."
        yield "RewriteRule ^ - [L]"

    def _languages(self) -> Iterator[str]:
        """The parameters without the language of the dataset, in which pages are anyway; and whether another is asked for."""
        needless = self._twin.needless
        yield "RewriteRule ^ - [E=ASKED:%{QUERY_STRING}]"
        yield from (rf"RewriteCond %{{QUERY_STRING}} ^{needless}(?:&(.*))?$", "RewriteRule ^ - [E=ASKED:%1]")
        yield from (rf"RewriteCond %{{QUERY_STRING}} ^(.*)&{needless}(&.*)?$", "RewriteRule ^ - [E=ASKED:%1%2]")
        for language, asked in self._twin.others.items():
            yield from (rf"RewriteCond %{{QUERY_STRING}} (?:^|&){asked}(?:&|$)", f"RewriteRule ^ - [E=TOLD_{language}:1]")

    def _with_parameters(self) -> Iterator[str]:
        """The addresses with parameters that the dataset is linked with, then those that choose a format, then the rest."""
        for address, file in sorted(self._twin.plain.items()):
            if "?" in address and not _PAGE.search(address):
                yield from _exactly(address, file, "L")
        for address, leading in sorted(self._twin.leading.items()):
            if "?" in address:
                yield from _exactly(address, f"{stem_of(address)}{_kind(leading)}", "L")
        for address in sorted(self._twin.negotiated):
            if "?" in address and not _PAGE.search(address):
                yield from _exactly(address, f"{stem_of(address)}.var", "L,E=NEGOTIATED:1")
        if self._twin.asked:
            names = "|".join(map(re.escape, self._twin.asked))
            yield from (rf"RewriteCond %{{ENV:ASKED}} (?:^|&)(?:{names})=", "RewriteRule ^ - [R=501,L]")
        yield f"RewriteRule ^{re.escape(self._twin.version[1:])}(?:/|$) - [R=501,L]"
        yield r"RewriteCond %{ENV:ASKED} ^page=(0*[2-9]|[1-9][0-9]+|0+)$"
        yield r"RewriteRule ^(.+)\.([a-z][a-z0-9]*)$ $1@page=%1.$2? [L]"
        yield r"RewriteCond %{ENV:ASKED} ^page=(0*[2-9]|[1-9][0-9]+|0+)$"
        yield "RewriteCond %{REQUEST_FILENAME}.var -f"
        yield r"RewriteRule ^(.+)$ $1@page=%1.var? [L,E=NEGOTIATED:1]"
        yield from self._by_format()
        evaluating = self._addresses_that("evaluates")
        yield r"RewriteCond %{ENV:ASKED} ."
        yield f"RewriteRule ^(?:{evaluating})$ - [R=501,L]"
        refused = "|".join(re.escape(address[1:]) for address in sorted(self._twin.refused)) or "none such"
        yield f"RewriteRule ^(?:{refused})$ - [R=501,L]"

    def _by_format(self) -> Iterator[str]:
        """`?format=` and `?_mediatype=`: the file of that ending; 406 where there is none."""
        names: dict[str, set[str]] = {}
        for negotiated in self._twin.negotiated.values():
            for offer in negotiated.offers:
                if isinstance(offer.given, str) and offer.names:
                    names.setdefault(offer.given.rpartition(".")[2], set()).update(offer.names)
        heeding = "RewriteCond %{REQUEST_FILENAME}.var -f"
        for ending, called in sorted(names.items()):
            spelt = "|".join(sorted(re.escape(name).replace("/", "(?:/|%2F)").replace(r"\+", r"(?:\+|%2B)") for name in called))
            asked = f"RewriteCond %{{ENV:ASKED}} ^(?:format|_mediatype)=(?:{spelt})$ [NC]"
            yield from (asked, f"RewriteCond %{{REQUEST_FILENAME}}.{ending} -f", rf"RewriteRule ^(.+)$ $1.{ending}? [L]")
            for old, new, status in self._moved:
                yield from (asked, "RewriteCond %{REQUEST_FILENAME}.asis -f")
                yield f"RewriteRule ^{re.escape(old)}(.*)$ {new}$1.{ending}? [R={status},L]"
        yield from (r"RewriteCond %{ENV:ASKED} ^(?:format|_mediatype)=.", heeding, "RewriteRule . - [R=406,L]")

    @cached_property
    def _moved(self) -> list[tuple[str, str, int]]:
        """What addresses that lead elsewhere with any ending begin with, and what stands there in the place that they lead to."""
        found = set()
        for address, leading in self._twin.leading.items():
            if leading.endings and "?" not in address:
                rest = posixpath.commonprefix([address[::-1], leading.location[::-1]])[::-1]
                kept = rest[rest.find("/") + 1 :] if "/" in rest else ""
                found.add((address.removesuffix(kept)[1:], leading.location.removesuffix(kept), leading.status))
        return sorted(found)

    def _bare(self) -> Iterator[str]:
        """What has no ending: what leads elsewhere, and what is negotiated."""
        endings = "|".join(sorted({ending for found in self._twin.leading.values() for ending in found.endings})) or "none"
        yield from ("RewriteCond %{HTTP:Accept-Datetime} .", "RewriteCond %{REQUEST_FILENAME}.dated.asis -f", "RewriteRule . - [R=501,L]")
        for ending in (".asis", ".dated.asis"):
            yield from (f"RewriteCond %{{REQUEST_FILENAME}}{ending} -f", f"RewriteRule ^(.+)$ $1{ending} [L]")
            yield from (f"RewriteCond %{{REQUEST_FILENAME}}@{ending} -f", f"RewriteRule ^(.+/)$ $1@{ending} [L]")
        for old, new, status in self._moved:
            yield rf"RewriteCond %{{REQUEST_FILENAME}} ^(.+)\.(?:{endings})$"
            yield "RewriteCond %1.asis -f"
            yield rf"RewriteRule ^{re.escape(old)}(.*)\.({endings})$ {new}$1.$2 [R={status},L]"
        yield "RewriteRule ^$ index.var? [L,E=NEGOTIATED:1]"
        yield from ("RewriteCond %{REQUEST_FILENAME}.var -f", "RewriteRule ^(.+)$ $1.var? [L,E=NEGOTIATED:1]")
        for address, file in sorted(self._twin.plain.items()):
            if "?" not in address and f"/{file}" != address:
                yield f"RewriteRule ^{re.escape(address[1:])}$ {file} [L]"
        yield from ("RewriteCond %{REQUEST_FILENAME} -d", "RewriteRule ^ - [R=404,L]")


def _kind(leading: Leading) -> str:
    """The ending of an answer as it is; one that depends on a date has its own."""
    return ".dated.asis" if "Accept-Datetime" in leading.fields.get("Vary", "") else ".asis"


def _exactly(address: str, file: str, flags: str) -> Iterator[str]:
    path, _, query = address.partition("?")
    yield f"RewriteCond %{{ENV:ASKED}} ^{re.escape(query)}$"
    yield f"RewriteRule ^{re.escape(path[1:])}$ {file}? [{flags}]"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"').replace("%", "%%") + '"'
