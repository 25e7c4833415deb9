"""An independent reading of a written world: CSV by header spelling, 835 files split at their delimiters.

It shares no code with the writer and none with the ingestion, so that a fault of either shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import fastexcel
import polars as pl

from ingestion.contracts import CONTRACTS, Contract

_DATE_FORMATS = ("%Y-%m-%d", "%m/%d/%Y")
_TIME_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p")
# Reports of vendors, and the source whose rows they have.
VENDOR_FILES = {
    "Payment Log CLINIC-*.xlsx": "emr_payments",
    "Payment Log Analytics.csv": "emr_payments",
    "Payment Balancing.csv": "billing_payments",
    "Claims Feed.csv": "claims_feed",
    "Receipt Management.csv": "receipts",
    "OfficeEMR Receipts.csv": "receipts",
    "Import Receipts.xlsx": "receipt_imports",
}
# Headers that a contract does not spell so, by report.
_HEADERS = {
    "Payment Log": {"Payment Status": "payment_status"},
    "Payment Log Analytics": {"Total Payments": "paid_amount"},
    "Payment Balancing": {"Batch No.": "batch_number"},
    "Claims Feed": {"Report Mode": "feed_mode"},
    "Receipt Management": {
        "Received Date": "received_at",
        "Guarantor ID": "patient_id",
        "Insurance ID": "payer_id",
        "Facility": "location_id",
        "Check/EFT #": "check_number",
    },
    "OfficeEMR Receipts": {
        "Receipt Date": "received_at",
        "Payment Type": "receipt_type",
        "Payment Method": "payment_method",
        "Batch": "reference_batch_id",
        "Batch Date": "reference_batch_on",
        "Receipt Amount": "amount",
    },
    "Import Receipts": {
        "Patient #": "patient_id",
        "Statement #": "statement_id",
        "Payment Date": "received_on",
        "Payment Amount": "amount",
        "Payment Type": "receipt_type",
        "Payment Method": "payment_method",
        "Check/Trace #": "check_number",
        "Comments": "comment",
    },
}
_CODES = {
    "Payment Log Analytics": {
        "Charge Type": {
            "Co-Pay": "Copay",
            "Co-Insurance": "Coinsurance",
            "Supply": "Supplies",
            "Account Payment": "Payment on Account",
        },
        "Status": {"Void": "Voided", "Not Paid": "Unpaid"},
    },
    "Claims Feed": {
        "Record Type": {
            "Patient Payment": "payment",
            "Daily Note": "note",
            "Addenda": "addendum",
            "Patient Demographics": "demographics",
        },
        "Feed Status": {"Validation OK": "Validation OK (Pending)"},
    },
    "Receipt Management": {
        "Category": {"Patients": "Patient", "Ins": "Insurance", "Invoices": "Invoice"},
        "Status": {"Open": "New", "Posted": "Completed", "On Hold": "Hold", "Deleted": "Ignore"},
    },
    "OfficeEMR Receipts": {"Payer Class": {"Pat": "Patient", "Ins": "Insurance"}},
}
_NOT_OURS = (
    "Patient Name", "Therapist", "Company", "Practice", "Applied", "Disbursed", "Escrow", "Applied Amt.",
    "Unapplied Amt.",
)  # fmt: skip


def read_source(landing: Path, source: str, until: date | None = None) -> pl.DataFrame:
    """All rows of a source delivered up to `until`, typed as the contract says, with their provenance."""
    frames = []
    names = [f"{source}.csv", *(name for name, of in VENDOR_FILES.items() if of == source)]
    for path in sorted(path for name in names for path in landing.glob(f"*/{name}")):
        loaded_on = date.fromisoformat(path.parent.name)
        if until is None or loaded_on <= until:
            frames.append(
                read_file(path, CONTRACTS[source]).with_columns(
                    pl.lit(loaded_on).alias("loaded_on"), pl.lit(path.name).alias("file")
                )
            )
    if frames:
        return pl.concat(frames)
    provenance = {"row_number": pl.UInt32, "loaded_on": pl.Date, "file": pl.String}
    return (
        CONTRACTS[source]
        .schema.create_empty()
        .with_columns(pl.lit(None, dtype).alias(name) for name, dtype in provenance.items())
    )


def read_file(path: Path, contract: Contract) -> pl.DataFrame:
    """One file, whatever its format, with the row number that a person sees in column `row_number`."""
    text, first_row = read_workbook(path) if path.suffix == ".xlsx" else (read_csv(path), 2)
    of_report = _HEADERS.get(path.stem.removesuffix(" CLINIC-101"), {})
    names = {spelling: column for column in contract.columns for spelling in contract.spellings(column)}
    text = text.drop(_NOT_OURS, strict=False)
    text = text.rename({header: of_report.get(header) or names[header] for header in text.columns})
    return text.select(
        (_typed(contract, column) if column in text.columns else _absent(contract, column)).alias(column)
        for column in contract.columns
    ).with_row_index("row_number", offset=first_row)


def read_csv(path: Path) -> pl.DataFrame:
    """The cells of a CSV file, as text; codes of a vendor as ours."""
    text = pl.read_csv(path.read_bytes().decode("utf-8-sig").encode(), infer_schema=False)
    return text.with_columns(
        pl.col(header).replace(codes) for header, codes in _CODES.get(path.stem, {}).items()
    )


def read_workbook(path: Path) -> tuple[pl.DataFrame, int]:
    """The cells of a vendor's workbook as text, and its first row of data; a total below is left out.

    The payment log has a title and its header in row 4, the import workbook neither.
    """
    is_log = path.stem.startswith("Payment Log")
    sheet = fastexcel.read_excel(path).load_sheet(0, header_row=3 if is_log else 0, dtypes="string")
    text = pl.DataFrame(sheet.to_arrow())
    if is_log:
        assert text["Payment ID"].to_list()[-2:] == [None, "Total"]
        text = text.head(-2)
    text = text.with_columns(pl.col("^(Date of .*|Payment Date)$").str.head(10))
    return text, 5 if is_log else 2


def _absent(contract: Contract, column: str) -> pl.Expr:
    """A column that a vendor's report does not have."""
    return pl.lit(None, contract.schema.create_empty().schema[column])


