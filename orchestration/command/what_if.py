"""`tieout what-if`: history replayed under other settings, and what would change."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.command.entering import IsoDate
from orchestration.command.options import business_date, existing_home, home_option

if TYPE_CHECKING:
    from orchestration.what_if.comparison import Comparison, Mover


@click.command("what-if")
@click.option(
    "--set",
    "assignments",
    multiple=True,
    required=True,
    metavar="NAME=VALUE",
    help="A posting setting as in settings.yml; may be given several times. Lists: a,b,c.",
)
@click.option(
    "--from", "since", type=IsoDate(), help="The day from which it would hold; always, if not given."
)
@click.option("--as-of", metavar="DATE", help="Replay up to this day; the published one if not given.")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; amounts as text.")
def command(
    assignments: tuple[str, ...], since: date | None, as_of: str | None, home: Path, as_json: bool
) -> None:
    """Show what would change if posting settings were others. Nothing is published or kept.

    \b
    Examples:
      tieout what-if --set copay_hold_days=14 --home practice
      tieout what-if --set receipt_disbursement=pro_rata --from 2026-03-01 --home practice
      tieout what-if --set copay_procedures_only=true --json --home practice

    The history is replayed twice by the posting rules: under the settings of the practice, and under yours.
    """
    from orchestration.desk.journal_access import readable_journal
    from orchestration.published_file import current_publication
    from orchestration.settings import BEGINNING, load_settings
    from orchestration.what_if.accounts import accounts_as_of
    from orchestration.what_if.comparison import compare
    from orchestration.what_if.settings import history_of, read_changes
    from posting import post

    changes = read_changes(_pairs(assignments))
    place = existing_home(home)
    settings = load_settings(place.settings)
    until = business_date(as_of, place) or date.fromisoformat(current_publication(place.published).as_of)
    with readable_journal(place, settings) as journal:
        accounts = accounts_as_of(place, settings, journal, until)
    before = post(accounts, history_of(settings), until)
    after = post(accounts, history_of(settings, changes, since or BEGINNING), until)
    comparison = compare(before, after)
    if as_json:
        click.echo(json.dumps({"as_of": until.isoformat(), "set": changes, **comparison.as_json()}, indent=1))
    else:
        _print(comparison, until)


def _pairs(assignments: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(assignment.partition("=")[::2] for assignment in assignments)
    if any("=" not in assignment for assignment in assignments):
        raise click.BadParameter("write it as copay_hold_days=14", param_hint="--set")
    return {name.strip(): value.strip() for name, value in pairs.items()}


def _print(comparison: "Comparison", as_of: date) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    table = Table(title=f"By the posting rules as of {as_of}", title_justify="left")
    table.add_column("receipts", no_wrap=True)
    for heading in ("now", "unapplied", "then", "unapplied"):
        table.add_column(heading, justify="right", no_wrap=True)
    for figure in comparison.figures:
        row = (figure.name, f"{figure.count_before:,}", f"{figure.amount_before:,}",
               f"{figure.count_after:,}", f"{figure.amount_after:,}")  # fmt: skip
        is_changed = (row[1], row[2]) != (row[3], row[4])
        table.add_row(*row, style="bold" if is_changed else None)
    console.print(table)
    console.print(
        f"{comparison.receipts_changed:,} receipts of {comparison.patients_touched:,} patients would change",
        highlight=False,
    )
    for mover in comparison.movers:
        console.print(
            f"  {mover.receipt_id}: {mover.moved_amount:,} elsewhere, {_standing(mover)}",
            highlight=False,
        )


def _standing(mover: "Mover") -> str:
    """How a receipt stands under both settings; said once when that is all the same."""
    return f"{mover.before} as before" if mover.before == mover.after else f"{mover.before} -> {mover.after}"
