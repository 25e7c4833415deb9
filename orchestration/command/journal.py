"""`tieout journal`: what people entered, whether it is what was written, and a copy of it."""

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration import exit_codes
from orchestration.command.entering import IsoDate
from orchestration.command.entry_facts import entry_facts
from orchestration.command.options import existing_home, home_option

if TYPE_CHECKING:
    from journal.entry import Entry


@click.group("journal")
def command() -> None:
    """Read, verify and copy the journal of people's decisions.

    \b
    Examples:
      tieout journal list --home practice
      tieout journal verify --home practice
      tieout journal export backup/journal.sqlite --home practice
    """


@command.command("list")
@home_option
@click.option("--receipt", "receipt_id", help="Only what was entered for this receipt.")
@click.option("--charge", "charge_id", help="Only what was entered for this failed charge.")
@click.option("--exception", "exception_id", help="Only what was entered about this exception.")
@click.option("--by", "person", help="Only what this person entered.")
@click.option("--since", default=0, type=click.IntRange(0), help="Only entries after this number.")
@click.option("--as-of", type=IsoDate(), help="Only entries dated by this business date.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def list_entries(
    home: Path,
    receipt_id: str | None,
    charge_id: str | None,
    exception_id: str | None,
    person: str | None,
    since: int,
    as_of: date | None,
    as_json: bool,
) -> None:
    """List what people entered, in order.

    \b
    Example:
      tieout journal list --receipt R1001 --home practice
    """
    from orchestration.desk.journal_access import readable_journal
    from orchestration.settings import load_settings

    place = existing_home(home)
    with readable_journal(place, load_settings(place.settings)) as journal:
        for entry in journal.entries(since=since, as_of=as_of) if journal else ():
            if person not in (None, entry.person) or not _is_meant(
                entry, receipt_id, charge_id, exception_id
            ):
                continue
            if as_json:
                click.echo(json.dumps(entry_facts(entry)))
            else:
                click.echo(
                    f"{entry.entry_number:>7}  {entry.entered_on}  {entry.person:<16} "
                    f"{entry.subject_kind} {entry.subject_id}  {entry.action} {entry.details} {entry.reason}"
                )


def _is_meant(
    entry: "Entry", receipt_id: str | None, charge_id: str | None, exception_id: str | None
) -> bool:
    """Whether an entry is about one of the things that are asked for; each is, where none is."""
    if receipt_id is None and charge_id is None and exception_id is None:
        return True
    kind, subject_id = entry.subject
    if kind == "exception":
        return exception_id is not None and subject_id.startswith(exception_id.lower())
    if kind == "receipt":
        return subject_id == receipt_id
    # A charge is asked for by its number, or with its company before a bar.
    return kind == "charge" and charge_id in (subject_id, subject_id.partition("|")[2])


@command.command("verify")
@home_option
def verify(home: Path) -> int:
    """Prove that no entry was changed, removed or cut off since it was written.

    \b
    Example:
      tieout journal verify --home practice

    Every seal is computed anew and compared with the heads that published runs recorded.
    """
    from orchestration.desk.journal_access import readable_journal
    from orchestration.run.manifest import read_manifests
    from orchestration.settings import load_settings
    from orchestration.verification.manifests import journal_heads

    place = existing_home(home)
    heads = journal_heads(read_manifests(place.published) if place.published.is_dir() else [])
    with readable_journal(place, load_settings(place.settings)) as journal:
        if journal is None:
            click.echo("nobody has entered anything yet")
            return exit_codes.RAN
        problems = journal.verify(heads)
        head = journal.head()
    for problem in problems:
        click.echo(problem.sentence)
    if problems:
        return exit_codes.JOURNAL_FAULT
    click.echo(f"{head.entry_number:,} entries, all as written; the last is sealed {head.entry_hash[:16]}…")
    return exit_codes.RAN


@command.command("export")
@click.argument("target")
@home_option
def export(target: str, home: Path) -> None:
    """Copy the journal, seals included, into a file or a PostgreSQL database; later calls add what is new.

    \b
    Examples:
      tieout journal export backup/journal.sqlite --home practice
      tieout journal export postgresql://host/name --home practice
    """
    from journal.copying import copy_journal
    from journal.database import JournalError
    from journal.store import Journal
    from orchestration.desk.journal_access import readable_journal
    from orchestration.failures import JournalFaultError
    from orchestration.settings import load_settings

    place = existing_home(home)
    with readable_journal(place, load_settings(place.settings)) as journal:
        if journal is None:
            click.echo("nobody has entered anything yet; nothing was copied")
            return
        try:
            with Journal.open(target if "://" in target else Path(target)) as copy:
                head = copy_journal(journal, copy)
        except JournalError as error:
            raise JournalFaultError(f"the copy could not be made: {error}") from None
    click.echo(f"the copy has {head.entry_number:,} entries; the last is sealed {head.entry_hash[:16]}…")
