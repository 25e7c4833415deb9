"""Entering something into the journal from the command line: the options, and what is said of it.

Belongs here: what the commands on receipts, failed charges and exceptions share. Does not belong here: what
is allowed (`journal`), and which things a person means (`receipt_options`, `charge_options`,
`exception_options`).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING, TypeVar

import click

from orchestration import exit_codes
from orchestration.command.entry_facts import entry_facts

if TYPE_CHECKING:
    from journal.action import Action
    from orchestration.desk.decision import Decision

Result = TypeVar("Result")
ActionT = TypeVar("ActionT", bound="Action")

MOST_WITHOUT_YES = 100
REFUSALS_SHOWN = 20


class IsoDate(click.ParamType[date]):
    """A date written as 2026-03-31."""

    name = "date"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or a usage error."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value} is not a date; write it as 2026-03-31", param, ctx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entering:
    """Who enters something, why, for which business date, and whether it is a trial."""

    person: str
    reason: str
    on: date | None
    dry_run: bool
    yes: bool
    as_json: bool


_ENTERING = (
    click.option(
        "--by",
        "person",
        required=True,
        envvar="TIEOUT_PERSON",
        show_envvar=True,
        help="Who decides; it stays with the entry.",
    ),
    click.option("--reason", default="", help="What is to be remembered about the decision."),
    click.option(
        "--on", type=IsoDate(), help="Business date of the entry; today, after the last published day."
    ),
    click.option("--dry-run", is_flag=True, help="Only say what would be entered."),
    click.option("--yes", is_flag=True, help="Enter it for more than 100 as well."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
)
_ENTERED = ("person", "reason", "on", "dry_run", "yes", "as_json")


def entry_options(command: Callable[..., Result]) -> Callable[..., Result]:
    """Options of a command that enters something; it gets them as ``entering``, an `Entering`."""
    return gathered(command, _ENTERING, _ENTERED, "entering", Entering)


def gathered(
    command: Callable[..., Result],
    options: Sequence[Callable[[Callable[..., Result]], Callable[..., Result]]],
    names: Sequence[str],
    as_name: str,
    made: Callable[..., object],
) -> Callable[..., Result]:
    """The command with ``options``, which it gets as one object."""

    @wraps(command)
    def gathering(**given: object) -> Result:
        whole = made(**{name: given.pop(name) for name in names})
        return command(**given, **{as_name: whole})

    wrapped: Callable[..., Result] = gathering
    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def is_trial(entering: Entering, count: int) -> bool:
    """Whether ``count`` drafts are only judged: asked for as a trial, or too many to enter without a yes."""
    return entering.dry_run or (count > MOST_WITHOUT_YES and not entering.yes)


def report(decision: "Decision[ActionT]", day: date, entering: Entering, *, noun: str, trial: bool) -> int:
    """Say what was entered and what was refused; the exit code of the command. ``noun`` is receipt,
    charge, remittance, deposit, exception or period.
    """
    outcome = exit_codes.ENTRY_REFUSED if decision.refused else exit_codes.RAN
    if entering.as_json:
        name = f"{noun}_key" if noun in ("charge", "remittance", "deposit") else f"{noun}_id"
        result = {
            "entered_on": day.isoformat(),
            "is_trial": trial,
            "allowed": [draft.subject.id for draft in decision.allowed],
            "refused": [{name: subject_id, "reason": why} for subject_id, why in decision.refused],
            "entries": [entry_facts(entry) for entry in decision.entries],
        }
        click.echo(json.dumps(result, indent=1))
        return outcome
    for subject_id, why in decision.refused[:REFUSALS_SHOWN]:
        click.echo(f"refused {subject_id}: {why}", err=True)
    if len(decision.refused) > REFUSALS_SHOWN:
        click.echo(f"… and {len(decision.refused) - REFUSALS_SHOWN:,} more; --json lists all", err=True)
    if trial:
        click.echo(f"nothing entered; {len(decision.allowed):,} {noun}s would be, on {day}")
        if not entering.dry_run:
            click.echo(f"that is for more than {MOST_WITHOUT_YES} {noun}s; add --yes to enter it")
        return outcome
    if not decision.entries:
        click.echo("nothing entered")
        return outcome
    first, last = decision.entries[0].entry_number, decision.entries[-1].entry_number
    which = f"entry {first}" if first == last else f"entries {first} to {last}"
    # A step in closing a period is about what is published already; anything else waits for a run.
    counts = "at once" if noun == "period" else "from the next run on"
    click.echo(f"{len(decision.entries):,} entered on {day}, {which} of the journal; it counts {counts}")
    return outcome
