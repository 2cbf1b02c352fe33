"""Makes the tables and charts of docs/performance.md of records; the same records make the same document."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence

from chart import Bar, Group, chart
from records import OURS, Record, Session, against, is_rate, number
from topics import TOPICS, Topic

BEGIN, END = "<!-- figures: written by `make bench`, not by hand -->", "<!-- end of figures -->"
_NONE = "No run is kept here yet; `make bench` makes one and writes its tables and charts in this place."


def placed(text: str, figures: str) -> str:
    """A document with figures between its two marks, in the place of those that were there."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The document has not both marks, {BEGIN} and {END}; put them where the figures belong.")
    return f"{before}{BEGIN}\n\n{figures}\n{END}{after}"


def document(records: Sequence[Record], sessions: Sequence[Session]) -> str:
    """The generated part as Markdown, with links to `figures/TOPIC.svg`."""
    if not sessions:
        return f"{_NONE}\n"
    made = {session.topic: session for session in sessions}
    lines = ["## The figures", "", *_said(made), "", *_glance(records), ""]
    for topic in TOPICS:
        if topic.key in made:
            lines += _section(topic, made[topic.key], [record for record in records if record.topic == topic.key])
    return "\n".join(lines).rstrip() + "\n"


def charts(records: Sequence[Record]) -> dict[str, str]:
    """A chart for each topic, by the name of its file: of the first thing that is measured there of ours."""
    drawn = {}
    for topic in TOPICS:
        mine = [record for record in records if record.topic == topic.key]
        shown = [record for record in mine if record.measure == _first(mine) and record.figure]
        if shown:
            note = f"{_first(mine)}, {shown[0].unit}, {'longer' if is_rate(shown[0]) else 'shorter'} is better"
            groups = [Group(what, [_bar(record) for record in some]) for what, some in _grouped(shown)]
            drawn[f"{topic.key}.svg"] = chart(topic.title, note[0].upper() + note[1:], groups)
    return drawn


def _bar(record: Record) -> Bar:
    assert record.figure
    shown = f"{record.bound} {number(record.figure)}".strip() + ("" if record.agrees else " (another answer)")
    return Bar(record.who, record.figure, shown, record.who == OURS)


def _first(records: Sequence[Record]) -> str:
    """The measure that the others explain: the first of which peers have figures, or else the first of all."""
    having = [record.measure for record in records if record.figure and record.who != OURS and record.measure not in _BESIDE]
    return next(iter(having), next((record.measure for record in records if record.figure), ""))


_BESIDE = ("time from start to the first answer", "memory of all its processes")


def _said(made: dict[str, Session]) -> Iterator[str]:
    """On which machine, and what that all is."""
    yield "Each figure is a median, with the least and the most of its runs. “Ours against it” is how many times better ours was in the"
    yield "same run: more answers, less time or memory; below 1 ours is behind."
    yield ""
    for machine, versions in dict.fromkeys((session.machine, session.versions) for session in made.values()):
        names = [
            topic.title
            for topic in TOPICS
            if topic.key in made and (made[topic.key].machine, made[topic.key].versions) == (machine, versions)
        ]
        yield f"- {', '.join(names)}: {machine}; {versions}."
    quick = [topic.title for topic in TOPICS if topic.key in made and made[topic.key].quick]
    if quick:
        yield f"- **Measured with `--quick`, so that figures tell only that it runs: {', '.join(quick)}.**"


