"""`tieout explain`: the story of a receipt, a claim or an exception, from the published file."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.command.options import existing_home, home_option

if TYPE_CHECKING:
    from orchestration.story.story import Account, Fact, Story


@click.command("explain")
@click.argument("kind", type=click.Choice(["receipt", "claim", "exception"]))
@click.argument("identifier", metavar="ID")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; amounts as text.")
def command(kind: str, identifier: str, home: Path, as_json: bool) -> None:
    """Tell how a receipt, a claim or an exception came to be what it is.

    \b
    Examples:
      tieout explain receipt R1001 --home practice
      tieout explain claim C77 --home practice
      tieout explain exception 3f2a… --home practice

    Every fact has its date, the rule and setting behind it, and the file and row it comes from. The end says
    where every cent is.
    """
    from orchestration.published_file import connect, current_publication
    from orchestration.story.claim_story import claim_story
    from orchestration.story.exception_story import exception_story
    from orchestration.story.published_rows import PublishedRows
    from orchestration.story.receipt_story import receipt_story

    place = existing_home(home)
    as_of = date.fromisoformat(current_publication(place.published).as_of)
    tell = {"receipt": receipt_story, "claim": claim_story, "exception": exception_story}[kind]
    with connect(place.published) as connection:
        story = tell(PublishedRows(connection, as_of), identifier)
    if as_json:
        click.echo(json.dumps(story.as_json(), indent=1))
    else:
        _print(story)


def _print(story: "Story") -> None:
    click.echo(f"{story.title}, as of {story.as_of}")
    for fact in story.facts:
        _print_fact(fact)
    for account in story.accounts:
        _print_account(account)
    for silence in story.silences:
        click.echo(f"\n{silence}")
    for other in story.told_with:
        click.echo()
        _print(other)


def _print_fact(fact: "Fact") -> None:
    day = fact.on.isoformat() if fact.on else "undated"
    click.echo(f"  {day:<10}  {_money(fact.amount):>14}  {fact.what}")
    where = f"{fact.file_name}, row {fact.row_number}" if fact.file_name else None
    for label, text in (("because", fact.rule), ("setting", fact.setting), ("from", where)):
        if text:
            click.echo(f"{'':<28}  {label} {text}")


def _print_account(account: "Account") -> None:
    click.echo(f"\n{account.title}")
    for place, amount in account.places:
        click.echo(f"  {_money(amount):>14}  {place}")
    if account.remainder:
        click.echo(f"  {_money(account.remainder):>14}  NOT EXPLAINED")
    click.echo(f"  {_money(account.total):>14}  in all")


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:,.2f}"
