"""`tieout query`: SQL on the published warehouse, read-only."""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command.options import existing_home, home_option
from orchestration.failures import QueryRefusedError
from orchestration.spreadsheet_text import harmless

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.table import Table

ROWS_AT_ONCE = 10_000
ROWS_OF_A_TABLE = 1_000


@click.command("query")
@click.argument("sql")
@home_option
@click.option(
    "--format",
    "style",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="Amounts keep every digit: JSON carries them as text. CSV puts an apostrophe before text that a "
    "spreadsheet would run as a formula.",
)
def command(sql: str, home: Path, style: str) -> None:
    """Ask the published warehouse a question in SQL (DuckDB's dialect).

    \b
    Examples:
      tieout query "from marts.payment_balancing where exception_count > 0" --home practice
      tieout query "from exceptions.exceptions" --home practice --format csv > exceptions.csv
      tieout query "select sum(escrow_amount) from marts.receipts" --home practice --format json

    It reads the last published file and nothing else: no writing, no other files, no network.
    """
    from orchestration.published_file import connect

    with connect(existing_home(home).published) as connection:
        columns = _execute(connection, sql)
        write = {"table": _write_table, "csv": _write_csv, "json": _write_json}[style]
        write(columns, _rows(connection))


def _execute(connection: "DuckDBPyConnection", sql: str) -> list[str]:
    """Run the query; the names of its columns. Raises `QueryRefusedError` with the engine's reason.

    The reason may be shown: whoever asks may read every row that it could quote.
    """
    import duckdb

    try:
        connection.execute(sql)
    except duckdb.Error as error:
        raise QueryRefusedError(f"the query was refused: {error}") from None
    return [column[0] for column in connection.description or []]


def _rows(connection: "DuckDBPyConnection") -> Iterator[tuple[Any, ...]]:
    import duckdb

    while True:
        try:
            rows = connection.fetchmany(ROWS_AT_ONCE)
        except duckdb.Error as error:
            raise QueryRefusedError(f"the query failed: {error}") from None
        if not rows:
            return
        yield from rows


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return "" if value is None else str(value)


def _cell(value: object) -> str:
    return _text(value) if isinstance(value, int | float | Decimal) else harmless(_text(value))


def _write_csv(columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)


def _write_json(columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """A JSON list with one object a row, written as it is read."""
    separator = "["
    for row in rows:
        sys.stdout.write(
            separator + "\n" + json.dumps(dict(zip(columns, map(_json_value, row), strict=True)))
        )
        separator = ","
    sys.stdout.write("[]\n" if separator == "[" else "\n]\n")


def _json_value(value: object) -> object:
    return value if value is None or isinstance(value, bool | int) else _text(value)


def _write_table(columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """A table where it fits the screen; one block a row where its columns would be squeezed."""
    from rich.console import Console

    texts = [tuple(_text(value) for value in row) for row in islice(rows, ROWS_OF_A_TABLE)]
    console = Console(highlight=False)
    widths = (max(map(len, column)) for column in zip(columns, *texts, strict=True))
    needed = sum(width + 3 for width in widths) + 1
    if not texts or needed <= console.width or len(columns) == 1:
        console.print(_as_table(columns, texts))
    else:
        for number, row in enumerate(texts, start=1):
            console.print(_as_block(number, columns, row))
    if next(rows, None) is not None:
        click.echo(f"only the first {ROWS_OF_A_TABLE:,} rows are shown; --format csv has all", err=True)


def _as_table(columns: list[str], texts: list[tuple[str, ...]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns)
    for row in texts:
        table.add_row(*map(Text, row))
    return table


def _as_block(number: int, columns: list[str], row: tuple[str, ...]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    block = Table(title=f"row {number}", title_justify="left", show_header=False, expand=False)
    for column, text in zip(columns, row, strict=True):
        block.add_row(column, Text(text, overflow="fold"))
    return block
