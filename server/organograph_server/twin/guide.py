"""Writes the README of a twin: what is in it, how it is put on a web server, and what files cannot do."""

from __future__ import annotations

from collections.abc import Iterator

from organograph_server.twin.model import Leading, Twin


def guide(twin: Twin) -> Iterator[str]:
    """The lines of the README."""
    yield f"# Static twin of {twin.base}\n"
    size = sum(found.size for found in twin.files.values())
    yield f"Written by `organograph export --site`: {len(twin.addresses):,} addresses, {len(twin.files):,} files, {size:,} bytes."
    yield "`site/` is what is served; `nginx/` and `site/.htaccess` let a web server answer as the Organograph server does.\n"
    yield from _hosting(twin)
    yield from _lacking(twin)


def _hosting(twin: Twin) -> Iterator[str]:
    mount = twin.mount or "/"
    yield "## How to host it\n"
    yield f"The addresses stand below `{mount}`, as in the base; the name of the host is nowhere in the configuration.\n"
    yield "nginx (as Debian has it): put the folder somewhere, say /srv/structure, and write\n"
    yield "```\n# in http { }\ninclude /srv/structure/nginx/maps.conf;\nserver {\n    listen 80;\n    root /srv/structure/site;"
    yield "    include /srv/structure/nginx/site.conf;\n}\n```\n"
    yield "Apache: `a2enmod asis cern_meta headers negotiation rewrite`, and, for addresses with `%2F` in them, AllowEncodedSlashes:\n"
    place = f"Alias {twin.mount} /srv/structure/site" if twin.mount else "DocumentRoot /srv/structure/site"
    yield f"```\n{place}\nAllowEncodedSlashes On"
    yield "<Directory /srv/structure/site>\n    AllowOverride All\n    Require all granted\n</Directory>\n```\n"
    yield "Apache reads `.htaccess` anew for each request. Faster, with AllowOverride None, is a line in that block:"
    yield "`Include /srv/structure/apache/site.conf`.\n"
    yield "Any other host that gives files (GitHub Pages, an object store): upload what is in `site/`. Addresses with an ending work there;"
    yield "those without one do where the host looks for `.html`, and then give the page. IRIs (`/id/…`) do not lead on.\n"


def _lacking(twin: Twin) -> Iterator[str]:
    yield "## What files cannot do\n"
    yield "These answer 501 and say so; everything else answers as the server does:\n"
    evaluating = sorted({*(address for address, habits in twin.habits.items() if habits.evaluates)})
    yield from (f"- `{address}` with parameters other than those that the pages link to" for address in evaluating)
    yield from (f"- `{address}` by POST" for address, habits in sorted(twin.habits.items()) if habits.posts)
    if twin.asked:
        yield f"- the parameters {', '.join(f'`{name}`' for name in twin.asked)}, but where a page links to an address with them"
    yield "- the language by the Accept-Language field: pages are in that of the dataset, and link to those in others (`?lang=`)"
    if "_profile" in twin.asked:
        yield "- things in other profiles than the first, by `_profile`; editions are here in all. The field Accept-Profile is not read"
    yield f"- the addresses below `{twin.version}`, which are those above once more"
    dated = [address for address, found in twin.leading.items() if _is_dated(found)]
    if dated:
        yield f"- {len(dated)} TimeGates (such as `{min(dated)}`) with an Accept-Datetime field; without it they lead to the last state"
    yield from (f"- `{address}` in another than its first format, since it negotiates in a way of its own" for address in twin.untold)
    yield "\nTo answer these too, let a running server do so. In nginx, before the line that includes `site.conf`:\n"
    paths = "|".join(sorted({address.lstrip("/") for address, habits in twin.habits.items() if habits.posts}))
    yield f"```\n# location ~ ^{twin.mount}/(?:{paths})$ {{ proxy_pass http://127.0.0.1:8000; }}\n```\n"
    if twin.dead:
        yield "## Links that lead nowhere, on the server too\n"
        yield from (f"- `{address}`, named at `{page}`" for address, page in sorted(twin.dead.items()))


def _is_dated(found: Leading) -> bool:
    return "Accept-Datetime" in found.fields.get("Vary", "")
