"""The story of a receipt: where the money came from, what was done with it and why, and where it is now."""

from decimal import Decimal

from orchestration.failures import NotFoundError
from orchestration.story.posting_steps import posting_step, settings_told
from orchestration.story.published_rows import PublishedRows, Row
from orchestration.story.story import Account, Fact, Story, in_order

RECEIVED, BOOKED, COMPUTED, DECIDED, FOUND = range(5)
"""The order of facts that share a day."""


def receipt_story(published: PublishedRows, receipt_id: str) -> Story:
    """Everything that the published file knows about a receipt. Raises `NotFoundError`."""
    receipt = published.one("marts.receipts", "receipt_id", receipt_id)
    if receipt is None:
        raise NotFoundError(f"there is no receipt {receipt_id} in the published file")
    facts = [
        *_arrival(published, receipt),
        *_booked(published, receipt_id),
        *_computed(published, receipt_id),
        *exception_facts(published, receipt_id),
    ]
    return Story(
        title=f"Receipt {receipt_id}, {receipt.get('computed_status') or receipt['receipt_status']}",
        as_of=published.as_of,
        facts=in_order(facts),
        accounts=_accounts(published, receipt),
        silences=_silences(published),
    )


def _arrival(published: PublishedRows, receipt: Row) -> list[Fact]:
    source = {"file_name": receipt["file_name"], "row_number": receipt["row_number"]}
    described = [f"{receipt['receipt_type']} received"]
    described += [f"by {receipt['payment_method']}"] if receipt["payment_method"] else []
    described += [f"at location {receipt['location_id']}"]
    described += [f"from patient {receipt['patient_id']}"] if receipt["patient_id"] else []
    described += [f"for appointment {receipt['appointment_id']}"] if receipt["appointment_id"] else []
    if receipt["reversal_of_receipt_id"]:
        described = [f"cancels receipt {receipt['reversal_of_receipt_id']}"]
    entered = _entered(receipt)
    facts = [
        Fact(
            on=receipt["received_on"],
            what=" ".join(described),
            amount=receipt["amount"],
            rule=entered,
            **source,
        )
    ]
    batch = receipt["reference_batch_id"]
    in_batch = f"in reference batch {batch}" if batch else "in a reference batch"
    for column, what in (("deposit_on", "deposited"), ("reference_batch_on", in_batch)):
        if receipt.get(column):
            facts.append(Fact(on=receipt[column], what=what, order=(RECEIVED, 1), **source))
    for reversal in published.where("marts.receipts", "reversal_of_receipt_id", receipt["receipt_id"]):
        facts.append(
            Fact(
                on=reversal["received_on"],
                what=f"cancelled by receipt {reversal['receipt_id']}",
                amount=reversal["amount"],
                file_name=reversal["file_name"],
                row_number=reversal["row_number"],
                order=(BOOKED, 0),
            )
        )
    if receipt["hold_until"]:
        facts.append(Fact(on=receipt["hold_until"], what="held until this day", order=(DECIDED, 0), **source))
    return facts


def _entered(receipt: Row) -> str | None:
    """That a person entered the money, as far as the receipt says so."""
    if not receipt.get("entered_as"):
        return None
    entry = f"entry {receipt['entry_number']} of the journal"
    if receipt["entered_as"] == receipt["receipt_id"]:
        return f"{entry}: a person entered it, and billing has not delivered it yet"
    return f"{entry}: a person entered it as {receipt['entered_as']}; billing's own took its place"


def _booked(published: PublishedRows, receipt_id: str) -> list[Fact]:
    """What the billing system says was done with the money."""
    kinds = (
        ("marts.patient_payment_log", "posting_on", lambda row: f"posted in billing to {_line(row)}"),
        (
            "marts.disbursements",
            "disbursed_on",
            lambda row: f"disbursed with code {row['disbursement_code']}",
        ),
        ("marts.refunds", "refunded_on", lambda row: f"refunded by {row.get('refund_method') or 'hand'}"),
    )
    return [
        Fact(
            on=row.get(day),
            what=what(row),
            amount=row.get("amount"),
            file_name=row["file_name"],
            row_number=row.get("row_number"),
            order=(BOOKED, position),
        )
        for table, day, what in kinds
        for position, row in enumerate(published.where(table, "receipt_id", receipt_id))
    ]


