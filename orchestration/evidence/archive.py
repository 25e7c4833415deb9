"""An archive whose bytes follow from its content alone: the same files give the same archive, anywhere.

Files are stored by name, uncompressed, with one fixed date and mode, so that neither the clock nor the
version of a compressor is in it. ``SHA256SUMS`` names the hash of every other file in the form that the tool
sha256sum reads; the hash of that list stands for the pack.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping

SUMS = "SHA256SUMS"
_DATE = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16
_UNIX = 3


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """The list of hashes: a line a file, by name."""
    lines = (
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
        if name != SUMS
    )
    return "".join(lines).encode()


def packed(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files, their list of hashes first. Give them with or without the list."""
    whole = {name: content for name, content in files.items() if name != SUMS}
    return archived({SUMS: files.get(SUMS, sums_of(whole)), **dict(sorted(whole.items()))})


def archived(files: Mapping[str, bytes]) -> bytes:
    """The bytes of an archive that holds these files in this order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            archive.writestr(entry, content)
    return stream.getvalue()
