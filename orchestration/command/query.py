"""`tieout query`: SQL on the published warehouse, read-only."""

import csv
import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command.options import existing_home, home_option
from orchestration.failures import QueryRefusedError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

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
    help="Amounts keep every digit: JSON carries them as text.",
)
def command(sql: str, home: Path, style: str) -> None:
    """Ask the published warehouse a question in SQL (DuckDB's dialect).

    \b
    Examples:
      tieout query "from marts.payment_balancing where open_difference_amount <> 0" --home practice
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


def _write_csv(columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_text(value) for value in row] for row in rows)


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
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns)
    for count, row in enumerate(rows):
        if count == ROWS_OF_A_TABLE:
            click.echo(f"only the first {ROWS_OF_A_TABLE:,} rows are shown; --format csv has all", err=True)
            break
        table.add_row(*(_text(value) for value in row))
    Console().print(table)
