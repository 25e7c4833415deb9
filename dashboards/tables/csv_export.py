"""A view as CSV, every row of it. Lines are made in the engine, which is many times faster than in Python.

Text that a spreadsheet would run as a formula is put behind an apostrophe, by the same rule as the command
line's exports; numbers are numbers and keep their sign.
"""

from collections.abc import Iterator, Sequence

import duckdb

from dashboards.tables.columns import Kind, Table
from dashboards.tables.query import TableQuery
from dashboards.tables.view import View

# The rule of `orchestration.spreadsheet_text`; a test holds the two equal.
_START = r"[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
_BLANK = r"[\s\x0B\x1C-\x1F\x{85}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029}\x{202F}\x{205F}\x{3000}\x00]"
_FORMULA = (
    rf"(?s)^(?:{_BLANK}*{_START}|[\x00\t\r\n]"
    rf"|.*?[;,\"\t\r\n](?:{_BLANK}|\")*{_START})"
)
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def harmless_sql(text: str) -> str:
    """SQL for a text behind an apostrophe where a spreadsheet could take it for a formula."""
    return (
        f"case when regexp_matches({text}, '{_FORMULA}') and not regexp_matches({text}, '{_NUMBER}')"
        f" then '''' || {text} else {text} end"
    )


def csv_lines(query: TableQuery, table: Table, view: View, names: Sequence[str]) -> Iterator[bytes]:
    """The file in pieces, UTF-8 with the mark by which spreadsheets know it."""
    yield b"\xef\xbb\xbf" + ",".join(_quoted(name) for name in names).encode() + b"\r\n"
    cells = [_cell(table.columns[name].kind, f"c{number}") for number, name in enumerate(names)]
    for lines in query.lines(view, names, " || ',' || ".join(cells)):
        yield ("\r\n".join(lines) + "\r\n").encode()


def harmless_texts(texts: Sequence[str]) -> list[str]:
    """The same rule for texts that are not in a table."""
    with duckdb.connect(":memory:") as connection:
        sql = f"select list_transform($texts, lambda text: {harmless_sql('text')})"
        found = connection.execute(sql, {"texts": list(texts)}).fetchall()
    return list(found[0][0])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _cell(kind: Kind, name: str) -> str:
    if kind is Kind.TEXT:
        return f"coalesce('\"' || replace({harmless_sql(name)}, '\"', '\"\"') || '\"', '')"
    if kind is Kind.YES_NO:
        return f"coalesce(case when {name} then 'yes' else 'no' end, '')"
    return f"coalesce({name}::varchar, '')"
