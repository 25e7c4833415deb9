"""Finding a published file that is still there, by its run or by its business date."""

from datetime import date
from pathlib import Path

from orchestration.failures import NotFoundError
from orchestration.run.manifest import Manifest, read_manifests


def publication(published: Path, name: str) -> Manifest:
    """The publish of that run id, or the last one as of that ISO date, whose file was not removed since.

    Raises `NotFoundError`, which says how to make the file again.
    """
    found = [manifest for manifest in read_manifests(published) if name in (manifest.run_id, manifest.as_of)]
    if not found:
        hint = f"; `tieout run --as-of {name}` makes one" if _is_date(name) else ""
        raise NotFoundError(f"nothing is published for {name}{hint}")
    for manifest in reversed(found):
        if manifest.data_file.exists():
            return manifest
    raise NotFoundError(
        f"the file published for {name} was removed to save space;"
        f" `tieout run --as-of {found[-1].as_of}` makes it again"
    )


def _is_date(name: str) -> bool:
    try:
        date.fromisoformat(name)
    except ValueError:
        return False
    return True
