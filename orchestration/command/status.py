"""`tieout status`: what is published, whether a run is going on, and how the last one ended."""

import json
from pathlib import Path
from typing import Any

import click

from orchestration.command.options import existing_home, home_option


@click.command("status")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(home: Path, as_json: bool) -> None:
    """Show what is published, whether a run is going on, and how the last run ended."""
    from orchestration.run.ledger import latest_record
    from orchestration.run.lock import current_holder
    from orchestration.run.manifest import current_manifest

    place = existing_home(home)
    manifest = current_manifest(place.published)
    holder = current_holder(place.lock)
    record = latest_record(place.runs) or {}
    status: dict[str, Any] = {
        "running": str(holder) if holder else None,
        "published_file": str(manifest.data_file) if manifest else None,
        "as_of": manifest.as_of if manifest else None,
        "verdict": manifest.verdict.word if manifest and manifest.verdict else None,
        "fingerprint": manifest.fingerprint if manifest else None,
        "publish_number": manifest.sequence if manifest else None,
        "last_run": record.get("run_id"),
        "last_outcome": record.get("outcome") if holder or record.get("outcome") != "running" else "killed",
        "last_verdict": record.get("verdict") if record.get("outcome") != "running" else None,
        "last_failure": record.get("failure"),
        "last_digest": record.get("digest"),
    }
    if as_json:
        grounds = manifest.verdict.as_json() if manifest and manifest.verdict else {}
        click.echo(json.dumps(status | grounds, indent=1))
        return
    if manifest and manifest.verdict:
        status["verdict"] = manifest.verdict.sentence
    for name, value in status.items():
        click.echo(f"{name.replace('_', ' '):<16} {'-' if value is None else value}")
