"""Worlds of a few rows, made by hand.

Belongs here: writing given rows and remittances into a home folder, for tests and for planted faults. Does
not belong here: deciding what is in them. Text is written as it is given, so that a row can also be wrong.

    day = date(2026, 1, 5)
    scenario = Scenario(home)
    scenario.deliver(day, "locations", location("L01"))
    scenario.deliver(day, "receipts", receipt("R1", received_on=day, amount="50.00"))
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import polars as pl

from ingestion.contracts import CONTRACTS
from synthetic import x12_writer
from synthetic.practice import PRACTICE_NAME, PRACTICE_NPI, PRACTICE_TAX_ID, account_number
from synthetic.x12_writer import Party, ProviderAdjustment, Remittance

Value = str | int | Decimal | date | datetime | bool | None
Row = dict[str, Value]

PAYER = Party("PLAIN HEALTH PLAN", "PAY01", "511111111")
PAYEE = Party(PRACTICE_NAME.upper(), PRACTICE_NPI, PRACTICE_TAX_ID)


class Scenario:
    """A home folder that is filled delivery by delivery."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.landing = home / "landing"
        self.landing.mkdir(parents=True, exist_ok=True)

    def deliver(self, day: date, source: str, *rows: Mapping[str, Value], name: str | None = None) -> Path:
        """Write `rows` of `source` as a canonical CSV file of `day`; columns that a row lacks are blank.

        Raises KeyError for a column that the source does not have.
        """
        columns = list(CONTRACTS[source].columns)
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            unknown = row.keys() - set(columns)
            if unknown:
                raise KeyError(f"{source} has no column {sorted(unknown)[0]}")
            writer.writerow([written(row.get(column)) for column in columns])
        return self.deliver_bytes(day, name or f"{source}.csv", text.getvalue().encode())

    def deliver_bytes(self, day: date, name: str, data: bytes) -> Path:
        """Write any bytes as a file of `day`. Raises FileExistsError rather than replace a file."""
        folder = self.landing / day.isoformat()
        folder.mkdir(exist_ok=True)
        path = folder / name
        with path.open("xb") as file:
            file.write(data)
        return path


def written(value: Value) -> str:
    """A value as a canonical export writes it. Text stays as it is, right or wrong."""
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case datetime() | date():
            return value.isoformat()
        case _:
            return str(value)


def location(location_id: str = "L01", **changes: Value) -> Row:
    """A location that the EMR calls `CLINIC-101` and billing `B201`, when it is `L01`."""
    number = location_id.removeprefix("L")
    row: Row = {
        "location_id": location_id,
        "location_name": f"Clinic {number}",
        "practice_id": "PLAIN",
        "company_id": "PLAINCO",
        "emr_location_id": f"CLINIC-1{number}",
        "billing_location_id": f"B2{number}",
    }
    return row | changes


def clinic_setting(emr_location_id: str = "CLINIC-101", **changes: Value) -> Row:
    """A SOAP 2.0 clinic with the integration on and every type enabled, from the beginning of 2026."""
    row: Row = {
        "emr_location_id": emr_location_id,
        "effective_from": date(2026, 1, 1),
        "soap_version": "2.0",
        "is_integration_on": True,
        "enabled_charge_types": "Copay;Deductible;Coinsurance;Payment on Account;Wellness;Supplies;Other",
    }
    return row | changes


def emr_payment(emr_payment_id: str, *, on: date, amount: Value, **changes: Value) -> Row:
    """A paid co-pay at `CLINIC-101`."""
    row: Row = {
        "emr_payment_id": emr_payment_id,
        "patient_id": "800001",
        "emr_location_id": "CLINIC-101",
        "transaction_on": on,
        "service_on": on,
        "charge_type": "Copay",
        "payment_method": "Cash",
        "payment_status": "Paid",
        "due_amount": amount,
        "paid_amount": amount,
        "collected_by": "desk1",
    }
    return row | changes


def feed_record(emr_payment_id: str, *, on: date, amount: Value, **changes: Value) -> Row:
    """The claims feed's record of a payment at `CLINIC-101` that was sent on the day it was taken."""
    row: Row = {
        "feed_id": f"FP{emr_payment_id}",
        "emr_location_id": "CLINIC-101",
        "patient_id": "800001",
        "emr_payment_id": emr_payment_id,
        "feed_kind": "payment",
        "feed_mode": "Transmission",
        "service_on": on,
        "transmitted_on": on,
        "feed_status": "Transmission Successful",
        "amount": amount,
    }
    return row | changes


