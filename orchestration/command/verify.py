"""`tieout verify`: is everything what was written?"""

import json
from pathlib import Path

import click

from orchestration import exit_codes
from orchestration.command.options import existing_home


@click.command("verify")
@click.argument("pack", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--home",
    envvar="TIEOUT_HOME",
    show_envvar=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Home folder to verify, when no pack is given.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(pack: Path | None, home: Path | None, as_json: bool) -> int:
    """Prove that journal, manifests, published files and bronze, or a pack of evidence, are unaltered.

    \b
    Examples:
      tieout verify --home practice
      tieout verify march.zip

    Needs no network and changes nothing. Every changed, removed or reordered byte of a chained file is found,
    and it says in which file.
    """
    if pack is not None:
        from orchestration.verification.pack import verify_pack

        found = verify_pack(pack.read_bytes())
    elif home is not None:
        from orchestration.settings import load_settings
        from orchestration.verification.home_folder import verify_home

        place = existing_home(home)
        found = verify_home(place, load_settings(place.settings))
    else:
        raise click.UsageError("give a pack, or a home folder with --home")
    if as_json:
        result = {
            "is_sound": found.is_sound,
            "faults": [{"where": fault.where, "what": fault.sentence} for fault in found.faults],
            "counted": found.counted,
            "notes": found.notes,
        }
        click.echo(json.dumps(result, indent=1))
    else:
        for fault in found.faults:
            click.echo(f"ALTERED {fault.where}: {fault.sentence}")
        looked_at = ", ".join(f"{number:,} {what}" for what, number in found.counted.items())
        click.echo(f"{'as written' if found.is_sound else 'looked at'}: {looked_at}")
        for note in found.notes:
            click.echo(f"note: {note}")
    return exit_codes.RAN if found.is_sound else exit_codes.ALTERED
