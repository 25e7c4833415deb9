"""The manifest of a published file: what went in, what came out, and the manifest before it.

A published file without a manifest does not count. Manifests are small and are never removed, so the chain
of their hashes reaches back to the first run even when old data files are gone. Belongs here: the content
of a manifest and the chain. Does not belong here: when it is written (`publish`).
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from expectations.verdict import Grounds, Verdict

FORMAT = 2
"""2 since a manifest carries a seal and a verdict."""
SUFFIX = ".manifest.json"
CURRENT = "current"
SEAL = "seal"

_CODE_FOLDERS = (
    "compiling",
    "deposits",
    "ingestion",
    "posting",
    "expectations",
    "orchestration",
    "dbt_project",
)
_CODE_SUFFIXES = {".csv", ".py", ".sql", ".yml"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest that has been written: where it is and what it says."""

    path: Path
    content: dict[str, Any]

    @property
    def sequence(self) -> int:
        """1 for the first publish in a home folder, one more for each after it."""
        return int(self.content["sequence"])

    @property
    def run_id(self) -> str:
        """The run that published."""
        return str(self.content["run_id"])

    @property
    def as_of(self) -> str:
        """The business date of the run, ISO."""
        return str(self.content["as_of"])

    @property
    def is_replay(self) -> bool:
        """Whether the run was a look back that took no files."""
        return bool(self.content["is_replay"])

    @property
    def verdict(self) -> Verdict | None:
        """How far the run ties; None for one that was published before runs said so."""
        said = self.content.get("verdict")
        return Verdict(said["verdict"], Grounds(**said["grounds"])) if said else None

    @property
    def fingerprint(self) -> str:
        """The fingerprint over all published tables."""
        return str(self.content["fingerprint"])

    @property
    def data_file(self) -> Path:
        """The published file. It may have been removed by retention since."""
        return self.path.with_name(str(self.content["file"]["name"]))

    @property
    def sha256(self) -> str:
        """The hash by which the next manifest names this one."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


def manifest_path(data_file: Path) -> Path:
    """Where the manifest of a published file is."""
    return data_file.with_name(data_file.stem + SUFFIX)


def manifest_text(content: dict[str, Any]) -> str:
    """The manifest as it is written: sorted keys, one value a line, and a seal over all the rest.

    The next manifest names the hash of this file; the seal guards the last one, which no other names.
    """
    unsealed = {name: value for name, value in content.items() if name != SEAL}
    seal = hashlib.sha256(_text_of(unsealed).encode()).hexdigest()
    return _text_of({**unsealed, SEAL: seal})


def is_as_written(path: Path) -> bool:
    """Whether the file is, byte for byte, a manifest as it is written; for one that has no seal, its text."""
    written = path.read_bytes()
    try:
        content = json.loads(written)
        text = manifest_text(content) if SEAL in content or content["format"] > 1 else _text_of(content)
    except (ValueError, TypeError, KeyError):
        return False
    return text.encode() == written


def _text_of(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=1, sort_keys=True) + "\n"


def read_manifest(path: Path) -> Manifest:
    """The manifest in ``path``."""
    return Manifest(path, json.loads(path.read_text(encoding="utf-8")))


def read_manifests(published: Path) -> list[Manifest]:
    """Every manifest of a home folder, oldest first."""
    return sorted(
        (read_manifest(path) for path in published.glob(f"*{SUFFIX}")), key=lambda manifest: manifest.sequence
    )


def current_manifest(published: Path) -> Manifest | None:
    """The manifest that ``current`` points to; None before the first publish."""
    pointer = published / CURRENT
    if not pointer.exists():
        return None
    return read_manifest(manifest_path(published / pointer.read_text(encoding="utf-8").strip()))


def broken_links(manifests: list[Manifest]) -> list[str]:
    """What is wrong with a chain of manifests, in words; empty when it holds."""
    faults = []
    previous: Manifest | None = None
    for expected, manifest in enumerate(manifests, start=1):
        named = (manifest.content["previous"] or {}).get("sha256")
        actual = previous.sha256 if previous else None
        if manifest.sequence != expected:
            faults.append(f"manifest {expected} is missing before {manifest.path.name}")
            break
        if named != actual:
            faults.append(f"{manifest.path.name} does not name the manifest before it")
        previous = manifest
    return faults


@cache
def code_version() -> dict[str, str]:
    """The version of the project and of what computes for it, and a digest over the project's own sources."""
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for folder in _CODE_FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            relative = path.relative_to(root)
            if path.suffix in _CODE_SUFFIXES and "target" not in relative.parts:
                digest.update(f"{relative.as_posix()}\n".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    engines = {
        name: version(name) for name in ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "polars")
    }
    try:
        own = version("tieout")
    except PackageNotFoundError:
        own = "not installed"
    return {"tieout": own, "sources_sha256": digest.hexdigest(), **engines}
