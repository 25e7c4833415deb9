"""The story of a claim: what was charged, who paid, and what is still owed."""

from orchestration.failures import NotFoundError
from orchestration.story.published_rows import PublishedRows, Row
from orchestration.story.receipt_story import BOOKED, COMPUTED, application_fact, exception_facts
from orchestration.story.story import Account, Fact, Story, in_order


def claim_story(published: PublishedRows, claim_id: str) -> Story:
    """Everything that the published file knows about a claim. Raises `NotFoundError`."""
    claim = published.one("marts.claims", "claim_id", claim_id)
    if claim is None:
        raise NotFoundError(f"there is no claim {claim_id} in the published file")
    facts = [
        *_life(claim),
        *_payments(published, claim_id),
        *_status_changes(published, claim_id),
        *exception_facts(published, claim_id),
    ]
    status = " ".join(filter(None, (claim["claim_level"], claim["claim_status"]))) or "no status"
    return Story(
        title=f"Claim {claim_id}, {'void' if claim['voided_on'] else status}",
        as_of=published.as_of,
        facts=in_order(facts),
        accounts=(_account(claim),),
    )


def _life(claim: Row) -> list[Fact]:
    source = {"file_name": claim["file_name"], "row_number": claim["row_number"]}
    lines = "1 line" if claim["line_count"] == 1 else f"{claim['line_count']} lines"
    dates = (
        ("service_on", f"service for patient {claim['patient_id']} at location {claim['location_id']}", None),
        ("created_on", f"claim created with {lines}", claim["charge_amount"]),
        ("invoice_on", "invoiced", None),
        ("voided_on", "voided; its lines count no more", None),
    )
    return [
        Fact(on=claim[column], what=what, amount=amount, order=(0, position), **source)
        for position, (column, what, amount) in enumerate(dates)
        if claim[column]
    ]


def _payments(published: PublishedRows, claim_id: str) -> list[Fact]:
    booked = [
        Fact(
            on=row.get("posting_on"),
            what=f"line {row['line_number']} paid in billing from receipt {row['receipt_id']}",
            amount=row.get("amount"),
            file_name=row["file_name"],
            row_number=row.get("row_number"),
            order=(BOOKED, position),
        )
        for position, row in enumerate(published.where("marts.patient_payment_log", "claim_id", claim_id))
    ]
    computed = [
        application_fact(row, f"the rules pay line {row['line_number']} from receipt {row['receipt_id']}")
        for row in published.where("marts.receipt_applications", "claim_id", claim_id)
    ]
    return [*booked, *computed]


def _status_changes(published: PublishedRows, claim_id: str) -> list[Fact]:
    return [
        Fact(
            on=row["changed_on"],
            what=f"the rules set status {row['status']} because of receipt {row['receipt_id']}",
            rule=row.get("reason"),
            order=(COMPUTED, row["sequence"]),
        )
        for row in published.where("marts.claim_status_changes", "claim_id", claim_id)
    ]


def _account(claim: Row) -> Account:
    return Account(
        title="Where every cent of the charge is",
        total=claim["line_charge_amount"],
        places=(
            ("paid by insurers", claim["insurance_paid_amount"]),
            ("adjusted", claim["adjustment_amount"]),
            ("paid by the patient", claim["patient_paid_amount"]),
            ("still owed", claim["balance_amount"]),
        ),
    )
