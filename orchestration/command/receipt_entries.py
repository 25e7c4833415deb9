"""The commands of `tieout receipts` that enter something into the journal.

Each makes one draft for each receipt that is meant; what is allowed is written in one piece, and what is not
is refused with the reason.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.command.desks import decide
from orchestration.command.entering import Entering, IsoDate, entry_options
from orchestration.command.options import home_option
from orchestration.command.receipt_options import Amount, filter_options
from orchestration.desk.receipt_filter import ReceiptFilter

if TYPE_CHECKING:
    from journal.receipt_entries import ReceiptDraft
    from orchestration.desk.receipt_desk import ReceiptDesk

DraftFor = Callable[[str], "ReceiptDraft"]


@click.command("set-status")
@click.argument("receipt_ids", nargs=-1)
@click.option("--to", "status", required=True, type=click.Choice(["New", "Hold", "Ignore", "Error"]))
@click.option("--hold-until", type=IsoDate(), help="Move the deadlines to this date when it is later.")
@filter_options
@home_option
@entry_options
def set_status(
    receipt_ids: tuple[str, ...],
    status: str,
    hold_until: date | None,
    wanted: ReceiptFilter,
    home: Path,
    entering: Entering,
) -> int:
    """Give receipts another status, by number or by what they have in common.

    \b
    Examples:
      tieout receipts set-status R1 R2 --to Hold --hold-until 2026-04-15 --by maria --home practice
      tieout receipts set-status --to New --status Error --code NO_CLAIM_FOUND --by maria --home practice
    """
    from journal.receipt_entries import SetStatus

    return _decide(
        replace(wanted, receipt_ids=receipt_ids),
        lambda receipt_id: SetStatus(
            receipt_id=receipt_id, status=status, hold_until=hold_until, reason=entering.reason
        ),
        home,
        entering,
    )


@click.command("new")
@click.option("--patient", "patient_id", required=True, help="Patient account number.")
@click.option("--amount", required=True, type=Amount(), help="Dollars and cents.")
@click.option(
    "--received-on", type=IsoDate(), help="Day of the payment; the day of the entry when not given."
)
@click.option("--type", "receipt_type", required=True, help="Co-Pay, General, Payment on Account, …")
@click.option("--method", "payment_method", required=True, help="Cash, Check, …")
@click.option("--location", "location_id", required=True, help="Location id where it came in.")
@click.option("--check", "check_number", help="Check or trace number.")
@click.option("--statement", "statement_id", help="Statement that is paid.")
@click.option("--another", is_flag=True, help="It is another payment than the equal one that is there.")
@home_option
@entry_options
def new(
    patient_id: str,
    amount: Decimal,
    received_on: date,
    receipt_type: str,
    payment_method: str,
    location_id: str,
    check_number: str | None,
    statement_id: str | None,
    another: bool,
    home: Path,
    entering: Entering,
) -> int:
    """Enter a receipt that billing has not delivered. --reason is its comment.

    \b
    Example:
      tieout receipts new --patient 800001 --amount 25.00 --received-on 2026-03-02 --type Co-Pay \\
        --method Cash --location L1 --by maria --home practice

    It counts from the next run on. When billing delivers a receipt of the same patient, day and amount, that
    one takes its place, with everything that was decided about it.
    """
    from orchestration.desk.receipt_desk import ReceiptDesk

    def drafts_at(desk: ReceiptDesk) -> "list[ReceiptDraft]":
        return [
            desk.new_receipt(
                is_another=another,
                patient_id=patient_id,
                received_on=received_on,
                amount=amount,
                receipt_type=receipt_type,
                payment_method=payment_method,
                location_id=location_id,
                check_number=check_number,
                statement_id=statement_id,
                reason=entering.reason,
            )
        ]

    return decide(home, ReceiptDesk, drafts_at, entering, noun="receipt")


@click.command("link")
@click.argument("receipt_id")
@click.option("--claim", "claim_id", help="The claim that the receipt was paid for.")
@click.option("--appointment", "appointment_id", help="The appointment that the receipt was paid for.")
@home_option
@entry_options
def link(
    receipt_id: str, claim_id: str | None, appointment_id: str | None, home: Path, entering: Entering
) -> int:
    """Say which claim, or which appointment, a receipt was paid for.

    \b
    Examples:
      tieout receipts link R1 --claim C7 --by maria --home practice
      tieout receipts link R1 --appointment A9 --by maria --home practice
    """
    from journal.receipt_entries import Link

    return _decide(
        ReceiptFilter(receipt_ids=(receipt_id,)),
        lambda one: Link(
            receipt_id=one, claim_id=claim_id, appointment_id=appointment_id, reason=entering.reason
        ),
        home,
        entering,
    )


@click.command("disburse")
@click.argument("receipt_id")
@click.option("--amount", required=True, type=Amount(), help="Dollars and cents; at most what is in escrow.")
@click.option("--code", "disbursement_code", required=True, help="Why: O, E, CP, V or one of the settings.")
@home_option
@entry_options
def disburse(receipt_id: str, amount: Decimal, disbursement_code: str, home: Path, entering: Entering) -> int:
    """Take money of a receipt out of this system.

    \b
    Example:
      tieout receipts disburse R1 --amount 25.00 --code O --by maria --home practice
    """
    from journal.receipt_entries import Disburse

    return _decide(
        ReceiptFilter(receipt_ids=(receipt_id,)),
        lambda one: Disburse(
            receipt_id=one, amount=amount, disbursement_code=disbursement_code, reason=entering.reason
        ),
        home,
        entering,
    )


@click.command("undo-disbursement")
@click.argument("receipt_id")
@click.argument("disbursement_id")
@home_option
@entry_options
def undo_disbursement(receipt_id: str, disbursement_id: str, home: Path, entering: Entering) -> int:
    """Bring the money of one disbursement back into escrow; `tieout receipts show` lists the disbursements.

    \b
    Example:
      tieout receipts undo-disbursement R1 journal-12 --by maria --home practice
    """
    from journal.receipt_entries import UndoDisbursement

    return _decide(
        ReceiptFilter(receipt_ids=(receipt_id,)),
        lambda one: UndoDisbursement(receipt_id=one, disbursement_id=disbursement_id, reason=entering.reason),
        home,
        entering,
    )


@click.command("refund")
@click.argument("receipt_id")
@click.option(
    "--amount", required=True, type=Amount(), help="Dollars and cents; at most the patient's credit."
)
@click.option("--method", "refund_method", required=True, help="How it is paid back, such as Check.")
@home_option
@entry_options
def refund(receipt_id: str, amount: Decimal, refund_method: str, home: Path, entering: Entering) -> int:
    """Give money of a receipt back to who paid it.

    \b
    Example:
      tieout receipts refund R1 --amount 40.00 --method Check --by maria --home practice
    """
    from journal.receipt_entries import Refund

    return _decide(
        ReceiptFilter(receipt_ids=(receipt_id,)),
        lambda one: Refund(
            receipt_id=one, amount=amount, refund_method=refund_method, reason=entering.reason
        ),
        home,
        entering,
    )


@click.command("reverse")
@click.argument("receipt_ids", nargs=-1, required=True)
@home_option
@entry_options
def reverse(receipt_ids: tuple[str, ...], home: Path, entering: Entering) -> int:
    """Take back everything that receipts did, and cancel them.

    \b
    Example:
      tieout receipts reverse R1 --reason "check bounced" --by maria --home practice
    """
    from journal.receipt_entries import Reverse

    return _decide(
        ReceiptFilter(receipt_ids=receipt_ids),
        lambda one: Reverse(receipt_id=one, reason=entering.reason),
        home,
        entering,
    )


@click.command("force-pass")
@click.argument("receipt_ids", nargs=-1)
@filter_options
@home_option
@entry_options
def force_pass(receipt_ids: tuple[str, ...], wanted: ReceiptFilter, home: Path, entering: Entering) -> int:
    """Let the posting rules take receipts ahead of the others, in the order of this call.

    \b
    Example:
      tieout receipts force-pass R1 R2 --by maria --home practice
    """
    from journal.receipt_entries import ForcePass

    return _decide(
        replace(wanted, receipt_ids=receipt_ids),
        lambda one: ForcePass(receipt_id=one, reason=entering.reason),
        home,
        entering,
    )


def _decide(wanted: ReceiptFilter, draft_for: DraftFor, home: Path, entering: Entering) -> int:
    """Make a draft for each receipt that is meant, enter what is allowed, and say what was not."""
    from orchestration.desk.receipt_desk import ReceiptDesk

    if wanted.is_empty:
        raise click.UsageError("name the receipts, or say by --status, --code, --location … which are meant")

    def drafts_at(desk: ReceiptDesk) -> "list[ReceiptDraft]":
        return [draft_for(receipt_id) for receipt_id in _meant(desk, wanted)]

    return decide(home, ReceiptDesk, drafts_at, entering, noun="receipt")


def _meant(desk: "ReceiptDesk", wanted: ReceiptFilter) -> list[str]:
    """The receipts that are meant. Numbers given without a filter are taken as they are, unknown ones too, so
    that each is either entered or refused with its reason.
    """
    if replace(wanted, receipt_ids=()).is_empty:
        return list(dict.fromkeys(wanted.receipt_ids))
    return [receipt.state.receipt_id for receipt in desk.receipts(wanted)]


COMMANDS = (new, set_status, link, disburse, undo_disbursement, refund, reverse, force_pass)
"""In the order of daily use."""
