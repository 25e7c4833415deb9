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
    """Write the reference pages that are made from the code: tables, kinds of exceptions, sources."""
    from expectations.documentation import exceptions_page
    from ingestion.contracts.documentation import sources_page
    from orchestration.data_dictionary import data_dictionary
    from orchestration.run.parsed_project import parsed_project

    pages = {
        "data-dictionary.md": data_dictionary(parsed_project().manifest_json),
        "exceptions.md": exceptions_page(),
        "sources.md": sources_page(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pages.items():
        (folder / name).write_text(content, encoding="utf-8")
        click.echo(f"wrote {folder / name}")
