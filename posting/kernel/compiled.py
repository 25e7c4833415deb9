"""The decorator of the kernel: compiled once per machine, without a lock on the interpreter, kept on disk.

The compiler's own cache does not notice when another module of the kernel changes and fails where the
package lies on a read-only disk. So the cache folder carries a digest of the kernel's source, and lies
where the user may write: `TIEOUT_CACHE_DIR`, else the user's cache folder, else a private folder that ends
with the process.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numba.core.config

Function = TypeVar("Function", bound=Callable[..., Any])


def _digest_of_source() -> str:
    digest = hashlib.sha256(numba.__version__.encode())
    folder = Path(__file__).parent
    for module in (*sorted(folder.glob("*.py")), folder.parent / "vocabulary.py"):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]


def _writable(folder: Path) -> bool:
    """Whether the folder is ours to write; anyone else's compiled code must not be loaded."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return folder.stat().st_uid == os.getuid()
    except OSError:
        return False


def cache_folder() -> Path:
    """Where compiled code is kept."""
    named = os.environ.get("TIEOUT_CACHE_DIR")
    user_cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    folder = Path(named) if named else Path(user_cache) / "tieout"
    folder = folder / f"posting-{_digest_of_source()}"
    return folder if _writable(folder) else Path(tempfile.mkdtemp(prefix="posting-"))


_FOLDER = str(cache_folder())
#: The compiler makes some of its names when it runs, so the type checker cannot know them.
_config: Any = numba.core.config
_numba: Any = numba


def compiled(function: Function) -> Function:
    """Compile a function that only other compiled functions call."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def compiled_entry(function: Function) -> Function:
    """Compile a function that Python calls, with a disk cache in our folder."""
    return _compiled(function, cache=True)


def _compiled(function: Function, **options: bool) -> Function:
    theirs = _config.CACHE_DIR
    _config.CACHE_DIR = _FOLDER
    try:
        return cast(Function, _numba.njit(nogil=True, error_model="numpy", **options)(function))
    finally:
        _config.CACHE_DIR = theirs
