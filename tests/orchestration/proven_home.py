"""A small home folder in which every chain is whole: three publishes, a journal that they name, bronze."""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from ingestion.bronze import BronzeStore
from ingestion.bronze_tables import EXCEPTION_OBSERVATIONS, RUN_OBSERVATIONS
from journal.charge_entries import Release, Reprocess
from journal.store import Journal
from orchestration.home import Home
from orchestration.run.durable import write_atomically
from orchestration.run.ledger import RunLedger, RunRecord
from orchestration.run.manifest import Manifest, manifest_text, read_manifest, read_manifests
from tests.orchestration.close_home import close_home

DAYS = (date(2026, 4, 1), date(2026, 4, 2), date(2026, 4, 3))


def proven_home(root: Path) -> Home:
    """Three runs, with entries before, between and after them."""
    for number, day in enumerate(DAYS, start=1):
        enter(Home(root), f"CH{number}", day)
        publish_proven(root, day)
    enter(Home(root), "CH9", DAYS[-1])
    return Home(root)


def enter(home: Home, charge_id: str, day: date) -> None:
    """Two entries about a charge."""
    home.root.mkdir(exist_ok=True)
    common = {"company_id": "A", "charge_record_id": charge_id, "reason": "mended, as the payer wants it"}
    with Journal.open(home.journal) as journal:
        journal.append(
            [Reprocess(**common).draft(), Release(**common).draft()],
            person="maria",
            entered_at=datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
            entered_on=day,
        )


def publish_proven(root: Path, day: date) -> Manifest:
    """Publish as a run does, as far as hashes go: file, journal, bronze, the manifest before, the ledger."""
    home = close_home(root, as_of=day)
    bronze = BronzeStore(home.bronze)
    manifest = read_manifests(home.published)[-1]
    with Journal.open(home.journal) as journal:
        head = journal.head()
    content = dict(manifest.content)
    content["format"] = 2
    content["file"] = {
        "name": manifest.data_file.name,
        "bytes": manifest.data_file.stat().st_size,
        "sha256": hashlib.sha256(manifest.data_file.read_bytes()).hexdigest(),
    }
    commits = len(bronze.commits())
    content["inputs"] = {
        "bronze_commits": commits,
        "bronze_log_sha256": bronze.log_sha256(commits),
        "journal": {"entry_number": head.entry_number, "entry_hash": head.entry_hash},
    }
    write_atomically(manifest.path, manifest_text(content))
    with bronze.begin(manifest.run_id, day) as commit:
        commit.append("exception_observations", pl.DataFrame(schema=EXCEPTION_OBSERVATIONS))
        commit.append(
            "run_observations", pl.DataFrame({"as_of": [day], "exception_count": [0]}, RUN_OBSERVATIONS)
        )
        commit.commit()
    ledger = RunLedger(home.runs, RunRecord(manifest.run_id, day, "2026-04-01T00:00:00Z", 1))
    ledger.close("published")
    return read_manifest(manifest.path)
