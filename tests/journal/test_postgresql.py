"""What only the journal in PostgreSQL has: its own guards, a modest role, and tampering behind its back."""

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError

from journal.database import JournalError
from journal.store import Journal
from tests.journal.writing import drafts, write


@pytest.fixture
def filled(postgresql_url):
    with Journal.open(postgresql_url) as journal:
        write(journal, drafts(6))
    return postgresql_url


def execute(url, *statements):
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            return [connection.exec_driver_sql(statement) for statement in statements]
    finally:
        engine.dispose()


def verified(url, heads=()):
    with Journal.open(url, create=False) as journal:
        return [(problem.entry_number, problem.kind) for problem in journal.verify(heads)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal.entries SET person = 'noor' WHERE entry_number = 3",
        "DELETE FROM journal.entries WHERE entry_number = 6",
        "TRUNCATE journal.entries",
        "INSERT INTO journal.entries SELECT * FROM journal.entries WHERE entry_number = 6"
        " ON CONFLICT (entry_number) DO UPDATE SET person = 'noor'",
    ],
)
def test_the_database_itself_refuses_to_change_the_past(filled, statement):
    with pytest.raises(DBAPIError, match="never changed or removed"):
        execute(filled, statement)
    assert verified(filled) == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE journal.entries SET reason = reason || ' ' WHERE entry_number = 3", [(3, "changed")]),
        (
            "UPDATE journal.entries SET entry_number = 60 WHERE entry_number = 6",
            [(6, "missing"), (60, "changed")],
        ),
        ("DELETE FROM journal.entries WHERE entry_number IN (2, 3)", [(2, "missing")]),
        ("DELETE FROM journal.entries WHERE entry_number > 4", [(6, "truncated")]),
    ],
)
def test_tampering_by_the_owner_of_the_table_is_found(filled, statement, found):
    with Journal.open(filled) as journal:
        head = journal.head()
    table = "ALTER TABLE journal.entries"
    execute(filled, f"{table} DISABLE TRIGGER ALL", statement, f"{table} ENABLE TRIGGER ALL")
    assert verified(filled, [head]) == found


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE journal.entries DISABLE TRIGGER ALL",
        "DROP TRIGGER entries_are_never_changed ON journal.entries",
    ],
)
def test_guards_that_were_taken_away_are_missed(filled, statement):
    execute(filled, statement)
    assert verified(filled) == [(None, "unguarded")]


def test_a_role_that_may_only_read_and_add_is_enough(filled):
    role = "clerk_" + sqlalchemy.make_url(filled).database.removeprefix("journal_")[:8]
    execute(
        filled,
        f"CREATE ROLE {role} LOGIN PASSWORD 'for this test'",
        f"GRANT USAGE ON SCHEMA journal TO {role}",
        f"GRANT SELECT, INSERT ON journal.entries TO {role}",
    )
    try:
        as_clerk = sqlalchemy.make_url(filled).set(username=role, password="for this test")
        url = as_clerk.render_as_string(hide_password=False)
        with Journal.open(url, create=False) as journal:
            write(journal, drafts(2))
            assert journal.verify() == []
            assert journal.head().entry_number == 8
        with pytest.raises(DBAPIError, match="permission denied"):
            execute(url, "DELETE FROM journal.entries")
    finally:
        execute(filled, f"DROP OWNED BY {role}", f"DROP ROLE {role}")


def test_a_commit_is_flushed_whatever_the_server_says(filled):
    database = sqlalchemy.make_url(filled).database
    execute(filled, f"ALTER DATABASE {database} SET synchronous_commit TO off")
    with Journal.open(filled) as journal, journal._database.writing() as connection:
        shown = connection.query("SELECT current_setting('synchronous_commit')", {})
        assert list(shown) == [("on",)]


def test_a_database_that_is_not_there_is_an_error_that_keeps_the_address_to_itself(postgresql_server):
    url = postgresql_server.set(database="no_such_database", password="secret")
    with pytest.raises(JournalError) as raised:
        Journal.open(url.render_as_string(hide_password=False))
    assert "secret" not in str(raised.value)
    assert "no_such_database" not in str(raised.value)
