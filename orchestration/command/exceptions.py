"""`tieout exceptions`: look at everything that does not tie, and work it.

Belongs here: the group, and its commands that only look. Those that enter something are in
`exception_entries`.
"""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command import exception_entries
from orchestration.command.desks import desk_to_look_at
from orchestration.command.entry_facts import entry_facts
from orchestration.command.exception_options import filter_options
from orchestration.command.listing import ROWS_SHOWN, fitting, plain
from orchestration.command.options import home_option
from orchestration.desk.exception_filter import ExceptionFilter
from orchestration.failures import NotFoundError

if TYPE_CHECKING:
    from orchestration.desk.exception_query import PublishedException

_ONLY_WHEN_WIDE = ("location_id", "business_key", "age_days")
DEPENDENTS_SHOWN = 20
ID_SHOWN = 8


@click.group("exceptions")
def command() -> None:
    """Work everything that does not tie: find the cause, mend it, accept what stays, see it gone.

    \b
    A day's work:
      tieout exceptions list --owner billing --home practice
      tieout exceptions show 3f9a01 --home practice
      tieout exceptions assign 3f9a01 --to noor --by maria --home practice
      tieout exceptions resolve 3f9a01 --reason "payment sent again" --by maria --home practice
      tieout exceptions waive 77c0de --until 2026-06-01 --reason "settled in May" --by maria --home practice

    Six letters of an id are enough where they are unique. What is there only because of another one stands
    behind it: work the root, and both go. What is decided is kept in the journal at once and counts from the
    next run on; until then these commands show it on top of what the last run published. Nothing is hidden: a
    waived exception is listed by --status waived, and counted in every total.
    """


for _entering in exception_entries.COMMANDS:
    command.add_command(_entering)


@command.command("list")
@home_option
@filter_options
@click.option("--json", "as_json", is_flag=True, help="Print them all as JSON; amounts as text.")
def list_exceptions(home: Path, wanted: ExceptionFilter, as_json: bool) -> None:
    """List exceptions as they stand now, the most urgent first.

    \b
    Examples:
      tieout exceptions list --home practice
      tieout exceptions list --severity critical --older-than 7 --unassigned --home practice
      tieout exceptions list --patient P1001 --amount-from 100 --json --home practice
      tieout exceptions list --text "Transmission Failed" --home practice
      tieout exceptions list --status waived --status acknowledged --home practice

    Critical ones come first, of equal severity the largest amount. Without --status it lists what is work:
    open and reopened.
    """
    from orchestration.desk.exception_desk import ExceptionDesk
    from orchestration.desk.exception_query import grouped

    with desk_to_look_at(home, ExceptionDesk) as desk:
        found = grouped(desk.exceptions(wanted))
        everything = desk.exceptions(ExceptionFilter(statuses=_ALL))
    if as_json:
        click.echo(json.dumps([facts_of(one) for one in found], indent=1))
        return
    _print_table(found)
    _print_totals(found, everything)


@command.command("show")
@click.argument("exception_id")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON; amounts as text.")
def show_exception(exception_id: str, home: Path, as_json: bool) -> None:
    """Show one exception: what it means, what to do, what it depends on, and every turn of its life.

    \b
    Example:
      tieout exceptions show 3f9a01 --home practice
    """
    from orchestration.command.exception_entries import whole_id
    from orchestration.desk.exception_desk import ExceptionDesk

    with desk_to_look_at(home, ExceptionDesk) as desk:
        whole = whole_id(desk, exception_id)
        found = desk.exceptions(ExceptionFilter(exception_ids=(whole,)))
        if not found:
            raise NotFoundError(f"the last run found no exception {exception_id}; it may have cleared")
        (one,) = found
        root = desk.exceptions(ExceptionFilter(exception_ids=(one.facts["root_exception_id"] or "",)))
        dependents = desk.exceptions(ExceptionFilter(root_ids=(whole,), statuses=_ALL))
        told = {
            "kind": plain(desk.kind(one.state.kind)),
            "because": desk.because(one),
            "root": facts_of(root[0]) if root else None,
            "dependents": [facts_of(each) for each in dependents],
            "history": [plain(change) for change in desk.history(one)],
            "entries_since": [entry_facts(entry) for entry in desk.entries_since(one)],
        }
    if as_json:
        click.echo(json.dumps({**facts_of(one), **told}, indent=1))
        return
    _print_exception(facts_of(one), told, home)


_ALL = ("open", "reopened", "acknowledged", "waived", "resolved")


def facts_of(one: "PublishedException") -> dict[str, Any]:
    """An exception for machines: dates and amounts as text, status and assignee as they are now."""
    state = one.state
    now: dict[str, Any] = {
        "status": state.status,
        "assigned_to": state.assigned_to,
        "waived_until": state.waived_until,
    }
    if state.status != one.facts["status"]:
        now["state"] = state.status
    elif state.status == "open" and (state.assigned_to is None) != (one.facts["assigned_to"] is None):
        now["state"] = "assigned" if state.assigned_to else "persisting"
    return plain({**one.facts, **now})


