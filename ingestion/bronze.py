"""Bronze: append-only typed Parquet, one commit for each run that added something.

Belongs here: writing parts, committing them all at once, reading only what was committed. Does not belong
here: what the rows are (`ingestion.bronze_tables`), how they are encoded (`ingestion.parquet_parts`) or why
they came (`ingestion.intake`). Layout under the root::

    log/00000001.json                 the commit: its parts with rows, bytes and sha256; written last,
    atomically <table>/00000001-0001.parquet     a part; invisible until a commit names it

One writer at a time is assumed (the run lock sees to it); if two still meet, the second commit fails, because
a commit file is linked into place and never replaced. Errors are `BronzeError` and carry names and counts, no
values.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from ingestion.bronze_tables import TABLES
from ingestion.faults import fault_point
from ingestion.parquet_parts import ROWS_PER_GROUP, write_part

ROWS_PER_PART = 4 * ROWS_PER_GROUP
BYTES_WAITING = 192 * 1024 * 1024  # of all tables together: this much and no more is held
WRITERS = 2  # parts that are written at the same time, while others are read
SYNCERS = 4  # parts that are flushed at the same time: the disk answers late and the processor goes on


class BronzeError(Exception):
    """Bronze was asked for something that would break it, or was found broken."""


@dataclass(frozen=True, slots=True)
class PartRecord:
    """One Parquet file of a commit. ``path`` is relative to the root of bronze, with forward slashes;
    ``layout`` is a digest of its columns, blank in commits that were made before there was one.
    """

    table: str
    path: str
    rows: int
    bytes: int
    sha256: str
    layout: str = ""


@dataclass(frozen=True, slots=True)
class CommitRecord:
    """One commit: what one run added. ``committed_at`` is wall clock and is read by nothing but people."""

    sequence: int
    run_id: str
    as_of: date
    committed_at: str
    parts: tuple[PartRecord, ...]


class BronzeStore:
    """The bronze folder of one home. Readers see committed parts only, in commit order."""

    def __init__(self, root: Path, tables: Mapping[str, pl.Schema] = TABLES) -> None:
        self.root = root
        self._tables = tables
        self._records: dict[tuple[Path, int, int], CommitRecord] = {}

    @property
    def _log(self) -> Path:
        return self.root / "log"

    def tables(self) -> list[str]:
        """Every table that bronze knows, with or without rows."""
        return sorted(self._tables)

    def schema(self, table: str) -> pl.Schema:
        """Columns of ``table`` in order. Raises BronzeError for an unknown table."""
        try:
            return self._tables[table]
        except KeyError:
            raise BronzeError(f"bronze has no table named {table}") from None

    def commits(self) -> list[CommitRecord]:
        """Every commit, oldest first; each is read from the log once, unless its file was changed.

        Raises BronzeError when the log has a gap or a file that is no commit.
        """
        if not self._log.is_dir():
            return []
        records = [self._commit_at(path) for path in sorted(self._log.glob("*.json"))]
        for expected, record in enumerate(records, start=1):
            if record.sequence != expected:
                raise BronzeError(f"commit {expected:08d} is missing from the log of bronze")
        return records

    def _commit_at(self, path: Path) -> CommitRecord:
        status = path.stat()
        look = (path, status.st_mtime_ns, status.st_size)
        if look not in self._records:
            self._records[look] = _read_commit(path)
        return self._records[look]

    def part_paths(self, table: str) -> list[Path]:
        """Committed parts of ``table``, in the order in which they were written."""
        self.schema(table)
        return [
            self.root / part.path for commit in self.commits() for part in commit.parts if part.table == table
        ]

    def parts_by_columns(self) -> dict[str, dict[tuple[str, ...], list[Path]]]:
        """For every table with rows the committed parts, by the columns of its schema that they have.

        Parts that were written before a contract grew lack its new columns. Only parts of another layout than
        today's are looked into.
        """
        found: dict[str, dict[tuple[str, ...], list[Path]]] = {}
        layouts = {table: _layout(schema) for table, schema in self._tables.items()}
        for commit in self.commits():
            for part in commit.parts:
                path, columns = self.root / part.path, tuple(self.schema(part.table))
                if part.layout != layouts[part.table]:
                    held = pl.read_parquet_schema(path)
                    columns = tuple(name for name in columns if name in held)
                found.setdefault(part.table, {}).setdefault(columns, []).append(path)
        return found

    def scan(self, table: str, *, commit_as: str | None = None) -> pl.LazyFrame:
        """All committed rows of ``table`` in commit order; empty and typed when there are none.

        Columns that a part lacks are null in its rows. ``commit_as`` names a column besides, with the number
        of the commit that brought the row.
        """
        paths, schema = self.part_paths(table), self.schema(table)
        if not paths:
            added = {commit_as: pl.Int64()} if commit_as else {}
            return pl.LazyFrame(schema={**schema, **added})
        rows = pl.scan_parquet(
            paths,
            schema=schema,
            missing_columns="insert",
            extra_columns="ignore",
            include_file_paths=commit_as,
        )
        if commit_as is None:
            return rows
        number = pl.col(commit_as).str.extract(r"(\d+)-\d+\.parquet$").cast(pl.Int64)
        return rows.with_columns(number.alias(commit_as))

    def last_published_as_of(self) -> date | None:
        """The latest business date for which a warehouse was published, None before the first."""
        latest: date | None = self.scan("run_observations").select(pl.col("as_of").max()).collect().item()
        return latest

    def begin(self, run_id: str, as_of: date) -> "BronzeCommit":
        """Start the next commit. Leftovers of a killed run are removed first, so part names are free."""
        self.remove_uncommitted()
        return BronzeCommit(self, len(self.commits()) + 1, run_id, as_of)

    def remove_uncommitted(self) -> list[Path]:
        """Delete what a killed run left: parts that no commit names, half-written commit files."""
        if not self.root.is_dir():
            return []
        committed = {self.root / part.path for commit in self.commits() for part in commit.parts}
        leftovers = [
            path
            for table in self.tables()
            for path in sorted((self.root / table).glob("*"))
            if path not in committed
        ]
        leftovers += sorted(self._log.glob("*.tmp"))
        for path in leftovers:
            path.unlink()
        return leftovers

    def log_sha256(self, commit_count: int) -> str:
        """A digest of the first ``commit_count`` files of the log, byte for byte.

        Commits are only ever added, so it stays what it was. It names each commit, and each commit its parts.
        """
        digest = hashlib.sha256()
        for sequence in range(1, commit_count + 1):
            path = self._log / f"{sequence:08d}.json"
            digest.update(_sha256(path).encode() if path.is_file() else b"missing")
        return digest.hexdigest()

    def verify(self) -> list[str]:
        """Compare every committed part with what its commit recorded; one sentence for each that differs."""
        complaints = []
        for commit in self.commits():
            for part in commit.parts:
                path = self.root / part.path
                if not path.is_file():
                    complaints.append(f"{part.path} is missing")
                elif path.stat().st_size != part.bytes or _sha256(path) != part.sha256:
                    complaints.append(f"{part.path} is not what commit {commit.sequence:08d} wrote")
        return complaints


@dataclass(frozen=True, slots=True)
class Savepoint:
    """A place in an open commit to which it can be rolled back."""

    parts_written: int


@dataclass(slots=True)
class _Buffer:
    """Rows of one table that wait to become a part."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0

    def add(self, frame: pl.DataFrame) -> None:
        self.frames.append(frame)
        self.rows += frame.height
        self.bytes += int(frame.estimated_size())


