"""`tieout sample`: a practice group to try things on."""

from pathlib import Path

import click


@click.command("sample")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same files.")
@click.option("--clinics", default=3, show_default=True, type=click.IntRange(1))
@click.option("--days", default=90, show_default=True, type=click.IntRange(1))
@click.option("--receipts", default=2000, show_default=True, type=click.IntRange(1))
@click.option("--faults", is_flag=True, help="Plant faults and write what was planted to truth.json.")
@click.option("--if-missing", is_flag=True, help="Leave a folder alone that already has deliveries.")
def command(
    folder: Path, seed: int, clinics: int, days: int, receipts: int, faults: bool, if_missing: bool
) -> None:
    """Make a home folder with the deliveries of an invented practice group.

    \b
    Examples:
      tieout sample practice
      tieout sample practice --receipts 100000 --days 180
      tieout sample troubled --faults
    """
    from orchestration.home import Home

    if Home(folder).last_delivery_on() is not None:
        if if_missing:
            click.echo(f"{folder} already has deliveries; left as it is")
            return
        raise click.UsageError(f"{folder} already has deliveries; choose another folder or add --if-missing")
    import synthetic

    summary = synthetic.write_world(
        folder, seed=seed, clinics=clinics, days=days, receipts=receipts, faults=faults
    )
    click.echo(f"{folder}: deliveries from {summary.first_on} to {summary.last_on}")
    click.echo(f"next: tieout run --home {folder} --as-of sample-end")
