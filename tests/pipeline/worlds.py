"""A practice group on disk, and the ways in which tests start runs on it.

Most runs happen in this process, because loading dbt and the expectations costs more than a run; those that
are killed, or race, are the real command in a process of its own.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import synthetic
from orchestration.home import Home
from orchestration.run.manifest import current_manifest

DAYS, RECEIPTS = 20, 150


@dataclass(frozen=True)
class World:
    """A practice group on disk: where, and the first and last day of its deliveries."""

    root: Path
    first_on: date
    last_on: date

    @property
    def home(self) -> Home:
        return Home(self.root)

    def copy_to(self, root: Path) -> "World":
        """The same files somewhere else, times kept, so that a test can do what it wants to them."""
        shutil.copytree(self.root, root)
        return World(root, self.first_on, self.last_on)

    @property
    def fingerprint(self) -> str | None:
        manifest = current_manifest(self.home.published)
        return manifest.fingerprint if manifest else None


def make_world(root: Path, *, faults: bool) -> World:
    summary = synthetic.write_world(root, seed=11, clinics=3, days=DAYS, receipts=RECEIPTS, faults=faults)
    return World(root, summary.first_on, summary.last_on)


def run_here(world: World, as_of: date) -> dict[str, Any]:
    """`tieout run --json` in this process; what it printed. Fails the test when it does not end well."""
    from orchestration.command.run import command

    outcome = CliRunner().invoke(
        command, ["--home", str(world.root), "--as-of", as_of.isoformat(), "--json"], catch_exceptions=False
    )
    assert outcome.exit_code == 0, outcome.output
    return json.loads(outcome.stdout)


def start_command(world: World, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """The real command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "orchestration.command", *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the whole process group, as losing the machine would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
