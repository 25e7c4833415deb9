"""The commands of `tieout charges` that enter something into the journal.

Each makes one draft for each charge that is meant; what is allowed is written in one piece, and what is not
is refused with the reason.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.command.charge_options import filter_options
from orchestration.command.desks import decide
from orchestration.command.entering import Entering, IsoDate, entry_options
from orchestration.command.options import home_option
from orchestration.desk.charge_filter import ChargeFilter

if TYPE_CHECKING:
    from journal.charge_entries import ChargeDraft
    from orchestration.desk.charge_desk import ChargeDesk

DraftFor = Callable[[str, str], "ChargeDraft"]
"""(company_id, charge_record_id) -> what the person wants to do with that charge."""


@click.command("reprocess")
@click.argument("charge_ids", nargs=-1)
@filter_options
@home_option
@entry_options
def reprocess(charge_ids: tuple[str, ...], wanted: ChargeFilter, home: Path, entering: Entering) -> int:
    """Mark charges for the next run, once what they were refused for is mended.

    
    Examples:
      tieout charges reprocess CH1 CH2 --by maria --reason "member id corrected" --home practice
      tieout charges reprocess --reason-code FC09 --payer PAY01 --by maria --home practice

    The next run says whether it is: a mended charge leaves the list, one that is refused again keeps its
    oldest failure date, and the return is counted.
    """
    from journal.charge_entries import Reprocess

    return _decide(
        replace(wanted, charge_ids=charge_ids),
        lambda company_id, charge_record_id: Reprocess(
            company_id=company_id, charge_record_id=charge_record_id, reason=entering.reason
        ),
        home,
        entering,
    )


@click.command("delay")
@click.argument("charge_ids", nargs=-1)
@click.option("--until", required=True, type=IsoDate(), help="The first day on which they are back.")
@filter_options
@home_option
@entry_options
def delay(
    charge_ids: tuple[str, ...], until: date, wanted: ChargeFilter, home: Path, entering: Entering
) -> int:
    """Keep charges out of runs until a day; --reason is required.

    
    Example:
      tieout charges delay CH1 --until 2026-04-15 --reason "plan asked for" --by maria --home practice

    They come back by themselves on that day. The payer's clock runs on: a delay beyond the last day of filing
    is refused.
    """
    from journal.charge_entries import Delay

    return _decide(
        replace(wanted, charge_ids=charge_ids),
        lambda company_id, charge_record_id: Delay(
            company_id=company_id, charge_record_id=charge_record_id, until=until, reason=entering.reason
        ),
        home,
        entering,
    )


@click.command("release")
@click.argument("charge_ids", nargs=-1)
@filter_options
@home_option
@entry_options
def release(charge_ids: tuple[str, ...], wanted: ChargeFilter, home: Path, entering: Entering) -> int:
    """End the delay of charges before its day.

    
    Examples:
      tieout charges release CH1 --by maria --home practice
      tieout charges release --status delayed --payer PAY01 --by maria --home practice
    """
    from journal.charge_entries import Release

    return _decide(
        replace(wanted, charge_ids=charge_ids),
        lambda company_id, charge_record_id: Release(
            company_id=company_id, charge_record_id=charge_record_id, reason=entering.reason
        ),
        home,
        entering,
    )


def _decide(wanted: ChargeFilter, draft_for: DraftFor, home: Path, entering: Entering) -> int:
    """Make a draft for each charge that is meant, enter what is allowed, and say what was not."""
    from orchestration.desk.charge_desk import ChargeDesk

    if wanted.is_empty:
        raise click.UsageError("name the charges, or say by --reason-code, --run, --payer … which are meant")

    def drafts_at(desk: ChargeDesk) -> "list[ChargeDraft]":
        return [draft_for(*charge) for charge in _meant(desk, wanted)]

    return decide(home, ChargeDesk, drafts_at, entering, noun="charge")


def _meant(desk: "ChargeDesk", wanted: ChargeFilter) -> list[tuple[str, str]]:
    """(company_id, charge_record_id) of the charges that are meant. Numbers given without a filter are taken
    as they are, unknown ones too, so that each is either entered or refused with its reason.
    """
    from journal.charge_entries import charge_of_key

    if not replace(wanted, charge_ids=(), companies=()).is_empty:
        return [(one.state.company_id, one.state.charge_record_id) for one in desk.charges(wanted)]
    if not wanted.charge_ids:
        return [(one.state.company_id, one.state.charge_record_id) for one in desk.charges(wanted)]
    meant: dict[tuple[str, str], None] = {}
    for charge_id in wanted.charge_ids:
        found = desk.keys_of(charge_id, wanted.companies)
        if len(found) > 1:
            companies = ", ".join(company_id or "(blank)" for company_id, _ in found)
            raise click.UsageError(
                f"{charge_id} is a charge of several companies: {companies}; add --company"
            )
        meant[found[0] if found else charge_of_key(charge_id)] = None
    return list(meant)


COMMANDS = (reprocess, delay, release)
"""In the order of daily use."""
