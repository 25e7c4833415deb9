"""People's accounts, their sessions and their saved views, in one SQLite file of the home folder.

Belongs here: what is kept, and when a sign-in or a session is good. Does not belong here: what a role may do
(`roles`) and the cookie (`dashboards.routing`). Role and scope are read at each request, so taking them away
works at once. Times are UTC seconds since 1970.
"""

import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboards.access.passwords import Passwords
from dashboards.access.roles import PERMISSIONS, Permission, Role
from dashboards.access.scope import Grant

_SCHEMA = """
create table if not exists accounts (
    name text primary key collate nocase,
    password_hash text,
    identity text unique,
    role text not null,
    practices text not null default '[]',
    locations text not null default '[]',
    is_disabled integer not null default 0,
    failed_sign_ins integer not null default 0,
    locked_until real not null default 0,
    created_at real not null
);
create table if not exists sessions (
    token_hash text primary key,
    name text not null references accounts(name) on delete cascade,
    form_token text not null,
    started_at real not null,
    seen_at real not null,
    revealed_until real not null default 0
);
create table if not exists saved_views (
    name text not null references accounts(name) on delete cascade,
    table_name text not null,
    title text not null,
    query text not null,
    primary key (name, table_name, title)
);
"""

LOCK_AFTER = 5
LOCK_SECONDS = 15 * 60.0
LONGEST_SESSION_SECONDS = 12 * 3600.0
REVEAL_SECONDS = 10 * 60.0
_SEEN_EVERY_SECONDS = 20.0
MOST_SAVED_VIEWS = 100


class AccountError(ValueError):
    """Something about an account that cannot be done. The message is for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person."""

    name: str
    role: Role
    grant: Grant
    is_disabled: bool = False
    has_password: bool = True
    identity: str | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the role has the permission."""
        return permission in PERMISSIONS[self.role]


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of a person. ``form_token`` must come back with everything that the person sends."""

    account: Account
    token_hash: str
    form_token: str
    is_revealed: bool


