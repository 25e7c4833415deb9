"""`tieout documentation`: write the generated reference pages."""

from pathlib import Path

import click


@click.command("documentation")
@click.option(
    "--folder",
    default=Path("docs/reference"),
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where the pages go.",
)
def command(folder: Path) -> None:
    """Write the reference pages that are made from the code: the data dictionary."""
    from orchestration.data_dictionary import data_dictionary
    from orchestration.run.parsed_project import parsed_project

    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "data-dictionary.md"
    page.write_text(data_dictionary(parsed_project().manifest_json), encoding="utf-8")
    click.echo(f"wrote {page}")
