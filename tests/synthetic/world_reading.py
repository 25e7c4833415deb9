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
_TIME_FORMATS = ("%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %I:%M:%S %p")


def read_source(landing: Path, source: str, until: date | None = None) -> pl.DataFrame:
    """All rows of a source delivered up to `until`, typed as the contract says, with their provenance."""
    frames = []
    workbooks = list(landing.glob("*/Payment Log *.xlsx")) if source == "emr_payments" else []
    for path in sorted([*landing.glob(f"*/{source}.csv"), *workbooks]):
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


def read_csv(path: Path, contract: Contract) -> pl.DataFrame:
    """One file, with the row number that a person sees in column `row_number`."""
    text = pl.read_csv(path.read_bytes().decode("utf-8-sig").encode(), infer_schema=False)
    names = {spelling: column for column in contract.columns for spelling in contract.spellings(column)}
    text = text.rename({header: names[header] for header in text.columns})
    return text.select(_typed(contract, column).alias(column) for column in contract.columns).with_row_index(
        "row_number", offset=2
    )


def read_file(path: Path, contract: Contract) -> pl.DataFrame:
    """One file, whatever its format."""
    return read_csv(path, contract) if path.suffix == ".csv" else read_payment_log(path, contract)


_LOG_HEADERS = {
    "Clinic": "emr_location_id",
    "Visit ID": "appointment_id",
    "Payment Status": "payment_status",
    "Total Charges": "charge_amount",
    "Amount Paid": "paid_amount",
}


def read_payment_log(path: Path, contract: Contract) -> pl.DataFrame:
    """A vendor's workbook: a title, the header in row 4, and a total below a blank row."""
    sheet = fastexcel.read_excel(path).load_sheet("Payment Log", header_row=3, dtypes="string")
    names = {spelling: column for column in contract.columns for spelling in contract.spellings(column)}
    text = pl.DataFrame(sheet.to_arrow()).drop("Patient Name")
    text = text.rename({header: _LOG_HEADERS.get(header) or names[header] for header in text.columns})
    assert text["emr_payment_id"].to_list()[-2:] == [None, "Total"]
    text = text.head(-2).with_columns(pl.col("transaction_on", "service_on").str.head(10))
    return text.select(_typed(contract, column).alias(column) for column in contract.columns).with_row_index(
        "row_number", offset=5
    )


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