def _print_table(found: "list[PublishedException]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = {
        "exception_id": "id",
        "severity": "severity",
        "kind": "what was found",
        "location_id": "location",
        "business_key": "about",
        "state": "state",
        "age_days": "days",
        "amount_at_stake": "at stake",
    }
    console = Console()
    shown = fitting(shown, console.width, _ONLY_WHEN_WIDE)
    table = Table()
    for name, heading in shown.items():
        is_number = name in ("age_days", "amount_at_stake")
        table.add_column(
            heading,
            justify="right" if is_number else "left",
            no_wrap=name in ("exception_id", "amount_at_stake", "severity"),
            overflow="fold",
        )
    ids = {one.state.exception_id for one in found[:ROWS_SHOWN]}
    for one in found[:ROWS_SHOWN]:
        facts = facts_of(one)
        is_behind = facts["root_exception_id"] in ids
        # As text: a key with brackets in it is a key, and no style.
        table.add_row(*(Text(_cell(name, facts, is_behind=is_behind)) for name in shown))
    console.print(table)


def _cell(name: str, facts: dict[str, Any], *, is_behind: bool) -> str:
    value = facts[name]
    if name == "exception_id":
        return ("└ " if is_behind else "") + str(value)[:ID_SHOWN]
    if name == "state":
        return _standing(facts)
    if name == "kind":
        behind = f" (+{facts['dependent_count']} behind it)" if facts["dependent_count"] else ""
        return f"{value}{behind}\n{facts['what_was_found']}"
    return "" if value is None else str(value)


def _standing(facts: dict[str, Any]) -> str:
    """State, and whose it is or until when."""
    said = str(facts["state"])
    if facts["waived_until"]:
        said += f" until {facts['waived_until']}"
    if facts["assigned_to"]:
        said += f", {facts['assigned_to']}"
    return said


def _print_totals(found: "list[PublishedException]", everything: "list[PublishedException]") -> None:
    """How many are listed with how much money, and how many there are that are not work."""
    amount = sum((one.facts["amount_at_stake"] or Decimal(0) for one in found), Decimal(0))
    noun = "exception" if len(found) == 1 else "exceptions"
    hidden = f"; the first {ROWS_SHOWN:,} shown, --json has all" if len(found) > ROWS_SHOWN else ""
    click.echo(f"{len(found):,} {noun}, {amount:,.2f} at stake{hidden}")
    counts = Counter(one.state.status for one in everything)
    others = ", ".join(f"{counts[status]:,} {status}" for status in _ALL if counts[status])
    whole = sum((one.facts["amount_at_stake"] or Decimal(0) for one in everything), Decimal(0))
    click.echo(f"of {len(everything):,} with {whole:,.2f} in all: {others or 'nothing'}")


def _print_exception(facts: dict[str, Any], told: dict[str, Any], home: Path) -> None:
    kind = told["kind"]
    click.echo(
        f"{kind.get('title', facts['kind'])} ({facts['kind']}, {facts['severity']}, for {facts['owner']})"
    )
    if kind.get("meaning"):
        click.echo(f"{kind['meaning']}\n")
    for name, heading in _SHOWN.items():
        if facts[name] is not None:
            click.echo(f"{heading:<14} {facts[name]}")
    click.echo(f"{'stands':<14} {_standing(facts)}, since {facts['state_since_on']}")
    if facts["file_name"]:
        place = f", row {facts['row_number']}" if facts["row_number"] is not None else ""
        click.echo(f"{'source':<14} {facts['file_name']}{place}")
    if told["root"]:
        root = told["root"]
        click.echo(f"\nonly because of {root['exception_id']} ({root['kind']}, {root['business_key']})")
        click.echo(f"  {told['because']}")
    if told["dependents"]:
        click.echo(f"\nbehind it are {len(told['dependents']):,} that go with it")
        for one in told["dependents"][:DEPENDENTS_SHOWN]:
            click.echo(f"  {one['exception_id'][:ID_SHOWN]} {one['kind']} {one['business_key']}")
        if len(told["dependents"]) > DEPENDENTS_SHOWN:
            click.echo(f"  … tieout exceptions list --root {facts['exception_id']} has all")
    click.echo(f"\nto do          {facts['what_to_do']}")
    click.echo(f"next step      {_with_home(facts['next_step'], home)}")
    if kind.get("how_it_clears"):
        click.echo(f"clears when    {kind['how_it_clears']}")
    click.echo("\nso far")
    for change in told["history"]:
        click.echo(f"  {change['changed_on']} {_told_change(change)}")
    for entry in told["entries_since"]:
        said = f": {entry['reason']}" if entry["reason"] else ""
        click.echo(
            f"  {entry['entered_on']} {entry['person']} {entry['action']}, counts from the next run on{said}"
        )


_SHOWN = {
    "exception_id": "id",
    "business_key": "about",
    "what_was_found": "found",
    "amount_at_stake": "at stake",
    "location_id": "location",
    "patient_id": "patient",
    "left_key": "one side",
    "right_key": "other side",
    "first_seen_on": "first seen",
    "age_days": "days open",
}

_CAUSES = {
    "found": "found",
    "not_found": "not found any more",
    "found_again": "found again",
    "still_found": "still found, though resolved",
    "finding_changed": "found otherwise than accepted",
    "amount_changed": "found with another amount than accepted",
    "waiver_ended": "the waiver is over",
}


def _told_change(change: dict[str, Any]) -> str:
    if change["person"] is None:
        return f"{_CAUSES.get(change['cause'], change['cause'])}: {change['state']}"
    what = change["cause"]
    if what == "assign":
        what += f" to {change['assigned_to'] or 'nobody'}"
    if what == "waive":
        what += f" until {change['waived_until']}"
    return f"{change['person']} {what}" + (f": {change['reason']}" if change["reason"] else "")


def _with_home(step: str, home: Path) -> str:
    """A command as it can be typed here."""
    return f"{step} --home {home}" if step.startswith("tieout ") else step
