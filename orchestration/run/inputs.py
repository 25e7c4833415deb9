"""What a published file was made from, as its manifest tells it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from ingestion.bronze import BronzeStore
from orchestration.settings import SettingRow

_COLUMNS = ("file_name", "file_hash", "source", "verdict", "loaded_on")


def describe_inputs(bronze: BronzeStore, as_of: date, commits_before: int) -> dict[str, Any]:
    """The files behind a warehouse as of a date.

    ``files`` and ``sha256`` cover all of them. ``new`` lists those from bronze commits after
    ``commits_before``, the count in the manifest before, so that the chain of manifests names every file
    once.
    """
    commits = bronze.commits()
    known = (
        bronze.scan("loads")
        .filter(pl.col("loaded_on") <= as_of)
        .select(_COLUMNS)
        .sort("file_name", "file_hash")
        .collect()
    )
    lines = "".join(f"{name}\t{file_hash}\n" for name, file_hash in known.select(_COLUMNS[:2]).iter_rows())
    new_parts = [
        bronze.root / part.path
        for commit in commits
        if commit.sequence > commits_before
        for part in commit.parts
        if part.table == "loads"
    ]
    new = (
        pl.scan_parquet(new_parts).select(_COLUMNS).sort("file_name").collect()
        if new_parts
        else known.clear()
    )
    return {
        "bronze_commits": len(commits),
        "bronze_log_sha256": bronze.log_sha256(len(commits)),
        "files": known.height,
        "sha256": hashlib.sha256(lines.encode()).hexdigest(),
        "new": [{**row, "loaded_on": row["loaded_on"].isoformat()} for row in new.iter_rows(named=True)],
    }


def settings_sha256(rows: Sequence[SettingRow]) -> str:
    """A digest of the settings in force."""
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