class Accounts:
    """The file of accounts. ``clock`` gives the time; ``idle_seconds`` ends a session nobody uses."""

    def __init__(
        self,
        path: Path,
        passwords: Passwords,
        *,
        idle_seconds: float = 20 * 60.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._passwords = passwords
        self._idle_seconds = idle_seconds
        self._clock = clock
        is_new = not path.exists()
        with self._open() as connection:
            connection.executescript("pragma journal_mode = wal;" + _SCHEMA)
        if is_new:
            path.chmod(0o600)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
            connection.row_factory = sqlite3.Row
            connection.execute("pragma foreign_keys = on")
            connection.execute("pragma synchronous = full")
            yield connection

    # People ------------------------------------------------------------------------------------------------

    def add(
        self, name: str, role: Role, grant: Grant, *, password: str | None = None, identity: str | None = None
    ) -> Account:
        """A new account, with a password or for an identity of the practice's identity provider.

        Raises `AccountError` when the name is taken or unusable.
        """
        if not name or len(name) > 64 or not all(letter.isalnum() or letter in "._-@" for letter in name):
            raise AccountError("a name has letters, digits and . _ - @ only, at most 64 of them")
        hashed = self._passwords.hash(password) if password is not None else None
        try:
            with self._open() as connection:
                connection.execute(
                    "insert into accounts"
                    " (name, password_hash, identity, role, practices, locations, created_at)"
                    " values (?, ?, ?, ?, ?, ?, ?)",
                    [name, hashed, identity, role, *_texts(grant), self._clock()],
                )
        except sqlite3.IntegrityError:
            raise AccountError(f"there is an account {name} already") from None
        return self.account(name)

    def everyone(self) -> list[Account]:
        """All accounts by name, disabled ones too."""
        with self._open() as connection:
            return [_account(row) for row in connection.execute("select * from accounts order by name")]

    def account(self, name: str) -> Account:
        """The account of that name. Raises `AccountError` when there is none."""
        with self._open() as connection:
            row = connection.execute("select * from accounts where name = ?", [name]).fetchone()
        if row is None:
            raise AccountError(f"there is no account {name}")
        return _account(row)

    def of_identity(self, identity: str) -> Account | None:
        """The account of an identity of the identity provider."""
        with self._open() as connection:
            row = connection.execute("select * from accounts where identity = ?", [identity]).fetchone()
        return _account(row) if row else None

    def set_role(self, name: str, role: Role) -> None:
        """Give the account another role."""
        self._change(name, "role = ?", [role])

    def set_grant(self, name: str, grant: Grant) -> None:
        """Give the account another scope."""
        self._change(name, "practices = ?, locations = ?", list(_texts(grant)))

    def set_password(self, name: str, password: str) -> None:
        """Give the account another password, unlock it and end its sessions."""
        hashed = self._passwords.hash(password)
        self._change(name, "password_hash = ?, failed_sign_ins = 0, locked_until = 0", [hashed])
        self._end_sessions_of(name)

    def disable(self, name: str, *, is_disabled: bool = True) -> None:
        """Close the account and end its sessions, or open it again. Accounts are never removed: the log names
        them.
        """
        self._change(name, "is_disabled = ?, failed_sign_ins = 0, locked_until = 0", [int(is_disabled)])
        self._end_sessions_of(name)

    def _change(self, name: str, assignment: str, values: list[object]) -> None:
        with self._open() as connection:
            sql = f"update accounts set {assignment} where name = ?"  # noqa: S608 (constants of this module)
            changed = connection.execute(sql, [*values, name])
        if not changed.rowcount:
            raise AccountError(f"there is no account {name}")

    def _end_sessions_of(self, name: str) -> None:
        with self._open() as connection:
            connection.execute("delete from sessions where name = ?", [name])

    # Sign-ins ----------------------------------------------------------------------------------------------

    def checked(self, name: str, password: str) -> Account | None:
        """The account when name and password are right and it is neither disabled nor locked.

        After `LOCK_AFTER` wrong passwords in a row the account is locked for `LOCK_SECONDS`; a locked account
        says no to the right password too, in the same words and the same time.
        """
        with self._open() as connection:
            row = connection.execute("select * from accounts where name = ?", [name]).fetchone()
        is_right = self._passwords.matches(row["password_hash"] if row else None, password)
        if row is None:
            return None
        now = self._clock()
        if row["locked_until"] > now:
            return None
        if is_right and not row["is_disabled"]:
            with self._open() as connection:
                connection.execute("update accounts set failed_sign_ins = 0 where name = ?", [name])
            return _account(row)
        with self._open() as connection:
            connection.execute(
                "update accounts set failed_sign_ins = failed_sign_ins + 1,"
                " locked_until = case when (failed_sign_ins + 1) % ? = 0 then ? else locked_until end"
                " where name = ?",
                [LOCK_AFTER, now + LOCK_SECONDS, name],
            )
        return None

    def start_session(self, account: Account) -> str:
        """A new session; the token that the browser keeps. Only its hash is kept here."""
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._open() as connection:
            connection.execute("delete from sessions where seen_at < ?", [now - LONGEST_SESSION_SECONDS])
            connection.execute(
                "insert into sessions (token_hash, name, form_token, started_at, seen_at)"
                " values (?, ?, ?, ?, ?)",
                [_hash(token), account.name, secrets.token_urlsafe(32), now, now],
            )
        return token

    def session(self, token: str) -> Session | None:
        """The session of a token while it is in use, not too old, and the account is not disabled."""
        now = self._clock()
        token_hash = _hash(token)
        with self._open() as connection:
            row = connection.execute(
                "select accounts.*, form_token, started_at, seen_at, revealed_until"
                " from sessions join accounts using (name)"
                " where token_hash = ? and seen_at > ? and started_at > ? and not is_disabled",
                [token_hash, now - self._idle_seconds, now - LONGEST_SESSION_SECONDS],
            ).fetchone()
            if row is None:
                return None
            if now - row["seen_at"] > min(_SEEN_EVERY_SECONDS, self._idle_seconds / 4):
                connection.execute("update sessions set seen_at = ? where token_hash = ?", [now, token_hash])
        return Session(_account(row), token_hash, row["form_token"], row["revealed_until"] > now)

    def end_session(self, session: Session) -> None:
        """Sign out."""
        with self._open() as connection:
            connection.execute("delete from sessions where token_hash = ?", [session.token_hash])

    def reveal(self, session: Session) -> None:
        """Show names and birth dates in this session for `REVEAL_SECONDS`."""
        with self._open() as connection:
            connection.execute(
                "update sessions set revealed_until = ? where token_hash = ?",
                [self._clock() + REVEAL_SECONDS, session.token_hash],
            )

    # Saved views -------------------------------------------------------------------------------------------

    def saved_views(self, name: str, table: str) -> list[tuple[str, str]]:
        """(title, query) of a person's views of a table, by title."""
        with self._open() as connection:
            found = connection.execute(
                "select title, query from saved_views where name = ? and table_name = ? order by title",
                [name, table],
            )
            return [(row["title"], row["query"]) for row in found]

    def save_view(self, name: str, table: str, title: str, query: str) -> None:
        """Keep a view under a title; one of the same title is replaced."""
        if not title or len(title) > 60 or len(query) > 2_000:
            raise AccountError("a title has 1 to 60 characters")
        with self._open() as connection:
            count = connection.execute("select count(*) from saved_views where name = ?", [name]).fetchone()[
                0
            ]
            if count >= MOST_SAVED_VIEWS:
                raise AccountError(f"there are {MOST_SAVED_VIEWS} saved views; remove one first")
            connection.execute(
                "insert or replace into saved_views (name, table_name, title, query) values (?, ?, ?, ?)",
                [name, table, title, query],
            )

    def forget_view(self, name: str, table: str, title: str) -> None:
        """Remove a saved view. Harmless when there is none."""
        with self._open() as connection:
            connection.execute(
                "delete from saved_views where name = ? and table_name = ? and title = ?",
                [name, table, title],
            )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _texts(grant: Grant) -> tuple[str, str]:
    return json.dumps(sorted(grant.practices)), json.dumps(sorted(grant.locations))


def _account(row: sqlite3.Row) -> Account:
    grant = Grant(frozenset(json.loads(row["practices"])), frozenset(json.loads(row["locations"])))
    return Account(
        row["name"],
        Role(row["role"]),
        grant,
        bool(row["is_disabled"]),
        row["password_hash"] is not None,
        row["identity"],
    )
