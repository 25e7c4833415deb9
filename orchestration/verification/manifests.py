"""The chain of manifests: each is what was written, and each names the one before it.

A manifest seals itself and names the hash of the file before it. So a changed byte, a manifest taken out of
the middle and two that changed places show by themselves; one taken off the end shows because the pointer,
the ledger of runs or bronze knows of it.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from journal.chain import Head
from orchestration.run.manifest import (
    CURRENT,
    SUFFIX,
    Manifest,
    broken_links,
    is_as_written,
    manifest_path,
)
from orchestration.verification.finding import Verification


def check_manifests(folder: Path, found: Verification, where: str = "") -> list[Manifest]:
    """The readable manifests of a folder, oldest first; what is wrong with the others goes to ``found``.

    ``where`` is put before the names of files.
    """
    manifests = []
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        name = f"{where}{path.name}"
        if not is_as_written(path):
            found.blame(name, "is not what was written")
        try:
            manifest = Manifest(path, json.loads(path.read_bytes()))
            if manifest_path(manifest.data_file) != path:
                found.blame(name, "is the manifest of another run")
            # Whatever the chain needs must be there before it can be followed.
            _ = (manifest.sequence, manifest.run_id, manifest.as_of, manifest.content["previous"])
        except (ValueError, TypeError, KeyError, AttributeError):
            found.blame(name, "cannot be read")
            continue
        manifests.append(manifest)
    manifests.sort(key=lambda manifest: manifest.sequence)
    for fault in broken_links(manifests):
        found.blame(f"{where}manifests", fault)
    found.count("manifests", len(manifests))
    return manifests


def check_the_end(
    folder: Path,
    manifests: Sequence[Manifest],
    published: Iterable[str],
    unfinished: Collection[str],
    found: Verification,
) -> None:
    """The pointer names the last manifest, and no run that was published lacks its own.

    ``published`` are the ids of the runs that anything else in the home folder calls so; ``unfinished`` those
    that were killed on their way, whose manifests the next run withdraws or takes up.
    """
    known = {manifest.run_id for manifest in manifests}
    for run_id in sorted(set(published) - known):
        found.blame("manifests", f"the manifest of run {run_id} is missing")
    pointer = folder / CURRENT
    if not manifests:
        if pointer.exists():
            found.blame(CURRENT, "names a run, but there is no manifest")
        return
    finished = [manifest for manifest in manifests if manifest.run_id not in unfinished]
    if len(finished) < len(manifests):
        found.notes.append("a run was killed while it published; the next run puts that in order")
    if not finished:
        return
    last = finished[-1].data_file.name
    written = pointer.read_bytes() if pointer.is_file() else b""
    if written != f"{last}\n".encode():
        found.blame(CURRENT, f"does not name the last publish, {last}")


def journal_heads(manifests: Iterable[Manifest]) -> list[Head]:
    """The heads of the journal that published runs recorded."""
    heads = []
    for manifest in manifests:
        head = (manifest.content.get("inputs") or {}).get("journal") or {}
        if head.get("entry_number") and head.get("entry_hash"):
            heads.append(Head(int(head["entry_number"]), str(head["entry_hash"])))
    return heads
