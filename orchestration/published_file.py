"""Reading the published warehouse: only what `current` names, and nothing but it.

The connection cannot write, cannot reach other files or the network, and cannot be told otherwise.
"""

from pathlib import Path

import duckdb

from orchestration.failures import NothingPublishedError
from orchestration.run.manifest import Manifest, current_manifest

MEMORY_LIMIT = "2GB"


def current_publication(published: Path) -> Manifest:
    """The manifest of what is published. Raises `NothingPublishedError` before the first run."""
    manifest = current_manifest(published)
    if manifest is None:
        raise NothingPublishedError("nothing is published here yet; start with `tieout run`")
    return manifest


def connect(published: Path) -> duckdb.DuckDBPyConnection:
    """A locked-down connection to the published file."""
    connection = duckdb.connect(
        str(current_publication(published).data_file),
        read_only=True,
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": "",
        },
    )
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection
