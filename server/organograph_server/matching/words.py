"""Names as words that can be compared: without accents, case, punctuation and plural, with common short forms written out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

MOST_WORDS = 24
LONGEST_WORD = 40
# Letters that Unicode does not decompose.
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"})
# Signs of ASCII that are neither letters nor digits.
_NO_LETTERS = {number: None for number in range(128) if not chr(number).isalnum()}
_APOSTROPHES = str.maketrans("", "", "'’‘ʼ´`′")
# A run of letters and digits; each sign of Chinese and Japanese, which has no spaces, is a word of its own.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")
# Words that tell hardly anything of a name, in languages that organizations work in.
_STOP_WORDS = """
a an and at by d da das de del der des di die do du e el en et for fur in l la le les los of on or the to und von y
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
# Short forms that are no beginnings of their words (those need no list), as offices and spreadsheets write them.
_WRITTEN_OUT = {
    "&": "and", "assn": "association", "cmte": "committee", "ctr": "centre", "center": "centre", "ctte": "committee", "cttee": "committee",
    "ddg": "deputy director general", "dept": "department", "dg": "director general", "dpt": "department", "govt": "government",
    "hq": "headquarters", "intl": "international", "mgmt": "management", "mgt": "management", "mngt": "management", "natl": "national",
    "ngo": "non governmental organization", "ops": "operations", "org": "organization", "secr": "secretariat", "svc": "services",
    "svcs": "services", "un": "united nations", "unv": "university", "dir": "director", "dep": "deputy",
}  # fmt: skip


def folded(text: str) -> str:
    """A text in one writing: compatibility forms decomposed (NFKD), marks left out, case folded (Unicode chapters 3.13 and 15)."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(_LETTERS)


def squeezed(text: str) -> str:
    """The letters and digits of a text alone, by which names are the same: `Nur-Sultan` as `nursultan`, `&` as `and`."""
    plain = folded(text).replace("&", "and")
    return plain.translate(_NO_LETTERS) if plain.isascii() else "".join(sign for sign in plain if sign.isalnum())


def words(text: str) -> list[str]:
    """The words of a text, up to 24, each up to 40 letters and in the singular; short forms are written out."""
    return [singular(word) for word in written(text)]


def written(text: str) -> list[str]:
    """The same as they are written, which tells more of a word that is no word: a slip, or an acronym that ends in `s`."""
    # Before the text is folded, since NFKD takes some of the apostrophes apart.
    plain = folded(text.translate(_APOSTROPHES)).replace("&", " and ")
    found = [part for word in _WORD.findall(plain) for part in _WRITTEN_OUT.get(word, word).split()]
    return [word[:LONGEST_WORD] for word in found[:MOST_WORDS]]


def initials(found: Sequence[str]) -> str:
    """The first letters of the words that tell something."""
    return "".join(word[0] for word in found if word not in STOP_WORDS)


def singular(word: str) -> str:
    """A word without the ending of the plural: `agencies` as `agency`, `offices` as `office`; `business` and `bus` stay."""
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui" else word
