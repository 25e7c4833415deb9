"""A clean practice group: everything ties, the same files give the same warehouse, the past can be asked
for again.
"""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.run.copy import STORAGE_VERSION
from orchestration.run.manifest import read_manifests
from orchestration.settings import load_settings
from orchestration.verification.home_folder import verify_home
from tests.pipeline.worlds import World, run_here


def published(world: World) -> duckdb.DuckDBPyConnection:
    manifest = read_manifests(world.home.published)[-1]
    return duckdb.connect(str(manifest.data_file), read_only=True)


def test_a_clean_practice_has_no_exceptions(clean_run: tuple[World, dict[str, Any]]) -> None:
    world, result = clean_run
    assert result["control_totals"]["exceptions"] == []
    assert all(outcome["result"] == "passed" for outcome in result["expectations"])
    with published(world) as connection:
        assert connection.execute("select count(*) from exceptions.exceptions").fetchall() == [(0,)]


def test_a_clean_night_waits_for_nothing_but_time(clean_run: tuple[World, dict[str, Any]]) -> None:
    world, result = clean_run
    grounds = dict(result["grounds"])
    pending = grounds.pop("pending")
    assert set(grounds.values()) == {0}
    assert result["verdict"] == ("pending" if pending else "reconciled")
    assert result["is_green"] == (pending == 0)
    (manifest,) = read_manifests(world.home.published)
    assert manifest.verdict is not None
    assert manifest.verdict.word == result["verdict"]
    assert result["digest"] == "written"
    assert manifest.verdict.sentence in (world.home.digests / f"{result['run_id']}.txt").read_text()
    with published(world) as connection:
        assert connection.execute(
            "select count(*) > 100, count(*) filter (where amount <> 0) from marts.period_tie_outs"
            " where role = 'remainder'"
        ).fetchall() == [(True, 0)]


def test_nothing_of_a_clean_night_is_altered_and_one_byte_is_found(
    clean_run: tuple[World, dict[str, Any]], tmp_path: Path
) -> None:
    world = clean_run[0].copy_to(tmp_path / "home")
    settings = load_settings(world.home.settings)
    assert verify_home(world.home, settings).faults == []
    part = max(world.home.bronze.glob("*/*.parquet"), key=lambda path: path.stat().st_size)
    content = bytearray(part.read_bytes())
    content[len(content) // 2] ^= 1
    part.write_bytes(content)
    (fault,) = verify_home(world.home, settings).faults
    assert part.name in fault.sentence


def test_it_is_not_clean_because_it_is_empty(clean_run: tuple[World, dict[str, Any]]) -> None:
    world, _ = clean_run
    with published(world) as connection:
        for mart in ("loads", "payment_balancing", "receipts", "escrow_rollforward", "era_remittances",
                     "era_balance_checks", "claims"):  # fmt: skip
            assert connection.execute(f"select count(*) > 0 from marts.{mart}").fetchall() == [(True,)], mart


def test_the_published_file_is_of_the_oldest_generation_that_must_read_it(
    clean_run: tuple[World, dict[str, Any]],
) -> None:
    world, _ = clean_run
    with duckdb.connect() as connection:
        connection.execute(f"attach '{read_manifests(world.home.published)[-1].data_file}' as it (read_only)")
        tags = connection.execute("select tags from duckdb_databases() where database_name = 'it'").fetchall()
    assert tags == [({"storage_version": f"{STORAGE_VERSION}+"},)]


def test_records_and_money_are_conserved(clean_run: tuple[World, dict[str, Any]]) -> None:
    _, result = clean_run
    records = result["control_totals"]["records"]
    assert records["read"] == records["kept"] + records["quarantined"] + records["skipped"] > 0
    assert records["files_not_conserved"] == 0


def test_only_public_schemas_are_published_with_keys_and_descriptions(
    clean_run: tuple[World, dict[str, Any]],
) -> None:
    world, _ = clean_run
    with published(world) as connection:
        schemas = connection.execute("select distinct schema_name from duckdb_tables() order by 1").fetchall()
        assert schemas == [("exceptions",), ("marts",)]
        assert connection.execute("select count(*) from duckdb_views() where not internal").fetchall() == [
            (0,)
        ]
        keyless = "select table_name from duckdb_tables() where comment not like '%Key: %'"
        # A file that was set aside whole is in quarantine without a record number.
        assert connection.execute(keyless).fetchall() == [("quarantine",)]
        assert (
            connection.execute("select table_name from duckdb_tables() where comment is null").fetchall()
            == []
        )
        indexed = "select table_name from duckdb_constraints() where constraint_type = 'PRIMARY KEY'"
        assert connection.execute(indexed).fetchall() == []
        undescribed = (
            "select table_name, column_name from duckdb_columns() where comment is null and not internal"
        )
        assert connection.execute(undescribed).fetchall() == []


def test_nothing_private_is_left_behind(clean_run: tuple[World, dict[str, Any]]) -> None:
    world, _ = clean_run
    assert list(world.home.warehouse.iterdir()) == []
    names = sorted(path.suffix for path in world.home.published.iterdir())
    assert names == ["", ".duckdb", ".json"]


@pytest.fixture(scope="module")
def night_by_night(
    clean_run: tuple[World, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[World, dict[str, Any], dict[str, Any]]:
    """All but the landing folder was lost; then a run as of the tenth day and one as of the last: the world
    and what both printed.
    """
    world = clean_run[0].copy_to(tmp_path_factory.mktemp("nights") / "home")
    for folder in (world.home.bronze, world.home.published, world.home.runs, world.home.warehouse):
        shutil.rmtree(folder)
    middle = run_here(world, world.first_on + timedelta(days=9))
    return world, middle, run_here(world, world.last_on)


def test_files_of_later_days_wait_for_their_day(
    night_by_night: tuple[World, dict[str, Any], dict[str, Any]],
) -> None:
    _, middle, last = night_by_night
    assert 0 < middle["control_totals"]["files"]["files"] < last["control_totals"]["files"]["files"]
    assert middle["control_totals"]["exceptions"] == []


def test_many_nights_from_the_landing_alone_end_where_one_night_ends(
    night_by_night: tuple[World, dict[str, Any], dict[str, Any]], clean_run: tuple[World, dict[str, Any]]
) -> None:
    assert night_by_night[2]["fingerprint"] == clean_run[1]["fingerprint"]


def test_looking_back_gives_that_days_warehouse_and_takes_nothing(
    night_by_night: tuple[World, dict[str, Any], dict[str, Any]], tmp_path: Path
) -> None:
    world, middle, _ = night_by_night
    world = world.copy_to(tmp_path / "home")
    (world.home.landing / "arrived_later.csv").write_text("anything\n")
    before = sorted(path.name for path in (world.home.bronze / "log").iterdir())
    look_back = run_here(world, world.first_on + timedelta(days=9))
    assert look_back["is_replay"]
    assert look_back["fingerprint"] == middle["fingerprint"]
    assert sorted(path.name for path in (world.home.bronze / "log").iterdir()) == before