def billing_payment(billing_payment_id: str, *, on: date, amount: Value, **changes: Value) -> Row:
    """A co-pay that the integration posted at `B201`, deposited and posted on one day."""
    row: Row = {
        "billing_payment_id": billing_payment_id,
        "patient_id": "800001",
        "billing_location_id": "B201",
        "deposit_on": on,
        "posting_on": on,
        "posted_by": "Integration Import",
        "charge_type": "Copay",
        "money_type": "Cash",
        "amount": amount,
    }
    return row | changes


def receipt(receipt_id: str, *, received_on: date, amount: Value, **changes: Value) -> Row:
    """A general receipt of a patient at `L01`, received at ten o'clock."""
    row: Row = {
        "receipt_id": receipt_id,
        "patient_id": "800001",
        "payer_class": "Patient",
        "receipt_type": "General",
        "payment_method": "Check",
        "receipt_source": "Normal",
        "location_id": "L01",
        "received_at": datetime.combine(received_on, time(10)),
        "posting_on": received_on,
        "reference_batch_on": received_on,
        "amount": amount,
        "receipt_status": "New",
    }
    return row | changes


def posting(
    payment_id: str, *, receipt_id: str, claim_id: str, on: date, amount: Value, **changes: Value
) -> Row:
    """A patient payment posted to line 1 of a claim."""
    row: Row = {
        "payment_id": payment_id,
        "entry_type": "patient_payment",
        "receipt_id": receipt_id,
        "claim_id": claim_id,
        "line_number": 1,
        "posting_on": on,
        "reference_batch_on": on,
        "amount": amount,
    }
    return row | changes


def disbursement(disbursement_id: str, *, receipt_id: str, on: date, code: str, amount: Value) -> Row:
    """Money of a receipt that leaves the system."""
    return {
        "disbursement_id": disbursement_id,
        "receipt_id": receipt_id,
        "disbursement_code": code,
        "disbursed_on": on,
        "amount": amount,
    }


def bank_entry(deposit_id: str, *, on: date, amount: Value, **changes: Value) -> Row:
    """An electronic payment in the account of `L01`."""
    row: Row = {
        "bank_account": account_number("L01"),
        "deposit_id": deposit_id,
        "deposited_on": on,
        "amount": amount,
        "type_code": "142",
    }
    return row | changes


def legacy_posting(legacy_posting_id: str, *, on: date, amount: Value, **changes: Value) -> Row:
    """Money that the log of the old system has; name its `receipt_id` or its `check_number`."""
    row: Row = {"legacy_posting_id": legacy_posting_id, "posted_on": on, "amount": amount}
    return row | changes


def claim(claim_id: str, *, on: date, amount: Value, **changes: Value) -> Row:
    """A claim of `L01` for `PAY01`, served and created on one day."""
    row: Row = {
        "claim_id": claim_id,
        "patient_id": claim_id.split("E")[0],
        "location_id": "L01",
        "payer_id": "PAY01",
        "service_on": on,
        "created_on": on,
        "charge_amount": amount,
    }
    return row | changes


def claim_line(claim_id: str, line_number: int, amount: Value, **changes: Value) -> Row:
    """One procedure of a claim. Lines differ in their units, so none is taken for a repeat of another."""
    row: Row = {
        "claim_id": claim_id,
        "line_number": line_number,
        "procedure_code": "97110",
        "units": line_number,
        "charge_amount": amount,
        "is_copay_line": line_number == 1,
    }
    return row | changes


def claim_status(claim_id: str, *, on: date, sequence: int = 1, status: str = "Billed") -> Row:
    """A change of a claim's status."""
    return {
        "claim_id": claim_id,
        "changed_on": on,
        "change_sequence": sequence,
        "claim_level": "Insurance",
        "claim_status": status,
    }


