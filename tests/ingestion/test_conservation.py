"""Nothing is lost: whatever dirt a file holds, every record and every readable cent of it is somewhere."""

import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.ingestion.deliveries import (
    RECEIPT_HEADER,
    delimited,
    deliver,
    interchange,
    loads_by_name,
    receipt,
    rows,
    take,
)

AMOUNTS = {
    "10.00": "10.00",
    "$1,200.50": "1200.50",
    "(12.00)": "-12.00",
    "7.10-": "-7.10",
    "": None,
    "ten": None,
    "1.005": None,
    "NaN": None,
    "1e9": None,
}


@dataclass(frozen=True)
class Record:
    """One record as it is written, what can be read of its amount, and whether it should be kept."""

    fields: tuple[str, ...]
    amount: Decimal | None
    is_good: bool


@st.composite
def records(draw: st.DrawFn) -> Record:
    number = draw(st.sampled_from(["R1", "R2", "0007", "", "1.23E+11", "R 1;drop"]))
    spelled = draw(st.sampled_from(sorted(AMOUNTS)))
    received = draw(st.sampled_from(["2026-01-05 10:00:00", "01/05/2026", "yesterday", ""]))
    status = draw(st.sampled_from(["New", "hold", "Lost"]))
    written = receipt(number, spelled, received=received, status=status)
    readable = AMOUNTS[spelled]
    is_good = (
        number in ("R1", "R2", "0007")
        and readable is not None
        and received.startswith(("2026", "01"))
        and status != "Lost"
    )
    ragged = draw(st.sampled_from([0, 0, 0, 0, -1, 1]))
    if ragged:
        return Record(written[:-1] if ragged < 0 else (*written, "more"), None, False)
    return Record(written, None if readable is None else Decimal(readable), is_good)


def total(amounts: list[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal("0.00"))


@given(st.lists(st.lists(records(), max_size=8), min_size=1, max_size=3), st.booleans())
def test_every_record_and_every_cent_is_kept_or_in_quarantine(files: list[list[Record]], is_copied: bool):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for number, written in enumerate(files):
            # Blank lines at the end make other bytes of the same records, so that each file is read.
            data = delimited(RECEIPT_HEADER, [record.fields for record in written]) + b"\r\n" * number
            deliver(home, f"{number}.csv", data)
            if is_copied:
                deliver(home, f"z-{number}.csv", data)
        take(home)
        loads, quarantine = loads_by_name(home), rows(home, "quarantine")
        for number, written in enumerate(files):
            _check(loads[f"{number}.csv"], written, quarantine)
            assert loads[f"{number}.csv"]["records_skipped"] in (0, number)
        kept = total([record.amount for written in files for record in written if record.is_good])
        assert total(rows(home, "receipts")["amount"].to_list()) == kept


def _check(load: dict, written: list[Record], quarantine: pl.DataFrame) -> None:
    good = [record.amount for record in written if record.is_good]
    bad = [record.amount for record in written if not record.is_good]
    assert load["records_read"] - load["records_skipped"] == len(written)
    assert (load["records_kept"], load["records_quarantined"]) == (len(good), len(bad))
    amounts = ("control_amount_read", "control_amount_kept", "control_amount_quarantined")
    assert [load[name] for name in amounts] == [total(good + bad), total(good), total(bad)]
    assert load["records_without_readable_amount"] == bad.count(None)
    refused = quarantine.filter(pl.col("load_id") == load["load_id"])
    assert refused["record_number"].n_unique() == len(bad)
    assert total(refused["amount_at_stake"].to_list()) == total(bad)


REMITTANCE = (
    "ST*835*{number}",
    "BPR*I*{amount}*C*ACH************20260105",
    "TRN*1*T{number}*1511111111",
    "N1*PR*PAYER",
    "N1*PE*PAYEE",
    "SE*{count}*{number}",
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["70.00", "0", "12.5", "NaN"]), st.sampled_from([6, 9])),
        min_size=1,
        max_size=5,
    )
)
def test_every_transaction_of_a_remittance_file_is_kept_or_in_quarantine(written: list[tuple[str, int]]):
    segments = [
        segment.format(number=f"{number:04}", amount=amount, count=count)
        for number, (amount, count) in enumerate(written, start=1)
        for segment in REMITTANCE
    ]
    data = interchange("GS*HP*S*R*20260105*1200*1*X*005010X221A1", *segments, f"GE*{len(written)}*1")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        deliver(home, "a.835", data)
        take(home)
        load = loads_by_name(home)["a.835"]
        kept = rows(home, "era_remittances")
    assert load["records_read"] == len(segments) + 4
    assert load["records_read"] == load["records_kept"] + load["records_quarantined"]
    good = [Decimal(amount) for amount, count in written if amount != "NaN" and count == 6]
    bad = [Decimal(amount) for amount, count in written if amount != "NaN" and count != 6]
    assert kept.height == len(good)
    assert load["control_amount_kept"] == sum(good, Decimal(0))
    assert load["control_amount_quarantined"] == sum(bad, Decimal(0))
    assert load["control_amount_read"] == sum(good + bad, Decimal(0))
