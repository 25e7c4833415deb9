"""The X12 reader: a file in, typed tables, findings, counts and money totals out.

What belongs here: the one pass that every transaction set shares, and the accounts of what was kept and what
was set aside. What an 835 means is said by `remittance_835`, the only set with tables so far; transactions of
other sets are set aside by name. A further set brings a module with the same functions.

Conservation: every segment of the file is in the `segments` table once, and `segments_read` is always
`segments_kept + segments_quarantined`; likewise for transactions.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, fields
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from ingestion.x12 import remittance_835
from ingestion.x12.envelope import Envelope, EnvelopeFinding, Transaction, Walk
from ingestion.x12.findings import FINDINGS_SCHEMA, RULES, Findings
from ingestion.x12.remittance_835_schemas import SCHEMAS
from ingestion.x12.segments import SEGMENTS_SCHEMA, Mask, SegmentFrame, segment_frame
from ingestion.x12.splitting import CHUNK_BYTES, Run, runs_of, runs_of_file

WORKERS = min(4, os.cpu_count() or 1)
"""How many parts of a file are read at the same time; the engine below releases the interpreter's lock."""

_ZERO = Decimal("0.00")
_EMPTY = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
_NO_FINDINGS = pl.DataFrame(schema=FINDINGS_SCHEMA)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was read, kept and set aside. Money is in dollars, exact."""

    segments_read: int = 0
    segments_kept: int = 0
    segments_quarantined: int = 0
    transactions_read: int = 0
    transactions_kept: int = 0
    transactions_quarantined: int = 0
    kept_payment_amount: Decimal = _ZERO
    kept_claim_paid_amount: Decimal = _ZERO
    quarantined_payment_amount: Decimal = _ZERO
    quarantined_payments_unreadable: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class X12Reading:
    """What was read: `tables` by name in SCHEMAS, `findings` in FINDINGS_SCHEMA, both in file order."""

    tables: dict[str, pl.DataFrame]
    findings: pl.DataFrame
    counts: Counts = field(default_factory=Counts)


def _mask(segments: SegmentFrame, transactions: Iterable[Transaction]) -> Mask:
    """Tell which segments are in one of these transactions."""
    mask = np.zeros(len(segments), np.bool_)
    for transaction in transactions:
        mask[transaction.start : transaction.end] = True
    return mask


def _total(amounts: pl.Series) -> Decimal:
    total = amounts.sum()
    return total if isinstance(total, Decimal) else _ZERO


def _envelope_table(findings: list[EnvelopeFinding]) -> pl.DataFrame:
    """Return the findings of the envelope walk in the schema of all findings."""
    if not findings:
        return _NO_FINDINGS
    return pl.DataFrame(
        [
            (
                found.segment_number,
                found.interchange_position or None,
                found.transaction_position or None,
                found.segment_id,
                found.element,
                found.rule,
                *RULES[found.rule],
            )
            for found in findings
        ],
        schema=FINDINGS_SCHEMA,
        orient="row",
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """One run with its envelope walked: all that its tables depend on."""

    preamble: str
    segments: SegmentFrame
    walk: Walk


class _Parts:
    """Turns runs into parts in file order: segment numbers and open envelopes go from run to run."""

    def __init__(self) -> None:
        self._envelope = Envelope()
        self._next_segment = 1

    def take(self, run: Run) -> _Part:
        """Return the next part of the file."""
        segments = segment_frame(run, self._next_segment)
        self._next_segment += len(segments)
        return _Part(run.preamble, segments, self._envelope.walk(segments))

    def finish(self) -> X12Reading:
        """Return what the end of the file says: findings only."""
        return X12Reading(dict(_EMPTY), _envelope_table(self._envelope.finish()))


def _readable(
    segments: SegmentFrame, transactions: list[Transaction], findings: Findings
) -> list[Transaction]:
    """Return the whole transactions of the set; report those of other sets and segments without an id."""
    is_read = [each.set_identifier == remittance_835.SET_IDENTIFIER for each in transactions]
    findings.add(
        "transaction_set_not_read",
        [each.start for each, is_ours in zip(transactions, is_read, strict=True) if not is_ours],
    )
    malformed = segments.rows(None)
    findings.add("segment_id_malformed", malformed[segments.transaction[malformed] > 0])
    return [each for each, is_ours in zip(transactions, is_read, strict=True) if is_ours and each.is_whole]


def _read_part(part: _Part) -> X12Reading:
    """Return the tables of one part. Depends on nothing else, so parts can be read at the same time."""
    segments, transactions = part.segments, part.walk.transactions
    findings = Findings(segments)
    readable = _readable(segments, transactions, findings)
    tables = remittance_835.read_tables(segments, readable, _mask(segments, readable), findings)

    quarantined = set(findings.quarantined_transactions)
    quarantined.update(each.position for each in transactions if not each.is_whole)
    if quarantined:
        is_out = pl.col("transaction_position").is_in(sorted(quarantined))
        tables = {name: table.filter(~is_out) for name, table in tables.items()}
    set_aside = [each for each in transactions if each.position in quarantined]
    is_kept = ~(_mask(segments, set_aside) | part.walk.is_stray)
    tables["segments"] = segments.as_table(is_kept)
    found = _sorted(_stacked([_envelope_table(part.walk.findings), findings.as_table()], _NO_FINDINGS))
    reading = X12Reading(tables, found, _counts(part, set_aside, is_kept, tables))
    return _combined([_preamble(part.preamble), reading]) if part.preamble else reading


def _counts(
    part: _Part, set_aside: list[Transaction], is_kept: Mask, tables: dict[str, pl.DataFrame]
) -> Counts:
    transactions, segments = part.walk.transactions, part.segments
    remittances = [each for each in set_aside if each.set_identifier == remittance_835.SET_IDENTIFIER]
    payments = remittance_835.payment_amounts(segments, remittances)
    kept = int(is_kept.sum())
    return Counts(
        segments_read=len(segments),
        segments_kept=kept,
        segments_quarantined=len(segments) - kept,
        transactions_read=len(transactions),
        transactions_kept=len(transactions) - len(set_aside),
        transactions_quarantined=len(set_aside),
        kept_payment_amount=_total(tables["remittances"]["payment_amount"]),
        kept_claim_paid_amount=_total(tables["claims"]["paid_amount"]),
        quarantined_payment_amount=_total(payments),
        quarantined_payments_unreadable=payments.null_count(),
    )


def _sorted(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.sort("segment_number", "rule", "element") if len(findings) > 1 else findings


def _preamble(text: str) -> X12Reading:
    """Account for the text in front of the first interchange as segment 0, set aside."""
    finding = EnvelopeFinding(0, None, "outside_transaction", 0)
    segment = pl.DataFrame(
        {"segment_number": [0], "raw": [text], "is_kept": [False]}, schema_overrides=dict(SEGMENTS_SCHEMA)
    )
    tables = dict(_EMPTY)
    tables["segments"] = pl.concat([tables["segments"], segment], how="diagonal")
    return X12Reading(tables, _envelope_table([finding]), Counts(segments_read=1, segments_quarantined=1))


def _combined(readings: list[X12Reading]) -> X12Reading:
    """Put consecutive readings of one file together."""
    return X12Reading(
        {name: _stacked([each.tables[name] for each in readings], empty) for name, empty in _EMPTY.items()},
        _sorted(_stacked([each.findings for each in readings], _NO_FINDINGS)),
        sum((each.counts for each in readings), Counts()),
    )


def _stacked(tables: list[pl.DataFrame], empty: pl.DataFrame) -> pl.DataFrame:
    """Put the tables that have rows under one another."""
    filled = [table for table in tables if len(table)]
    return pl.concat(filled) if len(filled) > 1 else filled[0] if filled else empty


def _read_parts(parts: list[_Part]) -> X12Reading:
    return _combined([_read_part(part) for part in parts])


def read_835(data: bytes) -> X12Reading:
    """Read the remittances of a whole file held in memory.

    Raises X12Refused, with a reason code, when the bytes hold no readable interchange at all.
    """
    parts = _Parts()
    return _combined([*(_read_part(parts.take(run)) for run in runs_of(data)), parts.finish()])


def read_835_file(path: Path, chunk_bytes: int = CHUNK_BYTES, workers: int = WORKERS) -> Iterator[X12Reading]:
    """Yield the remittances of a file part by part, in memory that does not grow with the file.

    The parts put together are exactly `read_835` of the whole; a part ends where no transaction is open. The
    last part holds nothing but what the end of the file says. `workers` parts are read at the same time.
    Raises X12Refused as `read_835` does, before the first part.
    """
    parts = _Parts()
    with ThreadPoolExecutor(workers) as pool:
        reading: deque[Future[X12Reading]] = deque()
        for runs in runs_of_file(path, chunk_bytes):
            reading.append(pool.submit(_read_parts, [parts.take(run) for run in runs]))
            if len(reading) > workers:
                yield reading.popleft().result()
        while reading:
            yield reading.popleft().result()
    yield parts.finish()
