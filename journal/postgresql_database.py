"""The journal in PostgreSQL, for practices whose hosts share one.

Belongs here: schema, locking and durability on PostgreSQL. Does not belong here: what an entry is. The table
is ``journal.entries``; the role that the program uses needs no more than USAGE on the schema and SELECT and
INSERT on the table once it exists. Any SQLAlchemy driver will do; a bare ``postgresql://`` means psycopg.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import Any

import sqlalchemy
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from journal.chain import COLUMNS, UNGUARDED, UNREADABLE, Problem, Row
from journal.database import JournalError

ROWS_PER_STATEMENT = 10_000

BUSY_SECONDS = 30

# Any numbers will do, as long as every program that writes journals takes the same ones. Advisory locks,
# because a lock on the table would need the right to change it.
_CREATION_LOCK = 0x5449454F
_WRITER_LOCK = 0x54494550
_LOCK = "SELECT pg_advisory_xact_lock(:lock)"

# Asked of the catalogue's rows: to_regclass may answer from a cache that another program has outdated.
_EXISTS = "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'journal' AND tablename = 'entries')"
_SCHEMA = (
    "CREATE SCHEMA IF NOT EXISTS journal",
    """
    CREATE TABLE journal.entries (
        entry_number bigint PRIMARY KEY,
        entered_at text NOT NULL,
        entered_on text NOT NULL,
        person text NOT NULL,
        subject_kind text NOT NULL,
        subject_id text NOT NULL,
        action text NOT NULL,
        details text NOT NULL,
        reason text NOT NULL,
        previous_hash text NOT NULL,
        entry_hash text NOT NULL
    )""",
    "CREATE INDEX entries_by_subject ON journal.entries (subject_kind, subject_id, entry_number)",
    """
    CREATE FUNCTION journal.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'entries are never changed or removed'; END $$""",
    """
    CREATE TRIGGER entries_are_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.entries
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change()""",
)
# One value for thousands of rows costs the client a fraction of a statement for each, with every driver.
_TYPED = ", ".join(f"{name} {'bigint' if name == 'entry_number' else 'text'}" for name in COLUMNS)
_INSERT_JSON = (
    f"INSERT INTO entries ({', '.join(COLUMNS)}) SELECT {', '.join(COLUMNS)}"  # noqa: S608 (names of this package)
    f" FROM json_to_recordset(CAST(:rows AS json)) AS given ({_TYPED})"
)
_GUARD = (
    "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'journal.entries'::regclass"
    " AND tgname = 'entries_are_never_changed' AND tgenabled IN ('O', 'A')"
)


class PostgresqlDatabase:
    """A journal in a PostgreSQL database. Unlike the file it may be used from several threads."""

    def __init__(self, engine: sqlalchemy.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str, *, create: bool) -> "PostgresqlDatabase":
        """Connect, and make the table where it is missing. Raises JournalError, never with the URL."""
        database = cls(_engine(url))
        try:
            with database._engine.begin() as connection:
                if not connection.execute(sqlalchemy.text(_EXISTS)).scalar_one():
                    if not create:
                        raise JournalError("there is no journal in this database")
                    _create(connection)
        except SQLAlchemyError as error:
            database.close()
            raise JournalError(f"the journal's database cannot be used ({_name_of(error)})") from None
        except BaseException:
            database.close()
            raise
        return database

    @contextmanager
    def writing(self) -> Iterator["PostgresqlConnection"]:
        """The one writer: the lock keeps writers out and lets readers in."""
        try:
            with self._engine.begin() as connection, ExitStack() as results:
                connection.execute(sqlalchemy.text("SET LOCAL search_path TO journal"))
                # A server may be set to acknowledge before it flushes; the journal must not be.
                connection.execute(sqlalchemy.text("SET LOCAL synchronous_commit TO on"))
                connection.execute(sqlalchemy.text(f"SET LOCAL lock_timeout TO '{BUSY_SECONDS}s'"))
                connection.execute(sqlalchemy.text(_LOCK), {"lock": _WRITER_LOCK})
                yield PostgresqlConnection(connection, results)
        except SQLAlchemyError as error:
            raise JournalError(f"nothing was written: {_name_of(error)}") from None

    @contextmanager
    def reading(self) -> Iterator["PostgresqlConnection"]:
        """A snapshot, streamed by a cursor on the server."""
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        try:
            with self._engine.connect().execution_options(**options) as connection, ExitStack() as results:
                connection.execute(sqlalchemy.text("SET LOCAL search_path TO journal"))
                yield PostgresqlConnection(connection, results)
        except SQLAlchemyError as error:
            raise JournalError(f"the journal cannot be read ({_name_of(error)})") from None

    def damage(self) -> list[Problem]:
        """Whether the guard against changes still stands; broken pages are the server's own business."""
        try:
            with self._engine.connect() as connection:
                guards: int = connection.execute(sqlalchemy.text(_GUARD)).scalar_one()
        except SQLAlchemyError as error:
            return [Problem(None, UNREADABLE, f"The journal cannot be examined ({_name_of(error)}).")]
        if guards == 1:
            return []
        return [Problem(None, UNGUARDED, "The guard against changes was taken away or put to sleep.")]

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


class PostgresqlConnection:
    """One transaction on the table. ``results`` closes what a reader leaves half read."""

    def __init__(self, connection: sqlalchemy.Connection, results: ExitStack) -> None:
        self._connection = connection
        self._results = results

    def query(self, statement: str, values: Mapping[str, Any]) -> Iterator[Row]:
        """Rows of a SELECT, streamed."""
        options = {"yield_per": ROWS_PER_STATEMENT}
        rows = self._connection.execute(sqlalchemy.text(statement), dict(values), execution_options=options)
        return map(tuple, self._results.enter_context(rows))

    def insert(self, rows: Iterable[Row]) -> None:
        """Add rows, in their order."""
        remaining = iter(rows)
        while batch := [
            dict(zip(COLUMNS, row, strict=True)) for row in islice(remaining, ROWS_PER_STATEMENT)
        ]:
            as_json = json.dumps(batch, ensure_ascii=False)
            self._connection.execute(sqlalchemy.text(_INSERT_JSON), {"rows": as_json})


def _engine(url: str) -> sqlalchemy.Engine:
    try:
        parsed = sqlalchemy.make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() != "postgresql":
            raise JournalError("a journal is a file (give its path) or a postgresql:// database")
        return sqlalchemy.create_engine(parsed, isolation_level="READ COMMITTED", pool_pre_ping=True)
    except ArgumentError:
        raise JournalError("the journal's URL cannot be read") from None
    except ModuleNotFoundError as error:
        raise JournalError(f"the driver for this database is not installed ({error.name})") from None


def _create(connection: sqlalchemy.Connection) -> None:
    """Make the table; of two programs that try at once the second finds it made."""
    connection.execute(sqlalchemy.text(_LOCK), {"lock": _CREATION_LOCK})
    if not connection.execute(sqlalchemy.text(_EXISTS)).scalar_one():
        for statement in _SCHEMA:
            connection.execute(sqlalchemy.text(statement))


def _name_of(error: SQLAlchemyError) -> str:
    """Class and SQLSTATE; the message would repeat the values of the statement."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    return f"{type(error).__name__} {state}" if state else type(error).__name__