def _computed(published: PublishedRows, receipt_id: str) -> list[Fact]:
    """What the posting rules do with the money, step by step."""
    applied = [
        application_fact(row, f"the rules post to {_line(row)}")
        for row in published.where("marts.receipt_applications", "receipt_id", receipt_id)
    ]
    stood = [
        Fact(
            on=row["changed_on"],
            what=f"{row['status']} ({row['code']}): {row['message']}",
            rule=f"entry {row['entry_number']} of the journal" if row.get("entry_number") else None,
            order=(COMPUTED, row["sequence"]),
        )
        for row in published.where("marts.receipt_status_log", "receipt_id", receipt_id)
    ]
    return [*applied, *stood]


def application_fact(row: Row, what: str) -> Fact:
    """Money that the posting rules moved between a receipt and a line, with what it was chosen over."""
    step = posting_step(row["step"], row["amount"])
    chosen = f"; {row['open_line_count']} lines with {row['open_amount']} were open, {row['order_key']}"
    return Fact(
        on=row["posted_on"],
        what=what,
        amount=row["amount"],
        rule=f"{row['step']}: {step.because}{chosen if row['amount'] > 0 else ''}",
        setting=settings_told(step, row.get("settings_in_force")),
        order=(COMPUTED, row["sequence"]),
    )


def exception_facts(published: PublishedRows, key: str) -> list[Fact]:
    """What does not tie about a key."""
    return [
        Fact(
            on=row["first_seen_on"],
            what=f"exception {row['kind']} ({row['exception_id']}): {row['what_was_found']}",
            amount=row["amount_at_stake"],
            rule=row["what_to_do"],
            file_name=row["file_name"],
            row_number=row["row_number"],
            order=(FOUND, 0),
        )
        for row in published.exceptions_about(key)
    ]


def _accounts(published: PublishedRows, receipt: Row) -> tuple[Account, ...]:
    booked = Account(
        title="Where every cent is, as the billing system posted it",
        total=receipt["amount"],
        places=(
            *_applied(published, "marts.patient_payment_log", receipt),
            ("disbursed", receipt["disbursed_amount"]),
            ("refunded", receipt["refunded_amount"]),
            ("in escrow", receipt["escrow_amount"]),
        ),
    )
    if receipt.get("computed_unapplied_amount") is None:
        return (booked,)
    computed = Account(
        title="Where every cent would be by the posting rules",
        total=receipt["amount"],
        places=(
            *_applied(published, "marts.receipt_applications", receipt, "computed_applied_amount"),
            ("disbursed", receipt["computed_disbursed_amount"]),
            ("refunded", receipt["computed_refunded_amount"]),
            ("unapplied", receipt["computed_unapplied_amount"]),
        ),
    )
    return booked, computed


def _applied(
    published: PublishedRows, table: str, receipt: Row, column: str = "applied_amount"
) -> list[tuple[str, Decimal]]:
    """What is applied, by line as far as ``table`` tells; the rest of the receipt's own sum in one place."""
    by_line: dict[str, Decimal] = {}
    for row in published.where(table, "receipt_id", receipt["receipt_id"]):
        by_line[_line(row)] = by_line.get(_line(row), Decimal("0.00")) + row["amount"]
    places = [(f"applied to {line}", amount) for line, amount in sorted(by_line.items()) if amount]
    rest = receipt[column] - sum(by_line.values(), Decimal("0.00"))
    return [*places, ("applied", rest)] if rest or not places else places


def _line(row: Row) -> str:
    return f"claim {row['claim_id']} line {row['line_number']}"


def _silences(published: PublishedRows) -> tuple[str, ...]:
    told = {
        "marts.patient_payment_log": "which lines the billing system paid from it",
        "marts.receipt_applications": "what the posting rules would pay from it, and why",
    }
    return tuple(
        f"The published file has no {table}, which tells {what}."
        for table, what in told.items()
        if published.lacks(table)
    )
