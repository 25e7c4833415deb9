"""The line of a delivered file that a published row was read from, shown as the file has it.

Belongs here: finding the file that was loaded, and seeing to it that its bytes are still those. Does not
belong here: reading the record (`ingestion.source_line`), and who may see the row (the pages' scope).
"""

import hashlib
import os
from pathlib import Path

from dashboards.office import SourceCell, SourceLine
from orchestration.failures import SettingsError
from orchestration.home import Home
from orchestration.own_profiles import known_headers

LARGEST_FILE = 64 * 1024 * 1024  # bytes
_GONE = "The file is not in the landing folder any more."
_CHANGED = "The file in the landing folder is not the one that was loaded: it has been changed."
_TOO_LARGE = "The file is too large to be shown here."
_NO_COLUMNS = "The file has no lines of columns; its segments are told by the story of the row."


class SourceLines:
    """Implements `dashboards.office.SourceReader` for one home folder."""

    def __init__(self, home: Home) -> None:
        self._home = home

    def line(self, file_name: str, file_hash: str, row_number: int) -> SourceLine:
        """Record ``row_number`` of the file that was loaded under that name with that content."""
        from ingestion.source_line import delivered_line

        found = _bytes_of(self._home.landing, file_name)
        if isinstance(found, str):
            return SourceLine(problem=found)
        if hashlib.sha256(found).hexdigest() != file_hash:
            return SourceLine(problem=_CHANGED)
        try:
            line = delivered_line(file_name, found, known_headers(self._home), row_number)
        except SettingsError:
            return SourceLine(problem="A profile in the home folder is wrong; mend it first.")
        if line is None:
            return SourceLine(problem=_NO_COLUMNS)
        return SourceLine(
            sheet=line.sheet,
            cells=tuple(SourceCell(one.name, one.text, one.column, one.is_protected) for one in line.cells),
        )


def _bytes_of(landing: Path, file_name: str) -> bytes | str:
    """The content of a landed file, or why there is none. Only plain files of the folder are opened."""
    parts = file_name.split("/")
    if len(parts) > 2 or any(part in ("", ".", "..") for part in parts):
        return _GONE
    folder = landing.joinpath(*parts[:-1])
    if folder.is_symlink():
        return _GONE
    try:
        descriptor = os.open(folder / parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return _GONE
    with os.fdopen(descriptor, "rb") as stream:
        try:
            data = stream.read(LARGEST_FILE + 1)
        except OSError:
            return _GONE
    return data if data is not None and len(data) <= LARGEST_FILE else _TOO_LARGE
