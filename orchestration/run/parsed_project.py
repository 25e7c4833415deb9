"""The dbt project, parsed once and kept until one of its files changes.

Parsing costs seconds and its result depends on nothing but the project's files, so it is cached beside the
user's other caches, never in the source tree. Dagster reads ``manifest.json`` from it, and the nightly dbt
call starts from the same parse. The as-of date is not part of a parse: dbt fills variables in when it
compiles.
"""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from compiling import cache_folder
from orchestration.failures import StageFailedError

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
WAREHOUSE_NAME = "tieout.duckdb"
"""The build file's name. dbt derives the database name from it, so it is the same in every run's own
folder.
"""

_PARSE_AS_OF = '{"as_of": "2000-01-01"}'
_IGNORED = {"target", "logs", "__pycache__"}
_PARSES_KEPT = 3


@dataclass(frozen=True, slots=True)
class ParsedProject:
    """Where the results of a parse are."""

    folder: Path

    @property
    def manifest_json(self) -> Path:
        """dbt's manifest, as other tools read it."""
        return self.folder / "manifest.json"

    @property
    def manifest_binary(self) -> Path:
        """The same manifest as dbt reads it back."""
        return self.folder / "partial_parse.msgpack"


def project_digest(project: Path = PROJECT) -> str:
    """A digest of everything a parse depends on: the project's files, the versions that read them, and where
    the project lies, because a parse names the files of seeds by their full paths.
    """
    digest = hashlib.sha256(f"{project.resolve()}\n".encode())
    for package in ("dbt-core", "dbt-duckdb"):
        digest.update(f"{package} {version(package)}\n".encode())
    for path in sorted(project.rglob("*")):
        relative = path.relative_to(project)
        if path.is_file() and not _IGNORED & set(relative.parts):
            digest.update(f"{relative.as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def parsed_project(project: Path = PROJECT) -> ParsedProject:
    """The parse of ``project``, made now if there is none that is current.

    Raises `StageFailedError` when the project does not parse.
    """
    if not project.is_dir():
        raise StageFailedError("warehouse", "the folder dbt_project is missing from this installation")
    folder = cache_folder() / f"dbt-{project_digest(project)[:16]}"
    if not (folder / "manifest.json").exists():
        _parse_into(folder, project)
    return ParsedProject(folder)


def _parse_into(folder: Path, project: Path) -> None:
    from dbt.cli.main import dbtRunner

    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as temporary:
        target = Path(temporary) / "target"
        with warehouse_path(Path(temporary) / WAREHOUSE_NAME):
            result = dbtRunner().invoke(
                ["parse", *quiet_arguments(project, target), "--no-partial-parse", "--vars", _PARSE_AS_OF]
            )
        if not result.success:
            raise StageFailedError("warehouse", f"the dbt project does not parse: {result.exception}")
        try:
            target.rename(folder)
        except OSError:
            # Somebody else parsed the same files meanwhile; theirs is as good.
            shutil.rmtree(target, ignore_errors=True)
    parses = sorted(folder.parent.glob("dbt-*"), key=lambda parse: parse.stat().st_mtime)
    for old in parses[:-_PARSES_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def quiet_arguments(project: Path, target: Path) -> list[str]:
    """Arguments of every dbt call: no output of its own, because its messages may carry values of rows."""
    folders = [
        "--project-dir",
        project,
        "--profiles-dir",
        project,
        "--target-path",
        target,
        "--log-path",
        target,
    ]
    return [*map(str, folders), "--quiet", "--log-level", "none", "--log-level-file", "none"]


@contextlib.contextmanager
def warehouse_path(path: Path) -> Iterator[None]:
    """Tell dbt's profile which file to build in, for the time of a call."""
    before = os.environ.get("TIEOUT_WAREHOUSE_PATH")
    os.environ["TIEOUT_WAREHOUSE_PATH"] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["TIEOUT_WAREHOUSE_PATH"]
        else:
            os.environ["TIEOUT_WAREHOUSE_PATH"] = before
