"""`tieout receipts`: look at receipts and decide about them.

Belongs here: the group, and its commands that only look. Those that enter something are in `receipt_entries`.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command import receipt_entries
from orchestration.command.desks import desk_to_look_at
from orchestration.command.entry_facts import entry_facts
from orchestration.command.listing import ROWS_SHOWN
from orchestration.command.options import home_option
from orchestration.command.receipt_options import filter_options
from orchestration.desk.receipt_filter import ReceiptFilter
from orchestration.failures import NotFoundError

if TYPE_CHECKING:
    from orchestration.desk.receipt_query import PublishedReceipt


@click.group("receipts")
def command() -> None:
    """Look at receipts and decide about them.

    \b
    Examples:
      tieout receipts list --status Error --home practice
      tieout receipts show R1001 --home practice
      tieout receipts set-status --to New --status Error --code NO_CLAIM_FOUND --by maria --home practice
      tieout receipts link R1001 --claim C77 --by maria --reason "called the patient" --home practice

    What is decided is kept in the journal at once and counts from the next run on; until then these commands
    show it on top of what the last run published.
    """


for _entering in receipt_entries.COMMANDS:
    command.add_command(_entering)


@command.command("list")
@home_option
@filter_options
@click.option("--json", "as_json", is_flag=True, help="Print them all as JSON; amounts as text.")
def list_receipts(home: Path, wanted: ReceiptFilter, as_json: bool) -> None:
    """List receipts as they stand now, entries since the last run included.

    \b
    Example:
      tieout receipts list --status Error --location L1 --home practice
    """
    from orchestration.desk.receipt_desk import ReceiptDesk

    with desk_to_look_at(home, ReceiptDesk) as desk:
        found = desk.receipts(wanted)
    if as_json:
        click.echo(json.dumps([facts_of(receipt) for receipt in found], indent=1))
        return
    print_receipts(found)


@command.command("show")
@click.argument("receipt_id")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; amounts as text.")
def show_receipt(receipt_id: str, home: Path, as_json: bool) -> None:
    """Show where one receipt stands now, and what people entered since the last run.

    \b
    Example:
      tieout receipts show R1001 --home practice

    `tieout explain receipt` tells how it came to that.
    """
    from orchestration.desk.receipt_desk import ReceiptDesk

    with desk_to_look_at(home, ReceiptDesk) as desk:
        found = desk.receipts(ReceiptFilter(receipt_ids=(receipt_id,)))
        entries = desk.entries_since(receipt_id)
    if not found:
        raise NotFoundError(f"there is no receipt {receipt_id} in the published file")
    facts = facts_of(found[0])
    if as_json:
        click.echo(
            json.dumps({**facts, "entries_since": [entry_facts(entry) for entry in entries]}, indent=1)
        )
        return
    for name, value in facts.items():
        click.echo(f"{name.replace('_', ' '):<16} {_text(value)}")
    for entry in entries:
        click.echo(
            f"entered {entry.entered_on} by {entry.person}: {entry.action} {entry.details} {entry.reason}"
        )


def facts_of(receipt: "PublishedReceipt") -> dict[str, Any]:
    """A receipt for machines: dates and amounts as text."""
    from ingestion.money import decimal_of

    state = receipt.state
    return {
        "receipt_id": state.receipt_id,
        "status": state.status,
        "code": receipt.code,
        "message": receipt.message,
        "patient_id": state.patient_id,
        "receipt_type": receipt.receipt_type,
        "location_id": receipt.location_id,
        "received_on": state.received_on.isoformat(),
        "hold_until": state.hold_until.isoformat() if state.hold_until else None,
        "claim_id": state.claim_id,
        "appointment_id": state.appointment_id,
        "amount": str(decimal_of(state.amount_cents)),
        "applied": str(decimal_of(state.applied_cents)),
        "disbursed": str(decimal_of(state.disbursed_cents)),
        "refunded": str(decimal_of(state.refunded_cents)),
        "unapplied": str(decimal_of(state.unapplied_cents)),
        "disbursements": {
            disbursement_id: str(decimal_of(cents))
            for disbursement_id, cents in sorted(state.disbursements.items())
        },
    }


def print_receipts(receipts: "list[PublishedReceipt]") -> None:
    """A table of the first receipts, and how many there are with how much unapplied."""
    from rich.console import Console
    from rich.table import Table

    from ingestion.money import decimal_of

    shown = ("receipt_id", "status", "code", "receipt_type", "location_id", "received_on", "hold_until",
             "amount", "unapplied")  # fmt: skip
    table = Table()
    for name in shown:
        is_amount = name in ("amount", "unapplied")
        table.add_column(
            name.replace("_", " "),
            justify="right" if is_amount else "left",
            no_wrap=is_amount or name == "receipt_id",
        )
    for receipt in receipts[:ROWS_SHOWN]:
        facts = facts_of(receipt)
        table.add_row(*(_text(facts[name]) for name in shown))
    console = Console()
    console.print(table)
    unapplied = decimal_of(sum(receipt.state.unapplied_cents for receipt in receipts))
    hidden = f", the first {ROWS_SHOWN:,} shown; --json has all" if len(receipts) > ROWS_SHOWN else ""
    console.print(f"{len(receipts):,} receipts, {unapplied} unapplied{hidden}", highlight=False)


def _text(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items())
    return "" if value is None else str(value)
