"""`tieout charges`: look at the charges that a formatter run refused, and work them.

Belongs here: the group, and its commands that only look. Those that enter something are in `charge_entries`.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command import charge_entries
from orchestration.command.charge_options import filter_options
from orchestration.command.desks import desk_to_look_at
from orchestration.command.entry_facts import entry_facts
from orchestration.command.listing import ROWS_SHOWN, fitting, has_room, plain
from orchestration.command.options import home_option
from orchestration.desk.charge_filter import ChargeFilter
from orchestration.failures import NotFoundError

if TYPE_CHECKING:
    from orchestration.desk.charge_query import PublishedCharge

_ONLY_WHEN_WIDE = ("owner", "payer_id", "failure_count")


@click.group("charges")
def command() -> None:
    """Work the charges that did not go out: see why, mend, and send them through the next run.

    
    A day's work:
      tieout charges list --owner billing --home practice
      tieout charges show CH1 --home practice
      tieout charges reprocess CH1 --reason "member id corrected" --by maria --home practice
      tieout charges delay CH2 --until 2026-04-15 --reason "plan asked for" --by maria --home practice

    The list begins with the money that is lost first: fewest days left to file, then the largest amount. What
    is decided is kept in the journal at once and counts from the next run on; until then these commands show
    it on top of what the last run published.
    """


for _entering in charge_entries.COMMANDS:
    command.add_command(_entering)


@command.command("list")
@home_option
@filter_options
@click.option("--json", "as_json", is_flag=True, help="Print them all as JSON; amounts as text.")
def list_charges(home: Path, wanted: ChargeFilter, as_json: bool) -> None:
    """List failed charges as they stand now, the most urgent first.

    
    Examples:
      tieout charges list --home practice
      tieout charges list --reason-code FC09 --older-than 14 --home practice
      tieout charges list --status released --home practice

    Without --status it lists what is work: failing, reprocess requested and delayed.
    """
    from orchestration.desk.charge_desk import ChargeDesk

    with desk_to_look_at(home, ChargeDesk) as desk:
        found = desk.charges(wanted)
    if as_json:
        click.echo(json.dumps([facts_of(charge) for charge in found], indent=1))
        return
    print_charges(found)


@command.command("show")
@click.argument("charge_id")
@click.option("--company", "companies", multiple=True, help="Only this company.")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; amounts as text.")
def show_charge(charge_id: str, companies: tuple[str, ...], home: Path, as_json: bool) -> None:
    """Show where one charge stands, every reason it was ever refused for, and what people entered.

    
    Example:
      tieout charges show CH1 --home practice
    """
    from orchestration.desk.charge_desk import ChargeDesk

    with desk_to_look_at(home, ChargeDesk) as desk:
        found = desk.charges(ChargeFilter(charge_ids=(charge_id,), companies=companies))
        if not found:
            raise NotFoundError(f"there is no failed charge {charge_id} in the published file")
        shown = [
            {
                **facts_of(charge),
                "reasons": [plain(reason) for reason in desk.reasons(charge)],
                "entries": [entry_facts(entry) for entry in desk.entries_of(charge)],
            }
            for charge in found
        ]
    if as_json:
        click.echo(json.dumps(shown if len(shown) > 1 else shown[0], indent=1))
        return
    for charge in shown:
        _print_charge(charge)


def facts_of(charge: "PublishedCharge") -> dict[str, Any]:
    """A charge for machines: dates and amounts as text, its status as it is now."""
    state = charge.state
    now = {
        "charge_status": state.status,
        "reprocess_requested_on": state.reprocess_requested_on,
        "delayed_until": state.delayed_until,
    }
    return {"charge_key": state.key} | plain({**charge.facts, **now})


def print_charges(charges: "list[PublishedCharge]") -> None:
    """A table of the first charges, and how many there are with how much money."""
    from rich.console import Console
    from rich.table import Table

    if not charges:
        click.echo("No failed charge is like that; without --status only those are listed that are work.")
        return
    console = Console()
    several = len({charge.state.company_id for charge in charges}) > 1
    shown = ({"company_id": "company"} if several else {}) | {
        "charge_record_id": "charge",
        "charge_status": "status",
        "main_reason": "main reason",
        "owner": "owner",
        "payer_id": "payer",
        "oldest_failure_on": "failing since",
        "failure_count": "times",
        "days_to_filing_limit": "days left",
        "amount": "amount",
    }
    shown = fitting(shown, console.width, _ONLY_WHEN_WIDE)
    if not has_room(console.width):
        shown |= {"oldest_failure_on": "since", "days_to_filing_limit": "left"}
    table = Table()
    for name, heading in shown.items():
        is_number = name in ("failure_count", "days_to_filing_limit", "amount")
        table.add_column(
            heading,
            justify="right" if is_number else "left",
            no_wrap=name in ("amount", "charge_record_id", "oldest_failure_on"),
        )
    for charge in charges[:ROWS_SHOWN]:
        facts = facts_of(charge)
        table.add_row(*(_cell(name, facts) for name in shown))
    console.print(table)
    console.print(_total(charges), highlight=False)


def _total(charges: "list[PublishedCharge]") -> str:
    amount = sum((charge.facts["amount"] for charge in charges), Decimal(0))
    at_risk = [charge for charge in charges if charge.facts["filing_status"] in ("near", "due")]
    risk = sum((charge.facts["amount"] for charge in at_risk), Decimal(0))
    hidden = f"; the first {ROWS_SHOWN:,} shown, --json has all" if len(charges) > ROWS_SHOWN else ""
    close = f"; {len(at_risk):,} with {risk:,.2f} close to the filing limit" if at_risk else ""
    noun = "charge" if len(charges) == 1 else "charges"
    return f"{len(charges):,} {noun}, {amount:,.2f}{close}{hidden}"


def _cell(name: str, facts: dict[str, Any]) -> str:
    if name == "charge_status" and facts["delayed_until"]:
        return f"delayed until {facts['delayed_until']}"
    if name == "main_reason":
        others = facts["reason_codes"].count(",")
        return f"{facts['main_reason_code']} {facts[name]}" + (f" (+{others})" if others else "")
    if name == "days_to_filing_limit" and facts[name] is not None and facts[name] < 0:
        return "passed"
    value = facts[name]
    return "" if value is None else str(value).replace("_", " ")


def _print_charge(charge: dict[str, Any]) -> None:
    reasons, entries = charge.pop("reasons"), charge.pop("entries")
    for name, value in charge.items():
        if value is not None:
            click.echo(f"{name.replace('_', ' '):<26} {value}")
    click.echo("\nrefused for")
    for reason in reasons:
        stands = "stands" if reason["is_standing"] else "past"
        runs = "1 run" if reason["failure_count"] == 1 else f"{reason['failure_count']} runs"
        click.echo(
            f"  {reason['reason_code']:<6} {stands:<7} {reason['oldest_failure_on']} to"
            f" {reason['last_failure_on']}, {runs}: {reason['reason']}"
        )
        if reason["is_standing"]:
            click.echo(f"         {reason['owner']}: {reason['what_to_do']}")
    if entries:
        click.echo("\nentered")
    for entry in entries:
        until = f" until {entry['details']['until']}" if "until" in entry["details"] else ""
        said = f": {entry['reason']}" if entry["reason"] else ""
        click.echo(f"  {entry['entered_on']} {entry['person']} {entry['action']}{until}{said}")
