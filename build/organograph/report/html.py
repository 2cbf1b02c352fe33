"""Builds pages that stand alone: no script, no request, one style for screen, dark screen and paper."""

from __future__ import annotations

import base64
import hashlib
import re
from xml.etree import ElementTree

Element = ElementTree.Element
Child = Element | str | None

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #4d5969; --paper: #fff; --panel: #f3f6f9; --line: #d5dde6; --accent: #17557f;
  --violation: #a3161b; --warning: #7a5200; --info: #17557f; --waived: #4d5969; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf1; --soft: #a9b5c3; --paper: #14191f; --panel: #1d242c; --line: #36414d;
  --accent: #8cc4ec; --violation: #ff9a96; --warning: #f0c36a; --info: #8cc4ec; --waived: #a9b5c3; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem 1.2rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; } .skip:focus { position: static; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: .4rem 0; } h2 { font-size: 1.3rem; margin: 2.2rem 0 .6rem; }
h3, .rule > h2 { font-size: 1.05rem; margin: 1.8rem 0 .3rem; padding-top: .8rem; border-top: 1px solid var(--line); }
p { margin: .3rem 0; max-width: 60rem; } .soft { color: var(--soft); } .small { font-size: .9rem; }
.counts { display: flex; flex-wrap: wrap; gap: .6rem; list-style: none; padding: 0; margin: 1rem 0; }
.counts li { background: var(--panel); border-left: .35rem solid var(--line); padding: .4rem .9rem; }
.counts li.violation, .level.violation { border-color: var(--violation); }
.counts li.warning, .level.warning { border-color: var(--warning); }
.counts li.info, .level.info { border-color: var(--info); } .counts strong { font-size: 1.4rem; margin-right: .3rem; }
.level { display: inline-block; border: 1px solid; border-radius: .6rem; padding: 0 .5rem; font-size: .8rem; font-weight: 600; }
.level.violation { color: var(--violation); } .level.warning { color: var(--warning); } .level.info { color: var(--info); }
.level.waived { color: var(--waived); }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-size: .85rem; overflow-wrap: normal; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.findings { table-layout: fixed; } .findings th:first-child { width: 30%; } .findings th:last-child { width: 28%; }
td .place { font-weight: 600; } code, pre { font-family: ui-monospace, Menlo, monospace; font-size: .88rem; }
pre { background: var(--panel); padding: .7rem .9rem; white-space: pre-wrap; margin: .4rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; } dt { color: var(--soft); } dd { margin: 0; }
.subjects { columns: 14rem; padding-left: 1.2rem; } article { margin-bottom: 2rem; }
:target { background: var(--panel); box-shadow: -.5rem 0 0 var(--accent); }
@media (max-width: 40rem) { .findings, .findings tbody, .findings tr, .findings td { display: block; } .findings thead { display: none; }
  .findings td { border: 0; padding: .1rem 0; } .findings tr { border-bottom: 1px solid var(--line); padding: .5rem 0; }
  dl { grid-template-columns: 1fr; } }
@media print { html { font-size: 10pt; } body { max-width: none; padding: 0; } .rule p { break-after: avoid; }
  .skip { display: none; } h2, h3 { break-after: avoid; }
  tr, pre { break-inside: avoid; } thead { display: table-header-group; } .counts li { border: 1px solid; } }
"""

STYLE_SOURCE = f"'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
"""The style of pages, as a policy names it that lets no other in (Content Security Policy Level 3, section 2.3.1)."""
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def element(tag: str, *children: Child, **attributes: str) -> Element:
    """An element with text and elements in it; an attribute that is a word of Python ends in `_`."""
    made = Element(tag, {name.rstrip("_").replace("_", "-"): printable(value) for name, value in attributes.items()})
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        elif child:
            _add_text(made, printable(child))
    return made


def _add_text(made: Element, text: str) -> None:
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text


def printable(text: str) -> str:
    """Text without the signs that no page may hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def anchor(name: str) -> str:
    """The fragment by which a page names a rule: its name with a hyphen for what is neither letter, digit nor hyphen."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-")


def table(heads: list[tuple[str, str]], rows: list[list[Child]], caption: str, kind: str = "") -> Element:
    """A table with its heads, each with its class, and a caption that is read aloud."""
    head = element("thead", element("tr", *(element("th", text, scope="col", class_=style) for text, style in heads)))
    body = element("tbody")
    for cells in rows:
        body.append(element("tr", *(element("td", cell, class_=style) for cell, (_, style) in zip(cells, heads, strict=True))))
    return element("table", head, body, class_=kind, aria_label=caption)


def page(title: str, language: str, *content: Child) -> bytes:
    """A whole page, in UTF-8."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", _STYLE),
    )
    whole = element("html", head, element("body", *content), lang=language)
    return ("<!DOCTYPE html>\n" + str(ElementTree.tostring(whole, encoding="unicode", method="html")) + "\n").encode()
