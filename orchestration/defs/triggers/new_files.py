"""A run when new files have arrived and have stopped changing."""

import hashlib
from pathlib import Path

import dagster as dg

from orchestration.defs import JOB
from orchestration.home import Home
from orchestration.run.lock import current_holder

INTERVAL_SECONDS = 60


def landing_digest(landing: Path) -> str:
    """A digest of names, sizes and times of what is in the drop folder. Links are not followed."""
    digest = hashlib.sha256()
    for path in sorted(landing.rglob("*")):
        if path.is_file() and not path.is_symlink():
            seen = path.stat()
            digest.update(
                f"{path.relative_to(landing).as_posix()}\t{seen.st_size}\t{seen.st_mtime_ns}\n".encode()
            )
    return digest.hexdigest()


def new_file_sensor(root: Path) -> dg.SensorDefinition:
    """Asks for a run once the drop folder looks the same at two looks and differs from the last run's.

    The cursor is ``<digest of the last run> <digest at the last look>``.
    """
    home = Home(root)

    @dg.sensor(job_name=JOB, name="new_file_sensor", minimum_interval_seconds=INTERVAL_SECONDS)
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        taken, _, seen = (context.cursor or " ").partition(" ")
        now = landing_digest(home.landing) if home.landing.is_dir() else ""
        if now in ("", taken):
            return dg.SkipReason("no new files")
        if now != seen:
            return dg.SensorResult(
                skip_reason="files are arriving; waiting until they stop changing", cursor=f"{taken} {now}"
            )
        holder = current_holder(home.lock)
        if holder:
            return dg.SkipReason(f"another run is going on: {holder}")
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=now)], cursor=f"{now} {now}")

    return sensor
