"""X12 files: bytes in, typed tables out.

    reading = read_x12(data)                # a whole file in memory
    for part in read_x12_file(path): ...    # any size, flat memory
    batch = read_x12_files([data, ...])     # many small files as fast as a large one
    sniff(data)                             # which transaction sets a file holds

What belongs here: one reader for all transaction sets. `splitting` cuts bytes into runs, `segments` cuts runs
into segments, `envelope` says which transactions are whole, and one module per set makes the tables:
`remittance_835`, `claim_837p`, `acknowledgement_999`, `claim_acknowledgement_277`. `transaction_sets` lists
them.
"""

from ingestion.x12.batches import FILE, FileAccount, X12Batch, batch_of_one, read_x12_files
from ingestion.x12.findings import FINDINGS_SCHEMA, NOT_READ, QUARANTINE, RULES, WARNING
from ingestion.x12.reader import (
    Counts,
    X12Reading,
    read_x12,
    read_x12_file,
    read_x12_stream,
    shared_chunk_bytes,
)
from ingestion.x12.sniffing import sniff
from ingestion.x12.splitting import X12Refused, refusal_reason
from ingestion.x12.transaction_sets import PROTECTED_COLUMNS, SCHEMAS, SETS, TransactionSet

__all__ = [
    "FILE",
    "FINDINGS_SCHEMA",
    "NOT_READ",
    "PROTECTED_COLUMNS",
    "QUARANTINE",
    "RULES",
    "SCHEMAS",
    "SETS",
    "WARNING",
    "Counts",
    "FileAccount",
    "TransactionSet",
    "X12Batch",
    "X12Reading",
    "X12Refused",
    "batch_of_one",
    "read_x12",
    "read_x12_file",
    "read_x12_files",
    "read_x12_stream",
    "refusal_reason",
    "shared_chunk_bytes",
    "sniff",
]
