"""What `tieout doctor` looks at: the machine, the packages, and the home folder."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from orchestration.failures import TieoutError
from orchestration.home import Home
from orchestration.run.lock import current_holder
from orchestration.run.manifest import current_manifest
from orchestration.settings import load_settings
from orchestration.verification.finding import Verification
from orchestration.verification.manifests import check_manifests

PACKAGES = (
    "dagster",
    "dagster-dbt",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "great-expectations",
    "polars",
    "dataframely",
)
OLDEST_PYTHON = (3, 11)
FREE_MEGABYTES = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``advice`` is what to do when it is not well."""

    subject: str
    is_well: bool
    detail: str
    advice: str = ""


def examine_machine() -> Iterator[Finding]:
    """Python and the packages a run needs."""
    found = ".".join(map(str, sys.version_info[:3]))
    yield Finding("python", sys.version_info >= OLDEST_PYTHON, found, "install Python 3.11 or later")
    for package in PACKAGES:
        try:
            yield Finding(package, True, version(package))
        except PackageNotFoundError:
            yield Finding(package, False, "not installed", "run `make install`")


def examine_home(home: Home) -> Iterator[Finding]:
    """Settings, folders, disk, lock and what is published."""
    yield _settings(home)
    for folder in (home.landing, home.bronze, home.warehouse, home.published, home.runs):
        yield _folder(home, folder)
    free = shutil.disk_usage(home.root).free // 2**20
    yield Finding(
        "disk", free >= FREE_MEGABYTES, f"{free:,} MB free", "make room; a run needs about three times bronze"
    )
    holder = current_holder(home.lock)
    yield Finding("lock", True, f"held by {holder}" if holder else "free")
    for subject, examine in (("published", _published), ("manifests", _manifests), ("bronze", _bronze)):
        yield _guarded(subject, examine, home)


def _settings(home: Home) -> Finding:
    try:
        settings = load_settings(home.settings)
    except TieoutError as error:
        return Finding("settings", False, str(error), "correct settings.yml")
    source = "settings.yml" if home.settings.exists() else "no settings.yml: the defaults"
    return Finding("settings", True, f"{source}, {settings.time_zone}")


def _folder(home: Home, folder: Path) -> Finding:
    name = str(folder.relative_to(home.root))
    if not folder.is_dir():
        return Finding(name, True, "not there yet; the first run makes it")
    needed = os.R_OK | os.X_OK | (0 if folder == home.landing else os.W_OK)
    return Finding(
        name, os.access(folder, needed), "accessible", "give the user who runs tieout access to it"
    )


def _guarded(subject: str, examine: Callable[[Home], Finding], home: Home) -> Finding:
    """A thing that cannot even be read is a finding, not a crash."""
    try:
        return examine(home)
    except (OSError, ValueError, KeyError) as error:
        return Finding(
            subject, False, f"unreadable ({type(error).__name__})", "restore the folder from a backup"
        )


def _published(home: Home) -> Finding:
    manifest = current_manifest(home.published)
    if manifest is None:
        return Finding("published", True, "nothing yet; start with `tieout run`")
    expected = manifest.content["file"]["bytes"]
    if not manifest.data_file.exists() or manifest.data_file.stat().st_size != expected:
        return Finding(
            "published", False, "the current file is not what its manifest says", "run `tieout run` again"
        )
    return Finding("published", True, f"{manifest.data_file.name}, as of {manifest.as_of}")


def _manifests(home: Home) -> Finding:
    found = Verification()
    manifests = check_manifests(home.published, found)
    detail = "; ".join(f"{fault.where}: {fault.sentence}" for fault in found.faults)
    advice = "find out who changed the folder `published`; `tieout verify` looks at everything"
    return Finding("manifests", found.is_sound, detail or f"{len(manifests)} in an unbroken chain", advice)


def _bronze(home: Home) -> Finding:
    from ingestion.bronze import BronzeError, BronzeStore

    advice = "restore the folder bronze from a backup"
    try:
        commits = BronzeStore(home.bronze).commits()
    except BronzeError as error:
        return Finding("bronze log", False, str(error), advice)
    paths = [home.bronze / part.path for commit in commits for part in commit.parts]
    missing = sum(not path.exists() for path in paths)
    detail = f"{len(commits)} commits" + (f", {missing} parts missing" if missing else "")
    return Finding("bronze log", not missing, detail, advice)