def failed_charge(charge_record_id: str, *, on: date, **changes: Value) -> Row:
    """A charge of `L01` that the run of a day refuses for its diagnosis."""
    row: Row = {
        "run_number": f"F{on:%m%d}",
        "run_on": on,
        "company_id": "A",
        "location_id": "L01",
        "charge_record_id": charge_record_id,
        "payer_id": "PAY01",
        "reason_code": "FC01",
        "reason": "Diagnosis missing",
        "failed_on": on,
        "amount": "80.00",
    }
    return row | changes


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """One service line of an 835 in cents; the default is paid in full less `contractual_cents`.

    `paid_cents` says otherwise than the adjustments where a line shall not balance.
    """

    charge_cents: int
    contractual_cents: int = 0
    patient_cents: int = 0
    paid_cents: int | None = None
    procedure_code: str = "97110"

    @property
    def expected_cents(self) -> int:
        """What the adjustments leave to pay."""
        return self.charge_cents - self.contractual_cents - self.patient_cents

    @property
    def shown_cents(self) -> int:
        """SVC03 as it is written."""
        return self.expected_cents if self.paid_cents is None else self.paid_cents


@dataclass(frozen=True, slots=True)
class AnsweredClaim:
    """One claim of an 835. Charge and paid amount follow from the lines unless they are given."""

    claim_id: str
    lines: tuple[AnsweredLine, ...]
    status_code: str = "1"
    charge_cents: int | None = None
    paid_cents: int | None = None

    @property
    def shown_charge_cents(self) -> int:
        """CLP03 as it is written."""
        return (
            sum(line.charge_cents for line in self.lines) if self.charge_cents is None else self.charge_cents
        )

    @property
    def shown_paid_cents(self) -> int:
        """CLP04 as it is written."""
        return sum(line.expected_cents for line in self.lines) if self.paid_cents is None else self.paid_cents


def remittance_text(
    claims: Sequence[AnsweredClaim],
    *,
    trace_number: str,
    payment_on: date,
    payment_cents: int | None = None,
    provider_adjustments: tuple[ProviderAdjustment, ...] = (),
    payer: Party = PAYER,
    control_number: int = 1,
) -> str:
    """An 835 file with one remittance. The payment follows from claims and PLB unless it is given."""
    paid = sum(answered.shown_paid_cents for answered in claims)
    withheld = sum(item.amount_cents for item in provider_adjustments)
    remittance = Remittance(
        payer=payer,
        payee=PAYEE,
        trace_number=trace_number,
        payment_on=payment_on,
        payment_cents=paid - withheld if payment_cents is None else payment_cents,
        provider_adjustments=provider_adjustments,
    )
    texts = x12_writer.claim_texts(
        _claim_rows(claims, payment_on), _line_rows(claims, payment_on), _adjustments(claims)
    )
    return x12_writer.interchange(
        [x12_writer.transaction(remittance, texts)],
        sender=f"PLAIN{payer.identifier}",
        receiver="PLAINTHERAPY",
        sent_on=payment_on,
        control_number=control_number,
    )


def _claim_rows(claims: Sequence[AnsweredClaim], on: date) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "claim_position": position,
                "claim_identifier": answered.claim_id,
                "status_code": answered.status_code,
                "charge_cents": answered.shown_charge_cents,
                "paid_cents": answered.shown_paid_cents,
                "patient_share_cents": sum(line.patient_cents for line in answered.lines),
                "payer_control_number": f"8{position:09}",
                "patient_identifier": f"P{position:05}",
                "service_on": on,
                "interest_cents": None,
            }
            for position, answered in enumerate(claims, 1)
        ],
        schema_overrides={"interest_cents": pl.Int64},
    )


def _line_rows(claims: Sequence[AnsweredClaim], on: date) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "claim_position": position,
                "line_position": number,
                "procedure_code": line.procedure_code,
                "modifiers": None,
                "charge_cents": line.charge_cents,
                "paid_cents": line.shown_cents,
                "units": 1,
                "allowed_cents": line.charge_cents - line.contractual_cents,
                "service_on": on,
            }
            for position, answered in enumerate(claims, 1)
            for number, line in enumerate(answered.lines, 1)
        ],
        schema_overrides={"modifiers": pl.String},
    )


def _adjustments(claims: Sequence[AnsweredClaim]) -> pl.DataFrame:
    rows = [
        (position, number, group, reason, cents)
        for position, answered in enumerate(claims, 1)
        for number, line in enumerate(answered.lines, 1)
        for group, reason, cents in (("CO", "45", line.contractual_cents), ("PR", "2", line.patient_cents))
        if cents
    ]
    names = ("claim_position", "line_position", "group_code", "reason_code", "amount_cents")
    kinds = (pl.Int64, pl.Int64, pl.String, pl.String, pl.Int64)
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def in_dollars(cents: int) -> str:
    """Cents as a canonical export writes them."""
    return str(Decimal(cents).scaleb(-2))
