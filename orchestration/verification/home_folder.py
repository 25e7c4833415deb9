"""A home folder against what it says of itself: manifests, published files, journal, bronze."""

import hashlib
import json
from pathlib import Path

from ingestion.bronze import BronzeError, BronzeStore
from journal.sqlite_database import holds_only_entries
from orchestration.desk.journal_access import readable_journal
from orchestration.failures import JournalFaultError
from orchestration.home import Home
from orchestration.run.manifest import Manifest
from orchestration.run.retention import kept_files
from orchestration.settings import Settings
from orchestration.verification.finding import Verification
from orchestration.verification.manifests import check_manifests, check_the_end, journal_heads


def verify_home(home: Home, settings: Settings) -> Verification:
    """Everything that is not what was written; nothing in the folder is changed."""
    found = Verification()
    manifests = check_manifests(home.published, found) if home.published.is_dir() else []
    published, unfinished = _runs(home, found)
    if home.published.is_dir():
        check_the_end(home.published, manifests, published, unfinished, found)
        _check_files(home, manifests, unfinished, found)
    _check_bronze(home, manifests, found)
    check_journal(home, settings, manifests, found)
    return found


def _runs(home: Home, found: Verification) -> tuple[set[str], set[str]]:
    """The runs that the ledger or the observations call published; and those that did not get there."""
    published: set[str] = set()
    unfinished: set[str] = set()
    for path in sorted(home.runs.glob("*.json")) if home.runs.is_dir() else []:
        try:
            record = json.loads(path.read_bytes())
            (published if record["outcome"] == "published" else unfinished).add(str(record["run_id"]))
        except (ValueError, TypeError, KeyError):
            found.blame(path.name, "cannot be read")
    try:
        for commit in BronzeStore(home.bronze).commits():
            if any(part.table == "run_observations" for part in commit.parts):
                published.add(commit.run_id)
    except (BronzeError, OSError, ValueError, KeyError, TypeError):
        pass  # told by the check of bronze
    return published, unfinished


def _check_files(home: Home, manifests: list[Manifest], unfinished: set[str], found: Verification) -> None:
    """Every published file that is there is what its manifest says; the last one and the last of every month
    are there. How many others retention leaves is a setting, which may have been another one.
    """
    by_name = {manifest.data_file.name: manifest for manifest in manifests}
    there = {path.name: path for path in sorted(home.published.glob("tieout-*.duckdb"))}
    for name, path in there.items():
        manifest = by_name.get(name)
        if manifest is None:
            if path.stem.removeprefix("tieout-") in unfinished:
                continue
            found.blame(name, "is a file that no manifest names")
        elif not _is_the_file(path, manifest):
            found.blame(name, "is not what was published")
    finished = [manifest for manifest in manifests if manifest.run_id not in unfinished]
    for path in kept_files(finished, None, 1):
        if path.name not in there:
            found.blame(path.name, "is missing")
    found.count("published files", len(there))


def _is_the_file(path: Path, manifest: Manifest) -> bool:
    said = manifest.content.get("file") or {}
    if path.stat().st_size != said.get("bytes"):
        return False
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == said.get("sha256")


def _check_bronze(home: Home, manifests: list[Manifest], found: Verification) -> None:
    """Every part is what its commit says, and every commit is one that a manifest names."""
    store = BronzeStore(home.bronze)
    try:
        commits = store.commits()
        for complaint in store.verify():
            found.blame("bronze", complaint)
    except BronzeError as error:
        found.blame("bronze", str(error))
        return
    except (OSError, ValueError, KeyError, TypeError):
        found.blame("bronze", "a commit of the log cannot be read")
        return
    named = 0
    for manifest in manifests:
        inputs = manifest.content.get("inputs") or {}
        count, digest = int(inputs.get("bronze_commits", 0)), inputs.get("bronze_log_sha256")
        if digest is None:
            continue
        if count > len(commits) or store.log_sha256(count) != digest:
            sentence = f"the first {count} commits are not those that {manifest.path.name} was made from"
            found.blame("bronze/log", sentence)
        named = max(named, count)
    found.count("bronze commits", len(commits))
    if len(commits) > named:
        found.notes.append(
            f"{len(commits) - named} of {len(commits)} commits of bronze wait for the next manifest to name"
            " them; their parts were verified"
        )


def check_journal(home: Home, settings: Settings, manifests: list[Manifest], found: Verification) -> None:
    """No entry was changed, removed, put elsewhere or cut off, and its file holds nothing else."""
    heads = journal_heads(manifests)
    where = "journal" if settings.journal else home.journal.name
    try:
        with readable_journal(home, settings) as journal:
            if journal is None:
                found.count("journal entries", 0)
                return
            for problem in journal.verify(heads):
                found.blame(where, problem.sentence)
            head = journal.head()
    except JournalFaultError as error:
        found.blame(where, str(error))
        return
    found.count("journal entries", head.entry_number)
    if settings.journal is None:
        _check_file_of_journal(home, found)
    covered = max((one.entry_number for one in heads), default=0)
    if head.entry_number > covered:
        found.notes.append(
            f"{head.entry_number - covered} of {head.entry_number} entries are newer than the last run;"
            " whether later ones were cut off, only a head kept elsewhere can say:"
            f" {head.entry_number} {head.entry_hash}"
        )


def _check_file_of_journal(home: Home, found: Verification) -> None:
    holds = holds_only_entries(home.journal)
    if holds is None:
        found.notes.append("the journal is open elsewhere; its entries were verified, its file was not")
    elif not holds:
        found.blame(home.journal.name, "has bytes that are not of its entries")
