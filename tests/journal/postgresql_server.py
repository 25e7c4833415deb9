"""A private PostgreSQL server for one test run: on loopback, in a folder of its own, never as root."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is; Debian keeps them out of the search path."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return shutil.which(name) or (str(versions[-1]) if versions else None)


@contextmanager
def private_server() -> Iterator[str]:
    """URL of a fresh server, which is stopped and removed afterwards."""
    owner = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="tieout-postgresql-"))
    data = folder / "data"
    if owner:
        shutil.chown(folder, owner)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    try:
        _run(owner, program("initdb"), "-D", data, "-U", "tieout", "-A", "trust", "-E", "UTF8", "--no-sync")
        listening = f"-h 127.0.0.1 -p {port} -k {folder}"
        _run(owner, program("pg_ctl"), "-D", data, "-w", "-l", folder / "log", "-o", listening, "start")
        try:
            yield f"postgresql://tieout@127.0.0.1:{port}/postgres"
        finally:
            _run(owner, program("pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(owner: str | None, *command: object) -> None:
    subprocess.run(
        [str(part) for part in command],
        user=owner,
        check=True,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=120,
    )
