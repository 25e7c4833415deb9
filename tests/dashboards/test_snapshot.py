"""The published file: the newest without a restart, read-only, and the same one to the end of a request."""

from datetime import date

import duckdb
import pytest
from starlette.testclient import TestClient

from dashboards.published.snapshot import NothingPublishedError, PublishedFiles
from tests.dashboards.conftest import SignIn
from tests.dashboards.world import PASSWORD, ROWS, World, publish, receipt


def test_the_newest_file_is_shown_without_a_restart(world: World, act_as: SignIn):
    client = act_as("viewer")
    assert "5 rows" in client.get("/receipts?sort=amount").text
    publish(world.home, ROWS | {"marts.receipts": [receipt("NEW", "L1")]}, as_of=date(2026, 3, 3))
    text = client.get("/receipts?sort=amount").text
    assert "1 row" in text
    assert "2026-03-03" in text
    assert "NEW" in text


def test_a_request_keeps_the_file_that_it_started_with(world: World):
    files = PublishedFiles(world.home.published)
    with files.current() as before, before.cursor() as cursor:
        publish(world.home, {}, as_of=date(2026, 3, 3))
        with files.current() as after:
            assert after is not before
            assert after.as_of == date(2026, 3, 3)
        assert cursor.execute("select count(*) from wh.marts.receipts").fetchone() == (5,)
    with pytest.raises(duckdb.Error):
        before.cursor()
    files.close()


def test_old_files_are_let_go(world: World):
    files = PublishedFiles(world.home.published)
    seen = []
    for day in range(3, 8):
        publish(world.home, {}, as_of=date(2026, 3, day))
        with files.current() as snapshot:
            seen.append(snapshot)
    for snapshot in seen[:-1]:
        with pytest.raises(duckdb.Error):
            snapshot.cursor()
    files.close()


@pytest.mark.parametrize(
    "sql",
    [
        "insert into wh.marts.receipts (receipt_id) values ('X')",
        "drop table wh.marts.receipts",
        "create table wh.marts.other (a int)",
        "select * from read_csv('/etc/passwd')",
        "attach '/tmp/other.duckdb'",
        "copy wh.marts.receipts to '/tmp/out.csv'",
        "set enable_external_access = true",
        "install httpfs",
        "load httpfs",
    ],
)
def test_the_file_cannot_be_written_and_nothing_else_be_reached(looked_at: World, sql: str):
    files = PublishedFiles(looked_at.home.published)
    with files.current() as snapshot, snapshot.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(sql)
    files.close()


def test_before_the_first_run_the_pages_say_so(world: World, tmp_path):
    with pytest.raises(NothingPublishedError), PublishedFiles(tmp_path).current():
        pass
    (world.home.published / "current").unlink()
    client = TestClient(world.application, base_url="http://127.0.0.1")
    client.post("/sign-in", data={"name": "viewer", "password": PASSWORD}, follow_redirects=False)
    answer = client.get("/")
    assert answer.status_code == 503
    assert "Nothing is published yet" in answer.text


def test_serving_changes_nothing_that_is_published(world: World, act_as: SignIn):
    before = {path: path.read_bytes() for path in world.home.published.iterdir()}
    client = act_as("analyst")
    for path in ("/", "/receipts?status=Error", "/exceptions/export.xlsx", "/receipt/R1"):
        assert client.get(path).status_code == 200
    assert {path: path.read_bytes() for path in world.home.published.iterdir()} == before
