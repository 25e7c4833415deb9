"""`tieout restatement`: what became known since a day, and what it moved."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration import exit_codes
from orchestration.command.entering import IsoDate
from orchestration.command.options import existing_home, home_option

if TYPE_CHECKING:
    from orchestration.restatement.differences import MartDifference

LOADS_SHOWN = 10


@click.command("restatement")
@click.option("--as-of", required=True, type=IsoDate(), help="The day whose published figures are looked at.")
@click.option(
    "--against", metavar="RUN|DATE", help="The publish to compare with; the current one if not given."
)
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; amounts as text.")
def command(as_of: date, against: str | None, home: Path, as_json: bool) -> int:
    """Compare what was published for a day with what is known now.

    \b
    Examples:
      tieout restatement --as-of 2026-02-28 --home practice
      tieout restatement --as-of 2026-02-28 --against 2026-03-15 --home practice
      tieout restatement --as-of 2026-02-28 --json --home practice

    For each mart: rows added, removed and changed, how many of them are dated by that day, the amounts, and
    the loads that brought them. The sums tie to the control totals of both runs; it fails when they do not.
    """
    from orchestration.published_file import current_publication
    from orchestration.restatement.differences import differences
    from orchestration.restatement.publications import publication
    from orchestration.restatement.ties import untied

    published = existing_home(home).published
    now = current_publication(published)
    later = publication(published, against) if against else now
    earlier = publication(published, as_of.isoformat())
    found = differences(earlier.data_file, later.data_file, as_of)
    broken = untied(found, earlier, later)
    if as_json:
        result = {
            "earlier": {"run_id": earlier.run_id, "as_of": earlier.as_of},
            "later": {"run_id": later.run_id, "as_of": later.as_of},
            "is_tied": not broken,
            "untied": broken,
            "marts": [difference.as_json() for difference in found],
        }
        click.echo(json.dumps(result, indent=1))
    else:
        click.echo(f"{earlier.run_id} (as of {earlier.as_of}) -> {later.run_id} (as of {later.as_of})")
        for difference in found:
            _print(difference, as_of)
        click.echo(f"\nDOES NOT TIE: {', '.join(broken)}" if broken else "\nEvery difference ties.")
    return exit_codes.UNEXPECTED if broken else exit_codes.RAN


def _print(difference: "MartDifference", as_of: date) -> None:
    if not difference.is_different:
        click.echo(f"\n{difference.table}: nothing")
        return
    restated = difference.rows_restated
    past = "" if restated is None else f"; {restated:,} of them dated by {as_of}"
    click.echo(
        f"\n{difference.table}: {difference.rows_added:,} rows added, {difference.rows_removed:,} removed,"
        f" {difference.rows_changed:,} changed{past}"
    )
    for bridge in difference.amounts:
        if bridge.added or bridge.removed or bridge.changed:
            click.echo(
                f"  {bridge.column}: {bridge.before:,} {bridge.added:+,} added {bridge.removed:+,} removed"
                f" {bridge.changed:+,} changed = {bridge.after:,}"
            )
    for load in difference.loads[:LOADS_SHOWN]:
        click.echo(
            f"  {load.file_name or load.load_id}: {load.rows_added:,} added, {load.rows_changed:,} changed"
        )
    if difference.loads and difference.rows_changed_indirectly:
        click.echo(f"  files of other sources: {difference.rows_changed_indirectly:,} changed")
    if len(difference.loads) > LOADS_SHOWN:
        click.echo(f"  and {len(difference.loads) - LOADS_SHOWN:,} more loads; --json has all")
