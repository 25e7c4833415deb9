"""Files that are either there completely or not at all, also after the machine loses power."""

import os
from pathlib import Path


def write_atomically(path: Path, text: str) -> None:
    """Write ``text`` to ``path``: temporary file beside it, flush to disk, rename, flush the folder."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)
    flush_folder(path.parent)


def rename_durably(source: Path, target: Path) -> None:
    """Flush ``source`` to disk, then give it the name ``target`` in the same folder."""
    descriptor = os.open(source, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    source.replace(target)
    flush_folder(target.parent)


def flush_folder(folder: Path) -> None:
    """Make renames and removals in ``folder`` survive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