def _typed(contract: Contract, column: str) -> pl.Expr:
    value = pl.col(column)
    match contract.kind(column):
        case "money":
            sign = pl.when(value.str.starts_with("(") | value.str.starts_with("-")).then(-1).otherwise(1)
            return (value.str.replace_all(r"[$,()-]", "").cast(pl.Decimal(18, 2)) * sign).cast(
                pl.Decimal(18, 2)
            )
        case "date":
            return pl.coalesce(value.str.to_date(form, strict=False) for form in _DATE_FORMATS)
        case "timestamp":
            return pl.coalesce(
                value.str.to_datetime(form, strict=False, time_unit="us") for form in _TIME_FORMATS
            )
        case "flag":
            return value.replace_strict({"Y": True, "N": False}, return_dtype=pl.Boolean)
        case "whole_number":
            return value.cast(pl.Int64)
        case _:
            return value


def current(rows: pl.DataFrame, key: tuple[str, ...]) -> pl.DataFrame:
    """The newest version of every key."""
    order = [name for name in ("last_modified_at", "loaded_on", "row_number") if name in rows.columns]
    return rows.sort(*order, nulls_last=False).unique(list(key), keep="last", maintain_order=True)


@dataclass
class ReadClaim:
    """A CLP with the sums that its balance needs."""

    identifier: str
    status: str
    charge: Decimal
    paid: Decimal
    adjustments: Decimal = Decimal(0)
    lines: list[tuple[Decimal, Decimal, Decimal]] = field(default_factory=list)


@dataclass
class ReadRemittance:
    """An ST with its claims and provider adjustments."""

    amount: Decimal = Decimal(0)
    handling: str = ""
    method: str = ""
    trace: str = ""
    claims: list[ReadClaim] = field(default_factory=list)
    provider_adjustments: list[tuple[str, Decimal]] = field(default_factory=list)


def read_remittances(path: Path) -> Iterator[ReadRemittance]:
    """Every transaction of an 835 file, read segment by segment without any library."""
    remittance = ReadRemittance()
    for text in path.read_text("ascii").split("~"):
        elements = text.strip().split("*")
        match elements[0]:
            case "ST":
                remittance = ReadRemittance()
            case "BPR":
                remittance.handling, remittance.method = elements[1], elements[4]
                remittance.amount = Decimal(elements[2])
            case "TRN":
                remittance.trace = elements[2]
            case "CLP":
                remittance.claims.append(
                    ReadClaim(elements[1], elements[2], Decimal(elements[3]), Decimal(elements[4]))
                )
            case "SVC":
                remittance.claims[-1].lines.append((Decimal(elements[2]), Decimal(elements[3]), Decimal(0)))
            case "CAS":
                _add_adjustment(remittance.claims[-1], sum(map(Decimal, elements[3::3])))
            case "PLB":
                pairs = zip(elements[3::2], elements[4::2], strict=True)
                remittance.provider_adjustments += [(code, Decimal(amount)) for code, amount in pairs]
            case "SE":
                yield remittance


def _add_adjustment(claim: ReadClaim, amount: Decimal) -> None:
    claim.adjustments += amount
    if claim.lines:
        charge, paid, adjusted = claim.lines[-1]
        claim.lines[-1] = (charge, paid, adjusted + amount)
