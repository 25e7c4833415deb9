"""An intake that is cut anywhere leaves bronze as it was, and the next one does the whole work."""

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion import faults
from ingestion.faults import fault_point
from tests.ingestion.deliveries import all_rows, deliver, receipt, receipts, rows, store, take

POINTS = {
    "intake.scanned": 1,
    "intake.before_file": 3,
    "bronze.before_part": 3,
    "bronze.part_written": 3,
    "bronze.before_commit": 1,
    "bronze.commit_written": 1,
    "bronze.commit_linked": 1,
}
PASSAGES = [(point, number) for point, passages in POINTS.items() for number in range(1, passages + 1)]

INTAKE = """
import sys
from pathlib import Path
from tests.ingestion.deliveries import take
take(Path(sys.argv[1]))
"""


def delivered(home: Path) -> Path:
    deliver(home, "2026-01-05/a.csv", receipts(receipt("1"), receipt("2", "bad")))
    deliver(home, "2026-01-06/b.csv", receipts(receipt("3")))
    deliver(home, "2026-01-07/empty.csv", b"")
    return home


def test_every_fault_point_of_the_intake_is_tried(repository: Path):
    sources = [*(repository / "ingestion").glob("*.py")]
    named = {name for path in sources for name in re.findall(r'fault_point\("([^"]+)"\)', path.read_text())}
    assert named == set(POINTS)


@pytest.mark.parametrize(("point", "number"), PASSAGES)
def test_killed_and_run_again(tmp_path: Path, repository: Path, point: str, number: int):
    take(delivered(tmp_path / "plain"))
    home = delivered(tmp_path / "killed")
    killed = subprocess.run(
        [sys.executable, "-c", INTAKE, str(home)],
        cwd=repository,
        env={**os.environ, faults.VARIABLE: f"{point}:{number}:exit", "PYTHONPATH": str(repository)},
        check=False,
        capture_output=True,
    )
    assert killed.returncode == faults.KILLED, killed.stderr.decode()
    is_committed = point == "bronze.commit_linked"
    assert len(store(home).commits()) == (1 if is_committed else 0)
    assert rows(home, "loads").height == (3 if is_committed else 0)
    take(home)
    assert all_rows(home) == all_rows(tmp_path / "plain")
    assert store(home).verify() == []
    committed = {path for table in store(home).tables() for path in store(home).part_paths(table)}
    assert set((home / "bronze").rglob("*.parquet")) == committed


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize(("point", "number"), PASSAGES)
def test_an_error_of_the_disk_stops_the_run_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, number: int, error: str
):
    take(delivered(tmp_path / "plain"))
    home = delivered(tmp_path / "failed")
    faults.forget_passages()
    monkeypatch.setenv(faults.VARIABLE, f"{point}:{number}:{error}")
    with pytest.raises(OSError, match=re.escape(os.strerror(getattr(errno, error)))):
        take(home)
    monkeypatch.delenv(faults.VARIABLE)
    take(home)
    assert all_rows(home) == all_rows(tmp_path / "plain")
    assert store(home).verify() == []
    assert list((home / "bronze").rglob("*.tmp")) == []


def test_a_fault_point_does_nothing_unless_asked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(faults.VARIABLE, raising=False)
    fault_point("anywhere")
    monkeypatch.setenv(faults.VARIABLE, "elsewhere:1:EIO")
    fault_point("anywhere")


@pytest.mark.parametrize("setting", ["x", "x:1", "x:one:exit", "x:1:", "x:1:FIRE"])
def test_a_malformed_setting_is_refused(monkeypatch: pytest.MonkeyPatch, setting: str):
    faults.forget_passages()
    monkeypatch.setenv(faults.VARIABLE, setting)
    with pytest.raises(ValueError, match=faults.VARIABLE):
        fault_point("x")
