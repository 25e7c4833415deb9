"""`tieout doctor`: is everything as a run needs it?"""

from pathlib import Path

import click

from orchestration import exit_codes
from orchestration.command.options import existing_home


@click.command("doctor")
@click.option(
    "--home",
    envvar="TIEOUT_HOME",
    show_envvar=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Home folder to look at; without it only the machine is looked at.",
)
def command(home: Path | None) -> int:
    """Look at the machine and the home folder and say what needs a person."""
    from orchestration.health import examine_home, examine_machine

    findings = list(examine_machine())
    if home is not None:
        findings += examine_home(existing_home(home))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.is_well else 'FAIL'} {finding.subject:<20} {finding.detail}")
        if not finding.is_well:
            click.echo(f"     {finding.advice}")
    return exit_codes.RAN if all(finding.is_well for finding in findings) else exit_codes.UNHEALTHY
