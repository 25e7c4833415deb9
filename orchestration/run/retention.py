"""Which published files stay, and what a killed run left behind."""

import shutil
from pathlib import Path

from ingestion.bronze import BronzeStore
from orchestration.home import Home
from orchestration.run.durable import flush_folder, write_atomically
from orchestration.run.ledger import mark_killed_runs
from orchestration.run.manifest import CURRENT, Manifest, current_manifest, manifest_path, read_manifests


def recover(home: Home, bronze: BronzeStore) -> None:
    """Remove or finish what a killed run left. Only the holder of the lock may call this.

    A publish whose observations were committed is finished, because history already counts it; any other
    that did not reach the pointer is withdrawn.
    """
    mark_killed_runs(home.runs)
    bronze.remove_uncommitted()
    for leftover in home.warehouse.iterdir():
        remove_build(leftover)
    for leftover in home.published.glob("*.tmp*"):
        leftover.unlink()
    _settle_unfinished(home.published, bronze)
    for data_file in home.published.glob("tieout-*.duckdb"):
        if not manifest_path(data_file).exists():
            data_file.unlink()


def _settle_unfinished(published: Path, bronze: BronzeStore) -> None:
    current = current_manifest(published)
    last = current.sequence if current else 0
    unfinished = [manifest for manifest in read_manifests(published) if manifest.sequence > last]
    if not unfinished:
        return
    observed = {
        commit.run_id
        for commit in bronze.commits()
        if any(part.table == "run_observations" for part in commit.parts)
    }
    for manifest in unfinished:
        if manifest.run_id in observed and manifest.data_file.exists():
            write_atomically(published / CURRENT, manifest.data_file.name + "\n")
        else:
            manifest.path.unlink()
            manifest.data_file.unlink(missing_ok=True)
    flush_folder(published)


def remove_build(path: Path) -> None:
    """Remove the folder, or the file, of a private build."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def prune(published: Path, keep: int) -> list[Path]:
    """Remove data files besides the last ``keep``, the last one of every month, and the current one.

    Manifests stay. Returns what was removed. A reader that has a removed file open keeps reading it.
    """
    manifests = read_manifests(published)
    kept = kept_files(manifests, current_manifest(published), keep)
    removed = [
        manifest.data_file
        for manifest in manifests
        if manifest.data_file not in kept and manifest.data_file.exists()
    ]
    for path in removed:
        path.unlink()
    return removed


def kept_files(manifests: list[Manifest], current: Manifest | None, keep: int) -> set[Path]:
    """The data files that `prune` leaves: the last ``keep``, the last one of every month, the current one."""
    kept = {manifest.data_file for manifest in manifests[-keep:]}
    kept |= {manifest.data_file for manifest in _month_ends(manifests)}
    if current:
        kept.add(current.data_file)
    return kept


def _month_ends(manifests: list[Manifest]) -> list[Manifest]:
    """Of every month, the publish with the latest as-of date; among equals the last one made."""
    latest: dict[str, Manifest] = {}
    for manifest in manifests:
        month = manifest.as_of[:7]
        if month not in latest or manifest.as_of >= latest[month].as_of:
            latest[month] = manifest
    return list(latest.values())
