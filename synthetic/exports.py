"""How each system writes its export: header spellings, date and money formats, encoding, line ends.

Belongs here: the way from the world's frames to the bytes of a file. Does not belong here: what happened. The
columns come from the source contracts; a frame holds dates as dates, amounts as `…_cents`, and lacks any
optional column that its story does not know.
"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ingestion.contracts import CONTRACTS, Contract
from synthetic import amounts


@dataclass(frozen=True, slots=True)
class Format:
    """One system's habits. `header` picks which accepted spelling of a column the system uses."""

    vendor_header: bool = False
    american_dates: bool = False
    accounting_money: bool = False
    encoding: str = "utf-8"
    line_end: str = "\n"


CANONICAL = Format()
FORMATS = {
    "emr_payments": Format(vendor_header=True, american_dates=True),
    "bank_deposits": Format(vendor_header=True, american_dates=True),
    "billing_payments": Format(
        vendor_header=True, american_dates=True, accounting_money=True, encoding="utf-8-sig", line_end="\r\n"
    ),
    "receipts": Format(vendor_header=True, american_dates=True, accounting_money=True, line_end="\r\n"),
    "card_settlements": Format(vendor_header=True, american_dates=True, accounting_money=True),
    "claims_feed": Format(vendor_header=True, american_dates=True, accounting_money=True),
    "clinic_settings": Format(vendor_header=True),
    "failed_charges": Format(vendor_header=True, american_dates=True, accounting_money=True),
    "receipt_imports": Format(vendor_header=True, american_dates=True),
    "refunds": Format(vendor_header=True, american_dates=True),
}


def cents_column(money_column: str) -> str:
    """The column of cents behind an amount: ``paid_amount`` -> ``paid_cents``."""
    return f"{money_column.removesuffix('_amount')}_cents"


def write(source: str, rows: pl.DataFrame, path: Path) -> None:
    """Write `rows` of `source` to `path` as its system would."""
    contract = CONTRACTS[source]
    style = FORMATS.get(source, CANONICAL)
    body = text_rows(contract, rows, style).write_csv(line_terminator=style.line_end)
    path.write_bytes(body.encode(style.encoding))


def text_rows(contract: Contract, rows: pl.DataFrame, style: Format) -> pl.DataFrame:
    """All columns of the contract as the text that the file will hold, named as its header."""
    return rows.select(
        _text(contract, column, rows, style).alias(_header(contract, column, style))
        for column in contract.columns
    )


def _header(contract: Contract, column: str, style: Format) -> str:
    spellings = contract.spellings(column)
    return spellings[1] if style.vendor_header and len(spellings) > 1 else column


def _text(contract: Contract, column: str, rows: pl.DataFrame, style: Format) -> pl.Expr:
    kind = contract.kind(column)
    source_column = cents_column(column) if kind == "money" else column
    if source_column not in rows.columns:
        return pl.lit(None, dtype=pl.String)
    value = pl.col(source_column)
    match kind:
        case "money":
            return amounts.accounting(value) if style.accounting_money else amounts.plain(value)
        case "date":
            return value.dt.strftime("%m/%d/%Y" if style.american_dates else "%Y-%m-%d")
        case "timestamp":
            return value.dt.strftime("%m/%d/%Y %I:%M:%S %p" if style.american_dates else "%Y-%m-%dT%H:%M:%S")
        case "flag":
            return pl.when(value).then(pl.lit("Y")).when(~value).then(pl.lit("N"))
        case _:
            return value.cast(pl.String)
