"""The run lock: one owner, known by name, gone when the owner is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.failures import AlreadyRunningError
from orchestration.run.lock import Holder, RunLock, current_holder

FIRST = Holder(pid=4711, run_id="20260105-first", started_at="2026-01-05T22:00:00Z")
SECOND = Holder(pid=4712, run_id="20260105-second", started_at="2026-01-05T22:00:01Z")

OWNER = """
import sys, time
from pathlib import Path
from orchestration.run.lock import Holder, RunLock
with RunLock(Path(sys.argv[1]), Holder(1, "owner", "now")):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with RunLock(path, FIRST):
        with (
            pytest.raises(AlreadyRunningError, match=r"20260105-first \(process 4711"),
            RunLock(path, SECOND),
        ):
            pytest.fail("two runs at once")
        assert current_holder(path) == FIRST
    assert current_holder(path) is None


def test_it_can_be_taken_again_after_it_was_left(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    for holder in (FIRST, SECOND):
        with RunLock(path, holder):
            assert current_holder(path) == holder


def test_it_is_left_when_the_run_fails(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with pytest.raises(ZeroDivisionError), RunLock(path, FIRST):
        raise ZeroDivisionError
    assert current_holder(path) is None


def test_a_killed_owner_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(path)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    assert owner.stdout.readline() == "held\n"
    assert current_holder(path) is not None
    os.kill(owner.pid, signal.SIGKILL)
    owner.communicate()
    assert current_holder(path) is None
    with RunLock(path, SECOND):
        assert current_holder(path) == SECOND


def test_an_owner_that_has_not_said_its_name_still_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    with RunLock(path, FIRST):
        path.write_text("")
        with pytest.raises(AlreadyRunningError), RunLock(path, SECOND):
            pytest.fail("two runs at once")
