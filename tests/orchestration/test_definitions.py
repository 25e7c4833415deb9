"""Dagster's graph: every stage is there, joined up, guarded, and started by one job."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from expectations.catalogue import load_catalogue
from ingestion.bronze_tables import TABLES
from orchestration.definitions import build_definitions
from orchestration.defs import JOB
from orchestration.defs.bronze.assets import OBSERVATIONS

MARTS = {
    "balancing_differences", "billing_exceptions", "claims", "claims_feed", "clinic_settings_history",
    "era_balance_checks", "era_remittances", "escrow_rollforward", "loads",
    "payment_balancing", "quarantine", "receipts",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("home")
    (root / "settings.yml").write_text("time_zone: Pacific/Auckland\nschedule_time: '01:30'\n")
    (root / "landing").mkdir()
    return root


@pytest.fixture(scope="module")
def definitions(home: Path) -> dg.Definitions:
    return build_definitions(home)


def keys_of(definitions: dg.Definitions, group: str) -> set[str]:
    return {spec.key.path[-1] for spec in definitions.resolve_all_asset_specs() if spec.group_name == group}


def test_every_asset_is_in_the_group_of_its_stage(definitions: dg.Definitions) -> None:
    specs = list(definitions.resolve_all_asset_specs())
    assert all(spec.group_name == spec.key.path[0] for spec in specs)
    assert {spec.group_name for spec in specs} == {
        "landing", "bronze", "seeds", "staging", "intermediate", "marts", "exceptions", "published",
    }  # fmt: skip


def test_the_expected_assets_are_there(definitions: dg.Definitions) -> None:
    assert keys_of(definitions, "bronze") == (set(TABLES) - OBSERVATIONS) | {
        "company_settings",
        "journal_charge_entries",
        "journal_deposit_entries",
        "journal_entries",
        "journal_period_entries",
        "journal_remittance_entries",
    }
    assert keys_of(definitions, "marts") >= MARTS
    assert keys_of(definitions, "exceptions") == {
        "exceptions",
        "history",
        "kinds",
        "lives",
        "metrics",
        "root_causes",
    }
    assert keys_of(definitions, "published") == {"warehouse"}
    assert len(keys_of(definitions, "staging")) >= 13


def test_nothing_in_the_graph_hangs_in_the_air(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    known = {spec.key for spec in definitions.resolve_all_asset_specs()}
    for spec in definitions.resolve_all_asset_specs():
        assert {dep.asset_key for dep in spec.deps} <= known, spec.key
    assert graph.get(dg.AssetKey(["published", "warehouse"])).parent_keys >= {
        dg.AssetKey(["marts", mart]) for mart in MARTS
    }


def test_every_kind_is_a_check_and_blocks_where_it_says_so(definitions: dg.Definitions) -> None:
    specs = [
        spec
        for asset in definitions.assets or []
        if isinstance(asset, dg.AssetsDefinition)
        for spec in asset.check_specs
    ]
    found = {(spec.asset_key.path[-1], spec.name, spec.blocking) for spec in specs}
    assert found == {(suite.mart, kind.kind, kind.blocks_publish) for suite, kind in load_catalogue().kinds}


def test_the_job_has_four_steps_in_one_process(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def(JOB)
    assert {node.name for node in job.graph.nodes} == {
        "bronze", "warehouse", "expectations", "published__warehouse",
    }  # fmt: skip
    assert job.executor_def.name == "in_process"


def test_the_schedule_plans_the_practices_day(definitions: dg.Definitions) -> None:
    schedule = definitions.resolve_schedule_def("nightly_schedule")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 1 * * *", "Pacific/Auckland")
    context = dg.build_schedule_context(
        scheduled_execution_time=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
        instance=dg.DagsterInstance.ephemeral(),
    )
    [request] = schedule.evaluate_tick(context).run_requests or []
    assert request.run_config["resources"]["nightly_run"]["config"]["as_of"] == "2026-03-02"


def test_the_sensor_waits_until_files_stop_changing_and_asks_once(
    definitions: dg.Definitions, home: Path
) -> None:
    sensor = definitions.resolve_sensor_def("new_file_sensor")
    cursor: str | None = None

    def tick() -> list[dg.RunRequest]:
        nonlocal cursor
        with dg.DagsterInstance.ephemeral() as instance:
            outcome = sensor.evaluate_tick(dg.build_sensor_context(instance=instance, cursor=cursor))
        cursor = outcome.cursor or cursor
        return list(outcome.run_requests or [])

    (home / "landing" / "a.csv").write_text("one\n")
    assert tick() == []
    (home / "landing" / "a.csv").write_text("one\ntwo\n")
    assert tick() == []
    assert len(tick()) == 1
    assert tick() == []
    assert tick() == []
    (home / "landing" / "b.csv").write_text("three\n")
    assert tick() == []
    assert len(tick()) == 1
