"""`tieout deposits`: look at entries of the bank that could be several payments, and say which they are.

The matching never guesses between two payments. Which of them a deposit is, the bank or the payer can tell.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command.desks import decide, desk_to_look_at
from orchestration.command.entering import Entering, entry_options
from orchestration.command.entry_facts import entry_facts
from orchestration.command.listing import plain
from orchestration.command.options import home_option

if TYPE_CHECKING:
    from journal.deposit_entries import DepositDraft
    from orchestration.desk.deposit_desk import DepositDesk, OpenDeposit


@click.group("deposits")
def command() -> None:
    """Look at deposits that nothing decides, and choose the payments that they are.

    \b
    Examples:
      tieout deposits list --home practice
      tieout deposits choose D17 "remittance|4f2a" --reason "bank advice of June 4" --by maria --home practice
      tieout deposits undo D17 --reason "the advice was for another day" --by maria --home practice

    What is chosen is kept in the journal at once and counts from the next run on. It holds for the amounts
    that were seen; where one changes later, the matching decides again.
    """


@command.command("list")
@click.argument("deposits", nargs=-1)
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON; amounts as text.")
def list_deposits(deposits: tuple[str, ...], home: Path, as_json: bool) -> None:
    """List entries of the bank by key or id, with the payments that each could be.

    Without any, those that are ambiguous or were chosen.
    """
    from orchestration.desk.deposit_desk import DepositDesk

    with desk_to_look_at(home, DepositDesk) as desk:
        found = [(one, desk.entries_of(one.entry_key)) for one in desk.deposits(deposits)]
    if as_json:
        listed = [_facts(one) | {"entries": [entry_facts(entry) for entry in said]} for one, said in found]
        click.echo(json.dumps(listed, indent=1))
        return
    if not found:
        click.echo("No deposit waits for a choice.")
    for one, said in found:
        facts = one.facts
        payer = f" of payer {facts['payer_identifier']}" if facts["payer_identifier"] else ""
        click.echo(
            f"{one.entry_key}  {facts['channel']}{payer}, {facts['deposited_on']}: {facts['amount']:,.2f},"
            f" {_words(one)}"
        )
        for candidate in one.candidates:
            mark = "*" if one.choice and candidate["expected_key"] in one.choice.payments else " "
            trace = f", trace {candidate['trace_number']}" if candidate["trace_number"] else ""
            click.echo(
                f"  {mark} {candidate['expected_key']}  expected on {candidate['expected_on']}{trace}:"
                f" {candidate['amount']:,.2f}"
            )
        for entry in said:
            click.echo(
                f"    {entry.entered_on} {entry.person} {entry.action.replace('_', ' ')}: {entry.reason}"
            )


@command.command("choose")
@click.argument("deposit")
@click.argument("payments", nargs=-1, required=True)
@home_option
@entry_options
def choose(deposit: str, payments: tuple[str, ...], home: Path, entering: Entering) -> int:
    """Say that a deposit is these expected payments; --reason is required.

    \b
    Example:
      tieout deposits choose D17 "remittance|4f2a" --reason "bank advice of June 4" --by maria --home practice

    Both ends must be open: what a trace or a number explains is not chosen. Where the sum of the payments is
    another than the deposit, the difference stays an exception.
    """
    from journal.deposit_entries import ChooseDeposit
    from orchestration.desk.deposit_desk import DepositDesk

    def drafts_at(desk: "DepositDesk") -> "list[DepositDraft]":
        key = _key(desk, deposit)
        return [
            ChooseDeposit(
                entry_key=key,
                bank_amount=desk.amount_of_entry(key),
                payments=tuple((payment, desk.amount_of_payment(payment)) for payment in payments),
                reason=entering.reason,
            )
        ]

    return decide(home, DepositDesk, drafts_at, entering, noun="deposit")


@command.command("undo")
@click.argument("deposits", nargs=-1, required=True)
@home_option
@entry_options
def undo(deposits: tuple[str, ...], home: Path, entering: Entering) -> int:
    """Take choices back, by key or id of the deposit; --reason is required.

    \b
    Example:
      tieout deposits undo D17 --reason "the advice was for another day" --by maria --home practice
    """
    from journal.deposit_entries import UndoChoice
    from orchestration.desk.deposit_desk import DepositDesk

    def drafts_at(desk: "DepositDesk") -> "list[DepositDraft]":
        return [UndoChoice(entry_key=_key(desk, name), reason=entering.reason) for name in deposits]

    return decide(home, DepositDesk, drafts_at, entering, noun="deposit")


def _key(desk: "DepositDesk", name: str) -> str:
    """The key of the one deposit under a key or id; the name where there is none, so that it is refused with
    its reason.
    """
    found = desk.deposits((name,))
    if len(found) > 1:
        keys = ", ".join(one.entry_key for one in found)
        raise click.UsageError(f"{name} is a deposit of several accounts; name one of {keys}")
    return found[0].entry_key if found else name


def _facts(one: "OpenDeposit") -> dict[str, Any]:
    return plain(one.facts) | {
        "candidates": [plain(candidate) for candidate in one.candidates],
        "chosen_payments": list(one.choice.payments) if one.choice else [],
        "chosen_by": one.choice.person if one.choice else None,
        "is_lapsed": one.is_lapsed,
    }


def _words(one: "OpenDeposit") -> str:
    if one.choice is None:
        return str(one.facts["status"]).replace("_", " ")
    if one.is_lapsed:
        return f"chosen by {one.choice.person}, but an amount has changed since: undo it and choose anew"
    return f"chosen by {one.choice.person}"
