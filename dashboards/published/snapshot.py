"""The newest published file, opened read-only, and let go when a newer one is there.

One in-memory engine for each published file with the file attached: an engine that opened a path serves what
it read first for as long as any connection lives, so the file is never opened as the engine's own. Each
request takes a cursor and keeps the file it started with. Belongs here: opening, closing and what the file
says of itself. Does not belong here: which rows a person may see (`dashboards.tables.query`).
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from typing import Any, TypeVar
from weakref import finalize

import duckdb

Result = TypeVar("Result")

MEMORY_LIMIT = "88MB"
"""What the engine may take; what does not fit goes to a folder that is removed when the file is let go."""
_POINTER = "current"
_MANIFEST_SUFFIX = ".manifest.json"
_MOST_FACTS = 1_000
_MOST_PAGES = 60

PENDING = "memory.main.pending"
"""What people entered since the run: (subject_kind, subject_id, decided)."""


class NothingPublishedError(Exception):
    """There is no published file yet."""


@dataclass(frozen=True, slots=True)
class PublishedColumn:
    """A column as the file describes it."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """A table as the file describes it."""

    name: str
    description: str
    columns: tuple[PublishedColumn, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """Decisions that the published file does not count yet. ``head`` changes with every entry."""

    head: int
    decided: Sequence[tuple[str, str, str]]
    """(subject kind, subject id, what was decided)."""


class Snapshot:
    """One published file, open."""

    def __init__(self, data_file: Path) -> None:
        self.manifest: dict[str, Any] = json.loads(
            data_file.with_name(data_file.stem + _MANIFEST_SUFFIX).read_text(encoding="utf-8")
        )
        self.as_of = date.fromisoformat(self.manifest["as_of"])
        self.run_id = str(self.manifest["run_id"])
        self.users = 0
        self._lock = Lock()
        self._pending_head = 0
        self._pending_count = 0
        self._computing: dict[Any, Lock] = {}
        self._facts: OrderedDict[Any, Any] = OrderedDict()
        self._pages: OrderedDict[Any, Any] = OrderedDict()
        spill = Path(mkdtemp(prefix="tieout-pages-"))
        self._remove_spill = finalize(self, rmtree, spill, ignore_errors=True)
        self._connection = opened(data_file, spill=spill)
        self._connection.execute(
            f"create table {PENDING} (subject_kind varchar, subject_id varchar, decided varchar)"
        )
        self.tables = self._described()
        self.locations_of_practice = self._practices()

    @property
    def has_pending(self) -> bool:
        """Whether people decided something that this file does not count."""
        return self._pending_count > 0

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for one request; close it afterwards."""
        return self._connection.cursor()

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()
        self._remove_spill()

    def keep_pending(self, pending: Pending) -> None:
        """Hold what people entered since the run beside the file, so that tables can show it."""
        if pending.head == self._pending_head:
            return
        with self._lock, self.cursor() as cursor:
            cursor.execute("begin")
            cursor.execute(f"delete from {PENDING}")  # noqa: S608 (a constant)
            if pending.decided:
                cursor.executemany(f"insert into {PENDING} values (?, ?, ?)", pending.decided)  # noqa: S608
            cursor.execute("commit")
            self._pending_head, self._pending_count = pending.head, len(pending.decided)

    def cached(
        self, key: tuple[Any, ...], compute: Callable[[], Result], *, on_pending: bool, is_page: bool
    ) -> Result:
        """The result of ``compute``, kept while this file stays and, where it shows what people decided,
        while the journal stays. Pages have a room of their own, so that they do not push out the figures.
        """
        whole = (self._pending_head if on_pending else None, *key)
        kept = self._pages if is_page else self._facts
        with self._lock:
            if whole in kept:
                kept.move_to_end(whole)
                return kept[whole]
            mine = self._computing.setdefault(whole, Lock())
        # Whoever asks the same in the meantime waits for the answer instead of working it out as well.
        with mine:
            with self._lock:
                if whole in kept:
                    return kept[whole]
            try:
                result = compute()
                with self._lock:
                    kept[whole] = result
                    while len(kept) > (_MOST_PAGES if is_page else _MOST_FACTS):
                        kept.popitem(last=False)
            finally:
                with self._lock:
                    self._computing.pop(whole, None)
        return result

    def _described(self) -> dict[str, PublishedTable]:
        columns: dict[str, list[PublishedColumn]] = {}
        for schema, table, name, kind, comment in self._connection.execute(
            "select schema_name, table_name, column_name, data_type, comment from duckdb_columns()"
            " where database_name = 'wh' order by schema_name, table_name, column_index"
        ).fetchall():
            columns.setdefault(f"{schema}.{table}", []).append(PublishedColumn(name, kind, comment or ""))
        return {
            f"{schema}.{table}": PublishedTable(
                f"{schema}.{table}", comment or "", tuple(columns[f"{schema}.{table}"])
            )
            for schema, table, comment in self._connection.execute(
                "select schema_name, table_name, comment from duckdb_tables() where database_name = 'wh'"
            ).fetchall()
        }

    def _practices(self) -> dict[str, tuple[str, ...]]:
        """The locations of each practice, as far as the published tables name both."""
        sources = [
            f"select practice_id, location_id from wh.{table.name}"  # noqa: S608 (names from the catalogue)
            for table in self.tables.values()
            if {"practice_id", "location_id"} <= {column.name for column in table.columns}
        ]
        if not sources:
            return {}
        rows = self._connection.execute(
            "select practice_id, list(distinct location_id order by location_id)"  # noqa: S608
            f" from ({' union all '.join(sources)}) where practice_id is not null group by practice_id"
        ).fetchall()
        return {practice: tuple(locations) for practice, locations in rows}


def opened(
    data_file: Path, *, memory_limit: str = MEMORY_LIMIT, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """An engine that reads the file as `wh` and reaches nothing else. What is too much for its memory it puts
    into the folder ``spill``; without one it refuses.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": memory_limit,
            "temp_directory": str(spill) if spill else "",
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{str(data_file).replace(chr(39), chr(39) * 2)}' as wh (read_only)")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


class PublishedFiles:
    """The published folder of a home. `current` gives the newest file, without a restart."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._name = ""

    @contextmanager
    def current(self) -> Iterator[Snapshot]:
        """The newest published file, for one request. Raises `NothingPublishedError`."""
        with self._lock:
            snapshot = self._newest()
            snapshot.users += 1
        try:
            yield snapshot
        finally:
            with self._lock:
                snapshot.users -= 1
                if not snapshot.users and snapshot is not self._snapshot:
                    snapshot.close()

    def data_file(self) -> Path:
        """Where the newest file is. Raises `NothingPublishedError`."""
        try:
            return self._folder / (self._folder / _POINTER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            raise NothingPublishedError from None

    def close(self) -> None:
        """Let the file go, when the server stops."""
        with self._lock:
            if self._snapshot is not None:
                self._snapshot.close()
                self._snapshot = None

    def _newest(self) -> Snapshot:
        data_file = self.data_file()
        if self._snapshot is None or data_file.name != self._name:
            newer = Snapshot(data_file)
            if self._snapshot is not None and not self._snapshot.users:
                self._snapshot.close()
            self._snapshot, self._name = newer, data_file.name
        return self._snapshot
