"""A small published warehouse made by hand, for tests that read one."""

import hashlib
from datetime import date

import duckdb

from orchestration.home import Home
from orchestration.run.durable import write_atomically
from orchestration.run.manifest import (
    CURRENT,
    Manifest,
    current_manifest,
    manifest_path,
    manifest_text,
    read_manifest,
)


def publish_by_hand(
    home: Home, as_of: date, *, run_id: str | None = None, is_current: bool = True
) -> Manifest:
    """Publish one table as of a date: a file, a manifest that continues the chain, and the pointer."""
    home.create()
    previous = current_manifest(home.published)
    sequence = previous.sequence + 1 if previous else 1
    run_id = run_id or f"{as_of:%Y%m%d}-{sequence}"
    data_file = home.published / f"tieout-{run_id}.duckdb"
    with duckdb.connect(str(data_file)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.receipts"
            " (receipt_id varchar primary key, amount decimal(18, 2), received_on date)"
        )
        connection.execute("comment on table marts.receipts is 'One row per receipt.'")
        connection.execute("comment on column marts.receipts.amount is 'What was received.'")
        rows = "('R1', 90071992547409.93, '2026-01-05'), ('R2', -0.10, null)"
        connection.execute(f"insert into marts.receipts values {rows}")
    content = {
        "format": 1,
        "sequence": sequence,
        "run_id": run_id,
        "as_of": as_of.isoformat(),
        "is_replay": False,
        "previous": {"run_id": previous.run_id, "sha256": previous.sha256} if previous else None,
        "file": {
            "name": data_file.name,
            "bytes": data_file.stat().st_size,
            "sha256": hashlib.sha256(data_file.read_bytes()).hexdigest(),
        },
        "fingerprint": f"{sequence:064x}",
        "inputs": {"bronze_commits": 0},
    }
    write_atomically(manifest_path(data_file), manifest_text(content))
    if is_current:
        write_atomically(home.published / CURRENT, data_file.name + "\n")
    return read_manifest(manifest_path(data_file))
