"""The drop folder: which files lie in it, which of them may be read, and their bytes, read once.

Belongs here: walking the folder, refusing what is not a plain finished file, hashing. Does not belong here:
what a file contains (`ingestion.intake`) or whether it was taken before (`ingestion.register`). Nothing is
ever written, moved or followed out of the folder. Layout: ``<name>`` or ``YYYY-MM-DD/<name>``; a file
anywhere deeper is refused.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO, NamedTuple

SIZE_LIMIT = 2 * 1024**3  # bytes
READ_BLOCK = 4 * 1024 * 1024
HASH_OF_NOTHING = hashlib.sha256().hexdigest()

HIDDEN_NAME = "hidden_name"
HOSTILE_NAME = "hostile_name"
SYMBOLIC_LINK = "symbolic_link"
NOT_A_FILE = "not_a_plain_file"
UNDATED_FOLDER = "not_in_a_dated_folder"
STILL_BEING_WRITTEN = "still_being_written"
TOO_LARGE = "too_large"
UNREADABLE = "unreadable"
EMPTY_FILE = "empty_file"

_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download")
_DATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Look(NamedTuple):
    """What the file system said about a file at one moment; looks that differ mean it is being written."""

    inode: int
    size: int
    modified_ns: int
    changed_ns: int


class LandedFile(NamedTuple):
    """One entry of the drop folder.

    name     path within the folder, forward slashes, with control characters and undecodable bytes escaped
    path     where it is
    day      the date of its dated folder, None outside of one
    look     the first look; None for what is not a plain file
    refusal  why it may not be read, None when it may
    """

    name: str
    path: str
    day: date | None
    look: Look | None
    refusal: str | None = None

    @property
    def size(self) -> int:
        """Size in bytes at the first look, 0 for what is not a plain file."""
        return self.look.size if self.look else 0


class FileChangedError(Exception):
    """The file is not the one that was looked at: it is still being written, or was replaced."""


def scan_landing(landing: Path, size_limit: int = SIZE_LIMIT) -> list[LandedFile]:
    """Every file, link and oddity of the folder, sorted by name. An absent folder holds nothing."""
    if not landing.is_dir():
        return []
    found: list[LandedFile] = []
    for entry in os.scandir(landing):
        if entry.is_dir(follow_symlinks=False):
            found.extend(_scan_folder(Path(entry.path), entry.name, size_limit))
        else:
            found.append(_landed(entry, escaped(entry.name), None, size_limit))
    return sorted(found, key=lambda file: file.name)


def load_id_of(file_hash: str, name: str) -> str:
    """Identity of a load: the file's bytes under one name."""
    return hashlib.sha256(f"{file_hash}\n{name}".encode()).hexdigest()[:16]


def escaped(name: str) -> str:
    """``name`` as text that is safe to print: control characters and undecodable bytes as ``\\xNN``."""
    if name.isascii() and name.isprintable():
        return name
    decodable = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        character if character.isprintable() else f"\\x{ord(character):02x}" for character in decodable
    )


@contextmanager
def opened(file: LandedFile) -> Iterator[BinaryIO]:
    """The file's bytes as a stream; neither a link nor a pipe is ever followed or waited for.

    Raises FileChangedError when it is not the file of the first look, before or after reading; OSError when
    it cannot be opened.
    """
    with os.fdopen(_descriptor(file), "rb") as stream:
        if _looked_at(os.fstat(stream.fileno())) != file.look:
            raise FileChangedError
        yield stream
        if _looked_at(os.fstat(stream.fileno())) != file.look:
            raise FileChangedError


def whole(file: LandedFile) -> bytes:
    """All bytes of a file that is short enough to be held; in one go, because there may be thousands.

    Raises what `opened` raises.
    """
    descriptor = _descriptor(file)
    try:
        if _looked_at(os.fstat(descriptor)) != file.look:
            raise FileChangedError
        data = os.read(descriptor, file.size)
        while len(data) < file.size and (more := os.read(descriptor, file.size - len(data))):
            data += more
        if _looked_at(os.fstat(descriptor)) != file.look or len(data) != file.size:
            raise FileChangedError
    finally:
        os.close(descriptor)
    return data


def _descriptor(file: LandedFile) -> int:
    try:
        return os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise FileChangedError from None


def blocks_of(stream: BinaryIO) -> Iterator[bytes]:
    """The rest of ``stream`` in blocks of bounded size."""
    while block := stream.read(READ_BLOCK):
        yield block


def _scan_folder(folder: Path, name: str, size_limit: int) -> Iterator[LandedFile]:
    """A dated folder's files, and what lies in any other folder or deeper, refused. Links are not entered."""
    day = _day_of(name)
    pending = [(folder, escaped(name))]
    while pending:
        parent, prefix = pending.pop()
        is_delivery = day is not None and parent == folder
        try:
            entries = list(os.scandir(parent))
        except OSError:
            yield LandedFile(prefix, str(parent), day, None, UNREADABLE)
            continue
        for entry in entries:
            relative = f"{prefix}/{escaped(entry.name)}"
            if entry.is_dir(follow_symlinks=False):
                pending.append((Path(entry.path), relative))
                continue
            file = _landed(entry, relative, day, size_limit)
            yield file if is_delivery or file.refusal else file._replace(refusal=UNDATED_FOLDER)


def _day_of(name: str) -> date | None:
    if not _DATED.fullmatch(name):
        return None
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _landed(entry: os.DirEntry[str], name: str, day: date | None, size_limit: int) -> LandedFile:
    path = entry.path
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return LandedFile(name, path, day, None, UNREADABLE)
    if stat.S_ISLNK(status.st_mode):
        return LandedFile(name, path, day, None, SYMBOLIC_LINK)
    if not stat.S_ISREG(status.st_mode):
        return LandedFile(name, path, day, None, NOT_A_FILE)
    return LandedFile(name, path, day, _looked_at(status), _refusal(entry.name, status.st_size, size_limit))


def _refusal(name: str, size: int, size_limit: int) -> str | None:
    if name.startswith("."):
        return HIDDEN_NAME
    if escaped(name) != name or "\\" in name:
        return HOSTILE_NAME
    if name.lower().endswith(_UNFINISHED):
        return STILL_BEING_WRITTEN
    if size > size_limit:
        return TOO_LARGE
    return None


def _looked_at(status: os.stat_result) -> Look:
    return Look(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
