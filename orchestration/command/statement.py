"""`tieout statement`: what the EMR says, what billing says, and every reconciling item between them."""

from datetime import date
from pathlib import Path

import click

from orchestration import exit_codes
from orchestration.command.entering import IsoDate
from orchestration.command.options import existing_home, home_option
from orchestration.statement.layout import BASES, VIEWS


@click.command("statement")
@click.option("--location", metavar="ID", help="Our id of a location; all of them if not given.")
@click.option("--from", "start", required=True, type=IsoDate(), help="First day.")
@click.option("--to", "end", required=True, type=IsoDate(), help="Last day.")
@click.option("--basis", type=click.Choice(list(BASES)), default="clinic", show_default=True,
              help="Date by which billing is read; clinic is each clinic's own.")  # fmt: skip
@click.option("--view", type=click.Choice(list(VIEWS)), default="standard", show_default=True,
              help="full_access adds what people posted in billing.")  # fmt: skip
@click.option("--rows/--no-rows", default=True, show_default=True, help="List the rows behind the items.")
@click.option("--xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Also write a workbook here.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="Also write a page to print here."
)
@home_option
def command(
    location: str | None,
    start: date,
    end: date,
    basis: str,
    view: str,
    rows: bool,
    xlsx: Path | None,
    html: Path | None,
    home: Path,
) -> int:
    """State what the EMR says, what billing says, and name every cent between them.

    \b
    Examples:
      tieout statement --location L01 --from 2026-03-01 --to 2026-03-31 --home practice
      tieout statement --from 2026-03-01 --to 2026-03-31 --xlsx march.xlsx --html march.html --home practice
      tieout statement --location L01 --from 2026-03-01 --to 2026-03-07 --basis deposit --home practice

    Each reconciling item has its count and amount, expected and exceptional apart, and the rows it comes
    from with their files. The remainder is 0.00; the command fails when it is not.
    """
    from orchestration.failures import NotFoundError
    from orchestration.statement.publication import read_statement
    from orchestration.statement.text import as_text

    if end < start:
        raise click.BadParameter("the last day is before the first", param_hint="--to")
    whole = read_statement(existing_home(home), location, start, end, basis, view)  # type: ignore[arg-type]
    if not whole.locations:
        raise NotFoundError("there is no payment to balance at that location in that span")
    if xlsx:
        from orchestration.statement.workbook import write_workbook

        write_workbook(whole, xlsx)
    if html:
        from orchestration.statement.page import as_page

        html.write_text(as_page(whole), encoding="utf-8")
    click.echo(as_text(whole, with_rows=rows), nl=False)
    return exit_codes.RAN if whole.is_tied else exit_codes.UNEXPECTED
