"""What stays published, and what a killed run leaves for the next one to clear."""

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from ingestion.bronze import BronzeStore
from orchestration.home import Home
from orchestration.run.manifest import CURRENT, broken_links, current_manifest, read_manifests
from orchestration.run.retention import prune, recover
from tests.orchestration.published import publish_by_hand

JANUARY_30 = date(2026, 1, 30)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.create()
    return home


def observe(home: Home, run_id: str, as_of: date) -> None:
    commit = BronzeStore(home.bronze).begin(run_id, as_of)
    commit.append("run_observations", pl.DataFrame({"as_of": [as_of], "exception_count": [0]}))
    commit.commit()


def published_days(home: Home) -> set[str]:
    return {manifest.as_of for manifest in read_manifests(home.published) if manifest.data_file.exists()}


def test_the_last_ones_and_month_ends_stay(home: Home) -> None:
    for day in range(40):
        publish_by_hand(home, JANUARY_30 + timedelta(days=day))
    prune(home.published, keep=3)
    assert published_days(home) == {"2026-01-31", "2026-02-28", "2026-03-08", "2026-03-09", "2026-03-10"}
    assert len(read_manifests(home.published)) == 40
    assert broken_links(read_manifests(home.published)) == []


def test_the_current_file_stays_whatever_its_date(home: Home) -> None:
    publish_by_hand(home, JANUARY_30)
    for day in (20, 21, 22):
        publish_by_hand(home, date(2026, 2, day))
    look_back = publish_by_hand(home, date(2026, 1, 2))
    prune(home.published, keep=1)
    assert look_back.data_file.exists()
    assert published_days(home) == {"2026-01-30", "2026-02-22", "2026-01-02"}


def test_a_changed_or_missing_manifest_breaks_the_chain(home: Home) -> None:
    manifests = [publish_by_hand(home, JANUARY_30 + timedelta(days=day)) for day in range(4)]
    assert broken_links(read_manifests(home.published)) == []
    tampered = json.loads(manifests[1].path.read_text())
    manifests[1].path.write_text(json.dumps({**tampered, "fingerprint": "0"}))
    assert broken_links(read_manifests(home.published)) == [
        f"{manifests[2].path.name} does not name the manifest before it"
    ]
    manifests[1].path.unlink()
    assert broken_links(read_manifests(home.published)) == [
        f"manifest 2 is missing before {manifests[2].path.name}"
    ]


def test_half_written_files_and_builds_are_removed(home: Home) -> None:
    kept = publish_by_hand(home, JANUARY_30)
    (home.warehouse / "run").mkdir()
    (home.warehouse / "run" / "tieout.duckdb").write_text("half")
    (home.published / "tieout-x.duckdb.tmp").write_text("half")
    (home.published / "tieout-x.duckdb.tmp.wal").write_text("half")
    (home.published / "tieout-y.duckdb").write_text("renamed, but without a manifest")
    recover(home, BronzeStore(home.bronze))
    assert list(home.warehouse.iterdir()) == []
    assert {path.name for path in home.published.iterdir()} == {kept.data_file.name, kept.path.name, CURRENT}


def test_a_publish_that_was_not_observed_is_withdrawn(home: Home) -> None:
    before = publish_by_hand(home, JANUARY_30)
    publish_by_hand(home, date(2026, 1, 31), is_current=False)
    recover(home, BronzeStore(home.bronze))
    assert published_days(home) == {"2026-01-30"}
    assert current_manifest(home.published) == before


def test_a_publish_that_was_observed_is_finished(home: Home) -> None:
    publish_by_hand(home, JANUARY_30)
    after = publish_by_hand(home, date(2026, 1, 31), run_id="killed", is_current=False)
    observe(home, "killed", date(2026, 1, 31))
    recover(home, BronzeStore(home.bronze))
    assert current_manifest(home.published) == after
    assert broken_links(read_manifests(home.published)) == []


def test_runs_that_never_ended_are_marked_killed(home: Home) -> None:
    (home.runs / "a.json").write_text(json.dumps({"run_id": "a", "outcome": "running"}))
    (home.runs / "b.json").write_text(json.dumps({"run_id": "b", "outcome": "published"}))
    recover(home, BronzeStore(home.bronze))
    outcomes = [json.loads(path.read_text())["outcome"] for path in sorted(home.runs.iterdir())]
    assert outcomes == ["killed", "published"]