@dataclass(frozen=True, slots=True)
class _Part:
    """A part that is being written or has been, and then is being flushed to the disk or has been."""

    path: Path
    written: Future[Future[PartRecord]]

    def record(self) -> PartRecord:
        """Wait until it is safe on the disk. Raises OSError of it."""
        return self.written.result().result()

    def settle(self) -> None:
        """Wait until nothing is done to it any more, whatever came of it."""
        if self.written.exception() is None:
            self.written.result().exception()


class BronzeCommit:
    """Rows on their way into bronze.

    Nothing is visible before `commit` returns; dropping it leaves no trace.
    """

    def __init__(self, store: BronzeStore, sequence: int, run_id: str, as_of: date) -> None:
        self._store = store
        self._sequence = sequence
        self._run_id = run_id
        self._as_of = as_of
        self._parts: list[_Part] = []
        self._parts_named = 0
        self._buffers: dict[str, _Buffer] = {}
        self._is_closed = False
        self._writers = ThreadPoolExecutor(WRITERS)
        self._syncers = ThreadPoolExecutor(SYNCERS)

    def __enter__(self) -> "BronzeCommit":
        return self

    def __exit__(self, *_: object) -> None:
        """Take back what was written if the commit was not reached."""
        if not self._is_closed:
            self.roll_back(Savepoint(0))
            self._is_closed = True
        self._writers.shutdown()
        self._syncers.shutdown()

    @property
    def sequence(self) -> int:
        """Number of this commit in the log."""
        return self._sequence

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add rows to ``table``; text may come as an enumeration, which is cheaper where it repeats itself.

        Raises BronzeError when the columns, their order or their types differ.
        """
        self._require_open()
        schema, found = self._store.schema(table), _as_read(frame.schema)
        if found != schema or frame.columns != list(schema):
            raise BronzeError(f"rows for {table} differ from its schema: {_differences(found, schema)}")
        if frame.is_empty():
            return
        buffer = self._buffers.setdefault(table, _Buffer())
        buffer.add(frame)
        if buffer.rows >= ROWS_PER_PART:
            self._write_full_parts(table)
        if sum(each.bytes for each in self._buffers.values()) >= BYTES_WAITING:
            self._wait_for_writers()
            self._write_buffer(max(sorted(self._buffers), key=lambda name: self._buffers[name].bytes))

    def savepoint(self) -> Savepoint:
        """A place to roll back to.

        What was appended so far is written out, so that it is safe from a rollback. Raises OSError of the
        disk.
        """
        self._require_open()
        # The longest first, so that no writer is left alone with it in the end.
        for table in sorted(self._buffers, key=lambda name: (-self._buffers[name].rows, name)):
            self._write_buffer(table)
        for part in self._parts:
            part.record()
        return Savepoint(len(self._parts))

    def roll_back(self, savepoint: Savepoint) -> None:
        """Forget everything appended since ``savepoint``."""
        self._require_open()
        self._buffers.clear()
        for part in self._parts[savepoint.parts_written :]:
            part.settle()  # what could not be written is not wanted any more
            part.path.unlink(missing_ok=True)
        del self._parts[savepoint.parts_written :]

    def commit(self) -> CommitRecord | None:
        """Make everything visible at once, durably.

        Returns None, and writes nothing, when nothing was appended.
        """
        self._require_open()
        self.savepoint()
        if not self._parts:
            self._is_closed = True
            return None
        _sync(self._store.root)
        fault_point("bronze.before_commit")
        record = CommitRecord(
            sequence=self._sequence,
            run_id=self._run_id,
            as_of=self._as_of,
            committed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            parts=tuple(part.record() for part in self._parts),
        )
        # From here on the parts may be visible, so nothing may take them back; an error leaves them to
        # `remove_uncommitted`, which can tell.
        self._is_closed = True
        _write_commit(self._store.root / "log", record)
        return record

    def _require_open(self) -> None:
        if self._is_closed:
            raise BronzeError("this commit is closed; begin another one")

    def _wait_for_writers(self) -> None:
        """Wait while all of them write: rows that wait for one would grow with the file.

        Raises OSError of the disk when one of them could not.
        """
        for part in self._parts:
            if part.written.done() and (record := part.written.result()).done():
                record.result()
        while len(pending := [part.written for part in self._parts if not part.written.done()]) >= WRITERS:
            wait(pending, return_when=FIRST_COMPLETED)

    def _write_full_parts(self, table: str) -> None:
        """Have as many rows written as fill parts; the rest waits for more."""
        for frames in _stretches(self._buffers.pop(table).frames, ROWS_PER_PART):
            if sum(frame.height for frame in frames) < ROWS_PER_PART:
                rest = self._buffers.setdefault(table, _Buffer())
                for frame in frames:
                    rest.add(frame)
            else:
                self._wait_for_writers()
                self._write_part(table, frames)

    def _write_buffer(self, table: str) -> None:
        for frames in _stretches(self._buffers.pop(table).frames, ROWS_PER_PART):
            self._write_part(table, frames)

    def _write_part(self, table: str, frames: list[pl.DataFrame]) -> None:
        """Have a part written, beside others."""
        self._parts_named += 1
        relative = f"{table}/{self._sequence:08d}-{self._parts_named:04d}.parquet"
        path = self._store.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        fault_point("bronze.before_part")
        written = self._writers.submit(_write, path, table, relative, frames, self._syncers)
        self._parts.append(_Part(path, written))


def _write(
    path: Path, table: str, relative: str, frames: list[pl.DataFrame], syncers: Executor
) -> Future[PartRecord]:
    write_part(path, frames)
    rows, layout = sum(frame.height for frame in frames), _layout(_as_read(frames[0].schema))
    return syncers.submit(_recorded, path, table, relative, rows, layout)


def _recorded(path: Path, table: str, relative: str, rows: int, layout: str) -> PartRecord:
    """Bring a part that was written to the disk, and its name in the folder."""
    fault_point("bronze.part_written")
    _sync(path)
    _sync(path.parent)
    return PartRecord(table, relative, rows, path.stat().st_size, _sha256(path), layout=layout)


def _stretches(frames: Sequence[pl.DataFrame], at_most: int) -> Iterator[list[pl.DataFrame]]:
    """The rows of ``frames`` as stretches of so many rows each, the last one with what is left."""
    stretch: list[pl.DataFrame] = []
    room = at_most
    for frame in frames:
        start = 0
        while frame.height - start >= room:
            yield [*stretch, frame.slice(start, room)]
            stretch, start, room = [], start + room, at_most
        if start < frame.height:
            stretch.append(frame.slice(start))
            room -= frame.height - start
    if stretch:
        yield stretch


def _as_read(schema: Mapping[str, pl.DataType]) -> pl.Schema:
    """The columns as readers of the part will see them: an enumeration is text to them."""
    return pl.Schema(
        {name: pl.String() if isinstance(kind, pl.Enum) else kind for name, kind in schema.items()}
    )


def _layout(schema: Mapping[str, pl.DataType]) -> str:
    """A short digest of the columns of a part, in order and with their types."""
    columns = ", ".join(f"{name} {kind}" for name, kind in schema.items())
    return hashlib.sha256(columns.encode()).hexdigest()[:16]


def _differences(found: Mapping[str, pl.DataType], wanted: Mapping[str, pl.DataType]) -> str:
    missing = sorted(set(wanted) - set(found))
    extra = sorted(set(found) - set(wanted))
    mistyped = sorted(name for name in set(found) & set(wanted) if found[name] != wanted[name])
    named = {"missing": missing, "not wanted": extra, "of another type": mistyped}
    return "; ".join(f"{what} {', '.join(names)}" for what, names in named.items() if names) or "the order"


def _write_commit(log: Path, record: CommitRecord) -> None:
    log.mkdir(parents=True, exist_ok=True)
    content = json.dumps(asdict(record) | {"as_of": record.as_of.isoformat()}, indent=1, sort_keys=True)
    final = log / f"{record.sequence:08d}.json"
    temporary = log / f"{record.sequence:08d}.tmp"
    with temporary.open("w", encoding="utf-8") as stream:
        stream.write(content + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    fault_point("bronze.commit_written")
    try:
        os.link(temporary, final)  # unlike a rename, never replaces a commit that is already there
    except FileExistsError:
        raise BronzeError(f"commit {record.sequence:08d} was written by another run") from None
    _sync(log)
    fault_point("bronze.commit_linked")
    temporary.unlink()
    _sync(log.parent)


def _read_commit(path: Path) -> CommitRecord:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return CommitRecord(
            sequence=content["sequence"],
            run_id=content["run_id"],
            as_of=date.fromisoformat(content["as_of"]),
            committed_at=content["committed_at"],
            parts=tuple(PartRecord(**part) for part in content["parts"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BronzeError(f"{path.name} is not a commit of bronze") from error


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
