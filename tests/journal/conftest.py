"""Journals of both kinds: a file, and a PostgreSQL database where a server can be had."""

import os
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import sqlalchemy

from journal.store import Journal
from tests.journal.postgresql_server import private_server, program

DRIVERS = ("psycopg", "pg8000", "psycopg2")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[sqlalchemy.URL]:
    """A server on which databases can be made: TIEOUT_TEST_POSTGRES_URL, else a private one."""
    driver = next((name for name in DRIVERS if find_spec(name)), None)
    given = os.environ.get("TIEOUT_TEST_POSTGRES_URL")
    if driver is None:
        pytest.skip("no PostgreSQL driver is installed; psycopg is the usual one")
    if given:
        yield with_driver(given, driver)
    elif program("initdb") is None:
        pytest.skip("no PostgreSQL server is here; set TIEOUT_TEST_POSTGRES_URL or install one")
    else:
        with private_server() as url:
            yield with_driver(url, driver)


def with_driver(url: str, driver: str) -> sqlalchemy.URL:
    parsed = sqlalchemy.make_url(url)
    return parsed.set(drivername=f"postgresql+{driver}") if parsed.drivername == "postgresql" else parsed


@pytest.fixture
def postgresql_url(postgresql_server: sqlalchemy.URL) -> Iterator[str]:
    """An empty database, dropped afterwards."""
    name = f"journal_{uuid.uuid4().hex}"
    engine = sqlalchemy.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    yield postgresql_server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journal file may be made."""
    return tmp_path / "journal" / "journal.sqlite"


@pytest.fixture(params=["sqlite", "postgresql"])
def location(request: pytest.FixtureRequest) -> str:
    """A place for a journal, of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("path"))
    return request.getfixturevalue("postgresql_url")


@pytest.fixture
def journal(location: str) -> Iterator[Journal]:
    """An empty journal, of each kind."""
    with Journal.open(location) as opened:
        yield opened
