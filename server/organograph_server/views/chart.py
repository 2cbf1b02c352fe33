"""The chart of a branch: boxes in columns from left to right, joined by lines, each level one column; the same data, the same chart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from organograph_server.languages.speaking import Words, gettext
from organograph_server.views.structure import Branch

# All lengths in units of the drawing, of which the names are twelve high.
_WIDTH, _GAP, _SPACE, _LINE, _PAD = 220.0, 34.0, 8.0, 15.0, 7.0
_SIGNS, _LINES = 26, 4
# So many rows are legible on one printed page; and more than this stand below nothing but a fault or a register.
_ROWS, _MOST = 24, 120


@dataclass(frozen=True)
class Box:
    """A box of the chart: where it is, its name in lines with the height of each, and in pieces its kind and who heads it."""

    branch: Branch
    x: float
    y: float
    width: float
    height: float
    lines: Sequence[tuple[str, float]]
    note: Sequence[str]
    note_y: float
    hidden: int


@dataclass(frozen=True)
class Chart:
    """The chart of a branch.

    Args:
        shown: the branch as far as it is drawn.
        width: of all.
        height: of all.
        boxes: from above to below.
        edges: the lines, as paths of SVG.
        is_whole: whether all of the branch is drawn.
    """

    shown: Branch
    width: float
    height: float
    boxes: Sequence[Box]
    edges: Sequence[str]
    is_whole: bool


def draw(branch: Branch) -> Chart:
    """Draw a branch: what is directly below, and level by level of what is below that as much as fits on one page, small branches first."""
    shown = _cut(branch, _opened(branch))
    boxes: list[Box] = []
    edges: list[str] = []
    _, height = _place(shown, 0, 0.0, boxes, edges)
    levels = _depth(shown)
    width = levels * (_WIDTH + _GAP) + _WIDTH
    is_whole = not any(box.branch.left_out for box in boxes)
    return Chart(shown, width, height, sorted(boxes, key=lambda box: (box.x, box.y)), edges, is_whole)


def _depth(branch: Branch) -> int:
    return 1 + max(map(_depth, branch.children)) if branch.children else 0


def _opened(branch: Branch) -> set[str]:
    """The paths of the things whose children are drawn."""
    opened, rows, level = {branch.path}, len(branch.children), list(branch.children)
    while level:
        below: list[Branch] = []
        for each in sorted(level, key=lambda each: len(each.children)):
            if each.children and rows + len(each.children) - 1 <= _ROWS:
                opened.add(each.path)
                rows += len(each.children) - 1
                below += each.children
        level = below
    return opened


def _cut(branch: Branch, opened: set[str]) -> Branch:
    """A branch without what is below the things that are not opened; where very many stand side by side, the first of them."""
    if branch.path not in opened:
        return replace(branch, children=(), left_out=len(branch.children))
    children = tuple(_cut(child, opened) for child in branch.children[:_MOST])
    return replace(branch, children=children, left_out=max(0, len(branch.children) - _MOST))


def _place(branch: Branch, column: int, top: float, boxes: list[Box], edges: list[str]) -> tuple[float, float]:
    """Place a branch below a height; gives the middle of its box, and the height where it ends."""
    names = wrapped(branch.link.label)
    said = (branch.kind, gettext("independent") if branch.is_independent else "", *(link.label for link in branch.heads[-1:]))
    note = _in_pieces([each for each in said if each])
    hidden = branch.units + branch.posts if branch.left_out else 0
    own = _LINE * (len(names) + bool(note) + bool(hidden)) + 2 * _PAD - 2
    ends, middles = top, list[float]()
    for number, child in enumerate(branch.children):
        middle, ends = _place(child, column + 1, ends + (_SPACE if number else 0), boxes, edges)
        middles.append(middle)
    middle = max((middles[0] + middles[-1]) / 2 if middles else 0, top + own / 2)
    x, y = column * (_WIDTH + _GAP), middle - own / 2
    lines = [(line, round(y + _PAD + 10 + number * _LINE, 1)) for number, line in enumerate(names)]
    boxes.append(Box(branch, x, round(y, 1), _WIDTH, own, lines, note, lines[-1][1] + _LINE, hidden))
    edges += [_line(x + _WIDTH, middle, to) for to in middles]
    return middle, max(ends, y + own)


def _line(x: float, y: float, to: float) -> str:
    return f"M{x:.1f} {y:.1f}H{x + _GAP / 2:.1f}V{to:.1f}H{x + _GAP:.1f}"


def wrapped(text: str) -> list[str]:
    """A name in at most four lines that fit into a box, the last cut off with an ellipsis where it is longer."""
    lines = list(_lines("".join(sign if unicodedata.category(sign) != "Cc" else " " for sign in text).split())) or [" "]
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], _shortened(" ".join(lines[_LINES - 1 :]))]


def _lines(words: Sequence[str]) -> Iterator[str]:
    line = ""
    for word in words:
        for part in _parts(word):
            if line and _breadth(f"{line} {part}") > _SIGNS:
                yield line
                line = part
            else:
                line = f"{line} {part}".strip()
    if line:
        yield line


def _parts(word: str) -> Iterator[str]:
    """A word, divided where it is too long for a line."""
    while _breadth(word) > _SIGNS:
        end = next(end for end in range(len(word), 0, -1) if _breadth(word[:end]) <= _SIGNS)
        yield word[:end]
        word = word[end:]
    yield word


def _shortened(text: str) -> str:
    if _breadth(text) <= _SIGNS:
        return text
    end = next(end for end in range(len(text), 0, -1) if _breadth(text[:end]) < _SIGNS)
    return f"{text[:end].rstrip()}…"


def _in_pieces(said: Sequence[str]) -> list[str]:
    """Texts with commas between them, as much as fits into a line; each piece knows its language."""
    pieces: list[str] = []
    for number, text in enumerate(said):
        rest = "".join((*pieces, ", " if number else "", text))
        fitting = _shortened(rest)[len("".join(pieces)) :]
        mark = ", " if number and fitting.startswith(", ") else ""
        own = fitting.removeprefix(mark)
        pieces += [each for each in (mark, Words(own, text.language) if isinstance(text, Words) else own) if each]
        if fitting != f"{', ' if number else ''}{text}":
            break
    return pieces


def _breadth(text: str) -> float:
    """How many places a text takes: signs of East Asian scripts two, wide letters more than one, marks that combine none."""
    return sum(map(_places, text))


def _places(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0
    if unicodedata.east_asian_width(sign) in "WF":
        return 2
    return 1.5 if sign in "MWmw@%—…" else 1.2 if sign.isupper() else 1
