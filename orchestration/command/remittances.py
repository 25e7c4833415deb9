"""`tieout remittances`: look at the remittances that are held, and say which of them count.

A remittance is held when it looks like a payment that came before. Whether it is one, the payer or the bank
knows, and no file.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command.desks import decide, desk_to_look_at
from orchestration.command.entering import Entering, entry_options
from orchestration.command.entry_facts import entry_facts
from orchestration.command.listing import plain
from orchestration.command.options import home_option

if TYPE_CHECKING:
    from journal.remittance_entries import RemittanceDraft
    from orchestration.desk.remittance_desk import PublishedRemittance, RemittanceDesk


@click.group("remittances")
def command() -> None:
    """Look at held remittances, and release those that are payments of their own.

    \b
    Examples:
      tieout remittances list --home practice
      tieout remittances release 884412 --reason "both are at the bank" --by maria --home practice

    What is decided is kept in the journal at once and counts from the next run on.
    """


@command.command("list")
@click.argument("remittances", nargs=-1)
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON; amounts as text.")
def list_remittances(remittances: tuple[str, ...], home: Path, as_json: bool) -> None:
    """List remittances by key or trace number; without any, those that are held or were released."""
    from orchestration.desk.remittance_desk import RemittanceDesk

    with desk_to_look_at(home, RemittanceDesk) as desk:
        found = [(one, desk.entries_of(one)) for one in desk.remittances(remittances)]
    if as_json:
        listed = [_facts(one) | {"entries": [entry_facts(entry) for entry in said]} for one, said in found]
        click.echo(json.dumps(listed, indent=1))
        return
    if not found:
        click.echo("No remittance is held.")
    for one, said in found:
        facts = _facts(one)
        click.echo(
            f"{facts['remittance_key']}  trace {facts['trace_number']} of {facts['payer_name']}, paid on"
            f" {facts['payment_on']}: {facts['check_amount']}, {_words(one)}"
        )
        for entry in said:
            click.echo(f"    {entry.entered_on} {entry.person} {entry.action}: {entry.reason}")


@command.command("release")
@click.argument("remittances", nargs=-1, required=True)
@home_option
@entry_options
def release(remittances: tuple[str, ...], home: Path, entering: Entering) -> int:
    """Let held remittances count, by key or trace number; --reason is required.

    \b
    Example:
      tieout remittances release 884412 --reason "both are at the bank" --by maria --home practice

    Only what is held for its trace can be released. From the next run on it is applied, disbursed and posted
    like any other.
    """
    from journal.remittance_entries import ReleaseRemittance

    return _decide(
        remittances, lambda key: ReleaseRemittance(remittance_key=key, reason=entering.reason), home, entering
    )


@command.command("hold")
@click.argument("remittances", nargs=-1, required=True)
@home_option
@entry_options
def hold(remittances: tuple[str, ...], home: Path, entering: Entering) -> int:
    """Take a release back, by key or trace number; --reason is required.

    \b
    Example:
      tieout remittances hold 884412 --reason "the payer says it is one payment" --by maria --home practice
    """
    from journal.remittance_entries import HoldRemittance

    return _decide(
        remittances, lambda key: HoldRemittance(remittance_key=key, reason=entering.reason), home, entering
    )


def _decide(
    named: tuple[str, ...], draft_for: Callable[[str], "RemittanceDraft"], home: Path, entering: Entering
) -> int:
    from orchestration.desk.remittance_desk import RemittanceDesk

    def drafts_at(desk: "RemittanceDesk") -> "list[RemittanceDraft]":
        return [draft_for(_key(desk, name)) for name in named]

    return decide(home, RemittanceDesk, drafts_at, entering, noun="remittance")


def _key(desk: "RemittanceDesk", name: str) -> str:
    """The key of the one remittance that is held or released under a key or trace; the name where there is
    none, so that it is refused with its reason.
    """
    found = desk.remittances((name,))
    open_ones = [one for one in found if one.state.standing != "counted"] or found
    if len(open_ones) > 1:
        keys = ", ".join(one.state.remittance_key for one in open_ones)
        raise click.UsageError(f"{name} is the trace of several held remittances; name one of {keys}")
    return open_ones[0].state.remittance_key if open_ones else name


def _facts(one: "PublishedRemittance") -> dict[str, Any]:
    return plain(one.facts) | {"is_released": one.state.is_released}


def _words(one: "PublishedRemittance") -> str:
    held_for = one.state.standing.replace("_", " ")
    if one.state.is_released:
        return f"released, was held for: {held_for}"
    return "counted" if held_for == "counted" else f"held for: {held_for}"
