"""A pack of evidence against itself, and against a home folder where one is at hand."""

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from journal.chain import GENESIS, Head, Row, is_sealed
from journal.close_entries import figures_sha256
from orchestration.evidence.archive import SUMS, archived, sums_of
from orchestration.evidence.pack import CHAIN, JOURNAL, MANIFESTS, PUBLISHED, SIGNATURES
from orchestration.run.manifest import Manifest
from orchestration.verification.finding import Verification
from orchestration.verification.manifests import check_manifests, journal_heads


def verify_pack(content: bytes) -> Verification:
    """Everything in the pack that is not what was packed. Reads nothing but these bytes."""
    found = Verification()
    files = _opened(content, found)
    if files is None:
        return found
    _check_sums(files, found)
    if archived(files) != content:
        found.blame("pack", "the archive is not what was written, in what lies between its files")
    manifests = _check_manifests(files, found)
    _check_journal(files, manifests, found)
    _check_signatures(files, found)
    _check_published(files, manifests, found)
    found.count("files", len(files))
    if SUMS in files:
        found.notes.append(
            f"the pack is {hashlib.sha256(files[SUMS]).hexdigest()}; compare it with the one noted"
        )
    return found


def _opened(content: bytes, found: Verification) -> dict[str, bytes] | None:
    """The files in their order; None when the archive cannot be read. An unreadable file is a fault."""
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.filename in files:
                    found.blame(entry.filename, "is in the pack twice")
                try:
                    files[entry.filename] = archive.read(entry)
                except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
                    found.blame(entry.filename, "is not what was packed")
                    files[entry.filename] = b""
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, RuntimeError):
        found.blame("pack", "the archive cannot be read")
        return None
    return files


def _check_sums(files: Mapping[str, bytes], found: Verification) -> None:
    if SUMS not in files:
        found.blame(SUMS, "is missing")
        return
    said: dict[str, str] = {}
    for line in files[SUMS].decode(errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        said[name] = digest
    for name in sorted(said.keys() - files.keys()):
        found.blame(name, "is missing")
    for name, content in files.items():
        if name == SUMS:
            continue
        if name not in said:
            found.blame(name, "is not one of the files that were packed")
        elif hashlib.sha256(content).hexdigest() != said[name]:
            found.blame(name, "is not what was packed")
    if files[SUMS] != sums_of(files):
        found.blame(SUMS, "is not the list of these files")


def _check_manifests(files: Mapping[str, bytes], found: Verification) -> list[Manifest]:
    """The chain of manifests, read from a folder of their own because that is how a home has them."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for name, content in files.items():
            simple = name.removeprefix(MANIFESTS)
            if name.startswith(MANIFESTS) and simple == Path(simple).name and simple not in ("", ".", ".."):
                (place / simple).write_bytes(content)
        return check_manifests(place, found, MANIFESTS)


def _check_journal(files: Mapping[str, bytes], manifests: list[Manifest], found: Verification) -> None:
    chain = _chain(files, found)
    last, previous = 0, GENESIS
    for number, (before, own) in sorted(chain.items()):
        if number != last + 1 or before != previous:
            found.blame(CHAIN, f"entry {number} does not follow the entry before it")
        last, previous = number, own
    for head in journal_heads(manifests):
        if chain.get(head.entry_number, ("", ""))[1] != head.entry_hash:
            found.blame(CHAIN, f"entry {head.entry_number} is not the one that a manifest names")
    for line in files.get(JOURNAL, b"").splitlines():
        try:
            row: Row = tuple(json.loads(line))
            number = row[0]
            is_whole = is_sealed(row) and chain.get(number) == (row[9], row[10])
        except (ValueError, TypeError, IndexError):
            found.blame(JOURNAL, "has a line that is no entry")
            continue
        if not is_whole:
            found.blame(JOURNAL, f"entry {number} is not what was written")
    found.count("journal entries", len(chain))


def _chain(files: Mapping[str, bytes], found: Verification) -> dict[int, tuple[str, str]]:
    chain: dict[int, tuple[str, str]] = {}
    for line in files.get(CHAIN, b"").decode(errors="replace").splitlines():
        try:
            number, before, own = line.split(" ")
            chain[int(number)] = (before, own)
        except ValueError:
            found.blame(CHAIN, "has a line that is no entry")
    return chain


def _check_signatures(files: Mapping[str, bytes], found: Verification) -> None:
    """The hash of the bound figures is that of their lines, and the steps are entries of the journal."""
    try:
        said = json.loads(files.get(SIGNATURES, b""))
        bound = figures_sha256([*said["figures"], *said["late_items"]]) if said["figures_sha256"] else None
        steps = [Head(step["entry_number"], step["entry_hash"]) for step in said["steps"]]
    except (ValueError, TypeError, KeyError):
        found.blame(SIGNATURES, "cannot be read")
        return
    if bound != said["figures_sha256"]:
        found.blame(SIGNATURES, "the figures are not those that were bound")
    chain = _chain(files, Verification())
    for step in steps:
        if chain.get(step.entry_number, ("", ""))[1] != step.entry_hash:
            found.blame(SIGNATURES, f"entry {step.entry_number} is not in the chain of the journal")


def _check_published(files: Mapping[str, bytes], manifests: list[Manifest], found: Verification) -> None:
    try:
        said = json.loads(files.get(PUBLISHED, b""))
        name = f"{MANIFESTS}{Path(said['file']['name']).stem}.manifest.json"
        is_named = hashlib.sha256(files[name]).hexdigest() == said["manifest_sha256"]
        is_last = bool(manifests) and manifests[-1].run_id == said["run_id"]
    except (ValueError, TypeError, KeyError):
        found.blame(PUBLISHED, "cannot be read")
        return
    if not (is_named and is_last):
        found.blame(PUBLISHED, "does not name the last manifest of the pack")
