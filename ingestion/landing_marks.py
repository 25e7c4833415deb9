"""Hashes of landed files that need not be computed again.

Belongs here: a disposable memory of which unchanged file had which hash. Does not belong here: whether a file
was loaded; that is the register's. A mark holds only while inode, size, modification and change time are all
the same, and it is made only for a file whose change time is safely in the past, so a file changed within the
clock's resolution is hashed again. Losing the marks costs time, nothing else.
"""

import json
import time
from collections.abc import Iterable
from pathlib import Path

from ingestion.landing import LandedFile, Look

_SETTLED_NS = 2_000_000_000


class LandingMarks:
    """Hashes by file name and look. ``path`` is where they are kept between runs."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._marks = _read(path)

    def hash_of(self, file: LandedFile) -> str | None:
        """The file's hash as it was computed before, None when the file may have changed since."""
        known = self._marks.get(file.name)
        return known[1] if known is not None and known[0] == file.look else None

    def remember(self, file: LandedFile, file_hash: str) -> None:
        """Keep the hash, unless the file was changed so recently that another change could look the same."""
        if file.look is not None and time.time_ns() - file.look.changed_ns > _SETTLED_NS:
            self._marks[file.name] = (file.look, file_hash)

    def save(self, present: Iterable[str]) -> None:
        """Write the marks of the files that are ``present`` in the folder and forget the others."""
        kept = ((name, self._marks[name]) for name in present if name in self._marks)
        content = {name: [*look, file_hash] for name, (look, file_hash) in kept}
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(json.dumps(content, sort_keys=True), encoding="utf-8")
        temporary.replace(self._path)


def _read(path: Path) -> dict[str, tuple[Look, str]]:
    """The marks at ``path``; none when there are none, or when they cannot be understood."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: (Look(*mark[:4]), str(mark[4])) for name, mark in content.items()}
    except (OSError, ValueError, TypeError, IndexError, AttributeError):
        return {}
