"""The commands of `tieout exceptions` that enter something into the journal."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.command.desks import decide
from orchestration.command.entering import Entering, IsoDate, entry_options
from orchestration.command.exception_options import filter_options
from orchestration.command.options import home_option
from orchestration.desk.exception_filter import ExceptionFilter

if TYPE_CHECKING:
    from journal.exception_entries import ExceptionDraft
    from orchestration.desk.exception_desk import ExceptionDesk
    from orchestration.desk.exception_query import PublishedException

DraftFor = Callable[[dict[str, Any], "PublishedException | None"], "ExceptionDraft"]
"""(what all drafts share, the exception where there is one) -> what the person wants to do with it."""


@click.command("assign")
@click.argument("exception_ids", nargs=-1)
@click.option("--to", "to", help="Who works it from now on.")
@click.option("--nobody", is_flag=True, help="Take it away from whoever has it.")
@filter_options
@home_option
@entry_options
def assign(
    exception_ids: tuple[str, ...],
    to: str | None,
    nobody: bool,
    wanted: ExceptionFilter,
    home: Path,
    entering: Entering,
) -> int:
    """Give exceptions to somebody. The name stays when one clears and comes back.

    \b
    Examples:
      tieout exceptions assign 3f9a01 --to noor --by maria --home practice
      tieout exceptions assign --kind missing_in_billing --location L01 --to noor --by maria --home practice
      tieout exceptions assign --assigned-to noor --nobody --by maria --home practice
    """
    from journal.exception_entries import Assign

    if (to is None) == (not nobody):
        raise click.UsageError("say --to whom, or --nobody")
    return _decide(
        replace(wanted, exception_ids=exception_ids),
        lambda common, _: Assign(to=to, **common),
        home,
        entering,
    )


@click.command("comment")
@click.argument("exception_ids", nargs=-1)
@click.option("--message", "-m", "message", required=True, help="What is to be said.")
@filter_options
@home_option
@entry_options
def comment(
    exception_ids: tuple[str, ...], message: str, wanted: ExceptionFilter, home: Path, entering: Entering
) -> int:
    """Say something about exceptions, for whoever opens them next. Names of patients do not belong in it.

    \b
    Example:
      tieout exceptions comment 3f9a01 -m "asked the clinic for the card slip" --by maria --home practice
    """
    from journal.exception_entries import Comment

    return _decide(
        replace(wanted, exception_ids=exception_ids),
        lambda common, _: Comment(**(common | {"reason": message})),
        home,
        entering,
    )


@click.command("acknowledge")
@click.argument("exception_ids", nargs=-1)
@filter_options
@home_option
@entry_options
def acknowledge(
    exception_ids: tuple[str, ...], wanted: ExceptionFilter, home: Path, entering: Entering
) -> int:
    """Known, nothing to do now: out of the queue until what was found, or the amount, changes.

    \b
    Examples:
      tieout exceptions acknowledge 3f9a01 --reason "the vendor is on it" --by maria --home practice
      tieout exceptions acknowledge --kind expected_file_late --by maria --home practice
    """
    from journal.exception_entries import Acknowledge

    return _decide(
        replace(wanted, exception_ids=exception_ids),
        lambda common, one: Acknowledge(**common, **_as_found(one)),
        home,
        entering,
    )


@click.command("resolve")
@click.argument("exception_ids", nargs=-1)
@filter_options
@home_option
@entry_options
def resolve(exception_ids: tuple[str, ...], wanted: ExceptionFilter, home: Path, entering: Entering) -> int:
    """Done in the EMR, in billing or at the bank; --reason is required, and says what.

    \b
    Example:
      tieout exceptions resolve 3f9a01 --reason "payment sent again" --by maria --home practice

    The next run looks: what is gone stays resolved, what it still finds is reopened.
    """
    from journal.exception_entries import Resolve

    return _decide(
        replace(wanted, exception_ids=exception_ids), lambda common, _: Resolve(**common), home, entering
    )


@click.command("waive")
@click.argument("exception_ids", nargs=-1)
@click.option("--until", required=True, type=IsoDate(), help="The first day on which they are back.")
@filter_options
@home_option
@entry_options
def waive(
    exception_ids: tuple[str, ...], until: date, wanted: ExceptionFilter, home: Path, entering: Entering
) -> int:
    """Accept exceptions as they are until a day, a year away at most; --reason is required.

    \b
    Example:
      tieout exceptions waive 3f9a01 --until 2026-06-01 --reason "settled in May" --by maria --home practice

    A waived one is still counted and listed (--status waived). It is back in the queue on its day, and before
    it when what was found, or the amount, is not what was waived.
    """
    from journal.exception_entries import Waive

    return _decide(
        replace(wanted, exception_ids=exception_ids),
        lambda common, one: Waive(until=until, **common, **_as_found(one)),
        home,
        entering,
    )


@click.command("reopen")
@click.argument("exception_ids", nargs=-1)
@filter_options
@home_option
@entry_options
def reopen(exception_ids: tuple[str, ...], wanted: ExceptionFilter, home: Path, entering: Entering) -> int:
    """Put acknowledged, waived or resolved exceptions back into the queue.

    \b
    Examples:
      tieout exceptions reopen 3f9a01 --reason "the slip is of another day" --by maria --home practice
      tieout exceptions reopen --status waived --kind over_applied --by maria --home practice
    """
    from journal.exception_entries import Reopen

    return _decide(
        replace(wanted, exception_ids=exception_ids), lambda common, _: Reopen(**common), home, entering
    )


def _as_found(one: "PublishedException | None") -> dict[str, Any]:
    """What is accepted. An exception that is not there is refused for that, whatever it would accept."""
    if one is None:
        return {"what_was_found": "nothing", "amount_at_stake": None}
    return {"what_was_found": one.state.what_was_found, "amount_at_stake": one.state.amount_at_stake}


def _decide(wanted: ExceptionFilter, draft_for: DraftFor, home: Path, entering: Entering) -> int:
    """Make a draft for each exception that is meant, enter what is allowed, and say what was not."""
    from orchestration.desk.exception_desk import ExceptionDesk

    if wanted.is_empty:
        raise click.UsageError("name the exceptions, or say by --kind, --location, --owner … which are meant")

    def drafts_at(desk: ExceptionDesk) -> "list[ExceptionDraft]":
        return [
            draft_for(
                {
                    "exception_id": exception_id,
                    "kind": one.state.kind if one else "",
                    "business_key": one.facts["business_key"] if one else "",
                    "reason": entering.reason,
                },
                one,
            )
            for exception_id, one in _meant(desk, wanted)
        ]

    return decide(home, ExceptionDesk, drafts_at, entering, noun="exception")


def _meant(desk: "ExceptionDesk", wanted: ExceptionFilter) -> "list[tuple[str, PublishedException | None]]":
    """The exceptions that are meant, by id. Ids given without a filter are taken as they are, unknown ones
    too, so that each is either entered or refused with its reason.
    """
    ids = tuple(dict.fromkeys(whole_id(desk, given) for given in wanted.exception_ids))
    found = {one.state.exception_id: one for one in desk.exceptions(replace(wanted, exception_ids=ids))}
    if ids and replace(wanted, exception_ids=()).is_empty:
        return [(one, found.get(one)) for one in ids]
    return list(found.items())


def whole_id(desk: "ExceptionDesk", given: str) -> str:
    """The id that begins so; what begins none, or is too short, stays as it is. A usage error when several
    do.
    """
    found = desk.ids_beginning(given)
    if len(found) > 1 and given not in found:
        raise click.UsageError(f"{len(found)} exceptions begin with {given}; give more of the id")
    return found[0] if found else given


COMMANDS = (assign, comment, acknowledge, resolve, waive, reopen)
"""In the order of daily use."""
