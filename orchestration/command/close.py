"""`tieout close`: go through the tie-outs of a period, prepare, review and sign it, or open it again."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from journal.period import ALL_LOCATIONS, KINDS, period_named
from orchestration.command.desks import decide, desk_to_look_at
from orchestration.command.entering import Entering, entry_options
from orchestration.command.entry_facts import entry_facts
from orchestration.command.options import existing_home, home_option

if TYPE_CHECKING:
    from journal.close_entries import CloseDraft
    from journal.close_state import Taken
    from orchestration.close.checklist import TieOut
    from orchestration.desk.close_desk import LookedAt

Command = TypeVar("Command", bound=Callable[..., Any])


def _named(context: click.Context, parameter: click.Parameter, name: str | None) -> str | None:
    """The name of a period, checked before anything is opened."""
    from journal.entry import DraftError

    if name is not None:
        try:
            period_named(name)
        except DraftError as error:
            raise click.BadParameter(str(error)) from None
    return name


def period_option(*, required: bool) -> Callable[[Command], Command]:
    """The option --period."""
    return click.option(
        "--period",
        "name",
        required=required,
        callback=_named,
        metavar="PERIOD",
        help="A month as 2026-03, a week as 2026-W11, or a day as 2026-03-15.",
    )


location_option = click.option(
    "--location",
    "location_id",
    default=ALL_LOCATIONS,
    show_default=True,
    metavar="ID",
    help="Our id of a location; practice is what belongs to no single one.",
)


@click.group("close")
def command() -> None:
    """Go through the tie-outs of a day, week or month, and sign it.

    \b
    Examples:
      tieout close status --home practice
      tieout close status --period 2026-03 --location L01 --home practice
      tieout close prepare --period 2026-03 --by maria --home practice
      tieout close review --period 2026-03 --by noor --home practice
      tieout close sign --period 2026-03 --by noor --reason "two deposits still on their way" --home practice

    Whoever prepares a period neither reviews nor signs it. A signature binds the figures and lapses when one
    of them moves in a later run; `status` says which.
    """


@command.command("status")
@period_option(required=False)
@location_option
@click.option(
    "--kind", type=click.Choice(list(KINDS)), default="month", show_default=True,
    help="Which periods to list when none is named.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@home_option
def status(name: str | None, location_id: str, kind: str, as_json: bool, home: Path) -> None:
    """Show the checklist of a period, or where every period stands.

    \b
    Examples:
      tieout close status --kind week --home practice
      tieout close status --period 2026-03 --home practice
    """
    from orchestration.desk.close_desk import CloseDesk

    with desk_to_look_at(home, CloseDesk) as desk:
        if name is not None:
            standing = desk.standing(period_named(name, location_id))
            if as_json:
                click.echo(json.dumps(_facts(standing), indent=1))
            else:
                click.echo(_page(standing, desk.as_of.isoformat()), nl=False)
            return
        listed = [desk.standing(period) for period in desk.periods(kind, location_id)]
    if as_json:
        click.echo(json.dumps([_summary(standing) for standing in listed], indent=1))
        return
    for standing in listed:
        steps = "; ".join(f"{step} by {taken.person} on {taken.on}" for step, taken in standing.state.steps)
        period = standing.state.period
        running = "" if period.end_on <= desk.as_of else " (still running)"
        click.echo(
            f"{period.name:<12} {standing.status:<9} {standing.verdict.word:<11}{running} {steps}".rstrip()
        )


@command.command("prepare")
@period_option(required=True)
@location_option
@home_option
@entry_options
def prepare(name: str, location_id: str, home: Path, entering: Entering) -> int:
    """Say that the figures of a period are complete and ready to be reviewed by somebody else."""
    from journal.close_entries import Prepare

    return _bind(Prepare, name, location_id, home, entering)


@command.command("review")
@period_option(required=True)
@location_option
@home_option
@entry_options
def review(name: str, location_id: str, home: Path, entering: Entering) -> int:
    """Agree with the figures that somebody else prepared."""
    from journal.close_entries import Review

    return _bind(Review, name, location_id, home, entering)


@command.command("sign")
@period_option(required=True)
@location_option
@home_option
@entry_options
def sign(name: str, location_id: str, home: Path, entering: Entering) -> int:
    """Close a period with its figures. What is not reconciled is signed with a --reason only."""
    from journal.close_entries import Sign

    return _bind(Sign, name, location_id, home, entering)


@command.command("reopen")
@period_option(required=True)
@location_option
@home_option
@entry_options
def reopen(name: str, location_id: str, home: Path, entering: Entering) -> int:
    """Take the signature of a period back; --reason is required."""
    from journal.close_entries import Reopen
    from orchestration.desk.close_desk import CloseDesk

    period = period_named(name, location_id)

    def drafts_at(desk: CloseDesk) -> "list[CloseDraft]":
        return [Reopen(period=period, by=entering.person, reason=entering.reason)]

    return decide(home, CloseDesk, drafts_at, entering, noun="period")


def _bind(
    step: "Callable[..., CloseDraft]", name: str, location_id: str, home: Path, entering: Entering
) -> int:
    from orchestration.desk.close_desk import CloseDesk
    from orchestration.published_file import current_publication

    period = period_named(name, location_id)
    run_id = current_publication(existing_home(home).published).run_id

    def drafts_at(desk: CloseDesk) -> "list[CloseDraft]":
        bound = desk.bound(period, run_id)
        return [step(period=period, by=entering.person, reason=entering.reason, bound=bound)]

    return decide(home, CloseDesk, drafts_at, entering, noun="period")


def _page(standing: "LookedAt", as_of: str) -> str:
    from orchestration.close.page import as_text

    return as_text(standing, as_of)


def _summary(standing: "LookedAt") -> dict[str, Any]:
    period = standing.state.period
    return {
        "period": period.name,
        "period_kind": period.kind,
        "period_start_on": period.start_on.isoformat(),
        "period_end_on": period.end_on.isoformat(),
        "location_id": period.location_id,
        "status": standing.status,
        **standing.verdict.as_json(),
        "steps": [_step(step, taken) for step, taken in standing.state.steps],
        "figures_sha256": standing.state.bound.sha256 if standing.state.bound else None,
        "moved": [
            {
                "location_id": moved.key.location_id,
                "tie_out": moved.key.tie_out,
                "figure": moved.key.figure,
                "from_amount": str(moved.from_amount),
                "to_amount": str(moved.to_amount),
                "from_count": moved.from_count,
                "to_count": moved.to_count,
            }
            for moved in standing.moved
        ],
        "late_items": list(standing.late),
        "refused": [entry_facts(entry) for entry in standing.refused],
    }


def _facts(standing: "LookedAt") -> dict[str, Any]:
    return {
        **_summary(standing),
        "tie_outs": [_tie_out(tie_out) for tie_out in standing.checklist.tie_outs],
    }


def _step(step: str, taken: "Taken") -> dict[str, Any]:
    return {
        "step": step,
        "person": taken.person,
        "on": taken.on.isoformat(),
        "reason": taken.reason,
        "entry_number": taken.entry_number,
        "entry_hash": taken.entry_hash,
    }


def _tie_out(tie_out: "TieOut") -> dict[str, Any]:
    exceptions = tie_out.exceptions
    return {
        "tie_out": tie_out.name,
        **tie_out.verdict.as_json(),
        "open_exceptions": exceptions.total,
        "waived_exceptions": exceptions.waived,
        "figures": [
            {
                "figure": figure,
                "role": role,
                "is_binding": is_binding,
                "amount": str(amount),
                "item_count": item_count,
            }
            for figure, role, is_binding, amount, item_count in tie_out.totals()
        ],
    }
