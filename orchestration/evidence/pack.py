"""What goes into the pack of a period, read from one home folder.

The pack holds the statement, the checklist, the tables behind it, what people entered, every manifest, and
the chain of the journal by its hashes. Whoever has it can recompute each hash; `README.txt` says how.
"""

import json
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from journal.chain import Row
from journal.close_entries import PERIOD, REFUSAL
from journal.period import ALL_LOCATIONS, Period
from journal.store import Journal
from orchestration.close.page import as_text
from orchestration.desk.close_desk import CloseDesk, LookedAt
from orchestration.desk.journal_access import Contained, readable_journal
from orchestration.evidence.archive import SUMS, packed, sums_of
from orchestration.evidence.exports import exports
from orchestration.failures import NotFoundError
from orchestration.home import Home
from orchestration.published_file import connect, current_publication
from orchestration.run.manifest import Manifest, read_manifests
from orchestration.settings import Settings
from orchestration.statement.publication import read_statement

JOURNAL = "journal.jsonl"
CHAIN = "journal_chain.txt"
SIGNATURES = "signatures.json"
PUBLISHED = "published.json"
MANIFESTS = "manifests/"

_README = """\
Evidence of {period}, as of {as_of}, run {run_id}.

checklist.txt       every tie-out with its figures, what is open, who prepared, reviewed and signed
statement.*         EMR against billing, every cent between them named
*.csv               the tables behind both
signatures.json     what was bound by whom; the sha256 is over the sorted lines, each ended by a line feed
journal.jsonl       what people entered about the period or dated in it, one entry a line, as it was sealed
journal_chain.txt   every entry of the journal by number, the hash before it and its own
manifests/          what each run was made from and published; each names the hash of the one before it
published.json      the published file that the figures were read from, with its hash
SHA256SUMS          the hash of every other file here

To check it without us: sha256sum -c SHA256SUMS; then compare the hash of SHA256SUMS itself with the one
that was noted when the pack was made. `tieout verify PACK.zip` does both and follows the chains as well.
These files hold protected health information.
"""


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack: its bytes, and the hash by which it can be named elsewhere."""

    content: bytes
    sums_sha256: str
    file_count: int


def make_pack(home: Home, settings: Settings, period: Period) -> Pack:
    """The pack of a period. The same home folder gives the same bytes.

    Raises `NothingPublishedError` before the first run, `NotFoundError` for a period without figures.
    """
    from hashlib import sha256

    manifest = current_publication(home.published)
    with connect(home.published) as connection, readable_journal(home, settings) as journal:
        desk = CloseDesk(connection, Contained.in_publication(manifest), journal, settings)
        standing = desk.standing(period)
        if not standing.checklist.has_figures:
            raise NotFoundError(f"there are no figures of {period}; check the location")
        files = exports(connection, period)
        files["checklist.txt"] = as_text(standing, manifest.as_of).encode()
        files[SIGNATURES] = _json(_signatures(standing))
        files |= _journal_files(connection, journal, period)
    files |= _statement_files(home, period)
    files |= _manifest_files(home, manifest)
    readme = _README.format(period=period, as_of=manifest.as_of, run_id=manifest.run_id)
    files["README.txt"] = readme.encode()
    files[SUMS] = sums_of(files)
    return Pack(packed(files), sha256(files[SUMS]).hexdigest(), len(files))


def _statement_files(home: Home, period: Period) -> dict[str, bytes]:
    from orchestration.statement.page import as_page
    from orchestration.statement.text import as_text as statement_text
    from orchestration.statement.workbook import write_workbook

    place = None if period.location_id == ALL_LOCATIONS else period.location_id
    try:
        whole = read_statement(home, place, period.start_on, period.end_on, "clinic", "standard")
    except duckdb.CatalogException:
        return {}  # the published file has nothing of the EMR
    if not whole.locations:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        workbook = Path(folder) / "statement.xlsx"
        write_workbook(whole, workbook)
        return {
            "statement.txt": statement_text(whole, with_rows=True).encode(),
            "statement.html": as_page(whole).encode(),
            "statement.xlsx": workbook.read_bytes(),
        }


def _signatures(standing: LookedAt) -> dict[str, Any]:
    state = standing.state
    return {
        "period": state.period.key,
        "status": standing.status,
        "verdict": standing.verdict.as_json(),
        "figures": list(state.bound.lines) if state.bound else [],
        "late_items": list(state.bound.late) if state.bound else [],
        "figures_sha256": state.bound.sha256 if state.bound else None,
        "read_from_run": state.bound.run_id if state.bound else None,
        "steps": [
            {
                "step": step,
                "person": taken.person,
                "on": taken.on.isoformat(),
                "reason": taken.reason,
                "entry_number": taken.entry_number,
                "entry_hash": taken.entry_hash,
            }
            for step, taken in state.steps
        ],
        "moved_since": [movement.sentence for movement in standing.moved],
    }


def _journal_files(
    connection: duckdb.DuckDBPyConnection, journal: Journal | None, period: Period
) -> dict[str, bytes]:
    """The excerpt and the chain; an entry is in the excerpt as it was sealed, or not at all."""
    excerpt, chain = [], []
    at_location = _things_at(connection, period)
    for row in journal.rows() if journal else ():
        chain.append(f"{row[0]} {row[9]} {row[10]}\n")
        if _is_of(row, period, at_location):
            excerpt.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
    return {JOURNAL: "".join(excerpt).encode(), CHAIN: "".join(chain).encode()}


def _is_of(row: Row, period: Period, at_location: set[str] | None) -> bool:
    """Whether an entry is about the period, or dated in it and about something of its location."""
    _, _, entered_on, _, kind, subject_id = row[:6]
    if kind in (PERIOD, REFUSAL):
        return bool(subject_id == period.key)
    is_dated_in_it = period.start_on <= date.fromisoformat(entered_on) <= period.end_on
    return is_dated_in_it and (at_location is None or subject_id in at_location)


def _things_at(connection: duckdb.DuckDBPyConnection, period: Period) -> set[str] | None:
    """The receipts and charges of the period's location; None where it is of all locations."""
    if period.location_id == ALL_LOCATIONS:
        return None
    queries = (
        "select receipt_id from marts.receipts where location_id = ?",
        "select company_id || '|' || charge_record_id from marts.failed_charges where location_id = ?",
    )
    found: set[str] = set()
    for query in queries:
        try:
            found |= {row[0] for row in connection.execute(query, [period.location_id]).fetchall()}
        except duckdb.BinderException:
            continue  # a file of before there were locations
    return found


def _manifest_files(home: Home, current: Manifest) -> dict[str, bytes]:
    """Every manifest up to the current one, byte for byte, and which published file that names."""
    files = {
        f"{MANIFESTS}{manifest.path.name}": manifest.path.read_bytes()
        for manifest in _up_to(read_manifests(home.published), current)
    }
    files[PUBLISHED] = _json(
        {
            "run_id": current.run_id,
            "as_of": current.as_of,
            "file": current.content["file"],
            "fingerprint": current.fingerprint,
            "manifest_sha256": current.sha256,
        }
    )
    return files


def _up_to(manifests: Iterable[Manifest], current: Manifest) -> list[Manifest]:
    return [manifest for manifest in manifests if manifest.sequence <= current.sequence]


def _json(content: object) -> bytes:
    return (json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
