"""Small deliveries for the tests of ingestion: rows as files in a drop folder, and one intake of it."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from ingestion.bronze import BronzeStore
from ingestion.intake import IntakeReport, take_landing

AS_OF = date(2026, 1, 31)

RECEIPT_HEADER = (
    "Receipt #",
    "Payer Class",
    "Type",
    "Location",
    "Received",
    "Amount",
    "Status",
    "Last Modified",
)


def receipt(number: str, amount: str = "10.00", **changes: str) -> tuple[str, ...]:
    """One record under `RECEIPT_HEADER`; ``changes`` by header in lower case with underscores."""
    values = {
        "receipt_#": number,
        "payer_class": "Patient",
        "type": "Co-Pay",
        "location": "L1",
        "received": "2026-01-05 10:00:00",
        "amount": amount,
        "status": "New",
        "last_modified": "2026-01-05 11:00:00",
    } | changes
    return tuple(values.values())


def delimited(header: Iterable[str], records: Iterable[Iterable[str]], delimiter: str = ",") -> bytes:
    """A file of records with CRLF line ends, quoted where needed."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *records])
    return text.getvalue().encode()


def receipts(*records: tuple[str, ...]) -> bytes:
    """A receipts file."""
    return delimited(RECEIPT_HEADER, records)


def deliver(home: Path, name: str, content: bytes) -> Path:
    """Put a file into the drop folder of ``home``."""
    path = home / "landing" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def store(home: Path) -> BronzeStore:
    """The bronze of ``home``."""
    return BronzeStore(home / "bronze")


def take(home: Path, as_of: date = AS_OF, **options: int) -> IntakeReport:
    """One intake of ``home``."""
    return take_landing(home / "landing", store(home), run_id=f"run-{as_of}", as_of=as_of, **options)


def publish(home: Path, as_of: date) -> None:
    """Record that a warehouse was published as of a date."""
    with store(home).begin(f"publish-{as_of}", as_of) as commit:
        commit.append("run_observations", pl.DataFrame({"as_of": [as_of], "exception_count": [0]}))
        commit.commit()


def rows(home: Path, table: str) -> pl.DataFrame:
    """All committed rows of a table."""
    return store(home).scan(table).collect()


def all_rows(home: Path) -> dict[str, list[tuple]]:
    """All committed rows of all tables, in order."""
    bronze = store(home)
    return {table: bronze.scan(table).collect().rows() for table in bronze.tables()}


def loads_by_name(home: Path) -> dict[str, dict]:
    """The register, by file name."""
    return {load["file_name"]: load for load in rows(home, "loads").iter_rows(named=True)}


def interchange(*segments: str) -> bytes:
    """An X12 interchange around ``segments``, which begin at the functional group."""
    sides = f"*ZZ*{'SENDER':15}*ZZ*{'RECEIVER':15}"
    header = f"ISA*00*{'':10}*00*{'':10}{sides}*260105*1200*^*00501*000000001*0*T*:"
    return "".join(f"{segment}~" for segment in (header, *segments, "IEA*1*000000001")).encode()