def _glance(records: Sequence[Record]) -> Iterator[str]:
    """How ours stands with each peer, and everything in which it is behind."""
    judged = [(record, ratio) for record in records if record.agrees and (ratio := against(record, _ours(record, records)))]
    yield "### At a glance"
    yield ""
    yield "Against each peer that gives the same answers: the geometric mean of “ours against it” over all rows of the first table of a"
    yield "topic, and in how many of these rows ours is ahead and behind."
    yield ""
    yield "| topic | measure | peer | ours against it | ahead | behind |"
    yield "|---|---|---|---|---|---|"
    for topic in TOPICS:
        first = _first([record for record in records if record.topic == topic.key])
        told: dict[str, list[tuple[Record, float]]] = {}
        for record, ratio in judged:
            if (record.topic, record.measure) == (topic.key, first):
                told.setdefault(record.who, []).append((record, ratio))
        for who, some in told.items():
            mean = _times(statistics.geometric_mean(ratio for _, ratio in some), any(record.bound for record, _ in some))
            ahead = sum(ratio >= 1 for _, ratio in some)
            yield f"| {topic.title} | {first} | {who} | {mean} | {ahead} | {len(some) - ahead} |"
    yield ""
    yield "### Where ours is behind"
    yield ""
    behind = [(topic, record, ratio) for topic in TOPICS for record, ratio in judged if record.topic == topic.key and ratio < 1]
    if not behind:
        yield "In nothing of this run."
        return
    yield "| topic | measure | of | peer | ours against it |"
    yield "|---|---|---|---|---|"
    for topic, record, ratio in behind:
        yield f"| {topic.title} | {record.measure} | {record.what} | {record.who} | {_times(ratio, bool(record.bound))} |"


def _section(topic: Topic, session: Session, records: Sequence[Record]) -> Iterator[str]:
    yield f"### {topic.title}"
    yield ""
    yield topic.told
    minutes = f"{session.seconds / 60:.0f} min" if session.seconds >= 90 else f"{session.seconds:.0f} s"
    load = f"load {session.before:.1f} before and {session.after:.1f} after"
    yield f"`python bench --only {topic.key}`, {session.date}, {minutes}; {load}."
    yield ""
    if session.failed:
        yield f"**It did not come to its end: {session.failed}** What stands here was measured until then."
        yield ""
    figures = [record for record in records if record.figure is not None]
    if figures:
        yield f"![{topic.title}: {_first(records)} as bars; the table below has the same figures](figures/{topic.key}.svg)"
        yield ""
    for measure in dict.fromkeys(record.measure for record in figures):
        yield from _table(measure, [record for record in figures if record.measure == measure], records)
    missing = [record for record in records if record.figure is None]
    if missing:
        yield "Not measured:"
        yield ""
        yield from (f"- {record.who}, {record.what}: {_cell(record.remark)}" for record in missing)
        yield ""


def _table(measure: str, rows: Sequence[Record], records: Sequence[Record]) -> Iterator[str]:
    remarks = any(record.remark for record in rows)
    beside = any(record.who != OURS for record in rows)
    columns = [f"{measure[0].upper()}{measure[1:]}", "who", rows[0].unit, "least to most", "runs"]
    columns += ["ours against it"] * beside + [""] * remarks
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    for what, some in _grouped(rows):
        for place, record in enumerate(some):
            ratio = against(record, _ours(record, records))
            cells = [what if place == 0 else "", f"**{OURS}**" if record.who == OURS else record.who]
            cells += [f"{record.bound} {number(record.figure)}".strip(), _spread(record), str(record.runs)]
            cells += [_times(ratio, bool(record.bound)) if ratio else ""] * beside
            yield f"| {' | '.join([*cells, *([_cell(record.remark)] * remarks)])} |"
    yield ""


def _ours(record: Record, records: Sequence[Record]) -> Record | None:
    same = (record.topic, record.measure, record.what, OURS)
    return next((one for one in records if (one.topic, one.measure, one.what, one.who) == same), None)


def _spread(record: Record) -> str:
    return f"{number(record.least)} to {number(record.most)}" if record.runs > 1 else "one run"


def _times(ratio: float, bound: bool) -> str:
    digits = 0 if ratio >= 19.95 else 1 if ratio >= 2 else 2 if ratio >= 0.1 else 3
    return f"{'more than ' if bound else ''}{ratio:,.{digits}f}"


def _cell(text: str) -> str:
    """Text that a table or list cannot take for markup."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _grouped(records: Iterable[Record]) -> list[tuple[str, list[Record]]]:
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.what, []).append(record)
    return list(groups.items())
