"""The X12 reader: a file in, typed tables, findings, counts and money totals out.

What belongs here: the one pass that every transaction set shares, and the accounts of what was kept and what
was set aside. What does not: what any set means. The sets are those of `transaction_sets`; transactions of
others, and of implementations that no set reads, are set aside by name.

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
from typing import BinaryIO

import numpy as np
import polars as pl

from ingestion.x12.envelope import Envelope, EnvelopeFinding, Transaction, Walk
from ingestion.x12.findings import FINDINGS_SCHEMA, NOT_READ, RULES, Findings
from ingestion.x12.segments import SEGMENTS_SCHEMA, Mask, SegmentFrame, segment_frame
from ingestion.x12.set_aside import SET_ASIDE_SCHEMA, set_aside_table
from ingestion.x12.splitting import CHUNK_BYTES, Run, runs_of, runs_of_stream
from ingestion.x12.transaction_sets import SCHEMAS, SEGMENTS, SETS

WORKERS = min(4, os.cpu_count() or 1)
"""How many parts of a file are read at the same time; the engine below releases the interpreter's lock."""

ZERO = Decimal("0.00")
EMPTY = {name: pl.DataFrame(schema=schema) for name, schema in SCHEMAS.items()}
NO_FINDINGS = pl.DataFrame(schema=FINDINGS_SCHEMA)
NOTHING_SET_ASIDE = pl.DataFrame(schema=SET_ASIDE_SCHEMA)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was read, kept and set aside.

    Money is in dollars, exact: the control amounts of the sets, such as what remittances pay (BPR02) and what
    claims charge (CLM02).
    """

    segments_read: int = 0
    segments_kept: int = 0
    segments_quarantined: int = 0
    transactions_read: int = 0
    transactions_kept: int = 0
    transactions_quarantined: int = 0
    kept_control_amount: Decimal = ZERO
    quarantined_control_amount: Decimal = ZERO
    quarantined_amounts_unreadable: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


@dataclass(frozen=True, slots=True)
class X12Reading:
    """What was read: `tables` by name in SCHEMAS, `findings` in FINDINGS_SCHEMA, `set_aside` in
    SET_ASIDE_SCHEMA, all in file order.

    `sources` are those of the transactions that a set reads, broken ones too, in the order in which they
    come.
    """

    tables: dict[str, pl.DataFrame]
    findings: pl.DataFrame
    counts: Counts = field(default_factory=Counts)
    set_aside: pl.DataFrame = field(default_factory=lambda: NOTHING_SET_ASIDE)
    sources: tuple[str, ...] = ()


def _mask(segments: SegmentFrame, transactions: Iterable[Transaction]) -> Mask:
    """Tell which segments are in one of these transactions."""
    mask = np.zeros(len(segments), np.bool_)
    for transaction in transactions:
        mask[transaction.start : transaction.end] = True
    return mask


def _total(amounts: pl.Series) -> Decimal:
    total = amounts.sum()
    return total if isinstance(total, Decimal) else ZERO


def envelope_table(findings: list[EnvelopeFinding]) -> pl.DataFrame:
    """Return the findings of the envelope walk in the schema of all findings."""
    if not findings:
        return NO_FINDINGS
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
class Part:
    """One run with its envelope walked: all that its tables depend on."""

    preamble: str
    segments: SegmentFrame
    walk: Walk


class Parts:
    """Turns runs into parts in file order: segment numbers and open envelopes go from run to run."""

    def __init__(self) -> None:
        self._envelope = Envelope()
        self._next_segment = 1

    def take(self, run: Run) -> Part:
        """Return the next part of the file."""
        segments = segment_frame(run, self._next_segment)
        self._next_segment += len(segments)
        return Part(run.preamble, segments, self._envelope.walk(segments))

    def finish(self) -> X12Reading:
        """Return what the end of the file says: findings only."""
        return X12Reading(dict(EMPTY), envelope_table(self._envelope.finish()))


def _recognised(
    segments: SegmentFrame, transactions: list[Transaction], findings: Findings
) -> dict[str, list[Transaction]]:
    """Return the transactions that are read by the set that reads them; report the others."""
    by_set: dict[str, list[Transaction]] = {}
    for each in transactions:
        by_set.setdefault(each.set_identifier, []).append(each)
    for identifier, ours in by_set.items():
        rules: list[str | None] = ["transaction_set_not_read"] * len(ours)
        if identifier in SETS:
            why_not_read = SETS[identifier].why_not_read
            rules = why_not_read(segments, ours) if why_not_read else [None] * len(ours)
        for rule in sorted({rule for rule in rules if rule}):
            findings.add(
                rule, [each.start for each, broken in zip(ours, rules, strict=True) if broken == rule]
            )
        by_set[identifier] = [each for each, rule in zip(ours, rules, strict=True) if rule is None]
    return {identifier: ours for identifier, ours in by_set.items() if ours}


def read_part(part: Part) -> X12Reading:
    """Return the tables of one part. Depends on nothing else, so parts can be read at the same time."""
    segments, transactions = part.segments, part.walk.transactions
    findings = Findings(segments)
    recognised = _recognised(segments, transactions, findings)
    malformed = segments.rows(None)
    findings.add("segment_id_malformed", malformed[segments.transaction[malformed] > 0])
    tables = dict(EMPTY)
    for identifier, ours in recognised.items():
        if whole := [each for each in ours if each.is_whole]:
            tables |= SETS[identifier].read_tables(segments, whole, _mask(segments, whole), findings)

    quarantined = set(findings.quarantined_transactions)
    quarantined.update(each.position for each in transactions if not each.is_whole)
    if quarantined:
        is_out = pl.col("transaction_position").is_in(sorted(quarantined))
        tables = {name: table.filter(~is_out) if len(table) else table for name, table in tables.items()}
    out = [each for each in transactions if each.position in quarantined]
    is_kept = ~(_mask(segments, out) | part.walk.is_stray)
    tables[SEGMENTS] = segments.as_table(is_kept)
    found = in_order(stacked([envelope_table(part.walk.findings), findings.as_table()], NO_FINDINGS))
    set_aside = set_aside_table(segments, out) if out else NOTHING_SET_ASIDE
    counts = _counts(len(transactions), is_kept, tables, set_aside)
    sources = sources_of(transactions, segments, segments_not_read(found))
    reading = X12Reading(tables, found, counts, set_aside, sources)
    return _combined([_preamble(part.preamble), reading]) if part.preamble else reading


def segments_not_read(findings: pl.DataFrame) -> set[int]:
    """Return the numbers of the ST segments of the transactions that no set reads."""
    return set(findings.filter(pl.col("rule").is_in(NOT_READ))["segment_number"])


def sources_of(
    transactions: list[Transaction], segments: SegmentFrame, not_read: set[int]
) -> tuple[str, ...]:
    """Return the sources of these transactions, without those `not_read`, in the order in which they come."""
    read = (each for each in transactions if each.start + segments.first_segment not in not_read)
    return tuple(dict.fromkeys(SETS[each.set_identifier].source for each in read))


def _counts(
    transactions: int, is_kept: Mask, tables: dict[str, pl.DataFrame], set_aside: pl.DataFrame
) -> Counts:
    kept = int(is_kept.sum())
    controls = [each.control for each in SETS.values() if each.control]
    return Counts(
        segments_read=len(is_kept),
        segments_kept=kept,
        segments_quarantined=len(is_kept) - kept,
        transactions_read=transactions,
        transactions_kept=transactions - len(set_aside),
        transactions_quarantined=len(set_aside),
        kept_control_amount=sum((_total(tables[each.table][each.column]) for each in controls), ZERO),
        quarantined_control_amount=_total(set_aside["control_amount"]),
        quarantined_amounts_unreadable=int(set_aside["unreadable_amounts"].sum()),
    )


def in_order(findings: pl.DataFrame) -> pl.DataFrame:
    """Return findings by segment, and by rule within it."""
    return findings.sort("segment_number", "rule", "element") if len(findings) > 1 else findings


def _preamble(text: str) -> X12Reading:
    """Account for the text in front of the first interchange as segment 0, set aside."""
    finding = EnvelopeFinding(0, None, "outside_transaction", 0)
    segment = pl.DataFrame(
        {"segment_number": [0], "raw": [text], "is_kept": [False]}, schema_overrides=dict(SEGMENTS_SCHEMA)
    )
    tables = dict(EMPTY)
    tables[SEGMENTS] = pl.concat([tables[SEGMENTS], segment], how="diagonal")
    return X12Reading(tables, envelope_table([finding]), Counts(segments_read=1, segments_quarantined=1))


def _combined(readings: list[X12Reading]) -> X12Reading:
    """Put consecutive readings of one file together."""
    return X12Reading(
        {name: stacked([each.tables[name] for each in readings], empty) for name, empty in EMPTY.items()},
        in_order(stacked([each.findings for each in readings], NO_FINDINGS)),
        sum((each.counts for each in readings), Counts()),
        stacked([each.set_aside for each in readings], NOTHING_SET_ASIDE),
        tuple(dict.fromkeys(source for each in readings for source in each.sources)),
    )


def stacked(tables: list[pl.DataFrame], empty: pl.DataFrame) -> pl.DataFrame:
    """Put the tables that have rows under one another."""
    filled = [table for table in tables if len(table)]
    return pl.concat(filled) if len(filled) > 1 else filled[0] if filled else empty


def _read_parts(parts: list[Part]) -> X12Reading:
    return _combined([read_part(part) for part in parts])


def read_x12(data: bytes) -> X12Reading:
    """Read the transactions of a whole file held in memory, of whatever sets they are.

    Raises X12Refused, with a reason code, when the bytes hold no readable interchange at all.
    """
    parts = Parts()
    return _combined([*(read_part(parts.take(run)) for run in runs_of(data)), parts.finish()])


def read_x12_file(path: Path, chunk_bytes: int = CHUNK_BYTES, workers: int = WORKERS) -> Iterator[X12Reading]:
    """Yield the transactions of a file part by part, as `read_x12_stream` does."""
    with path.open("rb") as file:
        yield from read_x12_stream(file, chunk_bytes, workers)


def shared_chunk_bytes(size: int, workers: int = WORKERS) -> int:
    """Return how much of a file of `size` bytes to read at once, so that all workers get the same share."""
    rounds = -(-size // (workers * CHUNK_BYTES))
    return max(1, -(-size // (workers * max(1, rounds))))


def read_x12_stream(
    file: BinaryIO, chunk_bytes: int = CHUNK_BYTES, workers: int = WORKERS
) -> Iterator[X12Reading]:
    """Yield the transactions of an open file part by part, in memory that does not grow with the file.

    The parts put together are exactly `read_x12` of the whole; a part ends where no transaction is open. The
    last part holds nothing but what the end of the file says. `workers` parts are read at the same time.
    Raises X12Refused as `read_x12` does, before the first part.
    """
    parts = Parts()
    with ThreadPoolExecutor(workers) as pool:
        reading: deque[Future[X12Reading]] = deque()
        for runs in runs_of_stream(file, chunk_bytes):
            reading.append(pool.submit(_read_parts, [parts.take(run) for run in runs]))
            if len(reading) > workers:
                yield reading.popleft().result()
        while reading:
            yield reading.popleft().result()
    yield parts.finish()
