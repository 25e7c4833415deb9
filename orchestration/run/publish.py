"""Publishing: a file of its own, then its manifest, then the run's observations, then the pointer.

Readers follow the one-line file ``current`` to a file that never changes, so they see the run before or
this one and nothing else. Killed before the observations are committed, the publish did not happen; after
that, the next run finishes it (`retention.recover`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from expectations.exceptions import observe
from expectations.verdict import grounds_of_warehouse, verdict
from ingestion.bronze import BronzeStore
from ingestion.faults import fault_point
from orchestration.failures import StageFailedError
from orchestration.run.copy import copy_public_tables
from orchestration.run.durable import rename_durably, write_atomically
from orchestration.run.fingerprint import overall_fingerprint, table_fingerprint
from orchestration.run.inputs import describe_inputs, settings_sha256
from orchestration.run.manifest import (
    CURRENT,
    FORMAT,
    Manifest,
    code_version,
    current_manifest,
    manifest_path,
    manifest_text,
    read_manifest,
)
from orchestration.run.people import CountedEntries
from orchestration.run.tables import public_tables
from orchestration.run.tie_out import tie_out
from orchestration.settings import SettingRow


@dataclass(frozen=True, slots=True)
class Publication:
    """What is to be published, and what its manifest says besides the file's own content."""

    run_id: str
    as_of: date
    is_replay: bool
    warehouse: Path
    settings: Sequence[SettingRow]
    expectations: list[dict[str, Any]]
    entries: CountedEntries | None


def publish(publication: Publication, published: Path, bronze: BronzeStore) -> Manifest:
    """Publish the public schemas of a build file and point readers at them. Returns the manifest."""
    final = published / f"tieout-{publication.run_id}.duckdb"
    temporary = final.with_name(final.name + ".tmp")
    fault_point("publish.begin")
    copy_public_tables(publication.warehouse, temporary)
    fault_point("publish.copied")
    temporary.chmod(0o444)
    rename_durably(temporary, final)
    fault_point("publish.renamed")
    write_atomically(manifest_path(final), manifest_text(_manifest(publication, final, bronze)))
    fault_point("publish.manifest_written")
    if not publication.is_replay:
        _commit_observations(publication, final, bronze)
    fault_point("publish.observed")
    write_atomically(published / CURRENT, final.name + "\n")
    fault_point("publish.pointed")
    return read_manifest(manifest_path(final))


def _manifest(publication: Publication, final: Path, bronze: BronzeStore) -> dict[str, Any]:
    previous = current_manifest(final.parent)
    with open_read_only(final) as connection:
        tables = public_tables(connection)
        if not tables:
            raise StageFailedError(
                "published", "there is nothing to publish: the build file has no public table"
            )
        fingerprints = {table.full_name: table_fingerprint(connection, table) for table in tables}
        rows = {
            table.full_name: connection.execute(f"select count(*) from {table.quoted}").fetchall()[0][0]  # noqa: S608
            for table in tables
        }
        totals = tie_out(connection).as_json()
        how_far = verdict(grounds_of_warehouse(connection))
    with final.open("rb") as stream:
        file_sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return {
        "format": FORMAT,
        "sequence": previous.sequence + 1 if previous else 1,
        "run_id": publication.run_id,
        "as_of": publication.as_of.isoformat(),
        "is_replay": publication.is_replay,
        "verdict": how_far.as_json(),
        "previous": {"run_id": previous.run_id, "sha256": previous.sha256} if previous else None,
        "code": code_version(),
        "settings_sha256": settings_sha256(publication.settings),
        "inputs": describe_inputs(
            bronze, publication.as_of, previous.content["inputs"]["bronze_commits"] if previous else 0
        )
        | {"journal": publication.entries.as_json() if publication.entries else None},
        "file": {"name": final.name, "bytes": final.stat().st_size, "sha256": file_sha256},
        "tables": {name: {"rows": rows[name], "fingerprint": fingerprints[name]} for name in fingerprints},
        "fingerprint": overall_fingerprint(fingerprints),
        "control_totals": totals,
        "expectations": publication.expectations,
    }


def _commit_observations(publication: Publication, final: Path, bronze: BronzeStore) -> None:
    """Append what this run saw to bronze; first seen, last seen and reopened come from there."""
    observed = observe(final, publication.as_of)
    commit = bronze.begin(publication.run_id, publication.as_of)
    commit.append("exception_observations", observed.exceptions.collect())
    commit.append("run_observations", observed.runs.collect())
    commit.commit()


def open_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection that can only read ``path``, with UTC as its time zone."""
    connection = duckdb.connect(str(path), read_only=True)
    connection.execute("set TimeZone = 'UTC'")
    return connection
