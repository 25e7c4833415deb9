"""Install the locked dependencies into the project's own environment, `.venv`.

Runs on a bare Python: only the standard library is used. Installing again is a no-op when nothing changed;
two installations at once wait for each other; one that was killed half-way is simply done again.
"""

import argparse
import fcntl
import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
OLDEST_PYTHON = (3, 11)
FIRST_UNSUPPORTED_PYTHON = (3, 14)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("purpose", choices=("run", "develop"), help="which lock file to install")
    purpose = arguments.parse_args().purpose
    if not OLDEST_PYTHON <= sys.version_info[:2] < FIRST_UNSUPPORTED_PYTHON:
        print(
            f"Python {sys.version.split()[0]} found; Tieout needs 3.11, 3.12 or 3.13. Say which one to use: "
            "make PYTHON=python3.11 ...",
            file=sys.stderr,
        )
        return 1
    with (ROOT / ".venv.lock").open("w") as lock:
        wait_for(lock)
        install(purpose)
    return 0


def wait_for(lock) -> None:
    """Hold the installation lock; the system releases it when this process ends, however it ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another installation is running here; waiting for it.", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def install(purpose: str) -> None:
    """Bring `.venv` to the state of the purpose's lock file, unless it is there already."""
    lock_file = ROOT / "requirements" / f"{purpose}.lock"
    stamp = ENVIRONMENT / f".installed-{purpose}"
    fingerprint = fingerprint_of(lock_file)
    if is_usable() and stamp.exists() and stamp.read_text() == fingerprint:
        return
    if not is_usable():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        print(f"Creating {ENVIRONMENT.name} ...", flush=True)
        venv.create(ENVIRONMENT, with_pip=True, symlinks=True)
    print(
        f"Installing the locked packages of requirements/{lock_file.name} (a few minutes the first time) ...",
        flush=True,
    )
    stamp.unlink(missing_ok=True)
    pip("--require-hashes", "--no-deps", "--requirement", str(lock_file))
    pip("--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    stamp.write_text(fingerprint)


def is_usable() -> bool:
    python = ENVIRONMENT / "bin" / "python"
    return (
        python.exists()
        and subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    )


def fingerprint_of(lock_file: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in (lock_file, ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def pip(*arguments: str) -> None:
    command = [
        ENVIRONMENT / "bin" / "python",
        "-m",
        "pip",
        "--disable-pip-version-check",
        "install",
        "--quiet",
    ]
    subprocess.run([*command, *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
