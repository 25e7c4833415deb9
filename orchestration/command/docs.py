"""`tieout docs`: what every published table and column means, from the published file itself."""

from pathlib import Path

import click

from orchestration.command.options import existing_home, home_option


@click.command("docs")
@click.argument("table", required=False)
@home_option
def command(table: str | None, home: Path) -> None:
    """Show what the published tables are, or the columns of one.

    \b
    Examples:
      tieout docs --home practice
      tieout docs marts.receipts --home practice
    """
    from rich.console import Console
    from rich.table import Table

    from orchestration.published_file import connect
    from orchestration.run.tables import public_tables

    with connect(existing_home(home).published) as connection:
        tables = {found.full_name: found for found in public_tables(connection)}
    if table is not None and table not in tables:
        raise click.BadParameter(
            f"there is no table {table}; there are {', '.join(tables)}", param_hint="TABLE"
        )
    listing = Table(show_lines=False)
    if table is None:
        listing.add_column("table", no_wrap=True)
        listing.add_column("what it holds")
        for name, found in tables.items():
            listing.add_row(name, found.comment or "")
    else:
        for heading in ("column", "type"):
            listing.add_column(heading, no_wrap=True)
        listing.add_column("what it is")
        listing.title = tables[table].comment
        for name, kind, comment in tables[table].columns:
            listing.add_row(f"{name} (key)" if name in tables[table].key else name, kind, comment or "")
    Console().print(listing)
