"""`tieout evidence`: everything about a period in one file that proves itself."""

import re
from pathlib import Path

import click

from journal.period import ALL_LOCATIONS, period_named
from orchestration.command.close import location_option, period_option
from orchestration.command.options import existing_home, home_option


@click.command("evidence")
@period_option(required=True)
@location_option
@click.option(
    "--to",
    "wanted",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; by itself, named after the period and the location, in this folder.",
)
@home_option
def command(name: str, location_id: str, wanted: Path | None, home: Path) -> None:
    """Pack statement, checklist, roll-forward, exceptions, signatures, journal and manifests of a period.

    \b
    Examples:
      tieout evidence --period 2026-03 --home practice
      tieout evidence --period 2026-03 --location L01 --to march-L01.zip --home practice

    The same home folder gives the same bytes. Note the hash that is printed somewhere else: with it, and with
    `tieout verify evidence-2026-03.zip`, anybody can prove later that nothing in the pack was changed.
    """
    from orchestration.evidence.pack import make_pack
    from orchestration.settings import load_settings

    place = existing_home(home)
    target = wanted or Path(pack_name(name, location_id))
    pack = make_pack(place, load_settings(place.settings), period_named(name, location_id))
    # What is in it is for few; an existing file keeps the mode that somebody gave it.
    target.touch(mode=0o600)
    target.write_bytes(pack.content)
    click.echo(f"{pack.file_count} files in {target}")
    click.echo(f"the pack is {pack.sums_sha256}")


def pack_name(period: str, location_id: str) -> str:
    """The file that a pack is written to when nobody names one."""
    parts = ["evidence", period, *([] if location_id == ALL_LOCATIONS else [location_id])]
    return re.sub(r"[^A-Za-z0-9._-]+", "_", "-".join(parts)) + ".zip"
