"""Writes what is generated: the reference of tables and commands, and the tables' description as CSV on the Web."""

from __future__ import annotations

import ast
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

from organograph.cli import main
from organograph.overview import FILE
from organograph.settings import SETTINGS
from organograph.tabular.columns import Table
from organograph.tabular.csvw import table_group
from organograph.tabular.schema import OF_DATASET, OF_EDITION
from organograph.tabular.tables import read_table

REPOSITORY = Path(__file__).parents[1]
MARK = "<!-- tables -->"
ROOMS = "<!-- rooms -->"


def generated() -> dict[Path, str]:
    """Every generated file and what should stand in it."""
    readme = REPOSITORY / "ontology/README.md"
    tables = REPOSITORY / "ontology/iom"
    editions = [row["id"] for row in read_table(tables / "editions.csv", OF_DATASET[1], "editions.csv")[0]]
    absent = [table.name for table in OF_DATASET if table.optional and not (tables / f"{table.name}.csv").exists()]
    return {
        readme: _above(readme, MARK) + "\n".join(_reference()),
        tables / "csv-metadata.json": json.dumps(table_group(editions, absent), ensure_ascii=False, indent=1) + "\n",
        REPOSITORY / "docs/cli.md": "\n".join(_commands()),
        REPOSITORY / "docs/architecture.md": _above(REPOSITORY / "docs/architecture.md", ROOMS) + "\n".join(_rooms()),
        Path(FILE): _overview(),
    }


def _reference() -> Iterator[str]:
    yield "\n## The tables\n"
    yield "CSV in UTF-8, comma-separated, one header line; a cell is text, and lists are separated by `; `."
    yield "`iom/csv-metadata.json` says the same as CSV on the Web. In a spreadsheet, import every column as text: months such as 2022-06"
    yield "would else become dates.\n"
    yield "Tables of the whole dataset stand in `iom/`, those of an edition in `iom/editions/ID/`.\n"
    yield "### dataset.toml: the settings\n"
    yield "| setting | written | must be there |"
    yield "|---|---|---|"
    for section, keys in SETTINGS.items():
        for key, setting in keys.items():
            yield f"| {section}.{key} | {setting.written} | {'yes' if setting.needed else ''} |"
    yield ""
    for table in (*OF_DATASET, *OF_EDITION):
        yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    place = "editions/ID/" if table.of_edition else ""
    yield f"### {place}{table.name}.csv: {table.holds}\n"
    yield "| column | holds | must be filled |"
    yield "|---|---|---|"
    for column in table.columns:
        choices = f" ({', '.join(column.choices)})" if column.choices else ""
        yield f"| {column.name} | {column.holds}{choices} | {'yes' if column.needed else ''} |"
    yield ""


def _commands() -> Iterator[str]:
    yield "# Commands\n"
    yield "Written by `make docs` from `organograph --help`; a test compares the two.\n"
    context = click.Context(main, info_name="organograph", max_content_width=100, **main.context_settings)
    yield from _help(main, context)
    yield from _below(main, context)


def _above(path: Path, mark: str) -> str:
    """What people wrote into a file, down to the mark that what is generated follows."""
    return f"{path.read_text(encoding='utf-8').partition(mark)[0]}{mark}\n"


def _rooms() -> Iterator[str]:
    """The rooms of both packages: those of the server from the outside in, as their contract has them."""
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each["name"] == "from addresses to data, arrows run one way")
    of_server = [name.strip().partition(".")[2] for layer in layers for name in layer.split("|")]
    yield from _package("the workshop", "build/organograph", ".", [])
    yield from _package("the shop window", "server/organograph_server", "; a room may use those below it.", of_server)


def _package(title: str, package: str, remark: str, order: list[str]) -> Iterator[str]:
    yield f"\n## The rooms of {title}\n"
    yield f"In `{package}`{remark}\n"
    yield "| room | what it holds |\n|---|---|"
    modules = {path.parent.name: path for path in (REPOSITORY / package).glob("*/__init__.py")}
    modules |= {path.stem: path for path in (REPOSITORY / package).glob("*.py") if path.stem not in modules and path.stem[0] != "_"}
    for name in sorted(modules, key=lambda name: (order.index(name) if name in order else -1, name)):
        told = (ast.get_docstring(ast.parse(modules[name].read_text(encoding="utf-8"))) or "").partition("\n")[0]
        yield f"| `{name}{'/' if modules[name].name == '__init__.py' else ''}` | {told} |"
    yield ""


def _overview() -> str:
    """What is told at once, of the width that click takes in any wide terminal."""
    return main.get_help(click.Context(main, info_name="organograph", terminal_width=78, **main.context_settings)) + "\n"


def _below(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is not None:
            within = click.Context(command, info_name=name, parent=context, max_content_width=100)
            yield f"## {within.command_path}\n"
            yield from _help(command, within)
            if isinstance(command, click.Group):
                yield from _below(command, within)


def _help(command: click.Command, context: click.Context) -> Iterator[str]:
    context.terminal_width = 100
    yield "```\n" + command.get_help(context) + "\n```\n"


if __name__ == "__main__":
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
        click.echo(path.relative_to(REPOSITORY))
