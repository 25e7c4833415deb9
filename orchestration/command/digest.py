"""`tieout digest`: what is new, what is due, what cleared, and the verdict."""

from pathlib import Path

import click

from orchestration.command.options import existing_home, home_option


@click.command("digest")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Also write it as a page here.")
@click.option("--send", "is_to_be_sent", is_flag=True, help="Mail it now to the people in settings.yml.")
@home_option
def command(html: Path | None, is_to_be_sent: bool, home: Path) -> None:
    """Show the morning digest of what is published: counts and links, nothing of a patient.

    \b
    Examples:
      tieout digest --home practice
      tieout digest --html digest.html --home practice
      tieout digest --send --home practice

    Every run writes it into the folder `digests` of the home folder, and mails it where settings.yml has a
    notification. A mail that cannot be sent fails no run; `tieout status` says so.
    """
    from orchestration.digest.page import as_page
    from orchestration.digest.sending import NotSentError, send
    from orchestration.digest.telling import current_digest
    from orchestration.digest.text import as_text
    from orchestration.failures import TieoutError
    from orchestration.settings import load_settings

    place = existing_home(home)
    settings = load_settings(place.settings)
    digest = current_digest(place, settings)
    click.echo(as_text(digest), nl=False)
    if html:
        html.write_text(as_page(digest), encoding="utf-8")
    if is_to_be_sent:
        if settings.notification is None:
            raise click.UsageError("settings.yml has no notification; there is nobody to send it to")
        try:
            people = send(digest, settings.notification, place.root)
        except NotSentError as error:
            raise TieoutError(f"the digest was not sent: {error}") from None
        click.echo(f"sent to {people}")
